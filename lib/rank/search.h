/* SPDX-License-Identifier: Apache-2.0 */
/* Exact search: for each of many vectors the rows of a table that are most similar to it. */
#ifndef LR_RANK_SEARCH_H
#define LR_RANK_SEARCH_H

#include "math/octets.h"
#include "rank/measure.h"
#include "rank/session_vector.h"
#include "rank/strategy.h"

typedef struct lr_search {
    llmrec_context *context;
    lr_measured measured;
    lr_octets octets;              /* the rows once more, for the first pass; no values where that would not pay */
    const lr_octet_kernel *kernel; /* tests may set another one */
} lr_search;

/* Holds the table. Errors: NUMERIC, MEMORY. */
llmrec_status lr_search_make(llmrec_context *context, llmrec_embedding *table, int64_t measure, lr_search *search);
void lr_search_free(lr_search *search);

/* Sessions that one call of lr_search_rank should get. */
size_t lr_search_batch(const lr_search *search, size_t k);

/* Makes the vector [dim] of a session of the batch that has at least one known item; called from several threads. */
typedef void (*lr_vector_fn)(const void *self, size_t session, const int32_t *items, size_t count,
                             const lr_vector_room *room, float *vector);

/* Ranks the rows for each session of a batch; sessions without a known item get no list. */
llmrec_status lr_search_rank(const lr_search *search, lr_scratch_pool *scratch, const lr_batch *batch,
                             lr_vector_fn vector, const void *self);

#endif
