/* SPDX-License-Identifier: Apache-2.0 */
/* A dataset's rows, items and statistics as tables of Arrow streams. */
#include "data/arrow_out.h"

#include <stddef.h>
#include <string.h>

#include "core/memory.h"
#include "data/arrow_table.h"
#include "data/describe.h"
#include "data/view.h"

/* --- times ------------------------------------------------------------------------------------------------------- */

/* How times are given back. */
static const char *time_format(int64_t unit, const int64_t *times, size_t count)
{
    const int64_t unit_ns = lr_unit_ns(unit);
    bool fractions = false;
    if (unit == LLMREC_TIME_UNIT_ISO) return "tsn:";
    for (size_t i = 0; i < count; i++) fractions = fractions || times[i] % unit_ns != 0;
    return fractions ? "g" : "l";
}

static void fill_times(const char *format, int64_t unit, const int64_t *times, size_t count, void *values)
{
    const int64_t unit_ns = lr_unit_ns(unit);
    double *numbers = values;
    int64_t *integers = values;
    for (size_t i = 0; i < count; i++) {
        if (*format == 'g') numbers[i] = (double)(times[i] / unit_ns) + (double)(times[i] % unit_ns) / (double)unit_ns;
        else integers[i] = times[i] / unit_ns;
    }
}

/* --- rows -------------------------------------------------------------------------------------------------------- */

enum { SESSION, ITEM, TIME };

typedef struct row_table {
    lr_ids *sessions, *items;
    size_t session_count, session; /* session: that of the last row of the batch */
    int64_t *offsets;              /* [session_count + 1] */
    int32_t *session_indices;      /* [session_count] index of its id */
    int32_t *item_indices;         /* [rows] */
    int64_t *times;                /* [rows], or NULL */
    int64_t unit;
    const char *time_format;
    size_t first; /* row of the batch */
    int32_t *at;  /* [LR_ARROW_ROWS] index of each session id in the batch */
} row_table;

static llmrec_status begin_rows(void *of, size_t first, size_t count)
{
    row_table *rows = of;
    rows->first = first;
    for (size_t i = 0; i < count; i++) {
        while ((size_t)rows->offsets[rows->session + 1] <= first + i) rows->session++;
        rows->at[i] = rows->session_indices[rows->session];
    }
    return LLMREC_OK;
}

static llmrec_status fill_row_column(const void *of, size_t column, size_t first, size_t count, void *values)
{
    const row_table *rows = of;
    if (column == SESSION) return lr_arrow_fill_ids(rows->sessions, rows->at, count, values);
    if (column == ITEM) return lr_arrow_fill_ids(rows->items, rows->item_indices + first, count, values);
    fill_times(rows->time_format, rows->unit, rows->times + first, count, values);
    return LLMREC_OK;
}

static lr_span row_text(const void *of, size_t column, size_t row)
{
    const row_table *rows = of;
    if (column == SESSION) return lr_ids_at(rows->sessions, (size_t)rows->at[row - rows->first]);
    return lr_ids_at(rows->items, (size_t)rows->item_indices[row]);
}

static void free_rows(llmrec_context *context, void *of)
{
    row_table *rows = of;
    if (rows == NULL) return;
    lr_ids_free(rows->sessions);
    lr_ids_free(rows->items);
    lr_free(context, rows->offsets);
    lr_free(context, rows->session_indices);
    lr_free(context, rows->item_indices);
    lr_free(context, rows->times);
    lr_free(context, rows->at);
    lr_free(context, rows);
}

