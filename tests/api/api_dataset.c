/* SPDX-License-Identifier: Apache-2.0 */
/* Datasets from arrays: order, filters, catalog, ids, splits, statistics. */
#include <math.h>

#include "../shared_context.h"
#include "../dump.h"
#include "text_rows.h"

#define SECOND INT64_C(1000000000)

static void check_rows(const char *text, int timed, const llmrec_dataset_options *options, const char *wanted)
{
    llmrec_dataset *dataset = dataset_of(text, timed, options);
    assert_string_equal(dump(dataset), wanted);
    llmrec_dataset_free(dataset);
}

static void rows_are_ordered_by_session_time_and_input(void **state)
{
    (void)state;
    check_rows("b x 5 a y 1 b z 2 a x 1 b w 5 b v 5 a w 0", 1, NULL, "b: z@2 x@5 w@5 v@5; a: w@0 y@1 x@1 | x y z w v");
    check_rows("b x a y b z a x", 0, NULL, "b: x z; a: y x | x y z");
    check_rows("a x -1.5 a y -2.5 a z 0.25 a w -0", 1, NULL, "a: y@-2.5 x@-1.5 w@0 z@0.25 | x y z w");
}

static void long_sessions_are_ordered_stably(void **state)
{
    enum { ROWS = 3000 };
    static int64_t sessions[ROWS], items[ROWS], offsets[2];
    static int32_t found[ROWS];
    static double times[ROWS];
    static int64_t sorted[ROWS];
    llmrec_dataset *dataset = NULL;
    uint32_t random = 1;
    (void)state;
    for (int i = 0; i < ROWS; i++) {
        random = random * 1664525u + 1013904223u;
        items[i] = i;
        times[i] = random >> 24;
    }
    const llmrec_interactions rows = {
        .size = sizeof rows, .rows = ROWS, .session_numbers = sessions, .item_numbers = items, .times = times};
    assert_ok(llmrec_dataset_create(context, &rows, NULL, NULL, &dataset));
    assert_ok(llmrec_dataset_copy_sessions(dataset, 0, 1, offsets, found, sorted, ROWS, NULL));
    for (int i = 1; i < ROWS; i++) {
        assert_true(sorted[i - 1] < sorted[i] || (sorted[i - 1] == sorted[i] && found[i - 1] < found[i]));
        assert_true(sorted[i] == (int64_t)times[found[i]] * SECOND);
    }
    llmrec_dataset_free(dataset);
}

static void duplicates_are_kept_or_dropped(void **state)
{
    static const char rows[] = "a x 1 a x 2 a y 3 a x 4 b x 1 b y 2 b y 3";
    llmrec_dataset_options options = default_options();
    (void)state;
    check_rows(rows, 1, &options, "a: x@1 x@2 y@3 x@4; b: x@1 y@2 y@3 | x y");
    options.duplicates = LLMREC_DUPLICATES_DROP_REPEATS;
    check_rows(rows, 1, &options, "a: x@1 y@3; b: x@1 y@2 | x y");
    options.duplicates = LLMREC_DUPLICATES_DROP_CONSECUTIVE;
    check_rows(rows, 1, &options, "a: x@1 y@3 x@4; b: x@1 y@2 | x y");
}

/* Toy data with an empty 2-core. */
static void the_core_is_taken_to_its_fixpoint(void **state)
{
    llmrec_dataset_options options = default_options();
    (void)state;
    options.min_session_rows = options.min_item_rows = 2;
    check_rows("A 1 A 2 B 1 B 3 C 3 C 4 D 5", 0, &options, " |");
    check_rows("A 1 A 2 B 1 B 3 C 3 C 4 D 5 E 1 E 2", 0, &options, "A: 1 2; E: 1 2 | 1 2");
    options.min_session_rows = 1;
    check_rows("A 1 A 2 B 1 B 3", 0, &options, "A: 1; B: 1 | 1");
}

