/* SPDX-License-Identifier: Apache-2.0 */
/* Implements the pass of vectors over rows: exact row by row, or first in eight bits. */
#include "rank/scan.h"

enum { SAMPLE = 16 }; /* one block of this number is in the sample */

/* The pass of vectors first..first+count-1 over the blocks of a slice. */
typedef struct pass {
    const lr_scan *scan;
    size_t slice;
    const lr_shortener *shortener;
    bool biased;
} pass;

static lr_shortlist *list_of(const pass *p, size_t query)
{
    return &p->scan->lists[query * p->scan->slices + p->slice];
}

/* Returns the rows of a block that may be found. */
static uint64_t eligible_rows(const pass *p, size_t block)
{
    const lr_search *search = p->scan->search;
    const uint64_t passed = lr_filter_word(p->scan->batch->filter, block, search->measured.table->rows);
    return search->known == NULL ? passed : passed & search->known[block];
}

/* --- row by row, if a first pass in eight bits would not be faster ---------------------------------------------- */

static void score_rows(const pass *p, size_t index, size_t first, size_t end)
{
    const lr_query *query = &p->scan->queries[index];
    const lr_measured *measured = &p->scan->search->measured;
    lr_heap heap = {.keys = p->shortener->keys, .limit = p->shortener->k};
    for (size_t block = first; block < end; block++) {
        uint64_t bits = eligible_rows(p, block);
        for (; bits != 0; bits &= bits - 1) {
            const size_t row = block * LR_BLOCK + (size_t)__builtin_ctzll(bits);
            if (lr_seen_has(&query->seen, (int32_t)row)) continue;
            lr_heap_push(
                &heap, lr_rank_key(lr_measured_score(measured, &query->needle, row, p->shortener->room), (int32_t)row));
        }
    }
    lr_shortlist_fill(list_of(p, index), &heap);
}

/* --- in eight bits ------------------------------------------------------------------------------------------- */

/* The lowest value with which a row of the block passes. Below it, the score is certainly under the list's floor. */
static float limit_of(const pass *p, const lr_query *query, const lr_shortlist *list, size_t block)
{
    const lr_octets *octets = &p->scan->search->octets;
    const double limit =
        list->gate - lr_octets_slack(&query->octets, octets->most_error[block], octets->most_length[block], p->biased);
    return (float)(limit - fabs(limit) * 0x1p-23);
}

/* Adds a row to the shortlist, unless the row's own bounds exclude it. */
static void consider(const pass *p, const lr_query *query, lr_shortlist *list, size_t row, int32_t sum)
{
    const lr_octets *octets = &p->scan->search->octets;
    const double value = (double)sum * octets->scale[row] * query->octets.scale + octets->bias[row];
    const double slack = lr_octets_slack(&query->octets, octets->error[row], octets->length[row], p->biased);
    const lr_bounds bounds = lr_measured_bounds(&p->scan->search->measured, &query->needle, value, slack);
    if (bounds.high < list->floor || lr_seen_has(&query->seen, (int32_t)row)) return;
    if (list->count == p->scan->capacity) {
        lr_shortlist_shorten(list, p->shortener, &query->needle);
        if (bounds.high < list->floor) return;
    }
    lr_shortlist_add(list, (lr_candidate){bounds.low, bounds.high, (int32_t)row, 0});
}

static void pass_tile(const pass *p, size_t first, size_t count, size_t block, uint64_t eligible)
{
    const lr_scan *scan = p->scan;
    const lr_octets *octets = &scan->search->octets;
    const lr_octet_kernel *kernel = scan->search->kernel;
    const size_t row = block * LR_BLOCK, bytes = octets->groups * 4;
    int32_t sums[LR_TILE * LR_BLOCK];
    kernel->multiply(octets->values + row * bytes, scan->octets + first * bytes, scan->offsets + first, octets->groups,
                     count, sums);
    for (size_t i = 0; i < count; i++) {
        const lr_query *query = &scan->queries[first + i];
        lr_shortlist *list = list_of(p, first + i);
        const float limit = limit_of(p, query, list, block);
        uint64_t bits = eligible & kernel->above(sums + i * LR_BLOCK, octets->scale + row, octets->bias + row,
                                                 query->octets.scale, limit);
        for (; bits != 0; bits &= bits - 1) {
            const size_t at = (size_t)__builtin_ctzll(bits);
            consider(p, query, list, row + at, sums[i * LR_BLOCK + at]);
        }
    }
}

static void pass_block(const pass *p, size_t first, size_t end, size_t block)
{
    const uint64_t eligible = eligible_rows(p, block);
    for (size_t q = first; q < end && eligible != 0; q += LR_TILE)
        pass_tile(p, q, end - q < LR_TILE ? end - q : LR_TILE, block, eligible);
}

/* Scans a sample of the blocks first. After it the floors are high for any order of rows. Without the sample, rows in
 * order of rising score would all be shortlisted. */
static void pass_blocks(const pass *p, size_t first, size_t end, size_t first_block, size_t end_block)
{
    for (size_t block = first_block; block < end_block; block += SAMPLE) pass_block(p, first, end, block);
    for (size_t block = first_block; block < end_block; block++)
        if ((block - first_block) % SAMPLE != 0) pass_block(p, first, end, block);
}

void lr_scan_slice(const lr_scan *scan, size_t group, size_t slice, size_t worker)
{
    const pass p = {scan, slice, &scan->workers[worker].shortener,
                    scan->search->measured.measure == LLMREC_MEASURE_EUCLIDEAN};
    const size_t blocks = (scan->search->measured.table->rows + LR_BLOCK - 1) / LR_BLOCK;
    const size_t first = group * scan->group, first_block = slice * (scan->slice_rows / LR_BLOCK);
    size_t end = first + scan->group, end_block = first_block + scan->slice_rows / LR_BLOCK;
    if (end > scan->count) end = scan->count;
    if (end_block > blocks) end_block = blocks;
    if (scan->compressed) pass_blocks(&p, first, end, first_block, end_block);
    else
        for (size_t i = first; i < end; i++) score_rows(&p, i, first_block, end_block);
}
