/* SPDX-License-Identifier: Apache-2.0 */
/* Ids and texts in the caller's arrays. */
#ifndef LR_DATA_ARRAYS_H
#define LR_DATA_ARRAYS_H

#include "data/item_source.h"

/* An array of ids: numbers or texts. */
typedef struct lr_id_array {
    const char *name;
    const int64_t *numbers;
    const char *const *texts;
    const size_t *lengths;
    const uint8_t *missing; /* NULL: none but empty texts */
} lr_id_array;

/* Text of a row; empty if it is NULL or missing. */
lr_span lr_given_text(const lr_id_array *ids, size_t row);

/* Writes a number's text to spare memory with room for LR_INT64_SIZE bytes. */
lr_span lr_spare_number(int64_t number, char *spare, size_t *used);

/* Fails because of a row's id: "name[row] is NULL; why". */
llmrec_status lr_refuse_given(const lr_id_array *ids, size_t row, const char *why);

/* Item ids and texts in arrays as a source. The arrays must outlive it. */
typedef struct lr_item_arrays {
    const llmrec_items *items;
    lr_id_array ids;
    size_t width;   /* 1 + columns */
    lr_span *cells; /* [rows,width] id and texts */
    char *spare;    /* for texts that cannot be used in place */
    size_t spare_used;
} lr_item_arrays;

llmrec_status lr_item_source_of_arrays(llmrec_context *context, const llmrec_items *items, bool repair,
                                       lr_item_arrays *from, lr_item_source *source);
void lr_item_arrays_free(llmrec_context *context, lr_item_arrays *from);

#endif
