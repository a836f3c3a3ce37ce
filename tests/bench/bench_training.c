/* SPDX-License-Identifier: Apache-2.0 */
/* Trains BERT4Rec on a file of sequences, recommends, and prints the speed, for tests/bench/training.py:
 *
 *     bench_training FILE THREADS EPOCHS LOSS        LOSS: 0 softmax, 1 sampled softmax, 2 gBCE
 *
 * Leave-one-out, last 50 rows of each session; D 64, 2 layers, 2 heads, mask rate .2, batches of 256, dropout .2.
 * Prints a line per epoch: seconds, sequences and tokens per second, loss, and with a fifth argument validation
 * NDCG@10; then the peak memory, and the median time of the best 10 for sessions of 10 items. */
#include <llmrec/llmrec.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

/* Ends the program on a failure. */
static void must(llmrec_status status)
{
    if (status == LLMREC_OK) return;
    fprintf(stderr, "bench_training: %s\n", llmrec_last_error());
    exit(1);
}

static llmrec_dataset *load(llmrec_context *context, const char *path)
{
    llmrec_dataset_options options;
    llmrec_dataset *dataset = NULL;
    must(llmrec_dataset_options_init(&options, sizeof options));
    options.format = LLMREC_FORMAT_SEQUENCES;
    must(llmrec_dataset_load(context, path, NULL, &options, &dataset));
    return dataset;
}

static llmrec_dataset *part_of(const llmrec_dataset *dataset, int64_t part)
{
    llmrec_split_options options;
    llmrec_dataset *view = NULL;
    must(llmrec_split_options_init(&options, sizeof options));
    options.method = LLMREC_SPLIT_LEAVE_ONE_OUT;
    must(llmrec_dataset_split(dataset, &options, part, &view));
    return view;
}

static void print_epochs(const llmrec_encoder *encoder)
{
    struct rusage usage;
    for (int64_t i = 0; i < llmrec_encoder_epochs(encoder); i++) {
        llmrec_epoch epoch = {.size = sizeof epoch};
        must(llmrec_encoder_epoch(encoder, i, &epoch));
        printf("epoch %lld seconds %.3f sequences/s %.0f tokens/s %.0f loss %.4f ndcg %.4f\n", (long long)epoch.epoch,
               epoch.seconds, epoch.sequences_per_second, epoch.tokens_per_second, epoch.loss, epoch.ndcg);
    }
    getrusage(RUSAGE_SELF, &usage);
    printf("peak MB %.0f\n", (double)usage.ru_maxrss / 1024);
}

static double milliseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return 1e3 * (double)now.tv_sec + 1e-6 * (double)now.tv_nsec;
}

static int by_size(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

enum { MOST_SESSIONS = 256, SESSION_ITEMS = 10, BEST = 10, MOST_ROUNDS = 1000 };

static void time_sessions(const llmrec_recommender *recommender, int64_t catalog, int sessions, int rounds)
{
    static int64_t offsets[MOST_SESSIONS + 1];
    static int32_t items[MOST_SESSIONS * SESSION_ITEMS], best[MOST_SESSIONS * BEST], counts[MOST_SESSIONS];
    static double times[MOST_ROUNDS];
    for (int i = 0; i < sessions * SESSION_ITEMS; i++) items[i] = (int32_t)(i * 7919LL % catalog);
    for (int i = 0; i <= sessions; i++) offsets[i] = i * SESSION_ITEMS;
    for (int round = 0; round < rounds; round++) {
        times[round] = milliseconds();
        must(llmrec_recommend(recommender, offsets, items, (size_t)sessions, BEST, NULL, best, NULL, counts));
        times[round] = milliseconds() - times[round];
    }
    qsort(times, (size_t)rounds, sizeof *times, by_size);
    printf("sessions %d milliseconds %.3f\n", sessions, times[rounds / 2]);
}

static void time_recommendations(const llmrec_encoder *encoder)
{
    llmrec_recommender *recommender = NULL;
    must(llmrec_recommender_create_encoder(encoder, &recommender));
    time_sessions(recommender, llmrec_encoder_items(encoder), 1, MOST_ROUNDS);
    time_sessions(recommender, llmrec_encoder_items(encoder), MOST_SESSIONS, 100);
    llmrec_recommender_free(recommender);
}

int main(int count, char **arguments)
{
    llmrec_context_options options;
    llmrec_encoder_options network;
    llmrec_train_options training;
    llmrec_context *context = NULL;
    llmrec_encoder *encoder = NULL;
    if (count < 5) return 2;
    must(llmrec_context_options_init(&options, sizeof options));
    options.threads = atoi(arguments[2]);
    must(llmrec_context_create(&options, &context));
    llmrec_dataset *dataset = load(context, arguments[1]), *train = part_of(dataset, LLMREC_PART_TRAIN);
    llmrec_dataset *validation = count > 5 ? part_of(dataset, LLMREC_PART_VALIDATION) : NULL;
    must(llmrec_encoder_options_init(&network, sizeof network));
    must(llmrec_encoder_create(dataset, &network, &encoder));
    must(llmrec_train_options_init(&training, sizeof training));
    training.epochs = atoi(arguments[3]);
    training.loss = atoi(arguments[4]);
    training.mask_probability = 0.2;
    training.last_share = 0;
    training.window_stride = -1;
    must(llmrec_encoder_train(encoder, train, validation, &training));
    print_epochs(encoder);
    time_recommendations(encoder);
    llmrec_encoder_free(encoder);
    llmrec_dataset_free(validation);
    llmrec_dataset_free(train);
    llmrec_dataset_free(dataset);
    llmrec_context_free(context);
    return 0;
}
