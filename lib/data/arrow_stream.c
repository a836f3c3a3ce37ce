/* SPDX-License-Identifier: Apache-2.0 */
/* Pulls the schema and the batches of an Arrow stream, and checks that they are a frame. */
#include "data/arrow_stream.h"

#include <string.h>

/* --- the stream -------------------------------------------------------------------------------------------------- */

/* The producer's own text about its failure. */
static llmrec_status refuse_call(const lr_arrow_stream *stream, const char *call, int code)
{
    struct ArrowArrayStream *from = stream->from;
    const char *text = from->get_last_error != NULL ? from->get_last_error(from) : NULL;
    const lr_quoted quoted = text != NULL ? lr_quote(text, strlen(text)) : (lr_quoted){"no text"};
    return lr_fail(LLMREC_ERR_IO, "%s: %s of the Arrow stream failed with code %d (%s)", stream->name, call, code,
                   quoted.text);
}

static llmrec_status refuse_broken(const lr_arrow_stream *stream, const char *what)
{
    return lr_fail(LLMREC_ERR_FORMAT, "%s: the Arrow stream has %s; wanted a frame by the C stream interface",
                   stream->name, what);
}

static llmrec_status check_schema(const lr_arrow_stream *stream)
{
    const struct ArrowSchema *schema = &stream->schema;
    if (schema->release == NULL || schema->format == NULL) return refuse_broken(stream, "no schema");
    if (strcmp(schema->format, "+s") != 0)
        return lr_fail(LLMREC_ERR_FORMAT, "%s: the Arrow stream is of type %s; wanted a frame (\"+s\": columns)",
                       stream->name, lr_quote(schema->format, strlen(schema->format)).text);
    if (schema->n_children < 0 || schema->n_children > INT32_MAX) return refuse_broken(stream, "a wrong column count");
    if (schema->n_children > 0 && schema->children == NULL) return refuse_broken(stream, "no columns");
    for (int64_t i = 0; i < schema->n_children; i++)
        if (schema->children[i] == NULL || schema->children[i]->format == NULL)
            return refuse_broken(stream, "a column without type");
    return LLMREC_OK;
}

llmrec_status lr_arrow_open(struct ArrowArrayStream *from, const char *name, lr_arrow_stream *stream)
{
    *stream = (lr_arrow_stream){.from = from, .name = name};
    if (from->release == NULL)
        return lr_fail(LLMREC_ERR_ARGUMENT, "%s is a released Arrow stream; wanted one that was not read", name);
    if (from->get_schema == NULL || from->get_next == NULL) return refuse_broken(stream, "no functions");
    const int code = from->get_schema(from, &stream->schema);
    if (code != 0) stream->schema.release = NULL;
    if (code != 0) return refuse_call(stream, "get_schema", code);
    LR_RETURN_IF(check_schema(stream));
    stream->columns = (size_t)stream->schema.n_children;
    return LLMREC_OK;
}

void lr_arrow_close(lr_arrow_stream *stream)
{
    if (stream->schema.release != NULL) stream->schema.release(&stream->schema);
    stream->schema.release = NULL;
}

/* --- batches ----------------------------------------------------------------------------------------------------- */

static const char *check_batch(const lr_arrow_stream *stream, const struct ArrowArray *batch)
{
    if (batch->length < 0 || batch->offset < 0) return "a batch with a negative length or offset";
    if (batch->length > INT64_MAX / 64 || batch->offset > INT64_MAX / 64) return "a batch beyond 2^57 rows";
    if (batch->n_children != (int64_t)stream->columns) return "a batch with another number of columns";
    if (batch->n_children > 0 && batch->children == NULL) return "a batch without columns";
    if (batch->n_buffers != 1 || batch->buffers == NULL) return "a batch with a wrong number of buffers";
    return batch->null_count > 0 && batch->buffers[0] == NULL ? "a batch with nulls without a bitmap" : NULL;
}

