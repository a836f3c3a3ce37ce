/* SPDX-License-Identifier: Apache-2.0 */
/* Rows grouped by session in time order; built from gathered rows, then filtered. */
#ifndef LR_DATA_ROWS_H
#define LR_DATA_ROWS_H

#include "data/gather.h"
#include "llmrec/dataset.h"

typedef struct lr_rows {
    size_t sessions, item_count;
    int64_t *offsets; /* [sessions+1] */
    int32_t *items;   /* [offsets[sessions]] */
    int64_t *times;   /* [offsets[sessions]], or NULL */
    int64_t unit;   /* in which the times were given: LLMREC_TIME_UNIT_S to NS, or ISO for dates; AUTO without times */
    int8_t *parts;  /* [offsets[sessions]] part of a split of each row, -1: none; NULL: unknown */
    int32_t *users; /* [sessions] user of each session, if histories were cut into sessions; otherwise NULL */
    size_t user_count; /* users before any filter */
    int64_t gap;       /* with users: longest time between rows of a session, in nanoseconds; 0: it ends with the day */
} lr_rows;

static inline size_t lr_rows_count(const lr_rows *rows)
{
    return (size_t)rows->offsets[rows->sessions];
}

void lr_rows_free(llmrec_context *context, lr_rows *rows);

/* Sorts gathered rows stably by (session, time, input row): a counting sort by session, then by time within each
 * session. Frees the gathered rows. */
llmrec_status lr_rows_arrange(lr_gather *gather, size_t sessions, size_t items, lr_rows *rows);

/* Result of the filters; removed sessions and items have index -1. */
typedef struct lr_survivors {
    int32_t *sessions; /* [sessions before] new indices */
    int32_t *items;    /* [items before] new indices */
} lr_survivors;

void lr_survivors_free(llmrec_context *context, lr_survivors *survivors);

/* Applies the filters: duplicates, p-core, last N, minimum length. Then removes sessions and items without rows and
 * renumbers the rest in the same order. */
llmrec_status lr_rows_filter(llmrec_context *context, lr_rows *rows, const llmrec_dataset_options *options,
                             lr_survivors *survivors);

/* Counts adjacent rows of a session with equal times. */
size_t lr_rows_ties(const lr_rows *rows);

#endif
