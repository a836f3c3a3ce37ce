/* SPDX-License-Identifier: Apache-2.0 */
/* Server answers: texts and log-probabilities in all forms that servers send, vectors, and error texts. */
#include "../shared_context.h"

#include <math.h>
#include <stdbool.h>

#include "core/memory.h"
#include "llm/answer.h"
#include "llm/embeddings.h"
#include "llm/said.h"
#include "llm/vectors.h"

static lr_endpoint endpoint;

static int begin(void **state)
{
    make_context(state);
    endpoint.context = context;
    endpoint.options.answer_limit = 1 << 16;
    endpoint.options.key = "sk-unit-secret";
    return 0;
}

static json_t *parsed(const char *text)
{
    json_t *root = NULL;
    bool again = true;
    assert_ok(lr_answer_parse(&endpoint, text, strlen(text), &root, &again));
    assert_false(again);
    return root;
}

static llmrec_replies *replies_of(const char *text, size_t most)
{
    llmrec_replies *replies = NULL;
    json_t *root = parsed(text);
    assert_ok(lr_replies_create(context, 1, &replies));
    assert_ok(lr_answer_samples(replies, 0, root, most));
    json_decref(root);
    return replies;
}

static void texts_come_in_several_shapes(void **state)
{
    static const struct {
        const char *json, *text, *finish;
    } cases[] = {
        {"{\"choices\":[{\"message\":{\"content\":\"a\\u0000b\"},\"finish_reason\":\"stop\"}]}", "a", "stop"},
        {"{\"choices\":[{\"text\":\"legacy\",\"finish_reason\":null}]}", "legacy", ""},
        {"{\"choices\":[{\"message\":{\"content\":null,\"refusal\":\"no\"}}]}", "", ""},
        {"{\"choices\":[{\"message\":{\"content\":[{\"type\":\"text\",\"text\":\"a\"},{\"type\":\"x\"},{\"text\":\"b\"}"
         "]}}]}",
         "ab", ""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *text = NULL, *finish_reason = NULL;
        size_t length = 0;
        llmrec_replies *replies = replies_of(cases[i].json, 5);
        assert_ok(llmrec_replies_text(replies, 0, 0, &text, &length, &finish_reason));
        assert_string_equal(text, cases[i].text);
        assert_int_equal(length, i == 0 ? 3 : strlen(text)); /* the text contains a NUL */
        assert_string_equal(finish_reason, cases[i].finish);
        llmrec_replies_free(replies);
    }
}

static void at_most_so_many_samples_are_taken(void **state)
{
    static const char many[] = "{\"choices\":[{\"text\":\"1\"},{\"text\":\"2\"},{\"text\":\"3\"}]}";
    static const char broken[] = "{\"choices\":[{\"text\":\"1\"},{\"txt\":\"2\"}]}";
    llmrec_replies *replies = replies_of(many, 2);
    (void)state;
    assert_int_equal(llmrec_replies_count(replies, 0), 2);
    json_t *root = parsed(broken);
    assert_failure(lr_answer_samples(replies, 0, root, 2), LLMREC_ERR_FORMAT, "choice without message.content");
    assert_int_equal(llmrec_replies_count(replies, 0), 2); /* unchanged */
    json_decref(root);
    llmrec_replies_free(replies);
}

/* Every form has the same two tokens: A .5, B .25; then C alone. */
static void logprobs_come_in_three_shapes(void **state)
{
    static const char *const shapes[] = {
        "{\"choices\":[{\"message\":{\"content\":\"AC\"},\"logprobs\":{\"content\":[{\"token\":\"A\",\"logprob\":-0."
        "69314718,"
        "\"top_logprobs\":[{\"token\":\"B\",\"logprob\":-1.38629436},{\"token\":\"A\",\"logprob\":-0.69314718}]},"
        "{\"token\":\"C\",\"logprob\":0,\"top_logprobs\":[]}]}}]}",
        "{\"choices\":[{\"text\":\"AC\",\"logprobs\":{\"tokens\":[\"A\",\"C\"],\"token_logprobs\":[-0.69314718,0],"
        "\"top_logprobs\":[{\"B\":-1.38629436,\"A\":-0.69314718},null]}}]}",
        "{\"choices\":[{\"message\":{\"content\":\"AC\"}}],\"completion_probabilities\":[{\"content\":\"A\",\"probs\":["
        "{\"tok_str\":\"B\",\"prob\":0.25},{\"tok_str\":\"A\",\"prob\":0.5}]},{\"token\":\"C\",\"prob\":1}]}",
        "{\"choices\":[{\"message\":{\"content\":\"AC\"},\"completion_probabilities\":[{\"token\":\"A\",\"top_probs\":["
        "{\"token\":\"B\",\"prob\":0.25},{\"token\":\"A\",\"prob\":0.5},{\"token\":\"Z\",\"prob\":0}]},{\"token\":"
        "\"C\","
        "\"logprob\":0}]}]}",
    };
    (void)state;
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        const char *texts[4] = {NULL};
        double logprobs[4] = {0};
        int64_t count = 0;
        llmrec_replies *replies = replies_of(shapes[i], 1);
        assert_int_equal(llmrec_replies_tokens(replies, 0, 0), 2);
        assert_ok(llmrec_replies_alternatives(replies, 0, 0, 0, texts, logprobs, 4, &count));
        assert_int_equal(count, 2);
        assert_string_equal(texts[0], "A");
        assert_string_equal(texts[1], "B");
        assert_true(fabs(logprobs[0] - log(.5)) < 1e-7 && fabs(logprobs[1] - log(.25)) < 1e-7);
        assert_ok(llmrec_replies_alternatives(replies, 0, 0, 1, texts, logprobs, 4, &count));
        assert_int_equal(count, 1);
        assert_string_equal(texts[0], "C");
        assert_ok(llmrec_replies_alternatives(replies, 0, 0, 0, texts, logprobs, 1, &count));
        assert_int_equal(count, 2); /* more than there was space for */
        assert_failure(llmrec_replies_alternatives(replies, 0, 0, 2, texts, logprobs, 4, &count), LLMREC_ERR_ARGUMENT,
                       "token is 2; wanted less than 2");
        llmrec_replies_free(replies);
    }
}

