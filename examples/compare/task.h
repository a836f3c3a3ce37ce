/* SPDX-License-Identifier: Apache-2.0 */
/* What all strategies share: one data set, its parts, vectors of the items and a language model. */
#ifndef COMPARE_TASK_H
#define COMPARE_TASK_H

#include <llmrec/llmrec.h>

#include "flags.h"

typedef struct compare_task {
    const compare_settings *settings;
    bool trains; /* a row is trained: a validation part is wanted */
    bool fits;   /* a row has weights to fit: the same */
    bool asks;   /* a row asks a language model: all are evaluated on a sample */
    struct compare_console *console;
    llmrec_context *context;
    llmrec_dataset *dataset; /* whole */
    llmrec_dataset *train;
    llmrec_dataset *refit;       /* --refit: train and validation, of which all is made again; else NULL */
    llmrec_dataset *validation;  /* for early stopping and weights; NULL: nothing needs it, or no part is held out */
    llmrec_dataset *evaluated;   /* the test or validation part */
    llmrec_embedding *embedding; /* a vector for each item, or NULL */
    llmrec_text_encoder *text_encoder; /* that made them; NULL if they are from a file */
    llmrec_alignment alignment;        /* of vectors from a file */
    llmrec_llm *llm;                   /* NULL: no row asks one */
    const struct compare_row *rows;    /* all rows: a row may use others */
    int64_t row_count;
    llmrec_dataset_options loading;
    llmrec_split_options split;
    llmrec_evaluation_options evaluation;
    bool has_times;
    double load_seconds, embed_seconds;
    char error[512]; /* the failure if it is not the library's latest one; else "" */
} compare_task;

/* Loads, splits and embeds as the settings say, with the task's context. After a failure too, task_clear frees what was
 * made. */
llmrec_status task_load(compare_task *task);
void task_clear(compare_task *task);

/* Whether rows of items that the training part never has are dropped. */
bool task_drops_untrained(const compare_task *task);

/* Seconds of a clock that never goes back. */
double seconds_now(void);

#endif
