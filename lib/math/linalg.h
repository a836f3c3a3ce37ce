/* SPDX-License-Identifier: Apache-2.0 */
/* Means, covariances and eigenvectors in double precision. The only caller of LAPACKE. */
#ifndef LR_MATH_LINALG_H
#define LR_MATH_LINALG_H

#include <stddef.h>

#include "core/status.h"
#include "llmrec/context.h"

/* Returns row `row` as float32, possibly in `scratch` [dim]; NULL skips the row. Several threads call it at once. */
typedef const float *(*lr_row_fn)(const void *of, size_t row, float *scratch);

typedef struct lr_rows {
    lr_row_fn at;
    const void *of;
    size_t rows, dim;
} lr_rows;

/* Column means [dim] over the rows that are not skipped; `taken` gets their number. All zero if there are none. */
llmrec_status lr_column_means(llmrec_context *context, const lr_rows *rows, double *means, size_t *taken);

/* Covariance [dim,dim]: X'X / (taken - 1) with X the rows minus `means`; zero for fewer than two rows. Rows are
 * centered before the product, so directions of small variance keep their precision. Buffers a few hundred rows at a
 * time. Both functions give the same bits for any number of threads. Cost: rows dim^2 multiplications. */
llmrec_status lr_covariance(llmrec_context *context, const lr_rows *rows, const double *means, size_t taken,
                            double *covariance);

/* Eigenvalues [n] of a symmetric matrix [n,n], in rising order. The unit eigenvectors replace the matrix, as rows.
 * Errors: NUMERIC if LAPACK does not converge, UNSUPPORTED for n above 32000. Cost: O(n^3) on one thread, and memory of
 * two more matrices of that size. */
llmrec_status lr_symmetric_eigen(llmrec_context *context, size_t n, double *matrix, double *values);

#endif
