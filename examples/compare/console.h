/* SPDX-License-Identifier: Apache-2.0 */
/* What the user sees while waiting, and how the user stops it. */
#ifndef COMPARE_CONSOLE_H
#define COMPARE_CONSOLE_H

#include <stdio.h>

#include "strategies.h"

typedef struct compare_console {
    bool quiet;       /* no progress */
    bool terminal;    /* standard error is one: bars that move; else a plain line now and then */
    double said_at;   /* seconds of the stage at the last plain line */
    char subject[64]; /* what a stage is about, printed with it; "": nothing */
    char stage[64];   /* the stage that is going on; "" for none */
} compare_console;

/* Progress, log lines and canceling for a context. From here on the first Ctrl-C ends the call at hand in good order,
 * the second one the program. */
void console_attach(compare_console *console, bool quiet, llmrec_context_options *options);

/* From here on stages are about this row, from that seed (UNSET: there is none to name). */
void console_subject(compare_console *console, const char *name, int64_t seed);

/* One line on what a run's training came to. */
void console_trained(compare_console *console, const compare_run *run);

/* Prints at most `width` columns of a text from data: one line, nothing that could disturb a terminal. */
void console_print(FILE *file, const char *text, size_t length, size_t width);

#endif
