/* SPDX-License-Identifier: Apache-2.0 */
/* Reads JSON files and typed members of JSON objects. */
#include "core/json.h"

#include <stdio.h>

#include "core/file.h"
#include "core/memory.h"

llmrec_status lr_json_read(llmrec_context *context, const char *path, size_t limit, json_t **root)
{
    char *bytes = NULL;
    size_t size = 0;
    json_error_t error;
    LR_RETURN_IF(lr_file_read(context, path, limit, &bytes, &size));
    json_t *fresh = json_loadb(bytes, size, 0, &error);
    lr_free(context, bytes);
    if (fresh == NULL)
        return lr_fail(LLMREC_ERR_FORMAT, "%s:%d: column %d: text is not valid JSON: %s", path, error.line,
                       error.column, error.text);
    *root = fresh;
    return LLMREC_OK;
}

lr_json lr_json_member(lr_json object, const char *key)
{
    const json_t *value = json_object_get(object.value, key); /* NULL if `object` has no value */
    return (lr_json){object.path, json_is_null(value) ? NULL : value, object.inside};
}

const char *lr_json_inside(lr_json object)
{
    return object.inside == NULL ? "" : object.inside;
}

static const char *type_name(const json_t *value)
{
    switch (json_typeof(value)) {
    case JSON_OBJECT: return "an object";
    case JSON_ARRAY: return "an array";
    case JSON_STRING: return "a text";
    case JSON_INTEGER: return "an integer";
    case JSON_REAL: return "a number";
    case JSON_NULL: return "null";
    default: return "a boolean";
    }
}

lr_quoted lr_json_show(const json_t *value)
{
    lr_quoted shown = {""};
    if (json_is_string(value)) return lr_quote(json_string_value(value), json_string_length(value));
    if (json_is_object(value) || json_is_array(value)) snprintf(shown.text, sizeof shown.text, "%s", type_name(value));
    else (void)json_dumpb(value, shown.text, sizeof shown.text - 1, JSON_ENCODE_ANY | JSON_REAL_PRECISION(6));
    return shown;
}

static llmrec_status wrong_type(lr_json found, const char *key, const char *wanted)
{
    return lr_fail(LLMREC_ERR_FORMAT, "%s: \"%s%s\" is %s; wanted %s", found.path, lr_json_inside(found), key,
                   type_name(found.value), wanted);
}

llmrec_status lr_json_bool(lr_json object, const char *key, bool *value)
{
    const lr_json found = lr_json_member(object, key);
    if (found.value == NULL) return LLMREC_OK;
    if (!json_is_boolean(found.value)) return wrong_type(found, key, "true or false");
    *value = json_is_true(found.value);
    return LLMREC_OK;
}

llmrec_status lr_json_integer(lr_json object, const char *key, int64_t low, int64_t high, int64_t *value)
{
    const lr_json found = lr_json_member(object, key);
    if (found.value == NULL) return LLMREC_OK;
    if (!json_is_integer(found.value)) return wrong_type(found, key, "an integer");
    const int64_t met = json_integer_value(found.value);
    if (met < low || met > high)
        return lr_fail(LLMREC_ERR_FORMAT, "%s: \"%s%s\" is %lld; wanted %lld to %lld", found.path,
                       lr_json_inside(found), key, (long long)met, (long long)low, (long long)high);
    *value = met;
    return LLMREC_OK;
}

llmrec_status lr_json_number(lr_json object, const char *key, double low, double high, double *value)
{
    const lr_json found = lr_json_member(object, key);
    if (found.value == NULL) return LLMREC_OK;
    if (!json_is_number(found.value)) return wrong_type(found, key, "a number");
    const double met = json_number_value(found.value);
    if (met < low || met > high)
        return lr_fail(LLMREC_ERR_FORMAT, "%s: \"%s%s\" is %g; wanted %g to %g", found.path, lr_json_inside(found), key,
                       met, low, high);
    *value = met;
    return LLMREC_OK;
}

llmrec_status lr_json_text(lr_json object, const char *key, const char **value)
{
    const lr_json found = lr_json_member(object, key);
    if (found.value == NULL) return LLMREC_OK;
    if (!json_is_string(found.value)) return wrong_type(found, key, "a text");
    *value = json_string_value(found.value);
    return LLMREC_OK;
}