static void lengths_are_cut_after_the_core(void **state)
{
    static const char rows[] = "a p a q a r b p c q c r d s d s d s d s";
    llmrec_dataset_options options = default_options();
    (void)state;
    options.max_session_length = 2;
    check_rows(rows, 0, &options, "a: q r; b: p; c: q r; d: s s | p q r s");
    options.min_session_length = 2;
    check_rows(rows, 0, &options, "a: q r; c: q r; d: s s | q r s");
    options.min_item_rows = 3;
    check_rows(rows, 0, &options, "d: s s | s");
    options.max_session_length = 1;
    check_rows(rows, 0, &options, " |");
}

static void items_bring_their_texts(void **state)
{
    static const char *const sessions[] = {"u", "u", "v"}, *const items[] = {"b", "a", "c"};
    static const char *const ids[] = {"x", "a", "b", "y"}, *const columns[] = {"genre", "title"};
    static const char *const texts[] = {"g1", "X", "g2", "A", NULL, "B\xC3\xA9", "g4", "Y"};
    const llmrec_interactions rows = {.size = sizeof rows, .rows = 3, .session_ids = sessions, .item_ids = items};
    const llmrec_items about = {
        .size = sizeof about, .rows = 4, .ids = ids, .columns = 2, .column_names = columns, .texts = texts};
    llmrec_dataset_options options = default_options();
    llmrec_dataset *dataset = NULL;
    (void)state;
    options.catalog = LLMREC_CATALOG_INTERACTIONS;
    assert_ok(llmrec_dataset_create(context, &rows, &about, &options, &dataset));
    assert_string_equal(dump(dataset), "u: b a; v: c | b=,B\xC3\xA9 a=g2,A c=,");
    assert_int_equal(llmrec_dataset_title_column(dataset), 1);
    assert_int_equal(llmrec_dataset_find_column(dataset, "genre"), 0);
    assert_int_equal(llmrec_dataset_find_column(dataset, "x"), -1);
    assert_string_equal(llmrec_dataset_column_name(dataset, 0), "genre");
    assert_null(llmrec_dataset_column_name(dataset, 2));
    llmrec_dataset_free(dataset);
    options.catalog = LLMREC_CATALOG_ALL;
    assert_ok(llmrec_dataset_create(context, &rows, &about, &options, &dataset));
    assert_string_equal(dump(dataset), "u: b a; v: c | b=,B\xC3\xA9 a=g2,A c=, x=g1,X y=g4,Y");
    llmrec_dataset_free(dataset);
}

static void ids_survive_as_they_are(void **state)
{
    static const int64_t numbers[] = {INT64_MIN, INT64_MAX, 0, -7};
    static const char *const ids[] = {"007", "7", "\xF0\x9F\x98\x80 x", "NUL\0in"};
    static const size_t lengths[] = {3, 1, 6, 6};
    const llmrec_interactions rows = {
        .size = sizeof rows, .rows = 4, .session_numbers = numbers, .item_ids = ids, .item_id_lengths = lengths};
    llmrec_dataset *dataset = NULL;
    const char *id = NULL;
    size_t length = 0;
    (void)state;
    assert_ok(llmrec_dataset_create(context, &rows, NULL, NULL, &dataset));
    assert_true(llmrec_dataset_session_ids_are_numbers(dataset) && !llmrec_dataset_item_ids_are_numbers(dataset));
    assert_int_equal(llmrec_dataset_find_session(dataset, "-9223372036854775808", SIZE_MAX), 0);
    assert_int_equal(llmrec_dataset_find_session(dataset, "9223372036854775807", SIZE_MAX), 1);
    assert_int_equal(llmrec_dataset_find_session(dataset, "-7", 2), 3);
    assert_int_equal(llmrec_dataset_find_session(dataset, "7", 1), -1);
    for (int64_t i = 0; i < 4; i++) {
        assert_ok(llmrec_dataset_item_id(dataset, i, &id, &length));
        assert_int_equal(length, lengths[i]);
        assert_memory_equal(id, ids[i], length);
        assert_int_equal(llmrec_dataset_find_item(dataset, ids[i], lengths[i]), i);
    }
    assert_failure(llmrec_dataset_item_id(dataset, 4, &id, &length), LLMREC_ERR_ARGUMENT, "item is 4", "0 to 3");
    assert_failure(llmrec_dataset_session_id(dataset, -1, &id, &length), LLMREC_ERR_ARGUMENT, "session is -1");
    assert_failure(llmrec_dataset_item_text(dataset, 0, 0, &id, &length), LLMREC_ERR_ARGUMENT, "column is 0");
    llmrec_dataset_free(dataset);
}

