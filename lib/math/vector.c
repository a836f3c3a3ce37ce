/* SPDX-License-Identifier: Apache-2.0 */
#include "math/vector.h"

#include <math.h>
#include <string.h>

#include "math/simd.h"

enum { LANES = 16 };
typedef float lanes __attribute__((vector_size(LANES * sizeof(float))));

LR_VECTORIZE float lr_dot(const float *a, const float *b, size_t n)
{
    lanes sums = {0}, x, y;
    float sum = 0;
    size_t i = 0;
    for (; i + LANES <= n; i += LANES) {
        memcpy(&x, a + i, sizeof x);
        memcpy(&y, b + i, sizeof y);
        sums += x * y;
    }
    for (; i < n; i++) sum += a[i] * b[i];
    for (int lane = 0; lane < LANES; lane++) sum += sums[lane];
    return sum;
}

LR_VECTORIZE void lr_add_scaled(float *y, float factor, const float *x, size_t n)
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
