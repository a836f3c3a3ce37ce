/* SPDX-License-Identifier: Apache-2.0 */
/* The context's thread pool. The caller works too; idle threads spin briefly, then sleep. */
#ifndef LR_CORE_POOL_H
#define LR_CORE_POOL_H

#include "core/status.h"
#include "llmrec/context.h"

typedef struct lr_pool lr_pool;

/* Runs one task. `worker` is less than lr_workers(context) and belongs to one thread during one lr_parallel call; use
 * it to index scratch memory. A task must not call lr_parallel, lr_log or progress. */
typedef llmrec_status (*lr_task_fn)(void *argument, size_t task, size_t worker);

llmrec_status lr_pool_create(llmrec_context *context, lr_pool **pool);
void lr_pool_free(lr_pool *pool);

/* Number of threads that lr_parallel may use, including the caller's. */
size_t lr_workers(const llmrec_context *context);

/* Runs tasks 0..tasks-1, started in order, and returns when all are done. If a task fails, the remaining ones are
 * skipped; returns the failure of the lowest failed task, with its text. All tasks run on the caller if the pool is
 * busy or if there is only one thread or task, so results must not depend on the thread. */
llmrec_status lr_parallel(llmrec_context *context, size_t tasks, lr_task_fn run, void *argument);

/* Runs one of many small pieces of work, with the rules of lr_task_fn. */
typedef void (*lr_piece_fn)(void *argument, size_t piece, size_t worker);

/* Runs the pieces 0..count-1. A task has `together` of them. */
llmrec_status lr_parallel_pieces(llmrec_context *context, size_t count, size_t together, lr_piece_fn run,
                                 void *argument);

#endif
