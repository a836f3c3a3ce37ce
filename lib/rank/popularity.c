/* SPDX-License-Identifier: Apache-2.0 */
/* The popularity strategy: recommends the items with most rows. All sessions get the same list, except for the items
 * that each session has already. */
#include <string.h>

#include "core/memory.h"
#include "core/pool.h"
#include "data/dataset.h"
#include "data/times.h"
#include "rank/explanation.h"
#include "rank/popularity_counts.h"
#include "rank/recommender_file.h"
#include "rank/scoring.h"

extern const lr_strategy_kind lr_popularity_kind;

typedef struct popularity {
    llmrec_context *context;
    int32_t *order; /* [items], most rows first */
    float *scores;  /* [items], number of rows of each item, or less */
} popularity;

enum { TASK = 64, BATCH = 4096 }; /* sessions */

static void popularity_free(void *self)
{
    popularity *p = self;
    if (p == NULL) return;
    lr_free(p->context, p->order);
    lr_free(p->context, p->scores);
    lr_free(p->context, p);
}

/* Orders by largest weight first; the lower index wins ties. The bits of a double that is not negative rise with it. */
static llmrec_status sort_items(popularity *p, const double *weights, size_t items)
{
    lr_timed *things = NULL, *scratch = NULL;
    llmrec_status status = LLMREC_OK;
    LR_TRY(LR_NEW(p->context, things, items));
    LR_TRY(LR_NEW(p->context, scratch, items));
    for (size_t i = 0; i < items; i++) {
        int64_t bits;
        memcpy(&bits, &weights[i], sizeof bits);
        things[i] = (lr_timed){-bits, (int32_t)i};
        p->scores[i] = (float)weights[i];
    }
    const lr_timed *sorted = lr_sort_timed(things, scratch, items);
    for (size_t i = 0; i < items; i++) p->order[i] = sorted[i].index;
done:
    lr_free(p->context, things);
    lr_free(p->context, scratch);
    return status;
}

static size_t popularity_batch(const void *self, size_t k)
{
    (void)self;
    (void)k;
    return BATCH;
}

typedef struct call {
    const popularity *self;
    const lr_batch *batch;
    size_t items;
    int32_t *seen; /* [items of the batch] */
} call;

static void rank_session(void *argument, size_t session, size_t worker)
{
    const call *c = argument;
    const lr_batch *batch = c->batch;
    (void)worker;
    const lr_seen seen = lr_seen_make(batch->filter, lr_batch_items(batch, session), lr_batch_length(batch, session),
                                      c->seen + lr_batch_start(batch, session));
    size_t count = 0;
    for (size_t i = 0; i < c->items && count < batch->k; i++) {
        const int32_t item = c->self->order[i];
        if (!lr_filter_passes(batch->filter, (size_t)item) || lr_seen_has(&seen, item)) continue;
        lr_batch_put(batch, session, count++, item, c->self->scores[item]);
    }
    batch->counts[session] = (int32_t)count;
}

static llmrec_status popularity_rank(const llmrec_recommender *recommender, const lr_batch *batch)
{
    lr_scratch *scratch = NULL;
    lr_arena arena = {0};
    call c = {recommender->self, batch, recommender->items, NULL};
    LR_CUT(&arena, c.seen, lr_batch_rows(batch));
    LR_RETURN_IF(lr_scratch_take(recommender->scratch, recommender->context, arena.used, &scratch, &arena));
    LR_CUT(&arena, c.seen, lr_batch_rows(batch));
    const llmrec_status status = lr_parallel_pieces(recommender->context, batch->sessions, TASK, rank_session, &c);
    lr_scratch_give(recommender->scratch, scratch);
    return status;
}

static float score_item(const void *self, size_t session, int32_t item, size_t worker)
{
    const popularity *p = self;
    (void)session;
    (void)worker;
    return p->scores[item];
}

static llmrec_status popularity_score(const llmrec_recommender *recommender, const lr_batch *batch)
{
    return lr_score_pairs(recommender->context, batch, score_item, recommender->self);
}

const lr_explaining lr_by_rows = {"rows", "", " is popular: its number of rows is ", LR_FIGURE_NONE};

static llmrec_status popularity_explain(const llmrec_recommender *recommender, const lr_explained *explained,
                                        llmrec_explanation *explanation)
{
    const llmrec_reason rows = {
        .kind = LLMREC_REASON_ROWS, .item = -1, .contribution = explained->score, .value = explained->score};
    (void)recommender;
    explanation->method = &lr_by_rows;
    return lr_explanation_add(explanation, &(lr_reason){.told = rows});
}

