/* SPDX-License-Identifier: Apache-2.0 */
/* Converts arrays between IEEE half precision and float32. To half rounds to nearest, ties to even; overflow gives
 * infinity. */
#ifndef LR_MATH_HALF_H
#define LR_MATH_HALF_H

#include <stddef.h>
#include <stdint.h>

void lr_halves_to_floats(float *floats, const uint16_t *halves, size_t n);
void lr_floats_to_halves(uint16_t *halves, const float *floats, size_t n);

#endif
