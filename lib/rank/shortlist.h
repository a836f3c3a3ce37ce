/* SPDX-License-Identifier: Apache-2.0 */
/* Rows that may be among a session's best k, each with bounds on its score. A row leaves only when k others are
 * certainly better, so the best k are always among those left. */
#ifndef LR_RANK_SHORTLIST_H
#define LR_RANK_SHORTLIST_H

#include <math.h>

#include "math/topk.h"
#include "rank/measure.h"

typedef struct lr_candidate {
    float low, high; /* the score is within */
    int32_t row;
    int32_t exact; /* low and high are the score */
} lr_candidate;

typedef struct lr_shortlist {
    lr_candidate *entries; /* [capacity], the caller's */
    size_t count;
    float floor; /* k rows score at least this: a row whose score is certainly lower is none of the best */
    double gate; /* the product that belongs to the floor (measure.h) */
} lr_shortlist;

/* What a worker needs to shorten lists. */
typedef struct lr_shortener {
    const lr_measured *measured;
    size_t k, capacity;
    uint64_t *keys; /* [k] */
    float *room;    /* [dim] */
} lr_shortener;

/* Room for this many makes shortening rare enough to cost little. */
static inline size_t lr_shortlist_capacity(size_t k)
{
    return 2 * k + 64;
}

/* Scores the k most promising entries, which raises the floor, and drops what lies below it; if that leaves a list more
 * than half full, scores every entry. */
void lr_shortlist_shorten(lr_shortlist *list, const lr_shortener *s, const lr_needle *needle);

/* Makes a heap's scores and rows the list's only entries. */
void lr_shortlist_fill(lr_shortlist *list, const lr_heap *heap);

/* For a list that is not full. */
static inline void lr_shortlist_add(lr_shortlist *list, lr_candidate candidate)
{
    list->entries[list->count++] = candidate;
}

/* The best k of several lists of one session, in order: into keys of `s`, which is returned as a sorted heap. */
lr_heap lr_shortlist_merge(lr_shortlist *lists, size_t count, const lr_shortener *s, const lr_needle *needle);

#endif
