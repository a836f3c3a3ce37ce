/* SPDX-License-Identifier: Apache-2.0 */
/* Cholesky factors and their inverses, a block of rows at a time: one product with all rows above, then substitution
 * within the block. */
#include "math/cholesky.h"

#include <math.h>
#include <string.h>

#include "math/product.h"
#include "math/vector.h"

enum { BLOCK = 48 };

/* Rows first..first+count-1 of a matrix [n,n]. */
typedef struct block {
    size_t n, first, count;
} block;

static block block_at(size_t first, size_t n)
{
    return (block){n, first, n - first < BLOCK ? n - first : BLOCK};
}

/* Subtracts from `columns` columns of c, in the rows of the block, those rows of U' before the diagonal times b. */
static void subtract_above(block rows, const float *u, const float *b, size_t columns, float *c)
{
    lr_multiply(&(lr_product){.rows = rows.count,
                              .columns = columns,
                              .inner = rows.first,
                              .a = u + rows.first,
                              .b = b,
                              .c = c + rows.first * rows.n,
                              .a_row = 1,
                              .a_inner = rows.n,
                              .b_inner = rows.n,
                              .b_column = 1,
                              .c_row = rows.n,
                              .alpha = -1,
                              .adds = true});
}

static void scale(float *row, size_t count, float factor)
{
    for (size_t i = 0; i < count; i++) row[i] *= factor;
}

size_t lr_cholesky(float *a, size_t n)
{
    for (size_t first = 0; first < n; first += BLOCK) {
        const block rows = block_at(first, n);
        subtract_above(rows, a, a + first, n - first, a + first);
        for (size_t p = first; p < first + rows.count; p++) {
            float *row = a + p * n;
            for (size_t q = first; q < p; q++) lr_add_scaled(row + p, -a[q * n + p], a + q * n + p, n - p);
            if (!(row[p] > 0 && row[p] < INFINITY)) return p;
            scale(row + p, n - p, 1 / sqrtf(row[p]));
        }
    }
    return n;
}

void lr_cholesky_solve(const float *u, size_t n, float *x)
{
    for (size_t p = 0; p < n; p++) {
        x[p] /= u[p * n + p];
        lr_add_scaled(x + p + 1, -x[p], u + p * n + p + 1, n - p - 1);
    }
    for (size_t p = n; p-- > 0;) x[p] = (x[p] - lr_dot(u + p * n + p + 1, x + p + 1, n - p - 1)) / u[p * n + p];
}

void lr_cholesky_invert_factor(const float *u, size_t n, float *z)
{
    memset(z, 0, n * n * sizeof *z);
    for (size_t first = 0; first < n; first += BLOCK) {
        const block rows = block_at(first, n);
        subtract_above(rows, u, z, first, z);
        for (size_t p = first; p < first + rows.count; p++) {
            float *row = z + p * n;
            row[p] = 1;
            for (size_t q = first; q < p; q++) lr_add_scaled(row, -u[q * n + p], z + q * n, q + 1);
            scale(row, p + 1, 1 / u[p * n + p]);
        }
    }
}
