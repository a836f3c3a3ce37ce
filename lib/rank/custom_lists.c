/* SPDX-License-Identifier: Apache-2.0 */
/* Makes the lists of a host strategy. Uses the host's own lists, checked and filtered, or its scores of all items. */
#include <math.h>
#include <string.h>

#include "math/topk.h"
#include "rank/custom.h"

static const size_t MEMORY = (size_t)16 << 20; /* bytes that the lists or scores of one request should not exceed */

/* Number of sessions in one request, if each session needs this number of bytes. */
static size_t sessions_of(const lr_batch *batch, size_t bytes)
{
    const size_t fitting = MEMORY / (bytes + 1);
    if (fitting >= batch->sessions) return batch->sessions;
    return fitting < 1 ? 1 : fitting;
}

static void rebase(const lr_batch *batch, int64_t *offsets)
{
    for (size_t i = 0; i <= batch->sessions; i++) offsets[i] = batch->offsets[i] - batch->offsets[0];
}

/* --- the host's own lists ---------------------------------------------------------------------------------------- */

typedef struct asking {
    const lr_custom *custom;
    size_t items, width;
    int64_t *offsets;     /* [sessions+1] */
    int32_t *recommended; /* [sessions,width] */
    float *scores;        /* [sessions,width] */
    int32_t *counts;      /* [sessions] */
    int32_t *seen;        /* [rows] */
    uint8_t *listed;      /* [items] 1: in the current list; all zero between lists */
} asking;

static void lay_out(lr_arena *arena, const lr_batch *batch, size_t sessions, asking *a)
{
    LR_CUT(arena, a->offsets, sessions + 1);
    LR_CUT(arena, a->recommended, sessions * a->width);
    LR_CUT(arena, a->scores, sessions * a->width);
    LR_CUT(arena, a->counts, sessions);
    LR_CUT(arena, a->seen, lr_batch_rows(batch));
    LR_CUT(arena, a->listed, a->items);
}

/* Number of entries to request, so that at least k remain after the filter. */
static size_t width_of(const lr_batch *batch, size_t items)
{
    const size_t longest = batch->filter->keep_seen ? 0 : lr_batch_longest(batch);
    const size_t width = batch->k + (items - batch->filter->eligible);
    return longest < items && width < items - longest ? width + longest : items;
}

static llmrec_status check_entry(const asking *a, size_t session, size_t place, size_t row)
{
    const int32_t item = a->recommended[row + place];
    const float score = a->scores[row + place];
    const char *name = a->custom->name;
    if (item < 0 || (size_t)item >= a->items)
        return lr_fail(LLMREC_ERR_CALLBACK, "%s: session %zu: recommended[%zu] is %d; wanted 0 to %zu", name, session,
                       place, item, a->items - 1);
    if (a->listed[item])
        return lr_fail(LLMREC_ERR_CALLBACK, "%s: session %zu: recommended[%zu] is %d again; wanted each item once",
                       name, session, place, item);
    if (!isfinite(score))
        return lr_fail(LLMREC_ERR_CALLBACK, "%s: session %zu: scores[%zu] is %g; wanted a finite one", name, session,
                       place, (double)score);
    if (place > 0 && score > a->scores[row + place - 1])
        return lr_fail(LLMREC_ERR_CALLBACK, "%s: session %zu: scores[%zu] is %.9g, above the %.9g before it", name,
                       session, place, (double)score, (double)a->scores[row + place - 1]);
    return LLMREC_OK;
}

