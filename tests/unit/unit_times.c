/* SPDX-License-Identifier: Apache-2.0 */
/* Texts to times: numbers, ISO 8601, formats; decimals; integer ids. */
#include "../support.h"

#include "core/number.h"
#include "data/calendar.h"
#include "data/fields.h"
#include "data/time_format.h"

static const lr_spelling any = {LLMREC_TIME_UNIT_AUTO, NULL};

/* A text in memory of exactly its size, so that reading beyond it is found. */
static const char *parse(const lr_spelling *spelling, const char *text, lr_time *time)
{
    const size_t length = strlen(text);
    char *copy = malloc(length + (length == 0));
    memcpy(copy, text, length);
    const char *fault = lr_time_parse(spelling, copy, length, time);
    free(copy);
    return fault;
}

static void check_number(const char *text, int64_t whole, uint32_t billionths)
{
    lr_time time;
    const char *fault = parse(&any, text, &time);
    if (fault != NULL) fail_msg("%s: %s", text, fault);
    assert_int_equal(time.kind / 2 < LR_UNITS, 1);
    if (time.whole != whole || time.billionths != billionths)
        fail_msg("%s is %lld + %u", text, (long long)time.whole, time.billionths);
}

static void check_date(const lr_spelling *spelling, const char *text, int64_t wanted)
{
    lr_time time;
    const char *fault = parse(spelling, text, &time);
    if (fault != NULL) fail_msg("%s: %s", text, fault);
    assert_int_equal(time.kind, LR_DATE_KIND);
    if (time.whole != wanted) fail_msg("%s is %lld", text, (long long)time.whole);
}

static void check_fault(const lr_spelling *spelling, const char *text, const char *part)
{
    lr_time time;
    const char *fault = parse(spelling, text, &time);
    if (fault == NULL || strstr(fault, part) == NULL) fail_msg("%s: %s", text, fault != NULL ? fault : "read");
}

static void numbers_keep_every_digit(void **state)
{
    (void)state;
    check_number("10", 10, 0);
    check_number(" 20\t", 20, 0);
    check_number("+30", 30, 0);
    check_number("-1.5", -2, 500000000);
    check_number("9007199254740993", 9007199254740993, 0);
    check_number("9223372036854775807", INT64_MAX, 0);
    check_number("964982703.123456789", 964982703, 123456789);
    check_number("964982703.1234567894999", 964982703, 123456789);
    check_number("1.9999999996", 2, 0);
    check_number("-0.0000000001", 0, 0);
    check_number(".5", 0, 500000000);
    check_number("9.649827030000000000e+08", 964982703, 0);
    check_number("1433221332117.0000000000000000", 1433221332117, 0);
    check_number("1e0", 1, 0);
    check_number("25e-1", 2, 500000000);
    check_number("1e-40", 0, 0);
    check_number("0e400", 0, 0);
}

static void what_is_no_number_is_told(void **state)
{
    static const lr_spelling seconds = {LLMREC_TIME_UNIT_S, NULL};
    (void)state;
    check_fault(&any, "1,5", "decimal point");
    check_fault(&any, "-1,5", "decimal point");
    check_fault(&any, "1,234,5", "a number or a date");
    check_fault(&any, "noon", "a number or a date");
    check_fault(&any, "", "a number or a date");
    check_fault(&any, "1e", "a number or a date");
    check_fault(&any, "9223372036854775808", "1678 to 2262");
    check_fault(&any, "-9223372036854775808", "1678 to 2262");
    check_fault(&any, "1e30", "1678 to 2262");
    check_fault(&any, "inf", "a number or a date");
    check_fault(&seconds, "2024-03-01", "a number, as time_unit says");
}

