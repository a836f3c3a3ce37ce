/* SPDX-License-Identifier: Apache-2.0 */
/* UTF-8 checks, quoting for messages, and growing text. */
#ifndef LR_CORE_TEXT_H
#define LR_CORE_TEXT_H

#include <stddef.h>

#include "core/status.h"
#include "llmrec/context.h"

/* Bytes from the start that are valid UTF-8 (RFC 3629: no surrogates, no overlong forms): `length` if all are. */
size_t lr_utf8_valid(const char *text, size_t length);

/* The code point at text[*at], which must be < length, and moves *at past it; U+FFFD for a bad byte, one byte on. */
uint32_t lr_utf8_next(const char *text, size_t length, size_t *at);

/* Writes a code point; returns its 1 to 4 bytes. */
size_t lr_utf8_put(uint32_t code, char out[4]);

enum { LR_QUOTE_SIZE = 64 };
typedef struct lr_quoted {
    char text[LR_QUOTE_SIZE];
} lr_quoted;

/* A value met, fit for a message: at most 40 bytes of it in quotes, control characters and bad bytes as \xNN. */
lr_quoted lr_quote(const char *text, size_t length);

/* Text that grows. Zero-initialize but for the context; free with lr_free(context, builder.text). */
typedef struct lr_builder {
    llmrec_context *context;
    char *text; /* NUL-terminated once anything was added */
    size_t length, capacity;
} lr_builder;

llmrec_status lr_builder_add(lr_builder *builder, const char *text, size_t length);
llmrec_status lr_builder_format(lr_builder *builder, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Adds `text` as a JSON string with its quotes; bad UTF-8 becomes U+FFFD. */
llmrec_status lr_builder_json(lr_builder *builder, const char *text, size_t length);

/* Adds a finite number in as few digits as give it back (JSON null for others). */
llmrec_status lr_builder_number(lr_builder *builder, double value);

/* Copies what was built to a caller's buffer: at most `capacity` bytes, NUL included. `*length` (may be NULL) gets
 * the bytes built. ARGUMENT where `text` is NULL and `capacity` is not 0. */
llmrec_status lr_builder_give(const lr_builder *builder, char *text, size_t capacity, size_t *length);

#endif
