/* SPDX-License-Identifier: Apache-2.0 */
/* Activation functions: ReLU and the exact GELU x Phi(x) (Hendrycks & Gimpel 2016), not its tanh form. */
#ifndef LR_MATH_ACTIVATION_H
#define LR_MATH_ACTIVATION_H

#include <stdbool.h>
#include <stddef.h>

#include "math/matrix.h"

/* y = act(x) for `count` numbers; x and y may be the same array. The error of GELU is at most 2.5e-7 max(1,|x|). */
void lr_activation_forward(bool relu, const lr_real *x, size_t count, lr_real *y);

/* x[i,j] = gelu(x[i,j] + bias[j]) in place: bias and activation of a dense layer in one pass. */
void lr_gelu_biased(lr_matrix x, const lr_real *bias);

/* d holds d_y on entry and d_x = d_y act'(x) on return. GELU'(x) = Phi(x) + x phi(x). */
void lr_activation_backward(bool relu, const lr_real *x, size_t count, lr_real *d);

#endif
