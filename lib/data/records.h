/* SPDX-License-Identifier: Apache-2.0 */
/* Reads a text file in batches of whole records; each batch is cut into pieces that can be parsed in parallel. */
#ifndef LR_DATA_RECORDS_H
#define LR_DATA_RECORDS_H

#include "core/status.h"
#include "data/delimited.h"
#include "data/source.h"

enum { LR_PIECES = 32, LR_PAD = 64 /* readable bytes after the end of the text */ };

typedef struct lr_records {
    llmrec_context *context;
    const char *path;
    lr_dialect dialect; /* defines where a record ends */
    lr_source *source;
    size_t piece_bytes; /* target size of a piece */
    size_t line_bytes;  /* limit of a record */
    char *text;         /* [filled] records of the batch and the beginning of the next one */
    size_t capacity, filled;
    size_t line; /* line of the batch's first byte, from 1 */
    bool begun, ended;
    size_t pieces;
    size_t cuts[LR_PIECES + 1];  /* start of each piece; each ends with a newline */
    size_t lines[LR_PIECES + 1]; /* newlines in each piece; the piece's parser sets lines[index] */
} lr_records;

/* Reads the first batch of the source, which must outlive the records. FORMAT if it is empty. The fields up to
 * line_bytes are set by the caller. */
llmrec_status lr_records_open(lr_records *records);
void lr_records_close(lr_records *records);

/* Reads the next batch; it has no pieces at the end of the file. FORMAT for a record that is too long for
 * one. */
llmrec_status lr_records_next(lr_records *records);

/* Removes the batch's first record; returns the offset of its end. */
size_t lr_records_skip_first(lr_records *records);

/* Removes the blank lines before the first record. FORMAT if there is nothing else. */
llmrec_status lr_records_drop_blank(lr_records *records);

/* Removes the file's first record, and reads on if the batch has no other. */
llmrec_status lr_records_drop_first(lr_records *records);

#endif
