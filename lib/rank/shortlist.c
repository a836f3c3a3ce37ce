/* SPDX-License-Identifier: Apache-2.0 */
/* Implements shortlists: shortens them when they fill up, and selects the best k rows at the end. */
#include "rank/shortlist.h"

enum { AHEAD = 4 }; /* number of rows to prefetch ahead */
enum { FEW = 32 };  /* up to this k, the exact scores of the best rows raise the floor at little cost */

static lr_heap heap_of(const lr_shortener *s)
{
    return (lr_heap){.keys = s->keys, .limit = s->k};
}

/* Returns the floor given by a full heap of lower bounds or scores. */
static float floor_of(const lr_heap *heap, float floor)
{
    if (heap->count < heap->limit) return floor;
    const float lowest = lr_key_score(heap->keys[0]);
    return lowest > floor ? lowest : floor;
}

/* Returns the k-th largest lower bound. */
static float floor_of_bounds(const lr_shortlist *list, const lr_shortener *s)
{
    if (list->count < s->k) return list->floor;
    for (size_t i = 0; i < list->count; i++) s->lows[i] = lr_score_key(list->entries[i].low);
    return lr_key_score((uint64_t)lr_nth_largest(s->lows, list->count, s->k) << 32);
}

static void raise_floor(lr_shortlist *list, float floor)
{
    size_t kept = 0;
    if (floor > list->floor) list->floor = floor;
    for (size_t i = 0; i < list->count; i++)
        if (list->entries[i].high >= list->floor) list->entries[kept++] = list->entries[i];
    list->count = kept;
}

static void score(lr_candidate *candidate, const lr_shortener *s, const lr_needle *needle)
{
    if (candidate->exact) return;
    candidate->low = candidate->high = lr_measured_score(s->measured, needle, (size_t)candidate->row, s->room);
    candidate->exact = 1;
}

void lr_shortlist_fill(lr_shortlist *list, const lr_heap *heap)
{
    list->floor = floor_of(heap, list->floor);
    list->count = heap->count;
    for (size_t i = 0; i < heap->count; i++) {
        const float value = lr_key_score(heap->keys[i]);
        list->entries[i] = (lr_candidate){value, value, lr_key_row(heap->keys[i]), 1};
    }
}

/* Scores every entry and keeps the best k. */
static void settle(lr_shortlist *list, const lr_shortener *s, const lr_needle *needle)
{
    lr_heap heap = heap_of(s);
    for (size_t i = 0; i < list->count; i++) {
        lr_candidate *candidate = &list->entries[i];
        score(candidate, s, needle);
        lr_heap_push(&heap, lr_rank_key(candidate->low, candidate->row));
    }
    lr_shortlist_fill(list, &heap);
}

static float middle(const lr_candidate *candidate)
{
    return candidate->exact ? candidate->low : .5f * (candidate->low + candidate->high);
}

/* Returns entry `index` of all lists, counted as one sequence. */
static lr_candidate *entry(lr_shortlist *lists, size_t index)
{
    while (index >= lists->count) index -= lists++->count;
    return &lists->entries[index];
}

/* Prefetches rows a few entries ahead, because they are scattered over the table. */
static void fetch(const lr_candidate *candidate, const lr_shortener *s)
{
    if (!candidate->exact) lr_measured_fetch(s->measured, (size_t)candidate->row);
}

/* Scores the k most promising entries of some lists. They are few, but usually the best. Their keys go into a new heap,
 * and the smallest key is a floor for all lists. */
static lr_heap score_promising(lr_shortlist *lists, size_t count, const lr_shortener *s, const lr_needle *needle)
{
    lr_heap heap = heap_of(s);
    int32_t at = 0;
    for (size_t l = 0; l < count; l++)
        for (size_t i = 0; i < lists[l].count; i++)
            lr_heap_push(&heap, lr_rank_key(middle(&lists[l].entries[i]), at++));
    const size_t found = heap.count;
    heap.count = 0;
    for (size_t i = 0; i < found + AHEAD; i++) {
        if (i < found) fetch(entry(lists, (size_t)lr_key_row(heap.keys[i])), s);
        if (i < AHEAD) continue;
        lr_candidate *candidate = entry(lists, (size_t)lr_key_row(heap.keys[i - AHEAD]));
        score(candidate, s, needle);
        lr_heap_add(&heap, lr_rank_key(candidate->low, candidate->row)); /* overwrites a key that was already read */
    }
    return heap;
}

void lr_shortlist_shorten(lr_shortlist *list, const lr_shortener *s, const lr_needle *needle)
{
    raise_floor(list, floor_of_bounds(list, s));
    if (s->k <= FEW || list->count > s->capacity / 2) {
        const lr_heap best = score_promising(list, 1, s, needle);
        raise_floor(list, floor_of(&best, list->floor));
    }
    if (list->count > s->capacity * 3 / 4) settle(list, s, needle);
    list->gate = lr_measured_gate(s->measured, needle, list->floor);
}

static void score_list(lr_shortlist *list, float floor, const lr_shortener *s, const lr_needle *needle, lr_heap *heap)
{
    for (size_t i = 0; i < list->count; i++) {
        lr_candidate *candidate = &list->entries[i];
        if (i + AHEAD < list->count && candidate[AHEAD].high >= floor) fetch(&candidate[AHEAD], s);
        if (candidate->high < floor_of(heap, floor)) continue;
        score(candidate, s, needle);
        lr_heap_push(heap, lr_rank_key(candidate->low, candidate->row));
    }
}

/* The heap already holds the keys of the promising entries, but the entries do not record this. So the heap starts
 * empty again, with the floor that it found. */
lr_heap lr_shortlist_merge(lr_shortlist *lists, size_t count, const lr_shortener *s, const lr_needle *needle)
{
    lr_heap heap = score_promising(lists, count, s, needle);
    const float floor = floor_of(&heap, -INFINITY);
    heap.count = 0;
    for (size_t l = 0; l < count; l++) score_list(&lists[l], floor, s, needle, &heap);
    lr_heap_sort(&heap);
    return heap;
}
