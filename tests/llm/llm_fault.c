/* SPDX-License-Identifier: Apache-2.0 */
/* HTTP calls with their 1st, 2nd, 3rd ... allocation failing: a failure is LLMREC_ERR_MEMORY, nothing is kept, no key
 * is in freed memory, and the same handle works afterwards. Also several threads on one handle. */
#include "server.h"

#include "../heap.h"

#include <pthread.h>

static int begin_counting(void **state)
{
    the_heap.secret = KEY + 3; /* whatever precedes it */
    context = heap_context(1);
    return start_server(state);
}

static int finish_counting(void **state)
{
    const int outcome = finish(state);
    assert_int_equal(heap_outstanding(), 0);
    return outcome;
}

/* The whole life of a handle; returns its first failure. */
typedef llmrec_status (*life_fn)(const char *journal);

static llmrec_status live_chat(const char *journal)
{
    static const char *const headers[] = {"X-Key: sk-test-0123456789abcdef"};
    char said[4096];
    llmrec_endpoint_options options = endpoint_for("good:fault");
    const llmrec_message message = {"user", "hello"};
    llmrec_chat_request request = request_of(&message);
    llmrec_replies *replies = NULL;
    llmrec_llm *llm = NULL;
    options.journal = journal;
    options.headers = headers;
    options.header_count = 1;
    options.body = "{\"user\": \"test\"}";
    request.samples = 2;
    request.top_logprobs = 2;
    request.json_schema = "{\"type\": \"object\"}";
    llmrec_status status = llmrec_llm_create_endpoint(context, &options, &llm);
    if (status == LLMREC_OK) status = ask_request(llm, &request, &replies);
    if (status == LLMREC_OK) assert_int_equal(llmrec_replies_count(replies, 0), 2);
    llmrec_replies_free(replies);
    replies = NULL;
    if (status == LLMREC_OK) status = llmrec_llm_description(llm, said, sizeof said, NULL);
    if (status == LLMREC_OK) assert_true(strstr(said, "/v1") != NULL && strstr(said, KEY) == NULL);
    if (status == LLMREC_OK) status = ask_many(llm, "fault", 3, &replies);
    llmrec_replies_free(replies);
    llmrec_llm_free(llm);
    return status;
}

static llmrec_status live_samples(const char *journal)
{
    char url[256];
    llmrec_endpoint_options options = endpoint_for("refuses-n:fault");
    const llmrec_message message = {"user", "hello"};
    llmrec_chat_request request = request_of(&message);
    llmrec_replies *replies = NULL;
    llmrec_llm *llm = NULL;
    snprintf(url, sizeof url, "%s?key=%s", options.url, KEY);
    options.url = url;
    options.key = NULL;
    options.journal = journal;
    request.samples = 3;
    llmrec_status status = llmrec_llm_create_endpoint(context, &options, &llm);
    if (status == LLMREC_OK) status = ask_request(llm, &request, &replies);
    if (status == LLMREC_OK) assert_int_equal(llmrec_replies_count(replies, 0), 3);
    llmrec_replies_free(replies);
    llmrec_llm_free(llm);
    return status;
}

static llmrec_status live_embeddings(const char *journal)
{
    static const char *const texts[] = {"one", "two", "three", "four", "one"};
    llmrec_endpoint_options options = endpoint_for("at-most:2");
    llmrec_embeddings_options embeddings;
    llmrec_text_encoder *encoder = NULL;
    float vectors[5 * 4];
    char said[4096];
    options.journal = journal;
    llmrec_status status = llmrec_embeddings_options_init(&embeddings, sizeof embeddings);
    if (status == LLMREC_OK) status = llmrec_text_encoder_create_endpoint(context, &options, &embeddings, &encoder);
    if (status == LLMREC_OK) status = llmrec_text_encoder_description(encoder, said, sizeof said, NULL);
    if (status == LLMREC_OK) status = llmrec_text_encoder_encode(encoder, texts, NULL, 5, vectors);
    llmrec_text_encoder_free(encoder);
    return status;
}