/* Copies what the dataset shows, since a view may be freed before its rows are read. */
static llmrec_status copy_rows(const llmrec_dataset *dataset, row_table *rows)
{
    const lr_frame *frame = dataset->frame;
    llmrec_context *context = frame->context;
    rows->session_count = dataset->sessions;
    rows->unit = frame->rows.unit;
    rows->sessions = lr_ids_hold(frame->sessions);
    rows->items = lr_ids_hold(frame->catalog.ids);
    LR_RETURN_IF(LR_NEW(context, rows->offsets, rows->session_count + 1));
    LR_RETURN_IF(LR_NEW(context, rows->session_indices, rows->session_count));
    LR_RETURN_IF(LR_NEW(context, rows->item_indices, dataset->rows));
    LR_RETURN_IF(LR_NEW(context, rows->at, LR_ARROW_ROWS));
    if (frame->rows.times != NULL) LR_RETURN_IF(LR_NEW(context, rows->times, dataset->rows));
    for (size_t i = 0; i < rows->session_count; i++) rows->session_indices[i] = (int32_t)lr_view_session(dataset, i);
    return llmrec_dataset_copy_sessions(dataset, 0, (int64_t)dataset->sessions, rows->offsets, rows->item_indices,
                                        rows->times, (int64_t)dataset->rows, NULL);
}

llmrec_status lr_arrow_give_rows(const llmrec_dataset *dataset, struct ArrowArrayStream *out)
{
    llmrec_status status = LLMREC_OK;
    llmrec_context *context = dataset->frame->context;
    row_table *rows = NULL;
    lr_arrow_table table = {.context = context,
                            .rows = dataset->rows,
                            .begin = begin_rows,
                            .fill = fill_row_column,
                            .text = row_text,
                            .free = free_rows};
    LR_TRY(LR_NEW_ZERO(context, rows, 1));
    LR_TRY(copy_rows(dataset, rows));
    if (rows->times != NULL) rows->time_format = time_format(rows->unit, rows->times, dataset->rows);
    const lr_arrow_field fields[] = {{"session_id", lr_arrow_id_format(rows->sessions)},
                                     {"item_id", lr_arrow_id_format(rows->items)},
                                     {"timestamp", rows->time_format}};
    LR_TRY(lr_arrow_set_fields(&table, fields, rows->times != NULL ? 3 : 2));
    table.of = rows;
    return lr_arrow_give(&table, out);
done:
    free_rows(context, rows);
    return status;
}

/* --- items ------------------------------------------------------------------------------------------------------- */

/* The table is a view of the whole dataset, which holds its catalog. */
static llmrec_status fill_item_ids(const void *of, size_t column, size_t first, size_t count, void *values)
{
    const lr_ids *ids = ((const llmrec_dataset *)of)->frame->catalog.ids;
    int64_t *integers = values;
    (void)column;
    for (size_t i = 0; i < count; i++) {
        const int32_t item = (int32_t)(first + i);
        LR_RETURN_IF(lr_arrow_fill_ids(ids, &item, 1, integers + i));
    }
    return LLMREC_OK;
}

static lr_span item_text(const void *of, size_t column, size_t row)
{
    const llmrec_dataset *dataset = of;
    return column == 0 ? lr_ids_at(dataset->frame->catalog.ids, row) : lr_dataset_text(dataset, column - 1, row);
}

static void free_items(llmrec_context *context, void *of)
{
    (void)context;
    lr_view_free(of);
}

llmrec_status lr_arrow_give_items(const llmrec_dataset *dataset, struct ArrowArrayStream *out)
{
    llmrec_status status = LLMREC_OK;
    const lr_catalog *catalog = &dataset->frame->catalog;
    llmrec_context *context = dataset->frame->context;
    llmrec_dataset whole = {.sessions = dataset->frame->rows.sessions}, *view = NULL;
    lr_arrow_table table = {.context = context,
                            .rows = lr_ids_count(catalog->ids),
                            .columns = 1 + catalog->columns,
                            .fill = fill_item_ids,
                            .text = item_text,
                            .free = free_items};
    LR_TRY(lr_view_adopt(dataset, &whole, &view));
    LR_TRY(LR_NEW(context, table.fields, table.columns));
    const bool taken = lr_catalog_find(catalog, "item_id") >= 0;
    table.fields[0] = (lr_arrow_field){taken ? "id" : "item_id", lr_arrow_id_format(catalog->ids)};
    for (size_t i = 0; i < catalog->columns; i++) table.fields[1 + i] = (lr_arrow_field){catalog->names[i], "U"};
    table.of = view;
    return lr_arrow_give(&table, out);
done:
    lr_view_free(view);
    return status;
}

