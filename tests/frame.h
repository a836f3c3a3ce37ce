/* SPDX-License-Identifier: Apache-2.0 */
/* Frames made by hand: Arrow streams over the arrays of a test, which count what is not released. */
#ifndef TESTS_FRAME_H
#define TESTS_FRAME_H

#include <stdbool.h>

#include "llmrec/llmrec.h"

enum { FRAME_COLUMNS = 8, FRAME_BATCHES = 40 };

/* A column over all rows. */
typedef struct frame_column {
    const char *format, *name;
    const void *buffers[5];
    int64_t buffer_count, null_count, offset;
    const struct frame_column *dictionary, *child;
    int64_t length; /* of a dictionary or child; of a column 0: the rows of the frame */
} frame_column;

/* COLUMN(format, name, number of buffers, buffers...) */
#define COLUMN(column_format, column_name, count, ...)                                                                 \
    .format = (column_format), .name = (column_name), .buffer_count = (count), .buffers = {__VA_ARGS__}

/* Set the columns and the cuts, then call frame_stream. Schemas and arrays may be changed after that. */
typedef struct frame {
    const frame_column *columns;
    int64_t column_count;
    int64_t cuts[FRAME_BATCHES + 1]; /* batch i has the rows cuts[i] .. cuts[i + 1] - 1 */
    int64_t batch_count, next;
    int schema_code, next_code; /* what the functions return */
    const char *error;
    int alive; /* schemas, batches and streams that are not released */
    struct ArrowSchema schemas[FRAME_COLUMNS], inner_schemas[FRAME_COLUMNS], *schema_list[FRAME_COLUMNS],
        *inner_schema_list[FRAME_COLUMNS];
    struct ArrowArray arrays[FRAME_COLUMNS], inner_arrays[FRAME_COLUMNS], *array_list[FRAME_COLUMNS],
        *inner_array_list[FRAME_COLUMNS];
    struct ArrowSchema top_schema;
    struct ArrowArray top; /* of each batch, without length and offset */
    const void *top_buffers[1];
} frame;

static inline void frame_release_part(struct ArrowArray *array)
{
    array->release = NULL;
}

static inline void frame_release_schema(struct ArrowSchema *schema)
{
    ((frame *)schema->private_data)->alive--;
    schema->release = NULL;
}

static inline void frame_release_batch(struct ArrowArray *array)
{
    ((frame *)array->private_data)->alive--;
    array->release = NULL;
}

static inline void frame_release_stream(struct ArrowArrayStream *stream)
{
    ((frame *)stream->private_data)->alive--;
    stream->release = NULL;
}

static inline int frame_get_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out)
{
    frame *from = stream->private_data;
    if (from->schema_code != 0) return from->schema_code;
    *out = from->top_schema;
    from->alive++;
    return 0;
}

static inline int frame_get_next(struct ArrowArrayStream *stream, struct ArrowArray *out)
{
    frame *from = stream->private_data;
    *out = (struct ArrowArray){0};
    if (from->next == from->batch_count) return 0;
    if (from->next_code != 0) return from->next_code;
    *out = from->top;
    out->offset += from->cuts[from->next];
    out->length += from->cuts[from->next + 1] - from->cuts[from->next];
    from->next++;
    from->alive++;
    return 0;
}

static inline const char *frame_get_error(struct ArrowArrayStream *stream)
{
    return ((frame *)stream->private_data)->error;
}

static inline void frame_fill(const frame_column *column, int64_t rows, struct ArrowSchema *schema,
                              struct ArrowArray *array)
{
    *schema = (struct ArrowSchema){.format = column->format, .name = column->name, .flags = ARROW_FLAG_NULLABLE};
    *array = (struct ArrowArray){.length = column->length > 0 ? column->length : rows,
                                 .null_count = column->null_count,
                                 .offset = column->offset,
                                 .n_buffers = column->buffer_count,
                                 .buffers = (const void **)column->buffers,
                                 .release = frame_release_part};
}

static inline void frame_fill_column(frame *from, int64_t i)
{
    const frame_column *column = &from->columns[i];
    const frame_column *inner = column->dictionary != NULL ? column->dictionary : column->child;
    from->schema_list[i] = &from->schemas[i];
    from->array_list[i] = &from->arrays[i];
    from->inner_schema_list[i] = &from->inner_schemas[i];
    from->inner_array_list[i] = &from->inner_arrays[i];
    frame_fill(column, from->cuts[from->batch_count], &from->schemas[i], &from->arrays[i]);
    if (inner == NULL) return;
    frame_fill(inner, 0, &from->inner_schemas[i], &from->inner_arrays[i]);
    if (column->dictionary != NULL) {
        from->schemas[i].dictionary = &from->inner_schemas[i];
        from->arrays[i].dictionary = &from->inner_arrays[i];
        return;
    }
    from->schemas[i].n_children = from->arrays[i].n_children = 1;
    from->schemas[i].children = &from->inner_schema_list[i];
    from->arrays[i].children = &from->inner_array_list[i];
}

/* Builds the stream. */
static inline struct ArrowArrayStream frame_stream(frame *from)
{
    for (int64_t i = 0; i < from->column_count; i++) frame_fill_column(from, i);
    from->top_schema = (struct ArrowSchema){.format = "+s",
                                            .name = "",
                                            .n_children = from->column_count,
                                            .children = from->schema_list,
                                            .release = frame_release_schema,
                                            .private_data = from};
    from->top = (struct ArrowArray){.n_buffers = 1,
                                    .n_children = from->column_count,
                                    .buffers = from->top_buffers,
                                    .children = from->array_list,
                                    .release = frame_release_batch,
                                    .private_data = from};
    from->alive++;
    return (struct ArrowArrayStream){.get_schema = frame_get_schema,
                                     .get_next = frame_get_next,
                                     .get_last_error = frame_get_error,
                                     .release = frame_release_stream,
                                     .private_data = from};
}

#endif
