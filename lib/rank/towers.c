/* SPDX-License-Identifier: Apache-2.0 */
/* Implements the API of strategies with vectors: session vectors, item vectors, and items similar to an item. */
#include <string.h>

#include "core/memory.h"
#include "rank/search.h"

static llmrec_status need_vectors(const llmrec_recommender *recommender)
{
    LR_NEED(recommender);
    if (recommender->search != NULL) return LLMREC_OK;
    return lr_fail(LLMREC_ERR_UNSUPPORTED, "recommender is \"%s\", which has no vectors; wanted one with vectors",
                   recommender->strategy->name);
}

/* --- vectors of sessions and items -------------------------------------------------------------------------------- */

int64_t llmrec_recommender_dim(const llmrec_recommender *recommender)
{
    if (recommender == NULL || recommender->search == NULL) return 0;
    return (int64_t)recommender->search->measured.table->dim;
}

int64_t llmrec_recommender_measure(const llmrec_recommender *recommender)
{
    return recommender == NULL || recommender->search == NULL ? -1 : recommender->search->measured.measure;
}

llmrec_status llmrec_recommender_item_vectors(const llmrec_recommender *recommender, llmrec_embedding **vectors)
{
    LR_RETURN_IF(need_vectors(recommender));
    LR_NEED(vectors);
    *vectors = lr_embedding_hold(recommender->search->measured.table);
    return LLMREC_OK;
}

static llmrec_status make_vectors(const llmrec_recommender *recommender, const lr_batch *batch)
{
    LR_RETURN_IF(recommender->strategy->vectors(recommender, batch));
    for (size_t i = 0; i < batch->sessions; i++)
        if (!lr_batch_has_known(batch, i))
            memset(batch->vectors + i * batch->width, 0, batch->width * sizeof *batch->vectors);
    return LLMREC_OK;
}

llmrec_status llmrec_session_vectors(const llmrec_recommender *recommender, const int64_t *offsets,
                                     const int32_t *items, int64_t sessions, float *vectors)
{
    LR_RETURN_IF(lr_count("sessions", sessions));
    LR_RETURN_IF(need_vectors(recommender));
    const lr_batch call = {.offsets = offsets,
                           .items = items,
                           .sessions = (size_t)sessions,
                           .k = 1,
                           .vectors = vectors,
                           .width = recommender->search->measured.table->dim};
    if (sessions == 0) return LLMREC_OK;
    LR_RETURN_IF(lr_check_offsets("offsets", offsets, call.sessions));
    LR_NEED(vectors);
    if (lr_batch_rows(&call) > 0) LR_NEED(items);
    LR_RETURN_IF(lr_check_items("items", offsets, items, call.sessions, recommender->items));
    return lr_run(recommender, make_vectors, &call, "session vectors");
}

/* --- similar items ------------------------------------------------------------------------------------------------ */

/* Makes a search over the leading columns of the items' rows, compared by cosine. */
static llmrec_status make_near(const llmrec_recommender *recommender, lr_search **made)
{
    const llmrec_embedding *rows = recommender->search->measured.table;
    llmrec_context *context = recommender->context;
    const size_t dim = recommender->cosine_dim;
    lr_owned owned = {NULL, rows->rows, dim, LLMREC_DTYPE_FLOAT32, NULL};
    llmrec_embedding *table = NULL;
    lr_search *fresh = NULL;
    float *values = NULL, *room = NULL;
    llmrec_status status = LLMREC_OK;
    LR_TRY(LR_NEW(context, fresh, 1));
    LR_TRY(LR_NEW(context, room, rows->dim));
    LR_TRY(LR_NEW(context, values, rows->rows * dim));
    for (size_t i = 0; i < rows->rows; i++)
        memcpy(values + i * dim, lr_embedding_row(rows, i, room), dim * sizeof *values);
    owned.values = values;
    LR_TRY(lr_embedding_adopt(context, &owned, &table));
    LR_TRY(lr_search_make(context, table, LLMREC_MEASURE_COSINE, fresh));
    *made = fresh;
    fresh = NULL;
done:
    if (owned.values == NULL) lr_free(context, values); /* otherwise the table owns them */
    llmrec_embedding_free(table);
    lr_free(context, room);
    lr_free(context, fresh);
    return status;
}

/* The first call makes the search. If two calls make it at once, one result is kept. */
static llmrec_status near_search(const llmrec_recommender *recommender, const lr_search **search)
{
    lr_search *kept = atomic_load(recommender->near), *fresh = NULL;
    *search = recommender->cosine_dim == 0 ? recommender->search : kept;
    if (*search != NULL) return LLMREC_OK;
    LR_RETURN_IF(make_near(recommender, &fresh));
    if (atomic_compare_exchange_strong(recommender->near, &kept, fresh)) kept = fresh;
    else {
        lr_search_free(fresh);
        lr_free(recommender->context, fresh);
    }
    *search = kept;
    return LLMREC_OK;
}

static void vector_of_item(const void *self, size_t session, const int32_t *items, size_t count,
                           const lr_vector_room *room, float *vector)
{
    const llmrec_embedding *table = self;
    const float *row = lr_embedding_row(table, (size_t)items[0], vector);
    (void)session;
    (void)count;
    (void)room;
    if (row != vector) memcpy(vector, row, table->dim * sizeof *vector);
}

static llmrec_status rank_near(const llmrec_recommender *recommender, const lr_batch *batch)
{
    const lr_search *search = NULL;
    LR_RETURN_IF(near_search(recommender, &search));
    return lr_search_rank(search, recommender->scratch, batch, vector_of_item, search->measured.table);
}

llmrec_status llmrec_similar_items(const llmrec_recommender *recommender, const int32_t *items, int64_t count,
                                   int64_t k, const llmrec_recommend_options *options, int32_t *recommended,
                                   float *scores, int32_t *counts)
{
    int64_t *offsets = NULL;
    llmrec_status status = LLMREC_OK;
    LR_RETURN_IF(lr_count("count", count));
    LR_RETURN_IF(need_vectors(recommender));
    if (count > 0) LR_NEED(items);
    LR_TRY(LR_NEW(recommender->context, offsets, (size_t)count + 1));
    for (int64_t i = 0; i <= count; i++) offsets[i] = i;
    const lr_batch call = {.offsets = offsets,
                           .items = items,
                           .sessions = (size_t)count,
                           .recommended = recommended,
                           .scores = scores,
                           .counts = counts};
    LR_TRY(lr_rank_checked(recommender, rank_near, &call, k, options, "similar items"));
done:
    lr_free(recommender->context, offsets);
    return status;
}
