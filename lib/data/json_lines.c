/* SPDX-License-Identifier: Apache-2.0 */
/* Parses JSON lines and converts JSON values to text. */
#include "data/json_lines.h"

#include <string.h>

#include "core/memory.h"

bool lr_line_blank(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (strchr(" \t\r\n", text[i]) == NULL || text[i] == '\0') return false;
    return true;
}

llmrec_status lr_line_object(const char *path, size_t line, const char *text, size_t length, json_t **object)
{
    json_error_t error;
    json_t *parsed = json_loadb(text, length, 0, &error);
    if (parsed == NULL && json_error_code(&error) == json_error_out_of_memory)
        return lr_fail(LLMREC_ERR_MEMORY, "%s:%zu: no memory for a JSON object", path, line);
    if (parsed == NULL)
        return lr_fail(LLMREC_ERR_FORMAT, "%s:%zu: column %d: %s; line is %s; wanted one JSON object", path, line,
                       error.column, error.text, lr_quote(text, length).text);
    if (!json_is_object(parsed)) {
        json_decref(parsed);
        return lr_fail(LLMREC_ERR_FORMAT, "%s:%zu: line is %s; wanted one JSON object", path, line,
                       lr_quote(text, length).text);
    }
    *object = parsed;
    return LLMREC_OK;
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
