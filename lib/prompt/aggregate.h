/* SPDX-License-Identifier: Apache-2.0 */
/* Several rankings of the same candidates become one. */
#ifndef LR_PROMPT_AGGREGATE_H
#define LR_PROMPT_AGGREGATE_H

#include <stddef.h>

#include "core/status.h"
#include "llmrec/context.h"

enum { LR_UNRANKED = -1 };

/* What rounds came to: the place of each candidate from 0, LR_UNRANKED for one that a round did not name. A round that
 * named none is left out. */
typedef struct lr_rounds {
    size_t candidates, rounds;
    const int32_t *places; /* [rounds, candidates] */
    double first_weight;   /* how many rounds the order in which the candidates are given counts for; 0: none */
} lr_rounds;

/* Each fills scores[candidates], higher is better.
 * sum: M - place over rounds, -10000 for an unranked one (LLMRank: Hou et al. 2024).
 * borda: M - 1 - place, the unranked ones of a round share what points it left; mean over rounds.
 * reciprocal: 1 / (60 + rank), rank from 1, nothing for unranked ones; mean over rounds (Cormack et al. 2009). */
void lr_aggregate_sum(const lr_rounds *rounds, double *scores);
void lr_aggregate_borda(const lr_rounds *rounds, double *scores);
void lr_aggregate_reciprocal(const lr_rounds *rounds, double *scores);

/* The order of least disagreement with the rounds that is reached from Borda's by moving single candidates (a local
 * optimum of Kemeny's rule; Tang et al. 2024 for prompts): scores M - place. O(M^2 rounds + M^3). */
llmrec_status lr_aggregate_kemeny(llmrec_context *context, const lr_rounds *rounds, double *scores);

/* Indices by falling score, ties by rising index: order[count]. */
void lr_order_by_score(const double *scores, size_t count, int32_t *order);

/* Pairs of candidates that one round orders in opposite ways in two rankings, over all pairs: Kendall's distance in
 * [0,1] of two orders of the same candidates. */
double lr_kendall_distance(const int32_t *a_places, const int32_t *b_places, size_t count);

/* The window that a pass over a list of `count` looks at in its step: the last one first, then upwards by the stride,
 * so that what is best rises through all of them (Sun et al. 2023). */
size_t lr_window_steps(size_t count, size_t window, size_t stride);
size_t lr_window_begin(size_t count, size_t window, size_t stride, size_t step);

#endif
