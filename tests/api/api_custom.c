/* SPDX-License-Identifier: Apache-2.0 */
/* Strategies of the host: through everything that takes a recommender, and with every kind of wrong answer. */
#include <math.h>
#include <pthread.h>

#include "prompts.h"

/* --- a host ------------------------------------------------------------------------------------------------------- */

/* What the host gives that it should not. */
typedef enum fault {
    NONE,
    FAILS,
    FAILS_IN_LIBRARY,
    NEGATIVE_COUNT,
    LARGE_COUNT,
    NEGATIVE_ITEM,
    LARGE_ITEM,
    SAME_ITEM,
    NAN_SCORE,
    INFINITE_SCORE,
    RISING_SCORES,
    UNFILLED
} fault;

typedef struct host {
    int64_t items, released;
    fault fault;
    bool filters;   /* applies the filters itself, and fills k entries only */
    int64_t listed; /* most items that a list has; 0: all */
} host;

/* Neighbors on a ring are near: the score falls with the distance to the last known item, ties to the lower index. */
static float score_of(const host *h, const int32_t *items, int64_t count, int32_t item)
{
    int32_t last = 0;
    for (int64_t i = 0; i < count; i++)
        if (items[i] >= 0) last = items[i];
    const int64_t distance = (item - last + h->items) % h->items;
    return distance == 3 ? NAN : -(float)(distance / 2); /* it never wants one */
}

static bool is_in(const int32_t *list, int64_t count, int32_t item)
{
    for (int64_t i = 0; i < count; i++)
        if (list[i] == item) return true;
    return false;
}

static bool may_list(const host *h, const llmrec_rank_request *r, int64_t session, int32_t item)
{
    const int64_t first = r->offsets[session], count = r->offsets[session + 1] - first;
    if (isnan(score_of(h, r->items + first, count, item))) return false;
    if (!h->filters) return true;
    if (r->keep_seen == 0 && is_in(r->items + first, count, item)) return false;
    if (r->allow != NULL && !is_in(r->allow, r->allow_count, item)) return false;
    return !is_in(r->deny, r->deny_count, item);
}

static void rank_one(const host *h, const llmrec_rank_request *r, int64_t session)
{
    const int64_t first = r->offsets[session], length = r->offsets[session + 1] - first;
    const int64_t most = h->filters ? r->k : h->listed > 0 && h->listed < r->width ? h->listed : r->width;
    int32_t *list = r->recommended + session * r->width, count = 0;
    float *scores = r->scores + session * r->width;
    for (float wanted = 0; wanted >= -(float)h->items && count < most; wanted--)
        for (int32_t item = 0; item < h->items && count < most; item++) {
            if (!may_list(h, r, session, item) || score_of(h, r->items + first, length, item) != wanted) continue;
            scores[count] = wanted;
            list[count++] = item;
        }
    r->counts[session] = count;
}

static void spoil(const host *h, const llmrec_rank_request *r, int64_t session)
{
    int32_t *list = r->recommended + session * r->width, *count = r->counts + session;
    float *scores = r->scores + session * r->width;
    switch (h->fault) {
    case NEGATIVE_COUNT: *count = -1; break;
    case LARGE_COUNT: *count = (int32_t)r->width + 1; break;
    case NEGATIVE_ITEM: list[1] = -1; break;
    case LARGE_ITEM: list[1] = (int32_t)h->items; break;
    case SAME_ITEM: list[1] = list[0]; break;
    case NAN_SCORE: scores[1] = NAN; break;
    case INFINITE_SCORE: scores[0] = INFINITY; break;
    case RISING_SCORES: scores[1] = 7; break;
    case UNFILLED: list[0] = -1; break;
    default: break;
    }
}

static void check_request(size_t size, size_t wanted, int64_t sessions, const int64_t *offsets)
{
    assert_int_equal(size, wanted);
    assert_true(sessions > 0 && offsets[0] == 0);
    for (int64_t i = 0; i < sessions; i++) assert_true(offsets[i + 1] >= offsets[i]);
}

