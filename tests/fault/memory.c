/* SPDX-License-Identifier: Apache-2.0 */
/* Each step of the main path with its 1st, 2nd, 3rd ... allocation failing, once or for good, until it succeeds: a failure is
 * LLMREC_ERR_MEMORY with a text of its own, leaves outputs and files alone, and keeps no memory. */
#include <stdatomic.h>

#include "path.h"

enum { ALIGNMENT = 64, MOST = 100000 };

/* The host's allocator: counts what is out, and fails when it is told to. */
typedef struct host_heap {
    atomic_long outstanding;
    atomic_long until_failure; /* counts down to 0; the allocation that takes it there fails; < 0: none does */
    atomic_bool failed;
    bool for_good;
} host_heap;

static host_heap the_heap;

static void *allocate(size_t bytes, void *user)
{
    host_heap *heap = user;
    void *pointer = NULL;
    const long left = atomic_fetch_sub(&heap->until_failure, 1);
    if (left == 1 || (heap->for_good && left <= 1 && atomic_load(&heap->failed))) {
        atomic_store(&heap->failed, true);
        return NULL;
    }
    if (posix_memalign(&pointer, ALIGNMENT, bytes) != 0) return NULL;
    atomic_fetch_add(&heap->outstanding, 1);
    return pointer;
}

static void release(void *pointer, void *user)
{
    host_heap *heap = user;
    atomic_fetch_sub(&heap->outstanding, 1);
    free(pointer);
}

static void arm(long n, bool for_good)
{
    atomic_store(&the_heap.failed, false);
    the_heap.for_good = for_good;
    atomic_store(&the_heap.until_failure, n);
}

static bool disarm(void)
{
    const bool failed = atomic_load(&the_heap.failed);
    arm(-1, false);
    return failed;
}

static void begin(path_world *world, int64_t threads)
{
    disarm();
    memset(world, 0, sizeof *world);
    assert_ok(llmrec_context_options_init(&world->options, sizeof world->options));
    world->options.threads = threads;
    world->options.allocate = allocate;
    world->options.release = release;
    world->options.allocator_user = &the_heap;
}

static void check_failed_step(const path_step *step, llmrec_status status, const path_world *before,
                              const path_world *after)
{
    if (status != LLMREC_ERR_MEMORY) fail_msg("%s: status %d: %s", step->name, status, llmrec_last_error());
    assert_non_null(strstr(llmrec_last_error(), "memory"));
    assert_memory_equal(before, after, sizeof *before);
    if (step->writes != NULL) assert_int_equal(access(path_file(step->writes), F_OK), -1);
}

/* One try with the n-th allocation failing; false once the step makes fewer. */
static bool try(const path_step *step, path_world *world, path_handle *made, long n, bool for_good)
{
    static path_world before; /* too big for some stacks */
    const long held = atomic_load(&the_heap.outstanding);
    llmrec_context_create(NULL, NULL); /* a stale text */
    before = *world;
    arm(n, for_good);
    const llmrec_status status = step->run(world, made);
    const bool failed = disarm();
    if (!failed) assert_int_equal(status, LLMREC_OK);
    if (status != LLMREC_OK) check_failed_step(step, status, &before, world);
    else path_free(step->makes, made); /* it did without */
    if (status == LLMREC_OK && step->writes != NULL) unlink(path_file(step->writes));
    if (!step->keeps_memory) assert_int_equal(atomic_load(&the_heap.outstanding), held);
    return failed;
}

static void sweep(size_t number, int64_t threads)
{
    static path_world world;
    begin(&world, threads);
    path_walk(&world, number);
    if (steps[number].writes != NULL) unlink(path_file(steps[number].writes));
    for (int for_good = 0; for_good < 2; for_good++) {
        long n = 1;
        while (n < MOST && try(&steps[number], &world, &world.made[number], n, for_good)) n++;
        assert_true(n < MOST);
    }
    path_end(&world);
    assert_int_equal(atomic_load(&the_heap.outstanding), 0);
}

static void each_allocation_may_fail(void **state)
{
    const size_t number = *(size_t *)*state;
    sweep(number, 1);
    sweep(number, 3);
}

int main(void)
{
    return path_run(each_allocation_may_fail);
}
