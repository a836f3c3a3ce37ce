/* SPDX-License-Identifier: Apache-2.0 */
/* Data sets from Arrow streams: every type, nulls, slices, batches, and streams that break the interface. */
#include <errno.h>
#include <math.h>

#include "../dump.h"
#include "../frame.h"

static llmrec_context *context;

static int make_context(void **state)
{
    (void)state;
    context = context_with(2);
    return 0;
}

static int drop_context(void **state)
{
    llmrec_context_free(context);
    return remove_scratch(state);
}

#define COUNT(array) ((int64_t)(sizeof(array) / sizeof *(array)))

/* --- columns of four rows ---------------------------------------------------------------------------------------- */

static const int64_t sessions[] = {1, 1, 2, 2}, seconds[] = {1000000000, 1000000005, 1000000003, 1000000004};
static const int32_t letter_offsets[] = {0, 1, 2, 3, 4};
static const frame_column session_column = {COLUMN("l", "user_id", 2, NULL, sessions)};
static const frame_column time_column = {COLUMN("l", "timestamp", 2, NULL, seconds)};
static const frame_column item_column = {COLUMN("u", "item_id", 3, NULL, letter_offsets, "abca")};

enum { ROWS = 4 };

/* A frame of three columns and one batch. */
static frame frame_of(const frame_column columns[3])
{
    return (frame){.columns = columns, .column_count = 3, .cuts = {0, ROWS}, .batch_count = 1};
}

static llmrec_status create(frame *rows, frame *items, const llmrec_dataset_options *options, llmrec_dataset **dataset)
{
    struct ArrowArrayStream row_stream = frame_stream(rows), item_stream;
    if (items != NULL) item_stream = frame_stream(items);
    const llmrec_status status =
        llmrec_dataset_create_arrow(context, &row_stream, items != NULL ? &item_stream : NULL, options, dataset);
    assert_null(row_stream.release);
    assert_int_equal(rows->alive, 0);
    if (items != NULL) assert_int_equal(items->alive, 0);
    return status;
}

static void check(frame *rows, const llmrec_dataset_options *options, const char *wanted)
{
    llmrec_dataset *dataset = NULL;
    assert_ok(create(rows, NULL, options, &dataset));
    assert_string_equal(dump(dataset), wanted);
    llmrec_dataset_free(dataset);
}

static void check_bad(frame *rows, const llmrec_dataset_options *options, llmrec_status code, const char *wanted)
{
    llmrec_dataset *dataset = NULL;
    assert_failure(create(rows, NULL, options, &dataset), code, wanted);
    assert_null(dataset);
}

/* The frame with another item column. */
static void check_items(const frame_column *items, const llmrec_dataset_options *options, const char *wanted)
{
    const frame_column columns[] = {session_column, *items, time_column};
    frame rows = frame_of(columns);
    check(&rows, options, wanted);
}

static void check_bad_items(const frame_column *items, const llmrec_dataset_options *options, const char *wanted)
{
    const frame_column columns[] = {session_column, *items, time_column};
    frame rows = frame_of(columns);
    check_bad(&rows, options, LLMREC_ERR_FORMAT, wanted);
}

static void check_times(const frame_column *times, const llmrec_dataset_options *options, int64_t unit,
                        const char *wanted)
{
    const frame_column columns[] = {*times, item_column, session_column};
    llmrec_dataset *dataset = NULL;
    frame rows = frame_of(columns);
    assert_ok(create(&rows, NULL, options, &dataset));
    assert_string_equal(dump(dataset), wanted);
    assert_int_equal(llmrec_dataset_time_unit(dataset), unit);
    llmrec_dataset_free(dataset);
}

static void check_bad_times(const frame_column *times, const llmrec_dataset_options *options, const char *wanted)
{
    const frame_column columns[] = {*times, item_column, session_column};
    frame rows = frame_of(columns);
    check_bad(&rows, options, LLMREC_ERR_FORMAT, wanted);
}

/* --- ids --------------------------------------------------------------------------------------------------------- */

#define LETTERS "1: a@1000000000 b@1000000005; 2: c@1000000003 a@1000000004 | a b c"

static void texts_are_ids(void **state)
{
    static const int64_t wide[] = {0, 1, 2, 3, 4};
    static const int32_t views[16] = {1, 'a', 0, 0, 1, 'b', 0, 0, 1, 'c', 0, 0, 1, 'a'};
    static const uint8_t codes[] = {2, 0, 1, 2};
    static const int64_t sizes[] = {0};
    static const frame_column large = {COLUMN("U", "item_id", 3, NULL, wide, "abca")};
    static const frame_column viewed = {COLUMN("vu", "item_id", 3, NULL, views, sizes)};
    static const frame_column words = {COLUMN("u", "", 3, NULL, letter_offsets, "bca"), .length = 3};
    static const frame_column coded = {COLUMN("C", "item_id", 2, NULL, codes), .dictionary = &words};
    (void)state;
    check_items(&item_column, NULL, LETTERS);
    check_items(&large, NULL, LETTERS);
    check_items(&viewed, NULL, LETTERS);
    check_items(&coded, NULL, LETTERS);
}