/* Any number of alternatives in any order: sorted by falling probability, ties in the given order. */
static void many_alternatives_are_put_in_order(void **state)
{
    enum { MANY = 50000 };
    llmrec_replies *replies = NULL;
    lr_sample *sample = NULL;
    const char **texts = calloc(MANY, sizeof *texts);
    double *logprobs = calloc(MANY, sizeof *logprobs);
    int64_t count = 0;
    (void)state;
    assert_ok(lr_replies_create(context, 1, &replies));
    assert_ok(lr_reply_add(replies, 0, "x", 1, &sample));
    assert_ok(lr_sample_token(replies, sample));
    for (int i = 0; i < MANY; i++) {
        char text[16];
        snprintf(text, sizeof text, "%d", i);
        assert_ok(lr_sample_alternative(replies, sample, text, (double)(i / 2 - MANY)));
    }
    lr_sample_token_end(sample);
    assert_ok(llmrec_replies_alternatives(replies, 0, 0, 0, texts, logprobs, MANY, &count));
    assert_int_equal(count, MANY);
    for (int i = 0; i < MANY; i++) assert_int_equal(atoi(texts[i]), (MANY - 1 - i) / 2 * 2 + i % 2);
    llmrec_replies_free(replies);
    free(texts);
    free(logprobs);
}

static void logprobs_of_no_shape_count_as_none(void **state)
{
    static const char *const shapes[] = {"null",
                                         "7",
                                         "[]",
                                         "{}",
                                         "{\"content\":null}",
                                         "{\"content\":7}",
                                         "{\"top_logprobs\":7}",
                                         "{\"tokens\":[\"a\"]}"};
    (void)state;
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        char json[256];
        snprintf(json, sizeof json, "{\"choices\":[{\"text\":\"x\",\"logprobs\":%s}]}", shapes[i]);
        llmrec_replies *replies = replies_of(json, 1);
        assert_int_equal(llmrec_replies_tokens(replies, 0, 0), 0);
        llmrec_replies_free(replies);
    }
}

