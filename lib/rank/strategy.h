/* SPDX-License-Identifier: Apache-2.0 */
/* The internal structure of recommenders and the interface of strategies. Each strategy is one file that fills
 * `lr_strategy` and calls lr_recommender_make. The public API and the driver name no strategy. */
#ifndef LR_RANK_STRATEGY_H
#define LR_RANK_STRATEGY_H

#include <stdatomic.h>

#include "core/options.h"
#include "data/ids.h"
#include "llmrec/explain.h"
#include "llmrec/strategy.h"
#include "rank/filter.h"

/* Given candidates of a batch's sessions, and the output for their scores. -1 is an unknown item. */
typedef struct lr_scoring {
    const int64_t *offsets; /* [sessions+1] session i has offsets[i]..offsets[i+1]-1; NULL: one list for all */
    const int32_t *items;
    int64_t origin; /* the position that items[0] has in offsets */
    size_t count;   /* without offsets: length of the list */
    float *scores;  /* one per position in offsets; without offsets [sessions,count] */
} lr_scoring;

/* The sessions of one call of a verb, already checked, and the outputs for the results. */
typedef struct lr_batch {
    const int64_t *offsets; /* [sessions+1] */
    const int32_t *items;
    int64_t origin; /* the position that items[0] has in offsets */
    size_t sessions;
    size_t first; /* index of the first session in the whole call */
    /* rank */
    size_t k;                /* entries wanted: at most the eligible items */
    const lr_filter *filter; /* of the whole call */
    int32_t *recommended;    /* [sessions,stride] */
    float *scores;           /* [sessions,stride]; NULL: not wanted */
    int32_t *counts;         /* [sessions] */
    size_t stride;
    int64_t *grounding; /* [sessions,grounding_columns] of llmrec_recommend_grounded, zeros; NULL: unused */
    size_t grounding_columns;
    void *memory; /* state of a live session (lr_strategy.remember), the batch's only session; else NULL */
    /* score */
    lr_scoring scoring;
    /* vectors */
    float *vectors; /* [sessions,width] output; for rank and score: what the strategy's vectors gave; NULL: not known */
    size_t width;   /* length of a vector */
} lr_batch;

static inline size_t lr_batch_length(const lr_batch *batch, size_t session)
{
    return (size_t)(batch->offsets[session + 1] - batch->offsets[session]);
}

/* Returns the length of the longest session. */
static inline size_t lr_batch_longest(const lr_batch *batch)
{
    size_t longest = 0;
    for (size_t i = 0; i < batch->sessions; i++)
        if (lr_batch_length(batch, i) > longest) longest = lr_batch_length(batch, i);
    return longest;
}

static inline const int32_t *lr_batch_items(const lr_batch *batch, size_t session)
{
    return batch->items + (batch->offsets[session] - batch->origin);
}

/* Returns true if the session has an item of the catalog. */
static inline bool lr_batch_has_known(const lr_batch *batch, size_t session)
{
    const int32_t *items = lr_batch_items(batch, session);
    for (size_t i = lr_batch_length(batch, session); i-- > 0;)
        if (items[i] >= 0) return true;
    return false;
}

/* Return the number of rows of the whole batch, and the position of a session's first row. */
static inline size_t lr_batch_rows(const lr_batch *batch)
{
    return (size_t)(batch->offsets[batch->sessions] - batch->offsets[0]);
}

static inline size_t lr_batch_start(const lr_batch *batch, size_t session)
{
    return (size_t)(batch->offsets[session] - batch->offsets[0]);
}

/* Writes entry `rank` of a session's list. */
static inline void lr_batch_put(const lr_batch *batch, size_t session, size_t rank, int32_t item, float score)
{
    batch->recommended[session * batch->stride + rank] = item;
    if (batch->scores != NULL) batch->scores[session * batch->stride + rank] = score;
}

extern const lr_options lr_recommend_options;

