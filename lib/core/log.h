/* SPDX-License-Identifier: Apache-2.0 */
/* Log lines and progress reports for the host's callbacks. */
#ifndef LR_CORE_LOG_H
#define LR_CORE_LOG_H

#include "core/status.h"
#include "llmrec/context.h"

/* Sends a line to the host's log. Call it only on the thread of the host's call, with no lock held. Quote text from
 * data with lr_quote. */
void lr_log(const llmrec_context *context, int64_t level, const char *room, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Progress of one stage of a long call. Lives on the caller's stack; only the calling thread uses it. */
typedef struct lr_progress {
    llmrec_context *context;
    llmrec_progress_event event; /* next report; `done` and `seconds` are set when it is sent */
    int64_t begun_ns, reported_ns;
} lr_progress;

lr_progress lr_progress_begin(llmrec_context *context, const char *stage, const char *unit, int64_t total);

/* Reports progress at most every 50 ms; otherwise only reads the clock, so any loop can call it. CANCELED if the host
 * asks to stop. */
llmrec_status lr_progress_step(lr_progress *progress, int64_t done);

/* Always reports the end of the stage. */
llmrec_status lr_progress_end(lr_progress *progress, int64_t done);

/* Monotonic clock, in nanoseconds. */
int64_t lr_now_ns(void);

#endif
