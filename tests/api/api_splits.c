/* SPDX-License-Identifier: Apache-2.0 */
/* Splits with several targets, folds and users; a caller's own split; sessions out of histories; datasets with the
 * items of another one, and joined. */
#include <math.h>

#include "../shared_context.h"
#include "../dump.h"
#include "../frame.h"
#include "text_rows.h"

static void check_described(const llmrec_dataset *dataset, const char *part)
{
    char text[4096];
    assert_ok(llmrec_dataset_description(dataset, text, sizeof text, NULL));
    assert_non_null(strstr(text, part));
}

static llmrec_split_options method(int64_t method)
{
    llmrec_split_options options;
    assert_ok(llmrec_split_options_init(&options, sizeof options));
    options.method = method;
    options.drop_untrained = 0;
    return options;
}

/* Rows of the view, without the catalog, then the numbers of targets: "a: x y / 1". */
static const char *rows_of(const llmrec_dataset *view)
{
    int64_t targets[64];
    const int64_t sessions = llmrec_dataset_sessions(view);
    const char *found = dump(view);
    dumped_length = (size_t)(strstr(found, " |") - found);
    dumped[dumped_length] = '\0';
    assert_ok(llmrec_dataset_copy_targets(view, 0, sessions, targets));
    dump_bytes(" /", 2);
    for (int64_t i = 0; i < sessions; i++) {
        char text[16];
        snprintf(text, sizeof text, " %d", (int)targets[i]);
        dump_bytes(text, strlen(text));
    }
    return dumped;
}

static void check_part(const llmrec_dataset *dataset, const llmrec_split_options *options, int64_t part,
                       const char *wanted)
{
    llmrec_dataset *view = NULL;
    assert_ok(llmrec_dataset_split(dataset, options, part, &view));
    assert_string_equal(rows_of(view), wanted);
    llmrec_dataset_free(view);
}

static void the_last_rows_are_the_targets(void **state)
{
    llmrec_dataset *dataset = dataset_of("a 1 a 2 a 3 a 4 a 5 b 1 b 2 b 3 b 4 c 5 c 6 c 7 c 1 c 2 c 3", 0, NULL);
    llmrec_split_options options = method(LLMREC_SPLIT_LEAVE_LAST);
    (void)state;
    check_part(dataset, &options, LLMREC_PART_TEST, "a: 1 2 3 4 5; b: 1 2 3 4; c: 5 6 7 1 2 3 / 1 1 1");
    options.last_rows = 2;
    check_part(dataset, &options, LLMREC_PART_TRAIN, "a: 1; b: 1 2 3 4; c: 5 6 / 1 1 1");
    check_part(dataset, &options, LLMREC_PART_VALIDATION, "a: 1 2 3; c: 5 6 7 1 / 2 2");
    check_part(dataset, &options, LLMREC_PART_TRAIN_VALIDATION, "a: 1 2 3; b: 1 2 3 4; c: 5 6 7 1 / 1 1 1");
    check_part(dataset, &options, LLMREC_PART_TEST, "a: 1 2 3 4 5; c: 5 6 7 1 2 3 / 2 2");
    options.drop_untrained = 1; /* 7 is in no session of train */
    check_part(dataset, &options, LLMREC_PART_VALIDATION, "a: 1 2 3; c: 5 6 1 / 2 1");
    llmrec_dataset_free(dataset);
}

