/* SPDX-License-Identifier: Apache-2.0 */
/* Tests that counts below 0 or beyond the address space are errors in every function. */
#include "../support.h"

static const int64_t session_numbers[] = {1, 1, 1}, item_numbers[] = {7, 8, 9}, offsets[] = {0, 1};
static const int32_t items[] = {0};
static int32_t recommended[1], counts[1];

typedef struct world {
    llmrec_context *context;
    llmrec_dataset *dataset;
    llmrec_recommender *recommender;
    llmrec_session *session;
} world;

static int set_up(void **state)
{
    static world w;
    const llmrec_interactions rows = {
        .size = sizeof rows, .rows = 3, .session_numbers = session_numbers, .item_numbers = item_numbers};
    assert_ok(llmrec_context_create(NULL, &w.context));
    assert_ok(llmrec_dataset_create(w.context, &rows, NULL, NULL, &w.dataset));
    assert_ok(llmrec_recommender_create_popularity(w.dataset, &w.recommender));
    assert_ok(llmrec_session_create(w.recommender, &w.session));
    *state = &w;
    return 0;
}

static int tear_down(void **state)
{
    const world *w = *state;
    llmrec_session_free(w->session);
    llmrec_recommender_free(w->recommender);
    llmrec_dataset_free(w->dataset);
    llmrec_context_free(w->context);
    return 0;
}

#define REFUSED(call, name)                                                                                            \
    do {                                                                                                               \
        int64_t n = -1;                                                                                                \
        assert_failure(call, LLMREC_ERR_ARGUMENT, name " is -1; wanted 0 or more");                                    \
        n = INT64_MAX;                                                                                                 \
        assert_failure(call, LLMREC_ERR_ARGUMENT, name " is 9223372036854775807; wanted 0 to ");                       \
    } while (0)

static void data_sets_refuse_them(void **state)
{
    const world *w = *state;
    llmrec_dataset *made = NULL;
    llmrec_interactions rows = {
        .size = sizeof rows, .rows = 3, .session_numbers = session_numbers, .item_numbers = item_numbers};
    llmrec_items described = {.size = sizeof described, .numbers = item_numbers};
    int64_t copied[2];
    REFUSED((rows.rows = n, llmrec_dataset_create(w->context, &rows, NULL, NULL, &made)), "interactions.rows");
    rows.rows = 3;
    REFUSED((described.rows = n, llmrec_dataset_create(w->context, &rows, &described, NULL, &made)), "items.rows");
    described.rows = 1;
    described.columns = -1;
    assert_failure(llmrec_dataset_create(w->context, &rows, &described, NULL, &made), LLMREC_ERR_ARGUMENT,
                   "items.columns is -1; wanted 0 to");
    REFUSED(llmrec_dataset_copy_sessions(w->dataset, 0, 1, copied, NULL, NULL, n, NULL), "capacity");
    assert_null(made);
}

static void recommenders_refuse_them(void **state)
{
    const world *w = *state;
    static const char *const ids[] = {"7"};
    llmrec_recommend_options options;
    REFUSED(llmrec_recommend(w->recommender, offsets, items, n, 1, NULL, recommended, NULL, counts), "sessions");
    REFUSED(llmrec_recommend_ids(w->recommender, offsets, ids, NULL, n, 1, NULL, recommended, NULL, counts, NULL),
            "sessions");
    assert_ok(llmrec_recommend_options_init(&options, sizeof options));
    options.allow = options.deny = items;
    REFUSED((options.allow_count = n,
             llmrec_recommend(w->recommender, offsets, items, 1, 1, &options, recommended, NULL, counts)),
            "allow_count");
    options.allow_count = 1;
    REFUSED((options.deny_count = n,
             llmrec_recommend(w->recommender, offsets, items, 1, 1, &options, recommended, NULL, counts)),
            "deny_count");
    REFUSED(llmrec_session_append(w->session, items, n), "count");
    REFUSED(llmrec_session_append_ids(w->session, ids, NULL, n, NULL), "count");
    assert_int_equal(llmrec_session_length(w->session), 0);
}

static void reports_refuse_them(void **state)
{
    const world *w = *state;
    static const char *const names[] = {"a"};
    llmrec_report *report = NULL, *mean = NULL;
    REFUSED(llmrec_evaluate_lists(w->context, n, 3, offsets, items, NULL, offsets, items, NULL, &report), "sessions");
    assert_ok(llmrec_evaluate_lists(w->context, 1, 3, offsets, items, NULL, offsets, items, NULL, &report));
    const llmrec_report *const reports[] = {report};
    REFUSED(llmrec_report_mean(reports, n, &mean), "count");
    REFUSED(llmrec_report_format(reports, names, n, LLMREC_LAYOUT_TABLE, NULL, 0, NULL), "count");
    REFUSED(llmrec_report_save(reports, names, n, "/nowhere/report.txt"), "count");
    assert_null(mean);
    llmrec_report_free(report);
}

static llmrec_status answer(const llmrec_completion *completion, void *user)
{
    static const char *const texts[] = {"a"};
    static const double logprobs[] = {0};
    (void)user;
    assert_ok(llmrec_completion_answer(completion, 0, "a", 1));
    REFUSED(llmrec_completion_alternatives(completion, 0, texts, logprobs, n), "count");
    return llmrec_completion_alternatives(completion, 0, texts, logprobs, 1);
}

static void models_refuse_them(void **state)
{
    const world *w = *state;
    const llmrec_message message = {"user", "which?"};
    llmrec_chat_request request;
    llmrec_llm *llm = NULL;
    llmrec_replies *replies = NULL;
    const char *text = NULL;
    double logprob = 0;
    int64_t count = 0;
    assert_ok(llmrec_chat_request_init(&request, sizeof request));
    request.messages = &message;
    request.message_count = 1;
    const llmrec_chat_request *const requests[] = {&request};
    assert_ok(llmrec_llm_create_callback(w->context, answer, NULL, 1, &llm));
    REFUSED(llmrec_llm_chat(llm, requests, n, &replies), "count");
    assert_ok(llmrec_llm_chat(llm, requests, 1, &replies));
    REFUSED(llmrec_replies_alternatives(replies, 0, 0, 0, &text, &logprob, n, &count), "capacity");
    assert_failure(llmrec_replies_status(replies, -1, NULL), LLMREC_ERR_ARGUMENT, "request is -1; wanted less than 1");
    assert_int_equal(llmrec_replies_count(replies, -1) + llmrec_replies_tokens(replies, -1, 0), 0);
    llmrec_replies_free(replies);
    llmrec_llm_free(llm);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(data_sets_refuse_them),
        cmocka_unit_test(recommenders_refuse_them),
        cmocka_unit_test(reports_refuse_them),
        cmocka_unit_test(models_refuse_them),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
