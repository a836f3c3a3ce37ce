/* SPDX-License-Identifier: Apache-2.0 */
/* JSON files of settings, and members of their objects with errors that name file, member and value. */
#ifndef LR_CORE_JSON_H
#define LR_CORE_JSON_H

#include <jansson.h>

#include "core/status.h"
#include "llmrec/context.h"

/* A value inside a file that was read; `value` NULL: there is none. */
typedef struct lr_json {
    const char *path;
    const json_t *value;
} lr_json;

/* Reads a whole file of at most `limit` bytes. FORMAT names line and column of what is no JSON. The root is given up
 * with json_decref; `path` must live as long as views of it are used. */
llmrec_status lr_json_read(llmrec_context *context, const char *path, size_t limit, json_t **root);

/* Member `key` of an object: no value where there is no such member, or where it is null. */
lr_json lr_json_member(lr_json object, const char *key);

/* Each reads member `key` where there is one, and leaves `*value` as it is where there is none. FORMAT if it is of
 * another type, or outside [low, high]. A text belongs to the file's root. */
llmrec_status lr_json_bool(lr_json object, const char *key, bool *value);
llmrec_status lr_json_integer(lr_json object, const char *key, int64_t low, int64_t high, int64_t *value);
llmrec_status lr_json_number(lr_json object, const char *key, double low, double high, double *value);
llmrec_status lr_json_text(lr_json object, const char *key, const char **value);

#endif
