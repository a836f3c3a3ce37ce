/* SPDX-License-Identifier: Apache-2.0 */
/* Formats log lines and calls the host's log and progress callbacks. */
#include "core/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <time.h>

#include "core/context.h"

enum { LINE_SIZE = 1024 };
static const int64_t REPORT_EVERY_NS = 50 * 1000 * 1000;

int64_t lr_now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

void lr_log(const llmrec_context *context, int64_t level, const char *room, const char *format, ...)
{
    char line[LINE_SIZE];
    va_list arguments;
    if (context->log == NULL || level > context->log_level) return;
    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    const llmrec_log_event event = {.size = sizeof event, .level = level, .room = room, .message = line};
    context->log(&event, context->log_user);
}

lr_progress lr_progress_begin(llmrec_context *context, const char *stage, const char *unit, int64_t total)
{
    const int64_t now = lr_now_ns();
    return (lr_progress){
        .context = context,
        .event = {.size = sizeof(llmrec_progress_event), .stage = stage, .unit = unit, .total = total},
        .begun_ns = now,
        .reported_ns = now,
    };
}

static llmrec_status report(lr_progress *progress, int64_t done, int64_t now)
{
    const llmrec_context *context = progress->context;
    llmrec_progress_event *event = &progress->event;
    event->done = done;
    event->seconds = (double)(now - progress->begun_ns) * 1e-9;
    progress->reported_ns = now;
    if (context->progress(event, context->progress_user) == LLMREC_OK) return LLMREC_OK;
    return lr_fail(LLMREC_ERR_CANCELED, "canceled by the progress callback at stage \"%s\", %lld %s", event->stage,
                   (long long)done, event->unit);
}

llmrec_status lr_progress_step(lr_progress *progress, int64_t done)
{
    if (progress->context->progress == NULL) return LLMREC_OK;
    /* lr_progress_end reports this one */
    if (progress->event.total > 0 && done >= progress->event.total) return LLMREC_OK;
    const int64_t now = lr_now_ns();
    return now - progress->reported_ns < REPORT_EVERY_NS ? LLMREC_OK : report(progress, done, now);
}

llmrec_status lr_progress_end(lr_progress *progress, int64_t done)
{
    return progress->context->progress == NULL ? LLMREC_OK : report(progress, done, lr_now_ns());
}
