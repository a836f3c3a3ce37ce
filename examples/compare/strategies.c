/* SPDX-License-Identifier: Apache-2.0 */
/* All strategies, and what is the same for each. */
#include "strategy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "console.h"

static const compare_strategy *const strategies[] = {&popularity_strategy, &similarity_strategy,
                                                     &bert4rec_strategy,   &llm_bert4rec_strategy,
                                                     &sasrec_strategy,     &llm_sasrec_strategy};
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

/* What stands after the first colon: a preset or profile, which is taken as it is, then options by name. */
static bool read_words(compare_row *row, char *word)
{
    for (bool first = true; word != NULL; first = false) {
        char *colon = strchr(word, ':');
        if (colon != NULL) *colon = '\0';
        if (first && strchr(word, '=') == NULL) {
            const int64_t epochs = row->own.epochs, patience = row->own.patience;
            row->own = row_settings_unset();
            row->own.epochs = epochs;
            row->own.patience = patience;
            *(row->strategy->profile == NULL ? &row->own.preset : &row->own.profile) = word;
        } else if (!row_settings_read(&row->own, word)) return false;
        word = colon == NULL ? NULL : colon + 1;
    }
    return true;
}

static bool read_row(const compare_settings *settings, const char *name, compare_row *row)
{
    *row = (compare_row){.name = name, .words = malloc(strlen(name) + 1), .own = settings->each};
    if (row->words == NULL) return refuse_name(name);
    char *colon = strchr(strcpy(row->words, name), ':');
    if (colon != NULL) *colon = '\0';
    row->strategy = find(row->words);
    if (row->strategy == NULL || (colon != NULL && row->strategy->check == NULL)) return refuse_name(name);
    if (row->strategy->profile != NULL && strcmp(row->strategy->profile, "bert4rec") != 0) row->own.profile = NULL;
    if (!read_words(row, colon == NULL ? NULL : colon + 1)) return false;
    if (row->strategy->needs_vectors && settings->embedding == NULL && settings->text_model == NULL) {
        fprintf(stderr, "compare: %s: wanted item vectors: --text-model DIR or --embedding FILE\n", name);
        return false;
    }
    if (row->strategy->check != NULL && !row->strategy->check(row)) return false;
    row->run_count = row->strategy->profile == NULL ? 1 : settings->seeds;
    row->runs = calloc((size_t)row->run_count, sizeof *row->runs);
    for (int64_t i = 0; row->runs != NULL && i < row->run_count; i++) row->runs[i].seed = settings->seed + i;
    return row->runs != NULL;
}

bool rows_read(const compare_settings *settings, compare_row rows[MAX_NAMES], int64_t *count)
{
    static const char *const usual[] = {"popularity", "similarity"};
    const bool asked = settings->strategies.count > 0;
    const int64_t wanted = asked ? settings->strategies.count : 2;
    for (*count = 0; *count < wanted; ++*count)
        if (!read_row(settings, asked ? settings->strategies.name[*count] : usual[*count], &rows[*count])) return false;
    return true;
}

bool rows_train(const compare_row *rows, int64_t count)
{
    for (int64_t i = 0; i < count; i++)
        if (rows[i].strategy->profile != NULL) return true;
    return false;
}

const compare_row *row_baseline(const compare_row *rows, int64_t count, const compare_row *row)
{
    static const char prefix[] = "llm-";
    const compare_row *plain = NULL;
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
    llmrec_status status = row->strategy->make(task, row, run);
    run->prepare_seconds = seconds_now() - begun - run->training_here;
    if (status == LLMREC_OK) status = evaluate(task, run);
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
        if (status != LLMREC_OK && status != LLMREC_ERR_CANCELLED && task->error[0] == '\0')
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
