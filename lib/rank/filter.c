/* SPDX-License-Identifier: Apache-2.0 */
/* Implements filters: reads allow and deny lists into bits, and sorts each session's own items. */
#include "rank/filter.h"

#include <string.h>

#include "core/options.h"

static llmrec_status check_list(const char *name, const int32_t *list, int64_t count, size_t items)
{
    if (list == NULL && count > 0)
        return lr_fail(LLMREC_ERR_ARGUMENT, "%s is NULL with %lld items", name, (long long)count);
    for (size_t i = 0; i < (size_t)count; i++)
        if (list[i] < 0 || (size_t)list[i] >= items)
            return lr_fail(LLMREC_ERR_ARGUMENT, "%s[%zu] is %d; wanted an item from 0 to %zu", name, i, list[i],
                           items - 1);
    return LLMREC_OK;
}

llmrec_status lr_filter_check(const llmrec_recommend_options *options, size_t items)
{
    LR_RETURN_IF(lr_count("allow_count", options->allow_count));
    LR_RETURN_IF(lr_count("deny_count", options->deny_count));
    LR_RETURN_IF(check_list("allow", options->allow, options->allow_count, items));
    return check_list("deny", options->deny, options->deny_count, items);
}

static void set_all(uint64_t *bits, size_t items)
{
    memset(bits, 0xFF, items / 64 * sizeof *bits);
    if (items % 64 != 0) bits[items / 64] = ((uint64_t)1 << items % 64) - 1;
}

static size_t count_bits(const uint64_t *bits, size_t words)
{
    size_t count = 0;
    for (size_t i = 0; i < words; i++) count += (size_t)__builtin_popcountll(bits[i]);
    return count;
}

void lr_filter_make(const llmrec_recommend_options *options, size_t items, lr_arena *arena, lr_filter *filter)
{
    const size_t words = (items + 63) / 64;
    *filter = (lr_filter){.eligible = items,
                          .keep_seen = options->keep_seen != 0,
                          .allow = options->allow,
                          .deny = options->deny,
                          .allow_count = options->allow_count,
                          .deny_count = options->deny_count};
    if (options->allow == NULL && options->deny_count == 0) return;
    LR_CUT(arena, filter->bits, words);
    if (filter->bits == NULL) return;
    if (options->allow == NULL) set_all(filter->bits, items);
    else memset(filter->bits, 0, words * sizeof *filter->bits);
    for (int64_t i = 0; i < options->allow_count; i++)
        filter->bits[options->allow[i] / 64] |= (uint64_t)1 << options->allow[i] % 64;
    for (int64_t i = 0; i < options->deny_count; i++)
        filter->bits[options->deny[i] / 64] &= ~((uint64_t)1 << options->deny[i] % 64);
    filter->eligible = count_bits(filter->bits, words);
}

/* Moves the item at `at` down the heap until no child is larger. */
static void sink(int32_t *items, size_t count, size_t at)
{
    const int32_t item = items[at];
    for (size_t child; (child = 2 * at + 1) < count; at = child) {
        if (child + 1 < count && items[child + 1] > items[child]) child++;
        if (items[child] <= item) break;
        items[at] = items[child];
    }
    items[at] = item;
}

/* Heap sort: it needs no memory, and no input order makes it slow. */
static void sort(int32_t *items, size_t count)
{
    for (size_t at = count / 2; at-- > 0;) sink(items, count, at);
    for (size_t left = count; left > 1; left--) {
        const int32_t largest = items[0];
        items[0] = items[left - 1];
        items[left - 1] = largest;
        sink(items, left - 1, 0);
    }
}

lr_seen lr_seen_make(const lr_filter *filter, const int32_t *items, size_t count, int32_t *room)
{
    lr_seen seen = {room, 0};
    if (filter->keep_seen) return seen;
    for (size_t i = 0; i < count; i++)
        if (items[i] >= 0) room[seen.count++] = items[i];
    sort(room, seen.count);
    return seen;
}

int64_t lr_rising_find(const int32_t *items, size_t count, int32_t item)
{
    size_t low = 0, high = count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (items[middle] < item) low = middle + 1;
        else high = middle;
    }
    return low < count && items[low] == item ? (int64_t)low : -1;
}

bool lr_seen_has(const lr_seen *seen, int32_t item)
{
    return lr_rising_find(seen->items, seen->count, item) >= 0;
}
