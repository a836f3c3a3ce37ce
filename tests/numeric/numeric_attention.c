/* SPDX-License-Identifier: Apache-2.0 */
/* Forward kernels of the text encoder against plain loops in double precision. */
#include "../support.h"

#include <math.h>

#include "core/rng.h"
#include "math/activation.h"
#include "math/norm.h"
#include "math/self_attention.h"
#include "math/softmax.h"

static void fill(float *x, size_t n, double spread, uint64_t seed)
{
    lr_rng rng = lr_rng_at(seed, LR_STREAM_SAMPLE, 0);
    for (size_t i = 0; i < n; i++) x[i] = (float)(spread * lr_rng_normal(&rng));
}

static float *aligned(size_t n)
{
    float *x = aligned_alloc(64, (n * sizeof *x + 63) / 64 * 64);
    assert_non_null(x);
    return x;
}

static void gelu_is_right_to_rounding(void **state)
{
    enum { COLUMNS = 1003 };
    static float x[2 * COLUMNS], before[2 * COLUMNS], bias[COLUMNS];
    (void)state;
    for (int turn = 0; turn < 40; turn++) {
        fill(x, 2 * COLUMNS, turn < 20 ? .5 * turn : 30, (uint64_t)turn);
        fill(bias, COLUMNS, 1, 100);
        memcpy(before, x, sizeof x);
        lr_gelu_biased(lr_matrix_of(x, 2, COLUMNS), bias);
        for (size_t i = 0; i < 2 * COLUMNS; i++) {
            const double z = (double)(before[i] + bias[i % COLUMNS]), wanted = .5 * z * (1 + erf(z * sqrt(.5)));
            if (fabs(x[i] - wanted) > 2.5e-7 * fmax(1, fabs(z))) fail_msg("gelu(%.9g) is %.9g", z, (double)x[i]);
        }
    }
}

static void softmax_is_right_to_rounding(void **state)
{
    (void)state;
    for (size_t columns = 1; columns < 70; columns++) {
        const size_t stride = (columns + 15) / 16 * 16;
        float *x = aligned(3 * stride), *before = aligned(3 * stride);
        fill(x, 3 * stride, columns, columns);
        memcpy(before, x, 3 * stride * sizeof *x);
        lr_softmax_rows((lr_matrix){x, 3, columns, stride, false});
        for (size_t i = 0; i < 3; i++) {
            double most = before[i * stride], sum = 0;
            for (size_t j = 0; j < columns; j++) most = fmax(most, before[i * stride + j]);
            for (size_t j = 0; j < columns; j++) sum += exp(before[i * stride + j] - most);
            for (size_t j = 0; j < columns; j++)
                assert_true(fabs(x[i * stride + j] - exp(before[i * stride + j] - most) / sum) < 2e-6);
            for (size_t j = columns; j < stride; j++) assert_true(x[i * stride + j] == 0);
        }
        free(x);
        free(before);
    }
}

static void check_norm(const lr_layer_norm *norm, const float *before, const float *added, const float *bias,
                       const float *after)
{
    double mean = 0, variance = 0, z[100];
    for (size_t j = 0; j < norm->dim; j++) {
        z[j] = (double)before[j] + added[j] + bias[j];
        mean += z[j] / (double)norm->dim;
    }
    for (size_t j = 0; j < norm->dim; j++) variance += (z[j] - mean) * (z[j] - mean) / (double)norm->dim;
    for (size_t j = 0; j < norm->dim; j++) {
        const double wanted = norm->gain[j] * (z[j] - mean) / sqrt(variance + norm->epsilon) + norm->bias[j];
        assert_true(fabs(after[j] - wanted) < 1e-5);
    }
}

static void rows_are_normalized_as_by_a_plain_loop(void **state)
{
    enum { ROWS = 3 };
    float x[ROWS * 100], before[ROWS * 100], added[ROWS * 100], bias[100], gain[100], shift[100];
    (void)state;
    for (size_t dim = 1; dim <= 100; dim++) {
        const lr_layer_norm norm = {gain, shift, dim, 1e-5};
        fill(x, ROWS * dim, 3, dim);
        fill(added, ROWS * dim, 2, 2 * dim);
        fill(bias, dim, 1, 3 * dim);
        fill(gain, dim, 1, 4 * dim);
        fill(shift, dim, 1, 5 * dim);
        memcpy(before, x, sizeof x);
        lr_layer_norm_added(&norm, x, ROWS, added, bias);
        for (size_t i = 0; i < ROWS && dim > 1; i++)
            check_norm(&norm, before + i * dim, added + i * dim, bias, x + i * dim);
    }
}

/* One attention head by the formula. */
static void attend_plainly(const lr_self_attention *a, size_t head, double *out)
{
    const size_t d = a->dim / a->heads, T = a->length, D = a->dim;
    for (size_t i = 0; i < T; i++) {
        double scores[100], sum = 0;
        for (size_t j = 0; j < T; j++) {
            scores[j] = 0;
            for (size_t k = head * d; k < (head + 1) * d; k++)
                scores[j] += ((double)a->qkv[i * 3 * D + k] + a->bias[k]) *
                             ((double)a->qkv[j * 3 * D + D + k] + a->bias[D + k]) / sqrt((double)d);
        }
        for (size_t j = 0; j < T; j++) sum += scores[j] = exp(scores[j]);
        for (size_t k = 0; k < d; k++) {
            out[i * d + k] = 0;
            for (size_t j = 0; j < T; j++)
                out[i * d + k] += scores[j] / sum *
                                  ((double)a->qkv[j * 3 * D + 2 * D + head * d + k] + a->bias[2 * D + head * d + k]);
        }
    }
}

static void check_attention(size_t length, size_t heads, size_t d)
{
    const size_t dim = heads * d;
    float *qkv = aligned(length * 3 * dim), *bias = aligned(3 * dim), *out = aligned(length * dim);
    float *scratch = aligned(lr_self_attention_scratch(length, d));
    double wanted[100 * 48];
    fill(qkv, length * 3 * dim, 1, length);
    fill(bias, 3 * dim, .5, d);
    const lr_self_attention attention = {length, dim, heads, qkv, bias};
    for (size_t head = 0; head < heads; head++) {
        lr_self_attention_forward(&attention, head, out, scratch);
        attend_plainly(&attention, head, wanted);
        for (size_t i = 0; i < length; i++)
            for (size_t k = 0; k < d; k++)
                if (fabs(out[i * dim + head * d + k] - wanted[i * d + k]) > 1e-5)
                    fail_msg("length %zu, %zu heads of %zu: row %zu, column %zu", length, heads, d, i, k);
    }
    free(qkv);
    free(bias);
    free(out);
    free(scratch);
}

static void attention_is_that_of_the_formula(void **state)
{
    (void)state;
    for (size_t length = 1; length <= 100; length += length < 40 ? 1 : 7) {
        check_attention(length, 2, 32);
        check_attention(length, 3, 5);
        check_attention(length, 1, 48);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gelu_is_right_to_rounding),
        cmocka_unit_test(softmax_is_right_to_rounding),
        cmocka_unit_test(rows_are_normalized_as_by_a_plain_loop),
        cmocka_unit_test(attention_is_that_of_the_formula),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
