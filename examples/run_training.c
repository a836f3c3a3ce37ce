/* SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L
#include "run_training.h"

#include <inttypes.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { INTERRUPTED = 130 };

static const char *program = "";
static volatile sig_atomic_t interrupted;

void must(llmrec_status status)
{
    if (status == LLMREC_OK) return;
    fprintf(stderr, "%s: %s\n", program, llmrec_last_error());
    exit(status == LLMREC_ERR_CANCELED ? INTERRUPTED : EXIT_FAILURE);
}

int64_t training_number(const char *what, const char *text)
{
    char *end = NULL;
    const long long number = strtoll(text, &end, 10);
    if (end != text && *end == '\0' && number >= 1) return number;
    fprintf(stderr, "%s: %s is \"%s\"; wanted a whole number above 0\n", program, what, text);
    exit(2);
}

/* --- what the user sees, and Ctrl-C ---------------------------------------------------------------------------- */

static void interrupt(int number)
{
    (void)number;
    interrupted = 1;
}

static void print_stage(const llmrec_progress_event *event)
{
    fprintf(stderr, "%s: %" PRId64 " of %" PRId64 " %s", event->stage, event->done, event->total, event->unit);
}

static void print_training(const llmrec_progress_event *event)
{
    fprintf(stderr, "epoch %" PRId64 "/%" PRId64 ", step %" PRId64 ": loss %.4f", event->epoch, event->epochs,
            event->step, event->loss);
    fprintf(stderr, ", %.0f sequences/s, at most %.0f s left", event->sequences_per_second, event->seconds_left);
}

/* Redraws one line, if standard error is a terminal. */
static llmrec_status show_progress(const llmrec_progress_event *event, void *user)
{
    const int *terminal = user;
    if (*terminal) {
        fputs("\r\033[K", stderr);
        if (event->epoch > 0) print_training(event);
        else print_stage(event);
        if (event->done >= event->total) fputs("\r\033[K", stderr);
    }
    return interrupted ? LLMREC_ERR_CANCELED : LLMREC_OK;
}

/* Prints the library's line for each epoch. */
static llmrec_status show_log(const llmrec_log_event *event, void *user)
{
    const int *terminal = user;
    fprintf(stderr, "%s%s\n", *terminal ? "\r\033[K" : "", event->message);
    return LLMREC_OK;
}

llmrec_context *training_context(const char *name)
{
    static int terminal;
    const struct sigaction action = {.sa_handler = interrupt, .sa_flags = (int)SA_RESETHAND};
    llmrec_context_options options;
    llmrec_context *context = NULL;
    program = name;
    terminal = isatty(STDERR_FILENO);
    sigaction(SIGINT, &action, NULL);
    must(llmrec_context_options_init(&options, sizeof options));
    options.log = show_log;
    options.progress = show_progress;
    options.log_user = options.progress_user = &terminal;
    must(llmrec_context_create(&options, &context));
    return context;
}

/* --- training -------------------------------------------------------------------------------------------------- */

static llmrec_dataset *part_of(const llmrec_dataset *data, int64_t part)
{
    llmrec_split_options options;
    llmrec_dataset *view = NULL;
    must(llmrec_split_options_init(&options, sizeof options));
    options.method = LLMREC_SPLIT_LEAVE_ONE_OUT;
    must(llmrec_dataset_split(data, &options, part, &view));
    return view;
}

static void print_result(const llmrec_encoder *encoder, const char *path)
{
    const int64_t epochs = llmrec_encoder_epochs(encoder), best = llmrec_encoder_best_epoch(encoder);
    llmrec_epoch epoch = {.size = sizeof epoch, .ndcg = NAN};
    printf("%s: %" PRId64 " epochs", path, epochs);
    if (best >= 0) {
        must(llmrec_encoder_epoch(encoder, best, &epoch));
        printf(", the best is number %" PRId64 ": loss %.4f", epoch.epoch, epoch.loss);
    }
    if (!isnan(epoch.ndcg)) printf(", NDCG %.4f", epoch.ndcg);
    printf("\n");
}

/* What `serve` opens: weights, ids and titles in one file beside the encoder's. */
static void save_recommender(const llmrec_encoder *encoder, const llmrec_dataset *data, const char *path)
{
    const llmrec_recommender_parts parts = {.size = sizeof parts, .dataset = data, .encoder = encoder};
    llmrec_recommender *recommender = NULL;
    char name[4096];
    snprintf(name, sizeof name, "%s.recommender", path);
    must(llmrec_recommender_create(&parts, "encoder", &recommender));
    must(llmrec_recommender_save(recommender, name));
    llmrec_recommender_free(recommender);
}

int training_run(llmrec_encoder *encoder, const llmrec_dataset *data, const llmrec_train_options *given,
                 const char *path)
{
    llmrec_train_options options = *given;
    llmrec_dataset *train = part_of(data, LLMREC_PART_TRAIN), *validation = part_of(data, LLMREC_PART_VALIDATION);
    options.checkpoint = path;
    const llmrec_status status = llmrec_encoder_train(encoder, train, validation, &options);
    if (status != LLMREC_ERR_CANCELED) must(status);
    must(llmrec_encoder_save(encoder, path));
    save_recommender(encoder, data, path);
    print_result(encoder, path);
    llmrec_dataset_free(train);
    llmrec_dataset_free(validation);
    return status == LLMREC_OK ? 0 : INTERRUPTED;
}
