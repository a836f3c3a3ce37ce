/* SPDX-License-Identifier: Apache-2.0 */
/* The LLM-seq-sim strategy: combines a session's item vectors into one vector, and ranks the rows of the table by their
 * similarity to it. */
#include "core/context.h"
#include "core/log.h"
#include "core/memory.h"
#include "core/pool.h"
#include "embed/reducer.h"
#include "math/vector.h"
#include "rank/explanation.h"
#include "rank/recommender_file.h"
#include "rank/scoring.h"
#include "rank/search.h"
#include "rank/similarity_options.h"

extern const lr_strategy_kind lr_similarity_kind;

typedef struct similarity {
    llmrec_context *context;
    lr_weighting weighting;
    lr_search search;
} similarity;

static void similarity_free(void *self)
{
    similarity *s = self;
    lr_search_free(&s->search);
    lr_free(s->context, s);
}

static size_t similarity_batch(const void *self, size_t k)
{
    const similarity *s = self;
    return lr_search_batch(&s->search, k);
}

static void session_vector(const void *self, size_t session, const int32_t *items, size_t count,
                           const lr_vector_room *room, float *vector)
{
    const similarity *s = self;
    (void)session;
    lr_session_vector(&s->weighting, s->search.measured.table, items, count, room, vector);
}

static llmrec_status similarity_rank(const llmrec_recommender *recommender, const lr_batch *batch)
{
    const similarity *s = recommender->self;
    return lr_search_rank(&s->search, recommender->scratch, batch, session_vector, s);
}

/* Computes the vectors of a batch. Each task handles several sessions. */
typedef struct making {
    const similarity *self;
    const lr_batch *batch;
    double *sums; /* [workers,dim] */
    float *rows;  /* [workers,dim] */
} making;

enum { TASK = 16 }; /* sessions */

static void make_vector(void *argument, size_t session, size_t worker)
{
    const making *m = argument;
    const lr_batch *batch = m->batch;
    const size_t dim = m->self->search.measured.table->dim;
    const lr_vector_room room = {m->sums + worker * dim, m->rows + worker * dim};
    if (lr_batch_has_known(batch, session))
        session_vector(m->self, session, lr_batch_items(batch, session), lr_batch_length(batch, session), &room,
                       batch->vectors + session * dim);
}

static llmrec_status similarity_vectors(const llmrec_recommender *recommender, const lr_batch *batch)
{
    making m = {.self = recommender->self, .batch = batch};
    const size_t numbers = lr_workers(m.self->context) * m.self->search.measured.table->dim;
    lr_scratch *scratch = NULL;
    lr_arena arena = {0};
    LR_CUT(&arena, m.sums, numbers);
    LR_CUT(&arena, m.rows, numbers);
    LR_RETURN_IF(lr_scratch_take(recommender->scratch, m.self->context, arena.used, &scratch, &arena));
    LR_CUT(&arena, m.sums, numbers);
    LR_CUT(&arena, m.rows, numbers);
    const llmrec_status status = lr_parallel_pieces(m.self->context, batch->sessions, TASK, make_vector, &m);
    lr_scratch_give(recommender->scratch, scratch);
    return status;
}

const lr_explaining lr_by_similarity = {"similarity", "", " is similar to ", LR_FIGURE_VALUE};

/* Fills weights [count] with the part that each session item has in the session's vector; 0 for unknown items. */
static void item_weights(const lr_weighting *weighting, const lr_explained *explained, double *weights)
{
    size_t known = 0, age = 0;
    double total = 0;
    for (size_t i = 0; i < explained->count; i++) known += explained->items[i] >= 0;
    for (size_t i = explained->count; i-- > 0;) {
        const bool counts = explained->items[i] >= 0 && (age == 0 || weighting->kind == LLMREC_WEIGHTING_MEAN);
        weights[i] = counts ? lr_decay_weight(weighting, ++age, known) : 0;
        total += weights[i];
    }
    for (size_t i = 0; i < explained->count; i++) weights[i] /= total;
}

