/* SPDX-License-Identifier: Apache-2.0 */
#include "math/exponential.h"

#include "math/simd.h"

enum { LANES = 16 };

LR_VECTORIZE static lr_real greatest(const lr_real *x, size_t count)
{
    lr_real lanes[LANES], most = x[0];
    size_t i = 0;
    for (int lane = 0; lane < LANES; lane++) lanes[lane] = x[0];
    for (; i + LANES <= count; i += LANES)
        for (int lane = 0; lane < LANES; lane++) {
            const lr_real value = x[i + (size_t)lane];
            lanes[lane] = value > lanes[lane] ? value : lanes[lane];
        }
    for (; i < count; i++) most = x[i] > most ? x[i] : most;
    for (int lane = 0; lane < LANES; lane++) most = lanes[lane] > most ? lanes[lane] : most;
    return most;
}

/* Sums of up to a slice stay in lr_real lanes: sixteen lanes lose no digit that the exponential has. */
LR_VECTORIZE double lr_exp_below_most(lr_real *x, size_t count, lr_real *most)
{
    lr_real lanes[LANES] = {0};
    const lr_real m = greatest(x, count);
    double sum = 0;
    size_t i = 0;
    for (; i + LANES <= count; i += LANES)
        for (int lane = 0; lane < LANES; lane++)
            lanes[lane] += x[i + (size_t)lane] = lr_exponential(x[i + (size_t)lane] - m);
    for (; i < count; i++) sum += (double)(x[i] = lr_exponential(x[i] - m));
    for (int lane = 0; lane < LANES; lane++) sum += (double)lanes[lane];
    *most = m;
    return sum;
}
