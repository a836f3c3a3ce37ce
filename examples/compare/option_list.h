/* SPDX-License-Identifier: Apache-2.0 */
/* Options of the library by name. Types, ranges, choices and help come from the library; here are only the rule of the
 * names and lists of "name=value". */
#ifndef COMPARE_OPTION_LIST_H
#define COMPARE_OPTION_LIST_H

#include <llmrec/llmrec.h>

#include <stdbool.h>

#include "closest.h"

enum { MAX_OPTIONS = 128, MAX_SECTIONS = 64, MESSAGE = 1024 };

/* An options struct that takes part. Its name is the struct's, without "llmrec_" and "_options", with dashes. The two
 * endpoints have names of their own: "llm" and "text". */
typedef struct compare_section {
    char name[64];
    const char *structure, *help;
} compare_section;

/* One value. The name is the option's, or "preset". Texts are kept as pointers. */
typedef struct compare_option {
    const compare_section *section;
    const char *name, *value;
    bool in_file; /* a secret: the value is the first line of this file */
} compare_option;

/* Later values replace earlier ones. A row has the options of the flags first, then its own. */
typedef struct compare_options {
    compare_option option[MAX_OPTIONS];
    int64_t count;
    int64_t inherited; /* how many are from the flags */
} compare_options;

/* All sections, in the order of help; `index` from 0, NULL behind the last one. */
const compare_section *section_at(int64_t index);
const compare_section *section_find(const char *name);

/* The section of the options that a strategy of the library has, or NULL. */
const compare_section *section_of_strategy(const char *strategy);

/* Finds the options that a word can mean: OPTION, or SECTION-OPTION, with dashes or underscores, in all sections. Gives
 * their number, and at most `most` of them. */
int64_t options_named(const char *word, size_t length, compare_option *found, int64_t most);

/* Writes the shortest name of an option: its own if no other section has one of that name, else SECTION-OPTION. */
void option_spell(const compare_section *section, const char *name, bool in_file, char *text, size_t size);

/* Tries the names of a section's options. */
void options_closest(const compare_section *section, compare_closest *closest);

/* Whether compare offers an option: it has a text form, and is not set by compare itself. */
bool option_offered(const llmrec_option_info *info);

/* Finds an option of a section. */
bool option_find(const compare_section *section, const char *name, llmrec_option_info *info);

/* Checks an option's value and appends it. Refuses a second value of an option that is not inherited. Returns false
 * with a message if the option is wrong. */
bool options_add(compare_options *list, const compare_option *option, char message[MESSAGE]);

/* The value given last, or NULL. */
const char *options_given(const compare_options *list, const char *section, const char *name);

/* Sets what the list says of a section, but for secrets. */
llmrec_status options_lay(const compare_options *list, const char *section, void *options);

/* The same over the defaults, or over the list's preset. */
llmrec_status options_fill(const compare_options *list, const char *section, void *options, size_t size);

#endif
