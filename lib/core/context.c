/* SPDX-License-Identifier: Apache-2.0 */
/* The context: threads, callbacks and memory of every call. Implements llmrec/context.h. */
#define _GNU_SOURCE /* sched_getaffinity */
#include "core/context.h"

#include <sched.h>

#include "core/description.h"
#include "core/memory.h"
#include "core/pool.h"

enum { MAX_THREADS = 1024 };

static const lr_choice levels[] = {{"error", LLMREC_LOG_ERROR},
                                   {"warning", LLMREC_LOG_WARNING},
                                   {"info", LLMREC_LOG_INFO},
                                   {"debug", LLMREC_LOG_DEBUG},
                                   {NULL, 0}};

static llmrec_status check_allocator(const void *options)
{
    const llmrec_context_options *o = options;
    if ((o->allocate == NULL) == (o->release == NULL)) return LLMREC_OK;
    return lr_fail(LLMREC_ERR_ARGUMENT, "%s is NULL; wanted both allocate and release, or neither",
                   o->allocate == NULL ? "allocate" : "release");
}

typedef llmrec_context_options S;
static const lr_option option[] = {
    LR_INTEGER(S, threads, 0, 0, MAX_THREADS, "threads that one call may use; 0: as many as the process may run on"),
    LR_CHOICE(S, log_level, LLMREC_LOG_INFO, levels, "least urgent level that reaches the log callback"),
    LR_POINTER(S, log, "callback for log lines"),
    LR_POINTER(S, log_user, "passed to the log callback"),
    LR_POINTER(S, progress, "callback for progress; it can cancel"),
    LR_POINTER(S, progress_user, "passed to the progress callback"),
    LR_POINTER(S, allocate, "the host's allocator; set it together with release"),
    LR_POINTER(S, release, "gives back what allocate gave"),
    LR_POINTER(S, allocator_user, "passed to allocate and release"),
};
LR_OPTIONS(lr_context_options, llmrec_context_options, allocator_user, "threads, log, progress and memory", option,
           .check = check_allocator);

llmrec_status llmrec_context_options_init(llmrec_context_options *options, size_t size)
{
    return lr_options_init(&lr_context_options, options, size);
}

static size_t usable_processors(void)
{
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) != 0) return 1;
    const int count = CPU_COUNT(&set);
    return count < 1 ? 1 : (size_t)count;
}

llmrec_status llmrec_context_create(const llmrec_context_options *given, llmrec_context **context)
{
    llmrec_context_options options;
    llmrec_context plan = {0}, *fresh = NULL;
    if (context == NULL) return lr_fail(LLMREC_ERR_ARGUMENT, "context is NULL");
    LR_RETURN_IF(lr_options_read(&lr_context_options, given, &options));
    plan.threads = options.threads > 0 ? (size_t)options.threads : usable_processors();
    plan.log_level = options.log_level;
    plan.log = options.log;
    plan.log_user = options.log_user;
    plan.progress = options.progress;
    plan.progress_user = options.progress_user;
    plan.allocate = options.allocate != NULL ? options.allocate : lr_default_allocate;
    plan.release = options.release != NULL ? options.release : lr_default_release;
    plan.allocator_user = options.allocator_user;
    LR_RETURN_IF(LR_NEW(&plan, fresh, 1));
    *fresh = plan;
    atomic_init(&fresh->references, 1);
    const llmrec_status status = lr_pool_create(fresh, &fresh->pool);
    if (status != LLMREC_OK) {
        lr_free(fresh, fresh);
        return status;
    }
    *context = fresh;
    return LLMREC_OK;
}

llmrec_context *lr_context_hold(llmrec_context *context)
{
    atomic_fetch_add_explicit(&context->references, 1, memory_order_relaxed);
    return context;
}

void llmrec_context_free(llmrec_context *context)
{
    if (context == NULL) return;
    if (atomic_fetch_sub_explicit(&context->references, 1, memory_order_acq_rel) != 1) return;
    lr_pool_free(context->pool);
    lr_free(context, context);
}

static llmrec_status describe(const void *handle, lr_builder *json)
{
    const llmrec_context *context = handle;
    const llmrec_context_options options = {
        .size = sizeof options, .threads = (int64_t)context->threads, .log_level = context->log_level};
    LR_RETURN_IF(lr_builder_format(json, "{\"kind\":\"context\""));
    LR_RETURN_IF(lr_describe_options(json, "options", &lr_context_options, &options));
    LR_RETURN_IF(lr_describe_flag(json, "log", context->log != NULL));
    LR_RETURN_IF(lr_describe_flag(json, "progress", context->progress != NULL));
    LR_RETURN_IF(lr_describe_flag(json, "allocator", context->allocate != lr_default_allocate));
    return lr_builder_add(json, "}", 1);
}

llmrec_status llmrec_context_description(const llmrec_context *context, char *text, size_t capacity, size_t *length)
{
    LR_NEED(context);
    return lr_description_give((llmrec_context *)(uintptr_t)context, describe, context, text, capacity, length);
}

int64_t llmrec_context_threads(const llmrec_context *context)
{
    return context == NULL ? 0 : (int64_t)context->threads;
}
