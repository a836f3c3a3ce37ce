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

/* Given candidates of a batch's sessions, and where their scores go. -1 is an unknown item. */
typedef struct lr_scoring {
    const int64_t *offsets; /* [sessions+1] session i has offsets[i]..offsets[i+1]-1; NULL: all have the same list */
    const int32_t *items;
    int64_t origin; /* the position that items[0] has in offsets */
    size_t count;   /* without offsets: of the list */
    float *scores;  /* one for each position in offsets; without offsets [sessions,count] */
} lr_scoring;

/* Sessions that one verb gets in one go, checked, and where the results go. */
typedef struct lr_batch {
    const int64_t *offsets; /* [sessions+1] */
    const int32_t *items;
    int64_t origin; /* the position that items[0] has in offsets */
    size_t sessions;
    size_t first; /* the first session's place in the whole call */
    /* rank */
    size_t k;                /* entries wanted: at most the eligible items */
    const lr_filter *filter; /* of the whole call */
    int32_t *recommended;    /* [sessions,stride] */
    float *scores;           /* [sessions,stride]; NULL: not wanted */
    int32_t *counts;         /* [sessions] */
    size_t stride;
    int64_t *grounding; /* [sessions,grounding_columns] of llmrec_recommend_grounded, zeros; NULL: not wanted */
    size_t grounding_columns;
    void *memory; /* of a live session (lr_strategy.remember), which is the batch's only one; else NULL */
    /* score */
    lr_scoring scoring;
    /* vectors */
    float *vectors; /* [sessions,width] */
    size_t width;   /* numbers of a vector */
} lr_batch;

static inline size_t lr_batch_length(const lr_batch *batch, size_t session)
{
    return (size_t)(batch->offsets[session + 1] - batch->offsets[session]);
}

static inline const int32_t *lr_batch_items(const lr_batch *batch, size_t session)
{
    return batch->items + (batch->offsets[session] - batch->origin);
}

