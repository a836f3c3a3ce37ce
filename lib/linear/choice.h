/* SPDX-License-Identifier: Apache-2.0 */
/* The choice of a linear model's ridge and strength on held-out items. */
#ifndef LR_LINEAR_CHOICE_H
#define LR_LINEAR_CHOICE_H

#include "data/decay.h"
#include "linear/transitions.h"

typedef struct lr_choosing {
    const llmrec_dataset *dataset;
    const lr_item_matrix *guide; /* the transpose of M; NULL: no guide */
    lr_row_shape shape;
    lr_weighting weighting; /* of a session's items */
    bool zero_diagonal;
    size_t sessions; /* most sessions to hold the last item out of */
    uint64_t seed;
    double ridge, strength; /* given values; ridge 0 or strength -1: to be chosen */
} lr_choosing;

/* Holds out the last item of some sessions, counts the rest, and finds the ridge and the strength with the best NDCG@10
 * of these items. Errors: SHAPE (no session has two items), MEMORY, CANCELED. Cost: a few dozen products of the Gram
 * matrix with each session's scores, not one factorization. Reports progress. */
llmrec_status lr_choose(const lr_choosing *choosing, double *ridge, double *strength);

#endif
