/* SPDX-License-Identifier: Apache-2.0 */
/* Parses rows of JSON lines. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/memory.h"
#include "core/text.h"
#include "data/encoding.h"
#include "data/json_lines.h"
#include "data/reader.h"

static lr_span key_at(const void *of, size_t index)
{
    const char *key = ((const char *const *)of)[index];
    return (lr_span){key, strlen(key)};
}

static size_t add_keys(json_t *object, const char **keys, size_t count)
{
    const char *key = NULL;
    json_t *value = NULL;
    json_object_foreach(object, key, value)
    {
        size_t known = 0;
        while (known < count && strcmp(keys[known], key) != 0) known++;
        keys[known] = key;
        count += known == count;
    }
    return count;
}

/* The first member that is a list of objects; its first object. NULL if there is none. */
static json_t *find_nested(json_t *object, const char **key)
{
    json_t *value = NULL;
    json_object_foreach(object, *key, value)
    {
        if (json_is_object(json_array_get(value, 0))) return json_array_get(value, 0);
    }
    return NULL;
}

static llmrec_status pick_among(lr_reader *reader, const char **keys, size_t count,
                                const llmrec_dataset_options *options)
{
    size_t picked[LR_PLACES];
    const lr_header header = {.path = reader->path, .count = count, .keys = true, .at = key_at, .of = keys};
    for (int place = 0; place < LR_PLACES; place++) {
        lr_free(reader->context, reader->names[place]);
        reader->names[place] = NULL;
    }
    reader->told_count = 0;
    return lr_reader_pick(reader, &header, options, picked);
}

/* Chooses the columns from the keys of the first object. If it has no row, those of its first nested object are keys
 * too. */
static llmrec_status pick_keys(lr_reader *reader, json_t *object, const llmrec_dataset_options *options)
{
    llmrec_status status = LLMREC_OK;
    const char **keys = NULL, *list = NULL;
    json_t *nested = find_nested(object, &list);
    LR_TRY(LR_NEW(reader->context, keys, json_object_size(object) + json_object_size(nested)));
    size_t count = add_keys(object, keys, 0);
    status = pick_among(reader, keys, count, options);
    if (status != LLMREC_ERR_FORMAT || nested == NULL) goto done;
    count = add_keys(nested, keys, count);
    LR_TRY(pick_among(reader, keys, count, options));
    LR_TRY(lr_copy_text(reader->context, list, strlen(list), &reader->nested));
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
    if (!reader->repair) return lr_line_object(reader->context, reader->path, line, (lr_span){text, length}, object);
    LR_RETURN_IF(lr_alloc(reader->context, &repaired, length, 3));
    length = lr_utf8_repair(text, length, repaired, &bad);
    const llmrec_status status =
        lr_line_object(reader->context, reader->path, line, (lr_span){repaired, length}, object);
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

/* Converts a value to text in the chunk's spare memory, not longer than in the file by more than LR_PAD for one number.
 * False for lists and objects. */
static bool take_text(const json_t *value, lr_span *span, lr_chunk *chunk)
{
    char *text = chunk->spare + chunk->spare_used;
    int length = 0;
    switch (value == NULL ? JSON_NULL : json_typeof(value)) {
    case JSON_STRING:
        length = (int)json_string_length(value);
        memcpy(text, json_string_value(value), (size_t)length);
        break;
    case JSON_INTEGER: length = snprintf(text, LR_PAD, "%lld", (long long)json_integer_value(value)); break;
    case JSON_REAL: length = (int)lr_real_text(json_real_value(value), text); break;
    case JSON_TRUE: length = snprintf(text, LR_PAD, "true"); break;
    case JSON_FALSE: length = snprintf(text, LR_PAD, "false"); break;
    case JSON_NULL: break;
    default: return false;
    }
    *span = (lr_span){text, (size_t)length};
    chunk->spare_used += (size_t)length;
    return true;
}

static llmrec_status refuse_value(const lr_reader *reader, const lr_piece *piece, const char *at, const json_t *value,
                                  int place)
{
    llmrec_status status = LLMREC_OK;
    lr_builder builder = {.context = reader->context};
    const char *why = json_is_real(value) ? "wanted an integer with all its digits (a string, or without a point)"
                                          : "wanted a string or a number";
    LR_TRY(lr_value_text(value, &builder));
    LR_TRY(lr_reader_refuse(reader, piece, at, (lr_fault){place, {builder.text, builder.length}, why}));
done:
    lr_free(reader->context, builder.text);
    return status;
}

/* True for values that are no text: a boolean, and a number with a point that stands for a larger integer than its
 * digits can tell. */
static bool is_odd(const lr_reader *reader, const json_t *value, int place)
{
    if (place >= LR_NOWHERE) return false;
    const bool integer = reader->fields.integers && place != LR_TIME;
    return json_is_boolean(value) || (integer && json_is_real(value) && fabs(json_real_value(value)) >= 0x1p53);
}

/* Takes the texts that an object has; the others stay. */
static llmrec_status take_values(const lr_reader *reader, const lr_piece *piece, const char *at, const json_t *object,
                                 lr_span spans[LR_PLACES], lr_chunk *chunk)
{
    for (int place = 0; place < LR_PLACES; place++) {
        const json_t *value = reader->names[place] != NULL ? json_object_get(object, reader->names[place]) : NULL;
        if (value == NULL) continue;
        if (is_odd(reader, value, place) || !take_text(value, &spans[place], chunk))
            return refuse_value(reader, piece, at, value, place);
    }
    return LLMREC_OK;
}

static llmrec_status take_object(const lr_reader *reader, const lr_piece *piece, const char *at, const json_t *object,
                                 lr_chunk *chunk)
{
    lr_span around[LR_PLACES], spans[LR_PLACES];
    for (int place = 0; place < LR_PLACES; place++) around[place] = (lr_span){"", 0};
    LR_RETURN_IF(take_values(reader, piece, at, object, around, chunk));
    if (reader->nested == NULL) return lr_reader_add(reader, piece, at, around, chunk);
    const json_t *list = json_object_get(object, reader->nested);
    for (size_t i = 0; i < json_array_size(list); i++) {
        memcpy(spans, around, sizeof spans);
        LR_RETURN_IF(take_values(reader, piece, at, json_array_get(list, i), spans, chunk));
        LR_RETURN_IF(lr_reader_add(reader, piece, at, spans, chunk));
    }
    return LLMREC_OK;
}

/* The line number is computed only for errors. */
static llmrec_status parse_line(const lr_reader *reader, const lr_piece *piece, const char *at, size_t length,
                                lr_chunk *chunk)
{
    json_t *object = NULL;
    if (lr_line_blank(at, length)) return LLMREC_OK;
    const lr_span text = {at, length};
    if (lr_line_object(reader->context, reader->path, 0, text, &object) != LLMREC_OK)
        return lr_line_object(reader->context, reader->path, lr_reader_line(reader, piece, at), text, &object);
    const llmrec_status status = take_object(reader, piece, at, object, chunk);
    json_decref(object);
    return status;
}

llmrec_status lr_parse_json(const lr_reader *reader, const lr_piece *piece, lr_chunk *chunk)
{
    const char *stop = NULL;
    for (const char *at = piece->text; at < piece->end; at = stop + 1) {
        stop = memchr(at, '\n', (size_t)(piece->end - at));
        LR_RETURN_IF(lr_reader_check_line(reader, piece, at, (size_t)(stop - at)));
        LR_RETURN_IF(parse_line(reader, piece, at, (size_t)(stop - at), chunk));
    }
    return LLMREC_OK;
}