static void long_views_point_into_their_buffers(void **state)
{
    static const char bytes[] = "xa long item id of 24 byte";
    static const int64_t sizes[] = {5, sizeof bytes - 1};
    int32_t views[16] = {24, 0, 1, 1, 1, 'b', 0, 0, 24, 0, 1, 1, 1, 'b'};
    const frame_column viewed = {COLUMN("vu", "item_id", 5, NULL, views, "short", bytes, sizes)};
    (void)state;
    check_items(
        &viewed, NULL,
        "1: a long item id of 24 byt@1000000000 b@1000000005; 2: a long item id of 24 byt@1000000003 b@1000000004 "
        "| a long item id of 24 byt b");
    views[3] = 3; /* one byte beyond */
    check_bad_items(&viewed, NULL, "interactions[\"item_id\"][0] is broken; its view leaves its buffer");
    views[3] = -1;
    check_bad_items(&viewed, NULL, "its view leaves its buffer");
    views[3] = 1;
    views[2] = 2;
    check_bad_items(&viewed, NULL, "its view names no buffer");
    views[0] = -24;
    check_bad_items(&viewed, NULL, "its view has a negative length");
}

static void check_integers(const char *format, const void *values)
{
    const frame_column column = {COLUMN(format, "item_id", 2, NULL, values)};
    check_items(&column, NULL, "1: 7@1000000000 100@1000000005; 2: 9@1000000003 7@1000000004 | 7 100 9");
}

static void all_integers_are_ids(void **state)
{
    static const int8_t bytes[] = {7, 100, 9, 7}, low[] = {-1, 0, -128, -1};
    static const uint8_t high[] = {255, 0, 128, 255};
    static const int16_t shorts[] = {7, 100, 9, 7};
    static const int32_t ints[] = {7, 100, 9, 7};
    static const int64_t longs[] = {7, 100, 9, 7}, ends[] = {INT64_MIN, INT64_MAX, -10, 0};
    static const frame_column extreme = {COLUMN("l", "item_id", 2, NULL, ends)};
    static const frame_column unsigned_bytes = {COLUMN("C", "item_id", 2, NULL, high)};
    static const frame_column signed_bytes = {COLUMN("c", "item_id", 2, NULL, low)};
    static const frame_column beyond = {COLUMN("L", "item_id", 2, NULL, ends)};
    (void)state;
    check_integers("c", bytes);
    check_integers("C", bytes);
    check_integers("s", shorts);
    check_integers("S", shorts);
    check_integers("i", ints);
    check_integers("I", ints);
    check_integers("l", longs);
    check_integers("L", longs);
    check_items(&extreme, NULL,
                "1: -9223372036854775808@1000000000 9223372036854775807@1000000005; 2: -10@1000000003 0@1000000004 | "
                "-9223372036854775808 9223372036854775807 -10 0");
    check_items(&unsigned_bytes, NULL, "1: 255@1000000000 0@1000000005; 2: 128@1000000003 255@1000000004 | 255 0 128");
    check_items(&signed_bytes, NULL, "1: -1@1000000000 0@1000000005; 2: -128@1000000003 -1@1000000004 | -1 0 -128");
    check_bad_items(&beyond, NULL, "interactions[\"item_id\"][0] is 9223372036854775808; wanted an integer of 64 bits");
}

static void integers_are_marked(void **state)
{
    const frame_column columns[] = {session_column, item_column, time_column};
    llmrec_dataset *dataset = NULL;
    frame rows = frame_of(columns);
    (void)state;
    assert_ok(create(&rows, NULL, NULL, &dataset));
    assert_int_equal(llmrec_dataset_session_ids_are_numbers(dataset), 1);
    assert_int_equal(llmrec_dataset_item_ids_are_numbers(dataset), 0);
    llmrec_dataset_free(dataset);
}

#define NUMBERS "1: 1@1000000000 2@1000000005; 2: -3@1000000003 1@1000000004 | 1 2 -3"

static void floats_and_decimals_are_ids_by_option(void **state)
{
    static const uint16_t halves[] = {0x3C00, 0x4000, 0xC200, 0x3C00};
    static const float floats[] = {1, 2, -3, 1};
    static const double doubles[] = {1, 2, -3, 1}, fractions[] = {1, 2.5, -3, 1};
    static const int64_t hundredths[] = {100, 0, 200, 0, -300, -1, 100, 0}, half[] = {100, 0, 250, 0, 0, 0, 0, 0};
    static const int32_t small[] = {1, 2, -3, 1};
    const frame_column columns[] = {{COLUMN("e", "item_id", 2, NULL, halves)},
                                    {COLUMN("f", "item_id", 2, NULL, floats)},
                                    {COLUMN("g", "item_id", 2, NULL, doubles)},
                                    {COLUMN("d:10,2", "item_id", 2, NULL, hundredths)}};
    static const frame_column fraction = {COLUMN("g", "item_id", 2, NULL, fractions)};
    static const frame_column decimal_fraction = {COLUMN("d:10,2,128", "item_id", 2, NULL, half)};
    static const frame_column whole = {COLUMN("d:5,0,32", "item_id", 2, NULL, small)};
    llmrec_dataset_options options = default_options();
    (void)state;
    options.ids = LLMREC_IDS_INTEGER;
    for (int64_t i = 0; i < COUNT(columns); i++) {
        check_items(&columns[i], &options, NUMBERS);
        check_bad_items(&columns[i], NULL, "ids=integer for floats that are integers");
    }
    check_items(&whole, NULL, NUMBERS);
    check_bad_items(&fraction, &options, "interactions[\"item_id\"][1] is 2.5; wanted an integer of 64 bits");
    check_bad_items(&decimal_fraction, &options, "interactions[\"item_id\"][1] is a decimal; wanted an integer");
}

