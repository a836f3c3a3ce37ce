/* SPDX-License-Identifier: Apache-2.0 */
/* Exact search: finds, for each of many vectors, the most similar rows of a table. */
#ifndef LR_RANK_SEARCH_H
#define LR_RANK_SEARCH_H

#include "math/octets.h"
#include "rank/measure.h"
#include "rank/session_vector.h"
#include "rank/strategy.h"

typedef struct lr_search {
    llmrec_context *context;
    lr_measured measured;
    uint64_t *known;  /* [rows/64 rounded up], set bit: the row has a vector and may be found; NULL: all may */
    lr_octets octets; /* a second copy of the rows in eight bits, for the first pass; no values: not faster */
    const lr_octet_kernel *kernel; /* tests may replace it */
} lr_search;

/* Keeps a reference to the table. Rows without a vector are never found. Errors: NUMERIC, MEMORY. */
llmrec_status lr_search_make(llmrec_context *context, llmrec_embedding *table, int64_t measure, lr_search *search);
void lr_search_free(lr_search *search);

/* Recommended number of sessions in one call of lr_search_rank. */
size_t lr_search_batch(const lr_search *search, size_t k);

/* Computes the vector [dim] of a session of the batch. The session has at least one known item. Several threads call
 * it. */
typedef void (*lr_vector_fn)(const void *self, size_t session, const int32_t *items, size_t count,
                             const lr_vector_room *room, float *vector);

/* Ranks the rows for each session of a batch. Sessions without a known item get no list. */
llmrec_status lr_search_rank(const lr_search *search, lr_scratch_pool *scratch, const lr_batch *batch,
                             lr_vector_fn vector, const void *self);

#endif
