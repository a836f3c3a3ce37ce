/* SPDX-License-Identifier: Apache-2.0 */
/* Tables as sources of items; the rows of a source that have an id. */
#include "data/item_source.h"

#include <stdio.h>
#include <string.h>

#include "core/log.h"
#include "core/memory.h"
#include "core/text.h"

/* --- a table as a source ------------------------------------------------------------------------------------- */

static lr_span table_cell(const lr_table *table, size_t row, size_t column)
{
    lr_span span;
    span.text = lr_table_cell(table, row, column, &span.length);
    return span;
}

static lr_span table_id(const void *of, size_t row)
{
    const lr_table_view *view = of;
    return table_cell(view->table, row, view->id_column);
}

/* The source's columns are the table's columns without the id. */
static size_t skip_id(const lr_table_view *view, size_t column)
{
    return column < view->id_column ? column : column + 1;
}

static lr_span table_text(const void *of, size_t row, size_t column)
{
    const lr_table_view *view = of;
    return table_cell(view->table, row, skip_id(view, column));
}

static lr_span table_name(const void *of, size_t column)
{
    const lr_table_view *view = of;
    const char *name = lr_table_name(view->table, skip_id(view, column));
    return (lr_span){name, strlen(name)};
}

static llmrec_status table_repeated(const void *of, size_t row, size_t earlier)
{
    const lr_table_view *view = of;
    const lr_span id = table_id(of, row);
    return lr_fail(LLMREC_ERR_FORMAT, "%s:%zu: %s is %s, as on line %zu; wanted each item once", view->path,
                   lr_table_line(view->table, row), lr_table_name(view->table, view->id_column),
                   lr_quote(id.text, id.length).text, lr_table_line(view->table, earlier));
}

static llmrec_status table_refused(const void *of, size_t row, const char *why)
{
    const lr_table_view *view = of;
    const lr_span id = table_id(of, row);
    const lr_quoted value = lr_quote(id.text, id.length);
    return lr_fail(LLMREC_ERR_FORMAT, "%s:%zu: %s is %s; %s", view->path, lr_table_line(view->table, row),
                   lr_table_name(view->table, view->id_column), id.length == 0 ? "missing" : value.text, why);
}

llmrec_status lr_item_source_of_table(const lr_table *table, const char *path, const char *given, lr_table_view *view,
                                      lr_item_source *source)
{
    *view = (lr_table_view){.table = table, .path = path};
    snprintf(view->kind, sizeof view->kind, "item file %s", lr_quote_file(path).text);
    LR_RETURN_IF(lr_table_id_column(table, given, &view->id_column));
    *source = (lr_item_source){.rows = lr_table_rows(table),
                               .columns = lr_table_columns(table) - 1,
                               .kind = view->kind,
                               .of = view,
                               .id = table_id,
                               .text = table_text,
                               .name = table_name,
                               .repeated = table_repeated,
                               .refuse = table_refused};
    return LLMREC_OK;
}

/* --- rows with ids ------------------------------------------------------------------------------------------- */

static lr_span clean_id(const void *of, size_t row)
{
    return ((const lr_clean_items *)of)->ids[row];
}

static lr_span clean_text(const void *of, size_t row, size_t column)
{
    const lr_clean_items *clean = of;
    return clean->given.text(clean->given.of, clean->row_of[row], column);
}

static lr_span clean_name(const void *of, size_t column)
{
    const lr_clean_items *clean = of;
    return clean->given.name(clean->given.of, column);
}

static llmrec_status clean_repeated(const void *of, size_t row, size_t earlier)
{
    const lr_clean_items *clean = of;
    return clean->given.repeated(clean->given.of, clean->row_of[row], clean->row_of[earlier]);
}

static llmrec_status clean_refused(const void *of, size_t row, const char *why)
{
    const lr_clean_items *clean = of;
    return clean->given.refuse(clean->given.of, clean->row_of[row], why);
}

/* Takes the next row, unless it is dropped. */
static llmrec_status take_row(const lr_fields *fields, size_t row, lr_clean_items *clean)
{
    const lr_item_source *given = &clean->given;
    lr_span id = given->id(given->of, row);
    if (id.length == 0 || (!given->numbers && lr_missing(fields, id))) {
        clean->missing++;
        return fields->drop ? LLMREC_OK : given->refuse(given->of, row, LR_WANTED_ID);
    }
    char *digits = fields->integers ? clean->digits + clean->rows * LR_INTEGER_SIZE : NULL;
    const char *fault = fields->integers ? lr_integer_id(&id, digits) : NULL;
    if (fault != NULL) return given->refuse(given->of, row, fault);
    clean->ids[clean->rows] = id;
    clean->row_of[clean->rows++] = row;
    return LLMREC_OK;
}

llmrec_status lr_item_source_clean(llmrec_context *context, const llmrec_dataset_options *options,
                                   const lr_item_source *given, lr_clean_items *clean, lr_item_source *source)
{
    lr_fields fields;
    lr_fields_of(options, &fields);
    *clean = (lr_clean_items){.given = *given};
    LR_RETURN_IF(LR_NEW(context, clean->ids, given->rows));
    LR_RETURN_IF(LR_NEW(context, clean->row_of, given->rows));
    if (fields.integers) LR_RETURN_IF(lr_alloc(context, &clean->digits, given->rows, LR_INTEGER_SIZE));
    for (size_t row = 0; row < given->rows; row++) LR_RETURN_IF(take_row(&fields, row, clean));
    if (clean->missing > 0)
        lr_log(context, LLMREC_LOG_INFO, "data", "%zu of %zu described items have no id and are dropped",
               clean->missing, given->rows);
    *source = (lr_item_source){.rows = clean->rows,
                               .columns = given->columns,
                               .numbers = given->numbers || fields.integers,
                               .kind = given->kind,
                               .of = clean,
                               .id = clean_id,
                               .text = clean_text,
                               .name = clean_name,
                               .repeated = clean_repeated,
                               .refuse = clean_refused};
    return LLMREC_OK;
}

void lr_clean_items_free(llmrec_context *context, lr_clean_items *clean)
{
    lr_free(context, clean->ids);
    lr_free(context, clean->row_of);
    lr_free(context, clean->digits);
}
