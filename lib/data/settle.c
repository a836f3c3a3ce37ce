/* SPDX-License-Identifier: Apache-2.0 */
/* Judges columns once all of their rows are read: the unit of times, and session ids that should be integers. */
#include <stdio.h>
#include <string.h>

#include "core/log.h"
#include "core/number.h"
#include "data/calendar.h"
#include "data/gather.h"
#include "data/time_format.h"

enum { SAMPLE = 1000 /* rows whose sizes tell the unit */ };

static const char *const names[] = {"seconds", "milliseconds", "microseconds", "nanoseconds"};

static bool occurs(const lr_gather *gather, uint32_t kind)
{
    return gather->kinds >> kind & 1;
}

/* First number whose kind is `from` or more. NULL if there is none. */
static const lr_note *first_number(const lr_gather *gather, uint32_t from)
{
    const lr_note *first = NULL;
    for (uint32_t kind = from; kind < LR_DATE_KIND; kind++)
        if (occurs(gather, kind) && (first == NULL || gather->notes[kind].row < first->row))
            first = &gather->notes[kind];
    return first;
}

/* Two rows that cannot be of one column: names the later one, and the earlier one in the reason. */
static llmrec_status refuse_pair(const lr_input *input, bool session, const lr_note *a, const lr_note *b,
                                 const char *what)
{
    char why[256];
    const lr_note *late = a->row > b->row ? a : b, *early = late == a ? b : a;
    snprintf(why, sizeof why, "%s %zu has %s: %s in one column (see %s)", input->place_name, early->place,
             early->text.text, what, session ? "ids" : "time_unit");
    return input->refuse(input->of, session, late, why);
}

/* Dates of our time in two units. */
static llmrec_status check_units(const lr_gather *gather, const lr_input *input)
{
    char what[64];
    for (uint32_t a = 0; a < LR_UNITS; a++)
        for (uint32_t b = a + 1; b < LR_UNITS; b++) {
            if (!occurs(gather, 2 * a + 1) || !occurs(gather, 2 * b + 1)) continue;
            snprintf(what, sizeof what, "%s and %s", names[a], names[b]);
            return refuse_pair(input, false, &gather->notes[2 * a + 1], &gather->notes[2 * b + 1], what);
        }
    return LLMREC_OK;
}

/* The unit of the largest number among the first rows. */
static int64_t recognize(const lr_gather *gather)
{
    int64_t unit = LLMREC_TIME_UNIT_S;
    for (uint32_t kind = 0; kind < LR_DATE_KIND; kind++)
        if (occurs(gather, kind) && gather->notes[kind].row < SAMPLE) unit = LLMREC_TIME_UNIT_S + kind / 2;
    return unit;
}

static llmrec_status check_sizes(const lr_gather *gather, const lr_input *input)
{
    char why[96];
    const lr_note *large = first_number(gather, 2 * (uint32_t)gather->unit);
    if (large == NULL) return LLMREC_OK;
    snprintf(why, sizeof why, "wanted less in %s, the unit of this column (see time_unit)",
             names[gather->unit - LLMREC_TIME_UNIT_S]);
    return input->refuse(input->of, false, large, why);
}

/* --- numbers that are dates ------------------------------------------------------------------------------------- */

/* Dates written as numbers, and the option that reads them. */
static const struct {
    const char *format, *option;
    size_t digits;
} dates[] = {{"%Y%m%d", "time_unit=date", 8},
             {"%Y%m%d%H%M", "time_format=%Y%m%d%H%M", 12},
             {"%Y%m%d%H%M%S", "time_format=%Y%m%d%H%M%S", 14}};
enum { DATES = sizeof dates / sizeof *dates };

/* True for a number that is a date of the years 1900 to 2099 in the format. */
static bool is_date(int64_t number, size_t kind, lr_time *date)
{
    char digits[LR_INT64_SIZE];
    const size_t length = lr_write_int64(number, digits);
    if (length != dates[kind].digits || (memcmp(digits, "19", 2) != 0 && memcmp(digits, "20", 2) != 0)) return false;
    return lr_format_parse(dates[kind].format, digits, length, date) == NULL;
}

static bool are_dates(const lr_gather *gather, size_t kind)
{
    lr_time date;
    for (size_t i = 0; i < gather->segment_count; i++) {
        const lr_segment *segment = &gather->segments[i];
        for (size_t row = 0; row < segment->rows; row++)
            if (!is_date(segment->times[row], kind, &date)) return false;
    }
    return true;
}

/* Warns if all numbers are dates as their digits stand: as counts of a unit they are of 1970. */
static void warn_of_dates(const lr_gather *gather)
{
    char as_read[LR_ISO_SIZE], as_date[LR_ISO_SIZE];
    lr_time date;
    size_t kind = 0, segment = 0;
    if (gather->rows == 0) return;
    while (gather->segments[segment].rows == 0) segment++;
    const int64_t first = gather->segments[segment].times[0];
    while (kind < DATES && !(is_date(first, kind, &date) && are_dates(gather, kind))) kind++;
    if (kind == DATES) return;
    is_date(first, kind, &date);
    as_read[lr_iso_write(first * lr_unit_ns(gather->unit), as_read)] = '\0';
    as_date[lr_iso_write(date.whole, as_date)] = '\0';
    lr_log(gather->context, LLMREC_LOG_WARNING, "data",
           "times such as %lld are read as %s, which is %s; %s reads them as dates, which is %s", (long long)first,
           names[gather->unit - LLMREC_TIME_UNIT_S], as_read, dates[kind].option, as_date);
}

/* --- the unit ----------------------------------------------------------------------------------------------------- */

static llmrec_status settle_numbers(lr_gather *gather, int64_t unit, const lr_input *input)
{
    if (unit == LLMREC_TIME_UNIT_AUTO) LR_RETURN_IF(check_units(gather, input));
    gather->unit = unit == LLMREC_TIME_UNIT_AUTO ? recognize(gather) : unit;
    LR_RETURN_IF(check_sizes(gather, input));
    if (unit == LLMREC_TIME_UNIT_AUTO) warn_of_dates(gather);
    return LLMREC_OK;
}

llmrec_status lr_gather_settle(lr_gather *gather, int64_t unit, const lr_input *input)
{
    const lr_note *number = first_number(gather, 0);
    if (occurs(gather, LR_INTEGER_SESSION) && occurs(gather, LR_TEXT_SESSION))
        return refuse_pair(input, true, &gather->notes[LR_INTEGER_SESSION], &gather->notes[LR_TEXT_SESSION],
                           "integers and other ids");
    if (!gather->timed) return LLMREC_OK;
    if (!occurs(gather, LR_DATE_KIND) && unit <= LLMREC_TIME_UNIT_NS) return settle_numbers(gather, unit, input);
    if (number != NULL) return refuse_pair(input, false, number, &gather->notes[LR_DATE_KIND], "numbers and dates");
    gather->unit = LLMREC_TIME_UNIT_ISO;
    return LLMREC_OK;
}

const char *lr_gather_unit_name(const lr_gather *gather)
{
    return gather->unit <= LLMREC_TIME_UNIT_NS ? names[gather->unit - LLMREC_TIME_UNIT_S] : "dates";
}

void lr_gather_tell_times(const lr_gather *gather)
{
    if (!gather->timed) return;
    lr_log(gather->context, LLMREC_LOG_INFO, "data", "times are read as %s", lr_gather_unit_name(gather));
}