static const lr_strategy strategy = {.name = "popularity",
                                     .kind = &lr_popularity_kind,
                                     .batch = popularity_batch,
                                     .rank = popularity_rank,
                                     .score = popularity_score,
                                     .explain = popularity_explain,
                                     .free = popularity_free};

llmrec_status llmrec_recommender_create_recent_popularity(const llmrec_dataset *dataset,
                                                          const llmrec_popularity_options *given,
                                                          llmrec_recommender **recommender)
{
    llmrec_popularity_options options;
    lr_recommender_parts parts = {.strategy = &strategy, .options = &options};
    popularity *fresh = NULL;
    double *weights = NULL;
    llmrec_status status = LLMREC_OK;
    LR_NEED(dataset, recommender);
    LR_RETURN_IF(lr_options_read(&lr_popularity_options, given, &options));
    llmrec_context *context = lr_dataset_context(dataset);
    const size_t items = lr_dataset_items(dataset);
    LR_TRY(LR_NEW_ZERO(context, fresh, 1));
    fresh->context = context;
    LR_TRY(LR_NEW(context, fresh->order, items));
    LR_TRY(LR_NEW(context, fresh->scores, items));
    LR_TRY(LR_NEW(context, weights, items));
    LR_TRY(lr_popularity_count(dataset, &options, weights));
    LR_TRY(sort_items(fresh, weights, items));
    parts.self = fresh;
    parts.items = items;
    parts.ids = lr_dataset_item_ids(dataset);
    fresh = NULL; /* the recommender's now, made or not */
    LR_TRY(lr_recommender_make(context, &parts, recommender));
done:
    popularity_free(fresh);
    lr_free(context, weights);
    return status;
}

llmrec_status llmrec_recommender_create_popularity(const llmrec_dataset *dataset, llmrec_recommender **recommender)
{
    return llmrec_recommender_create_recent_popularity(dataset, NULL, recommender);
}

static llmrec_status create(const llmrec_recommender_parts *parts, const void *options,
                            llmrec_recommender **recommender)
{
    return llmrec_recommender_create_recent_popularity(parts->dataset, options, recommender);
}

static llmrec_status save(const llmrec_recommender *recommender, const lr_saving *saving)
{
    const popularity *p = recommender->self;
    const lr_array order = {.name = "order", .type = LR_I32, .rank = 1, .sizes = {recommender->items}};
    const lr_array scores = {.name = "scores", .type = LR_F32, .rank = 1, .sizes = {recommender->items}};
    LR_RETURN_IF(lr_save_array(saving, &order, p->order));
    return lr_save_array(saving, &scores, p->scores);
}

/* Checks that each item occurs exactly once in the order. */
static llmrec_status check_order(const lr_opening *opening, const int32_t *order)
{
    uint8_t *met = NULL;
    llmrec_status status = LLMREC_OK;
    LR_TRY(LR_NEW_ZERO(opening->context, met, opening->items));
    for (size_t i = 0; i < opening->items; i++) {
        const bool fits = order[i] >= 0 && (size_t)order[i] < opening->items && met[order[i]] == 0;
        LR_CHECK(fits, LLMREC_ERR_FORMAT, "%s: order: place %zu has the item %d; wanted each item once", opening->path,
                 i, order[i]);
        met[order[i]] = 1;
    }
done:
    lr_free(opening->context, met);
    return status;
}

static llmrec_status open(const lr_opening *opening, const void *options, llmrec_recommender **recommender)
{
    const lr_array order = {.name = "order", .type = LR_I32, .rank = 1, .sizes = {opening->items}};
    const lr_array scores = {.name = "scores", .type = LR_F32, .rank = 1, .sizes = {opening->items}};
    lr_recommender_parts parts = {
        .strategy = &strategy, .items = opening->items, .ids = opening->ids, .options = options};
    popularity *fresh = NULL;
    llmrec_status status = LLMREC_OK;
    LR_TRY(LR_NEW_ZERO(opening->context, fresh, 1));
    fresh->context = opening->context;
    LR_TRY(lr_open_array(opening, &order, &fresh->order));
    LR_TRY(lr_open_array(opening, &scores, &fresh->scores));
    LR_TRY(check_order(opening, fresh->order));
    parts.self = fresh;
    fresh = NULL; /* the recommender's now, made or not */
    LR_TRY(lr_recommender_make(opening->context, &parts, recommender));
done:
    popularity_free(fresh);
    return status;
}

const lr_strategy_kind lr_popularity_kind = {.name = "popularity",
                                             .help = "the items with most rows",
                                             .options = &lr_popularity_options,
                                             .needs = LLMREC_NEED_DATASET,
                                             .takes = LLMREC_NEED_DATASET,
                                             .create = create,
                                             .save = save,
                                             .open = open};
