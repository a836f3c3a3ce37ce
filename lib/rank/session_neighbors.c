/* SPDX-License-Identifier: Apache-2.0 */
/* The strategy of session k nearest neighbors: recommends what the most similar training sessions contain. */
#include <math.h>

#include "core/context.h"
#include "core/memory.h"
#include "core/pool.h"
#include "nn/item_vectors.h"
#include "rank/scoring.h"
#include "rank/session_neighbors_options.h"
#include "rank/session_neighbors_search.h"

extern const lr_strategy_kind lr_neighbors_kind;

typedef struct neighbors {
    llmrec_context *context;
    lr_neighbor_search search;
    float *vectors; /* search.vectors in own memory; NULL: mapped, or none */
} neighbors;

enum { TASK = 16, BATCH = 2048 }; /* sessions */

static void neighbors_free(void *self)
{
    neighbors *n = self;
    if (n == NULL) return;
    lr_session_index_free(&n->search.index);
    llmrec_embedding_free(n->search.table);
    lr_free(n->context, n->search.idf);
    lr_free(n->context, n->vectors);
    lr_free(n->context, n);
}

static size_t neighbors_batch(const void *self, size_t k)
{
    (void)self;
    (void)k;
    return BATCH;
}

/* --- the verbs ---------------------------------------------------------------------------------------------------- */

/* Memory of one thread. */
typedef struct desk {
    lr_neighbor_room room;
    uint64_t *best; /* [k] */
} desk;

typedef struct call {
    const lr_neighbor_search *search;
    const lr_batch *batch;
    desk *desks;   /* [workers] */
    int32_t *seen; /* [rows of the batch] */
} call;

static void lay_out(call *c, size_t workers, lr_arena *arena)
{
    const size_t longest = lr_batch_longest(c->batch);
    LR_CUT(arena, c->desks, workers);
    LR_CUT(arena, c->seen, lr_batch_rows(c->batch));
    for (size_t i = 0; i < workers; i++) {
        desk d;
        lr_neighbor_room_cut(arena, c->search, longest, &d.room);
        LR_CUT(arena, d.best, c->batch->k);
        if (c->desks != NULL) c->desks[i] = d;
    }
}

static void rank_session(void *argument, size_t session, size_t worker)
{
    const call *c = argument;
    desk *d = &c->desks[worker];
    const lr_batch *batch = c->batch;
    const int32_t *items = lr_batch_items(batch, session);
    const size_t count = lr_batch_length(batch, session);
    const lr_seen seen = lr_seen_make(batch->filter, items, count, c->seen + lr_batch_start(batch, session));
    lr_heap best = {d->best, 0, batch->k};
    lr_neighbor_scores(c->search, items, count, &d->room);
    for (size_t i = 0; i < d->room.items.count && batch->k > 0; i++) {
        const lr_sum *sum = &d->room.items.sum[i];
        const uint64_t key = lr_rank_key(sum->value, sum->number);
        if (!(sum->value > 0) || (best.count == best.limit && key < best.keys[0])) continue;
        if (!lr_filter_passes(batch->filter, (size_t)sum->number) || lr_seen_has(&seen, sum->number)) continue;
        lr_heap_push(&best, key);
    }
    lr_heap_sort(&best);
    for (size_t i = 0; i < best.count; i++)
        lr_batch_put(batch, session, i, lr_key_row(best.keys[i]), lr_key_score(best.keys[i]));
    batch->counts[session] = (int32_t)best.count;
}

static void score_session(void *argument, size_t session, size_t worker)
{
    const call *c = argument;
    desk *d = &c->desks[worker];
    const lr_scoring *scoring = &c->batch->scoring;
    const int32_t *items = lr_scoring_items(scoring, session);
    const bool known = lr_batch_has_known(c->batch, session);
    float *scores = lr_scoring_scores(scoring, session);
    lr_neighbor_scores(c->search, lr_batch_items(c->batch, session), lr_batch_length(c->batch, session), &d->room);
    for (size_t i = 0; i < lr_scoring_length(scoring, session); i++) {
        const lr_sum *sum = items[i] < 0 ? NULL : lr_sums_find(&d->room.items, items[i]);
        scores[i] = items[i] < 0 || !known ? NAN : sum == NULL ? 0 : sum->value;
    }
}

