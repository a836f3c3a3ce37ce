/* SPDX-License-Identifier: Apache-2.0 */
/* Recommenders made of other recommenders. They are saved with what they are made of, opened, evaluated and described
 * like all recommenders.
 *
 * For the functions of this header, unless their comment says otherwise:
 * Errors: none. Ownership: the caller owns a created recommender; it keeps those that it is made of alive. Threads:
 * any; many at once. Cost: constant; allocates nothing. Since: 0.1.
 */
#ifndef LLMREC_BLEND_H
#define LLMREC_BLEND_H

#include "strategy.h"

LLMREC_BEGIN

/* --- blends ------------------------------------------------------------------------------------------------------ */

/* How the scores of different recommenders are made comparable, session by session. s is the score that a recommender
 * gives an item. An item without a score (NaN or infinite) has the value of the lowest score among the candidates. */
typedef enum llmrec_blend_scale {
    LLMREC_SCALE_ZSCORE = 0, /* (s - mean) / deviation over the session's candidates; 0 if all scores are equal */
    LLMREC_SCALE_NONE = 1,   /* s itself */
    /* 1 / (rank_constant + rank), rank 1 for the highest score of the candidates, ties to the lower index; 0 without
     * a score. With equal weights this is reciprocal rank fusion (Cormack et al. 2009). */
    LLMREC_SCALE_RANK = 2
} llmrec_blend_scale;

typedef struct llmrec_blend_options {
    size_t size; /* set by llmrec_blend_options_init */
    /* One weight >= 0 for each recommender, blanks or commas between: "0.5 1 0.2"; at least one above 0. NULL
     * (default): each is 1. A recommender of weight 0 is not asked. */
    const char *weights;
    int64_t scale;        /* one of llmrec_blend_scale; default ZSCORE */
    int64_t depth;        /* items taken from each recommender's list; >= 1, default 100 */
    double rank_constant; /* RANK: added to ranks; >= 0, default 60 */
} llmrec_blend_options;

/* Fills the first `size` bytes with the defaults. Errors: ARGUMENT, ABI. */
LLMREC_API llmrec_status llmrec_blend_options_init(llmrec_blend_options *options, size_t size);

/* Fills the first `size` bytes with a preset: "default"; "rrf" (reciprocal rank fusion).
 * Errors: ARGUMENT (unknown name; the message lists the presets), ABI. */
LLMREC_API llmrec_status llmrec_blend_options_preset(llmrec_blend_options *options, size_t size, const char *name);

/* Creates a blend of parts->recommenders. A session's candidates are the first items of each recommender's own list for
 * it, without the session's items. Every recommender scores all of them as in llmrec_score. An item's score is the sum
 * over recommenders of weight times scaled score. Filters of a call choose which items are listed, and change no score.
 * A list longer than `depth` draws on longer lists of the recommenders. llmrec_score gives other items than the
 * candidates the same sum, scaled by the candidates' mean, deviation or ranks; NaN if no recommender scores the item.
 * Its name is "blend".
 * Errors: ARGUMENT (no recommender; the weights do not fit), ABI, SHAPE (recommenders of different items), MEMORY.
 * Cost: of an answer, one list and one scoring of the candidates by each recommender. */
LLMREC_API llmrec_status llmrec_recommender_create_blend(const llmrec_recommender_parts *parts,
                                                         const llmrec_blend_options *options,
                                                         llmrec_recommender **recommender);

/* --- weights from validation ------------------------------------------------------------------------------------- */

typedef struct llmrec_blend_fit_options {
    size_t size;      /* set by llmrec_blend_fit_options_init */
    int64_t k;        /* weights maximize NDCG@k; >= 1, default 10 */
    int64_t sessions; /* validation sessions to draw without replacement; 0: all; default 4000 */
    int64_t seed;     /* the same seed draws the same sessions; default 0 */
} llmrec_blend_fit_options;

/* Fills the first `size` bytes with the defaults. Errors: ARGUMENT, ABI. */
LLMREC_API llmrec_status llmrec_blend_fit_options_init(llmrec_blend_fit_options *options, size_t size);

/* What llmrec_blend_fit found. NDCG@k is that of the sessions drawn. The arrays have one entry for each recommender,
 * then zeros. */
typedef struct llmrec_blend_fit_report {
    size_t size;        /* set by the caller: sizeof(llmrec_blend_fit_report) */
    int64_t sessions;   /* drawn */
    double ndcg;        /* of the blend with the fitted weights */
    double equal;       /* of the blend with equal weights */
    double weights[64]; /* the fitted weights; the largest is 1 */
    double alone[64];   /* NDCG@k of each recommender by itself */
    double without[64]; /* NDCG@k of the best blend found without that recommender; NaN if there is no other one */
} llmrec_blend_fit_report;

