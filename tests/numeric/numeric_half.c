/* SPDX-License-Identifier: Apache-2.0 */
/* Half-precision conversion of arrays against single values. */
#include "../support.h"

#include "core/number.h"
#include "math/half.h"

enum { ALL = 65536 };

static void every_half_widens_as_one_alone(void **state)
{
    static uint16_t halves[ALL];
    static float floats[ALL];
    (void)state;
    for (size_t i = 0; i < ALL; i++) halves[i] = (uint16_t)i;
    lr_halves_to_floats(floats, halves, ALL);
    for (size_t i = 0; i < ALL; i++) {
        const float wanted = lr_half_to_float((uint16_t)i);
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
        for (size_t i = 0; i < ALL; i++) assert_int_equal(halves[i], lr_float_to_half(floats[i]));
    }
    for (uint32_t i = 0; i < ALL; i++) floats[i] = lr_half_to_float((uint16_t)i);
    lr_floats_to_halves(halves, floats, ALL - 1);
    for (size_t i = 0; i < ALL - 1; i++)
        if ((i & 0x7FFF) <= 0x7C00) assert_int_equal(halves[i], i);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_half_widens_as_one_alone),
        cmocka_unit_test(floats_narrow_as_one_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