static llmrec_status rank(const llmrec_rank_request *r, void *user)
{
    const host *h = user;
    check_request(r->size, sizeof *r, r->sessions, r->offsets);
    assert_true(r->k >= 1 && r->k <= r->width && r->width <= h->items);
    if (h->fault == FAILS) return -77;
    if (h->fault == FAILS_IN_LIBRARY) return llmrec_recommend(NULL, NULL, NULL, 1, 1, NULL, NULL, NULL, NULL);
    for (int64_t i = 0; i < r->sessions; i++) {
        rank_one(h, r, i);
        if (i == r->sessions - 1) spoil(h, r, i);
    }
    return LLMREC_OK;
}

static llmrec_status score(const llmrec_score_request *r, void *user)
{
    const host *h = user;
    check_request(r->size, sizeof *r, r->sessions, r->offsets);
    if (h->fault == FAILS) return LLMREC_ERR_IO;
    for (int64_t i = 0; i < r->sessions; i++) {
        const bool shared = r->candidate_offsets == NULL;
        const int64_t first = r->offsets[i], length = r->offsets[i + 1] - first;
        const int64_t begin = shared ? 0 : r->candidate_offsets[i];
        const int64_t end = shared ? r->candidate_count : r->candidate_offsets[i + 1];
        for (int64_t at = begin; at < end; at++) {
            assert_true(isnan(r->scores[shared ? i * end + at : at]));
            r->scores[shared ? i * end + at : at] = h->fault == INFINITE_SCORE && r->candidates[at] == 2 ? -INFINITY
                                                    : r->candidates[at] < 0
                                                        ? 5
                                                        : score_of(h, r->items + first, length, r->candidates[at]);
        }
    }
    return LLMREC_OK;
}

static void release(void *user)
{
    ((host *)user)->released++;
}

static llmrec_custom_strategy strategy_of(host *h)
{
    return (llmrec_custom_strategy){
        .size = sizeof(llmrec_custom_strategy), .name = "ring", .items = h->items, .free = release, .user = h};
}

static llmrec_recommender *custom(llmrec_context *context, const llmrec_custom_strategy *strategy)
{
    llmrec_recommender *recommender = NULL;
    assert_ok(llmrec_recommender_create_custom(context, strategy, &recommender));
    return recommender;
}

/* --- lists and scores -------------------------------------------------------------------------------------------- */

static uint32_t next_number(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(*state >> 33);
}

enum { SESSIONS = 40, RING = 50 };

typedef struct asked {
    int64_t sessions, k, offsets[SESSIONS + 1];
    int32_t items[3 + SESSIONS * 6], allow[20], deny[6];
    llmrec_recommend_options options;
} asked;

static void ask(asked *a, uint64_t *seed)
{
    a->sessions = 1 + next_number(seed) % SESSIONS;
    a->k = 1 + next_number(seed) % 12;
    a->offsets[0] = next_number(seed) % 3;
    for (int64_t i = 0; i < a->sessions; i++) {
        a->offsets[i + 1] = a->offsets[i] + next_number(seed) % 6;
        for (int64_t at = a->offsets[i]; at < a->offsets[i + 1]; at++)
            a->items[at] = next_number(seed) % 7 == 0 ? -1 : (int32_t)(next_number(seed) % RING);
    }
    assert_ok(llmrec_recommend_options_init(&a->options, sizeof a->options));
    a->options.keep_seen = next_number(seed) % 2;
    for (int i = 0; i < 20; i++) a->allow[i] = (int32_t)(next_number(seed) % RING);
    for (int i = 0; i < 6; i++) a->deny[i] = (int32_t)(next_number(seed) % RING);
    a->options.allow = next_number(seed) % 2 == 0 ? a->allow : NULL;
    a->options.allow_count = a->options.allow == NULL ? 0 : 20;
    a->options.deny = a->deny;
    a->options.deny_count = next_number(seed) % 7;
}

