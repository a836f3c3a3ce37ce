/* SPDX-License-Identifier: Apache-2.0 */
/* Counts pairs of items in sessions. Each task counts some items as the first of the pairs, so that tasks share
 * nothing. */
#include "linear/cooccurrence.h"

#include <math.h>
#include <string.h>

#include "core/log.h"
#include "core/memory.h"
#include "core/pool.h"
#include "data/decay.h"

void lr_pair_counts_free(llmrec_context *context, lr_pair_counts *counts)
{
    if (counts->map == NULL) {
        lr_free(context, (void *)(uintptr_t)counts->offsets);
        lr_free(context, (void *)(uintptr_t)counts->columns);
        lr_free(context, (void *)(uintptr_t)counts->counts);
        lr_free(context, (void *)(uintptr_t)counts->rows);
    }
    lr_shared_map_free(counts->map);
    *counts = (lr_pair_counts){0};
}

/* --- memory of a thread ------------------------------------------------------------------------------------------- */

/* Sums of one row, and finished rows. Bits say which sums are not 0, and which words of bits: so a row is read in
 * rising order without a sort. */
typedef struct desk {
    int64_t *sums;              /* [items] */
    uint64_t *bits, *word_bits; /* [items/64], [items/4096], rounded up */
    int32_t *columns;           /* [used] */
    int64_t *counts;            /* [used] */
    size_t used, column_capacity, count_capacity;
} desk;

/* Where an item's row was written. */
typedef struct written {
    size_t desk, at;
} written;

typedef struct counting {
    llmrec_context *context;
    const lr_pair_row *rows;
    size_t items, window;
    int64_t *weights;      /* [window] of distance 1, 2, ... */
    int64_t *begins;       /* [items+1] into `places` */
    size_t *places;        /* the rows of each item */
    int64_t *offsets;      /* [items+1] lengths, one place late, then offsets */
    int32_t *columns;      /* of the result */
    int64_t *counts;       /* of the result */
    written *written;      /* [items] */
    desk *desks;           /* [workers] */
    size_t first, workers; /* first item of the present block */
} counting;

enum { TASK = 32, BLOCK = 8192 }; /* items */

static llmrec_status open_desks(counting *c)
{
    const size_t words = (c->items + 63) / 64;
    c->workers = lr_workers(c->context);
    LR_RETURN_IF(LR_NEW_ZERO(c->context, c->desks, c->workers));
    for (size_t i = 0; i < c->workers; i++) {
        LR_RETURN_IF(LR_NEW_ZERO(c->context, c->desks[i].sums, c->items));
        LR_RETURN_IF(LR_NEW_ZERO(c->context, c->desks[i].bits, words));
        LR_RETURN_IF(LR_NEW_ZERO(c->context, c->desks[i].word_bits, (words + 63) / 64));
    }
    return LLMREC_OK;
}

static void close_desks(counting *c)
{
    for (size_t i = 0; c->desks != NULL && i < c->workers; i++) {
        lr_free(c->context, c->desks[i].sums);
        lr_free(c->context, c->desks[i].bits);
        lr_free(c->context, c->desks[i].word_bits);
        lr_free(c->context, c->desks[i].columns);
        lr_free(c->context, c->desks[i].counts);
    }
    lr_free(c->context, c->desks);
}

/* --- preparation -------------------------------------------------------------------------------------------------- */

/* Weights that round to 0 do not count: the window ends before them. */
static llmrec_status weigh_distances(counting *c, const llmrec_cooccurrence_options *options, size_t longest)
{
    const lr_weighting weighting = {LLMREC_WEIGHTING_MEAN, options->distance_decay, options->distance_rate};
    size_t window = (size_t)options->window < longest ? (size_t)options->window : longest;
    LR_RETURN_IF(LR_NEW(c->context, c->weights, window));
    for (size_t i = 0; i < window; i++)
        c->weights[i] = llround(ldexp(lr_decay_weight(&weighting, i + 1, (size_t)options->window), LR_COUNT_BITS));
    while (window > 0 && c->weights[window - 1] == 0) window--;
    c->window = window;
    return LLMREC_OK;
}

/* Lists the rows of each item. */
static llmrec_status list_places(counting *c, size_t count)
{
    LR_RETURN_IF(LR_NEW_ZERO(c->context, c->begins, c->items + 2));
    LR_RETURN_IF(LR_NEW(c->context, c->places, count));
    for (size_t i = 0; i < count; i++)
        if (c->rows[i].item >= 0) c->begins[c->rows[i].item + 2]++;
    for (size_t i = 0; i < c->items; i++) c->begins[i + 2] += c->begins[i + 1];
    for (size_t i = 0; i < count; i++)
        if (c->rows[i].item >= 0) c->places[c->begins[c->rows[i].item + 1]++] = i;
    return LLMREC_OK;
}

static size_t longest_session(const lr_pair_row *rows, size_t count)
{
    size_t longest = 0, length = 0;
    for (size_t i = 0; i < count; i++) {
        length = rows[i].item < 0 ? 0 : length + 1;
        if (length > longest) longest = length;
    }
    return longest;
}

/* --- counting ----------------------------------------------------------------------------------------------------- */

