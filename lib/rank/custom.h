/* SPDX-License-Identifier: Apache-2.0 */
/* A strategy of the host: its functions, and their answers, which are checked. */
#ifndef LR_RANK_CUSTOM_H
#define LR_RANK_CUSTOM_H

#include "llmrec/custom.h"
#include "rank/scoring.h"

typedef struct lr_custom {
    llmrec_context *context;
    lr_strategy strategy; /* with `name` */
    char *name;
    llmrec_custom_strategy host;
    bool owned; /* the host's `free` is due */
} lr_custom;

/* Calls the host; any failure becomes CALLBACK. `batch` names the sessions in the message. */
llmrec_status lr_custom_rank(const lr_custom *custom, const lr_batch *batch, const llmrec_rank_request *request);
llmrec_status lr_custom_score(const lr_custom *custom, const lr_batch *batch, const llmrec_score_request *request);

/* Checks `count` scores that the host gave to candidates of a session, and makes NaN those of unknown candidates. */
llmrec_status lr_custom_take_scores(const lr_custom *custom, size_t session, const int32_t *candidates, size_t count,
                                    float *scores);

/* The rank verb by the host's `rank`; and by its `score`, of all items. */
llmrec_status lr_custom_rank_batch(const llmrec_recommender *recommender, const lr_batch *batch);
llmrec_status lr_custom_rank_by_scores(const llmrec_recommender *recommender, const lr_batch *batch);

#endif
