/* SPDX-License-Identifier: Apache-2.0 */
/* Draws the items of a sequence that are masked in training a bidirectional encoder (Sun et al. 2019, section 3.6). */
#ifndef LR_NN_CLOZE_H
#define LR_NN_CLOZE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/rng.h"

typedef struct lr_cloze {
    double probability; /* probability that an item is masked */
    size_t most;        /* 0: each item is drawn independently; m: a fixed number, at most m */
} lr_cloze;

/* Returns the fixed number of masks: length * probability, rounded half up, between 1 and `most`. */
size_t lr_cloze_count(const lr_cloze *cloze, size_t length);

/* Fills mask[length] and returns the number of masked items, which may be 0. */
size_t lr_cloze_draw(const lr_cloze *cloze, lr_rng *rng, size_t length, uint8_t *mask);

/* Masks only the last item. */
void lr_cloze_last(size_t length, uint8_t *mask);

#endif
