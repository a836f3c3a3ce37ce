/* SPDX-License-Identifier: Apache-2.0 */
/* All strategies, and what is the same for each. */
#include "strategies.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "console.h"
#include "model.h"

static const compare_strategy *const strategies[] = {
    &popularity_strategy,     &similarity_strategy,     &bert4rec_strategy,    &llm_bert4rec_strategy,
    &sasrec_strategy,         &llm_sasrec_strategy,     &prompt_rank_strategy, &prompt_genitem_strategy,
    &prompt_genlist_strategy, &prompt_classify_strategy};
enum { STRATEGIES = sizeof strategies / sizeof *strategies };

/* --- names ----------------------------------------------------------------------------------------------------- */

static const compare_strategy *find(const char *name)
{
    for (size_t i = 0; i < STRATEGIES; i++)
        if (strcmp(strategies[i]->name, name) == 0) return strategies[i];
    return NULL;
}

static bool refuse_name(const char *name)
{
    fprintf(stderr, "compare: --strategies: \"%s\"; wanted", name);
    for (size_t i = 0; i < STRATEGIES; i++) fprintf(stderr, "%s %s", i > 0 ? " or" : "", strategies[i]->name);
    fputc('\n', stderr);
    return false;
}

/* What stands after the first colon: a preset, which is taken as it is, then options by name. */
static bool read_words(compare_row *row, char *word)
{
    for (bool first = true; word != NULL; first = false) {
        char *colon = strchr(word, ':');
        if (colon != NULL) *colon = '\0';
        if (first && strchr(word, '=') == NULL) {
            const int64_t epochs = row->own.epochs, patience = row->own.patience;
            const char *first_stage = row->own.first_stage;
            row->own = row_settings_unset();
            row->own.first_stage = first_stage;
            row->own.epochs = epochs;
            row->own.patience = patience;
            *(row->strategy->needs_llm                ? &row->own.prompt_preset
              : row->strategy->encoder_preset == NULL ? &row->own.preset
                                                      : &row->own.encoder_preset) = word;
        } else if (!row_settings_read(&row->own, word)) return false;
        word = colon == NULL ? NULL : colon + 1;
    }
    return true;
}

static bool has_vectors(const compare_settings *settings)
{
    return settings->embedding != NULL || settings_embed_texts(settings);
}

static bool read_row(const compare_settings *settings, const char *name, compare_row *row)
{
    *row = (compare_row){.name = name, .words = malloc(strlen(name) + 1), .own = settings->each};
    if (row->words == NULL) return refuse_name(name);
    char *colon = strchr(strcpy(row->words, name), ':');
    if (colon != NULL) *colon = '\0';
    row->strategy = find(row->words);
    if (row->strategy == NULL || (colon != NULL && row->strategy->check == NULL)) return refuse_name(name);
    if (row->strategy->encoder_preset != NULL && strcmp(row->strategy->encoder_preset, "bert4rec") != 0)
        row->own.encoder_preset = NULL;
    if (!read_words(row, colon == NULL ? NULL : colon + 1)) return false;
    if (row->strategy->needs_vectors && !has_vectors(settings)) {
        fprintf(stderr, "compare: %s: wanted item vectors: --text-model DIR or --embedding FILE\n", name);
        return false;
    }
    if (row->strategy->needs_llm && settings->llm_url == NULL) {
        fprintf(stderr, "compare: %s: wanted a language model: --llm-url URL\n", name);
        return false;
    }
    if (row->strategy->check != NULL && !row->strategy->check(row)) return false;
    row->run_count = row->strategy->encoder_preset == NULL ? 1 : settings->seeds;
    row->runs = calloc((size_t)row->run_count, sizeof *row->runs);
    for (int64_t i = 0; row->runs != NULL && i < row->run_count; i++) row->runs[i].seed = settings->seed + i;
    return row->runs != NULL;
}

static const char *first_stage_name(const compare_settings *settings, const compare_row *row)
{
    if (row->own.first_stage != NULL) return row->own.first_stage;
    return has_vectors(settings) ? "similarity" : "popularity";
}

static compare_row *find_row(compare_row *rows, int64_t count, const char *name)
{
    for (int64_t i = 0; i < count; i++)
        if (strcmp(rows[i].name, name) == 0) return &rows[i];
    return NULL;
}

/* Reads one row, and before a prompt row the one of its first stage, if that does not stand before it. */
static bool read_rows(const compare_settings *settings, const char *name, compare_row rows[MAX_NAMES], int64_t *count)
{
    compare_row row;
    if (find_row(rows, *count, name) != NULL && settings->strategies.count == 0) return true;
    if (!read_row(settings, name, &row)) {
        free(row.words);
        free(row.runs);
        return false;
    }
    if (row.strategy->needs_llm) {
        row.first_stage = first_stage_name(settings, &row);
        if (find_row(rows, *count, row.first_stage) == NULL &&
            (strncmp(row.first_stage, "prompt-", 7) == 0 || !read_rows(settings, row.first_stage, rows, count))) {
            fprintf(stderr, "compare: %s: --first-stage: \"%s\"; wanted a row that asks no model\n", name,
                    row.first_stage);
            free(row.words);
            free(row.runs);
            return false;
        }
    }
    if (*count == MAX_NAMES) {
        fprintf(stderr, "compare: --strategies: more than %d rows with their first stages\n", MAX_NAMES);
        free(row.words);
        free(row.runs);
        return false;
    }
    rows[(*count)++] = row;
    return true;
}

