/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by all readers: format of a file, choice of columns, repair of invalid UTF-8. */
#ifndef LR_DATA_FILE_FORMAT_H
#define LR_DATA_FILE_FORMAT_H

#include "data/texts.h"

/* Returns the format `given` (LLMREC_FORMAT_*), or for AUTO the format of the path's extension. ARGUMENT if the
 * extension is unknown, or for sequences if `table` requires columns. `option` names the option in errors. */
llmrec_status lr_format_resolve(const char *path, int64_t given, bool table, const char *option, int64_t *format);

/* The names of a file's columns. */
typedef struct lr_header {
    const char *path;
    size_t count;
    lr_span_fn at;
    const void *of;
} lr_header;

/* Index of column `given`; with NULL of the first name in `usual` (NULL-terminated) that exists. FORMAT names the
 * purpose and the existing columns. */
llmrec_status lr_header_pick(const lr_header *header, const char *given, const char *const *usual, const char *what,
                             size_t *column);
int64_t lr_header_find(const lr_header *header, const char *name); /* -1 if there is no such column */

/* Copies text[length] to into[3 * length] with U+FFFD for each invalid byte. Returns the new length; adds the number of
 * invalid bytes to *bad. */
size_t lr_utf8_repair(const char *text, size_t length, char *into, size_t *bad);

#endif