static void kinds_tell_units_apart(void **state)
{
    static const int64_t now[] = {1700000000, 1700000000000, 1700000000000000, 1700000000000000000};
    static const int64_t last[] = {9223372035, 9223372036853, 9223372036854774, INT64_MAX};
    (void)state;
    for (uint32_t unit = 0; unit < LR_UNITS; unit++) {
        assert_int_equal(lr_number_kind(now[unit]), 2 * unit + 1);
        assert_int_equal(lr_number_kind(-now[unit]), 2 * unit);
        assert_int_equal(lr_number_kind(last[unit]), 2 * unit);
        if (unit + 1 < LR_UNITS) assert_int_equal(lr_number_kind(last[unit] + 1), 2 * unit + 2);
    }
    assert_int_equal(lr_number_kind(INT64_MIN), 6);
    assert_int_equal(lr_number_kind(631152000), 1);
    assert_int_equal(lr_number_kind(631151999), 0);
    assert_int_equal(lr_number_kind(4102444800), 0);
}

static void dates_are_read_as_iso_writes_them(void **state)
{
    const int64_t day = 1709251200000000000, second = 1000000000; /* 2024-03-01 */
    static const char *const bad[] = {
        "2024-02-30",          "2023-02-29",           "2024-13-01",           "2024-00-01",
        "2024-3-01",           "2024-03-01 10",        "2024-03-01 25:00:00",  "2024-03-01 10:60:00",
        "2024-03-01 10:00:61", "2024-03-01T10:00:00.", "2024-03-01 10:00:00x", "2024-03-01T10:00:00+25:00",
        "2024-03-01T10:00:0",  "2024-03-01 10:00+1",   "2024-03-0110:00:00"};
    (void)state;
    check_date(&any, "1970-01-01", 0);
    check_date(&any, "2024-03-01", day);
    check_date(&any, "2024-03-01 10:00:00", day + 36000 * second);
    check_date(&any, "2024-03-01T10:00:00", day + 36000 * second);
    check_date(&any, " 2024-03-01t10:00 ", day + 36000 * second);
    check_date(&any, "2024-03-01T10:00:00.25Z", day + 36000 * second + 250000000);
    check_date(&any, "2024-03-01T10:00:00.123456789", day + 36000 * second + 123456789);
    check_date(&any, "2024-03-01T10:00:00.9999999999", day + 36001 * second);
    check_date(&any, "2024-03-01T10:00:00+02:00", day + 28800 * second);
    check_date(&any, "2024-03-01T10:00:00-0230", day + 45000 * second);
    check_date(&any, "2024-03-01 10:00:00 +01", day + 32400 * second);
    check_date(&any, "2024-03-01 10:00:00 UTC", day + 36000 * second);
    check_date(&any, "2016-12-31T23:59:60Z", 1483228800 * second);
    check_date(&any, "1900-03-01", -2203891200 * second);
    check_date(&any, "2000-02-29", 951782400 * second);
    check_date(&any, "2262-04-11T23:47:16.854775807", INT64_MAX);
    check_fault(&any, "2262-04-11T23:47:16.854775808", "1678 to 2262");
    check_fault(&any, "0001-01-01", "1678 to 2262");
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) check_fault(&any, bad[i], "a date such as");
}

static void days_are_numbers_when_named(void **state)
{
    static const lr_spelling days = {LLMREC_TIME_UNIT_DATE, NULL}, iso = {LLMREC_TIME_UNIT_ISO, NULL};
    (void)state;
    check_date(&days, "20240301", 1709251200000000000);
    check_date(&days, "20240301.0", 1709251200000000000);
    check_fault(&days, "20240230", "YYYYMMDD");
    check_fault(&days, "2024-03-01", "YYYYMMDD");
    check_fault(&days, "-20240301", "YYYYMMDD");
    check_fault(&days, "1e300", "YYYYMMDD");
    check_fault(&iso, "20240301", "a date such as");
    check_date(&iso, "2024-03-01", 1709251200000000000);
}