static void copies_ask_for_room(void **state)
{
    llmrec_dataset *dataset = dataset_of("a x a y b z", 0, NULL);
    int64_t offsets[3] = {7, 7, 7};
    int32_t items[3];
    int64_t rows = 0;
    (void)state;
    assert_failure(llmrec_dataset_copy_sessions(dataset, 0, 2, NULL, NULL, NULL, 0, &rows), LLMREC_ERR_SHAPE,
                   "capacity is 0", "wanted at least 3");
    assert_int_equal(rows, 3);
    assert_ok(llmrec_dataset_copy_sessions(dataset, 1, 1, offsets, items, NULL, 1, NULL));
    assert_true(offsets[0] == 0 && offsets[1] == 1 && offsets[2] == 7 && items[0] == 2);
    assert_failure(llmrec_dataset_copy_sessions(dataset, 1, 2, offsets, items, NULL, 3, NULL), LLMREC_ERR_ARGUMENT,
                   "count is 2", "0 to 1");
    llmrec_dataset_free(dataset);
}

static void nothing_is_a_dataset_too(void **state)
{
    const llmrec_interactions none = {.size = sizeof none};
    llmrec_dataset_statistics statistics = {.size = sizeof statistics};
    llmrec_dataset *dataset = NULL, *view = NULL;
    (void)state;
    assert_ok(llmrec_dataset_create(context, &none, NULL, NULL, &dataset));
    assert_string_equal(dump(dataset), " |");
    assert_ok(llmrec_dataset_describe(dataset, &statistics));
    assert_true(statistics.rows == 0 && isnan(statistics.density) && isnan(statistics.length_quantiles[0]));
    assert_failure(llmrec_dataset_split(dataset, NULL, LLMREC_PART_TEST, &view), LLMREC_ERR_SHAPE, "test", "empty");
    llmrec_dataset_free(dataset);
    llmrec_dataset_free(NULL);
}

/* --- statistics ---------------------------------------------------------------------------------------------- */

static void statistics_are_those_of_the_rows(void **state)
{
    llmrec_dataset_options options = default_options();
    llmrec_dataset_statistics s = {.size = sizeof s};
    int64_t counts[4];
    (void)state;
    options.min_session_length = 2;
    llmrec_dataset *dataset = dataset_of("a x 1 a y 1 a z 1 a x 3 b x 5 b y 9 c w 7", 1, &options);
    assert_ok(llmrec_dataset_describe(dataset, &s));
    assert_true(s.sessions == 2 && s.items == 3 && s.rows == 6 && s.items_seen == 3);
    assert_true(s.time_ties == 2 && s.input_rows == 7 && s.rows_dropped == 1);
    assert_true(s.density == 1 && s.length_mean == 3 && s.popularity_mean == 2);
    assert_true(s.length_quantiles[0] == 2 && s.length_quantiles[1] == 2.5 && s.length_quantiles[2] == 3);
    assert_true(s.popularity_quantiles[0] == 1 && s.popularity_quantiles[4] == 3);
    assert_true(s.first_time == SECOND && s.last_time == 9 * SECOND);
    assert_ok(llmrec_dataset_item_counts(dataset, counts));
    assert_true(counts[0] == 3 && counts[1] == 2 && counts[2] == 1);
    s.size = 3;
    assert_failure(llmrec_dataset_describe(dataset, &s), LLMREC_ERR_ABI, "size is 3");
    llmrec_dataset_free(dataset);
}

/* --- splits -------------------------------------------------------------------------------------------------- */

