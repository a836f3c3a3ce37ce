/* SPDX-License-Identifier: Apache-2.0 */
/* Parses rows of JSON lines. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/memory.h"
#include "core/text.h"
#include "data/json_lines.h"
#include "data/reader.h"

static lr_span key_at(const void *of, size_t index)
{
    const char *key = ((const char *const *)of)[index];
    return (lr_span){key, strlen(key)};
}

/* Chooses the columns from the keys of the first object. */
static llmrec_status pick_keys(lr_reader *reader, json_t *object, const llmrec_dataset_options *options)
{
    llmrec_status status = LLMREC_OK;
    const char **keys = NULL, *key = NULL;
    json_t *value = NULL;
    size_t picked[LR_NOWHERE], count = 0;
    LR_TRY(LR_NEW(reader->context, keys, json_object_size(object)));
    json_object_foreach(object, key, value) keys[count++] = key;
    const lr_header header = {reader->path, count, key_at, keys};
    LR_TRY(lr_reader_pick(reader, &header, options, picked));
done:
    lr_free(reader->context, keys);
    return status;
}

/* Parses the object of a line, after repairing its UTF-8 if the options ask for that. */
static llmrec_status first_object(const lr_reader *reader, size_t line, const char *text, size_t length,
                                  json_t **object)
{
    char *repaired = NULL;
    size_t bad = 0;
    if (!reader->repair) return lr_line_object(reader->path, line, text, length, object);
    LR_RETURN_IF(lr_alloc(reader->context, &repaired, length, 3));
    length = lr_utf8_repair(text, length, repaired, &bad);
    const llmrec_status status = lr_line_object(reader->path, line, repaired, length, object);
    lr_free(reader->context, repaired);
    return status;
}

llmrec_status lr_read_keys(lr_reader *reader, const llmrec_dataset_options *options)
{
    const lr_records *records = &reader->records;
    const char *at = records->text + records->cuts[0], *end = records->text + records->cuts[records->pieces];
    size_t line = records->line;
    json_t *object = NULL;
    for (const char *stop = at; at < end; at = stop + 1, line++) {
        stop = memchr(at, '\n', (size_t)(end - at));
        if (lr_line_blank(at, (size_t)(stop - at))) continue;
        LR_RETURN_IF(first_object(reader, line, at, (size_t)(stop - at), &object));
        const llmrec_status status = pick_keys(reader, object, options);
        json_decref(object);
        return status;
    }
    return lr_fail(LLMREC_ERR_FORMAT, "%s: empty file; wanted one JSON object per line", reader->path);
}

/* The fewest digits of a number that has a point or an exponent; they may be longer than in the file. */
static llmrec_status take_real(const lr_reader *reader, const json_t *value, lr_span *span, lr_chunk *chunk)
{
    llmrec_status status = LLMREC_OK;
    lr_builder builder = {.context = reader->context};
    LR_TRY(lr_builder_number(&builder, json_real_value(value)));
    *span = (lr_span){builder.text, builder.length};
    LR_TRY(lr_chunk_keep(chunk, span));
done:
    lr_free(reader->context, builder.text);
    return status;
}

/* Copies a string or an integer to the chunk's spare memory. It is not longer than in the file. */
static void take_text(const json_t *value, lr_span *span, lr_chunk *chunk)
{
    char *text = chunk->spare + chunk->spare_used;
    *span = (lr_span){text, json_string_length(value)};
    if (json_is_string(value)) memcpy(text, json_string_value(value), span->length);
    if (json_is_integer(value))
        span->length = (size_t)snprintf(text, LR_PAD, "%lld", (long long)json_integer_value(value));
    chunk->spare_used += span->length;
}

static llmrec_status refuse_value(const lr_reader *reader, const lr_piece *piece, const char *at, const json_t *value,
                                  int place)
{
    llmrec_status status = LLMREC_OK;
    lr_builder builder = {.context = reader->context};
    const char *why = place == LR_TIME ? "wanted a number or a string"
                      : json_is_real(value)
                          ? "wanted a string or an integer (ids=integer takes 10.0 for 10, below 2^53)"
                          : "wanted a string or an integer";
    LR_TRY(lr_value_text(value, &builder));
    LR_TRY(lr_reader_refuse(reader, piece, at, (lr_fault){place, {builder.text, builder.length}, why}));
done:
    lr_free(reader->context, builder.text);
    return status;
}

/* True for numbers with a point that are times, or ids that can be integers without loss. */
static bool real_allowed(const lr_reader *reader, const json_t *value, int place)
{
    return place == LR_TIME || (reader->fields.integers && fabs(json_real_value(value)) < 0x1p53);
}

/* Sets the text of a value: empty for null and for a key that the object lacks, NULL for values that no place takes. */
static llmrec_status take_value(const lr_reader *reader, const json_t *value, int place, lr_span *span, lr_chunk *chunk)
{
    *span = (lr_span){NULL, 0};
    if (json_is_real(value) && real_allowed(reader, value, place)) return take_real(reader, value, span, chunk);
    if (json_is_string(value) || json_is_integer(value)) take_text(value, span, chunk);
    if (value == NULL || json_is_null(value)) *span = (lr_span){"", 0};
    return LLMREC_OK;
}

static llmrec_status take_object(const lr_reader *reader, const lr_piece *piece, const char *at, const json_t *object,
                                 lr_chunk *chunk)
{
    lr_span spans[LR_PLACES] = {{NULL, 0}};
    for (int place = 0; place < (reader->timed ? LR_NOWHERE : LR_TIME); place++) {
        const json_t *value = json_object_get(object, reader->names[place]);
        LR_RETURN_IF(take_value(reader, value, place, &spans[place], chunk));
        if (spans[place].text == NULL) return refuse_value(reader, piece, at, value, place);
    }
    return lr_reader_add(reader, piece, at, spans, chunk);
}

/* The line number is computed only for errors. */
static llmrec_status parse_line(const lr_reader *reader, const lr_piece *piece, const char *at, size_t length,
                                lr_chunk *chunk)
{
    json_t *object = NULL;
    if (lr_line_blank(at, length)) return LLMREC_OK;
    if (lr_line_object(reader->path, 0, at, length, &object) != LLMREC_OK)
        return lr_line_object(reader->path, lr_reader_line(reader, piece, at), at, length, &object);
    const llmrec_status status = take_object(reader, piece, at, object, chunk);
    json_decref(object);
    return status;
}

llmrec_status lr_parse_json(const lr_reader *reader, const lr_piece *piece, lr_chunk *chunk)
{
    const char *stop = NULL;
    for (const char *at = piece->text; at < piece->end; at = stop + 1) {
        stop = memchr(at, '\n', (size_t)(piece->end - at));
        LR_RETURN_IF(parse_line(reader, piece, at, (size_t)(stop - at), chunk));
    }
    return LLMREC_OK;
}
