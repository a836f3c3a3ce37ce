/* SPDX-License-Identifier: Apache-2.0 */
/* Octet kernel for AVX-512 VNNI, in intrinsics: C has no vector type for sums of products of bytes. vpdpbusd multiplies
 * four unsigned by four signed bytes and adds the products to a 32-bit sum. Rows are unsigned, so that a query's four
 * bytes can be broadcast from memory. 64 rows are four registers, so LR_TILE queries need 24 sums. */
#include "math/octets.h"
#include "math/simd.h"

#if defined(__x86_64__) && defined(__GNUC__)

#include <immintrin.h>

#define TARGET __attribute__((target("avx512f,avx512bw,avx512vl,avx512vnni")))

/* `count` is a compile-time constant: the loops over queries are unrolled and the sums stay in registers. */
TARGET static inline __attribute__((always_inline)) void
tile(const uint8_t *block, const int8_t *queries, const int32_t *offsets, size_t groups, const int count, int32_t *sums)
{
    __m512i sum[LR_TILE][4], rows[4];
#pragma GCC unroll 6
    for (int q = 0; q < count; q++)
#pragma GCC unroll 4
        for (int v = 0; v < 4; v++) sum[q][v] = _mm512_set1_epi32(offsets[q]);
    for (size_t g = 0; g < groups; g++, block += 4 * LR_BLOCK) {
#pragma GCC unroll 4
        for (int v = 0; v < 4; v++) rows[v] = _mm512_loadu_si512(block + 64 * v);
#pragma GCC unroll 6
        for (int q = 0; q < count; q++) {
            const __m512i query = _mm512_set1_epi32(lr_octets_four(queries + ((size_t)q * groups + g) * 4));
#pragma GCC unroll 4
            for (int v = 0; v < 4; v++) sum[q][v] = _mm512_dpbusd_epi32(sum[q][v], rows[v], query);
        }
    }
#pragma GCC unroll 6
    for (int q = 0; q < count; q++)
#pragma GCC unroll 4
        for (int v = 0; v < 4; v++) _mm512_storeu_si512(sums + q * LR_BLOCK + v * 16, sum[q][v]);
}

TARGET static void multiply(const uint8_t *block, const int8_t *queries, const int32_t *offsets, size_t groups,
                            size_t count, int32_t *sums)
{
    switch (count) {
    case 1: tile(block, queries, offsets, groups, 1, sums); break;
    case 2: tile(block, queries, offsets, groups, 2, sums); break;
    case 3: tile(block, queries, offsets, groups, 3, sums); break;
    case 4: tile(block, queries, offsets, groups, 4, sums); break;
    case 5: tile(block, queries, offsets, groups, 5, sums); break;
    default: tile(block, queries, offsets, groups, LR_TILE, sums); break;
    }
}

TARGET static uint64_t above(const int32_t *sums, const float *scale, const float *bias, float factor, float limit)
{
    const __m512 factors = _mm512_set1_ps(factor), limits = _mm512_set1_ps(limit);
    uint64_t bits = 0;
    for (int v = 0; v < 4; v++) {
        const __m512 sum = _mm512_cvtepi32_ps(_mm512_loadu_si512(sums + 16 * v));
        const __m512 scaled = _mm512_mul_ps(sum, _mm512_loadu_ps(scale + 16 * v));
        const __m512 value = _mm512_fmadd_ps(scaled, factors, _mm512_loadu_ps(bias + 16 * v));
        bits |= (uint64_t)_mm512_cmp_ps_mask(value, limits, _CMP_GE_OQ) << 16 * v;
    }
    return bits;
}

static const lr_octet_kernel kernel = {"avx512vnni", multiply, above};

const lr_octet_kernel *lr_octet_kernel_avx512(void)
{
    return lr_has_avx512vnni() ? &kernel : NULL;
}

#else

const lr_octet_kernel *lr_octet_kernel_avx512(void)
{
    return NULL;
}

#endif
