/* SPDX-License-Identifier: Apache-2.0 */
/* The rerank strategy: orders or thins out the list of a first stage, by relevance and diversity or by popularity. */
#include <math.h>
#include <string.h>

#include "core/memory.h"
#include "core/pool.h"
#include "data/dataset.h"
#include "rank/reranked.h"

extern const lr_strategy_kind lr_rerank_kind;

enum { TASK = 4, LARGEST_BATCH = 256 }; /* sessions */

static void rerank_free(void *self)
{
    lr_rerank *r = self;
    if (r == NULL) return;
    llmrec_recommender_free(r->first_stage);
    llmrec_embedding_free(r->table);
    lr_free(r->context, r->popular);
    lr_free(r->context, r);
}

static size_t depth_of(const lr_rerank *r, size_t k)
{
    const size_t wanted = (size_t)r->options.depth > k ? (size_t)r->options.depth : k;
    return wanted < r->first_stage->items ? wanted : r->first_stage->items;
}

static size_t rerank_batch(const void *self, size_t k)
{
    static const size_t MEMORY = (size_t)32 << 20; /* bytes that the lists should not exceed */
    const size_t sessions = MEMORY / (depth_of(self, k) * (sizeof(int32_t) + sizeof(float)));
    return sessions < 1 ? 1 : sessions < LARGEST_BATCH ? sessions : LARGEST_BATCH;
}

typedef struct call {
    const lr_rerank *self;
    const lr_batch *batch;
    size_t depth;
    int32_t *items;  /* [sessions,depth] lists of the first stage */
    float *scores;   /* [sessions,depth] */
    int32_t *counts; /* [sessions] */
    float *rows;     /* [workers,depth,dim] vectors of length 1 of a list's items */
    double *values;  /* [workers,depth] */
    int32_t *places; /* [workers,depth] */
} call;

static void lay_out(lr_arena *arena, call *c)
{
    const size_t sessions = c->batch->sessions, workers = lr_workers(c->self->context);
    const size_t dim = c->self->table == NULL ? 0 : c->self->table->dim;
    LR_CUT(arena, c->items, sessions * c->depth);
    LR_CUT(arena, c->scores, sessions * c->depth);
    LR_CUT(arena, c->counts, sessions);
    LR_CUT(arena, c->rows, workers * c->depth * dim);
    LR_CUT(arena, c->values, workers * c->depth);
    LR_CUT(arena, c->places, workers * c->depth);
}

static void put(const lr_batch *batch, size_t session, const int32_t *items, const int32_t *places, size_t count)
{
    if (count > batch->k) count = batch->k;
    for (size_t i = 0; i < count; i++) lr_batch_put(batch, session, i, items[places[i]], -(float)i);
    batch->counts[session] = (int32_t)count;
}

static llmrec_status rerank_some(void *argument, size_t task, size_t worker)
{
    const call *c = argument;
    const lr_rerank *r = c->self;
    const size_t dim = r->table == NULL ? 0 : r->table->dim;
    for (size_t i = task * TASK; i < (task + 1) * TASK && i < c->batch->sessions; i++) {
        const lr_ranked ranked = {c->items + i * c->depth,       c->scores + i * c->depth,
                                  (size_t)c->counts[i],          c->rows + worker * c->depth * dim,
                                  c->values + worker * c->depth, c->places + worker * c->depth};
        put(c->batch, i, ranked.items, ranked.places, lr_rerank_list(r, &ranked, c->batch->k));
    }
    return LLMREC_OK;
}

static llmrec_status rerank_rank(const llmrec_recommender *recommender, const lr_batch *batch)
{
    call c = {.self = recommender->self, .batch = batch, .depth = depth_of(recommender->self, batch->k)};
    lr_batch inner = *batch;
    lr_scratch *scratch = NULL;
    lr_arena arena = {0};
    llmrec_status status = LLMREC_OK;
    lay_out(&arena, &c);
    LR_TRY(lr_scratch_take(recommender->scratch, recommender->context, arena.used, &scratch, &arena));
    lay_out(&arena, &c);
    inner.k = c.depth < batch->filter->eligible ? c.depth : batch->filter->eligible;
    inner.stride = c.depth;
    inner.recommended = c.items;
    inner.scores = c.scores;
    inner.counts = c.counts;
    inner.grounding = NULL;
    inner.memory = NULL;
    LR_TRY(lr_recommend_quietly(c.self->first_stage, &inner));
    LR_TRY(lr_parallel(recommender->context, (batch->sessions + TASK - 1) / TASK, rerank_some, &c));
done:
    lr_scratch_give(recommender->scratch, scratch);
    return status;
}

static const lr_strategy strategy = {
    .name = "rerank", .kind = &lr_rerank_kind, .batch = rerank_batch, .rank = rerank_rank, .free = rerank_free};

/* --- creation ----------------------------------------------------------------------------------------------------- */

