/* SPDX-License-Identifier: Apache-2.0 */
/* Vectors: products, distances and norms in a fixed order of summation and without fused operations, so that a value
 * depends on its operands alone: the same bits on every processor. */
#ifndef LR_MATH_VECTOR_H
#define LR_MATH_VECTOR_H

#include <stddef.h>

/* a . b in 64 running sums (element i goes to sum i mod 64, those past the last whole 64 to the first sums), which are
 * then added in halves. Off the exact value by at most (n/64 + 8) 2^-24 sum |a_i b_i|, n/64 rounded up. */
float lr_dot(const float *a, const float *b, size_t n);

/* |a - b|^2 in the same order; relative error at most (n/64 + 10) 2^-24. */
float lr_distance_squared(const float *a, const float *b, size_t n);

/* y += factor x */
void lr_add_scaled(float *y, float factor, const float *x, size_t n);

/* The same, summed in double. */
void lr_accumulate(double *y, double factor, const float *x, size_t n);

/* |x|, summed in double. */
double lr_norm(const float *x, size_t n);

/* x / |x|; a zero vector stays zero. Returns |x|. */
double lr_normalize(float *x, size_t n);

#endif
