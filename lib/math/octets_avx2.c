/* SPDX-License-Identifier: Apache-2.0 */
/* Octet kernel for AVX2, in intrinsics: C has no vector type for sums of products of bytes. Bytes are widened to 16
 * bits, where products of pairs cannot overflow (vpmaddubsw would saturate). Eight rows of four bytes are two registers
 * of sums, in pairs that are added at the end. */
#include "math/octets.h"
#include "math/simd.h"

#if defined(__x86_64__) && defined(__GNUC__)

#include <immintrin.h>

#define TARGET __attribute__((target("avx2,fma")))

enum { ROWS = 8 };

/* Adds the pairs of rows 0-3 and 4-7; the result is rows 0..7. */
TARGET static inline __m256i add_pairs(__m256i low, __m256i high)
{
    return _mm256_permute4x64_epi64(_mm256_hadd_epi32(low, high), _MM_SHUFFLE(3, 1, 2, 0));
}

TARGET static inline __attribute__((always_inline)) void
tile(const uint8_t *block, const int8_t *queries, const int32_t *offsets, size_t groups, const int count, int32_t *sums)
{
    __m256i low[LR_TILE], high[LR_TILE];
#pragma GCC unroll 6
    for (int q = 0; q < count; q++) low[q] = high[q] = _mm256_setzero_si256();
    for (size_t g = 0; g < groups; g++, block += 4 * LR_BLOCK) {
        const __m128i *bytes = (const __m128i *)(const void *)block;
        const __m256i first = _mm256_cvtepu8_epi16(_mm_loadu_si128(bytes));
        const __m256i second = _mm256_cvtepu8_epi16(_mm_loadu_si128(bytes + 1));
#pragma GCC unroll 6
        for (int q = 0; q < count; q++) {
            const __m256i query =
                _mm256_cvtepi8_epi16(_mm_set1_epi32(lr_octets_four(queries + ((size_t)q * groups + g) * 4)));
            low[q] = _mm256_add_epi32(low[q], _mm256_madd_epi16(first, query));
            high[q] = _mm256_add_epi32(high[q], _mm256_madd_epi16(second, query));
        }
    }
#pragma GCC unroll 6
    for (int q = 0; q < count; q++) {
        const __m256i sum = _mm256_add_epi32(add_pairs(low[q], high[q]), _mm256_set1_epi32(offsets[q]));
        _mm256_storeu_si256((__m256i *)(void *)(sums + q * LR_BLOCK), sum);
    }
}

TARGET static void multiply(const uint8_t *block, const int8_t *queries, const int32_t *offsets, size_t groups,
                            size_t count, int32_t *sums)
{
    for (size_t r = 0; r < LR_BLOCK; r += ROWS, block += 4 * ROWS, sums += ROWS) switch (count) {
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
    const __m256 factors = _mm256_set1_ps(factor), limits = _mm256_set1_ps(limit);
    uint64_t bits = 0;
    for (int r = 0; r < LR_BLOCK; r += ROWS) {
        const __m256 sum = _mm256_cvtepi32_ps(_mm256_loadu_si256((const __m256i *)(const void *)(sums + r)));
        const __m256 scaled = _mm256_mul_ps(sum, _mm256_loadu_ps(scale + r));
        const __m256 value = _mm256_fmadd_ps(scaled, factors, _mm256_loadu_ps(bias + r));
        bits |= (uint64_t)(unsigned)_mm256_movemask_ps(_mm256_cmp_ps(value, limits, _CMP_GE_OQ)) << r;
    }
    return bits;
}

static const lr_octet_kernel kernel = {"avx2", multiply, above};

const lr_octet_kernel *lr_octet_kernel_avx2(void)
{
    return lr_has_avx2() ? &kernel : NULL;
}

#else

const lr_octet_kernel *lr_octet_kernel_avx2(void)
{
    return NULL;
}

#endif