static llmrec_split_options split_options(int64_t method, int64_t drop_untrained)
{
    llmrec_split_options options;
    assert_ok(llmrec_split_options_init(&options, sizeof options));
    options.method = method;
    options.drop_untrained = drop_untrained;
    return options;
}

static void check_part(const llmrec_dataset *dataset, const llmrec_split_options *options, int64_t part,
                       const char *wanted)
{
    llmrec_dataset *view = NULL;
    assert_ok(llmrec_dataset_split(dataset, options, part, &view));
    const char *found = dump(view);
    dumped[strstr(found, " |") - found] = '\0'; /* the catalog is unchanged */
    assert_string_equal(found, wanted);
    assert_int_equal(llmrec_dataset_items(view), llmrec_dataset_items(dataset));
    llmrec_dataset_free(view);
}

static void leave_one_out_takes_the_ends_off(void **state)
{
    llmrec_dataset *dataset = dataset_of("a 1 a 2 a 3 b 1 b 2 c 4 c 1 c 2 c 5", 0, NULL);
    llmrec_split_options options = split_options(LLMREC_SPLIT_LEAVE_ONE_OUT, 0);
    (void)state;
    check_part(dataset, &options, LLMREC_PART_TRAIN, "a: 1; b: 1 2; c: 4 1");
    check_part(dataset, &options, LLMREC_PART_VALIDATION, "a: 1 2; c: 4 1 2");
    check_part(dataset, &options, LLMREC_PART_TEST, "a: 1 2 3; c: 4 1 2 5");
    options.drop_untrained = 1;
    check_part(dataset, &options, LLMREC_PART_TRAIN, "a: 1; b: 1 2; c: 4 1");
    check_part(dataset, &options, LLMREC_PART_TEST, "a: 1 2; c: 4 1 2");
    llmrec_dataset_free(dataset);
}

static void the_sessions_that_end_last_are_test(void **state)
{
    llmrec_dataset *dataset =
        dataset_of("a x 1 a y 9 b x 2 b y 3 c x 4 c z 8 c y 8 d x 1 d y 5 e x 8 e w 9 f z 7 f x 7", 1, NULL);
    llmrec_split_options options = split_options(LLMREC_SPLIT_TEMPORAL, 0);
    (void)state;
    check_part(dataset, &options, LLMREC_PART_TEST, "a: x@1 y@9; e: x@8 w@9"); /* ceil(.2 * 6) */
    check_part(dataset, &options, LLMREC_PART_TRAIN, "b: x@2 y@3; c: x@4 z@8 y@8; d: x@1 y@5; f: z@7 x@7");
    options.test_fraction = 0.1;
    check_part(dataset, &options, LLMREC_PART_TEST, "e: x@8 w@9"); /* ends at the same time as a, and comes after it */
    options.validation_fraction = 0.4;
    check_part(dataset, &options, LLMREC_PART_VALIDATION, "a: x@1 y@9; c: x@4 z@8 y@8");
    check_part(dataset, &options, LLMREC_PART_TRAIN, "b: x@2 y@3; d: x@1 y@5; f: z@7 x@7");
    options.cutoff = "8";
    check_part(dataset, &options, LLMREC_PART_TEST, "a: x@1 y@9; c: x@4 z@8 y@8; e: x@8 w@9");
    check_part(dataset, &options, LLMREC_PART_VALIDATION, "d: x@1 y@5; f: z@7 x@7");
    options.drop_untrained = 1; /* train is b: x y */
    check_part(dataset, &options, LLMREC_PART_TEST, "a: x@1 y@9; c: x@4 y@8");
    check_part(dataset, &options, LLMREC_PART_VALIDATION, "d: x@1 y@5");
    llmrec_dataset_free(dataset);
}

