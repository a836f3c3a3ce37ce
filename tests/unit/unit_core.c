/* SPDX-License-Identifier: Apache-2.0 */
/* The core room: error texts, options, memory, random numbers, numbers, text, files, the pool. */
#include "../support.h"

#include <errno.h>
#include <math.h>
#include <sys/wait.h>

#include "core/context.h"
#include "core/file.h"
#include "core/log.h"
#include "core/memory.h"
#include "core/number.h"
#include "core/options.h"
#include "core/pool.h"
#include "core/rng.h"
#include "core/text.h"

static void a_failure_has_one_line_of_text(void **state)
{
    (void)state;
    assert_int_equal(lr_fail(LLMREC_ERR_FORMAT, "row %d: \"a\nb\"", 3), LLMREC_ERR_FORMAT);
    assert_string_equal(llmrec_last_error(), "row 3: \"a b\"");
    lr_fail(LLMREC_ERR_FORMAT, "again: %s", llmrec_last_error());
    assert_string_equal(llmrec_last_error(), "again: row 3: \"a b\"");
    errno = ENOENT;
    assert_int_equal(lr_fail_errno("open", "x.csv"), LLMREC_ERR_IO);
    assert_string_equal(llmrec_last_error(), "open x.csv: No such file or directory");
}

static void every_status_has_a_name(void **state)
{
    (void)state;
    assert_string_equal(llmrec_status_name(LLMREC_OK), "LLMREC_OK");
    assert_string_equal(llmrec_status_name(LLMREC_ERR_INTERNAL), "LLMREC_ERR_INTERNAL");
    assert_string_equal(llmrec_status_name(-12), "unknown status");
    assert_string_equal(llmrec_status_name(1), "unknown status");
}

static void options_of_other_sizes_are_overlaid_or_refused(void **state)
{
    struct wide {
        llmrec_context_options known;
        int64_t later;
    } newer = {.known = {.size = sizeof newer, .threads = 2, .log_level = LLMREC_LOG_INFO}};
    llmrec_context *context = NULL;
    (void)state;
    assert_int_equal(llmrec_context_create(&newer.known, &context), LLMREC_OK);
    assert_int_equal(llmrec_context_threads(context), 2);
    llmrec_context_free(context);
    newer.later = 1;
    assert_int_equal(llmrec_context_create(&newer.known, &context), LLMREC_ERR_ABI);
    assert_non_null(strstr(llmrec_last_error(), "this libllmrec knows"));
    newer.known.size = 3;
    assert_int_equal(llmrec_context_create(&newer.known, &context), LLMREC_ERR_ABI);
    assert_non_null(strstr(llmrec_last_error(), "size is 3"));
    newer.known = (llmrec_context_options){.size = sizeof newer.known, .threads = 5000};
    assert_int_equal(llmrec_context_create(&newer.known, &context), LLMREC_ERR_ARGUMENT);
    assert_string_equal(llmrec_last_error(), "threads is 5000; wanted 0 to 1024");
}

static void sizes_that_overflow_are_refused(void **state)
{
    llmrec_context *context = context_with(1);
    double *values = NULL;
    (void)state;
    assert_int_equal(LR_NEW(context, values, SIZE_MAX / 4), LLMREC_ERR_MEMORY);
    assert_null(values);
    assert_int_equal(LR_NEW(context, values, 3), LLMREC_OK);
    assert_int_equal((uintptr_t)values % 64, 0);
    size_t capacity = 3;
    values[2] = 5;
    assert_int_equal(LR_GROW(context, values, capacity, 3, 100), LLMREC_OK);
    assert_true(capacity >= 100 && values[2] == 5);
    lr_free(context, values);
    llmrec_context_free(context);
}

/* Published known answers of Random123 for philox4x32-10. */
static void philox_gives_the_published_numbers(void **state)
{
    uint32_t block[4];
    (void)state;
    lr_philox(0, 0, 0, block);
    assert_int_equal(block[0], 0x6627e8d5u);
    assert_int_equal(block[1], 0xe169c58du);
    assert_int_equal(block[2], 0xbc57ac4cu);
    assert_int_equal(block[3], 0x9b00dbd8u);
    lr_philox(UINT64_MAX, UINT64_MAX, UINT64_MAX, block);
    assert_int_equal(block[0], 0x408f276du);
    assert_int_equal(block[1], 0x41c83b0eu);
    assert_int_equal(block[2], 0xa20bc7c6u);
    assert_int_equal(block[3], 0x6d5451fdu);
}

