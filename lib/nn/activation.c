/* SPDX-License-Identifier: Apache-2.0 */
#include "nn/activation.h"

#include <math.h>

static const double SQRT_HALF = 0.70710678118654752440, INVERSE_SQRT_TAU = 0.39894228040143267794;

void lr_activation_forward(bool relu, const lr_real *x, size_t count, lr_real *y)
{
    if (relu)
        for (size_t i = 0; i < count; i++) y[i] = x[i] > 0 ? x[i] : 0;
    else
        for (size_t i = 0; i < count; i++) y[i] = (lr_real)(0.5 * x[i] * (1 + erf(x[i] * SQRT_HALF)));
}

void lr_activation_backward(bool relu, const lr_real *x, size_t count, lr_real *d)
{
    if (relu)
        for (size_t i = 0; i < count; i++) d[i] = x[i] > 0 ? d[i] : 0;
    else
        for (size_t i = 0; i < count; i++) {
            const double u = x[i], below = 0.5 * (1 + erf(u * SQRT_HALF));
            d[i] *= (lr_real)(below + u * INVERSE_SQRT_TAU * exp(-0.5 * u * u));
        }
}
