/* SPDX-License-Identifier: Apache-2.0 */
/* Finds the smallest entry to keep in each row: by a histogram of sizes, and by a heap if there is a limit. */
#include "linear/truncate.h"

#include <math.h>
#include <string.h>

#include "core/memory.h"
#include "core/pool.h"
#include "linear/sparse_rows.h"
#include "math/topk.h"

/* A class of sizes has the same exponent and the same first three bits of the fraction. */
enum { CLASS_SHIFT = 20, CLASSES = 1 << (31 - CLASS_SHIFT) };

typedef struct truncating {
    const lr_item_matrix *matrix;
    double share;
    size_t most;
    uint64_t *keys; /* [workers,most] */
} truncating;

typedef struct row {
    const float *values;
    const int32_t *columns; /* NULL: all */
    size_t count;
} row;

static row row_of(const lr_item_matrix *m, size_t item)
{
    if (m->offsets == NULL) return (row){m->values + item * m->items, NULL, m->items};
    const size_t first = (size_t)m->offsets[item];
    return (row){m->values + first, m->columns + first, (size_t)m->offsets[item + 1] - first};
}

static uint32_t class_of(float value)
{
    uint32_t bits;
    value = fabsf(value);
    memcpy(&bits, &value, sizeof bits);
    return bits >> CLASS_SHIFT;
}

/* Returns the lowest class that is needed for the share of the row's sum. */
static uint32_t lowest_class(const row *r, double share)
{
    double sums[CLASSES] = {0}, total = 0, kept = 0;
    uint32_t lowest = CLASSES;
    for (size_t i = 0; i < r->count; i++) {
        sums[class_of(r->values[i])] += fabsf(r->values[i]);
        total += fabsf(r->values[i]);
    }
    while (lowest > 0 && kept < share * total) kept += sums[--lowest];
    return lowest;
}

static void keep_row(const void *self, size_t item, const lr_row_sums *sums)
{
    const truncating *t = self;
    const row r = row_of(t->matrix, item);
    const uint32_t lowest = t->share < 1 ? lowest_class(&r, t->share) : 0;
    lr_heap heap = {.keys = t->keys + sums->worker * t->most, .limit = t->most};
    for (size_t i = 0; i < r.count; i++) {
        const int32_t column = r.columns == NULL ? (int32_t)i : r.columns[i];
        if (r.values[i] == 0 || class_of(r.values[i]) < lowest) continue;
        if (t->most == 0) lr_row_add(sums, column, r.values[i]);
        else lr_heap_push(&heap, lr_rank_key(fabsf(r.values[i]), (int32_t)i));
    }
    for (size_t i = 0; i < heap.count; i++) {
        const int32_t at = lr_key_row(heap.keys[i]);
        lr_row_add(sums, r.columns == NULL ? at : r.columns[at], r.values[at]);
    }
}

llmrec_status lr_truncate(llmrec_context *context, double share, size_t most, lr_item_matrix *matrix)
{
    truncating t = {.matrix = matrix, .share = share, .most = most < matrix->items ? most : matrix->items};
    lr_item_matrix kept = {0};
    llmrec_status status = LLMREC_OK;
    LR_TRY(LR_NEW(context, t.keys, lr_workers(context) * t.most));
    LR_TRY(lr_sparse_rows_make(context, "truncation", matrix->items, keep_row, &t, &kept));
    lr_item_matrix_free(context, matrix);
    *matrix = kept;
done:
    lr_free(context, t.keys);
    return status;
}
