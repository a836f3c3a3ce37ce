/* SPDX-License-Identifier: Apache-2.0 */
/* Chat over HTTP with a misbehaving server: each fault gives the documented retry or a clear error. */
#include "server.h"

#include <math.h>
#include <stdbool.h>
#include <time.h>

/* All log lines. */
static char log_text[1 << 16];

static llmrec_status keep_log(const llmrec_log_event *event, void *user)
{
    const size_t used = strlen(log_text);
    (void)user;
    snprintf(log_text + used, sizeof log_text - used, "%s: %s\n", event->room, event->message);
    return LLMREC_OK;
}

static int begin_listening(void **state)
{
    llmrec_context_options options = context_options(1);
    options.log = keep_log;
    options.log_level = LLMREC_LOG_DEBUG;
    context = context_like(&options);
    return start_server(state);
}

static double seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* --- one request under given options --------------------------------------------------------------------------- */

typedef struct outcome {
    llmrec_status status;
    char message[512], text[512];
    llmrec_usage usage;
    double seconds;
} outcome;

static outcome ask(const llmrec_endpoint_options *options)
{
    outcome came = {0};
    const char *message = NULL;
    llmrec_replies *replies = NULL;
    llmrec_llm *llm = model_at(context, options);
    const double begun = seconds_now();
    assert_ok(ask_many(llm, "hello", 1, &replies));
    came.seconds = seconds_now() - begun;
    came.usage = usage_of(llm);
    came.status = llmrec_replies_status(replies, 0, &message);
    snprintf(came.message, sizeof came.message, "%s", message);
    if (came.status == LLMREC_OK) snprintf(came.text, sizeof came.text, "%s", text_of(replies, 0, 0));
    llmrec_replies_free(replies);
    llmrec_llm_free(llm);
    return came;
}

static outcome ask_what(const char *what)
{
    const llmrec_endpoint_options options = endpoint_for(what);
    return ask(&options);
}

static void check_good(const outcome *came, int64_t attempts)
{
    if (came->status != LLMREC_OK) fail_msg("%d: %s", came->status, came->message);
    assert_string_equal(came->text, "hello 0/0");
    assert_int_equal(came->usage.attempts, attempts);
    assert_int_equal(came->usage.retries, attempts - 1);
    assert_int_equal(came->usage.failures, 0);
}

static void check_bad(const outcome *came, llmrec_status status, int64_t attempts, const char *fragment)
{
    if (came->status != status || strstr(came->message, fragment) == NULL)
        fail_msg("%d: %s; wanted %d: %s", came->status, came->message, status, fragment);
    assert_non_null(strstr(came->message, "http"));
    assert_int_equal(came->usage.attempts, attempts);
    assert_int_equal(came->usage.failures, 1);
}

/* --- retries --------------------------------------------------------------------------------------------------- */

static void what_may_pass_is_tried_again(void **state)
{
    static const char *const passing[] = {
        "status:408:2", "status:409:2", "status:429:2", "status:500:2",   "status:503:2",        "status:529:2",
        "half:2",       "unfinished:2", "close:2",      "headers-only:2", "chunked:7a7a7a0d0a:2"};
    (void)state;
    for (size_t i = 0; i < sizeof passing / sizeof *passing; i++) {
        const outcome came = ask_what(passing[i]);
        check_good(&came, 3);
        assert_int_equal(counted(passing[i], "requests"), 3);
        assert_int_equal(counted(passing[i], "bodies"), 1);
    }
}

