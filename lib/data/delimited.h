/* SPDX-License-Identifier: Apache-2.0 */
/* Fields and records of delimited text: CSV (RFC 4180), tab-separated values, RecBole atomic files, and others. */
#ifndef LR_DATA_DELIMITED_H
#define LR_DATA_DELIMITED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { LR_LINE_MAX = 16 << 20 /* maximum bytes of a record by default */ };

typedef struct lr_dialect {
    char delimiter, second; /* one byte, or two; second 0: one */
    bool quoting;           /* fields may be quoted, with "" for a quote, and may contain delimiters and newlines */
} lr_dialect;

/* Dialect of LLMREC_FORMAT_CSV, TSV or RECBOLE. */
lr_dialect lr_dialect_of(int64_t format);

/* A field without its outer quotes. */
typedef struct lr_field {
    const char *text;
    size_t length;
    bool escaped;      /* contains "" pairs; see lr_field_unescape */
    const char *fault; /* NULL, or the error */
} lr_field;

/* Parses the field that begins at `at` <= `end`. Returns the position of the last byte of the delimiter after it, of
 * the newline after it, or `end`. Carriage returns before the newline are dropped. An unclosed quote extends to `end`.
 * */
const char *lr_field_take(lr_dialect dialect, const char *at, const char *end, lr_field *field);

/* Writes the field's text to `into` with each "" as one quote; returns its length. `into` may be the field's own
 * text. */
size_t lr_field_unescape(const lr_field *field, char *into);

/* End of the line [at, end) without the carriage returns before its newline: one on Windows, two after a conversion of
 * its line ends. */
static inline const char *lr_line_end(const char *at, const char *end)
{
    while (end > at && end[-1] == '\r') end--;
    return end;
}

/* Returns the newline that ends the record at `at`, or `end` if there is none. */
const char *lr_record_end(lr_dialect dialect, const char *at, const char *end);

/* Counts the newlines in text[length]. */
size_t lr_count_lines(const char *text, size_t length);

#endif
