/* SPDX-License-Identifier: Apache-2.0 */
/* Parses chunks of rows in parallel, replaces ids by codes, and joins them in input order. The result does not depend
 * on the number of threads or on the boundaries of the chunks. */
#ifndef LR_DATA_GATHER_H
#define LR_DATA_GATHER_H

#include "data/chunk.h"
#include "data/ids.h"

/* Rows in input order. Codes come from the interners; lr_gather_finish replaces them by indices. */
typedef struct lr_segment {
    size_t rows;
    uint32_t *codes[LR_SIDES]; /* [rows] */
    int64_t *times;            /* [rows], or NULL */
    bool whole;
} lr_segment;

typedef struct lr_gather {
    llmrec_context *context;
    bool named, timed, whole; /* sessions have ids; rows have times; all times are integers */
    lr_interner *interners[LR_SIDES];
    lr_raw *raw; /* [workers] */
    lr_segment *segments;
    size_t segment_count, segment_capacity;
    size_t left_out;       /* rows of the input that do not meet the conditions, and are not among `rows` */
    size_t rows, sessions; /* sessions: without ids, the number so far; with ids, set at the end */
} lr_gather;

/* Parses piece `index` of the input into chunk->rows. Any thread may call it. */
typedef llmrec_status (*lr_parse_fn)(void *argument, size_t index, lr_chunk *chunk);

llmrec_status lr_gather_begin(llmrec_context *context, bool named, bool timed, lr_gather *gather);
void lr_gather_free(lr_gather *gather);

/* Parses `count` consecutive chunks of the input and appends their rows. */
llmrec_status lr_gather_chunks(lr_gather *gather, lr_chunk *chunks, size_t count, lr_parse_fn parse, void *argument);

/* Numbers sessions and items by first appearance and creates their id tables. `numbers`: which ids were integers.
 * Sessions without ids are named 1, 2, ... */
llmrec_status lr_gather_finish(lr_gather *gather, const bool numbers[LR_SIDES], lr_ids *ids[LR_SIDES]);

#endif