static llmrec_status live_tuning(const char *state)
{
    llmrec_endpoint_options endpoint = endpoint_for("tuning:fault");
    llmrec_fine_tuning_options options;
    llmrec_fine_tuning_info info = {.size = sizeof info};
    llmrec_fine_tuning *job = NULL;
    char said[4096];
    assert_ok(llmrec_fine_tuning_options_init(&options, sizeof options));
    options.training = scratch("examples.jsonl");
    options.state = state;
    write_text(options.training, "{}\n");
    llmrec_status status = llmrec_fine_tuning_start(context, &endpoint, &options, &job);
    if (status == LLMREC_OK) status = llmrec_fine_tuning_description(job, said, sizeof said, NULL);
    if (status == LLMREC_OK) status = llmrec_fine_tuning_follow(job, 0.01, &info);
    if (status == LLMREC_OK) status = llmrec_fine_tuning_cancel(job, &info);
    llmrec_fine_tuning_free(job);
    return status;
}

static void check_life(life_fn live, const char *name)
{
    enum { MOST = 2000 };
    const long held = heap_outstanding();
    long n = 0;
    for (bool failed = true; failed && n < MOST;) {
        char journal[64];
        snprintf(journal, sizeof journal, "%s%ld.journal", name, ++n);
        const char *path = scratch(journal);
        heap_arm(n, false);
        const llmrec_status status = live(path);
        failed = heap_disarm();
        assert_int_equal(atomic_load(&the_heap.betrayed), 0);
        if (failed ? status != LLMREC_ERR_MEMORY : status != LLMREC_OK)
            fail_msg("allocation %ld: %d: %s", n, status, llmrec_last_error());
        if (failed) assert_non_null(strstr(llmrec_last_error(), "memory"));
        assert_int_equal(heap_outstanding(), held);
        if (failed && n % 4 == 0) assert_ok(live(path)); /* what was kept is complete */
        unlink(path);
    }
    assert_true(n > 20 && n < MOST);
}

static void a_chat_survives_every_failed_allocation(void **state)
{
    (void)state;
    check_life(live_chat, "chat");
}

static void samples_survive_every_failed_allocation(void **state)
{
    (void)state;
    check_life(live_samples, "samples");
}

static void embeddings_survive_every_failed_allocation(void **state)
{
    (void)state;
    check_life(live_embeddings, "embeddings");
}

static void fine_tuning_survives_every_failed_allocation(void **state)
{
    (void)state;
    check_life(live_tuning, "tuning");
}

enum { THREADS = 3, CALLS = 5, REQUESTS = 8 };

static void *chat_often(void *argument)
{
    const llmrec_llm *llm = argument;
    for (int call = 0; call < CALLS; call++) {
        llmrec_replies *replies = NULL;
        if (ask_many(llm, "thread", REQUESTS, &replies) != LLMREC_OK) return argument;
        for (size_t i = 0; i < REQUESTS; i++)
            if (llmrec_replies_count(replies, i) != 1) return argument;
        llmrec_replies_free(replies);
    }
    return NULL;
}

static void threads_share_a_model(void **state)
{
    llmrec_endpoint_options options = endpoint_for("good:threads");
    pthread_t threads[THREADS];
    (void)state;
    for (int journal = 0; journal < 2; journal++) {
        options.journal = journal ? scratch("threads.journal") : NULL;
        llmrec_llm *llm = model_at(context, &options);
        for (int i = 0; i < THREADS; i++) assert_int_equal(pthread_create(&threads[i], NULL, chat_often, llm), 0);
        for (int i = 0; i < THREADS; i++) {
            void *failed = NULL;
            assert_int_equal(pthread_join(threads[i], &failed), 0);
            assert_null(failed);
        }
        const llmrec_usage usage = usage_of(llm);
        assert_int_equal(usage.requests, THREADS * CALLS * REQUESTS);
        if (journal) assert_true(usage.attempts >= REQUESTS && usage.attempts <= THREADS * REQUESTS);
        else assert_int_equal(usage.attempts, THREADS * CALLS * REQUESTS);
        llmrec_llm_free(llm);
    }
    assert_true(counted("good:threads", "connections") <= 2 * THREADS * 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_chat_survives_every_failed_allocation),
        cmocka_unit_test(samples_survive_every_failed_allocation),
        cmocka_unit_test(embeddings_survive_every_failed_allocation),
        cmocka_unit_test(fine_tuning_survives_every_failed_allocation),
        cmocka_unit_test(threads_share_a_model),
    };
    return cmocka_run_group_tests_name("fault", tests, begin_counting, finish_counting);
}
