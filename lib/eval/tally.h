/* SPDX-License-Identifier: Apache-2.0 */
/* A report in the making: sessions are added one at a time, in order. */
#ifndef LR_EVAL_TALLY_H
#define LR_EVAL_TALLY_H

#include "eval/match.h"
#include "eval/report.h"

typedef struct lr_tally lr_tally;

/* What is measured, and against what. */
typedef struct lr_tally_plan {
    llmrec_context *context;
    size_t sessions;                          /* at most so many will be added */
    size_t items;                             /* of the catalog */
    const int64_t *counts;                    /* [items]; NULL: novelty and serendipity are NaN */
    const llmrec_evaluation_options *options; /* checked by the door */
} lr_tally_plan;

llmrec_status lr_tally_begin(const lr_tally_plan *plan, lr_tally **tally);

/* One session's list and its targets. Indices outside the catalog are unknown items: they fill a place. */
llmrec_status lr_tally_add(lr_tally *tally, lr_items list, lr_items targets);

/* Where lists came from: counts [LLMREC_GROUNDING_COUNT] are added up. */
void lr_tally_ground(lr_tally *tally, const int64_t *counts);

/* A session that scores 0 everywhere for want of a list. */
void lr_tally_add_missing(lr_tally *tally);

/* Means, errors, coverage and the time since the beginning; the report is the caller's. */
void lr_tally_end(lr_tally *tally, llmrec_report **report);

void lr_tally_free(lr_tally *tally); /* also before the end; NULL is fine */

#endif
