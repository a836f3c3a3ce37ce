/* SPDX-License-Identifier: Apache-2.0 */
/* Candidates of a blend: for each session of a batch the union of several recommenders' lists, and the score that each
 * recommender gives each of them. */
#ifndef LR_RANK_CANDIDATES_H
#define LR_RANK_CANDIDATES_H

#include "rank/strategy.h"

/* The recommenders that are asked. */
typedef struct lr_asked {
    llmrec_context *context;
    llmrec_recommender *const *list;
    size_t count;
    size_t items; /* of their catalog */
} lr_asked;

typedef struct lr_candidates {
    size_t sessions, depth; /* depth: length of the lists */
    size_t most;            /* candidates of a session: at most this many */
    int32_t *lists;         /* [recommenders,sessions,depth] */
    int32_t *counts;        /* [recommenders,sessions] */
    uint64_t *bits;         /* [workers,items/64 rounded up] zeros between sessions */
    int64_t *offsets;       /* [sessions+1] session i has the candidates offsets[i]..offsets[i+1]-1 */
    int32_t *items;         /* [sessions*most] rising within a session */
    float *scores;          /* [recommenders,sessions*most] */
    float *vectors;         /* per recommender [sessions,dim]; dim: lr_vectors_dim */
} lr_candidates;

/* Places the arrays for `sessions` sessions and lists of `depth` items. */
void lr_candidates_lay(lr_arena *arena, const lr_asked *asked, size_t sessions, size_t depth,
                       lr_candidates *candidates);

/* Bytes of one session. */
size_t lr_candidates_bytes(const lr_asked *asked, size_t depth);

/* Number of values of a session's vector by one of the recommenders; 0: it has no vectors. */
size_t lr_vectors_dim(const lr_asked *asked, size_t recommender);

/* The vectors [sessions,dim] by one of the recommenders; NULL: it has none. They are computed once, for lists and
 * scores. */
float *lr_candidates_vectors(const lr_asked *asked, const lr_candidates *candidates, size_t recommender);

/* Finds the candidates of a batch under a filter, and asks for their scores. */
llmrec_status lr_candidates_find(const lr_asked *asked, const lr_batch *batch, const lr_filter *filter,
                                 lr_candidates *candidates);

static inline size_t lr_candidates_count(const lr_candidates *candidates, size_t session)
{
    return (size_t)(candidates->offsets[session + 1] - candidates->offsets[session]);
}

static inline const int32_t *lr_candidates_items(const lr_candidates *candidates, size_t session)
{
    return candidates->items + candidates->offsets[session];
}

/* The scores of a session's candidates by one of the recommenders. */
static inline const float *lr_candidates_scores(const lr_candidates *candidates, size_t recommender, size_t session)
{
    return candidates->scores + recommender * candidates->sessions * candidates->most + candidates->offsets[session];
}

#endif
