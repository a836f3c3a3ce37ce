/* SPDX-License-Identifier: Apache-2.0 */
/* Cross-entropy over the whole catalog, exact, in blocks that stay in cache. M labeled tokens, V items, D dim.
 *
 *     logits = h E' + b,   loss_m = -ln softmax(logits_m)[label_m]
 *     d_logits = weight (softmax - onehot),   d_h = d_logits E,   d_E += d_logits' h,   d_b += column sums
 *
 * A block of labeled tokens meets the catalog twice, strip by strip. First: logits, their exponentials, and from
 * these at once the sums and exps E, which become d_h when the sums are whole. Then: d_E, from the exponentials as they
 * were kept and hidden states divided by the sums; so nothing is scaled or subtracted element by element, labels are a
 * row each. Exponentials stand item by item, the block's tokens side by side: all three products read and write memory
 * as it lies, and sums are lanes.
 *
 * |logit| <= |h| max|E| + max|b|: where that is below 60, as it is in any but a broken network, exponentials are taken
 * without a maximum, for none can overflow and all have full precision. Other tokens are shifted by their greatest
 * logit, for which the catalog is gone through once more. Strips are fixed and sums added in their order: the same
 * bits for any number of threads. */
#ifndef LR_NN_SOFTMAX_LOSS_H
#define LR_NN_SOFTMAX_LOSS_H

#include "core/status.h"
#include "llmrec/context.h"
#include "math/real.h"

typedef struct lr_softmax_loss lr_softmax_loss;

/* The output layer that the loss stands on, and where its gradient is added; bias and d_bias may be NULL. */
typedef struct lr_output {
    const lr_real *table, *bias; /* [V,D], [V] */
    lr_real *d_table, *d_bias;
    size_t items, dim;
} lr_output;

/* All scratch memory for catalogs of up to `items`: about 12 MB, or 256 bytes an item if that is more. */
llmrec_status lr_softmax_loss_create(llmrec_context *context, size_t items, size_t dim, lr_softmax_loss **loss);
void lr_softmax_loss_free(lr_softmax_loss *loss);

/* Labeled tokens: what they became, what was wanted, and where their gradient goes. */
typedef struct lr_labeled {
    const lr_real *hidden; /* [M,D] */
    const int32_t *label;  /* [M] in [0,V) */
    size_t count;          /* M */
    double weight;         /* of each token's loss in the gradients: 1/M for their mean */
    lr_real *d_hidden;     /* [M,D] */
} lr_labeled;

/* Fills d_hidden and adds to the output's gradients; *sum gets the sum of the tokens' losses. */
llmrec_status lr_softmax_loss_run(lr_softmax_loss *loss, const lr_output *output, const lr_labeled *labeled,
                                  double *sum);

#endif