static void integers_are_written_as_printf_writes_them(void **state)
{
    (void)state;
    for (int64_t power = 1; power < INT64_MAX / 10; power *= 10)
        for (int64_t near = -1; near <= 1; near++)
            for (int64_t sign = -1; sign <= 1; sign += 2) {
                char text[LR_INT64_SIZE + 1] = "", wanted[32];
                snprintf(wanted, sizeof wanted, "%lld", (long long)(sign * (power + near)));
                assert_int_equal(lr_write_int64(sign * (power + near), text), strlen(wanted));
                assert_string_equal(text, wanted);
            }
    char least[LR_INT64_SIZE], most[LR_INT64_SIZE];
    assert_int_equal(lr_write_int64(INT64_MIN, least), 20);
    assert_memory_equal(least, "-9223372036854775808", 20);
    assert_int_equal(lr_write_int64(INT64_MAX, most), 19);
    assert_memory_equal(most, "9223372036854775807", 19);
}

static void random_numbers_have_their_moments(void **state)
{
    enum { COUNT = 200000 };
    lr_rng rng = lr_rng_at(1, 2, 0);
    double uniform = 0, normal = 0, square = 0;
    size_t counts[7] = {0};
    (void)state;
    for (int i = 0; i < COUNT; i++) {
        const double z = lr_rng_normal(&rng);
        uniform += lr_rng_uniform(&rng);
        normal += z;
        square += z * z;
        counts[lr_rng_below(&rng, 7)]++;
    }
    assert_true(fabs(uniform / COUNT - .5) < .003);
    assert_true(fabs(normal / COUNT) < .01);
    assert_true(fabs(square / COUNT - 1) < .02);
    for (int i = 0; i < 7; i++) assert_true(fabs(counts[i] / (COUNT / 7.0) - 1) < .03);
}

static void numbers_are_read_as_strtod_reads_them(void **state)
{
    static const char *const good[] = {"0",
                                       "-1.5",
                                       "881250949",
                                       "1e3",
                                       "1.7976931348623157e308",
                                       "5e-324",
                                       ".5",
                                       "5.",
                                       "+2",
                                       "1E-05",
                                       "123456789012345678901234567890",
                                       "0.1",
                                       "9007199254740993",
                                       "1.00000000000000011102230246251565"};
    static const char *const bad[] = {"",   " 1",    "1 ",  "1,5",   "nan",   "inf", "0x10",
                                      "1e", "1e++5", "--1", "1e999", "1.2.3", "e5",  "."};
    double value = 0;
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        assert_true(lr_parse_double(good[i], strlen(good[i]), &value));
        assert_true(value == strtod(good[i], NULL));
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (lr_parse_double(bad[i], strlen(bad[i]), &value)) fail_msg("%s was taken for a number", bad[i]);
}

static void integers_are_read_to_their_limits(void **state)
{
    int64_t value = 0;
    (void)state;
    assert_true(lr_parse_int64("-9223372036854775808", 20, &value) && value == INT64_MIN);
    assert_true(lr_parse_int64("9223372036854775807", 19, &value) && value == INT64_MAX);
    assert_false(lr_parse_int64("9223372036854775808", 19, &value));
    assert_false(lr_parse_int64("-9223372036854775809", 20, &value));
    assert_false(lr_parse_int64("", 0, &value) || lr_parse_int64("-", 1, &value) || lr_parse_int64("1.0", 3, &value));
}