/* The host's `rank`, with and without filters of its own, and its `score` give the same lists and scores. */
static void compare(llmrec_recommender *const *all, size_t count, uint64_t seed)
{
    asked a;
    int32_t lists[2][SESSIONS * 12], counts[2][SESSIONS], candidates[RING + 1];
    float ranked[2][SESSIONS * 12], scores[2][SESSIONS * (RING + 1)];
    ask(&a, &seed);
    for (int32_t i = 0; i <= RING; i++) candidates[i] = i - 1;
    for (size_t r = 0; r < count; r++) {
        const size_t to = r > 0;
        memset(lists[to], 0, sizeof lists[to]);
        memset(ranked[to], 0, sizeof ranked[to]);
        assert_ok(llmrec_recommend(all[r], a.offsets, a.items, a.sessions, a.k, &a.options, lists[to], ranked[to],
                                   counts[to]));
        assert_ok(llmrec_score(all[r], a.offsets, a.items, a.sessions, NULL, candidates, RING + 1, scores[to]));
        if (r == 0) continue;
        assert_memory_equal(counts[1], counts[0], (size_t)a.sessions * sizeof **counts);
        for (int64_t i = 0; i < a.sessions; i++) {
            assert_memory_equal(lists[1] + i * a.k, lists[0] + i * a.k, (size_t)counts[0][i] * sizeof **lists);
            assert_memory_equal(ranked[1] + i * a.k, ranked[0] + i * a.k, (size_t)counts[0][i] * sizeof **ranked);
        }
        for (int64_t i = 0; i < a.sessions * (RING + 1); i++)
            assert_true(scores[0][i] == scores[1][i] || (isnan(scores[0][i]) && isnan(scores[1][i])));
    }
    for (int64_t i = 0; i < a.sessions; i++) /* nothing that may not be there */
        for (int32_t j = 0; j < counts[0][i]; j++) {
            const int32_t item = lists[0][i * a.k + j];
            assert_true(a.options.keep_seen || !is_in(a.items + a.offsets[i], a.offsets[i + 1] - a.offsets[i], item));
            assert_true(a.options.allow == NULL || is_in(a.allow, 20, item));
            assert_false(is_in(a.deny, a.options.deny_count, item));
        }
}

static void every_way_gives_the_same_lists_and_scores(void **state)
{
    host plain = {.items = RING}, filtering = {.items = RING, .filters = true};
    llmrec_context *context = context_with(2);
    llmrec_custom_strategy by_scores = strategy_of(&plain), by_rank = by_scores, both = by_scores,
                           filters = strategy_of(&filtering);
    (void)state;
    by_scores.score = both.score = score;
    by_rank.rank = both.rank = filters.rank = rank;
    llmrec_recommender *all[] = {custom(context, &by_scores), custom(context, &by_rank), custom(context, &both),
                                 custom(context, &filters)};
    assert_string_equal(llmrec_recommender_name(all[0]), "ring");
    assert_int_equal(llmrec_recommender_items(all[0]), RING);
    assert_int_equal(llmrec_recommender_dim(all[0]), 0);
    llmrec_context_free(context);
    for (uint64_t seed = 0; seed < 200; seed++) compare(all, 4, seed);
    assert_int_equal(plain.released, 0);
    for (int i = 0; i < 4; i++) llmrec_recommender_free(all[i]);
    assert_int_equal(plain.released, 3);
    assert_int_equal(filtering.released, 1);
}

static void *compare_many(void *recommender)
{
    llmrec_recommender *one = recommender;
    for (uint64_t seed = 0; seed < 60; seed++) compare(&one, 1, seed);
    return NULL;
}

