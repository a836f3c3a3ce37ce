/* SPDX-License-Identifier: Apache-2.0 */
/* Sparse item-to-item matrices, row by row on all threads. */
#ifndef LR_LINEAR_SPARSE_ROWS_H
#define LR_LINEAR_SPARSE_ROWS_H

#include "linear/item_matrix.h"

/* The row that a thread works on: a sum per item, and which items have one. */
typedef struct lr_row_sums {
    double *sums;  /* [items] */
    uint64_t *met; /* [words] bits of the items that have a sum; the other sums are not read */
    size_t worker; /* as in lr_task_fn */
} lr_row_sums;

static inline void lr_row_add(const lr_row_sums *row, int32_t column, double value)
{
    uint64_t *word = &row->met[column / 64];
    const uint64_t bit = (uint64_t)1 << column % 64;
    if ((*word & bit) == 0) row->sums[column] = 0;
    *word |= bit;
    row->sums[column] += value;
}

/* Adds the entries of one row, in an order that does not depend on threads. Several threads call it. */
typedef void (*lr_sparse_row_fn)(const void *self, size_t row, const lr_row_sums *sums);

/* Makes a matrix of `items` rows. Progress reports call it `stage`. Errors: MEMORY, CANCELED. */
llmrec_status lr_sparse_rows_make(llmrec_context *context, const char *stage, size_t items, lr_sparse_row_fn fill,
                                  const void *self, lr_item_matrix *matrix);

/* Makes the transpose of a sparse matrix. */
llmrec_status lr_sparse_transpose(llmrec_context *context, const lr_item_matrix *matrix, lr_item_matrix *transpose);

#endif
