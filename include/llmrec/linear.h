/* SPDX-License-Identifier: Apache-2.0 */
/* Linear item-to-item models in closed form: EASE, SLIT and SLIST, and each of them guided by a language model's
 * vectors.
 *
 * For the functions of this header, unless their comment says otherwise:
 * Ownership: the caller owns a created recommender; it needs its sources no longer. Threads: any; many at once. Cost:
 * constant; allocates nothing. Since: 0.1.
 */
#ifndef LLMREC_LINEAR_H
#define LLMREC_LINEAR_H

#include "recommender.h"

LLMREC_BEGIN

/* The rows that a linear model learns from. The score of item j is the sum over the session's items i of their weight
 * times B[i,j]; B predicts the right side of all rows from their left side.
 *
 * With S, T the rows of past and next items at each place of each session and X the rows of all items of each session:
 * SLIT:  B minimizes |T - S B|^2 + ridge |B|^2 (Choi et al. 2021).
 * EASE:  B minimizes |X - X B|^2 + ridge |B|^2 with a zero diagonal (Steck 2019).
 * SLIST: B minimizes whole |X - X B|^2 + (1 - whole) |T - S B|^2 + ridge |B|^2 (Choi et al. 2021).
 * SLIS:  SLIST with whole = 1: EASE without the zero diagonal.
 * With a table of vectors, + strength |B - M|^2 pulls B towards the items' similarities M: row i of M has the
 * guide_neighbors largest positive cosines of item i by whitened vectors (after Lee et al. 2025). */
typedef enum llmrec_linear_model {
    LLMREC_LINEAR_SLIT = 0,
    LLMREC_LINEAR_EASE = 1,
    LLMREC_LINEAR_SLIST = 2,
    LLMREC_LINEAR_SLIS = 3
} llmrec_linear_model;

/* How the solution is computed: DENSE inverts the Gram matrix of all items; COLUMNS solves each column of B for its own
 * candidates and leaves the other entries at 0; AUTO is DENSE up to 30,000 items. */
typedef enum llmrec_linear_solver {
    LLMREC_LINEAR_AUTO = 0,
    LLMREC_LINEAR_DENSE = 1,
    LLMREC_LINEAR_COLUMNS = 2
} llmrec_linear_solver;

typedef struct llmrec_linear_options {
    size_t size;               /* set by llmrec_linear_options_init */
    int64_t model;             /* one of llmrec_linear_model; default SLIST */
    double ridge;              /* lambda > 0; 0 (default): chosen on held-out items of the data set */
    double strength;           /* kappa >= 0, 0: not guided; -1 (default): chosen with a table of vectors, else 0 */
    int64_t guide_neighbors;   /* most similarities per item; 1 to 10000, default 100 */
    int64_t past_items;        /* most items in a row of S; 1 to 1000, default 10 */
    double past_decay;         /* an item of age a in S has the weight exp(-a / past_decay), a from 0; > 0, default 8 */
    int64_t future_items;      /* most items in a row of T; 1 to 1000, default 3 */
    double future_decay;       /* the same for the next items, the first one of age 0; > 0, default 2 */
    double whole;              /* SLIST: weight of whole sessions; in (0,1), default 0.2 */
    int64_t session_decay;     /* weight of a session's item by age: one of llmrec_decay; default HARMONIC */
    double session_decay_rate; /* EXPONENTIAL: rate >= 0; default 0.5 */
    int64_t validation_sessions; /* most sessions whose last items choose ridge and strength; >= 1, default 4000 */
    int64_t seed;                /* of the choice of these sessions; default 0 */
    int64_t solver;              /* one of llmrec_linear_solver; default AUTO */
    int64_t candidates;          /* COLUMNS: most items in a column's system; 1 to 10000, default 500 */
    /* Truncation of B: only the largest entries of each row are kept, until they make up this share of the sum of all
     * absolute values; in (0,1], default 1: all. */
    double row_share;
    int64_t row_entries;  /* most entries of a row, 0 (default): all; rows are sparse if one of the two is set */
    int64_t memory_limit; /* most bytes that the model may need; 0 (default): three quarters of the machine's memory */
} llmrec_linear_options;

/* Fills the first `size` bytes with the defaults. Errors: ARGUMENT, ABI. */
LLMREC_API llmrec_status llmrec_linear_options_init(llmrec_linear_options *options, size_t size);

/* Creates a recommender by a linear model. `dataset` (usually a train view) gives the sessions. `embedding` (may be
 * NULL) guides the model; its rows are aligned to the data set's items. Items without rows in the data set get their
 * row of B from the guide. The description has the chosen ridge and strength. Its name is "linear", or "llm-linear" if
 * it is guided.
 * Errors: ARGUMENT, ABI, SHAPE (the table has not one row per item; no session of two items; vectors without a
 * direction), NUMERIC (a ridge too small for the data), MEMORY (more than memory_limit; the message has the figure),
 * CANCELED. Cost: DENSE: items^3 operations at the speed of matrix products, 10 s for 12,000 items on two cores; memory
 * 6 items^2 bytes while it is made, 4 items^2 bytes afterwards. COLUMNS: candidates^3 / 3 multiplications and 12
 * candidates bytes per item. The log says how much. Reports progress. */
LLMREC_API llmrec_status llmrec_recommender_create_linear(const llmrec_dataset *dataset,
                                                          const llmrec_embedding *embedding,
                                                          const llmrec_linear_options *options,
                                                          llmrec_recommender **recommender);

LLMREC_END
#endif
