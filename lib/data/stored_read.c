/* SPDX-License-Identifier: Apache-2.0 */
/* Reads a dataset from our HDF5 file and checks it. */
#include <stdio.h>

#include "core/memory.h"
#include "core/number.h"
#include "core/text.h"
#include "data/dataset_options.h"
#include "data/stored.h"
#include "data/view.h"

/* State of reading a dataset file. */
typedef struct reading {
    llmrec_context *context;
    const char *path;
    lr_store *store;
} reading;

static llmrec_status read_flag(const reading *from, const char *name, bool *flag)
{
    int64_t value = 0;
    LR_RETURN_IF(lr_store_get_integer(from->store, name, &value));
    if (value != 0 && value != 1)
        return lr_fail(LLMREC_ERR_FORMAT, "%s: %s is %lld; wanted 0 or 1", from->path, name, (long long)value);
    *flag = value == 1;
    return LLMREC_OK;
}

static llmrec_status read_counter(const reading *from, const char *name, int64_t *value)
{
    LR_RETURN_IF(lr_store_get_integer(from->store, name, value));
    if (*value >= 0) return LLMREC_OK;
    return lr_fail(LLMREC_ERR_FORMAT, "%s: %s is %lld; wanted 0 or more", from->path, name, (long long)*value);
}

static llmrec_status read_ids(const reading *from, const char *name, const char *flag, lr_ids **ids)
{
    llmrec_status status = LLMREC_OK;
    lr_loose_texts texts = {0};
    bool numbers = false;
    size_t twice[2] = {0, 0};
    int64_t number = 0;
    LR_TRY(read_flag(from, flag, &numbers));
    LR_TRY(lr_texts_read(from->store, from->path, name, &texts));
    for (size_t i = 0; numbers && i < texts.count; i++) {
        const lr_span span = lr_loose_text_at(&texts, i);
        LR_CHECK(lr_parse_int64(span.text, span.length, &number), LLMREC_ERR_FORMAT, "%s: %s: %s is not an integer",
                 from->path, name, lr_quote(span.text, span.length).text);
    }
    status = lr_ids_gather(from->context, (lr_spans){texts.count, lr_loose_text_at, &texts}, numbers, twice, ids);
    if (status == LLMREC_ERR_SHAPE)
        status = lr_fail(LLMREC_ERR_FORMAT, "%s: %s: id %zu repeats id %zu", from->path, name, twice[0], twice[1]);
done:
    lr_loose_texts_free(from->context, &texts);
    return status;
}

static llmrec_status check_offsets(const reading *from, const lr_rows *rows, size_t count)
{
    if (rows->offsets[0] != 0 || rows->offsets[rows->sessions] != (int64_t)count)
        return lr_fail(LLMREC_ERR_FORMAT, "%s: offsets from %lld to %lld; wanted 0 to %zu", from->path,
                       (long long)rows->offsets[0], (long long)rows->offsets[rows->sessions], count);
    for (size_t i = 0; i < rows->sessions; i++)
        if (rows->offsets[i] >= rows->offsets[i + 1])
            return lr_fail(LLMREC_ERR_FORMAT, "%s: session %zu has rows from %lld to %lld; wanted at least one",
                           from->path, i, (long long)rows->offsets[i], (long long)rows->offsets[i + 1]);
    return LLMREC_OK;
}

static llmrec_status check_rows(const reading *from, const lr_rows *rows)
{
    for (size_t session = 0; session < rows->sessions; session++)
        for (int64_t row = rows->offsets[session]; row < rows->offsets[session + 1]; row++) {
            if (rows->items[row] < 0 || (size_t)rows->items[row] >= rows->item_count)
                return lr_fail(LLMREC_ERR_FORMAT, "%s: row %lld has item %ld; wanted 0 to %zu", from->path,
                               (long long)row, (long)rows->items[row], rows->item_count - 1);
            if (rows->times == NULL) continue;
            if (row > rows->offsets[session] && rows->times[row] < rows->times[row - 1])
                return lr_fail(LLMREC_ERR_FORMAT, "%s: row %lld is earlier than the one before", from->path,
                               (long long)row);
            if (rows->times[row] == LR_NO_TIME)
                return lr_fail(LLMREC_ERR_FORMAT, "%s: row %lld has no time", from->path, (long long)row);
        }
    return LLMREC_OK;
}

