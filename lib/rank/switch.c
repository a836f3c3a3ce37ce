/* SPDX-License-Identifier: Apache-2.0 */
/* The switch strategy: asks one recommender about sessions that end with a popular item, another one about the rest. */
#include "core/memory.h"
#include "data/dataset.h"
#include "llmrec/blend.h"
#include "rank/item_popularity.h"
#include "rank/members.h"
#include "rank/scoring.h"

extern const lr_strategy_kind lr_switch_kind;

typedef llmrec_switch_options S;
static const lr_option option[] = {
    LR_NUMBER(S, quantile, 0.25, 0, 1, LR_CLOSED, "popular: at least this quantile over all items"),
};
static LR_OPTIONS(lr_switch_options, llmrec_switch_options, quantile, "a choice by popularity", option, .check = NULL);

llmrec_status llmrec_switch_options_init(llmrec_switch_options *options, size_t size)
{
    return lr_options_init(&lr_switch_options, options, size);
}

typedef struct chooser {
    llmrec_context *context;
    lr_members members; /* for popular last items, and for the others */
    llmrec_switch_options options;
    uint8_t *popular; /* [items] */
} chooser;

static void switch_free(void *self)
{
    chooser *c = self;
    if (c == NULL) return;
    lr_members_free(&c->members);
    lr_free(c->context, c->popular);
    lr_free(c->context, c);
}

static size_t switch_batch(const void *self, size_t k)
{
    enum { BATCH = 512 }; /* sessions */
    (void)self;
    (void)k; /* the members split their batches when lists are long */
    return BATCH;
}

/* The member that is asked about a session: 0 if its last known item is popular, else 1. */
static size_t member_of(const chooser *c, const lr_batch *batch, size_t session)
{
    const int32_t *items = lr_batch_items(batch, session);
    for (size_t i = lr_batch_length(batch, session); i-- > 0;)
        if (items[i] >= 0) return c->popular[items[i]] ? 0 : 1;
    return 1;
}

/* Runs a verb of the members on neighboring sessions of the same member. */
static llmrec_status run(const chooser *c, const lr_batch *batch, lr_verb verb)
{
    size_t count = 0;
    for (size_t first = 0; first < batch->sessions; first += count) {
        const size_t member = member_of(c, batch, first);
        for (count = 1; first + count < batch->sessions && member_of(c, batch, first + count) == member;) count++;
        lr_batch part = lr_batch_part(batch, first, count);
        part.memory = NULL;
        LR_RETURN_IF(lr_run(c->members.list[member], verb, &part, NULL));
    }
    return LLMREC_OK;
}

static llmrec_status switch_rank(const llmrec_recommender *recommender, const lr_batch *batch)
{
    return run(recommender->self, batch, lr_rank_batch);
}

static llmrec_status switch_score(const llmrec_recommender *recommender, const lr_batch *batch)
{
    return run(recommender->self, batch, lr_score_batch);
}

static const lr_strategy strategy = {.name = "switch",
                                     .kind = &lr_switch_kind,
                                     .batch = switch_batch,
                                     .rank = switch_rank,
                                     .score = switch_score,
                                     .free = switch_free};

/* Makes a recommender that owns the members and `popular`, also after an error. */
static llmrec_status make(lr_members *members, uint8_t *popular, const llmrec_switch_options *options,
                          llmrec_recommender **recommender)
{
    llmrec_context *context = members->context;
    chooser *fresh = NULL;
    llmrec_status status = LLMREC_OK;
    LR_TRY(LR_NEW(context, fresh, 1));
    *fresh = (chooser){context, *members, *options, popular};
    members->count = 0;
    popular = NULL;
    const lr_recommender_parts made = {.strategy = &strategy, .self = fresh, .options = &fresh->options};
    LR_TRY(lr_members_recommend(&fresh->members, &made, recommender));
done:
    lr_free(context, popular);
    lr_members_free(members);
    return status;
}

static llmrec_status create(const llmrec_recommender_parts *parts, const void *options,
                            llmrec_recommender **recommender)
{
    const llmrec_switch_options *given = options;
    lr_members members = {0};
    uint8_t *popular = NULL;
    llmrec_status status = LLMREC_OK;
    LR_TRY(lr_members_take(parts, 2, 2, &members));
    LR_CHECK(lr_dataset_items(parts->dataset) == members.items, LLMREC_ERR_SHAPE,
             "parts.dataset has %zu items; wanted the recommenders' %zu", lr_dataset_items(parts->dataset),
             members.items);
    LR_TRY(lr_popular_make(members.context, parts->dataset, given->quantile, &popular));
    return make(&members, popular, given, recommender);
done:
    lr_members_free(&members);
    return status;
}

static llmrec_status save(const llmrec_recommender *recommender, const lr_saving *saving)
{
    const chooser *c = recommender->self;
    LR_RETURN_IF(lr_popular_save(saving, c->popular, c->members.items));
    return lr_members_save(&c->members, saving);
}

static llmrec_status open(const lr_opening *opening, const void *options, llmrec_recommender **recommender)
{
    lr_members members = {0};
    uint8_t *popular = NULL;
    LR_RETURN_IF(lr_members_open(opening, 2, 2, &members));
    const llmrec_status status = lr_popular_open(opening, &popular);
    if (status == LLMREC_OK) return make(&members, popular, options, recommender);
    lr_members_free(&members);
    return status;
}

const lr_strategy_kind lr_switch_kind = {.name = "switch",
                                         .help = "one recommender after popular items, another one after rare items",
                                         .options = &lr_switch_options,
                                         .needs = LLMREC_NEED_RECOMMENDERS | LLMREC_NEED_DATASET,
                                         .takes = LLMREC_NEED_RECOMMENDERS | LLMREC_NEED_DATASET,
                                         .create = create,
                                         .save = save,
                                         .open = open};