bool rows_read(const compare_settings *settings, compare_row rows[MAX_NAMES], int64_t *count)
{
    static const char *const usual[] = {"popularity", "similarity"};
    const bool asked = settings->strategies.count > 0;
    const int64_t wanted = asked ? settings->strategies.count : 2;
    *count = 0;
    for (int64_t i = 0; i < wanted; i++)
        if (!read_rows(settings, asked ? settings->strategies.name[i] : usual[i], rows, count)) return false;
    return true;
}

bool rows_ask(const compare_row *rows, int64_t count)
{
    for (int64_t i = 0; i < count; i++)
        if (rows[i].strategy->needs_llm) return true;
    return false;
}

const compare_row *row_first_stage(const compare_row *rows, int64_t count, const compare_row *row)
{
    for (int64_t i = 0; row->first_stage != NULL && i < count; i++)
        if (strcmp(rows[i].name, row->first_stage) == 0) return &rows[i];
    return NULL;
}

bool rows_train(const compare_row *rows, int64_t count)
{
    for (int64_t i = 0; i < count; i++)
        if (rows[i].strategy->encoder_preset != NULL) return true;
    return false;
}

const compare_row *row_baseline(const compare_row *rows, int64_t count, const compare_row *row)
{
    static const char prefix[] = "llm-";
    const compare_row *plain = row_first_stage(rows, count, row);
    if (plain != NULL) return plain;
    const char *own = strncmp(row->name, prefix, sizeof prefix - 1) == 0 ? row->name + sizeof prefix - 1 : NULL;
    for (int64_t i = count - 1; own != NULL && i >= 0; i--) {
        const bool same = strcmp(rows[i].name, own) == 0;
        if (strcmp(rows[i].strategy->name, row->strategy->name + sizeof prefix - 1) == 0) plain = &rows[i];
        if (same) return &rows[i];
    }
    return plain != NULL ? plain : row == rows ? NULL : rows;
}

/* --- runs ------------------------------------------------------------------------------------------------------ */

static llmrec_status evaluate(const compare_task *task, compare_run *run)
{
    const compare_settings *s = task->settings;
    llmrec_evaluation_options options;
    llmrec_status status = llmrec_evaluation_options_init(&options, sizeof options);
    if (status != LLMREC_OK) return status;
    options.k = s->k;
    options.k_count = s->k_count;
    options.keep_seen = s->keep_seen;
    options.sample = task->asks ? s->llm_sample : 0;
    options.sample_seed = s->seed;
    return llmrec_evaluate(run->recommender, task->train, task->evaluated, &options, &run->report);
}

double run_train_seconds(const compare_run *run)
{
    double sum = 0;
    for (int64_t i = 0; i < run->epochs; i++) sum += run->epoch[i].seconds + run->epoch[i].validation_seconds;
    return sum;
}

static llmrec_status run_once(compare_task *task, const compare_row *row, compare_run *run)
{
    const double begun = seconds_now();
    const llmrec_usage before = model_usage(task);
    llmrec_status status = row->strategy->make(task, row, run);
    run->prepare_seconds = seconds_now() - begun - run->training_here;
    if (status == LLMREC_OK) status = evaluate(task, run);
    run->usage = model_usage_since(task, &before);
    if (run == row->runs) return status;
    llmrec_recommender_free(run->recommender);
    run->recommender = NULL;
    return status;
}

llmrec_status row_run(compare_task *task, compare_row *row)
{
    const llmrec_report *reports[MAX_SEEDS];
    for (int64_t i = 0; i < row->run_count; i++) {
        console_subject(task->console, row->name, row->run_count > 1 ? row->runs[i].seed : UNSET);
        const llmrec_status status = run_once(task, row, &row->runs[i]);
        if (status != LLMREC_OK && status != LLMREC_ERR_CANCELED && task->error[0] == '\0')
            snprintf(task->error, sizeof task->error, "%s: %s", row->name, llmrec_last_error());
        if (status != LLMREC_OK) return status;
        reports[i] = row->runs[i].report;
    }
    return llmrec_report_mean(reports, (size_t)row->run_count, &row->report);
}

void rows_clear(compare_row *rows, int64_t count)
{
    for (int64_t i = 0; i < count; i++) {
        for (int64_t j = 0; rows[i].runs != NULL && j < rows[i].run_count; j++) {
            llmrec_report_free(rows[i].runs[j].report);
            llmrec_recommender_free(rows[i].runs[j].recommender);
            free(rows[i].runs[j].epoch);
            free(rows[i].runs[j].checkpoint);
        }
        llmrec_report_free(rows[i].report);
        free(rows[i].runs);
        free(rows[i].words);
    }
}
