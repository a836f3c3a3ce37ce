/* SPDX-License-Identifier: Apache-2.0 */
/* The best k of scored rows: higher score first, the lower row in a tie. Score and row form one integer key with this
 * order. A min-heap keeps the k largest keys of a stream, O(log k) each; the result does not depend on their order. */
#ifndef LR_MATH_TOPK_H
#define LR_MATH_TOPK_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* `score` must not be NaN; -0 counts as 0. Larger scores have larger keys. */
static inline uint32_t lr_score_key(float score)
{
    uint32_t bits;
    score += 0.0f;
    memcpy(&bits, &score, sizeof bits);
    return bits & 0x80000000u ? ~bits : bits | 0x80000000u;
}

/* Larger keys are better. */
static inline uint64_t lr_rank_key(float score, int32_t row)
{
    return (uint64_t)lr_score_key(score) << 32 | (uint32_t)~row;
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

/* The `limit` largest keys so far, as a min-heap. */
typedef struct lr_heap {
    uint64_t *keys; /* [limit], owned by the caller */
    size_t count, limit;
} lr_heap;

/* Replaces the smallest key of a full heap; `key` must be larger. */
void lr_heap_replace(lr_heap *heap, uint64_t key);
void lr_heap_add(lr_heap *heap, uint64_t key); /* only if the heap is not full */

static inline void lr_heap_push(lr_heap *heap, uint64_t key)
{
    if (heap->count < heap->limit) lr_heap_add(heap, key);
    else if (key > heap->keys[0]) lr_heap_replace(heap, key);
}

/* Returns the n-th largest of `count` keys, which are below 2^32 in number; n is 1 to count. */
uint32_t lr_nth_largest(const uint32_t *keys, size_t count, size_t n);

/* Sorts the keys, largest first. The array is no longer a heap. */
void lr_heap_sort(lr_heap *heap);

#endif
