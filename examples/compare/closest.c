/* SPDX-License-Identifier: Apache-2.0 */
#include "closest.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { LONGEST = 63 };

static size_t least(size_t a, size_t b, size_t c)
{
    const size_t two = a < b ? a : b;
    return two < c ? two : c;
}

/* The distance of Levenshtein, row by row. */
static size_t count_changes(const char *from, const char *to)
{
    size_t row[LONGEST + 1];
    const size_t width = strlen(to);
    for (size_t i = 0; i <= width; i++) row[i] = i;
    for (size_t line = 1; from[line - 1] != '\0'; line++) {
        size_t diagonal = row[0];
        row[0] = line;
        for (size_t i = 1; i <= width; i++) {
            const size_t above = row[i];
            row[i] = least(above + 1, row[i - 1] + 1, diagonal + (from[line - 1] != to[i - 1]));
            diagonal = above;
        }
    }
    return row[width];
}

void closest_try(compare_closest *closest, const char *name)
{
    if (strlen(closest->word) > LONGEST || strlen(name) > LONGEST) return;
    const size_t changes = count_changes(closest->word, name);
    if (closest->changes > 0 && changes >= closest->changes) return;
    closest->changes = changes;
    snprintf(closest->name, sizeof closest->name, "%s", name);
}

void closest_write(const compare_closest *closest, const char *before, char *text, size_t size)
{
    const bool like = closest->changes > 0 && 3 * closest->changes <= strlen(closest->name);
    text[0] = '\0';
    if (like) snprintf(text, size, "; did you mean %s%s?", before, closest->name);
}
