/* SPDX-License-Identifier: Apache-2.0 */
/* Chat models through the public API: a host's function as the model, and invalid arguments. */
#include "../shared_context.h"

#include <math.h>
#include <stdbool.h>

/* What the host's model does, and what it received. */
typedef struct host {
    int64_t calls, largest, silent; /* silent: index of a request that gets no answer, or -1 */
    llmrec_status returns;
} host;

static llmrec_status complete(const llmrec_completion *completion, void *user)
{
    host *h = user;
    h->calls++;
    if (completion->count > h->largest) h->largest = completion->count;
    for (int64_t i = 0; i < completion->count; i++) {
        const llmrec_chat_request *request = completion->requests[i];
        const char *said = request->messages[request->message_count - 1].content;
        for (int64_t sample = 0; i != h->silent && sample < request->samples; sample++) {
            char text[64];
            const int length = snprintf(text, sizeof text, "%s!%d and more", said, (int)sample);
            const llmrec_status status = llmrec_completion_answer(completion, i, text, (size_t)length - 9);
            if (status != LLMREC_OK) return status;
        }
    }
    return h->returns;
}

static const llmrec_message messages[] = {{"system", "be brief"}, {"user", "hello"}};

static llmrec_chat_request a_request(void)
{
    llmrec_chat_request request;
    assert_ok(llmrec_chat_request_init(&request, sizeof request));
    request.messages = messages;
    request.message_count = 2;
    return request;
}

static llmrec_llm *model_of(host *h, int64_t batch)
{
    llmrec_llm *llm = NULL;
    assert_ok(llmrec_llm_create_callback(context, complete, h, batch, &llm));
    return llm;
}

static void the_host_answers_in_batches(void **state)
{
    host h = {.silent = -1};
    llmrec_llm *llm = model_of(&h, 3);
    llmrec_chat_request request = a_request();
    const llmrec_chat_request *requests[7];
    llmrec_replies *replies = NULL;
    const char *text = NULL, *finish_reason = NULL;
    size_t length = 0;
    (void)state;
    request.samples = 2;
    for (int i = 0; i < 7; i++) requests[i] = &request;
    assert_ok(llmrec_llm_chat(llm, requests, 7, &replies));
    assert_int_equal(h.calls, 3);
    assert_int_equal(h.largest, 3);
    for (size_t i = 0; i < 7; i++) {
        assert_int_equal(llmrec_replies_count(replies, i), 2);
        assert_ok(llmrec_replies_status(replies, i, &text));
        assert_string_equal(text, "");
        assert_ok(llmrec_replies_text(replies, i, 1, &text, &length, &finish_reason));
        assert_string_equal(text, "hello!1");
        assert_int_equal(length, 7);
        assert_string_equal(finish_reason, "");
        assert_int_equal(llmrec_replies_tokens(replies, i, 1), 0);
    }
    llmrec_usage usage = {.size = sizeof usage};
    assert_ok(llmrec_llm_usage(llm, &usage));
    assert_int_equal(usage.requests, 7);
    assert_int_equal(usage.attempts, 7);
    assert_int_equal(usage.failures, 0);
    assert_true(usage.cost == 0 && usage.seconds >= 0);
    llmrec_replies_free(replies);
    assert_ok(llmrec_llm_chat(llm, NULL, 0, &replies));
    assert_int_equal(llmrec_replies_count(replies, 0), 0);
    llmrec_replies_free(replies);
    llmrec_llm_free(llm);
}

static void a_request_without_an_answer_fails_alone(void **state)
{
    host h = {.silent = 1};
    llmrec_llm *llm = model_of(&h, 10);
    const llmrec_chat_request request = a_request();
    const llmrec_chat_request *requests[3] = {&request, &request, &request};
    llmrec_replies *replies = NULL;
    const char *message = NULL;
    (void)state;
    assert_ok(llmrec_llm_chat(llm, requests, 3, &replies));
    assert_ok(llmrec_replies_status(replies, 0, &message));
    assert_failure(llmrec_replies_status(replies, 1, &message), LLMREC_ERR_FORMAT, "gave no answer");
    assert_non_null(strstr(message, "gave no answer"));
    assert_ok(llmrec_replies_status(replies, 2, NULL));
    assert_int_equal(llmrec_replies_count(replies, 1), 0);
    llmrec_replies_free(replies);
    llmrec_llm_free(llm);
}

static void a_failing_callback_ends_the_call(void **state)
{
    host h = {.silent = -1, .returns = LLMREC_ERR_IO};
    llmrec_llm *llm = model_of(&h, 1);
    const llmrec_chat_request request = a_request(), *requests[1] = {&request};
    llmrec_replies *replies = NULL;
    (void)state;
    assert_failure(llmrec_llm_chat(llm, requests, 1, &replies), LLMREC_ERR_CALLBACK, "callback returned -3",
                   "requests 0 to 0");
    assert_null(replies);
    llmrec_llm_free(llm);
}

