/* SPDX-License-Identifier: Apache-2.0 */
/* What all readers share: which format a file has, which of its columns is meant, and bytes that are not UTF-8. */
#ifndef LR_DATA_FILE_FORMAT_H
#define LR_DATA_FILE_FORMAT_H

#include "data/texts.h"

/* `given`, one of LLMREC_FORMAT_*, or what the path's ending says where that is AUTO. ARGUMENT if it says nothing, or
 * for sequences where `table` says that columns are wanted. `option` names the option in errors. */
llmrec_status lr_format_resolve(const char *path, int64_t given, bool table, const char *option, int64_t *format);

/* The names of a file's columns. */
typedef struct lr_header {
    const char *path;
    size_t count;
    lr_span_fn at;
    const void *of;
} lr_header;

/* Index of the column `given`, or with NULL of the first of `usual` (ends in NULL) that there is. FORMAT says for what
 * it was wanted, and names the columns that there are. */
llmrec_status lr_header_pick(const lr_header *header, const char *given, const char *const *usual, const char *what,
                             size_t *column);
int64_t lr_header_find(const lr_header *header, const char *name); /* -1: no such column */

/* text[length] with U+FFFD for each bad byte in into[3 * length]. Returns its length; adds the bad bytes to *bad. */
size_t lr_utf8_repair(const char *text, size_t length, char *into, size_t *bad);

#endif