/* --- statistics -------------------------------------------------------------------------------------------------- */

#define FIELD(name, format, field)                                                                                     \
    {                                                                                                                  \
        {name, format}, offsetof(llmrec_dataset_statistics, field)                                                     \
    }
static const struct {
    lr_arrow_field field;
    size_t offset; /* of eight bytes */
} statistics_fields[] = {
    FIELD("sessions", "l", sessions),
    FIELD("items", "l", items),
    FIELD("rows", "l", rows),
    FIELD("items_seen", "l", items_seen),
    FIELD("time_ties", "l", time_ties),
    FIELD("input_rows", "l", input_rows),
    FIELD("rows_dropped", "l", rows_dropped),
    FIELD("rows_missing", "l", rows_missing),
    FIELD("density", "g", density),
    FIELD("length_mean", "g", length_mean),
    FIELD("length_min", "g", length_quantiles[0]),
    FIELD("length_q1", "g", length_quantiles[1]),
    FIELD("length_median", "g", length_quantiles[2]),
    FIELD("length_q3", "g", length_quantiles[3]),
    FIELD("length_max", "g", length_quantiles[4]),
    FIELD("popularity_mean", "g", popularity_mean),
    FIELD("popularity_min", "g", popularity_quantiles[0]),
    FIELD("popularity_q1", "g", popularity_quantiles[1]),
    FIELD("popularity_median", "g", popularity_quantiles[2]),
    FIELD("popularity_q3", "g", popularity_quantiles[3]),
    FIELD("popularity_max", "g", popularity_quantiles[4]),
    FIELD("first_time", "", first_time),
    FIELD("last_time", "", last_time),
};
enum { STATISTICS = sizeof statistics_fields / sizeof *statistics_fields, FIRST_TIME = STATISTICS - 2 };

typedef struct statistics_table {
    llmrec_dataset_statistics found;
    int64_t unit;
    const char *time_format;
} statistics_table;

static llmrec_status fill_statistic(const void *of, size_t column, size_t first, size_t count, void *values)
{
    const statistics_table *table = of;
    const char *at = (const char *)&table->found + statistics_fields[column].offset;
    (void)first;
    if (column < FIRST_TIME) memcpy(values, at, 8);
    else fill_times(table->time_format, table->unit, (const int64_t *)(const void *)at, count, values);
    return LLMREC_OK;
}

llmrec_status lr_arrow_give_statistics(const llmrec_dataset *dataset, struct ArrowArrayStream *out)
{
    llmrec_status status = LLMREC_OK;
    llmrec_context *context = dataset->frame->context;
    statistics_table *one = NULL;
    lr_arrow_field fields[STATISTICS];
    lr_arrow_table table = {.context = context, .rows = 1, .fill = fill_statistic, .free = lr_free};
    LR_TRY(LR_NEW_ZERO(context, one, 1));
    LR_TRY(lr_describe(dataset, &one->found));
    one->unit = dataset->frame->rows.unit;
    const bool timed = one->found.first_time != LR_NO_TIME;
    const int64_t times[] = {one->found.first_time, one->found.last_time};
    one->time_format = time_format(one->unit, times, timed ? 2 : 0);
    for (size_t i = 0; i < STATISTICS; i++) fields[i] = statistics_fields[i].field;
    fields[FIRST_TIME].format = fields[FIRST_TIME + 1].format = one->time_format;
    LR_TRY(lr_arrow_set_fields(&table, fields, timed ? STATISTICS : FIRST_TIME));
    table.of = one;
    return lr_arrow_give(&table, out);
done:
    lr_free(context, one);
    return status;
}
