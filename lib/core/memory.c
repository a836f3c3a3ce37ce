/* SPDX-License-Identifier: Apache-2.0 */
/* Checked, aligned allocation through the context's allocator. */
#include "core/memory.h"

#include <stdlib.h>
#include <string.h>

#include "core/context.h"

enum { ALIGNMENT = 64 };

void *lr_default_allocate(size_t bytes, void *user)
{
    void *pointer = NULL;
    (void)user;
    return posix_memalign(&pointer, ALIGNMENT, bytes) == 0 ? pointer : NULL;
}

void lr_default_release(void *pointer, void *user)
{
    (void)user;
    free(pointer);
}

llmrec_status lr_alloc(llmrec_context *context, void *pointer_address, size_t count, size_t size)
{
    size_t bytes = 0;
    if (__builtin_mul_overflow(count, size, &bytes) || bytes > PTRDIFF_MAX)
        return lr_fail(LLMREC_ERR_MEMORY, "memory: %zu x %zu bytes exceed the address space", count, size);
    if (bytes == 0) bytes = 1;
    void *pointer =
        context == NULL ? lr_default_allocate(bytes, NULL) : context->allocate(bytes, context->allocator_user);
    if (pointer == NULL) return lr_fail(LLMREC_ERR_MEMORY, "memory: allocating %zu bytes failed", bytes);
    memcpy(pointer_address, &pointer, sizeof pointer);
    return LLMREC_OK;
}

llmrec_status lr_alloc_zero(llmrec_context *context, void *pointer_address, size_t count, size_t size)
{
    void *pointer = NULL;
    LR_RETURN_IF(lr_alloc(context, &pointer, count, size));
    memset(pointer, 0, count * size);
    memcpy(pointer_address, &pointer, sizeof pointer);
    return LLMREC_OK;
}

static llmrec_status move(llmrec_context *context, void *pointer_address, size_t used, size_t count, size_t size)
{
    void *old = NULL, *fresh = NULL;
    memcpy(&old, pointer_address, sizeof old);
    LR_RETURN_IF(lr_alloc(context, &fresh, count, size));
    if (used > 0) memcpy(fresh, old, used * size);
    lr_free(context, old);
    memcpy(pointer_address, &fresh, sizeof fresh);
    return LLMREC_OK;
}

llmrec_status lr_grow(llmrec_context *context, void *pointer_address, size_t *capacity, size_t used, size_t wanted,
                      size_t size)
{
    if (wanted <= *capacity) return LLMREC_OK;
    size_t next = *capacity < 16 ? 16 : *capacity;
    while (next < wanted) next = next > SIZE_MAX / 2 ? wanted : next * 2;
    LR_RETURN_IF(move(context, pointer_address, used, next, size));
    *capacity = next;
    return LLMREC_OK;
}

void lr_shrink(llmrec_context *context, void *pointer_address, size_t *capacity, size_t count, size_t size)
{
    char kept[LR_ERROR_SIZE];
    if (*capacity - count < *capacity / 8) return;
    lr_error_take(kept);
    if (move(context, pointer_address, count, count, size) == LLMREC_OK) *capacity = count;
    lr_error_put(kept); /* a failed shrink is not an error */
}

void lr_free(llmrec_context *context, void *pointer)
{
    if (pointer == NULL) return;
    if (context == NULL) lr_default_release(pointer, NULL);
    else context->release(pointer, context->allocator_user);
}

void lr_free_secret(llmrec_context *context, const char *text)
{
    char *bytes = (char *)(uintptr_t)text;
    if (bytes != NULL) explicit_bzero(bytes, strlen(bytes));
    lr_free(context, bytes);
}

llmrec_status lr_copy_text(llmrec_context *context, const char *text, size_t length, char **copy)
{
    char *fresh = NULL;
    if (length == SIZE_MAX) length = strlen(text);
    LR_RETURN_IF(lr_alloc(context, &fresh, length + 1, 1));
    if (length > 0) memcpy(fresh, text, length);
    fresh[length] = '\0';
    *copy = fresh;
    return LLMREC_OK;
}
