/* SPDX-License-Identifier: Apache-2.0 */
/* The products of product.h in double precision. */
#ifndef LR_MATH_PRODUCT_DOUBLE_H
#define LR_MATH_PRODUCT_DOUBLE_H

#include <stddef.h>

/* c += a' b with c [rows,columns], a [inner,rows], b [inner,columns], all with rows `stride` apart. */
typedef struct lr_double_product {
    size_t rows, columns, inner;
    const double *a, *b;
    double *c;
    size_t stride;
} lr_double_product;

void lr_add_double_product(const lr_double_product *product);

#endif