static void what_does_not_pass_fails_after_all_attempts(void **state)
{
    static const struct {
        const char *what, *fragment;
        llmrec_status status;
    } cases[] = {
        {"status:429", "after 3 attempts: status 429: \"status 429 it is\"", LLMREC_ERR_IO},
        {"status:500", "after 3 attempts: status 500", LLMREC_ERR_IO},
        {"half:9", "after 3 attempts: ", LLMREC_ERR_IO},
        {"unfinished:9", "after 3 attempts: the answer is not valid JSON", LLMREC_ERR_FORMAT},
        {"close:9", "after 3 attempts: Empty reply", LLMREC_ERR_IO},
        {"chunked:7a7a", "after 3 attempts: ", LLMREC_ERR_IO},
        {"noise", "after 3 attempts: ", LLMREC_ERR_IO},
        {"raw:7b6e6f7d", "after 3 attempts: the answer is not valid JSON", LLMREC_ERR_FORMAT},
        {"raw:7b226572726f72223a226f766572227d", "after 3 attempts: the answer is an error: \"over\"",
         LLMREC_ERR_FORMAT},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const outcome came = ask_what(cases[i].what);
        check_bad(&came, cases[i].status, 3, cases[i].fragment);
    }
}

static void what_will_not_pass_is_not_tried_again(void **state)
{
    static const struct {
        const char *what, *fragment;
        llmrec_status status;
    } cases[] = {
        {"status:400", "status 400: \"status 400 it is\"", LLMREC_ERR_IO},
        {"status:401", "status 401", LLMREC_ERR_IO},
        {"status:404", "status 404", LLMREC_ERR_IO},
        {"quota", "no money left", LLMREC_ERR_IO},
        {"raw:5b5d", "not a JSON object", LLMREC_ERR_FORMAT},
        {"raw:7b7d", "has no choices", LLMREC_ERR_FORMAT},
        {"raw:7b2263686f69636573223a5b377d5d7d", "not valid JSON", LLMREC_ERR_FORMAT},
        {"raw:7b2263686f69636573223a5b375d7d", "choice without message.content", LLMREC_ERR_FORMAT},
        {"raw:7b2263686f69636573223a5b7b226d657373616765223a7b22636f6e74656e74223a377d7d5d7d",
         "choice without message.content", LLMREC_ERR_FORMAT},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const outcome came = ask_what(cases[i].what);
        check_bad(&came, cases[i].status, strcmp(cases[i].fragment, "not valid JSON") == 0 ? 3 : 1, cases[i].fragment);
    }
}

static void odd_answers_are_read_or_told(void **state)
{
    static const struct {
        const char *what, *said; /* the text, or part of the message */
        llmrec_status status;
        int64_t attempts;
    } cases[] = {
        {"odd:html", "after 3 attempts: the answer is not valid JSON", LLMREC_ERR_FORMAT, 3},
        {"odd:empty", "after 3 attempts: the answer is not valid JSON", LLMREC_ERR_FORMAT, 3},
        {"odd:bomb", "after 3 attempts: the answer is not valid JSON", LLMREC_ERR_FORMAT, 3},
        {"odd:latin", "after 3 attempts: the answer is not valid JSON", LLMREC_ERR_FORMAT, 3},
        {"odd:surrogate", "after 3 attempts: the answer is not valid JSON", LLMREC_ERR_FORMAT, 3},
        {"odd:deep", "after 3 attempts: the answer is not valid JSON", LLMREC_ERR_FORMAT, 3},
        {"odd:rest", "after 3 attempts: the answer is not valid JSON", LLMREC_ERR_FORMAT, 3},
        {"odd:lengths", "after 3 attempts: ", LLMREC_ERR_IO, 3},
        {"odd:negative", "after 3 attempts: ", LLMREC_ERR_IO, 3},
        {"odd:line", "a header line of the answer is too long", LLMREC_ERR_IO, 1},
        {"odd:interim", "headers are longer", LLMREC_ERR_FORMAT, 1},
        {"odd:says", "status 400: \"no  INFO: all [31m is  31m well\"", LLMREC_ERR_IO, 1},
        {"odd:nul", "one", LLMREC_OK, 1},
        {"odd:pair", "\xF0\x9F\x98\x80", LLMREC_OK, 1},
        {"odd:twice", "b", LLMREC_OK, 1},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const outcome came = ask_what(cases[i].what);
        if (cases[i].status == LLMREC_OK && came.status == LLMREC_OK) assert_string_equal(came.text, cases[i].said);
        else check_bad(&came, cases[i].status, cases[i].attempts, cases[i].said);
        for (const char *at = came.message; *at != '\0'; at++) assert_false((unsigned char)*at < ' ');
    }
}

