/* SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L
#include "task.h"

#include "model.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

static const double VALIDATION_FRACTION = 0.1; /* where training stops early by it */
enum { ASKED_SESSIONS = 100 };

double seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* --- the data set ----------------------------------------------------------------------------------------------- */

static llmrec_status load_dataset(compare_task *task)
{
    const compare_settings *s = task->settings;
    llmrec_dataset_options *options = &task->loading;
    llmrec_status status = options_fill(&s->options, "dataset", options, sizeof *options);
    if (status == LLMREC_OK)
        status = llmrec_dataset_load(task->context, s->interactions, s->items, options, &task->dataset);
    if (status != LLMREC_ERR_FORMAT || options->item_column != NULL || options->items_id_column == NULL) return status;
    snprintf(task->error, sizeof task->error, "%s", llmrec_last_error());
    options->item_column = options->items_id_column; /* perhaps both files call it that */
    const llmrec_status second = llmrec_dataset_load(task->context, s->interactions, s->items, options, &task->dataset);
    if (second == LLMREC_OK) task->error[0] = '\0';
    return second == LLMREC_OK ? LLMREC_OK : status;
}

/* By time if there are times. A validation part is held out if something is trained. */
static llmrec_status fill_split(compare_task *task)
{
    const compare_settings *s = task->settings;
    llmrec_split_options *options = &task->split;
    const llmrec_status status = options_fill(&s->options, "split", options, sizeof *options);
    if (status != LLMREC_OK) return status;
    task->has_times = llmrec_dataset_time_unit(task->dataset) != LLMREC_TIME_UNIT_AUTO;
    if (!task->has_times && options_given(&s->options, "split", "method") == NULL)
        options->method = LLMREC_SPLIT_LEAVE_ONE_OUT;
    if (options_given(&s->options, "split", "validation_fraction") != NULL) return status;
    if (s->part == LLMREC_PART_VALIDATION) options->validation_fraction = options->test_fraction;
    else if (task->trains || task->fits) options->validation_fraction = VALIDATION_FRACTION;
    return status;
}

static llmrec_status split(compare_task *task)
{
    const llmrec_split_options *options = &task->split;
    llmrec_status status = fill_split(task);
    const bool validates = (task->trains || task->fits) &&
                           (options->method == LLMREC_SPLIT_LEAVE_ONE_OUT || options->validation_fraction > 0);
    if (status == LLMREC_OK) status = llmrec_dataset_split(task->dataset, options, LLMREC_PART_TRAIN, &task->train);
    if (status == LLMREC_OK && validates)
        status = llmrec_dataset_split(task->dataset, options, LLMREC_PART_VALIDATION, &task->validation);
    if (status == LLMREC_OK && task->settings->refit != NULL)
        status = llmrec_dataset_split(task->dataset, options, LLMREC_PART_TRAIN_VALIDATION, &task->refit);
    if (status == LLMREC_OK)
        status = llmrec_dataset_split(task->dataset, options, task->settings->part, &task->evaluated);
    return status;
}

bool task_drops_untrained(const compare_task *task)
{
    const int64_t drop = task->split.drop_untrained;
    return drop < 0 ? task->split.method == LLMREC_SPLIT_TEMPORAL : drop != 0;
}

/* A model costs a request for each session, so by default it is asked about a sample of them. */
static llmrec_status fill_evaluation(compare_task *task)
{
    const compare_settings *s = task->settings;
    const llmrec_status status = options_fill(&s->options, "evaluation", &task->evaluation, sizeof task->evaluation);
    task->evaluation.k = s->k;
    task->evaluation.k_count = s->k_count;
    task->evaluation.sample_seed = s->seed;
    if (task->asks && options_given(&s->options, "evaluation", "sample") == NULL)
        task->evaluation.sample = ASKED_SESSIONS;
    return status;
}

/* --- item vectors -------------------------------------------------------------------------------------------- */

static bool has_ids(const llmrec_embedding *embedding)
{
    const char *id = NULL;
    size_t length = 0;
    return llmrec_embedding_rows(embedding) > 0 && llmrec_embedding_id(embedding, 0, &id, &length) == LLMREC_OK;
}

