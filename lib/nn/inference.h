/* SPDX-License-Identifier: Apache-2.0 */
/* Computes the hidden states of sessions, which are multiplied with the output table to score the next item. Many
 * threads may call it at once. */
#ifndef LR_NN_INFERENCE_H
#define LR_NN_INFERENCE_H

#include "nn/batches.h"
#include "nn/block.h"

typedef struct lr_inference lr_inference;

/* Sessions in CSR form, oldest item first. Unknown items (-1) are skipped. */
typedef struct lr_prompts {
    const int64_t *offsets; /* [sessions+1] */
    const int32_t *items;
    int64_t origin; /* offset of items[0] */
    size_t sessions;
} lr_prompts;

/* Creates an inference. It keeps a pointer to `shape`, which must outlive it. The first calls allocate workspaces that
 * later calls reuse. */
llmrec_status lr_inference_create(llmrec_context *context, const lr_shape *shape, const lr_packing *packing,
                                  lr_inference **inference);
void lr_inference_free(lr_inference *inference); /* NULL is allowed */

/* Fills row i of hidden [sessions,stride] (first D values) for session i. Bidirectional: its last N-1 items and [MASK].
 * Causal: its last N items; a session without a known item is [MASK] alone. */
llmrec_status lr_inference_run(lr_inference *inference, const lr_network *network, const lr_prompts *prompts,
                               float *hidden, size_t stride);

/* Fills gradients [count,D] for one session: row i is the gradient of hidden . output, output [D], with respect to the
 * vector of items[i]. Items that the network does not see get zeros. */
llmrec_status lr_inference_gradients(lr_inference *inference, const lr_network *network, const int32_t *items,
                                     size_t count, const float *output, float *gradients);

/* The keys and values of a growing causal session, which later tokens reuse. Only one thread may use it at a time. */
typedef struct lr_trail lr_trail;

/* *trail stays NULL if positions shift as a session grows, because then nothing can be reused. */
llmrec_status lr_trail_create(lr_inference *inference, lr_trail **trail);
void lr_trail_free(lr_trail *trail); /* NULL is allowed */

/* Fills hidden [D] for items[count], count >= 1, which must begin with the items of the latest call. The result is
 * bitwise equal to lr_inference_run. While there are at most N items, only the new ones pass through the network. */
llmrec_status lr_trail_follow(lr_trail *trail, const lr_network *network, const int32_t *items, size_t count,
                              float *hidden);

#endif
