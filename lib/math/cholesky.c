/* SPDX-License-Identifier: Apache-2.0 */
/* Cholesky factors and their inverses, a block of rows at a time: one product with all rows above, then substitution
 * within the block. */
#include "math/cholesky.h"

#include <math.h>
#include <string.h>

#include "math/product.h"
#include "math/vector.h"

enum { BLOCK = 48 };

static size_t block_at(size_t first, size_t n)
{
    return n - first < BLOCK ? n - first : BLOCK;
}

/* c -= u' b, where u has the `count` columns of U from row and column `first` on, above the block. */
static void subtract_above(const float *u, size_t n, size_t first, size_t count, const float *b, size_t columns,
                           float *c)
{
    lr_multiply(&(lr_product){.rows = count,
                              .columns = columns,
                              .inner = first,
                              .a = u + first,
                              .b = b,
                              .c = c,
                              .a_row = 1,
                              .a_inner = n,
                              .b_inner = n,
                              .b_column = 1,
                              .c_row = n,
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
        const size_t end = first + block_at(first, n);
        subtract_above(a, n, first, end - first, a + first, n - first, a + first * n + first);
        for (size_t p = first; p < end; p++) {
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
        const size_t end = first + block_at(first, n);
        subtract_above(u, n, first, end - first, z, first, z + first * n);
        for (size_t p = first; p < end; p++) {
            float *row = z + p * n;
            row[p] = 1;
            for (size_t q = first; q < p; q++) lr_add_scaled(row, -u[q * n + p], z + q * n, q + 1);
            scale(row, p + 1, 1 / u[p * n + p]);
        }
    }
}
