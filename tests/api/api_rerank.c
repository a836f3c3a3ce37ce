/* SPDX-License-Identifier: Apache-2.0 */
/* Hybrids of two recommenders and re-ranked lists, against values computed by hand. */
#include <math.h>

#include "lists.h"

/* --- lists of the host -------------------------------------------------------------------------------------------- */

typedef struct fixed {
    int32_t items[8];
    float scores[8];
    int32_t count;
} fixed;

static llmrec_status answer(const llmrec_rank_request *request, void *user)
{
    const fixed *list = user;
    for (int64_t i = 0; i < request->sessions; i++) {
        request->counts[i] = list->count < request->width ? list->count : (int32_t)request->width;
        memcpy(request->recommended + i * request->width, list->items, (size_t)request->counts[i] * sizeof(int32_t));
        memcpy(request->scores + i * request->width, list->scores, (size_t)request->counts[i] * sizeof(float));
    }
    return LLMREC_OK;
}

static llmrec_recommender *listing(const world *w, fixed *list)
{
    const llmrec_custom_strategy strategy = {
        .size = sizeof strategy, .name = "fixed", .dataset = w->dataset, .rank = answer, .user = list};
    llmrec_recommender *recommender = NULL;
    assert_ok(llmrec_recommender_create_custom(w->context, &strategy, &recommender));
    return recommender;
}

/* The list of a session without items that anyone lists. */
static void check_list(const llmrec_recommender *recommender, int32_t session, int64_t k, const int32_t *wanted,
                       int32_t count)
{
    const int64_t one[] = {0, 1};
    int32_t list[ITEMS], found = 0;
    float scores[ITEMS];
    assert_ok(llmrec_recommend(recommender, one, &session, 1, k, NULL, list, scores, &found));
    assert_int_equal(found, count);
    assert_memory_equal(list, wanted, (size_t)count * sizeof *list);
    for (int32_t i = 1; i < count; i++) assert_true(scores[i] < scores[i - 1]);
}

static llmrec_recommender *made(const llmrec_recommender_parts *parts, const char *description)
{
    llmrec_recommender *recommender = NULL;
    assert_ok(llmrec_recommender_create(parts, description, &recommender));
    return recommender;
}

/* --- one list after the other ------------------------------------------------------------------------------------- */

static void two_lists_become_one(void **state)
{
    static const struct {
        const char *options;
        int32_t list[5], count;
    } cases[] = {
        {"{\"rank\":2}", {1, 2, 4, 5}, 4},
        {"{\"confidence\":0.9}", {1, 2, 4, 5}, 4}, /* .95 .89 .99 is cut to .95 */
        {"{\"rank\":0}", {2, 4, 1, 5}, 4},
        {"{\"rank\":20}", {1, 2, 3, 4, 5}, 5},
    };
    world *w = begin(1, oracle, NULL);
    fixed a = {{1, 2, 3}, {.95f, .89f, .5f}, 3}, b = {{2, 4, 1, 5}, {9, 8, 7, 6}, 4};
    llmrec_recommender *one = listing(w, &a), *other = listing(w, &b);
    const llmrec_recommender *list[] = {one, other};
    const llmrec_recommender_parts parts = {.size = sizeof parts, .recommenders = list, .recommender_count = 2};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[128];
        snprintf(text, sizeof text, "{\"strategy\":\"concat\",\"options\":%s}", cases[i].options);
        llmrec_recommender *both = made(&parts, text);
        check_list(both, 39, 10, cases[i].list, cases[i].count);
        check_list(both, 39, 2, cases[i].list, 2); /* a shorter list is its beginning */
        llmrec_recommender_free(both);
    }
    llmrec_recommender_free(one);
    llmrec_recommender_free(other);
    end(w);
}

/* --- popularity --------------------------------------------------------------------------------------------------- */

