/* SPDX-License-Identifier: Apache-2.0 */
/* Implements the score verbs: pair by pair, by vectors, and by lists of all items. */
#include "rank/scoring.h"

#include <math.h>
#include <string.h>

#include "core/pool.h"
#include "rank/search.h"

/* --- pair by pair --------------------------------------------------------------------------------------------- */

enum { TASK = 512 }; /* pairs */

typedef struct pairs {
    const lr_batch *batch;
    lr_score_fn score;
    const void *self;
    size_t count;
} pairs;

/* Returns the session of the pair at position `at`. */
static size_t session_of(const lr_batch *batch, size_t at)
{
    size_t low = 0, high = batch->sessions - 1;
    while (low < high) {
        const size_t middle = high - (high - low) / 2;
        if (lr_scoring_start(&batch->scoring, middle) <= at) low = middle;
        else high = middle - 1;
    }
    return low;
}

static llmrec_status score_some(void *argument, size_t task, size_t worker)
{
    const pairs *p = argument;
    const lr_scoring *scoring = &p->batch->scoring;
    const size_t left = p->count - task * TASK, end = task * TASK + (left < TASK ? left : TASK);
    size_t session = session_of(p->batch, task * TASK);
    for (size_t at = task * TASK; at < end; at++) {
        while (at >= lr_scoring_start(scoring, session + 1)) session++;
        const size_t index = at - lr_scoring_start(scoring, session);
        const int32_t item = lr_scoring_items(scoring, session)[index];
        lr_scoring_scores(scoring, session)[index] = item < 0 ? NAN : p->score(p->self, session, item, worker);
    }
    return LLMREC_OK;
}

llmrec_status lr_score_pairs(llmrec_context *context, const lr_batch *batch, lr_score_fn score, const void *self)
{
    pairs p = {batch, score, self, lr_scoring_start(&batch->scoring, batch->sessions)};
    return lr_parallel(context, (p.count + TASK - 1) / TASK, score_some, &p);
}

/* --- by vectors ------------------------------------------------------------------------------------------------- */

typedef struct needles {
    const lr_measured *measured;
    float *vectors;     /* [sessions,dim] */
    lr_needle *needles; /* [sessions]; no vector: the session has no known item */
    float *rows;        /* [workers,dim] */
} needles;

static float score_row(const void *self, size_t session, int32_t item, size_t worker)
{
    const needles *n = self;
    const lr_needle *needle = &n->needles[session];
    if (needle->vector == NULL) return NAN;
    /* turns -0 into 0: lists contain no -0 */
    return lr_measured_score(n->measured, needle, (size_t)item, n->rows + worker * n->measured->table->dim) + 0.0f;
}

static void lay_out(lr_arena *arena, size_t sessions, size_t workers, needles *n)
{
    const size_t dim = n->measured->table->dim;
    LR_CUT(arena, n->vectors, sessions * dim);
    LR_CUT(arena, n->needles, sessions);
    LR_CUT(arena, n->rows, workers * dim);
}

/* Makes the sessions' vectors, or copies them if they are known: needles are scaled in place. */
static llmrec_status make_vectors(const llmrec_recommender *recommender, const lr_batch *batch, const needles *n)
{
    const size_t dim = n->measured->table->dim;
    lr_batch sessions = *batch;
    if (batch->vectors != NULL) {
        memcpy(n->vectors, batch->vectors, batch->sessions * dim * sizeof *n->vectors);
        return LLMREC_OK;
    }
    sessions.vectors = n->vectors;
    sessions.width = dim;
    return recommender->strategy->vectors(recommender, &sessions);
}

