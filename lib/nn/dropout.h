/* SPDX-License-Identifier: Apache-2.0 */
/* Inverted dropout from counter-based random numbers: the backward pass asks for the same decisions instead of keeping
 * them, and a decision depends on the element's place in the batch, not on threads or on how the batch is cut up. */
#ifndef LR_NN_DROPOUT_H
#define LR_NN_DROPOUT_H

#include <stddef.h>
#include <stdint.h>

#include "math/real.h"

/* One use of dropout in one step. The rate is rounded to 1/65536, and kept values are divided by the share kept. */
typedef struct lr_dropout {
    double rate; /* 0: nothing happens */
    uint64_t seed;
    uint64_t place; /* which dropout of the network: one number a use */
    uint64_t step;  /* of training */
} lr_dropout;

/* Where dropouts stand in a network. */
enum { LR_DROP_EMBEDDING = 0, LR_DROP_ATTENTION = 1, LR_DROP_MIX = 2, LR_DROP_FFN = 3 };
static inline uint64_t lr_drop_place(size_t layer, int use)
{
    return (uint64_t)layer * 4 + (uint64_t)use;
}

/* x[count] in place; x[0] is element `first` of this use in this step. */
void lr_dropout_apply(const lr_dropout *dropout, lr_real *x, size_t first, size_t count);

#endif
