/* SPDX-License-Identifier: Apache-2.0 */
/* A frame that comes in as an Arrow stream: its columns, its batches one by one, and errors about them. */
#ifndef LR_DATA_ARROW_STREAM_H
#define LR_DATA_ARROW_STREAM_H

#include "data/arrow_values.h"
#include "data/columns.h"

typedef struct lr_arrow_stream {
    struct ArrowArrayStream *from;
    const char *name; /* "interactions" or "items" */
    struct ArrowSchema schema;
    size_t columns;
} lr_arrow_stream;

/* Reads the schema, which lr_arrow_close releases; call that also after a failure. `from` stays the caller's. */
llmrec_status lr_arrow_open(struct ArrowArrayStream *from, const char *name, lr_arrow_stream *stream);
void lr_arrow_close(lr_arrow_stream *stream);

/* The next batch, which the caller releases; batch->release is NULL at the end. */
llmrec_status lr_arrow_next(lr_arrow_stream *stream, struct ArrowArray *batch);
void lr_arrow_release(struct ArrowArray *batch); /* does nothing if it is released */

lr_header lr_arrow_header(const lr_arrow_stream *stream);
lr_span lr_arrow_name(const lr_arrow_stream *stream, size_t column);
lr_arrow_type lr_arrow_type_at(const lr_arrow_stream *stream, size_t column);

llmrec_status lr_arrow_take(const lr_arrow_stream *stream, const struct ArrowArray *batch, size_t index,
                            lr_arrow_column *column);

/* Fails if ids cannot be of this column's type. `integers`: they are integers by option. */
llmrec_status lr_arrow_check_ids(const lr_arrow_stream *stream, size_t column, bool integers);

/* Fails because of a column's type: "interactions: column "x" is of Arrow type "b" (booleans); wanted ...". */
llmrec_status lr_arrow_refuse_type(const lr_arrow_stream *stream, size_t column, const char *wanted);

/* Fails because of a value: "interactions["x"][3] is VALUE; wanted ...". `value` NULL: missing. */
llmrec_status lr_arrow_refuse(const lr_arrow_stream *stream, size_t column, size_t row, const char *value,
                              const char *why);

/* True if ids of this type are integers. */
static inline bool lr_arrow_is_integer(lr_arrow_type type)
{
    return type.kind == LR_ARROW_INTEGER || type.kind == LR_ARROW_DECIMAL;
}

#endif
