/* SPDX-License-Identifier: Apache-2.0 */
/* Parses times: numbers, dates, and dates as numbers. */
#include <string.h>

#include "data/calendar.h"
#include "data/time_format.h"

static const char WANTED_ANY[] =
    "wanted a number or a date such as 2024-03-01 10:00:00 (time_format=%d.%m.%Y and the like read others)";
static const char WANTED_NUMBER[] = "wanted a number, as time_unit says";
static const char WANTED_POINT[] = "wanted a decimal point, not a comma";
static const char WANTED_DAY[] = "wanted a date as YYYYMMDD, as time_unit says";

/* Digits, a comma, digits: the decimal point of many languages. */
static bool has_comma(const char *text, size_t length)
{
    size_t commas = 0, others = 0;
    for (size_t i = 0; i < length; i++) {
        commas += text[i] == ',';
        others += (text[i] < '0' || text[i] > '9') && text[i] != ',' && (i > 0 || text[i] != '-');
    }
    return commas == 1 && others == 0 && length > 1;
}

bool lr_time_of_fixed(const lr_fixed *fixed, lr_time *time)
{
    if (fixed->whole >= INT64_MAX) return false;
    /* The next lower integer, and the rest. */
    time->whole = fixed->negative ? -(int64_t)fixed->whole : (int64_t)fixed->whole;
    time->billionths = fixed->billionths;
    if (fixed->negative && fixed->billionths > 0) {
        time->whole--;
        time->billionths = 1000000000 - fixed->billionths;
    }
    time->kind = lr_number_kind(time->whole);
    return true;
}

static const char *parse_number(const char *text, size_t length, const char *wanted, lr_time *time)
{
    lr_fixed fixed;
    if (lr_parse_int64(text, length, &time->whole)) {
        time->billionths = 0;
        time->kind = lr_number_kind(time->whole);
        return time->whole == LR_NO_TIME ? LR_WANTED_RANGE : NULL;
    }
    if (!lr_parse_fixed(text, length, &fixed)) return has_comma(text, length) ? WANTED_POINT : wanted;
    return lr_time_of_fixed(&fixed, time) ? NULL : LR_WANTED_RANGE;
}

/* YYYYMMDD, also as 20240301.0. */
static const char *parse_day(const char *text, size_t length, lr_time *time)
{
    lr_fixed fixed;
    if (!lr_parse_fixed(text, length, &fixed) || fixed.negative || !fixed.integral || fixed.whole > 99991231)
        return WANTED_DAY;
    const int day = (int)fixed.whole;
    const lr_calendar calendar = {.year = day / 10000, .month = day / 100 % 100, .day = day % 100};
    const char *fault = lr_calendar_time(&calendar, time);
    return fault == LR_WANTED_DATE ? WANTED_DAY : fault;
}

static bool looks_iso(const char *text, size_t length)
{
    return length >= 10 && text[4] == '-' && text[7] == '-';
}

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t';
}

const char *lr_time_parse(const lr_spelling *spelling, const char *text, size_t length, lr_time *time)
{
    while (length > 0 && is_blank(text[0])) {
        text++;
        length--;
    }
    while (length > 0 && is_blank(text[length - 1])) length--;
    if (spelling->format != NULL) return lr_format_parse(spelling->format, text, length, time);
    switch (spelling->unit) {
    case LLMREC_TIME_UNIT_AUTO:
        if (looks_iso(text, length)) return lr_iso_parse(text, length, time);
        return parse_number(text, length, WANTED_ANY, time);
    case LLMREC_TIME_UNIT_DATE: return parse_day(text, length, time);
    case LLMREC_TIME_UNIT_ISO: return looks_iso(text, length) ? lr_iso_parse(text, length, time) : LR_WANTED_DATE;
    default: return parse_number(text, length, WANTED_NUMBER, time);
    }
}

const char *lr_time_reread(const lr_spelling *spelling, lr_time *time)
{
    char digits[LR_INT64_SIZE];
    if (spelling->format == NULL && spelling->unit != LLMREC_TIME_UNIT_DATE) {
        if (spelling->unit == LLMREC_TIME_UNIT_ISO) time->kind = LR_DATE_KIND;
        return NULL;
    }
    if (time->billionths > 0) return "wanted an integer";
    return lr_time_parse(spelling, digits, lr_write_int64(time->whole, digits), time);
}

const char *lr_time_beside(int64_t unit, const char *text, int64_t *time)
{
    const lr_spelling any = {LLMREC_TIME_UNIT_AUTO, NULL};
    lr_time read;
    const char *fault = lr_time_parse(&any, text, strlen(text), &read);
    if (fault != NULL) return fault;
    if (read.kind != LR_DATE_KIND && unit > LLMREC_TIME_UNIT_NS) return LR_WANTED_DATE;
    if (read.kind != LR_DATE_KIND && read.kind / 2 + LLMREC_TIME_UNIT_S > unit) return LR_WANTED_RANGE;
    *time = lr_time_ns(read.whole, read.billionths, read.kind == LR_DATE_KIND ? 1 : lr_unit_ns(unit));
    return NULL;
}