/* Whether the session has an item that the catalog knows. */
static inline bool lr_batch_has_known(const lr_batch *batch, size_t session)
{
    const int32_t *items = lr_batch_items(batch, session);
    for (size_t i = lr_batch_length(batch, session); i-- > 0;)
        if (items[i] >= 0) return true;
    return false;
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

/* One verb for one batch, with all threads of the context; many threads call it at once. */
typedef llmrec_status (*lr_verb)(const llmrec_recommender *recommender, const lr_batch *batch);

struct lr_saving;
struct lr_opening;

/* A strategy as the registry lists it: what it is called, what it is made from, and how. Its own file defines it. */
typedef struct lr_strategy_kind {
    const char *name;
    const char *help;          /* one line */
    const lr_options *options; /* NULL: it has none */
    int64_t needs, takes;      /* sums of LLMREC_NEED_*: parts that must be there; all that it can use */
    /* From parts of which those needed are there, and a full struct of its options. */
    llmrec_status (*create)(const llmrec_recommender_parts *parts, const void *options,
                            llmrec_recommender **recommender);
    /* To a file and back (rank/recommender_file.h): all that answers depend on. `options` are as the file has them. */
    llmrec_status (*save)(const llmrec_recommender *recommender, const struct lr_saving *saving);
    llmrec_status (*open)(const struct lr_opening *opening, const void *options, llmrec_recommender **recommender);
} lr_strategy_kind;

/* How a recommender answers: three verbs and what they need. The driver cuts calls into batches; a result depends on
 * its session alone. */
typedef struct lr_strategy {
    const char *name;             /* what users see: "sasrec" of the kind "encoder" */
    const lr_strategy_kind *kind; /* NULL: the host's */
    /* Sessions that make a good batch: a fraction of a second's work, memory within bounds. */
    size_t (*batch)(const void *self, size_t k);
    /* Sessions to their best k items: fills recommended, scores, counts. */
    lr_verb rank;
    /* Sessions and given candidates to scores, the same bits as in a list of rank: fills scoring.scores. No filter
     * applies. NaN: an unknown item, or a session of which the strategy knows nothing. lr_score_by_vectors serves
     * strategies with vectors. NULL: the scores of a list of all items (lr_score_by_lists). */
    lr_verb score;
    /* Sessions to vectors that meet the rows of lr_recommender_parts.search: fills the rows of sessions with a known
     * item; what it leaves in the others is not read. NULL: the strategy has no vectors. */
    lr_verb vectors;
    void (*free)(void *self);
    /* What a live session keeps from one call to the next, so that it costs less: *memory stays NULL where there is
     * nothing. A session only gets longer. Both NULL: there never is. */
    llmrec_status (*remember)(const void *self, void **memory);
    void (*forget)(void *memory);
} lr_strategy;

struct lr_search;

struct llmrec_recommender {
    atomic_size_t references;
    llmrec_context *context;
    const lr_strategy *strategy;
    void *self;
    size_t items;
    const struct lr_search *search; /* see lr_recommender_parts */
    size_t cosine_dim;
    _Atomic(struct lr_search *) *near; /* for llmrec_similar_items, made at the first call; holds NULL before it */
    lr_ids *ids;                       /* NULL: the items have none */
    char *description;
    lr_scratch_pool *scratch; /* calls change it and what `near` holds; all else is constant */
};

/* What a strategy hands over. `self` is the recommender's from then on, and is freed also on failure. `ids` (may be
 * NULL) is borrowed and held. The description is made from the options of the strategy's kind. */
typedef struct lr_recommender_parts {
    const lr_strategy *strategy;
    void *self;
    size_t items;
    lr_ids *ids;
    const void *options;            /* of the strategy's kind; NULL: it has none */
    const char *made_from;          /* members of a JSON object that describe the parts; NULL: none are worth it */
    const struct lr_search *search; /* in `self`: the items' rows; NULL: the strategy has no vectors */
    /* llmrec_similar_items compares so many leading columns of two rows by cosine; 0: it compares a row with the others
     * as rank compares a session's vector with them. */
    size_t cosine_dim;
} lr_recommender_parts;

llmrec_status lr_recommender_make(llmrec_context *context, const lr_recommender_parts *parts,
                                  llmrec_recommender **recommender);
/* Knows the items by `ids` from now on, if they are the same ids and have titles. Before others see the recommender. */
void lr_recommender_take_titles(llmrec_recommender *recommender, lr_ids *ids);

llmrec_recommender *lr_recommender_hold(llmrec_recommender *recommender);

/* Reads a caller's parts. Errors: ARGUMENT, ABI. */
llmrec_status lr_parts_read(const llmrec_recommender_parts *given, llmrec_recommender_parts *parts);

/* --- checks ------------------------------------------------------------------------------------------------------ */

/* UNSUPPORTED where the items have no ids. */
llmrec_status lr_need_ids(const llmrec_recommender *recommender);

/* Rising offsets [sessions+1]; items from -1 to the catalog's last. `name` names them in errors. */
llmrec_status lr_check_offsets(const char *name, const int64_t *offsets, size_t sessions);
llmrec_status lr_check_items(const char *name, const int64_t *offsets, const int32_t *items, size_t sessions,
                             size_t catalog);

/* Reads options and checks their lists. */
llmrec_status lr_read_filter(const llmrec_recommend_options *given, size_t items, llmrec_recommend_options *options);

/* Lists by `verb` for the sessions and outputs of `call`, with all arguments checked. */
llmrec_status lr_rank_checked(const llmrec_recommender *recommender, lr_verb verb, const lr_batch *call, int64_t k,
                              const llmrec_recommend_options *options, const char *stage);

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

/* --- the driver: arguments were checked --------------------------------------------------------------------------- */

/* A verb over a call's sessions, in batches. `stage` names it in progress; NULL: no progress, for a strategy that uses
 * another recommender. */
llmrec_status lr_run(const llmrec_recommender *recommender, lr_verb verb, const lr_batch *call, const char *stage);

/* Sessions first..first+count-1 of a call. */
lr_batch lr_batch_part(const lr_batch *call, size_t first, size_t count);

/* Ranks by `verb` under the filters of `options`. */
llmrec_status lr_run_filtered(const llmrec_recommender *recommender, lr_verb verb,
                              const llmrec_recommend_options *options, const lr_batch *call, const char *stage);

/* The rank verb of any strategy. */
llmrec_status lr_rank_batch(const llmrec_recommender *recommender, const lr_batch *batch);

/* Lists for a strategy that uses another recommender, within its own batch and filter: no progress. */
llmrec_status lr_recommend_quietly(const llmrec_recommender *recommender, const lr_batch *call);

#endif
