/* SPDX-License-Identifier: Apache-2.0 */
/* Recommenders: take the items of a session and return the next items, also for sessions and items that were not in
 * training.
 *
 * For the functions of this header, unless their comment says otherwise:
 * Errors: none; a NULL handle gives 0 or "". Ownership: the caller owns a created recommender or session; it keeps its
 * sources alive. Returned texts belong to the recommender. Threads: any; many at once. Cost: constant; allocates
 * nothing. Since: 0.1.
 */
#ifndef LLMREC_RECOMMENDER_H
#define LLMREC_RECOMMENDER_H

#include "encoder.h"

LLMREC_BEGIN

typedef struct llmrec_recommender llmrec_recommender;

/* --- popularity ---------------------------------------------------------------------------------------------- */

/* Creates a recommender of the items with the most rows in `dataset` (usually a train view), ties to the lower index.
 * The score is the row count. Its name is "popularity".
 * Errors: ARGUMENT, MEMORY. Cost: one pass over the rows and one sort of the items. */
LLMREC_API llmrec_status llmrec_recommender_create_popularity(const llmrec_dataset *dataset,
                                                              llmrec_recommender **recommender);

/* Which rows of a dataset with times count; ages are measured from its newest row. */
typedef struct llmrec_popularity_options {
    size_t size; /* set by llmrec_popularity_options_init */
    /* Count only rows that are at most this much older than the newest row: a duration as "30d", see
     * llmrec_dataset_options.session_gap; default NULL: all. */
    const char *window;
    int64_t latest_rows;   /* count only that many newest rows, later in the file is newer in a tie; 0 (default): all */
    const char *half_life; /* a row of age a counts 2^(-a/half_life), a duration; default NULL: 1 */
} llmrec_popularity_options;

/* Fills the first `size` bytes with the defaults. Errors: ARGUMENT, ABI. */
LLMREC_API llmrec_status llmrec_popularity_options_init(llmrec_popularity_options *options, size_t size);

/* Does the same with the rows that the options choose; defaults or NULL: all. The score is the sum of what the rows
 * count.
 * Errors: ARGUMENT (also an option in a dataset without times), ABI, MEMORY. Cost: a sort of the rows, if not all count
 * alike. */
LLMREC_API llmrec_status llmrec_recommender_create_recent_popularity(const llmrec_dataset *dataset,
                                                                     const llmrec_popularity_options *options,
                                                                     llmrec_recommender **recommender);

/* --- LLM-seq-sim --------------------------------------------------------------------------------------------- */

/* How the vector of a session is computed: that of its last item, or the weighted mean of all its items. */
typedef enum llmrec_weighting { LLMREC_WEIGHTING_LAST = 0, LLMREC_WEIGHTING_MEAN = 1 } llmrec_weighting;

/* The weight w(a) of an item of age a (1 = newest) in a session of L items. */
typedef enum llmrec_decay {
    LLMREC_DECAY_NONE = 0,              /* 1 */
    LLMREC_DECAY_CONSTANT_LINEAR = 1,   /* max(1e-5, 1 - 0.1 (a-1)) */
    LLMREC_DECAY_SCALING_LINEAR = 2,    /* max(1e-5, 1 - (a-1)/L) */
    LLMREC_DECAY_SCALING_QUADRATIC = 3, /* the square of SCALING_LINEAR */
    LLMREC_DECAY_SCALING_CUBIC = 4,     /* the cube of SCALING_LINEAR */
    LLMREC_DECAY_LOG = 5,               /* 1 / (1 + ln a) */
    LLMREC_DECAY_HARMONIC = 6,          /* 1 / a */
    LLMREC_DECAY_HARMONIC_SQUARED = 7,  /* 1 / a^2 */
    LLMREC_DECAY_EXPONENTIAL = 8        /* exp(-rate (a-1)) */
} llmrec_decay;

/* The similarity of a session's vector u and an item's vector e. */
typedef enum llmrec_measure {
    LLMREC_MEASURE_COSINE = 0,   /* u.e / (|u||e|), 0 if either is zero */
    LLMREC_MEASURE_DOT = 1,      /* u.e */
    LLMREC_MEASURE_EUCLIDEAN = 2 /* 1 / (1 + |u - e|) */
} llmrec_measure;

