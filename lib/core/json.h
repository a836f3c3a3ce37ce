/* SPDX-License-Identifier: Apache-2.0 */
/* Reads JSON files and members of their objects. Errors name file, member and value. */
#ifndef LR_CORE_JSON_H
#define LR_CORE_JSON_H

#include <jansson.h>

#include "core/text.h"

/* A JSON value and its place, for errors. `value` is NULL if the member is absent. */
typedef struct lr_json {
    const char *path; /* of its file */
    const json_t *value;
    const char *inside; /* path within the file, before the names of members: "parts.first_stage."; NULL: none */
} lr_json;

/* Returns `inside`, or an empty text. */
const char *lr_json_inside(lr_json object);

/* Shows a value in a message: "text", 3, true, null, an array, an object. */
lr_quoted lr_json_show(const json_t *value);

/* Reads a JSON file of at most `limit` bytes. FORMAT names line and column of a syntax error. Free the root with
 * json_decref. `path` must outlive every lr_json of this file. */
llmrec_status lr_json_read(llmrec_context *context, const char *path, size_t limit, json_t **root);

/* Member `key` of an object; no value if the member is absent or null. */
lr_json lr_json_member(lr_json object, const char *key);

/* Each function reads member `key`; `*value` is unchanged if the member is absent. FORMAT if the type is wrong or the
 * value is outside [low, high]. A text is owned by the root. */
llmrec_status lr_json_bool(lr_json object, const char *key, bool *value);
llmrec_status lr_json_integer(lr_json object, const char *key, int64_t low, int64_t high, int64_t *value);
llmrec_status lr_json_number(lr_json object, const char *key, double low, double high, double *value);
llmrec_status lr_json_text(lr_json object, const char *key, const char **value);

#endif
