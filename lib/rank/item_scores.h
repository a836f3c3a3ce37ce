/* SPDX-License-Identifier: Apache-2.0 */
/* Ranks and scores by an item-to-item matrix: the score of an item is the weighted sum of what the session's items say
 * for it. The verbs of all strategies with such a matrix. */
#ifndef LR_RANK_ITEM_SCORES_H
#define LR_RANK_ITEM_SCORES_H

#include "data/decay.h"
#include "linear/item_matrix.h"
#include "rank/explanation.h"
#include "rank/strategy.h"

typedef struct lr_item_scoring {
    const lr_item_matrix *matrix;
    lr_weighting weighting; /* LAST: only the last known item counts, with weight 1 */
    bool positive;          /* lists contain only items with a score above 0 */
} lr_item_scoring;

/* The verbs rank and score. An item that occurs several times in a session counts each time. Terms are added from the
 * newest item to the oldest, so a score has the same bits in lists and in `score`, for dense and for sparse rows. */
llmrec_status lr_item_scores_rank(const llmrec_recommender *recommender, const lr_batch *batch,
                                  const lr_item_scoring *scoring);
llmrec_status lr_item_scores_score(const llmrec_recommender *recommender, const lr_batch *batch,
                                   const lr_item_scoring *scoring);

/* Adds each session item's term of the sum. */
llmrec_status lr_item_scores_explain(const lr_explained *explained, const lr_item_scoring *scoring,
                                     llmrec_explanation *explanation);

/* lr_strategy.batch of these strategies. */
size_t lr_item_scores_batch(const void *self, size_t k);

#endif