static void the_newest_rows_are_held_out(void **state)
{
    llmrec_dataset *dataset = dataset_of("a x 1 a y 5 a z 9 a w 10 b x 2 b y 3 c y 4 c x 6 c z 7 d x 8 d y 8", 1, NULL);
    llmrec_split_options options = method(LLMREC_SPLIT_GLOBAL_TIME);
    (void)state;
    options.test_fraction = 0.25; /* ceil(2.75) = 3 of 11 rows: from 8 on, and the other row of time 8 with it */
    check_part(dataset, &options, LLMREC_PART_TEST, "a: x@1 y@5 z@9 w@10; d: x@8 y@8 / 2 2");
    check_part(dataset, &options, LLMREC_PART_TRAIN, "a: x@1 y@5; b: x@2 y@3; c: y@4 x@6 z@7 / 1 1 1");
    options.validation_fraction = 0.25;
    check_part(dataset, &options, LLMREC_PART_VALIDATION, "c: y@4 x@6 z@7 / 2");
    check_part(dataset, &options, LLMREC_PART_TRAIN, "a: x@1 y@5; b: x@2 y@3; c: y@4 / 1 1 1");
    options.validation_fraction = 0;
    options.cutoff = "6";
    check_part(dataset, &options, LLMREC_PART_TEST, "a: x@1 y@5 z@9 w@10; c: y@4 x@6 z@7; d: x@8 y@8 / 2 2 2");
    options.test_window = "2"; /* seconds */
    check_part(dataset, &options, LLMREC_PART_TEST, "c: y@4 x@6 z@7 / 2");
    options.folds = 2;
    options.fold = 1;
    check_part(dataset, &options, LLMREC_PART_TEST, "a: x@1 y@5 z@9; d: x@8 y@8 / 1 2");
    check_part(dataset, &options, LLMREC_PART_TRAIN, "a: x@1 y@5; b: x@2 y@3; c: y@4 x@6 z@7 / 1 1 1");
    options.drop_untrained = 1; /* d has no prompt */
    check_part(dataset, &options, LLMREC_PART_TEST, "a: x@1 y@5 z@9 / 1");
    llmrec_dataset_free(dataset);
}

/* Rows of one time are all in the later part, wherever the cut falls among them. */
static void rows_of_one_time_stay_together(void **state)
{
    llmrec_dataset *dataset = dataset_of("a x 1 a y 2 a z 2 b x 2 b y 2 b z 5 c x 2 c y 5 c z 5 c w 5", 1, NULL);
    llmrec_split_options options = method(LLMREC_SPLIT_GLOBAL_TIME);
    (void)state;
    for (int rows = 1; rows <= 4; rows++) {
        options.test_fraction = rows / 10.0;
        check_part(dataset, &options, LLMREC_PART_TEST, "b: x@2 y@2 z@5; c: x@2 y@5 z@5 w@5 / 1 3");
        check_part(dataset, &options, LLMREC_PART_TRAIN, "a: x@1 y@2 z@2; b: x@2 y@2; c: x@2 / 1 1 1");
    }
    options.validation_fraction = 0.5; /* 3 of the 6 rows before 5, and two more of time 2 with them */
    check_part(dataset, &options, LLMREC_PART_VALIDATION, "a: x@1 y@2 z@2; b: x@2 y@2; c: x@2 / 2 2 1");
    check_part(dataset, &options, LLMREC_PART_TRAIN, "a: x@1 / 1");
    options.test_fraction = 0.5; /* 5 of 10 rows: from 2 on */
    check_part(dataset, &options, LLMREC_PART_TEST, "a: x@1 y@2 z@2; b: x@2 y@2 z@5; c: x@2 y@5 z@5 w@5 / 2 3 4");
    llmrec_dataset_free(dataset);
}

