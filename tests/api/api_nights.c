/* SPDX-License-Identifier: Apache-2.0 */
/* New rows every night: sessions of histories go on, and what follows a data set equals that of one load. */
#include "../shared_context.h"
#include "../dump.h"
#include "text_rows.h"

enum { ROWS = 400, NIGHTS = 20, EACH = ROWS / NIGHTS, DIM = 4, K = 10, SESSION = 64 };

/* Rows [first, end) of a log in order of time: twelve users, forty items, pauses of up to 63 minutes. */
static llmrec_dataset *log_of(int first, int end, const llmrec_dataset_options *options)
{
    char text[ROWS * 32] = "", row[32];
    uint32_t random = 7, time = 0;
    for (int i = 0; i < end; i++) {
        random = random * 1664525 + 1013904223;
        time += random >> 20 & 255;
        if (i < first) continue;
        snprintf(row, sizeof row, "u%u i%u %u ", (random >> 28) % 12, (random >> 10 & 63) % 40, (unsigned)time);
        strcat(text, row);
    }
    return dataset_of(text, 1, options);
}

/* Appends the rows to *data, which it replaces and frees. */
static void add(llmrec_dataset **data, const llmrec_dataset *rows)
{
    llmrec_dataset *joined = NULL;
    assert_ok(llmrec_dataset_append(*data, rows, &joined));
    llmrec_dataset_free(*data);
    *data = joined;
}

static llmrec_dataset_options cut_at(const char *gap)
{
    llmrec_dataset_options options;
    assert_ok(llmrec_dataset_options_init(&options, sizeof options));
    options.session_gap = gap;
    return options;
}

/* Both have the same sessions by id, with the same rows. */
static void check_sessions(const llmrec_dataset *found, const llmrec_dataset *wanted)
{
    const int64_t sessions = llmrec_dataset_sessions(wanted);
    assert_int_equal(llmrec_dataset_sessions(found), sessions);
    assert_int_equal(llmrec_dataset_items(found), llmrec_dataset_items(wanted));
    for (int64_t i = 0; i < sessions; i++) {
        int64_t offsets[2][2], times[2][SESSION], rows[2];
        int32_t items[2][SESSION];
        const char *id = NULL;
        size_t length = 0;
        assert_ok(llmrec_dataset_session_id(wanted, i, &id, &length));
        const int64_t same = llmrec_dataset_find_session(found, id, length);
        assert_true(same >= 0);
        assert_ok(llmrec_dataset_copy_sessions(wanted, i, 1, offsets[0], items[0], times[0], SESSION, &rows[0]));
        assert_ok(llmrec_dataset_copy_sessions(found, same, 1, offsets[1], items[1], times[1], SESSION, &rows[1]));
        assert_int_equal(rows[1], rows[0]);
        assert_memory_equal(items[1], items[0], (size_t)rows[0] * sizeof **items);
        assert_memory_equal(times[1], times[0], (size_t)rows[0] * sizeof **times);
    }
}

static void check_nights(const char *gap, int nights_are_cut, int through_files)
{
    const llmrec_dataset_options options = cut_at(gap);
    llmrec_dataset *data = log_of(0, EACH, &options), *whole = log_of(0, ROWS, &options);
    for (int night = 1; night < NIGHTS; night++) {
        llmrec_dataset *rows = log_of(night * EACH, (night + 1) * EACH, nights_are_cut ? &options : NULL);
        add(&data, rows);
        llmrec_dataset_free(rows);
        if (!through_files) continue;
        assert_ok(llmrec_dataset_save(data, scratch("night.h5")));
        llmrec_dataset_free(data);
        assert_ok(llmrec_dataset_open(context, scratch("night.h5"), &data));
    }
    check_sessions(data, whole);
    llmrec_dataset_free(whole);
    llmrec_dataset_free(data);
}

static void sessions_of_histories_go_on(void **state)
{
    (void)state;
    for (int i = 0; i < 4; i++) {
        check_nights("30m", i & 1, i & 2);
        check_nights("day", i & 1, i & 2);
    }
}

static void a_session_goes_on_until_the_gap(void **state)
{
    const llmrec_dataset_options options = cut_at("10");
    llmrec_dataset *data = dataset_of("a/b x 0 a/b y 20 a y 21", 1, &options), *view = NULL;
    llmrec_dataset *rows = dataset_of("a x 31 c x 5 a/b z 31 a z 50 a x 50 c y 16", 1, NULL);
    llmrec_split_options split;
    (void)state;
    add(&data, rows);
    assert_string_equal(dump(data), "a/b/1: x@0; a/b/2: y@20; a/1: y@21 x@31; a/2: z@50 x@50; c/1: x@5; c/2: y@16; "
                                    "a/b/3: z@31 | x y z");
    assert_ok(llmrec_split_options_init(&split, sizeof split));
    split.method = LLMREC_SPLIT_RANDOM;
    split.unit = LLMREC_UNIT_USERS;
    split.test_fraction = 0.3;
    split.drop_untrained = 0;
    assert_ok(llmrec_dataset_split(data, &split, LLMREC_PART_TEST, &view)); /* one user with all sessions */
    assert_true(llmrec_dataset_sessions(view) >= 2 && llmrec_dataset_sessions(view) <= 3);
    llmrec_dataset_free(view);
    llmrec_dataset_free(rows);
    llmrec_dataset_free(data);
}

