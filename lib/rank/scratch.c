/* SPDX-License-Identifier: Apache-2.0 */
/* Implements the pool of scratch memory: takes a kept block or allocates one, and returns it after the call. */
#include "rank/scratch.h"

#include <stdint.h>

#include "core/memory.h"

enum { ALIGNMENT = 64 };
static const size_t LARGEST_KEPT = (size_t)64 << 20;

struct lr_scratch {
    _Alignas(ALIGNMENT) llmrec_context *context;
    size_t bytes; /* bytes after this header */
};

void *lr_arena_cut(lr_arena *arena, size_t count, size_t size)
{
    size_t bytes = 0, end = 0;
    if (__builtin_mul_overflow(count, size, &bytes) || __builtin_add_overflow(bytes, ALIGNMENT - 1, &bytes) ||
        __builtin_add_overflow(arena->used, bytes & ~(size_t)(ALIGNMENT - 1), &end)) {
        arena->used = SIZE_MAX;
        return NULL;
    }
    void *piece = arena->base == NULL ? NULL : arena->base + arena->used;
    arena->used = end;
    return piece;
}

llmrec_status lr_scratch_take(lr_scratch_pool *pool, llmrec_context *context, size_t bytes, lr_scratch **scratch,
                              lr_arena *arena)
{
    lr_scratch *found = NULL;
    for (int i = 0; i < LR_SCRATCHES && found == NULL; i++) found = atomic_exchange(&pool->kept[i], NULL);
    if (found != NULL && found->bytes < bytes) {
        lr_free(context, found);
        found = NULL;
    }
    if (found == NULL) {
        if (bytes > SIZE_MAX - sizeof *found) bytes = SIZE_MAX - sizeof *found;
        LR_RETURN_IF(lr_alloc(context, &found, bytes + sizeof *found, 1));
        *found = (lr_scratch){.context = context, .bytes = bytes};
    }
    *scratch = found;
    *arena = (lr_arena){.base = (unsigned char *)(found + 1)};
    return LLMREC_OK;
}

void lr_scratch_give(lr_scratch_pool *pool, lr_scratch *scratch)
{
    if (scratch == NULL) return;
    for (int i = 0; i < LR_SCRATCHES && scratch->bytes <= LARGEST_KEPT; i++) {
        lr_scratch *none = NULL;
        if (atomic_compare_exchange_strong(&pool->kept[i], &none, scratch)) return;
    }
    lr_free(scratch->context, scratch);
}

void lr_scratch_clear(lr_scratch_pool *pool)
{
    for (int i = 0; i < LR_SCRATCHES; i++) {
        lr_scratch *kept = atomic_exchange(&pool->kept[i], NULL);
        if (kept != NULL) lr_free(kept->context, kept);
    }
}
