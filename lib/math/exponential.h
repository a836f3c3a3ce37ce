/* SPDX-License-Identifier: Apache-2.0 */
/* Exponential function that the compiler can vectorize. */
#ifndef LR_MATH_EXPONENTIAL_H
#define LR_MATH_EXPONENTIAL_H

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "math/real.h"
#include "math/simd.h"

#ifdef LR_REAL_IS_DOUBLE

LR_INLINE double lr_exponential(double x)
{
    return exp(x);
}

#else

/* e^x for x <= 88 in plain arithmetic, for loops that the compiler vectorizes. Relative error below 2e-7; 0 below -87.
 * e^x = 2^n e^r, n = round(x / ln 2), |r| <= ln(2)/2, e^r = 1 + r + r^2 p(r), p fitted to a relative error of 3e-9. */
LR_INLINE float lr_exponential(float x)
{
    const float round = 12582912.0f; /* 1.5 * 2^23: adding it leaves the rounded integer in the low bits */
    const float bounded = x < -87.0f ? -87.0f : x;
    const float shifted = bounded * 1.44269504f + round, n = shifted - round;
    const float r = bounded - n * 0.693359375f + n * 2.12194440e-4f; /* ln 2 in two parts: the first product is exact */
    const float p = .4999999341f + r * (.1666652011f + r * (.04166839426f + r * (.008368780623f + r * .001381446476f)));
    const float power = 1.0f + (r + r * r * p);
    uint32_t bits, exponent;
    float result;
    memcpy(&bits, &power, sizeof bits);
    memcpy(&exponent, &shifted, sizeof exponent);
    bits += exponent << 23;
    memcpy(&result, &bits, sizeof result);
    return x < -87.0f ? 0 : result;
}

#endif

#endif
