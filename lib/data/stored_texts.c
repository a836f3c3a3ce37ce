/* SPDX-License-Identifier: Apache-2.0 */
/* Writes and reads texts in our HDF5 files. */
#include <stdio.h>
#include <string.h>

#include "core/memory.h"
#include "core/text.h"
#include "data/stored.h"

enum { BUFFER = 1 << 20, NAME_SIZE = 160 };

llmrec_status lr_stream_begin(llmrec_context *context, lr_store *store, const char *name, lr_type type, size_t count,
                              lr_stream *stream)
{
    *stream = (lr_stream){.store = store, .array = {.name = name, .type = type, .rank = 1, .sizes = {count}}};
    LR_RETURN_IF(lr_alloc(context, &stream->buffer, BUFFER, 1));
    return lr_store_write_begin(store, &stream->array);
}

static llmrec_status flush(lr_stream *stream)
{
    const size_t count = stream->used / lr_type_size(stream->array.type);
    LR_RETURN_IF(lr_store_write_rows(stream->store, &stream->array, stream->done, count, stream->buffer));
    stream->done += count;
    stream->used = 0;
    return LLMREC_OK;
}

llmrec_status lr_stream_put(lr_stream *stream, const void *values, size_t count)
{
    const char *from = values;
    for (size_t left = count * lr_type_size(stream->array.type); left > 0;) {
        const size_t room = BUFFER - stream->used, step = left < room ? left : room;
        memcpy(stream->buffer + stream->used, from, step);
        stream->used += step;
        from += step;
        left -= step;
        if (stream->used == BUFFER) LR_RETURN_IF(flush(stream));
    }
    return LLMREC_OK;
}

llmrec_status lr_stream_end(lr_stream *stream)
{
    LR_RETURN_IF(flush(stream));
    return lr_store_write_end(stream->store, &stream->array);
}

static llmrec_status write_bytes(llmrec_context *context, lr_store *store, const char *name, lr_spans from)
{
    llmrec_status status = LLMREC_OK;
    lr_stream stream = {0};
    size_t total = 0;
    for (size_t i = 0; i < from.count; i++) total += from.at(from.of, i).length;
    LR_TRY(lr_stream_begin(context, store, name, LR_U8, total, &stream));
    for (size_t i = 0; i < from.count; i++) {
        const lr_span span = from.at(from.of, i);
        LR_TRY(lr_stream_put(&stream, span.text, span.length));
    }
    LR_TRY(lr_stream_end(&stream));
done:
    lr_free(context, stream.buffer);
    return status;
}

static llmrec_status write_offsets(llmrec_context *context, lr_store *store, const char *name, lr_spans from)
{
    llmrec_status status = LLMREC_OK;
    lr_stream stream = {0};
    int64_t offset = 0;
    LR_TRY(lr_stream_begin(context, store, name, LR_I64, from.count + 1, &stream));
    LR_TRY(lr_stream_put(&stream, &offset, 1));
    for (size_t i = 0; i < from.count; i++) {
        offset += (int64_t)from.at(from.of, i).length;
        LR_TRY(lr_stream_put(&stream, &offset, 1));
    }
    LR_TRY(lr_stream_end(&stream));
done:
    lr_free(context, stream.buffer);
    return status;
}

llmrec_status lr_texts_write(llmrec_context *context, lr_store *store, const char *name, lr_spans from)
{
    char offsets[NAME_SIZE];
    snprintf(offsets, sizeof offsets, "%s_offsets", name);
    LR_RETURN_IF(write_bytes(context, store, name, from));
    return write_offsets(context, store, offsets, from);
}

/* Offsets from a file are checked before they are used. */
static llmrec_status check_offsets(const lr_loose_texts *texts, size_t size, const char *path, const char *name)
{
    if (texts->offsets[0] != 0 || texts->offsets[texts->count] != (int64_t)size)
        return lr_fail(LLMREC_ERR_FORMAT, "%s: %s: offsets from %lld to %lld; wanted 0 to %zu", path, name,
                       (long long)texts->offsets[0], (long long)texts->offsets[texts->count], size);
    for (size_t i = 0; i < texts->count; i++)
        if (texts->offsets[i] > texts->offsets[i + 1])
            return lr_fail(LLMREC_ERR_FORMAT, "%s: %s: offset %zu falls from %lld to %lld", path, name, i + 1,
                           (long long)texts->offsets[i], (long long)texts->offsets[i + 1]);
    return LLMREC_OK;
}

static llmrec_status check_utf8(const lr_loose_texts *texts, const char *path, const char *name)
{
    for (size_t i = 0; i < texts->count; i++) {
        const lr_span span = lr_loose_text_at(texts, i);
        if (lr_utf8_valid(span.text, span.length) != span.length)
            return lr_fail(LLMREC_ERR_FORMAT, "%s: %s: text %zu %s is not UTF-8", path, name, i,
                           lr_quote(span.text, span.length).text);
    }
    return LLMREC_OK;
}

llmrec_status lr_bytes_read(lr_store *store, const char *path, const char *name, lr_loose_texts *texts)
{
    char offsets_name[NAME_SIZE];
    snprintf(offsets_name, sizeof offsets_name, "%s_offsets", name);
    lr_array bytes = {.name = name, .type = LR_U8, .rank = 1},
             offsets = {.name = offsets_name, .type = LR_I64, .rank = 1};
    LR_RETURN_IF(lr_store_read(store, &bytes, &texts->bytes));
    LR_RETURN_IF(lr_store_read(store, &offsets, &texts->offsets));
    if (offsets.sizes[0] == 0 || offsets.sizes[0] > INT32_MAX)
        return lr_fail(LLMREC_ERR_FORMAT, "%s: %s: %zu offsets; wanted 1 to 2147483647", path, name, offsets.sizes[0]);
    texts->count = offsets.sizes[0] - 1;
    return check_offsets(texts, bytes.sizes[0], path, name);
}

llmrec_status lr_texts_read(lr_store *store, const char *path, const char *name, lr_loose_texts *texts)
{
    LR_RETURN_IF(lr_bytes_read(store, path, name, texts));
    return check_utf8(texts, path, name);
}

void lr_loose_texts_free(llmrec_context *context, lr_loose_texts *texts)
{
    lr_free(context, texts->bytes);
    lr_free(context, texts->offsets);
    *texts = (lr_loose_texts){0};
}

lr_span lr_loose_text_at(const void *texts, size_t index)
{
    const lr_loose_texts *from = texts;
    return (lr_span){from->bytes + from->offsets[index], (size_t)(from->offsets[index + 1] - from->offsets[index])};
}
