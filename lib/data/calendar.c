/* SPDX-License-Identifier: Apache-2.0 */
/* The Gregorian calendar, and dates as ISO 8601 writes them. */
#include "data/calendar.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

const char LR_WANTED_DATE[] = "wanted a date such as 2024-03-01 or 2024-03-01 10:00:00 (time_format reads others)";
const char LR_WANTED_RANGE[] = "wanted a time from the years 1678 to 2262 (see time_unit)";

static const char WANTED_ZONE[] = "wanted a date such as 2024-03-01 10:00:00, and a zone as Z, UTC or +01:00 after it";

/* Days from 1970-01-01; year > 0. Years are counted from March, so that a leap day is a year's last. */
static int64_t days_of(int year, int month, int day)
{
    const int from_march = month > 2 ? month - 3 : month + 9, y = year - (month <= 2);
    return 365 * (int64_t)y + y / 4 - y / 100 + y / 400 + (153 * from_march + 2) / 5 + day - 719469;
}

static int days_in(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return days[month - 1] + (month == 2 && leap);
}

static bool exists(const lr_calendar *c)
{
    if (c->month < 1 || c->month > 12 || c->day < 1) return false;
    if (c->day > 28 && c->day > days_in(c->year, c->month)) return false;
    return c->hour < 24 && c->minute < 60 && c->second <= 60;
}

const char *lr_calendar_time(const lr_calendar *calendar, lr_time *time)
{
    const lr_calendar *c = calendar;
    if (!exists(c)) return LR_WANTED_DATE;
    if (c->year == 0) return LR_WANTED_RANGE;
    const int64_t minutes = c->hour * 60 + c->minute - c->zone;
    const int64_t seconds = days_of(c->year, c->month, c->day) * 86400 + minutes * 60 + c->second;
    *time = (lr_time){.kind = LR_DATE_KIND};
    if (__builtin_mul_overflow(seconds, 1000000000, &time->whole)) return LR_WANTED_RANGE;
    if (__builtin_add_overflow(time->whole, c->nanoseconds, &time->whole)) return LR_WANTED_RANGE;
    return time->whole == LR_NO_TIME ? LR_WANTED_RANGE : NULL;
}

/* --- ISO 8601 -------------------------------------------------------------------------------------------------- */

static inline uint64_t two_bytes(const char *at)
{
    return (uint64_t)(unsigned char)at[0] | (uint64_t)(unsigned char)at[1] << 8;
}

/* Four texts of two digits to four numbers, all in 16 bits each. Sets *bad if a byte is no digit. */
static inline uint64_t four_pairs(uint64_t bytes, bool *bad)
{
    const uint64_t over = bytes + UINT64_C(0x4646464646464646), under = bytes - UINT64_C(0x3030303030303030);
    *bad = *bad || ((over | under) & UINT64_C(0x8080808080808080)) != 0;
    return (under * 10 + (under >> 8)) & UINT64_C(0x00FF00FF00FF00FF);
}

static inline int pair_at(uint64_t pairs, int place)
{
    return (int)(pairs >> 16 * place & 0xFF);
}

static inline int pair(const char *at, bool *bad)
{
    return pair_at(four_pairs(two_bytes(at) | UINT64_C(0x3030303030300000), bad), 0);
}

const char *lr_take_fraction(const char *at, const char *end, uint32_t *nanoseconds)
{
    const char *begin = at;
    uint32_t sum = 0;
    for (; at < end && *at >= '0' && *at <= '9'; at++) {
        if (at - begin < 9) sum = sum * 10 + (uint32_t)(*at - '0');
        else if (at - begin == 9) sum += *at >= '5';
    }
    for (int64_t digits = at - begin; digits < 9; digits++) sum *= 10;
    *nanoseconds = sum;
    return at > begin ? at : NULL;
}

const char *lr_take_zone(const char *at, const char *end, int *minutes)
{
    bool bad = false;
    *minutes = 0;
    if (at < end && (*at == 'Z' || *at == 'z')) return at + 1;
    if (end - at >= 3 && (strncasecmp(at, "UTC", 3) == 0 || strncasecmp(at, "GMT", 3) == 0)) return at + 3;
    if (end - at < 3 || (*at != '+' && *at != '-')) return NULL;
    const int sign = *at == '-' ? -1 : 1;
    const int hours = pair(at + 1, &bad);
    int rest = 0;
    at += 3;
    if (end - at >= 3 && *at == ':') at++;
    if (end - at >= 2) {
        rest = pair(at, &bad);
        at += 2;
    }
    *minutes = sign * (hours * 60 + rest);
    return bad || hours > 23 || rest > 59 ? NULL : at;
}

