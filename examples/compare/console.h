/* SPDX-License-Identifier: Apache-2.0 */
/* What the user sees while waiting, and how the user stops it. */
#ifndef COMPARE_CONSOLE_H
#define COMPARE_CONSOLE_H

#include <stdio.h>

#include "compare_rows.h"

typedef struct compare_console {
    bool quiet;       /* no progress */
    bool terminal;    /* standard error is one: moving bars; else a plain line now and then */
    double said_at;   /* seconds of the stage at the last plain line */
    char subject[64]; /* the row that a stage is about; "": none */
    char stage[64];   /* the current stage; "": none */
} compare_console;

/* Progress, log lines and canceling for a context. From now on the first Ctrl-C cancels the current call,
 * the second one ends the program. */
void console_attach(compare_console *console, bool quiet, llmrec_context_options *options);

/* From now on stages are about this row, with that seed (-1: none). */
void console_subject(compare_console *console, const char *name, int64_t seed);

/* One line with the result of a run's training. */
void console_trained(compare_console *console, const compare_run *run);

/* Prints at most `width` columns of a text from data: one line, nothing that could disturb a terminal. */
void console_print(FILE *file, const char *text, size_t length, size_t width);

/* Prints "compare: BEFORE", the start of a text from the command line, and AFTER: a message about it. Returns false. */
bool console_refuse(const char *before, const char *text, const char *after);

#endif
