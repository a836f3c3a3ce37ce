/* SPDX-License-Identifier: Apache-2.0 */
/* The command line read by the table of flags. */
#include "flags.h"

#include <llmrec/llmrec.h>

#include <errno.h>
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool refuse(const char *flag, const char *value, const char *wanted)
{
    fprintf(stderr, "compare: %s: \"%s\"; wanted %s\n", flag, value, wanted);
    return false;
}

static bool same_name(const char *a, const char *b)
{
    for (; *a != '\0' && *b != '\0'; a++, b++)
        if (*a != *b && !(*a == '_' && *b == '-')) return false;
    return *a == *b;
}

static bool read_choice(const flag_entry *flag, const char *value, int64_t *target)
{
    char wanted[256];
    for (const choice *c = flag->choices; c->name != NULL; c++)
        if (same_name(value, c->name)) {
            *target = c->value;
            return true;
        }
    flag_list_choices(flag, wanted, sizeof wanted);
    return refuse(flag->name, value, wanted);
}

static bool read_number(const char *value, double *number)
{
    char *end = NULL;
    *number = strtod(value, &end);
    return end != value && *end == '\0' && isfinite(*number);
}

static bool read_ranged(const flag_entry *flag, const char *value, double *number)
{
    char wanted[96];
    const bool whole = flag->kind == WHOLE;
    if (read_number(value, number) && *number >= flag->low && *number <= flag->high &&
        (!whole || *number == floor(*number)))
        return true;
    snprintf(wanted, sizeof wanted, "a %snumber from %.10g to %.10g", whole ? "whole " : "", flag->low, flag->high);
    return refuse(flag->name, value, wanted);
}

static bool read_names(const flag_entry *flag, const char *value, compare_names *target)
{
    free(target->text);
    *target = (compare_names){.text = malloc(strlen(value) + 1)};
    if (target->text == NULL) return refuse(flag->name, value, "more memory");
    strcpy(target->text, value);
    for (char *at = target->text; at != NULL;) {
        char *comma = strchr(at, ',');
        if (comma != NULL) *comma = '\0';
        if (*at == '\0' || target->count == MAX_NAMES)
            return refuse(flag->name, value, "1 to 32 names with commas between them");
        target->name[target->count++] = at;
        at = comma == NULL ? NULL : comma + 1;
    }
    return true;
}

/* Keeps lengths rising, each once. */
static void insert_length(compare_settings *settings, int64_t k)
{
    int64_t at = settings->k_count;
    for (int64_t i = 0; i < settings->k_count; i++)
        if (settings->k[i] == k) return;
    for (; at > 0 && settings->k[at - 1] > k; at--) settings->k[at] = settings->k[at - 1];
    settings->k[at] = k;
    settings->k_count++;
}

static bool read_lengths(const flag_entry *flag, const char *value, compare_settings *settings)
{
    static const char wanted[] = "1 to 16 list lengths from 1 to 2147483647 with commas between them";
    const char *at = value;
    settings->k_count = 0;
    for (;;) {
        char *end = NULL;
        errno = 0;
        const long long k = strtoll(at, &end, 10);
        if (end == at || errno != 0 || k < 1 || k > INT32_MAX || settings->k_count == MAX_KS)
            return refuse(flag->name, value, wanted);
        insert_length(settings, k);
        if (*end == '\0') return true;
        if (*end != ',') return refuse(flag->name, value, wanted);
        at = end + 1;
    }
}

static bool set(compare_settings *settings, const flag_entry *flag, const char *value)
{
    void *field = (char *)settings + flag->offset;
    double number = 0;
    switch (flag->kind) {
    case TEXT: *(const char **)field = value; return true;
    case SWITCH: *(bool *)field = true; return true;
    case CHOICE: return read_choice(flag, value, field);
    case NAMES: return read_names(flag, value, field);
    case LENGTHS: return read_lengths(flag, value, settings);
    case WHOLE:
        if (!read_ranged(flag, value, &number)) return false;
        *(int64_t *)field = (int64_t)number;
        return true;
    case NUMBER: return read_ranged(flag, value, field);
    default: return false;
    }
}

/* One flag from words[*at] on: "--name value" or "--name=value". */
static bool read_flag(compare_settings *settings, int count, char **words, int *at)
{
    const char *word = words[*at], *equals = strchr(word, '=');
    const size_t length = equals == NULL ? strlen(word) : (size_t)(equals - word);
    const flag_entry *flag = flag_find(word, length);
    if (flag == NULL) {
        fprintf(stderr, "compare: no flag \"%.*s\"; compare --help lists them\n", (int)length, word);
        return false;
    }
    if (flag->kind == SWITCH)
        return equals == NULL ? set(settings, flag, "") : refuse(flag->name, equals + 1, "no value");
    if (equals != NULL) return set(settings, flag, equals + 1);
    if (*at + 1 == count) {
        fprintf(stderr, "compare: %s: its value is missing\n", flag->name);
        return false;
    }
    return set(settings, flag, words[++*at]);
}