static void folds_follow_each_other(void **state)
{
    llmrec_dataset *dataset = dataset_of("a x 1 b x 2 c x 3 d x 4 e x 5 f x 6 g x 7 h x 8", 1, NULL);
    llmrec_split_options options = method(LLMREC_SPLIT_TEMPORAL);
    (void)state;
    options.test_fraction = 0.25;
    options.folds = 3;
    check_part(dataset, &options, LLMREC_PART_TEST, "c: x@3; d: x@4 / 1 1");
    check_part(dataset, &options, LLMREC_PART_TRAIN, "a: x@1; b: x@2 / 1 1");
    options.fold = 2;
    check_part(dataset, &options, LLMREC_PART_TEST, "g: x@7; h: x@8 / 1 1");
    check_part(dataset, &options, LLMREC_PART_TRAIN, "a: x@1; b: x@2; c: x@3; d: x@4; e: x@5; f: x@6 / 1 1 1 1 1 1");
    options.folding = LLMREC_FOLDS_SLIDING;
    check_part(dataset, &options, LLMREC_PART_TRAIN, "e: x@5; f: x@6 / 1 1");
    options.method = LLMREC_SPLIT_GLOBAL_TIME;
    check_part(dataset, &options, LLMREC_PART_TRAIN, "e: x@5; f: x@6 / 1 1");
    options.folds = 5;
    llmrec_dataset *view = NULL;
    assert_failure(llmrec_dataset_split(dataset, &options, 0, &view), LLMREC_ERR_ARGUMENT, "folds is 5");
    options.fold = 5;
    assert_failure(llmrec_dataset_split(dataset, &options, 0, &view), LLMREC_ERR_ARGUMENT, "fold is 5", "0 to 4");
    llmrec_dataset_free(dataset);
}

/* Each session is in the test part of one fold, and in training in the others. */
static void random_folds_are_a_cross_validation(void **state)
{
    enum { SESSIONS = 20, FOLDS = 5 };
    char text[SESSIONS * 16] = "", id[8];
    int tested[SESSIONS] = {0}, trained[SESSIONS] = {0};
    llmrec_split_options options = method(LLMREC_SPLIT_RANDOM);
    (void)state;
    for (int i = 0; i < SESSIONS; i++) snprintf(text + strlen(text), sizeof text - strlen(text), "s%d x s%d y ", i, i);
    llmrec_dataset *dataset = dataset_of(text, 0, NULL), *view = NULL;
    options.folds = FOLDS;
    options.seed = 7;
    for (options.fold = 0; options.fold < FOLDS; options.fold++)
        for (int64_t part = 0; part <= LLMREC_PART_TEST; part += 2) {
            assert_ok(llmrec_dataset_split(dataset, &options, part, &view));
            assert_int_equal(llmrec_dataset_sessions(view), part == LLMREC_PART_TEST ? 4 : 16);
            for (int i = 0; i < SESSIONS; i++) {
                snprintf(id, sizeof id, "s%d", i);
                (part == LLMREC_PART_TEST ? tested : trained)[i] +=
                    llmrec_dataset_find_session(view, id, SIZE_MAX) >= 0;
            }
            llmrec_dataset_free(view);
        }
    for (int i = 0; i < SESSIONS; i++) assert_true(tested[i] == 1 && trained[i] == FOLDS - 1);
    char first[1024];
    options.folds = 1;
    options.fold = 0;
    assert_ok(llmrec_dataset_split(dataset, &options, LLMREC_PART_TEST, &view));
    snprintf(first, sizeof first, "%s", rows_of(view));
    llmrec_dataset_free(view);
    check_part(dataset, &options, LLMREC_PART_TEST, first);
    options.seed = 8;
    assert_ok(llmrec_dataset_split(dataset, &options, LLMREC_PART_TEST, &view));
    assert_string_not_equal(rows_of(view), first);
    llmrec_dataset_free(view);
    llmrec_dataset_free(dataset);
}

static void check_own(const llmrec_dataset *dataset, const int8_t *parts, int64_t part, const char *wanted)
{
    llmrec_dataset *view = NULL;
    assert_ok(llmrec_dataset_split_rows(dataset, parts, llmrec_dataset_rows(dataset), part, &view));
    assert_string_equal(rows_of(view), wanted);
    llmrec_dataset_free(view);
}