static void token_counts_are_bounded(void **state)
{
    static const struct {
        const char *json;
        int64_t prompt, completion;
    } cases[] = {
        {"{}", 0, 0},
        {"{\"usage\":{\"prompt_tokens\":12,\"completion_tokens\":3}}", 12, 3},
        {"{\"usage\":{\"prompt_tokens\":-12,\"completion_tokens\":\"3\"}}", 0, 0},
        {"{\"usage\":{\"prompt_tokens\":9000000000000000000,\"completion_tokens\":1.5}}", (int64_t)1 << 40, 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        json_t *root = parsed(cases[i].json);
        const lr_tokens tokens = lr_answer_tokens(root);
        assert_int_equal(tokens.prompt, cases[i].prompt);
        assert_int_equal(tokens.completion, cases[i].completion);
        json_decref(root);
    }
}

static void check_vectors(const char *json, size_t count, llmrec_status status, const char *fragment)
{
    lr_vectors vectors = {0};
    json_t *root = parsed(json);
    assert_failure(lr_answer_vectors(context, root, count, &vectors), status, fragment);
    assert_null(vectors.values);
    json_decref(root);
}

static void vectors_are_put_in_order(void **state)
{
    static const char *const shapes[] = {
        "{\"data\":[{\"index\":1,\"embedding\":[-3,0.5]},{\"index\":0,\"embedding\":[1,2]}]}",
        "{\"data\":[{\"index\":0,\"embedding\":\"AACAPwAAAEA=\"},{\"index\":1,\"embedding\":\"AABAwAAAAD8\"}]}"};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        lr_vectors vectors = {0};
        json_t *root = parsed(shapes[i]);
        assert_ok(lr_answer_vectors(context, root, 2, &vectors));
        assert_int_equal(vectors.dim, 2);
        assert_true(vectors.values[0] == 1 && vectors.values[1] == 2);
        assert_true(vectors.values[2] == -3 && vectors.values[3] == 0.5f);
        lr_free(context, vectors.values);
        json_decref(root);
    }
    check_vectors("{}", 1, LLMREC_ERR_FORMAT, "has no data");
    check_vectors("{\"data\":[]}", 1, LLMREC_ERR_FORMAT, "has 0 vectors; wanted 1");
    check_vectors("{\"data\":[{\"embedding\":[1]}]}", 1, LLMREC_ERR_FORMAT, "data[0] has no index");
    check_vectors("{\"data\":[{\"index\":0,\"embedding\":[1]},{\"index\":1,\"embedding\":[1,2]}]}", 2, LLMREC_ERR_SHAPE,
                  "data[1].embedding has 2 numbers; data[0] has 1");
    check_vectors("{\"data\":[{\"index\":0,\"embedding\":[[1]]}]}", 1, LLMREC_ERR_FORMAT,
                  "embedding[0] is not a number");
    check_vectors("{\"data\":[{\"index\":0,\"embedding\":[1e39]}]}", 1, LLMREC_ERR_NUMERIC,
                  "embedding[0] is not finite");
    check_vectors("{\"data\":[{\"index\":0,\"embedding\":\"AADAfw==\"}]}", 1, LLMREC_ERR_NUMERIC, "is not finite");
    check_vectors("{\"data\":[{\"index\":0,\"embedding\":\"AAD\"}]}", 1, LLMREC_ERR_FORMAT, "neither an array");
    check_vectors("{\"data\":[{\"index\":0,\"embedding\":\"A\"}]}", 1, LLMREC_ERR_FORMAT, "neither an array");
}

static void what_a_server_says_is_made_fit(void **state)
{
    static const char *const cases[][2] = {
        {"{\"error\":{\"message\":\"too\\nlong\"}}", "\"too long\""},
        {"{\"error\":\"plain\"}", "\"plain\""},
        {"{\"message\":\"m\"}", "\"m\""},
        {"{\"detail\":\"d\"}", "\"d\""},
        {"<html>\x01\xFF</html>", "\"<html> ?</html>\""},
        {"", ""},
        {"{\"error\":{\"message\":\"sk-unit-secret and \\u0073k-unit-secret\"}}",
         "\"************** and **************\""},
    };
    char said[LR_SAID_SIZE], body[8192];
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        lr_said(&endpoint, cases[i][0], strlen(cases[i][0]), said);
        assert_string_equal(said, cases[i][1]);
    }
    memset(body, 'x', sizeof body);
    lr_said(&endpoint, body, sizeof body, said);
    assert_true(strlen(said) < LR_SAID_SIZE && strcmp(said + strlen(said) - 4, "...\"") == 0);
    lr_said(&endpoint, NULL, 0, said);
    assert_string_equal(said, "");
}

static void tokens_are_estimated_and_cut_at_characters(void **state)
{
    size_t tokens = 0;
    (void)state;
    assert_int_equal(lr_estimate_tokens("", 0, 5, &tokens), 0);
    assert_int_equal(tokens, 0);
    assert_int_equal(lr_estimate_tokens("Trainspotting (1996)", 20, 9, &tokens), 20);
    assert_int_equal(tokens, 8); /* 13 letters, 2 marks, 4 digits */
    assert_int_equal(lr_estimate_tokens("Trainspotting (1996)", 20, 1, &tokens), 7);
    assert_int_equal(tokens, 1);
    assert_int_equal(lr_estimate_tokens("Trainspotting (1996)", 20, 2, &tokens), 14);
    assert_int_equal(tokens, 2);
    assert_int_equal(lr_estimate_tokens("\xE2\x82\xAC\xE2\x82\xAC", 6, 1, &tokens), 3);
    assert_int_equal(tokens, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_come_in_several_shapes),
        cmocka_unit_test(at_most_so_many_samples_are_taken),
        cmocka_unit_test(logprobs_come_in_three_shapes),
        cmocka_unit_test(logprobs_of_no_shape_count_as_none),
        cmocka_unit_test(many_alternatives_are_put_in_order),
        cmocka_unit_test(token_counts_are_bounded),
        cmocka_unit_test(vectors_are_put_in_order),
        cmocka_unit_test(what_a_server_says_is_made_fit),
        cmocka_unit_test(tokens_are_estimated_and_cut_at_characters),
    };
    return cmocka_run_group_tests_name("answer", tests, begin, drop_context);
}
