/* SPDX-License-Identifier: Apache-2.0 */
/* Reads item ids and texts from an Arrow stream. */
#include "data/arrow_items.h"

#include <string.h>

#include "core/log.h"
#include "core/memory.h"
#include "data/encoding.h"

enum { BLOCK = 1 << 16 };

/* --- the source -------------------------------------------------------------------------------------------------- */

static lr_span cell_at(const void *of, size_t row, size_t column)
{
    const lr_arrow_items *from = of;
    return from->cells[row * from->stream.columns + column];
}

static lr_span item_id(const void *of, size_t row)
{
    return cell_at(of, row, ((const lr_arrow_items *)of)->id_column);
}

/* The source's columns are the frame's columns without the id. */
static size_t skip_id(const lr_arrow_items *from, size_t column)
{
    return column < from->id_column ? column : column + 1;
}

static lr_span item_text(const void *of, size_t row, size_t column)
{
    return cell_at(of, row, skip_id(of, column));
}

static lr_span item_column(const void *of, size_t column)
{
    const lr_arrow_items *from = of;
    return lr_arrow_name(&from->stream, skip_id(from, column));
}

static llmrec_status item_repeated(const void *of, size_t row, size_t earlier)
{
    const lr_arrow_items *from = of;
    const lr_span id = item_id(of, row), name = lr_arrow_name(&from->stream, from->id_column);
    return lr_fail(LLMREC_ERR_FORMAT, "items[%s][%zu] is %s, as in row %zu; wanted each item once",
                   lr_quote(name.text, name.length).text, row, lr_quote(id.text, id.length).text, earlier);
}

static llmrec_status item_refused(const void *of, size_t row, const char *why)
{
    const lr_arrow_items *from = of;
    const lr_span id = item_id(of, row);
    const lr_quoted quoted = lr_quote(id.text, id.length);
    return lr_arrow_refuse(&from->stream, from->id_column, row, id.length > 0 ? quoted.text : NULL, why);
}

/* --- cells ------------------------------------------------------------------------------------------------------- */

/* Copies a text to memory that lasts as long as the source. */
static llmrec_status keep(lr_arrow_items *from, lr_span *text)
{
    const size_t count = from->block_count, wanted = text->length > BLOCK ? text->length : BLOCK;
    if (count == 0 || text->length > from->block_size - from->block_used) {
        LR_RETURN_IF(LR_GROW(from->context, from->blocks, from->block_capacity, count, count + 1));
        LR_RETURN_IF(LR_NEW(from->context, from->blocks[count], wanted));
        from->block_count++;
        from->block_used = 0;
        from->block_size = wanted;
    }
    char *copy = from->blocks[from->block_count - 1] + from->block_used;
    if (text->length > 0) memcpy(copy, text->text, text->length);
    from->block_used += text->length;
    text->text = copy;
    return LLMREC_OK;
}

/* Replaces invalid UTF-8, which is an error unless it is repaired. */
static llmrec_status check_text(lr_arrow_items *from, lr_span *text, const char **fault)
{
    size_t bad = 0;
    char *repaired = NULL;
    if (text->length > from->text_bytes) *fault = "wanted fewer bytes, as max_text_bytes says";
    if (*fault != NULL || lr_utf8_valid(text->text, text->length) == text->length) return LLMREC_OK;
    if (!from->repair) *fault = "wanted UTF-8";
    if (*fault != NULL) return LLMREC_OK;
    LR_RETURN_IF(lr_alloc(from->context, &repaired, text->length, 3));
    *text = (lr_span){repaired, lr_utf8_repair(text->text, text->length, repaired, &bad)};
    const llmrec_status status = keep(from, text);
    lr_free(from->context, repaired);
    return status;
}

/* An id as the sides of interactions have it: integers of any type as their digits. */
static llmrec_status take_id(lr_arrow_items *from, const lr_arrow_column *column, size_t row, lr_span *id,
                             const char **fault)
{
    char digits[LR_INT64_SIZE];
    lr_arrow_value value;
    int64_t number = 0;
    *id = (lr_span){"", 0};
    *fault = lr_arrow_get(column, row, &value);
    if (*fault != NULL || value.values == NULL || lr_arrow_is_nan(value)) return LLMREC_OK;
    if (value.values->type.kind == LR_ARROW_TEXT) *fault = lr_arrow_text(value, id);
    else *fault = lr_arrow_integer(value, &number);
    if (*fault != NULL) return LLMREC_OK;
    if (value.values->type.kind == LR_ARROW_TEXT) return check_text(from, id, fault);
    *id = (lr_span){digits, lr_write_int64(number, digits)};
    return keep(from, id);
}

/* A text where it is, or another value as text. */
static llmrec_status take_text(lr_arrow_items *from, const lr_arrow_column *column, size_t row, lr_span *text,
                               const char **fault)
{
    lr_arrow_value value;
    *text = (lr_span){"", 0};
    *fault = lr_arrow_get(column, row, &value);
    if (*fault != NULL || value.values == NULL) return LLMREC_OK;
    if (value.values->type.kind == LR_ARROW_TEXT) {
        *fault = lr_arrow_text(value, text);
        return *fault != NULL ? LLMREC_OK : check_text(from, text, fault);
    }
    from->written.length = 0;
    LR_RETURN_IF(lr_arrow_write(column, row, &from->written, fault));
    if (*fault != NULL) return LLMREC_OK;
    *text = (lr_span){from->written.text, from->written.length};
    LR_RETURN_IF(check_text(from, text, fault));
    return *fault == NULL && text->text == from->written.text ? keep(from, text) : LLMREC_OK;
}