static llmrec_status run(const llmrec_recommender *recommender, const lr_batch *batch, lr_piece_fn each)
{
    const neighbors *n = recommender->self;
    const size_t workers = lr_workers(n->context);
    call c = {.search = &n->search, .batch = batch};
    lr_scratch *scratch = NULL;
    lr_arena arena = {0};
    lay_out(&c, workers, &arena);
    LR_RETURN_IF(lr_scratch_take(recommender->scratch, n->context, arena.used, &scratch, &arena));
    lay_out(&c, workers, &arena);
    const llmrec_status status = lr_parallel_pieces(n->context, batch->sessions, TASK, each, &c);
    lr_scratch_give(recommender->scratch, scratch);
    return status;
}

static llmrec_status neighbors_rank(const llmrec_recommender *recommender, const lr_batch *batch)
{
    return run(recommender, batch, rank_session);
}

static llmrec_status neighbors_score(const llmrec_recommender *recommender, const lr_batch *batch)
{
    return run(recommender, batch, score_session);
}

static llmrec_status neighbors_explain(const llmrec_recommender *recommender, const lr_explained *explained,
                                       llmrec_explanation *explanation)
{
    const neighbors *n = recommender->self;
    lr_neighbor_room room;
    lr_scratch *scratch = NULL;
    lr_arena arena = {0};
    explanation->method = &lr_by_neighbors;
    lr_neighbor_room_cut(&arena, &n->search, explained->count, &room);
    LR_RETURN_IF(lr_scratch_take(recommender->scratch, n->context, arena.used, &scratch, &arena));
    lr_neighbor_room_cut(&arena, &n->search, explained->count, &room);
    const llmrec_status status = lr_neighbor_reasons(&n->search, explained, &room, explanation);
    lr_scratch_give(recommender->scratch, scratch);
    return status;
}

static const lr_strategy strategy = {.name = "neighbors",
                                     .kind = &lr_neighbors_kind,
                                     .batch = neighbors_batch,
                                     .rank = neighbors_rank,
                                     .score = neighbors_score,
                                     .explain = neighbors_explain,
                                     .free = neighbors_free};

/* --- making one --------------------------------------------------------------------------------------------------- */

static llmrec_status begin(llmrec_context *context, const llmrec_neighbors_options *options, neighbors **made)
{
    LR_RETURN_IF(LR_NEW_ZERO(context, *made, 1));
    (*made)->context = (*made)->search.index.context = context;
    (*made)->search.options = *options;
    return LLMREC_OK;
}

static llmrec_status weigh_items(neighbors *n)
{
    const lr_lists *of_item = &n->search.index.of_item;
    if (!n->search.options.idf_weighting) return LLMREC_OK;
    LR_RETURN_IF(LR_NEW(n->context, n->search.idf, of_item->rows));
    for (size_t i = 0; i < of_item->rows; i++) {
        const size_t sessions = lr_list_length(of_item, i);
        n->search.idf[i] = sessions == 0 ? 0 : (float)(1 + log((double)n->search.index.of_session.rows / sessions));
    }
    return LLMREC_OK;
}

/* Takes ownership of `n`, also on failure. */
static llmrec_status finish(neighbors *n, size_t items, lr_ids *ids, llmrec_recommender **recommender)
{
    const lr_recommender_parts parts = {
        .strategy = &strategy, .self = n, .items = items, .ids = ids, .options = &n->search.options};
    const llmrec_status status = weigh_items(n);
    if (status == LLMREC_OK) return lr_recommender_make(n->context, &parts, recommender);
    neighbors_free(n);
    return status;
}

static llmrec_status take_vectors(const llmrec_dataset *dataset, const llmrec_embedding *embedding,
                                  const int32_t *sorted, size_t count, neighbors *n)
{
    if (n->search.options.compared != LLMREC_COMPARED_VECTORS) return LLMREC_OK;
    if (embedding == NULL) return lr_fail(LLMREC_ERR_ARGUMENT, "embedding is NULL; compared=vectors needs it");
    LR_RETURN_IF(lr_vectors_check(embedding, lr_dataset_item_ids(dataset)));
    n->search.table = lr_embedding_hold(embedding);
    LR_RETURN_IF(lr_alloc(n->context, &n->vectors, count, embedding->dim * sizeof *n->vectors));
    n->search.vectors = n->vectors;
    return lr_neighbor_vectors(dataset, sorted, count, &n->search, n->vectors);
}

