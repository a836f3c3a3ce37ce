/* SPDX-License-Identifier: Apache-2.0 */
/* How well a network finds the last items of held-out sessions: each target's exact rank over the whole catalog. */
#ifndef LR_NN_VALIDATION_H
#define LR_NN_VALIDATION_H

#include "core/log.h"
#include "llmrec/dataset.h"
#include "nn/inference.h"

typedef struct lr_validation lr_validation;

typedef struct lr_figures {
    double ndcg, hit_rate; /* means over the sessions that have a target and a prompt */
} lr_figures;

/* Memory for the sessions of `dataset`, which must outlive it, as `shape`, whose last rows are the targets. SHAPE if
 * none has two rows. */
llmrec_status lr_validation_create(const llmrec_dataset *dataset, const lr_shape *shape, const lr_packing *packing,
                                   lr_validation **validation);
void lr_validation_free(lr_validation *validation);

/* NDCG and hit rate at k. The items of the prompt are not ranked (a target that is one of them is never found); of
 * equal scores the lower index comes first. Reports to `progress`, at the place `done`, between blocks of sessions. */
llmrec_status lr_validation_run(lr_validation *validation, const lr_network *network, size_t k, lr_progress *progress,
                                int64_t done, lr_figures *figures);

#endif