static void views_of_views_see_less(void **state)
{
    llmrec_dataset *dataset = dataset_of("a x 1 a q 2 a y 3 a x 4 b x 1 b y 2 b x 3 b y 4 c y 1 c x 2", 1, NULL);
    llmrec_split_options options = split_options(LLMREC_SPLIT_LEAVE_ONE_OUT, 1);
    llmrec_dataset *test = NULL, *train = NULL;
    llmrec_dataset_statistics s = {.size = sizeof s};
    (void)state;
    options.method = LLMREC_SPLIT_TEMPORAL;
    options.test_fraction = 0.6; /* a and b; q is not in train */
    assert_ok(llmrec_dataset_split(dataset, &options, LLMREC_PART_TEST, &test));
    llmrec_dataset_free(dataset);
    assert_string_equal(dump(test), "a: x@1 y@3 x@4; b: x@1 y@2 x@3 y@4 | x q y");
    assert_ok(llmrec_dataset_describe(test, &s));
    assert_true(s.rows == 7 && s.items == 3 && s.items_seen == 2 && s.length_quantiles[4] == 4);
    assert_int_equal(llmrec_dataset_find_session(test, "b", 1), 1);
    assert_int_equal(llmrec_dataset_find_session(test, "c", 1), -1);
    options.method = LLMREC_SPLIT_LEAVE_ONE_OUT;
    check_part(test, &options, LLMREC_PART_VALIDATION, "a: x@1 y@3; b: x@1 y@2 x@3");
    assert_ok(llmrec_dataset_split(test, &options, LLMREC_PART_TRAIN, &train));
    llmrec_dataset_free(test);
    assert_string_equal(dump(train), "a: x@1; b: x@1 y@2 | x q y");
    llmrec_dataset_free(train);
}

/* The toy data again, and products that are integers except for rounding. */
static void shares_are_rounded_up(void **state)
{
    static const struct {
        int sessions, held;
        double fraction;
    } cases[] = {{5, 1, .2}, {10, 2, .2}, {11, 3, .2}, {100, 7, .07}, {30, 3, .1}, {3, 1, 1e-9}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t numbers[100];
        llmrec_split_options options = split_options(LLMREC_SPLIT_TEMPORAL, 0);
        llmrec_dataset *dataset = NULL, *test = NULL;
        for (int n = 0; n < 100; n++) numbers[n] = n;
        const llmrec_interactions rows = {.size = sizeof rows,
                                          .rows = (size_t)cases[i].sessions,
                                          .session_numbers = numbers,
                                          .item_numbers = numbers};
        options.test_fraction = cases[i].fraction;
        assert_ok(llmrec_dataset_create(context, &rows, NULL, NULL, &dataset));
        assert_ok(llmrec_dataset_split(dataset, &options, LLMREC_PART_TEST, &test));
        assert_int_equal(llmrec_dataset_sessions(test), cases[i].held);
        llmrec_dataset_free(dataset);
        llmrec_dataset_free(test);
    }
}

static void splits_refuse_what_cannot_be(void **state)
{
    llmrec_dataset *dataset = dataset_of("a x b y", 0, NULL), *view = NULL;
    llmrec_split_options options = split_options(LLMREC_SPLIT_TEMPORAL, 1);
    (void)state;
    assert_failure(llmrec_dataset_split(dataset, &options, 5, &view), LLMREC_ERR_ARGUMENT, "part is 5");
    options.cutoff = "5";
    assert_failure(llmrec_dataset_split(dataset, &options, 0, &view), LLMREC_ERR_ARGUMENT, "cutoff is \"5\"",
                   "wanted a dataset with times");
    options = split_options(6, 1);
    assert_failure(llmrec_dataset_split(dataset, &options, 0, &view), LLMREC_ERR_ARGUMENT, "method is 6");
    options = split_options(LLMREC_SPLIT_TEMPORAL, 1);
    options.test_fraction = 1;
    assert_failure(llmrec_dataset_split(dataset, &options, 0, &view), LLMREC_ERR_ARGUMENT, "test_fraction is 1");
    options.test_fraction = .5;
    options.validation_fraction = NAN;
    assert_failure(llmrec_dataset_split(dataset, &options, 0, &view), LLMREC_ERR_ARGUMENT, "validation_fraction");
    options.validation_fraction = 0;
    assert_failure(llmrec_dataset_split(dataset, &options, 1, &view), LLMREC_ERR_SHAPE, "validation", "empty");
    assert_null(view);
    llmrec_dataset_free(dataset);
}

