/* SPDX-License-Identifier: Apache-2.0 */
/* Recommenders: the items of a session in, the next items out, also for sessions and items never trained on. */
#ifndef LLMREC_RECOMMENDER_H
#define LLMREC_RECOMMENDER_H

#include "encoder.h"

LLMREC_BEGIN

typedef struct llmrec_recommender llmrec_recommender;

/* --- popularity ---------------------------------------------------------------------------------------------- */

/* Recommends the items with most rows in `dataset` (usually a train view), ties to the lower index; the score is the
 * row count. Errors: MEMORY. */
LLMREC_API llmrec_status llmrec_recommender_create_popularity(const llmrec_dataset *dataset,
                                                              llmrec_recommender **recommender);

/* --- LLM-seq-sim --------------------------------------------------------------------------------------------- */

/* How a session becomes one vector: the last item's, or the weighted mean of all items'. */
typedef enum llmrec_weighting { LLMREC_WEIGHTING_LAST = 0, LLMREC_WEIGHTING_MEAN = 1 } llmrec_weighting;

/* Weight w(a) of an item of age a (1 = newest) in a session of L items. */
typedef enum llmrec_decay {
    LLMREC_DECAY_NONE = 0,              /* 1 */
    LLMREC_DECAY_CONSTANT_LINEAR = 1,   /* max(1e-5, 1 - 0.1 (a-1)) */
    LLMREC_DECAY_SCALING_LINEAR = 2,    /* max(1e-5, 1 - (a-1)/L) */
    LLMREC_DECAY_SCALING_QUADRATIC = 3, /* its square */
    LLMREC_DECAY_SCALING_CUBIC = 4,     /* its cube */
    LLMREC_DECAY_LOG = 5,               /* 1 / (1 + ln a) */
    LLMREC_DECAY_HARMONIC = 6,          /* 1 / a */
    LLMREC_DECAY_HARMONIC_SQUARED = 7,  /* 1 / a^2 */
    LLMREC_DECAY_EXPONENTIAL = 8        /* exp(-rate (a-1)) */
} llmrec_decay;

typedef enum llmrec_measure {
    LLMREC_MEASURE_COSINE = 0,   /* u.e / (|u||e|), 0 if either is zero */
    LLMREC_MEASURE_DOT = 1,      /* u.e */
    LLMREC_MEASURE_EUCLIDEAN = 2 /* 1 / (1 + |u - e|) */
} llmrec_measure;

typedef struct llmrec_similarity_options {
    size_t size;       /* set by llmrec_similarity_options_init; do not touch */
    int64_t weighting; /* one of llmrec_weighting; default MEAN */
    int64_t decay;     /* one of llmrec_decay; MEAN only; default HARMONIC */
    double decay_rate; /* EXPONENTIAL: rate >= 0; default 0.5 */
    int64_t measure;   /* one of llmrec_measure; default COSINE */
    int64_t reduce; /* one of llmrec_reduce_method, fitted on the whole table; default WHITEN. NONE leaves the vectors
                            as they are, lengths too */
    int64_t reduce_dim;  /* dim of the reduced vectors; PCA and WHITEN take all directions there are where they are
                            fewer; 0 (default): all (RANDOM: D) */
    double reduce_power; /* as llmrec_reducer_options.power; default 1 */
    double reduce_ridge; /* as llmrec_reducer_options.ridge; default 0 */
    int64_t seed;        /* as llmrec_reducer_options.seed; default 0 */
} llmrec_similarity_options;

LLMREC_API llmrec_status llmrec_similarity_options_init(llmrec_similarity_options *options, size_t size);

/* Sets every option to a named setting: "default"; "harte2023" (the seed paper's for Beauty: last item, dot product,
 * vectors as they are); "boz2024" (the extended paper's: PCA to 512, mean, harmonic, cosine). ARGUMENT lists the
 * names. */
LLMREC_API llmrec_status llmrec_similarity_options_preset(llmrec_similarity_options *options, size_t size,
                                                          const char *name);

/* LLM-seq-sim (Harte et al. 2023, section 3.1; Boz et al. 2024): a session becomes a vector made of its items'
 * vectors; all items of the table are ranked by similarity to it. The catalog is the table's rows, the ids the
 * table's. A row shorter than 1e-20 has cosine 0 with everything. The table is held, not copied.
 * Errors: ARGUMENT, SHAPE, NUMERIC (a row longer than 1e18: names it), MEMORY. Cost: the reducer's fit; memory: the
 * reduced table, if there is a reducer, and a quarter of a float32 table. */
LLMREC_API llmrec_status llmrec_recommender_create_similarity(const llmrec_embedding *embedding,
                                                              const llmrec_similarity_options *options,
                                                              llmrec_recommender **recommender);

/* --- trained encoders ---------------------------------------------------------------------------------------- */

/* BERT4Rec and SASRec, from random or LLM vectors: a session passes through the encoder's network ([MASK] at its end
 * where it is bidirectional), and all items are ranked by the logits, which are the scores. Named "bert4rec" or,
 * causal, "sasrec". It takes a copy of the weights in use, so the encoder may train on or be freed. Errors: NUMERIC,
 * MEMORY. Memory: twice the item table and a quarter. */
LLMREC_API llmrec_status llmrec_recommender_create_encoder(const llmrec_encoder *encoder,
                                                           llmrec_recommender **recommender);

/* --- every strategy ------------------------------------------------------------------------------------------ */

