/* SPDX-License-Identifier: Apache-2.0 */
/* Finished log lines and progress, passed to the host's callbacks. */
#ifndef LR_CORE_LOG_H
#define LR_CORE_LOG_H

#include "core/status.h"
#include "llmrec/context.h"

/* Only from the thread that made the call, with no lock held. Text from data goes through lr_quote first. */
void lr_log(const llmrec_context *context, int64_t level, const char *room, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* One stage of a long call: begun on the caller's stack, stepped from the calling thread, ended. */
typedef struct lr_progress {
    llmrec_context *context;
    llmrec_progress_event event; /* the next report; `done` and `seconds` are filled in then */
    int64_t begun_ns, reported_ns;
} lr_progress;

lr_progress lr_progress_begin(llmrec_context *context, const char *stage, const char *unit, int64_t total);

/* Cheap enough for any loop: asks the clock, and the host at most every 50 ms. LLMREC_ERR_CANCELED if it wants to
 * stop. */
llmrec_status lr_progress_step(lr_progress *progress, int64_t done);

/* Reports the end of the stage whatever the clock says. */
llmrec_status lr_progress_end(lr_progress *progress, int64_t done);

/* Monotonic clock. */
int64_t lr_now_ns(void);

#endif
