/* SPDX-License-Identifier: Apache-2.0 */
/* The best k of scored rows: higher score first, of equal scores the lower row. A score and its row make one integer
 * key that sorts so; a heap keeps the k largest keys of a stream in O(log k) each, whatever their order. */
#ifndef LR_MATH_TOPK_H
#define LR_MATH_TOPK_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* `score` must not be NaN; -0 counts as 0. Larger keys are better. */
static inline uint64_t lr_rank_key(float score, int32_t row)
{
    uint32_t bits;
    score += 0.0f;
    memcpy(&bits, &score, sizeof bits);
    bits = bits & 0x80000000u ? ~bits : bits | 0x80000000u;
    return (uint64_t)bits << 32 | (uint32_t)~row;
}

static inline int32_t lr_key_row(uint64_t key)
{
    return (int32_t) ~(uint32_t)key;
}

static inline float lr_key_score(uint64_t key)
{
    uint32_t bits = (uint32_t)(key >> 32);
    float score;
    bits = bits & 0x80000000u ? bits & 0x7FFFFFFFu : ~bits;
    memcpy(&score, &bits, sizeof score);
    return score;
}

/* The `limit` largest keys pushed so far, the smallest of them first. */
typedef struct lr_heap {
    uint64_t *keys; /* [limit], the caller's */
    size_t count, limit;
} lr_heap;

/* Puts `key` in the place of the smallest one of a full heap; `key` must be larger. */
void lr_heap_replace(lr_heap *heap, uint64_t key);
void lr_heap_add(lr_heap *heap, uint64_t key); /* to a heap that is not full */

static inline void lr_heap_push(lr_heap *heap, uint64_t key)
{
    if (heap->count < heap->limit) lr_heap_add(heap, key);
    else if (key > heap->keys[0]) lr_heap_replace(heap, key);
}

/* Sorts the keys, largest first; the heap is then a plain array. */
void lr_heap_sort(lr_heap *heap);

#endif
