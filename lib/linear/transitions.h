/* SPDX-License-Identifier: Apache-2.0 */
/* The counts of linear models: which items occur with and after which. */
#ifndef LR_LINEAR_TRANSITIONS_H
#define LR_LINEAR_TRANSITIONS_H

#include "linear/item_matrix.h"
#include "linear/sequences.h"

/* The rows of the model. Each place of a session gives a row of past items S and of next items T; each session gives a
 * row of all its items X. */
typedef struct lr_row_shape {
    size_t past, future;             /* most items in S and T */
    double past_decay, future_decay; /* an item of age a in S has the weight exp(-a / past_decay), a from 0 on */
    double whole;                    /* weight of the rows X; those of S and T have 1 - whole */
} lr_row_shape;

/* The sums over all rows, with the shape's weights. */
typedef struct lr_transitions {
    lr_item_matrix gram;   /* S'S and X'X, symmetric */
    lr_item_matrix target; /* T'S and X'X: row j is what comes before item j; without rows S it is `gram` itself */
} lr_transitions;

/* Counts the sessions of a view, without the last row of those that `held` marks. Errors: MEMORY, CANCELED. Cost: a few
 * operations for each pair of items in a window, or in a session if there are rows X. Reports progress. */
llmrec_status lr_transitions_count(const llmrec_dataset *dataset, const uint8_t *held, const lr_row_shape *shape,
                                   lr_transitions *transitions);
void lr_transitions_free(llmrec_context *context, lr_transitions *transitions);

#endif
