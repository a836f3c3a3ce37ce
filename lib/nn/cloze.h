/* SPDX-License-Identifier: Apache-2.0 */
/* Which items of a sequence are hidden from a bidirectional encoder, to be guessed (Sun et al. 2019, section 3.6). */
#ifndef LR_NN_CLOZE_H
#define LR_NN_CLOZE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/rng.h"

typedef struct lr_cloze {
    double probability; /* that an item is masked */
    size_t most;        /* 0: each item by itself; m: so many of them, at most m */
} lr_cloze;

/* Masks of a sequence drawn by the number of items: length times probability, halves upwards, at least 1, at most
 * `most`. */
size_t lr_cloze_count(const lr_cloze *cloze, size_t length);

/* Sets mask[length]; returns how many are set, which may be none. */
size_t lr_cloze_draw(const lr_cloze *cloze, lr_rng *rng, size_t length, uint8_t *mask);

/* Masks the last item alone. */
void lr_cloze_last(size_t length, uint8_t *mask);

#endif
