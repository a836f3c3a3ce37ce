/* SPDX-License-Identifier: Apache-2.0 */
/* Counts the pairs of a dataset, and of a dataset that changed: what the former one has and the new one lacks is
 * subtracted, and what only the new one has is added. */
#include <string.h>

#include "core/memory.h"
#include "linear/cooccurrence.h"

/* --- rows --------------------------------------------------------------------------------------------------------- */

/* Rows that are collected for counting. */
typedef struct collected {
    lr_pair_row *rows;
    size_t count, capacity;
} collected;

/* Adds the pairs of a session whose second row is at `fresh` or later. */
static llmrec_status collect(llmrec_context *context, const int32_t *items, size_t count, size_t fresh, int64_t window,
                             collected *to)
{
    const size_t first = fresh > (size_t)window ? fresh - (size_t)window : 0;
    if (fresh >= count) return LLMREC_OK;
    LR_RETURN_IF(LR_GROW(context, to->rows, to->capacity, to->count, to->count + (count - first) + 1));
    for (size_t i = first; i < count; i++)
        to->rows[to->count++] = (lr_pair_row){items[i], (int32_t)(fresh > i ? fresh - i : 1)};
    to->rows[to->count++] = (lr_pair_row){-1, 1};
    return LLMREC_OK;
}

static llmrec_status count_rows(const llmrec_dataset *dataset, lr_pair_counts *counts)
{
    int64_t *rows = NULL;
    LR_RETURN_IF(LR_NEW(lr_dataset_context(dataset), rows, lr_dataset_items(dataset)));
    lr_dataset_count_items(dataset, rows);
    counts->rows = rows;
    return LLMREC_OK;
}

llmrec_status lr_pairs_count(const llmrec_dataset *dataset, const llmrec_cooccurrence_options *options,
                             lr_pair_counts *counts)
{
    llmrec_context *context = lr_dataset_context(dataset);
    lr_pair_counts made = {0};
    collected all = {0};
    int32_t *scratch = NULL;
    llmrec_status status = LLMREC_OK;
    LR_TRY(LR_NEW(context, scratch, lr_dataset_longest(dataset)));
    for (size_t i = 0; i < lr_dataset_sessions(dataset); i++) {
        size_t count = 0;
        const int32_t *items = lr_dataset_session(dataset, i, scratch, &count);
        LR_TRY(collect(context, items, count, 0, options->window, &all));
    }
    LR_TRY(lr_pairs_of_rows(context, all.rows, all.count, lr_dataset_items(dataset), options, &made));
    LR_TRY(count_rows(dataset, &made));
    *counts = made;
    made = (lr_pair_counts){0};
done:
    lr_pair_counts_free(context, &made);
    lr_free(context, all.rows);
    lr_free(context, scratch);
    return status;
}

/* --- changes ------------------------------------------------------------------------------------------------------ */

typedef struct change {
    const llmrec_dataset *before, *after;
    const llmrec_cooccurrence_options *options;
    int32_t *scratch[2]; /* sessions of both */
    uint8_t *met;        /* [sessions of `before`] 1: `after` has the session */
    collected lost, gained;
} change;

/* Returns the session of `before` with the id of a session of `after`, or -1. */
static int64_t same_session(const change *c, size_t session)
{
    const char *id = NULL;
    size_t length = 0;
    if (llmrec_dataset_session_id(c->after, (int64_t)session, &id, &length) != LLMREC_OK) return -1;
    return llmrec_dataset_find_session(c->before, id, length);
}

/* Collects the pairs that only one of both sessions has: those that end behind their common beginning. */
static llmrec_status compare_session(change *c, size_t session)
{
    llmrec_context *context = lr_dataset_context(c->after);
    const int64_t former = same_session(c, session);
    size_t same = 0, old_count = 0, count = 0;
    const int32_t *old = NULL, *items = lr_dataset_session(c->after, session, c->scratch[1], &count);
    if (former >= 0) {
        old = lr_dataset_session(c->before, (size_t)former, c->scratch[0], &old_count);
        c->met[former] = 1;
    }
    while (same < count && same < old_count && old[same] == items[same]) same++;
    LR_RETURN_IF(collect(context, old, old_count, same, c->options->window, &c->lost));
    return collect(context, items, count, same, c->options->window, &c->gained);
}