/* What one flag asks of another. */
static bool check(const compare_settings *s)
{
    const char *wrong = NULL;
    const bool texts = settings_embed_texts(s);
    if (s->interactions == NULL) wrong = "--interactions FILE is missing";
    else if (texts && s->embedding != NULL) wrong = "--text-model and --embedding: wanted one of them";
    else if (texts && s->items == NULL) wrong = "--text-model: wanted --items with texts to embed";
    else if (s->text_columns.text != NULL && !texts) wrong = "--text-columns: wanted --text-model too";
    else if (s->cache != NULL && !texts) wrong = "--cache: wanted --text-model too";
    else if (s->item_column != NULL && s->items == NULL) wrong = "--item-column: wanted --items too";
    else if (s->catalog == LLMREC_CATALOG_ALL && s->items == NULL) wrong = "--catalog all: wanted --items too";
    else if (s->test_fraction <= 0 || s->test_fraction >= 1) wrong = "--test-fraction: wanted more than 0, less than 1";
    else if (s->validation_fraction >= 1) wrong = "--validation-fraction: wanted less than 1";
    if (wrong != NULL) fprintf(stderr, "compare: %s; compare --help says more\n", wrong);
    return wrong == NULL;
}

row_settings row_settings_unset(void)
{
    return (row_settings){.sim_weighting = UNSET,
                          .sim_decay = UNSET,
                          .sim_measure = UNSET,
                          .reduce = UNSET,
                          .reduce_dim = UNSET,
                          .sim_decay_rate = NAN,
                          .reduce_power = NAN,
                          .reduce_ridge = NAN,
                          .dim = UNSET,
                          .layers = UNSET,
                          .heads = UNSET,
                          .window = UNSET,
                          .window_stride = UNSET,
                          .epochs = UNSET,
                          .patience = UNSET,
                          .batch = UNSET,
                          .loss = UNSET,
                          .negatives = UNSET,
                          .dropout = NAN,
                          .mask = NAN,
                          .last_share = NAN,
                          .learning_rate = NAN,
                          .weight_decay = NAN,
                          .init_mode = UNSET,
                          .init_reduce = UNSET,
                          .init_dim = UNSET,
                          .scale_std = NAN,
                          .prompt_variant = UNSET,
                          .prompt_scoring = UNSET,
                          .prompt_answer = UNSET,
                          .prompt_structure = UNSET,
                          .prompt_aggregation = UNSET,
                          .prompt_candidates = UNSET,
                          .prompt_rounds = UNSET,
                          .prompt_shuffle = UNSET,
                          .prompt_window = UNSET,
                          .prompt_stride = UNSET,
                          .prompt_history = UNSET,
                          .prompt_samples = UNSET,
                          .prompt_count = UNSET,
                          .prompt_clusters = UNSET,
                          .prompt_alternatives = UNSET,
                          .prompt_asks = UNSET,
                          .prompt_first_weight = NAN,
                          .prompt_temperature = NAN};
}

void take(int64_t given, int64_t *option)
{
    if (given != UNSET) *option = given;
}

void take_number(double given, double *option)
{
    if (!isnan(given)) *option = given;
}

bool row_settings_read(row_settings *settings, char *word)
{
    const size_t first = offsetof(compare_settings, each), end = first + sizeof settings[0];
    compare_settings all = {.each = *settings};
    char name[64];
    char *equals = strchr(word, '=');
    const int length = equals == NULL ? 0 : (int)(equals - word);
    snprintf(name, sizeof name, "--%.*s", length, word);
    const flag_entry *flag = flag_find(name, strlen(name));
    if (flag == NULL || flag->offset < first || flag->offset >= end) {
        fprintf(stderr, "compare: --strategies: no option \"%s\" of a row; wanted for instance dropout=0.3\n", word);
        return false;
    }
    if (!set(&all, flag, equals + 1)) return false;
    *settings = all.each;
    return true;
}

bool settings_read(compare_settings *settings, int count, char **words)
{
    *settings = (compare_settings){.format = LLMREC_FORMAT_AUTO,
                                   .p_core = 1,
                                   .min_length = 1,
                                   .part = LLMREC_PART_TEST,
                                   .k = {10, 20},
                                   .k_count = 2,
                                   .split = UNSET,
                                   .untrained = UNSET,
                                   .samples = 3,
                                   .each = row_settings_unset(),
                                   .seeds = 1,
                                   .llm_kind = UNSET,
                                   .llm_concurrency = UNSET,
                                   .llm_sample = 100,
                                   .llm_prompt_price = NAN,
                                   .llm_completion_price = NAN,
                                   .test_fraction = NAN,
                                   .validation_fraction = NAN,
                                   .cutoff = NAN};
    for (int at = 1; at < count; at++)
        if (!read_flag(settings, count, words, &at)) return false;
    return settings->help || settings->version || check(settings);
}

void settings_clear(compare_settings *settings)
{
    free(settings->text_columns.text);
    free(settings->strategies.text);
}