llmrec_status lr_score_by_vectors(const llmrec_recommender *recommender, const lr_batch *batch)
{
    const size_t workers = lr_workers(recommender->context);
    needles n = {.measured = &recommender->search->measured};
    lr_scratch *scratch = NULL;
    lr_arena arena = {0};
    llmrec_status status = LLMREC_OK;
    lay_out(&arena, batch->sessions, workers, &n);
    LR_TRY(lr_scratch_take(recommender->scratch, recommender->context, arena.used, &scratch, &arena));
    lay_out(&arena, batch->sessions, workers, &n);
    LR_TRY(make_vectors(recommender, batch, &n));
    for (size_t i = 0; i < batch->sessions; i++)
        n.needles[i] = lr_batch_has_known(batch, i) ? lr_needle_make(n.measured, n.vectors + i * n.measured->table->dim)
                                                    : (lr_needle){0};
    LR_TRY(lr_score_pairs(recommender->context, batch, score_row, &n));
done:
    lr_scratch_give(recommender->scratch, scratch);
    return status;
}

/* --- by lists --------------------------------------------------------------------------------------------------- */

static const size_t MEMORY = (size_t)64 << 20; /* bytes that lists of all items should not exceed */

typedef struct lists {
    size_t sessions, items;
    int32_t *recommended; /* [sessions,items] */
    float *scores;        /* [sessions,items] */
    int32_t *counts;      /* [sessions] */
    float *of_item;       /* [items] scores of one list; NaN: item not in the list */
} lists;

static void lay_out_lists(lr_arena *arena, lists *l)
{
    LR_CUT(arena, l->recommended, l->sessions * l->items);
    LR_CUT(arena, l->scores, l->sessions * l->items);
    LR_CUT(arena, l->counts, l->sessions);
    LR_CUT(arena, l->of_item, l->items);
}

static void look_up(const lists *l, size_t list, const lr_scoring *scoring, size_t session)
{
    const int32_t *items = lr_scoring_items(scoring, session);
    float *scores = lr_scoring_scores(scoring, session);
    for (size_t i = 0; i < l->items; i++) l->of_item[i] = NAN;
    for (size_t i = 0; i < (size_t)l->counts[list]; i++)
        l->of_item[l->recommended[list * l->items + i]] = l->scores[list * l->items + i];
    for (size_t i = 0; i < lr_scoring_length(scoring, session); i++)
        scores[i] = items[i] < 0 ? NAN : l->of_item[items[i]];
}

llmrec_status lr_score_by_lists(const llmrec_recommender *recommender, const lr_batch *batch, bool keep_seen)
{
    const lr_filter all = {.eligible = recommender->items, .keep_seen = keep_seen};
    const size_t fitting = MEMORY / ((recommender->items + 1) * (sizeof(int32_t) + sizeof(float)));
    lists l = {.sessions = fitting < 1 ? 1 : fitting, .items = recommender->items};
    lr_scratch *scratch = NULL;
    lr_arena arena = {0};
    llmrec_status status = LLMREC_OK;
    if (l.sessions > batch->sessions) l.sessions = batch->sessions;
    lay_out_lists(&arena, &l);
    LR_TRY(lr_scratch_take(recommender->scratch, recommender->context, arena.used, &scratch, &arena));
    lay_out_lists(&arena, &l);
    for (size_t first = 0; first < batch->sessions; first += l.sessions) {
        lr_batch ranked = lr_batch_part(batch, first, l.sessions);
        ranked.filter = &all;
        ranked.k = ranked.stride = l.items;
        ranked.recommended = l.recommended;
        ranked.scores = l.scores;
        ranked.counts = l.counts;
        ranked.scoring = (lr_scoring){0};
        LR_TRY(lr_recommend_quietly(recommender, &ranked));
        for (size_t i = 0; i < ranked.sessions; i++) look_up(&l, i, &batch->scoring, first + i);
    }
done:
    lr_scratch_give(recommender->scratch, scratch);
    return status;
}

llmrec_status lr_score_batch(const llmrec_recommender *recommender, const lr_batch *batch)
{
    if (recommender->strategy->score != NULL) return recommender->strategy->score(recommender, batch);
    return lr_score_by_lists(recommender, batch, false);
}
