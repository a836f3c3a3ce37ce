/* SPDX-License-Identifier: Apache-2.0 */
/* Splits the first rows of a text, and tells headers, ids and times apart. */
#include "data/sample.h"

#include <string.h>

#include "core/number.h"
#include "data/columns.h"

static void take_row(lr_sample *sample, const char *at, const char *end)
{
    lr_field field;
    size_t count = 0;
    uint64_t quoted = 0;
    for (;; at++, count++) {
        const bool quote = at < end && *at == '"';
        at = lr_field_take(sample->dialect, at, end, &field);
        sample->faults += field.fault != NULL;
        sample->escaped |= field.escaped;
        sample->broken |= quote && memchr(field.text, '\n', field.length) != NULL;
        if (count < LR_SAMPLE_FIELDS) {
            sample->cells[sample->rows][count] = (lr_span){field.text, field.length};
            quoted |= (uint64_t)quote << count;
        }
        if (at >= end) break;
    }
    if (sample->rows == 0) sample->quoted[0] = quoted;
    else sample->quoted[1] = sample->rows == 1 ? quoted : sample->quoted[1] & quoted;
    sample->counts[sample->rows++] = count + 1;
}

void lr_sample_take(lr_sample *sample, lr_dialect dialect, lr_span text)
{
    const char *end = text.text + text.length, *stop = NULL;
    sample->dialect = dialect;
    sample->rows = sample->fields = sample->even = sample->faults = 0;
    sample->quoted[0] = sample->quoted[1] = 0;
    sample->escaped = sample->broken = false;
    for (const char *at = text.text; at < end && sample->rows < LR_SAMPLE_ROWS; at = stop + 1) {
        stop = lr_record_end(dialect, at, end);
        if (lr_line_end(at, stop) != at) take_row(sample, at, stop);
    }
    if (sample->rows > 0) sample->fields = sample->counts[0];
    for (size_t row = 0; row < sample->rows; row++) sample->even += sample->counts[row] == sample->fields;
}

lr_span lr_sample_cell(const lr_sample *sample, size_t row, size_t column)
{
    const size_t known = sample->counts[row] < LR_SAMPLE_FIELDS ? sample->counts[row] : LR_SAMPLE_FIELDS;
    return column < known ? sample->cells[row][column] : (lr_span){"", 0};
}

/* --- values ------------------------------------------------------------------------------------------------------- */

static lr_span trimmed(lr_span value)
{
    while (value.length > 0 && value.text[0] == ' ') value = (lr_span){value.text + 1, value.length - 1};
    while (value.length > 0 && value.text[value.length - 1] == ' ') value.length--;
    return value;
}

static bool is_missing(lr_span value)
{
    static const char *const marks[] = {"", "NULL", "null", "NA", "N/A", "\\N", "NaN", "nan", "None"};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (value.length == strlen(marks[i]) && memcmp(value.text, marks[i], value.length) == 0) return true;
    return false;
}

static bool digit_at(lr_span value, size_t at)
{
    return at < value.length && value.text[at] >= '0' && value.text[at] <= '9';
}

/* Three groups of digits with "-" or with "/" between them, or with "." and four digits in the last; or digits with ":"
 * and two digits. */
static bool is_moment(lr_span value)
{
    size_t dashes = 0, slashes = 0, points = 0, last = 0;
    for (size_t i = 1; i < value.length && value.length <= 40; i++) {
        if (!digit_at(value, i - 1) || !digit_at(value, i + 1)) continue;
        if (value.text[i] == ':' && digit_at(value, i + 2)) return true;
        dashes += value.text[i] == '-';
        slashes += value.text[i] == '/';
        points += value.text[i] == '.';
        if (value.text[i] == '.') last = i;
    }
    const bool year = value.length == last + 5 && digit_at(value, last + 2) && digit_at(value, last + 4);
    return (dashes == 2 || slashes == 2 || (points == 2 && year)) && digit_at(value, 0);
}

lr_looks lr_looks_of(lr_span value)
{
    int64_t integer = 0;
    double number = 0;
    value = trimmed(value);
    if (is_missing(value)) return LR_LOOKS_EMPTY;
    if (lr_parse_int64(value.text, value.length, &integer)) return LR_LOOKS_INTEGER;
    if (lr_parse_double(value.text, value.length, &number)) return LR_LOOKS_NUMBER;
    return is_moment(value) ? LR_LOOKS_MOMENT : LR_LOOKS_TEXT;
}

lr_looks lr_sample_looks(const lr_sample *sample, size_t first, size_t column)
{
    lr_looks all = LR_LOOKS_EMPTY;
    for (size_t row = first; row < sample->rows; row++) {
        const lr_looks one = lr_looks_of(lr_sample_cell(sample, row, column));
        const bool numbers =
            (one == LR_LOOKS_INTEGER && all == LR_LOOKS_NUMBER) || (one == LR_LOOKS_NUMBER && all == LR_LOOKS_INTEGER);
        if (one == LR_LOOKS_EMPTY || one == all) continue;
        if (all != LR_LOOKS_EMPTY && !numbers) return LR_LOOKS_TEXT;
        all = numbers ? LR_LOOKS_NUMBER : one;
    }
    return all;
}

