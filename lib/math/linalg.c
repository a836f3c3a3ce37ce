/* SPDX-License-Identifier: Apache-2.0 */
#include "math/linalg.h"

#include <lapacke.h>
#include <pthread.h>
#include <string.h>

#include "core/log.h"
#include "core/memory.h"
#include "core/pool.h"
#include "math/product_double.h"
#include "math/simd.h"

/* Fixed sizes: how work is cut must not depend on who does it. */
enum { SUMS = 256, PANEL = 1024, GROUP = 32, TILE = 64, WIDEST = 32000 };

/* --- means --------------------------------------------------------------------------------------------------- */

/* Sums over each of at most SUMS blocks of rows, added up afterwards in order. */
typedef struct summing {
    const lr_rows *rows;
    size_t block;
    double *sums;   /* [blocks, dim] */
    size_t *counts; /* [blocks] */
    float *scratch; /* [workers, dim] */
} summing;

LR_VECTORIZE static void add_row(double *sums, const float *row, size_t dim)
{
    for (size_t j = 0; j < dim; j++) sums[j] += row[j];
}

static llmrec_status sum_block(void *argument, size_t task, size_t worker)
{
    const summing *s = argument;
    const size_t dim = s->rows->dim, first = task * s->block;
    const size_t end = s->rows->rows - first < s->block ? s->rows->rows : first + s->block;
    for (size_t row = first; row < end; row++) {
        const float *values = s->rows->at(s->rows->of, row, s->scratch + worker * dim);
        if (values == NULL) continue;
        add_row(s->sums + task * dim, values, dim);
        s->counts[task]++;
    }
    return LLMREC_OK;
}

static void add_blocks(const summing *s, size_t blocks, double *means, size_t *taken)
{
    const size_t dim = s->rows->dim;
    size_t count = 0;
    memset(means, 0, dim * sizeof *means);
    for (size_t block = 0; block < blocks; block++) {
        for (size_t j = 0; j < dim; j++) means[j] += s->sums[block * dim + j];
        count += s->counts[block];
    }
    for (size_t j = 0; j < dim && count > 0; j++) means[j] /= (double)count;
    *taken = count;
}

llmrec_status lr_column_means(llmrec_context *context, const lr_rows *rows, double *means, size_t *taken)
{
    llmrec_status status = LLMREC_OK;
    summing s = {.rows = rows, .block = rows->rows / SUMS + 1};
    const size_t blocks = (rows->rows + s.block - 1) / s.block;
    LR_TRY(LR_NEW_ZERO(context, s.sums, blocks * rows->dim));
    LR_TRY(LR_NEW_ZERO(context, s.counts, blocks));
    LR_TRY(LR_NEW(context, s.scratch, lr_workers(context) * rows->dim));
    LR_TRY(lr_parallel(context, blocks, sum_block, &s));
    add_blocks(&s, blocks, means, taken);
done:
    lr_free(context, s.sums);
    lr_free(context, s.counts);
    lr_free(context, s.scratch);
    return status;
}

/* --- covariance ---------------------------------------------------------------------------------------------- */

/* Panels of centred rows, one after the other, each added to every tile of the upper triangle. A tile is one thread's. */
typedef struct product {
    const lr_rows *rows;
    const double *means;
    size_t first, count; /* rows of this panel */
    double *panel;       /* [PANEL, dim] */
    double *covariance;
    float *scratch; /* [workers, dim] */
} product;

LR_VECTORIZE static void centre_row(double *centred, const float *row, const double *means, size_t dim)
{
    for (size_t j = 0; j < dim; j++) centred[j] = row[j] - means[j];
}

static llmrec_status centre_group(void *argument, size_t task, size_t worker)
{
    const product *p = argument;
    const size_t dim = p->rows->dim, first = task * GROUP;
    const size_t end = p->count - first < GROUP ? p->count : first + GROUP;
    for (size_t i = first; i < end; i++) {
        const float *values = p->rows->at(p->rows->of, p->first + i, p->scratch + worker * dim);
        if (values == NULL) memset(p->panel + i * dim, 0, dim * sizeof *p->panel);
        else centre_row(p->panel + i * dim, values, p->means, dim);
    }
    return LLMREC_OK;
}

/* The task's place in the upper triangle, column by column. */
static void find_tile(size_t task, size_t *i, size_t *j)
{
    *j = 0;
    while (task > *j) task -= ++*j;
    *i = task;
}

