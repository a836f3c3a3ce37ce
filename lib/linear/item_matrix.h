/* SPDX-License-Identifier: Apache-2.0 */
/* Item-to-item scores: row i contains what item i says for every item. */
#ifndef LR_LINEAR_ITEM_MATRIX_H
#define LR_LINEAR_ITEM_MATRIX_H

#include "core/file.h"

/* A square matrix, row-major: dense rows, or sparse ones (CSR). Entries that a sparse row does not have are 0. */
typedef struct lr_item_matrix {
    size_t items;
    /* [items+1] row i has the entries offsets[i]..offsets[i+1]-1; NULL: dense rows of `items` values */
    const int64_t *offsets;
    const int32_t *columns; /* [offsets[items]] rising within a row; NULL: dense */
    const float *values;    /* [offsets[items]], or [items,items] */
    lr_shared_map *map;     /* the arrays are in it; NULL: the matrix owns them */
} lr_item_matrix;

/* Returns the number of stored values. */
static inline size_t lr_item_matrix_size(const lr_item_matrix *matrix)
{
    return matrix->offsets == NULL ? matrix->items * matrix->items : (size_t)matrix->offsets[matrix->items];
}

/* Frees the arrays, or gives up the hold on the map. A matrix of zeros is allowed. */
void lr_item_matrix_free(llmrec_context *context, lr_item_matrix *matrix);

#endif
