/* SPDX-License-Identifier: Apache-2.0 */
/* A bounded min-heap of keys, and the n-th largest of many keys. */
#include "math/topk.h"

#include "math/simd.h"

/* Sifts `key` down from the hole at `at` until both children are larger. */
static void sink(uint64_t *keys, size_t count, size_t at, uint64_t key)
{
    for (;;) {
        size_t child = 2 * at + 1;
        if (child >= count) break;
        if (child + 1 < count && keys[child + 1] < keys[child]) child++;
        if (keys[child] >= key) break;
        keys[at] = keys[child];
        at = child;
    }
    keys[at] = key;
}

void lr_heap_replace(lr_heap *heap, uint64_t key)
{
    sink(heap->keys, heap->count, 0, key);
}

void lr_heap_add(lr_heap *heap, uint64_t key)
{
    size_t at = heap->count++;
    for (size_t parent; at > 0 && heap->keys[parent = (at - 1) / 2] > key; at = parent)
        heap->keys[at] = heap->keys[parent];
    heap->keys[at] = key;
}

void lr_heap_sort(lr_heap *heap)
{
    for (size_t left = heap->count; left > 1; left--) {
        const uint64_t smallest = heap->keys[0];
        sink(heap->keys, left - 1, 0, heap->keys[left - 1]);
        heap->keys[left - 1] = smallest;
    }
}

LR_VECTORIZE static size_t count_at_least(const uint32_t *keys, size_t count, uint32_t least)
{
    uint32_t found = 0;
    for (size_t i = 0; i < count; i++) found += keys[i] >= least;
    return found;
}

/* Finds the largest number that n keys reach, bit by bit. */
uint32_t lr_nth_largest(const uint32_t *keys, size_t count, size_t n)
{
    uint32_t least = 0;
    for (uint32_t bit = (uint32_t)1 << 31; bit != 0; bit >>= 1)
        if (count_at_least(keys, count, least | bit) >= n) least |= bit;
    return least;
}
