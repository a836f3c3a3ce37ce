/* SPDX-License-Identifier: Apache-2.0 */
/* Fails the 1st, 2nd, 3rd ... system call on files in each step of the main path, for each kind of call: a failure
 * names the file, leaves outputs and the old file unchanged, and leaves no temporary file. Short reads and writes
 * change nothing. */
#include <dirent.h>
#include <errno.h>

#include "path.h"
#include "system.h"

static const char OLD[] = "what was there before\n";

static size_t files_in_scratch(void)
{
    size_t count = 0;
    DIR *directory = opendir(path_file(""));
    assert_non_null(directory);
    while (readdir(directory) != NULL) count++;
    closedir(directory);
    return count;
}

static bool file_is(const char *path, const unsigned char *bytes, size_t size)
{
    size_t met = 0;
    unsigned char *found = read_bytes(path, &met);
    const bool same = met == size && memcmp(found, bytes, size) == 0;
    free(found);
    return same;
}

/* The files that a step writes when nothing fails. */
typedef struct file_bytes {
    unsigned char *bytes;
    size_t size;
} file_bytes;

static void check_failed_step(const path_step *step, const file_bytes *whole, llmrec_status status)
{
    if (status != LLMREC_ERR_IO && status != LLMREC_ERR_FORMAT)
        fail_msg("%s: status %d: %s", step->name, status, llmrec_last_error());
    if (strstr(llmrec_last_error(), path_file("")) == NULL) fail_msg("\"%s\" names no file", llmrec_last_error());
    if (step->writes == NULL) return;
    const char *path = path_file(step->writes);
    const bool old = file_is(path, (const unsigned char *)OLD, sizeof OLD - 1);
    if (!old && !file_is(path, whole->bytes, whole->size)) fail_msg("%s is neither old nor new", step->writes);
}

/* One try with the n-th call failing; false if the step makes fewer calls. */
static bool try(size_t number, path_world *world, const file_bytes *whole, system_call call, long n)
{
    static path_world before;
    const path_step *step = &steps[number];
    if (step->writes != NULL) write_text(path_file(step->writes), OLD);
    const size_t files = files_in_scratch();
    llmrec_context_create(NULL, NULL); /* sets an old error text */
    before = *world;
    system_arm(call, n, call == CALL_OPEN ? EMFILE : call == CALL_WRITE ? ENOSPC : EIO);
    const llmrec_status status = step->run(world, &world->made[number]);
    const bool failed = system_disarm();
    if (!failed && status != LLMREC_OK) fail_msg("%s: %s", step->name, llmrec_last_error());
    if (status != LLMREC_OK) {
        check_failed_step(step, whole, status);
        assert_memory_equal(&before, world, sizeof before);
    } else {
        path_free(step->makes, &world->made[number]); /* it succeeded without the call */
        if (step->writes != NULL) assert_true(file_is(path_file(step->writes), whole->bytes, whole->size));
    }
    assert_int_equal(files_in_scratch(), files);
    return failed;
}

static void moves_of_few_bytes_change_nothing(const path_step *step, path_world *world, path_handle *made,
                                              const file_bytes *whole)
{
    if (step->writes != NULL) write_text(path_file(step->writes), OLD);
    system_limit(1000);
    const llmrec_status status = step->run(world, made);
    system_disarm();
    if (status != LLMREC_OK) fail_msg("%s, in small pieces: %s", step->name, llmrec_last_error());
    path_free(step->makes, made);
    if (step->writes != NULL) assert_true(file_is(path_file(step->writes), whole->bytes, whole->size));
}

static void each_call_may_fail(void **state)
{
    static path_world world;
    const size_t number = *(size_t *)*state;
    const path_step *step = &steps[number];
    file_bytes whole = {NULL, 0};
    if (step->reads == NULL && step->writes == NULL) return;
    memset(&world, 0, sizeof world);
    world.options = context_options(0);
    path_walk(&world, number + 1);
    path_free(step->makes, &world.made[number]);
    if (step->writes != NULL) whole.bytes = read_bytes(path_file(step->writes), &whole.size);
    for (system_call call = CALL_OPEN; call < CALL_COUNT; call++)
        for (long n = 1; try(number, &world, &whole, call, n);) assert_true(++n < 10000);
    moves_of_few_bytes_change_nothing(step, &world, &world.made[number], &whole);
    free(whole.bytes);
    path_end(&world);
}

int main(void)
{
    return path_run(each_call_may_fail);
}
