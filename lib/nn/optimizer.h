/* SPDX-License-Identifier: Apache-2.0 */
/* One step from gradients to parameters: learning rate, clipping, Adam and decay, in two passes shared out in
 * slices. */
#ifndef LR_NN_OPTIMIZER_H
#define LR_NN_OPTIMIZER_H

#include "llmrec/encoder.h"
#include "nn/shape.h"

typedef struct lr_optimizer lr_optimizer;

/* The learning rate of step 0, 1, ... out of `total`: linear from 0 over the warm-up, then by the schedule. */
double lr_learning_rate(const llmrec_train_options *options, int64_t step, int64_t total);

/* Plans the slices of a layout; of the items' rows in the item table the leading `frozen` columns are left alone. */
llmrec_status lr_optimizer_create(llmrec_context *context, const lr_layout *layout, size_t frozen,
                                  const llmrec_train_options *options, lr_optimizer **optimizer);
void lr_optimizer_free(lr_optimizer *optimizer);

/* What a step changes, each laid out as the parameters. */
typedef struct lr_state {
    float *parameters, *gradients, *moments; /* [total], [total], [2,total] */
} lr_state;

/* Step 0, 1, ... at the given rate; leaves the gradients at zero. NUMERIC if they are not finite: nothing has changed
 * then. The same bits for any number of threads. */
llmrec_status lr_optimizer_step(lr_optimizer *optimizer, const lr_state *state, double rate, int64_t step);

#endif