static bool begins_clock(const char *at)
{
    return (*at == ' ' || *at == 'T' || *at == 't') && at[3] == ':';
}

/* "T10:00:00", maybe with a fraction. */
static const char *take_seconds(const char *at, const char *end, lr_calendar *c)
{
    bool bad = !begins_clock(at);
    const uint64_t digits = two_bytes(at + 1) | two_bytes(at + 4) << 16 | two_bytes(at + 7) << 32;
    const uint64_t pairs = four_pairs(digits | UINT64_C(0x3030) << 48, &bad);
    c->hour = pair_at(pairs, 0);
    c->minute = pair_at(pairs, 1);
    c->second = pair_at(pairs, 2);
    at += 9;
    if (at < end && (*at == '.' || *at == ',')) at = lr_take_fraction(at + 1, end, &c->nanoseconds);
    return bad ? NULL : at;
}

/* The time of day: "T10:00", " 10:00:00", "T10:00:00.123". Returns the position after it, or NULL. */
static const char *take_clock(const char *at, const char *end, lr_calendar *c)
{
    bool bad = false;
    if (end - at >= 9 && at[6] == ':') return take_seconds(at, end, c);
    if (end - at < 6 || !begins_clock(at)) return NULL;
    c->hour = pair(at + 1, &bad);
    c->minute = pair(at + 4, &bad);
    return bad ? NULL : at + 6;
}

const char *lr_iso_parse(const char *text, size_t length, lr_time *time)
{
    const char *at = text + 10, *end = text + length;
    bool bad = text[4] != '-' || text[7] != '-';
    const uint64_t pairs = four_pairs(
        two_bytes(text) | two_bytes(text + 2) << 16 | two_bytes(text + 5) << 32 | two_bytes(text + 8) << 48, &bad);
    lr_calendar c = {
        .year = 100 * pair_at(pairs, 0) + pair_at(pairs, 1), .month = pair_at(pairs, 2), .day = pair_at(pairs, 3)};
    if (bad) return LR_WANTED_DATE;
    if (at < end) at = take_clock(at, end, &c);
    if (at != NULL && at + 1 < end && *at == ' ') at++;
    if (at != NULL && at < end) {
        at = lr_take_zone(at, end, &c.zone);
        if (at == NULL) return WANTED_ZONE;
    }
    return at == end ? lr_calendar_time(&c, time) : LR_WANTED_DATE;
}

/* The inverse of days_of. A year from March has 153 days in each five months; eras have 400 years. */
static lr_calendar date_of(int64_t days)
{
    const int64_t from_zero = days + 719468, era = (from_zero >= 0 ? from_zero : from_zero - 146096) / 146097;
    const int64_t day = from_zero - era * 146097;
    const int64_t year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
    const int day_of_year = (int)(day - (365 * year + year / 4 - year / 100));
    const int month = (5 * day_of_year + 2) / 153;
    return (lr_calendar){.year = (int)(year + era * 400) + (month >= 10),
                         .month = month < 10 ? month + 3 : month - 9,
                         .day = day_of_year - (153 * month + 2) / 5 + 1};
}

size_t lr_iso_write(int64_t nanoseconds, char text[LR_ISO_SIZE])
{
    static const int64_t day_ns = INT64_C(86400000000000), second_ns = 1000000000;
    const int64_t days = nanoseconds / day_ns - (nanoseconds % day_ns < 0), rest = nanoseconds - days * day_ns;
    const lr_calendar date = date_of(days);
    const int seconds = (int)(rest / second_ns);
    int length = snprintf(text, LR_ISO_SIZE, "%04d-%02d-%02d", date.year, date.month, date.day);
    if (rest > 0)
        length += snprintf(text + length, LR_ISO_SIZE - (size_t)length, " %02d:%02d:%02d", seconds / 3600,
                           seconds / 60 % 60, seconds % 60);
    if (rest % second_ns == 0) return (size_t)length;
    length += snprintf(text + length, LR_ISO_SIZE - (size_t)length, ".%09d", (int)(rest % second_ns));
    while (text[length - 1] == '0') length--;
    return (size_t)length;
}
