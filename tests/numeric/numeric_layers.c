/* SPDX-License-Identifier: Apache-2.0 */
/* The layers' float32 loops against the C library in double, and against plain random numbers. */
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/rng.h"
#include "math/activation.h"
#include "math/exponential.h"
#include "math/norm.h"
#include "nn/dropout.h"

static void exponentials_are_within_two_units(void **state)
{
    (void)state;
    for (double x = -87; x < 88; x += .00173) {
        const float at = (float)x;
        const double wanted = exp((double)at);
        if (fabs((double)lr_exponential(at) - wanted) > 2e-7 * wanted)
            fail_msg("e^%.9g is %.9g; wanted %.9g", x, (double)lr_exponential(at), wanted);
    }
    assert_true(lr_exponential(-100) == 0 && lr_exponential(-INFINITY) == 0 && lr_exponential(0) == 1);
    assert_true(isnan(lr_exponential(NAN)));
}

static void gelu_and_its_slope_are_exact_to_float32(void **state)
{
    (void)state;
    for (double u = -12; u < 12; u += .00071) {
        const float x = (float)u;
        const double below = .5 * erfc(-(double)x * sqrt(.5)),
                     density = exp(-.5 * (double)x * (double)x) / sqrt(2 * M_PI);
        float y, d = 1;
        lr_activation_forward(false, &x, 1, &y);
        lr_activation_backward(false, &x, 1, &d);
        assert_true(fabs((double)y - (double)x * below) < 2.5e-7 * fmax(1, fabs(u)));
        assert_true(fabs((double)d - (below + (double)x * density)) < 4e-7);
    }
}

/* GELU by erf (Hendrycks & Gimpel 2016); the tanh form would give .84119199 at 1. */
static void gelu_reproduces_known_values(void **state)
{
    static const float at[] = {-2, -1, -.5f, .5f, 1, 2, 3};
    static const double wanted[] = {-.04550026, -.15865525, -.15426877, .34573123, .84134475, 1.95449974, 2.99595031};
    float y[7];
    (void)state;
    lr_activation_forward(false, at, 7, y);
    for (size_t i = 0; i < 7; i++) assert_true(fabs((double)y[i] - wanted[i]) < 2e-7);
}

/* Computed by hand. */
static void layer_norm_reproduces_known_values(void **state)
{
    static const float x[] = {1, 2, 4}, gain[] = {1, 1, 1}, bias[] = {0, 0, 0};
    static const double wanted[2][3] = {{-1.06904153, -.26726038, 1.33630191}, {-1.06904497, -.26726124, 1.33630621}};
    (void)state;
    for (size_t e = 0; e < 2; e++) {
        const lr_layer_norm norm = {gain, bias, 3, e == 0 ? 1e-5 : 1e-12};
        float y[3];
        lr_layer_norm_forward(&norm, x, 1, y, NULL);
        for (size_t i = 0; i < 3; i++) assert_true(fabs((double)y[i] - wanted[e][i]) < 3e-7);
    }
}

static void layer_norm_of_wide_rows_has_mean_and_variance(void **state)
{
    enum { D = 83 };
    float x[D], y[D], gain[D], bias[D], stats[2];
    double mean = 0, square = 0;
    (void)state;
    for (size_t j = 0; j < D; j++) {
        x[j] = (float)sin(3.7 * (double)j) + 5;
        gain[j] = 1;
        bias[j] = 0;
    }
    const lr_layer_norm norm = {gain, bias, D, 0};
    lr_layer_norm_forward(&norm, x, 1, y, stats);
    for (size_t j = 0; j < D; j++) {
        mean += (double)y[j] / D;
        square += (double)y[j] * (double)y[j] / D;
    }
    assert_true(fabs(mean) < 1e-6 && fabs(square - 1) < 1e-5);
}

/* Element e is kept if its 16 random bits are not below the threshold. A block of four numbers serves eight elements;
 * sixteen blocks are interleaved. */
static bool is_kept(const lr_dropout *dropout, size_t element)
{
    const size_t group = element / 128, bit16 = element % 128, word = bit16 / 32, lane = bit16 % 32 / 2;
    const uint64_t stream = (uint64_t)LR_STREAM_DROPOUT << 56 | dropout->place << 40 | dropout->step;
    uint32_t block[4];
    lr_philox(dropout->seed, stream, group * 16 + lane, block);
    return (block[word] >> 16 * (bit16 % 2) & 0xFFFF) >= (uint32_t)lrint(dropout->rate * 65536);
}

static void dropout_follows_its_random_stream(void **state)
{
    const lr_dropout dropout = {.rate = .2, .seed = 0x123456789ABCDEF0u, .place = 7, .step = 1234567};
    float whole[1000], part[1000];
    (void)state;
    for (size_t i = 0; i < 1000; i++) whole[i] = part[i] = 1;
    lr_dropout_apply(&dropout, whole, 77, 1000);
    for (size_t i = 0; i < 1000; i++) assert_true((whole[i] != 0) == is_kept(&dropout, 77 + i));
    for (size_t i = 0; i < 1000; i++) assert_true(whole[i] == 0 || fabs((double)whole[i] - 1.25) < 1e-4);
    for (size_t i = 0; i < 1000; i += 10) lr_dropout_apply(&dropout, part + i, 77 + i, 10);
    assert_memory_equal(part, whole, sizeof whole);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exponentials_are_within_two_units),
        cmocka_unit_test(gelu_and_its_slope_are_exact_to_float32),
        cmocka_unit_test(gelu_reproduces_known_values),
        cmocka_unit_test(layer_norm_reproduces_known_values),
        cmocka_unit_test(layer_norm_of_wide_rows_has_mean_and_variance),
        cmocka_unit_test(dropout_follows_its_random_stream),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