static llmrec_status compare(change *c)
{
    llmrec_context *context = lr_dataset_context(c->after);
    LR_RETURN_IF(LR_NEW(context, c->scratch[0], lr_dataset_longest(c->before)));
    LR_RETURN_IF(LR_NEW(context, c->scratch[1], lr_dataset_longest(c->after)));
    LR_RETURN_IF(LR_NEW_ZERO(context, c->met, lr_dataset_sessions(c->before)));
    for (size_t i = 0; i < lr_dataset_sessions(c->after); i++) LR_RETURN_IF(compare_session(c, i));
    for (size_t i = 0; i < lr_dataset_sessions(c->before); i++) {
        size_t count = 0;
        if (c->met[i]) continue;
        const int32_t *items = lr_dataset_session(c->before, i, c->scratch[0], &count);
        LR_RETURN_IF(collect(context, items, count, 0, c->options->window, &c->lost));
    }
    return LLMREC_OK;
}

/* --- sums of counts ----------------------------------------------------------------------------------------------- */

/* Goes over the entries of row `item` of a + sign b that are not 0. Returns their number, and writes them unless
 * `columns` is NULL. The rows that `a` lacks are empty. */
static size_t merge_row(const lr_pair_counts *a, const lr_pair_counts *b, int64_t sign, size_t item, int32_t *columns,
                        int64_t *counts)
{
    int64_t i = item < a->items ? a->offsets[item] : 0, j = b->offsets[item];
    const int64_t a_end = item < a->items ? a->offsets[item + 1] : 0, b_end = b->offsets[item + 1];
    size_t count = 0;
    while (i < a_end || j < b_end) {
        const bool of_a = i < a_end && (j == b_end || a->columns[i] <= b->columns[j]);
        const bool of_b = j < b_end && (i == a_end || b->columns[j] <= a->columns[i]);
        const int32_t column = of_a ? a->columns[i] : b->columns[j];
        const int64_t sum = (of_a ? a->counts[i] : 0) + (of_b ? sign * b->counts[j] : 0);
        i += of_a;
        j += of_b;
        if (sum == 0) continue;
        if (columns != NULL) {
            columns[count] = column;
            counts[count] = sum;
        }
        count++;
    }
    return count;
}

/* Makes a + sign b, with the items of `b`. */
static llmrec_status add_counts(llmrec_context *context, const lr_pair_counts *a, const lr_pair_counts *b, int64_t sign,
                                lr_pair_counts *made)
{
    int64_t *offsets = NULL, *counts = NULL;
    int32_t *columns = NULL;
    llmrec_status status = LLMREC_OK;
    LR_TRY(LR_NEW_ZERO(context, offsets, b->items + 1));
    for (size_t i = 0; i < b->items; i++) offsets[i + 1] = offsets[i] + (int64_t)merge_row(a, b, sign, i, NULL, NULL);
    LR_TRY(LR_NEW(context, columns, (size_t)offsets[b->items]));
    LR_TRY(LR_NEW(context, counts, (size_t)offsets[b->items]));
    for (size_t i = 0; i < b->items; i++) (void)merge_row(a, b, sign, i, columns + offsets[i], counts + offsets[i]);
    *made = (lr_pair_counts){.items = b->items, .offsets = offsets, .columns = columns, .counts = counts};
    return LLMREC_OK;
done:
    lr_free(context, offsets);
    lr_free(context, columns);
    lr_free(context, counts);
    return status;
}

/* Makes a + sign (pairs of `rows`). */
static llmrec_status add_rows(const change *c, const lr_pair_counts *a, const collected *rows, int64_t sign,
                              lr_pair_counts *made)
{
    llmrec_context *context = lr_dataset_context(c->after);
    lr_pair_counts counts = {0};
    llmrec_status status = LLMREC_OK;
    LR_TRY(lr_pairs_of_rows(context, rows->rows, rows->count, lr_dataset_items(c->after), c->options, &counts));
    LR_TRY(add_counts(context, a, &counts, sign, made));
done:
    lr_pair_counts_free(context, &counts);
    return status;
}

static void clear_change(llmrec_context *context, change *c)
{
    lr_free(context, c->scratch[0]);
    lr_free(context, c->scratch[1]);
    lr_free(context, c->met);
    lr_free(context, c->lost.rows);
    lr_free(context, c->gained.rows);
}

llmrec_status lr_pairs_recount(const lr_pair_counts *former, const llmrec_dataset *before, const llmrec_dataset *after,
                               const llmrec_cooccurrence_options *options, lr_pair_counts *counts)
{
    llmrec_context *context = lr_dataset_context(after);
    change c = {.before = before, .after = after, .options = options};
    lr_pair_counts gained = {0}, made = {0};
    llmrec_status status = LLMREC_OK;
    LR_TRY(compare(&c));
    LR_TRY(add_rows(&c, former, &c.gained, 1, &gained));
    LR_TRY(add_rows(&c, &gained, &c.lost, -1, &made));
    LR_TRY(count_rows(after, &made));
    *counts = made;
    made = (lr_pair_counts){0};
done:
    lr_pair_counts_free(context, &gained);
    lr_pair_counts_free(context, &made);
    clear_change(context, &c);
    return status;
}
