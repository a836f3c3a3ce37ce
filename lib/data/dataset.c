/* SPDX-License-Identifier: Apache-2.0 */
/* Loads, stores and queries data sets. Implements llmrec/dataset.h. */
#include "data/dataset.h"

#include "data/append.h"
#include "data/assemble.h"
#include "data/dataset_options.h"
#include "data/describe.h"
#include "data/split.h"
#include "data/stored.h"
#include "data/view.h"

enum { PIECE_BYTES = 1 << 18 /* a piece's keys fit in a core's cache */ };

/* --- creation ------------------------------------------------------------------------------------------------ */

static llmrec_status check_pair(const void *numbers, const void *texts, const char *name)
{
    if ((numbers == NULL) != (texts == NULL)) return LLMREC_OK;
    return lr_fail(LLMREC_ERR_ARGUMENT, "%s: %s; wanted numbers or texts", name,
                   numbers == NULL ? "neither numbers nor texts" : "both numbers and texts");
}

static llmrec_status read_interactions(const llmrec_interactions *given, llmrec_interactions *rows)
{
    *rows = (llmrec_interactions){.size = sizeof *rows};
    LR_RETURN_IF(
        lr_struct_read("llmrec_interactions", sizeof *rows, LR_FROZEN(llmrec_interactions, item_missing), given, rows));
    LR_RETURN_IF(lr_count("interactions.rows", rows->rows));
    if (rows->rows == 0) rows->session_numbers = rows->item_numbers = NULL;
    if (rows->rows == 0) return LLMREC_OK;
    LR_RETURN_IF(check_pair(rows->session_numbers, rows->session_ids, "interactions' session ids"));
    LR_RETURN_IF(check_pair(rows->item_numbers, rows->item_ids, "interactions' item ids"));
    if (rows->times == NULL || rows->time_numbers == NULL) return LLMREC_OK;
    return lr_fail(LLMREC_ERR_ARGUMENT, "interactions' times: both times and time_numbers; wanted one of them");
}

static llmrec_status read_items(const llmrec_items *given, llmrec_items *items)
{
    *items = (llmrec_items){.size = sizeof *items};
    LR_RETURN_IF(lr_struct_read("llmrec_items", sizeof *items, LR_FROZEN(llmrec_items, text_lengths), given, items));
    LR_RETURN_IF(lr_count("items.rows", items->rows));
    LR_RETURN_IF(lr_option_range("items.columns", items->columns, 0, INT32_MAX - 1));
    if (items->rows > 0) LR_RETURN_IF(check_pair(items->numbers, items->ids, "items' ids"));
    if (items->columns > 0 && items->column_names == NULL)
        return lr_fail(LLMREC_ERR_ARGUMENT, "items.column_names is NULL");
    if (items->columns > 0 && items->rows > 0 && items->texts == NULL)
        return lr_fail(LLMREC_ERR_ARGUMENT, "items.texts is NULL");
    return LLMREC_OK;
}

llmrec_status llmrec_dataset_create(llmrec_context *context, const llmrec_interactions *interactions,
                                    const llmrec_items *items, const llmrec_dataset_options *options,
                                    llmrec_dataset **dataset)
{
    llmrec_dataset_options settled;
    llmrec_interactions rows;
    llmrec_items described;
    LR_NEED(context, dataset);
    LR_RETURN_IF(lr_options_read(&lr_dataset_options, options, &settled));
    LR_RETURN_IF(read_interactions(interactions, &rows));
    if (items != NULL) LR_RETURN_IF(read_items(items, &described));
    return lr_assemble_arrays(context, &rows, items != NULL ? &described : NULL, &settled, dataset);
}

llmrec_status llmrec_dataset_load(llmrec_context *context, const char *interactions_path, const char *items_path,
                                  const llmrec_dataset_options *options, llmrec_dataset **dataset)
{
    llmrec_dataset_options settled;
    LR_NEED(context, interactions_path, dataset);
    LR_RETURN_IF(lr_options_read(&lr_dataset_options, options, &settled));
    return lr_assemble_files(context, interactions_path, items_path, &settled, PIECE_BYTES, dataset);
}

llmrec_status llmrec_dataset_append(const llmrec_dataset *dataset, const llmrec_dataset *rows, llmrec_dataset **joined)
{
    LR_NEED(dataset, rows, joined);
    return lr_dataset_join(dataset, rows, joined);
}

llmrec_status llmrec_dataset_save(const llmrec_dataset *dataset, const char *path)
{
    LR_NEED(dataset, path);
    return lr_dataset_write(dataset, path);
}

llmrec_status llmrec_dataset_open(llmrec_context *context, const char *path, llmrec_dataset **dataset)
{
    LR_NEED(context, path, dataset);
    return lr_dataset_read(context, path, dataset);
}

void llmrec_dataset_free(llmrec_dataset *dataset)
{
    lr_view_free(dataset);
}

/* --- splits -------------------------------------------------------------------------------------------------- */

