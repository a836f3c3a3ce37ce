/* SPDX-License-Identifier: Apache-2.0 */
/* Sums the rows of a session's items. Dense rows are summed in blocks of columns that stay in the first-level cache,
 * and each block is searched for the best items at once. Sparse rows are added to one sum per item, and only the items
 * that occur in them are visited. */
#include "rank/item_scores.h"

#include <math.h>

#include "core/memory.h"
#include "core/pool.h"
#include "math/simd.h"
#include "math/topk.h"
#include "math/vector.h"
#include "rank/scoring.h"

enum { BATCH = 4096, TASK = 8 }; /* sessions */
enum { BLOCK = 4096 };           /* columns: a block of sums stays in the first-level cache */
enum { FEW = 16 };               /* up to items/FEW candidates are scored one by one */

size_t lr_item_scores_batch(const void *self, size_t k)
{
    (void)self;
    (void)k;
    return BATCH;
}

/* The scratch memory of one thread, and the session that it works on. */
typedef struct desk {
    int32_t *items; /* [longest] known items of the session, newest first */
    float *weights; /* [longest] */
    size_t count;
    float *sums;   /* [items] */
    uint64_t *met; /* [words] bits of the items that occur in sparse rows: the others have no sum */
    lr_heap heap;
} desk;

typedef struct call {
    const lr_item_matrix *matrix;
    const lr_item_scoring *scoring;
    const lr_batch *batch;
    size_t words;
    desk *desks;   /* [workers] */
    int32_t *seen; /* [rows of the batch] */
} call;

/* --- the session's items ------------------------------------------------------------------------------------------ */

static void weigh(const call *c, size_t session, desk *d)
{
    const lr_weighting *weighting = &c->scoring->weighting;
    const int32_t *items = lr_batch_items(c->batch, session);
    const bool last = weighting->kind == LLMREC_WEIGHTING_LAST;
    d->count = 0;
    for (size_t i = lr_batch_length(c->batch, session); i-- > 0 && !(last && d->count == 1);)
        if (items[i] >= 0) d->items[d->count++] = items[i];
    for (size_t i = 0; i < d->count; i++) d->weights[i] = last ? 1 : (float)lr_decay_weight(weighting, i + 1, d->count);
}

/* --- the best items ----------------------------------------------------------------------------------------------- */

/* What keys are compared with, and which items are left out. */
typedef struct best {
    const lr_filter *filter;
    lr_seen seen;
    lr_heap *heap;
    float least; /* smaller scores have no place in the list */
} best;

static void consider(best *b, int32_t item, float score)
{
    const uint64_t key = lr_rank_key(score, item);
    const bool full = b->heap->count == b->heap->limit;
    if (full && key <= b->heap->keys[0]) return;
    if (!lr_filter_passes(b->filter, (size_t)item) || lr_seen_has(&b->seen, item)) return;
    lr_heap_push(b->heap, key);
    if (b->heap->count == b->heap->limit) b->least = lr_key_score(b->heap->keys[0]);
}

/* Returns the position of the first number from `at` on that is at least `least`; `count` if there is none. */
LR_VECTORIZE static size_t next_at_least(const float *numbers, size_t at, size_t count, float least)
{
    enum { STEP = 64 };
    for (; at + STEP <= count; at += STEP) {
        int any = 0;
        for (size_t i = 0; i < STEP; i++) any |= numbers[at + i] >= least;
        if (any) break;
    }
    while (at < count && !(numbers[at] >= least)) at++;
    return at;
}

/* --- dense rows --------------------------------------------------------------------------------------------------- */

/* Sums `count` columns from `first` on. */
static void sum_columns(const lr_item_matrix *m, const desk *d, size_t first, size_t count, float *sums)
{
    memset(sums, 0, count * sizeof *sums);
    for (size_t i = 0; i < d->count; i++)
        lr_add_scaled(sums, d->weights[i], m->values + (size_t)d->items[i] * m->items + first, count);
}

static void search_dense(const call *c, const desk *d, best *b)
{
    const lr_item_matrix *m = c->matrix;
    for (size_t first = 0; first < m->items; first += BLOCK) {
        const size_t left = m->items - first, count = left < BLOCK ? left : BLOCK;
        sum_columns(m, d, first, count, d->sums);
        for (size_t at = 0; (at = next_at_least(d->sums, at, count, b->least)) < count; at++)
            consider(b, (int32_t)(first + at), d->sums[at]);
    }
}