typedef struct llmrec_similarity_options {
    size_t size;       /* set by llmrec_similarity_options_init */
    int64_t weighting; /* one of llmrec_weighting; default MEAN */
    int64_t decay;     /* MEAN: one of llmrec_decay; default HARMONIC */
    double decay_rate; /* EXPONENTIAL: rate >= 0; default 0.5 */
    int64_t measure;   /* one of llmrec_measure; default COSINE */
    /* How the table's vectors are reduced first: one of llmrec_reduce_method; default WHITEN. The reducer is fitted on
     * all rows of the table that have a vector. NONE leaves the vectors unchanged. */
    int64_t reduce;
    /* Dim of the reduced vectors; 0 (default): all (RANDOM: D). PCA and WHITEN use all directions if there are
     * fewer. */
    int64_t reduce_dim;
    double reduce_power; /* as llmrec_reducer_options.power; default 1 */
    double reduce_ridge; /* as llmrec_reducer_options.ridge; default 0 */
    int64_t seed;        /* as llmrec_reducer_options.seed; default 0 */
} llmrec_similarity_options;

/* Fills the first `size` bytes with the defaults. Errors: ARGUMENT, ABI. */
LLMREC_API llmrec_status llmrec_similarity_options_init(llmrec_similarity_options *options, size_t size);

/* Fills the first `size` bytes with a preset: "default"; "harte2023" (Harte et al. 2023 for Beauty: last item, dot
 * product, unchanged vectors); "boz2024" (Boz et al. 2024: PCA to 512, mean, harmonic, cosine).
 * Errors: ARGUMENT (unknown name; the message lists the presets), ABI. */
LLMREC_API llmrec_status llmrec_similarity_options_preset(llmrec_similarity_options *options, size_t size,
                                                          const char *name);

/* Creates a recommender by LLM-seq-sim (Harte et al. 2023, section 3.1; Boz et al. 2024): the vector of a session is
 * computed from its items' vectors, and all items are ranked by similarity to it. The catalog is the rows of the table,
 * with its ids. Its name is "similarity".
 *
 * An item without a vector (llmrec_embedding_has_row 0) is unknown to it: no list contains the item, its score is NaN,
 * sessions skip it, and a session of such items only gets count 0. The description counts the other items in
 * "items_with_vectors"; if there are fewer than items, the log gets a warning. A row of zeros in the caller's own table
 * is a vector, as in the papers: a row shorter than 1e-20 has cosine 0 with everything, above negative cosines.
 *
 * Errors: ARGUMENT, ABI, SHAPE (the reducer does not fit the table; 2^31 rows), NUMERIC (a row longer than 1e18:
 * named), UNSUPPORTED (PCA, WHITEN: D beyond 32000), MEMORY, CANCELED. Cost: the reducer's fit; memory: the reduced
 * table, if any, and a quarter of a float32 table. */
LLMREC_API llmrec_status llmrec_recommender_create_similarity(const llmrec_embedding *embedding,
                                                              const llmrec_similarity_options *options,
                                                              llmrec_recommender **recommender);

/* --- trained encoders ---------------------------------------------------------------------------------------- */

/* Creates a recommender by BERT4Rec or SASRec: a session passes through the encoder's network, with [MASK] at its end
 * if the network is bidirectional, and all items are ranked by their logits, which are the scores. Its name is
 * "bert4rec", or "sasrec" if the encoder is causal. It copies the weights in use, so the encoder may train further or
 * be freed.
 * Errors: ARGUMENT, NUMERIC (a row of the item table is not finite or longer than 1e18), MEMORY. Threads: any, but not
 * during a training of the encoder. Cost: memory: 2.25 times the item table. */
LLMREC_API llmrec_status llmrec_recommender_create_encoder(const llmrec_encoder *encoder,
                                                           llmrec_recommender **recommender);

/* --- every strategy ------------------------------------------------------------------------------------------ */

/* Releases the caller's reference to the recommender. */
LLMREC_API void llmrec_recommender_free(llmrec_recommender *recommender);

/* Writes a description of the recommender as one line of JSON, with names for choices: {"kind":"recommender",
 * "strategy":"similarity","name":"similarity","items":3883,"options":{...},"items_with_vectors":3880,"dim":384}; the
 * last two are of strategies with vectors; the other items are never recommended. `parts` has the encoder that
 * a trained encoder's recommender copied; of a prompt recommender it has llm, first_stage, embedding and text_encoder,
 * each with the part's own description, or null if there is no such part. llmrec_recommender_create makes the same
 * recommender from it and its parts. `text`, `capacity` and `length` are as for llmrec_options_json.
 * Errors: ARGUMENT. Cost: proportional to the text. */
