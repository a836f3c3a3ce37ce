/* SPDX-License-Identifier: Apache-2.0 */
#include "help.h"

#include <stdio.h>
#include <string.h>

#include "console.h"
#include "flags.h"
#include "strategies.h"

enum { HELP_COLUMN = 34, LAST_COLUMN = 100 };

/* Prints a text in lines from HELP_COLUMN to LAST_COLUMN; the cursor is at `column`. */
static void print_wrapped(int column, const char *text)
{
    if (column >= HELP_COLUMN) column = printf("\n") - 1;
    column += printf("%*s", HELP_COLUMN - column, "");
    for (bool first = true; *text != '\0'; first = false) {
        const int length = (int)strcspn(text, " ");
        const bool fits = column + 1 + length <= LAST_COLUMN;
        if (!first && fits) column += printf(" ");
        else if (!first) column = printf("\n%*s", HELP_COLUMN, "") - 1;
        column += printf("%.*s", length, text);
        text += length + (text[length] == ' ');
    }
    putchar('\n');
}

/* --- a section --------------------------------------------------------------------------------------------------- */

static const char *placeholder(const llmrec_option_info *info)
{
    static const char *const words[] = {"N", "X", "yes|no", "NAME", "TEXT", "FILE"};
    return words[info->type];
}

/* "what it does; 1 to 16384; default 64" */
static void describe(const char *structure, const llmrec_option_info *info, char *text, size_t size)
{
    char range[512] = "", standard[128] = "";
    size_t length = 0;
    const bool is_text = info->type == LLMREC_OPTION_TEXT || info->type == LLMREC_OPTION_SECRET;
    const bool ranged = !is_text && info->type != LLMREC_OPTION_FLAG;
    if (ranged) llmrec_option_range(structure, info->name, range, sizeof range, &length);
    if (info->type != LLMREC_OPTION_SECRET)
        llmrec_option_get(structure, NULL, info->name, standard, sizeof standard, &length);
    const bool has_default = standard[0] != '\0' && strcmp(standard, "nan") != 0;
    snprintf(text, size, "%s%s%s%s%s%s", info->help, ranged ? "; " : "", range,
             info->type == LLMREC_OPTION_SECRET ? "; the first line of this file" : "", has_default ? "; default " : "",
             has_default ? standard : "");
}

static void print_presets(const compare_section *section)
{
    char line[1024];
    const char *structure = section->structure;
    const int64_t count = llmrec_preset_count(structure);
    if (count <= 0) return;
    option_spell(section, "preset", false, line, sizeof line);
    print_wrapped(printf("  --%s NAME", line), "sets these options first; other flags change them:");
    for (int64_t i = 0; i < count; i++) {
        const char *setting = NULL;
        size_t used = (size_t)snprintf(line, sizeof line, "%s", llmrec_preset_help(structure, i));
        for (int64_t j = 0; used < sizeof line && (setting = llmrec_preset_setting(structure, i, j)) != NULL; j++)
            used += (size_t)snprintf(line + used, sizeof line - used, "%s%s", j == 0 ? ": " : " ", setting);
        print_wrapped(printf("    %s ", llmrec_preset_name(structure, i)), line);
    }
}

static void print_section(const compare_section *section)
{
    char name[128], text[1024];
    printf("%s: %s (%s)\n\n", section->name, section->help, section->structure);
    for (int64_t i = 0; i < llmrec_option_count(section->structure); i++) {
        llmrec_option_info info = {.size = sizeof info};
        if (llmrec_option_describe(section->structure, i, &info) != LLMREC_OK || !option_offered(&info)) continue;
        option_spell(section, info.name, info.type == LLMREC_OPTION_SECRET, name, sizeof name);
        describe(section->structure, &info, text, sizeof text);
        print_wrapped(printf("  --%s %s ", name, placeholder(&info)), text);
    }
    print_presets(section);
    putchar('\n');
}

/* --- compare's own ----------------------------------------------------------------------------------------------- */

static void print_own(void)
{
    printf("Usage: compare INTERACTIONS [ITEMS] [--text-model DIR | --embedding FILE] [FLAG...]\n\n"
           "Evaluates recommendation strategies on one data set under one protocol: each session's last item\n"
           "is to be found in a ranking of the whole catalog. Prints the protocol, a table, and a few sessions\n"
           "with titles in and titles out. Exit code: 0, 1 (failed), 2 (a wrong flag), 130 (canceled).\n");
    for (int64_t i = 0; i < compare_flag_count; i++) {
        const compare_flag *flag = &compare_flags[i];
        if (flag->value == NULL) printf("\n%s\n", flag->name);
        else print_wrapped(printf("  %s %s ", flag->name, flag->value), flag->help);
    }
}

static void print_strategies(void)
{
    char text[512];
    printf("\nRows\n"
           "  A row is a strategy, or STRATEGY:PRESET, with options of its own after colons:\n"
           "  similarity:harte2023, similarity:reduce=none:measure=dot, llm-bert4rec:dim=32:reducer-dim=16.\n"
           "  Flags hold for all rows without a preset. In a row with a preset, only the flags --epochs and\n"
           "  --patience and the row's own options change the preset. compare --help STRATEGY lists the topics\n"
           "  of a strategy. If two of them have an option of the same name, a row means that of the first one.\n"
           "  A blend names other rows after its own options, with + between: blend:similarity+popularity,\n"
           "  blend:scale=rank:similarity:harte2023+llm-sasrec:dim=128. Its weights are fitted on the validation\n"
           "  part, unless weights=\"0.5 1\" gives them. A table shows what each part is worth.\n\n");
    for (int64_t i = 0; strategy_at(i) != NULL; i++) {
        strategy_help(strategy_at(i), text, sizeof text);
        print_wrapped(printf("  %s ", strategy_at(i)->name), text);
    }
}

static void print_topics(void)
{
    printf("\nOptions of the library\n"
           "  Each option of these topics is a flag: --TOPIC-OPTION, or --OPTION if no other topic has the name.\n"
           "  A yes|no option without a value means yes. compare --help TOPIC lists the options of a topic,\n"
           "  compare --help STRATEGY those of a row, compare --help all everything.\n\n");
    for (int64_t i = 0; section_at(i) != NULL; i++)
        print_wrapped(printf("  %s ", section_at(i)->name), section_at(i)->help);
}

bool help_print(const char *topic)
{
    const bool own = topic[0] == '\0', all = strcmp(topic, "all") == 0;
    const compare_section *section = section_find(topic);
    const compare_strategy *strategy = section == NULL ? strategy_of_row(topic) : NULL;
    if (!own && !all && section == NULL && strategy == NULL)
        return console_refuse("--help: no topic \"", topic, "\"; compare --help lists the topics");
    if (own || all) {
        print_own();
        print_strategies();
        print_topics();
    }
    if (all) putchar('\n');
    for (int64_t i = 0; all && section_at(i) != NULL; i++) print_section(section_at(i));
    if (section != NULL) print_section(section);
    for (int64_t i = 0; strategy != NULL && i < strategy->section_count; i++) print_section(strategy->section[i]);
    if (strategy != NULL && strategy->section_count == 0) printf("%s has no options\n", strategy->name);
    return true;
}
