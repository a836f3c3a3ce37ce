/* SPDX-License-Identifier: Apache-2.0 */
/* Sixteen numbers of training's type (real.h) in vector lanes, for functions under LR_VECTORIZE. Sums stay in registers
 * and have a fixed order. linalg.c has lanes of doubles, dropout.c of integers. */
#ifndef LR_MATH_LANES_H
#define LR_MATH_LANES_H

#include <string.h>

#include "math/real.h"
#include "math/simd.h"

enum { LR_LANES = 16 };

typedef lr_real lr_lanes __attribute__((vector_size(16 * sizeof(lr_real)), aligned(sizeof(lr_real)), may_alias));

/* Reads or writes memory of any alignment as lanes. Macros, because vectors by value need one calling convention. */
#define LR_LANES_AT(from) (*(const lr_lanes *)(from))
#define LR_LANES_IN(to)   (*(lr_lanes *)(to))

/* Sum of all lanes, added in halves. */
LR_INLINE lr_real lr_lanes_sum(const lr_lanes *lanes)
{
    lr_real sums[LR_LANES];
    memcpy(sums, lanes, sizeof sums);
    for (int half = LR_LANES / 2; half > 0; half /= 2)
        for (int i = 0; i < half; i++) sums[i] += sums[i + half];
    return sums[0];
}

#endif
