/* SPDX-License-Identifier: Apache-2.0 */
/* The driver: splits the sessions of a call into batches and runs one verb of the strategy on each. */
#include <string.h>

#include "core/log.h"
#include "rank/scoring.h"
#include "rank/search.h"

/* Number of (session, candidate) pairs that makes an efficient batch. */
static const size_t PAIRS = (size_t)1 << 21;

lr_batch lr_batch_part(const lr_batch *call, size_t first, size_t most)
{
    const size_t left = call->sessions - first;
    lr_batch part = *call;
    part.offsets += first;
    part.sessions = left < most ? left : most;
    part.first += first;
    if (part.recommended != NULL) part.recommended += first * call->stride;
    if (part.scores != NULL) part.scores += first * call->stride;
    if (part.counts != NULL) part.counts += first;
    if (part.grounding != NULL) part.grounding += first * call->grounding_columns;
    if (part.scoring.offsets != NULL) part.scoring.offsets += first;
    else if (part.scoring.scores != NULL) part.scoring.scores += first * call->scoring.count;
    if (part.vectors != NULL) part.vectors += first * call->width;
    return part;
}

/* Number of sessions in the batch that begins at `first`: at most `size`, fewer if they have many candidates. */
static size_t sessions_of(const lr_batch *call, size_t first, size_t size)
{
    size_t sessions = call->sessions - first, pairs = 0;
    if (sessions > size) sessions = size;
    if (call->scoring.scores == NULL) return sessions;
    for (size_t i = 0; i < sessions; i++) {
        pairs += lr_scoring_length(&call->scoring, first + i);
        if (pairs >= PAIRS) return i + 1;
    }
    return sessions;
}

/* Number of the batch's candidates, as they lie in memory. */
static size_t candidates_of(const lr_batch *batch)
{
    const lr_scoring *scoring = &batch->scoring;
    if (scoring->scores == NULL) return 0;
    return scoring->offsets == NULL ? scoring->count : lr_scoring_start(scoring, batch->sessions);
}

static bool has_gaps(const llmrec_recommender *recommender)
{
    return recommender->search != NULL && recommender->search->measured.table->missing != NULL;
}

void lr_mask_items(const llmrec_recommender *recommender, const int32_t *items, size_t count, int32_t *masked)
{
    const llmrec_embedding *table = has_gaps(recommender) ? recommender->search->measured.table : NULL;
    for (size_t i = 0; i < count; i++)
        masked[i] = items[i] >= 0 && (table == NULL || lr_embedding_has(table, (size_t)items[i])) ? items[i] : -1;
}

/* Runs the verb with -1 in place of items without a vector: to a strategy with vectors they are unknown. */
static llmrec_status run_masked(const llmrec_recommender *recommender, lr_verb verb, const lr_batch *batch)
{
    const lr_scoring *scoring = &batch->scoring;
    const size_t rows = lr_batch_rows(batch), candidates = candidates_of(batch);
    const size_t bytes = (rows + candidates) * sizeof(int32_t);
    lr_scratch *scratch = NULL;
    lr_arena arena = {0};
    lr_batch masked = *batch;
    LR_RETURN_IF(lr_scratch_take(recommender->scratch, recommender->context, bytes, &scratch, &arena));
    int32_t *items = lr_arena_cut(&arena, rows + candidates, sizeof *items);
    lr_mask_items(recommender, lr_batch_items(batch, 0), rows, items);
    lr_mask_items(recommender, lr_scoring_items(scoring, 0), candidates, items + rows);
    masked.items = items;
    masked.origin = batch->offsets[0];
    masked.scoring.items = items + rows;
    masked.scoring.origin = scoring->offsets == NULL ? 0 : scoring->offsets[0];
    const llmrec_status status = verb(recommender, &masked);
    lr_scratch_give(recommender->scratch, scratch);
    return status;
}

static llmrec_status run_batch(const llmrec_recommender *recommender, lr_verb verb, const lr_batch *batch)
{
    return has_gaps(recommender) ? run_masked(recommender, verb, batch) : verb(recommender, batch);
}

llmrec_status lr_run(const llmrec_recommender *recommender, lr_verb verb, const lr_batch *call, const char *stage)
{
    const size_t size = recommender->strategy->batch(recommender->self, call->k);
    lr_progress progress = {0};
    size_t count = 0;
    if (stage != NULL) progress = lr_progress_begin(recommender->context, stage, "sessions", (int64_t)call->sessions);
    for (size_t first = 0; first < call->sessions; first += count) {
        count = sessions_of(call, first, size);
        const lr_batch part = lr_batch_part(call, first, count);
        if (stage != NULL) LR_RETURN_IF(lr_progress_step(&progress, (int64_t)first));
        LR_RETURN_IF(run_batch(recommender, verb, &part));
    }
    /* a call of one batch is too short to report as a progress stage */
    if (stage == NULL || call->sessions == count) return LLMREC_OK;
    return lr_progress_end(&progress, (int64_t)call->sessions);
}

llmrec_status lr_run_filtered(const llmrec_recommender *recommender, lr_verb verb,
                              const llmrec_recommend_options *options, const lr_batch *call, const char *stage)
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
    if (whole.grounding != NULL)
        memset(whole.grounding, 0, whole.sessions * whole.grounding_columns * sizeof *whole.grounding);
    if (whole.k > filter.eligible) whole.k = filter.eligible;
    LR_TRY(lr_run(recommender, verb, &whole, stage));
done:
    lr_scratch_give(recommender->scratch, scratch);
    return status;
}

llmrec_status lr_rank_batch(const llmrec_recommender *recommender, const lr_batch *batch)
{
    return recommender->strategy->rank(recommender, batch);
}

llmrec_status lr_recommend_quietly(const llmrec_recommender *recommender, const lr_batch *call)
{
    return lr_run(recommender, lr_rank_batch, call, NULL);
}
