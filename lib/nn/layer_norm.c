/* SPDX-License-Identifier: Apache-2.0 */
#include "nn/layer_norm.h"

#include <math.h>

#include "math/simd.h"

/* Sixteen running sums: the compiler may not reorder one. */
enum { LANES = 16 };

LR_VECTORIZE static lr_real sum_of(const lr_real *x, size_t n)
{
    lr_real sums[LANES] = {0}, sum = 0;
    size_t i = 0;
    for (; i + LANES <= n; i += LANES)
        for (int lane = 0; lane < LANES; lane++) sums[lane] += x[i + (size_t)lane];
    for (; i < n; i++) sum += x[i];
    for (int lane = 0; lane < LANES; lane++) sum += sums[lane];
    return sum;
}

LR_VECTORIZE static lr_real spread_of(const lr_real *x, size_t n, lr_real mean)
{
    lr_real sums[LANES] = {0}, sum = 0;
    size_t i = 0;
    for (; i + LANES <= n; i += LANES)
        for (int lane = 0; lane < LANES; lane++)
            sums[lane] += (x[i + (size_t)lane] - mean) * (x[i + (size_t)lane] - mean);
    for (; i < n; i++) sum += (x[i] - mean) * (x[i] - mean);
    for (int lane = 0; lane < LANES; lane++) sum += sums[lane];
    return sum;
}

void lr_layer_norm_forward(const lr_layer_norm *norm, const lr_real *x, size_t n, lr_real *y, lr_real *stats)
{
    const size_t D = norm->width;
    for (size_t t = 0; t < n; t++, x += D, y += D) {
        const lr_real mean = sum_of(x, D) / (lr_real)D;
        const lr_real r = (lr_real)(1 / sqrt((double)(spread_of(x, D, mean) / (lr_real)D) + norm->epsilon));
        for (size_t j = 0; j < D; j++) y[j] = (x[j] - mean) * r * norm->gain[j] + norm->bias[j];
        stats[2 * t] = mean;
        stats[2 * t + 1] = r;
    }
}

LR_VECTORIZE static void token_backward(const lr_layer_norm *norm, const lr_layer_norm_gradient *arrays,
                                        const lr_real *x, const lr_real stats[2], lr_real *d)
{
    const size_t D = norm->width;
    const lr_real mean = stats[0], r = stats[1];
    lr_real g_sum = 0, gz_sum = 0;
    for (size_t j = 0; j < D; j++) {
        const lr_real z = (x[j] - mean) * r, g = d[j] * norm->gain[j];
        arrays->d_gain[j] += d[j] * z;
        arrays->d_bias[j] += d[j];
        g_sum += g;
        gz_sum += g * z;
    }
    g_sum /= (lr_real)D;
    gz_sum /= (lr_real)D;
    for (size_t j = 0; j < D; j++) d[j] = r * (d[j] * norm->gain[j] - g_sum - (x[j] - mean) * r * gz_sum);
}

void lr_layer_norm_backward(const lr_layer_norm *norm, const lr_layer_norm_gradient *arrays, size_t n, lr_real *d)
{
    const size_t D = norm->width;
    for (size_t t = 0; t < n; t++) token_backward(norm, arrays, arrays->x + t * D, arrays->stats + 2 * t, d + t * D);
}