LLMREC_API void llmrec_recommender_free(llmrec_recommender *recommender);

/* "popularity", "similarity", ...; the options in force as one line of JSON. */
LLMREC_API const char *llmrec_recommender_name(const llmrec_recommender *recommender);
LLMREC_API const char *llmrec_recommender_description(const llmrec_recommender *recommender);
LLMREC_API int64_t llmrec_recommender_items(const llmrec_recommender *recommender);

/* An item's id by index; UNSUPPORTED where the recommender was made of a table without ids. */
LLMREC_API llmrec_status llmrec_recommender_item_id(const llmrec_recommender *recommender, int64_t item,
                                                    const char **id, size_t *length);

typedef struct llmrec_recommend_options {
    size_t size;       /* set by llmrec_recommend_options_init; do not touch */
    int64_t keep_seen; /* 0 (default): a session's own items are never recommended; 1: they may be */
    size_t allow_count;
    const int32_t *allow; /* [allow_count] only these may be recommended, none if it is 0; default NULL: all */
    size_t deny_count;
    const int32_t *deny;       /* [deny_count] these never are; default NULL: none */
    int64_t *grounding;        /* [sessions, grounding_columns] where prompt recommenders' lists come from: columns of
                            llmrec_grounding (prompt.h); zeros from other strategies; default NULL: not wanted */
    int64_t grounding_columns; /* >= 0, default 0; LLMREC_GROUNDING_COUNT for all; further ones get zeros */
} llmrec_recommend_options;

LLMREC_API llmrec_status llmrec_recommend_options_init(llmrec_recommend_options *options, size_t size);

/* The k best next items of each of `sessions` sessions, given as CSR: session i is items[offsets[i]..offsets[i+1]-1],
 * oldest first. Fills recommended[sessions,k] and scores[sessions,k] (NULL: not wanted) in falling order of score, ties
 * to the lower index, and counts[sessions] = min(k, eligible items); entries past a count are left as they are. A
 * session in which there is nothing to go by (empty, or unknown items only) gets count 0 from strategies that need
 * items, the popular ones from popularity. An index of -1 in `items` is an unknown item and is skipped.
 * Exact, and the same to the bit whatever the batch, block size or threads. One recommender may be used by many threads
 * at once. Errors: ARGUMENT (k < 1, an index outside [-1, items), falling offsets: names the position), MEMORY,
 * CANCELED (outputs undefined). Cost: similarity: one pass over a table of a quarter of the float32 size per 64
 * sessions, and some tens of rows scored in float32 for each; memory does not grow with sessions x items. */
LLMREC_API llmrec_status llmrec_recommend(const llmrec_recommender *recommender, const int64_t *offsets,
                                          const int32_t *items, size_t sessions, int64_t k,
                                          const llmrec_recommend_options *options, int32_t *recommended, float *scores,
                                          int32_t *counts);

/* The same with the items' external ids; `lengths` NULL: each ends in NUL. Unknown ids are skipped; unknown[sessions]
 * (may be NULL) gets how many, and the log a warning with their number and the first one. */
LLMREC_API llmrec_status llmrec_recommend_ids(const llmrec_recommender *recommender, const int64_t *offsets,
                                              const char *const *ids, const size_t *lengths, size_t sessions, int64_t k,
                                              const llmrec_recommend_options *options, int32_t *recommended,
                                              float *scores, int32_t *counts, int64_t *unknown);

/* --- a session that goes on ---------------------------------------------------------------------------------- */

/* One session whose items come one after another, with the next ones recommended whenever they are wanted: the same to
 * the bit as llmrec_recommend on all its items so far. It holds the recommender, and belongs to one thread at a time.
 *
 * Cost of a recommendation: that of llmrec_recommend for the whole session, of which only the arrays need not be handed
 * over again. Less where the recommender is a causal encoder whose positions count from the session's start
 * (left_aligned, not pad_with_mask): keys and values of the tokens before are kept (8 bytes x layers x max_length x
 * heads x head_dim), and the items since the latest recommendation alone pass through the network, until the session
 * is longer than max_length. */
typedef struct llmrec_session llmrec_session;

/* An empty session. Errors: ARGUMENT, MEMORY. */
LLMREC_API llmrec_status llmrec_session_create(const llmrec_recommender *recommender, llmrec_session **session);
LLMREC_API void llmrec_session_free(llmrec_session *session);

/* Appends items[count], oldest first; -1 is an unknown item and is skipped. On failure the session is as it was.
 * Errors: ARGUMENT (an index outside [-1, items): names the position), MEMORY. */
LLMREC_API llmrec_status llmrec_session_append(llmrec_session *session, const int32_t *items, size_t count);

/* The same with external ids, as llmrec_recommend_ids takes them; *unknown (may be NULL) gets how many were skipped. */
LLMREC_API llmrec_status llmrec_session_append_ids(llmrec_session *session, const char *const *ids,
                                                   const size_t *lengths, size_t count, int64_t *unknown);

/* How many known items it has. */
LLMREC_API int64_t llmrec_session_length(const llmrec_session *session);

/* Fills recommended[k], scores[k] (NULL: not wanted) and *count as llmrec_recommend does for one session. */
LLMREC_API llmrec_status llmrec_session_recommend(llmrec_session *session, int64_t k,
                                                  const llmrec_recommend_options *options, int32_t *recommended,
                                                  float *scores, int32_t *count);

LLMREC_END
#endif
