/* SPDX-License-Identifier: Apache-2.0 */
/* Implements the API of host strategies. Calls the host's functions and computes scores of given candidates. */
#include "rank/custom.h"

#include <math.h>
#include <string.h>

#include "core/context.h"
#include "core/memory.h"
#include "core/text.h"
#include "data/dataset.h"
#include "data/fields.h"

enum { BATCH = 512, LONGEST_NAME = 63 }; /* sessions; bytes */

/* --- calling the host --------------------------------------------------------------------------------------------- */

static llmrec_status check_answer(const lr_custom *custom, const lr_batch *batch, const char *function,
                                  llmrec_status status, const char *before)
{
    char why[LR_ERROR_SIZE];
    if (status == LLMREC_OK) return LLMREC_OK;
    lr_error_take(why);
    return lr_fail(LLMREC_ERR_CALLBACK, "%s: %s returned %d for sessions %zu to %zu; wanted LLMREC_OK: %s",
                   custom->name, function, (int)status, batch->first, batch->first + batch->sessions - 1,
                   strcmp(before, why) == 0 ? "no failure of this library" : why);
}

llmrec_status lr_custom_rank(const lr_custom *custom, const lr_batch *batch, const llmrec_rank_request *request)
{
    char before[LR_ERROR_SIZE];
    lr_error_take(before);
    return check_answer(custom, batch, "rank", custom->host.rank(request, custom->host.user), before);
}

llmrec_status lr_custom_score(const lr_custom *custom, const lr_batch *batch, const llmrec_score_request *request)
{
    char before[LR_ERROR_SIZE];
    lr_error_take(before);
    return check_answer(custom, batch, "score", custom->host.score(request, custom->host.user), before);
}

llmrec_status lr_custom_take_scores(const lr_custom *custom, size_t session, const int32_t *candidates, size_t count,
                                    float *scores)
{
    for (size_t i = 0; i < count; i++) {
        if (isinf(scores[i]) && candidates[i] >= 0)
            return lr_fail(LLMREC_ERR_CALLBACK,
                           "%s: session %zu: the score of item %d is %g; wanted a finite one or NaN", custom->name,
                           session, candidates[i], (double)scores[i]);
        scores[i] = candidates[i] < 0 ? NAN : scores[i] + 0.0f; /* turns -0 into 0: lists contain no -0 */
    }
    return LLMREC_OK;
}

/* --- scores ------------------------------------------------------------------------------------------------------- */

/* Makes offsets that begin at 0, [sessions+1]. */
static void rebase(const int64_t *offsets, size_t sessions, int64_t *rebased)
{
    for (size_t i = 0; i <= sessions; i++) rebased[i] = offsets[i] - offsets[0];
}

static llmrec_status ask_for_scores(const lr_custom *custom, const lr_batch *batch, int64_t *offsets,
                                    int64_t *candidate_offsets)
{
    const lr_scoring *scoring = &batch->scoring;
    const size_t count = lr_scoring_start(scoring, batch->sessions);
    llmrec_score_request request = {.size = sizeof request,
                                    .sessions = (int64_t)batch->sessions,
                                    .offsets = offsets,
                                    .items = lr_batch_items(batch, 0),
                                    .candidate_offsets = scoring->offsets == NULL ? NULL : candidate_offsets,
                                    .candidates = lr_scoring_items(scoring, 0),
                                    .candidate_count = scoring->offsets == NULL ? (int64_t)scoring->count : 0,
                                    .scores = lr_scoring_scores(scoring, 0)};
    rebase(batch->offsets, batch->sessions, offsets);
    if (scoring->offsets != NULL) rebase(scoring->offsets, batch->sessions, candidate_offsets);
    for (size_t i = 0; i < count; i++) request.scores[i] = NAN;
    LR_RETURN_IF(lr_custom_score(custom, batch, &request));
    for (size_t i = 0; i < batch->sessions; i++)
        LR_RETURN_IF(lr_custom_take_scores(custom, batch->first + i, lr_scoring_items(scoring, i),
                                           lr_scoring_length(scoring, i), lr_scoring_scores(scoring, i)));
    return LLMREC_OK;
}

static llmrec_status score_batch(const llmrec_recommender *recommender, const lr_batch *batch)
{
    const lr_custom *custom = recommender->self;
    lr_scratch *scratch = NULL;
    lr_arena arena = {0};
    int64_t *offsets = NULL, *candidate_offsets = NULL;
    if (custom->host.score == NULL) return lr_score_by_lists(recommender, batch, true);
    LR_CUT(&arena, offsets, batch->sessions + 1);
    LR_CUT(&arena, candidate_offsets, batch->sessions + 1);
    LR_RETURN_IF(lr_scratch_take(recommender->scratch, custom->context, arena.used, &scratch, &arena));
    LR_CUT(&arena, offsets, batch->sessions + 1);
    LR_CUT(&arena, candidate_offsets, batch->sessions + 1);
    const llmrec_status status = ask_for_scores(custom, batch, offsets, candidate_offsets);
    lr_scratch_give(recommender->scratch, scratch);
    return status;
}