static llmrec_status read_split_options(const llmrec_split_options *given, llmrec_split_options *options)
{
    LR_RETURN_IF(lr_options_read(&lr_split_options, given, options));
    if (options->drop_untrained < 0) {
        const int64_t method = options->method;
        options->drop_untrained =
            method != LLMREC_SPLIT_LEAVE_ONE_OUT && method != LLMREC_SPLIT_LEAVE_LAST && method != LLMREC_SPLIT_COLUMN;
    }
    return LLMREC_OK;
}

llmrec_status llmrec_dataset_split(const llmrec_dataset *dataset, const llmrec_split_options *options, int64_t part,
                                   llmrec_dataset **view)
{
    llmrec_split_options settled;
    LR_NEED(dataset, view);
    LR_RETURN_IF(read_split_options(options, &settled));
    LR_RETURN_IF(lr_option_range("part", part, LLMREC_PART_TRAIN, LLMREC_PART_TRAIN_VALIDATION));
    return lr_split(dataset, &settled, part, view);
}

llmrec_status llmrec_dataset_split_rows(const llmrec_dataset *dataset, const int8_t *parts, int64_t rows, int64_t part,
                                        llmrec_dataset **view)
{
    LR_NEED(dataset, parts, view);
    LR_RETURN_IF(lr_option_range("part", part, LLMREC_PART_TRAIN, LLMREC_PART_TRAIN_VALIDATION));
    if (rows != (int64_t)dataset->rows)
        return lr_fail(LLMREC_ERR_SHAPE, "parts has %lld rows; wanted the dataset's %zu", (long long)rows,
                       dataset->rows);
    for (int64_t row = 0; row < rows; row++)
        if (parts[row] < -1 || parts[row] > LLMREC_PART_TEST)
            return lr_fail(LLMREC_ERR_ARGUMENT, "parts[%lld] is %d; wanted -1 to %d", (long long)row, parts[row],
                           LLMREC_PART_TEST);
    return lr_split_rows(dataset, parts, part, view);
}

/* --- contents ------------------------------------------------------------------------------------------------ */

int64_t llmrec_dataset_sessions(const llmrec_dataset *dataset)
{
    return dataset == NULL ? 0 : (int64_t)dataset->sessions;
}

int64_t llmrec_dataset_items(const llmrec_dataset *dataset)
{
    return dataset == NULL ? 0 : (int64_t)lr_dataset_items(dataset);
}

int64_t llmrec_dataset_rows(const llmrec_dataset *dataset)
{
    return dataset == NULL ? 0 : (int64_t)dataset->rows;
}

static void copy_session(const llmrec_dataset *dataset, size_t session, size_t at, int32_t *items, int64_t *times)
{
    const lr_rows *rows = &dataset->frame->rows;
    const int64_t end = lr_view_end(dataset, session);
    for (int64_t row = lr_view_begin(dataset, session); row < end; row++) {
        if (!lr_view_sees(dataset, row)) continue;
        items[at] = rows->items[row];
        if (times != NULL) times[at] = rows->times != NULL ? rows->times[row] : LR_NO_TIME;
        at++;
    }
}

llmrec_status llmrec_dataset_copy_sessions(const llmrec_dataset *dataset, int64_t first, int64_t count,
                                           int64_t *offsets, int32_t *items, int64_t *times, int64_t capacity,
                                           int64_t *rows)
{
    size_t total = 0;
    LR_NEED(dataset);
    const int64_t sessions = (int64_t)dataset->sessions;
    LR_RETURN_IF(lr_option_range("first", first, 0, sessions));
    LR_RETURN_IF(lr_option_range("count", count, 0, sessions - first));
    for (int64_t i = 0; i < count; i++) total += lr_view_length(dataset, (size_t)(first + i));
    LR_RETURN_IF(lr_count("capacity", capacity));
    if (rows != NULL) *rows = (int64_t)total;
    if (total > (size_t)capacity)
        return lr_fail(LLMREC_ERR_SHAPE, "capacity is %lld; wanted at least %zu", (long long)capacity, total);
    LR_NEED(offsets);
    if (total > 0) LR_NEED(items);
    offsets[0] = 0;
    for (int64_t i = 0; i < count; i++) {
        const size_t session = (size_t)(first + i);
        copy_session(dataset, session, (size_t)offsets[i], items, times);
        offsets[i + 1] = offsets[i] + (int64_t)lr_view_length(dataset, session);
    }
    return LLMREC_OK;
}

int64_t llmrec_dataset_time_unit(const llmrec_dataset *dataset)
{
    return dataset == NULL ? LLMREC_TIME_UNIT_AUTO : dataset->frame->rows.unit;
}

