/* SPDX-License-Identifier: Apache-2.0 */
/* Reads tables from text files, and ids from item files. */
#include <string.h>

#include "core/memory.h"
#include "core/number.h"
#include "core/pool.h"
#include "core/text.h"
#include "data/text_table.h"
#include "embed/embedding_files.h"

/* One column of a table. */
typedef struct id_column {
    const lr_table *table;
    size_t index;
} id_column;

static lr_span cell_at(const void *of, size_t row)
{
    const id_column *from = of;
    lr_span cell = {0};
    cell.text = lr_table_cell(from->table, row, from->index, &cell.length);
    return cell;
}

static llmrec_status ids_of(llmrec_context *context, const lr_table *table, size_t index, const char *path,
                            lr_ids **ids)
{
    const id_column column = {table, index};
    return lr_ids_of(context, (lr_spans){lr_table_rows(table), cell_at, &column}, path, ids);
}

llmrec_status lr_read_ids(llmrec_context *context, const char *path, int64_t format, const char *column, lr_ids **ids)
{
    llmrec_status status = LLMREC_OK;
    lr_table *table = NULL;
    size_t found = 0;
    LR_TRY(lr_table_read(context, &(lr_file){.path = path, .items = true, .format = format}, &table));
    LR_TRY(lr_table_id_column(table, column, &found));
    LR_TRY(ids_of(context, table, found, path, ids));
done:
    lr_table_free(table);
    return status;
}

/* Parses every column from `first` on as numbers [rows,dim]. */
typedef struct parsing {
    const lr_table *table;
    const char *path;
    size_t first, rows, dim;
    double *numbers;
} parsing;

enum { ROWS_A_TASK = 64 };

static llmrec_status parse_row(const parsing *p, size_t row)
{
    for (size_t column = 0; column < p->dim; column++) {
        size_t length = 0;
        const char *cell = lr_table_cell(p->table, row, p->first + column, &length);
        if (lr_parse_double(cell, length, &p->numbers[row * p->dim + column])) continue;
        const char *name = lr_table_name(p->table, p->first + column);
        return lr_fail(LLMREC_ERR_FORMAT, "%s:%zu: column %s is %s; wanted a finite number", p->path,
                       lr_table_line(p->table, row), lr_quote(name, strlen(name)).text, lr_quote(cell, length).text);
    }
    return LLMREC_OK;
}

static llmrec_status parse_rows(void *argument, size_t task, size_t worker)
{
    const parsing *p = argument;
    const size_t first = task * ROWS_A_TASK, end = p->rows - first < ROWS_A_TASK ? p->rows : first + ROWS_A_TASK;
    (void)worker;
    for (size_t row = first; row < end; row++) LR_RETURN_IF(parse_row(p, row));
    return LLMREC_OK;
}

static llmrec_status parse_table(llmrec_context *context, parsing *p)
{
    if (p->rows == 0 || p->dim == 0)
        return lr_fail(LLMREC_ERR_FORMAT,
                       "%s: %zu rows of %zu numbers; wanted at least one row with an id and a vector", p->path, p->rows,
                       p->dim);
    LR_RETURN_IF(LR_NEW(context, p->numbers, p->rows * p->dim));
    return lr_parallel(context, (p->rows + ROWS_A_TASK - 1) / ROWS_A_TASK, parse_rows, p);
}

/* A table without header whose first column has fractions is only numbers: its rows have no ids. */
static bool has_ids(const lr_table *table)
{
    bool fractions = false;
    for (size_t row = 0; row < lr_table_rows(table); row++) {
        size_t length = 0;
        double number = 0;
        int64_t integer = 0;
        const char *cell = lr_table_cell(table, row, 0, &length);
        if (!lr_parse_double(cell, length, &number)) return true;
        fractions |= !lr_parse_int64(cell, length, &integer);
    }
    return lr_table_has_header(table) || !fractions;
}

llmrec_status lr_embedding_load_text(llmrec_context *context, const char *path, const llmrec_embedding_options *options,
                                     llmrec_embedding **embedding)
{
    llmrec_status status = LLMREC_OK;
    lr_table *table = NULL;
    lr_ids *ids = NULL;
    parsing p = {.path = path};
    LR_TRY(lr_table_read(context, &(lr_file){.path = path, .items = true}, &table));
    p.table = table;
    p.rows = lr_table_rows(table);
    p.first = has_ids(table);
    p.dim = lr_table_columns(table) < p.first ? 0 : lr_table_columns(table) - p.first;
    LR_TRY(parse_table(context, &p));
    if (p.first > 0) LR_TRY(ids_of(context, table, 0, path, &ids));
    const lr_values values = {{.name = path,
                               .type = LR_TENSOR_F64,
                               .rank = 2,
                               .sizes = {p.rows, p.dim},
                               .count = p.rows * p.dim,
                               .data = p.numbers},
                              path};
    status = lr_embedding_store(context, &values, options->dtype, ids, embedding);
done:
    lr_free(context, p.numbers);
    lr_table_free(table);
    return status;
}
