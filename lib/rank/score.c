/* SPDX-License-Identifier: Apache-2.0 */
/* Implements the API that scores given candidates. */
#include "core/memory.h"
#include "rank/scoring.h"

/* Checks the number of scores, the offsets of the candidates, and that both arrays are given. */
static llmrec_status check_candidates(const lr_batch *call, const void *candidates)
{
    const lr_scoring *scoring = &call->scoring;
    size_t pairs = 0;
    if (scoring->offsets != NULL) LR_RETURN_IF(lr_check_offsets("candidate_offsets", scoring->offsets, call->sessions));
    if (scoring->offsets == NULL && (__builtin_mul_overflow(call->sessions, scoring->count, &pairs) ||
                                     pairs > PTRDIFF_MAX / sizeof *scoring->scores))
        return lr_fail(LLMREC_ERR_ARGUMENT,
                       "sessions x candidate_count is %zu x %zu; wanted an array that fits an address space",
                       call->sessions, scoring->count);
    const float *scores = scoring->scores;
    if (lr_scoring_start(scoring, call->sessions) > 0) LR_NEED(candidates, scores);
    return LLMREC_OK;
}

/* Checks the arguments of both entry points, except the items. */
static llmrec_status check_call(const llmrec_recommender *recommender, const lr_batch *call, const void *items,
                                const void *candidates)
{
    LR_NEED(recommender);
    if (call->sessions == 0) return LLMREC_OK;
    LR_RETURN_IF(lr_check_offsets("offsets", call->offsets, call->sessions));
    if (lr_batch_rows(call) > 0) LR_NEED(items);
    return check_candidates(call, candidates);
}

static llmrec_status check_all_items(const llmrec_recommender *recommender, const lr_batch *call)
{
    const lr_scoring *scoring = &call->scoring;
    LR_RETURN_IF(lr_check_items("items", call->offsets, call->items, call->sessions, recommender->items));
    if (scoring->offsets != NULL)
        return lr_check_items("candidates", scoring->offsets, scoring->items, call->sessions, recommender->items);
    for (size_t i = 0; i < scoring->count; i++)
        if (scoring->items[i] < -1 || scoring->items[i] >= (int64_t)recommender->items)
            return lr_fail(LLMREC_ERR_ARGUMENT, "candidates[%zu] is %d; wanted -1 to %zu", i, scoring->items[i],
                           recommender->items - 1);
    return LLMREC_OK;
}

static llmrec_status run(const llmrec_recommender *recommender, const lr_batch *call)
{
    if (call->sessions == 0 || lr_scoring_start(&call->scoring, call->sessions) == 0) return LLMREC_OK;
    return lr_run(recommender, lr_score_batch, call, "score");
}

llmrec_status llmrec_score(const llmrec_recommender *recommender, const int64_t *offsets, const int32_t *items,
                           int64_t sessions, const int64_t *candidate_offsets, const int32_t *candidates,
                           int64_t candidate_count, float *scores)
{
    LR_RETURN_IF(lr_count("sessions", sessions));
    LR_RETURN_IF(lr_count("candidate_count", candidate_count));
    const lr_batch call = {.offsets = offsets,
                           .items = items,
                           .sessions = (size_t)sessions,
                           .k = 1,
                           .scoring = {candidate_offsets, candidates, 0, (size_t)candidate_count, scores}};
    LR_RETURN_IF(check_call(recommender, &call, items, candidates));
    if (sessions > 0) LR_RETURN_IF(check_all_items(recommender, &call));
    return run(recommender, &call);
}

/* --- by external ids -------------------------------------------------------------------------------------------- */

/* Translates ids to indices in a new array. */
static llmrec_status find(const llmrec_recommender *recommender, const lr_id_rows *rows, int64_t *unknown,
                          int32_t **items)
{
    LR_RETURN_IF(LR_NEW(recommender->context, *items, (size_t)(rows->offsets[rows->sessions] - rows->offsets[0])));
    return lr_find_items(recommender, rows, *items, unknown);
}

llmrec_status llmrec_score_ids(const llmrec_recommender *recommender, const int64_t *offsets, const char *const *ids,
                               const size_t *lengths, int64_t sessions, const int64_t *candidate_offsets,
                               const char *const *candidates, const size_t *candidate_lengths, int64_t candidate_count,
                               float *scores, int64_t *unknown)
{
    LR_RETURN_IF(lr_count("sessions", sessions));
    LR_RETURN_IF(lr_count("candidate_count", candidate_count));
    const int64_t one_list[2] = {0, candidate_count};
    const bool shared = candidate_offsets == NULL;
    const lr_id_rows rows = {offsets, ids, lengths, (size_t)sessions};
    const lr_id_rows lists = {shared ? one_list : candidate_offsets, candidates, candidate_lengths,
                              shared ? 1 : (size_t)sessions};
    lr_batch call = {.offsets = offsets,
                     .sessions = rows.sessions,
                     .k = 1,
                     .scoring = {candidate_offsets, NULL, lists.offsets[0], (size_t)candidate_count, scores}};
    int32_t *items = NULL, *found = NULL;
    llmrec_status status = LLMREC_OK;
    LR_RETURN_IF(check_call(recommender, &call, ids, candidates));
    LR_RETURN_IF(lr_need_ids(recommender));
    if (sessions == 0) return LLMREC_OK;
    LR_TRY(find(recommender, &rows, unknown, &items));
    LR_TRY(find(recommender, &lists, NULL, &found));
    call.items = items;
    call.origin = offsets[0];
    call.scoring.items = found;
    LR_TRY(run(recommender, &call));
done:
    lr_free(recommender->context, found);
    lr_free(recommender->context, items);
    return status;
}
