/* SPDX-License-Identifier: Apache-2.0 */
/* Vector kernels with a fixed order of summation. */
#include "math/vector.h"

#include <math.h>
#include <string.h>

#include "math/simd.h"

/* Four vectors of sixteen sums, so that additions do not wait for each other. */
enum { LANES = 16, CHAINS = 4, STEP = LANES * CHAINS };
typedef float lanes __attribute__((vector_size(LANES * sizeof(float))));

static inline void add_products(lanes *sum, const float *a, const float *b)
{
    lanes x, y;
    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    *sum += x * y;
}

static inline void add_squares(lanes *sum, const float *a, const float *b)
{
    lanes x, y;
    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    x -= y;
    *sum += x * x;
}

/* Adds the sums in halves: lane i to lane i + half. */
static inline float total(const lanes sums[CHAINS])
{
    float values[LANES];
    const lanes all = (sums[0] + sums[2]) + (sums[1] + sums[3]);
    memcpy(values, &all, sizeof values);
    for (int half = LANES / 2; half > 0; half /= 2)
        for (int i = 0; i < half; i++) values[i] += values[i + half];
    return values[0];
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
    lanes sums[CHAINS] = {{0}};
    size_t i = 0;
    for (; i + STEP <= n; i += STEP)
        for (int c = 0; c < CHAINS; c++) add_products(&sums[c], a + i + c * LANES, b + i + c * LANES);
    if (i < n) {
        const rest r = rest_of(a + i, b + i, n - i);
        for (int c = 0; c < CHAINS; c++) add_products(&sums[c], r.a + c * LANES, r.b + c * LANES);
    }
    return total(sums);
}

LR_VECTORIZE float lr_distance_squared(const float *a, const float *b, size_t n)
{
    lanes sums[CHAINS] = {{0}};
    size_t i = 0;
    for (; i + STEP <= n; i += STEP)
        for (int c = 0; c < CHAINS; c++) add_squares(&sums[c], a + i + c * LANES, b + i + c * LANES);
    if (i < n) {
        const rest r = rest_of(a + i, b + i, n - i);
        for (int c = 0; c < CHAINS; c++) add_squares(&sums[c], r.a + c * LANES, r.b + c * LANES);
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
