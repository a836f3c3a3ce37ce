/* SPDX-License-Identifier: Apache-2.0 */
/* The weights of a session's items by age. All strategies that weigh items use these. */
#ifndef LR_DATA_DECAY_H
#define LR_DATA_DECAY_H

#include "core/options.h"
#include "llmrec/recommender.h"

typedef struct lr_weighting {
    int64_t kind;  /* LLMREC_WEIGHTING_* */
    int64_t decay; /* LLMREC_DECAY_* */
    double rate;
} lr_weighting;

/* The names of llmrec_decay. */
extern const lr_choice lr_decays[];

/* Returns the weight of an item of age `age` (1: newest) in a session of `length` items. */
double lr_decay_weight(const lr_weighting *weighting, size_t age, size_t length);

#endif
