/* SPDX-License-Identifier: Apache-2.0 */
#include "option_list.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

enum { LARGEST = 4096 }; /* bytes of any options struct */

/* --- sections ---------------------------------------------------------------------------------------------------- */

static compare_section sections[MAX_SECTIONS];
static int64_t section_count;

static void write_dashes(char *text)
{
    for (; *text != '\0'; text++)
        if (*text == '_') *text = '-';
}

/* `name` and `help` NULL: those of the struct. */
static void add_section(const char *name, const char *structure, const char *help)
{
    static const char before[] = "llmrec_", after[] = "_options";
    const char *begin = structure + sizeof before - 1;
    const int length = (int)(strlen(begin) - (sizeof after - 1));
    for (int64_t i = 0; name == NULL && i < section_count; i++)
        if (strcmp(sections[i].structure, structure) == 0) return;
    if (section_count == MAX_SECTIONS) return;
    compare_section *section = &sections[section_count++];
    section->structure = structure;
    section->help = help == NULL ? llmrec_options_help(structure) : help;
    if (name != NULL) snprintf(section->name, sizeof section->name, "%s", name);
    else snprintf(section->name, sizeof section->name, "%.*s", length, begin);
    write_dashes(section->name);
}

static void list_sections(void)
{
    add_section(NULL, "llmrec_context_options", NULL);
    add_section(NULL, "llmrec_dataset_options", NULL);
    add_section(NULL, "llmrec_embedding_options", NULL);
    add_section(NULL, "llmrec_encode_items_options", NULL);
    add_section(NULL, "llmrec_text_encoder_options", NULL);
    add_section("text", "llmrec_endpoint_options", "the model of the texts: a directory, or a server (--text-url)");
    add_section(NULL, "llmrec_embeddings_options", NULL);
    for (int64_t i = 0; i < llmrec_strategy_count(); i++) {
        const char *structure = llmrec_strategy_options(llmrec_strategy_name(i));
        if (structure != NULL) add_section(NULL, structure, NULL);
    }
    add_section(NULL, "llmrec_blend_fit_options", NULL);
    add_section("llm", "llmrec_endpoint_options", "the server of the language model that prompts ask");
    add_section(NULL, "llmrec_encoder_options", NULL);
    add_section(NULL, "llmrec_train_options", NULL);
    add_section(NULL, "llmrec_init_items_options", NULL);
    add_section(NULL, "llmrec_reducer_options", NULL);
    add_section(NULL, "llmrec_split_options", NULL);
    add_section(NULL, "llmrec_evaluation_options", NULL);
}

const compare_section *section_at(int64_t index)
{
    if (section_count == 0) list_sections();
    return index < section_count ? &sections[index] : NULL;
}

/* --- names ------------------------------------------------------------------------------------------------------- */

static char dashed(char letter)
{
    return letter == '_' ? '-' : letter;
}

/* Whether the first `length` bytes of a word are a name; dashes and underscores are the same. */
static bool same_name(const char *word, size_t length, const char *name)
{
    for (size_t i = 0; i < length; i++)
        if (name[i] == '\0' || dashed(word[i]) != dashed(name[i])) return false;
    return name[length] == '\0';
}

const compare_section *section_find(const char *name)
{
    for (int64_t i = 0; section_at(i) != NULL; i++)
        if (same_name(name, strlen(name), section_at(i)->name)) return section_at(i);
    return NULL;
}

const compare_section *section_of_strategy(const char *strategy)
{
    const char *structure = llmrec_strategy_options(strategy);
    for (int64_t i = 0; structure != NULL && section_at(i) != NULL; i++)
        if (strcmp(section_at(i)->structure, structure) == 0) return section_at(i);
    return NULL;
}

bool option_offered(const llmrec_option_info *info)
{
    static const char *const own[] = {"seed", "sample_seed", "checkpoint", "form"};
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        if (strcmp(info->name, own[i]) == 0) return false;
    return info->type <= LLMREC_OPTION_SECRET;
}

bool option_find(const compare_section *section, const char *name, llmrec_option_info *info)
{
    for (int64_t i = 0; i < llmrec_option_count(section->structure); i++) {
        *info = (llmrec_option_info){.size = sizeof *info};
        if (llmrec_option_describe(section->structure, i, info) == LLMREC_OK && strcmp(info->name, name) == 0)
            return true;
    }
    return false;
}

/* Whether a word without its section is this option; of a secret it names a file. */
static bool names_option(const char *word, size_t length, const llmrec_option_info *info)
{
    static const char ending[] = "-file";
    const size_t end = sizeof ending - 1;
    if (info->type != LLMREC_OPTION_SECRET) return same_name(word, length, info->name);
    return length > end && same_name(word + length - end, end, "_file") && same_name(word, length - end, info->name);
}

