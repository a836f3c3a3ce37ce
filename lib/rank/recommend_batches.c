/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "core/log.h"
#include "rank/strategy.h"

/* Sessions first..first+count-1 of a call. */
static lr_batch part_of(const lr_batch *call, size_t first, size_t count)
{
    lr_batch part = *call;
    part.offsets += first;
    part.sessions = count;
    part.recommended += first * call->stride;
    if (part.scores != NULL) part.scores += first * call->stride;
    part.counts += first;
    if (part.grounding != NULL) part.grounding += first * call->grounding_columns;
    return part;
}

static llmrec_status rank_in_batches(const llmrec_recommender *recommender, const lr_batch *call)
{
    const size_t size = recommender->strategy->batch(recommender->self, call->k);
    lr_progress progress = lr_progress_begin(recommender->context, "recommend", "sessions", (int64_t)call->sessions);
    for (size_t first = 0; first < call->sessions; first += size) {
        const size_t left = call->sessions - first;
        const lr_batch part = part_of(call, first, left < size ? left : size);
        LR_RETURN_IF(lr_progress_step(&progress, (int64_t)first));
        LR_RETURN_IF(recommender->strategy->rank(recommender, &part));
    }
    /* a call for a session or two is no stage that a host would want to hear of */
    return call->sessions <= size ? LLMREC_OK : lr_progress_end(&progress, (int64_t)call->sessions);
}

llmrec_status lr_recommend_quietly(const llmrec_recommender *recommender, const lr_batch *call)
{
    const size_t size = recommender->strategy->batch(recommender->self, call->k);
    for (size_t first = 0; first < call->sessions; first += size) {
        const size_t left = call->sessions - first;
        const lr_batch part = part_of(call, first, left < size ? left : size);
        LR_RETURN_IF(recommender->strategy->rank(recommender, &part));
    }
    return LLMREC_OK;
}

llmrec_status lr_recommend(const llmrec_recommender *recommender, const llmrec_recommend_options *options,
                           const lr_batch *call)
{
    lr_scratch *scratch = NULL;
    lr_filter filter;
    lr_arena arena = {0};
    lr_batch whole = *call;
    llmrec_status status = LLMREC_OK;
    lr_filter_make(options, recommender->items, &arena, &filter);
    if (arena.used > 0) {
        LR_TRY(lr_scratch_take(recommender->scratch, recommender->context, arena.used, &scratch, &arena));
        lr_filter_make(options, recommender->items, &arena, &filter);
    }
    whole.filter = &filter;
    if (options->grounding != NULL) {
        whole.grounding = options->grounding;
        whole.grounding_columns = (size_t)options->grounding_columns;
        memset(whole.grounding, 0, whole.sessions * whole.grounding_columns * sizeof *whole.grounding);
    }
    if (whole.k > filter.eligible) whole.k = filter.eligible;
    LR_TRY(rank_in_batches(recommender, &whole));
done:
    lr_scratch_give(recommender->scratch, scratch);
    return status;
}
