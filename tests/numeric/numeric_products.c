/* SPDX-License-Identifier: Apache-2.0 */
/* Matrix products against plain loops in double, in every layout, at sizes around those of the tiles. */
#include "../support.h"

#include <math.h>

#include "core/context.h"
#include "core/pool.h"
#include "core/rng.h"
#include "math/matrix.h"
#include "math/product.h"

enum { MOST = 200, GAP = 3 };

static lr_matrix random_matrix(lr_rng *rng, size_t rows, size_t columns, bool transposed)
{
    const size_t stride = (transposed ? rows : columns) + GAP, count = (transposed ? columns : rows) * stride;
    float *data = malloc(count * sizeof *data);
    assert_non_null(data);
    for (size_t i = 0; i < count; i++) data[i] = (float)(lr_rng_uniform(rng) - .5);
    return (lr_matrix){data, rows, columns, stride, transposed};
}

static double element(lr_matrix a, size_t i, size_t j)
{
    return (double)a.data[a.transposed ? j * a.stride + i : i * a.stride + j];
}

static void check_product(lr_rng *rng, const size_t size[3], unsigned layout, float alpha, float beta)
{
    const lr_matrix a = random_matrix(rng, size[0], size[2], layout & 1),
                    b = random_matrix(rng, size[2], size[1], layout & 2);
    const lr_matrix c = random_matrix(rng, size[0], size[1], false);
    float *before = malloc(c.rows * c.stride * sizeof *before);
    assert_non_null(before);
    memcpy(before, c.data, c.rows * c.stride * sizeof *before);
    lr_gemm(alpha, a, b, beta, c);
    for (size_t i = 0; i < c.rows; i++)
        for (size_t j = 0; j < c.stride; j++) {
            double wanted = (double)before[i * c.stride + j];
            if (j < c.columns) {
                double sum = 0;
                for (size_t k = 0; k < size[2]; k++) sum += element(a, i, k) * element(b, k, j);
                wanted = (double)alpha * sum + (beta != 0 ? (double)beta * wanted : 0);
            }
            if (fabs(wanted - (double)c.data[i * c.stride + j]) > 2e-6 * (1 + (double)size[2] / 50))
                fail_msg("%zux%zux%zu, layout %u: [%zu,%zu] is %.9g; wanted %.9g", size[0], size[1], size[2], layout, i,
                         j, (double)c.data[i * c.stride + j], wanted);
        }
    free(a.data);
    free(b.data);
    free(c.data);
    free(before);
}

static void products_of_every_layout_are_sums_of_products(void **state)
{
    static const size_t sizes[][3] = {{1, 1, 1},    {1, 16, 3},     {2, 15, 64},  {3, 17, 65},  {4, 33, 63},
                                      {5, 64, 128}, {6, 65, 1},     {7, 7, 32},   {13, 80, 10}, {64, 48, 64},
                                      {11, 5, 7},   {50, 128, 130}, {128, 64, 1}, {101, 79, 67}};
    lr_rng rng = lr_rng_at(1, LR_STREAM_SAMPLE, 0);
    (void)state;
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
        for (unsigned layout = 0; layout < 4; layout++) {
            check_product(&rng, sizes[s], layout, 1, 0);
            check_product(&rng, sizes[s], layout, 1, 1);
            check_product(&rng, sizes[s], layout, .25f, 0);
            check_product(&rng, sizes[s], layout, -2, .5f);
        }
}

static void rows_may_begin_with_an_offset(void **state)
{
    static const size_t columns[] = {1, 15, 16, 50, 64, 79, 130};
    lr_rng rng = lr_rng_at(2, LR_STREAM_SAMPLE, 0);
    (void)state;
    for (size_t s = 0; s < 2 * sizeof columns / sizeof *columns; s++) {
        const size_t n = columns[s / 2], inner = s % 2 == 0 ? 5 : 500;
        const lr_matrix a = random_matrix(&rng, 9, inner, false), b = random_matrix(&rng, inner, n, false);
        const lr_matrix c = random_matrix(&rng, 9, n, false), plain = random_matrix(&rng, 9, n, false);
        float offset[130];
        for (size_t j = 0; j < n; j++) offset[j] = (float)(lr_rng_uniform(&rng) - .5);
        lr_gemm_offset(a, b, offset, c);
        lr_gemm(1, a, b, 0, plain);
        for (size_t i = 0; i < 9; i++)
            for (size_t j = 0; j < n; j++)
                assert_true(fabs(element(c, i, j) - element(plain, i, j) - (double)offset[j]) < 1e-5);
        free(a.data);
        free(b.data);
        free(c.data);
        free(plain.data);
    }
}

static void a_copy_is_transposed(void **state)
{
    lr_rng rng = lr_rng_at(3, LR_STREAM_SAMPLE, 0);
    (void)state;
    for (size_t rows = 1; rows < 40; rows += 6)
        for (size_t columns = 1; columns < 40; columns += 5) {
            const lr_matrix a = random_matrix(&rng, rows, columns, false);
            float b[40 * 40];
            lr_copy_transposed(a, b);
            for (size_t i = 0; i < rows; i++)
                for (size_t j = 0; j < columns; j++) assert_true((double)b[j * rows + i] == element(a, i, j));
            free(a.data);
        }
}

