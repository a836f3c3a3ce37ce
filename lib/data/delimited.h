/* SPDX-License-Identifier: Apache-2.0 */
/* Fields and records of delimited text: CSV (RFC 4180), tab-separated values, RecBole's atomic files. */
#ifndef LR_DATA_DELIMITED_H
#define LR_DATA_DELIMITED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { LR_LINE_MAX = 16 << 20 /* bytes of a record */ };

typedef struct lr_dialect {
    char delimiter;
    bool quoting; /* a field may stand in quotes, with "" for one quote, and hold delimiters and newlines */
} lr_dialect;

/* The dialect of one of LLMREC_FORMAT_CSV, TSV, RECBOLE. */
lr_dialect lr_dialect_of(int64_t format);

/* A field without its outer quotes. */
typedef struct lr_field {
    const char *text;
    size_t length;
    bool escaped;      /* holds "" pairs: lr_field_unescape */
    const char *fault; /* NULL, or what is wrong with it */
} lr_field;

/* Takes the field that begins at `at` <= `end`, and returns what ends it: a delimiter, a newline, or `end`. A carriage
 * return before the newline is no part of it. A quote that is not closed runs to `end`. */
const char *lr_field_take(lr_dialect dialect, const char *at, const char *end, lr_field *field);

/* Writes the field's text with single quotes to `into` (which may be where it is now), and returns its length. */
size_t lr_field_unescape(const lr_field *field, char *into);

/* The newline that ends the record that begins at `at`; `end` if it is not there. */
const char *lr_record_end(lr_dialect dialect, const char *at, const char *end);

/* Newlines in text[length]. */
size_t lr_count_lines(const char *text, size_t length);

#endif
