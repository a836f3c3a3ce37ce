/* SPDX-License-Identifier: Apache-2.0 */
/* One training step: the gradients of a packed batch, by all threads, in memory that was taken beforehand.
 *
 * A batch is cut into chunks of whole sequences, by its content alone. Every chunk goes forward and backward by itself,
 * in its own memory; between the two the chunks of a group meet in the loss. What chunks add to the same parameter is
 * added in the chunks' order, so that a step has the same bits for any number of threads. */
#ifndef LR_NN_STEP_H
#define LR_NN_STEP_H

#include "nn/sampled_loss.h"
#include "nn/transformer.h"

typedef struct lr_step lr_step;

/* Memory for steps of a network of this shape. */
llmrec_status lr_step_create(llmrec_context *context, const lr_shape *shape, lr_step **step);
void lr_step_free(lr_step *step);

/* From now on the loss is one against sampled items instead of the whole catalog; drawn afresh each step. With one
 * item in all there is nothing to sample: that is refused. */
llmrec_status lr_step_sample(lr_step *step, const lr_sampling *sampling);

/* Adds the gradient of the mean loss over the batch's labels, times `weight`, to `gradients` (laid out as the
 * parameters); *loss gets the mean loss. A batch without labels does nothing. */
llmrec_status lr_step_run(lr_step *step, const lr_network *network, const lr_tokens *batch, double weight,
                          lr_real *gradients, double *loss);

#endif
