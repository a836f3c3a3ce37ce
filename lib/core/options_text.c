/* SPDX-License-Identifier: Apache-2.0 */
/* Converts options to and from text and JSON. */
#include <math.h>
#include <string.h>

#include "core/memory.h"
#include "core/number.h"
#include "core/options.h"

static int64_t integer_of(const lr_option *option, const void *full)
{
    int64_t value;
    memcpy(&value, (const char *)full + option->offset, sizeof value);
    return value;
}

static double number_of(const lr_option *option, const void *full)
{
    double value;
    memcpy(&value, (const char *)full + option->offset, sizeof value);
    return value;
}

static const char *text_of(const lr_option *option, const void *full)
{
    const char *value;
    memcpy(&value, (const char *)full + option->offset, sizeof value);
    return value;
}

static bool has_text(const lr_option *option)
{
    return option->type < LLMREC_OPTION_SECRET;
}

static bool is_text(const lr_option *option)
{
    return option->type == LLMREC_OPTION_TEXT || option->type == LLMREC_OPTION_SECRET;
}

static llmrec_status no_text(const lr_option *option)
{
    return lr_fail(LLMREC_ERR_UNSUPPORTED, "%s is %s; wanted an option with a text form", option->name,
                   option->type == LLMREC_OPTION_SECRET ? "a secret" : "an array, a count or a pointer");
}

const char *lr_choice_name(const lr_choice *choices, int64_t value)
{
    for (; choices->name != NULL; choices++)
        if (choices->value == value) return choices->name;
    return NULL;
}

/* --- ranges ------------------------------------------------------------------------------------------------------- */

static llmrec_status add_choices(const lr_choice *choices, lr_builder *text)
{
    for (const lr_choice *c = choices; c->name != NULL; c++)
        LR_RETURN_IF(lr_builder_format(text, "%s%s", c == choices ? "" : ", ", c->name));
    return LLMREC_OK;
}

static llmrec_status add_integers(const lr_option *option, lr_builder *text)
{
    if (option->most == INT64_MAX && option->least == INT64_MIN) return lr_builder_format(text, "an integer");
    if (option->most == INT64_MAX) return lr_builder_format(text, "%lld or more", (long long)option->least);
    return lr_builder_format(text, "%lld to %lld", (long long)option->least, (long long)option->most);
}

/* "[0, 1)"; with one far end "0 or more" or "more than 0". */
static llmrec_status add_numbers(const lr_option *option, lr_builder *text)
{
    static const double FAR = 1e30;
    const bool low_open = option->open & LR_OPEN_LOW, high_open = option->open & LR_OPEN_HIGH;
    if (option->high >= FAR && option->low <= -FAR) return lr_builder_format(text, "a number");
    if (option->high >= FAR) return lr_builder_format(text, low_open ? "more than %g" : "%g or more", option->low);
    return lr_builder_format(text, "%c%g, %g%c", low_open ? '(' : '[', option->low, option->high,
                             high_open ? ')' : ']');
}

llmrec_status lr_option_range_text(const lr_option *option, lr_builder *text)
{
    switch (option->type) {
    case LLMREC_OPTION_INTEGER:
    case LLMREC_OPTION_COUNT: return add_integers(option, text);
    case LLMREC_OPTION_NUMBER: return add_numbers(option, text);
    case LLMREC_OPTION_FLAG: return lr_builder_format(text, "yes or no");
    case LLMREC_OPTION_CHOICE: return add_choices(option->choices, text);
    case LLMREC_OPTION_TEXT:
    case LLMREC_OPTION_SECRET: return lr_builder_format(text, "a text");
    default: return lr_builder_format(text, "an array or pointer");
    }
}

/* --- text --------------------------------------------------------------------------------------------------------- */

/* Preset names and flag values may use - for _. */
static bool same_name(const char *a, const char *b)
{
    for (; *a != '\0' && *b != '\0'; a++, b++)
        if (*a != *b && !(*a == '-' && *b == '_')) return false;
    return *a == *b;
}

static bool read_flag(const char *value, int64_t *flag)
{
    static const lr_choice words[] = {{"no", 0},  {"yes", 1}, {"false", 0}, {"true", 1},
                                      {"off", 0}, {"on", 1},  {"0", 0},     {"1", 1}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcmp(value, words[i].name) != 0) continue;
        *flag = words[i].value;
        return true;
    }
    return false;
}

static bool read_choice(const lr_option *option, const char *value, int64_t *found)
{
    for (const lr_choice *c = option->choices; c->name != NULL; c++) {
        if (!same_name(value, c->name)) continue;
        *found = c->value;
        return true;
    }
    return false;
}

static bool read_number(const lr_option *option, const char *value, double *number)
{
    *number = NAN;
    return strcmp(value, "nan") == 0 ? isnan(option->standard.number) : lr_parse_double(value, strlen(value), number);
}

typedef union any_value {
    int64_t integer;
    double number;
    const char *text;
} any_value;

static void store(const lr_option *option, const any_value *value, void *full)
{
    memcpy((char *)full + option->offset, value, is_text(option) ? sizeof value->text : sizeof value->integer);
}

