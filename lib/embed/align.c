/* SPDX-License-Identifier: Apache-2.0 */
/* Reorders the rows of an embedding table to match the items of a dataset. */
#include <string.h>

#include "core/log.h"
#include "core/memory.h"
#include "core/pool.h"
#include "core/text.h"
#include "data/dataset.h"
#include "data/fields.h"
#include "data/meeting.h"
#include "embed/embedding_files.h"

enum { ABSENT = -1, NAMED = 3, ROWS_A_TASK = 1024 };

typedef struct plan {
    const llmrec_embedding *table;
    bool integers; /* the items' ids are integers and the table's are texts: "1.0" is 1 */
    lr_ids *items;
    size_t count;
    int32_t *row_of; /* [count]: table row of each item, or ABSENT; NULL if the rows are already in item order */
    llmrec_alignment *report;
    char *into; /* [count,dim] */
} plan;

static bool known(const plan *p, size_t item)
{
    const int64_t row = p->row_of == NULL ? (int64_t)item : p->row_of[item];
    return row != ABSENT && lr_embedding_has(p->table, row);
}

/* The item of a table's row, or ABSENT. */
static int64_t item_of(const plan *p, size_t row)
{
    char digits[LR_INTEGER_SIZE];
    lr_span id = lr_ids_at(p->table->ids, row);
    if (p->integers && lr_integer_id(&id, digits) != NULL) return ABSENT;
    return lr_ids_find(p->items, id.text, id.length);
}

static llmrec_status find_integers(plan *p)
{
    memset(p->row_of, 0xFF, p->count * sizeof *p->row_of);
    for (size_t row = 0; row < p->table->rows; row++) {
        const int64_t item = item_of(p, row);
        if (item == ABSENT) continue;
        if (p->row_of[item] != ABSENT) {
            const lr_span id = lr_ids_at(p->items, (size_t)item);
            return lr_fail(LLMREC_ERR_SHAPE, "rows %ld and %zu of the table are both item %s; wanted each item once",
                           (long)p->row_of[item], row, lr_quote(id.text, id.length).text);
        }
        p->row_of[item] = (int32_t)row;
    }
    return LLMREC_OK;
}

static llmrec_status find_rows(plan *p)
{
    if (p->table->ids == NULL && p->table->rows != p->count)
        return lr_fail(LLMREC_ERR_SHAPE,
                       "the table has %zu rows and no ids; wanted %zu, one for each item of the dataset",
                       p->table->rows, p->count);
    if (p->table->ids == NULL || lr_ids_equal(p->table->ids, p->items)) return LLMREC_OK;
    p->integers = lr_ids_are_numbers(p->items) && !lr_ids_are_numbers(p->table->ids);
    LR_RETURN_IF(LR_NEW(p->table->context, p->row_of, p->count));
    if (p->integers) return find_integers(p);
    for (size_t item = 0; item < p->count; item++) {
        size_t length = 0;
        const char *id = lr_ids_text(p->items, item, &length);
        p->row_of[item] = (int32_t)lr_ids_find(p->table->ids, id, length);
    }
    return LLMREC_OK;
}

static size_t first_surplus(const plan *p)
{
    size_t row = 0;
    while (row < p->table->rows && item_of(p, row) != ABSENT) row++;
    return row;
}

static void count_rows(const plan *p)
{
    size_t used = 0, found = 0, first = p->count;
    for (size_t item = 0; item < p->count; item++) {
        used += p->row_of == NULL || p->row_of[item] != ABSENT;
        found += known(p, item);
        if (first == p->count && !known(p, item)) first = item;
    }
    p->report->found = (int64_t)found;
    p->report->missing = (int64_t)(p->count - found);
    p->report->surplus = (int64_t)(p->table->rows - used);
    p->report->first_missing = found == p->count ? -1 : (int64_t)first;
    p->report->first_surplus = used == p->table->rows ? -1 : (int64_t)first_surplus(p);
}

/* Lists the first NAMED ids without a vector, for an error or log message. */
static llmrec_status name_missing(const plan *p, lr_builder *names)
{
    size_t named = 0;
    for (size_t item = (size_t)p->report->first_missing; item < p->count && named < NAMED; item++) {
        size_t length = 0;
        const char *id = lr_ids_text(p->items, item, &length);
        if (known(p, item)) continue;
        LR_RETURN_IF(lr_builder_format(names, "%s%s", named++ == 0 ? "" : ", ", lr_quote(id, length).text));
    }
    return LLMREC_OK;
}