static void add(desk *d, int32_t item, int64_t weight)
{
    if (d->sums[item] == 0) {
        d->bits[item / 64] |= (uint64_t)1 << item % 64;
        d->word_bits[item / 4096] |= (uint64_t)1 << item / 64 % 64;
    }
    d->sums[item] += weight;
}

static void add_followers(const counting *c, size_t item, desk *d)
{
    for (int64_t i = c->begins[item]; i < c->begins[item + 1]; i++) {
        const lr_pair_row *row = c->rows + c->places[i];
        for (size_t distance = 1; distance <= c->window && row[distance].item >= 0; distance++)
            if (distance >= (size_t)row->nearest) add(d, row[distance].item, c->weights[distance - 1]);
    }
}

static llmrec_status reserve(const counting *c, desk *d, size_t wanted)
{
    LR_RETURN_IF(LR_GROW(c->context, d->columns, d->column_capacity, d->used, wanted));
    return LR_GROW(c->context, d->counts, d->count_capacity, d->used, wanted);
}

/* Moves up to 64 sums to the finished rows. */
static llmrec_status take_word(const counting *c, size_t word, desk *d)
{
    LR_RETURN_IF(reserve(c, d, d->used + 64));
    for (uint64_t bits = d->bits[word]; bits != 0; bits &= bits - 1) {
        const size_t item = word * 64 + (size_t)__builtin_ctzll(bits);
        d->columns[d->used] = (int32_t)item;
        d->counts[d->used++] = d->sums[item];
        d->sums[item] = 0;
    }
    d->bits[word] = 0;
    return LLMREC_OK;
}

static llmrec_status take_row(const counting *c, desk *d)
{
    for (size_t block = 0; block * 4096 < c->items; block++) {
        for (uint64_t words = d->word_bits[block]; words != 0; words &= words - 1)
            LR_RETURN_IF(take_word(c, block * 64 + (size_t)__builtin_ctzll(words), d));
        d->word_bits[block] = 0;
    }
    return LLMREC_OK;
}

static llmrec_status count_some(void *argument, size_t task, size_t worker)
{
    counting *c = argument;
    desk *d = &c->desks[worker];
    const size_t first = c->first + task * TASK;
    for (size_t item = first; item < first + TASK && item < c->items; item++) {
        c->written[item] = (written){worker, d->used};
        add_followers(c, item, d);
        LR_RETURN_IF(take_row(c, d));
        c->offsets[item + 1] = (int64_t)(d->used - c->written[item].at);
    }
    return LLMREC_OK;
}

static llmrec_status count_all(counting *c)
{
    lr_progress progress = lr_progress_begin(c->context, "count", "items", (int64_t)c->items);
    for (c->first = 0; c->first < c->items; c->first += BLOCK) {
        const size_t left = c->items - c->first, count = left < BLOCK ? left : BLOCK;
        LR_RETURN_IF(lr_progress_step(&progress, (int64_t)c->first));
        LR_RETURN_IF(lr_parallel(c->context, (count + TASK - 1) / TASK, count_some, c));
    }
    return lr_progress_end(&progress, (int64_t)c->items);
}

static llmrec_status copy_some(void *argument, size_t task, size_t worker)
{
    const counting *c = argument;
    (void)worker;
    for (size_t item = task * TASK; item < (task + 1) * TASK && item < c->items; item++) {
        const written from = c->written[item];
        const size_t at = (size_t)c->offsets[item], count = (size_t)c->offsets[item + 1] - at;
        if (count == 0) continue;
        memcpy(c->columns + at, c->desks[from.desk].columns + from.at, count * sizeof *c->columns);
        memcpy(c->counts + at, c->desks[from.desk].counts + from.at, count * sizeof *c->counts);
    }
    return LLMREC_OK;
}

/* Puts the rows in order. */
static llmrec_status gather(counting *c)
{
    for (size_t i = 0; i < c->items; i++) c->offsets[i + 1] += c->offsets[i];
    LR_RETURN_IF(LR_NEW(c->context, c->columns, (size_t)c->offsets[c->items]));
    LR_RETURN_IF(LR_NEW(c->context, c->counts, (size_t)c->offsets[c->items]));
    return lr_parallel(c->context, (c->items + TASK - 1) / TASK, copy_some, c);
}

llmrec_status lr_pairs_of_rows(llmrec_context *context, const lr_pair_row *rows, size_t count, size_t items,
                               const llmrec_cooccurrence_options *options, lr_pair_counts *counts)
{
    counting c = {.context = context, .rows = rows, .items = items};
    llmrec_status status = LLMREC_OK;
    LR_TRY(weigh_distances(&c, options, longest_session(rows, count)));
    LR_TRY(list_places(&c, count));
    LR_TRY(open_desks(&c));
    LR_TRY(LR_NEW_ZERO(context, c.offsets, items + 1));
    LR_TRY(LR_NEW(context, c.written, items));
    LR_TRY(count_all(&c));
    LR_TRY(gather(&c));
    *counts = (lr_pair_counts){.items = items, .offsets = c.offsets, .columns = c.columns, .counts = c.counts};
    c.offsets = NULL;
    c.columns = NULL;
    c.counts = NULL;
done:
    close_desks(&c);
    lr_free(context, c.weights);
    lr_free(context, c.begins);
    lr_free(context, c.places);
    lr_free(context, c.written);
    lr_free(context, c.offsets);
    lr_free(context, c.columns);
    lr_free(context, c.counts);
    return status;
}
