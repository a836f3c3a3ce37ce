/* SPDX-License-Identifier: Apache-2.0 */
/* The context's thread pool. The caller works too; idle threads spin shortly, then sleep. */
#ifndef LR_CORE_POOL_H
#define LR_CORE_POOL_H

#include "core/status.h"
#include "llmrec/context.h"

typedef struct lr_pool lr_pool;

/* One task. `worker` is below lr_workers(context) and belongs to one thread for the length of the lr_parallel call:
 * an index for scratch memory. Must not call lr_parallel, lr_log or progress. */
typedef llmrec_status (*lr_task_fn)(void *argument, size_t task, size_t worker);

llmrec_status lr_pool_create(llmrec_context *context, lr_pool **pool);
void lr_pool_free(lr_pool *pool);

/* Threads that lr_parallel may use, the caller's included. */
size_t lr_workers(const llmrec_context *context);

/* Runs tasks 0..tasks-1, handed out in order, and returns when all are done. If one fails the rest are skipped and the
 * failure of the lowest failed task, with its text, is returned. Where another thread uses the pool just then, or there
 * is one thread or task, all tasks run on the caller: results must not depend on who runs what. */
llmrec_status lr_parallel(llmrec_context *context, size_t tasks, lr_task_fn run, void *argument);

#endif