LLMREC_API llmrec_status llmrec_recommender_description(const llmrec_recommender *recommender, char *text,
                                                        size_t capacity, size_t *length);

/* Return the recommender's name, and the number of items in its catalog. */
LLMREC_API const char *llmrec_recommender_name(const llmrec_recommender *recommender);
LLMREC_API int64_t llmrec_recommender_items(const llmrec_recommender *recommender);

/* Gives an item's id. Errors: ARGUMENT (no such item), UNSUPPORTED (the recommender's table has no ids). */
LLMREC_API llmrec_status llmrec_recommender_item_id(const llmrec_recommender *recommender, int64_t item,
                                                    const char **id, size_t *length);

/* Returns 1 if the items' ids are integers, so that every id is the decimal text of an int64; otherwise 0. */
LLMREC_API int32_t llmrec_recommender_item_ids_are_numbers(const llmrec_recommender *recommender);

/* Gives what an item is called: the dataset's title text, as UTF-8 without a NUL at the end, or an empty text. Titles
 * are known where the recommender was made of a dataset, of a table aligned to one or of an encoder created for one,
 * where llmrec_recommender_create got a dataset with the same ids, and where they are in the recommender's file.
 * Errors: ARGUMENT (no such item). */
LLMREC_API llmrec_status llmrec_recommender_item_title(const llmrec_recommender *recommender, int64_t item,
                                                       const char **title, size_t *length);

/* Finds items by their ids: items[count] gets their indices, -1 for an unknown id. With `lengths` NULL each id ends in
 * NUL. The log gets a warning with the number of unknown ids and the first one.
 * Errors: ARGUMENT, UNSUPPORTED (a recommender without ids). Cost: one hash look-up per id. */
LLMREC_API llmrec_status llmrec_recommender_find_items(const llmrec_recommender *recommender, const char *const *ids,
                                                       const size_t *lengths, int64_t count, int32_t *items);

typedef struct llmrec_recommend_options {
    size_t size;       /* set by llmrec_recommend_options_init */
    int64_t keep_seen; /* 0 (default): never recommend a session's own items; 1: they may be recommended */
    int64_t allow_count;
    const int32_t *allow; /* [allow_count] recommend only these, none if it is 0; default NULL: all */
    int64_t deny_count;
    const int32_t *deny; /* [deny_count] never recommend these; default NULL: none */
} llmrec_recommend_options;

/* Fills the first `size` bytes with the defaults. Errors: ARGUMENT, ABI. */
LLMREC_API llmrec_status llmrec_recommend_options_init(llmrec_recommend_options *options, size_t size);

/* Recommends the k best next items of `sessions` sessions in CSR form: session i is items[offsets[i]..offsets[i+1]-1],
 * oldest first; -1 is an unknown item and is skipped. Writes recommended[sessions,k] and scores[sessions,k] (may be
 * NULL) by falling score, ties to the lower index, and counts[sessions] = min(k, eligible items). Entries beyond a
 * count are unchanged. A session without a known item gets count 0, or the popular items from "popularity". The result
 * is exact, and the same to the bit for every batch, block size and number of threads.
 * Errors: ARGUMENT (k < 1, an index outside [-1, items), falling offsets; the message has the position), ABI, MEMORY,
 * CANCELED; prompt and custom recommenders also CALLBACK, prompts IO. After a failure the outputs are undefined. Cost:
 * similarity: one pass over a table of a quarter of the float32 size per 64 sessions, and tens of float32 rows for each
 * session; memory does not grow with sessions x items. */
LLMREC_API llmrec_status llmrec_recommend(const llmrec_recommender *recommender, const int64_t *offsets,
                                          const int32_t *items, int64_t sessions, int64_t k,
                                          const llmrec_recommend_options *options, int32_t *recommended, float *scores,
                                          int32_t *counts);

/* As llmrec_recommend, with the external ids of the items, so that a binding needs no lookup table. With `lengths` NULL
 * each id ends in NUL. Unknown ids are skipped; unknown[sessions] (may be NULL) gets their number, and the log a
 * warning with the number and the first one.
 * Errors: as llmrec_recommend; UNSUPPORTED (a recommender without ids). Cost: as llmrec_recommend, and one hash lookup
 * per id. */