static llmrec_status take_list(const asking *a, const lr_batch *batch, size_t session)
{
    const lr_seen seen = lr_seen_make(batch->filter, lr_batch_items(batch, session), lr_batch_length(batch, session),
                                      a->seen + lr_batch_start(batch, session));
    const size_t row = session * a->width;
    const int32_t given = a->counts[session];
    size_t count = 0;
    if (given < 0 || (size_t)given > a->width)
        return lr_fail(LLMREC_ERR_CALLBACK, "%s: session %zu: its count is %d; wanted 0 to %zu", a->custom->name,
                       batch->first + session, given, a->width);
    for (size_t i = 0; i < (size_t)given; i++) {
        LR_RETURN_IF(check_entry(a, batch->first + session, i, row));
        const int32_t item = a->recommended[row + i];
        a->listed[item] = 1;
        if (count == batch->k || !lr_filter_passes(batch->filter, (size_t)item) || lr_seen_has(&seen, item)) continue;
        lr_batch_put(batch, session, count++, item,
                     a->scores[row + i] + 0.0f); /* turns -0 into 0: lists contain no -0 */
    }
    for (size_t i = 0; i < (size_t)given; i++) a->listed[a->recommended[row + i]] = 0;
    batch->counts[session] = (int32_t)count;
    return LLMREC_OK;
}

static llmrec_status ask_for_lists(const asking *a, const lr_batch *batch)
{
    const lr_filter *filter = batch->filter;
    const llmrec_rank_request request = {.size = sizeof request,
                                         .sessions = (int64_t)batch->sessions,
                                         .offsets = a->offsets,
                                         .items = lr_batch_items(batch, 0),
                                         .k = (int64_t)batch->k,
                                         .width = (int64_t)a->width,
                                         .keep_seen = filter->keep_seen,
                                         .allow_count = filter->allow_count,
                                         .allow = filter->allow,
                                         .deny_count = filter->deny_count,
                                         .deny = filter->deny,
                                         .recommended = a->recommended,
                                         .scores = a->scores,
                                         .counts = a->counts};
    rebase(batch, a->offsets);
    for (size_t i = 0; i < batch->sessions * a->width; i++) a->recommended[i] = -1;
    for (size_t i = 0; i < batch->sessions * a->width; i++) a->scores[i] = NAN;
    memset(a->counts, 0, batch->sessions * sizeof *a->counts);
    LR_RETURN_IF(lr_custom_rank(a->custom, batch, &request));
    for (size_t i = 0; i < batch->sessions; i++) LR_RETURN_IF(take_list(a, batch, i));
    return LLMREC_OK;
}

llmrec_status lr_custom_rank_batch(const llmrec_recommender *recommender, const lr_batch *batch)
{
    asking a = {.custom = recommender->self, .items = recommender->items};
    lr_scratch *scratch = NULL;
    lr_arena arena = {0};
    llmrec_status status = LLMREC_OK;
    a.width = width_of(batch, a.items);
    const size_t step = sessions_of(batch, a.width * (sizeof *a.recommended + sizeof *a.scores));
    memset(batch->counts, 0, batch->sessions * sizeof *batch->counts);
    if (batch->k == 0) return LLMREC_OK;
    lay_out(&arena, batch, step, &a);
    LR_TRY(lr_scratch_take(recommender->scratch, recommender->context, arena.used, &scratch, &arena));
    lay_out(&arena, batch, step, &a);
    memset(a.listed, 0, a.items);
    for (size_t first = 0; first < batch->sessions; first += step) {
        const lr_batch part = lr_batch_part(batch, first, step);
        LR_TRY(ask_for_lists(&a, &part));
    }
done:
    lr_scratch_give(recommender->scratch, scratch);
    return status;
}

/* --- lists made of scores ---------------------------------------------------------------------------------------- */

enum { BLOCK = 8192 }; /* items that one request scores */

typedef struct scoring {
    const lr_custom *custom;
    size_t block;
    int64_t *offsets;  /* [sessions+1] */
    int32_t *eligible; /* [filter.eligible] */
    float *scores;     /* [sessions,block] */
    uint64_t *keys;    /* [sessions,k] */
    lr_heap *heaps;    /* [sessions] */
    int32_t *seen;     /* [rows] */
    lr_seen *own;      /* [sessions] */
} scoring;

static void lay_out_scores(lr_arena *arena, const lr_batch *batch, size_t sessions, scoring *s)
{
    LR_CUT(arena, s->offsets, sessions + 1);
    LR_CUT(arena, s->eligible, batch->filter->eligible);
    LR_CUT(arena, s->scores, sessions * s->block);
    LR_CUT(arena, s->keys, sessions * batch->k);
    LR_CUT(arena, s->heaps, sessions);
    LR_CUT(arena, s->seen, lr_batch_rows(batch));
    LR_CUT(arena, s->own, sessions);
}