/* Item i is in ITEMS - i sessions: with the quantile .25 the items 0 to 29 are popular. */
static void the_last_item_chooses(void **state)
{
    static const int64_t starts[] = {0, 2, 4, 5, 6};
    static const int32_t sessions[] = {35, 10, 10, 35, -1, 29};
    world *w = begin(2, oracle, NULL);
    fixed a = {{1, 2}, {5, 4}, 2}, b = {{7, 8}, {3, 2}, 2};
    llmrec_recommender *popular = listing(w, &a), *rare = listing(w, &b);
    const llmrec_recommender *list[] = {popular, rare};
    const llmrec_recommender_parts parts = {
        .size = sizeof parts, .dataset = w->dataset, .recommenders = list, .recommender_count = 2};
    llmrec_recommender *chooser = made(&parts, "switch");
    int32_t items_of[8], counts[4];
    const int32_t candidates[] = {1, 7};
    float scores[8];
    (void)state;
    assert_ok(llmrec_recommend(chooser, starts, sessions, 4, 2, NULL, items_of, scores, counts));
    assert_memory_equal(items_of, ((const int32_t[]){1, 2, 7, 8, 7, 8, 1, 2}), sizeof items_of);
    assert_true(scores[0] == 5 && scores[2] == 3);
    assert_ok(llmrec_score(chooser, starts, sessions, 4, NULL, candidates, 2, scores));
    assert_true(scores[0] == 5 && isnan(scores[1]) && isnan(scores[2]) && scores[3] == 3 && scores[6] == 5);
    llmrec_recommender_free(chooser);
    llmrec_recommender_free(popular);
    llmrec_recommender_free(rare);
    end(w);
}

static void rare_items_leave_from_the_top(void **state)
{
    world *w = begin(1, oracle, NULL);
    fixed a = {{31, 32, 3, 33}, {4, 3, 2, 1}, 4};
    llmrec_recommender *first = listing(w, &a);
    const llmrec_recommender_parts parts = {.size = sizeof parts, .dataset = w->dataset, .first_stage = first};
    llmrec_recommender *filter = made(&parts, "{\"strategy\":\"rerank\",\"options\":{\"method\":\"popularity\"}}");
    (void)state;
    check_list(filter, 39, 2, (const int32_t[]){3, 33}, 2); /* 31 and 32 leave; then two are left */
    check_list(filter, 39, 1, (const int32_t[]){3}, 1);
    check_list(filter, 39, 4, a.items, 4);
    llmrec_recommender_free(filter);
    llmrec_recommender_free(first);
    end(w);
}

/* --- vectors ------------------------------------------------------------------------------------------------------ */

/* Items 0, 1 and 2 point almost the same way, 3 is at a right angle, 4 is opposite. */
static llmrec_embedding *directions(const world *w)
{
    float values[ITEMS * 2] = {1, 0, 1, .1f, 1, .2f, 0, 1, -1, 0};
    llmrec_embedding *table = NULL;
    for (int i = 5; i < ITEMS; i++) values[2 * i] = values[2 * i + 1] = 1;
    assert_ok(llmrec_embedding_create(w->context, values, ITEMS, 2, NULL, NULL, NULL, &table));
    return table;
}

static void similar_items_come_later_or_leave(void **state)
{
    static const struct {
        const char *options;
        int32_t list[5], count;
    } cases[] = {
        {"{\"relevance\":1}", {0, 1, 2, 3, 4}, 5},
        /* relevance 1 .75 .5 .25 0: after 0, .5 * (0 + 1) of item 4 is most, then 3 at a right angle, then 1 */
        {"{\"relevance\":0.5}", {0, 4, 3, 1, 2}, 5},
        {"{\"relevance\":0.5,\"depth\":3}", {0, 1, 2, 3, 4}, 5}, /* 3 and 4 are not moved */
        {"{\"method\":\"diversity\",\"similarity_quantile\":0.1}", {0, 3, 4}, 3},
    };
    world *w = begin(1, oracle, NULL);
    fixed a = {{0, 1, 2, 3, 4}, {5, 4, 3, 2, 1}, 5};
    llmrec_recommender *first = listing(w, &a);
    llmrec_embedding *table = directions(w);
    const llmrec_recommender_parts parts = {.size = sizeof parts, .embedding = table, .first_stage = first};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[128];
        snprintf(text, sizeof text, "{\"strategy\":\"rerank\",\"options\":%s}", cases[i].options);
        llmrec_recommender *ranked = made(&parts, text);
        check_list(ranked, 39, 10, cases[i].list, cases[i].count);
        llmrec_recommender_free(ranked);
    }
    llmrec_embedding_free(table);
    llmrec_recommender_free(first);
    end(w);
}

