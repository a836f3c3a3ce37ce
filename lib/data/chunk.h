/* SPDX-License-Identifier: Apache-2.0 */
/* The rows of one piece of input, as parsed. */
#ifndef LR_DATA_CHUNK_H
#define LR_DATA_CHUNK_H

#include "core/text.h"
#include "data/intern.h"
#include "data/times.h"

enum { LR_SESSION = 0, LR_ITEM = 1, LR_SIDES = 2 };

/* Keys in row order. One per thread: they are only needed until they are sorted by shard. */
typedef struct lr_raw {
    lr_key *keys[LR_SIDES];
    size_t capacity[LR_SIDES];
} lr_raw;

/* What is noted: the kinds of times in times.h and, if ids are integers, session ids that are and that are not. */
enum { LR_INTEGER_SESSION = LR_TIME_KINDS, LR_TEXT_SESSION, LR_NOTES };

/* The first row of some kind: its number, its line or row in the input, and the value as it was given. */
typedef struct lr_note {
    size_t row, place;
    lr_quoted text;
} lr_note;

typedef struct lr_chunk {
    llmrec_context *context;
    lr_raw *raw; /* of the current thread */
    size_t rows;
    lr_key *keys[LR_SIDES]; /* [rows] sorted by shard; texts must outlive the chunk's rows */
    size_t key_capacity[LR_SIDES];
    size_t starts[LR_SIDES][LR_SHARDS + 1]; /* start of each shard's keys */
    int64_t *times;                         /* [rows] as they were read; undefined if the input has no times */
    uint32_t *billionths;                   /* [rows] of the times; undefined if `fractions` is false */
    size_t time_capacity, billionth_capacity;
    bool fractions;
    int8_t *parts; /* [rows] of a split, or -1; undefined if the input has no such column */
    size_t part_capacity;
    uint32_t kinds; /* a bit for each kind that occurs */
    lr_note notes[LR_NOTES];
    size_t missing;     /* rows dropped because a value was missing */
    size_t sessions;    /* sessions that begin here, if the input has no session ids */
    uint32_t *ordinals; /* [rows] session of each row, among these */
    size_t ordinal_capacity;
    char *spare; /* for texts that need decoding or repair */
    size_t spare_used, spare_capacity;
    char **blocks; /* for texts of unknown number */
    size_t block_count, block_capacity, blocks_used, block_used;
} lr_chunk;

/* Removes all rows and ensures `spare` bytes of spare memory. Memory is kept for the next piece. */
llmrec_status lr_chunk_clear(lr_chunk *chunk, size_t spare);
void lr_chunk_free(lr_chunk *chunk);
void lr_raw_free(llmrec_context *context, lr_raw *raw);

/* Adds a row. Without session ids, `ids[LR_SESSION].text` is NULL and the row belongs to the last session begun
 * (chunk->sessions - 1). `time` may be NULL. */
llmrec_status lr_chunk_add(lr_chunk *chunk, const lr_span ids[LR_SIDES], const lr_time *time);

/* Sets the part of the last added row. Once for each row, or for none. */
llmrec_status lr_chunk_set_part(lr_chunk *chunk, int8_t part);

/* True if no row has this kind yet: then the next row is to be noted. */
static inline bool lr_chunk_lacks(const lr_chunk *chunk, uint32_t kind)
{
    return (chunk->kinds >> kind & 1) == 0;
}
void lr_chunk_note(lr_chunk *chunk, uint32_t kind, size_t place, const lr_quoted *text);

/* Copies a short text to memory that lasts as long as the rows. */
llmrec_status lr_chunk_keep(lr_chunk *chunk, lr_span *text);

/* Replaces invalid UTF-8 of a text by U+FFFD, in spare memory: three times its length. */
void lr_chunk_repair(lr_chunk *chunk, lr_span *text);

/* Notes a session id, if ids are integers: one that is, or one that is not. */
void lr_chunk_note_session(lr_chunk *chunk, bool integer, size_t place, lr_span id);

/* Sorts the keys of a side by shard; rows stay in order within a shard. */
llmrec_status lr_chunk_sort(lr_chunk *chunk, int side);

#endif