static void senseless_waits_are_none(void **state)
{
    static const char *const passing[] = {"status:429:1:Retry-After=-5", "status:429:1:Retry-After=soon",
                                          "status:429:1:Retry-After=NOW+-3600", "status:429:1:Retry-After=1e",
                                          "status:429:1:Retry-After="};
    static const char *const endless[] = {"status:429:9:Retry-After=1e308", "status:429:9:Retry-After=NOW+999999999",
                                          "status:429:9:Retry-After=99999999999999999999999999"};
    (void)state;
    for (size_t i = 0; i < sizeof passing / sizeof *passing; i++) {
        const outcome came = ask_what(passing[i]);
        check_good(&came, 2);
        assert_true(came.seconds < 1);
    }
    for (size_t i = 0; i < sizeof endless / sizeof *endless; i++) {
        const outcome came = ask_what(endless[i]);
        check_bad(&came, LLMREC_ERR_IO, 1, "wanted at most longest_backoff, 60");
        assert_true(strlen(came.message) < 250);
    }
}

static void a_server_that_asks_to_wait_is_obeyed(void **state)
{
    static const char *const asking[] = {"status:429:1:Retry-After=1", "status:503:1:Retry-After=1",
                                         "status:429:1:Retry-After-Ms=1000", "status:429:1:X-RateLimit-Reset-Tokens=1s",
                                         "status:429:1:X-RateLimit-Reset-Requests=1000ms"};
    (void)state;
    for (size_t i = 0; i < sizeof asking / sizeof *asking; i++) {
        const outcome came = ask_what(asking[i]);
        check_good(&came, 2);
        if (came.seconds < 0.99 || came.seconds > 5) fail_msg("%s: %g seconds", asking[i], came.seconds);
    }
    /* between 1 and 2 seconds, since dates have whole seconds */
    const outcome date = ask_what("status:429:1:Retry-After=NOW+2");
    check_good(&date, 2);
    assert_true(date.seconds > 0.9 && date.seconds < 6);
}

static void a_wait_that_is_too_long_is_an_error_at_once(void **state)
{
    (void)state;
    const outcome came = ask_what("status:429:1:Retry-After=3600");
    check_bad(&came, LLMREC_ERR_IO, 1, "asks to wait 3600 seconds; wanted at most longest_backoff, 60");
    assert_true(came.seconds < 1);
}

static void time_limits_hold(void **state)
{
    llmrec_endpoint_options options = endpoint_for("slow:2");
    (void)state;
    options.total_timeout = 0.2;
    options.attempts = 2;
    const outcome total = ask(&options);
    check_bad(&total, LLMREC_ERR_IO, 2, "after 2 attempts");
    assert_true(total.seconds < 1.5);
    options = endpoint_for("drip:0.5");
    options.idle_timeout = 0.1;
    options.attempts = 2;
    const outcome idle = ask(&options);
    check_bad(&idle, LLMREC_ERR_IO, 2, "no byte for 0.1 seconds");
    options = endpoint_for("drip:0.0005"); /* slow, but never silent */
    options.idle_timeout = 0.5;
    const outcome drip = ask(&options);
    check_good(&drip, 1);
    options = endpoint_for("good");
    options.url = "http://127.0.0.1:9/v1"; /* no server listens there */
    const outcome refused = ask(&options);
    check_bad(&refused, LLMREC_ERR_IO, 3, "onnect");
}

/* --- sizes ----------------------------------------------------------------------------------------------------- */

static long peak_kilobytes(void)
{
    char line[256];
    long peak = 0;
    FILE *status = fopen("/proc/self/status", "r");
    if (status == NULL) return 0;
    while (fgets(line, sizeof line, status) != NULL)
        if (sscanf(line, "VmHWM: %ld", &peak) == 1) break;
    fclose(status);
    return peak;
}

