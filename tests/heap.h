/* SPDX-License-Identifier: Apache-2.0 */
/* A host allocator that counts, and fails on request. */
#ifndef TESTS_HEAP_H
#define TESTS_HEAP_H

#include <malloc.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "support.h"

static struct {
    atomic_long allocations, outstanding;
    /* counts down; the allocation that reaches 0 fails; below 0 none fails */
    atomic_long until_failure;
    atomic_bool failed, for_good;
    const char *secret;   /* text that must not be in any freed memory, or NULL */
    atomic_long betrayed; /* times that it was */
} the_heap;

static inline void *heap_take(size_t bytes)
{
    void *pointer = NULL;
    if (posix_memalign(&pointer, 64, bytes) != 0) return NULL;
    memset(pointer, 0, the_heap.secret == NULL ? 0 : malloc_usable_size(pointer)); /* removes old content */
    atomic_fetch_add(&the_heap.outstanding, 1);
    return pointer;
}

static inline void *heap_allocate(size_t bytes, void *user)
{
    (void)user;
    atomic_fetch_add(&the_heap.allocations, 1);
    const long left = atomic_fetch_sub(&the_heap.until_failure, 1);
    if (left == 1) atomic_store(&the_heap.failed, true);
    const bool fails = left == 1 || (atomic_load(&the_heap.failed) && atomic_load(&the_heap.for_good));
    return fails ? NULL : heap_take(bytes);
}

static inline void heap_look_for_secret(const char *bytes, size_t size)
{
    const size_t length = strlen(the_heap.secret);
    for (size_t i = 0; i + length <= size; i++)
        if (memcmp(bytes + i, the_heap.secret, length) == 0) atomic_fetch_add(&the_heap.betrayed, 1);
}

static inline void heap_release(void *pointer, void *user)
{
    (void)user;
    if (the_heap.secret != NULL) heap_look_for_secret(pointer, malloc_usable_size(pointer));
    atomic_fetch_sub(&the_heap.outstanding, 1);
    free(pointer);
}

static inline llmrec_context_options heap_options(int64_t threads)
{
    llmrec_context_options options = context_options(threads);
    options.allocate = heap_allocate;
    options.release = heap_release;
    return options;
}

static inline llmrec_context *heap_context(int64_t threads)
{
    const llmrec_context_options options = heap_options(threads);
    return context_like(&options);
}

/* From now on the n-th allocation (from 1) fails; with `for_good` all after it fail too. */
static inline void heap_arm(long n, bool for_good)
{
    atomic_store(&the_heap.failed, false);
    atomic_store(&the_heap.for_good, for_good);
    atomic_store(&the_heap.until_failure, n);
}

/* All allocations succeed again. True if one failed since heap_arm. */
static inline bool heap_disarm(void)
{
    const bool failed = atomic_load(&the_heap.failed);
    heap_arm(0, false);
    return failed;
}

static inline long heap_outstanding(void)
{
    return atomic_load(&the_heap.outstanding);
}

#endif
