/* SPDX-License-Identifier: Apache-2.0 */
/* Column means, covariance, and eigenvectors by LAPACK. */
#include "math/linalg.h"

#include <lapacke.h>
#include <pthread.h>
#include <string.h>

#include "core/log.h"
#include "core/memory.h"
#include "core/pool.h"
#include "math/simd.h"

/* Allows a multiply and an add to fuse into one instruction; ISO C does not by default. */
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC optimize("fp-contract=fast")
#endif

/* Fixed sizes: the division of work must not depend on the number of threads. */
enum { SUMS = 256, PANEL = 256, GROUP = 32, TILE = 64, LANES = 8, HIGH = 4, WIDEST = 32000 };
typedef double lanes __attribute__((vector_size(LANES * sizeof(double))));

/* --- means --------------------------------------------------------------------------------------------------- */

/* Sums over at most SUMS blocks of rows; the blocks are then added in order. */
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

/* Panels of centered rows, each multiplied into every tile of the upper triangle. One thread computes a tile. Columns
 * are stored in strips of TILE, the last one padded with zeros, so all tiles are full. */
typedef struct product {
    const lr_rows *rows;
    const double *means;
    size_t first, count; /* rows of this panel */
    size_t strips;
    double *panel;  /* [strips, PANEL, TILE] */
    double *tiles;  /* [strips (strips + 1) / 2, TILE, TILE] */
    float *scratch; /* [workers, dim] */
} product;

LR_VECTORIZE static void center_strip(double *centered, const float *row, const double *means, size_t columns)
{
    for (size_t j = 0; j < columns; j++) centered[j] = row[j] - means[j];
}

static void center_row(const product *p, size_t row, const float *values)
{
    for (size_t strip = 0; strip < p->strips; strip++) {
        const size_t first = strip * TILE, left = p->rows->dim - first, columns = left < TILE ? left : TILE;
        double *into = p->panel + (strip * PANEL + row) * TILE;
        if (values == NULL) memset(into, 0, columns * sizeof *into);
        else center_strip(into, values + first, p->means + first, columns);
    }
}

static llmrec_status center_group(void *argument, size_t task, size_t worker)
{
    const product *p = argument;
    const size_t first = task * GROUP, end = p->count - first < GROUP ? p->count : first + GROUP;
    for (size_t i = first; i < end; i++)
        center_row(p, i, p->rows->at(p->rows->of, p->first + i, p->scratch + worker * p->rows->dim));
    return LLMREC_OK;
}

/* Converts a task number to a tile of the upper triangle, counted column by column. */
static void find_tile(size_t task, size_t *i, size_t *j)
{
    *j = 0;
    while (task > *j) task -= ++*j;
    *i = task;
}

/* c += a' b for strips of `count` rows. HIGH rows by two vectors of c stay in registers. */
LR_VECTORIZE static void add_product(const double *a, const double *b, double *c, size_t count)
{
    for (size_t at = 0; at < TILE / HIGH * (TILE / (2 * LANES)); at++) {
        const size_t i = at / (TILE / (2 * LANES)) * HIGH, j = at % (TILE / (2 * LANES)) * 2 * LANES;
        lanes sums[HIGH][2], x[2];
        for (size_t r = 0; r < HIGH; r++) memcpy(sums[r], c + (i + r) * TILE + j, sizeof sums[r]);
        for (size_t k = 0; k < count; k++) {
            memcpy(x, b + k * TILE + j, sizeof x);
            for (size_t r = 0; r < HIGH; r++) {
                sums[r][0] += a[k * TILE + i + r] * x[0];
                sums[r][1] += a[k * TILE + i + r] * x[1];
            }
        }
        for (size_t r = 0; r < HIGH; r++) memcpy(c + (i + r) * TILE + j, sums[r], sizeof sums[r]);
    }
}

static llmrec_status multiply_tile(void *argument, size_t task, size_t worker)
{
    const product *p = argument;
    size_t i = 0, j = 0;
    (void)worker;
    find_tile(task, &i, &j);
    add_product(p->panel + i * PANEL * TILE, p->panel + j * PANEL * TILE, p->tiles + task * TILE * TILE, p->count);
    return LLMREC_OK;
}

