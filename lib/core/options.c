/* SPDX-License-Identifier: Apache-2.0 */
/* Defaults, presets, layouts and checks of every options struct, driven by its table. */
#include "core/options.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/memory.h"
#include "core/number.h"

/* --- sizes -------------------------------------------------------------------------------------------------------- */

/* No field is smaller than a size_t, so every layout's size is a multiple of it. */
static llmrec_status check_size(const char *what, size_t size, size_t frozen)
{
    if (size >= frozen && size <= LR_OPTIONS_LARGEST && size % sizeof size == 0) return LLMREC_OK;
    return lr_fail(LLMREC_ERR_ABI, "%s: size is %zu; wanted %zu or more (its sizeof)", what, size, frozen);
}

/* Copies a caller's bytes over `full`. Bytes that this library does not know must be zero. */
static llmrec_status overlay(const char *what, size_t known, size_t frozen, const void *given, void *full)
{
    size_t size = 0;
    memcpy(&size, given, sizeof size);
    LR_RETURN_IF(check_size(what, size, frozen));
    for (size_t i = known; i < size; i++)
        if (((const unsigned char *)given)[i] != 0)
            return lr_fail(LLMREC_ERR_ABI, "%s: byte %zu is set; wanted 0, since this libllmrec knows %zu bytes", what,
                           i, known);
    memcpy(full, given, size < known ? size : known);
    memcpy(full, &known, sizeof known);
    return LLMREC_OK;
}

llmrec_status lr_struct_read(const char *what, size_t known, size_t frozen, const void *given, void *full)
{
    if (given == NULL) return lr_fail(LLMREC_ERR_ARGUMENT, "%s is NULL", what);
    return overlay(what, known, frozen, given, full);
}

static void copy_out(size_t size, size_t known, const void *full, void *given)
{
    memset(given, 0, size);
    memcpy(given, full, size < known ? size : known);
    memcpy(given, &size, sizeof size);
}

llmrec_status lr_struct_check(const char *what, size_t frozen, const void *given)
{
    size_t size = 0;
    if (given == NULL) return lr_fail(LLMREC_ERR_ARGUMENT, "%s is NULL", what);
    memcpy(&size, given, sizeof size);
    return check_size(what, size, frozen);
}

llmrec_status lr_struct_give(const char *what, size_t known, size_t frozen, const void *full, void *given)
{
    size_t size = 0;
    LR_RETURN_IF(lr_struct_check(what, frozen, given));
    memcpy(&size, given, sizeof size);
    copy_out(size, known, full, given);
    return LLMREC_OK;
}

/* --- defaults and presets ----------------------------------------------------------------------------------------- */

static void set_default(const lr_option *option, void *full)
{
    char *field = (char *)full + option->offset;
    switch (option->type) {
    case LLMREC_OPTION_NUMBER: memcpy(field, &option->standard.number, sizeof(double)); break;
    case LLMREC_OPTION_TEXT:
    case LLMREC_OPTION_SECRET: memcpy(field, &option->standard.text, sizeof option->standard.text); break;
    case LLMREC_OPTION_TEXTS:
    case LLMREC_OPTION_INDICES:
    case LLMREC_OPTION_INTEGERS: memcpy(field, &option->standard.pointer, sizeof(void *)); break;
    case LLMREC_OPTION_POINTER: break; /* NULL */
    default: memcpy(field, &option->standard.integer, sizeof(int64_t)); break;
    }
}

static void set_defaults(const lr_options *table, void *full)
{
    memset(full, 0, table->size);
    memcpy(full, &table->size, sizeof table->size);
    for (size_t i = 0; i < table->count; i++) set_default(&table->option[i], full);
}

static llmrec_status unknown_preset(const lr_options *table, const char *name)
{
    lr_builder names = {0};
    if (table->preset_count == 0)
        return lr_fail(LLMREC_ERR_ARGUMENT, "preset is %s; %s has no presets", lr_quote(name, strlen(name)).text,
                       table->name);
    for (size_t i = 0; i < table->preset_count; i++)
        (void)lr_builder_format(&names, "%s%s", i == 0 ? "" : ", ", table->preset[i].name);
    const llmrec_status status = lr_fail(LLMREC_ERR_ARGUMENT, "preset is %s; wanted %s",
                                         lr_quote(name, strlen(name)).text, names.text == NULL ? "" : names.text);
    lr_free(NULL, names.text);
    return status;
}