static void wide_decimals_are_exact(void **state)
{
    static const int64_t large[16] = {INT64_MAX, 0, 0, 0, -5, -1, -1, -1, 0, 0, 0, 0, 0, 0, 0, 0};
    static const int64_t beyond[16] = {0, 1};
    static const frame_column exact = {COLUMN("d:70,0,256", "item_id", 2, NULL, large)};
    static const frame_column too_large = {COLUMN("d:70,0,256", "item_id", 2, NULL, beyond)};
    (void)state;
    check_items(
        &exact, NULL,
        "1: 9223372036854775807@1000000000 -5@1000000005; 2: 0@1000000003 0@1000000004 | 9223372036854775807 -5 "
        "0");
    check_bad_items(&too_large, NULL, "[0] is a decimal; wanted an integer of 64 bits");
}

static void other_types_are_refused(void **state)
{
    static const struct {
        const char *format, *wanted;
    } bad[] = {{"b", "column \"item_id\" is of Arrow type \"b\" (booleans); wanted ids as integers or texts"},
               {"tsn:UTC", "type \"tsn:UTC\" (dates); wanted ids"},
               {"z", "type \"z\" (another type); wanted ids"},
               {"d:30,12", "type \"d:30,12\" (another type); wanted ids"},
               {"d:30,-1", "type \"d:30,-1\" (another type)"},
               {"d:30", "type \"d:30\""},
               {"d:x,1", "type \"d:x,1\""},
               {"d:9,1,16", "type \"d:9,1,16\""},
               {"tsx:", "type \"tsx:\""},
               {"ts", "type \"ts\""},
               {"tDs", "type \"tDs\" (another type)"},
               {"ttm", "type \"ttm\""},
               {"", "type \"\" (another type)"},
               {"+s", "type \"+s\" (another type)"}};
    (void)state;
    for (int64_t i = 0; i < COUNT(bad); i++) {
        const frame_column column = {COLUMN(bad[i].format, "item_id", 2, NULL, sessions)};
        check_bad_items(&column, NULL, bad[i].wanted);
    }
}

static void columns_that_are_not_read_may_have_any_type(void **state)
{
    const frame_column columns[] = {
        session_column, item_column, time_column, {.format = "vz", .name = "blob"}, {.format = "b"}};
    frame rows = {.columns = columns, .column_count = 5, .cuts = {0, ROWS}, .batch_count = 1};
    (void)state;
    check(&rows, NULL, LETTERS);
}

/* --- missing values ---------------------------------------------------------------------------------------------- */

static void missing_values_are_refused_or_dropped(void **state)
{
    static const uint8_t bits[] = {0xFD}; /* row 1 is null */
    static const double numbers[] = {1, NAN, 2, 1};
    static const int32_t word_offsets[] = {0, 1, 3, 4, 5};
    static const frame_column nulls = {COLUMN("u", "item_id", 3, bits, letter_offsets, "abca"), .null_count = 1};
    static const frame_column uncounted = {COLUMN("u", "item_id", 3, bits, letter_offsets, "abca"), .null_count = -1};
    static const frame_column words = {COLUMN("u", "item_id", 3, NULL, word_offsets, "aNAca")};
    static const frame_column nan_times = {COLUMN("g", "timestamp", 2, NULL, numbers)};
    static const frame_column null_times = {COLUMN("tsn:", "timestamp", 2, bits, seconds), .null_count = 1};
    static const frame_column none = {COLUMN("n", "item_id", 0, NULL), .null_count = 4};
    llmrec_dataset_options options = default_options();
    (void)state;
    check_bad_items(&nulls, NULL, "interactions[\"item_id\"][1] is missing; wanted an id (missing=drop");
    check_bad_items(&uncounted, NULL, "interactions[\"item_id\"][1] is missing; wanted an id");
    check_bad_items(&words, NULL, "interactions[\"item_id\"][1] is \"NA\"; wanted an id");
    check_bad_items(&none, NULL, "interactions[\"item_id\"][0] is missing; wanted an id");
    check_bad_times(&nan_times, NULL, "interactions[\"timestamp\"][1] is missing; wanted a time");
    check_bad_times(&null_times, NULL, "interactions[\"timestamp\"][1] is missing; wanted a time");
    options.missing = LLMREC_MISSING_DROP;
    check_items(&nulls, &options, "1: a@1000000000; 2: c@1000000003 a@1000000004 | a c");
    check_items(&words, &options, "1: a@1000000000; 2: c@1000000003 a@1000000004 | a c");
    check_times(&nan_times, &options, LLMREC_TIME_UNIT_S, "1: a@1; 2: a@1 c@2 | a c");
}

static void nulls_of_the_dictionary_and_of_rows_count(void **state)
{
    static const uint8_t bits[] = {0xFD};
    static const uint8_t codes[] = {2, 0, 1, 2};
    static const frame_column words = {COLUMN("u", "", 3, bits, letter_offsets, "bca"), .null_count = 1, .length = 3};
    static const frame_column coded = {COLUMN("C", "item_id", 2, NULL, codes), .dictionary = &words};
    const frame_column columns[] = {session_column, coded, time_column};
    llmrec_dataset_options options = default_options();
    frame rows = frame_of(columns);
    struct ArrowArrayStream stream;
    llmrec_dataset *dataset = NULL;
    (void)state;
    check_bad_items(&coded, NULL, "interactions[\"item_id\"][2] is missing");
    options.missing = LLMREC_MISSING_DROP;
    stream = frame_stream(&rows);
    rows.top.null_count = 1; /* row 1 */
    rows.top_buffers[0] = bits;
    assert_ok(llmrec_dataset_create_arrow(context, &stream, NULL, &options, &dataset));
    assert_string_equal(dump(dataset), "1: a@1000000000; 2: a@1000000004 | a");
    llmrec_dataset_free(dataset);
}

