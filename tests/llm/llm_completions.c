/* SPDX-License-Identifier: Apache-2.0 */
/* Chat models asked through /completions: the prompt is one text, and everything else works as for chats. */
#include "server.h"

static llmrec_endpoint_options completing(const char *what)
{
    llmrec_endpoint_options options = endpoint_for(what);
    options.kind = LLMREC_ENDPOINT_COMPLETIONS;
    return options;
}

static long counted_completions(const char *what, const char *name)
{
    char path[256];
    snprintf(path, sizeof path, "/%s/v1/completions", what);
    return counted_at(path, name);
}

static void check_body(const llmrec_endpoint_options *options, const llmrec_chat_request *request, const char *wanted)
{
    llmrec_replies *replies = NULL;
    llmrec_llm *llm = model_at(context, options);
    assert_ok(ask_request(llm, request, &replies));
    assert_string_equal(text_of(replies, 0, 0), wanted);
    llmrec_replies_free(replies);
    llmrec_llm_free(llm);
}

static void messages_become_one_text(void **state)
{
    static const llmrec_message messages[] = {{"system", "  Say \"it\".\n"}, {"user", "1. Film \n \n\n###\n\n"}};
    static const char *const stop[] = {"###"};
    llmrec_endpoint_options options = completing("echo-body");
    llmrec_chat_request request = request_of(&messages[1]);
    (void)state;
    check_body(&options, &request, "{\"model\":\"test-model\",\"prompt\":\"1. Film \\n \\n\\n###\\n\\n\"}");
    request.messages = messages;
    request.message_count = 2;
    request.samples = 3;
    request.temperature = 0.5;
    request.top_p = 0.25;
    request.max_tokens = 50;
    request.seed = 7;
    request.stop = stop;
    request.stop_count = 1;
    request.json_schema = "{\"type\":\"object\"}";
    request.grammar = "root ::= [a]";
    request.top_logprobs = 1000;
    check_body(&options, &request,
               "{\"model\":\"test-model\",\"prompt\":\"  Say \\\"it\\\".\\n\\n\\n1. Film \\n \\n\\n###\\n\\n\",\"n\":3,"
               "\"temperature\":0.5,\"top_p\":0.25,\"max_tokens\":50,\"seed\":7,\"stop\":[\"###\"],"
               "\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"answer\",\"strict\":true,"
               "\"schema\":{\"type\":\"object\"}}},\"json_schema\":{\"type\":\"object\"},\"grammar\":\"root ::= [a]\","
               "\"logprobs\":1000}");
    options.body = "{\"prompt\":\"own\",\"json_schema\":{},\"echo\":false}";
    request = request_of(messages);
    check_body(&options, &request, "{\"model\":\"test-model\",\"prompt\":\"own\",\"json_schema\":{},\"echo\":false}");
}

/* Result of one request: its status and message, and how often it was sent. */
static llmrec_status ask_once(const llmrec_endpoint_options *options, char text[512], int64_t *attempts)
{
    const char *message = NULL;
    llmrec_replies *replies = NULL;
    llmrec_llm *llm = model_at(context, options);
    assert_ok(ask_many(llm, "hello", 1, &replies));
    const llmrec_status status = llmrec_replies_status(replies, 0, &message);
    snprintf(text, 512, "%s", status == LLMREC_OK ? text_of(replies, 0, 0) : message);
    *attempts = usage_of(llm).attempts;
    llmrec_replies_free(replies);
    llmrec_llm_free(llm);
    return status;
}

