/* SPDX-License-Identifier: Apache-2.0 */
#include "nn/dense.h"

#include "math/simd.h"

lr_dense lr_dense_part(const lr_dense *dense, size_t first, size_t out)
{
    lr_dense part = *dense;
    part.weights += first;
    part.bias += first;
    if (part.transposed != NULL) part.transposed += first * dense->in;
    part.out = out;
    return part;
}

static lr_matrix outputs(const lr_dense *dense, const lr_real *y, size_t rows)
{
    return (lr_matrix){(lr_real *)(uintptr_t)y, rows, dense->out, dense->stride, false};
}

void lr_dense_forward(const lr_dense *dense, const lr_real *x, size_t n, lr_real *y)
{
    lr_gemm_offset(lr_matrix_of(x, n, dense->in), outputs(dense, dense->weights, dense->in), dense->bias,
                   outputs(dense, y, n));
}

LR_VECTORIZE static void add_rows(lr_matrix rows, lr_real *restrict sums)
{
    for (size_t i = 0; i < rows.rows; i++) {
        const lr_real *restrict row = rows.data + i * rows.stride;
        for (size_t j = 0; j < rows.columns; j++) sums[j] += row[j];
    }
}

void lr_dense_backward(const lr_dense *dense, const lr_real *x, const lr_real *d_y, size_t n, lr_real *d_x,
                       lr_dense_gradient gradient)
{
    const lr_matrix down = outputs(dense, d_y, n);
    lr_gemm(1, down, lr_matrix_of(dense->transposed, dense->out, dense->in), 0, lr_matrix_of(d_x, n, dense->in));
    lr_gemm(1, lr_transpose(lr_matrix_of(x, n, dense->in)), down, 1, outputs(dense, gradient.weights, dense->in));
    add_rows(down, gradient.bias);
}