/* --- times ------------------------------------------------------------------------------------------------------- */

static void dates_are_times(void **state)
{
    static const int64_t second[] = {3, 1, 2, 4}, milli[] = {3000, 1000, 2000, 4000},
                         micro[] = {3000000, 1000000, 2000000, 4000000},
                         nano[] = {3000000000, 1000000000, 2000000000, 4000000000};
    static const int32_t days[] = {3, 1, 2, 4};
    static const int64_t day_ms[] = {259200000, 86400000, 172800000, 345600000};
    const frame_column columns[] = {{COLUMN("tss:", "timestamp", 2, NULL, second)},
                                    {COLUMN("tsm:Europe/Berlin", "timestamp", 2, NULL, milli)},
                                    {COLUMN("tsu:UTC", "timestamp", 2, NULL, micro)},
                                    {COLUMN("tsn:", "timestamp", 2, NULL, nano)}};
    static const frame_column date32 = {COLUMN("tdD", "timestamp", 2, NULL, days)},
                              date64 = {COLUMN("tdm", "timestamp", 2, NULL, day_ms)};
    (void)state;
    for (int64_t i = 0; i < COUNT(columns); i++)
        check_times(&columns[i], NULL, LLMREC_TIME_UNIT_ISO, "1: b@1 a@3; 2: c@2 a@4 | a b c");
    check_times(&date32, NULL, LLMREC_TIME_UNIT_ISO, "1: b@86400 a@259200; 2: c@172800 a@345600 | a b c");
    check_times(&date64, NULL, LLMREC_TIME_UNIT_ISO, "1: b@86400 a@259200; 2: c@172800 a@345600 | a b c");
}

static void numbers_and_texts_are_times(void **state)
{
    static const double fractions[] = {1.5, 1, 2, 4.25};
    static const int64_t tenths[] = {-15, 10, 20, 42}, days[] = {20240301, 20240229, 20240302, 20240303};
    static const int32_t offsets[] = {0, 10, 20, 30, 40};
    static const frame_column doubles = {COLUMN("g", "timestamp", 2, NULL, fractions)};
    static const frame_column decimals = {COLUMN("d:5,1,64", "timestamp", 2, NULL, tenths)};
    static const frame_column digits = {COLUMN("l", "timestamp", 2, NULL, days)};
    static const frame_column texts = {
        COLUMN("u", "timestamp", 3, NULL, offsets, "2024-03-012024-02-292024-03-022024-03-03")};
    llmrec_dataset_options options = default_options();
    (void)state;
    check_times(&doubles, NULL, LLMREC_TIME_UNIT_S, "1: b@1 a@1.5; 2: c@2 a@4.25 | a b c");
    check_times(&decimals, NULL, LLMREC_TIME_UNIT_S, "1: a@-1.5 b@1; 2: c@2 a@4.2 | a b c");
    check_times(&texts, NULL, LLMREC_TIME_UNIT_ISO,
                "1: b@1709164800 a@1709251200; 2: c@1709337600 a@1709424000 | a b c");
    options.time_unit = LLMREC_TIME_UNIT_DATE;
    check_times(&digits, &options, LLMREC_TIME_UNIT_ISO,
                "1: b@1709164800 a@1709251200; 2: c@1709337600 a@1709424000 | a b c");
    check_bad_times(&doubles, &options, "interactions[\"timestamp\"][0] is 1.5; wanted an integer");
}

static void bad_times_are_refused(void **state)
{
    static const int64_t large[] = {0, INT64_MAX, 0, 0}, mixed[] = {1700000000, 1700000000000, 0, 0};
    static const double infinite[] = {0, 0, INFINITY, 0};
    static const frame_column seconds_column = {COLUMN("tss:", "timestamp", 2, NULL, large)};
    static const frame_column units = {COLUMN("l", "timestamp", 2, NULL, mixed)};
    static const frame_column doubles = {COLUMN("g", "timestamp", 2, NULL, infinite)};
    static const frame_column letters = {COLUMN("u", "timestamp", 3, NULL, letter_offsets, "abca")};
    static const frame_column bools = {COLUMN("b", "timestamp", 2, NULL, large)};
    llmrec_dataset_options options = default_options();
    (void)state;
    check_bad_times(&seconds_column, NULL,
                    "interactions[\"timestamp\"][1] is 9223372036854775807; wanted a time from the years 1678 to 2262");
    check_bad_times(&units, NULL,
                    "interactions[\"timestamp\"][1] is 1700000000000; row 0 has 1700000000: seconds and milliseconds");
    check_bad_times(&doubles, NULL, "interactions[\"timestamp\"][2] is inf; wanted a finite number");
    check_bad_times(&letters, NULL, "interactions[\"timestamp\"][0] is \"a\"; wanted a number or a date");
    check_bad_times(&bools, NULL, "(booleans); wanted times as timestamps, dates, numbers or texts");
    options.time_unit = LLMREC_TIME_UNIT_MS;
    check_bad_times(&seconds_column, &options, "(dates); wanted numbers or texts, as time_unit or time_format is set");
    options.time_unit = LLMREC_TIME_UNIT_ISO;
    check_bad_times(&doubles, &options, "(floats); wanted timestamps, integers or texts, as time_unit is iso");
}