llmrec_status lr_option_set(const lr_option *option, void *full, const char *value)
{
    any_value parsed = {0};
    bool valid = true;
    switch (option->type) {
    case LLMREC_OPTION_INTEGER: valid = lr_parse_int64(value, strlen(value), &parsed.integer); break;
    case LLMREC_OPTION_FLAG: valid = read_flag(value, &parsed.integer); break;
    case LLMREC_OPTION_CHOICE: valid = read_choice(option, value, &parsed.integer); break;
    case LLMREC_OPTION_NUMBER: valid = read_number(option, value, &parsed.number); break;
    case LLMREC_OPTION_TEXT:
    case LLMREC_OPTION_SECRET: parsed.text = value; break;
    default: return no_text(option);
    }
    if (!valid || !lr_option_allows(option, &parsed))
        return lr_option_refuse(option, lr_quote(value, strlen(value)).text);
    store(option, &parsed, full);
    return LLMREC_OK;
}

llmrec_status lr_option_get(const lr_option *option, const void *full, lr_builder *text)
{
    const int64_t integer = integer_of(option, full);
    const char *found = NULL;
    switch (option->type) {
    case LLMREC_OPTION_INTEGER: return lr_builder_format(text, "%lld", (long long)integer);
    case LLMREC_OPTION_FLAG: return lr_builder_format(text, "%s", integer ? "yes" : "no");
    case LLMREC_OPTION_CHOICE: found = lr_choice_name(option->choices, integer); break;
    case LLMREC_OPTION_NUMBER:
        if (isnan(number_of(option, full))) return lr_builder_add(text, "nan", 3);
        return lr_builder_number(text, number_of(option, full));
    case LLMREC_OPTION_TEXT: found = text_of(option, full); break;
    default: return no_text(option);
    }
    return lr_builder_add(text, found == NULL ? "" : found, found == NULL ? 0 : strlen(found));
}

/* --- JSON --------------------------------------------------------------------------------------------------------- */

static llmrec_status describe_one(const lr_option *option, const void *full, lr_builder *json)
{
    const int64_t integer = integer_of(option, full);
    const char *found = NULL;
    switch (option->type) {
    case LLMREC_OPTION_INTEGER: return lr_builder_format(json, "%lld", (long long)integer);
    case LLMREC_OPTION_FLAG: return lr_builder_format(json, "%s", integer ? "true" : "false");
    case LLMREC_OPTION_NUMBER: return lr_builder_number(json, number_of(option, full));
    case LLMREC_OPTION_CHOICE: found = lr_choice_name(option->choices, integer); break;
    default: found = text_of(option, full); break;
    }
    return found == NULL ? lr_builder_add(json, "null", 4) : lr_builder_json(json, found, strlen(found));
}

llmrec_status lr_options_describe(const lr_options *table, const void *full, lr_builder *json)
{
    const char *before = "{";
    for (size_t i = 0; i < table->count; i++) {
        const lr_option *option = &table->option[i];
        if (!has_text(option)) continue;
        LR_RETURN_IF(lr_builder_format(json, "%s\"%s\":", before, option->name));
        LR_RETURN_IF(describe_one(option, full, json));
        before = ",";
    }
    return lr_builder_format(json, "%s}", *before == '{' ? "{" : "");
}

/* Sets an option from a JSON value. Only choices are checked. */
static llmrec_status parse_one(const lr_option *option, const json_t *value, void *full)
{
    const char *text = json_string_value(value); /* NULL if it is not a string */
    any_value parsed = {0};
    bool valid = false;
    switch (option->type) {
    case LLMREC_OPTION_INTEGER:
        valid = json_is_integer(value);
        parsed.integer = json_integer_value(value);
        break;
    case LLMREC_OPTION_FLAG:
        valid = json_is_boolean(value);
        parsed.integer = json_is_true(value);
        break;
    case LLMREC_OPTION_CHOICE: valid = text != NULL && read_choice(option, text, &parsed.integer); break;
    case LLMREC_OPTION_NUMBER:
        valid = json_is_number(value) || json_is_null(value);
        parsed.number = json_is_null(value) ? NAN : json_number_value(value);
        break;
    case LLMREC_OPTION_TEXT:
        valid = text != NULL || json_is_null(value);
        parsed.text = text;
        break;
    default: break;
    }
    if (!valid && option->type == LLMREC_OPTION_FLAG)
        return lr_fail(LLMREC_ERR_ARGUMENT, "%s is %s; wanted true or false", option->name, lr_json_show(value).text);
    if (!valid) return lr_option_refuse(option, lr_json_show(value).text);
    store(option, &parsed, full);
    return LLMREC_OK;
}

static llmrec_status parse_all(const lr_options *table, const json_t *object, void *full)
{
    const char *name;
    json_t *value;
    if (!json_is_object(object))
        return lr_fail(LLMREC_ERR_FORMAT, "options is %s; wanted an object",
                       object == NULL ? "missing" : lr_json_show(object).text);
    json_object_foreach((json_t *)(uintptr_t)object, name, value)
    {
        const lr_option *option = lr_option_find(table, name, strlen(name));
        if (option == NULL || !has_text(option))
            return lr_fail(LLMREC_ERR_FORMAT, "options: %s has no option %s", table->name,
                           lr_quote(name, strlen(name)).text);
        LR_RETURN_IF(parse_one(option, value, full));
    }
    return lr_options_check(table, full);
}

llmrec_status lr_options_parse(const lr_options *table, lr_json object, void *full)
{
    if (parse_all(table, object.value, full) == LLMREC_OK) return LLMREC_OK;
    return lr_fail(LLMREC_ERR_FORMAT, "%s: %s%s", object.path, lr_json_inside(object), llmrec_last_error());
}