static void answers_are_cut_at_the_limit(void **state)
{
    llmrec_endpoint_options options = endpoint_for("huge:2000000000");
    const long before = peak_kilobytes();
    (void)state;
    options.answer_limit = 1 << 20;
    const outcome came = ask(&options);
    check_bad(&came, LLMREC_ERR_FORMAT, 1, "longer than answer_limit, 1048576 bytes");
    options = endpoint_for("huge:900000");
    options.answer_limit = 1 << 20;
    const outcome dense = ask(&options);
    check_bad(&dense, LLMREC_ERR_FORMAT, 1, "more lists and values than answer_limit");
    const outcome headers = ask_what("many-headers");
    check_bad(&headers, LLMREC_ERR_FORMAT, 1, "headers are longer");
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
    assert_true(peak_kilobytes() - before < 64 << 10);
#else
    (void)before;
#endif
}

/* --- secrets, redirects, certificates --------------------------------------------------------------------------- */

static void redirects_are_not_followed(void **state)
{
    char what[512] = "redirect:", target[128];
    (void)state;
    snprintf(target, sizeof target, "http://127.0.0.1:%d/good/stolen", server_port);
    for (const char *at = target; *at != '\0'; at++)
        snprintf(what + strlen(what), 3, "%02x", (unsigned)(unsigned char)*at);
    const outcome came = ask_what(what);
    check_bad(&came, LLMREC_ERR_IO, 1, "redirects are not followed");
    assert_int_equal(counted_at("/good/stolen", "requests"), 0);
}

static void certificates_are_verified(void **state)
{
    char url[128];
    llmrec_endpoint_options options = endpoint_for("good");
    (void)state;
    snprintf(url, sizeof url, "https://127.0.0.1:%d/good:tls/v1", server_secure_port);
    options.url = url;
    const outcome unknown = ask(&options);
    check_bad(&unknown, LLMREC_ERR_IO, 1, "certificate");
    assert_int_equal(counted("good:tls", "requests"), 0);
    options.authorities = test_file("data/tls_certificate.pem");
    const outcome known = ask(&options);
    check_good(&known, 1);
    options.authorities = "/nowhere/at/all.pem";
    const outcome none = ask(&options);
    check_bad(&none, LLMREC_ERR_IO, 1, "/nowhere/at/all.pem");
}

static void the_key_is_sent_and_never_told(void **state)
{
    const char *journal = scratch("echo.journal");
    llmrec_endpoint_options options = endpoint_for("echo-key:200");
    size_t size = 0;
    (void)state;
    options.journal = journal;
    const outcome text = ask(&options);
    assert_int_equal(text.status, LLMREC_OK);
    assert_non_null(strstr(text.text, "your key is Bearer ************************, Bearer ************************"));
    assert_null(strstr(text.text, "abc"));
    assert_int_equal(counted("echo-key:200", "keys"), 1);
    const outcome error = ask_what("echo-key:400");
    check_bad(&error, LLMREC_ERR_IO, 1,
              "status 400: \"bad key Bearer "
              "************************************************************************************ or");
    assert_null(strstr(error.message, KEY));
    assert_null(strstr(log_text, KEY));
    assert_null(strstr(log_text, "0123456789abcdef"));
    unsigned char *bytes = read_bytes(journal, &size);
    for (size_t i = 0; i + 16 <= size; i++) assert_memory_not_equal(bytes + i, "0123456789abcdef", 16);
    free(bytes);
}

static void headers_of_the_caller_are_sent(void **state)
{
    static const char *const headers[] = {"X-Team: recommenders"};
    llmrec_endpoint_options options = endpoint_for("echo-headers");
    (void)state;
    options.headers = headers;
    options.header_count = 1;
    options.key = NULL;
    const outcome came = ask(&options);
    assert_int_equal(came.status, LLMREC_OK);
    assert_non_null(strstr(came.text, "\"x-team\": \"recommenders\""));
    assert_non_null(strstr(came.text, "\"content-type\": \"application/json\""));
    assert_null(strstr(came.text, "authorization"));
}