static void sizes_of_zero_are_allowed(void **state)
{
    float value = 3;
    const lr_matrix one = lr_matrix_of(&value, 1, 1);
    (void)state;
    lr_gemm(1, lr_matrix_of(NULL, 0, 4), lr_matrix_of(NULL, 4, 0), 0, lr_matrix_of(NULL, 0, 0));
    lr_gemm(1, lr_matrix_of(NULL, 1, 0), lr_matrix_of(NULL, 0, 1), 1, one);
    assert_true(value == 3);
    lr_gemm(1, lr_matrix_of(NULL, 1, 0), lr_matrix_of(NULL, 0, 1), 0, one);
    assert_true(value == 0);
}

static void a_row_has_the_same_bits_wherever_it_stands(void **state)
{
    lr_rng rng = lr_rng_at(2, LR_STREAM_SAMPLE, 0);
    const lr_matrix a = random_matrix(&rng, MOST, 70, false), b = random_matrix(&rng, 70, 90, false);
    float *whole = calloc(MOST * 90, sizeof *whole), one[90];
    (void)state;
    assert_non_null(whole);
    lr_gemm(1, a, b, 0, lr_matrix_of(whole, MOST, 90));
    for (size_t i = 0; i < MOST; i++) {
        lr_gemm(1, lr_matrix_rows(a, i, 1), b, 0, lr_matrix_of(one, 1, 90));
        assert_memory_equal(one, whole + i * 90, sizeof one);
    }
    free(whole);
    free(a.data);
    free(b.data);
}

static void lesser_kernels_give_the_same_sums(void **state)
{
    static const size_t sizes[][3] = {{1, 1, 1}, {5, 17, 64}, {13, 80, 300}, {64, 33, 70}};
    lr_rng rng = lr_rng_at(4, LR_STREAM_SAMPLE, 0);
    (void)state;
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
        for (lr_product_kernel kernel = LR_PRODUCT_AVX2; kernel <= LR_PRODUCT_PLAIN; kernel++) {
            const size_t rows = sizes[s][0], columns = sizes[s][1], inner = sizes[s][2];
            const lr_matrix a = random_matrix(&rng, rows, inner, false), b = random_matrix(&rng, inner, columns, true);
            const lr_matrix c = random_matrix(&rng, rows, columns, false),
                            wanted = random_matrix(&rng, rows, columns, false);
            lr_gemm(1, a, b, 0, wanted);
            lr_multiply_by(kernel, &(lr_product){.rows = rows,
                                                 .columns = columns,
                                                 .inner = inner,
                                                 .a = a.data,
                                                 .b = b.data,
                                                 .c = c.data,
                                                 .a_row = a.stride,
                                                 .a_inner = 1,
                                                 .b_inner = 1,
                                                 .b_column = b.stride,
                                                 .c_row = c.stride,
                                                 .alpha = 1});
            for (size_t i = 0; i < rows; i++)
                for (size_t j = 0; j < columns; j++) assert_true(fabs(element(c, i, j) - element(wanted, i, j)) < 1e-5);
            free(a.data);
            free(b.data);
            free(c.data);
            free(wanted.data);
        }
}

typedef struct crowd {
    lr_matrix a, b;
    const float *wanted;
    size_t wrong[64];
} crowd;

static llmrec_status multiply_often(void *argument, size_t task, size_t worker)
{
    crowd *c = argument;
    float result[48 * 64];
    (void)worker;
    for (int turn = 0; turn < 20; turn++) {
        lr_gemm(1, c->a, c->b, 0, lr_matrix_of(result, 48, 64));
        c->wrong[task] += memcmp(result, c->wanted, sizeof result) != 0;
    }
    return LLMREC_OK;
}

static void many_threads_may_multiply_at_once(void **state)
{
    lr_rng rng = lr_rng_at(3, LR_STREAM_SAMPLE, 0);
    llmrec_context *context = context_with(4);
    float wanted[48 * 64];
    crowd c = {random_matrix(&rng, 48, 64, false), random_matrix(&rng, 64, 64, true), wanted, {0}};
    (void)state;
    lr_gemm(1, c.a, c.b, 0, lr_matrix_of(wanted, 48, 64));
    assert_int_equal(lr_parallel(context, 64, multiply_often, &c), LLMREC_OK);
    for (size_t task = 0; task < 64; task++) assert_int_equal(c.wrong[task], 0);
    llmrec_context_free(context);
    free(c.a.data);
    free(c.b.data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(products_of_every_layout_are_sums_of_products),
        cmocka_unit_test(lesser_kernels_give_the_same_sums),
        cmocka_unit_test(rows_may_begin_with_an_offset),
        cmocka_unit_test(a_copy_is_transposed),
        cmocka_unit_test(sizes_of_zero_are_allowed),
        cmocka_unit_test(a_row_has_the_same_bits_wherever_it_stands),
        cmocka_unit_test(many_threads_may_multiply_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
