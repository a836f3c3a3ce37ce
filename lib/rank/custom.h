/* SPDX-License-Identifier: Apache-2.0 */
/* A host strategy: the functions that the host provides, and the checks of their answers. */
#ifndef LR_RANK_CUSTOM_H
#define LR_RANK_CUSTOM_H

#include "llmrec/custom.h"
#include "rank/scoring.h"

typedef struct lr_custom {
    llmrec_context *context;
    lr_strategy strategy; /* contains `name` */
    char *name;
    llmrec_custom_strategy host;
    bool owned; /* true: the host's `free` must be called */
} lr_custom;

/* Calls the host. Any failure becomes CALLBACK. The error message names the sessions of `batch`. */
llmrec_status lr_custom_rank(const lr_custom *custom, const lr_batch *batch, const llmrec_rank_request *request);
llmrec_status lr_custom_score(const lr_custom *custom, const lr_batch *batch, const llmrec_score_request *request);

/* Checks `count` scores that the host returned for candidates of a session. Scores of unknown candidates become NaN. */
llmrec_status lr_custom_take_scores(const lr_custom *custom, size_t session, const int32_t *candidates, size_t count,
                                    float *scores);

/* Two rank verbs: one calls the host's `rank`, the other calls its `score` for all items. */
llmrec_status lr_custom_rank_batch(const llmrec_recommender *recommender, const lr_batch *batch);
llmrec_status lr_custom_rank_by_scores(const llmrec_recommender *recommender, const lr_batch *batch);

#endif
