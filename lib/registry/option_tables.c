/* SPDX-License-Identifier: Apache-2.0 */
/* Implements llmrec/options.h. Lists every options struct of the library. */
#include <math.h>
#include <string.h>

#include "core/context.h"
#include "core/memory.h"
#include "data/dataset_options.h"
#include "embed/embed_options.h"
#include "eval/protocol.h"
#include "llm/llm_options.h"
#include "nn/encoder_options.h"
#include "prompt/tuning.h"
#include "rank/blend_options.h"
#include "registry/strategy_table.h"

/* The options of strategies follow these. They come from the list of strategies. */
static const lr_options *const tables[] = {
    &lr_context_options,      &lr_dataset_options,     &lr_split_options,
    &lr_embedding_options,    &lr_reducer_options,     &lr_text_encoder_options,
    &lr_encode_items_options, &lr_encoder_options,     &lr_init_items_options,
    &lr_train_options,        &lr_endpoint_options,    &lr_chat_request_options,
    &lr_embeddings_options,   &lr_fine_tuning_options, &lr_fine_tuning_data_options,
    &lr_recommend_options,    &lr_evaluation_options,  &lr_blend_fit_options,
};
enum { TABLES = sizeof tables / sizeof *tables };

/* --- lookup ------------------------------------------------------------------------------------------------------ */

static const lr_options *table_at(size_t index)
{
    if (index < TABLES) return tables[index];
    index -= TABLES;
    for (size_t i = 0; lr_strategy_at(i) != NULL; i++) {
        const lr_options *options = lr_strategy_at(i)->options;
        if (options != NULL && index-- == 0) return options;
    }
    return NULL;
}

static const lr_options *find(const char *structure)
{
    const lr_options *table = NULL;
    for (size_t i = 0; structure != NULL && (table = table_at(i)) != NULL; i++)
        if (strcmp(table->name, structure) == 0) return table;
    return NULL;
}

static llmrec_status find_table(const char *structure, const lr_options **table)
{
    *table = find(structure);
    if (*table != NULL) return LLMREC_OK;
    LR_NEED(structure);
    return lr_fail(LLMREC_ERR_ARGUMENT, "structure is %s; wanted one of llmrec_options_name",
                   lr_quote(structure, strlen(structure)).text);
}

static llmrec_status unknown_option(const lr_options *table, const char *name)
{
    lr_builder names = {0};
    for (size_t i = 0; i < table->count; i++)
        (void)lr_builder_format(&names, "%s%s", i == 0 ? "" : ", ", table->option[i].name);
    const llmrec_status status =
        lr_fail(LLMREC_ERR_ARGUMENT, "%s has no option %s; wanted %s", table->name, lr_quote(name, strlen(name)).text,
                names.text == NULL ? "another" : names.text);
    lr_free(NULL, names.text);
    return status;
}

static llmrec_status find_option(const char *structure, const char *name, const lr_options **table,
                                 const lr_option **option)
{
    LR_RETURN_IF(find_table(structure, table));
    LR_NEED(name);
    *option = lr_option_find(*table, name, strlen(name));
    return *option != NULL ? LLMREC_OK : unknown_option(*table, name);
}

/* --- structs -------------------------------------------------------------------------------------------------------
 * */

int64_t llmrec_options_count(void)
{
    int64_t count = 0;
    while (table_at((size_t)count) != NULL) count++;
    return count;
}

const char *llmrec_options_name(int64_t index)
{
    const lr_options *table = index < 0 ? NULL : table_at((size_t)index);
    return table == NULL ? NULL : table->name;
}

const char *llmrec_options_help(const char *structure)
{
    const lr_options *table = find(structure);
    return table == NULL ? NULL : table->help;
}

llmrec_status llmrec_options_fill(const char *structure, const char *preset, void *options, size_t size)
{
    const lr_options *table = NULL;
    LR_RETURN_IF(find_table(structure, &table));
    return preset == NULL ? lr_options_init(table, options, size) : lr_options_preset(table, options, size, preset);
}

llmrec_status llmrec_options_json(const char *structure, const void *options, char *text, size_t capacity,
                                  size_t *length)
{
    _Alignas(max_align_t) unsigned char full[LR_OPTIONS_LARGEST];
    const lr_options *table = NULL;
    lr_builder json = {0};
    LR_RETURN_IF(find_table(structure, &table));
    LR_RETURN_IF(lr_options_read(table, options, full));
    return lr_builder_finish(lr_options_describe(table, full, &json), &json, text, capacity, length);
}

/* --- one option ----------------------------------------------------------------------------------------------------
 * */

int64_t llmrec_option_count(const char *structure)
{
    const lr_options *table = find(structure);
    return table == NULL ? -1 : (int64_t)table->count;
}

static int64_t count_choices(const lr_option *option)
{
    int64_t count = 0;
    while (option->choices != NULL && option->choices[count].name != NULL) count++;
    return count;
}

static bool may_be_unset(const lr_option *option)
{
    switch (option->type) {
    case LLMREC_OPTION_NUMBER: return isnan(option->standard.number);
    case LLMREC_OPTION_TEXT:
    case LLMREC_OPTION_SECRET: return option->standard.text == NULL;
    default: return false;
    }
}

