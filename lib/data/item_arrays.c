/* SPDX-License-Identifier: Apache-2.0 */
/* Item ids and texts in the caller's arrays. */
#include <string.h>

#include "core/memory.h"
#include "core/text.h"
#include "data/arrays.h"
#include "data/encoding.h"

static lr_span item_id(const void *of, size_t row)
{
    const lr_item_arrays *from = of;
    return from->cells[row * from->width];
}

static lr_span item_text(const void *of, size_t row, size_t column)
{
    const lr_item_arrays *from = of;
    return from->cells[row * from->width + 1 + column];
}

static lr_span item_column(const void *of, size_t column)
{
    const char *name = ((const lr_item_arrays *)of)->items->column_names[column];
    return (lr_span){name, strlen(name)};
}

static llmrec_status item_repeated(const void *of, size_t row, size_t earlier)
{
    const lr_item_arrays *from = of;
    const lr_span id = item_id(of, row);
    return lr_fail(LLMREC_ERR_ARGUMENT, "%s[%zu] is %s, as is %s[%zu]; wanted each item once", from->ids.name, row,
                   lr_quote(id.text, id.length).text, from->ids.name, earlier);
}

static llmrec_status item_refused(const void *of, size_t row, const char *why)
{
    return lr_refuse_given(&((const lr_item_arrays *)of)->ids, row, why);
}

static lr_span given_cell(const llmrec_items *items, size_t row, size_t column)
{
    const size_t cell = row * (size_t)items->columns + column;
    const char *text = items->texts[cell];
    if (text == NULL) return (lr_span){"", 0};
    return (lr_span){text, items->text_lengths != NULL ? items->text_lengths[cell] : strlen(text)};
}

static llmrec_status take_row(lr_item_arrays *from, bool repair, size_t row, size_t *room)
{
    lr_span *cells = from->cells + row * from->width;
    cells[0] = (lr_span){"", 0};
    if (from->ids.texts != NULL) cells[0] = lr_given_text(&from->ids, row);
    else *room += LR_INT64_SIZE;
    for (size_t column = 0; column + 1 < from->width; column++)
        cells[1 + column] = given_cell(from->items, row, column);
    for (size_t i = 0; i < from->width; i++) {
        if (lr_utf8_valid(cells[i].text, cells[i].length) == cells[i].length) continue;
        if (!repair && i == 0) return lr_refuse_given(&from->ids, row, "wanted UTF-8");
        if (!repair)
            return lr_fail(LLMREC_ERR_ARGUMENT, "items.texts[%zu,%zu] is %s; wanted UTF-8", row, i - 1,
                           lr_quote(cells[i].text, cells[i].length).text);
        *room += 3 * cells[i].length;
    }
    return LLMREC_OK;
}

static void fix_row(lr_item_arrays *from, size_t row)
{
    lr_span *cells = from->cells + row * from->width;
    size_t bad = 0;
    if (from->ids.texts == NULL) cells[0] = lr_spare_number(from->ids.numbers[row], from->spare, &from->spare_used);
    for (size_t i = 0; i < from->width; i++) {
        char *text = from->spare + from->spare_used;
        if (lr_utf8_valid(cells[i].text, cells[i].length) == cells[i].length) continue;
        cells[i] = (lr_span){text, lr_utf8_repair(cells[i].text, cells[i].length, text, &bad)};
        from->spare_used += cells[i].length;
    }
}

llmrec_status lr_item_source_of_arrays(llmrec_context *context, const llmrec_items *items, bool repair,
                                       lr_item_arrays *from, lr_item_source *source)
{
    const size_t rows = (size_t)items->rows, columns = (size_t)items->columns;
    size_t room = 0;
    *from = (lr_item_arrays){
        .items = items, .ids = {"items.ids", items->numbers, items->ids, items->id_lengths}, .width = 1 + columns};
    for (size_t column = 0; column < columns; column++)
        if (items->column_names[column] == NULL)
            return lr_fail(LLMREC_ERR_ARGUMENT, "items.column_names[%zu] is NULL; wanted a name", column);
    LR_RETURN_IF(lr_alloc(context, &from->cells, rows, from->width * sizeof *from->cells));
    for (size_t row = 0; row < rows; row++) LR_RETURN_IF(take_row(from, repair, row, &room));
    LR_RETURN_IF(LR_NEW(context, from->spare, room));
    for (size_t row = 0; row < rows; row++) fix_row(from, row);
    *source = (lr_item_source){.rows = rows,
                               .columns = columns,
                               .numbers = from->ids.texts == NULL,
                               .kind = "item arrays",
                               .of = from,
                               .id = item_id,
                               .text = item_text,
                               .name = item_column,
                               .repeated = item_repeated,
                               .refuse = item_refused};
    return LLMREC_OK;
}

void lr_item_arrays_free(llmrec_context *context, lr_item_arrays *from)
{
    lr_free(context, from->cells);
    lr_free(context, from->spare);
}
