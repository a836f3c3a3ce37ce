/* SPDX-License-Identifier: Apache-2.0 */
/* The inverse of a symmetric matrix by a block sweep, one row of tiles after another (Beaton 1964). With the pivot tile
 * A_kk = L L', Z = L^-1 and Y_j = Z A_kj, a step is
 *     A_ij -= Y_i' Y_j,   A_kj = Z' Y_j,   A_kk = -Z' Z    for all i, j other than k,
 * and after the last one the matrix is minus its inverse. A step multiplies half of all tiles, whichever k: as many
 * operations as the two triangles by Cholesky, and always work for all threads. */
#include "math/symmetric.h"

#include <stdint.h>
#include <string.h>

#include "core/log.h"
#include "core/memory.h"
#include "core/pool.h"
#include "math/cholesky.h"
#include "math/product.h"

enum { T = LR_TILE, NUMBERS = T * T };

static float *tile_at(const lr_symmetric *m, size_t i, size_t j)
{
    return m->tiles + (j * (j + 1) / 2 + i) * NUMBERS;
}

/* --- the matrix --------------------------------------------------------------------------------------------------- */

static size_t side_of(size_t n)
{
    return (n + T - 1) / T;
}

size_t lr_symmetric_bytes(size_t n)
{
    const size_t side = side_of(n), tile = NUMBERS * sizeof(float);
    if (side > (size_t)1 << 30 || side * (side + 1) / 2 > SIZE_MAX / tile) return SIZE_MAX;
    return side * (side + 1) / 2 * tile;
}

llmrec_status lr_symmetric_make(llmrec_context *context, size_t n, lr_symmetric *matrix)
{
    lr_symmetric fresh = {.n = n, .side = side_of(n)};
    LR_RETURN_IF(LR_NEW_ZERO(context, fresh.tiles, lr_symmetric_bytes(n) / sizeof(float)));
    for (size_t i = n; i < fresh.side * T; i++) lr_symmetric_set(&fresh, i, i, 1);
    *matrix = fresh;
    return LLMREC_OK;
}

void lr_symmetric_set(const lr_symmetric *m, size_t row, size_t column, float value)
{
    const size_t i = row / T, j = column / T, r = row % T, c = column % T;
    if (i <= j) tile_at(m, i, j)[r * T + c] = value;
    if (i >= j) tile_at(m, j, i)[c * T + r] = value;
}

/* Copies columns of a tile, or of its transpose. */
static void copy_columns(const float *tile, bool transposed, size_t first, size_t count, size_t rows, float *panel)
{
    for (size_t r = 0; r < rows && !transposed; r++)
        memcpy(panel + r * count, tile + r * T + first, count * sizeof *panel);
    for (size_t c = 0; c < count && transposed; c++)
        for (size_t r = 0; r < rows; r++) panel[r * count + c] = tile[(first + c) * T + r];
}

void lr_symmetric_columns(const lr_symmetric *m, size_t first, size_t count, float *panel)
{
    const size_t j = first / T;
    for (size_t i = 0; i < m->side; i++) {
        const size_t left = m->n - i * T, rows = left < T ? left : T;
        const float *tile = i <= j ? tile_at(m, i, j) : tile_at(m, j, i);
        copy_columns(tile, i > j, first % T, count, rows, panel + i * T * count);
    }
}

/* --- the sweep ---------------------------------------------------------------------------------------------------- */

typedef struct sweep {
    const lr_symmetric *matrix;
    size_t k;
    float *z; /* [T,T] */
    float *y; /* [side,T,T]; Y_k is not used */
} sweep;

/* c = alpha a b, or c += the same, of whole tiles; a or b transposed. */
typedef enum turned { PLAIN, A_TRANSPOSED, B_TRANSPOSED } turned;

