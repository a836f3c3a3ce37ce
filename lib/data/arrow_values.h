/* SPDX-License-Identifier: Apache-2.0 */
/* The values of an Arrow column in one batch, read where they are. The interface does not tell the sizes of most
 * buffers; everything that it does tell is checked. */
#ifndef LR_DATA_ARROW_VALUES_H
#define LR_DATA_ARROW_VALUES_H

#include "core/text.h"
#include "data/arrow_type.h"
#include "data/texts.h"
#include "data/times.h"
#include "llmrec/arrow.h"

/* An array without what is nested in it. */
typedef struct lr_arrow_values {
    lr_arrow_type type;
    size_t offset, length;
    const uint8_t *valid;       /* bits; NULL: no value is null */
    const unsigned char *data;  /* values, offsets or views */
    const char *bytes;          /* of TEXT with offsets */
    const void *const *pieces;  /* [piece_count] bytes of TEXT with views */
    const int64_t *piece_sizes; /* [piece_count] */
    size_t piece_count;
} lr_arrow_values;

/* A column: plain values, a dictionary with indices, or lists of the values of their child. */
typedef struct lr_arrow_column {
    lr_arrow_values outer; /* values, indices, or lists */
    lr_arrow_values inner; /* values of the dictionary, or of the lists */
    bool coded;            /* a dictionary */
    bool plain;            /* neither a dictionary nor with nulls */
    const uint8_t *rows;   /* bits of the rows of the frame that are there; NULL: all */
    size_t first;          /* bit of row 0 */
} lr_arrow_column;

/* A value: `values` is NULL if it is null. */
typedef struct lr_arrow_value {
    const lr_arrow_values *values;
    size_t index;
} lr_arrow_value;

/* The type of a column's values, of lists the lists themselves. */
lr_arrow_type lr_arrow_column_type(const struct ArrowSchema *schema);

/* Takes a column of a batch [rows] of a frame. Returns NULL, or what is wrong with the array. */
const char *lr_arrow_column_take(const struct ArrowSchema *schema, const struct ArrowArray *frame, size_t child,
                                 lr_arrow_column *column);

/* Gets the value in a row. Returns NULL, or what was wanted. */
const char *lr_arrow_look_up(const lr_arrow_column *column, size_t row, lr_arrow_value *value);
static inline const char *lr_arrow_get(const lr_arrow_column *column, size_t row, lr_arrow_value *value)
{
    if (!column->plain) return lr_arrow_look_up(column, row, value);
    *value = (lr_arrow_value){&column->outer, row};
    return NULL;
}

/* Read a value that is not null, of the kinds named. Return NULL, or what was wanted. */
const char *lr_arrow_text(lr_arrow_value value, lr_span *text);       /* TEXT */
const char *lr_arrow_integer(lr_arrow_value value, int64_t *integer); /* INTEGER, FLOAT, DECIMAL */
const char *lr_arrow_time(lr_arrow_value value, lr_time *time);       /* INTEGER, FLOAT, DECIMAL, DATE */
bool lr_arrow_is_nan(lr_arrow_value value);                           /* false for other kinds than FLOAT */

/* Appends the value as text; a null is empty, texts are as they are. Returns a failure only for lack of memory; *fault
 * is NULL, or what was wanted. */
llmrec_status lr_arrow_write(const lr_arrow_column *column, size_t row, lr_builder *builder, const char **fault);

/* The value in a message. */
lr_quoted lr_arrow_quote(lr_arrow_value value);

#endif