/* Fails if the table has none of the items, and warns if it has less than half of them. */
static llmrec_status meet(const plan *p)
{
    lr_meeting meeting = {.room = "embed",
                          .name = "table",
                          .path = p->table->path,
                          .items = p->items,
                          .others = p->table->ids,
                          .row_of = p->row_of};
    if (p->row_of == NULL) return LLMREC_OK;
    for (size_t item = 0; item < p->count; item++) meeting.common += p->row_of[item] != ABSENT;
    return 2 * meeting.common < p->count ? lr_ids_meet(p->table->context, &meeting) : LLMREC_OK;
}

static llmrec_status judge(const plan *p, int64_t missing)
{
    llmrec_status status = LLMREC_OK;
    const llmrec_alignment *report = p->report;
    llmrec_context *context = p->table->context;
    lr_builder names = {.context = context};
    if (report->missing > 0) {
        LR_TRY(name_missing(p, &names));
        LR_CHECK(missing != LLMREC_ALIGN_ERROR, LLMREC_ERR_SHAPE,
                 "%lld of %zu items have no vector, first %s (item %lld); wanted one for each",
                 (long long)report->missing, p->count, names.text, (long long)report->first_missing);
        lr_log(context, LLMREC_LOG_WARNING, "embed", "%lld of %zu items have no vector and get zeros, first %s",
               (long long)report->missing, p->count, names.text);
    }
    if (report->surplus > 0)
        lr_log(context, LLMREC_LOG_INFO, "embed", "%lld of %zu vectors belong to no item of the dataset",
               (long long)report->surplus, p->table->rows);
done:
    lr_free(context, names.text);
    return status;
}

static llmrec_status gather_rows(void *argument, size_t task, size_t worker)
{
    const plan *p = argument;
    const size_t bytes = p->table->dim * lr_dtype_size(p->table->dtype);
    const size_t first = task * ROWS_A_TASK, end = p->count - first < ROWS_A_TASK ? p->count : first + ROWS_A_TASK;
    (void)worker;
    for (size_t item = first; item < end; item++) {
        if (known(p, item))
            memcpy(p->into + item * bytes, (const char *)p->table->data + (size_t)p->row_of[item] * bytes, bytes);
        else memset(p->into + item * bytes, 0, bytes);
    }
    return LLMREC_OK;
}

/* Shares the rows if they are already in item order, and copies them otherwise. */
static llmrec_status place_rows(plan *p, llmrec_embedding **aligned)
{
    const llmrec_embedding *table = p->table;
    llmrec_context *context = table->context;
    if (p->row_of != NULL) {
        LR_RETURN_IF(lr_alloc(context, &p->into, p->count * table->dim, lr_dtype_size(table->dtype)));
        LR_RETURN_IF(lr_parallel(context, (p->count + ROWS_A_TASK - 1) / ROWS_A_TASK, gather_rows, p));
    }
    const lr_owned owned = {p->into, p->count, table->dim, table->dtype, lr_ids_hold(p->items)};
    p->into = NULL;
    LR_RETURN_IF(lr_embedding_adopt(context, &owned, aligned));
    if (p->row_of == NULL) {
        (*aligned)->data = table->data;
        (*aligned)->source = lr_embedding_hold(table);
    }
    return LLMREC_OK;
}

static llmrec_status flag_missing(const plan *p, llmrec_embedding *aligned)
{
    if (p->report->missing == 0) return LLMREC_OK;
    LR_RETURN_IF(LR_NEW(aligned->context, aligned->missing, p->count));
    for (size_t item = 0; item < p->count; item++) aligned->missing[item] = !known(p, item);
    return LLMREC_OK;
}

llmrec_status lr_embedding_align(const llmrec_embedding *embedding, const llmrec_dataset *dataset, int64_t missing,
                                 llmrec_alignment *report, llmrec_embedding **aligned)
{
    llmrec_status status = LLMREC_OK;
    lr_ids *items = lr_dataset_item_ids(dataset);
    plan p = {.table = embedding, .items = items, .count = lr_ids_count(items), .report = report};
    llmrec_embedding *fresh = NULL;
    LR_TRY(find_rows(&p));
    count_rows(&p);
    LR_TRY(meet(&p));
    LR_TRY(judge(&p, missing));
    LR_TRY(place_rows(&p, &fresh));
    LR_TRY(flag_missing(&p, fresh));
    *aligned = fresh;
    fresh = NULL;
done:
    llmrec_embedding_free(fresh);
    lr_free(embedding->context, p.into);
    lr_free(embedding->context, p.row_of);
    return status;
}
