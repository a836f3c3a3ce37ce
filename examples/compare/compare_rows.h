/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of the comparison: a strategy with options, its runs and its figures. */
#ifndef COMPARE_COMPARE_ROWS_H
#define COMPARE_COMPARE_ROWS_H

#include "strategies.h"
#include "task.h"

enum { MAX_PARTS = 16 };

/* One run of a row. A trained row has one for each seed, any other row one. */
typedef struct compare_run {
    int64_t seed;
    llmrec_recommender *recommender; /* of the first run; others are freed after their evaluation */
    llmrec_recommender *before;      /* --refit: the one of the train part alone; else NULL */
    llmrec_report *report;
    double prepare_seconds;
    /* of training */
    int64_t epochs, best, parameters; /* epochs done, 0: nothing was trained; the best epoch, from 1 */
    llmrec_epoch *epoch;              /* [epochs] */
    char *checkpoint;                 /* its file; NULL: none is kept */
    int64_t epochs_before;            /* done when a checkpoint was opened */
    double training_here;             /* seconds of training in this process */
    llmrec_usage usage;               /* of a language model */
    /* of a blend whose weights were fitted here */
    llmrec_blend_fit_report fit; /* size 0: none */
} compare_run;

typedef struct compare_row {
    const char *name; /* as given: "similarity", "similarity:harte2023", "bert4rec:hidden-dropout=0.3" */
    char *words;      /* the same, cut at its colons; values of options are in it */
    const compare_strategy *strategy;
    compare_options options;     /* those of the flags and its own */
    const char *first_stage;     /* name of another row; NULL: it takes none */
    const char *part[MAX_PARTS]; /* names of the rows that it combines */
    int64_t part_count;
    compare_run *runs;
    int64_t run_count;
    llmrec_report *report; /* the mean over all runs */
} compare_row;

/* Reads rows in the order given. A first stage that is not among the rows before is added before. If a name or option
 * is wrong, says so in one line and returns false. */
bool rows_read(const compare_settings *settings, compare_row rows[MAX_NAMES], int64_t *count);
void rows_clear(compare_row *rows, int64_t count);

/* Whether any row is trained; whether any has weights to fit; whether any asks a language model. */
bool rows_train(const compare_row *rows, int64_t count);
bool rows_fit(const compare_row *rows, int64_t count);
bool rows_ask(const compare_row *rows, int64_t count);

/* The row whose candidates a row ranks, or NULL. */
const compare_row *row_first_stage(const compare_row *rows, int64_t count, const compare_row *row);

/* A row that a row combines. */
const compare_row *row_part(const compare_row *rows, int64_t count, const compare_row *row, int64_t part);

/* The recommender of a row's first run that has seen the train part alone. */
const llmrec_recommender *row_trained(const compare_row *row);

/* The row that shows what a row is worth: its first stage; the best of the rows that it combines; the same strategy
 * without vectors of a language model; else the first row. NULL for the first row itself. */
const compare_row *row_baseline(const compare_row *rows, int64_t count, const compare_row *row);

/* Makes and evaluates one row, from each seed. */
llmrec_status row_run(compare_task *task, compare_row *row);

/* Seconds of a run's training, in all processes. */
double run_train_seconds(const compare_run *run);

#endif
