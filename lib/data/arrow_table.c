/* SPDX-License-Identifier: Apache-2.0 */
/* Writes schemas and batches of the Arrow C data interface. Every struct owns its parts, as they may be moved and
 * released one by one. */
#include "data/arrow_table.h"

#include <errno.h>
#include <string.h>

#include "core/context.h"
#include "core/memory.h"
#include "core/number.h"
#include "core/text.h"

/* --- schemas ----------------------------------------------------------------------------------------------------- */

/* What a schema owns: its name and children. */
typedef struct schema_parts {
    llmrec_context *context;
    char *name;
    struct ArrowSchema *nested, **list; /* [children] */
} schema_parts;

static void release_schema(struct ArrowSchema *schema)
{
    schema_parts *parts = schema->private_data;
    llmrec_context *context = parts->context;
    for (int64_t i = 0; i < schema->n_children; i++)
        if (parts->nested[i].release != NULL) parts->nested[i].release(&parts->nested[i]);
    lr_free(context, parts->name);
    lr_free(context, parts->nested);
    lr_free(context, parts->list);
    lr_free(context, parts);
    llmrec_context_free(context);
    schema->release = NULL;
}

static llmrec_status make_schema(llmrec_context *context, const lr_arrow_field *field, size_t children,
                                 struct ArrowSchema *schema)
{
    llmrec_status status = LLMREC_OK;
    schema_parts *parts = NULL;
    LR_TRY(LR_NEW_ZERO(context, parts, 1));
    LR_TRY(lr_copy_text(context, field->name, strlen(field->name), &parts->name));
    if (children > 0) LR_TRY(LR_NEW_ZERO(context, parts->nested, children));
    if (children > 0) LR_TRY(LR_NEW(context, parts->list, children));
    for (size_t i = 0; i < children; i++) parts->list[i] = &parts->nested[i];
    parts->context = lr_context_hold(context);
    *schema = (struct ArrowSchema){.format = field->format,
                                   .name = parts->name,
                                   .flags = ARROW_FLAG_NULLABLE, /* as frames have it, though there are no nulls */
                                   .n_children = (int64_t)children,
                                   .children = parts->list,
                                   .release = release_schema,
                                   .private_data = parts};
    return LLMREC_OK;
done:
    if (parts != NULL) lr_free(context, parts->name);
    if (parts != NULL) lr_free(context, parts->nested);
    lr_free(context, parts);
    return status;
}

/* --- arrays ------------------------------------------------------------------------------------------------------ */

enum { BUFFERS = 3 };

/* What an array owns: its buffers and children. */
typedef struct array_parts {
    llmrec_context *context;
    const void *buffers[BUFFERS];
    void *owned[BUFFERS];
    struct ArrowArray *nested, **list; /* [children] */
} array_parts;

static void release_array(struct ArrowArray *array)
{
    array_parts *parts = array->private_data;
    llmrec_context *context = parts->context;
    for (int64_t i = 0; i < array->n_children; i++)
        if (parts->nested[i].release != NULL) parts->nested[i].release(&parts->nested[i]);
    for (size_t i = 0; i < BUFFERS; i++) lr_free(context, parts->owned[i]);
    lr_free(context, parts->nested);
    lr_free(context, parts->list);
    lr_free(context, parts);
    llmrec_context_free(context);
    array->release = NULL;
}

/* An array without buffers. */
static llmrec_status make_array(llmrec_context *context, size_t rows, size_t children, struct ArrowArray *array)
{
    llmrec_status status = LLMREC_OK;
    array_parts *parts = NULL;
    LR_TRY(LR_NEW_ZERO(context, parts, 1));
    if (children > 0) LR_TRY(LR_NEW_ZERO(context, parts->nested, children));
    if (children > 0) LR_TRY(LR_NEW(context, parts->list, children));
    for (size_t i = 0; i < children; i++) parts->list[i] = &parts->nested[i];
    parts->context = lr_context_hold(context);
    *array = (struct ArrowArray){.length = (int64_t)rows,
                                 .n_buffers = 1,
                                 .n_children = (int64_t)children,
                                 .buffers = parts->buffers,
                                 .children = parts->list,
                                 .release = release_array,
                                 .private_data = parts};
    return LLMREC_OK;
done:
    if (parts != NULL) lr_free(context, parts->nested);
    lr_free(context, parts);
    return status;
}

/* Allocates the next buffer of an array. */
static llmrec_status add_buffer(struct ArrowArray *array, size_t count, size_t size, void *buffer_address)
{
    array_parts *parts = array->private_data;
    void *buffer = NULL;
    LR_RETURN_IF(lr_alloc(parts->context, &buffer, count, size));
    parts->owned[array->n_buffers] = buffer;
    parts->buffers[array->n_buffers++] = buffer;
    memcpy(buffer_address, &buffer, sizeof buffer);
    return LLMREC_OK;
}

static llmrec_status fill_texts(const lr_arrow_table *table, size_t column, size_t first, struct ArrowArray *array)
{
    const size_t rows = (size_t)array->length;
    int64_t *offsets = NULL;
    char *bytes = NULL;
    LR_RETURN_IF(add_buffer(array, rows + 1, sizeof *offsets, &offsets));
    offsets[0] = 0;
    for (size_t i = 0; i < rows; i++)
        offsets[i + 1] = offsets[i] + (int64_t)table->text(table->of, column, first + i).length;
    LR_RETURN_IF(add_buffer(array, (size_t)offsets[rows], 1, &bytes));
    for (size_t i = 0; i < rows; i++) {
        const lr_span text = table->text(table->of, column, first + i);
        if (text.length > 0) memcpy(bytes + offsets[i], text.text, text.length);
    }
    return LLMREC_OK;
}

