/* SPDX-License-Identifier: Apache-2.0 */
/* Sessions to hidden states: what meets the output table to score the next item. Many threads at once. */
#ifndef LR_NN_INFERENCE_H
#define LR_NN_INFERENCE_H

#include "nn/batches.h"
#include "nn/block.h"

typedef struct lr_inference lr_inference;

/* Sessions as CSR, oldest item first; unknown items (-1) are skipped. */
typedef struct lr_prompts {
    const int64_t *offsets; /* [sessions+1] */
    const int32_t *items;
    int64_t origin; /* the position that items[0] has in offsets */
    size_t sessions;
} lr_prompts;

/* Keeps `shape`, which must outlive it. Memory for passes is made with the first calls and kept for the later ones. */
llmrec_status lr_inference_create(llmrec_context *context, const lr_shape *shape, const lr_packing *packing,
                                  lr_inference **inference);
void lr_inference_free(lr_inference *inference); /* NULL is fine */

/* Fills row i of hidden [sessions,stride] (the first D numbers) for session i: bidirectional, its last N-1 items and
 * [MASK]; causal, its last N items. A causal session without a known item is taken for [MASK] alone. */
llmrec_status lr_inference_run(lr_inference *inference, const lr_network *network, const lr_prompts *prompts,
                               float *hidden, size_t stride);

/* One causal session as it gets longer: what its tokens left for those after them. Each belongs to one thread at a
 * time. */
typedef struct lr_trail lr_trail;

/* *trail stays NULL where positions move as a session grows, so that nothing can be kept. */
llmrec_status lr_trail_create(lr_inference *inference, lr_trail **trail);
void lr_trail_free(lr_trail *trail); /* NULL is fine */

/* Fills hidden [D] for items[count], 1 <= count, of which those of the latest call are the beginning; the same bits as
 * lr_inference_run. Only the new ones pass through the network, as long as there are at most N. */
llmrec_status lr_trail_follow(lr_trail *trail, const lr_network *network, const int32_t *items, size_t count,
                              float *hidden);

#endif
