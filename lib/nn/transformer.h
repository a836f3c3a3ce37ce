/* SPDX-License-Identifier: Apache-2.0 */
/* Runs the network from packed tokens to the hidden states before the output layer, forward and backward.
 *
 *     x = drop(LN?(item[id] + position[p])),  x = block_L(...block_1(x)),  x = LN?(x)
 *     hidden = LN?(act(x W + b))? at the labeled tokens                        (? = optional, see lr_shape) */
#ifndef LR_NN_TRANSFORMER_H
#define LR_NN_TRANSFORMER_H

#include "nn/block.h"

/* Memory for passes over up to `tokens` tokens and `labels` labels. */
typedef struct lr_pass lr_pass;

llmrec_status lr_pass_create(llmrec_context *context, const lr_shape *shape, size_t tokens, size_t labels,
                             lr_pass **pass);
void lr_pass_free(lr_pass *pass);

/* Fills `transposed` with the transposed weights of the dense layers, for the backward passes of a step. Each weight
 * stands at the offset that lr_layout gives it. `transposed` has layout.item numbers, as it ends before the item table.
 * Uses the pool. */
llmrec_status lr_transpose_weights(llmrec_context *context, const lr_network *network, lr_real *transposed);

/* Fills hidden [labels,D], and stores in `pass` what lr_pass_backward needs. */
void lr_pass_forward(lr_pass *pass, const lr_network *network, const lr_tokens *tokens, lr_real *hidden);

/* Computes gradients from d_hidden [labels,D]. Adds those of the parameters to `gradients`, which has the offsets of
 * lr_layout and layout.item numbers. Fills d_embedded [n,D] with the gradient of each token's item row. Call it after
 * lr_pass_forward with the same tokens. */
void lr_pass_backward(lr_pass *pass, const lr_network *network, const lr_tokens *tokens, const lr_real *d_hidden,
                      lr_real *gradients, lr_real *d_embedded);

#endif