/* Opens a table that the library wrote, or loads a foreign one. */
static llmrec_status read_table(llmrec_context *context, const char *path, const llmrec_embedding_options *options,
                                llmrec_embedding **table)
{
    const char *ending = strrchr(path, '.');
    const bool ours = ending != NULL && strcmp(ending, ".h5") == 0;
    return (ours ? llmrec_embedding_open : llmrec_embedding_load)(context, path, options, table);
}

/* Vectors made elsewhere: by their own ids, or else in the order of the item file's rows. */
static llmrec_status load_vectors(compare_task *task)
{
    const compare_settings *s = task->settings;
    llmrec_embedding_options options;
    llmrec_embedding *table = NULL;
    llmrec_status status = options_fill(&s->options, "embedding", &options, sizeof options);
    if (status == LLMREC_OK) status = read_table(task->context, s->embedding, &options, &table);
    const char *items = s->items == NULL && llmrec_dataset_columns(task->dataset) > 0 ? s->interactions : s->items;
    if (status == LLMREC_OK && !has_ids(table) && items != NULL && options.ids_path == NULL) {
        llmrec_embedding_free(table);
        table = NULL;
        options.ids_path = items;
        options.ids_column = task->loading.items_id_column;
        status = read_table(task->context, s->embedding, &options, &table);
    }
    task->alignment = (llmrec_alignment){.size = sizeof task->alignment};
    if (status == LLMREC_OK)
        status = llmrec_embedding_align(table, task->dataset, LLMREC_ALIGN_ZERO, &task->alignment, &task->embedding);
    llmrec_embedding_free(table);
    return status;
}

static llmrec_status encode_texts(compare_task *task)
{
    const compare_settings *s = task->settings;
    llmrec_encode_items_options options;
    const char *only = llmrec_dataset_column_name(task->dataset, 0);
    llmrec_status status = options_fill(&s->options, "encode-items", &options, sizeof options);
    if (llmrec_dataset_columns(task->dataset) == 0) {
        snprintf(task->error, sizeof task->error, "--text-model: wanted --items with texts to embed");
        return LLMREC_ERR_ARGUMENT;
    }
    if (s->text_columns.count > 0) {
        options.columns = s->text_columns.name;
        options.column_count = s->text_columns.count;
    } else if (llmrec_dataset_title_column(task->dataset) < 0 && llmrec_dataset_columns(task->dataset) == 1) {
        options.columns = &only; /* whatever it is called, there is no other */
        options.column_count = 1;
    }
    const char *cache = options.cache_directory;
    if (status == LLMREC_OK && cache != NULL && mkdir(cache, 0777) != 0 && errno != EEXIST)
        fprintf(stderr, "compare: --cache-directory: cannot make %s: %s\n", cache, strerror(errno));
    if (status == LLMREC_OK) status = model_open_texts(task);
    if (status != LLMREC_OK) return status;
    return llmrec_text_encoder_encode_items(task->text_encoder, task->dataset, &options, &task->embedding);
}

llmrec_status task_load(compare_task *task)
{
    const double begun = seconds_now();
    llmrec_status status = fill_evaluation(task);
    if (status == LLMREC_OK) status = load_dataset(task);
    if (status == LLMREC_OK) status = split(task);
    const double loaded = seconds_now();
    if (status == LLMREC_OK && task->settings->embedding != NULL) status = load_vectors(task);
    if (status == LLMREC_OK && settings_embed_texts(task->settings)) status = encode_texts(task);
    if (status == LLMREC_OK && task->asks) status = model_open(task);
    task->load_seconds = loaded - begun;
    task->embed_seconds = seconds_now() - loaded;
    return status;
}

void task_clear(compare_task *task)
{
    llmrec_llm_free(task->llm);
    llmrec_text_encoder_free(task->text_encoder);
    llmrec_embedding_free(task->embedding);
    llmrec_dataset_free(task->evaluated);
    llmrec_dataset_free(task->refit);
    llmrec_dataset_free(task->validation);
    llmrec_dataset_free(task->train);
    llmrec_dataset_free(task->dataset);
    llmrec_context_free(task->context);
}
