/* SPDX-License-Identifier: Apache-2.0 */
/* Updates parameters from gradients: learning rate, clipping, Adam and weight decay, in two parallel passes over
 * slices. */
#ifndef LR_NN_OPTIMIZER_H
#define LR_NN_OPTIMIZER_H

#include "llmrec/encoder.h"
#include "nn/shape.h"

typedef struct lr_optimizer lr_optimizer;

/* Returns the learning rate of step 0, 1, ... of `total`: rises linearly from 0 in the warm-up, then follows the
 * schedule. */
double lr_learning_rate(const llmrec_train_options *options, int64_t step, int64_t total);

/* Plans the slices of a layout. The first `frozen` columns of item rows (not of [MASK]) are not updated. */
llmrec_status lr_optimizer_create(llmrec_context *context, const lr_layout *layout, size_t frozen,
                                  const llmrec_train_options *options, lr_optimizer **optimizer);
void lr_optimizer_free(lr_optimizer *optimizer);

/* The arrays that a step updates, in the layout of the parameters. */
typedef struct lr_state {
    float *parameters, *gradients, *moments; /* [total], [total], [2,total] */
} lr_state;

/* Runs step 0, 1, ... with the given learning rate, and sets the gradients to zero. Errors: NUMERIC (a gradient is not
 * finite; nothing is changed). Results are bitwise equal for any number of threads. */
llmrec_status lr_optimizer_step(lr_optimizer *optimizer, const lr_state *state, double rate, int64_t step);

#endif
