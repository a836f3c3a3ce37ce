/* SPDX-License-Identifier: Apache-2.0 */
/* What all strategies are given: one data set, its parts, and the items' vectors. */
#ifndef COMPARE_TASK_H
#define COMPARE_TASK_H

#include <llmrec/llmrec.h>

#include "settings.h"

typedef struct compare_task {
    const compare_settings *settings;
    bool trains; /* some row is trained: a validation part is wanted */
    bool asks;   /* some row asks a language model: all are evaluated on a sample */
    struct compare_console *console;
    llmrec_context *context;
    llmrec_dataset *dataset; /* whole */
    llmrec_dataset *train;
    llmrec_dataset *validation;        /* for early stopping; NULL: nothing is trained, or none is held out */
    llmrec_dataset *evaluated;         /* the test or validation part */
    llmrec_embedding *embedding;       /* a vector an item; NULL where none was asked for */
    llmrec_text_encoder *text_encoder; /* that made them; NULL where a file brought them */
    llmrec_alignment alignment;        /* of vectors that came from a file */
    llmrec_llm *llm;                   /* NULL: no row asks one */
    const struct compare_row *rows;    /* all of them, for those that use others */
    int64_t row_count;
    int64_t split;
    double validation_fraction; /* of a temporal split */
    bool drops_untrained;
    bool has_times;
    double load_seconds, embed_seconds;
    char error[512]; /* what went wrong, where it is not the library's latest failure; "" else */
} compare_task;

/* Loads, splits and embeds as the settings say, with the task's context. What was made before a failure stays to be
 * cleared. */
llmrec_status task_load(compare_task *task);
void task_clear(compare_task *task);

/* Seconds on a clock that only goes forward. */
double seconds_now(void);

#endif
