/* SPDX-License-Identifier: Apache-2.0 */
/* Reads interactions and items from the caller's arrays. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/log.h"
#include "core/memory.h"
#include "core/text.h"
#include "data/assemble.h"
#include "data/encoding.h"

enum { CHUNK_ROWS = 1 << 14, CHUNKS = 16, NUMBER_SIZE = 24 /* size of an int64 as decimal text, NUL included */ };

/* One array of ids: numbers or texts. */
typedef struct id_array {
    const char *name;
    const int64_t *numbers;
    const char *const *texts;
    const size_t *lengths;
} id_array;

typedef struct array_input {
    const llmrec_interactions *rows;
    id_array ids[LR_SIDES];
    bool repair;
    size_t first; /* first row of the current chunks */
} array_input;

static lr_span spare_number(int64_t number, char *spare, size_t *used)
{
    char *text = spare + *used;
    const int length = snprintf(text, NUMBER_SIZE, "%lld", (long long)number);
    *used += (size_t)length;
    return (lr_span){text, (size_t)length};
}

static lr_span given_text(const id_array *ids, size_t row)
{
    const char *text = ids->texts[row];
    return (lr_span){text, ids->lengths != NULL ? ids->lengths[row] : strlen(text)};
}

static llmrec_status check_text(const id_array *ids, size_t row, bool repair)
{
    const lr_span span = ids->texts[row] != NULL ? given_text(ids, row) : (lr_span){NULL, 0};
    if (span.length == 0)
        return lr_fail(LLMREC_ERR_ARGUMENT, "%s[%zu] is %s; wanted an id", ids->name, row,
                       span.text == NULL ? "NULL" : "empty");
    if (span.length > UINT32_MAX)
        return lr_fail(LLMREC_ERR_ARGUMENT, "%s[%zu] has %zu bytes; wanted fewer than 4294967296", ids->name, row,
                       span.length);
    if (repair || lr_utf8_valid(span.text, span.length) == span.length) return LLMREC_OK;
    return lr_fail(LLMREC_ERR_ARGUMENT, "%s[%zu] is %s; wanted UTF-8", ids->name, row,
                   lr_quote(span.text, span.length).text);
}

/* Bytes of spare memory for the ids of rows [first, end) that cannot be used in place. */
static llmrec_status spare_size(const array_input *in, size_t first, size_t end, size_t *room)
{
    *room = 0;
    for (int side = 0; side < LR_SIDES; side++) {
        const id_array *ids = &in->ids[side];
        for (size_t row = first; row < end; row++) {
            if (ids->texts != NULL) LR_RETURN_IF(check_text(ids, row, in->repair));
            if (ids->texts == NULL) *room += NUMBER_SIZE;
            else if (in->repair) *room += 3 * given_text(ids, row).length;
        }
    }
    return LLMREC_OK;
}

static lr_span take_id(const array_input *in, int side, size_t row, lr_chunk *chunk)
{
    const id_array *ids = &in->ids[side];
    size_t bad = 0;
    if (ids->texts == NULL) return spare_number(ids->numbers[row], chunk->spare, &chunk->spare_used);
    const lr_span span = given_text(ids, row);
    if (!in->repair || lr_utf8_valid(span.text, span.length) == span.length) return span;
    char *text = chunk->spare + chunk->spare_used;
    const size_t length = lr_utf8_repair(span.text, span.length, text, &bad);
    chunk->spare_used += length;
    return (lr_span){text, length};
}

static llmrec_status parse_rows(void *argument, size_t index, lr_chunk *chunk)
{
    const array_input *in = argument;
    const size_t first = in->first + index * CHUNK_ROWS, left = (size_t)in->rows->rows - first;
    const size_t end = first + (left < CHUNK_ROWS ? left : CHUNK_ROWS);
    size_t room = 0;
    LR_RETURN_IF(spare_size(in, first, end, &room));
    LR_RETURN_IF(lr_chunk_clear(chunk, room));
    for (size_t row = first; row < end; row++) {
        const lr_span ids[LR_SIDES] = {take_id(in, LR_SESSION, row, chunk), take_id(in, LR_ITEM, row, chunk)};
        LR_RETURN_IF(lr_chunk_add(chunk, ids));
        if (in->rows->times == NULL) continue;
        if (!isfinite(in->rows->times[row]))
            return lr_fail(LLMREC_ERR_ARGUMENT, "times[%zu] is %f; wanted a finite number", row, in->rows->times[row]);
        lr_chunk_set_time(chunk, in->rows->times[row]);
    }
    return LLMREC_OK;
}

static llmrec_status gather_rows(array_input *in, lr_gather *gather)
{
    llmrec_status status = LLMREC_OK;
    lr_chunk chunks[CHUNKS];
    const size_t rows = (size_t)in->rows->rows;
    lr_progress progress = lr_progress_begin(gather->context, "read interactions", "rows", (int64_t)rows);
    for (size_t i = 0; i < CHUNKS; i++) chunks[i] = (lr_chunk){.context = gather->context};
    for (; in->first < rows; in->first += CHUNKS * CHUNK_ROWS) {
        const size_t left = (rows - in->first + CHUNK_ROWS - 1) / CHUNK_ROWS;
        LR_TRY(lr_gather_chunks(gather, chunks, left < CHUNKS ? left : CHUNKS, parse_rows, in));
        LR_TRY(lr_progress_step(&progress, (int64_t)gather->rows));
    }
    LR_TRY(lr_progress_end(&progress, (int64_t)rows));
done:
    for (size_t i = 0; i < CHUNKS; i++) lr_chunk_free(&chunks[i]);
    return status;
}