static float dense_sum(const call *c, const desk *d, int32_t item)
{
    (void)c;
    return d->sums[item];
}

static float dense_score(const call *c, const desk *d, int32_t item)
{
    const lr_item_matrix *m = c->matrix;
    float sum = 0;
    for (size_t i = 0; i < d->count; i++)
        sum += d->weights[i] * m->values[(size_t)d->items[i] * m->items + (size_t)item];
    return sum;
}

/* --- sparse rows -------------------------------------------------------------------------------------------------- */

static void add_sparse(const call *c, const desk *d)
{
    const lr_item_matrix *m = c->matrix;
    memset(d->met, 0, c->words * sizeof *d->met);
    for (size_t i = 0; i < d->count; i++)
        for (int64_t at = m->offsets[d->items[i]]; at < m->offsets[d->items[i] + 1]; at++) {
            const int32_t column = m->columns[at];
            uint64_t *word = &d->met[column / 64];
            const uint64_t bit = (uint64_t)1 << column % 64;
            if ((*word & bit) == 0) d->sums[column] = 0;
            *word |= bit;
            d->sums[column] += d->weights[i] * m->values[at];
        }
}

static float sparse_sum(const call *c, const desk *d, int32_t item)
{
    (void)c;
    return (d->met[item / 64] >> item % 64 & 1) != 0 ? d->sums[item] : 0;
}

static void consider_met(const call *c, const desk *d, best *b)
{
    for (size_t word = 0; word < c->words; word++)
        for (uint64_t bits = d->met[word]; bits != 0; bits &= bits - 1) {
            const size_t item = word * 64 + (size_t)__builtin_ctzll(bits);
            if (d->sums[item] >= b->least) consider(b, (int32_t)item, d->sums[item]);
        }
}

/* The other items have the score 0. They rise, so the first one that has no place in a full list ends the search. */
static void consider_others(const call *c, const desk *d, best *b)
{
    for (size_t word = 0; word < c->words; word++)
        for (uint64_t bits = ~d->met[word] & lr_filter_word(b->filter, word, c->matrix->items); bits != 0;
             bits &= bits - 1) {
            const int32_t item = (int32_t)(word * 64 + (size_t)__builtin_ctzll(bits));
            if (b->heap->count == b->heap->limit && lr_rank_key(0, item) <= b->heap->keys[0]) return;
            consider(b, item, 0);
        }
}

static void search_sparse(const call *c, const desk *d, best *b)
{
    add_sparse(c, d);
    consider_met(c, d, b);
    if (!c->scoring->positive) consider_others(c, d, b);
}

/* --- the verbs ---------------------------------------------------------------------------------------------------- */

static void rank_session(void *argument, size_t session, size_t worker)
{
    const call *c = argument;
    desk *d = &c->desks[worker];
    const lr_batch *batch = c->batch;
    best b = {.filter = batch->filter,
              .seen = lr_seen_make(batch->filter, lr_batch_items(batch, session), lr_batch_length(batch, session),
                                   c->seen + lr_batch_start(batch, session)),
              .heap = &d->heap,
              .least = c->scoring->positive ? nextafterf(0, 1) : -INFINITY};
    d->heap.count = 0;
    weigh(c, session, d);
    if (d->count > 0 && batch->k > 0) (c->matrix->offsets == NULL ? search_dense : search_sparse)(c, d, &b);
    lr_heap_sort(&d->heap);
    for (size_t i = 0; i < d->heap.count; i++)
        lr_batch_put(batch, session, i, lr_key_row(d->heap.keys[i]), lr_key_score(d->heap.keys[i]));
    batch->counts[session] = (int32_t)d->heap.count;
}

/* The score of one item, in the same order of addition as the sums. */
typedef float (*item_score_fn)(const call *c, const desk *d, int32_t item);

/* Makes the sums that candidates are looked up in, unless they are few. */
static item_score_fn prepare(const call *c, size_t candidates, desk *d)
{
    const size_t items = c->matrix->items;
    if (c->matrix->offsets != NULL) {
        add_sparse(c, d);
        return sparse_sum;
    }
    if (candidates <= items / FEW) return dense_score;
    for (size_t first = 0; first < items; first += BLOCK)
        sum_columns(c->matrix, d, first, items - first < BLOCK ? items - first : BLOCK, d->sums + first);
    return dense_sum;
}

