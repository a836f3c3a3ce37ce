/* SPDX-License-Identifier: Apache-2.0 */
/* Log-probabilities of alternative tokens: present, missing, or for fewer tokens than requested; for chats and
 * completions. */
#include "server.h"

#include <stdbool.h>

static long requests_of(const char *what, int64_t kind)
{
    char path[256];
    snprintf(path, sizeof path, "/%s/v1%s/completions", what, kind == LLMREC_ENDPOINT_CHAT ? "/chat" : "");
    return counted_at(path, "requests");
}

static void check_alternatives(const llmrec_replies *replies)
{
    const char *texts[4] = {NULL};
    double logprobs[4] = {0};
    int64_t count = 0;
    assert_ok(llmrec_replies_alternatives(replies, 0, 0, 0, texts, logprobs, 4, &count));
    assert_int_equal(count, 2);
    assert_string_equal(texts[0], "A");
    assert_string_equal(texts[1], "B");
    assert_true(logprobs[0] == -0.5 && logprobs[1] == -1.5);
}

/* Asks a model `times` times for `alternatives`; the server must receive `requests`. */
static void check_server(const char *what, int64_t kind, int64_t alternatives, int times, long requests)
{
    const llmrec_message message = {"user", "A or B?"};
    const bool missing = strcmp(what, "no-logprobs") == 0;
    llmrec_endpoint_options options = endpoint_for(what);
    llmrec_chat_request request = request_of(&message);
    options.kind = kind;
    request.top_logprobs = alternatives;
    llmrec_llm *llm = model_at(context, &options);
    for (int i = 0; i < times; i++) {
        llmrec_replies *replies = NULL;
        assert_ok(ask_request(llm, &request, &replies));
        assert_int_equal(llmrec_replies_tokens(replies, 0, 0), missing ? 0 : 1);
        if (!missing) check_alternatives(replies);
        llmrec_replies_free(replies);
    }
    assert_int_equal(requests_of(what, kind), requests);
    assert_int_equal(usage_of(llm).failures, 0);
    llmrec_llm_free(llm);
}

static void they_are_read_or_missing(void **state)
{
    (void)state;
    for (int64_t kind = LLMREC_ENDPOINT_CHAT; kind <= LLMREC_ENDPOINT_COMPLETIONS; kind++) {
        check_server("good:alternatives", kind, 2, 1, 1);
        check_server("no-logprobs", kind, 2, 1, 1);
    }
}

/* If a server rejects a number of alternatives, the model asks for fewer, then and in later requests. */
static void fewer_are_asked_for_where_many_are_refused(void **state)
{
    (void)state;
    for (int64_t kind = LLMREC_ENDPOINT_CHAT; kind <= LLMREC_ENDPOINT_COMPLETIONS; kind++) {
        check_server("few-logprobs:5000", kind, 1000, 3, 3);
        check_server("few-logprobs:20", kind, 1000, 3, 1 + 3);
        check_server("few-logprobs:5", kind, 1000, 3, 2 + 3);
        check_server("few-logprobs:7", kind, 20, 2, 1 + 2);
    }
}

static void a_server_that_takes_none_fails_the_request(void **state)
{
    const llmrec_endpoint_options options = endpoint_for("few-logprobs:4");
    const llmrec_message message = {"user", "A or B?"};
    llmrec_chat_request request = request_of(&message);
    llmrec_replies *replies = NULL;
    const char *why = NULL;
    llmrec_llm *llm = model_at(context, &options);
    (void)state;
    request.top_logprobs = 8;
    assert_ok(ask_request(llm, &request, &replies));
    assert_failure(llmrec_replies_status(replies, 0, &why), LLMREC_ERR_IO, "status 422: \"top_logprobs: at most 4");
    assert_int_equal(requests_of("few-logprobs:4", LLMREC_ENDPOINT_CHAT), 2);
    llmrec_replies_free(replies);
    llmrec_llm_free(llm);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(they_are_read_or_missing),
        cmocka_unit_test(fewer_are_asked_for_where_many_are_refused),
        cmocka_unit_test(a_server_that_takes_none_fails_the_request),
    };
    return cmocka_run_group_tests_name("alternatives", tests, begin, finish);
}
