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
    int64_t *times;            /* [rows] as they were read, or NULL */
    uint32_t *billionths;      /* [rows] of the times; NULL: none has any */
    int8_t *parts;             /* [rows] of a split, -1: none; NULL: the input has no such column */
} lr_segment;

typedef struct lr_gather {
    llmrec_context *context;
    bool named, timed; /* sessions have ids; rows have times */
    bool parted;       /* rows have parts of a split */
    lr_interner *interners[LR_SIDES];
    lr_raw *raw; /* [workers] */
    lr_segment *segments;
    size_t segment_count, segment_capacity;
    size_t left_out;         /* rows of the input that do not meet the conditions, and are not among `rows` */
    size_t rows, sessions;   /* sessions: without ids, the number so far; with ids, set at the end */
    size_t missing;          /* rows dropped because a value was missing */
    uint32_t kinds;          /* a bit for each kind of chunk.h that occurs */
    lr_note notes[LR_NOTES]; /* the first row of each */
    int64_t unit;            /* of the times, one of llmrec_time_unit; see lr_gather_settle */
} lr_gather;

/* An input in pieces. */
typedef struct lr_input {
    void *of;
    /* Parses piece `index` into chunk->rows. Any thread may call it. */
    llmrec_status (*parse)(void *of, size_t index, lr_chunk *chunk);
    /* After that: what to add to a place in the piece to get the place in the input. */
    size_t (*start)(const void *of, size_t index);
    /* Fails because of a session id or a time. */
    llmrec_status (*refuse)(const void *of, bool session, const lr_note *note, const char *why);
    const char *place_name; /* "line" */
} lr_input;

llmrec_status lr_gather_begin(llmrec_context *context, bool named, bool timed, lr_gather *gather);
void lr_gather_free(lr_gather *gather);

/* Parses `count` consecutive chunks of the input and appends their rows. */
llmrec_status lr_gather_chunks(lr_gather *gather, lr_chunk *chunks, size_t count, const lr_input *input);

/* After the last chunk: finds the unit of the times, unless the options named it (`unit`). Fails if the column mixes
 * units, or numbers and dates, or if a time is out of range; and if session ids should be integers and only some are.
 */
llmrec_status lr_gather_settle(lr_gather *gather, int64_t unit, const lr_input *input);

/* After that: "seconds", "milliseconds", "microseconds", "nanoseconds" or "dates". */
const char *lr_gather_unit_name(const lr_gather *gather);

/* The same as a line of the log, for input without one of its own. */
void lr_gather_tell_times(const lr_gather *gather);

/* Nanoseconds of a row's time. */
static inline int64_t lr_segment_time(const lr_segment *segment, size_t row, int64_t unit_ns)
{
    return lr_time_ns(segment->times[row], segment->billionths != NULL ? segment->billionths[row] : 0, unit_ns);
}

/* Numbers sessions and items by first appearance and creates their id tables. `numbers`: which ids were integers.
 * Sessions without ids are named 1, 2, ... */
llmrec_status lr_gather_finish(lr_gather *gather, const bool numbers[LR_SIDES], lr_ids *ids[LR_SIDES]);

#endif