static void formats_are_read_in_english(void **state)
{
    static const struct {
        const char *format, *text;
        int64_t seconds;
    } good[] = {
        {"%d.%m.%Y %H:%M", "1.3.2024  10:00", 1709287200},
        {"%m/%d/%y %I:%M %p", "03/01/24 10:00 PM", 1709330400},
        {"%m/%d/%Y %I:%M%p", "3/1/2024 12:05am", 1709251500},
        {"%a %b %d %H:%M:%S %z %Y", "Tue Apr 03 18:00:09 +0000 2012", 1333476009},
        {"%d %B %Y", "01 march 2024", 1709251200},
        {"%d %B %Y", "01 Mar 2024", 1709251200},
        {"%FT%T%z", "2024-03-01T10:00:00+02:00", 1709280000},
        {"%D %R", "03/01/24 10:00", 1709287200},
        {"%Y%m%d%%", "20240301%", 1709251200},
        {"%H:%M", "01:00", 3600},
    };
    static const char *const bad[] = {"1.3.2024", "1.3.2024 10:00 h", "32.1.2024 10:00", "x", ""};
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        const lr_spelling spelling = {LLMREC_TIME_UNIT_AUTO, good[i].format};
        assert_null(lr_format_fault(good[i].format));
        check_date(&spelling, good[i].text, good[i].seconds * 1000000000);
    }
    const lr_spelling spelling = {LLMREC_TIME_UNIT_AUTO, "%d.%m.%Y %H:%M"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) check_fault(&spelling, bad[i], "as time_format says");
    assert_string_equal(lr_format_fault("%Y-%q"), "%q");
    assert_string_equal(lr_format_fault("100%"), "%");
}

static void doubles_keep_what_they_have(void **state)
{
    lr_time time;
    (void)state;
    assert_true(lr_time_of_double(-1.5, &time) && time.whole == -2 && time.billionths == 500000000);
    assert_true(lr_time_of_double(0.9999999999, &time) && time.whole == 1 && time.billionths == 0);
    assert_true(lr_time_of_double(1e18, &time) && time.whole == 1000000000000000000);
    assert_false(lr_time_of_double(0x1p63, &time));
    assert_false(lr_time_of_double(-1e300, &time));
    assert_int_equal(lr_time_ns(-2, 500000000, 1000000000), -1500000000);
    assert_int_equal(lr_time_ns(3, 1500, 1000000), 3000002); /* 3.0000015 ms */
    assert_int_equal(lr_time_ns(3, 499999999, 1), 3);
}

static void integers_have_one_id(void **state)
{
    static const char *const ones[] = {"1", "1.0", "1e0", " 1", "01", "+1", "10e-1", "1.", "0.1e1", "1 "};
    static const char *const kept[] = {"0", "-7", "123456789012345678"};
    static const char *const bad[] = {"1.5",  "a", "1,0", "9223372036854775808",
                                      "1e19", "",  " ",   "1.0000000000000000000001"};
    char digits[LR_INTEGER_SIZE];
    (void)state;
    for (size_t i = 0; i < sizeof ones / sizeof *ones; i++) {
        lr_span id = {ones[i], strlen(ones[i])};
        assert_null(lr_integer_id(&id, digits));
        assert_int_equal(id.length, 1);
        assert_int_equal(id.text[0], '1');
    }
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
        lr_span id = {kept[i], strlen(kept[i])};
        assert_null(lr_integer_id(&id, digits));
        assert_ptr_equal(id.text, kept[i]);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        lr_span id = {bad[i], strlen(bad[i])};
        if (lr_integer_id(&id, digits) == NULL) fail_msg("%s was taken for an integer", bad[i]);
    }
    lr_span least = {"-9223372036854775808.0", 22}, zero = {"-0", 2};
    assert_null(lr_integer_id(&least, digits));
    assert_memory_equal(least.text, "-9223372036854775808", least.length);
    assert_null(lr_integer_id(&zero, digits));
    assert_int_equal(zero.length, 1);
}