/* --- frames ------------------------------------------------------------------------------------------------------ */

static void columns_are_chosen_by_name_or_number(void **state)
{
    const frame_column columns[] = {{COLUMN("l", "who", 2, NULL, sessions)}, item_column, time_column};
    const frame_column twice[] = {session_column, item_column, item_column};
    llmrec_dataset_options options = default_options();
    frame rows = frame_of(columns), again = frame_of(columns), third = frame_of(columns), last = frame_of(twice);
    frame untimed = frame_of(columns), same = frame_of(columns);
    (void)state;
    check_bad(&rows, NULL, LLMREC_ERR_FORMAT, "interactions: no column for the session ids (one of session_id");
    options.session_column = "Who";
    check(&again, &options, LETTERS);
    options.session_column = "1";
    check(&third, &options, LETTERS);
    options.time_column = "";
    check(&untimed, &options, "1: a b; 2: c a | a b c");
    options.session_column = "2";
    check_bad(&same, &options, LLMREC_ERR_ARGUMENT, "one column is chosen twice");
    check_bad(&last, NULL, LLMREC_ERR_FORMAT, "interactions: columns 2 and 3 are named \"item_id\" and \"item_id\"");
}

static void slices_and_batches_are_one_frame(void **state)
{
    static const int64_t wide_sessions[] = {9, 1, 1, 2, 2},
                         wide_seconds[] = {0, 0, 1000000000, 1000000005, 1000000003, 1000000004};
    static const int32_t offsets[] = {0, 2, 3, 4, 5, 6};
    static const uint8_t bits[] = {0x3E}; /* bit 0 is null, and before the slice */
    const frame_column columns[] = {{COLUMN("l", "user_id", 2, NULL, wide_sessions), .offset = 1},
                                    {COLUMN("u", "item_id", 3, bits, offsets, "zzabca"), .null_count = -1, .offset = 1},
                                    {COLUMN("l", "timestamp", 2, NULL, wide_seconds), .offset = 2}};
    frame cut = {.columns = columns, .column_count = 3, .cuts = {0, 1, 1, 3, 4, 4}, .batch_count = 5};
    frame whole = frame_of(columns);
    (void)state;
    check(&whole, NULL, LETTERS);
    check(&cut, NULL, LETTERS);
}

static void many_batches_are_read_in_order(void **state)
{
    enum { MANY = 100000 };
    static int64_t users[MANY], numbers[MANY], stamps[MANY];
    const frame_column columns[] = {{COLUMN("l", "user_id", 2, NULL, users)},
                                    {COLUMN("l", "item_id", 2, NULL, numbers)},
                                    {COLUMN("l", "timestamp", 2, NULL, stamps)}};
    frame rows = {.columns = columns, .column_count = 3, .batch_count = FRAME_BATCHES};
    llmrec_dataset *dataset = NULL;
    int64_t offsets[2], count = 0;
    static int32_t items[MANY];
    const char *id = NULL;
    size_t length = 0;
    (void)state;
    for (int64_t i = 0; i < MANY; i++) {
        numbers[i] = 3 * i;
        stamps[i] = i;
    }
    for (int64_t i = 1; i < FRAME_BATCHES; i++) rows.cuts[i] = i < 30 ? 10 * i : 1000 * i; /* small and large ones */
    rows.cuts[FRAME_BATCHES] = MANY;
    assert_ok(create(&rows, NULL, NULL, &dataset));
    assert_ok(llmrec_dataset_copy_sessions(dataset, 0, 1, offsets, items, NULL, MANY, &count));
    assert_int_equal(count, MANY);
    for (int32_t i = 0; i < MANY; i++) assert_int_equal(items[i], i);
    assert_ok(llmrec_dataset_item_id(dataset, MANY - 1, &id, &length));
    assert_memory_equal(id, "299997", length);
    llmrec_dataset_free(dataset);
}

static void errors_name_rows_of_the_whole_frame(void **state)
{
    static const int32_t offsets[] = {0, 1, 2, 3, 3};
    const frame_column columns[] = {session_column, {COLUMN("u", "item_id", 3, NULL, offsets, "abc")}, time_column};
    frame rows = {.columns = columns, .column_count = 3, .cuts = {0, 2, 4}, .batch_count = 2};
    (void)state;
    check_bad(&rows, NULL, LLMREC_ERR_FORMAT, "interactions[\"item_id\"][3] is missing");
}

static void frames_without_rows_are_refused(void **state)
{
    const frame_column columns[] = {session_column, item_column, time_column};
    frame rows = {.columns = columns, .column_count = 3},
          empty = {.columns = columns, .column_count = 3, .batch_count = 2};
    frame nothing = {.columns = columns, .cuts = {0, 4}, .batch_count = 1};
    (void)state;
    check_bad(&rows, NULL, LLMREC_ERR_FORMAT, "interactions: no row; wanted at least one");
    check_bad(&empty, NULL, LLMREC_ERR_FORMAT, "interactions: no row; wanted at least one");
    check_bad(&nothing, NULL, LLMREC_ERR_FORMAT, "no column for the session ids");
}

/* --- options ----------------------------------------------------------------------------------------------------- */

