/* SPDX-License-Identifier: Apache-2.0 */
/* The rows of one piece of an input, as a parser finds them. */
#ifndef LR_DATA_CHUNK_H
#define LR_DATA_CHUNK_H

#include "data/intern.h"

enum { LR_SESSION = 0, LR_ITEM = 1, LR_SIDES = 2 };

/* Keys in order of rows: one for each thread, as they are needed only until they are in order of shards. */
typedef struct lr_raw {
    lr_key *keys[LR_SIDES];
    size_t capacity[LR_SIDES];
} lr_raw;

typedef struct lr_chunk {
    llmrec_context *context;
    lr_raw *raw; /* of the thread at work */
    size_t rows;
    lr_key *keys[LR_SIDES]; /* [rows] by shard; texts must outlive the chunk's rows */
    size_t key_capacity[LR_SIDES];
    size_t starts[LR_SIDES][LR_SHARDS + 1]; /* of each shard's keys */
    int64_t *times;                         /* [rows] keys of times.h; anything where the input has none */
    size_t time_capacity;
    bool whole;         /* the times were integers so far */
    size_t sessions;    /* without session ids: how many begun here */
    uint32_t *ordinals; /* [rows] and which of them a row belongs to */
    size_t ordinal_capacity;
    char *spare; /* for texts that do not stand in the input as they are */
    size_t spare_used, spare_capacity;
} lr_chunk;

/* Forgets the rows and sees to it that there is so much spare room; the memory is kept for the next piece. */
llmrec_status lr_chunk_clear(lr_chunk *chunk, size_t spare);
void lr_chunk_free(lr_chunk *chunk);
void lr_raw_free(llmrec_context *context, lr_raw *raw);

/* Adds a row with the ids given; without session ids `ids[LR_SESSION].text` is NULL, and the row belongs to the last
 * session begun (chunk->sessions - 1). */
llmrec_status lr_chunk_add(lr_chunk *chunk, const lr_span ids[LR_SIDES]);

/* The time of the row added last. `lr_chunk_read_time` says whether it is a number. */
void lr_chunk_set_time(lr_chunk *chunk, double time);
bool lr_chunk_read_time(lr_chunk *chunk, lr_span text);

/* Puts the keys of a side in order of shards, and of rows within a shard. */
llmrec_status lr_chunk_sort(lr_chunk *chunk, int side);

/* Turns whole times into keys of doubles, where other chunks have fractions. */
void lr_times_unwhole(int64_t *times, size_t count);

#endif