static llmrec_status answer_wrongly(const llmrec_completion *completion, void *user)
{
    const int kind = *(const int *)user;
    if (kind == 0) return llmrec_completion_answer(completion, 1, "x", 1);
    if (kind == 1) return llmrec_completion_answer(completion, 0, "a\xFFz", SIZE_MAX);
    if (kind == 2) return llmrec_completion_answer(completion, 0, NULL, 0);
    if (llmrec_completion_answer(completion, 0, "one", SIZE_MAX) != LLMREC_OK) return LLMREC_OK;
    return llmrec_completion_answer(completion, 0, "two", SIZE_MAX);
}

static void wrong_answers_of_the_host_are_told(void **state)
{
    static const char *const texts[] = {"request is 1; wanted less than 1", "byte 1 is not UTF-8", "text is NULL",
                                        "has its 1 samples already"};
    const llmrec_chat_request request = a_request(), *requests[1] = {&request};
    (void)state;
    for (int kind = 0; kind < 4; kind++) {
        llmrec_llm *llm = NULL;
        llmrec_replies *replies = NULL;
        assert_ok(llmrec_llm_create_callback(context, answer_wrongly, &kind, 1, &llm));
        assert_failure(llmrec_llm_chat(llm, requests, 1, &replies), LLMREC_ERR_CALLBACK, "callback returned -1",
                       texts[kind]);
        llmrec_llm_free(llm);
    }
}

static void requests_are_checked(void **state)
{
    static const llmrec_message strange[] = {{"robot", "x"}}, broken[] = {{"user", "\xFF"}}, none[] = {{"user", NULL}};
    static const char *const stops[] = {NULL};
    host h = {.silent = -1};
    llmrec_llm *llm = model_of(&h, 1);
    (void)state;
    const struct {
        llmrec_chat_request request;
        const char *fragment;
    } cases[] = {
        {{.messages = NULL}, "message_count is 0"},
        {{.messages = strange, .message_count = 1}, "role of message 0 is \"robot\""},
        {{.messages = broken, .message_count = 1}, "message 0: byte 0 is not UTF-8"},
        {{.messages = none, .message_count = 1}, "message 0 is NULL"},
        {{.samples = -1}, "samples is -1; wanted 1 to 1000"},
        {{.temperature = -0.5}, "temperature is -0.5"},
        {{.top_p = 1.5}, "top_p is 1.5"},
        {{.max_tokens = -1}, "max_tokens is -1"},
        {{.seed = -2}, "seed is -2"},
        {{.stop_count = 1}, "stop is NULL"},
        {{.stop = stops, .stop_count = 1}, "stop 0 is NULL"},
        {{.json_schema = "{"}, "json_schema is not valid JSON: column 1"},
        {{.json_schema = "[]"}, "json_schema is not a JSON object"},
        {{.top_logprobs = 10001}, "top_logprobs is 10001; wanted 0 to 10000"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const llmrec_chat_request *given = &cases[i].request;
        llmrec_chat_request request = a_request();
        const llmrec_chat_request good = request, *requests[2] = {&good, &request};
        llmrec_replies *replies = NULL;
        if (given->messages != NULL || i == 0) {
            request.messages = given->messages;
            request.message_count = given->message_count;
        }
        if (given->samples != 0) request.samples = given->samples;
        if (given->temperature != 0) request.temperature = given->temperature;
        if (given->top_p != 0) request.top_p = given->top_p;
        if (given->seed != 0) request.seed = given->seed;
        request.max_tokens = given->max_tokens;
        request.stop = given->stop;
        request.stop_count = given->stop_count;
        request.json_schema = given->json_schema;
        request.top_logprobs = given->top_logprobs;
        assert_failure(llmrec_llm_chat(llm, requests, 2, &replies), LLMREC_ERR_ARGUMENT, "request 1",
                       cases[i].fragment);
    }
    assert_int_equal(h.calls, 0);
    llmrec_llm_free(llm);
}

static void check_endpoint(const llmrec_endpoint_options *options, llmrec_status status, const char *fragment)
{
    llmrec_llm *llm = NULL;
    if (!llmrec_supports("http") && status != LLMREC_ERR_ARGUMENT) return;
    assert_failure(llmrec_llm_create_endpoint(context, options, &llm), status, fragment);
    assert_null(llm);
}

static void endpoints_are_checked(void **state)
{
    static const char *const urls[] = {NULL,          "",           "host/v1",         "ftp://host", "http://",
                                       "https:///v1", "http://a b", "http://host/v1#x"};
    static const char *const headers[] = {"good: x", "bad"};
    llmrec_endpoint_options options, good;
    (void)state;
    assert_ok(llmrec_endpoint_options_init(&good, sizeof good));
    for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
        options = good;
        options.url = urls[i];
        check_endpoint(&options, LLMREC_ERR_ARGUMENT, "url is ");
    }
    options = good;
    options.url = "http://me:secret@host/v1";
    check_endpoint(&options, LLMREC_ERR_ARGUMENT, "user name");
    assert_null(strstr(llmrec_last_error(), "secret"));
    good.url = "http://localhost:1/v1";
    options = good;
    options.key = "secret\r\nHost: elsewhere";
    check_endpoint(&options, LLMREC_ERR_ARGUMENT, "key is empty or has a control character");
    assert_null(strstr(llmrec_last_error(), "secret"));
    options = good;
    options.headers = headers;
    options.header_count = 2;
    check_endpoint(&options, LLMREC_ERR_ARGUMENT, "headers[1] is not of the form");
    options = good;
    options.total_timeout = 0;
    check_endpoint(&options, LLMREC_ERR_ARGUMENT, "total_timeout is 0");
    options.total_timeout = NAN;
    check_endpoint(&options, LLMREC_ERR_ARGUMENT, "total_timeout is ");
    options = good;
    options.concurrency = 2000;
    check_endpoint(&options, LLMREC_ERR_ARGUMENT, "concurrency is 2000; wanted 1 to 1024");
    options = good;
    options.body = "{\"a\":";
    if (llmrec_supports("http")) check_endpoint(&options, LLMREC_ERR_ARGUMENT, "body is not valid JSON: column");
    options.body = "[1]";
    if (llmrec_supports("http")) check_endpoint(&options, LLMREC_ERR_ARGUMENT, "body is not a JSON object");
    options = good;
    options.journal = "/nowhere/at/all";
    check_endpoint(&options, LLMREC_ERR_IO, "/nowhere/at/all");
}