static void options_of_files_are_refused(void **state)
{
    const frame_column columns[] = {session_column, item_column, time_column};
    llmrec_dataset_options options = default_options();
    frame rows = frame_of(columns), again = frame_of(columns), limited = frame_of(columns), small = frame_of(columns);
    frame listed = frame_of(columns), titled = frame_of(columns);
    (void)state;
    options.where = "timestamp > 3";
    check_bad(&rows, &options, LLMREC_ERR_ARGUMENT, "where is set; wanted its default, as a frame is no file");
    options = default_options();
    options.items_header = LLMREC_HEADER_NO;
    check_bad(&again, &options, LLMREC_ERR_ARGUMENT, "items_header is set");
    options = default_options();
    options.item_list = "";
    check_bad(&listed, &options, LLMREC_ERR_ARGUMENT, "item_list is set");
    options = default_options();
    options.items_title_column = "2";
    check_bad(&titled, &options, LLMREC_ERR_ARGUMENT, "items_title_column is set");
    options = default_options();
    options.max_rows = 3;
    check_bad(&limited, &options, LLMREC_ERR_FORMAT, "interactions: over 3 rows; max_rows allows no more");
    options.max_rows = 4;
    check(&small, &options, LETTERS);
}

static void invalid_text_is_refused_or_repaired(void **state)
{
    static const int32_t offsets[] = {0, 1, 3, 4, 5};
    static const frame_column bad = {COLUMN("u", "item_id", 3, NULL, offsets,
                                            "a\xFF"
                                            "bca")};
    llmrec_dataset_options options = default_options();
    (void)state;
    check_bad_items(&bad, NULL, "interactions[\"item_id\"][1] is \"\\xFFb\"; wanted UTF-8");
    options.invalid_utf8 = 1;
    check_items(&bad, &options,
                "1: a@1000000000 \xEF\xBF\xBD"
                "b@1000000005; 2: c@1000000003 a@1000000004 | a \xEF\xBF\xBD"
                "b c");
    options.max_text_bytes = 1;
    check_bad_items(&bad, &options, "wanted fewer bytes, as max_text_bytes says");
}

/* --- items ------------------------------------------------------------------------------------------------------- */

static const int32_t title_offsets[] = {0, 3, 3, 6};
static const frame_column id_column = {COLUMN("u", "id", 3, NULL, letter_offsets, "bca")};

static void check_texts(const frame_column *texts, const char *wanted)
{
    const frame_column columns[] = {id_column, *texts}, row_columns[] = {session_column, item_column, time_column};
    frame rows = frame_of(row_columns),
          items = {.columns = columns, .column_count = 2, .cuts = {0, 1, 3}, .batch_count = 2};
    llmrec_dataset *dataset = NULL;
    assert_ok(create(&rows, &items, NULL, &dataset));
    assert_string_equal(strchr(dump(dataset), '|'), wanted);
    llmrec_dataset_free(dataset);
}

static void values_of_items_become_texts(void **state)
{
    static const uint8_t bits[] = {0x05};
    static const int64_t numbers[] = {5, -1, 7}, dates[] = {0, -1, 1709294400250000000}, huge[] = {1, -1, 0};
    static const double doubles[] = {.5, NAN, -2};
    static const int64_t decimals[] = {150, 0, -5, -1, 7, 0};
    static const int32_t days[] = {0, 19782, -1}, list_offsets[] = {0, 2, 2, 3};
    static const frame_column words = {COLUMN("u", "item", 3, NULL, title_offsets, "onetwo"), .length = 3};
    (void)state;
    check_texts(&(frame_column){COLUMN("u", "title", 3, NULL, title_offsets, "onetwo")}, "| a=two b=one c=");
    check_texts(&(frame_column){COLUMN("u", "title", 3, bits, title_offsets, "onetwo"), .null_count = 1},
                "| a=two b=one c=");
    check_texts(&(frame_column){COLUMN("l", "n", 2, NULL, numbers)}, "| a=7 b=5 c=-1");
    check_texts(&(frame_column){COLUMN("L", "n", 2, NULL, huge)}, "| a=0 b=1 c=18446744073709551615");
    check_texts(&(frame_column){COLUMN("b", "n", 2, NULL, bits)}, "| a=true b=true c=false");
    check_texts(&(frame_column){COLUMN("g", "n", 2, NULL, doubles)}, "| a=-2 b=0.5 c=");
    check_texts(&(frame_column){COLUMN("d:9,2", "n", 2, NULL, decimals)}, "| a=0.07 b=1.50 c=-0.05");
    check_texts(&(frame_column){COLUMN("tsn:", "n", 2, NULL, dates)},
                "| a=2024-03-01 12:00:00.25 b=1970-01-01 c=1969-12-31 23:59:59.999999999");
    check_texts(&(frame_column){COLUMN("tdD", "n", 2, NULL, days)}, "| a=1969-12-31 b=1970-01-01 c=2024-02-29");
    check_texts(&(frame_column){COLUMN("n", "n", 0, NULL)}, "| a= b= c=");
    check_texts(&(frame_column){COLUMN("+l", "n", 2, NULL, list_offsets), .child = &words}, "| a=two b=one,  c=");
}

static void check_bad_catalog(const frame_column columns[2], const char *wanted)
{
    const frame_column row_columns[] = {session_column, item_column, time_column};
    frame rows = frame_of(row_columns),
          items = {.columns = columns, .column_count = 2, .cuts = {0, 3}, .batch_count = 1};
    llmrec_dataset *dataset = NULL;
    assert_failure(create(&rows, &items, NULL, &dataset), LLMREC_ERR_FORMAT, wanted);
}

