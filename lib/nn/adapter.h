/* SPDX-License-Identifier: Apache-2.0 */
/* The linear adapter from full vectors to item rows. V items, A dim of the vectors, D dim of the rows.
 *
 *     E = X W + b                        X [V,A] constant, W [A,D], b [D]
 *     d_W += X' d_E,   d_b += column sums of d_E
 */
#ifndef LR_NN_ADAPTER_H
#define LR_NN_ADAPTER_H

#include "llmrec/context.h"
#include "nn/shape.h"

/* Fills the items' rows of `parameters` from its adapter; d_E is read from `gradients`, and the adapter's added
 * there. */
llmrec_status lr_adapter_forward(llmrec_context *context, const lr_layout *layout, const lr_shape *shape,
                                 const float *vectors, float *parameters);
llmrec_status lr_adapter_backward(llmrec_context *context, const lr_layout *layout, const lr_shape *shape,
                                  const float *vectors, float *gradients);

#endif