/* --- creation ----------------------------------------------------------------------------------------------------- */

static void custom_free(void *self)
{
    lr_custom *custom = self;
    if (custom == NULL) return;
    if (custom->owned && custom->host.free != NULL) custom->host.free(custom->host.user);
    lr_free(custom->context, custom->name);
    lr_free(custom->context, custom);
}

static size_t custom_batch(const void *self, size_t k)
{
    (void)self;
    (void)k; /* ranking splits its batches when lists are long */
    return BATCH;
}

static llmrec_status check_name(const char *name)
{
    static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.+";
    if (name == NULL) return lr_fail(LLMREC_ERR_ARGUMENT, "strategy.name is NULL");
    const size_t length = strlen(name);
    if (length >= 1 && length <= LONGEST_NAME && strspn(name, allowed) == length) return LLMREC_OK;
    return lr_fail(LLMREC_ERR_ARGUMENT, "strategy.name is %s; wanted 1 to %d letters, digits or any of \"-_.+\"",
                   lr_quote(name, length).text, LONGEST_NAME);
}

static llmrec_status check_host(const llmrec_custom_strategy *host)
{
    LR_RETURN_IF(check_name(host->name));
    if (host->rank == NULL && host->score == NULL)
        return lr_fail(LLMREC_ERR_ARGUMENT, "strategy.rank and strategy.score are NULL; wanted at least one");
    if (host->dataset != NULL && (host->items != 0 || host->ids != NULL || host->id_lengths != NULL))
        return lr_fail(LLMREC_ERR_ARGUMENT, "strategy.items, ids or id_lengths is set; wanted none beside a dataset");
    if (host->ids == NULL && host->id_lengths != NULL)
        return lr_fail(LLMREC_ERR_ARGUMENT, "strategy.ids is NULL; wanted ids, since id_lengths is set");
    return host->dataset != NULL ? LLMREC_OK : lr_option_range("strategy.items", host->items, 1, INT32_MAX - 1);
}

static llmrec_status make_custom(llmrec_context *context, const llmrec_custom_strategy *host, lr_custom **made)
{
    lr_custom *fresh = NULL;
    llmrec_status status = LLMREC_OK;
    LR_TRY(LR_NEW_ZERO(context, fresh, 1));
    fresh->context = context;
    LR_TRY(lr_copy_text(context, host->name, strlen(host->name), &fresh->name));
    fresh->host = *host;
    fresh->host.dataset = NULL; /* the recommender keeps a reference to the ids */
    fresh->strategy = (lr_strategy){.name = fresh->name,
                                    .batch = custom_batch,
                                    .rank = host->rank == NULL ? lr_custom_rank_by_scores : lr_custom_rank_batch,
                                    .score = score_batch,
                                    .free = custom_free};
    *made = fresh;
    fresh = NULL;
done:
    custom_free(fresh);
    return status;
}

llmrec_status llmrec_recommender_create_custom(llmrec_context *context, const llmrec_custom_strategy *strategy,
                                               llmrec_recommender **recommender)
{
    llmrec_custom_strategy host = {.size = sizeof host};
    lr_recommender_parts parts = {0};
    lr_custom *fresh = NULL;
    lr_ids *ids = NULL;
    llmrec_status status = LLMREC_OK;
    LR_NEED(context, recommender);
    LR_RETURN_IF(lr_struct_read("llmrec_custom_strategy", sizeof host, LR_FROZEN(llmrec_custom_strategy, id_kind),
                                strategy, &host));
    LR_RETURN_IF(check_host(&host));
    if (host.ids != NULL)
        LR_TRY(lr_ids_create(context, (size_t)host.items, host.ids, host.id_lengths, "strategy.ids", &ids));
    if (ids != NULL && host.id_kind == LLMREC_IDS_INTEGER) LR_TRY(lr_ids_make_integers(context, "strategy.ids", &ids));
    LR_TRY(make_custom(context, &host, &fresh));
    parts.strategy = &fresh->strategy;
    parts.self = fresh;
    parts.items = host.dataset == NULL ? (size_t)host.items : lr_dataset_items(host.dataset);
    parts.ids = host.dataset == NULL ? ids : lr_dataset_item_ids(host.dataset);
    LR_TRY(lr_recommender_make(context, &parts, recommender));
    fresh->owned = true;
done:
    lr_ids_free(ids);
    return status;
}
