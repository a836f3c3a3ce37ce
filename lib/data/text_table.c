/* SPDX-License-Identifier: Apache-2.0 */
/* Reads a whole table from CSV, TSV, RecBole or JSON lines. */
#include "data/text_table.h"

#include <stdio.h>
#include <string.h>

#include "core/memory.h"
#include "core/log.h"
#include "core/text.h"
#include "data/columns.h"
#include "data/encoding.h"
#include "data/fields.h"
#include "data/json_lines.h"
#include "data/recognize.h"
#include "data/sample.h"
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
    lr_recognized recognized;
    size_t line_bytes, text_bytes; /* limits */
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

/* Reads the whole source and ends its last line with a newline. */
static llmrec_status read_text(lr_source *source, lr_builder *text)
{
    size_t count = 0, wanted = 0;
    do {
        wanted = text->length + (1 << 16) + 2;
        LR_RETURN_IF(LR_GROW(text->context, text->text, text->capacity, text->length, wanted));
        LR_RETURN_IF(lr_source_read(source, text->text + text->length, text->capacity - text->length - 2, &count));
        text->length += count;
    } while (text->length + 2 == text->capacity);
    if (text->length > 0 && text->text[text->length - 1] != '\n') text->text[text->length++] = '\n';
    text->text[text->length] = '\0';
    return LLMREC_OK;
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

/* Recognizes and reads the file, and rejects bytes that no format allows. JSON goes to `lines`, other text to the
 * table. */
static llmrec_status take_text(lr_table *table, const lr_file *file, lr_builder *lines)
{
    llmrec_status status = LLMREC_OK;
    lr_source *source = NULL;
    LR_TRY(lr_source_open(table->context, file, &source));
    LR_TRY(lr_recognize(table->context, file, source, &table->recognized));
    lr_builder *text = table->recognized.format == LLMREC_FORMAT_JSONL ? lines : &table->text;
    LR_TRY(read_text(source, text));
    const char *nul = memchr(text->text, '\0', text->length);
    LR_CHECK(nul == NULL, LLMREC_ERR_FORMAT, "%s:%zu: a NUL byte; wanted text (UTF-8)", table->path,
             lr_count_lines(text->text, (size_t)(nul - text->text)) + 1);
    if (file->repair) LR_TRY(repair_text(text));
    table->recognized.path = table->path;
done:
    lr_source_close(source);
    return status;
}

/* --- delimited text ------------------------------------------------------------------------------------------ */

typedef struct record {
    lr_dialect dialect;
    size_t begin, end, line; /* offsets in the table's text; `end` is its newline */
} record;

static llmrec_status check_record(const lr_table *table, const record *row)
{
    if (row->end - row->begin <= table->line_bytes) return LLMREC_OK;
    return lr_fail(LLMREC_ERR_FORMAT, "%s:%zu: a line of %zu bytes; max_line_bytes allows %zu", table->path, row->line,
                   row->end - row->begin, table->line_bytes);
}

static llmrec_status check_length(const lr_table *table, size_t line, const char *name, size_t length)
{
    if (length <= table->text_bytes) return LLMREC_OK;
    return lr_fail(LLMREC_ERR_FORMAT, "%s:%zu: %s has %zu bytes; max_text_bytes allows %zu", table->path, line, name,
                   length, table->text_bytes);
}

/* Parses the next field and unescapes it in place; sets `at` to the delimiter or newline after it. */
static llmrec_status take_field(lr_table *table, const record *row, size_t *at, const char *name, lr_field *field)
{
    char *text = table->text.text;
    *at = (size_t)(lr_field_take(row->dialect, text + *at, text + row->end, field) - text);
    const char *fault = field->fault;
    if (field->escaped) field->length = lr_field_unescape(field, text + (field->text - text));
    if (fault == NULL && lr_utf8_valid(field->text, field->length) != field->length) fault = LR_WANTED_ITEM_UTF8;
    if (fault == NULL) return check_length(table, row->line, name, field->length);
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
    return lr_fail(LLMREC_ERR_FORMAT, "%s:%zu: %zu fields; wanted %zu as in the %s", table->path, row->line, count,
                   table->column_count, table->recognized.header ? "header" : "first line");
}

static bool is_blank(const lr_table *table, const record *row)
{
    const char *begin = table->text.text + row->begin;
    return lr_line_end(begin, table->text.text + row->end) == begin;
}

/* Names the columns of a table without header by its first row. */
static llmrec_status name_columns(lr_table *table, const record *row)
{
    char name[32];
    lr_field field;
    const char *text = table->text.text, *at = text + row->begin;
    bool titled = false;
    for (size_t i = 0;; i++, at++) {
        at = lr_field_take(row->dialect, at, text + row->end, &field);
        const bool title = i > 0 && !titled && lr_looks_of((lr_span){field.text, field.length}) == LR_LOOKS_TEXT;
        const int length = i == 0  ? snprintf(name, sizeof name, "id")
                           : title ? snprintf(name, sizeof name, "title")
                                   : snprintf(name, sizeof name, "column_%zu", i + 1);
        titled |= title;
        LR_RETURN_IF(add_column(table, name, (size_t)length));
        if (at >= text + row->end) return LLMREC_OK;
    }
}

/* The first record: names, or without header a row too. */
static llmrec_status take_first(lr_table *table, const record *row)
{
    if (table->recognized.header) return take_header(table, row, table->recognized.format == LLMREC_FORMAT_RECBOLE);
    LR_RETURN_IF(name_columns(table, row));
    return take_row(table, row);
}

static llmrec_status parse_delimited(lr_table *table)
{
    record row = {.dialect = table->recognized.dialect, .line = 1};
    lr_progress progress = lr_progress_begin(table->context, "read items", "bytes", (int64_t)table->text.length);
    bool skip = table->recognized.separator_line;
    for (size_t begin = 0; begin < table->text.length; begin = row.end + 1) {
        char *text = table->text.text;
        row.begin = begin;
        row.end = (size_t)(lr_record_end(row.dialect, text + begin, text + table->text.length) - text);
        const size_t lines = lr_count_lines(text + begin, row.end - begin) + 1;
        LR_RETURN_IF(check_record(table, &row));
        if (!skip && !is_blank(table, &row))
            LR_RETURN_IF(table->column_count == 0 ? take_first(table, &row) : take_row(table, &row));
        skip = false;
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
    LR_RETURN_IF(check_length(table, table->lines[table->rows - 1], key, table->text.length - offset));
    table->columns[index].cells[table->rows - 1] = (cell){offset, table->text.length - offset};
    return LLMREC_OK;
}

static llmrec_status take_object(lr_table *table, const char *text, size_t length, size_t line)
{
    llmrec_status status = LLMREC_OK;
    json_t *object = NULL, *value = NULL;
    const char *key = NULL;
    LR_TRY(lr_line_object(table->context, table->path, line, (lr_span){text, length}, &object));
    LR_TRY(add_row(table, line));
    json_object_foreach(object, key, value) LR_TRY(set_value(table, key, value));
done:
    json_decref(object);
    return status;
}

static llmrec_status parse_json(lr_table *table, const lr_builder *text)
{
    record row = {.line = 1};
    lr_progress progress = lr_progress_begin(table->context, "read items", "bytes", (int64_t)text->length);
    for (size_t begin = 0; begin < text->length; begin = row.end + 1, row.line++) {
        row.begin = begin;
        row.end = (size_t)((const char *)memchr(text->text + begin, '\n', text->length - begin) - text->text);
        LR_RETURN_IF(check_record(table, &row));
        if (lr_line_blank(text->text + begin, row.end - begin)) continue;
        LR_RETURN_IF(take_object(table, text->text + begin, row.end - begin, row.line));
        LR_RETURN_IF(lr_progress_step(&progress, (int64_t)row.end));
    }
    return lr_progress_end(&progress, (int64_t)text->length);
}

llmrec_status lr_table_read(llmrec_context *context, const lr_file *file, lr_table **table)
{
    llmrec_status status = LLMREC_OK;
    lr_table *fresh = NULL;
    lr_builder lines = {.context = context};
    LR_TRY(LR_NEW_ZERO(context, fresh, 1));
    fresh->context = context;
    fresh->text.context = context;
    fresh->line_bytes = file->line_bytes > 0 ? file->line_bytes : LR_LINE_MAX;
    fresh->text_bytes = file->text_bytes > 0 ? file->text_bytes : SIZE_MAX;
    LR_TRY(lr_copy_text(context, file->path, strlen(file->path), &fresh->path));
    LR_TRY(take_text(fresh, file, &lines));
    if (fresh->recognized.format == LLMREC_FORMAT_JSONL) LR_TRY(parse_json(fresh, &lines));
    else LR_TRY(parse_delimited(fresh));
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
    return (lr_header){.path = table->path,
                       .count = table->column_count,
                       .unnamed = table->recognized.format != LLMREC_FORMAT_JSONL && !table->recognized.header,
                       .keys = table->recognized.format == LLMREC_FORMAT_JSONL,
                       .at = name_at,
                       .of = table};
}

int64_t lr_table_find(const lr_table *table, const char *name)
{
    const lr_header header = header_of(table);
    return lr_header_find(&header, name);
}

bool lr_table_has_header(const lr_table *table)
{
    return !header_of(table).unnamed;
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
    const lr_header header = header_of(table);
    const lr_wish wish = {given, lr_item_id_names, 0, "items_id_column", "item ids"};
    return lr_header_pick(&header, &wish, index);
}

static llmrec_status rename_column(lr_table *table, size_t index, const char *name)
{
    char *fresh = NULL;
    LR_RETURN_IF(lr_copy_text(table->context, name, strlen(name), &fresh));
    lr_free(table->context, table->columns[index].name);
    table->columns[index].name = fresh;
    return LLMREC_OK;
}

llmrec_status lr_table_call_title(lr_table *table, const char *given, size_t id_column)
{
    char name[32];
    size_t title = 0;
    const lr_header header = header_of(table);
    const lr_wish wish = {given, lr_title_names, SIZE_MAX, "items_title_column", "titles"};
    const int64_t old = lr_table_find(table, "title");
    LR_RETURN_IF(lr_header_pick(&header, &wish, &title));
    if (title == id_column)
        return lr_fail(LLMREC_ERR_FORMAT, "%s:1: items_title_column is the column of the ids; wanted another one",
                       table->path);
    if (old == (int64_t)title) return LLMREC_OK;
    snprintf(name, sizeof name, "column_%lld", (long long)old + 1);
    if (old >= 0) LR_RETURN_IF(rename_column(table, (size_t)old, name));
    return rename_column(table, title, "title");
}

llmrec_status lr_table_tell(const lr_table *table, size_t id_column)
{
    const lr_header header = header_of(table);
    lr_told told[2] = {{.role = "item"}, {.role = "title"}};
    size_t count = 1, columns[2] = {id_column, 0};
    for (size_t i = 0; lr_title_names[i] != NULL && count < 2; i++) {
        const int64_t title = lr_header_find(&header, lr_title_names[i]);
        if (title >= 0) columns[count++] = (size_t)title;
    }
    for (size_t i = 0; i < count; i++) {
        told[i].number = header.keys ? 0 : columns[i] + 1;
        if (!header.unnamed) told[i].name = name_at(table, columns[i]);
    }
    return lr_recognized_tell(table->context, &table->recognized, told, count);
}