LLMREC_API llmrec_status llmrec_recommend_ids(const llmrec_recommender *recommender, const int64_t *offsets,
                                              const char *const *ids, const size_t *lengths, int64_t sessions,
                                              int64_t k, const llmrec_recommend_options *options, int32_t *recommended,
                                              float *scores, int32_t *counts, int64_t *unknown);

/* --- scores of given items ------------------------------------------------------------------------------------- */

/* Scores given candidates for `sessions` sessions in CSR form, as llmrec_recommend takes them. With `candidate_offsets`
 * [sessions+1], session i has the candidates candidates[candidate_offsets[i]..candidate_offsets[i+1]-1]; the score of
 * candidates[j] is scores[j], and candidate_count is not used. With `candidate_offsets` NULL, all sessions have
 * candidates[candidate_count]; scores is [sessions,candidate_count]. A candidate may occur more than once; -1 is an
 * unknown item.
 *
 * A score is the same to the bit as that of llmrec_recommend. No filter applies: a session's own items have scores too.
 * NaN is the score of an unknown item, and of every item in a session without a known item, except from "popularity".
 * A prompt recommender gives the score in the list that llmrec_recommend makes for k = all items and default options,
 * and NaN to items that are not in it. See llmrec/custom.h for strategies of the host.
 * Errors: ARGUMENT (an index outside [-1, items), falling offsets; the message has the position), MEMORY, CANCELED;
 * prompt and custom recommenders also CALLBACK, prompts IO. After a failure the scores are undefined. Cost: similarity
 * and encoders: the session's vector, and one row of the table per candidate; popularity: one look-up per candidate;
 * prompts: as llmrec_recommend. Reports progress. */
LLMREC_API llmrec_status llmrec_score(const llmrec_recommender *recommender, const int64_t *offsets,
                                      const int32_t *items, int64_t sessions, const int64_t *candidate_offsets,
                                      const int32_t *candidates, int64_t candidate_count, float *scores);

/* Does the same with external ids, so that a binding needs no look-up of its own. With `lengths` or `candidate_lengths`
 * NULL each of these ids ends in NUL. unknown[sessions] (may be NULL) gets the number of unknown ids in each session;
 * the log gets a warning with the number and the first one of sessions, and of candidates.
 * Errors: as llmrec_score; UNSUPPORTED (a recommender without ids). Cost: as llmrec_score, and one hash look-up per
 * id. */
LLMREC_API llmrec_status llmrec_score_ids(const llmrec_recommender *recommender, const int64_t *offsets,
                                          const char *const *ids, const size_t *lengths, int64_t sessions,
                                          const int64_t *candidate_offsets, const char *const *candidates,
                                          const size_t *candidate_lengths, int64_t candidate_count, float *scores,
                                          int64_t *unknown);

/* --- vectors: serving from elsewhere, and similar items --------------------------------------------------------- */

/* Similarity and encoders compare one vector per session with one vector per item ("two towers"): the score of an item
 * is the recommender's measure of both, to rounding. A program can therefore keep the item vectors in a vector database
 * or in faiss, and search there with the session vectors. */

/* Returns the dim of the recommender's vectors; 0: the strategy has none ("popularity", prompts, custom). */
LLMREC_API int64_t llmrec_recommender_dim(const llmrec_recommender *recommender);

/* Returns how vectors of sessions and items are compared, one of llmrec_measure: similarity's option, and DOT for
 * encoders; -1: the strategy has no vectors. */
LLMREC_API int64_t llmrec_recommender_measure(const llmrec_recommender *recommender);

/* Writes the vectors of `sessions` sessions in CSR form, as llmrec_recommend takes them, to vectors [sessions,dim],
 * row-major. They are not normalized. A session without a known item gets zeros. An encoder with an output bias has one
 * more column, which is 1.
 * Errors: ARGUMENT (an index outside [-1, items), falling offsets; the message has the position), UNSUPPORTED (no
 * vectors), MEMORY, CANCELED. Cost: similarity: one row of the table per item; encoders: one pass of the network.
 * Reports progress. */
LLMREC_API llmrec_status llmrec_session_vectors(const llmrec_recommender *recommender, const int64_t *offsets,
                                                const int32_t *items, int64_t sessions, float *vectors);

