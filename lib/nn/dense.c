/* SPDX-License-Identifier: Apache-2.0 */
#include "nn/dense.h"

#include <string.h>

void lr_dense_forward(const lr_dense *dense, const lr_real *x, size_t n, lr_real *y)
{
    for (size_t t = 0; t < n; t++) memcpy(y + t * dense->out, dense->bias, dense->out * sizeof *y);
    lr_gemm(1, lr_matrix_of(x, n, dense->in), lr_matrix_of(dense->weights, dense->in, dense->out), 1,
            lr_matrix_of(y, n, dense->out));
}

void lr_dense_backward(const lr_dense *dense, const lr_real *x, const lr_real *d_y, size_t n, lr_real *d_x,
                       lr_dense_gradient gradient)
{
    const lr_matrix down = lr_matrix_of(d_y, n, dense->out);
    lr_gemm(1, down, lr_transpose(lr_matrix_of(dense->weights, dense->in, dense->out)), 0,
            lr_matrix_of(d_x, n, dense->in));
    lr_gemm(1, lr_transpose(lr_matrix_of(x, n, dense->in)), down, 1,
            lr_matrix_of(gradient.weights, dense->in, dense->out));
    for (size_t t = 0; t < n; t++)
        for (size_t o = 0; o < dense->out; o++) gradient.bias[o] += d_y[t * dense->out + o];
}
