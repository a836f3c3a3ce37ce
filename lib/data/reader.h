/* SPDX-License-Identifier: Apache-2.0 */
/* Reads an interaction file into gathered rows. Each format has a parser that turns one piece of text into rows. */
#ifndef LR_DATA_READER_H
#define LR_DATA_READER_H

#include <stdatomic.h>

#include "data/columns.h"
#include "data/fields.h"
#include "data/gather.h"
#include "data/recognize.h"
#include "data/records.h"
#include "data/where.h"
#include "llmrec/dataset.h"

/* Places of a row's texts: session, item, time, columns that are not read, the part of a split, and columns of
 * conditions. */
enum { LR_TIME = LR_SIDES, LR_NOWHERE, LR_PART, LR_CONDITION, LR_PLACES = LR_CONDITION + LR_CONDITIONS };

typedef struct lr_reader {
    llmrec_context *context;
    const char *path;
    bool repair, timed, parted;
    lr_recognized recognized;
    lr_source *source;
    lr_fields fields;
    lr_records records;
    lr_where where;
    const char *list;                        /* option item_list */
    uint8_t condition_places[LR_CONDITIONS]; /* place of each condition's column */
    char *names[LR_PLACES];                  /* names of the columns or keys that are read */
    char *nested; /* JSON: key of the list whose objects are the rows, or NULL; their keys precede those around them */
    lr_told told[LR_NOWHERE];
    size_t told_count;
    size_t columns;
    uint8_t *places;                     /* [columns] place of each column */
    size_t line_bytes, text_bytes, rows; /* limits */
    atomic_size_t repaired, left_out;    /* left_out: rows that do not meet the conditions */
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
    bool plain;       /* ASCII, and no option asks for a look at every id or row */
    size_t *left_out; /* counts rows that do not meet the conditions */
} lr_piece;

/* Reads the whole file in pieces of about `piece_bytes`; the rows do not depend on it. *has_items: see
 * lr_source_has_items. */
llmrec_status lr_read_interactions(llmrec_context *context, const char *path, const llmrec_dataset_options *options,
                                   size_t piece_bytes, lr_gather *gather, bool *has_items);

/* Finds the columns in the first record. */
llmrec_status lr_read_header(lr_reader *reader, const llmrec_dataset_options *options);
llmrec_status lr_read_keys(lr_reader *reader, const llmrec_dataset_options *options);

/* Chooses the columns: picked[place] for every place that is read, else SIZE_MAX. */
llmrec_status lr_reader_pick(lr_reader *reader, const lr_header *header, const llmrec_dataset_options *options,
                             size_t picked[LR_PLACES]);

llmrec_status lr_parse_delimited(const lr_reader *reader, const lr_piece *piece, lr_chunk *chunk);
llmrec_status lr_parse_json(const lr_reader *reader, const lr_piece *piece, lr_chunk *chunk);
llmrec_status lr_parse_sequences(const lr_reader *reader, const lr_piece *piece, lr_chunk *chunk);

/* Next word of a text that ends at `end`; empty if there is none. */
lr_span lr_take_word(const char **at, const char *end);

/* Checks and adds the row that begins at `at` in the piece, or one for each id of its list, if it meets the conditions.
 * spans[LR_PLACES] are its texts; an empty one is missing. */
llmrec_status lr_reader_add(const lr_reader *reader, const lr_piece *piece, const char *at,
                            const lr_span spans[LR_PLACES], lr_chunk *chunk);

/* Reports an error in the row that begins at `at`: "path:line: name value: why". */
llmrec_status lr_reader_refuse(const lr_reader *reader, const lr_piece *piece, const char *at, lr_fault fault);

/* Reports a line that is longer than the limit. */
llmrec_status lr_reader_refuse_line(const lr_reader *reader, const lr_piece *piece, const char *at, size_t length);

static inline llmrec_status lr_reader_check_line(const lr_reader *reader, const lr_piece *piece, const char *at,
                                                 size_t length)
{
    return length <= reader->line_bytes ? LLMREC_OK : lr_reader_refuse_line(reader, piece, at, length);
}

/* Line number in the file of the position `at` in the piece. */
size_t lr_reader_line(const lr_reader *reader, const lr_piece *piece, const char *at);

#endif