void lr_arrow_release(struct ArrowArray *batch)
{
    if (batch->release != NULL) batch->release(batch);
    batch->release = NULL;
}

llmrec_status lr_arrow_next(lr_arrow_stream *stream, struct ArrowArray *batch)
{
    *batch = (struct ArrowArray){0};
    const int code = stream->from->get_next(stream->from, batch);
    if (code != 0) batch->release = NULL;
    if (code != 0) return refuse_call(stream, "get_next", code);
    if (batch->release == NULL) return LLMREC_OK;
    const char *fault = check_batch(stream, batch);
    if (fault == NULL) return LLMREC_OK;
    lr_arrow_release(batch);
    return refuse_broken(stream, fault);
}

/* --- columns ----------------------------------------------------------------------------------------------------- */

lr_span lr_arrow_name(const lr_arrow_stream *stream, size_t column)
{
    const char *name = stream->schema.children[column]->name;
    return name != NULL ? (lr_span){name, strlen(name)} : (lr_span){"", 0};
}

static lr_span name_at(const void *of, size_t index)
{
    return lr_arrow_name(of, index);
}

lr_header lr_arrow_header(const lr_arrow_stream *stream)
{
    return (lr_header){.path = stream->name, .count = stream->columns, .frame = true, .at = name_at, .of = stream};
}

lr_arrow_type lr_arrow_type_at(const lr_arrow_stream *stream, size_t column)
{
    return lr_arrow_column_type(stream->schema.children[column]);
}

llmrec_status lr_arrow_take(const lr_arrow_stream *stream, const struct ArrowArray *batch, size_t index,
                            lr_arrow_column *column)
{
    const lr_span name = lr_arrow_name(stream, index);
    const char *fault = lr_arrow_column_take(stream->schema.children[index], batch, index, column);
    if (fault == NULL) return LLMREC_OK;
    return lr_fail(LLMREC_ERR_FORMAT, "%s: column %s of the Arrow stream has %s", stream->name,
                   lr_quote(name.text, name.length).text, fault);
}

/* --- errors ------------------------------------------------------------------------------------------------------ */

llmrec_status lr_arrow_refuse_type(const lr_arrow_stream *stream, size_t column, const char *wanted)
{
    const lr_span name = lr_arrow_name(stream, column);
    const struct ArrowSchema *schema = stream->schema.children[column];
    const struct ArrowSchema *values = schema->dictionary != NULL ? schema->dictionary : schema;
    const char *format = values->format != NULL ? values->format : "";
    return lr_fail(LLMREC_ERR_FORMAT, "%s: column %s is of Arrow type %s (%s); wanted %s", stream->name,
                   lr_quote(name.text, name.length).text, lr_quote(format, strlen(format)).text,
                   lr_arrow_kind_name(lr_arrow_type_at(stream, column).kind), wanted);
}

llmrec_status lr_arrow_refuse(const lr_arrow_stream *stream, size_t column, size_t row, const char *value,
                              const char *why)
{
    const lr_span name = lr_arrow_name(stream, column);
    return lr_fail(LLMREC_ERR_FORMAT, "%s[%s][%zu] is %s; %s", stream->name, lr_quote(name.text, name.length).text, row,
                   value != NULL ? value : "missing", why);
}

llmrec_status lr_arrow_check_ids(const lr_arrow_stream *stream, size_t column, bool integers)
{
    const lr_arrow_type type = lr_arrow_type_at(stream, column);
    const bool fraction = type.kind == LR_ARROW_FLOAT || (type.kind == LR_ARROW_DECIMAL && type.scale > 0);
    if (fraction && !integers)
        return lr_arrow_refuse_type(stream, column,
                                    "ids as integers or texts, or ids=integer for floats that are integers");
    if (fraction || type.kind == LR_ARROW_TEXT || type.kind == LR_ARROW_NULL || lr_arrow_is_integer(type))
        return LLMREC_OK;
    return lr_arrow_refuse_type(stream, column, "ids as integers or texts");
}
