/* SPDX-License-Identifier: Apache-2.0 */
/* LayerNorm (Ba et al. 2016) of rows, forward and backward. */
#ifndef LR_MATH_NORM_H
#define LR_MATH_NORM_H

#include <stdbool.h>
#include <stddef.h>

#include "math/real.h"

typedef struct lr_layer_norm {
    const lr_real *gain, *bias; /* [D] */
    size_t dim;
    double epsilon;
} lr_layer_norm;

/* y = (x - mean) / sqrt(variance + eps) * gain + bias for each token [D]. x, y [n,D] may be the same array. `stats`
 * [n,2] gets mean and 1/sqrt(variance + eps) for the backward pass; may be NULL. */
void lr_layer_norm_forward(const lr_layer_norm *norm, const lr_real *x, size_t n, lr_real *y, lr_real *stats);

/* x = norm(x + added + offset) for each token: x and added [n,D], offset [D]. Forward only, in one pass. */
void lr_layer_norm_added(const lr_layer_norm *norm, lr_real *x, size_t n, const lr_real *added, const lr_real *offset);

/* d [n,D] holds d_y on entry and d_x on return. With z = (x - mean) r and g = d_y gain:
 *     d_x = r (g - mean(g) - z mean(g z)),  d_gain += sum d_y z,  d_bias += sum d_y */
typedef struct lr_layer_norm_gradient {
    const lr_real *x, *stats;
    lr_real *d_gain, *d_bias;
} lr_layer_norm_gradient;
void lr_layer_norm_backward(const lr_layer_norm *norm, const lr_layer_norm_gradient *arrays, size_t n, lr_real *d);

#endif