/* A view continues with the numbers that it shows. */
static void views_are_continued(void **state)
{
    const llmrec_dataset_options options = cut_at("10");
    llmrec_dataset *data = dataset_of("a x 0 a y 20 a z 40 b x 1", 1, &options), *view = NULL;
    llmrec_dataset *rows = dataset_of("a q 25 b q 5", 1, NULL);
    const int8_t parts[] = {0, 0, 2, 0};
    (void)state;
    assert_ok(llmrec_dataset_split_rows(data, parts, 4, LLMREC_PART_TRAIN, &view));
    add(&view, rows);
    assert_string_equal(dump(view), "a/1: x@0; a/2: y@20 q@25; b/1: x@1 q@5 | x y z q");
    llmrec_dataset_free(view);
    llmrec_dataset_free(rows);
    llmrec_dataset_free(data);
}

static void rows_that_do_not_follow_are_refused(void **state)
{
    const llmrec_dataset_options options = cut_at("10"), others = cut_at("day");
    llmrec_dataset *data = dataset_of("a x 0 a y 20", 1, &options), *joined = NULL, *rows = NULL;
    (void)state;
    rows = dataset_of("b x 1 a z 19", 1, NULL);
    assert_failure(llmrec_dataset_append(data, rows, &joined), LLMREC_ERR_ARGUMENT, "rows has a row of \"a\" at 19",
                   "earlier than the last one of dataset");
    llmrec_dataset_free(rows);
    rows = dataset_of("a x 30", 1, &others);
    assert_failure(llmrec_dataset_append(data, rows, &joined), LLMREC_ERR_ARGUMENT, "rows has a session_gap of 0 ns",
                   "10000000000 ns");
    llmrec_dataset_free(rows);
    rows = dataset_of("a x", 0, NULL);
    assert_failure(llmrec_dataset_append(data, rows, &joined), LLMREC_ERR_ARGUMENT, "rows has no times");
    llmrec_dataset_free(rows);
    rows = dataset_of("", 1, NULL);
    assert_ok(llmrec_dataset_append(data, rows, &joined));
    assert_string_equal(dump(joined), "a/1: x@0; a/2: y@20 | x y");
    llmrec_dataset_free(joined);
    llmrec_dataset_free(rows);
    llmrec_dataset_free(data);
}

/* --- what follows a data set ----------------------------------------------------------------------------------- */

/* A vector for each item: it depends on the id alone. */
static llmrec_recommender *similarity_for(const llmrec_dataset *data)
{
    llmrec_embedding *table = NULL, *aligned = NULL;
    llmrec_recommender *recommender = NULL;
    llmrec_alignment report = {.size = sizeof report};
    char texts[40][8];
    const char *ids[40];
    float values[40 * DIM];
    for (int i = 0; i < 40; i++) {
        ids[i] = texts[i];
        snprintf(texts[i], sizeof texts[i], "i%d", i);
        for (int j = 0; j < DIM; j++) values[i * DIM + j] = (float)((i * 31 + j * 17 + i * j) % 23 - 11) / 7.0f;
    }
    assert_ok(llmrec_embedding_create(context, values, 40, DIM, ids, NULL, NULL, &table));
    assert_ok(llmrec_embedding_align(table, data, LLMREC_ALIGN_ERROR, &report, &aligned));
    assert_ok(llmrec_recommender_create_similarity(aligned, NULL, &recommender));
    llmrec_embedding_free(aligned);
    llmrec_embedding_free(table);
    return recommender;
}

static llmrec_recommender *popularity_for(const llmrec_dataset *data)
{
    llmrec_recommender *recommender = NULL;
    assert_ok(llmrec_recommender_create_popularity(data, &recommender));
    return recommender;
}

static void check_lists(const llmrec_dataset *found, const llmrec_dataset *wanted,
                        llmrec_recommender *(*create)(const llmrec_dataset *))
{
    llmrec_recommender *recommenders[2] = {create(found), create(wanted)};
    const int64_t sessions = llmrec_dataset_sessions(wanted);
    static int64_t offsets[ROWS + 1], rows;
    static int32_t items[ROWS], lists[2][ROWS * K], counts[2][ROWS];
    static float scores[2][ROWS * K];
    assert_ok(llmrec_dataset_copy_sessions(wanted, 0, sessions, offsets, items, NULL, ROWS, &rows));
    for (int i = 0; i < 2; i++) {
        assert_ok(llmrec_recommend(recommenders[i], offsets, items, sessions, K, NULL, lists[i], scores[i], counts[i]));
        llmrec_recommender_free(recommenders[i]);
    }
    assert_int_equal(counts[0][0], K);
    assert_memory_equal(counts[0], counts[1], (size_t)sessions * sizeof *counts[0]);
    assert_memory_equal(lists[0], lists[1], (size_t)sessions * K * sizeof *lists[0]);
    assert_memory_equal(scores[0], scores[1], (size_t)sessions * K * sizeof *scores[0]);
}

static void lists_are_those_of_one_load(void **state)
{
    const llmrec_dataset_options cut = cut_at("30m");
    (void)state;
    for (int i = 0; i < 2; i++) {
        const llmrec_dataset_options *options = i == 0 ? NULL : &cut;
        llmrec_dataset *data = log_of(0, EACH, options);
        for (int night = 1; night < NIGHTS; night++) {
            llmrec_dataset *rows = log_of(night * EACH, (night + 1) * EACH, NULL);
            llmrec_dataset *whole = log_of(0, (night + 1) * EACH, options);
            add(&data, rows);
            check_lists(data, whole, popularity_for);
            check_lists(data, whole, similarity_for);
            llmrec_dataset_free(whole);
            llmrec_dataset_free(rows);
        }
        llmrec_dataset_free(data);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sessions_of_histories_go_on), cmocka_unit_test(a_session_goes_on_until_the_gap),
        cmocka_unit_test(views_are_continued),         cmocka_unit_test(rows_that_do_not_follow_are_refused),
        cmocka_unit_test(lists_are_those_of_one_load),
    };
    return cmocka_run_group_tests(tests, make_context, drop_context);
}
