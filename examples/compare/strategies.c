/* SPDX-License-Identifier: Apache-2.0 */
/* All strategies, and what is the same for each. */
#include "strategy.h"

#include <stdio.h>
#include <string.h>

static const compare_strategy *const strategies[] = {&popularity_strategy, &similarity_strategy};
enum { STRATEGIES = sizeof strategies / sizeof *strategies };

static const compare_strategy *find(const char *name, size_t length)
{
    for (size_t i = 0; i < STRATEGIES; i++)
        if (strlen(strategies[i]->name) == length && strncmp(strategies[i]->name, name, length) == 0)
            return strategies[i];
    return NULL;
}

static void refuse_name(const char *name)
{
    fprintf(stderr, "compare: --strategies: \"%s\"; wanted", name);
    for (size_t i = 0; i < STRATEGIES; i++) fprintf(stderr, "%s %s", i > 0 ? " or" : "", strategies[i]->name);
    fputc('\n', stderr);
}

static bool read_row(const compare_settings *settings, const char *name, compare_row *row)
{
    const char *colon = strchr(name, ':');
    *row = (compare_row){.name = name, .variant = colon == NULL ? NULL : colon + 1};
    row->strategy = find(name, colon == NULL ? strlen(name) : (size_t)(colon - name));
    if (row->strategy == NULL || (colon != NULL && row->strategy->check == NULL)) {
        refuse_name(name);
        return false;
    }
    if (row->strategy->needs_vectors && settings->embedding == NULL && settings->text_model == NULL) {
        fprintf(stderr, "compare: %s: wanted item vectors: --text-model DIR or --embedding FILE\n", name);
        return false;
    }
    if (row->strategy->check == NULL || row->strategy->check(settings, row->variant) == LLMREC_OK) return true;
    fprintf(stderr, "compare: %s: %s\n", name, llmrec_last_error());
    return false;
}

bool rows_read(const compare_settings *settings, compare_row rows[MAX_NAMES], int64_t *count)
{
    static const char *const usual[] = {"popularity", "similarity"};
    const bool asked = settings->strategies.count > 0;
    *count = asked ? settings->strategies.count : 2;
    for (int64_t i = 0; i < *count; i++)
        if (!read_row(settings, asked ? settings->strategies.name[i] : usual[i], &rows[i])) return false;
    return true;
}

static llmrec_status evaluate(const compare_task *task, compare_row *row)
{
    const compare_settings *s = task->settings;
    llmrec_evaluation_options options;
    llmrec_status status = llmrec_evaluation_options_init(&options, sizeof options);
    if (status != LLMREC_OK) return status;
    options.k = s->k;
    options.k_count = s->k_count;
    options.keep_seen = s->keep_seen;
    return llmrec_evaluate(row->recommender, task->train, task->evaluated, &options, &row->report);
}

llmrec_status row_run(const compare_task *task, compare_row *row)
{
    const double begun = seconds_now();
    const llmrec_status status = row->strategy->make(task, row);
    row->prepare_seconds = seconds_now() - begun - row->train_seconds;
    return status == LLMREC_OK ? evaluate(task, row) : status;
}

void rows_clear(compare_row *rows, int64_t count)
{
    for (int64_t i = 0; i < count; i++) {
        llmrec_report_free(rows[i].report);
        llmrec_recommender_free(rows[i].recommender);
    }
}
