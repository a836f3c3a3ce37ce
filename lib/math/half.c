/* SPDX-License-Identifier: Apache-2.0 */
/* Converts arrays between half precision and float32. */
#include "math/half.h"

#include <string.h>

#include "math/simd.h"

static inline uint32_t bits_of(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static inline float value_of(uint32_t bits)
{
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* Both functions compute the normal and the subnormal case and select one without a branch, so loops vectorize. */
static inline float widen(uint16_t half)
{
    const uint32_t sign = (uint32_t)(half & 0x8000) << 16, size = half & 0x7FFF;
    const uint32_t small = bits_of((float)(int32_t)size * 0x1p-24f); /* subnormal: a multiple of 2^-24 */
    const uint32_t normal = (size << 13) + (112u << 23), special = (size << 13) | 0x7F800000u;
    const uint32_t bits = size < 0x400 ? small : size < 0x7C00 ? normal : special;
    return value_of(sign | bits);
}

static inline uint16_t narrow(float value)
{
    const uint32_t all = bits_of(value), sign = all >> 16 & 0x8000, bits = all & 0x7FFFFFFF;
    /* adding 1/2 aligns a subnormal's last bit with the last bit of the sum, which rounds it: nearest, ties to even */
    const uint32_t small = bits_of(value_of(bits) + 0.5f) - bits_of(0.5f);
    const uint32_t normal = ((bits + 0xFFF + (bits >> 13 & 1)) >> 13) - (112u << 10);
    const uint32_t special = bits > 0x7F800000u ? 0x7E00 : 0x7C00;
    const uint32_t half = bits < 0x38800000u ? small : bits < 0x477FF000u ? normal : special;
    return (uint16_t)(sign | half);
}

LR_VECTORIZE void lr_halves_to_floats(float *restrict floats, const uint16_t *restrict halves, size_t n)
{
    for (size_t i = 0; i < n; i++) floats[i] = widen(halves[i]);
}

LR_VECTORIZE void lr_floats_to_halves(uint16_t *restrict halves, const float *restrict floats, size_t n)
{
    for (size_t i = 0; i < n; i++) halves[i] = narrow(floats[i]);
}
