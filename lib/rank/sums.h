/* SPDX-License-Identifier: Apache-2.0 */
/* Sums by number, for adding to a few of many numbers: a sparse set (Briggs and Torczon 1993). The sums are one short
 * array, so that adding stays in the cache, and emptying costs nothing however many numbers there are. */
#ifndef LR_RANK_SUMS_H
#define LR_RANK_SUMS_H

#include <stddef.h>
#include <stdint.h>

typedef struct lr_sum {
    int32_t number;
    float value;
    int32_t mark; /* of the latest addition */
} lr_sum;

/* The place of a number counts only if sum[place] is of that number. So `place` needs no initial content. */
typedef struct lr_sums {
    uint32_t *place; /* [numbers] */
    lr_sum *sum;     /* [numbers] in the order of the first additions */
    size_t count;
} lr_sums;

/* Returns the sum of a number, or NULL if nothing was added to it. */
static inline lr_sum *lr_sums_find(const lr_sums *sums, int32_t number)
{
    const uint32_t place = sums->place[number];
    return place < sums->count && sums->sum[place].number == number ? &sums->sum[place] : NULL;
}

static inline void lr_sums_add(lr_sums *sums, int32_t number, float value, int32_t mark)
{
    lr_sum *sum = lr_sums_find(sums, number);
    if (sum == NULL) {
        sums->place[number] = (uint32_t)sums->count;
        sum = &sums->sum[sums->count++];
        *sum = (lr_sum){.number = number};
    }
    sum->value += value;
    sum->mark = mark;
}

#endif