static llmrec_status read_unit(const reading *from, int64_t *unit)
{
    LR_RETURN_IF(lr_store_get_integer(from->store, "time_unit", unit));
    if (*unit == LLMREC_TIME_UNIT_ISO || (*unit >= LLMREC_TIME_UNIT_S && *unit <= LLMREC_TIME_UNIT_NS))
        return LLMREC_OK;
    return lr_fail(LLMREC_ERR_FORMAT, "%s: time_unit is %lld; wanted 1 to 4, or 6", from->path, (long long)*unit);
}

static llmrec_status read_rows(const reading *from, size_t sessions, size_t items, lr_rows *rows)
{
    lr_array offsets = {.name = "offsets", .type = LR_I64, .rank = 1},
             times = {.name = "times", .type = LR_I64, .rank = 1};
    lr_array values = {.name = "items", .type = LR_I32, .rank = 1};
    LR_RETURN_IF(lr_store_read(from->store, &offsets, &rows->offsets));
    LR_RETURN_IF(lr_store_read(from->store, &values, &rows->items));
    if (offsets.sizes[0] != sessions + 1)
        return lr_fail(LLMREC_ERR_FORMAT, "%s: %zu offsets; wanted %zu for %zu sessions", from->path, offsets.sizes[0],
                       sessions + 1, sessions);
    rows->sessions = sessions;
    rows->item_count = items;
    LR_RETURN_IF(check_offsets(from, rows, values.sizes[0]));
    if (lr_store_has(from->store, "times")) {
        LR_RETURN_IF(lr_store_read(from->store, &times, &rows->times));
        if (times.sizes[0] != values.sizes[0])
            return lr_fail(LLMREC_ERR_FORMAT, "%s: %zu times; wanted %zu, one per row", from->path, times.sizes[0],
                           values.sizes[0]);
        LR_RETURN_IF(read_unit(from, &rows->unit));
    }
    return check_rows(from, rows);
}

static llmrec_status read_parts(const reading *from, lr_rows *rows)
{
    lr_array parts = {.name = "parts", .type = LR_U8, .rank = 1};
    const size_t count = lr_rows_count(rows);
    if (!lr_store_has(from->store, parts.name)) return LLMREC_OK;
    LR_RETURN_IF(lr_store_read(from->store, &parts, &rows->parts));
    if (parts.sizes[0] != count)
        return lr_fail(LLMREC_ERR_FORMAT, "%s: %zu parts; wanted %zu, one per row", from->path, parts.sizes[0], count);
    for (size_t row = 0; row < count; row++)
        if (rows->parts[row] < -1 || rows->parts[row] > LLMREC_PART_TEST)
            return lr_fail(LLMREC_ERR_FORMAT, "%s: row %zu is in part %d; wanted -1 to %d", from->path, row,
                           rows->parts[row], LLMREC_PART_TEST);
    return LLMREC_OK;
}

static llmrec_status check_size(const reading *from, const char *name, size_t size, size_t sessions)
{
    if (size == sessions) return LLMREC_OK;
    return lr_fail(LLMREC_ERR_FORMAT, "%s: %zu %s; wanted %zu, one per session", from->path, size, name, sessions);
}

static llmrec_status read_users(const reading *from, lr_rows *rows)
{
    lr_array users = {.name = "users", .type = LR_I32, .rank = 1};
    if (!lr_store_has(from->store, users.name)) return LLMREC_OK;
    LR_RETURN_IF(lr_store_read(from->store, &users, &rows->users));
    LR_RETURN_IF(check_size(from, users.name, users.sizes[0], rows->sessions));
    for (size_t i = 0; i < rows->sessions; i++) {
        if (rows->users[i] < 0 || rows->users[i] == INT32_MAX)
            return lr_fail(LLMREC_ERR_FORMAT, "%s: session %zu has user %ld; wanted 0 or more", from->path, i,
                           (long)rows->users[i]);
        if ((size_t)rows->users[i] >= rows->user_count) rows->user_count = (size_t)rows->users[i] + 1;
    }
    if (rows->times == NULL) return lr_fail(LLMREC_ERR_FORMAT, "%s: users without times", from->path);
    return read_counter(from, "session_gap", &rows->gap);
}