static llmrec_status apply(const lr_options *table, const lr_preset *preset, void *full)
{
    const char *const *setting = preset->settings;
    for (; setting != NULL && *setting != NULL; setting++) {
        const char *value = strchr(*setting, '=');
        const lr_option *option = value != NULL ? lr_option_find(table, *setting, (size_t)(value - *setting)) : NULL;
        if (option == NULL)
            return lr_fail(LLMREC_ERR_INTERNAL, "%s: preset setting is %s; wanted name=value", table->name,
                           lr_quote(*setting, strlen(*setting)).text);
        LR_RETURN_IF(lr_option_set(option, full, value + 1));
    }
    return LLMREC_OK;
}

llmrec_status lr_options_preset(const lr_options *table, void *options, size_t size, const char *name)
{
    _Alignas(max_align_t) unsigned char full[LR_OPTIONS_LARGEST];
    if (options == NULL) return lr_fail(LLMREC_ERR_ARGUMENT, "%s: options is NULL", table->name);
    if (name == NULL) return lr_fail(LLMREC_ERR_ARGUMENT, "preset is NULL");
    LR_RETURN_IF(check_size(table->name, size, table->frozen));
    set_defaults(table, full);
    for (size_t i = 0; i < table->preset_count; i++) {
        if (strcmp(name, table->preset[i].name) != 0) continue;
        LR_RETURN_IF(apply(table, &table->preset[i], full));
        copy_out(size, table->size, full, options);
        return LLMREC_OK;
    }
    return unknown_preset(table, name);
}

llmrec_status lr_options_init(const lr_options *table, void *options, size_t size)
{
    _Alignas(max_align_t) unsigned char full[LR_OPTIONS_LARGEST];
    if (options == NULL) return lr_fail(LLMREC_ERR_ARGUMENT, "%s: options is NULL", table->name);
    LR_RETURN_IF(check_size(table->name, size, table->frozen));
    set_defaults(table, full);
    copy_out(size, table->size, full, options);
    return LLMREC_OK;
}

void lr_options_forget_texts(const lr_options *table, void *full)
{
    for (size_t i = 0; i < table->count; i++)
        if (table->option[i].type == LLMREC_OPTION_TEXT) set_default(&table->option[i], full);
}

/* --- reading ------------------------------------------------------------------------------------------------------ */

static bool within(const lr_option *option, double value)
{
    const bool above = option->open & LR_OPEN_LOW ? value > option->low : value >= option->low;
    return above && (option->open & LR_OPEN_HIGH ? value < option->high : value <= option->high); /* false for NaN */
}

bool lr_option_allows(const lr_option *option, const void *value)
{
    int64_t integer = 0;
    double number = 0;
    const char *text = NULL;
    memcpy(&integer, value, sizeof integer);
    memcpy(&number, value, sizeof number);
    memcpy(&text, value, sizeof text);
    switch (option->type) {
    case LLMREC_OPTION_INTEGER:
    case LLMREC_OPTION_COUNT: return integer >= option->least && integer <= option->most;
    case LLMREC_OPTION_NUMBER: return within(option, number) || (isnan(number) && isnan(option->standard.number));
    case LLMREC_OPTION_FLAG: return integer == 0 || integer == 1;
    case LLMREC_OPTION_CHOICE: return lr_choice_name(option->choices, integer) != NULL;
    case LLMREC_OPTION_TEXT: return text != NULL || option->standard.text == NULL;
    default: return true;
    }
}

llmrec_status lr_option_refuse(const lr_option *option, const char *met)
{
    lr_builder wanted = {0};
    (void)lr_option_range_text(option, &wanted); /* if memory is short, the message is shorter */
    const llmrec_status status =
        lr_fail(LLMREC_ERR_ARGUMENT, "%s is %s; wanted %s%s", option->name, met,
                option->type == LLMREC_OPTION_CHOICE ? "one of " : "", wanted.text == NULL ? "others" : wanted.text);
    lr_free(NULL, wanted.text);
    return status;
}

