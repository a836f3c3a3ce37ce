/* SPDX-License-Identifier: Apache-2.0 */
#include "nn/cloze.h"

#include <math.h>
#include <string.h>

size_t lr_cloze_count(const lr_cloze *cloze, size_t length)
{
    const size_t rounded = (size_t)floor((double)length * cloze->probability + 0.5);
    const size_t count = rounded < 1 ? 1 : rounded;
    return count < cloze->most ? count : cloze->most;
}

/* Draws exactly `count` items, with equal probability of each choice: item i is taken with probability (still needed) /
 * (remaining). */
static size_t draw_exactly(size_t count, lr_rng *rng, size_t length, uint8_t *mask)
{
    size_t wanted = count < length ? count : length;
    const size_t taken = wanted;
    for (size_t i = 0; i < length; i++) {
        mask[i] = lr_rng_below(rng, length - i) < wanted;
        wanted -= mask[i];
    }
    return taken;
}

size_t lr_cloze_draw(const lr_cloze *cloze, lr_rng *rng, size_t length, uint8_t *mask)
{
    size_t count = 0;
    if (cloze->most > 0) return draw_exactly(lr_cloze_count(cloze, length), rng, length, mask);
    for (size_t i = 0; i < length; i++) count += mask[i] = lr_rng_uniform(rng) < cloze->probability;
    return count;
}

void lr_cloze_last(size_t length, uint8_t *mask)
{
    memset(mask, 0, length);
    if (length > 0) mask[length - 1] = 1;
}