/* --- samples -------------------------------------------------------------------------------------------------- */

static void check_samples(const char *what, int64_t wanted, long requests)
{
    const llmrec_endpoint_options options = endpoint_for(what);
    check_ordered_samples(&options, wanted);
    assert_int_equal(counted(what, "requests"), requests);
}

static void samples_that_do_not_come_are_asked_for_one_by_one(void **state)
{
    (void)state;
    check_samples("good:samples", 5, 1);
    check_samples("one-sample", 5, 5);
    check_samples("refuses-n", 5, 6);
}

/* --- concurrent requests --------------------------------------------------------------------------------------- */

static void many_are_in_flight_over_few_connections(void **state)
{
    enum { REQUESTS = 60 };
    llmrec_endpoint_options options = endpoint_for("slow:0.02");
    llmrec_replies *replies = NULL;
    (void)state;
    options.concurrency = 6;
    options.prompt_price = 2;
    options.completion_price = 10;
    llmrec_llm *llm = model_at(context, &options);
    for (int call = 0; call < 2; call++) {
        assert_ok(ask_many(llm, call == 0 ? "first" : "second", REQUESTS, &replies));
        for (size_t i = 0; i < REQUESTS; i++) {
            char text[32];
            snprintf(text, sizeof text, "%s %zu/0", call == 0 ? "first" : "second", i);
            assert_string_equal(text_of(replies, i, 0), text);
        }
        llmrec_replies_free(replies);
    }
    assert_int_equal(counted("slow:0.02", "requests"), 2 * REQUESTS);
    assert_int_equal(counted("slow:0.02", "bodies"), 2 * REQUESTS);
    assert_int_equal(counted("slow:0.02", "most_in_flight"), 6);
    assert_int_equal(counted("slow:0.02", "connections"), 6);
    const llmrec_usage usage = usage_of(llm);
    assert_int_equal(usage.requests, 2 * REQUESTS);
    assert_int_equal(usage.prompt_tokens, 20 * REQUESTS);
    assert_int_equal(usage.completion_tokens, 10 * REQUESTS);
    assert_true(fabs(usage.cost - 2e-6 * 20 * REQUESTS - 10e-6 * 10 * REQUESTS) < 1e-12);
    llmrec_llm_free(llm);
}

static void budgets_end_the_spending(void **state)
{
    llmrec_endpoint_options options = endpoint_for("good:budget");
    llmrec_replies *replies = NULL;
    const char *message = NULL;
    (void)state;
    options.request_budget = 4;
    options.concurrency = 2;
    llmrec_llm *llm = model_at(context, &options);
    assert_ok(ask_many(llm, "budget", 10, &replies));
    assert_int_equal(usage_of(llm).attempts, 4);
    assert_int_equal(usage_of(llm).failures, 6);
    assert_int_equal(counted("good:budget", "requests"), 4);
    assert_failure(llmrec_replies_status(replies, 9, &message), LLMREC_ERR_IO,
                   "request_budget of 4 attempts is used up");
    llmrec_replies_free(replies);
    llmrec_llm_free(llm);
}

