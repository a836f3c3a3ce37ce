/* SPDX-License-Identifier: Apache-2.0 */
/* Vector kernels: plain loops that the compiler turns into one version for each kind of processor, chosen at load time;
 * and, for hand-written ones, what the processor can do. */
#ifndef LR_MATH_SIMD_H
#define LR_MATH_SIMD_H

#include <stdbool.h>

/* Before a function of plain loops: compiled for AVX-512, AVX2 and the baseline. Thread sanitizers cannot run the
 * choice at load time, so their build has the baseline alone. */
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_THREAD__)
#define LR_VECTORIZE __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define LR_VECTORIZE
#endif

/* A part of such a function: inlined, whatever the compiler thinks, or it would be compiled for the baseline alone. */
#if defined(__GNUC__)
#define LR_INLINE static inline __attribute__((always_inline))
#else
#define LR_INLINE static inline
#endif

/* What hand-written kernels may use on this processor. */
bool lr_has_avx2(void);       /* AVX2 and FMA */
bool lr_has_avx512f(void);    /* AVX-512 F */
bool lr_has_avx512vnni(void); /* AVX-512 F, BW, VL, VNNI */

#endif
