/* SPDX-License-Identifier: Apache-2.0 */
/* The journal during calls: finished requests are never lost and never repeated, as counted by the server. */
#include "server.h"

#include <sys/resource.h>
#include <time.h>

static llmrec_usage run(const llmrec_endpoint_options *options, const char *prefix, size_t count)
{
    llmrec_replies *replies = NULL;
    llmrec_llm *llm = model_at(context, options);
    assert_ok(ask_many(llm, prefix, count, &replies));
    for (size_t i = 0; i < count; i++) {
        char text[64];
        snprintf(text, sizeof text, "%s %zu/0", prefix, i);
        assert_string_equal(text_of(replies, i, 0), text);
    }
    const llmrec_usage usage = usage_of(llm);
    llmrec_replies_free(replies);
    llmrec_llm_free(llm);
    return usage;
}

static void a_second_run_asks_nothing(void **state)
{
    llmrec_endpoint_options options = endpoint_for("good:twice");
    (void)state;
    options.journal = scratch("twice.journal");
    assert_int_equal(run(&options, "twice", 20).attempts, 20);
    const llmrec_usage usage = run(&options, "twice", 25);
    assert_int_equal(usage.attempts, 5);
    assert_int_equal(usage.journal_hits, 20);
    assert_int_equal(usage.requests, 25);
    assert_int_equal(usage.prompt_tokens, 50);
    assert_int_equal(counted("good:twice", "requests"), 25);
    options.url = endpoint_for("good:elsewhere").url; /* the model's address does not change its answers */
    assert_int_equal(run(&options, "twice", 25).attempts, 0);
    options.model = "another-model";
    assert_int_equal(run(&options, "twice", 25).attempts, 25);
}

static void equal_requests_are_asked_once(void **state)
{
    enum { COUNT = 200 };
    llmrec_endpoint_options options = endpoint_for("slow:0.05");
    const llmrec_message message = {"user", "the same"};
    const llmrec_chat_request request = request_of(&message);
    const llmrec_chat_request *requests[COUNT];
    llmrec_replies *replies = NULL;
    (void)state;
    options.journal = scratch("equal.journal");
    for (size_t i = 0; i < COUNT; i++) requests[i] = &request;
    llmrec_llm *llm = model_at(context, &options);
    assert_ok(llmrec_llm_chat(llm, requests, COUNT, &replies));
    for (size_t i = 0; i < COUNT; i++) assert_string_equal(text_of(replies, i, 0), "the same/0");
    assert_int_equal(usage_of(llm).attempts, 1);
    assert_int_equal(counted("slow:0.05", "requests"), 1);
    llmrec_replies_free(replies);
    llmrec_llm_free(llm);
}

static void samples_are_kept_too(void **state)
{
    llmrec_endpoint_options options = endpoint_for("one-sample:kept");
    const llmrec_message message = {"user", "sample"};
    llmrec_chat_request request = request_of(&message);
    (void)state;
    options.journal = scratch("samples.journal");
    request.samples = 4;
    for (int i = 0; i < 2; i++) {
        llmrec_llm *llm = model_at(context, &options);
        llmrec_replies *replies = NULL;
        assert_ok(ask_request(llm, &request, &replies));
        assert_int_equal(llmrec_replies_count(replies, 0), 4);
        assert_int_equal(usage_of(llm).attempts, i == 0 ? 4 : 0);
        assert_int_equal(usage_of(llm).journal_hits, i);
        llmrec_replies_free(replies);
        llmrec_llm_free(llm);
    }
}

static void failures_are_not_kept(void **state)
{
    llmrec_endpoint_options options = endpoint_for("status:500:2");
    llmrec_replies *replies = NULL;
    (void)state;
    options.journal = scratch("failures.journal");
    options.attempts = 2;
    llmrec_llm *llm = model_at(context, &options);
    assert_ok(ask_many(llm, "fails", 1, &replies));
    assert_failure(llmrec_replies_status(replies, 0, NULL), LLMREC_ERR_IO, "status 500");
    llmrec_replies_free(replies);
    llmrec_llm_free(llm);
    assert_int_equal(run(&options, "fails", 1).attempts, 1);
}