static void many_threads_call_at_once(void **state)
{
    enum { THREADS = 6 };
    pthread_t threads[THREADS];
    host h = {.items = RING};
    llmrec_context *context = context_with(1);
    llmrec_custom_strategy strategy = strategy_of(&h);
    (void)state;
    strategy.rank = rank;
    llmrec_recommender *recommender = custom(context, &strategy);
    for (int i = 0; i < THREADS; i++) assert_int_equal(pthread_create(&threads[i], NULL, compare_many, recommender), 0);
    for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
    llmrec_recommender_free(recommender);
    llmrec_context_free(context);
}

/* More items than one request scores, and more sessions than one request gets. */
static void large_catalogs_come_in_blocks(void **state)
{
    enum { LARGE = 20001, MANY = 700, WANTED = 9 };
    host h = {.items = LARGE};
    llmrec_context *context = context_with(1);
    llmrec_custom_strategy by_scores = strategy_of(&h);
    int64_t offsets[MANY + 1] = {0};
    int32_t items[MANY], *lists = malloc(MANY * WANTED * sizeof *lists), counts[MANY];
    (void)state;
    by_scores.score = score;
    for (int i = 0; i < MANY; i++) {
        items[i] = i * 28;
        offsets[i + 1] = i + 1;
    }
    llmrec_recommender *recommender = custom(context, &by_scores);
    assert_ok(llmrec_recommend(recommender, offsets, items, MANY, WANTED, NULL, lists, NULL, counts));
    for (int i = 0; i < MANY; i++) {
        const int32_t next = (items[i] + 1) % LARGE, second = (items[i] + 2) % LARGE;
        assert_int_equal(counts[i], WANTED);
        assert_int_equal(lists[i * WANTED], next);
        assert_int_equal(lists[i * WANTED + 1], second);
    }
    free(lists);
    llmrec_recommender_free(recommender);
    llmrec_context_free(context);
}

static void short_lists_leave_items_without_a_score(void **state)
{
    static const int64_t offsets[] = {0, 1};
    static const int32_t items[] = {10}, candidates[] = {10, 11, 12, 14, 15, 30};
    host h = {.items = RING, .listed = 4};
    llmrec_context *context = context_with(1);
    llmrec_custom_strategy strategy = strategy_of(&h);
    int32_t list[8], count = 0;
    float scores[6];
    (void)state;
    strategy.rank = rank;
    llmrec_recommender *recommender = custom(context, &strategy);
    assert_ok(llmrec_recommend(recommender, offsets, items, 1, 8, NULL, list, NULL, &count));
    assert_int_equal(count, 3);
    assert_ok(llmrec_score(recommender, offsets, items, 1, NULL, candidates, 6, scores));
    assert_true(scores[0] == 0 && scores[1] == 0 && scores[2] == -1 && scores[3] == -2);
    assert_true(isnan(scores[4]) && isnan(scores[5]));
    llmrec_recommender_free(recommender);
    llmrec_context_free(context);
}

/* --- whatever takes a recommender -------------------------------------------------------------------------------- */