/* Makes a recommender that owns `r`, also after an error. */
static llmrec_status recommend(lr_rerank *r, llmrec_recommender **recommender)
{
    llmrec_context *context = r->context;
    lr_builder json = {.context = context};
    llmrec_status status = LLMREC_OK;
    LR_TRY(lr_builder_format(&json, "\"first_stage\":"));
    LR_TRY(lr_recommender_describe(r->first_stage, &json));
    LR_TRY(lr_builder_format(&json, ",\"embedding\":"));
    if (r->table != NULL) LR_TRY(lr_embedding_describe(r->table, &json));
    else LR_TRY(lr_builder_format(&json, "null"));
    const lr_recommender_parts made = {.strategy = &strategy,
                                       .self = r,
                                       .items = r->first_stage->items,
                                       .ids = r->first_stage->ids,
                                       .options = &r->options,
                                       .made_from = json.text};
    r = NULL; /* owned by the recommender now, also after an error */
    LR_TRY(lr_recommender_make(context, &made, recommender));
done:
    rerank_free(r);
    lr_free(context, json.text);
    return status;
}

static llmrec_status begin(llmrec_context *context, const llmrec_rerank_options *options, lr_rerank **made)
{
    lr_rerank *fresh = NULL;
    LR_RETURN_IF(LR_NEW_ZERO(context, fresh, 1));
    fresh->context = context;
    fresh->options = *options;
    *made = fresh;
    return LLMREC_OK;
}

static llmrec_status check_items(const char *name, size_t items, size_t wanted)
{
    if (items == wanted) return LLMREC_OK;
    return lr_fail(LLMREC_ERR_SHAPE, "parts.%s has %zu items; wanted the first stage's %zu", name, items, wanted);
}

/* Takes what the method needs. */
static llmrec_status take_parts(const llmrec_recommender_parts *parts, lr_rerank *r)
{
    const size_t items = r->first_stage->items;
    if (r->options.method == LLMREC_RERANK_POPULARITY) {
        if (parts->dataset == NULL)
            return lr_fail(LLMREC_ERR_ARGUMENT, "parts.dataset is NULL; the method popularity counts its sessions");
        LR_RETURN_IF(check_items("dataset", lr_dataset_items(parts->dataset), items));
        return lr_popular_make(r->context, parts->dataset, r->options.popularity_quantile, &r->popular);
    }
    if (parts->embedding == NULL)
        return lr_fail(LLMREC_ERR_ARGUMENT, "parts.embedding is NULL; the methods mmr and diversity need vectors");
    LR_RETURN_IF(check_items("embedding", parts->embedding->rows, items));
    r->table = lr_embedding_hold(parts->embedding);
    return r->options.method == LLMREC_RERANK_DIVERSITY ? lr_rerank_limit(r) : LLMREC_OK;
}

static llmrec_status create(const llmrec_recommender_parts *parts, const void *options,
                            llmrec_recommender **recommender)
{
    lr_rerank *fresh = NULL;
    llmrec_status status = LLMREC_OK;
    LR_TRY(begin(parts->first_stage->context, options, &fresh));
    fresh->first_stage = lr_recommender_hold((llmrec_recommender *)(uintptr_t)parts->first_stage);
    LR_TRY(take_parts(parts, fresh));
    return recommend(fresh, recommender);
done:
    rerank_free(fresh);
    return status;
}

static llmrec_status save(const llmrec_recommender *recommender, const lr_saving *saving)
{
    const lr_rerank *r = recommender->self;
    if (r->popular != NULL) LR_RETURN_IF(lr_popular_save(saving, r->popular, recommender->items));
    if (r->table != NULL) LR_RETURN_IF(lr_save_table(saving, "table", r->table));
    return lr_save_recommender(saving, "first_stage", r->first_stage);
}

static llmrec_status open(const lr_opening *opening, const void *options, llmrec_recommender **recommender)
{
    lr_rerank *fresh = NULL;
    llmrec_status status = LLMREC_OK;
    LR_TRY(begin(opening->context, options, &fresh));
    LR_TRY(opening->open(opening, "first_stage", &fresh->first_stage));
    if (fresh->options.method == LLMREC_RERANK_POPULARITY) LR_TRY(lr_popular_open(opening, &fresh->popular));
    else LR_TRY(lr_open_table(opening, "table", &fresh->table));
    if (fresh->options.method == LLMREC_RERANK_DIVERSITY) LR_TRY(lr_rerank_limit(fresh));
    return recommend(fresh, recommender);
done:
    rerank_free(fresh);
    return status;
}

const lr_strategy_kind lr_rerank_kind = {.name = "rerank",
                                         .help = "a first stage's list, made diverse or less popular",
                                         .options = &lr_rerank_options,
                                         .needs = LLMREC_NEED_FIRST_STAGE,
                                         .takes = LLMREC_NEED_FIRST_STAGE | LLMREC_NEED_DATASET | LLMREC_NEED_EMBEDDING,
                                         .create = create,
                                         .save = save,
                                         .open = open};
