/* SPDX-License-Identifier: Apache-2.0 */
/* The same loops as product.c, compiled for another number. */
#ifndef LR_REAL_IS_DOUBLE
#define LR_REAL_IS_DOUBLE
#endif
#define lr_multiply lr_multiply_doubles
#include "math/product.c"

#include "math/product_double.h"

void lr_add_double_product(const lr_double_product *product)
{
    lr_multiply(&(lr_product){.rows = product->rows,
                              .columns = product->columns,
                              .inner = product->inner,
                              .a = product->a,
                              .b = product->b,
                              .c = product->c,
                              .a_row = 1,
                              .a_inner = product->stride,
                              .b_inner = product->stride,
                              .b_column = 1,
                              .c_row = product->stride,
                              .alpha = 1,
                              .adds = true});
}
