/* SPDX-License-Identifier: Apache-2.0 */
/* UTF-8 checks, quoting for messages, and a growing text buffer. */
#ifndef LR_CORE_TEXT_H
#define LR_CORE_TEXT_H

#include <stddef.h>

#include "core/status.h"
#include "llmrec/context.h"

/* Number of leading bytes that are valid UTF-8 (RFC 3629: no surrogates, no overlong forms); `length` if all are. */
size_t lr_utf8_valid(const char *text, size_t length);

/* Returns the code point at text[*at] (*at < length) and advances *at past it. A bad byte gives U+FFFD and advances by
 * one. */
uint32_t lr_utf8_next(const char *text, size_t length, size_t *at);

/* Encodes a code point; returns its length, 1 to 4 bytes. */
size_t lr_utf8_put(uint32_t code, char out[4]);

enum { LR_QUOTE_SIZE = 64 };
typedef struct lr_quoted {
    char text[LR_QUOTE_SIZE];
} lr_quoted;

/* Quotes a value for a message: at most 40 bytes, control characters and bad bytes as \xNN. */
lr_quoted lr_quote(const char *text, size_t length);

/* The part of a path after its last slash, and the same quoted. */
const char *lr_last_part(const char *path);
lr_quoted lr_quote_file(const char *path);

/* A growing text. Zero-initialize all but the context; free with lr_free(context, builder.text). */
typedef struct lr_builder {
    llmrec_context *context;
    char *text; /* NUL-terminated after the first addition */
    size_t length, capacity;
} lr_builder;

llmrec_status lr_builder_add(lr_builder *builder, const char *text, size_t length);
llmrec_status lr_builder_format(lr_builder *builder, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Appends `text` as a quoted JSON string; bad UTF-8 becomes U+FFFD. */
llmrec_status lr_builder_json(lr_builder *builder, const char *text, size_t length);

/* Appends a finite number with the fewest digits that parse back to it; other numbers become null. */
llmrec_status lr_builder_number(lr_builder *builder, double value);

/* Copies the built text to a caller's buffer: at most `capacity` bytes, NUL included. `*length` (may be NULL) gets the
 * full length. ARGUMENT if `text` is NULL and `capacity` is not 0. */
llmrec_status lr_builder_give(const lr_builder *builder, char *text, size_t capacity, size_t *length);

/* Gives the text if `built` is LLMREC_OK, and frees it in any case. Returns the first failure. */
llmrec_status lr_builder_finish(llmrec_status built, lr_builder *builder, char *text, size_t capacity, size_t *length);

#endif
