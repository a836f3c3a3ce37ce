/* SPDX-License-Identifier: Apache-2.0 */
/* Parses JSON lines: one object per line. */
#ifndef LR_DATA_JSON_LINES_H
#define LR_DATA_JSON_LINES_H

#include <jansson.h>

#include "core/text.h"

/* True if text[length] is only blanks. */
bool lr_line_blank(const char *text, size_t length);

/* Parses one line. FORMAT with path, line and column if it is not a JSON object. Free the object with json_decref. */
llmrec_status lr_line_object(const char *path, size_t line, const char *text, size_t length, json_t **object);

/* Appends a value as text: strings unchanged, numbers with the fewest digits that parse back, true and false, nothing
 * for null, array elements joined by ", ", objects as JSON. */
llmrec_status lr_value_text(const json_t *value, lr_builder *builder);

#endif
