/* SPDX-License-Identifier: Apache-2.0 */
/* The sessions of a dataset view in one array, and where each item occurs in them. */
#ifndef LR_LINEAR_SEQUENCES_H
#define LR_LINEAR_SEQUENCES_H

#include "data/dataset.h"

typedef struct lr_sequences {
    llmrec_context *context;
    size_t sessions, items, rows;
    int64_t *offsets; /* [sessions+1] session i has rows offsets[i]..offsets[i+1]-1 */
    int32_t *item;    /* [rows] oldest first */
    int32_t *session; /* [rows] */
    int64_t *starts;  /* [items+1] item j occurs at places[starts[j]..starts[j+1]-1] */
    int64_t *places;  /* [rows] rising for each item */
} lr_sequences;

/* Copies the sessions of a view, without the last row of those that `held` [sessions] marks (NULL: none). `distinct`
 * keeps each item of a session once, at its first place. */
llmrec_status lr_sequences_make(const llmrec_dataset *dataset, const uint8_t *held, bool distinct,
                                lr_sequences *sequences);
void lr_sequences_free(lr_sequences *sequences);

#endif