static void everything_takes_it(void **state)
{
    static const int32_t session_items[] = {4, -1, 7};
    static const char *const ids[] = {"104", "nobody", "107"};
    static const int64_t offsets[] = {0, 3};
    world *w = begin(2, first_is_best, NULL);
    host h = {.items = ITEMS};
    llmrec_custom_strategy strategy = strategy_of(&h);
    strategy.items = 0;
    strategy.dataset = w->dataset;
    strategy.rank = rank;
    llmrec_recommender *recommender = custom(w->context, &strategy);
    llmrec_report *report = NULL;
    llmrec_session *live = NULL;
    int32_t wanted[K], found[K], count = 0;
    int64_t unknown = 0;
    double hit_rate = -1;
    (void)state;
    assert_ok(llmrec_recommend(recommender, offsets, session_items, 1, K, NULL, wanted, NULL, &count));
    assert_true(count == K && wanted[0] == 8 && wanted[1] == 9);
    assert_ok(llmrec_recommend_ids(recommender, offsets, ids, NULL, 1, K, NULL, found, NULL, &count, &unknown));
    assert_int_equal(unknown, 1);
    assert_memory_equal(found, wanted, sizeof found);
    assert_ok(llmrec_session_create(recommender, &live));
    assert_ok(llmrec_session_append(live, session_items, 3));
    assert_ok(llmrec_session_recommend(live, K, NULL, found, NULL, &count));
    assert_memory_equal(found, wanted, sizeof found);
    llmrec_session_free(live);
    assert_ok(llmrec_evaluate(recommender, w->dataset, w->dataset, NULL, &report));
    assert_ok(llmrec_report_metric(report, LLMREC_METRIC_HR, K, &hit_rate, NULL));
    assert_true(hit_rate == 1); /* sessions go up by one */
    llmrec_report_free(report);
    const llmrec_prompt_options options = options_of(LLMREC_PROMPT_RANK);
    const llmrec_recommender_parts parts = {
        .size = sizeof parts, .llm = w->llm, .dataset = w->dataset, .first_stage = recommender};
    llmrec_recommender *asks = NULL;
    assert_ok(llmrec_recommender_create_prompt(&parts, &options, &asks));
    llmrec_recommender_free(recommender);
    int64_t grounding[G];
    assert_int_equal(recommend(asks, session_items, 3, found, grounding), K);
    assert_int_equal(h.released, 0);
    llmrec_recommender_free(asks);
    assert_int_equal(h.released, 1);
    end(w);
}

/* --- wrong answers ----------------------------------------------------------------------------------------------- */

static void wrong_answers_end_the_call(void **state)
{
    static const struct {
        fault fault;
        const char *text;
    } wrong[] = {
        {FAILS, "ring: rank returned -77 for sessions 0 to 1; wanted LLMREC_OK: no failure of this library"},
        {FAILS_IN_LIBRARY, "ring: rank returned -1 for sessions 0 to 1; wanted LLMREC_OK: recommender is NULL"},
        {NEGATIVE_COUNT, "ring: session 1: its count is -1; wanted 0 to 6"},
        {LARGE_COUNT, "ring: session 1: its count is 7; wanted 0 to 6"},
        {NEGATIVE_ITEM, "ring: session 1: recommended[1] is -1; wanted 0 to 49"},
        {LARGE_ITEM, "ring: session 1: recommended[1] is 50; wanted 0 to 49"},
        {SAME_ITEM, "ring: session 1: recommended[1] is 5 again; wanted each item once"},
        {NAN_SCORE, "ring: session 1: scores[1] is"},
        {INFINITE_SCORE, "ring: session 1: scores[0] is inf; wanted a finite one"},
        {RISING_SCORES, "ring: session 1: scores[1] is 7, above the 0 before it"},
        {UNFILLED, "ring: session 1: recommended[0] is -1"},
    };
    static const int64_t offsets[] = {0, 1, 3};
    static const int32_t items[] = {1, 4, 5};
    host h = {.items = RING};
    llmrec_context *context = context_with(1);
    llmrec_custom_strategy strategy = strategy_of(&h);
    int32_t list[8], counts[2];
    float scores[2 * 3];
    (void)state;
    strategy.rank = rank;
    llmrec_recommender *recommender = custom(context, &strategy);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        h.fault = wrong[i].fault;
        assert_failure(llmrec_recommend(recommender, offsets, items, 2, 4, NULL, list, NULL, counts),
                       LLMREC_ERR_CALLBACK, wrong[i].text);
        assert_int_equal(llmrec_score(recommender, offsets, items, 2, NULL, items, 1, scores), LLMREC_ERR_CALLBACK);
        h.fault = NONE;
        assert_ok(llmrec_recommend(recommender, offsets, items, 2, 4, NULL, list, NULL, counts));
        assert_int_equal(counts[1], 4);
    }
    llmrec_recommender_free(recommender);
    strategy.rank = NULL;
    strategy.score = score;
    recommender = custom(context, &strategy);
    h.fault = FAILS;
    assert_failure(llmrec_score(recommender, offsets, items, 2, NULL, items, 3, scores), LLMREC_ERR_CALLBACK,
                   "ring: score returned -3 for sessions 0 to 1");
    h.fault = INFINITE_SCORE;
    assert_failure(llmrec_score(recommender, offsets, items, 1, NULL, (const int32_t[]){1, 2}, 2, scores),
                   LLMREC_ERR_CALLBACK, "ring: session 0: the score of item 2 is -inf; wanted a finite one or NaN");
    assert_failure(llmrec_recommend(recommender, offsets, items, 2, 4, NULL, list, NULL, counts), LLMREC_ERR_CALLBACK,
                   "the score of item 2 is -inf");
    llmrec_recommender_free(recommender);
    llmrec_context_free(context);
}

