/* SPDX-License-Identifier: Apache-2.0 */
/* Builder of a report: sessions are added one at a time, in order. */
#ifndef LR_EVAL_TALLY_H
#define LR_EVAL_TALLY_H

#include "eval/match.h"
#include "eval/report.h"

typedef struct lr_tally lr_tally;

/* What is measured, and against which counts. */
typedef struct lr_tally_plan {
    llmrec_context *context;
    size_t sessions;                          /* maximum number of sessions */
    size_t items;                             /* size of the catalog */
    const int64_t *counts;                    /* [items]; NULL: novelty and serendipity are NaN */
    const llmrec_evaluation_options *options; /* already checked */
} lr_tally_plan;

llmrec_status lr_tally_begin(const lr_tally_plan *plan, lr_tally **tally);

/* Adds one session's list and targets. Indices outside the catalog are unknown items; each occupies a position. */
llmrec_status lr_tally_add(lr_tally *tally, lr_items list, lr_items targets);

/* Adds grounding counts [LLMREC_GROUNDING_COUNT]. */
void lr_tally_ground(lr_tally *tally, const int64_t *counts);

/* Adds a session without a list: it scores 0 in every metric. */
void lr_tally_add_missing(lr_tally *tally);

/* Computes means, errors, coverage and elapsed time. The caller owns the report. */
void lr_tally_end(lr_tally *tally, llmrec_report **report);

void lr_tally_free(lr_tally *tally); /* allowed before the end; NULL is allowed */

#endif
