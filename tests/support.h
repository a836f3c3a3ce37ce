/* SPDX-License-Identifier: Apache-2.0 */
/* Helpers for many tests: contexts, scratch files, and failures checked by their text. */
#ifndef TESTS_SUPPORT_H
#define TESTS_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "llmrec/llmrec.h"

static inline llmrec_context_options context_options(int64_t threads)
{
    llmrec_context_options options;
    assert_int_equal(llmrec_context_options_init(&options, sizeof options), LLMREC_OK);
    options.threads = threads;
    return options;
}

static inline llmrec_context *context_like(const llmrec_context_options *options)
{
    llmrec_context *made = NULL;
    if (llmrec_context_create(options, &made) != LLMREC_OK) fail_msg("%s", llmrec_last_error());
    return made;
}

static inline llmrec_context *context_with(int64_t threads)
{
    const llmrec_context_options options = context_options(threads);
    return context_like(&options);
}

/* A recommender's description; the text is valid until the next call. */
static inline const char *described(const llmrec_recommender *recommender)
{
    static char text[1 << 16];
    size_t length = 0;
    assert_int_equal(llmrec_recommender_description(recommender, text, sizeof text, &length), LLMREC_OK);
    assert_true(length < sizeof text);
    return text;
}

/* A scratch directory of this process, created at the first call; returns the path of a name in it. The text is valid
 * for the next seven calls. */
static char scratch_directory[64];

static inline const char *scratch(const char *name)
{
    static char paths[8][192];
    static unsigned next;
    char *path = paths[next++ % 8];
    if (scratch_directory[0] == '\0') {
        snprintf(scratch_directory, sizeof scratch_directory, "/tmp/llmrec_test_XXXXXX");
        assert_non_null(mkdtemp(scratch_directory));
    }
    snprintf(path, sizeof paths[0], "%s/%s", scratch_directory, name);
    return path;
}

/* Teardown of a group: removes the scratch directory. */
static inline int remove_scratch(void **state)
{
    char command[128];
    (void)state;
    if (scratch_directory[0] == '\0') return 0;
    snprintf(command, sizeof command, "rm -rf '%s'", scratch_directory);
    return system(command);
}

static inline void write_bytes(const char *path, const void *bytes, size_t size)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

static inline void write_text(const char *path, const char *text)
{
    write_bytes(path, text, strlen(text));
}

/* Reads a file; free the bytes. */
static inline unsigned char *read_bytes(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    *size = (size_t)ftell(file);
    rewind(file);
    unsigned char *bytes = malloc(*size + 1);
    assert_non_null(bytes);
    assert_int_equal(fread(bytes, 1, *size, file), *size);
    bytes[*size] = '\0';
    fclose(file);
    return bytes;
}

/* Checks that a call failed with `code` and a text that contains each fragment. */
static inline void check_failure(llmrec_status status, llmrec_status code, const char *const *fragments, size_t count)
{
    if (status != code) fail_msg("status %d, wanted %d: %s", status, code, llmrec_last_error());
    for (size_t i = 0; i < count; i++)
        if (strstr(llmrec_last_error(), fragments[i]) == NULL)
            fail_msg("\"%s\" lacks \"%s\"", llmrec_last_error(), fragments[i]);
}

#define assert_failure(status, code, ...)                                                                              \
    check_failure((status), (code), (const char *const[]){__VA_ARGS__},                                                \
                  sizeof(const char *const[]){__VA_ARGS__} / sizeof(const char *))

/* Checks that a call succeeded; prints its error text otherwise. */
#define assert_ok(call)                                                                                                \
    do {                                                                                                               \
        if ((call) != LLMREC_OK) fail_msg("%s: %s", #call, llmrec_last_error());                                       \
    } while (0)

#endif
