/* SPDX-License-Identifier: Apache-2.0 */
/* Memory that a call needs while it runs, kept for the calls after it: many threads at once, no lock, so that a fork
 * in the middle of a call cannot leave one held. */
#ifndef LR_RANK_SCRATCH_H
#define LR_RANK_SCRATCH_H

#include <stdatomic.h>
#include <stddef.h>

#include "core/status.h"
#include "llmrec/context.h"

enum { LR_SCRATCHES = 16 }; /* blocks kept; more calls at once allocate and free theirs */

typedef struct lr_scratch lr_scratch;

typedef struct lr_scratch_pool {
    _Atomic(lr_scratch *) kept[LR_SCRATCHES];
} lr_scratch_pool;

/* Cuts arrays out of one block of memory. With `base` NULL it only measures, so a function that cuts all arrays of a
 * call is run twice: to learn the size, and to place them. */
typedef struct lr_arena {
    unsigned char *base;
    size_t used; /* SIZE_MAX: more than an address space */
} lr_arena;

void *lr_arena_cut(lr_arena *arena, size_t count, size_t size); /* aligned to 64 bytes; NULL while measuring */
#define LR_CUT(arena, pointer, count) ((pointer) = lr_arena_cut((arena), (count), sizeof *(pointer)))

/* A block of at least `bytes`, its content undefined; `arena` begins at its start. Give it back with the same pool. */
llmrec_status lr_scratch_take(lr_scratch_pool *pool, llmrec_context *context, size_t bytes, lr_scratch **scratch,
                              lr_arena *arena);
void lr_scratch_give(lr_scratch_pool *pool, lr_scratch *scratch); /* NULL is fine */
void lr_scratch_clear(lr_scratch_pool *pool);                     /* frees what is kept; no call may run */

#endif
