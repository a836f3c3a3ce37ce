/* SPDX-License-Identifier: Apache-2.0 */
/* Chooses the candidates of each column, factors their part of the Gram matrix, and solves for their entries. */
#include "linear/column_solver.h"

#include <math.h>
#include <stdatomic.h>
#include <string.h>

#include "core/memory.h"
#include "core/pool.h"
#include "linear/sparse_rows.h"
#include "math/cholesky.h"
#include "math/topk.h"

/* The system of one column, of one thread. */
typedef struct desk {
    uint64_t *keys;         /* [candidates] of the largest entries */
    int32_t *items;         /* [candidates] rising */
    int32_t *places;        /* [items] place of each candidate; -1: none */
    float *gram;            /* [candidates,candidates], upper triangle */
    float *solution, *unit; /* [candidates] */
    size_t count;
} desk;

typedef struct columns {
    const lr_linear_system *system;
    size_t items, candidates;
    desk *desks;                /* [workers] */
    atomic_size_t not_definite; /* a column whose system is not positive definite, plus 1; 0: none */
} columns;

/* --- candidates --------------------------------------------------------------------------------------------------- */

static void push_row(const lr_item_matrix *matrix, size_t row, double factor, const desk *d, lr_heap *heap)
{
    for (int64_t at = matrix->offsets[row]; at < matrix->offsets[row + 1]; at++)
        if (d->places[matrix->columns[at]] < 0)
            lr_heap_push(heap, lr_rank_key((float)(factor * matrix->values[at]), matrix->columns[at]));
}

/* Makes the items of a heap candidates. */
static void admit(desk *d, const lr_heap *heap)
{
    for (size_t i = 0; i < heap->count; i++) {
        const int32_t item = lr_key_row(heap->keys[i]);
        if (d->places[item] >= 0) continue;
        d->places[item] = 0;
        d->items[d->count++] = item;
    }
}

/* Items in rising order, by a heap of their numbers. */
static void sort_items(desk *d)
{
    lr_heap heap = {.keys = d->keys, .limit = d->count};
    for (size_t i = 0; i < d->count; i++) lr_heap_add(&heap, (uint32_t)~d->items[i]);
    lr_heap_sort(&heap);
    for (size_t i = 0; i < d->count; i++) {
        d->items[i] = (int32_t) ~(uint32_t)heap.keys[i];
        d->places[d->items[i]] = (int32_t)i;
    }
}

static void choose_candidates(const columns *c, size_t column, desk *d)
{
    const lr_linear_system *s = c->system;
    d->count = 0;
    if (s->zero_diagonal) {
        d->places[column] = 0;
        d->items[d->count++] = (int32_t)column;
    }
    lr_heap heap = {.keys = d->keys, .limit = c->candidates - d->count};
    push_row(&s->counts->target, column, 1, d, &heap);
    if (s->guide != NULL) push_row(s->guide, column, s->strength, d, &heap);
    admit(d, &heap);
    heap = (lr_heap){.keys = d->keys, .limit = c->candidates - d->count};
    if (heap.limit > 0) push_row(&s->counts->gram, column, 1, d, &heap);
    admit(d, &heap);
    sort_items(d);
}

/* --- the system --------------------------------------------------------------------------------------------------- */

static void add_right(const lr_item_matrix *matrix, size_t row, double factor, const desk *d)
{
    for (int64_t at = matrix->offsets[row]; at < matrix->offsets[row + 1]; at++) {
        const int32_t place = d->places[matrix->columns[at]];
        if (place >= 0) d->solution[place] += (float)(factor * matrix->values[at]);
    }
}

static void fill_gram(const columns *c, const desk *d)
{
    const lr_item_matrix *gram = &c->system->counts->gram;
    memset(d->gram, 0, d->count * d->count * sizeof *d->gram);
    for (size_t i = 0; i < d->count; i++) {
        for (int64_t at = gram->offsets[d->items[i]]; at < gram->offsets[d->items[i] + 1]; at++) {
            const int32_t place = d->places[gram->columns[at]];
            if (place >= (int32_t)i) d->gram[i * d->count + (size_t)place] = gram->values[at];
        }
        d->gram[i * d->count + i] += (float)(c->system->ridge + c->system->strength);
    }
}