/* Train and validation have no row in common, and together those of the third part. */
static void two_parts_are_one_view(void **state)
{
    static const int64_t methods[] = {LLMREC_SPLIT_LEAVE_ONE_OUT, LLMREC_SPLIT_TEMPORAL, LLMREC_SPLIT_RANDOM,
                                      LLMREC_SPLIT_GLOBAL_TIME};
    (void)state;
    llmrec_dataset *dataset = dataset_of("a 1 1 a 2 5 a 3 9 a 4 14 a 5 30 b 1 2 b 2 6 b 3 10 "
                                         "c 5 3 c 6 7 c 7 20 c 1 25 d 1 4 d 2 8 e 5 11 e 6 12 f 7 13 f 1 15",
                                         1, NULL);
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
        llmrec_split_options options = method(methods[i]);
        llmrec_dataset *both = NULL, *plain = NULL;
        options.validation_fraction = .3;
        assert_ok(llmrec_dataset_split(dataset, &options, LLMREC_PART_TRAIN_VALIDATION, &both));
        if (methods[i] == LLMREC_SPLIT_LEAVE_ONE_OUT) assert_int_equal(llmrec_dataset_rows(both), 18 - 3);
        options.validation_fraction = 0; /* validation goes to train */
        assert_ok(llmrec_dataset_split(dataset, &options, LLMREC_PART_TRAIN, &plain));
        char *rows = strdup(rows_of(both));
        if (methods[i] != LLMREC_SPLIT_LEAVE_ONE_OUT) assert_string_equal(rows_of(plain), rows);
        free(rows);
        llmrec_dataset_free(plain);
        llmrec_dataset_free(both);
    }
    llmrec_dataset_free(dataset);
}

static void a_caller_brings_a_split(void **state)
{
    llmrec_dataset *dataset = dataset_of("a 1 a 2 a 3 a 4 b 1 b 2 c 5 c 6 c 7", 0, NULL), *view = NULL;
    const int8_t parts[] = {0, 1, 2, 2, 0, -1, 2, 2, 2}, random[] = {0, 2, 0, 2, 0, 0, 0, 1, 2};
    (void)state;
    check_own(dataset, parts, LLMREC_PART_TRAIN, "a: 1; b: 1 / 1 1");
    check_own(dataset, parts, LLMREC_PART_VALIDATION, "a: 1 2 / 1");
    check_own(dataset, parts, LLMREC_PART_TEST, "a: 1 2 3 4; c: 5 6 7 / 2 1"); /* all of c is test: its last row */
    check_own(dataset, random, LLMREC_PART_TEST, "a: 1 2 4; c: 5 6 7 / 2 1");  /* nothing later is in a prompt */
    check_own(dataset, random, LLMREC_PART_TRAIN_VALIDATION, "a: 1 3; b: 1 2; c: 5 6 / 1 1 1");
    assert_failure(llmrec_dataset_split_rows(dataset, parts, 8, 0, &view), LLMREC_ERR_SHAPE, "parts has 8 rows", "9");
    const int8_t wrong[] = {0, 3, 0, 0, 0, 0, 0, 0, 0}, none[9] = {0};
    assert_failure(llmrec_dataset_split_rows(dataset, wrong, 9, 0, &view), LLMREC_ERR_ARGUMENT, "parts[1] is 3");
    assert_failure(llmrec_dataset_split_rows(dataset, none, 9, 2, &view), LLMREC_ERR_SHAPE, "the test part", "empty");
    llmrec_dataset_free(dataset);
}