static void multiply(turned which, float alpha, const float *a, const float *b, bool adds, float *c)
{
    lr_multiply(&(lr_product){.rows = T,
                              .columns = T,
                              .inner = T,
                              .a = a,
                              .b = b,
                              .c = c,
                              .a_row = which == A_TRANSPOSED ? 1 : T,
                              .a_inner = which == A_TRANSPOSED ? T : 1,
                              .b_inner = which == B_TRANSPOSED ? 1 : T,
                              .b_column = which == B_TRANSPOSED ? T : 1,
                              .c_row = T,
                              .alpha = alpha,
                              .adds = adds});
}

/* Y_j = Z A_kj, then A_kj = Z' Y_j; left of the diagonal the tile is A_jk. */
static llmrec_status sweep_row(void *argument, size_t task, size_t worker)
{
    const sweep *s = argument;
    const size_t j = task < s->k ? task : task + 1;
    float *y = s->y + j * NUMBERS;
    (void)worker;
    if (j > s->k) {
        float *tile = tile_at(s->matrix, s->k, j);
        multiply(PLAIN, 1, s->z, tile, false, y);
        multiply(A_TRANSPOSED, 1, s->z, y, false, tile);
    } else {
        float *tile = tile_at(s->matrix, j, s->k);
        multiply(B_TRANSPOSED, 1, s->z, tile, false, y);
        multiply(A_TRANSPOSED, 1, y, s->z, false, tile);
    }
    return LLMREC_OK;
}

/* Task `task` is one tile, counted column by column. */
static llmrec_status sweep_tile(void *argument, size_t task, size_t worker)
{
    const sweep *s = argument;
    size_t i = task, j = 0;
    (void)worker;
    while (i > j) i -= ++j;
    if (i != s->k && j != s->k)
        multiply(A_TRANSPOSED, -1, s->y + i * NUMBERS, s->y + j * NUMBERS, true, tile_at(s->matrix, i, j));
    return LLMREC_OK;
}

static llmrec_status sweep_step(llmrec_context *context, const char *name, sweep *s)
{
    float *pivot = tile_at(s->matrix, s->k, s->k);
    const size_t done = lr_cholesky(pivot, T), side = s->matrix->side;
    if (done < T)
        return lr_fail(LLMREC_ERR_NUMERIC, "%s is not positive definite: pivot %zu of %zu is not a positive number",
                       name, s->k * T + done + 1, s->matrix->n);
    lr_cholesky_invert_factor(pivot, T, s->z);
    multiply(A_TRANSPOSED, -1, s->z, s->z, false, pivot);
    LR_RETURN_IF(lr_parallel(context, side - 1, sweep_row, s));
    return lr_parallel(context, side * (side + 1) / 2, sweep_tile, s);
}

static llmrec_status negate_tile(void *argument, size_t task, size_t worker)
{
    const lr_symmetric *m = argument;
    float *tile = m->tiles + task * NUMBERS;
    (void)worker;
    for (size_t i = 0; i < NUMBERS; i++) tile[i] = -tile[i];
    return LLMREC_OK;
}

llmrec_status lr_symmetric_invert(llmrec_context *context, const char *name, lr_symmetric *matrix)
{
    llmrec_status status = LLMREC_OK;
    sweep s = {.matrix = matrix};
    lr_progress progress = lr_progress_begin(context, "inverse", "rows", (int64_t)matrix->n);
    LR_TRY(LR_NEW(context, s.z, NUMBERS));
    LR_TRY(LR_NEW(context, s.y, matrix->side * NUMBERS));
    for (s.k = 0; s.k < matrix->side; s.k++) {
        LR_TRY(lr_progress_step(&progress, (int64_t)(s.k * T)));
        LR_TRY(sweep_step(context, name, &s));
    }
    LR_TRY(lr_parallel(context, matrix->side * (matrix->side + 1) / 2, negate_tile, matrix));
    LR_TRY(lr_progress_end(&progress, (int64_t)matrix->n));
done:
    lr_free(context, s.z);
    lr_free(context, s.y);
    return status;
}
