/* SPDX-License-Identifier: Apache-2.0 */
/* Scratch memory: a call uses a block while it runs, and the pool keeps the block for later calls. Many threads may use
 * the pool at once. It has no lock, so a fork during a call cannot leave a lock held. */
#ifndef LR_RANK_SCRATCH_H
#define LR_RANK_SCRATCH_H

#include <stdatomic.h>
#include <stddef.h>

#include "core/status.h"
#include "llmrec/context.h"

enum { LR_SCRATCHES = 16 }; /* number of kept blocks; further concurrent calls allocate and free their own */

typedef struct lr_scratch lr_scratch;

typedef struct lr_scratch_pool {
    _Atomic(lr_scratch *) kept[LR_SCRATCHES];
} lr_scratch_pool;

/* Places arrays in one block of memory. With `base` NULL it only measures. A function that places all arrays of a call
 * therefore runs twice: first to compute the size, then to place the arrays. */
typedef struct lr_arena {
    unsigned char *base;
    size_t used; /* SIZE_MAX: the size exceeds the address space */
} lr_arena;

void *lr_arena_cut(lr_arena *arena, size_t count, size_t size); /* aligned to 64 bytes; NULL while measuring */
#define LR_CUT(arena, pointer, count) ((pointer) = lr_arena_cut((arena), (count), sizeof *(pointer)))

/* A block of at least `bytes`, its content undefined; `arena` begins at its start. Give it back with the same pool. */
llmrec_status lr_scratch_take(lr_scratch_pool *pool, llmrec_context *context, size_t bytes, lr_scratch **scratch,
                              lr_arena *arena);
void lr_scratch_give(lr_scratch_pool *pool, lr_scratch *scratch); /* NULL is fine */
void lr_scratch_clear(lr_scratch_pool *pool);                     /* frees what is kept; no call may run */

#endif