/* Takes from the solution what makes the column's own entry 0. */
static void clear_diagonal(size_t column, const desk *d)
{
    const size_t own = (size_t)d->places[column];
    memset(d->unit, 0, d->count * sizeof *d->unit);
    d->unit[own] = 1;
    lr_cholesky_solve(d->gram, d->count, d->unit);
    const float factor = d->solution[own] / d->unit[own];
    for (size_t i = 0; i < d->count; i++) d->solution[i] -= factor * d->unit[i];
    d->solution[own] = 0;
}

static void solve_column(const void *self, size_t column, const lr_row_sums *sums)
{
    columns *c = (columns *)(uintptr_t)self;
    desk *d = &c->desks[sums->worker];
    choose_candidates(c, column, d);
    memset(d->solution, 0, d->count * sizeof *d->solution);
    add_right(&c->system->counts->target, column, 1, d);
    if (c->system->guide != NULL) add_right(c->system->guide, column, c->system->strength, d);
    fill_gram(c, d);
    if (lr_cholesky(d->gram, d->count) < d->count) atomic_store(&c->not_definite, column + 1);
    else lr_cholesky_solve(d->gram, d->count, d->solution);
    if (c->system->zero_diagonal) clear_diagonal(column, d);
    for (size_t i = 0; i < d->count; i++) {
        if (d->solution[i] != 0) lr_row_add(sums, d->items[i], d->solution[i]);
        d->places[d->items[i]] = -1;
    }
}

/* --- all columns -------------------------------------------------------------------------------------------------- */

static llmrec_status allocate(llmrec_context *context, columns *c)
{
    const size_t most = c->candidates;
    LR_RETURN_IF(LR_NEW_ZERO(context, c->desks, lr_workers(context)));
    for (size_t i = 0; i < lr_workers(context); i++) {
        desk *d = &c->desks[i];
        LR_RETURN_IF(LR_NEW(context, d->keys, most));
        LR_RETURN_IF(LR_NEW(context, d->items, most));
        LR_RETURN_IF(LR_NEW(context, d->places, c->items));
        LR_RETURN_IF(LR_NEW(context, d->gram, most * most));
        LR_RETURN_IF(LR_NEW(context, d->solution, most));
        LR_RETURN_IF(LR_NEW(context, d->unit, most));
        memset(d->places, 0xFF, c->items * sizeof *d->places);
    }
    return LLMREC_OK;
}

static void clear(llmrec_context *context, columns *c)
{
    for (size_t i = 0; c->desks != NULL && i < lr_workers(context); i++) {
        lr_free(context, c->desks[i].keys);
        lr_free(context, c->desks[i].items);
        lr_free(context, c->desks[i].places);
        lr_free(context, c->desks[i].gram);
        lr_free(context, c->desks[i].solution);
        lr_free(context, c->desks[i].unit);
    }
    lr_free(context, c->desks);
}

llmrec_status lr_solve_columns(llmrec_context *context, const lr_linear_system *system, size_t candidates,
                               lr_item_matrix *solution)
{
    const size_t items = system->counts->gram.items;
    columns c = {.system = system, .items = items, .candidates = candidates < items ? candidates : items};
    lr_item_matrix transposed = {0};
    llmrec_status status = LLMREC_OK;
    LR_TRY(allocate(context, &c));
    LR_TRY(lr_sparse_rows_make(context, "solution", items, solve_column, &c, &transposed));
    LR_CHECK(c.not_definite == 0, LLMREC_ERR_NUMERIC,
             "the Gram matrix with its ridge is not positive definite among the candidates of item %zu",
             (size_t)c.not_definite - 1);
    LR_TRY(lr_sparse_transpose(context, &transposed, solution));
done:
    lr_item_matrix_free(context, &transposed);
    clear(context, &c);
    return status;
}
