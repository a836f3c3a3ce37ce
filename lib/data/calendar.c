/* SPDX-License-Identifier: Apache-2.0 */
/* The Gregorian calendar, and dates as ISO 8601 writes them. */
#include "data/calendar.h"

#include <string.h>
#include <strings.h>

const char LR_WANTED_DATE[] = "wanted a date such as 2024-03-01 or 2024-03-01 10:00:00 (time_format reads others)";
const char LR_WANTED_RANGE[] = "wanted a time from the years 1678 to 2262 (see time_unit)";

/* Days from 1970-01-01. Years are counted from March, so that a leap day is a year's last. */
static int64_t days_of(int year, int month, int day)
{
    const int64_t march_year = year - (month <= 2), era = (march_year >= 0 ? march_year : march_year - 399) / 400;
    const int64_t year_of_era = march_year - era * 400;
    const int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

static int days_in(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return days[month - 1] + (month == 2 && leap);
}

static bool exists(const lr_calendar *c)
{
    return c->month >= 1 && c->month <= 12 && c->day >= 1 && c->day <= days_in(c->year, c->month) && c->hour < 24 &&
           c->minute < 60 && c->second <= 60;
}

const char *lr_calendar_time(const lr_calendar *calendar, lr_time *time)
{
    const lr_calendar *c = calendar;
    if (!exists(c)) return LR_WANTED_DATE;
    const int64_t minutes = c->hour * 60 + c->minute - c->zone;
    const int64_t seconds = days_of(c->year, c->month, c->day) * 86400 + minutes * 60 + c->second;
    *time = (lr_time){.kind = LR_DATE_KIND};
    if (__builtin_mul_overflow(seconds, 1000000000, &time->whole)) return LR_WANTED_RANGE;
    if (__builtin_add_overflow(time->whole, c->nanoseconds, &time->whole)) return LR_WANTED_RANGE;
    return time->whole == LR_NO_TIME ? LR_WANTED_RANGE : NULL;
}

/* --- ISO 8601 -------------------------------------------------------------------------------------------------- */

/* Two digits; sets *bad if they are not. */
static inline int pair(const char *at, unsigned *bad)
{
    const unsigned tens = (unsigned)at[0] - '0', ones = (unsigned)at[1] - '0';
    *bad |= (tens > 9) | (ones > 9);
    return (int)(10 * tens + ones);
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
    unsigned bad = 0;
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

/* The time of day: "T10:00", " 10:00:00", "T10:00:00.123". Returns the position after it, or NULL. */
static const char *take_clock(const char *at, const char *end, lr_calendar *c)
{
    unsigned bad = 0;
    if (end - at < 6 || (*at != ' ' && *at != 'T' && *at != 't') || at[3] != ':') return NULL;
    c->hour = pair(at + 1, &bad);
    c->minute = pair(at + 4, &bad);
    at += 6;
    if (end - at >= 3 && *at == ':') {
        c->second = pair(at + 1, &bad);
        at += 3;
        if (at < end && (*at == '.' || *at == ',')) at = lr_take_fraction(at + 1, end, &c->nanoseconds);
    }
    return bad ? NULL : at;
}

const char *lr_iso_parse(const char *text, size_t length, lr_time *time)
{
    const char *at = text + 10, *end = text + length;
    unsigned bad = (text[4] != '-') | (text[7] != '-');
    lr_calendar c = {.year = 100 * pair(text, &bad)};
    c.year += pair(text + 2, &bad);
    c.month = pair(text + 5, &bad);
    c.day = pair(text + 8, &bad);
    if (bad) return LR_WANTED_DATE;
    if (at < end) at = take_clock(at, end, &c);
    if (at != NULL && at + 1 < end && *at == ' ') at++;
    if (at != NULL && at < end) at = lr_take_zone(at, end, &c.zone);
    return at == end ? lr_calendar_time(&c, time) : LR_WANTED_DATE;
}
