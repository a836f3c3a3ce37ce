/* SPDX-License-Identifier: Apache-2.0 */
/* Positions in the order of time, without a sort. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "data/timeline.h"

enum { COUNT = 300 };

static int by_time(const void *a, const void *b)
{
    const int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
    return (left > right) - (left < right);
}

static void check(const int64_t times[COUNT])
{
    int64_t sorted[COUNT];
    memcpy(sorted, times, sizeof sorted);
    qsort(sorted, COUNT, sizeof *sorted, by_time);
    assert_true(lr_time_at(times, COUNT, 0) == INT64_MIN);
    assert_true(lr_time_at(times, COUNT, COUNT) == INT64_MAX);
    for (size_t at = 1; at < COUNT; at++) assert_true(lr_time_at(times, COUNT, at) == sorted[at]);
}

/* Times are multiples of powers of two, so that they differ in high bits, in low bits, and in their sign. */
static void each_position_has_its_time(void **state)
{
    int64_t times[COUNT];
    (void)state;
    for (int shift = 0; shift < 63; shift += 7) {
        for (size_t i = 0; i < COUNT; i++)
            times[i] = (int64_t)((uint64_t)(i * 7919 % 211) << shift) * (i % 3 == 0 ? -1 : 1);
        check(times);
    }
}

static void extreme_and_equal_times_are_found(void **state)
{
    int64_t times[COUNT];
    (void)state;
    for (size_t i = 0; i < COUNT; i++)
        times[i] = i % 4 == 0 ? INT64_MAX : i % 4 == 1 ? INT64_MIN : (int64_t)(i % 4) - 3;
    check(times);
    for (size_t i = 0; i < COUNT; i++) times[i] = 1700000000000000000;
    check(times);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_position_has_its_time),
        cmocka_unit_test(extreme_and_equal_times_are_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
