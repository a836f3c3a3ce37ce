/* SPDX-License-Identifier: Apache-2.0 */
/* Products and distances: the bits of the documented order of summation, for every length. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/rng.h"
#include "math/vector.h"

enum { LONGEST = 400, SUMS = 64 };

static void fill(float *values, size_t n, uint64_t stream)
{
    lr_rng rng = lr_rng_at(7, stream, 0);
    for (size_t i = 0; i < n; i++) values[i] = (float)lr_rng_normal(&rng);
}

/* 64 running sums, added in halves: 32 apart, then 16, then within sixteen lanes. */
static float in_order(const float *products, size_t n)
{
    float sums[SUMS] = {0};
    for (size_t i = 0; i < n; i++) sums[i % SUMS] += products[i];
    for (size_t half = SUMS / 2; half > 0; half /= 2)
        for (size_t i = 0; i < half; i++) sums[i] += sums[i + half];
    return sums[0];
}

static void products_are_summed_in_the_documented_order(void **state)
{
    float a[LONGEST], b[LONGEST], products[LONGEST], squares[LONGEST];
    (void)state;
    fill(a, LONGEST, 1);
    fill(b, LONGEST, 2);
    for (size_t i = 0; i < LONGEST; i++) {
        products[i] = a[i] * b[i];
        squares[i] = (a[i] - b[i]) * (a[i] - b[i]);
    }
    for (size_t n = 0; n <= LONGEST; n++) {
        assert_true(lr_dot(a, b, n) == in_order(products, n));
        assert_true(lr_distance_squared(a, b, n) == in_order(squares, n));
    }
}

static void errors_stay_within_the_documented_bound(void **state)
{
    float a[LONGEST], b[LONGEST];
    (void)state;
    for (uint64_t round = 0; round < 200; round++) {
        double exact = 0, size = 0, square = 0;
        fill(a, LONGEST, 2 * round);
        fill(b, LONGEST, 2 * round + 1);
        for (size_t i = 0; i < LONGEST; i++) {
            exact += (double)a[i] * b[i];
            size += fabs((double)a[i] * b[i]);
            square += ((double)a[i] - b[i]) * ((double)a[i] - b[i]);
        }
        assert_true(fabs(lr_dot(a, b, LONGEST) - exact) <= (LONGEST / SUMS + 9) * 0x1p-24 * size);
        assert_true(fabs(lr_distance_squared(a, b, LONGEST) - square) <= (LONGEST / SUMS + 11) * 0x1p-24 * square);
    }
}

static void sums_in_double_and_norms(void **state)
{
    const float x[] = {3, 4, 0};
    double sum[] = {1, 1, 1};
    float unit[] = {3, 4, 0}, zero[] = {0, 0};
    (void)state;
    lr_accumulate(sum, .5, x, 3);
    assert_true(sum[0] == 2.5 && sum[1] == 3 && sum[2] == 1);
    assert_true(lr_norm(x, 3) == 5);
    assert_true(lr_normalize(unit, 3) == 5 && unit[0] == .6f && unit[1] == .8f);
    assert_true(lr_normalize(zero, 2) == 0 && zero[0] == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(products_are_summed_in_the_documented_order),
        cmocka_unit_test(errors_stay_within_the_documented_bound),
        cmocka_unit_test(sums_in_double_and_norms),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
