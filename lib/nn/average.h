/* SPDX-License-Identifier: Apache-2.0 */
/* A running average of the weights w of a network, for validation and answers (Polyak averaging):
 *
 *     a = d a + (1-d) w after each step t = 0, 1, ...,   d = min(decay, (1+t) / (10+t))
 *
 * The bound lets the first averages forget the initial weights. */
#ifndef LR_NN_AVERAGE_H
#define LR_NN_AVERAGE_H

#include "core/status.h"
#include "llmrec/context.h"

typedef struct lr_average {
    const float *weights; /* [count] w */
    float *average;       /* [count] a */
    size_t count;
    double decay; /* in [0,1) */
    int64_t step; /* t */
} lr_average;

/* Updates the average with all threads. Bitwise equal for any number of threads. */
llmrec_status lr_average_update(llmrec_context *context, const lr_average *average);

#endif
