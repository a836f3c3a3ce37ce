/* SPDX-License-Identifier: Apache-2.0 */
/* What a dataset handle is: a frame of catalog and rows that views share, and the part of it that this one sees. */
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
    int64_t input_rows; /* read, before any filter */
    int64_t dropped;    /* of those, by filters */
} lr_frame;

struct llmrec_dataset {
    lr_frame *frame;
    size_t sessions, rows, longest;
    int32_t *picked; /* [sessions] which of the frame's sessions, rising; NULL: all */
    int64_t *ends;   /* [sessions] the row past the last one seen of each; NULL with `picked` */
    uint8_t *kept;   /* bitmap over items: rows of other items are not seen; NULL: all are */
};

/* Frees the parts of a frame that was not adopted. */
void lr_frame_clear(llmrec_context *context, lr_frame *plan);

/* Takes over the parts of `plan` and empties it; on failure they stay the caller's. */
llmrec_status lr_frame_adopt(llmrec_context *context, lr_frame *plan, llmrec_dataset **dataset);

/* A view of the same frame: takes over the arrays of `plan`, not on failure, and counts rows. */
llmrec_status lr_view_adopt(const llmrec_dataset *base, llmrec_dataset *plan, llmrec_dataset **view);

void lr_view_free(llmrec_dataset *dataset); /* NULL is fine */

static inline bool lr_bit(const uint8_t *bits, int32_t index)
{
    return bits == NULL || (bits[index >> 3] >> (index & 7) & 1) != 0;
}

/* The frame's session behind a view's, and the frame's rows [begin, end) of which it sees those of kept items. */
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
    return dataset->kept == NULL || lr_bit(dataset->kept, dataset->frame->rows.items[row]);
}

/* Rows that a session has in the view. */
size_t lr_view_length(const llmrec_dataset *dataset, size_t session);

#endif