/* Runs one verb on one batch with all threads of the context. Many threads may call it at once. */
typedef llmrec_status (*lr_verb)(const llmrec_recommender *recommender, const lr_batch *batch);

struct lr_explained;

/* Adds what speaks for one item of one session to an explanation, and sets its method. The session has a score. */
typedef llmrec_status (*lr_explain_verb)(const llmrec_recommender *recommender, const struct lr_explained *explained,
                                         llmrec_explanation *explanation);

struct lr_saving;
struct lr_opening;

/* The registry's entry of a strategy: its name, its parts, and its functions to create it. The strategy's own file
 * defines it. */
typedef struct lr_strategy_kind {
    const char *name;
    const char *help;          /* one line */
    const lr_options *options; /* NULL: no options */
    int64_t needs, takes;      /* sums of LLMREC_NEED_*: required parts; all usable parts */
    /* Creates it from its parts and a full struct of its options. The required parts are present. */
    llmrec_status (*create)(const llmrec_recommender_parts *parts, const void *options,
                            llmrec_recommender **recommender);
    /* Write to a file and read back all data that answers depend on (rank/recommender_file.h). `options` are those
     * of the file. */
    llmrec_status (*save)(const llmrec_recommender *recommender, const struct lr_saving *saving);
    llmrec_status (*open)(const struct lr_opening *opening, const void *options, llmrec_recommender **recommender);
} lr_strategy_kind;

/* How a recommender answers: three verbs and their data. The driver splits calls into batches. A result depends only on
 * its session. */
typedef struct lr_strategy {
    const char *name;             /* the name that users see: "sasrec" of the kind "encoder" */
    const lr_strategy_kind *kind; /* NULL: a host strategy */
    /* Returns the number of sessions of an efficient batch: work of a fraction of a second, and limited memory. */
    size_t (*batch)(const void *self, size_t k);
    /* Finds the best k items of each session that pass `filter` and, without keep_seen, are not in the session. Fills
     * recommended and scores by falling score, ties by rising index, and counts. A session may have unknown items (-1);
     * without a known one its count is 0, except for strategies that do not look at the session. */
    lr_verb rank;
    /* Scores given candidates of each session, with the same bits as in a list of rank. Fills scoring.scores. No filter
     * applies. The score is NaN for an unknown item, and for a session that the strategy cannot score. Strategies with
     * vectors use lr_score_by_vectors. NULL: takes the scores from a list of all items (lr_score_by_lists). */
    lr_verb score;
    /* Computes session vectors to compare with the rows of lr_recommender_parts.search. Fills the rows of sessions with
     * a known item. The other rows are not read. NULL: the strategy has no vectors. */
    lr_verb vectors;
    /* NULL: explained by the scores of the session without each of its items. */
    lr_explain_verb explain;
    void (*free)(void *self);
    /* Create and free the state that a live session keeps between calls, which makes later calls cheaper. *memory stays
     * NULL if there is no state. A session only gets longer. Both NULL: the strategy never has state. */
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
    _Atomic(struct lr_search *) *near; /* for llmrec_similar_items; the first call makes it; NULL before */
    lr_ids *ids;                       /* NULL: the items have none */
    char *description, *stored_description;
    lr_scratch_pool *scratch; /* calls change only this and the content of `near` */
};

/* The data that a strategy passes to lr_recommender_make. The recommender takes ownership of `self`, and frees it
 * also on failure. `ids` (may be NULL) is borrowed; the recommender adds its own reference. The description is made
 * from the options of the strategy's kind. */
typedef struct lr_recommender_parts {
    const lr_strategy *strategy;
    void *self;
    size_t items;
    lr_ids *ids;
    const void *options;            /* options of the strategy's kind; NULL: no options */
    const char *made_from;          /* "parts" of the description: members of a JSON object; NULL: none */
    const char *stored_from;        /* the same of the description in files, for `open` of the kind; NULL: none */
    const struct lr_search *search; /* part of `self`: the items' rows; NULL: the strategy has no vectors */
    /* Number of leading columns that llmrec_similar_items compares by cosine. 0: it compares a row with the other
     * rows in the same way as rank compares a session's vector with them. */
    size_t cosine_dim;
} lr_recommender_parts;

