/* SPDX-License-Identifier: Apache-2.0 */
/* Recommenders without training, from what other sessions contain: session k nearest neighbors, and co-occurrence of
 * items. They recommend only items with a score above 0, so a list may have fewer items than min(k, eligible items).
 * Its count says how many. llmrec_score gives 0 to the other items.
 *
 * For the functions of this header, unless their comment says otherwise:
 * Ownership: the caller owns a created recommender; it keeps its sources alive. Threads: any; many at once. Cost:
 * constant; allocates nothing. Since: 0.1.
 */
#ifndef LLMREC_NEIGHBORS_H
#define LLMREC_NEIGHBORS_H

#include "recommender.h"

LLMREC_BEGIN

/* --- session k nearest neighbors --------------------------------------------------------------------------------- */

/* Which sessions that share an item with a session are compared with it. */
typedef enum llmrec_sampling {
    LLMREC_SAMPLING_RECENT = 0, /* the newest, by the time of their last row; later in the file is newer in a tie */
    LLMREC_SAMPLING_RANDOM = 1  /* random ones; the seed and the training sessions determine them */
} llmrec_sampling;

/* What two sessions are compared by. */
typedef enum llmrec_compared {
    LLMREC_COMPARED_ITEMS = 0,  /* their common items */
    LLMREC_COMPARED_VECTORS = 1 /* the means of their items' vectors */
} llmrec_compared;

/* A session s is reduced to the distinct items that occur in training, each at its first place. The item of age a
 * (1 = newest) has the weight w(a). A training session c is the set of its items.
 *
 * Similarity of s and c: DOT: the sum of w over common items; COSINE: the same / (sqrt(|c|) |w|). With VECTORS: dot
 * product or cosine of the vectors of both. The score of an item is the sum of similarities over those of the
 * `neighbors` most similar sessions that contain it. In a tie the session that is sampled first is nearer. A session
 * without positive similarity is no neighbor. */
typedef struct llmrec_neighbors_options {
    size_t size;               /* set by llmrec_neighbors_options_init */
    int64_t sample_size;       /* sessions that are compared with a session; >= 1, default 1000 */
    int64_t sampling;          /* one of llmrec_sampling; default RECENT */
    int64_t seed;              /* RANDOM: seed; default 0 */
    int64_t neighbors;         /* nearest sessions that count; >= 1, default 100 */
    int64_t compared;          /* one of llmrec_compared; default ITEMS. VECTORS needs an embedding */
    int64_t session_measure;   /* LLMREC_MEASURE_COSINE or LLMREC_MEASURE_DOT; default COSINE */
    int64_t session_decay;     /* w(a): one of llmrec_decay; default HARMONIC */
    double session_decay_rate; /* EXPONENTIAL: rate >= 0; default 0.5 */
    /* VECTORS: the same for the mean of a training session, with session_decay_rate; default NONE */
    int64_t train_decay;
    int64_t last_items; /* use only that many of a session's last items; 0 (default): all */
    /* 1: a neighbor's similarity is multiplied by p/|s|, where p is the place in s (1 = oldest) of the latest common
     * item; default 0 */
    int64_t sequential_weighting;
    /* 1: an item's score is multiplied by 1 + ln(sessions / sessions with the item); default 0 */
    int64_t idf_weighting;
    int64_t successors_only; /* 1: only items that directly follow s's last item in a training session; default 0 */
} llmrec_neighbors_options;

/* Fills the first `size` bytes with the defaults. Errors: ARGUMENT, ABI. */
LLMREC_API llmrec_status llmrec_neighbors_options_init(llmrec_neighbors_options *options, size_t size);

/* Fills the first `size` bytes with a preset: "default"; "sknn", "v-sknn", "s-sknn", "sf-sknn" (Jannach and Ludewig
 * 2017; Ludewig and Jannach 2018); "sknn-emb" (Boz et al. 2024).
 * Errors: ARGUMENT (unknown name; the message lists the presets), ABI. */
LLMREC_API llmrec_status llmrec_neighbors_options_preset(llmrec_neighbors_options *options, size_t size,
                                                         const char *name);