static void a_column_says_the_parts(void **state)
{
    llmrec_dataset_options options;
    llmrec_split_options split = method(LLMREC_SPLIT_COLUMN);
    llmrec_dataset *dataset = NULL, *opened = NULL, *view = NULL;
    (void)state;
    assert_ok(llmrec_dataset_options_init(&options, sizeof options));
    options.split_column = "fold";
    write_text(scratch("rows.csv"), "user,item,time,fold\n" /* not in order of time */
                                    "a,z,3,test\na,x,1,train\na,y,2,VAL\nb,y,5,\nb,x,4,0\nc,z,6,2\nc,x,7,2\n");
    assert_ok(llmrec_dataset_load(context, scratch("rows.csv"), NULL, &options, &dataset));
    check_part(dataset, &split, LLMREC_PART_TRAIN, "a: x@1; b: x@4 / 1 1");
    check_part(dataset, &split, LLMREC_PART_VALIDATION, "a: x@1 y@2 / 1");
    check_part(dataset, &split, LLMREC_PART_TRAIN_VALIDATION, "a: x@1 y@2; b: x@4 / 1 1");
    check_part(dataset, &split, LLMREC_PART_TEST, "a: x@1 y@2 z@3; c: z@6 x@7 / 1 1");
    assert_ok(llmrec_dataset_save(dataset, scratch("parts.h5")));
    llmrec_dataset_free(dataset);
    assert_ok(llmrec_dataset_open(context, scratch("parts.h5"), &opened));
    check_part(opened, &split, LLMREC_PART_TEST, "a: x@1 y@2 z@3; c: z@6 x@7 / 1 1");
    write_text(scratch("more.csv"), "user,item,time,fold\na,x,2,train\n");
    assert_ok(llmrec_dataset_load(context, scratch("more.csv"), NULL, &options, &dataset));
    assert_ok(llmrec_dataset_append(opened, dataset, &view));
    llmrec_dataset_free(opened);
    llmrec_dataset_free(dataset);
    check_part(view, &split, LLMREC_PART_TRAIN, "a: x@1 x@2; b: x@4 / 1 1");
    llmrec_dataset_free(view);
    options.min_session_length = 3;
    assert_ok(llmrec_dataset_load(context, scratch("rows.csv"), NULL, &options, &dataset));
    check_part(dataset, &split, LLMREC_PART_VALIDATION, "a: x@1 y@2 / 1");
    llmrec_dataset_free(dataset);
    write_text(scratch("rows.csv"), "user,item,time,fold\na,z,3,test\na,x,1,maybe\n");
    assert_failure(llmrec_dataset_load(context, scratch("rows.csv"), NULL, &options, &opened), LLMREC_ERR_FORMAT,
                   "rows.csv:3: fold is \"maybe\"; wanted train, validation, test, or nothing");
    options.split_column = "item";
    assert_failure(llmrec_dataset_load(context, scratch("rows.csv"), NULL, &options, &opened), LLMREC_ERR_ARGUMENT,
                   "split_column is the column of the item");
    options.split_column = NULL;
    dataset = dataset_of("a x a y", 0, NULL);
    assert_failure(llmrec_dataset_split(dataset, &split, LLMREC_PART_TEST, &view), LLMREC_ERR_ARGUMENT,
                   "read with split_column");
    llmrec_dataset_free(dataset);
}

/* A dataset of six rows of one user from a frame with this column of parts. */
static llmrec_status of_parts(const frame_column *parts, const char *name, llmrec_dataset **dataset)
{
    static const int64_t user[6] = {0}, items[] = {1, 2, 3, 4, 5, 6};
    const frame_column columns[] = {
        {COLUMN("l", "user", 2, NULL, user)}, {COLUMN("l", "item", 2, NULL, items)}, *parts};
    frame rows = {.columns = columns, .column_count = 3, .cuts = {0, 2, 6}, .batch_count = 2};
    struct ArrowArrayStream stream = frame_stream(&rows);
    llmrec_dataset_options options;
    assert_ok(llmrec_dataset_options_init(&options, sizeof options));
    options.time_column = "";
    options.split_column = name;
    const llmrec_status status = llmrec_dataset_create_arrow(context, &stream, NULL, &options, dataset);
    assert_int_equal(rows.alive, 0);
    return status;
}

static void check_parts(const frame_column *parts)
{
    llmrec_split_options split = method(LLMREC_SPLIT_COLUMN);
    llmrec_dataset *dataset = NULL;
    assert_ok(of_parts(parts, "fold", &dataset));
    check_part(dataset, &split, LLMREC_PART_TRAIN, "0: 1 3 / 1");
    check_part(dataset, &split, LLMREC_PART_VALIDATION, "0: 1 3 4 / 1");
    check_part(dataset, &split, LLMREC_PART_TEST, "0: 1 3 4 5 6 / 2");
    llmrec_dataset_free(dataset);
}

