/* SPDX-License-Identifier: Apache-2.0 */
/* Makes the scores of one recommender for one session comparable with those of others. */
#ifndef LR_RANK_SCALE_H
#define LR_RANK_SCALE_H

#include <stddef.h>
#include <stdint.h>

/* One recommender's scale for a session: (score - center) * factor, or a function of the rank. */
typedef struct lr_scale {
    double center, factor;
    double lowest;        /* value of an item without a score */
    double constant;      /* of ranks */
    const uint64_t *keys; /* [count] of the candidates with a score, the best first; NULL: not by rank */
    size_t count;
} lr_scale;

/* Computes the scale `kind` (LLMREC_SCALE_*) of the scores of a session's candidates. `room` [count] holds the keys of
 * RANK. */
lr_scale lr_scale_make(int64_t kind, double constant, const float *scores, const int32_t *items, size_t count,
                       uint64_t *room);

/* The value of an item's score. */
double lr_scaled(const lr_scale *scale, float score, int32_t item);

#endif
