/* SPDX-License-Identifier: Apache-2.0 */
/* The floating-point type of training: float32 in the library. The gradient tests build with double, because float32
 * rounding would hide a wrong derivative from finite differences. */
#ifndef LR_MATH_REAL_H
#define LR_MATH_REAL_H

#ifdef LR_REAL_IS_DOUBLE
typedef double lr_real;
#else
typedef float lr_real;
#endif

#endif