static void bad_items_are_refused(void **state)
{
    static const int32_t list_offsets[] = {0, 2, 1, 9};
    static const frame_column words = {COLUMN("u", "item", 3, NULL, title_offsets, "onetwo"), .length = 3};
    static const frame_column twice = {COLUMN("u", "id", 3, NULL, letter_offsets, "aba")};
    static const frame_column gap = {COLUMN("u", "id", 3, NULL, title_offsets, "onetwo")};
    static const frame_column blob = {COLUMN("z", "blob", 3, NULL, title_offsets, "onetwo")};
    static const frame_column lists = {COLUMN("+l", "words", 2, NULL, list_offsets), .child = &words};
    static const frame_column broken = {COLUMN("u", "title", 3, NULL, title_offsets, "one\xFF\xFF\xFF")};
    (void)state;
    check_bad_catalog((frame_column[]){twice, words}, "items[\"id\"][2] is \"a\", as in row 0; wanted each item once");
    check_bad_catalog((frame_column[]){gap, words}, "items[\"id\"][1] is missing; wanted an id");
    check_bad_catalog((frame_column[]){id_column, blob},
                      "items: column \"blob\" is of Arrow type \"z\" (another type)");
    check_bad_catalog((frame_column[]){id_column, lists},
                      "items[\"words\"][1] is invalid; its offsets are negative or fall");
    check_bad_catalog((frame_column[]){id_column, broken}, "items[\"title\"][2] is \"\\xFF\\xFF\\xFF\"; wanted UTF-8");
    check_bad_catalog((frame_column[]){id_column, {COLUMN("u", "\xFF", 3, NULL, title_offsets, "onetwo")}},
                      "items: column 2 is named \"\\xFF\"; wanted UTF-8");
    check_bad_catalog((frame_column[]){words, blob}, "items: column \"blob\" is of Arrow type");
}

/* --- broken streams ---------------------------------------------------------------------------------------------- */

static frame hostile;
static struct ArrowArrayStream hostile_stream;

static void begin_hostile(void)
{
    static frame_column columns[3];
    columns[0] = session_column;
    columns[1] = item_column;
    columns[2] = time_column;
    hostile = frame_of(columns);
    hostile_stream = frame_stream(&hostile);
}

static void check_hostile(llmrec_status code, const char *wanted)
{
    llmrec_dataset *dataset = NULL;
    assert_failure(llmrec_dataset_create_arrow(context, &hostile_stream, NULL, NULL, &dataset), code, wanted);
    assert_null(dataset);
    assert_null(hostile_stream.release);
    assert_int_equal(hostile.alive, 0);
    begin_hostile();
}

static void failing_streams_are_told(void **state)
{
    (void)state;
    begin_hostile();
    hostile.schema_code = EIO;
    hostile.error = "no\ndisk";
    check_hostile(LLMREC_ERR_IO, "interactions: get_schema of the Arrow stream failed with code 5 (\"no\\x0Adisk\")");
    hostile.next_code = ENOMEM;
    check_hostile(LLMREC_ERR_IO, "interactions: get_next of the Arrow stream failed with code 12 (no text)");
    hostile_stream.get_next = NULL;
    check_hostile(LLMREC_ERR_FORMAT, "the Arrow stream has no functions");
    llmrec_dataset *dataset = NULL;
    assert_failure(llmrec_dataset_create_arrow(NULL, &hostile_stream, NULL, NULL, &dataset), LLMREC_ERR_ARGUMENT,
                   "context is NULL");
    assert_failure(llmrec_dataset_create_arrow(context, &hostile_stream, NULL, NULL, &dataset), LLMREC_ERR_ARGUMENT,
                   "interactions is a released Arrow stream");
    assert_failure(llmrec_dataset_create_arrow(context, NULL, NULL, NULL, &dataset), LLMREC_ERR_ARGUMENT,
                   "interactions is NULL");
}

static void broken_schemas_are_refused(void **state)
{
    (void)state;
    begin_hostile();
    hostile.top_schema.format = "l";
    check_hostile(LLMREC_ERR_FORMAT, "the Arrow stream is of type \"l\"; wanted a frame");
    hostile.top_schema.format = NULL;
    check_hostile(LLMREC_ERR_FORMAT, "the Arrow stream has no schema");
    hostile.top_schema.n_children = -1;
    check_hostile(LLMREC_ERR_FORMAT, "a wrong column count");
    hostile.top_schema.children = NULL;
    check_hostile(LLMREC_ERR_FORMAT, "no columns");
    hostile.schema_list[1] = NULL;
    check_hostile(LLMREC_ERR_FORMAT, "a column without type");
    hostile.schemas[1].n_children = 1;
    check_hostile(LLMREC_ERR_FORMAT, "is of Arrow type \"u\" (another type)");
    hostile.schemas[1].dictionary = &hostile.schemas[0]; /* texts are no indices */
    check_hostile(LLMREC_ERR_FORMAT, "(another type)");
}

