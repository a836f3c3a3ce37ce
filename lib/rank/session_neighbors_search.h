/* SPDX-License-Identifier: Apache-2.0 */
/* The search of session k nearest neighbors: a session's nearest training sessions, and what they recommend. */
#ifndef LR_RANK_SESSION_NEIGHBORS_SEARCH_H
#define LR_RANK_SESSION_NEIGHBORS_SEARCH_H

#include "llmrec/neighbors.h"
#include "math/topk.h"
#include "rank/explanation.h"
#include "rank/session_index.h"
#include "rank/session_vector.h"
#include "rank/sums.h"

typedef struct lr_neighbor_search {
    llmrec_neighbors_options options;
    lr_session_index index;
    float *idf;              /* [items]; NULL: all 1 */
    llmrec_embedding *table; /* VECTORS: of the items; else NULL */
    const float *vectors;    /* VECTORS: [sessions,dim] of the training sessions, of length 1 for COSINE; else NULL */
} lr_neighbor_search;

/* Memory for one session at a time. */
typedef struct lr_neighbor_room {
    lr_sums sessions;   /* similarities before they are scaled */
    lr_sums items;      /* scores, after lr_neighbor_scores */
    uint64_t *sampled;  /* [sample_size] */
    uint64_t *nearest;  /* [neighbors] */
    int32_t *prompt;    /* [longest] distinct items of the session */
    float *vector;      /* [dim] */
    lr_vector_room sum; /* for it */
} lr_neighbor_room;

/* Takes the memory for sessions of up to `longest` items. */
void lr_neighbor_room_cut(lr_arena *arena, const lr_neighbor_search *search, size_t longest, lr_neighbor_room *room);

/* Computes the scores of all items for which something speaks. Their order does not depend on anything but the
 * session. */
void lr_neighbor_scores(const lr_neighbor_search *search, const int32_t *items, size_t count, lr_neighbor_room *room);

/* Computes the same scores, and adds what each nearest session gives to one item. */
llmrec_status lr_neighbor_reasons(const lr_neighbor_search *search, const lr_explained *explained,
                                  lr_neighbor_room *room, llmrec_explanation *explanation);

/* Computes the vectors [count,dim] of the training sessions sorted[count]. */
llmrec_status lr_neighbor_vectors(const llmrec_dataset *dataset, const int32_t *sorted, size_t count,
                                  const lr_neighbor_search *search, float *vectors);

#endif
