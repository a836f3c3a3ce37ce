/* SPDX-License-Identifier: Apache-2.0 */
/* Parses JSON lines: one object per line. */
#ifndef LR_DATA_JSON_LINES_H
#define LR_DATA_JSON_LINES_H

#include <jansson.h>

#include "core/text.h"
#include "data/texts.h"

/* True if text[length] is only blanks. */
bool lr_line_blank(const char *text, size_t length);

/* Parses one line, an object in JSON or as Python prints it. Integers beyond 64 bits become strings of their digits.
 * FORMAT with path, line and column if it is not a JSON object. Free the object with json_decref. */
llmrec_status lr_line_object(llmrec_context *context, const char *path, size_t line, lr_span text, json_t **object);

/* Writes a number as text with the fewest digits that parse back, and at least one after the point: 10.0. Returns the
 * length. */
enum { LR_REAL_SIZE = 32 };
size_t lr_real_text(double value, char text[LR_REAL_SIZE]);

/* Appends a value as text: strings unchanged, numbers with the fewest digits that parse back, true and false, nothing
 * for null, array elements joined by ", ", objects as JSON. */
llmrec_status lr_value_text(const json_t *value, lr_builder *builder);

#endif
