/* SPDX-License-Identifier: Apache-2.0 */
/* Scores of given candidates: the functions that implement the strategies' score verbs. */
#ifndef LR_RANK_SCORING_H
#define LR_RANK_SCORING_H

#include "rank/strategy.h"

/* Returns the position of a session's first candidate in the batch. Without offsets: its position in
 * [sessions,count]. */
static inline size_t lr_scoring_start(const lr_scoring *scoring, size_t session)
{
    if (scoring->offsets == NULL) return session * scoring->count;
    return (size_t)(scoring->offsets[session] - scoring->offsets[0]);
}

static inline size_t lr_scoring_length(const lr_scoring *scoring, size_t session)
{
    return lr_scoring_start(scoring, session + 1) - lr_scoring_start(scoring, session);
}

/* A session's candidates, and the output for their scores. */
static inline const int32_t *lr_scoring_items(const lr_scoring *scoring, size_t session)
{
    return scoring->offsets == NULL ? scoring->items : scoring->items + (scoring->offsets[session] - scoring->origin);
}

static inline float *lr_scoring_scores(const lr_scoring *scoring, size_t session)
{
    return scoring->scores +
           (scoring->offsets == NULL ? (int64_t)(session * scoring->count) : scoring->offsets[session]);
}

/* Returns the score of one known item. Several threads call it. */
typedef float (*lr_score_fn)(const void *self, size_t session, int32_t item, size_t worker);

/* Scores all candidates of a batch. Divides the work among all threads. */
llmrec_status lr_score_pairs(llmrec_context *context, const lr_batch *batch, lr_score_fn score, const void *self);

/* The score verb of strategies with vectors. */
llmrec_status lr_score_by_vectors(const llmrec_recommender *recommender, const lr_batch *batch);

/* The score verb of strategies that only rank. Takes the scores from a list of all items; items not in the list get
 * NaN. With keep_seen, the list includes a session's own items. */
llmrec_status lr_score_by_lists(const llmrec_recommender *recommender, const lr_batch *batch, bool keep_seen);

/* Runs the score verb of any strategy. */
llmrec_status lr_score_batch(const llmrec_recommender *recommender, const lr_batch *batch);

#endif