llmrec_status llmrec_dataset_copy_targets(const llmrec_dataset *dataset, int64_t first, int64_t count, int64_t *targets)
{
    LR_NEED(dataset);
    const int64_t sessions = (int64_t)dataset->sessions;
    LR_RETURN_IF(lr_option_range("first", first, 0, sessions));
    LR_RETURN_IF(lr_option_range("count", count, 0, sessions - first));
    if (count > 0) LR_NEED(targets);
    for (int64_t i = 0; i < count; i++) targets[i] = (int64_t)lr_dataset_targets(dataset, (size_t)(first + i));
    return LLMREC_OK;
}

static llmrec_status give_span(lr_span span, const char **text, size_t *length)
{
    LR_NEED(text, length);
    *text = span.text;
    *length = span.length;
    return LLMREC_OK;
}

llmrec_status llmrec_dataset_item_id(const llmrec_dataset *dataset, int64_t item, const char **id, size_t *length)
{
    LR_NEED(dataset);
    LR_RETURN_IF(lr_option_range("item", item, 0, llmrec_dataset_items(dataset) - 1));
    return give_span(lr_ids_at(dataset->frame->catalog.ids, (size_t)item), id, length);
}

llmrec_status llmrec_dataset_session_id(const llmrec_dataset *dataset, int64_t session, const char **id, size_t *length)
{
    LR_NEED(dataset);
    LR_RETURN_IF(lr_option_range("session", session, 0, (int64_t)dataset->sessions - 1));
    return give_span(lr_ids_at(dataset->frame->sessions, lr_view_session(dataset, (size_t)session)), id, length);
}

llmrec_status llmrec_dataset_item_text(const llmrec_dataset *dataset, int64_t item, int64_t column, const char **text,
                                       size_t *length)
{
    LR_NEED(dataset);
    LR_RETURN_IF(lr_option_range("item", item, 0, llmrec_dataset_items(dataset) - 1));
    LR_RETURN_IF(lr_option_range("column", column, 0, llmrec_dataset_columns(dataset) - 1));
    return give_span(lr_dataset_text(dataset, (size_t)column, (size_t)item), text, length);
}

int64_t llmrec_dataset_find_item(const llmrec_dataset *dataset, const char *id, size_t length)
{
    return dataset == NULL || id == NULL ? -1 : lr_ids_find(dataset->frame->catalog.ids, id, length);
}

int64_t llmrec_dataset_find_session(const llmrec_dataset *dataset, const char *id, size_t length)
{
    if (dataset == NULL || id == NULL) return -1;
    const int64_t found = lr_ids_find(dataset->frame->sessions, id, length);
    if (found < 0 || dataset->picked == NULL) return found;
    size_t low = 0, high = dataset->sessions; /* `picked` is in rising order */
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (dataset->picked[middle] < found) low = middle + 1;
        else high = middle;
    }
    return low < dataset->sessions && dataset->picked[low] == found ? (int64_t)low : -1;
}

int32_t llmrec_dataset_item_ids_are_numbers(const llmrec_dataset *dataset)
{
    return dataset != NULL && lr_ids_are_numbers(dataset->frame->catalog.ids);
}

int32_t llmrec_dataset_session_ids_are_numbers(const llmrec_dataset *dataset)
{
    return dataset != NULL && lr_ids_are_numbers(dataset->frame->sessions);
}

int64_t llmrec_dataset_columns(const llmrec_dataset *dataset)
{
    return dataset == NULL ? 0 : (int64_t)dataset->frame->catalog.columns;
}

const char *llmrec_dataset_column_name(const llmrec_dataset *dataset, int64_t column)
{
    return column < 0 || column >= llmrec_dataset_columns(dataset) ? NULL : dataset->frame->catalog.names[column];
}

int64_t llmrec_dataset_find_column(const llmrec_dataset *dataset, const char *name)
{
    return dataset == NULL || name == NULL ? -1 : lr_catalog_find(&dataset->frame->catalog, name);
}

int64_t llmrec_dataset_title_column(const llmrec_dataset *dataset)
{
    return dataset == NULL ? -1 : dataset->frame->catalog.title;
}

llmrec_status llmrec_dataset_item_counts(const llmrec_dataset *dataset, int64_t *counts)
{
    LR_NEED(dataset, counts);
    lr_dataset_count_items(dataset, counts);
    return LLMREC_OK;
}

llmrec_status llmrec_dataset_description(const llmrec_dataset *dataset, char *text, size_t capacity, size_t *length)
{
    LR_NEED(dataset);
    return lr_description_give(dataset->frame->context, lr_dataset_describe, dataset, text, capacity, length);
}

llmrec_status llmrec_dataset_describe(const llmrec_dataset *dataset, llmrec_dataset_statistics *statistics)
{
    static const char what[] = "llmrec_dataset_statistics";
    static const size_t frozen = LR_FROZEN(llmrec_dataset_statistics, rows_missing);
    llmrec_dataset_statistics found;
    LR_NEED(dataset);
    LR_RETURN_IF(lr_struct_check(what, frozen, statistics));
    LR_RETURN_IF(lr_describe(dataset, &found));
    return lr_struct_give(what, sizeof found, frozen, &found, statistics);
}
