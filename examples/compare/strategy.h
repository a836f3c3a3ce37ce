/* SPDX-License-Identifier: Apache-2.0 */
/* Strategies: each has a file of its own and a row in the table of strategies.c. */
#ifndef COMPARE_STRATEGY_H
#define COMPARE_STRATEGY_H

#include "task.h"

/* One row of the comparison: a strategy as it was asked for, and what it came to. */
typedef struct compare_row {
    const char *name;    /* as asked for: "similarity", "similarity:harte2023" */
    const char *variant; /* what stands after the colon, or NULL */
    const struct compare_strategy *strategy;
    llmrec_recommender *recommender;
    llmrec_report *report;
    double prepare_seconds, train_seconds;
    int64_t epochs; /* of training; 0: there was none, and the next two are not shown */
    double sequences_per_second, tokens_per_second;
} compare_row;

typedef struct compare_strategy {
    const char *name;
    bool needs_vectors;
    /* Whether settings and variant make sense, before anything is loaded; NULL: they always do. */
    llmrec_status (*check)(const compare_settings *settings, const char *variant);
    /* Makes row->recommender; sets train_seconds and what follows it if there was training. */
    llmrec_status (*make)(const compare_task *task, compare_row *row);
} compare_strategy;

extern const compare_strategy popularity_strategy, similarity_strategy;

/* Rows in the order asked for. On a wrong name or setting, says so in one line and returns false. */
bool rows_read(const compare_settings *settings, compare_row rows[MAX_NAMES], int64_t *count);

/* Makes and evaluates one row. */
llmrec_status row_run(const compare_task *task, compare_row *row);

void rows_clear(compare_row *rows, int64_t count);

#endif