static llmrec_status add_panels(llmrec_context *context, product *p, size_t tiles)
{
    const size_t rows = p->rows->rows;
    lr_progress progress = lr_progress_begin(context, "covariance", "rows", (int64_t)rows);
    for (p->first = 0; p->first < rows; p->first += PANEL) {
        p->count = rows - p->first < PANEL ? rows - p->first : PANEL;
        LR_RETURN_IF(lr_progress_step(&progress, (int64_t)p->first));
        LR_RETURN_IF(lr_parallel(context, (p->count + GROUP - 1) / GROUP, center_group, p));
        LR_RETURN_IF(lr_parallel(context, tiles, multiply_tile, p));
    }
    return lr_progress_end(&progress, (int64_t)rows);
}

static void spread_tile(const product *p, size_t task, double factor, double *covariance)
{
    const size_t dim = p->rows->dim;
    size_t i = 0, j = 0;
    find_tile(task, &i, &j);
    for (size_t row = i * TILE; row < dim && row < (i + 1) * TILE; row++) {
        for (size_t column = j * TILE; column < dim && column < (j + 1) * TILE; column++) {
            const double value = p->tiles[(task * TILE + row % TILE) * TILE + column % TILE] * factor;
            covariance[row * dim + column] = covariance[column * dim + row] = value;
        }
    }
}

llmrec_status lr_covariance(llmrec_context *context, const lr_rows *rows, const double *means, size_t taken,
                            double *covariance)
{
    llmrec_status status = LLMREC_OK;
    product p = {.rows = rows, .means = means, .strips = (rows->dim + TILE - 1) / TILE};
    const size_t tiles = p.strips * (p.strips + 1) / 2;
    LR_TRY(LR_NEW_ZERO(context, p.panel, p.strips * PANEL * TILE));
    LR_TRY(LR_NEW_ZERO(context, p.tiles, tiles * TILE * TILE));
    LR_TRY(LR_NEW(context, p.scratch, lr_workers(context) * rows->dim));
    LR_TRY(add_panels(context, &p, tiles));
    for (size_t task = 0; task < tiles; task++)
        spread_tile(&p, task, taken > 1 ? 1 / (double)(taken - 1) : 0, covariance);
done:
    lr_free(context, p.panel);
    lr_free(context, p.tiles);
    lr_free(context, p.scratch);
    return status;
}

/* --- eigenvectors -------------------------------------------------------------------------------------------- */

/* Single-threaded builds of OpenBLAS share one buffer between callers, so our LAPACK calls are serialized. */
static pthread_mutex_t lapack = PTHREAD_MUTEX_INITIALIZER;

/* LAPACK stores vectors as columns of a column-major matrix: these are our rows. */
llmrec_status lr_symmetric_eigen(llmrec_context *context, size_t n, double *matrix, double *values)
{
    llmrec_status status = LLMREC_OK;
    double *work = NULL, need = 0;
    lapack_int *integers = NULL, integers_need = 0;
    const lapack_int size = (lapack_int)n;
    LR_CHECK(n <= WIDEST, LLMREC_ERR_UNSUPPORTED, "matrix width is %zu; wanted at most %d", n, WIDEST);
    lapack_int failed =
        LAPACKE_dsyevd_work(LAPACK_COL_MAJOR, 'V', 'U', size, matrix, size, values, &need, -1, &integers_need, -1);
    LR_CHECK(failed == 0, LLMREC_ERR_INTERNAL, "eigenvectors: LAPACK rejects argument %d", (int)-failed);
    LR_TRY(LR_NEW(context, work, (size_t)need));
    LR_TRY(LR_NEW(context, integers, (size_t)integers_need));
    pthread_mutex_lock(&lapack);
    failed = LAPACKE_dsyevd_work(LAPACK_COL_MAJOR, 'V', 'U', size, matrix, size, values, work, (lapack_int)need,
                                 integers, integers_need);
    pthread_mutex_unlock(&lapack);
    LR_CHECK(failed == 0, LLMREC_ERR_NUMERIC,
             "eigenvectors of a matrix of width %zu: LAPACK did not converge (info %d)", n, (int)failed);
done:
    lr_free(context, work);
    lr_free(context, integers);
    return status;
}
