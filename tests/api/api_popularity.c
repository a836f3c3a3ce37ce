/* SPDX-License-Identifier: Apache-2.0 */
/* The popularity recommender through the public API. */
#include "../shared_context.h"
#include "text_rows.h"

/* Rows: item 3 four times, items 0 and 2 twice, item 1 once. */
static llmrec_recommender *popularity(int64_t threads)
{
    static const int64_t sessions[] = {1, 1, 1, 2, 2, 2, 3, 3, 4}, items[] = {10, 11, 12, 13, 12, 13, 13, 10, 13};
    const llmrec_interactions interactions = {
        .size = sizeof interactions, .rows = 9, .session_numbers = sessions, .item_numbers = items};
    llmrec_context *own = context_with(threads);
    llmrec_dataset *dataset = NULL;
    llmrec_recommender *recommender = NULL;
    assert_ok(llmrec_dataset_create(own, &interactions, NULL, NULL, &dataset));
    assert_ok(llmrec_recommender_create_popularity(dataset, &recommender));
    llmrec_dataset_free(dataset);
    llmrec_context_free(own);
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
                        "{\"kind\":\"recommender\",\"strategy\":\"popularity\",\"name\":\"popularity\",\"items\":4,"
                        "\"options\":{\"window\":null,\"latest_rows\":0,\"half_life\":null}}");
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

/* --- recent rows ---------------------------------------------------------------------------------------------- */

/* What items get by the rows that count, as text: "y:2 x:1", read from a file. */
static const char *recent(const char *window, int64_t latest_rows, const char *half_life)
{
    static char text[128];
    static const int64_t offsets[2] = {0, 0};
    const llmrec_popularity_options options = {sizeof options, window, latest_rows, half_life};
    llmrec_dataset *dataset = dataset_of("a x 0 a x 100 a y 200 b x 50 b y 200 b z 200 c w 160", 1, NULL);
    llmrec_recommender *made = NULL, *opened = NULL;
    int32_t items[4], count = 0;
    float scores[4];
    assert_ok(llmrec_recommender_create_recent_popularity(dataset, &options, &made));
    assert_ok(llmrec_recommender_save(made, scratch("recent.h5")));
    assert_ok(llmrec_recommender_open(context, scratch("recent.h5"), NULL, &opened));
    char *description = strdup(described(made));
    assert_string_equal(described(opened), description);
    assert_ok(llmrec_recommend(opened, offsets, items, 1, 4, NULL, items, scores, &count));
    text[0] = '\0';
    for (int32_t i = 0; i < count; i++) {
        const char *id = NULL;
        size_t length = 0, used = strlen(text);
        assert_ok(llmrec_recommender_item_id(opened, items[i], &id, &length));
        snprintf(text + used, sizeof text - used, "%s%.*s:%g", i == 0 ? "" : " ", (int)length, id, (double)scores[i]);
    }
    free(description);
    llmrec_recommender_free(made);
    llmrec_recommender_free(opened);
    llmrec_dataset_free(dataset);
    return text;
}

static void only_recent_rows_count(void **state)
{
    (void)state;
    assert_string_equal(recent(NULL, 0, NULL), "x:3 y:2 z:1 w:1");
    assert_string_equal(recent("40s", 0, NULL), "y:2 z:1 w:1 x:0");
    assert_string_equal(recent("100s", 0, NULL), "y:2 x:1 z:1 w:1");
    assert_string_equal(recent(NULL, 2, NULL), "y:1 z:1 x:0 w:0"); /* of rows of equal time, the later in the file */
    assert_string_equal(recent(NULL, 5, NULL), "y:2 x:1 z:1 w:1");
    assert_string_equal(recent(NULL, 100, NULL), "x:3 y:2 z:1 w:1");
    assert_string_equal(recent("40s", 2, NULL), "y:1 z:1 x:0 w:0");
}

static void older_rows_count_less(void **state)
{
    (void)state;
    assert_string_equal(recent(NULL, 0, "50s"), "y:2 z:1 w:0.574349 x:0.4375"); /* x: 1/16 + 1/8 + 1/4 */
    assert_string_equal(recent("100s", 0, "100s"), "y:2 z:1 w:0.757858 x:0.5");
}

static void recent_rows_need_times(void **state)
{
    llmrec_popularity_options options;
    llmrec_dataset *dataset = dataset_of("a x b y", 0, NULL), *timed = dataset_of("a x 1", 1, NULL);
    llmrec_recommender *made = NULL;
    (void)state;
    assert_ok(llmrec_popularity_options_init(&options, sizeof options));
    options.window = "30d";
    assert_failure(llmrec_recommender_create_recent_popularity(dataset, &options, &made), LLMREC_ERR_ARGUMENT,
                   "dataset has no times");
    options.window = "soon";
    assert_failure(llmrec_recommender_create_recent_popularity(timed, &options, &made), LLMREC_ERR_ARGUMENT,
                   "window is \"soon\"");
    options.window = NULL;
    options.half_life = "-1d";
    assert_failure(llmrec_recommender_create_recent_popularity(timed, &options, &made), LLMREC_ERR_ARGUMENT,
                   "half_life is \"-1d\"");
    options.half_life = NULL;
    options.latest_rows = -1;
    assert_failure(llmrec_recommender_create_recent_popularity(timed, &options, &made), LLMREC_ERR_ARGUMENT,
                   "latest_rows is -1");
    assert_null(made);
    llmrec_dataset_free(dataset);
    llmrec_dataset_free(timed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(popular_items_come_by_rows_then_index),
        cmocka_unit_test(popularity_takes_external_ids),
        cmocka_unit_test(only_recent_rows_count),
        cmocka_unit_test(older_rows_count_less),
        cmocka_unit_test(recent_rows_need_times),
    };
    return cmocka_run_group_tests(tests, make_context, drop_context);
}
