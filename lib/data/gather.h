/* SPDX-License-Identifier: Apache-2.0 */
/* Chunks of rows, parsed and coded by all threads at once, become one long run of rows in the order of the input. What
 * comes out does not depend on threads or on where the chunks were cut. */
#ifndef LR_DATA_GATHER_H
#define LR_DATA_GATHER_H

#include "data/chunk.h"
#include "data/ids.h"

/* Rows in input order. Codes are the interners' until lr_gather_finish makes indices of them. */
typedef struct lr_segment {
    size_t rows;
    uint32_t *codes[LR_SIDES]; /* [rows] */
    int64_t *times;            /* [rows], or NULL */
    bool whole;
} lr_segment;

typedef struct lr_gather {
    llmrec_context *context;
    bool named, timed, whole; /* sessions have ids; rows have times; all of them whole */
    lr_interner *interners[LR_SIDES];
    lr_raw *raw; /* [workers] */
    lr_segment *segments;
    size_t segment_count, segment_capacity;
    size_t rows, sessions; /* sessions: without ids, how many so far; with them, at the end */
} lr_gather;

/* Fills chunk->rows from the piece of input that `argument` has for it; called by any thread. */
typedef llmrec_status (*lr_parse_fn)(void *argument, size_t index, lr_chunk *chunk);

llmrec_status lr_gather_begin(llmrec_context *context, bool named, bool timed, lr_gather *gather);
void lr_gather_free(lr_gather *gather);

/* Parses `count` chunks, which follow each other in the input, and takes their rows. */
llmrec_status lr_gather_chunks(lr_gather *gather, lr_chunk *chunks, size_t count, lr_parse_fn parse, void *argument);

/* Numbers sessions and items by first appearance and makes their ids; `numbers`: they came in as integers. Sessions
 * without ids are called 1, 2, ... */
llmrec_status lr_gather_finish(lr_gather *gather, const bool numbers[LR_SIDES], lr_ids *ids[LR_SIDES]);

#endif
