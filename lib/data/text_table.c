/* SPDX-License-Identifier: Apache-2.0 */
/* Reads a whole table from CSV, TSV, RecBole or JSON lines. */
#include "data/text_table.h"

#include <string.h>

#include "core/memory.h"
#include "core/log.h"
#include "core/text.h"
#include "data/delimited.h"
#include "data/file_format.h"
#include "data/json_lines.h"
#include "data/source.h"
#include "llmrec/dataset.h"

/* A range of the table's text. Cells are stored by column, so that a new JSON key only adds an array. */
typedef struct cell {
    size_t offset, length;
} cell;

typedef struct column {
    char *name;
    cell *cells;
    size_t capacity;
} column;

struct lr_table {
    llmrec_context *context;
    char *path;
    lr_builder text;
    column *columns;
    size_t column_count, column_capacity;
    size_t *lines;
    size_t rows, line_capacity;
};

/* --- creation ------------------------------------------------------------------------------------------------ */

static llmrec_status add_column(lr_table *table, const char *name, size_t length)
{
    llmrec_status status = LLMREC_OK;
    column fresh = {0};
    const size_t count = table->column_count;
    LR_TRY(LR_GROW(table->context, table->columns, table->column_capacity, count, count + 1));
    LR_TRY(lr_copy_text(table->context, name, length, &fresh.name));
    LR_TRY(LR_GROW(table->context, fresh.cells, fresh.capacity, 0, table->rows + 1));
    memset(fresh.cells, 0, table->rows * sizeof *fresh.cells);
    table->columns[table->column_count++] = fresh;
    return LLMREC_OK;
done:
    lr_free(table->context, fresh.name);
    return status;
}

static llmrec_status add_row(lr_table *table, size_t line)
{
    const size_t row = table->rows;
    LR_RETURN_IF(LR_GROW(table->context, table->lines, table->line_capacity, row, row + 1));
    for (size_t i = 0; i < table->column_count; i++) {
        column *one = &table->columns[i];
        LR_RETURN_IF(LR_GROW(table->context, one->cells, one->capacity, row, row + 1));
        one->cells[row] = (cell){0};
    }
    table->lines[row] = line;
    table->rows++;
    return LLMREC_OK;
}

/* Reads the whole file and ends its last line with a newline. */
static llmrec_status read_text(lr_table *table, lr_builder *text)
{
    llmrec_status status = LLMREC_OK;
    lr_source *source = NULL;
    size_t count = 0, wanted = 0;
    LR_TRY(lr_source_open(table->context, table->path, &source));
    do {
        wanted = text->length + (1 << 16) + 2;
        LR_TRY(LR_GROW(text->context, text->text, text->capacity, text->length, wanted));
        LR_TRY(lr_source_read(source, text->text + text->length, text->capacity - text->length - 2, &count));
        text->length += count;
    } while (text->length + 2 == text->capacity);
    if (text->length > 0 && text->text[text->length - 1] != '\n') text->text[text->length++] = '\n';
    text->text[text->length] = '\0';
done:
    lr_source_close(source);
    return status;
}

static llmrec_status repair_text(lr_builder *text)
{
    char *fresh = NULL;
    size_t bad = 0;
    if (lr_utf8_valid(text->text, text->length) == text->length) return LLMREC_OK;
    LR_RETURN_IF(lr_alloc(text->context, &fresh, text->length + 1, 3));
    text->length = lr_utf8_repair(text->text, text->length, fresh, &bad);
    fresh[text->length] = '\0';
    lr_free(text->context, text->text);
    text->text = fresh;
    lr_log(text->context, LLMREC_LOG_WARNING, "data", "replaced %zu invalid UTF-8 bytes by U+FFFD", bad);
    return LLMREC_OK;
}