static void a_column_of_a_frame_says_the_parts(void **state)
{
    static const int32_t ends[] = {0, 5, 5, 6, 9, 13, 14}, word_ends[] = {0, 1, 4, 9};
    static const int8_t numbers[] = {0, 7, 0, 1, 2, 2}, codes[] = {2, 0, 2, 1, 0, 0};
    static const double floats[] = {0, NAN, 0, 1, 2, 2}, halves[] = {0, 0, 0, 0.5, 0, 0};
    static const uint8_t valid[] = {0x3D};
    static const frame_column words = {COLUMN("u", "", 3, NULL, word_ends, "2VALtrain"), .length = 3};
    llmrec_dataset *dataset = NULL;
    (void)state;
    check_parts(&(frame_column){COLUMN("u", "fold", 3, NULL, ends, "train0DEVtest2")});
    check_parts(&(frame_column){COLUMN("c", "fold", 2, valid, numbers), .null_count = 1});
    check_parts(&(frame_column){COLUMN("g", "fold", 2, NULL, floats)});
    check_parts(&(frame_column){COLUMN("c", "fold", 2, valid, codes), .null_count = 1, .dictionary = &words});
    const frame_column wrong = {COLUMN("c", "fold", 2, NULL, numbers)}, half = {COLUMN("g", "fold", 2, NULL, halves)},
                       bits = {COLUMN("b", "fold", 2, NULL, valid)};
    assert_failure(of_parts(&wrong, "fold", &dataset), LLMREC_ERR_FORMAT,
                   "interactions[\"fold\"][1] is 7; wanted train, validation, test, or nothing (split_column)");
    assert_failure(of_parts(&half, "fold", &dataset), LLMREC_ERR_FORMAT, "interactions[\"fold\"][3] is 0.5; wanted");
    assert_failure(of_parts(&bits, "fold", &dataset), LLMREC_ERR_FORMAT, "parts of a split as texts or integers");
    assert_failure(of_parts(&wrong, "item", &dataset), LLMREC_ERR_ARGUMENT, "one column is chosen twice");
    assert_failure(of_parts(&wrong, "part", &dataset), LLMREC_ERR_FORMAT, "no column \"part\"");
    assert_null(dataset);
}

/* --- sessions of histories ----------------------------------------------------------------------------------- */

static void histories_are_cut_at_gaps(void **state)
{
    llmrec_dataset_options options;
    const char *rows = "a x 0 a y 1800 a z 3601 b x 10 a w 90000 b z 86399 b w 86400";
    (void)state;
    assert_ok(llmrec_dataset_options_init(&options, sizeof options));
    options.session_gap = "30m";
    llmrec_dataset *dataset = dataset_of(rows, 1, &options), *view = NULL;
    assert_string_equal(rows_of(dataset), "a/1: x@0 y@1800; a/2: z@3601; a/3: w@90000; b/1: x@10; b/2: z@86399 w@86400"
                                          " / 1 1 1 1 1");
    check_described(dataset, "\"session_gap\":\"1800s\"");
    llmrec_split_options split = method(LLMREC_SPLIT_RANDOM);
    split.unit = LLMREC_UNIT_USERS;
    split.test_fraction = 0.5; /* one of the two users, whole */
    assert_ok(llmrec_dataset_split(dataset, &split, LLMREC_PART_TEST, &view));
    assert_true(llmrec_dataset_sessions(view) == 3 || llmrec_dataset_sessions(view) == 2);
    const char *of = llmrec_dataset_sessions(view) == 3 ? "a/1" : "b/1";
    assert_int_equal(llmrec_dataset_find_session(view, of, 3), 0);
    llmrec_dataset_free(view);
    llmrec_dataset_free(dataset);
    options.session_gap = "day";
    options.min_session_length = 2;
    dataset = dataset_of(rows, 1, &options);
    assert_string_equal(rows_of(dataset), "a/1: x@0 y@1800 z@3601; b/1: x@10 z@86399 / 1 1");
    check_described(dataset, "\"session_gap\":\"day\"");
    llmrec_dataset_free(dataset);
}

