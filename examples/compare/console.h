/* SPDX-License-Identifier: Apache-2.0 */
/* What the user sees while waiting, and how the user stops it. */
#ifndef COMPARE_CONSOLE_H
#define COMPARE_CONSOLE_H

#include <llmrec/llmrec.h>

#include <stdbool.h>
#include <stdio.h>

typedef struct compare_console {
    bool quiet;          /* no progress */
    bool terminal;       /* standard error is one: bars that move; else a plain line now and then */
    double said_at;      /* seconds of the stage at the last plain line */
    const char *subject; /* what a stage is about, printed with it; NULL: nothing */
    char stage[64];      /* the stage that is going on; "" for none */
} compare_console;

/* Progress, log lines and cancelling for a context. From here on the first Ctrl-C ends the call at hand in good order, the
 * second one the program. */
void console_attach(compare_console *console, bool quiet, llmrec_context_options *options);

/* Prints at most `width` columns of a text from data: one line, nothing that could disturb a terminal. */
void console_print(FILE *file, const char *text, size_t length, size_t width);

#endif
