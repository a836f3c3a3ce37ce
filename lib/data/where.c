/* SPDX-License-Identifier: Apache-2.0 */
/* Parses and tests conditions on rows. */
#include "data/where.h"

#include <string.h>
#include <strings.h>

#include "core/memory.h"
#include "core/number.h"
#include "core/text.h"
#include "data/calendar.h"

/* --- parsing ------------------------------------------------------------------------------------------------------ */

static llmrec_status refuse(const char *text, const char *at, const char *wanted)
{
    return lr_fail(LLMREC_ERR_ARGUMENT, "where is %s; wanted %s at %s", lr_quote(text, strlen(text)).text, wanted,
                   lr_quote(at, strlen(at)).text);
}

static const char *skip_blanks(const char *at)
{
    while (*at == ' ' || *at == '\t') at++;
    return at;
}

/* Takes a word, or a text in double or single quotes; false if there is none. */
static bool take_value(const char **at, lr_span *value)
{
    *at = skip_blanks(*at);
    const char quote[] = {**at, '\0'};
    const bool quoted = *quote == '"' || *quote == '\'';
    const char *begin = *at + quoted;
    const size_t length = strcspn(begin, quoted ? quote : " \t=!<>(),\"");
    *value = (lr_span){begin, length};
    *at = begin + length;
    if (!quoted) return length > 0;
    if (**at != *quote) return false;
    ++*at;
    return true;
}

static bool take_word(const char **at, const char *word)
{
    const char *begin = skip_blanks(*at);
    const size_t length = strlen(word);
    if (strncasecmp(begin, word, length) != 0) return false;
    if (strchr(" \t(\"", begin[length]) == NULL) return false;
    *at = begin + length;
    return true;
}

static bool take_operator(const char **at, lr_operator *operator, bool * list)
{
    static const struct {
        const char *text;
        lr_operator operator;
    } signs[] = {{"==", LR_IS_IN},       {"!=", LR_IS_NOT_IN}, {"<>", LR_IS_NOT_IN}, {"<=", LR_IS_AT_MOST},
                 {">=", LR_IS_AT_LEAST}, {"=", LR_IS_IN},      {"<", LR_IS_LESS},    {">", LR_IS_MORE}};
    const char *begin = skip_blanks(*at);
    *list = true;
    *operator= take_word(at, "not") ? LR_IS_NOT_IN : LR_IS_IN;
    if (take_word(at, "in")) return true;
    *list = false;
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        const size_t length = strlen(signs[i].text);
        if (strncmp(begin, signs[i].text, length) != 0) continue;
        *operator= signs[i].operator;
        *at = begin + length;
        return true;
    }
    return false;
}

static llmrec_status add_value(lr_condition *condition, const char *text, const char **at)
{
    if (condition->count == LR_CONDITION_VALUES) return refuse(text, *at, "at most 32 values");
    lr_span value;
    if (!take_value(at, &value)) return refuse(text, *at, "a value");
    const size_t i = condition->count++;
    condition->values[i].text = value;
    condition->values[i].is_number = lr_parse_double(value.text, value.length, &condition->values[i].number);
    return LLMREC_OK;
}

static llmrec_status take_list(lr_condition *condition, const char *text, const char **at)
{
    *at = skip_blanks(*at);
    if (**at != '(') return refuse(text, *at, "( and values");
    do {
        ++*at;
        LR_RETURN_IF(add_value(condition, text, at));
        *at = skip_blanks(*at);
    } while (**at == ',');
    if (**at != ')') return refuse(text, *at, ", or )");
    ++*at;
    return LLMREC_OK;
}

static llmrec_status take_condition(llmrec_context *context, lr_where *where, const char *text, const char **at)
{
    lr_span column;
    bool list = false;
    if (where->count == LR_CONDITIONS) return refuse(text, *at, "at most 8 conditions");
    lr_condition *condition = &where->conditions[where->count];
    if (!take_value(at, &column) || column.length == 0) return refuse(text, *at, "a column");
    if (!take_operator(at, &condition->operator, & list)) return refuse(text, *at, "= != < <= > >= or in");
    LR_RETURN_IF(list ? take_list(condition, text, at) : add_value(condition, text, at));
    LR_RETURN_IF(lr_copy_text(context, column.text, column.length, &condition->column));
    where->count++;
    return LLMREC_OK;
}

llmrec_status lr_where_parse(llmrec_context *context, const char *text, lr_where *where)
{
    const char *at = text;
    *where = (lr_where){.count = 0};
    if (text == NULL) return LLMREC_OK;
    do LR_RETURN_IF(take_condition(context, where, text, &at));
    while (take_word(&at, "and"));
    at = skip_blanks(at);
    return *at == '\0' ? LLMREC_OK
                       : refuse(text, at, "\"and\" between conditions, and quotes around a value with blanks");
}

