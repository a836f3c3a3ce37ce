/* SPDX-License-Identifier: Apache-2.0 */
/* Softmax over rows, in place. */
#include "math/softmax.h"

#include <math.h>

#include "math/exponential.h"
#include "math/lanes.h"

LR_INLINE float largest(const float *x, size_t n)
{
    float lanes[LR_LANES], best = -INFINITY;
    for (int i = 0; i < LR_LANES; i++) lanes[i] = -INFINITY;
    for (size_t at = 0; at < n; at += LR_LANES)
        for (int i = 0; i < LR_LANES; i++) lanes[i] = x[at + (size_t)i] > lanes[i] ? x[at + (size_t)i] : lanes[i];
    for (int i = 0; i < LR_LANES; i++) best = lanes[i] > best ? lanes[i] : best;
    return best;
}

LR_INLINE float exponentials(float *x, size_t n, float shift)
{
    float lanes[LR_LANES] = {0}, sum = 0;
    for (size_t at = 0; at < n; at += LR_LANES)
        for (int i = 0; i < LR_LANES; i++) {
            const float e = lr_exponential(x[at + (size_t)i] - shift);
            x[at + (size_t)i] = e;
            lanes[i] += e;
        }
    for (int i = 0; i < LR_LANES; i++) sum += lanes[i];
    return sum;
}

LR_VECTORIZE static void softmax_row(float *x, size_t columns)
{
    const size_t padded = (columns + LR_LANES - 1) / LR_LANES * LR_LANES;
    for (size_t i = columns; i < padded; i++) x[i] = -INFINITY; /* e^-87 relative to the largest: rounds to nothing */
    const float factor = 1.0f / exponentials(x, padded, largest(x, padded));
    for (size_t i = 0; i < padded; i++) x[i] *= factor;
    for (size_t i = columns; i < padded; i++) x[i] = 0;
}

void lr_softmax_rows(lr_matrix x)
{
    for (size_t i = 0; i < x.rows; i++) softmax_row(x.data + i * x.stride, x.columns);
}
