/* SPDX-License-Identifier: Apache-2.0 */
/* The search for the weights of a blend that maximize NDCG on kept scores. */
#ifndef LR_RANK_BLEND_WEIGHTS_H
#define LR_RANK_BLEND_WEIGHTS_H

#include "rank/kept_scores.h"

/* Finds the weights. Fills `report`. */
llmrec_status lr_weights_search(lr_kept *kept, llmrec_blend_fit_report *report);

#endif
