/* SPDX-License-Identifier: Apache-2.0 */
#include "llm/retry.h"

#include <math.h>
#include <string.h>
#include <strings.h>

#include "core/number.h"

enum { REQUESTS, TOKENS, KINDS, DAY = 86400 };

/* Numbers from these on are dates in seconds or milliseconds, because no rate limit lasts thirty years. */
static const double FIRST_DATE = 1e9, FIRST_DATE_IN_MS = 1e12;

lr_hints lr_hints_none(void)
{
    return (lr_hints){NAN, NAN, NAN, {NAN, NAN}, {NAN, NAN}, {NAN, NAN}};
}

/* --- values -------------------------------------------------------------------------------------------------- */

static double unit_seconds(const char *text, size_t length)
{
    static const struct {
        const char *name;
        double seconds;
    } units[] = {{"ms", 1e-3}, {"us", 1e-6}, {"ns", 1e-9}, {"s", 1}, {"m", 60}, {"h", 3600}, {"d", DAY}};
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (strlen(units[i].name) == length && memcmp(units[i].name, text, length) == 0) return units[i].seconds;
    return NAN;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool lr_parse_span(const char *text, size_t length, double *seconds)
{
    double total = 0, value = 0;
    if (length == 0 || !is_digit(text[0])) return false;
    if (lr_parse_double(text, length, &total)) {
        *seconds = total;
        return true;
    }
    for (size_t at = 0; at < length;) {
        size_t number = at, unit;
        while (number < length && (is_digit(text[number]) || text[number] == '.')) number++;
        for (unit = number; unit < length && !is_digit(text[unit]); unit++) {
        }
        if (!lr_parse_double(text + at, number - at, &value)) return false;
        total += value * unit_seconds(text + number, unit - number); /* an unknown unit is NaN, and so is the sum */
        at = unit;
    }
    if (!isfinite(total)) return false;
    *seconds = total;
    return true;
}

/* Returns the days from 1970-01-01 to a Gregorian date. Years are counted from March, so that leap days come last. */
static int64_t days_from_civil(int64_t year, int64_t month, int64_t day)
{
    const int64_t y = month <= 2 ? year - 1 : year, era = y / 400, of_era = y - era * 400;
    const int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static int month_of(const char *name)
{
    static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    for (int i = 0; i < 12; i++)
        if (memcmp(names + 3 * i, name, 3) == 0) return i + 1;
    return 0;
}

static bool digits(const char *text, size_t count, int64_t *value)
{
    for (size_t i = 0; i < count; i++)
        if (!is_digit(text[i])) return false;
    return lr_parse_int64(text, count, value);
}

/* Format: "Sun, 06 Nov 1994 08:49:37 GMT". */
bool lr_parse_http_date(const char *text, size_t length, double *seconds)
{
    int64_t day = 0, year = 0, hour = 0, minute = 0, second = 0;
    if (length != 29 || memcmp(text + 3, ", ", 2) != 0 || memcmp(text + 25, " GMT", 4) != 0) return false;
    const int month = month_of(text + 8);
    if (month == 0 || !digits(text + 5, 2, &day) || !digits(text + 12, 4, &year) || !digits(text + 17, 2, &hour) ||
        !digits(text + 20, 2, &minute) || !digits(text + 23, 2, &second))
        return false;
    if (day < 1 || day > 31 || year < 1970 || hour > 23 || minute > 59 || second > 60) return false;
    *seconds = (double)(days_from_civil(year, month, day) * DAY + hour * 3600 + minute * 60 + second);
    return true;
}

/* --- headers ------------------------------------------------------------------------------------------------- */

/* Reads a number of seconds or a date. */
static void read_time(const char *text, size_t length, double *span, double *date)
{
    double value;
    if (lr_parse_span(text, length, &value)) {
        if (value >= FIRST_DATE_IN_MS) *date = value / 1000;
        else if (value >= FIRST_DATE) *date = value;
        else *span = value;
    } else if (lr_parse_http_date(text, length, &value)) {
        *date = value;
    }
}

static bool named(const char *line, size_t length, const char *name)
{
    return strlen(name) == length && strncasecmp(line, name, length) == 0;
}

static void read_limits(lr_hints *hints, const char *line, size_t name, const char *value, size_t length)
{
    static const char *const resets[KINDS] = {"x-ratelimit-reset-requests", "x-ratelimit-reset-tokens"};
    static const char *const remains[KINDS] = {"x-ratelimit-remaining-requests", "x-ratelimit-remaining-tokens"};
    for (int i = 0; i < KINDS; i++) {
        if (named(line, name, resets[i])) read_time(value, length, &hints->reset_in[i], &hints->reset_at[i]);
        if (named(line, name, remains[i])) lr_parse_double(value, length, &hints->remaining[i]);
    }
    if (named(line, name, "x-ratelimit-reset")) read_time(value, length, &hints->reset_in[0], &hints->reset_at[0]);
    if (named(line, name, "x-ratelimit-remaining")) lr_parse_double(value, length, &hints->remaining[0]);
}

void lr_hints_read(lr_hints *hints, const char *line, size_t length)
{
    const char *colon = memchr(line, ':', length);
    double milliseconds;
    if (colon == NULL) return;
    const size_t name = (size_t)(colon - line);
    const char *value = colon + 1, *end = line + length;
    while (value < end && (*value == ' ' || *value == '\t')) value++;
    while (end > value && (unsigned char)end[-1] <= ' ') end--;
    const size_t size = (size_t)(end - value);
    if (named(line, name, "retry-after")) read_time(value, size, &hints->retry_after, &hints->retry_at);
    else if (named(line, name, "retry-after-ms") && lr_parse_span(value, size, &milliseconds))
        hints->retry_after = milliseconds / 1000;
    else if (named(line, name, "date")) lr_parse_http_date(value, size, &hints->date);
    else read_limits(hints, line, name, value, size);
}

/* --- waiting ------------------------------------------------------------------------------------------------- */

bool lr_retried(long http)
{
    return http == 408 || http == 409 || http == 429 || (http >= 500 && http <= 599);
}

/* Returns the seconds from now, by the server's clock if it sent one; NaN if neither is known. */
static double seconds_until(const lr_hints *hints, double span, double date, double now)
{
    if (!isnan(span)) return span;
    if (isnan(date)) return NAN;
    return fmax(0, date - (isnan(hints->date) ? now : hints->date));
}

static double reset_wait(const lr_hints *hints, double now)
{
    double used_up = NAN, nearer = NAN;
    for (int i = 0; i < KINDS; i++) {
        const double wait = seconds_until(hints, hints->reset_in[i], hints->reset_at[i], now);
        nearer = fmin(nearer, wait); /* fmin ignores a NaN */
        if (hints->remaining[i] <= 0) used_up = fmax(used_up, wait);
    }
    return isnan(used_up) ? nearer : used_up;
}

lr_wait lr_wait_for(const lr_hints *hints, long http, const lr_backoff *backoff)
{
    const double after = seconds_until(hints, hints->retry_after, hints->retry_at, backoff->now);
    if (!isnan(after)) return (lr_wait){after, true, after > backoff->longest};
    const double reset = http == 429 || http == 503 ? reset_wait(hints, backoff->now) : NAN;
    if (!isnan(reset)) return (lr_wait){fmin(reset, backoff->longest), true, false};
    const double step = backoff->first * exp2((double)(backoff->attempt - 1));
    return (lr_wait){fmin(step, backoff->longest) * (1 - backoff->jitter / 2), false, false};
}
