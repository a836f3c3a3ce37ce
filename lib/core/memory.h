/* SPDX-License-Identifier: Apache-2.0 */
/* Allocates through the context's allocator: 64-byte aligned, sizes checked for overflow. With `context` NULL (calls
 * without a context) the C library allocates. */
#ifndef LR_CORE_MEMORY_H
#define LR_CORE_MEMORY_H

#include "core/status.h"
#include "llmrec/context.h"

/* The default allocator: the C library's memory, aligned to 64 bytes. */
void *lr_default_allocate(size_t bytes, void *user);
void lr_default_release(void *pointer, void *user);

/* Allocates count * size bytes (at least one) and stores the pointer at `pointer_address`. Leaves it unchanged on
 * failure. */
llmrec_status lr_alloc(llmrec_context *context, void *pointer_address, size_t count, size_t size);
llmrec_status lr_alloc_zero(llmrec_context *context, void *pointer_address, size_t count, size_t size);

/* Grows the array at `pointer_address` to at least `wanted` elements, doubling its capacity. Copies the first
 * `used`. */
llmrec_status lr_grow(llmrec_context *context, void *pointer_address, size_t *capacity, size_t used, size_t wanted,
                      size_t size);

/* Shrinks the array to `count` elements if that saves an eighth or more. Keeps the array if memory is short. */
void lr_shrink(llmrec_context *context, void *pointer_address, size_t *capacity, size_t count, size_t size);

void lr_free(llmrec_context *context, void *pointer);

/* Overwrites a text with zeros and frees it. NULL is allowed. */
void lr_free_secret(llmrec_context *context, const char *text);

/* Copies `length` bytes and appends a NUL. */
llmrec_status lr_copy_text(llmrec_context *context, const char *text, size_t length, char **copy);

#define LR_NEW(context, pointer, count)      lr_alloc((context), &(pointer), (count), sizeof *(pointer))
#define LR_NEW_ZERO(context, pointer, count) lr_alloc_zero((context), &(pointer), (count), sizeof *(pointer))
#define LR_GROW(context, pointer, capacity, used, wanted)                                                              \
    lr_grow((context), &(pointer), &(capacity), (used), (wanted), sizeof *(pointer))

#endif