llmrec_status llmrec_recommender_create_neighbors(const llmrec_dataset *dataset, const llmrec_embedding *embedding,
                                                  const llmrec_neighbors_options *given,
                                                  llmrec_recommender **recommender)
{
    llmrec_neighbors_options options;
    neighbors *fresh = NULL, *made = NULL;
    int32_t *sorted = NULL;
    size_t count = 0;
    llmrec_status status = LLMREC_OK;
    LR_NEED(dataset, recommender);
    LR_RETURN_IF(lr_options_read(&lr_neighbors_options, given, &options));
    const lr_session_order order = {options.sampling == LLMREC_SAMPLING_RANDOM, options.seed};
    llmrec_context *context = lr_dataset_context(dataset);
    LR_TRY(begin(context, &options, &fresh));
    LR_TRY(lr_sessions_sort(dataset, &order, &sorted, &count));
    LR_TRY(lr_session_index_build(dataset, sorted, count, options.successors_only != 0, &fresh->search.index));
    LR_TRY(take_vectors(dataset, embedding, sorted, count, fresh));
    made = fresh;
    fresh = NULL; /* the recommender's now, made or not */
    LR_TRY(finish(made, lr_dataset_items(dataset), lr_dataset_item_ids(dataset), recommender));
done:
    neighbors_free(fresh);
    lr_free(context, sorted);
    return status;
}

static llmrec_status create(const llmrec_recommender_parts *parts, const void *options,
                            llmrec_recommender **recommender)
{
    return llmrec_recommender_create_neighbors(parts->dataset, parts->embedding, options, recommender);
}

/* --- files -------------------------------------------------------------------------------------------------------- */

static lr_array vectors_array(const lr_neighbor_search *search)
{
    return (lr_array){.name = "session_vectors",
                      .type = LR_F32,
                      .rank = 2,
                      .sizes = {search->index.of_session.rows, search->table->dim}};
}

static llmrec_status save(const llmrec_recommender *recommender, const lr_saving *saving)
{
    const lr_neighbor_search *search = &((const neighbors *)recommender->self)->search;
    LR_RETURN_IF(lr_session_index_save(&search->index, saving));
    if (search->table == NULL) return LLMREC_OK;
    const lr_array vectors = vectors_array(search);
    LR_RETURN_IF(lr_save_table(saving, "table", search->table));
    return lr_save_array(saving, &vectors, search->vectors);
}

static llmrec_status open_vectors(const lr_opening *opening, lr_neighbor_search *search)
{
    const void *mapped = NULL;
    if (search->options.compared != LLMREC_COMPARED_VECTORS) return LLMREC_OK;
    LR_RETURN_IF(lr_open_table(opening, "table", &search->table));
    const lr_array vectors = vectors_array(search);
    LR_RETURN_IF(lr_open_mapped(opening, &vectors, &mapped));
    search->vectors = mapped;
    return LLMREC_OK;
}

static llmrec_status open(const lr_opening *opening, const void *options, llmrec_recommender **recommender)
{
    const llmrec_neighbors_options *read = options;
    neighbors *fresh = NULL, *made = NULL;
    llmrec_status status = LLMREC_OK;
    LR_TRY(begin(opening->context, read, &fresh));
    LR_TRY(lr_session_index_open(opening, read->successors_only != 0, &fresh->search.index));
    LR_TRY(open_vectors(opening, &fresh->search));
    made = fresh;
    fresh = NULL; /* the recommender's now, made or not */
    LR_TRY(finish(made, opening->items, opening->ids, recommender));
done:
    neighbors_free(fresh);
    return status;
}

const lr_strategy_kind lr_neighbors_kind = {.name = "neighbors",
                                            .help = "session k nearest neighbors: what similar sessions contain",
                                            .options = &lr_neighbors_options,
                                            .needs = LLMREC_NEED_DATASET,
                                            .takes = LLMREC_NEED_DATASET | LLMREC_NEED_EMBEDDING,
                                            .create = create,
                                            .save = save,
                                            .open = open};
