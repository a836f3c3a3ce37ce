/* SPDX-License-Identifier: Apache-2.0 */
/* One JSON object a line. */
#ifndef LR_DATA_JSON_LINES_H
#define LR_DATA_JSON_LINES_H

#include <jansson.h>

#include "core/text.h"

/* Whether text[length] is nothing but blanks. */
bool lr_line_blank(const char *text, size_t length);

/* Parses one line; FORMAT with path, line and place if it is no JSON object. The caller gives the object up. */
llmrec_status lr_line_object(const char *path, size_t line, const char *text, size_t length, json_t **object);

/* Adds a value as text: strings as they are, numbers in as few digits as give them back, true and false, nothing for
 * null, arrays' values joined by ", ", objects as JSON. */
llmrec_status lr_value_text(const json_t *value, lr_builder *builder);

#endif
