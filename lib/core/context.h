/* SPDX-License-Identifier: Apache-2.0 */
/* The fields of a context. Other rooms use it through memory.h, log.h and pool.h. */
#ifndef LR_CORE_CONTEXT_H
#define LR_CORE_CONTEXT_H

#include <stdatomic.h>

#include "core/options.h"
#include "llmrec/context.h"

struct lr_pool;

struct llmrec_context {
    atomic_size_t references;
    size_t threads;
    int64_t log_level;
    llmrec_log_fn log;
    void *log_user;
    llmrec_progress_fn progress;
    void *progress_user;
    llmrec_allocate_fn allocate;
    llmrec_release_fn release;
    void *allocator_user;
    struct lr_pool *pool;
};

extern const lr_options lr_context_options;

/* Adds a reference to the context and returns it. llmrec_context_free drops one reference. */
llmrec_context *lr_context_hold(llmrec_context *context);

#endif
