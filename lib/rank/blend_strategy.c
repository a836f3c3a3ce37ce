/* SPDX-License-Identifier: Apache-2.0 */
/* The blend strategy: the weighted sum of several recommenders' scores, made comparable session by session.
 *
 * What makes scores comparable is computed over candidates that no filter of the call changes. So an item has the same
 * score in every list and in llmrec_score. */
#include "llmrec/blend.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "core/memory.h"
#include "core/pool.h"
#include "math/topk.h"
#include "rank/blend_options.h"
#include "rank/candidates.h"
#include "rank/explanation.h"
#include "rank/members.h"
#include "rank/scale.h"
#include "rank/scoring.h"

extern const lr_strategy_kind lr_blend_kind;

typedef struct blend {
    llmrec_context *context;
    lr_members members;
    llmrec_blend_options options; /* weights is `text` */
    char *text;                   /* NULL: each weight is 1 */
    double weights[LR_MEMBERS];   /* [used.count] those above 0 */
    llmrec_recommender *with[LR_MEMBERS];
    size_t place[LR_MEMBERS]; /* of each among the members */
    lr_asked used;            /* the members with a weight above 0 */
} blend;

enum { TASK = 4, LARGEST_BATCH = 512 };        /* sessions */
static const size_t MEMORY = (size_t)32 << 20; /* bytes that the candidates of a batch should not exceed */

static void blend_free(void *self)
{
    blend *b = self;
    if (b == NULL) return;
    lr_members_free(&b->members);
    lr_free(b->context, b->text);
    lr_free(b->context, b);
}

static size_t depth_of(const blend *b, size_t k)
{
    const size_t wanted = (size_t)b->options.depth > k ? (size_t)b->options.depth : k;
    return wanted < b->members.items ? wanted : b->members.items;
}

static size_t blend_batch(const void *self, size_t k)
{
    const blend *b = self;
    const size_t sessions = MEMORY / lr_candidates_bytes(&b->used, depth_of(b, k));
    return sessions < 1 ? 1 : sessions < LARGEST_BATCH ? sessions : LARGEST_BATCH;
}

/* --- one score ---------------------------------------------------------------------------------------------------- */

typedef struct call {
    const blend *self;
    const lr_batch *batch;
    lr_candidates base;   /* they define the scales */
    lr_candidates listed; /* the ones to rank */
    uint64_t *keys;       /* [workers,members,base.most] room for scales by rank */
    uint64_t *best;       /* [workers,k] */
    int64_t *offsets;     /* [sessions+1] of the candidates to score, from 0 */
    float *scores;        /* [members,pairs] of the candidates to score */
    size_t pairs;
} call;

static void make_scales(const call *c, size_t session, size_t worker, lr_scale *scales)
{
    const llmrec_blend_options *options = &c->self->options;
    const size_t members = c->self->used.count;
    for (size_t i = 0; i < members; i++)
        scales[i] = lr_scale_make(options->scale, options->rank_constant, lr_candidates_scores(&c->base, i, session),
                                  lr_candidates_items(&c->base, session), lr_candidates_count(&c->base, session),
                                  c->keys + (worker * members + i) * c->base.most);
}

/* The sum of an item's scores, which are `stride` entries apart; NaN if it has none. */
static float combine(const blend *b, const lr_scale *scales, const float *scores, size_t stride, int32_t item)
{
    double sum = 0;
    bool known = false;
    for (size_t i = 0; i < b->used.count; i++) {
        const float score = scores[i * stride];
        known = known || isfinite(score);
        sum += b->weights[i] * lr_scaled(&scales[i], score, item);
    }
    if (!known) return NAN;
    return (float)fmin(fmax(sum, -(double)FLT_MAX), (double)FLT_MAX) + 0.0f; /* turns -0 into 0: lists contain no -0 */
}

/* --- lists -------------------------------------------------------------------------------------------------------- */

