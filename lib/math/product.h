/* SPDX-License-Identifier: Apache-2.0 */
/* Matrix products in register tiles, straight from row-major memory. Any number of threads may multiply at once. Not
 * every BLAS allows that: single-threaded builds of OpenBLAS share one buffer between callers (its issue 2126). */
#ifndef LR_MATH_PRODUCT_H
#define LR_MATH_PRODUCT_H

#include <stdbool.h>
#include <stddef.h>

#include "math/real.h"

/* c[i,j] = offset[j] + alpha sum_k a[i,k] b[k,j], or c += the same. Each sum is added in the order of k: the bits of an
 * element depend only on its row of a and column of b, not on their positions. */
typedef struct lr_product {
    size_t rows, columns, inner;
    const lr_real *a, *b;
    lr_real *c;
    size_t a_row, a_inner;    /* step from one i to the next, from one k to the next */
    size_t b_inner, b_column; /* step from one k to the next, from one j to the next */
    size_t c_row;
    lr_real alpha;
    bool adds;
    const lr_real *offset; /* [columns], or NULL for zero */
} lr_product;

void lr_multiply(const lr_product *product);

/* Multiplies with a chosen kernel. lr_multiply uses the best one; tests also use the others. */
typedef enum lr_product_kernel { LR_PRODUCT_BEST, LR_PRODUCT_AVX2, LR_PRODUCT_PLAIN } lr_product_kernel;
void lr_multiply_by(lr_product_kernel kernel, const lr_product *product);

#endif