/* Whether a word begins with a section's name; `length` gets the bytes of name and dash. */
static bool has_prefix(const char *word, size_t length, const compare_section *section, size_t *used)
{
    *used = strlen(section->name) + 1;
    return length > *used && (word[*used - 1] == '-' || word[*used - 1] == '_') &&
           same_name(word, *used - 1, section->name);
}

static void find_in(const compare_section *section, const char *word, size_t length, compare_option *found,
                    int64_t most, int64_t *count)
{
    size_t used = 0;
    const bool prefixed = has_prefix(word, length, section, &used);
    const bool preset = prefixed && same_name(word + used, length - used, "preset");
    if (preset && llmrec_preset_count(section->structure) > 0 && (*count)++ < most)
        found[*count - 1] = (compare_option){.section = section, .name = "preset"};
    for (int64_t i = 0; i < llmrec_option_count(section->structure); i++) {
        llmrec_option_info info = {.size = sizeof info};
        if (llmrec_option_describe(section->structure, i, &info) != LLMREC_OK || !option_offered(&info)) continue;
        if (!names_option(word, length, &info) && !(prefixed && names_option(word + used, length - used, &info)))
            continue;
        if ((*count)++ < most)
            found[*count - 1] =
                (compare_option){.section = section, .name = info.name, .in_file = info.type == LLMREC_OPTION_SECRET};
    }
}

int64_t options_named(const char *word, size_t length, compare_option *found, int64_t most)
{
    int64_t count = 0;
    for (int64_t i = 0; section_at(i) != NULL; i++) find_in(section_at(i), word, length, found, most, &count);
    return count;
}

void option_spell(const compare_section *section, const char *name, bool in_file, char *text, size_t size)
{
    compare_option found;
    const char *ending = in_file ? "_file" : "";
    snprintf(text, size, "%s%s", name, ending);
    if (strcmp(name, "preset") == 0 || options_named(text, strlen(text), &found, 1) != 1)
        snprintf(text, size, "%s_%s%s", section->name, name, ending);
    write_dashes(text);
}

void options_closest(const compare_section *section, compare_closest *closest)
{
    char name[128];
    for (int64_t i = 0; i < llmrec_option_count(section->structure); i++) {
        llmrec_option_info info = {.size = sizeof info};
        if (llmrec_option_describe(section->structure, i, &info) != LLMREC_OK || !option_offered(&info)) continue;
        option_spell(section, info.name, info.type == LLMREC_OPTION_SECRET, name, sizeof name);
        closest_try(closest, name);
    }
}

/* --- values ------------------------------------------------------------------------------------------------------ */

static bool is_preset(const compare_option *option)
{
    return strcmp(option->name, "preset") == 0;
}

static bool is_repeated(const compare_options *list, const compare_option *option)
{
    for (int64_t i = list->inherited; i < list->count; i++)
        if (list->option[i].section == option->section && strcmp(list->option[i].name, option->name) == 0) return true;
    return false;
}

bool options_add(compare_options *list, const compare_option *option, char message[MESSAGE])
{
    _Alignas(max_align_t) unsigned char scratch[LARGEST];
    const char *structure = option->section->structure;
    if (is_repeated(list, option)) {
        snprintf(message, MESSAGE, "%s is given twice; wanted one value", option->name);
        return false;
    }
    if (list->count == MAX_OPTIONS) {
        snprintf(message, MESSAGE, "more than %d options", MAX_OPTIONS);
        return false;
    }
    llmrec_status status = LLMREC_OK;
    if (!option->in_file)
        status = llmrec_options_fill(structure, is_preset(option) ? option->value : NULL, scratch, sizeof scratch);
    if (status == LLMREC_OK && !option->in_file && !is_preset(option))
        status = llmrec_option_set(structure, scratch, option->name, option->value);
    if (status == LLMREC_OK) list->option[list->count++] = *option;
    else snprintf(message, MESSAGE, "%s", llmrec_last_error());
    return status == LLMREC_OK;
}

const char *options_given(const compare_options *list, const char *section, const char *name)
{
    for (int64_t i = list->count - 1; i >= 0; i--)
        if (strcmp(list->option[i].section->name, section) == 0 && strcmp(list->option[i].name, name) == 0)
            return list->option[i].value;
    return NULL;
}

llmrec_status options_lay(const compare_options *list, const char *section, void *options)
{
    llmrec_status status = LLMREC_OK;
    for (int64_t i = 0; status == LLMREC_OK && i < list->count; i++) {
        const compare_option *o = &list->option[i];
        if (strcmp(o->section->name, section) != 0 || o->in_file || is_preset(o)) continue;
        status = llmrec_option_set(o->section->structure, options, o->name, o->value);
    }
    return status;
}

llmrec_status options_fill(const compare_options *list, const char *section, void *options, size_t size)
{
    const llmrec_status status =
        llmrec_options_fill(section_find(section)->structure, options_given(list, section, "preset"), options, size);
    return status == LLMREC_OK ? options_lay(list, section, options) : status;
}
