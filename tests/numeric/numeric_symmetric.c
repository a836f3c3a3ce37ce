/* SPDX-License-Identifier: Apache-2.0 */
/* Cholesky factors, solutions and inverses against plain loops in double precision. */
#include <math.h>

#include "../support.h"

#include "core/memory.h"
#include "core/rng.h"
#include "math/cholesky.h"
#include "math/symmetric.h"

/* A random positive definite matrix: B B' / n + shift I. */
static double *matrix_of(size_t n, double shift)
{
    double *b = malloc(n * n * sizeof *b), *a = malloc(n * n * sizeof *a);
    lr_rng rng = lr_rng_at(7, n, 0);
    assert_true(a != NULL && b != NULL);
    for (size_t i = 0; i < n * n; i++) b[i] = lr_rng_normal(&rng);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) {
            double sum = i == j ? shift : 0;
            for (size_t k = 0; k < n; k++) sum += b[i * n + k] * b[j * n + k] / (double)n;
            a[i * n + j] = sum;
        }
    free(b);
    return a;
}

static float *rounded(const double *a, size_t count)
{
    float *values = malloc(count * sizeof *values);
    assert_non_null(values);
    for (size_t i = 0; i < count; i++) values[i] = (float)a[i];
    return values;
}

/* The largest |x - y| of a b and the unit matrix. */
static double far_from_unit(const double *a, const float *b, size_t n)
{
    double worst = 0;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) {
            double sum = i == j ? -1 : 0;
            for (size_t k = 0; k < n; k++) sum += a[i * n + k] * b[k * n + j];
            worst = fmax(worst, fabs(sum));
        }
    return worst;
}

static const size_t sizes[] = {1, 2, 47, 48, 49, 130, 192, 193, 400, 577};
enum { SIZES = sizeof sizes / sizeof *sizes };

static void factors_multiply_to_the_matrix(void **state)
{
    (void)state;
    for (int s = 0; s < SIZES; s++) {
        const size_t n = sizes[s];
        double *a = matrix_of(n, .5);
        float *u = rounded(a, n * n);
        assert_int_equal(lr_cholesky(u, n), n);
        for (size_t i = 0; i < n; i++)
            for (size_t j = i; j < n; j++) {
                double sum = 0;
                for (size_t k = 0; k <= i; k++) sum += (double)u[k * n + i] * u[k * n + j];
                assert_true(fabs(sum - a[i * n + j]) < 1e-5);
            }
        free(u);
        free(a);
    }
}

static void solutions_solve(void **state)
{
    (void)state;
    for (int s = 0; s < SIZES; s++) {
        const size_t n = sizes[s];
        double *a = matrix_of(n, .5);
        float *u = rounded(a, n * n), *x = malloc(n * sizeof *x);
        assert_non_null(x);
        for (size_t i = 0; i < n; i++) x[i] = (float)(i % 5) - 1;
        assert_int_equal(lr_cholesky(u, n), n);
        lr_cholesky_solve(u, n, x);
        for (size_t i = 0; i < n; i++) {
            double sum = 0;
            for (size_t k = 0; k < n; k++) sum += a[i * n + k] * x[k];
            assert_true(fabs(sum - ((double)(i % 5) - 1)) < 2e-4);
        }
        free(x);
        free(u);
        free(a);
    }
}

/* The inverse, as a plain matrix, made by a context of `threads`. */
static float *inverse_of(const double *a, size_t n, int64_t threads)
{
    llmrec_context *context = context_with(threads);
    lr_symmetric m;
    float *inverse = malloc(n * n * sizeof *inverse);
    assert_non_null(inverse);
    assert_ok(lr_symmetric_make(context, n, &m));
    for (size_t i = 0; i < n; i++)
        for (size_t j = i; j < n; j++) lr_symmetric_set(&m, j, i, (float)a[i * n + j]);
    assert_ok(lr_symmetric_invert(context, "matrix", &m));
    for (size_t i = 0; i < n; i++) {
        float column[640];
        lr_symmetric_columns(&m, i, 1, column);
        for (size_t j = 0; j < n; j++) inverse[j * n + i] = column[j];
    }
    lr_free(context, m.tiles);
    llmrec_context_free(context);
    return inverse;
}

static void inverses_invert(void **state)
{
    (void)state;
    for (int s = 0; s < SIZES; s++) {
        const size_t n = sizes[s];
        double *a = matrix_of(n, .5);
        float *one = inverse_of(a, n, 1), *three = inverse_of(a, n, 3);
        assert_true(far_from_unit(a, one, n) < 2e-4);
        assert_memory_equal(one, three, n * n * sizeof *one);
        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j < i; j++) assert_true(fabsf(one[i * n + j] - one[j * n + i]) < 1e-5f);
        free(one);
        free(three);
        free(a);
    }
}

static void columns_come_in_panels(void **state)
{
    enum { N = 400, FIRST = 200, COUNT = 32 };
    llmrec_context *context = context_with(1);
    static float panel[N * COUNT];
    lr_symmetric m;
    (void)state;
    assert_ok(lr_symmetric_make(context, N, &m));
    for (size_t i = 0; i < N; i++)
        for (size_t j = 0; j <= i; j++) lr_symmetric_set(&m, i, j, (float)(i * N + j));
    lr_symmetric_columns(&m, FIRST, COUNT, panel);
    for (size_t i = 0; i < N; i++)
        for (size_t j = 0; j < COUNT; j++) {
            const size_t c = FIRST + j, low = i < c ? i : c, high = i < c ? c : i;
            assert_true(panel[i * COUNT + j] == (float)(high * N + low));
        }
    lr_free(context, m.tiles);
    llmrec_context_free(context);
}

static void indefinite_matrices_name_their_pivot(void **state)
{
    enum { N = 300 };
    llmrec_context *context = context_with(2);
    lr_symmetric m;
    (void)state;
    assert_ok(lr_symmetric_make(context, N, &m));
    for (size_t i = 0; i < N; i++) lr_symmetric_set(&m, i, i, i == 250 ? -1 : 1);
    assert_failure(lr_symmetric_invert(context, "the Gram matrix", &m), LLMREC_ERR_NUMERIC,
                   "the Gram matrix is not positive definite: pivot 251 of 300");
    lr_free(context, m.tiles);
    llmrec_context_free(context);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(factors_multiply_to_the_matrix),
        cmocka_unit_test(solutions_solve),
        cmocka_unit_test(inverses_invert),
        cmocka_unit_test(columns_come_in_panels),
        cmocka_unit_test(indefinite_matrices_name_their_pivot),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
