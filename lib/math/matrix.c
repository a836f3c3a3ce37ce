/* SPDX-License-Identifier: Apache-2.0 */
/* Matrix products on views, and transposed copies. */
#include "math/matrix.h"

#include "core/pool.h"
#include "math/product.h"

/* Rows of c per task. */
enum { SLICE = 256 };

static size_t row_step(lr_matrix a)
{
    return a.transposed ? 1 : a.stride;
}

static size_t column_step(lr_matrix a)
{
    return a.transposed ? a.stride : 1;
}

static void scale(lr_matrix c, lr_real factor)
{
    for (size_t i = 0; i < c.rows; i++)
        for (size_t j = 0; j < c.columns; j++) c.data[i * c.stride + j] *= factor;
}

static lr_product product_of(lr_matrix a, lr_matrix b, lr_matrix c)
{
    return (lr_product){.rows = c.rows,
                        .columns = c.columns,
                        .inner = a.columns,
                        .a = a.data,
                        .b = b.data,
                        .c = c.data,
                        .a_row = row_step(a),
                        .a_inner = column_step(a),
                        .b_inner = row_step(b),
                        .b_column = column_step(b),
                        .c_row = c.stride,
                        .alpha = 1};
}

void lr_gemm(lr_real alpha, lr_matrix a, lr_matrix b, lr_real beta, lr_matrix c)
{
    lr_product product = product_of(a, b, c);
    if (beta != 0 && beta != 1) scale(c, beta);
    product.alpha = alpha;
    product.adds = beta != 0;
    lr_multiply(&product);
}

void lr_gemm_offset(lr_matrix a, lr_matrix b, const lr_real *offset, lr_matrix c)
{
    lr_product product = product_of(a, b, c);
    product.offset = offset;
    lr_multiply(&product);
}

typedef struct product {
    lr_real alpha, beta;
    lr_matrix a, b, c;
} product;

static lr_matrix rows_of(lr_matrix a, size_t first, size_t count)
{
    if (!a.transposed) return lr_matrix_rows(a, first, count);
    return (lr_matrix){a.data + first, count, a.columns, a.stride, true};
}

static llmrec_status multiply_slice(void *argument, size_t task, size_t worker)
{
    const product *p = argument;
    const size_t first = task * SLICE, left = p->c.rows - first, count = left < SLICE ? left : SLICE;
    (void)worker;
    lr_gemm(p->alpha, rows_of(p->a, first, count), p->b, p->beta, lr_matrix_rows(p->c, first, count));
    return LLMREC_OK;
}

llmrec_status lr_gemm_parallel(llmrec_context *context, lr_real alpha, lr_matrix a, lr_matrix b, lr_real beta,
                               lr_matrix c)
{
    product p = {alpha, beta, a, b, c};
    return lr_parallel(context, (c.rows + SLICE - 1) / SLICE, multiply_slice, &p);
}

/* Copies sixteen columns at a time, so that the rows of b that it writes stay in the first-level cache. */
void lr_copy_transposed(lr_matrix a, lr_real *b)
{
    enum { SIDE = 16 };
    for (size_t column = 0; column < a.columns; column += SIDE)
        for (size_t i = 0; i < a.rows; i++)
            for (size_t j = column; j < column + SIDE && j < a.columns; j++)
                b[j * a.rows + i] = a.data[i * row_step(a) + j * column_step(a)];
}