static void what_no_strategy_can_be_is_told(void **state)
{
    static const char *const ids[] = {"a", "b", "a"};
    static const size_t lengths[] = {1, 1, 1};
    world *w = begin(1, oracle, NULL);
    host h = {.items = 3};
    llmrec_custom_strategy strategy = strategy_of(&h);
    llmrec_recommender *recommender = NULL;
    (void)state;
#define REFUSED(status, text)                                                                                          \
    assert_failure(llmrec_recommender_create_custom(w->context, &strategy, &recommender), status, text)
    REFUSED(LLMREC_ERR_ARGUMENT, "strategy.rank and strategy.score are NULL");
    strategy.rank = rank;
    strategy.name = NULL;
    REFUSED(LLMREC_ERR_ARGUMENT, "strategy.name is NULL");
    strategy.name = "two words";
    REFUSED(LLMREC_ERR_ARGUMENT, "strategy.name is \"two words\"; wanted 1 to 63 letters");
    strategy.name = "";
    REFUSED(LLMREC_ERR_ARGUMENT, "strategy.name is \"\"");
    strategy.name = "ring";
    strategy.items = 0;
    REFUSED(LLMREC_ERR_ARGUMENT, "strategy.items is 0; wanted 1 to 2147483646");
    strategy.items = 3;
    strategy.dataset = w->dataset;
    REFUSED(LLMREC_ERR_ARGUMENT, "wanted none beside a dataset");
    strategy.items = 0;
    strategy.id_lengths = lengths;
    REFUSED(LLMREC_ERR_ARGUMENT, "wanted none beside a dataset");
    strategy.items = 3;
    strategy.dataset = NULL;
    REFUSED(LLMREC_ERR_ARGUMENT, "strategy.ids is NULL; wanted ids, since id_lengths is set");
    strategy.id_lengths = NULL;
    strategy.ids = ids;
    REFUSED(LLMREC_ERR_SHAPE, "strategy.ids");
    strategy.size = 12;
    REFUSED(LLMREC_ERR_ABI, "llmrec_custom_strategy");
#undef REFUSED
    assert_failure(llmrec_recommender_create_custom(NULL, &strategy, &recommender), LLMREC_ERR_ARGUMENT, "context");
    assert_failure(llmrec_recommender_create_custom(w->context, NULL, &recommender), LLMREC_ERR_ARGUMENT, "is NULL");
    assert_int_equal(h.released, 0);
    assert_null(recommender);
    end(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_way_gives_the_same_lists_and_scores),
        cmocka_unit_test(many_threads_call_at_once),
        cmocka_unit_test(large_catalogs_come_in_blocks),
        cmocka_unit_test(short_lists_leave_items_without_a_score),
        cmocka_unit_test(everything_takes_it),
        cmocka_unit_test(wrong_answers_end_the_call),
        cmocka_unit_test(what_no_strategy_can_be_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
