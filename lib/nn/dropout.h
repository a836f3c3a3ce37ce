/* SPDX-License-Identifier: Apache-2.0 */
/* Applies inverted dropout from counter-based random numbers. The backward pass recomputes the decisions instead of
 * storing them. A decision depends on the element's index in the batch, not on threads or chunks. */
#ifndef LR_NN_DROPOUT_H
#define LR_NN_DROPOUT_H

#include <stddef.h>
#include <stdint.h>

#include "math/real.h"

/* One use of dropout in one step. The rate is rounded to a multiple of 1/65536, and kept values are divided by the keep
 * probability. */
typedef struct lr_dropout {
    double rate; /* 0: no dropout */
    uint64_t seed;
    uint64_t place; /* identifies the dropout within the network: one number per use */
    uint64_t step;  /* training step */
} lr_dropout;

/* The uses of dropout in a block. */
enum { LR_DROP_EMBEDDING = 0, LR_DROP_ATTENTION = 1, LR_DROP_MIX = 2, LR_DROP_FFN = 3, LR_DROPS };

/* Applies dropout to x[count] in place; x[0] is element `first` of this use in this step. */
void lr_dropout_apply(const lr_dropout *dropout, lr_real *x, size_t first, size_t count);

#endif
