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
    uint64_t *keys; /* [workers,most] */
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

/* The places in a row of both directions, which are read side by side. */
typedef struct reading {
    const making *of;
    size_t item;
    int64_t forward, forward_end, back, back_end;
} reading;

static reading begin_row(const making *m, size_t item)
{
    return (reading){m,
                     item,
                     m->counts->offsets[item],
                     m->counts->offsets[item + 1],
                     m->back.begins[item],
                     m->backward > 0 ? m->back.begins[item + 1] : m->back.begins[item]};
}

/* Reads the next entry of a row. False: there is none. */
static bool next_entry(reading *r, int32_t *column, float *value)
{
    const making *m = r->of;
    const bool has_forward = r->forward < r->forward_end, has_back = r->back < r->back_end;
    if (!has_forward && !has_back) return false;
    const int32_t ahead = has_forward ? m->counts->columns[r->forward] : INT32_MAX;
    const int32_t behind = has_back ? m->back.columns[r->back] : INT32_MAX;
    double sum = 0;
    *column = ahead < behind ? ahead : behind;
    if (ahead == *column) sum += (double)m->counts->counts[r->forward++];
    if (behind == *column) sum += m->backward * (double)m->back.counts[r->back++];
    *value = (float)(ldexp(sum, -LR_COUNT_BITS) * m->scales[r->item] * m->scales[*column]);
    return true;
}

static size_t row_length(const making *m, size_t item)
{
    reading r = begin_row(m, item);
    size_t length = 0;
    int32_t column;
    float value;
    while (length < m->most && next_entry(&r, &column, &value)) length++;
    return length;
}

/* Returns the smallest key of those that a row keeps. */
static uint64_t least_key(const making *m, size_t item, uint64_t *keys)
{
    reading r = begin_row(m, item);
    lr_heap heap = {keys, 0, m->most};
    int32_t column;
    float value;
    while (next_entry(&r, &column, &value)) lr_heap_push(&heap, lr_rank_key(value, column));
    return heap.keys[0];
}

static void write_row(const making *m, size_t item, uint64_t *keys)
{
    reading r = begin_row(m, item);
    int64_t at = m->offsets[item];
    const size_t length = (size_t)(m->offsets[item + 1] - at);
    const uint64_t least = length == m->most ? least_key(m, item, keys) : 0;
    int32_t column;
    float value;
    while (next_entry(&r, &column, &value)) {
        if (lr_rank_key(value, column) < least) continue;
        m->columns[at] = column;
        m->values[at++] = value;
    }
}

static llmrec_status measure_some(void *argument, size_t task, size_t worker)
{
    making *m = argument;
    (void)worker;
    for (size_t i = task * TASK; i < (task + 1) * TASK && i < m->counts->items; i++)
        m->offsets[i + 1] = (int64_t)row_length(m, i);
    return LLMREC_OK;
}

static llmrec_status write_some(void *argument, size_t task, size_t worker)
{
    const making *m = argument;
    for (size_t i = task * TASK; i < (task + 1) * TASK && i < m->counts->items; i++)
        write_row(m, i, m->keys + worker * m->most);
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
    for (size_t i = 0; i < items; i++) m->scales[i] = pow((double)m->counts->rows[i], -options->power);
    return LR_NEW_ZERO(context, m->offsets, items + 1);
}

static llmrec_status make_rows(llmrec_context *context, making *m)
{
    const size_t items = m->counts->items, tasks = (items + TASK - 1) / TASK;
    LR_RETURN_IF(LR_NEW(context, m->keys, lr_workers(context) * m->most));
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
    m = (making){.back = m.back, .scales = m.scales, .keys = m.keys};
done:
    lr_free(context, m.back.begins);
    lr_free(context, m.back.columns);
    lr_free(context, m.back.counts);
    lr_free(context, m.scales);
    lr_free(context, m.keys);
    lr_free(context, m.offsets);
    lr_free(context, m.columns);
    lr_free(context, m.values);
    return status;
}