/* --- the header --------------------------------------------------------------------------------------------------- */

static bool is_value(lr_looks looks)
{
    return looks == LR_LOOKS_INTEGER || looks == LR_LOOKS_NUMBER || looks == LR_LOOKS_MOMENT;
}

static size_t shown_fields(const lr_sample *sample)
{
    return sample->fields < LR_SAMPLE_FIELDS ? sample->fields : LR_SAMPLE_FIELDS;
}

static bool comes_again(const lr_sample *sample, size_t column)
{
    const lr_span first = lr_sample_cell(sample, 0, column);
    for (size_t row = 1; row < sample->rows; row++) {
        const lr_span other = lr_sample_cell(sample, row, column);
        if (other.length == first.length && memcmp(other.text, first.text, first.length) == 0) return true;
    }
    return false;
}

/* True for what data frames write above numbers: 0,1,2,... after the empty name of the index, or alone. */
static bool counts_columns(const lr_sample *sample)
{
    const size_t unnamed = lr_sample_cell(sample, 0, 0).length == 0, fields = shown_fields(sample);
    int64_t number = 0;
    if (sample->rows < 2 || fields < 2 + unnamed) return false;
    for (size_t i = unnamed; i < fields; i++) {
        const lr_span name = lr_sample_cell(sample, 0, i);
        if (!lr_parse_int64(name.text, name.length, &number) || number != (int64_t)(i - unnamed)) return false;
    }
    return true;
}

bool lr_sample_has_header(const lr_sample *sample)
{
    bool values = false, later = false, again = false;
    if (counts_columns(sample)) return true;
    for (size_t i = 0; i < shown_fields(sample); i++) {
        const lr_span cell = lr_sample_cell(sample, 0, i);
        if (lr_is_usual_name(cell)) return true;
        values |= is_value(lr_looks_of(cell));
        later |= is_value(lr_sample_looks(sample, 1, i));
        again |= cell.length > 0 && comes_again(sample, i);
    }
    return !values && (later || !again);
}

/* --- columns without header --------------------------------------------------------------------------------------- */

enum {
    EARLY = 100000000 /* seconds after 1970: no time of an interaction is earlier, and few other numbers are larger */
};

static double number_at(const lr_sample *sample, size_t row, size_t column)
{
    double number = 0;
    const lr_span cell = trimmed(lr_sample_cell(sample, row, column));
    lr_parse_double(cell.text, cell.length, &number);
    return number;
}

static bool all_reach(const lr_sample *sample, size_t column, double least)
{
    const lr_looks looks = lr_sample_looks(sample, 0, column);
    if (looks != LR_LOOKS_INTEGER && looks != LR_LOOKS_NUMBER) return false;
    for (size_t row = 0; row < sample->rows; row++)
        if (number_at(sample, row, column) < least) return false;
    return true;
}

bool lr_sample_has_moments(const lr_sample *sample, size_t column)
{
    return lr_sample_looks(sample, 0, column) == LR_LOOKS_MOMENT || all_reach(sample, column, EARLY);
}

/* True if the numbers rise from row to row of a session, or some are too large for ratings. */
static bool is_order(const lr_sample *sample, size_t column)
{
    enum { BEST = 10 };
    bool rises = sample->rows > 1;
    if (!all_reach(sample, column, -1e300)) return false;
    for (size_t row = 0; row < sample->rows; row++) {
        if (number_at(sample, row, column) > BEST) return true;
        if (row == 0) continue;
        const lr_span now = lr_sample_cell(sample, row, 0), before = lr_sample_cell(sample, row - 1, 0);
        const bool same = now.length == before.length && memcmp(now.text, before.text, now.length) == 0;
        rises &= !same || number_at(sample, row, column) > number_at(sample, row - 1, column);
    }
    return rises;
}

static size_t guess_time(const lr_sample *sample)
{
    const size_t fields = shown_fields(sample);
    for (size_t i = 1; i < fields; i++)
        if (lr_sample_looks(sample, 0, i) == LR_LOOKS_MOMENT) return i;
    for (size_t i = fields; i-- > 2;)
        if (lr_sample_has_moments(sample, i)) return i;
    return fields == 3 && is_order(sample, 2) ? 2 : SIZE_MAX;
}

void lr_sample_guess(const lr_sample *sample, size_t *session, size_t *item, size_t *time)
{
    *session = *item = *time = SIZE_MAX;
    if (sample->fields < 2) return;
    *session = 0;
    *time = guess_time(sample);
    *item = *time == 1 && sample->fields > 2 ? 2 : 1;
}