static void score_session(void *argument, size_t session, size_t worker)
{
    const call *c = argument;
    desk *d = &c->desks[worker];
    const lr_scoring *scoring = &c->batch->scoring;
    const int32_t *items = lr_scoring_items(scoring, session);
    const size_t count = lr_scoring_length(scoring, session);
    float *scores = lr_scoring_scores(scoring, session);
    weigh(c, session, d);
    const item_score_fn score = prepare(c, count, d);
    for (size_t i = 0; i < count; i++) scores[i] = items[i] < 0 || d->count == 0 ? NAN : score(c, d, items[i]);
}

static void lay_out(call *c, size_t workers, lr_arena *arena)
{
    const size_t longest = lr_batch_longest(c->batch);
    LR_CUT(arena, c->desks, workers);
    LR_CUT(arena, c->seen, lr_batch_rows(c->batch));
    for (size_t i = 0; i < workers; i++) {
        desk d = {.heap.limit = c->batch->k};
        LR_CUT(arena, d.items, longest);
        LR_CUT(arena, d.weights, longest);
        LR_CUT(arena, d.sums, c->matrix->items);
        LR_CUT(arena, d.met, c->words);
        LR_CUT(arena, d.heap.keys, c->batch->k);
        if (c->desks != NULL) c->desks[i] = d;
    }
}

static llmrec_status run(const llmrec_recommender *recommender, const lr_batch *batch, const lr_item_scoring *scoring,
                         lr_piece_fn each)
{
    const size_t workers = lr_workers(recommender->context);
    call c = {
        .matrix = scoring->matrix, .scoring = scoring, .batch = batch, .words = (scoring->matrix->items + 63) / 64};
    lr_scratch *scratch = NULL;
    lr_arena arena = {0};
    lay_out(&c, workers, &arena);
    LR_RETURN_IF(lr_scratch_take(recommender->scratch, recommender->context, arena.used, &scratch, &arena));
    lay_out(&c, workers, &arena);
    const llmrec_status status = lr_parallel_pieces(recommender->context, batch->sessions, TASK, each, &c);
    lr_scratch_give(recommender->scratch, scratch);
    return status;
}

llmrec_status lr_item_scores_rank(const llmrec_recommender *recommender, const lr_batch *batch,
                                  const lr_item_scoring *scoring)
{
    return run(recommender, batch, scoring, rank_session);
}

llmrec_status lr_item_scores_score(const llmrec_recommender *recommender, const lr_batch *batch,
                                   const lr_item_scoring *scoring)
{
    return run(recommender, batch, scoring, score_session);
}

/* --- explanations ------------------------------------------------------------------------------------------------- */

const lr_explaining lr_by_weights = {"weights", "", " often goes with ", LR_FIGURE_SHARE};

/* Returns B[row,column]. */
static float entry_at(const lr_item_matrix *m, size_t row, int32_t column)
{
    if (m->offsets == NULL) return m->values[row * m->items + (size_t)column];
    for (int64_t at = m->offsets[row]; at < m->offsets[row + 1]; at++)
        if (m->columns[at] == column) return m->values[at];
    return 0;
}

llmrec_status lr_item_scores_explain(const lr_explained *explained, const lr_item_scoring *scoring,
                                     llmrec_explanation *explanation)
{
    const bool last = scoring->weighting.kind == LLMREC_WEIGHTING_LAST;
    size_t known = 0, age = 0;
    explanation->method = &lr_by_weights;
    for (size_t i = 0; i < explained->count; i++) known += explained->items[i] >= 0;
    for (size_t i = explained->count; i-- > 0 && !(last && age == 1);) {
        if (explained->items[i] < 0) continue;
        const double weight = last ? 1 : (double)(float)lr_decay_weight(&scoring->weighting, age + 1, known);
        const float entry = entry_at(scoring->matrix, (size_t)explained->items[i], explained->item);
        age++;
        if (entry != 0) LR_RETURN_IF(lr_explanation_add_item(explanation, explained, i, weight * entry, entry));
    }
    return LLMREC_OK;
}