static void utf8_is_told_from_what_is_not(void **state)
{
    static const struct {
        const char *text;
        size_t length, valid;
    } cases[] = {
        {"plain ascii text", 16, 16}, {"h\xC3\xA9", 3, 3},        {"\xF0\x9F\x98\x80", 4, 4}, {"a\xC0\x80", 3, 1},
        {"\xED\xA0\x80", 3, 0},       {"ab\xE2\x82", 4, 2},       {"\xF5\x80\x80\x80", 4, 0}, {"\xE0\x80\x80", 3, 0},
        {"12345678\xFF", 9, 8},       {"\xF4\x90\x80\x80", 4, 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(lr_utf8_valid(cases[i].text, cases[i].length), cases[i].valid);
}

static void code_points_survive_the_round_trip(void **state)
{
    (void)state;
    for (uint32_t code = 1; code < 0x110000; code++) {
        char bytes[4];
        size_t at = 0;
        if (code >= 0xD800 && code < 0xE000) continue;
        const size_t length = lr_utf8_put(code, bytes);
        assert_int_equal(lr_utf8_next(bytes, length, &at), code);
        assert_int_equal(at, length);
    }
}

static void quotes_are_short_and_printable(void **state)
{
    (void)state;
    assert_string_equal(lr_quote("a\x01\xFFz", 4).text, "\"a\\x01\\xFFz\"");
    const lr_quoted quoted = lr_quote("0123456789012345678901234567890123456789and more", 48);
    assert_string_equal(quoted.text, "\"0123456789012345678901234567890123456789...\"");
}

static void built_text_is_json(void **state)
{
    llmrec_context *context = context_with(1);
    lr_builder builder = {.context = context};
    (void)state;
    assert_int_equal(lr_builder_json(&builder, "a\"\\\n\x01\xFF", 6), LLMREC_OK);
    assert_int_equal(lr_builder_number(&builder, 0.1), LLMREC_OK);
    assert_int_equal(lr_builder_number(&builder, NAN), LLMREC_OK);
    assert_int_equal(lr_builder_format(&builder, "|%.2f", 2.5), LLMREC_OK);
    assert_string_equal(builder.text, "\"a\\\"\\\\\\n\\u0001\xEF\xBF\xBD\"0.1null|2.50");
    lr_free(context, builder.text);
    llmrec_context_free(context);
}

static void a_replacement_is_all_or_nothing(void **state)
{
    char path[] = "/tmp/llmrec_core_XXXXXX", *bytes = NULL;
    llmrec_context *context = context_with(1);
    lr_replacement replacement = {0};
    size_t size = 0;
    (void)state;
    close(mkstemp(path));
    assert_int_equal(lr_file_write(context, path, "old", 3), LLMREC_OK);
    assert_int_equal(lr_replacement_begin(context, path, &replacement), LLMREC_OK);
    char temporary[64];
    snprintf(temporary, sizeof temporary, "%s", replacement.temporary);
    lr_replacement_abandon(&replacement);
    assert_int_equal(access(temporary, F_OK), -1);
    assert_int_equal(lr_file_read(context, path, 100, &bytes, &size), LLMREC_OK);
    assert_string_equal(bytes, "old");
    lr_free(context, bytes);
    assert_int_equal(lr_file_read(context, path, 2, &bytes, &size), LLMREC_ERR_FORMAT);
    assert_int_equal(lr_file_read(context, "/tmp", 2, &bytes, &size), LLMREC_ERR_IO);
    assert_int_equal(lr_file_write(context, "/nowhere/at/all", "x", 1), LLMREC_ERR_IO);
    assert_non_null(strstr(llmrec_last_error(), "/nowhere/at/all"));
    unlink(path);
    llmrec_context_free(context);
}

enum { TASKS = 1000 };

static llmrec_status square_it(void *argument, size_t task, size_t worker)
{
    (void)worker;
    ((size_t *)argument)[task] = task * task;
    return LLMREC_OK;
}

static llmrec_status fail_from_300(void *argument, size_t task, size_t worker)
{
    (void)argument;
    (void)worker;
    return task < 300 ? LLMREC_OK : lr_fail(LLMREC_ERR_NUMERIC, "task %zu", task);
}

static void check_squares(llmrec_context *context)
{
    size_t squares[TASKS] = {0};
    assert_int_equal(lr_parallel(context, TASKS, square_it, squares), LLMREC_OK);
    for (size_t i = 0; i < TASKS; i++) assert_int_equal(squares[i], i * i);
}

static void the_pool_runs_every_task_once(void **state)
{
    (void)state;
    for (int64_t threads = 1; threads <= 5; threads++) {
        llmrec_context *context = context_with(threads);
        for (int i = 0; i < 50; i++) check_squares(context);
        llmrec_context_free(context);
    }
}

static void the_pool_reports_the_lowest_failure(void **state)
{
    llmrec_context *context = context_with(4);
    (void)state;
    for (int i = 0; i < 50; i++) {
        assert_int_equal(lr_parallel(context, TASKS, fail_from_300, NULL), LLMREC_ERR_NUMERIC);
        assert_string_equal(llmrec_last_error(), "task 300");
    }
    check_squares(context);
    llmrec_context_free(context);
}

/* The thread sanitizer cannot follow a child that starts threads. In the address sanitizer's allocator (gcc 12), a lock
 * that another thread holds during the fork stays locked in the child. */
#if !defined(__SANITIZE_THREAD__) && !defined(__SANITIZE_ADDRESS__)
static void a_forked_child_makes_its_own_threads(void **state)
{
    llmrec_context *context = context_with(3);
    int outcome = 0;
    (void)state;
    check_squares(context);
    const pid_t child = fork();
    if (child == 0) {
        size_t squares[TASKS] = {0};
        const bool right = lr_parallel(context, TASKS, square_it, squares) == LLMREC_OK && squares[999] == 998001;
        llmrec_context_free(context);
        _exit(right ? 0 : 1);
    }
    assert_int_equal(waitpid(child, &outcome, 0), child);
    assert_int_equal(outcome, 0);
    check_squares(context);
    llmrec_context_free(context);
}
#endif

static llmrec_status stop_at_once(const llmrec_progress_event *event, void *user)
{
    *(double *)user = event->seconds;
    return LLMREC_ERR_CALLBACK;
}

static void progress_can_cancel(void **state)
{
    double seconds = -1;
    llmrec_context_options options;
    llmrec_context *context = NULL;
    (void)state;
    llmrec_context_options_init(&options, sizeof options);
    options.progress = stop_at_once;
    options.progress_user = &seconds;
    assert_int_equal(llmrec_context_create(&options, &context), LLMREC_OK);
    lr_progress progress = lr_progress_begin(context, "count", "things", 10);
    assert_int_equal(lr_progress_step(&progress, 1), LLMREC_OK); /* less than 50 ms have passed */
    assert_int_equal(lr_progress_end(&progress, 7), LLMREC_ERR_CANCELED);
    assert_non_null(strstr(llmrec_last_error(), "\"count\", 7 things"));
    assert_true(seconds >= 0);
    llmrec_context_free(context);
}

static llmrec_status keep_line(const llmrec_log_event *event, void *user)
{
    snprintf(user, 64, "%s: %s", event->room, event->message);
    return LLMREC_OK;
}

static void log_lines_arrive_finished(void **state)
{
    char line[64] = "";
    llmrec_context_options options;
    llmrec_context *context = NULL;
    (void)state;
    llmrec_context_options_init(&options, sizeof options);
    options.log = keep_line;
    options.log_user = line;
    assert_int_equal(llmrec_context_create(&options, &context), LLMREC_OK);
    lr_log(context, LLMREC_LOG_DEBUG, "core", "too chatty");
    assert_string_equal(line, "");
    lr_log(context, LLMREC_LOG_WARNING, "core", "%d ties", 3);
    assert_string_equal(line, "core: 3 ties");
    llmrec_context_free(context);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_failure_has_one_line_of_text),
        cmocka_unit_test(every_status_has_a_name),
        cmocka_unit_test(options_of_other_sizes_are_overlaid_or_refused),
        cmocka_unit_test(sizes_that_overflow_are_refused),
        cmocka_unit_test(philox_gives_the_published_numbers),
        cmocka_unit_test(integers_are_written_as_printf_writes_them),
        cmocka_unit_test(random_numbers_have_their_moments),
        cmocka_unit_test(numbers_are_read_as_strtod_reads_them),
        cmocka_unit_test(integers_are_read_to_their_limits),
        cmocka_unit_test(utf8_is_told_from_what_is_not),
        cmocka_unit_test(code_points_survive_the_round_trip),
        cmocka_unit_test(quotes_are_short_and_printable),
        cmocka_unit_test(built_text_is_json),
        cmocka_unit_test(a_replacement_is_all_or_nothing),
        cmocka_unit_test(the_pool_runs_every_task_once),
        cmocka_unit_test(the_pool_reports_the_lowest_failure),
#if !defined(__SANITIZE_THREAD__) && !defined(__SANITIZE_ADDRESS__)
        cmocka_unit_test(a_forked_child_makes_its_own_threads),
#endif
        cmocka_unit_test(progress_can_cancel),
        cmocka_unit_test(log_lines_arrive_finished),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