static void gaps_are_durations_between_times(void **state)
{
    static const char *const wrong[] = {"", "m", "30", "30 parsecs", "-1h", "0"};
    llmrec_dataset_options options;
    llmrec_dataset *dataset = NULL;
    const int64_t numbers[] = {1, 1};
    const double times[] = {1, 2};
    llmrec_interactions rows = {
        .size = sizeof rows, .rows = 2, .session_numbers = numbers, .item_numbers = numbers, .times = times};
    (void)state;
    assert_ok(llmrec_dataset_options_init(&options, sizeof options));
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        options.session_gap = wrong[i];
        if (strcmp(wrong[i], "30") == 0) continue; /* seconds */
        assert_failure(llmrec_dataset_create(context, &rows, NULL, &options, &dataset), LLMREC_ERR_ARGUMENT,
                       "session_gap is", "wanted a duration");
    }
    rows.times = NULL;
    options.session_gap = "30";
    assert_failure(llmrec_dataset_create(context, &rows, NULL, &options, &dataset), LLMREC_ERR_ARGUMENT,
                   "session_gap is \"30\"", "rows with times");
    assert_null(dataset);
}

/* --- one catalog --------------------------------------------------------------------------------------------- */

static void rows_take_the_items_of_another_dataset(void **state)
{
    llmrec_dataset_options options;
    llmrec_recommender *recommender = NULL;
    llmrec_report *report = NULL;
    (void)state;
    assert_ok(llmrec_dataset_options_init(&options, sizeof options));
    llmrec_dataset *train = dataset_of("a x a y b z", 0, NULL);
    options.like = train;
    llmrec_dataset *test = dataset_of("c q c z c x d x d q e r e z", 0, &options);
    assert_string_equal(dump(test), "c: q z x; d: x q; e: r z | x y z q r");
    assert_ok(llmrec_recommender_create_popularity(train, &recommender));
    assert_ok(llmrec_evaluate(recommender, train, test, NULL, &report)); /* q and r are unknown */
    assert_int_equal(llmrec_report_sessions(report), 3);
    llmrec_report_free(report);
    assert_failure(llmrec_evaluate(recommender, test, train, NULL, &report), LLMREC_ERR_SHAPE, "train has 5 items");
    llmrec_dataset *other = dataset_of("c z c x c y", 0, NULL);
    assert_failure(llmrec_evaluate(recommender, train, other, NULL, &report), LLMREC_ERR_SHAPE, "item 0 is \"x\"");
    llmrec_recommender_free(recommender);
    llmrec_dataset_free(other);
    llmrec_dataset_free(test);
    llmrec_dataset_free(train);
}

static void nights_are_one_load(void **state)
{
    enum { ROWS = 240, NIGHTS = 20, EACH = ROWS / NIGHTS };
    char all[ROWS * 24] = "", night[EACH * 24], wanted[sizeof dumped];
    llmrec_dataset *joined = NULL;
    uint32_t random = 5;
    (void)state;
    for (int i = 0; i < ROWS; i++) {
        char row[24];
        random = random * 1664525 + 1013904223;
        snprintf(row, sizeof row, "u%u i%u %u ", random >> 28, random >> 20 & 31,
                 (unsigned)i / 3 + (random >> 12 & 15));
        if (i % EACH == 0) night[0] = '\0';
        strcat(all, row);
        strcat(night, row);
        if (i % EACH < EACH - 1) continue;
        llmrec_dataset *rows = dataset_of(night, 1, NULL), *longer = NULL;
        if (joined == NULL) joined = rows;
        else {
            assert_ok(llmrec_dataset_append(joined, rows, &longer));
            llmrec_dataset_free(joined);
            llmrec_dataset_free(rows);
            joined = longer;
        }
    }
    llmrec_dataset *whole = dataset_of(all, 1, NULL);
    snprintf(wanted, sizeof wanted, "%s", dump(whole));
    assert_string_equal(dump(joined), wanted);
    llmrec_dataset_free(whole);
    llmrec_dataset_free(joined);
}

