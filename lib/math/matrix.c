/* SPDX-License-Identifier: Apache-2.0 */
#include "math/matrix.h"

#include <cblas.h>

#include "core/pool.h"

#ifdef LR_REAL_IS_DOUBLE
#define GEMM cblas_dgemm
#else
#define GEMM cblas_sgemm
#endif

/* Tall enough for BLAS to be at its peak, short enough to share out evenly. */
enum { SLICE = 256 };

void lr_gemm(lr_real alpha, lr_matrix a, lr_matrix b, lr_real beta, lr_matrix c)
{
    if (c.rows == 0 || c.columns == 0) return;
    GEMM(CblasRowMajor, a.transposed ? CblasTrans : CblasNoTrans, b.transposed ? CblasTrans : CblasNoTrans, (int)c.rows,
         (int)c.columns, (int)a.columns, alpha, a.data, (int)a.stride, b.data, (int)b.stride, beta, c.data,
         (int)c.stride);
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
