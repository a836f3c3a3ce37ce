/* SPDX-License-Identifier: Apache-2.0 */
/* Covariances and eigenvectors in double precision: the only caller of LAPACKE. */
#ifndef LR_MATH_LINALG_H
#define LR_MATH_LINALG_H

#include <stddef.h>

#include "core/status.h"
#include "llmrec/context.h"

/* Row `row` as float32, perhaps in `scratch` [dim]; NULL leaves the row out. Called by several threads at once. */
typedef const float *(*lr_row_fn)(const void *of, size_t row, float *scratch);

typedef struct lr_rows {
    lr_row_fn at;
    const void *of;
    size_t rows, dim;
} lr_rows;

/* Means [dim] of the columns over the rows that take part, whose number `taken` gets; zero where there is none. */
llmrec_status lr_column_means(llmrec_context *context, const lr_rows *rows, double *means, size_t *taken);

/* Covariance [dim,dim], X'X / (taken - 1) of the rows less `means`; zero where fewer than two take part. Centered
 * before it is multiplied, so that directions of little variance keep their digits; in memory of a few hundred rows at
 * a time. Both give the same bits for any number of threads. Cost: rows dim^2 multiplications. */
llmrec_status lr_covariance(llmrec_context *context, const lr_rows *rows, const double *means, size_t taken,
                            double *covariance);

/* Eigenvalues [n] of a symmetric matrix [n,n], smallest first, and in place of the matrix, as its rows, their vectors
 * of length 1. NUMERIC where LAPACK does not converge; UNSUPPORTED for n beyond 32000. Cost: O(n^3), one thread, and
 * memory of two more such matrices. */
llmrec_status lr_symmetric_eigen(llmrec_context *context, size_t n, double *matrix, double *values);

#endif
