/* SPDX-License-Identifier: Apache-2.0 */
/* Exponentials in vector lanes. */
#ifndef LR_MATH_EXPONENTIAL_H
#define LR_MATH_EXPONENTIAL_H

#include <stddef.h>

#include "math/real.h"

/* x[count] in place: exp(x - m) with m the maximum, to `*most`; returns their sum, added in double. count >= 1. Relative
 * error of each below 2e-7. */
double lr_exp_below_most(lr_real *x, size_t count, lr_real *most);

#endif
