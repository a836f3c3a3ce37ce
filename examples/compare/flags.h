/* SPDX-License-Identifier: Apache-2.0 */
/* The table of flags: what there are, what they take, and what they mean. */
#ifndef COMPARE_FLAGS_H
#define COMPARE_FLAGS_H

#include <stddef.h>

#include "settings.h"

typedef struct choice {
    const char *name; /* NULL ends the list */
    int64_t value;
} choice;

typedef enum kind { HEADING, TEXT, SWITCH, WHOLE, NUMBER, CHOICE, NAMES, LENGTHS } kind;

typedef struct flag_entry {
    kind kind;
    const char *name, *value, *help; /* as help shows them; a heading has its name alone */
    size_t offset;                   /* of the field in settings */
    double low, high;                /* WHOLE and NUMBER */
    const choice *choices;
} flag_entry;

extern const flag_entry flags[];
extern const size_t flag_count;

/* The flag of that name, or NULL. */
const flag_entry *flag_find(const char *name, size_t length);

/* The choices of a flag with bars between them. */
void flag_list_choices(const flag_entry *flag, char *text, size_t size);

#endif
