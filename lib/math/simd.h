/* SPDX-License-Identifier: Apache-2.0 */
/* Vector kernels. Plain loops are compiled once per processor type and chosen at load time; hand-written kernels ask
 * what the processor supports. */
#ifndef LR_MATH_SIMD_H
#define LR_MATH_SIMD_H

#include <stdbool.h>

/* Put before a function of plain loops: compiles it for AVX-512, AVX2 and the baseline. Thread sanitizers cannot run
 * the choice at load time, so their build has only the baseline. */
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_THREAD__)
#define LR_VECTORIZE __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define LR_VECTORIZE
#endif

/* For a helper of such a function: always inlined. Otherwise it would be compiled for the baseline only. */
#if defined(__GNUC__)
#define LR_INLINE static inline __attribute__((always_inline))
#else
#define LR_INLINE static inline
#endif

/* True if hand-written kernels may use these instructions. */
bool lr_has_avx2(void);       /* AVX2 and FMA */
bool lr_has_avx512f(void);    /* AVX-512 F */
bool lr_has_avx512vnni(void); /* AVX-512 F, BW, VL, VNNI */

#endif
