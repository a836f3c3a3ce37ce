/* SPDX-License-Identifier: Apache-2.0 */
/* The fields of a dataset handle: a frame (catalog and rows) that views share, and the visible part of it. */
#ifndef LR_DATA_VIEW_H
#define LR_DATA_VIEW_H

#include <stdatomic.h>

#include "data/catalog.h"
#include "data/dataset.h"
#include "data/rows.h"
#include "data/times.h"

typedef struct lr_frame {
    atomic_size_t references;
    llmrec_context *context;
    lr_rows rows;
    lr_ids *sessions;
    lr_catalog catalog;
    int64_t input_rows;             /* rows read, before any filter */
    int64_t dropped;                /* rows that are not in the frame */
    int64_t missing;                /* those of them with a missing value */
    llmrec_dataset_options options; /* how the rows were read and filtered; without texts */
} lr_frame;

struct llmrec_dataset {
    lr_frame *frame;
    size_t sessions, rows, longest;
    int32_t *picked; /* [sessions] visible sessions of the frame, rising; NULL: all */
    int64_t *ends;   /* [sessions] end of each session's visible rows; NULL with `picked` */
    uint8_t *kept;   /* bitmap over items: rows of other items are hidden; NULL: all items are visible */
    uint8_t *shown;  /* bitmap over the frame's rows: other rows are hidden; NULL: no row is hidden by itself */
    /* [sessions] frame row at which each session's targets begin; NULL: the last visible row is the target. */
    int64_t *targets;
    char *splits; /* the splits that made this view, as JSON objects with commas between, the first first; NULL: none */
};

/* Frees the parts of a frame that was not adopted. */
void lr_frame_clear(llmrec_context *context, lr_frame *plan);

/* Creates a dataset that owns the parts of `plan`, and empties `plan`. On failure the caller keeps them. */
llmrec_status lr_frame_adopt(llmrec_context *context, lr_frame *plan, llmrec_dataset **dataset);

/* Creates a view of the same frame and counts its rows. It owns the arrays of `plan`, except on failure. */
llmrec_status lr_view_adopt(const llmrec_dataset *base, llmrec_dataset *plan, llmrec_dataset **view);

void lr_view_free(llmrec_dataset *dataset); /* NULL is allowed */

static inline bool lr_bit(const uint8_t *bits, int64_t index)
{
    return bits == NULL || (bits[index >> 3] >> (index & 7) & 1) != 0;
}

static inline void lr_bit_set(uint8_t *bits, int64_t index)
{
    bits[index >> 3] |= (uint8_t)(1 << (index & 7));
}

/* Frame session of a view's session, and the range [begin, end) of its frame rows. Rows of items that are not kept are
 * still in that range. */
static inline size_t lr_view_session(const llmrec_dataset *dataset, size_t session)
{
    return dataset->picked != NULL ? (size_t)dataset->picked[session] : session;
}

static inline int64_t lr_view_begin(const llmrec_dataset *dataset, size_t session)
{
    return dataset->frame->rows.offsets[lr_view_session(dataset, session)];
}

static inline int64_t lr_view_end(const llmrec_dataset *dataset, size_t session)
{
    return dataset->ends != NULL ? dataset->ends[session] : dataset->frame->rows.offsets[session + 1];
}

static inline bool lr_view_sees(const llmrec_dataset *dataset, int64_t row)
{
    return (dataset->kept == NULL || lr_bit(dataset->kept, dataset->frame->rows.items[row])) &&
           lr_bit(dataset->shown, row);
}

/* True if some rows in the ranges of the sessions may be hidden. */
static inline bool lr_view_hides(const llmrec_dataset *dataset)
{
    return dataset->kept != NULL || dataset->shown != NULL;
}

/* Number of visible rows of a session, and in the range [begin, end) of frame rows. */
size_t lr_view_length(const llmrec_dataset *dataset, size_t session);
size_t lr_view_count(const llmrec_dataset *dataset, int64_t begin, int64_t end);

/* Frees the arrays of a plan that was not adopted. */
void lr_plan_clear(llmrec_context *context, llmrec_dataset *plan);

#endif
