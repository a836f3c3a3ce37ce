/* SPDX-License-Identifier: Apache-2.0 */
/* The network from packed tokens to the hidden states that meet the output table, forward and backward.
 *
 *     x = drop(LN?(item[id] + position[p])),  x = block_L(...block_1(x)),  x = LN?(x)
 *     hidden = LN?(act(x W + b))? at the labeled tokens                        (? where the shape has it)
 */
#ifndef LR_NN_TRANSFORMER_H
#define LR_NN_TRANSFORMER_H

#include "nn/block.h"

/* Memory for passes over up to `tokens` tokens and `labels` labels at a time. */
typedef struct lr_pass lr_pass;

llmrec_status lr_pass_create(llmrec_context *context, const lr_shape *shape, size_t tokens, size_t labels,
                             lr_pass **pass);
void lr_pass_free(lr_pass *pass);

/* The weights of dense layers once more, transposed, at their places in `transposed` (laid out as the parameters up to
 * the item table), for the backward passes of a step; shared out over the pool. */
llmrec_status lr_transpose_weights(llmrec_context *context, const lr_network *network, lr_real *transposed);

/* Fills hidden [labels,D]; what lr_pass_backward needs stays in `pass`. */
void lr_pass_forward(lr_pass *pass, const lr_network *network, const lr_tokens *tokens, lr_real *hidden);

/* From d_hidden [labels,D]: adds to `gradients`, laid out as the parameters up to the item table, and fills
 * d_embedded [n,D], what each token's item row gets. Goes with the latest forward pass. */
void lr_pass_backward(lr_pass *pass, const lr_network *network, const lr_tokens *tokens, const lr_real *d_hidden,
                      lr_real *gradients, lr_real *d_embedded);

#endif
