/* SPDX-License-Identifier: Apache-2.0 */
/* Combines several rankings of the same candidates into one. */
#ifndef LR_PROMPT_AGGREGATE_H
#define LR_PROMPT_AGGREGATE_H

#include <stddef.h>

#include "core/status.h"
#include "llmrec/context.h"

enum { LR_UNRANKED = -1 };

/* The results of the rounds: the place of each candidate from 0, or LR_UNRANKED for one that a round did not name. A
 * round that named no candidate is ignored. */
typedef struct lr_rounds {
    size_t candidates, rounds;
    const int32_t *places; /* [rounds, candidates] */
    double first_weight;   /* weight of the given order of candidates, in rounds; 0: ignored */
} lr_rounds;

/* Each function fills scores[candidates]; higher is better. sum: M - place, added over rounds; -10000 for an unranked
 * candidate (LLMRank: Hou et al. 2024). borda: M - 1 - place; the unranked candidates of a round share its remaining
 * points; mean over rounds. reciprocal: 1 / (60 + rank), rank from 1; 0 for unranked candidates; mean over rounds
 * (Cormack et al. 2009). */
void lr_aggregate_sum(const lr_rounds *rounds, double *scores);
void lr_aggregate_borda(const lr_rounds *rounds, double *scores);
void lr_aggregate_reciprocal(const lr_rounds *rounds, double *scores);

/* Scores M - place of the order that disagrees least with the rounds. The search starts from Borda's order and moves
 * single candidates, so it finds a local optimum of Kemeny's rule (Tang et al. 2024 for prompts). O(M^2 rounds +
 * M^3). */
llmrec_status lr_aggregate_kemeny(llmrec_context *context, const lr_rounds *rounds, double *scores);

/* Fills order[count] with indices by decreasing score; equal scores are ordered by increasing index. */
void lr_order_by_score(const double *scores, size_t count, int32_t *order);

/* The window of one step in a pass over a list of `count`. The pass starts with the last window and moves up by the
 * stride, so the best candidates move up through all windows (Sun et al. 2023). */
size_t lr_window_steps(size_t count, size_t window, size_t stride);
size_t lr_window_begin(size_t count, size_t window, size_t stride, size_t step);

#endif
