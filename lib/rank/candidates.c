/* SPDX-License-Identifier: Apache-2.0 */
/* Finds the candidates of a blend and their scores. Sets a bit for each listed item, and reads the bits in order. */
#include "rank/candidates.h"

#include <string.h>

#include "core/pool.h"
#include "rank/scoring.h"
#include "rank/search.h"

enum { TASK = 8 }; /* sessions */

static size_t words_of(const lr_asked *asked)
{
    return (asked->items + 63) / 64;
}

static size_t most_of(const lr_asked *asked, size_t depth)
{
    return depth < asked->items / asked->count ? depth * asked->count : asked->items;
}

size_t lr_vectors_dim(const lr_asked *asked, size_t recommender)
{
    const lr_search *search = asked->list[recommender]->search;
    return search == NULL ? 0 : search->measured.table->dim;
}

/* The sum of the first `count` recommenders' dims. */
static size_t width_of(const lr_asked *asked, size_t count)
{
    size_t width = 0;
    for (size_t i = 0; i < count; i++) width += lr_vectors_dim(asked, i);
    return width;
}

float *lr_candidates_vectors(const lr_asked *asked, const lr_candidates *c, size_t recommender)
{
    return lr_vectors_dim(asked, recommender) == 0 ? NULL : c->vectors + c->sessions * width_of(asked, recommender);
}

size_t lr_candidates_bytes(const lr_asked *asked, size_t depth)
{
    return asked->count * (depth + 1) * sizeof(int32_t) +
           most_of(asked, depth) * (sizeof(int32_t) + asked->count * sizeof(float)) +
           width_of(asked, asked->count) * sizeof(float);
}

void lr_candidates_lay(lr_arena *arena, const lr_asked *asked, size_t sessions, size_t depth, lr_candidates *c)
{
    c->sessions = sessions;
    c->depth = depth;
    c->most = most_of(asked, depth);
    LR_CUT(arena, c->lists, asked->count * sessions * depth);
    LR_CUT(arena, c->counts, asked->count * sessions);
    LR_CUT(arena, c->bits, lr_workers(asked->context) * words_of(asked));
    LR_CUT(arena, c->offsets, sessions + 1);
    LR_CUT(arena, c->items, sessions * c->most);
    LR_CUT(arena, c->scores, asked->count * sessions * c->most);
    LR_CUT(arena, c->vectors, sessions * width_of(asked, asked->count));
}

/* The sessions of a batch, without its outputs. */
static lr_batch sessions_of(const lr_batch *batch)
{
    return (lr_batch){.offsets = batch->offsets,
                      .items = batch->items,
                      .origin = batch->origin,
                      .sessions = batch->sessions,
                      .first = batch->first,
                      .k = 1};
}

static llmrec_status make_vectors(const llmrec_recommender *recommender, const lr_batch *batch)
{
    return recommender->strategy->vectors(recommender, batch);
}

static llmrec_status ask_for_vectors(const lr_asked *asked, const lr_batch *batch, const lr_candidates *c)
{
    lr_batch inner = sessions_of(batch);
    for (size_t i = 0; i < asked->count; i++) {
        inner.vectors = lr_candidates_vectors(asked, c, i);
        inner.width = lr_vectors_dim(asked, i);
        if (inner.width > 0) LR_RETURN_IF(lr_run(asked->list[i], make_vectors, &inner, NULL));
    }
    return LLMREC_OK;
}

static llmrec_status ask_for_lists(const lr_asked *asked, const lr_batch *batch, const lr_filter *filter,
                                   const lr_candidates *c)
{
    lr_batch inner = sessions_of(batch);
    inner.k = c->depth < filter->eligible ? c->depth : filter->eligible;
    inner.filter = filter;
    inner.stride = c->depth;
    for (size_t i = 0; i < asked->count; i++) {
        inner.recommended = c->lists + i * c->sessions * c->depth;
        inner.counts = c->counts + i * c->sessions;
        inner.vectors = lr_candidates_vectors(asked, c, i);
        inner.width = lr_vectors_dim(asked, i);
        LR_RETURN_IF(lr_recommend_quietly(asked->list[i], &inner));
    }
    return LLMREC_OK;
}

typedef struct uniting {
    const lr_asked *asked;
    const lr_candidates *candidates;
} uniting;

/* Writes a session's candidates at the start of its room, and their number to its offset. */
static void unite(void *argument, size_t session, size_t worker)
{
    const uniting *u = argument;
    const lr_candidates *c = u->candidates;
    uint64_t *bits = c->bits + worker * words_of(u->asked);
    int32_t *items = c->items + session * c->most;
    size_t count = 0;
    for (size_t i = 0; i < u->asked->count; i++) {
        const size_t row = i * c->sessions + session;
        for (int32_t j = 0; j < c->counts[row]; j++) {
            const int32_t item = c->lists[row * c->depth + (size_t)j];
            bits[item / 64] |= (uint64_t)1 << item % 64;
        }
    }
    for (size_t word = 0; word < words_of(u->asked); word++) {
        for (uint64_t left = bits[word]; left != 0; left &= left - 1)
            items[count++] = (int32_t)(word * 64 + (size_t)__builtin_ctzll(left));
        bits[word] = 0;
    }
    c->offsets[session + 1] = (int64_t)count;
}

/* Moves the candidates of all sessions together. */
static void close_gaps(const lr_candidates *c)
{
    c->offsets[0] = 0;
    for (size_t i = 0; i < c->sessions; i++) {
        const size_t count = (size_t)c->offsets[i + 1];
        memmove(c->items + c->offsets[i], c->items + i * c->most, count * sizeof *c->items);
        c->offsets[i + 1] += c->offsets[i];
    }
}

static llmrec_status ask_for_scores(const lr_asked *asked, const lr_batch *batch, const lr_candidates *c)
{
    lr_batch inner = sessions_of(batch);
    inner.scoring = (lr_scoring){.offsets = c->offsets, .items = c->items};
    for (size_t i = 0; i < asked->count; i++) {
        inner.scoring.scores = c->scores + i * c->sessions * c->most;
        inner.vectors = lr_candidates_vectors(asked, c, i);
        inner.width = lr_vectors_dim(asked, i);
        LR_RETURN_IF(lr_run(asked->list[i], lr_score_batch, &inner, NULL));
    }
    return LLMREC_OK;
}

llmrec_status lr_candidates_find(const lr_asked *asked, const lr_batch *batch, const lr_filter *filter,
                                 lr_candidates *candidates)
{
    uniting u = {asked, candidates};
    memset(candidates->bits, 0, lr_workers(asked->context) * words_of(asked) * sizeof *candidates->bits);
    LR_RETURN_IF(ask_for_vectors(asked, batch, candidates));
    LR_RETURN_IF(ask_for_lists(asked, batch, filter, candidates));
    LR_RETURN_IF(lr_parallel_pieces(asked->context, batch->sessions, TASK, unite, &u));
    close_gaps(candidates);
    return ask_for_scores(asked, batch, candidates);
}
