/* SPDX-License-Identifier: Apache-2.0 */
/* Filters: which items may be recommended. Stores the call's allow and deny lists as bits, and each session's own
 * items. */
#ifndef LR_RANK_FILTER_H
#define LR_RANK_FILTER_H

#include <stddef.h>

#include "llmrec/recommender.h"
#include "rank/scratch.h"

typedef struct lr_filter {
    uint64_t *bits;              /* [items/64 rounded up], set bit: item allowed; NULL: all allowed */
    size_t eligible;             /* number of items allowed */
    bool keep_seen;              /* a session's own items are allowed too */
    const int32_t *allow, *deny; /* the call's lists, for a host strategy; allow NULL: all */
    int64_t allow_count, deny_count;
} lr_filter;

/* Checks the lists. If there are lists, takes memory for the bits from the arena. */
llmrec_status lr_filter_check(const llmrec_recommend_options *options, size_t items);
void lr_filter_make(const llmrec_recommend_options *options, size_t items, lr_arena *arena, lr_filter *filter);

static inline bool lr_filter_passes(const lr_filter *filter, size_t item)
{
    return filter->bits == NULL || (filter->bits[item / 64] >> item % 64 & 1) != 0;
}

/* Returns the bits of items 64*word..64*word+63. */
static inline uint64_t lr_filter_word(const lr_filter *filter, size_t word, size_t items)
{
    const size_t left = items - word * 64;
    if (filter->bits != NULL) return filter->bits[word];
    return left >= 64 ? UINT64_MAX : ((uint64_t)1 << left) - 1;
}

/* A session's own items in rising order, for fast lookup. */
typedef struct lr_seen {
    int32_t *items;
    size_t count;
} lr_seen;

/* Writes a session's own items to `room` [count]. Skips unknown items (-1). With keep_seen the result is empty. */
lr_seen lr_seen_make(const lr_filter *filter, const int32_t *items, size_t count, int32_t *room);
bool lr_seen_has(const lr_seen *seen, int32_t item);

/* Returns the position of an item in items [count], which rise; -1: it is not there. */
int64_t lr_rising_find(const int32_t *items, size_t count, int32_t item);

#endif