/* Creates a recommender by session k nearest neighbors over the sessions of `dataset` (usually a train view).
 * `embedding` (may be NULL) has the items' vectors for VECTORS, one row per item of the dataset; reduce them before.
 * Its name is "neighbors".
 * Errors: ARGUMENT (VECTORS without an embedding), ABI, SHAPE (the rows of the embedding are not the dataset's items),
 * MEMORY. Cost: a few passes over the rows; memory: 8 bytes per row, and with VECTORS 4 x dim bytes per session. To
 * recommend: work in proportion to `sample_size` and to the lengths of the neighbors. */
LLMREC_API llmrec_status llmrec_recommender_create_neighbors(const llmrec_dataset *dataset,
                                                             const llmrec_embedding *embedding,
                                                             const llmrec_neighbors_options *options,
                                                             llmrec_recommender **recommender);

/* --- co-occurrence ----------------------------------------------------------------------------------------------- */

/* What item i says for item j: C[i,j] = (F[i,j] + backward F[j,i]) / (n_i n_j)^power, where F[i,j] is the sum of w(d)
 * over all rows of i that are d places before a row of j in the same session, and n the number of an item's rows. The
 * score of j is the sum of C[i,j] over the session's items i, weighted by their age. */
typedef struct llmrec_cooccurrence_options {
    size_t size;               /* set by llmrec_cooccurrence_options_init */
    int64_t window;            /* largest distance d; >= 1, default 20 */
    int64_t distance_decay;    /* w(d): one of llmrec_decay with d as the age; default HARMONIC: 1/d */
    double distance_rate;      /* EXPONENTIAL: rate >= 0; default 0.5 */
    double backward;           /* weight of pairs in the other direction; >= 0, default 0.6 */
    double power;              /* in [0, 1], default 0.5; 0: no normalization */
    int64_t row_items;         /* keep the largest entries of each row, ties to the lower index; 0 (default): all */
    int64_t last_only;         /* 1: only the session's last item counts; default 0 */
    int64_t session_decay;     /* weights of all items by age, one of llmrec_decay; default HARMONIC */
    double session_decay_rate; /* EXPONENTIAL: rate >= 0; default 0.5 */
} llmrec_cooccurrence_options;

/* Fills the first `size` bytes with the defaults. Errors: ARGUMENT, ABI. */
LLMREC_API llmrec_status llmrec_cooccurrence_options_init(llmrec_cooccurrence_options *options, size_t size);

/* Fills the first `size` bytes with a preset: "default"; "markov" (first order: what directly follows the last item, by
 * count).
 * Errors: ARGUMENT (unknown name; the message lists the presets), ABI. */
LLMREC_API llmrec_status llmrec_cooccurrence_options_preset(llmrec_cooccurrence_options *options, size_t size,
                                                            const char *name);

/* Creates a recommender by co-occurrence in the sessions of `dataset` (usually a train view). Its name is
 * "cooccurrence". It keeps its counts F, as integers in units of 2^-30, also in its file.
 * Errors: ARGUMENT, ABI, MEMORY, CANCELED. Cost: a step per pair of rows within the window; memory: 12 bytes per entry
 * of F, and 8 bytes per entry of C. Reports progress. To recommend: a step per entry of the rows of the session's
 * items. */
LLMREC_API llmrec_status llmrec_recommender_create_cooccurrence(const llmrec_dataset *dataset,
                                                                const llmrec_cooccurrence_options *options,
                                                                llmrec_recommender **recommender);

/* Creates the recommender of `after` from that of `before`: counts only the pairs that one of both lacks. The result is
 * the same to the bit as that of llmrec_recommender_create_cooccurrence with the options of `former`. `before` is the
 * dataset that `former` was made of, and `after` usually what llmrec_dataset_append made of it, or the same part of
 * that. Sessions are matched by id. The items of `before` have the same index in `after`.
 * Errors: ARGUMENT (`former` is another strategy; it was not made of `before`; an item has another index: named),
 * MEMORY, CANCELED. Cost: one pass over the rows of both datasets and over the counts, and a step per new pair of rows.
 * Reports progress. */
LLMREC_API llmrec_status llmrec_recommender_update_cooccurrence(const llmrec_recommender *former,
                                                                const llmrec_dataset *before,
                                                                const llmrec_dataset *after,
                                                                llmrec_recommender **recommender);

LLMREC_END
#endif