llmrec_status lr_recommender_make(llmrec_context *context, const lr_recommender_parts *parts,
                                  llmrec_recommender **recommender);
/* Replaces the recommender's ids by `ids`, if these are the same ids and have titles. Call it before other threads see
 * the recommender. */
void lr_recommender_take_titles(llmrec_recommender *recommender, lr_ids *ids);

llmrec_recommender *lr_recommender_hold(llmrec_recommender *recommender);

/* An lr_describe_fn. */
llmrec_status lr_recommender_describe(const void *recommender, lr_builder *json);

/* Reads a caller's parts. Errors: ARGUMENT, ABI. */
llmrec_status lr_parts_read(const llmrec_recommender_parts *given, llmrec_recommender_parts *parts);

/* --- checks ------------------------------------------------------------------------------------------------------ */

/* Fails with UNSUPPORTED if the items have no ids. */
llmrec_status lr_need_ids(const llmrec_recommender *recommender);

/* Checks that offsets [sessions+1] rise, and that items are from -1 to the last of the catalog. Errors call them
 * `name`. */
llmrec_status lr_check_offsets(const char *name, const int64_t *offsets, size_t sessions);
llmrec_status lr_check_items(const char *name, const int64_t *offsets, const int32_t *items, size_t sessions,
                             size_t catalog);

/* Checks all arguments, then makes lists by `verb` for the sessions and outputs of `call`. */
llmrec_status lr_rank_checked(const llmrec_recommender *recommender, lr_verb verb, const lr_batch *call, int64_t k,
                              const llmrec_recommend_options *options, const char *stage);

/* Rows that the caller gave as external ids. */
typedef struct lr_id_rows {
    const int64_t *offsets;
    const char *const *ids;
    const size_t *lengths; /* NULL: each id ends in NUL */
    size_t sessions;
} lr_id_rows;

/* Translates ids to indices; -1 for unknown ids. unknown[sessions] (may be NULL) receives the number of unknown ids per
 * session, and the log receives a warning. Errors: ARGUMENT, an id is NULL, and the message names it; UNSUPPORTED, the
 * recommender has no ids. */
llmrec_status lr_find_items(const llmrec_recommender *recommender, const lr_id_rows *rows, int32_t *items,
                            int64_t *unknown);

/* --- the driver: arguments are already checked -------------------------------------------------------------------- */

/* Copies items [count], with -1 in place of those without a vector if the strategy has vectors. */
void lr_mask_items(const llmrec_recommender *recommender, const int32_t *items, size_t count, int32_t *masked);

/* Runs a verb over a call's sessions in batches. Progress reports call it `stage`. NULL: no progress, for a strategy
 * that uses another recommender. */
llmrec_status lr_run(const llmrec_recommender *recommender, lr_verb verb, const lr_batch *call, const char *stage);

/* Returns at most `most` sessions of a call, from `first` on, as a batch. */
lr_batch lr_batch_part(const lr_batch *call, size_t first, size_t most);

/* Ranks by `verb` under the filters of `options`. */
llmrec_status lr_run_filtered(const llmrec_recommender *recommender, lr_verb verb,
                              const llmrec_recommend_options *options, const lr_batch *call, const char *stage);

/* Runs the rank verb of any strategy. */
llmrec_status lr_rank_batch(const llmrec_recommender *recommender, const lr_batch *batch);

/* Makes lists for a strategy that uses another recommender, with that strategy's batch and filter. Reports no
 * progress. */
llmrec_status lr_recommend_quietly(const llmrec_recommender *recommender, const lr_batch *call);

#endif