/* Reads the file, skips the byte order mark, and rejects bytes that no format allows. */
static llmrec_status take_text(lr_table *table, bool repair, lr_builder *text, size_t *begin)
{
    LR_RETURN_IF(read_text(table, text));
    const char *nul = memchr(text->text, '\0', text->length);
    if (nul != NULL)
        return lr_fail(LLMREC_ERR_FORMAT, "%s:%zu: a NUL byte; wanted text (UTF-8)", table->path,
                       lr_count_lines(text->text, (size_t)(nul - text->text)) + 1);
    if (repair) LR_RETURN_IF(repair_text(text));
    *begin = text->length >= 3 && memcmp(text->text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    if (text->length == *begin) return lr_fail(LLMREC_ERR_FORMAT, "%s: empty file; wanted rows", table->path);
    return LLMREC_OK;
}

/* --- delimited text ------------------------------------------------------------------------------------------ */

typedef struct record {
    lr_dialect dialect;
    size_t begin, end, line; /* offsets in the table's text; `end` is its newline */
} record;

static llmrec_status check_record(const lr_table *table, const record *row)
{
    if (row->end - row->begin <= LR_LINE_MAX) return LLMREC_OK;
    return lr_fail(LLMREC_ERR_FORMAT, "%s:%zu: a line of %zu bytes; wanted at most %d", table->path, row->line,
                   row->end - row->begin, LR_LINE_MAX);
}

/* Parses the next field and unescapes it in place; sets `at` to the delimiter or newline after it. */
static llmrec_status take_field(lr_table *table, const record *row, size_t *at, const char *name, lr_field *field)
{
    char *text = table->text.text;
    *at = (size_t)(lr_field_take(row->dialect, text + *at, text + row->end, field) - text);
    const char *fault = field->fault;
    if (field->escaped) field->length = lr_field_unescape(field, text + (field->text - text));
    if (fault == NULL && lr_utf8_valid(field->text, field->length) != field->length) fault = "wanted UTF-8";
    if (fault == NULL) return LLMREC_OK;
    return lr_fail(LLMREC_ERR_FORMAT, "%s:%zu: %s is %s; %s", table->path, row->line, name,
                   lr_quote(field->text, field->length).text, fault);
}

static llmrec_status take_header(lr_table *table, const record *row, bool typed)
{
    lr_field field;
    for (size_t at = row->begin;; at++) {
        LR_RETURN_IF(take_field(table, row, &at, "column name", &field));
        const char *colon = typed ? memchr(field.text, ':', field.length) : NULL;
        LR_RETURN_IF(add_column(table, field.text, colon != NULL ? (size_t)(colon - field.text) : field.length));
        if (at >= row->end) return LLMREC_OK;
    }
}

static llmrec_status take_row(lr_table *table, const record *row)
{
    lr_field field;
    size_t at = row->begin, count = 0;
    LR_RETURN_IF(add_row(table, row->line));
    for (;; at++) {
        const char *name = count < table->column_count ? table->columns[count].name : "field";
        LR_RETURN_IF(take_field(table, row, &at, name, &field));
        if (count < table->column_count)
            table->columns[count].cells[table->rows - 1] =
                (cell){(size_t)(field.text - table->text.text), field.length};
        count++;
        if (at >= row->end) break;
    }
    if (count == table->column_count) return LLMREC_OK;
    return lr_fail(LLMREC_ERR_FORMAT, "%s:%zu: %zu fields; wanted %zu as in the header", table->path, row->line, count,
                   table->column_count);
}

static bool is_blank(const lr_table *table, const record *row)
{
    return row->begin == row->end || (row->begin + 1 == row->end && table->text.text[row->begin] == '\r');
}

static llmrec_status parse_delimited(lr_table *table, int64_t format, size_t begin)
{
    record row = {.dialect = lr_dialect_of(format), .line = 1};
    lr_progress progress = lr_progress_begin(table->context, "read items", "bytes", (int64_t)table->text.length);
    for (; begin < table->text.length; begin = row.end + 1) {
        char *text = table->text.text;
        row.begin = begin;
        row.end = (size_t)(lr_record_end(row.dialect, text + begin, text + table->text.length) - text);
        const size_t lines = lr_count_lines(text + begin, row.end - begin) + 1;
        LR_RETURN_IF(check_record(table, &row));
        if (table->column_count == 0) LR_RETURN_IF(take_header(table, &row, format == LLMREC_FORMAT_RECBOLE));
        else if (!is_blank(table, &row)) LR_RETURN_IF(take_row(table, &row));
        row.line += lines;
        LR_RETURN_IF(lr_progress_step(&progress, (int64_t)row.end));
    }
    return lr_progress_end(&progress, (int64_t)table->text.length);
}

/* --- JSON lines ---------------------------------------------------------------------------------------------- */

static llmrec_status set_value(lr_table *table, const char *key, const json_t *value)
{
    const size_t offset = table->text.length;
    int64_t index = lr_table_find(table, key);
    if (index < 0) {
        index = (int64_t)table->column_count;
        LR_RETURN_IF(add_column(table, key, strlen(key)));
        table->columns[index].cells[table->rows - 1] = (cell){0};
    }
    LR_RETURN_IF(lr_value_text(value, &table->text));
    table->columns[index].cells[table->rows - 1] = (cell){offset, table->text.length - offset};
    return LLMREC_OK;
}

static llmrec_status take_object(lr_table *table, const char *text, size_t length, size_t line)
{
    llmrec_status status = LLMREC_OK;
    json_t *object = NULL, *value = NULL;
    const char *key = NULL;
    LR_TRY(lr_line_object(table->path, line, text, length, &object));
    LR_TRY(add_row(table, line));
    json_object_foreach(object, key, value) LR_TRY(set_value(table, key, value));
done:
    json_decref(object);
    return status;
}

static llmrec_status parse_json(lr_table *table, const lr_builder *text, size_t begin)
{
    record row = {.line = 1};
    lr_progress progress = lr_progress_begin(table->context, "read items", "bytes", (int64_t)text->length);
    for (; begin < text->length; begin = row.end + 1, row.line++) {
        row.begin = begin;
        row.end = (size_t)((const char *)memchr(text->text + begin, '\n', text->length - begin) - text->text);
        LR_RETURN_IF(check_record(table, &row));
        if (lr_line_blank(text->text + begin, row.end - begin)) continue;
        LR_RETURN_IF(take_object(table, text->text + begin, row.end - begin, row.line));
        LR_RETURN_IF(lr_progress_step(&progress, (int64_t)row.end));
    }
    return lr_progress_end(&progress, (int64_t)text->length);
}

llmrec_status lr_table_read(llmrec_context *context, const char *path, int64_t format, bool repair_utf8,
                            lr_table **table)
{
    llmrec_status status = LLMREC_OK;
    lr_table *fresh = NULL;
    lr_builder lines = {.context = context};
    size_t begin = 0;
    LR_TRY(lr_format_resolve(path, format, true, "items_format", &format));
    LR_TRY(LR_NEW_ZERO(context, fresh, 1));
    fresh->context = context;
    fresh->text.context = context;
    LR_TRY(lr_copy_text(context, path, strlen(path), &fresh->path));
    LR_TRY(take_text(fresh, repair_utf8, format == LLMREC_FORMAT_JSONL ? &lines : &fresh->text, &begin));
    if (format == LLMREC_FORMAT_JSONL) LR_TRY(parse_json(fresh, &lines, begin));
    else LR_TRY(parse_delimited(fresh, format, begin));
    *table = fresh;
    fresh = NULL;
done:
    lr_free(context, lines.text);
    lr_table_free(fresh);
    return status;
}

void lr_table_free(lr_table *table)
{
    if (table == NULL) return;
    llmrec_context *context = table->context;
    for (size_t i = 0; i < table->column_count; i++) {
        lr_free(context, table->columns[i].name);
        lr_free(context, table->columns[i].cells);
    }
    lr_free(context, table->columns);
    lr_free(context, table->lines);
    lr_free(context, table->text.text);
    lr_free(context, table->path);
    lr_free(context, table);
}

/* --- contents ------------------------------------------------------------------------------------------------ */

size_t lr_table_rows(const lr_table *table)
{
    return table->rows;
}

size_t lr_table_columns(const lr_table *table)
{
    return table->column_count;
}

const char *lr_table_name(const lr_table *table, size_t index)
{
    return table->columns[index].name;
}

static lr_span name_at(const void *of, size_t index)
{
    const char *name = ((const lr_table *)of)->columns[index].name;
    return (lr_span){name, strlen(name)};
}

static lr_header header_of(const lr_table *table)
{
    return (lr_header){table->path, table->column_count, name_at, table};
}

int64_t lr_table_find(const lr_table *table, const char *name)
{
    const lr_header header = header_of(table);
    return lr_header_find(&header, name);
}

size_t lr_table_line(const lr_table *table, size_t row)
{
    return table->lines[row];
}

const char *lr_table_cell(const lr_table *table, size_t row, size_t index, size_t *length)
{
    const cell one = table->columns[index].cells[row];
    *length = one.length;
    return one.length == 0 ? "" : table->text.text + one.offset;
}

llmrec_status lr_table_id_column(const lr_table *table, const char *given, size_t *index)
{
    static const char *const usual[] = {"id", "item_id", "item", "parent_asin", "asin", "product_id", "movie_id", NULL};
    const lr_header header = header_of(table);
    return lr_header_pick(&header, given, usual, "item ids", index);
}