static void begin(const scoring *s, const lr_batch *batch)
{
    rebase(batch, s->offsets);
    for (size_t i = 0; i < batch->sessions; i++) {
        s->heaps[i] = (lr_heap){.keys = s->keys + i * batch->k, .limit = batch->k};
        s->own[i] = lr_seen_make(batch->filter, lr_batch_items(batch, i), lr_batch_length(batch, i),
                                 s->seen + lr_batch_start(batch, i));
    }
}

static llmrec_status score_block(const scoring *s, const lr_batch *batch, size_t first, size_t count)
{
    const int32_t *items = s->eligible + first;
    const llmrec_score_request request = {.size = sizeof request,
                                          .sessions = (int64_t)batch->sessions,
                                          .offsets = s->offsets,
                                          .items = lr_batch_items(batch, 0),
                                          .candidates = items,
                                          .candidate_count = (int64_t)count,
                                          .scores = s->scores};
    for (size_t i = 0; i < batch->sessions * count; i++) s->scores[i] = NAN;
    LR_RETURN_IF(lr_custom_score(s->custom, batch, &request));
    for (size_t i = 0; i < batch->sessions; i++) {
        float *scores = s->scores + i * count;
        LR_RETURN_IF(lr_custom_take_scores(s->custom, batch->first + i, items, count, scores));
        for (size_t j = 0; j < count; j++)
            if (!isnan(scores[j]) && !lr_seen_has(&s->own[i], items[j]))
                lr_heap_push(&s->heaps[i], lr_rank_key(scores[j], items[j]));
    }
    return LLMREC_OK;
}

static void finish(const scoring *s, const lr_batch *batch)
{
    for (size_t i = 0; i < batch->sessions; i++) {
        lr_heap *heap = &s->heaps[i];
        lr_heap_sort(heap);
        for (size_t j = 0; j < heap->count; j++)
            lr_batch_put(batch, i, j, lr_key_row(heap->keys[j]), lr_key_score(heap->keys[j]));
        batch->counts[i] = (int32_t)heap->count;
    }
}

static llmrec_status rank_some(const scoring *s, const lr_batch *batch)
{
    const size_t eligible = batch->filter->eligible;
    begin(s, batch);
    for (size_t first = 0; first < eligible; first += s->block)
        LR_RETURN_IF(score_block(s, batch, first, eligible - first < s->block ? eligible - first : s->block));
    finish(s, batch);
    return LLMREC_OK;
}

llmrec_status lr_custom_rank_by_scores(const llmrec_recommender *recommender, const lr_batch *batch)
{
    const size_t eligible = batch->filter->eligible;
    scoring s = {.custom = recommender->self, .block = eligible < BLOCK ? eligible : BLOCK};
    const size_t step = sessions_of(batch, s.block * sizeof *s.scores + batch->k * sizeof *s.keys);
    lr_scratch *scratch = NULL;
    lr_arena arena = {0};
    size_t used = 0;
    llmrec_status status = LLMREC_OK;
    memset(batch->counts, 0, batch->sessions * sizeof *batch->counts);
    if (batch->k == 0) return LLMREC_OK;
    lay_out_scores(&arena, batch, step, &s);
    LR_TRY(lr_scratch_take(recommender->scratch, recommender->context, arena.used, &scratch, &arena));
    lay_out_scores(&arena, batch, step, &s);
    for (size_t i = 0; i < recommender->items; i++)
        if (lr_filter_passes(batch->filter, i)) s.eligible[used++] = (int32_t)i;
    for (size_t first = 0; first < batch->sessions; first += step) {
        const lr_batch part = lr_batch_part(batch, first, step);
        LR_TRY(rank_some(&s, &part));
    }
done:
    lr_scratch_give(recommender->scratch, scratch);
    return status;
}
