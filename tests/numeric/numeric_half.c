/* SPDX-License-Identifier: Apache-2.0 */
/* Half-precision conversion of arrays against a plain conversion of single values. */
#include "../support.h"

#include <math.h>

#include "math/half.h"

enum { ALL = 65536 };

/* Plain conversions of one value: the reference. */
static float half_to_float(uint16_t half)
{
    const uint32_t sign = (uint32_t)(half & 0x8000) << 16, exponent = (half >> 10) & 31, fraction = half & 0x3FF;
    uint32_t bits;
    float value;
    if (exponent == 0) {
        value = (float)fraction * 0x1p-24f;
        return sign ? -value : value;
    }
    bits = sign | (exponent == 31 ? 0x7F800000u : (exponent + 112) << 23) | fraction << 13;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static uint16_t float_to_half(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    const uint16_t sign = (uint16_t)(bits >> 16 & 0x8000);
    const float size = fabsf(value);
    if (isnan(value)) return sign | 0x7E00;
    if (size >= 65520.0f) return sign | 0x7C00;
    if (size < 0x1p-14f) return sign | (uint16_t)lrintf(size * 0x1p24f); /* subnormal: a multiple of 2^-24 */
    bits &= 0x7FFFFFFF;
    bits += 0xFFF + (bits >> 13 & 1); /* round away 13 bits, ties to even */
    return sign | (uint16_t)((bits >> 13) - (112u << 10));
}

static void half_precision_survives_the_round_trip(void **state)
{
    (void)state;
    for (uint32_t half = 0; half < 0x10000; half++) {
        const float value = half_to_float((uint16_t)half);
        if (isnan(value)) continue;
        assert_int_equal(float_to_half(value), half);
    }
    assert_int_equal(float_to_half(65519.0f), 0x7BFF);
    assert_int_equal(float_to_half(65520.0f), 0x7C00);
    assert_int_equal(float_to_half(1.0f + 0x1p-11f), 0x3C00); /* a tie rounds to the even neighbor */
    assert_int_equal(float_to_half(1.0f + 3 * 0x1p-11f), 0x3C02);
    assert_int_equal(float_to_half(0x1p-25f), 0);
}

static void every_half_widens_as_one_alone(void **state)
{
    static uint16_t halves[ALL];
    static float floats[ALL];
    (void)state;
    for (size_t i = 0; i < ALL; i++) halves[i] = (uint16_t)i;
    lr_halves_to_floats(floats, halves, ALL);
    for (size_t i = 0; i < ALL; i++) {
        const float wanted = half_to_float((uint16_t)i);
        assert_memory_equal(&floats[i], &wanted, sizeof wanted);
    }
}

/* Around every half: the value, the midpoints to its neighbors, and the floats next to each. */
static void floats_narrow_as_one_alone(void **state)
{
    static float floats[ALL];
    static uint16_t halves[ALL];
    (void)state;
    for (uint32_t shift = 0; shift < 6; shift++) {
        static const uint32_t around[6] = {0, 1, 0x0FFF, 0x1000, 0x1001, 0x1FFF};
        for (uint32_t i = 0; i < ALL; i++) {
            const uint32_t bits = (i << 16 | (i & 7) << 13) + around[shift];
            memcpy(&floats[i], &bits, sizeof bits);
        }
        lr_floats_to_halves(halves, floats, ALL);
        for (size_t i = 0; i < ALL; i++) assert_int_equal(halves[i], float_to_half(floats[i]));
    }
    for (uint32_t i = 0; i < ALL; i++) floats[i] = half_to_float((uint16_t)i);
    lr_floats_to_halves(halves, floats, ALL - 1);
    for (size_t i = 0; i < ALL - 1; i++)
        if ((i & 0x7FFF) <= 0x7C00) assert_int_equal(halves[i], i);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(half_precision_survives_the_round_trip),
        cmocka_unit_test(every_half_widens_as_one_alone),
        cmocka_unit_test(floats_narrow_as_one_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