/* Numbers of targets, as the frame rows where they begin. */
static llmrec_status read_targets(const reading *from, const lr_rows *rows, int64_t **targets)
{
    lr_array stored = {.name = "targets", .type = LR_I64, .rank = 1};
    if (!lr_store_has(from->store, stored.name)) return LLMREC_OK;
    LR_RETURN_IF(lr_store_read(from->store, &stored, targets));
    LR_RETURN_IF(check_size(from, stored.name, stored.sizes[0], rows->sessions));
    for (size_t i = 0; i < rows->sessions; i++) {
        const int64_t length = rows->offsets[i + 1] - rows->offsets[i], count = (*targets)[i];
        if (count < 0 || count > length)
            return lr_fail(LLMREC_ERR_FORMAT, "%s: session %zu has %lld targets; wanted 0 to %lld", from->path, i,
                           (long long)count, (long long)length);
        (*targets)[i] = rows->offsets[i + 1] - count;
    }
    return LLMREC_OK;
}

static llmrec_status read_column(const reading *from, size_t index, lr_span title, lr_catalog *catalog)
{
    llmrec_status status = LLMREC_OK;
    char name[32];
    lr_loose_texts texts = {0};
    const size_t items = lr_ids_count(catalog->ids);
    snprintf(name, sizeof name, "column_%zu", index);
    LR_TRY(lr_copy_text(from->context, title.text, title.length, &catalog->names[index]));
    LR_TRY(lr_texts_read(from->store, from->path, name, &texts));
    LR_CHECK(texts.count == items, LLMREC_ERR_FORMAT, "%s: %s: %zu texts; wanted %zu, one per item", from->path, name,
             texts.count, items);
    LR_TRY(lr_texts_gather(from->context, (lr_spans){items, lr_loose_text_at, &texts}, &catalog->texts[index]));
done:
    lr_loose_texts_free(from->context, &texts);
    return status;
}

static llmrec_status read_catalog(const reading *from, lr_catalog *catalog)
{
    llmrec_status status = LLMREC_OK;
    lr_loose_texts names = {0};
    catalog->title = -1;
    LR_TRY(read_ids(from, "item_ids", "item_numbers", &catalog->ids));
    LR_TRY(lr_texts_read(from->store, from->path, "column_names", &names));
    LR_TRY(lr_catalog_add_columns(from->context, catalog, names.count));
    for (size_t i = 0; i < names.count; i++) LR_TRY(read_column(from, i, lr_loose_text_at(&names, i), catalog));
    lr_catalog_find_title(catalog);
    lr_catalog_share_titles(catalog);
done:
    lr_loose_texts_free(from->context, &names);
    return status;
}

static llmrec_status read_all(const reading *from, lr_frame *plan, int64_t **targets)
{
    LR_RETURN_IF(read_ids(from, "session_ids", "session_numbers", &plan->sessions));
    LR_RETURN_IF(read_catalog(from, &plan->catalog));
    LR_RETURN_IF(read_rows(from, lr_ids_count(plan->sessions), lr_ids_count(plan->catalog.ids), &plan->rows));
    LR_RETURN_IF(read_parts(from, &plan->rows));
    LR_RETURN_IF(read_users(from, &plan->rows));
    LR_RETURN_IF(read_targets(from, &plan->rows, targets));
    LR_RETURN_IF(read_counter(from, "input_rows", &plan->input_rows));
    LR_RETURN_IF(read_counter(from, "dropped", &plan->dropped));
    LR_RETURN_IF(read_counter(from, "missing", &plan->missing));
    return lr_fail_in_file(from->path,
                           lr_options_load(&lr_dataset_options, from->store, from->context, "options", &plan->options));
}

llmrec_status lr_dataset_read(llmrec_context *context, const char *path, llmrec_dataset **dataset)
{
    llmrec_status status = LLMREC_OK;
    reading from = {.context = context, .path = path};
    lr_frame plan = {0};
    int64_t *targets = NULL;
    LR_TRY(lr_store_open(context, path, (lr_store_kind){"dataset", 1}, &from.store));
    LR_TRY(read_all(&from, &plan, &targets));
    LR_TRY(lr_frame_adopt(context, &plan, dataset));
    (*dataset)->targets = targets;
    targets = NULL;
done:
    lr_store_close(from.store);
    lr_free(context, targets);
    lr_frame_clear(context, &plan);
    return status;
}
