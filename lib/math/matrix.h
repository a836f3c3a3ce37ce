/* SPDX-License-Identifier: Apache-2.0 */
/* Matrix views and products. */
#ifndef LR_MATH_MATRIX_H
#define LR_MATH_MATRIX_H

#include <stddef.h>

#include "core/status.h"
#include "llmrec/context.h"
#include "math/real.h"

/* A view of values (float32, see real.h). Element (i,j) is data[i*stride + j], or data[j*stride + i] if transposed. */
typedef struct lr_matrix {
    lr_real *data;
    size_t rows, columns, stride;
    bool transposed;
} lr_matrix;

/* A dense row-major [rows,columns] view. `data` may be const if the values are only read. */
static inline lr_matrix lr_matrix_of(const lr_real *data, size_t rows, size_t columns)
{
    return (lr_matrix){(lr_real *)(uintptr_t)data, rows, columns, columns, false};
}

static inline lr_matrix lr_transpose(lr_matrix a)
{
    return (lr_matrix){a.data, a.columns, a.rows, a.stride, !a.transposed};
}

/* Rows first..first+count-1 of a view that is not transposed. */
static inline lr_matrix lr_matrix_rows(lr_matrix a, size_t first, size_t count)
{
    return (lr_matrix){a.data + first * a.stride, count, a.columns, a.stride, false};
}

/* c = alpha a b + beta c, on the calling thread. c is not transposed; with beta 0 it need not be initialized. */
void lr_gemm(lr_real alpha, lr_matrix a, lr_matrix b, lr_real beta, lr_matrix c);

/* c = a b + offset, the same offset [c.columns] to each row. */
void lr_gemm_offset(lr_matrix a, lr_matrix b, const lr_real *offset, lr_matrix c);

/* c = alpha a b + beta c. The pool computes slices of rows of c of fixed height: the same bits for any number of
 * threads. */
llmrec_status lr_gemm_parallel(llmrec_context *context, lr_real alpha, lr_matrix a, lr_matrix b, lr_real beta,
                               lr_matrix c);

/* b = a', both dense. */
void lr_copy_transposed(lr_matrix a, lr_real *b);

#endif
