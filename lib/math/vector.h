/* SPDX-License-Identifier: Apache-2.0 */
/* Float32 vectors: products and norms in a fixed order of summation, so that a value depends on its operands alone. */
#ifndef LR_MATH_VECTOR_H
#define LR_MATH_VECTOR_H

#include <stddef.h>

/* a . b in sixteen running sums. */
float lr_dot(const float *a, const float *b, size_t n);

/* y += factor x */
void lr_add_scaled(float *y, float factor, const float *x, size_t n);

/* |x|, summed in double. */
double lr_norm(const float *x, size_t n);

/* x / |x|; a zero vector stays zero. Returns |x|. */
double lr_normalize(float *x, size_t n);

#endif
