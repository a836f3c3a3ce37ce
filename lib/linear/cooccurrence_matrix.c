/* SPDX-License-Identifier: Apache-2.0 */
/* Makes the item-to-item matrix of counted pairs: both directions, normalized by the items' rows. */
#include <math.h>

#include "core/memory.h"
#include "core/pool.h"
#include "linear/cooccurrence.h"
#include "math/topk.h"

/* Counts by their second item: row j has the first items of its pairs. */
typedef struct turned {
    int64_t *begins; /* [items+1] */
    int32_t *columns;
    int64_t *counts;
} turned;

typedef struct making {
    const lr_pair_counts *counts;
    turned back;
    double backward;
    size_t most;      /* entries of a row */
    double *scales;   /* [items] */
    int64_t *offsets; /* [items+1] lengths, one place late, then offsets */
    int32_t *columns;
    float *values;
    struct desk *desks; /* [workers] */
    size_t workers;
} making;

enum { TASK = 64 }; /* items */

static llmrec_status turn(llmrec_context *context, const lr_pair_counts *counts, turned *back)
{
    const int64_t entries = counts->offsets[counts->items];
    LR_RETURN_IF(LR_NEW_ZERO(context, back->begins, counts->items + 2));
    LR_RETURN_IF(LR_NEW(context, back->columns, (size_t)entries));
    LR_RETURN_IF(LR_NEW(context, back->counts, (size_t)entries));
    for (int64_t i = 0; i < entries; i++) back->begins[counts->columns[i] + 2]++;
    for (size_t i = 0; i < counts->items; i++) back->begins[i + 2] += back->begins[i + 1];
    for (size_t row = 0; row < counts->items; row++)
        for (int64_t i = counts->offsets[row]; i < counts->offsets[row + 1]; i++) {
            const int64_t to = back->begins[counts->columns[i] + 1]++;
            back->columns[to] = (int32_t)row;
            back->counts[to] = counts->counts[i];
        }
    return LLMREC_OK;
}

/* --- rows --------------------------------------------------------------------------------------------------------- */

/* Memory of one thread: a row, and the keys of its largest entries. */
typedef struct desk {
    int32_t *columns; /* [items] */
    double *sums;     /* [items] */
    uint64_t *keys;   /* [most] */
} desk;

/* A part of a row of counts. */
typedef struct part {
    const int32_t *columns;
    const int64_t *counts;
    size_t count;
} part;

static part forward_part(const making *m, size_t item)
{
    const int64_t at = m->counts->offsets[item];
    return (part){m->counts->columns + at, m->counts->counts + at, (size_t)(m->counts->offsets[item + 1] - at)};
}

static part back_part(const making *m, size_t item)
{
    const int64_t at = m->back.begins[item];
    return (part){m->back.columns + at, m->back.counts + at,
                  m->backward > 0 ? (size_t)(m->back.begins[item + 1] - at) : 0};
}

/* Adds both directions of a row up. Returns its length. The loop has no branch that depends on the columns: there is no
 * pattern in which direction has the next one. */
static size_t add_parts(const making *m, size_t item, desk *d)
{
    const part a = forward_part(m, item), b = back_part(m, item);
    size_t i = 0, j = 0, length = 0;
    while (i < a.count && j < b.count) {
        const int32_t ahead = a.columns[i], behind = b.columns[j];
        const bool of_a = ahead <= behind, of_b = behind <= ahead;
        d->columns[length] = of_a ? ahead : behind;
        d->sums[length++] = (double)(of_a ? a.counts[i] : 0) + m->backward * (double)(of_b ? b.counts[j] : 0);
        i += of_a;
        j += of_b;
    }
    for (; i < a.count; i++) {
        d->columns[length] = a.columns[i];
        d->sums[length++] = (double)a.counts[i];
    }
    for (; j < b.count; j++) {
        d->columns[length] = b.columns[j];
        d->sums[length++] = m->backward * (double)b.counts[j];
    }
    return length;
}

static float value_of(const making *m, size_t item, const desk *d, size_t at)
{
    return (float)(d->sums[at] * m->scales[item] * m->scales[d->columns[at]]);
}

/* Returns the smallest key of those that a row keeps. */
static uint64_t least_key(const making *m, size_t item, size_t length, const desk *d)
{
    lr_heap heap = {d->keys, 0, m->most};
    for (size_t i = 0; i < length; i++) lr_heap_push(&heap, lr_rank_key(value_of(m, item, d, i), d->columns[i]));
    return heap.keys[0];
}