/* Returns ranges as numbers. The limits of int64_t mean no limit. */
static void describe_range(const lr_option *option, llmrec_option_info *info)
{
    info->low = -INFINITY;
    info->high = INFINITY;
    if (option->type == LLMREC_OPTION_INTEGER || option->type == LLMREC_OPTION_COUNT) {
        if (option->least != INT64_MIN) info->low = (double)option->least;
        if (option->most != INT64_MAX) info->high = (double)option->most;
    }
    if (option->type != LLMREC_OPTION_NUMBER) return;
    info->low = option->low;
    info->high = option->high;
    info->low_open = (option->open & LR_OPEN_LOW) != 0;
    info->high_open = (option->open & LR_OPEN_HIGH) != 0;
}

llmrec_status llmrec_option_describe(const char *structure, int64_t index, llmrec_option_info *info)
{
    const lr_options *table = NULL;
    LR_RETURN_IF(find_table(structure, &table));
    LR_RETURN_IF(lr_option_range("index", index, 0, (int64_t)table->count - 1));
    const lr_option *option = &table->option[index];
    llmrec_option_info found = {.size = sizeof found,
                                .name = option->name,
                                .type = option->type,
                                .unset = may_be_unset(option),
                                .choices = count_choices(option),
                                .count = option->count == NULL ? "" : option->count,
                                .help = option->help,
                                .since = option->since == NULL ? "0.1" : option->since};
    describe_range(option, &found);
    return lr_struct_give("llmrec_option_info", sizeof found, LR_FROZEN(llmrec_option_info, since), &found, info);
}

llmrec_status llmrec_option_choice(const char *structure, const char *name, int64_t index, const char **choice,
                                   int64_t *value)
{
    const lr_options *table = NULL;
    const lr_option *option = NULL;
    LR_RETURN_IF(find_option(structure, name, &table, &option));
    LR_NEED(choice);
    if (option->type != LLMREC_OPTION_CHOICE)
        return lr_fail(LLMREC_ERR_ARGUMENT, "name is \"%s\"; this option of %s has no choices", option->name,
                       table->name);
    LR_RETURN_IF(lr_option_range("index", index, 0, count_choices(option) - 1));
    *choice = option->choices[index].name;
    if (value != NULL) *value = option->choices[index].value;
    return LLMREC_OK;
}

llmrec_status llmrec_option_set(const char *structure, void *options, const char *name, const char *value)
{
    const lr_options *table = NULL;
    const lr_option *option = NULL;
    size_t size = 0;
    LR_RETURN_IF(find_option(structure, name, &table, &option));
    LR_NEED(value);
    LR_RETURN_IF(lr_struct_check(table->name, table->frozen, options));
    memcpy(&size, options, sizeof size);
    if (option->offset >= size)
        return lr_fail(LLMREC_ERR_ABI, "%s: the caller's struct has %zu bytes and no %s", table->name, size, name);
    return lr_option_set(option, options, value);
}

llmrec_status llmrec_option_get(const char *structure, const void *options, const char *name, char *text,
                                size_t capacity, size_t *length)
{
    _Alignas(max_align_t) unsigned char full[LR_OPTIONS_LARGEST];
    const lr_options *table = NULL;
    const lr_option *option = NULL;
    lr_builder value = {0};
    LR_RETURN_IF(find_option(structure, name, &table, &option));
    LR_RETURN_IF(lr_options_lay(table, options, full));
    return lr_builder_finish(lr_option_get(option, full, &value), &value, text, capacity, length);
}

llmrec_status llmrec_option_range(const char *structure, const char *name, char *text, size_t capacity, size_t *length)
{
    const lr_options *table = NULL;
    const lr_option *option = NULL;
    lr_builder range = {0};
    LR_RETURN_IF(find_option(structure, name, &table, &option));
    return lr_builder_finish(lr_option_range_text(option, &range), &range, text, capacity, length);
}

/* --- presets -------------------------------------------------------------------------------------------------------
 * */

int64_t llmrec_preset_count(const char *structure)
{
    const lr_options *table = find(structure);
    return table == NULL ? -1 : (int64_t)table->preset_count;
}

static const lr_preset *preset_at(const char *structure, int64_t index)
{
    static const lr_preset none = {NULL, NULL, NULL};
    const lr_options *table = find(structure);
    return table == NULL || index < 0 || index >= (int64_t)table->preset_count ? &none : &table->preset[index];
}

const char *llmrec_preset_name(const char *structure, int64_t index)
{
    return preset_at(structure, index)->name;
}

const char *llmrec_preset_help(const char *structure, int64_t index)
{
    return preset_at(structure, index)->help;
}

const char *llmrec_preset_setting(const char *structure, int64_t index, int64_t setting)
{
    const char *const *settings = preset_at(structure, index)->settings;
    if (setting < 0) return NULL;
    while (settings != NULL && *settings != NULL && setting-- > 0) settings++;
    return settings != NULL ? *settings : NULL;
}
