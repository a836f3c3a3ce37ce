/* SPDX-License-Identifier: Apache-2.0 */
/* Rows by session in order of time: made of gathered rows, and filtered. */
#ifndef LR_DATA_ROWS_H
#define LR_DATA_ROWS_H

#include "data/gather.h"
#include "llmrec/dataset.h"

typedef struct lr_rows {
    size_t sessions, item_count;
    int64_t *offsets; /* [sessions+1] */
    int32_t *items;   /* [offsets[sessions]] */
    int64_t *times;   /* the same: keys of times.h; NULL: there are none */
    bool whole;       /* the keys are integer times */
} lr_rows;

static inline size_t lr_rows_count(const lr_rows *rows)
{
    return (size_t)rows->offsets[rows->sessions];
}

void lr_rows_free(llmrec_context *context, lr_rows *rows);

/* Orders gathered rows stably by (session, time, input row): a counting sort by session, then by time within each.
 * The gathered rows are given up. */
llmrec_status lr_rows_arrange(lr_gather *gather, size_t sessions, size_t items, lr_rows *rows);

/* What filters leave: sessions and items that are gone have the index -1. */
typedef struct lr_survivors {
    int32_t *sessions; /* [sessions before] new index of each */
    int32_t *items;    /* [items before] */
} lr_survivors;

void lr_survivors_free(llmrec_context *context, lr_survivors *survivors);

/* Duplicates, p-core, last N, minimum length, in that order; then sessions and items that have no row left are taken
 * out of the numbering, and the order of the rest stays. */
llmrec_status lr_rows_filter(llmrec_context *context, lr_rows *rows, const llmrec_dataset_options *options,
                             lr_survivors *survivors);

/* Neighboring rows of a session with the same time. */
size_t lr_rows_ties(const lr_rows *rows);

#endif