static void rank_session(void *argument, size_t session, size_t worker)
{
    const call *c = argument;
    lr_scale scales[LR_MEMBERS];
    const lr_candidates *listed = &c->listed;
    const lr_batch *batch = c->batch;
    const int32_t *items = lr_candidates_items(listed, session);
    lr_heap heap = {.keys = c->best + worker * batch->k, .limit = batch->k};
    make_scales(c, session, worker, scales);
    for (size_t i = 0; i < lr_candidates_count(listed, session); i++) {
        const float score = combine(c->self, scales, lr_candidates_scores(listed, 0, session) + i,
                                    listed->sessions * listed->most, items[i]);
        if (!isnan(score)) lr_heap_push(&heap, lr_rank_key(score, items[i]));
    }
    lr_heap_sort(&heap);
    for (size_t i = 0; i < heap.count; i++)
        lr_batch_put(batch, session, i, lr_key_row(heap.keys[i]), lr_key_score(heap.keys[i]));
    batch->counts[session] = (int32_t)heap.count;
}

static void lay_out_scales(lr_arena *arena, call *c)
{
    lr_candidates_lay(arena, &c->self->used, c->batch->sessions, depth_of(c->self, 0), &c->base);
    LR_CUT(arena, c->keys, lr_workers(c->self->context) * c->self->used.count * c->base.most);
}

static void lay_out_lists(lr_arena *arena, bool filtered, call *c)
{
    lay_out_scales(arena, c);
    LR_CUT(arena, c->best, lr_workers(c->self->context) * c->batch->k);
    if (filtered)
        lr_candidates_lay(arena, &c->self->used, c->batch->sessions, depth_of(c->self, c->batch->k), &c->listed);
}

static llmrec_status blend_rank(const llmrec_recommender *recommender, const lr_batch *batch)
{
    const lr_filter usual = {.eligible = recommender->items}, *filter = batch->filter;
    call c = {.self = recommender->self, .batch = batch};
    const bool filtered = filter->bits != NULL || filter->keep_seen || batch->k > (size_t)c.self->options.depth;
    lr_scratch *scratch = NULL;
    lr_arena arena = {0};
    llmrec_status status = LLMREC_OK;
    lay_out_lists(&arena, filtered, &c);
    LR_TRY(lr_scratch_take(recommender->scratch, recommender->context, arena.used, &scratch, &arena));
    lay_out_lists(&arena, filtered, &c);
    LR_TRY(lr_candidates_find(&c.self->used, batch, &usual, &c.base));
    if (filtered) LR_TRY(lr_candidates_find(&c.self->used, batch, filter, &c.listed));
    else c.listed = c.base;
    LR_TRY(lr_parallel_pieces(recommender->context, batch->sessions, TASK, rank_session, &c));
done:
    lr_scratch_give(recommender->scratch, scratch);
    return status;
}

/* --- scores of given items ---------------------------------------------------------------------------------------- */

static void score_session(void *argument, size_t session, size_t worker)
{
    const call *c = argument;
    lr_scale scales[LR_MEMBERS];
    const lr_scoring *scoring = &c->batch->scoring;
    const int32_t *items = lr_scoring_items(scoring, session);
    const float *scores = c->scores + lr_scoring_start(scoring, session);
    float *sums = lr_scoring_scores(scoring, session);
    make_scales(c, session, worker, scales);
    for (size_t i = 0; i < lr_scoring_length(scoring, session); i++)
        sums[i] = combine(c->self, scales, scores + i, c->pairs, items[i]);
}

static void lay_out_scores(lr_arena *arena, call *c)
{
    lay_out_scales(arena, c);
    LR_CUT(arena, c->offsets, c->batch->sessions + 1);
    LR_CUT(arena, c->scores, c->self->used.count * c->pairs);
}