static void failures_are_those_of_chats(void **state)
{
    static const struct {
        const char *what;
        llmrec_status status;
        int64_t attempts;
        const char *fragment;
    } cases[] = {
        {"good:completions", LLMREC_OK, 1, "hello 0/0"},
        {"status:429:2", LLMREC_OK, 3, "hello 0/0"},
        {"status:500:2", LLMREC_OK, 3, "hello 0/0"},
        {"half:2", LLMREC_OK, 3, "hello 0/0"},
        {"unfinished:2", LLMREC_OK, 3, "hello 0/0"},
        {"close:2", LLMREC_OK, 3, "hello 0/0"},
        {"chunked:7a7a7a0d0a:2", LLMREC_OK, 3, "hello 0/0"},
        {"drip:0.0005", LLMREC_OK, 1, "hello 0/0"},
        {"status:503", LLMREC_ERR_IO, 3, "after 3 attempts: status 503"},
        {"status:404", LLMREC_ERR_IO, 1, "/v1/completions: status 404"},
        {"quota", LLMREC_ERR_IO, 1, "no money left"},
        {"noise", LLMREC_ERR_IO, 3, "after 3 attempts"},
        {"raw:7b", LLMREC_ERR_FORMAT, 3, "not valid JSON"},
        {"raw:7b2263686f69636573223a5b7b22696e646578223a307d5d7d", LLMREC_ERR_FORMAT, 1, "message.content or text"},
        {"raw:7b2263686f69636573223a5b7b2274657874223a375d7d", LLMREC_ERR_FORMAT, 3, "not valid JSON"},
        {"raw:7b2263686f69636573223a5b7b2274657874223a377d5d7d", LLMREC_ERR_FORMAT, 1, "message.content or text"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const llmrec_endpoint_options options = completing(cases[i].what);
        char text[512];
        int64_t attempts = 0;
        const llmrec_status status = ask_once(&options, text, &attempts);
        if (status != cases[i].status || attempts != cases[i].attempts || strstr(text, cases[i].fragment) == NULL)
            fail_msg("%s: %d after %d attempts: %s", cases[i].what, status, (int)attempts, text);
        assert_null(strstr(text, KEY));
        assert_int_equal(counted_completions(cases[i].what, "requests"), attempts);
        assert_int_equal(counted_completions(cases[i].what, "keys"), attempts);
    }
}

static void check_samples(const char *what, int64_t wanted, long requests)
{
    const llmrec_endpoint_options options = completing(what);
    check_ordered_samples(&options, wanted);
    assert_int_equal(counted_completions(what, "requests"), requests);
}

static void samples_that_do_not_come_are_asked_for(void **state)
{
    (void)state;
    check_samples("good:samples", 5, 1);
    check_samples("one-sample", 5, 5);
    check_samples("refuses-n", 5, 6);
}

/* Chats and completions in one journal are never confused, even if their bodies are equal. */
static void a_journal_tells_chats_and_completions_apart(void **state)
{
    (void)state;
    for (int same_body = 0; same_body < 2; same_body++)
        for (int run = 0; run < 2; run++)
            for (int64_t kind = LLMREC_ENDPOINT_CHAT; kind <= LLMREC_ENDPOINT_COMPLETIONS; kind++) {
                const char *what = same_body ? "good:same-body" : "good:journal";
                llmrec_endpoint_options options = endpoint_for(what);
                llmrec_replies *replies = NULL;
                options.kind = kind;
                options.journal = scratch("both.journal");
                if (same_body) options.body = "{\"messages\":[{\"content\":\"m\"}],\"prompt\":\"p\"}";
                llmrec_llm *llm = model_at(context, &options);
                assert_ok(ask_many(llm, "kept", 3, &replies));
                const char *wanted = !same_body ? "kept 2/0" : kind == LLMREC_ENDPOINT_CHAT ? "m/0" : "p/0";
                assert_string_equal(text_of(replies, 2, 0), wanted);
                assert_int_equal(usage_of(llm).attempts, run == 1 ? 0 : same_body ? 1 : 3);
                assert_int_equal(usage_of(llm).journal_hits, run == 1 ? 3 : same_body ? 2 : 0);
                llmrec_replies_free(replies);
                llmrec_llm_free(llm);
            }
}

static void usage_and_budgets_hold(void **state)
{
    llmrec_endpoint_options options = completing("good:budget");
    llmrec_replies *replies = NULL;
    const char *why = NULL;
    (void)state;
    options.request_budget = 4;
    options.concurrency = 1;
    options.prompt_price = 100000;
    llmrec_llm *llm = model_at(context, &options);
    assert_ok(ask_many(llm, "spend", 6, &replies));
    const llmrec_usage usage = usage_of(llm);
    assert_int_equal(usage.attempts, 4);
    assert_int_equal(usage.prompt_tokens, 40);
    assert_int_equal(usage.completion_tokens, 20);
    assert_true(usage.cost > 3.999 && usage.cost < 4.001);
    assert_failure(llmrec_replies_status(replies, 5, &why), LLMREC_ERR_IO, "request_budget");
    llmrec_replies_free(replies);
    llmrec_llm_free(llm);
    options.kind = 2;
    llm = NULL;
    assert_failure(llmrec_llm_create_endpoint(context, &options, &llm), LLMREC_ERR_ARGUMENT,
                   "kind is 2; wanted 0 to 1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(messages_become_one_text),
        cmocka_unit_test(failures_are_those_of_chats),
        cmocka_unit_test(samples_that_do_not_come_are_asked_for),
        cmocka_unit_test(a_journal_tells_chats_and_completions_apart),
        cmocka_unit_test(usage_and_budgets_hold),
    };
    return cmocka_run_group_tests_name("completions", tests, begin, finish);
}
