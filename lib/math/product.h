/* SPDX-License-Identifier: Apache-2.0 */
/* Matrix products in tiles that stay in registers, straight from row-major memory. Any number of threads may multiply
 * at once, which not every BLAS allows: single-threaded builds of OpenBLAS hand one buffer to two callers (its issue
 * 2126). */
#ifndef LR_MATH_PRODUCT_H
#define LR_MATH_PRODUCT_H

#include <stdbool.h>
#include <stddef.h>

#include "math/real.h"

/* c[i,j] = offset[j] + alpha sum_k a[i,k] b[k,j], or that added to c. Each sum is added in the order of k: an element's
 * bits depend on its own row and column alone, not on where they stand. */
typedef struct lr_product {
    size_t rows, columns, inner;
    const lr_real *a, *b;
    lr_real *c;
    size_t a_row, a_inner;    /* from one i to the next, from one k to the next */
    size_t b_inner, b_column; /* from one k to the next, from one j to the next */
    size_t c_row;
    lr_real alpha;
    bool adds;
    const lr_real *offset; /* [columns] or NULL: zero */
} lr_product;

void lr_multiply(const lr_product *product);

/* The same by the best kernel that this processor has, which lr_multiply takes, or, for tests, by a lesser one. */
typedef enum lr_product_kernel { LR_PRODUCT_BEST, LR_PRODUCT_AVX2, LR_PRODUCT_PLAIN } lr_product_kernel;
void lr_multiply_by(lr_product_kernel kernel, const lr_product *product);

#endif
