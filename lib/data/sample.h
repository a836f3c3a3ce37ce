/* SPDX-License-Identifier: Apache-2.0 */
/* The first rows of a delimited text, split into cells, and what the cells look like. */
#ifndef LR_DATA_SAMPLE_H
#define LR_DATA_SAMPLE_H

#include "data/delimited.h"
#include "data/texts.h"

enum { LR_SAMPLE_ROWS = 100, LR_SAMPLE_FIELDS = 64 };

/* What a value looks like. */
typedef enum lr_looks {
    LR_LOOKS_EMPTY, /* nothing, or a mark of a missing value */
    LR_LOOKS_INTEGER,
    LR_LOOKS_NUMBER,
    LR_LOOKS_MOMENT, /* a date or a time of day */
    LR_LOOKS_TEXT
} lr_looks;

typedef struct lr_sample {
    lr_dialect dialect;
    size_t rows, fields;  /* fields: of the first row */
    size_t even;          /* rows with as many fields as the first */
    size_t faults;        /* fields with errors in their quotes */
    uint64_t quoted[2];   /* a bit for each column: fields of the first row, and of all later ones, have quotes */
    bool escaped, broken; /* a field in quotes has ""; one has a newline */
    size_t counts[LR_SAMPLE_ROWS]; /* fields of each row */
    lr_span cells[LR_SAMPLE_ROWS][LR_SAMPLE_FIELDS];
} lr_sample;

/* Splits the first rows that are not blank. */
void lr_sample_take(lr_sample *sample, lr_dialect dialect, lr_span text);

/* Cell of a row; empty if the row has no such cell. */
lr_span lr_sample_cell(const lr_sample *sample, size_t row, size_t column);

lr_looks lr_looks_of(lr_span value);

/* What the column's cells look like from row `first` on: all the same, all numbers, or else TEXT. EMPTY cells do not
 * count. */
lr_looks lr_sample_looks(const lr_sample *sample, size_t first, size_t column);

/* True if the first row is names of columns: one is a usual name, or none is a value while later rows have values, or
 * repeat none of them. */
bool lr_sample_has_header(const lr_sample *sample);

/* True if the column has dates, or numbers as large as seconds since 1970. */
bool lr_sample_has_moments(const lr_sample *sample, size_t column);

/* For interactions without header: the columns of sessions, items and times by what they look like, from 0. SIZE_MAX
 * for times that are not found, and for all of them with fewer than two columns. */
void lr_sample_guess(const lr_sample *sample, size_t *session, size_t *item, size_t *time);

#endif