static llmrec_status ask_for_scores(const call *c)
{
    const lr_scoring *scoring = &c->batch->scoring;
    lr_batch inner = *c->batch;
    for (size_t i = 0; scoring->offsets != NULL && i <= c->batch->sessions; i++)
        c->offsets[i] = (int64_t)lr_scoring_start(scoring, i);
    inner.scoring.items = lr_scoring_items(scoring, 0);
    inner.scoring.offsets = scoring->offsets == NULL ? NULL : c->offsets;
    inner.scoring.origin = 0;
    for (size_t i = 0; i < c->self->used.count; i++) {
        inner.scoring.scores = c->scores + i * c->pairs;
        inner.vectors = lr_candidates_vectors(&c->self->used, &c->base, i);
        inner.width = lr_vectors_dim(&c->self->used, i);
        LR_RETURN_IF(lr_run(c->self->used.list[i], lr_score_batch, &inner, NULL));
    }
    return LLMREC_OK;
}

/* Asks all members for the scores of a batch's candidates, makes what the scales need, and calls `use`. */
static llmrec_status with_scores(const llmrec_recommender *recommender, const lr_batch *batch,
                                 llmrec_status (*use)(call *c, void *argument), void *argument)
{
    const lr_filter usual = {.eligible = recommender->items};
    call c = {.self = recommender->self, .batch = batch, .pairs = lr_scoring_start(&batch->scoring, batch->sessions)};
    lr_scratch *scratch = NULL;
    lr_arena arena = {0};
    llmrec_status status = LLMREC_OK;
    lay_out_scores(&arena, &c);
    LR_TRY(lr_scratch_take(recommender->scratch, recommender->context, arena.used, &scratch, &arena));
    lay_out_scores(&arena, &c);
    LR_TRY(lr_candidates_find(&c.self->used, batch, &usual, &c.base));
    LR_TRY(ask_for_scores(&c));
    LR_TRY(use(&c, argument));
done:
    lr_scratch_give(recommender->scratch, scratch);
    return status;
}

static llmrec_status combine_all(call *c, void *argument)
{
    (void)argument;
    return lr_parallel_pieces(c->self->context, c->batch->sessions, TASK, score_session, c);
}

static llmrec_status blend_score(const llmrec_recommender *recommender, const lr_batch *batch)
{
    return with_scores(recommender, batch, combine_all, NULL);
}

/* --- explanations ------------------------------------------------------------------------------------------------- */

const lr_explaining lr_by_parts = {"parts", "", " comes from ", LR_FIGURE_SHARE};

/* What is explained, and where the reasons go. */
typedef struct telling {
    const lr_explained *explained;
    llmrec_explanation *explanation;
} telling;

/* Adds a member with its own explanation. */
static llmrec_status add_member(const blend *b, size_t member, const lr_explained *explained, double scaled,
                                llmrec_explanation *explanation)
{
    llmrec_recommender *with = b->with[member];
    lr_reason reason = {.told = {.kind = LLMREC_REASON_PART,
                                 .index = (int64_t)b->place[member],
                                 .item = -1,
                                 .contribution = b->weights[member] * scaled,
                                 .value = scaled},
                        .name = with->strategy->name};
    LR_RETURN_IF(lr_explain(with, explained, &reason.part));
    const llmrec_status status = lr_explanation_add(explanation, &reason);
    if (status != LLMREC_OK) llmrec_explanation_free(reason.part);
    return status;
}

static llmrec_status tell_members(call *c, void *argument)
{
    const telling *t = argument;
    lr_scale scales[LR_MEMBERS];
    make_scales(c, 0, 0, scales);
    for (size_t i = 0; i < c->self->used.count; i++) {
        lr_explained part = *t->explained;
        part.score = c->scores[i * c->pairs];
        LR_RETURN_IF(add_member(c->self, i, &part, lr_scaled(&scales[i], part.score, part.item), t->explanation));
    }
    return LLMREC_OK;
}

static llmrec_status blend_explain(const llmrec_recommender *recommender, const lr_explained *explained,
                                   llmrec_explanation *explanation)
{
    const int64_t offsets[2] = {0, (int64_t)explained->count};
    float score = 0;
    telling t = {explained, explanation};
    const lr_batch one = {.offsets = offsets,
                          .items = explained->items,
                          .sessions = 1,
                          .k = 1,
                          .scoring = {NULL, &explained->item, 0, 1, &score}};
    explanation->method = &lr_by_parts;
    return with_scores(recommender, &one, tell_members, &t);
}