static llmrec_status take_column(lr_arrow_items *from, const struct ArrowArray *batch, size_t index)
{
    const bool is_id = index == from->id_column;
    lr_arrow_column column;
    const char *fault = NULL;
    LR_RETURN_IF(lr_arrow_take(&from->stream, batch, index, &column));
    for (size_t row = 0; row < (size_t)batch->length; row++) {
        lr_span *cell = &from->cells[(from->rows + row) * from->stream.columns + index];
        if (is_id) LR_RETURN_IF(take_id(from, &column, row, cell, &fault));
        else LR_RETURN_IF(take_text(from, &column, row, cell, &fault));
        if (fault == NULL) continue;
        const lr_quoted quoted = lr_quote(cell->text, cell->length);
        return lr_arrow_refuse(&from->stream, index, from->rows + row, cell->length > 0 ? quoted.text : "invalid",
                               fault);
    }
    return LLMREC_OK;
}

/* --- the frame --------------------------------------------------------------------------------------------------- */

static llmrec_status check_columns(lr_arrow_items *from, const llmrec_dataset_options *options)
{
    const lr_header header = lr_arrow_header(&from->stream);
    const lr_wish wish = {options->items_id_column, lr_item_id_names, SIZE_MAX, "items_id_column", "item ids"};
    LR_RETURN_IF(lr_header_pick(&header, &wish, &from->id_column));
    LR_RETURN_IF(lr_arrow_check_ids(&from->stream, from->id_column, options->ids == LLMREC_IDS_INTEGER));
    for (size_t i = 0; i < from->stream.columns; i++) {
        const lr_span name = lr_arrow_name(&from->stream, i);
        if (lr_utf8_valid(name.text, name.length) != name.length)
            return lr_fail(LLMREC_ERR_FORMAT, "items: column %zu is named %s; wanted UTF-8", i + 1,
                           lr_quote(name.text, name.length).text);
        if (lr_arrow_type_at(&from->stream, i).kind == LR_ARROW_OTHER)
            return lr_arrow_refuse_type(&from->stream, i, "texts, numbers, dates, booleans, or lists of these");
    }
    return LLMREC_OK;
}

static llmrec_status take_batch(lr_arrow_items *from, const struct ArrowArray *batch)
{
    const size_t columns = from->stream.columns, rows = from->rows + (size_t)batch->length;
    if (rows > SIZE_MAX / columns / sizeof *from->cells)
        return lr_fail(LLMREC_ERR_MEMORY, "memory: %zu items of %zu columns; wanted fewer", rows, columns);
    LR_RETURN_IF(LR_GROW(from->context, from->cells, from->cell_capacity, from->rows * columns, rows * columns));
    for (size_t i = 0; i < columns; i++) LR_RETURN_IF(take_column(from, batch, i));
    from->rows = rows;
    return LLMREC_OK;
}

static llmrec_status read_batches(lr_arrow_items *from)
{
    for (;;) {
        const size_t count = from->batch_count;
        LR_RETURN_IF(LR_GROW(from->context, from->batches, from->batch_capacity, count, count + 1));
        struct ArrowArray *batch = &from->batches[count];
        LR_RETURN_IF(lr_arrow_next(&from->stream, batch));
        if (batch->release == NULL) return LLMREC_OK;
        from->batch_count++;
        LR_RETURN_IF(take_batch(from, batch));
    }
}

llmrec_status lr_item_source_of_arrow(struct ArrowArrayStream *items, const llmrec_dataset_options *options,
                                      lr_arrow_items *from, lr_item_source *source)
{
    from->repair = options->invalid_utf8 != 0;
    from->text_bytes = options->max_text_bytes > 0 ? (size_t)options->max_text_bytes : SIZE_MAX;
    from->written.context = from->context;
    LR_RETURN_IF(lr_arrow_open(items, "items", &from->stream));
    LR_RETURN_IF(check_columns(from, options));
    LR_RETURN_IF(read_batches(from));
    *source = (lr_item_source){.rows = from->rows,
                               .columns = from->stream.columns - 1,
                               .numbers = lr_arrow_is_integer(lr_arrow_type_at(&from->stream, from->id_column)),
                               .kind = "item frame",
                               .of = from,
                               .id = item_id,
                               .text = item_text,
                               .name = item_column,
                               .repeated = item_repeated,
                               .refuse = item_refused};
    return LLMREC_OK;
}

void lr_arrow_items_free(lr_arrow_items *from)
{
    for (size_t i = 0; i < from->batch_count; i++) lr_arrow_release(&from->batches[i]);
    lr_arrow_close(&from->stream);
    for (size_t i = 0; i < from->block_count; i++) lr_free(from->context, from->blocks[i]);
    lr_free(from->context, from->batches);
    lr_free(from->context, from->cells);
    lr_free(from->context, from->written.text);
    lr_free(from->context, from->blocks);
}
