/* SPDX-License-Identifier: Apache-2.0 */
/* Computes losses against a sample of the catalog: K items drawn uniformly with replacement, shared by all tokens of a
 * batch. M labeled tokens, D dim; s = h e' + b. A drawn item that is a token's label does not count for that token.
 *
 *     sampled softmax:  -ln(exp(s+) / (exp(s+) + sum_n exp(s_n)))
 *     gBCE:             -(beta ln sig(s+) + sum_n ln(1 - sig(s_n))) / (K + 1)
 *
 * with beta = alpha (t (1 - 1/alpha) + 1/alpha), alpha = K/(V-1) (Petrov & Macdonald 2023, section 5; t = 0: plain
 * binary cross-entropy). Uniform sampling needs no correction of the softmax logits, because it is the same for all. */
#ifndef LR_NN_SAMPLED_LOSS_H
#define LR_NN_SAMPLED_LOSS_H

#include "nn/softmax_loss.h"

typedef struct lr_sampling {
    size_t negatives; /* K */
    bool gbce;        /* use gBCE instead of the softmax */
    double t;         /* t of gBCE, in [0,1] */
} lr_sampling;

typedef struct lr_sampled_loss lr_sampled_loss;

/* Allocates all scratch memory: about 4 MB, or 16 rows of K logits if that is more, plus two copies of K rows of the
 * table. */
llmrec_status lr_sampled_loss_create(llmrec_context *context, const lr_sampling *sampling, size_t dim,
                                     lr_sampled_loss **loss);
void lr_sampled_loss_free(lr_sampled_loss *loss);

/* Draws the K items of a step. */
void lr_sampled_loss_draw(lr_sampled_loss *loss, size_t items, uint64_t seed, uint64_t step);

/* As lr_softmax_loss_run, but against the items drawn last. */
llmrec_status lr_sampled_loss_run(lr_sampled_loss *loss, const lr_output *output, const lr_labeled *labeled,
                                  double *sum);

/* Returns beta of gBCE for K negatives of V items. */
double lr_gbce_beta(size_t negatives, size_t items, double t);

#endif
