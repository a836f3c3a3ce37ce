/* SPDX-License-Identifier: Apache-2.0 */
/* Fails the 1st, 2nd, 3rd ... allocation in each step of the main path, once or for good, until it succeeds: a failure
 * is LLMREC_ERR_MEMORY with its own text, leaves outputs and files unchanged, and leaks no memory. */
#include "../heap.h"
#include "path.h"

enum { MOST = 100000 };

static void begin(path_world *world, int64_t threads)
{
    memset(world, 0, sizeof *world);
    world->options = heap_options(threads);
}

static void check_failed_step(const path_step *step, llmrec_status status, const path_world *before,
                              const path_world *after)
{
    if (status != LLMREC_ERR_MEMORY) fail_msg("%s: status %d: %s", step->name, status, llmrec_last_error());
    assert_non_null(strstr(llmrec_last_error(), "memory"));
    assert_memory_equal(before, after, sizeof *before);
    if (step->writes != NULL) assert_int_equal(access(path_file(step->writes), F_OK), -1);
}

/* One try with the n-th allocation failing; false if the step makes fewer. */
static bool try(const path_step *step, path_world *world, path_handle *made, long n, bool for_good)
{
    static path_world before; /* too large for some stacks */
    const long held = heap_outstanding();
    llmrec_context_create(NULL, NULL); /* sets an old error text */
    before = *world;
    heap_arm(n, for_good);
    const llmrec_status status = step->run(world, made);
    const bool failed = heap_disarm();
    if (!failed) assert_int_equal(status, LLMREC_OK);
    if (status != LLMREC_OK) check_failed_step(step, status, &before, world);
    else path_free(step->makes, made); /* it succeeded without the allocation */
    if (status == LLMREC_OK && step->writes != NULL) unlink(path_file(step->writes));
    if (!step->keeps_memory) assert_int_equal(heap_outstanding(), held);
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
    assert_int_equal(heap_outstanding(), 0);
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
