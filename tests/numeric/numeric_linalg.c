/* SPDX-License-Identifier: Apache-2.0 */
/* Means, covariances and eigenvectors against plain loops. */
#include "../support.h"

#include <math.h>
#include <stdbool.h>

#include "core/memory.h"
#include "core/rng.h"
#include "math/linalg.h"

enum { ROWS = 2300, DIM = 150 }; /* more than two panels and more than two tiles */

static float values[ROWS * DIM];

static void fill_values(void)
{
    lr_rng rng = lr_rng_at(3, LR_STREAM_SAMPLE, 0);
    for (size_t i = 0; i < ROWS * DIM; i++)
        values[i] = (float)((double)(i % DIM) + lr_rng_normal(&rng) / (1 + (double)(i % DIM)));
}

static const float *any_row(const void *of, size_t row, float *scratch)
{
    (void)scratch;
    return (const float *)of + row * DIM;
}

static const float *two_rows_of_three(const void *of, size_t row, float *scratch)
{
    memcpy(scratch, (const float *)of + row * DIM, DIM * sizeof *scratch);
    return row % 3 == 1 ? NULL : scratch;
}

static void plain(bool all, double *means, double *covariance)
{
    size_t taken = 0;
    memset(means, 0, DIM * sizeof *means);
    memset(covariance, 0, DIM * DIM * sizeof *covariance);
    for (size_t row = 0; row < ROWS; row++) {
        if (!all && row % 3 == 1) continue;
        for (size_t j = 0; j < DIM; j++) means[j] += values[row * DIM + j];
        taken++;
    }
    for (size_t j = 0; j < DIM; j++) means[j] /= (double)taken;
    for (size_t row = 0; row < ROWS; row++)
        for (size_t i = 0; i < DIM && (all || row % 3 != 1); i++)
            for (size_t j = 0; j < DIM; j++)
                covariance[i * DIM + j] += (values[row * DIM + i] - means[i]) * (values[row * DIM + j] - means[j]);
    for (size_t i = 0; i < DIM * DIM; i++) covariance[i] /= (double)(taken - 1);
}

static void covariance_is_that_of_a_plain_loop(void **state)
{
    static double means[DIM], covariance[DIM * DIM], wanted_means[DIM], wanted[DIM * DIM];
    llmrec_context *context = context_with(2);
    (void)state;
    fill_values();
    for (int all = 0; all < 2; all++) {
        const lr_rows rows = {all ? any_row : two_rows_of_three, values, ROWS, DIM};
        size_t taken = 0;
        plain(all, wanted_means, wanted);
        assert_ok(lr_column_means(context, &rows, means, &taken));
        assert_ok(lr_covariance(context, &rows, means, taken, covariance));
        assert_int_equal(taken, all ? ROWS : ROWS - (ROWS + 1) / 3);
        for (size_t j = 0; j < DIM; j++) assert_true(fabs(means[j] - wanted_means[j]) < 1e-10);
        for (size_t i = 0; i < DIM; i++)
            for (size_t j = 0; j < DIM; j++)
                assert_true(fabs(covariance[i * DIM + j] - wanted[i * DIM + j]) <
                            1e-12 * sqrt(wanted[i * DIM + i] * wanted[j * DIM + j]));
    }
    llmrec_context_free(context);
}

static void threads_do_not_change_a_bit(void **state)
{
    static double means[2][DIM], covariance[2][DIM * DIM];
    const lr_rows rows = {any_row, values, ROWS, DIM};
    (void)state;
    fill_values();
    for (int64_t i = 0; i < 2; i++) {
        llmrec_context *context = context_with(1 + 4 * i);
        size_t taken = 0;
        assert_ok(lr_column_means(context, &rows, means[i], &taken));
        assert_ok(lr_covariance(context, &rows, means[i], taken, covariance[i]));
        llmrec_context_free(context);
    }
    assert_memory_equal(means[0], means[1], sizeof means[0]);
    assert_memory_equal(covariance[0], covariance[1], sizeof covariance[0]);
}

static double dot(const double *a, const double *b)
{
    double sum = 0;
    for (size_t i = 0; i < DIM; i++) sum += a[i] * b[i];
    return sum;
}

static void eigenvectors_are_orthonormal_and_solve_their_equation(void **state)
{
    static double matrix[DIM * DIM], vectors[DIM * DIM], found[DIM];
    llmrec_context *context = context_with(1);
    lr_rng rng = lr_rng_at(4, LR_STREAM_SAMPLE, 0);
    (void)state;
    for (size_t i = 0; i < DIM; i++)
        for (size_t j = 0; j <= i; j++) matrix[i * DIM + j] = matrix[j * DIM + i] = lr_rng_normal(&rng);
    memcpy(vectors, matrix, sizeof matrix);
    assert_ok(lr_symmetric_eigen(context, DIM, vectors, found));
    for (size_t i = 0; i < DIM; i++) {
        if (i > 0) assert_true(found[i] >= found[i - 1]);
        for (size_t j = 0; j < DIM; j++) {
            assert_true(fabs(dot(vectors + i * DIM, vectors + j * DIM) - (i == j)) < 1e-12);
            assert_true(fabs(dot(matrix + j * DIM, vectors + i * DIM) - found[i] * vectors[i * DIM + j]) < 1e-11);
        }
    }
    assert_failure(lr_symmetric_eigen(context, 32001, vectors, found), LLMREC_ERR_UNSUPPORTED, "32001", "32000");
    llmrec_context_free(context);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(covariance_is_that_of_a_plain_loop),
        cmocka_unit_test(threads_do_not_change_a_bit),
        cmocka_unit_test(eigenvectors_are_orthonormal_and_solve_their_equation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
