/* SPDX-License-Identifier: Apache-2.0 */
/* Cholesky factors of positive definite matrices on the calling thread, by products of blocks. Any number of threads
 * may factor at once. LAPACK's functions would need a lock: single-threaded builds of OpenBLAS share one buffer. */
#ifndef LR_MATH_CHOLESKY_H
#define LR_MATH_CHOLESKY_H

#include <stddef.h>

/* Replaces the upper triangle of a [n,n], row-major, by U with a = U'U. Does not read or write below the diagonal.
 * Returns n, or the first pivot that is not positive: then the matrix is not positive definite. */
size_t lr_cholesky(float *a, size_t n);

/* Replaces x [n] by the solution of U'U x = b. */
void lr_cholesky_solve(const float *u, size_t n, float *x);

/* Writes the inverse of the lower triangle U' to z [n,n], with zeros above its diagonal. */
void lr_cholesky_invert_factor(const float *u, size_t n, float *z);

#endif