static size_t row_length(const making *m, size_t item, desk *d)
{
    if (forward_part(m, item).count >= m->most || back_part(m, item).count >= m->most) return m->most;
    const size_t length = add_parts(m, item, d);
    return length < m->most ? length : m->most;
}

static void write_row(const making *m, size_t item, desk *d)
{
    const size_t length = add_parts(m, item, d);
    const uint64_t least = length > m->most ? least_key(m, item, length, d) : 0;
    int64_t at = m->offsets[item];
    for (size_t i = 0; i < length; i++) {
        const float value = value_of(m, item, d, i);
        if (lr_rank_key(value, d->columns[i]) < least) continue;
        m->columns[at] = d->columns[i];
        m->values[at++] = value;
    }
}

static llmrec_status measure_some(void *argument, size_t task, size_t worker)
{
    making *m = argument;
    for (size_t i = task * TASK; i < (task + 1) * TASK && i < m->counts->items; i++)
        m->offsets[i + 1] = (int64_t)row_length(m, i, &m->desks[worker]);
    return LLMREC_OK;
}

static llmrec_status write_some(void *argument, size_t task, size_t worker)
{
    const making *m = argument;
    for (size_t i = task * TASK; i < (task + 1) * TASK && i < m->counts->items; i++) write_row(m, i, &m->desks[worker]);
    return LLMREC_OK;
}

/* --- the matrix --------------------------------------------------------------------------------------------------- */

static llmrec_status prepare(llmrec_context *context, const llmrec_cooccurrence_options *options, making *m)
{
    const size_t items = m->counts->items, all = items == 0 ? 1 : items;
    m->backward = options->backward;
    m->most = options->row_items == 0 || (size_t)options->row_items > all ? all : (size_t)options->row_items;
    LR_RETURN_IF(turn(context, m->counts, &m->back));
    LR_RETURN_IF(LR_NEW(context, m->scales, items));
    for (size_t i = 0; i < items; i++) /* a product of two scales has the unit of counts */
        m->scales[i] = ldexp(pow((double)m->counts->rows[i], -options->power), -LR_COUNT_BITS / 2);
    return LR_NEW_ZERO(context, m->offsets, items + 1);
}

static llmrec_status open_desks(llmrec_context *context, making *m)
{
    m->workers = lr_workers(context);
    LR_RETURN_IF(LR_NEW_ZERO(context, m->desks, m->workers));
    for (size_t i = 0; i < m->workers; i++) {
        LR_RETURN_IF(LR_NEW(context, m->desks[i].columns, m->counts->items));
        LR_RETURN_IF(LR_NEW(context, m->desks[i].sums, m->counts->items));
        LR_RETURN_IF(LR_NEW(context, m->desks[i].keys, m->most));
    }
    return LLMREC_OK;
}

static void close_desks(llmrec_context *context, making *m)
{
    for (size_t i = 0; m->desks != NULL && i < m->workers; i++) {
        lr_free(context, m->desks[i].columns);
        lr_free(context, m->desks[i].sums);
        lr_free(context, m->desks[i].keys);
    }
    lr_free(context, m->desks);
}

static llmrec_status make_rows(llmrec_context *context, making *m)
{
    const size_t items = m->counts->items, tasks = (items + TASK - 1) / TASK;
    LR_RETURN_IF(open_desks(context, m));
    LR_RETURN_IF(lr_parallel(context, tasks, measure_some, m));
    for (size_t i = 0; i < items; i++) m->offsets[i + 1] += m->offsets[i];
    LR_RETURN_IF(LR_NEW(context, m->columns, (size_t)m->offsets[items]));
    LR_RETURN_IF(LR_NEW(context, m->values, (size_t)m->offsets[items]));
    return lr_parallel(context, tasks, write_some, m);
}

llmrec_status lr_pairs_matrix(llmrec_context *context, const lr_pair_counts *counts,
                              const llmrec_cooccurrence_options *options, lr_item_matrix *matrix)
{
    making m = {.counts = counts};
    llmrec_status status = LLMREC_OK;
    LR_TRY(prepare(context, options, &m));
    LR_TRY(make_rows(context, &m));
    *matrix = (lr_item_matrix){.items = counts->items, .offsets = m.offsets, .columns = m.columns, .values = m.values};
    m.offsets = NULL;
    m.columns = NULL;
    m.values = NULL;
done:
    lr_free(context, m.back.begins);
    lr_free(context, m.back.columns);
    lr_free(context, m.back.counts);
    lr_free(context, m.scales);
    close_desks(context, &m);
    lr_free(context, m.offsets);
    lr_free(context, m.columns);
    lr_free(context, m.values);
    return status;
}