/* Starts a process that asks; its exit status is 0 if all went well. */
static pid_t start_asking(const llmrec_endpoint_options *options, const char *prefix, size_t count)
{
    const pid_t child = fork();
    if (child != 0) return child;
    llmrec_context *own = NULL;
    llmrec_llm *llm = NULL;
    llmrec_replies *replies = NULL;
    close(server_input);
    const bool well = llmrec_context_create(NULL, &own) == LLMREC_OK &&
                      llmrec_llm_create_endpoint(own, options, &llm) == LLMREC_OK &&
                      ask_many(llm, prefix, count, &replies) == LLMREC_OK;
    _exit(well ? 0 : 1);
}

/* Kills it when the server has received `requests`. */
static void ask_until_killed(const llmrec_endpoint_options *options, size_t count, long requests)
{
    static const struct timespec pause = {0, 1700000};
    const pid_t child = start_asking(options, "killed", count);
    while (counted("slow:0.01", "requests") < requests && waitpid(child, NULL, WNOHANG) == 0) nanosleep(&pause, NULL);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
}

static void a_kill_loses_and_repeats_nothing_that_was_finished(void **state)
{
    enum { COUNT = 200, FLIGHT = 4, KILLS = 5 };
    llmrec_endpoint_options options = endpoint_for("slow:0.01");
    (void)state;
    options.journal = scratch("killed.journal");
    options.concurrency = FLIGHT;
    for (int i = 0; i < KILLS; i++) ask_until_killed(&options, COUNT, 25 * (i + 1));
    const long before = counted("slow:0.01", "requests");
    assert_true(before >= 25 * KILLS);
    const llmrec_usage usage = run(&options, "killed", COUNT);
    const long requests = counted("slow:0.01", "requests"), bodies = counted("slow:0.01", "bodies");
    assert_int_equal(bodies, COUNT);
    assert_int_equal(usage.journal_hits + usage.attempts, COUNT);
    assert_int_equal(requests - before, usage.attempts);
    assert_true(requests - COUNT <= KILLS * FLIGHT); /* only requests in flight at a kill are repeated */
    assert_true(usage.journal_hits >= before - KILLS * FLIGHT);
    assert_int_equal(run(&options, "killed", COUNT).attempts, 0);
}

static void processes_share_a_journal(void **state)
{
    enum { COUNT = 60 };
    llmrec_endpoint_options options = endpoint_for("slow:0.005");
    pid_t children[3];
    (void)state;
    options.journal = scratch("shared.journal");
    for (int i = 0; i < 3; i++) children[i] = start_asking(&options, (const char[]){(char)('a' + i), '\0'}, COUNT);
    for (int i = 0; i < 3; i++) {
        int outcome = 0;
        assert_int_equal(waitpid(children[i], &outcome, 0), children[i]);
        assert_int_equal(outcome, 0);
    }
    for (int i = 0; i < 3; i++) {
        const char prefix[] = {(char)('a' + i), '\0'};
        assert_int_equal(run(&options, prefix, COUNT).attempts, 0);
    }
    assert_int_equal(counted("slow:0.005", "requests"), 3 * COUNT);
}

enum { CROWD = 3, EACH = 120, CROWD_FLIGHT = 3, CROWD_KILLS = 20 };

/* Number of the crowd's requests in the journal; sends none. */
static long kept_of_crowd(const char *journal)
{
    llmrec_endpoint_options options = endpoint_for("status:400");
    long kept = 0;
    options.journal = journal;
    options.attempts = 1;
    for (int i = 0; i < CROWD; i++) {
        llmrec_replies *replies = NULL;
        llmrec_llm *llm = model_at(context, &options);
        assert_ok(ask_many(llm, (const char[]){(char)('a' + i), '\0'}, EACH, &replies));
        kept += usage_of(llm).journal_hits;
        llmrec_replies_free(replies);
        llmrec_llm_free(llm);
    }
    return kept;
}

/* Three processes on one journal, killed one after the other at any moment. Each round uses another path of the server,
 * which shows what was asked when. A round never repeats what the journal had before it; what the server finished in a
 * round is kept, except requests in flight at the kill. */
