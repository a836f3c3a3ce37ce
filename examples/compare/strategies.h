/* SPDX-License-Identifier: Apache-2.0 */
/* Strategies: each has a row in the table of strategies.c. */
#ifndef COMPARE_STRATEGIES_H
#define COMPARE_STRATEGIES_H

#include "task.h"

/* One run of a row: once for what is not trained, once a seed for what is. */
typedef struct compare_run {
    int64_t seed;
    llmrec_recommender *recommender; /* of the first run; the others' are freed once evaluated */
    llmrec_report *report;
    double prepare_seconds;
    /* of training */
    int64_t epochs, best, parameters; /* epochs done, 0: there was no training; the best epoch, 1, 2, ... */
    llmrec_epoch *epoch;              /* [epochs] */
    char *checkpoint;                 /* its file; NULL: none is kept */
    int64_t epochs_before;            /* done when a checkpoint was opened */
    double training_here;             /* seconds of it, in this process */
    llmrec_usage usage;               /* of a language model */
} compare_run;

/* One row of the comparison: a strategy as it was asked for, and what it came to. */
typedef struct compare_row {
    const char *name; /* as asked for: "similarity", "similarity:harte2023", "bert4rec:dropout=0.3" */
    char *words;      /* the same, cut at its colons; the settings' texts stand in it */
    const struct compare_strategy *strategy;
    row_settings own;
    const char *first_stage; /* name of another row; NULL: it has none */
    compare_run *runs;
    int64_t run_count;
    llmrec_report *report; /* the mean of all runs' */
} compare_row;

typedef struct compare_strategy {
    const char *name;
    bool needs_vectors;
    bool needs_llm;
    const char *encoder_preset; /* it is trained, and starts from this one; NULL: it is not */
    /* Whether the row's settings make sense, before anything is loaded; says so in one line if not. NULL: they always
     * do. */
    bool (*check)(const compare_row *row);
    /* Makes run->recommender, and fills in what there is to say about training. */
    llmrec_status (*make)(compare_task *task, const compare_row *row, compare_run *run);
} compare_strategy;

extern const compare_strategy prompt_rank_strategy, prompt_genitem_strategy, prompt_genlist_strategy,
    prompt_classify_strategy;
extern const compare_strategy popularity_strategy, similarity_strategy, bert4rec_strategy, llm_bert4rec_strategy,
    sasrec_strategy, llm_sasrec_strategy;

/* Rows in the order asked for. On a wrong name or setting, says so in one line and returns false. */
bool rows_read(const compare_settings *settings, compare_row rows[MAX_NAMES], int64_t *count);

/* Whether any of them is trained; whether any asks a language model. */
bool rows_train(const compare_row *rows, int64_t count);
bool rows_ask(const compare_row *rows, int64_t count);

/* The row whose candidates a prompt row ranks: one before it. NULL: it is no prompt row. */
const compare_row *row_first_stage(const compare_row *rows, int64_t count, const compare_row *row);

/* Seconds that a run's training took, in whichever process. */
double run_train_seconds(const compare_run *run);

/* Makes and evaluates one row, from each seed. */
llmrec_status row_run(compare_task *task, compare_row *row);

/* The row that shows what a row is worth: the same strategy without vectors of a language model where there is one, or
 * else the first row; NULL for the first row itself. */
const compare_row *row_baseline(const compare_row *rows, int64_t count, const compare_row *row);

void rows_clear(compare_row *rows, int64_t count);

#endif