/* Gives the table of the items' vectors [items,dim], with ids if the recommender has them: similarity's table after its
 * reduction; an encoder's item rows, and its output bias as the last column. The values are shared, not copied.
 * Errors: ARGUMENT, UNSUPPORTED (no vectors). Ownership: the caller frees the table, which outlives the recommender. */
LLMREC_API llmrec_status llmrec_recommender_item_vectors(const llmrec_recommender *recommender,
                                                         llmrec_embedding **vectors);

/* Finds the k items most similar to each of items[count]: similarity compares the items' vectors by its own measure,
 * encoders compare their item rows without the bias by cosine. Writes recommended[count,k], scores[count,k] (may be
 * NULL) and counts[count] as llmrec_recommend does for sessions of one item. The item itself is left out unless
 * keep_seen is 1; the other filters apply as well. -1 is an unknown item and gets count 0.
 * Errors: ARGUMENT (k < 1, an index outside [-1, items); the message has the position), ABI, UNSUPPORTED (no vectors),
 * MEMORY, CANCELED. Cost: as llmrec_recommend by similarity; the first call for an encoder makes a search of its own,
 * which takes 1.25 times the item table in memory. Reports progress. */
LLMREC_API llmrec_status llmrec_similar_items(const llmrec_recommender *recommender, const int32_t *items,
                                              int64_t count, int64_t k, const llmrec_recommend_options *options,
                                              int32_t *recommended, float *scores, int32_t *counts);

/* --- live sessions ------------------------------------------------------------------------------------------- */

/* One session to which items are added one after another, with recommendations at any time. They are the same to the
 * bit as those of llmrec_recommend on all its items so far. One thread at a time may use a session.
 *
 * A causal encoder whose positions count from the session's start (left_aligned, not pad_with_mask) makes this cheaper:
 * keys and values of earlier tokens are kept (8 bytes x layers x max_length x heads x head_dim), and only the items
 * since the latest recommendation pass through the network, until the session is longer than max_length. */
typedef struct llmrec_session llmrec_session;

/* Creates an empty session. Errors: ARGUMENT, MEMORY. */
LLMREC_API llmrec_status llmrec_session_create(const llmrec_recommender *recommender, llmrec_session **session);

/* Frees the session. Threads: one at a time per session. */
LLMREC_API void llmrec_session_free(llmrec_session *session);

/* Appends items[count], oldest first; -1 is an unknown item and is skipped. On failure the session is unchanged.
 * Errors: ARGUMENT (an index outside [-1, items); the message has the position), MEMORY. Threads: one at a time per
 * session. Cost: one copy. */
LLMREC_API llmrec_status llmrec_session_append(llmrec_session *session, const int32_t *items, int64_t count);

/* Appends items by their external ids. With `lengths` NULL each id ends in NUL. Unknown ids are skipped; `unknown` (may
 * be NULL) gets their number. On failure the session is unchanged.
 * Errors: ARGUMENT, UNSUPPORTED (a recommender without ids), MEMORY. Threads: one at a time per session. Cost: one hash
 * lookup per id. */
LLMREC_API llmrec_status llmrec_session_append_ids(llmrec_session *session, const char *const *ids,
                                                   const size_t *lengths, int64_t count, int64_t *unknown);

/* Returns the number of known items in the session. Threads: one at a time per session. */
LLMREC_API int64_t llmrec_session_length(const llmrec_session *session);

/* Writes the session as one line of JSON: {"kind":"session","length":3,"recommender":{...}}, with the number of known
 * items and the recommender's description. `text`, `capacity` and `length` are as for llmrec_options_json.
 * Errors: ARGUMENT, MEMORY. Threads: one at a time per session. Cost: proportional to the text. */
LLMREC_API llmrec_status llmrec_session_description(const llmrec_session *session, char *text, size_t capacity,
                                                    size_t *length);

/* Recommends the k best next items: writes recommended[k], scores[k] (may be NULL) and `count` as llmrec_recommend does
 * for one session. Errors: as llmrec_recommend. Threads: one at a time per session. Cost: as llmrec_recommend, or less:
 * see llmrec_session. */
LLMREC_API llmrec_status llmrec_session_recommend(llmrec_session *session, int64_t k,
                                                  const llmrec_recommend_options *options, int32_t *recommended,
                                                  float *scores, int32_t *count);

LLMREC_END
#endif
