/* SPDX-License-Identifier: Apache-2.0 */
/* Reads an interaction file into gathered rows. Each format has a parser that turns one piece of text into rows. */
#ifndef LR_DATA_READER_H
#define LR_DATA_READER_H

#include <stdatomic.h>

#include "data/fields.h"
#include "data/file_format.h"
#include "data/gather.h"
#include "data/records.h"
#include "llmrec/dataset.h"

enum { LR_TIME = LR_SIDES, LR_NOWHERE, LR_PLACES };

typedef struct lr_reader {
    llmrec_context *context;
    const char *path;
    int64_t format;
    bool repair, timed;
    lr_fields fields;
    lr_records records;
    char *names[LR_NOWHERE]; /* names of the session, item and time column or key */
    size_t columns;
    uint8_t *places; /* [columns] role of each column, or LR_NOWHERE */
    atomic_size_t repaired;
} lr_reader;

/* An invalid value. */
typedef struct lr_fault {
    int place;
    lr_span value;
    const char *why;
} lr_fault;

/* A piece of text to parse. */
typedef struct lr_piece {
    const char *text, *end;
    size_t index; /* index among the batch's pieces */
    bool ascii;
} lr_piece;

/* Reads the whole file in pieces of about `piece_bytes`; the rows do not depend on it. */
llmrec_status lr_read_interactions(llmrec_context *context, const char *path, const llmrec_dataset_options *options,
                                   size_t piece_bytes, lr_gather *gather);

/* Finds the columns in the first record. */
llmrec_status lr_read_header(lr_reader *reader, const llmrec_dataset_options *options);
llmrec_status lr_read_keys(lr_reader *reader, const llmrec_dataset_options *options);
llmrec_status lr_reader_pick(lr_reader *reader, const lr_header *header, const llmrec_dataset_options *options,
                             size_t picked[LR_NOWHERE]);

llmrec_status lr_parse_delimited(const lr_reader *reader, const lr_piece *piece, lr_chunk *chunk);
llmrec_status lr_parse_json(const lr_reader *reader, const lr_piece *piece, lr_chunk *chunk);
llmrec_status lr_parse_sequences(const lr_reader *reader, const lr_piece *piece, lr_chunk *chunk);

/* Checks and adds the row that begins at `at` in the piece. spans[LR_PLACES] are its texts; an empty one is missing. */
llmrec_status lr_reader_add(const lr_reader *reader, const lr_piece *piece, const char *at,
                            const lr_span spans[LR_PLACES], lr_chunk *chunk);

/* Reports an error in the row that begins at `at`: "path:line: name value: why". */
llmrec_status lr_reader_refuse(const lr_reader *reader, const lr_piece *piece, const char *at, lr_fault fault);

/* Line number in the file of the position `at` in the piece. */
size_t lr_reader_line(const lr_reader *reader, const lr_piece *piece, const char *at);

#endif
