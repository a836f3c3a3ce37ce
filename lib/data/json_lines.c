/* SPDX-License-Identifier: Apache-2.0 */
/* Parses JSON lines and converts JSON values to text. */
#include "data/json_lines.h"

#include <stdio.h>
#include <string.h>

#include "core/memory.h"
#include "core/number.h"
#include "data/python_text.h"

bool lr_line_blank(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (strchr(" \t\r\n", text[i]) == NULL || text[i] == '\0') return false;
    return true;
}

/* Length of the integer of more than 18 digits at text[at]; 0 if there is none. */
static size_t long_integer(lr_span text, size_t at)
{
    size_t end = at;
    if (text.text[end] == '-') end++;
    const size_t first = end;
    while (end < text.length && text.text[end] >= '0' && text.text[end] <= '9') end++;
    const bool fraction = end < text.length && memchr(".eE", text.text[end], 3) != NULL;
    return end - first > 18 && !fraction ? end - at : 0;
}

/* Copies the text with quotes around long integers. */
static llmrec_status quote_integers(lr_span text, lr_builder *builder)
{
    bool inside = false;
    LR_RETURN_IF(lr_builder_add(builder, "", 0));
    for (size_t at = 0, step = 0; at < text.length; at += step) {
        const char byte = text.text[at];
        const size_t digits = !inside && (byte == '-' || (byte >= '0' && byte <= '9')) ? long_integer(text, at) : 0;
        step = digits > 0 ? digits : inside && byte == '\\' && at + 1 < text.length ? 2 : 1;
        inside ^= byte == '"';
        if (digits > 0) LR_RETURN_IF(lr_builder_add(builder, "\"", 1));
        LR_RETURN_IF(lr_builder_add(builder, text.text + at, step));
        if (digits > 0) LR_RETURN_IF(lr_builder_add(builder, "\"", 1));
    }
    return LLMREC_OK;
}

/* Parses the text as `rewrite` makes it. */
static llmrec_status parse_rewritten(llmrec_context *context, lr_span text,
                                     llmrec_status (*rewrite)(lr_span text, lr_builder *builder), json_error_t *error,
                                     json_t **parsed)
{
    lr_builder builder = {.context = context};
    const llmrec_status status = rewrite(text, &builder);
    if (status == LLMREC_OK) *parsed = json_loadb(builder.text, builder.length, 0, error);
    lr_free(context, builder.text);
    return status;
}

llmrec_status lr_line_object(llmrec_context *context, const char *path, size_t line, lr_span text, json_t **object)
{
    json_error_t error;
    json_t *parsed = NULL;
    if (lr_is_python(text)) LR_RETURN_IF(parse_rewritten(context, text, lr_python_to_json, &error, &parsed));
    else parsed = json_loadb(text.text, text.length, 0, &error);
    if (parsed == NULL && json_error_code(&error) == json_error_numeric_overflow)
        LR_RETURN_IF(parse_rewritten(context, text, quote_integers, &error, &parsed));
    if (parsed == NULL && json_error_code(&error) == json_error_out_of_memory)
        return lr_fail(LLMREC_ERR_MEMORY, "%s:%zu: no memory for a JSON object", path, line);
    if (parsed == NULL)
        return lr_fail(LLMREC_ERR_FORMAT, "%s:%zu: column %d: %s; line is %s; wanted one JSON object", path, line,
                       error.column, error.text, lr_quote(text.text, text.length).text);
    if (!json_is_object(parsed)) {
        json_decref(parsed);
        return lr_fail(LLMREC_ERR_FORMAT, "%s:%zu: line is %s; wanted one JSON object", path, line,
                       lr_quote(text.text, text.length).text);
    }
    *object = parsed;
    return LLMREC_OK;
}

size_t lr_real_text(double value, char text[LR_REAL_SIZE])
{
    void *before = lr_locale_enter();
    double back = 0;
    int length = 0;
    for (int digits = 15; digits <= 17; digits++) {
        length = snprintf(text, LR_REAL_SIZE, "%.*g", digits, value);
        if (lr_parse_double(text, (size_t)length, &back) && back == value) break;
    }
    lr_locale_restore(before);
    if (strpbrk(text, ".en") == NULL) {
        memcpy(text + length, ".0", 3);
        length += 2;
    }
    return (size_t)length;
}

static llmrec_status add_object(const json_t *value, lr_builder *builder)
{
    const size_t room = json_dumpb(value, NULL, 0, JSON_COMPACT | JSON_ENCODE_ANY);
    LR_RETURN_IF(
        LR_GROW(builder->context, builder->text, builder->capacity, builder->length, builder->length + room + 1));
    json_dumpb(value, builder->text + builder->length, room, JSON_COMPACT | JSON_ENCODE_ANY);
    builder->length += room;
    builder->text[builder->length] = '\0';
    return LLMREC_OK;
}

static llmrec_status add_array(const json_t *value, lr_builder *builder)
{
    for (size_t i = 0; i < json_array_size(value); i++) {
        if (i > 0) LR_RETURN_IF(lr_builder_add(builder, ", ", 2));
        LR_RETURN_IF(lr_value_text(json_array_get(value, i), builder));
    }
    return LLMREC_OK;
}

llmrec_status lr_value_text(const json_t *value, lr_builder *builder)
{
    switch (json_typeof(value)) {
    case JSON_STRING: return lr_builder_add(builder, json_string_value(value), json_string_length(value));
    case JSON_INTEGER: return lr_builder_format(builder, "%lld", (long long)json_integer_value(value));
    case JSON_REAL: return lr_builder_number(builder, json_real_value(value));
    case JSON_TRUE: return lr_builder_add(builder, "true", 4);
    case JSON_FALSE: return lr_builder_add(builder, "false", 5);
    case JSON_NULL: return LLMREC_OK;
    case JSON_ARRAY: return add_array(value, builder);
    default: return add_object(value, builder);
    }
}