/* --- creation ----------------------------------------------------------------------------------------------------- */

static const lr_strategy strategy = {.name = "blend",
                                     .kind = &lr_blend_kind,
                                     .batch = blend_batch,
                                     .rank = blend_rank,
                                     .score = blend_score,
                                     .explain = blend_explain,
                                     .free = blend_free};

/* Reads the weights, and keeps the members with a weight above 0. */
static llmrec_status choose_members(blend *b)
{
    double weights[LR_MEMBERS];
    const lr_members *members = &b->members;
    LR_RETURN_IF(lr_weights_read(b->options.weights, members->count, weights));
    b->used = (lr_asked){.context = b->context, .list = b->with, .items = members->items};
    for (size_t i = 0; i < members->count; i++) {
        if (!(weights[i] > 0)) continue;
        b->weights[b->used.count] = weights[i];
        b->place[b->used.count] = i;
        b->with[b->used.count++] = members->list[i];
    }
    return LLMREC_OK;
}

/* Makes a recommender that owns the members, also after an error. */
static llmrec_status make(lr_members *members, const llmrec_blend_options *options, llmrec_recommender **recommender)
{
    llmrec_context *context = members->context;
    blend *fresh = NULL;
    llmrec_status status = LLMREC_OK;
    LR_TRY(LR_NEW_ZERO(context, fresh, 1));
    fresh->context = context;
    fresh->members = *members;
    members->count = 0;
    fresh->options = *options;
    if (options->weights != NULL)
        LR_TRY(lr_copy_text(context, options->weights, strlen(options->weights), &fresh->text));
    fresh->options.weights = fresh->text;
    LR_TRY(choose_members(fresh));
    const lr_recommender_parts made = {.strategy = &strategy, .self = fresh, .options = &fresh->options};
    const lr_members *own = &fresh->members;
    fresh = NULL; /* owned by the recommender now, also after an error */
    LR_TRY(lr_members_recommend(own, &made, recommender));
done:
    blend_free(fresh);
    lr_members_free(members);
    return status;
}

/* Makes a blend from full parts and options. */
static llmrec_status create(const llmrec_recommender_parts *parts, const void *options,
                            llmrec_recommender **recommender)
{
    lr_members members = {0};
    LR_RETURN_IF(lr_members_take(parts, 1, LR_MEMBERS, &members));
    return make(&members, options, recommender);
}

llmrec_status llmrec_recommender_create_blend(const llmrec_recommender_parts *given,
                                              const llmrec_blend_options *given_options,
                                              llmrec_recommender **recommender)
{
    llmrec_recommender_parts parts;
    llmrec_blend_options options;
    LR_NEED(recommender);
    LR_RETURN_IF(lr_parts_read(given, &parts));
    LR_RETURN_IF(lr_options_read(&lr_blend_options, given_options, &options));
    return create(&parts, &options, recommender);
}

static llmrec_status save(const llmrec_recommender *recommender, const lr_saving *saving)
{
    const blend *b = recommender->self;
    return lr_members_save(&b->members, saving);
}

static llmrec_status open(const lr_opening *opening, const void *options, llmrec_recommender **recommender)
{
    lr_members members = {0};
    LR_RETURN_IF(lr_members_open(opening, 1, LR_MEMBERS, &members));
    return lr_fail_in_file(opening->path, make(&members, options, recommender));
}

const lr_strategy_kind lr_blend_kind = {.name = "blend",
                                        .help = "the weighted sum of several recommenders' scores",
                                        .options = &lr_blend_options,
                                        .needs = LLMREC_NEED_RECOMMENDERS,
                                        .takes = LLMREC_NEED_RECOMMENDERS,
                                        .create = create,
                                        .save = save,
                                        .open = open};
