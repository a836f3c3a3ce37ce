/* SPDX-License-Identifier: Apache-2.0 */
/* Softmax over rows. */
#ifndef LR_MATH_SOFTMAX_H
#define LR_MATH_SOFTMAX_H

#include <stddef.h>

#include "math/matrix.h"

/* p[i,j] = e^(x[i,j] - m_i) / sum_k e^(x[i,k] - m_i), m_i = max_k x[i,k], in place in x [rows,columns], columns > 0.
 * The stride is a multiple of 16; elements between the columns and the next multiple of 16 become 0. */
void lr_softmax_rows(lr_matrix x);

#endif
