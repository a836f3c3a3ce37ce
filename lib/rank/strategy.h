/* SPDX-License-Identifier: Apache-2.0 */
/* A recommender's inside. Each strategy is one file that fills `lr_strategy` and calls lr_recommender_make; the door
 * and the driver know no strategy by name. */
#ifndef LR_RANK_STRATEGY_H
#define LR_RANK_STRATEGY_H

#include <stdatomic.h>

#include "core/options.h"
#include "data/ids.h"
#include "llmrec/strategy.h"
#include "rank/filter.h"

/* Sessions to be ranked in one go, checked, and where their lists go. */
typedef struct lr_batch {
    const int64_t *offsets; /* [sessions+1] */
    const int32_t *items;
    int64_t origin; /* the position that items[0] has in offsets */
    size_t sessions;
    size_t k;                /* entries wanted: at most the eligible items */
    const lr_filter *filter; /* of the whole call */
    int32_t *recommended;    /* [sessions,stride] */
    float *scores;           /* [sessions,stride]; NULL: not wanted */
    int32_t *counts;         /* [sessions] */
    size_t stride;
    int64_t *grounding; /* [sessions,grounding_columns], zeros; NULL, and no columns: not wanted */
    size_t grounding_columns;
    void *memory; /* of a session that goes on (lr_strategy.remember), which is the batch's only one; else NULL */
} lr_batch;

static inline size_t lr_batch_length(const lr_batch *batch, size_t session)
{
    return (size_t)(batch->offsets[session + 1] - batch->offsets[session]);
}

static inline const int32_t *lr_batch_items(const lr_batch *batch, size_t session)
{
    return batch->items + (batch->offsets[session] - batch->origin);
}

/* Rows of the whole batch, and where a session's begin among them. */
static inline size_t lr_batch_rows(const lr_batch *batch)
{
    return (size_t)(batch->offsets[batch->sessions] - batch->offsets[0]);
}

static inline size_t lr_batch_start(const lr_batch *batch, size_t session)
{
    return (size_t)(batch->offsets[session] - batch->offsets[0]);
}

/* Entry `rank` of a session's list. */
static inline void lr_batch_put(const lr_batch *batch, size_t session, size_t rank, int32_t item, float score)
{
    batch->recommended[session * batch->stride + rank] = item;
    if (batch->scores != NULL) batch->scores[session * batch->stride + rank] = score;
}

extern const lr_options lr_recommend_options;

/* A strategy as the registry lists it: what it is called, what it is made from, and how. Its own file defines it. */
typedef struct lr_strategy_kind {
    const char *name;
    const char *help;          /* one line */
    const lr_options *options; /* NULL: it has none */
    int64_t needs, takes;      /* sums of LLMREC_NEED_*: parts that must be there; all that it can use */
    /* From parts of which those needed are there, and a full struct of its options. */
    llmrec_status (*create)(const llmrec_recommender_parts *parts, const void *options,
                            llmrec_recommender **recommender);
} lr_strategy_kind;

/* How a recommender answers. */
typedef struct lr_strategy {
    const char *name;             /* what users see: "sasrec" of the kind "encoder" */
    const lr_strategy_kind *kind; /* NULL: the host's */
    /* Sessions that make a good batch: a fraction of a second's work, memory within bounds. */
    size_t (*batch)(const void *self, size_t k);
    /* Ranks a batch with all threads of the context; many threads call it at once. */
    llmrec_status (*rank)(const llmrec_recommender *recommender, const lr_batch *batch);
    void (*free)(void *self);
    /* What a session that goes on keeps from one call to the next, so that it costs less: *memory stays NULL where
     * there is nothing. A session only gets longer. Both NULL: there never is. */
    llmrec_status (*remember)(const void *self, void **memory);
    void (*forget)(void *memory);
} lr_strategy;

struct llmrec_recommender {
    atomic_size_t references;
    llmrec_context *context;
    const lr_strategy *strategy;
    void *self;
    size_t items;
    lr_ids *ids; /* NULL: the items have none */
    char *description;
    lr_scratch_pool *scratch; /* calls change it; all else is constant */
};

/* What a strategy hands over. `self` is the recommender's from then on, and is freed also on failure. `ids` (may be
 * NULL) is borrowed and held. The description is made from the options of the strategy's kind. */
typedef struct lr_recommender_parts {
    const lr_strategy *strategy;
    void *self;
    size_t items;
    lr_ids *ids;
    const void *options;   /* of the strategy's kind; NULL: it has none */
    const char *made_from; /* members of a JSON object that describe the parts; NULL: none are worth it */
    size_t dim;            /* of its vectors; 0: it has none */
} lr_recommender_parts;

llmrec_status lr_recommender_make(llmrec_context *context, const lr_recommender_parts *parts,
                                  llmrec_recommender **recommender);
/* Reads a caller's parts. Errors: ARGUMENT, ABI. */
llmrec_status lr_parts_read(const llmrec_recommender_parts *given, llmrec_recommender_parts *parts);

llmrec_recommender *lr_recommender_hold(llmrec_recommender *recommender);

/* llmrec_recommend for the sessions and outputs of `call`, with all arguments checked. */
llmrec_status lr_recommend_checked(const llmrec_recommender *recommender, const lr_batch *call, int64_t k,
                                   const llmrec_recommend_options *options);

/* Rows given by external ids. */
typedef struct lr_id_rows {
    const int64_t *offsets;
    const char *const *ids;
    const size_t *lengths; /* NULL: each ends in NUL */
    size_t sessions;
} lr_id_rows;

/* Their indices, -1 for the unknown, of which unknown[sessions] (may be NULL) gets how many there are, and the log a
 * warning. ARGUMENT names an id that is NULL; UNSUPPORTED: the recommender has no ids. */
llmrec_status lr_find_items(const llmrec_recommender *recommender, const lr_id_rows *rows, int32_t *items,
                            int64_t *unknown);

/* The driver of llmrec_recommend, for arguments that were checked: batches, progress, cancel. */
llmrec_status lr_recommend(const llmrec_recommender *recommender, const llmrec_recommend_options *options,
                           const lr_batch *call);

/* The same for a strategy that uses another recommender, within its own batch and filter: no progress. */
llmrec_status lr_recommend_quietly(const llmrec_recommender *recommender, const lr_batch *call);

#endif
