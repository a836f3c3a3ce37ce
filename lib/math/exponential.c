/* SPDX-License-Identifier: Apache-2.0 */
#include "math/exponential.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "math/simd.h"

enum { LANES = 16 };

#ifdef LR_REAL_IS_DOUBLE

static inline double exponential(double x)
{
    return exp(x);
}

#else

/* exp(x) for x <= 0: 2^n e^r with n = round(x / ln 2), |r| <= ln 2 / 2, and e^r by its Taylor series to the sixth power
 * (remainder below 2e-8). Below -87 the result is 0. Plain arithmetic, so that a loop of it becomes vector code. */
static inline float exponential(float x)
{
    const float n = rintf(x * 1.44269504f);
    const float r = (x - n * 0.693359375f) + n * 2.12194440e-4f; /* ln 2 in two parts: the first product is exact */
    const float tail = 1.0f / 6 + r * (1.0f / 24 + r * (1.0f / 120 + r * (1.0f / 720)));
    const float power = 1 + r + r * r * (0.5f + r * tail);
    const int32_t bits = ((int32_t)n + 127) << 23;
    float scale;
    memcpy(&scale, &bits, sizeof scale);
    return x < -87 ? 0 : power * scale;
}

#endif

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
            lanes[lane] += x[i + (size_t)lane] = exponential(x[i + (size_t)lane] - m);
    for (; i < count; i++) sum += (double)(x[i] = exponential(x[i] - m));
    for (int lane = 0; lane < LANES; lane++) sum += (double)lanes[lane];
    *most = m;
    return sum;
}