/* Adds each item's term of the product of the session's vector and the target's row, times `scale`. */
static llmrec_status add_terms(const similarity *s, const lr_explained *explained, const double *weights, double scale,
                               float *room, llmrec_explanation *explanation)
{
    const llmrec_embedding *table = s->search.measured.table;
    const float *lengths = s->search.measured.lengths, *target = lr_embedding_row(table, (size_t)explained->item, room);
    for (size_t i = 0; i < explained->count; i++) {
        const int32_t item = explained->items[i];
        if (item < 0 || weights[i] == 0) continue;
        const double product = lr_dot(lr_embedding_row(table, (size_t)item, room + table->dim), target, table->dim);
        const double both = (double)lengths[item] * lengths[explained->item];
        LR_RETURN_IF(lr_explanation_add_item(explanation, explained, i, weights[i] * product * scale,
                                             both > LR_SHORTEST ? product / both : 0));
    }
    return LLMREC_OK;
}

static llmrec_status similarity_explain(const llmrec_recommender *recommender, const lr_explained *explained,
                                        llmrec_explanation *explanation)
{
    const similarity *s = recommender->self;
    const size_t dim = s->search.measured.table->dim;
    lr_vector_room vectors = {0};
    float *vector = NULL;
    double *weights = NULL, scale = 1;
    llmrec_status status = LLMREC_OK;
    if (s->search.measured.measure == LLMREC_MEASURE_EUCLIDEAN)
        return lr_explain_by_leaving_out(recommender, explained, explanation);
    explanation->method = &lr_by_similarity;
    LR_TRY(LR_NEW(s->context, weights, explained->count));
    LR_TRY(LR_NEW(s->context, vectors.sum, dim));
    LR_TRY(LR_NEW(s->context, vectors.row, 2 * dim));
    LR_TRY(LR_NEW(s->context, vector, dim));
    item_weights(&s->weighting, explained, weights);
    if (s->search.measured.measure == LLMREC_MEASURE_COSINE) {
        lr_session_vector(&s->weighting, s->search.measured.table, explained->items, explained->count, &vectors,
                          vector);
        const double both = lr_norm(vector, dim) * s->search.measured.lengths[explained->item];
        scale = both > LR_SHORTEST ? 1 / both : 0;
    }
    LR_TRY(add_terms(s, explained, weights, scale, vectors.row, explanation));
done:
    lr_free(s->context, vector);
    lr_free(s->context, vectors.row);
    lr_free(s->context, vectors.sum);
    lr_free(s->context, weights);
    return status;
}

static const lr_strategy strategy = {.name = "similarity",
                                     .kind = &lr_similarity_kind,
                                     .batch = similarity_batch,
                                     .rank = similarity_rank,
                                     .score = lr_score_by_vectors,
                                     .vectors = similarity_vectors,
                                     .explain = similarity_explain,
                                     .free = similarity_free};

/* Fits a reducer to reduce_dim directions, or to all existing directions if there are fewer. */
static llmrec_status fit(const llmrec_embedding *embedding, const llmrec_similarity_options *options,
                         llmrec_reducer **reducer)
{
    char kept[LR_ERROR_SIZE];
    llmrec_reducer_options reducing;
    LR_RETURN_IF(lr_options_read(&lr_reducer_options, NULL, &reducing));
    reducing.method = options->reduce;
    reducing.dim = options->reduce_dim;
    reducing.power = options->reduce_power;
    reducing.ridge = options->reduce_ridge;
    reducing.seed = options->seed;
    reducing.skip_missing = 1;
    lr_error_take(kept);
    const llmrec_status status = lr_reducer_make(embedding, &reducing, reducer);
    if (status != LLMREC_ERR_SHAPE || reducing.dim == 0) return status;
    lr_error_put(kept);
    reducing.dim = 0;
    return lr_reducer_make(embedding, &reducing, reducer);
}