static void what_does_not_fit_is_not_joined(void **state)
{
    llmrec_dataset_options options;
    (void)state;
    assert_ok(llmrec_dataset_options_init(&options, sizeof options));
    llmrec_dataset *timed = dataset_of("a x 1", 1, NULL), *plain = dataset_of("a y", 0, NULL), *joined = NULL;
    options.session_gap = "1h";
    llmrec_dataset *cut = dataset_of("a x 1", 1, &options);
    assert_failure(llmrec_dataset_append(timed, plain, &joined), LLMREC_ERR_ARGUMENT, "rows has no times");
    assert_failure(llmrec_dataset_append(timed, cut, &joined), LLMREC_ERR_UNSUPPORTED,
                   "rows was read with session_gap");
    assert_failure(llmrec_dataset_append(timed, NULL, &joined), LLMREC_ERR_ARGUMENT, "rows is NULL");
    assert_null(joined);
    llmrec_dataset_free(cut);
    llmrec_dataset_free(plain);
    llmrec_dataset_free(timed);
}

/* --- files --------------------------------------------------------------------------------------------------- */

static void targets_and_users_are_saved(void **state)
{
    llmrec_dataset_options options;
    llmrec_dataset *dataset = NULL, *view = NULL, *opened = NULL;
    llmrec_split_options split = method(LLMREC_SPLIT_GLOBAL_TIME);
    char wanted[512];
    (void)state;
    assert_ok(llmrec_dataset_options_init(&options, sizeof options));
    options.session_gap = "1h";
    dataset = dataset_of("a x 1 a y 5 a z 9 b x 2 b y 8 b z 9 b z 9999", 1, &options);
    split.cutoff = "8";
    assert_ok(llmrec_dataset_split(dataset, &split, LLMREC_PART_TEST, &view));
    snprintf(wanted, sizeof wanted, "%s", rows_of(view));
    assert_string_equal(wanted, "a/1: x@1 y@5 z@9; b/1: x@2 y@8 z@9; b/2: z@9999 / 1 2 1");
    assert_ok(llmrec_dataset_save(view, scratch("view.h5")));
    assert_ok(llmrec_dataset_open(context, scratch("view.h5"), &opened));
    assert_string_equal(rows_of(opened), wanted);
    split = method(LLMREC_SPLIT_RANDOM);
    split.unit = LLMREC_UNIT_USERS;
    split.test_fraction = 0.5;
    llmrec_dataset_free(view);
    assert_ok(llmrec_dataset_split(opened, &split, LLMREC_PART_TEST, &view));
    assert_true(llmrec_dataset_find_session(view, "a/1", 3) < 0 || llmrec_dataset_find_session(view, "b/1", 3) < 0);
    assert_true((llmrec_dataset_find_session(view, "b/1", 3) < 0) == (llmrec_dataset_find_session(view, "b/2", 3) < 0));
    llmrec_dataset_free(view);
    llmrec_dataset_free(opened);
    llmrec_dataset_free(dataset);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_last_rows_are_the_targets),
        cmocka_unit_test(the_newest_rows_are_held_out),
        cmocka_unit_test(rows_of_one_time_stay_together),
        cmocka_unit_test(folds_follow_each_other),
        cmocka_unit_test(random_folds_are_a_cross_validation),
        cmocka_unit_test(two_parts_are_one_view),
        cmocka_unit_test(a_caller_brings_a_split),
        cmocka_unit_test(a_column_says_the_parts),
        cmocka_unit_test(a_column_of_a_frame_says_the_parts),
        cmocka_unit_test(histories_are_cut_at_gaps),
        cmocka_unit_test(gaps_are_durations_between_times),
        cmocka_unit_test(rows_take_the_items_of_another_dataset),
        cmocka_unit_test(nights_are_one_load),
        cmocka_unit_test(what_does_not_fit_is_not_joined),
        cmocka_unit_test(targets_and_users_are_saved),
    };
    return cmocka_run_group_tests(tests, make_context, drop_context);
}