/* Creates a blend of parts->recommenders with weights that maximize NDCG@k on validation sessions. `validation` is the
 * validation part of a split: as in llmrec_evaluate, the last rows of a session are targets, and the rows before them
 * are its prompt. `options->weights` is not used.
 *
 * The recommenders must have been made of the train part alone. If one of them has seen the validation targets, its
 * weight and the figures come out too high. Each recommender is asked once for each session. The search then starts
 * from equal weights and from each recommender alone, multiplies one weight after the other by powers of 2 and then by
 * smaller factors, also by 0, and keeps what raises NDCG. At the end it leaves out each recommender in turn. Equal
 * inputs give equal weights, for any number of threads. Reports progress in sessions and then in steps of the search.
 *
 * `report` and `recommender` may be NULL.
 * Errors: ARGUMENT, ABI, SHAPE (no session has a prompt and a target; other items than the recommenders'), MEMORY,
 * CANCELED. Cost: two answers of each recommender per session; memory: 4 bytes for each recommender, candidate and
 * session. */
LLMREC_API llmrec_status llmrec_blend_fit(const llmrec_recommender_parts *parts, const llmrec_dataset *validation,
                                          const llmrec_blend_options *options,
                                          const llmrec_blend_fit_options *fit_options, llmrec_blend_fit_report *report,
                                          llmrec_recommender **recommender);

/* --- one list after the other: "concat" -------------------------------------------------------------------------- */

/* The list of parts->recommenders[0], cut, and then that of recommenders[1] without repeats (the embedding ensemble of
 * Boz et al. 2024). Scores are minus the place in the list, from 0. */
typedef struct llmrec_concat_options {
    size_t size;       /* set by llmrec_concat_options_init */
    int64_t rank;      /* items taken from the first list; >= 0, default 10 */
    double confidence; /* takes the items before the first score below this instead; default NaN: not used */
} llmrec_concat_options;

/* Fills the first `size` bytes with the defaults. Errors: ARGUMENT, ABI. */
LLMREC_API llmrec_status llmrec_concat_options_init(llmrec_concat_options *options, size_t size);

/* Fills the first `size` bytes with a preset: "default"; "boz2024_beauty", "boz2024_delivery_hero", "boz2024_steam"
 * (the best settings of Boz et al. 2024 for these data sets). Errors: ARGUMENT (unknown name; the message lists the
 * presets), ABI. */
LLMREC_API llmrec_status llmrec_concat_options_preset(llmrec_concat_options *options, size_t size, const char *name);

/* --- a choice by popularity: "switch" ---------------------------------------------------------------------------- */

/* Asks parts->recommenders[0] about sessions whose last known item is popular, and recommenders[1] about the others
 * (the sequential hybrid of Boz et al. 2024). An item's popularity is the number of sessions of parts->dataset that
 * have it. Its scores and lists are those of the recommender asked. */
typedef struct llmrec_switch_options {
    size_t size;     /* set by llmrec_switch_options_init */
    double quantile; /* popular: at least this quantile over all items; in [0,1], default 0.25 as Boz et al. 2024 */
} llmrec_switch_options;

/* Fills the first `size` bytes with the defaults. Errors: ARGUMENT, ABI. */
LLMREC_API llmrec_status llmrec_switch_options_init(llmrec_switch_options *options, size_t size);

/* --- re-ranking: "rerank" ---------------------------------------------------------------------------------------- */

/* What is done with the first `depth` items of a list of parts->first_stage. Lists longer than that go on with the
 * first stage's next items in MMR. Scores are minus the place in the list, from 0. */
typedef enum llmrec_rerank_method {
    /* Maximal marginal relevance (Carbonell and Goldstein 1998): next comes the item with the largest w * relevance -
     * (1 - w) * its largest cosine with an item before it; w is the option `relevance`. Relevance is the first stage's
     * score, scaled to 0..1 over these items. Needs parts->embedding. */
    LLMREC_RERANK_MMR = 0,
    /* Removes items less popular than the quantile, from the top, while more than k remain (Boz et al. 2024). Needs
     * parts->dataset. */
    LLMREC_RERANK_POPULARITY = 1,
    /* Removes items whose largest cosine with an item before them is not below the quantile of cosines of two items
     * (Boz et al. 2024). The list may be shorter than k. Needs parts->embedding. */
    LLMREC_RERANK_DIVERSITY = 2
} llmrec_rerank_method;

typedef struct llmrec_rerank_options {
    size_t size;                /* set by llmrec_rerank_options_init */
    int64_t method;             /* one of llmrec_rerank_method; default MMR */
    int64_t depth;              /* items taken from the first stage; >= 1, default 100 */
    double relevance;           /* MMR: weight of relevance; in [0,1], default 0.7 */
    double popularity_quantile; /* POPULARITY: over all items; in [0,1], default 0.5 */
    double similarity_quantile; /* DIVERSITY: over pairs of items, drawn if there are many; in [0,1], default 0.99 */
    int64_t seed;               /* DIVERSITY: of the pairs drawn; default 0 */
} llmrec_rerank_options;

/* Fills the first `size` bytes with the defaults. Errors: ARGUMENT, ABI. */
LLMREC_API llmrec_status llmrec_rerank_options_init(llmrec_rerank_options *options, size_t size);

/* Fills the first `size` bytes with a preset: "default"; "boz2024_beauty", "boz2024_delivery_hero", "boz2024_steam"
 * (the popularity filter with the best settings of Boz et al. 2024 for these data sets). Errors: ARGUMENT (unknown
 * name; the message lists the presets), ABI. */
LLMREC_API llmrec_status llmrec_rerank_options_preset(llmrec_rerank_options *options, size_t size, const char *name);

LLMREC_END
#endif
