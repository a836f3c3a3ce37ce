/* SPDX-License-Identifier: Apache-2.0 */
/* When to retry: headers in all forms that servers send, and the resulting waits. */
#include "../support.h"

#include <math.h>

#include "llm/retry.h"

static lr_hints read_lines(const char *const *lines, size_t count)
{
    lr_hints hints = lr_hints_none();
    for (size_t i = 0; i < count; i++) lr_hints_read(&hints, lines[i], strlen(lines[i]));
    return hints;
}

#define HINTS(...)                                                                                                     \
    read_lines((const char *const[]){__VA_ARGS__}, sizeof(const char *const[]){__VA_ARGS__} / sizeof(const char *))

static const lr_backoff second = {.first = 0.5, .longest = 60, .attempt = 1, .now = 784111777};

static void check_wait(lr_hints hints, long http, double seconds, bool asked)
{
    const lr_wait wait = lr_wait_for(&hints, http, &second);
    if (fabs(wait.seconds - seconds) > 1e-9 || wait.asked != asked)
        fail_msg("%g seconds, asked %d; wanted %g, %d", wait.seconds, wait.asked, seconds, asked);
}

static void spans_are_read_in_every_shape(void **state)
{
    static const struct {
        const char *text;
        double seconds;
    } cases[] = {{"1s", 1},     {"6m0s", 360},    {"20ms", 0.02},  {"1h2m3.5s", 3723.5}, {"7.66", 7.66},      {"0", 0},
                 {"1d", 86400}, {"1m0.5s", 60.5}, {"500us", 5e-4}, {"12", 12},           {"2m59.56s", 179.56}};
    static const char *const bad[] = {"", "s", "1x", "1s2", "-1", "1.2.3s", "soon", "1 s", ".s", "nan", "inf"};
    double seconds = 0;
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_true(lr_parse_span(cases[i].text, strlen(cases[i].text), &seconds));
        assert_true(fabs(seconds - cases[i].seconds) < 1e-12);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (lr_parse_span(bad[i], strlen(bad[i]), &seconds)) fail_msg("%s was taken for a span", bad[i]);
}

static void dates_are_read(void **state)
{
    static const char *const bad[] = {"Sun, 06 Nov 1994 08:49:37 CET", "Sunday, 06-Nov-94 08:49:37 GMT",
                                      "Sun, 06 Nop 1994 08:49:37 GMT", "Sun, 36 Nov 1994 08:49:37 GMT",
                                      "Sun, 06 Nov 1994 28:49:37 GMT", "",
                                      "Sun, 0x Nov 1994 08:49:37 GMT"};
    double seconds = 0;
    (void)state;
    assert_true(lr_parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT", 29, &seconds));
    assert_true(seconds == 784111777);
    assert_true(lr_parse_http_date("Thu, 29 Feb 2024 23:59:59 GMT", 29, &seconds));
    assert_true(seconds == 1709251199);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(lr_parse_http_date(bad[i], strlen(bad[i]), &seconds));
}

static void what_the_server_asks_for_comes_first(void **state)
{
    (void)state;
    check_wait(HINTS("Retry-After: 7\r\n"), 500, 7, true);
    check_wait(HINTS("retry-after:  2.5 \r\n", "x-ratelimit-reset-requests: 40s"), 429, 2.5, true);
    check_wait(HINTS("retry-after-ms: 250"), 429, 0.25, true);
    check_wait(HINTS("Retry-After: Sun, 06 Nov 1994 08:49:57 GMT"), 429, 20, true);
    check_wait(HINTS("Date: Sun, 06 Nov 1994 08:49:50 GMT", "Retry-After: Sun, 06 Nov 1994 08:49:57 GMT"), 429, 7,
               true);
    check_wait(HINTS("Retry-After: Sun, 06 Nov 1994 08:00:00 GMT"), 429, 0, true);
    const lr_hints long_wait = HINTS("Retry-After: 61");
    assert_true(lr_wait_for(&long_wait, 429, &second).too_long);
}

static void limits_tell_their_reset(void **state)
{
    (void)state;
    check_wait(HINTS("x-ratelimit-reset-requests: 20ms"), 429, 0.02, true);
    check_wait(HINTS("x-ratelimit-reset-requests: 1s", "x-ratelimit-reset-tokens: 6s"), 429, 1, true);
    check_wait(
        HINTS("x-ratelimit-reset-requests: 1s", "x-ratelimit-reset-tokens: 6s", "x-ratelimit-remaining-tokens: 0"), 429,
        6, true);
    check_wait(HINTS("x-ratelimit-reset-requests: 6m0s"), 429, 60, true); /* at most longest_backoff */
    check_wait(HINTS("x-ratelimit-reset: 784111780"), 503, 60,
               true); /* a duration of decades, since it is not a current date */
    check_wait(HINTS("x-ratelimit-reset: 1784111780"), 503, 60, true);
    check_wait(HINTS("x-ratelimit-reset-requests: 1s"), 500, 0.5, false); /* this limit did not cause the failure */
}

static void the_wait_doubles_and_has_a_random_part(void **state)
{
    const lr_hints none = lr_hints_none();
    lr_backoff backoff = {.first = 0.5, .longest = 3};
    (void)state;
    for (backoff.attempt = 1; backoff.attempt <= 100; backoff.attempt++) {
        backoff.jitter = 0;
        const double most = fmin(3, 0.5 * exp2((double)backoff.attempt - 1));
        assert_true(lr_wait_for(&none, 500, &backoff).seconds == most);
        backoff.jitter = 0.5;
        assert_true(lr_wait_for(&none, 0, &backoff).seconds == most * 0.75);
    }
}

static void headers_that_are_none_change_nothing(void **state)
{
    static const char *const lines[] = {"HTTP/1.1 200 OK",
                                        "Retry-After",
                                        ":",
                                        "Retry-After:",
                                        "Retry-After: soon",
                                        "Retry-After: -5",
                                        "X-Retry-After: 5",
                                        "x-ratelimit-reset-requests: \xff",
                                        ""};
    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) check_wait(read_lines(lines + i, 1), 429, 0.5, false);
}

static void statuses_that_may_pass_are_tried_again(void **state)
{
    static const long again[] = {408, 409, 429, 500, 502, 503, 504, 529, 599}, never[] = {200, 301, 400, 401, 404, 413};
    (void)state;
    for (size_t i = 0; i < sizeof again / sizeof *again; i++) assert_true(lr_retried(again[i]));
    for (size_t i = 0; i < sizeof never / sizeof *never; i++) assert_false(lr_retried(never[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spans_are_read_in_every_shape),
        cmocka_unit_test(dates_are_read),
        cmocka_unit_test(what_the_server_asks_for_comes_first),
        cmocka_unit_test(limits_tell_their_reset),
        cmocka_unit_test(the_wait_doubles_and_has_a_random_part),
        cmocka_unit_test(headers_that_are_none_change_nothing),
        cmocka_unit_test(statuses_that_may_pass_are_tried_again),
    };
    return cmocka_run_group_tests_name("retry", tests, NULL, NULL);
}
