/* SPDX-License-Identifier: Apache-2.0 */
/* Strategies of the host: functions that rank sessions or score items become a recommender like any other. Evaluation,
 * the first stage of prompts and live sessions take it.
 *
 * For the functions of this header, unless their comment says otherwise:
 * Ownership: the caller owns a created recommender. Threads: any; many at once. Since: 0.1.
 */
#ifndef LLMREC_CUSTOM_H
#define LLMREC_CUSTOM_H

#include "recommender.h"

LLMREC_BEGIN

/* Sessions to rank, in CSR form: session i is items[offsets[i]..offsets[i+1]-1], oldest first; offsets[0] is 0; -1 is
 * an unknown item. The host writes a list per session to recommended and scores, and its length to counts.
 *
 * The library removes the items that may not be recommended and shortens the lists to k. So a host may ignore
 * keep_seen, allow and deny, and fill up to `width` entries, which is enough to leave k. A host that applies them needs
 * k entries only. */
typedef struct llmrec_rank_request {
    size_t size; /* bytes of this struct that the library filled */
    int64_t sessions;
    const int64_t *offsets; /* [sessions+1] */
    const int32_t *items;
    int64_t k;         /* entries that each list shall have in the end */
    int64_t width;     /* entries that each list may have: the length of a row; k <= width <= items of the catalog */
    int64_t keep_seen; /* 1: a session's own items may be recommended; 0: they are removed */
    int64_t allow_count;
    const int32_t *allow; /* [allow_count] only these may be recommended; NULL: all */
    int64_t deny_count;
    const int32_t *deny;  /* [deny_count] these are removed */
    int32_t *recommended; /* [sessions,width] items, the best first, none twice */
    float *scores;        /* [sessions,width] finite, not rising along a list */
    int32_t *counts;      /* [sessions] entries of each list, 0 to width; 0 at the call */
} llmrec_rank_request;

/* Sessions, as in llmrec_rank_request, and candidates to score: with candidate_offsets [sessions+1], which begins at 0,
 * session i has candidates[candidate_offsets[i]..candidate_offsets[i+1]-1], and the score of candidates[j] goes to
 * scores[j]. With candidate_offsets NULL, all sessions have candidates[candidate_count], and scores is
 * [sessions,candidate_count]. -1 is an unknown candidate: the library sets its score to NaN. */
typedef struct llmrec_score_request {
    size_t size; /* bytes of this struct that the library filled */
    int64_t sessions;
    const int64_t *offsets; /* [sessions+1] */
    const int32_t *items;
    const int64_t *candidate_offsets; /* [sessions+1], or NULL */
    const int32_t *candidates;
    int64_t candidate_count; /* candidate_offsets NULL: of the list */
    float *scores;           /* finite, or NaN for an item without a score; NaN at the call */
} llmrec_score_request;

/* Functions of the host. They run on the thread that called the library. If several threads use the recommender at
 * once, they run at once too. Any value but LLMREC_OK ends the call with LLMREC_ERR_CALLBACK. A session's result should
 * depend on the session alone, because the library chooses which sessions come together. */
typedef llmrec_status (*llmrec_rank_fn)(const llmrec_rank_request *request, void *user);
typedef llmrec_status (*llmrec_score_fn)(const llmrec_score_request *request, void *user);
typedef void (*llmrec_strategy_free_fn)(void *user);

/* A strategy of the host. At least one of `rank` and `score` is needed. Without `rank` the library asks for scores of
 * all items, in blocks, and ranks by them, ties to the lower index. Without `score` llmrec_score takes the scores of a
 * list of all items, in which a session's own items may be; items that are not listed get NaN. */
typedef struct llmrec_custom_strategy {
    size_t size;                   /* set by the caller: sizeof(llmrec_custom_strategy) */
    const char *name;              /* 1 to 63 letters, digits or any of "-_.+": the recommender's name */
    const llmrec_dataset *dataset; /* the catalog: its items and ids; NULL: `items` and `ids` */
    int64_t items;                 /* without a dataset: number of items; 1 to 2^31 - 2 */
    const char *const *ids;        /* without a dataset: [items], which are copied; NULL: the items have none */
    const size_t *id_lengths;      /* [items]; NULL: each id ends in NUL */
    llmrec_rank_fn rank;           /* may be NULL */
    llmrec_score_fn score;         /* may be NULL */
    llmrec_strategy_free_fn free;  /* called once, when the recommender is no longer used; may be NULL */
    void *user;                    /* passed to these functions */
    int64_t id_kind;               /* what `ids` are, one of llmrec_ids */
} llmrec_custom_strategy;

/* Creates a recommender from functions of the host. Its lists may be shorter than min(k, eligible items) if the host's
 * are. Each answer is checked: counts, indices, duplicates, scores. One that is not valid ends the call with CALLBACK,
 * and the message names session, entry and value.
 * Errors: ARGUMENT (no function, a name or number of items out of range, id_lengths without ids), ABI, SHAPE (an id
 * occurs twice), MEMORY. Ownership: `user` must be valid until `free` is called, or as long as the recommender is used.
 * After a failure `free` is not called. Cost: one copy of the ids; ranking by scores takes as many scores as items per
 * session. */
LLMREC_API llmrec_status llmrec_recommender_create_custom(llmrec_context *context,
                                                          const llmrec_custom_strategy *strategy,
                                                          llmrec_recommender **recommender);

LLMREC_END
#endif