void lr_where_free(llmrec_context *context, lr_where *where)
{
    for (size_t i = 0; i < where->count; i++) lr_free(context, where->conditions[i].column);
    where->count = 0;
}

/* --- times -------------------------------------------------------------------------------------------------------- */

/* Nanoseconds of a time of the column. Without a unit, a number's size tells it. */
static const char *read_moment(const lr_spelling *times, lr_span text, int64_t *moment)
{
    lr_time time;
    const char *fault = lr_time_parse(times, text.text, text.length, &time);
    if (fault != NULL) return fault;
    const int64_t own = LLMREC_TIME_UNIT_S + time.kind / 2;
    const int64_t unit = times->unit == LLMREC_TIME_UNIT_AUTO ? own : times->unit;
    if (time.kind != LR_DATE_KIND && own > unit) return LR_WANTED_RANGE;
    *moment = lr_time_ns(time.whole, time.billionths, time.kind == LR_DATE_KIND ? 1 : lr_unit_ns(unit));
    return NULL;
}

llmrec_status lr_condition_of_times(lr_condition *condition, const lr_spelling *times)
{
    static const lr_spelling iso = {LLMREC_TIME_UNIT_ISO, NULL};
    condition->times = times;
    for (size_t i = 0; i < condition->count; i++) {
        const lr_span text = condition->values[i].text;
        int64_t *moment = &condition->values[i].moment;
        bool *is_moment = &condition->values[i].is_moment;
        *is_moment = read_moment(&iso, text, moment) == NULL;
        if (!*is_moment && times->format != NULL) *is_moment = read_moment(times, text, moment) == NULL;
        if (*is_moment || condition->values[i].is_number) continue;
        return lr_fail(LLMREC_ERR_ARGUMENT,
                       "where compares times with %s; wanted a number or a date such as 2024-03-01 or \"2024-03-01 "
                       "10:00:00\"",
                       lr_quote(text.text, text.length).text);
    }
    return LLMREC_OK;
}

/* --- testing ------------------------------------------------------------------------------------------------------ */

static int order_of_texts(lr_span a, lr_span b)
{
    const size_t common = a.length < b.length ? a.length : b.length;
    const int order = memcmp(a.text, b.text, common);
    return order != 0 ? order : (a.length > b.length) - (a.length < b.length);
}

static const char *compare_moments(const lr_condition *condition, size_t i, lr_span value, int *order)
{
    int64_t moment = 0;
    const int64_t limit = condition->values[i].moment;
    const char *fault = read_moment(condition->times, value, &moment);
    *order = (moment > limit) - (moment < limit);
    return fault;
}

/* Compares with one of the values; *order is negative, 0 or positive. */
static const char *compare(const lr_condition *condition, size_t i, lr_span value, int *order)
{
    const lr_span text = condition->values[i].text;
    int64_t whole = 0, other = 0;
    double number = 0;
    if (condition->values[i].is_moment) return compare_moments(condition, i, value, order);
    if (lr_parse_int64(value.text, value.length, &whole) && lr_parse_int64(text.text, text.length, &other)) {
        *order = (whole > other) - (whole < other);
        return NULL;
    }
    const bool is_number = lr_parse_double(value.text, value.length, &number);
    if (is_number != condition->values[i].is_number)
        return is_number ? "wanted a text, as where compares it with one"
                         : "wanted a number, as where compares it with one";
    const double limit = condition->values[i].number;
    *order = is_number ? (number > limit) - (number < limit) : order_of_texts(value, text);
    return NULL;
}

static bool is_among(const lr_condition *condition, lr_span value)
{
    int order = 0;
    for (size_t i = 0; i < condition->count; i++)
        if (compare(condition, i, value, &order) == NULL && order == 0) return true;
    return false;
}

const char *lr_condition_test(const lr_condition *condition, lr_span value, bool *holds)
{
    int order = 0;
    const char *fault = lr_condition_orders(condition) ? compare(condition, 0, value, &order) : NULL;
    switch (condition->operator) {
    case LR_IS_IN: *holds = is_among(condition, value); break;
    case LR_IS_NOT_IN: *holds = !is_among(condition, value); break;
    case LR_IS_LESS: *holds = order < 0; break;
    case LR_IS_AT_MOST: *holds = order <= 0; break;
    case LR_IS_MORE: *holds = order > 0; break;
    default: *holds = order >= 0;
    }
    return fault;
}
