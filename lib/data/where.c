/* SPDX-License-Identifier: Apache-2.0 */
/* Parses and tests conditions on rows. */
#include "data/where.h"

#include <string.h>
#include <strings.h>

#include "core/memory.h"
#include "core/number.h"
#include "core/text.h"

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

/* Takes a word or a quoted text; false if there is none. */
static bool take_value(const char **at, lr_span *value)
{
    *at = skip_blanks(*at);
    const bool quoted = **at == '"';
    const char *begin = *at + quoted;
    const size_t length = strcspn(begin, quoted ? "\"" : " \t=!<>(),\"");
    *value = (lr_span){begin, length};
    *at = begin + length;
    if (!quoted) return length > 0;
    if (**at != '"') return false;
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
    return *at == '\0' ? LLMREC_OK : refuse(text, at, "and");
}

void lr_where_free(llmrec_context *context, lr_where *where)
{
    for (size_t i = 0; i < where->count; i++) lr_free(context, where->conditions[i].column);
    where->count = 0;
}

/* --- testing ------------------------------------------------------------------------------------------------------ */

static bool is_among(const lr_condition *condition, lr_span value)
{
    double number = 0;
    bool parsed = false, is_number = false;
    for (size_t i = 0; i < condition->count; i++) {
        const lr_span text = condition->values[i].text;
        if (text.length == value.length && memcmp(text.text, value.text, text.length) == 0) return true;
        if (!condition->values[i].is_number) continue;
        if (!parsed) is_number = lr_parse_double(value.text, value.length, &number);
        parsed = true;
        if (is_number && number == condition->values[i].number) return true;
    }
    return false;
}

/* Compares with the only value: negative, 0 or positive. False if they cannot be compared. */
static bool compare(const lr_condition *condition, lr_span value, int *order)
{
    double number = 0;
    if (condition->values[0].is_number) {
        const double limit = condition->values[0].number;
        if (!lr_parse_double(value.text, value.length, &number)) return false;
        *order = (number > limit) - (number < limit);
        return true;
    }
    const lr_span limit = condition->values[0].text;
    const size_t common = value.length < limit.length ? value.length : limit.length;
    *order = memcmp(value.text, limit.text, common);
    if (*order == 0) *order = (value.length > limit.length) - (value.length < limit.length);
    return value.length > 0;
}

bool lr_condition_holds(const lr_condition *condition, lr_span value)
{
    int order = 0;
    if (condition->operator== LR_IS_IN) return is_among(condition, value);
    if (condition->operator== LR_IS_NOT_IN) return !is_among(condition, value);
    if (!compare(condition, value, &order)) return false;
    switch (condition->operator) {
    case LR_IS_LESS: return order < 0;
    case LR_IS_AT_MOST: return order <= 0;
    case LR_IS_MORE: return order > 0;
    default: return order >= 0;
    }
}