static llmrec_status fill_column(const lr_arrow_table *table, size_t column, size_t first, struct ArrowArray *array)
{
    const char format = table->fields[column].format[0];
    const size_t rows = (size_t)array->length;
    void *values = NULL;
    if (format == 'U') return fill_texts(table, column, first, array);
    LR_RETURN_IF(add_buffer(array, rows, format == 'i' || format == 'f' ? 4 : 8, &values));
    return table->fill(table->of, column, first, rows, values);
}

/* --- the stream -------------------------------------------------------------------------------------------------- */

typedef struct outlet {
    lr_arrow_table table;
    size_t next; /* row */
    char error[LR_ERROR_SIZE];
} outlet;

static void free_table(const lr_arrow_table *table)
{
    if (table->free != NULL) table->free(table->context, table->of);
    lr_free(table->context, table->fields);
}

static void release_stream(struct ArrowArrayStream *stream)
{
    outlet *out = stream->private_data;
    llmrec_context *context = out->table.context;
    free_table(&out->table);
    lr_free(context, out);
    llmrec_context_free(context);
    stream->release = NULL;
}

/* The result of a function of the interface. */
static int code_of(llmrec_status status, outlet *out)
{
    if (status == LLMREC_OK) return 0;
    lr_error_take(out->error);
    return status == LLMREC_ERR_MEMORY ? ENOMEM : EIO;
}

static const char *get_last_error(struct ArrowArrayStream *stream)
{
    return ((outlet *)stream->private_data)->error;
}

static int get_schema(struct ArrowArrayStream *stream, struct ArrowSchema *schema)
{
    static const lr_arrow_field frame = {"", "+s"};
    outlet *out = stream->private_data;
    const lr_arrow_table *table = &out->table;
    struct ArrowSchema made;
    llmrec_status status = make_schema(table->context, &frame, table->columns, &made);
    if (status != LLMREC_OK) return code_of(status, out);
    for (size_t i = 0; status == LLMREC_OK && i < table->columns; i++)
        status = make_schema(table->context, &table->fields[i], 0, made.children[i]);
    if (status == LLMREC_OK) *schema = made;
    else made.release(&made);
    return code_of(status, out);
}

static int get_next(struct ArrowArrayStream *stream, struct ArrowArray *array)
{
    outlet *out = stream->private_data;
    const lr_arrow_table *table = &out->table;
    const size_t left = table->rows - out->next, rows = left < LR_ARROW_ROWS ? left : LR_ARROW_ROWS;
    struct ArrowArray made;
    *array = (struct ArrowArray){0};
    if (rows == 0) return 0;
    llmrec_status status = make_array(table->context, rows, table->columns, &made);
    if (status != LLMREC_OK) return code_of(status, out);
    if (table->begin != NULL) status = table->begin(table->of, out->next, rows);
    for (size_t i = 0; status == LLMREC_OK && i < table->columns; i++) {
        status = make_array(table->context, rows, 0, made.children[i]);
        if (status == LLMREC_OK) status = fill_column(table, i, out->next, made.children[i]);
    }
    if (status != LLMREC_OK) made.release(&made);
    if (status != LLMREC_OK) return code_of(status, out);
    out->next += rows;
    *array = made;
    return 0;
}

llmrec_status lr_arrow_give(const lr_arrow_table *table, struct ArrowArrayStream *stream)
{
    outlet *out = NULL;
    const llmrec_status status = LR_NEW_ZERO(table->context, out, 1);
    if (status != LLMREC_OK) free_table(table);
    if (status != LLMREC_OK) return status;
    out->table = *table;
    lr_context_hold(table->context);
    *stream = (struct ArrowArrayStream){.get_schema = get_schema,
                                        .get_next = get_next,
                                        .get_last_error = get_last_error,
                                        .release = release_stream,
                                        .private_data = out};
    return LLMREC_OK;
}

llmrec_status lr_arrow_set_fields(lr_arrow_table *table, const lr_arrow_field *fields, size_t count)
{
    LR_RETURN_IF(LR_NEW(table->context, table->fields, count));
    memcpy(table->fields, fields, count * sizeof *fields);
    table->columns = count;
    return LLMREC_OK;
}

/* --- ids --------------------------------------------------------------------------------------------------------- */

const char *lr_arrow_id_format(const lr_ids *ids)
{
    if (ids == NULL) return "i";
    return lr_ids_are_numbers(ids) ? "l" : "U";
}

llmrec_status lr_arrow_fill_ids(const lr_ids *ids, const int32_t *indices, size_t count, int64_t *values)
{
    for (size_t i = 0; i < count; i++) {
        const lr_span id = lr_ids_at(ids, (size_t)indices[i]);
        if (!lr_parse_int64(id.text, id.length, &values[i]))
            return lr_fail(LLMREC_ERR_FORMAT, "an id is %s; wanted an integer, as the ids are marked",
                           lr_quote(id.text, id.length).text);
    }
    return LLMREC_OK;
}
