/* SPDX-License-Identifier: Apache-2.0 */
/* Times: int64 nanoseconds since 1970-01-01 00:00 UTC. While a column is read, its unit may not be known yet: numbers
 * are then kept as they are, with the kinds of numbers that occur. */
#ifndef LR_DATA_TIMES_H
#define LR_DATA_TIMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/number.h"
#include "llmrec/dataset.h"

#define LR_NO_TIME INT64_MIN /* no row has this time */

/* --- times as they are read ----------------------------------------------------------------------------------- */

/* The kind of a number is twice the index of the smallest unit of which 2^63 nanoseconds are more (0 seconds, 1 ms,
 * 2 us, 3 ns), plus 1 if it is a date from 1990 to 2100 in that unit. No number is such a date in two units. */
enum { LR_UNITS = 4, LR_DATE_KIND = 2 * LR_UNITS, LR_TIME_KINDS };

/* A time as it was read: a number, `whole` + `billionths` / 10^9 in a unit that the column tells, or a date, which is
 * nanoseconds. */
typedef struct lr_time {
    int64_t whole;
    uint32_t billionths;
    uint32_t kind;
} lr_time;

static inline uint32_t lr_number_kind(int64_t whole)
{
    static const int64_t year_1990[] = {631152000, 631152000000, 631152000000000, 631152000000000000};
    static const uint64_t years[] = {3471292800, 3471292800000, 3471292800000000, 3471292800000000000};
    const uint64_t size = whole < 0 ? 0 - (uint64_t)whole : (uint64_t)whole;
    const uint32_t unit = (size >= 9223372036) + (size >= 9223372036854) + (size >= 9223372036854775);
    return 2 * unit + ((uint64_t)whole - (uint64_t)year_1990[unit] < years[unit]);
}

/* Nanoseconds of one unit of numbers, LLMREC_TIME_UNIT_S to NS; 1 for dates. */
static inline int64_t lr_unit_ns(int64_t unit)
{
    static const int64_t factors[] = {1, 1000000000, 1000000, 1000, 1};
    return unit <= LLMREC_TIME_UNIT_NS ? factors[unit] : 1;
}

/* Nanoseconds of a number that fits its unit. */
static inline int64_t lr_time_ns(int64_t whole, uint32_t billionths, int64_t unit_ns)
{
    return whole * unit_ns + (int64_t)(((uint64_t)billionths * (uint64_t)unit_ns + 500000000) / 1000000000);
}

/* A finite double as a number, with billionths as they are in binary. False if it is too large. */
bool lr_time_of_double(double number, lr_time *time);

/* A decimal as a number. False if it is too large. */
bool lr_time_of_fixed(const lr_fixed *fixed, lr_time *time);

/* --- text ------------------------------------------------------------------------------------------------------ */

/* How the texts of a column are spelled: options time_unit and time_format. */
typedef struct lr_spelling {
    int64_t unit;       /* one of llmrec_time_unit */
    const char *format; /* see time_format.h; NULL: numbers and ISO dates */
} lr_spelling;

/* Parses a text. Returns NULL, or what was wanted instead. */
const char *lr_time_parse(const lr_spelling *spelling, const char *text, size_t length, lr_time *time);

/* Reads a number as the spelling says: its digits as YYYYMMDD or in the format, an ISO date as nanoseconds. Returns
 * NULL, or what was wanted instead. */
const char *lr_time_reread(const lr_spelling *spelling, lr_time *time);

/* Parses a time that is compared with those of a data set with this unit: a number in that unit, or a date. Returns
 * NULL, or what was wanted instead. */
const char *lr_time_beside(int64_t unit, const char *text, int64_t *time);

/* --- order ----------------------------------------------------------------------------------------------------- */

/* A value with a time. */
typedef struct lr_timed {
    int64_t time;
    int32_t index;
} lr_timed;

/* Sorts things[count] stably by time. Returns the array with the result: `things` or scratch[count]. */
lr_timed *lr_sort_timed(lr_timed *things, lr_timed *scratch, size_t count);

#endif