static void a_crowd_killed_again_and_again_loses_and_repeats_nothing(void **state)
{
    const char *journal = scratch("crowd.journal");
    uint32_t moment = 1;
    long kept = 0;
    (void)state;
    for (int round = 0; round < CROWD_KILLS; round++) {
        char what[64];
        pid_t children[CROWD];
        snprintf(what, sizeof what, "slow:0.003:%d", round);
        llmrec_endpoint_options options = endpoint_for(what);
        options.journal = journal;
        options.concurrency = CROWD_FLIGHT;
        for (int i = 0; i < CROWD; i++)
            children[i] = start_asking(&options, (const char[]){(char)('a' + i), '\0'}, EACH);
        for (int i = 0; i < CROWD; i++) {
            moment = moment * 1664525u + 1013904223u;
            usleep(4000 + (moment >> 16) % 12000);
            kill(children[i], SIGKILL);
            waitpid(children[i], NULL, 0);
        }
        usleep(10000); /* the server's last answers to the killed process */
        const long before = kept, bodies = counted(what, "bodies"), finished = counted(what, "finished");
        kept = kept_of_crowd(journal);
        if (bodies > CROWD * EACH - before) fail_msg("round %d: %ld asked, %ld kept before", round, bodies, before);
        if (kept - before > bodies || kept - before < finished - CROWD * CROWD_FLIGHT)
            fail_msg("round %d: %ld asked, %ld finished, %ld kept", round, bodies, finished, kept - before);
    }
    assert_true(kept > 0);
    for (int i = 0; i < CROWD; i++) {
        llmrec_endpoint_options options = endpoint_for("good:crowd");
        options.journal = journal;
        kept -= run(&options, (const char[]){(char)('a' + i), '\0'}, EACH).journal_hits;
    }
    assert_int_equal(kept, 0);
}

static void a_journal_that_cannot_be_written_ends_the_call(void **state)
{
    const char *journal = scratch("full.journal");
    llmrec_endpoint_options options = endpoint_for("good:full");
    struct rlimit before, small;
    llmrec_replies *replies = NULL;
    (void)state;
    options.journal = journal;
    llmrec_llm *llm = model_at(context, &options);
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small = before;
    small.rlim_cur = 2000;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    const llmrec_status status = ask_many(llm, "full", 50, &replies);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_failure(status, LLMREC_ERR_IO, "write ", journal);
    assert_null(replies);
    const int64_t kept = usage_of(llm).attempts;
    llmrec_llm_free(llm);
    const llmrec_usage usage = run(&options, "full", 50);
    assert_true(usage.journal_hits > 0 && usage.journal_hits < kept);
    assert_int_equal(usage.journal_hits + usage.attempts, 50);
}

static llmrec_status stop_at_five(const llmrec_progress_event *event, void *user)
{
    (void)user;
    return event->done >= 5 ? LLMREC_ERR_CANCELED : LLMREC_OK;
}

static void a_canceled_run_goes_on_where_it_stood(void **state)
{
    llmrec_context_options watching = context_options(1);
    llmrec_endpoint_options options = endpoint_for("slow:0.03");
    llmrec_replies *replies = NULL;
    (void)state;
    watching.progress = stop_at_five;
    llmrec_context *watched = context_like(&watching);
    options.journal = scratch("canceled.journal");
    options.concurrency = 2;
    llmrec_llm *llm = model_at(watched, &options);
    assert_failure(ask_many(llm, "canceled", 40, &replies), LLMREC_ERR_CANCELED, "requests");
    llmrec_llm_free(llm);
    llmrec_context_free(watched);
    const llmrec_usage usage = run(&options, "canceled", 40);
    assert_true(usage.journal_hits >= 5);
    assert_int_equal(usage.attempts, 40 - usage.journal_hits);
    assert_true(counted("slow:0.03", "requests") <= 42); /* two were in flight */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_second_run_asks_nothing),
        cmocka_unit_test(equal_requests_are_asked_once),
        cmocka_unit_test(samples_are_kept_too),
        cmocka_unit_test(failures_are_not_kept),
        cmocka_unit_test(a_kill_loses_and_repeats_nothing_that_was_finished),
        cmocka_unit_test(processes_share_a_journal),
        cmocka_unit_test(a_crowd_killed_again_and_again_loses_and_repeats_nothing),
        cmocka_unit_test(a_journal_that_cannot_be_written_ends_the_call),
        cmocka_unit_test(a_canceled_run_goes_on_where_it_stood),
    };
    return cmocka_run_group_tests_name("resume", tests, begin, finish);
}
