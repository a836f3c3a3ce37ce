/* SPDX-License-Identifier: Apache-2.0 */
/* The rows of one piece of input, as parsed. */
#ifndef LR_DATA_CHUNK_H
#define LR_DATA_CHUNK_H

#include "data/intern.h"

enum { LR_SESSION = 0, LR_ITEM = 1, LR_SIDES = 2 };

/* Keys in row order. One per thread: they are only needed until they are sorted by shard. */
typedef struct lr_raw {
    lr_key *keys[LR_SIDES];
    size_t capacity[LR_SIDES];
} lr_raw;

typedef struct lr_chunk {
    llmrec_context *context;
    lr_raw *raw; /* of the current thread */
    size_t rows;
    lr_key *keys[LR_SIDES]; /* [rows] sorted by shard; texts must outlive the chunk's rows */
    size_t key_capacity[LR_SIDES];
    size_t starts[LR_SIDES][LR_SHARDS + 1]; /* start of each shard's keys */
    int64_t *times;                         /* [rows] keys of times.h; undefined if the input has no times */
    size_t time_capacity;
    bool whole;         /* true while every time is an integer */
    size_t sessions;    /* sessions that begin here, if the input has no session ids */
    uint32_t *ordinals; /* [rows] session of each row, among these */
    size_t ordinal_capacity;
    char *spare; /* for texts that need decoding or repair */
    size_t spare_used, spare_capacity;
} lr_chunk;

/* Removes all rows and ensures `spare` bytes of spare memory. Memory is kept for the next piece. */
llmrec_status lr_chunk_clear(lr_chunk *chunk, size_t spare);
void lr_chunk_free(lr_chunk *chunk);
void lr_raw_free(llmrec_context *context, lr_raw *raw);

/* Adds a row. Without session ids, `ids[LR_SESSION].text` is NULL and the row belongs to the last session begun
 * (chunk->sessions - 1). */
llmrec_status lr_chunk_add(lr_chunk *chunk, const lr_span ids[LR_SIDES]);

/* Sets the time of the last added row. `lr_chunk_read_time` parses it; false if it is not a number. */
void lr_chunk_set_time(lr_chunk *chunk, double time);
bool lr_chunk_read_time(lr_chunk *chunk, lr_span text);

/* Sorts the keys of a side by shard; rows stay in order within a shard. */
llmrec_status lr_chunk_sort(lr_chunk *chunk, int side);

/* Converts integer times to keys of doubles, if other chunks have fractional times. */
void lr_times_unwhole(int64_t *times, size_t count);

#endif
