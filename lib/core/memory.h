/* SPDX-License-Identifier: Apache-2.0 */
/* Checked allocation through the context's allocator: 64-byte aligned, sizes checked for overflow. Where `context` is
 * NULL the C library's allocator serves: for calls that have no context. */
#ifndef LR_CORE_MEMORY_H
#define LR_CORE_MEMORY_H

#include "core/status.h"
#include "llmrec/context.h"

/* The C library's memory, aligned to 64 bytes. */
void *lr_default_allocate(size_t bytes, void *user);
void lr_default_release(void *pointer, void *user);

/* Sets the pointer at `pointer_address` to count * size bytes (one byte for none); untouched on failure. */
llmrec_status lr_alloc(llmrec_context *context, void *pointer_address, size_t count, size_t size);
llmrec_status lr_alloc_zero(llmrec_context *context, void *pointer_address, size_t count, size_t size);

/* Moves the first `used` elements of the array at `pointer_address` to one of at least `wanted` (doubling). */
llmrec_status lr_grow(llmrec_context *context, void *pointer_address, size_t *capacity, size_t used, size_t wanted,
                      size_t size);

/* Moves `count` elements to an array of just that size, where that saves an eighth or more; keeps it if memory
 * fails. */
void lr_shrink(llmrec_context *context, void *pointer_address, size_t *capacity, size_t count, size_t size);

void lr_free(llmrec_context *context, void *pointer);

/* Frees a text, or NULL, and leaves none of its bytes in the memory given back. */
void lr_free_secret(llmrec_context *context, const char *text);

/* A NUL-terminated copy of `length` bytes. */
llmrec_status lr_copy_text(llmrec_context *context, const char *text, size_t length, char **copy);

#define LR_NEW(context, pointer, count)      lr_alloc((context), &(pointer), (count), sizeof *(pointer))
#define LR_NEW_ZERO(context, pointer, count) lr_alloc_zero((context), &(pointer), (count), sizeof *(pointer))
#define LR_GROW(context, pointer, capacity, used, wanted)                                                              \
    lr_grow((context), &(pointer), &(capacity), (used), (wanted), sizeof *(pointer))

#endif
