/* SPDX-License-Identifier: Apache-2.0 */
/* Products, distances and norms of vectors. The order of summation is fixed and nothing is fused: results have the same
 * bits on every processor. */
#ifndef LR_MATH_VECTOR_H
#define LR_MATH_VECTOR_H

#include <stddef.h>

/* a . b in 64 running sums (element i goes to sum i mod 64), which are then added in halves. The elements after the
 * last multiple of 64 go to the first sums. Absolute error at most (n/64 + 8) 2^-24 sum |a_i b_i|, n/64 rounded up. */
float lr_dot(const float *a, const float *b, size_t n);

/* |a - b|^2 in the same order; relative error at most (n/64 + 10) 2^-24. */
float lr_distance_squared(const float *a, const float *b, size_t n);

/* y += factor x */
void lr_add_scaled(float *y, float factor, const float *x, size_t n);

/* y += factor x, with y in double. */
void lr_accumulate(double *y, double factor, const float *x, size_t n);

/* |x|, summed in double. */
double lr_norm(const float *x, size_t n);

/* x / |x|, in place; a zero vector stays zero. Returns |x|. */
double lr_normalize(float *x, size_t n);

#endif
