/* SPDX-License-Identifier: Apache-2.0 */
/* Inverts the shifted Gram matrix, and multiplies it by the sparse right-hand side a panel of its columns at a time:
 * the panel stays in the cache, and becomes LR_PANEL rows of the solution. */
#include "linear/solve.h"

#include <stdint.h>

#include "core/log.h"
#include "core/memory.h"
#include "core/pool.h"
#include "linear/panel.h"
#include "math/matrix.h"
#include "math/symmetric.h"

typedef struct solving {
    const lr_linear_system *system;
    size_t items;
    lr_symmetric inverse;
    float *factors;  /* [items] B_jj / P_jj; NULL: the diagonal is free */
    float *panels;   /* [workers,items,LR_PANEL] */
    float *products; /* [workers,items,LR_PANEL] */
    float *solution; /* [items,items] */
    size_t first;    /* panel of task 0 */
} solving;

enum { GROUP = 16 }; /* panels between two reports of progress */

size_t lr_solve_bytes(size_t items)
{
    const size_t inverse = lr_symmetric_bytes(items);
    size_t solution = 0, sum = 0;
    if (__builtin_mul_overflow(items, items * sizeof(float), &solution)) return SIZE_MAX;
    return __builtin_add_overflow(inverse, solution, &sum) ? SIZE_MAX : sum;
}

/* --- the inverse -------------------------------------------------------------------------------------------------- */

static llmrec_status invert(llmrec_context *context, solving *s)
{
    const lr_item_matrix *gram = &s->system->counts->gram;
    const double shift = s->system->ridge + s->system->strength;
    LR_RETURN_IF(lr_symmetric_make(context, s->items, &s->inverse));
    for (size_t i = 0; i < s->items; i++) {
        float diagonal = 0;
        for (int64_t at = gram->offsets[i]; at < gram->offsets[i + 1]; at++) {
            const size_t j = (size_t)gram->columns[at];
            if (j < i) lr_symmetric_set(&s->inverse, j, i, gram->values[at]);
            if (j == i) diagonal = gram->values[at];
        }
        lr_symmetric_set(&s->inverse, i, i, (float)(diagonal + shift));
    }
    return lr_symmetric_invert(context, "the Gram matrix with its ridge", &s->inverse);
}

/* --- the product -------------------------------------------------------------------------------------------------- */

/* The right-hand side's column `item` times the panel. */
static void multiply_column(const solving *s, size_t item, const float *panel, float *product)
{
    const lr_item_matrix *guide = s->system->guide;
    float guided[LR_PANEL];
    lr_panel_row(&s->system->counts->target, item, panel, product);
    if (guide == NULL || s->system->strength == 0) return;
    lr_panel_row(guide, item, panel, guided);
    for (size_t i = 0; i < LR_PANEL; i++) product[i] += (float)s->system->strength * guided[i];
}

/* Columns first..first+LR_PANEL-1 of P and of the matrix's padding; returns how many are of P. */
static size_t take_panel(const solving *s, size_t panel, float *columns)
{
    const size_t first = panel * LR_PANEL, left = s->items - first;
    lr_symmetric_columns(&s->inverse, first, LR_PANEL, columns);
    return left < LR_PANEL ? left : LR_PANEL;
}

static llmrec_status solve_panel(void *argument, size_t task, size_t worker)
{
    const solving *s = argument;
    float *panel = s->panels + worker * s->items * LR_PANEL, *product = s->products + worker * s->items * LR_PANEL;
    const size_t rows = take_panel(s, s->first + task, panel), first = (s->first + task) * LR_PANEL;
    for (size_t j = 0; j < s->items; j++) {
        float *sums = product + j * LR_PANEL;
        multiply_column(s, j, panel, sums);
        for (size_t i = 0; i < LR_PANEL && s->factors != NULL; i++) sums[i] -= s->factors[j] * panel[j * LR_PANEL + i];
    }
    for (size_t i = 0; i < rows && s->factors != NULL; i++) product[(first + i) * LR_PANEL + i] = 0;
    lr_copy_transposed((lr_matrix){product, s->items, rows, LR_PANEL, false}, s->solution + first * s->items);
    return LLMREC_OK;
}

/* B_jj / P_jj of the columns of a panel. */
static llmrec_status find_factors(void *argument, size_t task, size_t worker)
{
    const solving *s = argument;
    float *panel = s->panels + worker * s->items * LR_PANEL, product[LR_PANEL];
    const size_t rows = take_panel(s, s->first + task, panel), first = (s->first + task) * LR_PANEL;
    for (size_t i = 0; i < rows; i++) {
        multiply_column(s, first + i, panel, product);
        s->factors[first + i] = product[i] / panel[(first + i) * LR_PANEL + i];
    }
    return LLMREC_OK;
}

static llmrec_status each_panel(llmrec_context *context, const char *stage, solving *s, lr_task_fn run)
{
    const size_t panels = (s->items + LR_PANEL - 1) / LR_PANEL;
    lr_progress progress = lr_progress_begin(context, stage, "items", (int64_t)s->items);
    for (s->first = 0; s->first < panels; s->first += GROUP) {
        const size_t left = panels - s->first;
        LR_RETURN_IF(lr_progress_step(&progress, (int64_t)(s->first * LR_PANEL)));
        LR_RETURN_IF(lr_parallel(context, left < GROUP ? left : GROUP, run, s));
    }
    return lr_progress_end(&progress, (int64_t)s->items);
}

llmrec_status lr_solve(llmrec_context *context, const lr_linear_system *system, lr_item_matrix *solution)
{
    solving s = {.system = system, .items = system->counts->gram.items};
    const size_t numbers = lr_workers(context) * s.items * LR_PANEL;
    llmrec_status status = LLMREC_OK;
    LR_TRY(invert(context, &s));
    LR_TRY(LR_NEW(context, s.panels, numbers));
    LR_TRY(LR_NEW(context, s.products, numbers));
    if (system->zero_diagonal) {
        LR_TRY(LR_NEW(context, s.factors, s.items));
        LR_TRY(each_panel(context, "diagonal", &s, find_factors));
    }
    LR_TRY(lr_alloc(context, &s.solution, s.items, s.items * sizeof *s.solution));
    LR_TRY(each_panel(context, "solution", &s, solve_panel));
    *solution = (lr_item_matrix){.items = s.items, .values = s.solution};
    s.solution = NULL;
done:
    lr_free(context, s.inverse.tiles);
    lr_free(context, s.panels);
    lr_free(context, s.products);
    lr_free(context, s.factors);
    lr_free(context, s.solution);
    return status;
}