static void arrays_are_checked(void **state)
{
    static const char *const good[] = {"a", "b"}, *const hole[] = {"a", NULL}, *const empty[] = {"a", ""};
    static const char *const bad[] = {"a", "\xFF"}, *const twice[] = {"a", "a"};
    static const double times[] = {1, INFINITY};
    static const int64_t numbers[] = {1, 2};
    llmrec_interactions rows = {.size = sizeof rows, .rows = 2, .session_ids = good, .item_ids = good};
    llmrec_items items = {.size = sizeof items, .rows = 2, .ids = twice};
    llmrec_dataset_options options = default_options();
    llmrec_dataset *dataset = NULL;
    (void)state;
    assert_failure(llmrec_dataset_create(context, &rows, &items, NULL, &dataset), LLMREC_ERR_ARGUMENT, "items.ids[1]",
                   "\"a\"", "items.ids[0]");
    rows.item_ids = hole;
    assert_failure(llmrec_dataset_create(context, &rows, NULL, NULL, &dataset), LLMREC_ERR_ARGUMENT, "item_ids[1]",
                   "missing");
    rows.item_ids = empty;
    assert_failure(llmrec_dataset_create(context, &rows, NULL, NULL, &dataset), LLMREC_ERR_ARGUMENT, "item_ids[1]",
                   "missing");
    rows.item_ids = bad;
    assert_failure(llmrec_dataset_create(context, &rows, NULL, NULL, &dataset), LLMREC_ERR_ARGUMENT, "item_ids[1]",
                   "\\xFF", "UTF-8");
    options.invalid_utf8 = 1;
    assert_ok(llmrec_dataset_create(context, &rows, NULL, &options, &dataset));
    assert_string_equal(dump(dataset), "a: a; b: \xEF\xBF\xBD | a \xEF\xBF\xBD");
    llmrec_dataset_free(dataset);
    dataset = NULL;
    rows.item_ids = good;
    rows.times = times;
    assert_failure(llmrec_dataset_create(context, &rows, NULL, NULL, &dataset), LLMREC_ERR_ARGUMENT, "times[1]", "inf");
    rows.times = NULL;
    rows.item_numbers = numbers;
    assert_failure(llmrec_dataset_create(context, &rows, NULL, NULL, &dataset), LLMREC_ERR_ARGUMENT, "both numbers");
    rows.item_numbers = NULL;
    rows.item_ids = NULL;
    assert_failure(llmrec_dataset_create(context, &rows, NULL, NULL, &dataset), LLMREC_ERR_ARGUMENT, "neither");
    options.min_item_rows = 0;
    assert_failure(llmrec_dataset_create(context, &rows, NULL, &options, &dataset), LLMREC_ERR_ARGUMENT,
                   "min_item_rows is 0");
    assert_failure(llmrec_dataset_create(context, NULL, NULL, NULL, &dataset), LLMREC_ERR_ARGUMENT, "interactions");
    assert_null(dataset);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_ordered_by_session_time_and_input),
        cmocka_unit_test(long_sessions_are_ordered_stably),
        cmocka_unit_test(duplicates_are_kept_or_dropped),
        cmocka_unit_test(the_core_is_taken_to_its_fixpoint),
        cmocka_unit_test(lengths_are_cut_after_the_core),
        cmocka_unit_test(items_bring_their_texts),
        cmocka_unit_test(ids_survive_as_they_are),
        cmocka_unit_test(copies_ask_for_room),
        cmocka_unit_test(nothing_is_a_dataset_too),
        cmocka_unit_test(statistics_are_those_of_the_rows),
        cmocka_unit_test(leave_one_out_takes_the_ends_off),
        cmocka_unit_test(the_sessions_that_end_last_are_test),
        cmocka_unit_test(views_of_views_see_less),
        cmocka_unit_test(shares_are_rounded_up),
        cmocka_unit_test(splits_refuse_what_cannot_be),
        cmocka_unit_test(arrays_are_checked),
    };
    return cmocka_run_group_tests(tests, make_context, drop_context);
}