static void broken_batches_are_refused(void **state)
{
    static const int32_t falling[] = {0, 2, 1, 3, 4}, negative[] = {-1, 1, 2, 3, 4};
    static const void *no_values[] = {NULL, NULL, NULL}, *fall[] = {NULL, falling, "abca"};
    static const void *below[] = {NULL, negative, "abca"}, *no_bytes[] = {NULL, letter_offsets, NULL};
    (void)state;
    begin_hostile();
    hostile.top.length = -5;
    check_hostile(LLMREC_ERR_FORMAT, "a batch with a negative length");
    hostile.top.offset = INT64_MAX - 1;
    check_hostile(LLMREC_ERR_FORMAT, "a batch beyond 2^57 rows");
    hostile.top.n_children = 2;
    check_hostile(LLMREC_ERR_FORMAT, "a batch with another number of columns");
    hostile.top.children = NULL;
    check_hostile(LLMREC_ERR_FORMAT, "a batch without columns");
    hostile.top.n_buffers = 0;
    check_hostile(LLMREC_ERR_FORMAT, "a batch with a wrong number of buffers");
    hostile.top.null_count = 1;
    check_hostile(LLMREC_ERR_FORMAT, "a batch with nulls without a bitmap");
    hostile.array_list[1] = NULL;
    check_hostile(LLMREC_ERR_FORMAT, "column \"item_id\" of the Arrow stream has no array");
    hostile.arrays[1].length = -1;
    check_hostile(LLMREC_ERR_FORMAT, "has a negative length or offset");
    hostile.arrays[1].offset = INT64_MAX;
    check_hostile(LLMREC_ERR_FORMAT, "has a length or offset beyond 2^57");
    hostile.arrays[1].length = 3;
    check_hostile(LLMREC_ERR_FORMAT, "has fewer values than rows");
    hostile.arrays[1].null_count = 5;
    check_hostile(LLMREC_ERR_FORMAT, "has a wrong number of nulls");
    hostile.arrays[1].null_count = 1;
    check_hostile(LLMREC_ERR_FORMAT, "has nulls without a bitmap");
    hostile.arrays[1].n_buffers = 2;
    check_hostile(LLMREC_ERR_FORMAT, "has a wrong number of buffers");
    hostile.arrays[1].buffers = NULL;
    check_hostile(LLMREC_ERR_FORMAT, "has no buffers");
    hostile.arrays[1].n_children = 1;
    check_hostile(LLMREC_ERR_FORMAT, "has a wrong number of children");
    hostile.arrays[1].buffers = no_values;
    check_hostile(LLMREC_ERR_FORMAT, "has no values");
    hostile.arrays[1].buffers = fall;
    check_hostile(LLMREC_ERR_FORMAT, "interactions[\"item_id\"][1] is broken; its offsets are negative or fall");
    hostile.arrays[1].buffers = below;
    check_hostile(LLMREC_ERR_FORMAT, "interactions[\"item_id\"][0] is broken; its offsets are negative or fall");
    hostile.arrays[1].buffers = no_bytes;
    check_hostile(LLMREC_ERR_FORMAT, "is broken; it has no bytes");
    hostile_stream.release(&hostile_stream);
}

static void broken_dictionaries_are_refused(void **state)
{
    static const uint8_t codes[] = {2, 0, 3, 2};
    static const int8_t below[] = {-1, 0, 3, 2};
    static const frame_column words = {COLUMN("u", "", 3, NULL, letter_offsets, "bca"), .length = 3};
    static const frame_column high = {COLUMN("C", "item_id", 2, NULL, codes), .dictionary = &words};
    static const frame_column low = {COLUMN("c", "item_id", 2, NULL, below), .dictionary = &words};
    static const frame_column by_text = {COLUMN("u", "item_id", 3, NULL, letter_offsets, "bca"), .dictionary = &words};
    (void)state;
    check_bad_items(&high, NULL, "interactions[\"item_id\"][2] is broken; its index is not in the dictionary");
    check_bad_items(&low, NULL, "interactions[\"item_id\"][0] is broken; its index is not in the dictionary");
    check_bad_items(&by_text, NULL, "(another type)");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_are_ids),
        cmocka_unit_test(long_views_point_into_their_buffers),
        cmocka_unit_test(all_integers_are_ids),
        cmocka_unit_test(integers_are_marked),
        cmocka_unit_test(floats_and_decimals_are_ids_by_option),
        cmocka_unit_test(wide_decimals_are_exact),
        cmocka_unit_test(other_types_are_refused),
        cmocka_unit_test(columns_that_are_not_read_may_have_any_type),
        cmocka_unit_test(missing_values_are_refused_or_dropped),
        cmocka_unit_test(nulls_of_the_dictionary_and_of_rows_count),
        cmocka_unit_test(dates_are_times),
        cmocka_unit_test(numbers_and_texts_are_times),
        cmocka_unit_test(bad_times_are_refused),
        cmocka_unit_test(columns_are_chosen_by_name_or_number),
        cmocka_unit_test(slices_and_batches_are_one_frame),
        cmocka_unit_test(many_batches_are_read_in_order),
        cmocka_unit_test(errors_name_rows_of_the_whole_frame),
        cmocka_unit_test(frames_without_rows_are_refused),
        cmocka_unit_test(options_of_files_are_refused),
        cmocka_unit_test(invalid_text_is_refused_or_repaired),
        cmocka_unit_test(values_of_items_become_texts),
        cmocka_unit_test(bad_items_are_refused),
        cmocka_unit_test(failing_streams_are_told),
        cmocka_unit_test(broken_schemas_are_refused),
        cmocka_unit_test(broken_batches_are_refused),
        cmocka_unit_test(broken_dictionaries_are_refused),
    };
    return cmocka_run_group_tests(tests, make_context, drop_context);
}