/* Many requests in flight under a token budget: it is used as long as another request might fit, and never exceeded. */
static void check_token_budget(const char *what, bool reported)
{
    enum { BUDGET = 2000, ASKED = 200, FLIGHT = 16, MOST = 100 }; /* MOST: maximum cost of one request */
    llmrec_endpoint_options options = endpoint_for(what);
    llmrec_replies *replies = NULL;
    options.token_budget = BUDGET;
    options.concurrency = FLIGHT;
    options.body = "{\"max_tokens\": 50}";
    llmrec_llm *llm = model_at(context, &options);
    assert_ok(ask_many(llm, "budget", ASKED, &replies));
    const llmrec_usage usage = usage_of(llm);
    const long tokens = counted(what, "tokens");
    if (tokens > BUDGET || tokens <= BUDGET - MOST) fail_msg("%s: %ld tokens", what, tokens);
    assert_int_equal(usage.prompt_tokens + usage.completion_tokens, reported ? tokens : 0);
    assert_int_equal(usage.attempts, counted(what, "requests"));
    assert_int_equal(usage.failures, ASKED - usage.attempts);
    assert_true(counted(what, "most_in_flight") > FLIGHT / 2);
    assert_failure(llmrec_replies_status(replies, ASKED - 1, NULL), LLMREC_ERR_IO, "token_budget of 2000 tokens");
    llmrec_replies_free(replies);
    llmrec_llm_free(llm);
}

static void a_token_budget_holds_with_many_in_flight(void **state)
{
    llmrec_endpoint_options options = endpoint_for("spends:10");
    llmrec_replies *replies = NULL;
    (void)state;
    check_token_budget("spends:50", true); /* answers as long as allowed */
    check_token_budget("spends:7", true);
    check_token_budget("spends:50:silent", false);
    options.token_budget = 10;
    llmrec_llm *llm = model_at(context, &options);
    assert_ok(ask_many(llm, "budget", 1, &replies));
    assert_failure(llmrec_replies_status(replies, 0, NULL), LLMREC_ERR_IO,
                   "token_budget of 10 tokens: 0 were spent, and the request may cost 37");
    assert_int_equal(usage_of(llm).attempts, 0);
    llmrec_replies_free(replies);
    llmrec_llm_free(llm);
}

static llmrec_status stop_after(const llmrec_progress_event *event, void *user)
{
    return event->seconds > *(const double *)user ? LLMREC_ERR_CANCELED : LLMREC_OK;
}

static void a_cancel_breaks_off_what_is_in_flight(void **state)
{
    double patience = 0.1;
    llmrec_context_options options = context_options(1);
    llmrec_endpoint_options endpoint = endpoint_for("slow:3");
    llmrec_replies *replies = NULL;
    (void)state;
    options.progress = stop_after;
    options.progress_user = &patience;
    llmrec_context *watched = context_like(&options);
    llmrec_llm *llm = model_at(watched, &endpoint);
    const double begun = seconds_now();
    assert_failure(ask_many(llm, "canceled", 3, &replies), LLMREC_ERR_CANCELED, "ask the model");
    assert_true(seconds_now() - begun < 1.5);
    assert_null(replies);
    llmrec_llm_free(llm);
    llmrec_context_free(watched);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_may_pass_is_tried_again),
        cmocka_unit_test(what_does_not_pass_fails_after_all_attempts),
        cmocka_unit_test(what_will_not_pass_is_not_tried_again),
        cmocka_unit_test(odd_answers_are_read_or_told),
        cmocka_unit_test(senseless_waits_are_none),
        cmocka_unit_test(a_server_that_asks_to_wait_is_obeyed),
        cmocka_unit_test(a_wait_that_is_too_long_is_an_error_at_once),
        cmocka_unit_test(time_limits_hold),
        cmocka_unit_test(answers_are_cut_at_the_limit),
        cmocka_unit_test(redirects_are_not_followed),
        cmocka_unit_test(certificates_are_verified),
        cmocka_unit_test(the_key_is_sent_and_never_told),
        cmocka_unit_test(headers_of_the_caller_are_sent),
        cmocka_unit_test(samples_that_do_not_come_are_asked_for_one_by_one),
        cmocka_unit_test(many_are_in_flight_over_few_connections),
        cmocka_unit_test(budgets_end_the_spending),
        cmocka_unit_test(a_token_budget_holds_with_many_in_flight),
        cmocka_unit_test(a_cancel_breaks_off_what_is_in_flight),
    };
    return cmocka_run_group_tests_name("hostile", tests, begin_listening, finish);
}