static llmrec_status multiply_tile(void *argument, size_t task, size_t worker)
{
    const product *p = argument;
    const size_t dim = p->rows->dim;
    size_t i = 0, j = 0;
    (void)worker;
    find_tile(task, &i, &j);
    i *= TILE;
    j *= TILE;
    const size_t height = dim - i < TILE ? dim - i : TILE, width = dim - j < TILE ? dim - j : TILE;
    const lr_double_product tile = {.rows = height,
                                    .columns = width,
                                    .inner = p->count,
                                    .a = p->panel + i,
                                    .b = p->panel + j,
                                    .c = p->covariance + i * dim + j,
                                    .stride = dim};
    lr_add_double_product(&tile);
    return LLMREC_OK;
}

static llmrec_status add_panels(llmrec_context *context, product *p)
{
    const size_t rows = p->rows->rows, tiles = (p->rows->dim + TILE - 1) / TILE;
    lr_progress progress = lr_progress_begin(context, "covariance", "rows", (int64_t)rows);
    for (p->first = 0; p->first < rows; p->first += PANEL) {
        p->count = rows - p->first < PANEL ? rows - p->first : PANEL;
        LR_RETURN_IF(lr_progress_step(&progress, (int64_t)p->first));
        LR_RETURN_IF(lr_parallel(context, (p->count + GROUP - 1) / GROUP, centre_group, p));
        LR_RETURN_IF(lr_parallel(context, tiles * (tiles + 1) / 2, multiply_tile, p));
    }
    return lr_progress_end(&progress, (int64_t)rows);
}

static void scale_and_mirror(double *matrix, size_t dim, double factor)
{
    for (size_t i = 0; i < dim; i++) {
        for (size_t j = i; j < dim; j++) {
            matrix[i * dim + j] *= factor;
            matrix[j * dim + i] = matrix[i * dim + j];
        }
    }
}

llmrec_status lr_covariance(llmrec_context *context, const lr_rows *rows, const double *means, size_t taken,
                            double *covariance)
{
    llmrec_status status = LLMREC_OK;
    product p = {.rows = rows, .means = means, .covariance = covariance};
    const size_t height = rows->rows < PANEL ? rows->rows : PANEL;
    LR_TRY(LR_NEW(context, p.panel, height * rows->dim));
    LR_TRY(LR_NEW(context, p.scratch, lr_workers(context) * rows->dim));
    memset(covariance, 0, rows->dim * rows->dim * sizeof *covariance);
    LR_TRY(add_panels(context, &p));
    scale_and_mirror(covariance, rows->dim, taken > 1 ? 1 / (double)(taken - 1) : 0);
done:
    lr_free(context, p.panel);
    lr_free(context, p.scratch);
    return status;
}

/* --- eigenvectors -------------------------------------------------------------------------------------------- */

/* Single-threaded builds of OpenBLAS hand one buffer to two callers, so ours come one after the other. */
static pthread_mutex_t lapack = PTHREAD_MUTEX_INITIALIZER;

/* LAPACK writes vectors as columns of a matrix stored by columns: our rows. */
llmrec_status lr_symmetric_eigen(llmrec_context *context, size_t n, double *matrix, double *values)
{
    llmrec_status status = LLMREC_OK;
    double *work = NULL, need = 0;
    lapack_int *integers = NULL, integers_need = 0;
    const lapack_int size = (lapack_int)n;
    LR_CHECK(n <= WIDEST, LLMREC_ERR_UNSUPPORTED, "a matrix of width %zu; wanted at most %d", n, WIDEST);
    lapack_int failed =
        LAPACKE_dsyevd_work(LAPACK_COL_MAJOR, 'V', 'U', size, matrix, size, values, &need, -1, &integers_need, -1);
    LR_CHECK(failed == 0, LLMREC_ERR_INTERNAL, "eigenvectors: LAPACK refuses its argument %d", (int)-failed);
    LR_TRY(LR_NEW(context, work, (size_t)need));
    LR_TRY(LR_NEW(context, integers, (size_t)integers_need));
    pthread_mutex_lock(&lapack);
    failed = LAPACKE_dsyevd_work(LAPACK_COL_MAJOR, 'V', 'U', size, matrix, size, values, work, (lapack_int)need,
                                 integers, integers_need);
    pthread_mutex_unlock(&lapack);
    LR_CHECK(failed == 0, LLMREC_ERR_NUMERIC, "eigenvectors of a matrix of width %zu: no convergence (LAPACK says %d)",
             n, (int)failed);
done:
    lr_free(context, work);
    lr_free(context, integers);
    return status;
}
