/* SPDX-License-Identifier: Apache-2.0 */
/* Combines the vectors of a session's items into one vector. */
#ifndef LR_RANK_SESSION_VECTOR_H
#define LR_RANK_SESSION_VECTOR_H

#include "data/decay.h"
#include "embed/embedding.h"

/* Scratch memory for one session at a time. */
typedef struct lr_vector_room {
    double *sum; /* [dim] */
    float *row;  /* [dim] */
} lr_vector_room;

/* Computes the vector [dim] of a session with at least one known item. Ignores unknown items (-1). */
void lr_session_vector(const lr_weighting *weighting, const llmrec_embedding *table, const int32_t *items, size_t count,
                       const lr_vector_room *room, float *vector);

#endif
