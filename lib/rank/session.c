/* SPDX-License-Identifier: Apache-2.0 */
/* Live sessions: stores the session's known items and the state that the strategy keeps for them. */
#include "core/description.h"
#include "core/memory.h"
#include "rank/strategy.h"

struct llmrec_session {
    llmrec_recommender *recommender;
    int32_t *items; /* known items only */
    size_t count, capacity;
    void *memory; /* the strategy's state; NULL: it keeps none */
};

void llmrec_session_free(llmrec_session *session)
{
    if (session == NULL) return;
    llmrec_recommender *recommender = session->recommender;
    if (session->memory != NULL) recommender->strategy->forget(session->memory);
    lr_free(recommender->context, session->items);
    lr_free(recommender->context, session);
    llmrec_recommender_free(recommender);
}

llmrec_status llmrec_session_create(const llmrec_recommender *recommender, llmrec_session **session)
{
    llmrec_session *fresh = NULL;
    llmrec_status status = LLMREC_OK;
    LR_NEED(recommender, session);
    LR_RETURN_IF(LR_NEW_ZERO(recommender->context, fresh, 1));
    fresh->recommender = lr_recommender_hold((llmrec_recommender *)(uintptr_t)recommender);
    if (recommender->strategy->remember != NULL)
        LR_TRY(recommender->strategy->remember(recommender->self, &fresh->memory));
    *session = fresh;
    fresh = NULL;
done:
    llmrec_session_free(fresh);
    return status;
}

int64_t llmrec_session_length(const llmrec_session *session)
{
    return session == NULL ? 0 : (int64_t)session->count;
}

static llmrec_status describe(const void *handle, lr_builder *json)
{
    const llmrec_session *session = handle;
    LR_RETURN_IF(lr_builder_format(json, "{\"kind\":\"session\",\"length\":%zu,\"recommender\":", session->count));
    LR_RETURN_IF(lr_recommender_describe(session->recommender, json));
    return lr_builder_add(json, "}", 1);
}

llmrec_status llmrec_session_description(const llmrec_session *session, char *text, size_t capacity, size_t *length)
{
    LR_NEED(session);
    return lr_description_give(session->recommender->context, describe, session, text, capacity, length);
}

/* --- items ----------------------------------------------------------------------------------------------------- */

static llmrec_status make_room(llmrec_session *session, size_t count)
{
    return LR_GROW(session->recommender->context, session->items, session->capacity, session->count,
                   session->count + count);
}

/* Appends the known items of `items`. The caller has reserved the memory. */
static void take_known(llmrec_session *session, const int32_t *items, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (items[i] >= 0) session->items[session->count++] = items[i];
}

llmrec_status llmrec_session_append(llmrec_session *session, const int32_t *items, int64_t count)
{
    LR_RETURN_IF(lr_count("count", count));
    LR_NEED(session);
    if (count > 0) LR_NEED(items);
    const size_t catalog = session->recommender->items;
    for (size_t i = 0; i < (size_t)count; i++)
        if (items[i] < -1 || items[i] >= (int64_t)catalog)
            return lr_fail(LLMREC_ERR_ARGUMENT, "items[%zu] is %d; wanted -1 to %zu", i, items[i], catalog - 1);
    LR_RETURN_IF(make_room(session, (size_t)count));
    take_known(session, items, (size_t)count);
    return LLMREC_OK;
}

llmrec_status llmrec_session_append_ids(llmrec_session *session, const char *const *ids, const size_t *lengths,
                                        int64_t count, int64_t *unknown)
{
    LR_RETURN_IF(lr_count("count", count));
    LR_NEED(session);
    if (count > 0) LR_NEED(ids);
    const int64_t offsets[2] = {0, count};
    const lr_id_rows rows = {offsets, ids, lengths, 1};
    LR_RETURN_IF(make_room(session, (size_t)count));
    int32_t *const fresh = session->items + session->count;
    LR_RETURN_IF(lr_find_items(session->recommender, &rows, fresh, unknown));
    take_known(session, fresh, (size_t)count); /* in place: the read position is never before the write position */
    return LLMREC_OK;
}

/* --- recommendations ------------------------------------------------------------------------------------------- */

llmrec_status llmrec_session_recommend(llmrec_session *session, int64_t k, const llmrec_recommend_options *options,
                                       int32_t *recommended, float *scores, int32_t *count)
{
    LR_NEED(session);
    const int64_t offsets[2] = {0, (int64_t)session->count};
    const lr_batch call = {.offsets = offsets,
                           .items = session->items,
                           .sessions = 1,
                           .recommended = recommended,
                           .scores = scores,
                           .counts = count,
                           .memory = session->memory};
    return lr_rank_checked(session->recommender, lr_rank_batch, &call, k, options, "recommend");
}