/* --- files and errors --------------------------------------------------------------------------------------------- */

static void they_come_back_from_files(void **state)
{
    static const char *const descriptions[] = {
        "{\"strategy\":\"concat\",\"options\":{\"rank\":3},\"parts\":{\"recommenders\":[{\"strategy\":\"similarity\"},"
        "{\"strategy\":\"popularity\"}]}}",
        "{\"strategy\":\"switch\",\"parts\":{\"recommenders\":[{\"strategy\":\"similarity\"},"
        "{\"strategy\":\"popularity\"}]}}",
        "{\"strategy\":\"rerank\",\"parts\":{\"first_stage\":{\"strategy\":\"popularity\"}}}",
        "{\"strategy\":\"rerank\",\"preset\":\"boz2024_delivery_hero\",\"parts\":{\"first_stage\":"
        "{\"strategy\":\"similarity\"}}}",
        "{\"strategy\":\"rerank\",\"options\":{\"method\":\"diversity\"},\"parts\":{\"first_stage\":"
        "{\"strategy\":\"rerank\",\"options\":{\"method\":\"popularity\"},\"parts\":{\"first_stage\":"
        "{\"strategy\":\"similarity\"}}}}}",
    };
    world *w = begin(2, oracle, NULL);
    const llmrec_recommender_parts parts = {.size = sizeof parts, .dataset = w->dataset, .embedding = w->table};
    (void)state;
    for (size_t i = 0; i < sizeof descriptions / sizeof *descriptions; i++) {
        llmrec_recommender *one = made(&parts, descriptions[i]), *opened = NULL;
        assert_ok(llmrec_recommender_save(one, scratch("one.h5")));
        assert_ok(llmrec_recommender_open(w->context, scratch("one.h5"), NULL, &opened));
        char *description = strdup(described(one));
        assert_string_equal(described(opened), description);
        free(description);
        const lists a = lists_of(one), b = lists_of(opened);
        assert_memory_equal(&a, &b, sizeof a);
        assert_true(a.counts[0] > 0);
        llmrec_recommender_free(opened);
        llmrec_recommender_free(one);
    }
    end(w);
}

static void what_a_method_needs_is_named(void **state)
{
    world *w = begin(1, oracle, NULL);
    llmrec_recommender_parts parts = {.size = sizeof parts, .first_stage = w->popular};
    llmrec_recommender *none = NULL;
    (void)state;
    assert_failure(llmrec_recommender_create(&parts, "rerank", &none), LLMREC_ERR_ARGUMENT,
                   "parts.embedding is NULL; the methods mmr and diversity need vectors");
    assert_failure(
        llmrec_recommender_create(&parts, "{\"strategy\":\"rerank\",\"options\":{\"method\":\"popularity\"}}", &none),
        LLMREC_ERR_ARGUMENT, "parts.dataset is NULL; the method popularity counts its sessions");
    const llmrec_recommender *one[] = {w->popular};
    parts.recommenders = one;
    parts.recommender_count = 1;
    assert_failure(llmrec_recommender_create(&parts, "concat", &none), LLMREC_ERR_ARGUMENT,
                   "parts.recommender_count is 1; wanted 2 to 2");
    assert_null(none);
    end(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_lists_become_one),          cmocka_unit_test(the_last_item_chooses),
        cmocka_unit_test(rare_items_leave_from_the_top), cmocka_unit_test(similar_items_come_later_or_leave),
        cmocka_unit_test(they_come_back_from_files),     cmocka_unit_test(what_a_method_needs_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, remove_scratch);
}
