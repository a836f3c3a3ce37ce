/* SPDX-License-Identifier: Apache-2.0 */
/* The popularity recommender through the public API. */
#include "../support.h"

/* Rows: item 3 four times, items 0 and 2 twice, item 1 once. */
static llmrec_recommender *popularity(int64_t threads)
{
    static const int64_t sessions[] = {1, 1, 1, 2, 2, 2, 3, 3, 4}, items[] = {10, 11, 12, 13, 12, 13, 13, 10, 13};
    const llmrec_interactions interactions = {
        .size = sizeof interactions, .rows = 9, .session_numbers = sessions, .item_numbers = items};
    llmrec_context *context = context_with(threads);
    llmrec_dataset *dataset = NULL;
    llmrec_recommender *recommender = NULL;
    assert_ok(llmrec_dataset_create(context, &interactions, NULL, NULL, &dataset));
    assert_ok(llmrec_recommender_create_popularity(dataset, &recommender));
    llmrec_dataset_free(dataset);
    llmrec_context_free(context);
    return recommender;
}

static void popular_items_come_by_rows_then_index(void **state)
{
    static const int64_t offsets[] = {0, 0, 2, 3};
    static const int32_t items[] = {3, 0, -1};
    llmrec_recommender *recommender = popularity(2);
    llmrec_recommend_options options;
    int32_t recommended[3 * 5], counts[3];
    float scores[3 * 5];
    (void)state;
    assert_ok(llmrec_recommend(recommender, offsets, items, 3, 5, NULL, recommended, scores, counts));
    assert_true(counts[0] == 4 && counts[1] == 2 && counts[2] == 4);
    assert_memory_equal(recommended, ((const int32_t[]){3, 0, 2, 1}), 4 * sizeof *recommended);
    assert_true(scores[0] == 4 && scores[1] == 2 && scores[2] == 2 && scores[3] == 1);
    assert_memory_equal(recommended + 5, ((const int32_t[]){2, 1}), 2 * sizeof *recommended);
    llmrec_recommend_options_init(&options, sizeof options);
    options.keep_seen = 1;
    options.deny = items + 1;
    options.deny_count = 1;
    assert_ok(llmrec_recommend(recommender, offsets, items, 3, 2, &options, recommended, NULL, counts));
    assert_memory_equal(recommended, ((const int32_t[]){3, 2, 3, 2, 3, 2}), 6 * sizeof *recommended);
    assert_string_equal(llmrec_recommender_name(recommender), "popularity");
    assert_string_equal(described(recommender),
                        "{\"kind\":\"recommender\",\"strategy\":\"popularity\",\"name\":\"popularity\",\"items\":4}");
    llmrec_recommender_free(recommender);
}

static void popularity_takes_external_ids(void **state)
{
    static const char *const given[] = {"13", "99"};
    static const int64_t offsets[] = {0, 2};
    llmrec_recommender *recommender = popularity(1);
    int32_t item = -1, count = 0;
    int64_t unknown = 0;
    (void)state;
    assert_ok(llmrec_recommend_ids(recommender, offsets, given, NULL, 1, 1, NULL, &item, NULL, &count, &unknown));
    assert_true(item == 0 && count == 1 && unknown == 1);
    llmrec_recommender_free(recommender);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(popular_items_come_by_rows_then_index),
        cmocka_unit_test(popularity_takes_external_ids),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
