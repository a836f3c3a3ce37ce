/* SPDX-License-Identifier: Apache-2.0 */
/* Shortlists: the rows that may be among a session's best k, each with bounds on its score. A row is removed only
 * when k other rows are certainly better, so the remaining rows always include the best k. */
#ifndef LR_RANK_SHORTLIST_H
#define LR_RANK_SHORTLIST_H

#include <math.h>

#include "math/topk.h"
#include "rank/measure.h"

typedef struct lr_candidate {
    float low, high; /* bounds of the score */
    int32_t row;
    int32_t exact; /* nonzero: low and high equal the score */
} lr_candidate;

typedef struct lr_shortlist {
    lr_candidate *entries; /* [capacity], owned by the caller */
    size_t count;
    float floor; /* k rows score at least this; a row with a certainly lower score is not among the best */
    double gate; /* lr_measured_gate of the floor: rows with a lower product are not among the best */
} lr_shortlist;

/* Data that a worker needs to shorten lists. */
typedef struct lr_shortener {
    const lr_measured *measured;
    size_t k, capacity;
    uint64_t *keys; /* [k] */
    uint32_t *lows; /* [capacity] keys of lower bounds */
    float *room;    /* [dim] */
} lr_shortener;

/* Returns the capacity at which shortening is rare, and the bounds alone shorten enough. */
static inline size_t lr_shortlist_capacity(size_t k)
{
    return 6 * k + 64;
}

/* Raises the floor to the k-th largest lower bound, and removes entries below it. If k is small or the list is
 * still more than half full, also scores the k most promising entries, which raises the floor further. If the list is
 * then still more than three quarters full, scores every entry. */
void lr_shortlist_shorten(lr_shortlist *list, const lr_shortener *s, const lr_needle *needle);

/* Replaces the list's entries by a heap's scores and rows. */
void lr_shortlist_fill(lr_shortlist *list, const lr_heap *heap);

/* Adds an entry. The list must not be full. */
static inline void lr_shortlist_add(lr_shortlist *list, lr_candidate candidate)
{
    list->entries[list->count++] = candidate;
}

/* Selects the best k entries of several lists of one session. Stores them in the keys of `s` and returns these as a
 * sorted heap. */
lr_heap lr_shortlist_merge(lr_shortlist *lists, size_t count, const lr_shortener *s, const lr_needle *needle);

#endif
