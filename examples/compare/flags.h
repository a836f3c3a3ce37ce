/* SPDX-License-Identifier: Apache-2.0 */
/* The command line: flags of compare's own in one small table, and all options of the library by their names. */
#ifndef COMPARE_FLAGS_H
#define COMPARE_FLAGS_H

#include "option_list.h"

enum { MAX_NAMES = 32, MAX_KS = 16, MAX_SEEDS = 100 };

/* Names given with commas between them. */
typedef struct compare_names {
    const char *name[MAX_NAMES];
    int64_t count;
} compare_names;

/* Values of compare's own flags as given; NULL: not given. */
typedef struct compare_texts {
    char *text_columns, *strategies, *k, *seed, *seeds, *show, *p_core;
} compare_texts;

/* What the command line asks for; NULL for texts that were not given. */
typedef struct compare_settings {
    char *interactions, *items, *embedding, *part_name, *first_stage, *checkpoint, *json, *plot;
    char *refit, *quiet, *help, *version; /* not NULL: given; of help, its topic or "" */
    compare_texts texts;
    compare_names text_columns, strategies;
    int64_t seed, seeds, show;
    int64_t part;               /* LLMREC_PART_TEST or LLMREC_PART_VALIDATION */
    int64_t k[MAX_KS], k_count; /* rising */
    compare_options options;
} compare_settings;

/* A flag of compare's own, or a heading of the help: its `value` is NULL. */
typedef struct compare_flag {
    const char *name, *value, *help; /* a switch has the value "" */
    size_t offset;                   /* of its text in compare_settings */
} compare_flag;

extern const compare_flag compare_flags[];
extern const int64_t compare_flag_count;

/* Reads the command line; names in it are cut at their commas. If it is wrong, says so on standard error in one line
 * and returns false. */
bool settings_read(compare_settings *settings, int count, char **words);

/* Whether a model embeds the items' texts: in a directory, or behind a server. */
bool settings_embed_texts(const compare_settings *settings);
bool settings_have_vectors(const compare_settings *settings);

#endif