/* Returns a new reference to the table to search: the caller's table, or its reduced form. */
static llmrec_status reduce(const llmrec_embedding *embedding, const llmrec_similarity_options *options,
                            llmrec_embedding **reduced)
{
    llmrec_reducer *reducer = NULL;
    llmrec_status status = LLMREC_OK;
    if (options->reduce == LLMREC_REDUCE_NONE) {
        *reduced = lr_embedding_hold((llmrec_embedding *)(uintptr_t)embedding);
        return LLMREC_OK;
    }
    LR_TRY(fit(embedding, options, &reducer));
    LR_TRY(lr_reducer_apply(reducer, embedding, reduced));
done:
    llmrec_reducer_free(reducer);
    return status;
}

static llmrec_status make_similarity(llmrec_embedding *table, const llmrec_similarity_options *options,
                                     similarity **made)
{
    similarity *fresh = NULL;
    llmrec_status status = LLMREC_OK;
    LR_TRY(LR_NEW(table->context, fresh, 1));
    fresh->context = table->context;
    fresh->weighting = (lr_weighting){options->weighting, options->decay, options->decay_rate};
    LR_TRY(lr_search_make(table->context, table, options->measure, &fresh->search));
    *made = fresh;
done:
    if (status != LLMREC_OK) lr_free(table->context, fresh);
    return status;
}

/* Creates a recommender over the table to search. */
static llmrec_status make(llmrec_embedding *table, const llmrec_similarity_options *options,
                          llmrec_recommender **recommender)
{
    similarity *fresh = NULL;
    LR_RETURN_IF(make_similarity(table, options, &fresh));
    const lr_recommender_parts parts = {.strategy = &strategy,
                                        .self = fresh,
                                        .items = table->rows,
                                        .ids = table->ids,
                                        .options = options,
                                        .search = &fresh->search};
    return lr_recommender_make(table->context, &parts, recommender);
}

llmrec_status llmrec_recommender_create_similarity(const llmrec_embedding *embedding,
                                                   const llmrec_similarity_options *given,
                                                   llmrec_recommender **recommender)
{
    llmrec_similarity_options options;
    llmrec_embedding *table = NULL;
    llmrec_status status = LLMREC_OK;
    LR_NEED(embedding, recommender);
    LR_RETURN_IF(lr_options_read(&lr_similarity_options, given, &options));
    LR_CHECK(embedding->rows <= INT32_MAX, LLMREC_ERR_SHAPE, "embedding has %zu rows; wanted at most %d",
             embedding->rows, INT32_MAX);
    LR_TRY(reduce(embedding, &options, &table));
    LR_TRY(make(table, &options, recommender));
    const size_t known = lr_embedding_known(table);
    if (known < table->rows)
        lr_log(table->context, LLMREC_LOG_WARNING, "rank", "similarity can recommend %zu of %zu items by their vectors",
               known, table->rows);
done:
    llmrec_embedding_free(table);
    return status;
}

static llmrec_status create(const llmrec_recommender_parts *parts, const void *options,
                            llmrec_recommender **recommender)
{
    return llmrec_recommender_create_similarity(parts->embedding, options, recommender);
}

static llmrec_status save(const llmrec_recommender *recommender, const lr_saving *saving)
{
    const similarity *s = recommender->self;
    return lr_save_table(saving, "table", s->search.measured.table);
}

/* The table in the file is already reduced. */
static llmrec_status open(const lr_opening *opening, const void *options, llmrec_recommender **recommender)
{
    llmrec_embedding *table = NULL;
    llmrec_status status = LLMREC_OK;
    LR_TRY(lr_open_table(opening, "table", &table));
    LR_TRY(lr_fail_in_file(opening->path, make(table, options, recommender)));
done:
    llmrec_embedding_free(table);
    return status;
}

const lr_strategy_kind lr_similarity_kind = {.name = "similarity",
                                             .help = "LLM-seq-sim: items similar to a session by their vectors",
                                             .options = &lr_similarity_options,
                                             .needs = LLMREC_NEED_EMBEDDING,
                                             .takes = LLMREC_NEED_EMBEDDING,
                                             .create = create,
                                             .save = save,
                                             .open = open};
