/* SPDX-License-Identifier: Apache-2.0 */
/* Text in other encodings to UTF-8, and the repair of invalid UTF-8. */
#ifndef LR_DATA_ENCODING_H
#define LR_DATA_ENCODING_H

#include <stdint.h>

#include "core/status.h"

/* Encoding of a text by its first bytes, one of llmrec_encoding. A byte order mark decides, and then *mark is its
 * length. Without a mark it is UTF-8; but UTF-16 if the first character and many others have a NUL byte, all in the
 * same half; and Windows-1252 with `guess`, if the text has more bytes that UTF-8 does not allow than characters that
 * take several bytes in UTF-8. Then *bad is the offset of the first such byte. `whole`: the text does not go on. */
int64_t lr_encoding_find(const char *text, size_t length, bool whole, bool guess, size_t *mark, size_t *bad);

/* Length of the byte order mark of `encoding` at the start of the text; 0: it has none. */
size_t lr_encoding_mark(int64_t encoding, const char *text, size_t length);

/* The name for readers of messages: "Windows-1252". */
const char *lr_encoding_name(int64_t encoding);

/* Decodes raw[length] to UTF-8 in into[3 * length]. Returns the number of bytes written; *used is the number of bytes
 * read, less than `length` if the last character is incomplete. What is not a character becomes the byte 0xFF, which is
 * not UTF-8. `encoding` is not UTF-8. */
size_t lr_decode(int64_t encoding, const unsigned char *raw, size_t length, char *into, size_t *used);

/* Copies text[length] to into[3 * length] with U+FFFD for each invalid byte. Returns the new length; adds the number of
 * invalid bytes to *bad. */
size_t lr_utf8_repair(const char *text, size_t length, char *into, size_t *bad);

#endif
