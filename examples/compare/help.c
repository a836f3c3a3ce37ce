/* SPDX-License-Identifier: Apache-2.0 */
/* Every flag with what it means. */
#include <stdio.h>
#include <string.h>

#include "flags.h"

enum { HELP_COLUMN = 34, LAST_COLUMN = 100 };

/* Name and value of a flag, long lists of choices over several lines. Gives the column it ends in. */
static int help_name(const flag_entry *flag, const char *value)
{
    int column = printf("  %s ", flag->name);
    const int first = column;
    for (const char *at = value; *at != '\0'; at++, column++) {
        putchar(*at);
        if (*at != '|' || column < LAST_COLUMN - 20) continue;
        printf("\n%*s", first, "");
        column = first - 1;
    }
    return column;
}

static void help_flag(const flag_entry *flag)
{
    char choices[200];
    if (flag->kind == HEADING) {
        printf("\n%s\n", flag->name);
        return;
    }
    if (flag->kind == CHOICE) flag_list_choices(flag, choices, sizeof choices);
    const int column = help_name(flag, flag->kind == CHOICE ? choices : flag->value);
    if (column < HELP_COLUMN) printf("%*s", HELP_COLUMN - column, "");
    else printf("\n%*s", HELP_COLUMN, "");
    for (const char *at = flag->help; *at != '\0'; at++) {
        putchar(*at);
        if (*at == '\n') printf("%*s", HELP_COLUMN, "");
    }
    putchar('\n');
}

void settings_help(void)
{
    printf("Usage: compare --interactions FILE [--items FILE] (--text-model DIR | --embedding FILE) [FLAG...]\n"
           "\n"
           "Evaluates recommendation strategies on one data set, all under one protocol: each session's last item is\n"
           "to be found in a ranking of the whole catalog. Prints the protocol, a table, and for a few sessions\n"
           "titles in and titles out. Exit code: 0, 1 (failed), 2 (a wrong flag), 130 (canceled).\n");
    for (size_t i = 0; i < flag_count; i++) help_flag(&flags[i]);
}
