/* SPDX-License-Identifier: Apache-2.0 */
/* Vector kernels with a fixed order of summation. */
#include "math/vector.h"

#include <math.h>
#include <string.h>

#include "math/lanes.h"

/* Four vectors of sixteen sums, so that additions do not wait for each other. */
enum { CHAINS = 4, STEP = LR_LANES * CHAINS };

static inline void add_products(lr_lanes *sum, const float *a, const float *b)
{
    *sum += LR_LANES_AT(a) * LR_LANES_AT(b);
}

static inline void add_squares(lr_lanes *sum, const float *a, const float *b)
{
    const lr_lanes difference = LR_LANES_AT(a) - LR_LANES_AT(b);
    *sum += difference * difference;
}

static inline float total(const lr_lanes sums[CHAINS])
{
    const lr_lanes all = (sums[0] + sums[2]) + (sums[1] + sums[3]);
    return lr_lanes_sum(&all);
}

/* Elements after the last whole step, padded with zeros. */
typedef struct rest {
    float a[STEP], b[STEP];
} rest;

static rest rest_of(const float *a, const float *b, size_t count)
{
    rest r = {{0}, {0}};
    memcpy(r.a, a, count * sizeof *a);
    memcpy(r.b, b, count * sizeof *b);
    return r;
}

LR_VECTORIZE float lr_dot(const float *a, const float *b, size_t n)
{
    lr_lanes sums[CHAINS] = {{0}};
    size_t i = 0;
    for (; i + STEP <= n; i += STEP)
        for (int c = 0; c < CHAINS; c++) add_products(&sums[c], a + i + c * LR_LANES, b + i + c * LR_LANES);
    if (i < n) {
        const rest r = rest_of(a + i, b + i, n - i);
        for (int c = 0; c < CHAINS; c++) add_products(&sums[c], r.a + c * LR_LANES, r.b + c * LR_LANES);
    }
    return total(sums);
}

LR_VECTORIZE float lr_distance_squared(const float *a, const float *b, size_t n)
{
    lr_lanes sums[CHAINS] = {{0}};
    size_t i = 0;
    for (; i + STEP <= n; i += STEP)
        for (int c = 0; c < CHAINS; c++) add_squares(&sums[c], a + i + c * LR_LANES, b + i + c * LR_LANES);
    if (i < n) {
        const rest r = rest_of(a + i, b + i, n - i);
        for (int c = 0; c < CHAINS; c++) add_squares(&sums[c], r.a + c * LR_LANES, r.b + c * LR_LANES);
    }
    return total(sums);
}

LR_VECTORIZE void lr_add_scaled(float *y, float factor, const float *x, size_t n)
{
    for (size_t i = 0; i < n; i++) y[i] += factor * x[i];
}

LR_VECTORIZE void lr_accumulate(double *y, double factor, const float *x, size_t n)
{
    for (size_t i = 0; i < n; i++) y[i] += factor * x[i];
}

double lr_norm(const float *x, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) sum += (double)x[i] * x[i];
    return sqrt(sum);
}

double lr_normalize(float *x, size_t n)
{
    const double norm = lr_norm(x, n);
    if (norm > 0)
        for (size_t i = 0; i < n; i++) x[i] = (float)(x[i] / norm);
    return norm;
}
