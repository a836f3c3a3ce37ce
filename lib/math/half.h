/* SPDX-License-Identifier: Apache-2.0 */
/* Whole arrays of half precision to float32 and back: the same bits as lr_half_to_float and lr_float_to_half give. */
#ifndef LR_MATH_HALF_H
#define LR_MATH_HALF_H

#include <stddef.h>
#include <stdint.h>

void lr_halves_to_floats(float *floats, const uint16_t *halves, size_t n);
void lr_floats_to_halves(uint16_t *halves, const float *floats, size_t n);

#endif
