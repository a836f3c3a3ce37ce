/* SPDX-License-Identifier: Apache-2.0 */
/* The concat strategy: the first items of one recommender's list, then the list of another one without repeats. */
#include <math.h>
#include <string.h>

#include "core/memory.h"
#include "llmrec/blend.h"
#include "rank/members.h"

extern const lr_strategy_kind lr_concat_kind;

typedef llmrec_concat_options C;
static const lr_option option[] = {
    LR_INTEGER(C, rank, 10, 0, INT32_MAX, "items taken from the first list"),
    LR_NUMBER(C, confidence, NAN, -1e9, 1e9, LR_CLOSED, "takes the items before the first score below this instead"),
};
static const lr_preset preset[] = {
    {"default", NULL, "ten items of the first list"},
    {"boz2024_beauty", LR_SETTINGS("rank=0"), "Boz et al. 2024 for Amazon Beauty"},
    {"boz2024_delivery_hero", LR_SETTINGS("confidence=0.8"), "Boz et al. 2024 for Delivery Hero"},
    {"boz2024_steam", LR_SETTINGS("rank=1"), "Boz et al. 2024 for Steam"},
};
static LR_OPTIONS(lr_concat_options, llmrec_concat_options, confidence, "one list after the other", option,
                  LR_PRESETS(preset));

llmrec_status llmrec_concat_options_init(llmrec_concat_options *options, size_t size)
{
    return lr_options_init(&lr_concat_options, options, size);
}

llmrec_status llmrec_concat_options_preset(llmrec_concat_options *options, size_t size, const char *name)
{
    return lr_options_preset(&lr_concat_options, options, size, name);
}

typedef struct concat {
    llmrec_context *context;
    lr_members members; /* two */
    llmrec_concat_options options;
} concat;

static void concat_free(void *self)
{
    concat *c = self;
    lr_members_free(&c->members);
    lr_free(c->context, c);
}

static size_t concat_batch(const void *self, size_t k)
{
    enum { LARGEST = 512 };
    static const size_t MEMORY = (size_t)32 << 20; /* bytes that the lists should not exceed */
    const size_t sessions = MEMORY / (k * (2 * sizeof(int32_t) + sizeof(float)) + 1);
    (void)self;
    return sessions < 1 ? 1 : sessions < LARGEST ? sessions : LARGEST;
}

/* The lists of both, and a bit for each item of the list that is being made. */
typedef struct lists {
    int32_t *items[2]; /* [sessions,k] */
    int32_t *counts[2];
    float *scores; /* of the first; NULL: not needed */
    uint64_t *taken;
} lists;

static void lay_out(lr_arena *arena, const concat *c, const lr_batch *batch, lists *l)
{
    for (int i = 0; i < 2; i++) {
        LR_CUT(arena, l->items[i], batch->sessions * batch->k);
        LR_CUT(arena, l->counts[i], batch->sessions);
    }
    LR_CUT(arena, l->taken, (c->members.items + 63) / 64);
    if (!isnan(c->options.confidence)) LR_CUT(arena, l->scores, batch->sessions * batch->k);
}

/* Items that a session takes from its first list. */
static size_t taken_of(const concat *c, const lists *l, size_t session, size_t k)
{
    const size_t count = (size_t)l->counts[0][session], rank = (size_t)c->options.rank;
    size_t taken = 0;
    if (l->scores == NULL) return count < rank ? count : rank;
    while (taken < count && l->scores[session * k + taken] >= (float)c->options.confidence) taken++;
    return taken;
}

/* Adds the first items of a list that are not there yet. */
static size_t add(const lr_batch *batch, size_t session, const int32_t *items, size_t count, uint64_t *taken,
                  size_t used)
{
    for (size_t i = 0; i < count && used < batch->k; i++) {
        uint64_t *word = &taken[items[i] / 64];
        const uint64_t bit = (uint64_t)1 << items[i] % 64;
        if ((*word & bit) != 0) continue;
        *word |= bit;
        lr_batch_put(batch, session, used, items[i], -(float)used);
        used++;
    }
    return used;
}

static void join(const concat *c, const lists *l, const lr_batch *batch)
{
    memset(l->taken, 0, (c->members.items + 63) / 64 * sizeof *l->taken);
    for (size_t i = 0; i < batch->sessions; i++) {
        size_t used = add(batch, i, l->items[0] + i * batch->k, taken_of(c, l, i, batch->k), l->taken, 0);
        used = add(batch, i, l->items[1] + i * batch->k, (size_t)l->counts[1][i], l->taken, used);
        batch->counts[i] = (int32_t)used;
        for (size_t j = 0; j < used; j++) l->taken[batch->recommended[i * batch->stride + j] / 64] = 0;
    }
}

static llmrec_status concat_rank(const llmrec_recommender *recommender, const lr_batch *batch)
{
    const concat *c = recommender->self;
    lr_batch inner = *batch;
    lists l = {0};
    lr_scratch *scratch = NULL;
    lr_arena arena = {0};
    llmrec_status status = LLMREC_OK;
    lay_out(&arena, c, batch, &l);
    LR_TRY(lr_scratch_take(recommender->scratch, recommender->context, arena.used, &scratch, &arena));
    lay_out(&arena, c, batch, &l);
    inner.stride = batch->k;
    inner.grounding = NULL;
    inner.memory = NULL;
    for (int i = 0; i < 2; i++) {
        inner.recommended = l.items[i];
        inner.counts = l.counts[i];
        inner.scores = i == 0 ? l.scores : NULL;
        LR_TRY(lr_recommend_quietly(c->members.list[i], &inner));
    }
    join(c, &l, batch);
done:
    lr_scratch_give(recommender->scratch, scratch);
    return status;
}

static const lr_strategy strategy = {
    .name = "concat", .kind = &lr_concat_kind, .batch = concat_batch, .rank = concat_rank, .free = concat_free};

/* Makes a recommender that owns the members, also after an error. */
static llmrec_status make(lr_members *members, const llmrec_concat_options *options, llmrec_recommender **recommender)
{
    concat *fresh = NULL;
    llmrec_status status = LLMREC_OK;
    LR_TRY(LR_NEW(members->context, fresh, 1));
    *fresh = (concat){members->context, *members, *options};
    members->count = 0;
    const lr_recommender_parts made = {.strategy = &strategy, .self = fresh, .options = &fresh->options};
    LR_TRY(lr_members_recommend(&fresh->members, &made, recommender));
done:
    lr_members_free(members);
    return status;
}

static llmrec_status create(const llmrec_recommender_parts *parts, const void *options,
                            llmrec_recommender **recommender)
{
    lr_members members = {0};
    LR_RETURN_IF(lr_members_take(parts, 2, 2, &members));
    return make(&members, options, recommender);
}

static llmrec_status save(const llmrec_recommender *recommender, const lr_saving *saving)
{
    const concat *c = recommender->self;
    return lr_members_save(&c->members, saving);
}

static llmrec_status open(const lr_opening *opening, const void *options, llmrec_recommender **recommender)
{
    lr_members members = {0};
    LR_RETURN_IF(lr_members_open(opening, 2, 2, &members));
    return make(&members, options, recommender);
}

const lr_strategy_kind lr_concat_kind = {.name = "concat",
                                         .help = "the first items of one list, then another list",
                                         .options = &lr_concat_options,
                                         .needs = LLMREC_NEED_RECOMMENDERS,
                                         .takes = LLMREC_NEED_RECOMMENDERS,
                                         .create = create,
                                         .save = save,
                                         .open = open};
