/* SPDX-License-Identifier: Apache-2.0 */
/* Evaluates a network on the last items of held-out sessions: the exact rank of each target over the whole catalog. */
#ifndef LR_NN_VALIDATION_H
#define LR_NN_VALIDATION_H

#include "core/log.h"
#include "llmrec/dataset.h"
#include "nn/inference.h"

typedef struct lr_validation lr_validation;

typedef struct lr_figures {
    double ndcg, hit_rate; /* means over the sessions that have a prompt and a target */
} lr_figures;

/* Allocates memory for the sessions of `dataset`, of which the first targets are ranked. `dataset` and `shape` must
 * outlive it. Errors: SHAPE (no session has two rows), MEMORY. */
llmrec_status lr_validation_create(const llmrec_dataset *dataset, const lr_shape *shape, const lr_packing *packing,
                                   lr_validation **validation);
void lr_validation_free(lr_validation *validation);

/* Computes NDCG and hit rate at k. Items of the prompt are not ranked, so a target in the prompt is never found. Of
 * equal scores the lower index comes first. Reports to `progress`, from `done` on, between blocks of sessions. */
llmrec_status lr_validation_run(lr_validation *validation, const lr_network *network, size_t k, lr_progress *progress,
                                int64_t done, lr_figures *figures);

#endif
