/* SPDX-License-Identifier: Apache-2.0 */
/* Computes the gradients of a packed batch with all threads, in memory allocated beforehand.
 *
 * A batch is cut into chunks of whole sequences, depending only on its content. Each chunk runs its forward and
 * backward pass in its own memory; the loss between them is computed for a group of chunks. Gradients of chunks for the
 * same parameter are added in the order of the chunks, so a step is bitwise equal for any number of threads. */
#ifndef LR_NN_STEP_H
#define LR_NN_STEP_H

#include "nn/sampled_loss.h"
#include "nn/transformer.h"

typedef struct lr_step lr_step;

/* Allocates the memory for steps of a network of this shape. */
llmrec_status lr_step_create(llmrec_context *context, const lr_shape *shape, lr_step **step);
void lr_step_free(lr_step *step);

/* Switches to a loss against sampled items, drawn again for each step, instead of the whole catalog. Errors: ARGUMENT
 * (a catalog of one item has nothing to sample), MEMORY. */
llmrec_status lr_step_sample(lr_step *step, const lr_sampling *sampling);

/* Adds the gradient of the mean loss over the batch's labels, times `weight`, to `gradients` (same layout as the
 * parameters). *loss is the mean loss. A batch without labels changes nothing. */
llmrec_status lr_step_run(lr_step *step, const lr_network *network, const lr_tokens *batch, double weight,
                          lr_real *gradients, double *loss);

#endif