static void missing_values_are_words_of_a_list(void **state)
{
    static const char *const words[] = {"", "NULL", "NA", "\\N", "nan", "None", "<NA>"}, *const others[] = {
                                                                                             "NUL", "NULLS", "n", "N"};
    llmrec_dataset_options options;
    lr_fields fields;
    (void)state;
    assert_ok(llmrec_dataset_options_init(&options, sizeof options));
    lr_fields_of(&options, &fields);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        assert_true(lr_missing(&fields, (lr_span){words[i], strlen(words[i])}));
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_false(lr_missing(&fields, (lr_span){others[i], strlen(others[i])}));
    options.missing_values = "-,?,";
    lr_fields_of(&options, &fields);
    assert_true(lr_missing(&fields, (lr_span){"?", 1}) && lr_missing(&fields, (lr_span){"-", 1}));
    assert_false(lr_missing(&fields, (lr_span){"NA", 2}));
    options.missing_values = NULL;
    lr_fields_of(&options, &fields);
    assert_true(lr_missing(&fields, (lr_span){"", 0}));
    assert_false(lr_missing(&fields, (lr_span){"NA", 2}));
}

static void cutoffs_are_in_the_unit_of_the_data(void **state)
{
    int64_t time = 0;
    (void)state;
    assert_null(lr_time_beside(LLMREC_TIME_UNIT_MS, "1.5", &time));
    assert_int_equal(time, 1500000);
    assert_null(lr_time_beside(LLMREC_TIME_UNIT_S, "1970-01-02", &time));
    assert_int_equal(time, 86400000000000);
    assert_null(lr_time_beside(LLMREC_TIME_UNIT_ISO, "1970-01-02", &time));
    assert_non_null(strstr(lr_time_beside(LLMREC_TIME_UNIT_ISO, "5", &time), "a date such as"));
    assert_non_null(strstr(lr_time_beside(LLMREC_TIME_UNIT_S, "9223372036", &time), "1678 to 2262"));
    assert_null(lr_time_beside(LLMREC_TIME_UNIT_NS, "9223372036854775807", &time));
}

/* Every text that is written is read as the same time, over the whole range and around days. */
static void times_are_written_as_they_are_read(void **state)
{
    static const int64_t day = INT64_C(86400000000000);
    (void)state;
    for (int64_t days = INT64_MIN / day + 1; days < INT64_MAX / day; days += 17)
        for (int64_t rest = -1; rest <= 1; rest++) {
            char text[LR_ISO_SIZE];
            const int64_t time = days * day + rest * (1 + days * days % day);
            lr_time read;
            const size_t length = lr_iso_write(time, text);
            assert_null(lr_iso_parse(text, length, &read));
            if (read.whole != time) fail_msg("%lld is written as %.*s", (long long)time, (int)length, text);
        }
    char text[LR_ISO_SIZE] = "";
    assert_int_equal(lr_iso_write(0, text), 10);
    assert_memory_equal(text, "1970-01-01", 10);
    assert_int_equal(lr_iso_write(1500000000, text), 21);
    assert_memory_equal(text, "1970-01-01 00:00:01.5", 21);
    assert_int_equal(lr_iso_write(-60000000000, text), 19);
    assert_memory_equal(text, "1969-12-31 23:59:00", 19);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(times_are_written_as_they_are_read),
        cmocka_unit_test(numbers_keep_every_digit),
        cmocka_unit_test(what_is_no_number_is_told),
        cmocka_unit_test(kinds_tell_units_apart),
        cmocka_unit_test(dates_are_read_as_iso_writes_them),
        cmocka_unit_test(days_are_numbers_when_named),
        cmocka_unit_test(formats_are_read_in_english),
        cmocka_unit_test(doubles_keep_what_they_have),
        cmocka_unit_test(integers_have_one_id),
        cmocka_unit_test(missing_values_are_words_of_a_list),
        cmocka_unit_test(cutoffs_are_in_the_unit_of_the_data),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
