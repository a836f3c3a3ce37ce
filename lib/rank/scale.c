/* SPDX-License-Identifier: Apache-2.0 */
/* Computes z-scores and reciprocal ranks. Sums run in the order of the candidates, so equal inputs give equal bits. */
#include "rank/scale.h"

#include <math.h>

#include "llmrec/blend.h"
#include "math/topk.h"

/* Sets center and factor to mean and 1 / deviation of the scores, and `lowest` to the lowest score. */
static void measure(const float *scores, size_t count, lr_scale *scale)
{
    double sum = 0, squares = 0, lowest = INFINITY, highest = -INFINITY, known = 0;
    for (size_t i = 0; i < count; i++) {
        if (!isfinite(scores[i])) continue;
        known++;
        sum += scores[i];
        lowest = fmin(lowest, scores[i]);
        highest = fmax(highest, scores[i]);
    }
    *scale = (lr_scale){0};
    if (!(lowest < highest)) {
        scale->lowest = known > 0 ? lowest : 0;
        return;
    }
    scale->center = sum / known;
    for (size_t i = 0; i < count; i++)
        if (isfinite(scores[i])) squares += (scores[i] - scale->center) * (scores[i] - scale->center);
    scale->factor = 1 / sqrt(squares / known);
    scale->lowest = lowest;
}

static lr_scale by_rank(double constant, const float *scores, const int32_t *items, size_t count, uint64_t *room)
{
    lr_heap heap = {.keys = room, .limit = count};
    for (size_t i = 0; i < count; i++)
        if (isfinite(scores[i])) lr_heap_push(&heap, lr_rank_key(scores[i], items[i]));
    lr_heap_sort(&heap);
    return (lr_scale){.constant = constant, .keys = room, .count = heap.count};
}

lr_scale lr_scale_make(int64_t kind, double constant, const float *scores, const int32_t *items, size_t count,
                       uint64_t *room)
{
    lr_scale scale;
    if (kind == LLMREC_SCALE_RANK) return by_rank(constant, scores, items, count, room);
    measure(scores, count, &scale);
    if (kind == LLMREC_SCALE_NONE) return (lr_scale){.factor = 1, .lowest = scale.lowest};
    scale.lowest = (scale.lowest - scale.center) * scale.factor;
    return scale;
}

/* The number of candidates with a larger key, plus 1. */
static size_t rank_of(const lr_scale *scale, uint64_t key)
{
    size_t low = 0, high = scale->count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (scale->keys[middle] > key) low = middle + 1;
        else high = middle;
    }
    return low + 1;
}

double lr_scaled(const lr_scale *scale, float score, int32_t item)
{
    if (!isfinite(score)) return scale->lowest;
    if (scale->keys != NULL) return 1 / (scale->constant + (double)rank_of(scale, lr_rank_key(score, item)));
    return (score - scale->center) * scale->factor;
}
