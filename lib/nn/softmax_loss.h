/* SPDX-License-Identifier: Apache-2.0 */
/* Computes the exact cross-entropy over the whole catalog, in blocks that stay in cache. M labeled tokens, V items, D
 * dim.
 *
 *     logits = h E' + b,   loss_m = -ln softmax(logits_m)[label_m]
 *     d_logits = weight (softmax - onehot),   d_h = d_logits E,   d_E += d_logits' h,   d_b += column sums
 *
 * Each block of labeled tokens makes two passes over the catalog, strip by strip. The first pass computes logits, their
 * exponentials, the sums, and exponentials times E, which becomes d_h after division by the sums. The second pass
 * computes d_E from the stored exponentials and from hidden states divided by the sums. So no element of the
 * exponentials is scaled or subtracted; each label is corrected as one row. Exponentials are stored by item, with the
 * tokens of the block side by side, so that all three products access memory sequentially and the sums use vector
 * lanes.
 *
 * |logit| <= |h| max|E| + max|b|. If this bound is below 60, as in any healthy network, exponentials need no shift by
 * the maximum: none overflows and all keep full precision. Other tokens are shifted by their largest logit, which needs
 * another pass over the catalog. Strips have a fixed size and sums are added in a fixed order, so the results are
 * bitwise equal for any number of threads. */
#ifndef LR_NN_SOFTMAX_LOSS_H
#define LR_NN_SOFTMAX_LOSS_H

#include "core/status.h"
#include "llmrec/context.h"
#include "math/real.h"

typedef struct lr_softmax_loss lr_softmax_loss;

/* The output layer, and where its gradient is added. bias and d_bias may be NULL. */
typedef struct lr_output {
    const lr_real *table, *bias; /* [V,D], [V] */
    lr_real *d_table, *d_bias;
    size_t items, dim;
} lr_output;

/* Allocates all scratch memory for catalogs of up to `items`: about 12 MB, or 256 bytes per item if that is more. */
llmrec_status lr_softmax_loss_create(llmrec_context *context, size_t items, size_t dim, lr_softmax_loss **loss);
void lr_softmax_loss_free(lr_softmax_loss *loss);

/* Labeled tokens: their hidden states, their labels, and where their gradient is written. */
typedef struct lr_labeled {
    const lr_real *hidden; /* [M,D] */
    const int32_t *label;  /* [M] in [0,V) */
    size_t count;          /* M */
    double weight;         /* weight of each token's loss in the gradients: 1/M for the mean */
    lr_real *d_hidden;     /* [M,D] */
} lr_labeled;

/* Fills d_hidden and adds to the gradients of the output layer; *sum is the sum of the tokens' losses. */
llmrec_status lr_softmax_loss_run(lr_softmax_loss *loss, const lr_output *output, const lr_labeled *labeled,
                                  double *sum);

/* h E_label' + b_label of one token's hidden state h [D], in double. */
double lr_label_logit(const lr_output *output, const lr_real *hidden, int32_t label);

#endif