/* --- items --------------------------------------------------------------------------------------------------- */

typedef struct item_arrays {
    const llmrec_items *items;
    id_array ids;
    size_t width;   /* 1 + columns */
    lr_span *cells; /* [rows,width] id and texts */
    char *spare;    /* for ids that cannot be used in place */
    size_t spare_used;
} item_arrays;

static lr_span item_id(const void *of, size_t row)
{
    const item_arrays *from = of;
    return from->cells[row * from->width];
}

static lr_span item_text(const void *of, size_t row, size_t column)
{
    const item_arrays *from = of;
    return from->cells[row * from->width + 1 + column];
}

static lr_span item_column(const void *of, size_t column)
{
    const char *name = ((const item_arrays *)of)->items->column_names[column];
    return (lr_span){name, strlen(name)};
}

static llmrec_status item_repeated(const void *of, size_t row, size_t earlier)
{
    const item_arrays *from = of;
    const lr_span id = item_id(of, row);
    return lr_fail(LLMREC_ERR_ARGUMENT, "%s[%zu] is %s, as is %s[%zu]; wanted each item once", from->ids.name, row,
                   lr_quote(id.text, id.length).text, from->ids.name, earlier);
}

static lr_span given_cell(const llmrec_items *items, size_t row, size_t column)
{
    const size_t cell = row * (size_t)items->columns + column;
    const char *text = items->texts[cell];
    if (text == NULL) return (lr_span){"", 0};
    return (lr_span){text, items->text_lengths != NULL ? items->text_lengths[cell] : strlen(text)};
}

static llmrec_status take_row(item_arrays *from, bool repair, size_t row, size_t *room)
{
    lr_span *cells = from->cells + row * from->width;
    cells[0] = (lr_span){NULL, 0};
    if (from->ids.texts != NULL) {
        LR_RETURN_IF(check_text(&from->ids, row, repair));
        cells[0] = given_text(&from->ids, row);
    } else {
        *room += NUMBER_SIZE;
    }
    for (size_t column = 0; column + 1 < from->width; column++)
        cells[1 + column] = given_cell(from->items, row, column);
    for (size_t i = 0; i < from->width; i++) {
        if (lr_utf8_valid(cells[i].text, cells[i].length) == cells[i].length) continue;
        if (!repair)
            return lr_fail(LLMREC_ERR_ARGUMENT, "items.texts[%zu,%zu] is %s; wanted UTF-8", row, i - 1,
                           lr_quote(cells[i].text, cells[i].length).text);
        *room += 3 * cells[i].length;
    }
    return LLMREC_OK;
}

static void fix_row(item_arrays *from, size_t row)
{
    lr_span *cells = from->cells + row * from->width;
    size_t bad = 0;
    if (from->ids.texts == NULL) cells[0] = spare_number(from->ids.numbers[row], from->spare, &from->spare_used);
    for (size_t i = 0; i < from->width; i++) {
        char *text = from->spare + from->spare_used;
        if (lr_utf8_valid(cells[i].text, cells[i].length) == cells[i].length) continue;
        cells[i] = (lr_span){text, lr_utf8_repair(cells[i].text, cells[i].length, text, &bad)};
        from->spare_used += cells[i].length;
    }
}

static llmrec_status take_items(llmrec_context *context, item_arrays *from, bool repair, lr_item_source *source)
{
    const llmrec_items *items = from->items;
    const size_t rows = (size_t)items->rows, columns = (size_t)items->columns;
    size_t room = NUMBER_SIZE; /* includes the NUL of the last number */
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
                               .of = from,
                               .id = item_id,
                               .text = item_text,
                               .name = item_column,
                               .repeated = item_repeated};
    return LLMREC_OK;
}

llmrec_status lr_assemble_arrays(llmrec_context *context, const llmrec_interactions *rows, const llmrec_items *items,
                                 const llmrec_dataset_options *options, llmrec_dataset **dataset)
{
    llmrec_status status = LLMREC_OK;
    array_input in = {
        .rows = rows,
        .ids = {{"session_ids", rows->session_numbers, rows->session_ids, rows->session_id_lengths},
                {"item_ids", rows->item_numbers, rows->item_ids, rows->item_id_lengths}},
        .repair = options->invalid_utf8 != 0,
    };
    const bool numbers[LR_SIDES] = {rows->session_ids == NULL, rows->item_ids == NULL};
    lr_gather gather = {0};
    item_arrays from = {.items = items};
    lr_item_source source;
    if (items != NULL) {
        from.ids = (id_array){"items.ids", items->numbers, items->ids, items->id_lengths};
        from.width = 1 + (size_t)items->columns;
        LR_TRY(take_items(context, &from, in.repair, &source));
    }
    LR_TRY(lr_gather_begin(context, true, rows->times != NULL, &gather));
    LR_TRY(gather_rows(&in, &gather));
    LR_TRY(lr_assemble(&gather, numbers, items != NULL ? &source : NULL, options, "arrays", dataset));
done:
    lr_gather_free(&gather);
    lr_free(context, from.cells);
    lr_free(context, from.spare);
    return status;
}