/* Refuses a number without a choice: "decay is 9; wanted 0 to 8: none, linear, ...". */
static llmrec_status refuse_choice(const lr_option *option, int64_t value)
{
    int64_t least = option->choices->value, most = least;
    lr_builder names = {0};
    for (const lr_choice *c = option->choices; c->name != NULL; c++) {
        if (c->value < least) least = c->value;
        if (c->value > most) most = c->value;
    }
    (void)lr_option_range_text(option, &names);
    const llmrec_status status =
        lr_fail(LLMREC_ERR_ARGUMENT, "%s is %lld; wanted %lld to %lld: %s", option->name, (long long)value,
                (long long)least, (long long)most, names.text == NULL ? "" : names.text);
    lr_free(NULL, names.text);
    return status;
}

/* Refuses the value of an option's field. */
static llmrec_status refuse_value(const lr_option *option, const void *value)
{
    char met[64];
    int64_t integer = 0;
    double number = 0;
    memcpy(&integer, value, sizeof integer);
    memcpy(&number, value, sizeof number);
    if (option->type == LLMREC_OPTION_CHOICE) return refuse_choice(option, integer);
    if (option->type == LLMREC_OPTION_FLAG)
        return lr_fail(LLMREC_ERR_ARGUMENT, "%s is %lld; wanted 0 or 1", option->name, (long long)integer);
    void *locale = lr_locale_enter();
    if (option->type == LLMREC_OPTION_TEXT) snprintf(met, sizeof met, "NULL");
    else if (option->type == LLMREC_OPTION_NUMBER) snprintf(met, sizeof met, "%g", number);
    else snprintf(met, sizeof met, "%lld", (long long)integer);
    lr_locale_restore(locale);
    return lr_option_refuse(option, met);
}

static llmrec_status check_value(const lr_option *option, const void *value)
{
    return lr_option_allows(option, value) ? LLMREC_OK : refuse_value(option, value);
}

llmrec_status lr_options_check(const lr_options *table, const void *full)
{
    for (size_t i = 0; i < table->count; i++)
        LR_RETURN_IF(check_value(&table->option[i], (const char *)full + table->option[i].offset));
    return table->check == NULL ? LLMREC_OK : table->check(full);
}

llmrec_status lr_options_lay(const lr_options *table, const void *given, void *full)
{
    set_defaults(table, full);
    return given == NULL ? LLMREC_OK : overlay(table->name, table->size, table->frozen, given, full);
}

llmrec_status lr_options_read(const lr_options *table, const void *given, void *full)
{
    LR_RETURN_IF(lr_options_lay(table, given, full));
    return given == NULL ? LLMREC_OK : lr_options_check(table, full);
}

llmrec_status lr_options_give(const lr_options *table, const void *full, void *given)
{
    return lr_struct_give(table->name, table->size, table->frozen, full, given);
}

/* --- single values ------------------------------------------------------------------------------------------------ */

const lr_option *lr_option_find(const lr_options *table, const char *name, size_t length)
{
    for (size_t i = 0; i < table->count; i++)
        if (strlen(table->option[i].name) == length && memcmp(table->option[i].name, name, length) == 0)
            return &table->option[i];
    return NULL;
}

llmrec_status lr_option_range(const char *name, int64_t value, int64_t low, int64_t high)
{
    const lr_option option = {.name = name, .type = LLMREC_OPTION_INTEGER, .least = low, .most = high};
    return check_value(&option, &value);
}

llmrec_status lr_count(const char *name, int64_t count)
{
    const int64_t most = INT64_C(1) << 48;
    if (count < 0) return lr_fail(LLMREC_ERR_ARGUMENT, "%s is %lld; wanted 0 or more", name, (long long)count);
    return lr_option_range(name, count, 0, most);
}

llmrec_status lr_option_number(const char *name, double value, double low, double high)
{
    const lr_option option = {.name = name, .type = LLMREC_OPTION_NUMBER, .low = low, .high = high};
    return check_value(&option, &value);
}
