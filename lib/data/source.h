/* SPDX-License-Identifier: Apache-2.0 */
/* Reads a plain or gzip file in order. The first bytes decide which of the two it is. */
#ifndef LR_DATA_SOURCE_H
#define LR_DATA_SOURCE_H

#include <stddef.h>

#include "core/status.h"
#include "llmrec/context.h"

typedef struct lr_source lr_source;

llmrec_status lr_source_open(llmrec_context *context, const char *path, lr_source **source);
void lr_source_close(lr_source *source); /* NULL is allowed */

/* Fills into[capacity]. `*count` is less than `capacity` only at the end of the file. FORMAT for damaged gzip data. */
llmrec_status lr_source_read(lr_source *source, char *into, size_t capacity, size_t *count);

/* Size of the file on disk (0: unknown), and the number of bytes read from it. */
size_t lr_source_size(const lr_source *source);
size_t lr_source_done(const lr_source *source);

#endif
