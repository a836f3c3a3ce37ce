/* SPDX-License-Identifier: Apache-2.0 */
/* Computes dense layers on packed tokens. n tokens, I inputs, O outputs; all arrays are row-major. */
#ifndef LR_NN_DENSE_H
#define LR_NN_DENSE_H

#include "math/matrix.h"
#include "nn/shape.h"

typedef struct lr_dense {
    const lr_real *weights, *bias; /* [I,O], [O] */
    const lr_real *transposed;     /* [O,I] transposed weights; NULL if no backward pass follows */
    size_t in, out;
    size_t stride; /* row stride of the weights and of y: O, or more for a part of a layer */
} lr_dense;

/* Returns outputs first..first+out-1 of a layer as a layer. Its y and its gradients begin at that column. */
lr_dense lr_dense_part(const lr_dense *dense, size_t first, size_t out);

/* y[n,O] = x[n,I] W + b */
void lr_dense_forward(const lr_dense *dense, const lr_real *x, size_t n, lr_real *y);

/* Where the gradients of a dense layer are added. */
typedef struct lr_dense_gradient {
    lr_real *weights, *bias; /* [I,O], [O] */
} lr_dense_gradient;

static inline lr_dense_gradient lr_gradient_at(lr_real *gradients, lr_dense_at at)
{
    return (lr_dense_gradient){gradients + at.weights, gradients + at.bias};
}

/* d_x[n,I] = d_y W';  d_W += x' d_y;  d_b += column sums of d_y. d_x must not overlap d_y. */
void lr_dense_backward(const lr_dense *dense, const lr_real *x, const lr_real *d_y, size_t n, lr_real *d_x,
                       lr_dense_gradient gradient);

#endif
