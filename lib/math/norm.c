/* SPDX-License-Identifier: Apache-2.0 */
/* LayerNorm forward and backward. */
#include "math/norm.h"

#include <math.h>

#include "math/lanes.h"
#include "math/simd.h"

/* Sums of (x - center) and (x - center)^2 over a row. */
LR_INLINE lr_real sum_of(const lr_real *x, size_t n)
{
    lr_lanes sums = {0};
    lr_real sum = 0;
    size_t i = 0;
    for (; i + LR_LANES <= n; i += LR_LANES) sums += LR_LANES_AT(x + i);
    for (; i < n; i++) sum += x[i];
    return sum + lr_lanes_sum(&sums);
}

LR_INLINE lr_real spread_of(const lr_real *x, size_t n, lr_real mean)
{
    lr_lanes sums = {0};
    lr_real sum = 0;
    size_t i = 0;
    for (; i + LR_LANES <= n; i += LR_LANES) {
        const lr_lanes d = LR_LANES_AT(x + i) - mean;
        sums += d * d;
    }
    for (; i < n; i++) sum += (x[i] - mean) * (x[i] - mean);
    return sum + lr_lanes_sum(&sums);
}

LR_VECTORIZE void lr_layer_norm_forward(const lr_layer_norm *norm, const lr_real *x, size_t n, lr_real *y,
                                        lr_real *stats)
{
    const size_t D = norm->dim;
    const lr_real *gain = norm->gain, *bias = norm->bias;
    for (size_t t = 0; t < n; t++, x += D, y += D) {
        const lr_real mean = sum_of(x, D) / (lr_real)D;
        const lr_real r = (lr_real)(1 / sqrt((double)(spread_of(x, D, mean) / (lr_real)D) + norm->epsilon));
        for (size_t j = 0; j < D; j++) y[j] = (x[j] - mean) * r * gain[j] + bias[j];
        if (stats == NULL) continue;
        stats[2 * t] = mean;
        stats[2 * t + 1] = r;
    }
}

LR_VECTORIZE static void add_rows(lr_real *x, const lr_real *added, const lr_real *offset, size_t n)
{
    for (size_t j = 0; j < n; j++) x[j] += added[j] + offset[j];
}

void lr_layer_norm_added(const lr_layer_norm *norm, lr_real *x, size_t n, const lr_real *added, const lr_real *offset)
{
    const size_t D = norm->dim;
    for (size_t t = 0; t < n; t++, x += D, added += D) {
        add_rows(x, added, offset, D);
        lr_layer_norm_forward(norm, x, 1, x, NULL);
    }
}

/* Adds to d_gain and d_bias for one token; computes the sums of g and g z. */
LR_INLINE void sums_backward(const lr_layer_norm *norm, const lr_layer_norm_gradient *arrays, const lr_real *x,
                             const lr_real *d, lr_real sums[4])
{
    const lr_real mean = sums[0], r = sums[1];
    lr_lanes g_sum = {0}, gz_sum = {0};
    size_t j = 0;
    sums[2] = sums[3] = 0;
    for (; j + LR_LANES <= norm->dim; j += LR_LANES) {
        const lr_lanes down = LR_LANES_AT(d + j), z = (LR_LANES_AT(x + j) - mean) * r;
        const lr_lanes g = down * LR_LANES_AT(norm->gain + j);
        LR_LANES_IN(arrays->d_gain + j) += down * z;
        LR_LANES_IN(arrays->d_bias + j) += down;
        g_sum += g;
        gz_sum += g * z;
    }
    for (; j < norm->dim; j++) {
        const lr_real z = (x[j] - mean) * r, g = d[j] * norm->gain[j];
        arrays->d_gain[j] += d[j] * z;
        arrays->d_bias[j] += d[j];
        sums[2] += g;
        sums[3] += g * z;
    }
    sums[2] += lr_lanes_sum(&g_sum);
    sums[3] += lr_lanes_sum(&gz_sum);
}

LR_VECTORIZE void lr_layer_norm_backward(const lr_layer_norm *norm, const lr_layer_norm_gradient *arrays, size_t n,
                                         lr_real *d)
{
    const size_t D = norm->dim;
    const lr_real *x = arrays->x, *gain = norm->gain;
    for (size_t t = 0; t < n; t++, x += D, d += D) {
        lr_real sums[4] = {arrays->stats[2 * t], arrays->stats[2 * t + 1], 0, 0};
        sums_backward(norm, arrays, x, d, sums);
        const lr_real mean = sums[0], r = sums[1], g = sums[2] / (lr_real)D, gz = sums[3] / (lr_real)D;
        for (size_t j = 0; j < D; j++) d[j] = r * (d[j] * gain[j] - g - (x[j] - mean) * r * gz);
    }
}
