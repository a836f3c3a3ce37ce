/* SPDX-License-Identifier: Apache-2.0 */
/* What the processor supports. */
#include "math/simd.h"

#if defined(__x86_64__)

bool lr_has_avx2(void)
{
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}

bool lr_has_avx512f(void)
{
    return __builtin_cpu_supports("avx512f");
}

bool lr_has_avx512vnni(void)
{
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vnni");
}

#else

bool lr_has_avx2(void)
{
    return false;
}

bool lr_has_avx512f(void)
{
    return false;
}

bool lr_has_avx512vnni(void)
{
    return false;
}

#endif
