/* SPDX-License-Identifier: Apache-2.0 */
/* The bytes of a plain or gzip file, in order. Which of the two it is, its first bytes tell. */
#ifndef LR_DATA_SOURCE_H
#define LR_DATA_SOURCE_H

#include <stddef.h>

#include "core/status.h"
#include "llmrec/context.h"

typedef struct lr_source lr_source;

llmrec_status lr_source_open(llmrec_context *context, const char *path, lr_source **source);
void lr_source_close(lr_source *source); /* NULL is fine */

/* Fills into[capacity]; `*count` is less than `capacity` at the end of the file alone. FORMAT for damaged gzip data. */
llmrec_status lr_source_read(lr_source *source, char *into, size_t capacity, size_t *count);

/* Bytes of the file as it lies on disk (0: unknown), and how many of them were read. */
size_t lr_source_size(const lr_source *source);
size_t lr_source_done(const lr_source *source);

#endif
