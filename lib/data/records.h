/* SPDX-License-Identifier: Apache-2.0 */
/* A text file as batches of whole records, each batch cut into pieces that can be parsed at once. */
#ifndef LR_DATA_RECORDS_H
#define LR_DATA_RECORDS_H

#include "core/status.h"
#include "data/delimited.h"
#include "data/source.h"

enum { LR_PIECES = 32, LR_PAD = 64 /* bytes past the end of the text that may be read, not used */ };

typedef struct lr_records {
    llmrec_context *context;
    const char *path;
    lr_dialect dialect; /* tells what ends a record */
    lr_source *source;
    size_t piece_bytes; /* aimed at */
    char *text;         /* [filled] the batch's records and the beginning of what follows */
    size_t capacity, filled;
    size_t line; /* of the batch's first byte, from 1 */
    bool begun, ended;
    size_t pieces;
    size_t cuts[LR_PIECES + 1];  /* where pieces begin; each ends with a newline */
    size_t lines[LR_PIECES + 1]; /* newlines of each: the parser of a piece says how many (in lines[index]) */
} lr_records;

/* Opens the file, and reads the first batch; FORMAT if it is empty. A byte order mark is skipped. `piece_bytes` is at
 * most LR_LINE_MAX / LR_PIECES. */
llmrec_status lr_records_open(llmrec_context *context, const char *path, lr_dialect dialect, size_t piece_bytes,
                              lr_records *records);
void lr_records_close(lr_records *records);

/* Moves on to the next batch; no pieces are left at the end of the file. FORMAT for a record over LR_LINE_MAX. */
llmrec_status lr_records_next(lr_records *records);

/* Takes the batch's first record out of its first piece: offset of its end. */
size_t lr_records_skip_first(lr_records *records);

#endif
