/* SPDX-License-Identifier: Apache-2.0 */
/* Maps full vectors to item rows by a linear adapter. V items, A dim of the vectors, D dim of the rows.
 *
 *     E = X W + b                        X [V,A] constant, W [A,D], b [D]
 *     d_W += X' d_E,   d_b += column sums of d_E */
#ifndef LR_NN_ADAPTER_H
#define LR_NN_ADAPTER_H

#include "llmrec/context.h"
#include "nn/shape.h"

/* The forward pass fills the item rows of `parameters`. The backward pass reads d_E from `gradients` and adds the
 * adapter's gradients there. */
llmrec_status lr_adapter_forward(llmrec_context *context, const lr_layout *layout, const lr_shape *shape,
                                 const float *vectors, float *parameters);
llmrec_status lr_adapter_backward(llmrec_context *context, const lr_layout *layout, const lr_shape *shape,
                                  const float *vectors, float *gradients);

#endif