static void a_build_without_http_says_so(void **state)
{
    llmrec_endpoint_options options;
    llmrec_llm *llm = NULL;
    (void)state;
    assert_ok(llmrec_endpoint_options_init(&options, sizeof options));
    options.url = "http://localhost:1/v1";
    if (llmrec_supports("http")) {
        assert_ok(llmrec_llm_create_endpoint(context, &options, &llm));
        llmrec_llm_free(llm);
    } else {
        assert_failure(llmrec_llm_create_endpoint(context, &options, &llm), LLMREC_ERR_UNSUPPORTED, "-Dhttp");
    }
    assert_int_equal(llmrec_supports("llm"), 1);
}

static void null_is_an_argument_error(void **state)
{
    host h = {0};
    llmrec_llm *llm = NULL;
    llmrec_replies *replies = NULL;
    llmrec_usage usage = {.size = 3};
    int64_t count = 0;
    const char *text = NULL;
    (void)state;
    assert_failure(llmrec_llm_create_callback(NULL, complete, &h, 1, &llm), LLMREC_ERR_ARGUMENT, "context is NULL");
    assert_failure(llmrec_llm_create_callback(context, NULL, &h, 1, &llm), LLMREC_ERR_ARGUMENT, "complete is NULL");
    assert_failure(llmrec_llm_create_callback(context, complete, &h, 0, &llm), LLMREC_ERR_ARGUMENT, "batch is 0");
    assert_failure(llmrec_llm_create_endpoint(context, NULL, NULL), LLMREC_ERR_ARGUMENT, "llm is NULL");
    assert_failure(llmrec_llm_create_endpoint(context, NULL, &llm), LLMREC_ERR_ARGUMENT, "url is NULL");
    assert_failure(llmrec_llm_chat(NULL, NULL, 0, &replies), LLMREC_ERR_ARGUMENT, "llm is NULL");
    assert_failure(llmrec_replies_status(NULL, 0, NULL), LLMREC_ERR_ARGUMENT, "replies is NULL");
    assert_failure(llmrec_replies_text(NULL, 0, 0, &text, NULL, NULL), LLMREC_ERR_ARGUMENT, "replies is NULL");
    assert_failure(llmrec_replies_alternatives(NULL, 0, 0, 0, NULL, NULL, 0, &count), LLMREC_ERR_ARGUMENT,
                   "replies is NULL");
    assert_int_equal(llmrec_replies_count(NULL, 0) + llmrec_replies_tokens(NULL, 0, 0), 0);
    llm = model_of(&h, 1);
    assert_failure(llmrec_llm_usage(llm, NULL), LLMREC_ERR_ARGUMENT, "usage is NULL");
    assert_failure(llmrec_llm_usage(llm, &usage), LLMREC_ERR_ABI, "size is 3");
    const llmrec_chat_request *requests[1] = {NULL};
    assert_failure(llmrec_llm_chat(llm, requests, 1, &replies), LLMREC_ERR_ARGUMENT, "requests[0] is NULL");
    llmrec_llm_free(llm);
    llmrec_llm_free(NULL);
    llmrec_replies_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_host_answers_in_batches),
        cmocka_unit_test(a_request_without_an_answer_fails_alone),
        cmocka_unit_test(a_failing_callback_ends_the_call),
        cmocka_unit_test(wrong_answers_of_the_host_are_told),
        cmocka_unit_test(requests_are_checked),
        cmocka_unit_test(endpoints_are_checked),
        cmocka_unit_test(a_build_without_http_says_so),
        cmocka_unit_test(null_is_an_argument_error),
    };
    return cmocka_run_group_tests_name("llm", tests, make_context, drop_context);
}
