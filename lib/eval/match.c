/* SPDX-License-Identifier: Apache-2.0 */
/* Finds the targets of a session in its list. */
#include "eval/match.h"

#include <stdlib.h>

#include "core/memory.h"

static int by_value(const void *left, const void *right)
{
    const int32_t a = *(const int32_t *)left, b = *(const int32_t *)right;
    return (a > b) - (a < b);
}

static int by_item_and_place(const void *left, const void *right)
{
    const lr_entry *a = left, *b = right;
    if (a->item != b->item) return a->item < b->item ? -1 : 1;
    return (a->place > b->place) - (a->place < b->place);
}

static int by_place(const void *left, const void *right)
{
    const lr_entry *a = left, *b = right;
    return (a->place > b->place) - (a->place < b->place);
}

static llmrec_status take_targets(lr_match *match, lr_items targets)
{
    size_t kept = 0;
    LR_RETURN_IF(LR_GROW(match->context, match->targets, match->target_capacity, 0, targets.count));
    for (size_t i = 0; i < targets.count; i++) match->targets[i] = targets.items[i];
    if (targets.count > 1) qsort(match->targets, targets.count, sizeof *match->targets, by_value);
    for (size_t i = 0; i < targets.count; i++)
        if (i == 0 || match->targets[i] != match->targets[i - 1]) match->targets[kept++] = match->targets[i];
    match->target_count = kept;
    return LLMREC_OK;
}

static llmrec_status take_list(lr_match *match, lr_items list)
{
    LR_RETURN_IF(LR_GROW(match->context, match->entries, match->entry_capacity, 0, list.count));
    for (size_t i = 0; i < list.count; i++) match->entries[i] = (lr_entry){i, list.items[i], false};
    match->count = list.count;
    return LLMREC_OK;
}

/* Entries are sorted by item: keeps the first of each run. */
static void drop_repeats(lr_match *match)
{
    size_t kept = 0;
    for (size_t i = 0; i < match->count; i++)
        if (i == 0 || match->entries[i].item != match->entries[kept - 1].item)
            match->entries[kept++] = match->entries[i];
    match->count = kept;
}

/* Entries and targets are sorted by item: one pass over both. */
static void mark_hits(lr_match *match)
{
    for (size_t i = 0, j = 0; i < match->count; i++) {
        while (j < match->target_count && match->targets[j] < match->entries[i].item) j++;
        match->entries[i].hit = j < match->target_count && match->targets[j] == match->entries[i].item;
    }
}

llmrec_status lr_match_session(lr_match *match, lr_items list, lr_items targets)
{
    LR_RETURN_IF(take_targets(match, targets));
    LR_RETURN_IF(take_list(match, list));
    if (match->count == 0) return LLMREC_OK;
    qsort(match->entries, match->count, sizeof *match->entries, by_item_and_place);
    drop_repeats(match);
    mark_hits(match);
    qsort(match->entries, match->count, sizeof *match->entries, by_place);
    return LLMREC_OK;
}

void lr_match_clear(lr_match *match)
{
    lr_free(match->context, match->entries);
    lr_free(match->context, match->targets);
    *match = (lr_match){.context = match->context};
}
