/* SPDX-License-Identifier: Apache-2.0 */
/* The door of llmrec/context.h. */
#define _GNU_SOURCE /* sched_getaffinity */
#include "core/context.h"

#include <sched.h>
#include <stdlib.h>

#include "core/memory.h"
#include "core/options.h"
#include "core/pool.h"

enum { MAX_THREADS = 1024, ALIGNMENT = 64 };

static void *default_allocate(size_t bytes, void *user)
{
    void *pointer = NULL;
    (void)user;
    return posix_memalign(&pointer, ALIGNMENT, bytes) == 0 ? pointer : NULL;
}

static void default_release(void *pointer, void *user)
{
    (void)user;
    free(pointer);
}

static const llmrec_context_options defaults = {.size = sizeof defaults, .log_level = LLMREC_LOG_INFO};
static const size_t oldest = sizeof defaults;

llmrec_status llmrec_context_options_init(llmrec_context_options *options, size_t size)
{
    return lr_options_init(options, size, &defaults, sizeof defaults, oldest, "llmrec_context_options");
}

static size_t usable_processors(void)
{
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) != 0) return 1;
    const int count = CPU_COUNT(&set);
    return count < 1 ? 1 : (size_t)count;
}

static llmrec_status read_options(const llmrec_context_options *given, llmrec_context_options *options)
{
    *options = defaults;
    LR_RETURN_IF(lr_options_overlay(options, sizeof *options, oldest, given, "llmrec_context_options"));
    LR_RETURN_IF(lr_option_range("threads", options->threads, 0, MAX_THREADS));
    LR_RETURN_IF(lr_option_range("log_level", options->log_level, LLMREC_LOG_ERROR, LLMREC_LOG_DEBUG));
    if ((options->allocate == NULL) != (options->release == NULL))
        return lr_fail(LLMREC_ERR_ARGUMENT, "allocate and release: one is NULL; wanted both or neither");
    return LLMREC_OK;
}

llmrec_status llmrec_context_create(const llmrec_context_options *given, llmrec_context **context)
{
    llmrec_context_options options;
    llmrec_context plan = {0}, *fresh = NULL;
    if (context == NULL) return lr_fail(LLMREC_ERR_ARGUMENT, "context is NULL");
    LR_RETURN_IF(read_options(given, &options));
    plan.threads = options.threads > 0 ? (size_t)options.threads : usable_processors();
    plan.log_level = options.log_level;
    plan.log = options.log;
    plan.log_user = options.log_user;
    plan.progress = options.progress;
    plan.progress_user = options.progress_user;
    plan.allocate = options.allocate != NULL ? options.allocate : default_allocate;
    plan.release = options.release != NULL ? options.release : default_release;
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

int64_t llmrec_context_threads(const llmrec_context *context)
{
    return context == NULL ? 0 : (int64_t)context->threads;
}
