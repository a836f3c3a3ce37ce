/* SPDX-License-Identifier: Apache-2.0 */
#include "flags.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "console.h"

enum { MEANINGS = 8 };
#define FIELD(name) offsetof(compare_settings, name)

const compare_flag compare_flags[] = {
    {"Data and item vectors", NULL, "", 0},
    {"--interactions", "FILE",
     "sessions, items and times, in any format that the library reads (required); the first word without a flag",
     FIELD(interactions)},
    {"--items", "FILE",
     "ids and texts of the items, in any format that the library reads, unless they are in the same archive; the "
     "second "
     "word without a flag",
     FIELD(items)},
    {"--p-core", "N", "sets --min-session-rows and --min-item-rows", FIELD(texts.p_core)},
    {"--text-columns", "A,B,...", "columns of the text that is embedded; default: the title",
     FIELD(texts.text_columns)},
    {"--embedding", "FILE",
     "vectors made elsewhere: .npy .h5 .safetensors .csv .tsv; rows without ids of their own are in the order of the "
     "item file. --text-model DIR embeds the texts instead; with --text-url, a server does",
     FIELD(embedding)},
    {"Strategies", NULL, "", 0},
    {"--strategies", "A,B,...",
     "rows of the comparison, see below; default popularity, and similarity if there are vectors",
     FIELD(texts.strategies)},
    {"--first-stage", "ROW",
     "row whose candidates are ranked, and whose items fill up lists; default similarity if there are vectors, else "
     "popularity",
     FIELD(first_stage)},
    {"--seed", "N", "seed of everything that is random; default 0", FIELD(texts.seed)},
    {"--seeds", "N", "number of seeds that each row is trained with, from --seed on; default 1", FIELD(texts.seeds)},
    {"--checkpoint", "DIR", "keep ROW-SEED.h5 here after each epoch; the same command continues from there",
     FIELD(checkpoint)},
    {"Evaluation and output", NULL, "", 0},
    {"--part", "test|validation", "what is evaluated; choose options on validation; default test", FIELD(part_name)},
    {"--refit", "",
     "make each row again on the train and validation parts, with the options, epochs and weights that validation "
     "chose; "
     "figures say so",
     FIELD(refit)},
    {"--k", "A,B,...", "list lengths; default 10,20", FIELD(texts.k)},
    {"--show", "N", "sessions shown with titles in and titles out; default 3", FIELD(texts.show)},
    {"--json", "FILE", "write protocol, options and figures to this file", FIELD(json)},
    {"--plot", "FILE.svg", "draw validation NDCG by epoch", FIELD(plot)},
    {"--quiet", "", "no progress", FIELD(quiet)},
    {"--version", "", "print version and build of the library", FIELD(version)},
    {"--help", "[TOPIC]", "print this, or the options of a topic listed below", FIELD(help)},
};
const int64_t compare_flag_count = sizeof compare_flags / sizeof *compare_flags;

static bool refuse(const char *flag, const char *value, const char *wanted)
{
    char before[64], after[128];
    snprintf(before, sizeof before, "%s is \"", flag);
    snprintf(after, sizeof after, "\"; wanted %s", wanted);
    return console_refuse(before, value, after);
}

/* --- flags of compare's own -------------------------------------------------------------------------------------- */

static bool read_integer(const char *text, int64_t low, int64_t high, int64_t *value)
{
    char *end = NULL;
    errno = 0;
    *value = strtoll(text, &end, 10);
    return end != text && *end == '\0' && errno == 0 && *value >= low && *value <= high;
}

static bool read_ranged(const char *flag, const char *text, int64_t low, int64_t high, int64_t *value)
{
    char wanted[64];
    if (text == NULL || read_integer(text, low, high, value)) return true;
    snprintf(wanted, sizeof wanted, "%lld to %lld", (long long)low, (long long)high);
    return refuse(flag, text, wanted);
}

static bool read_names(const char *flag, char *at, const char *wanted, compare_names *names)
{
    while (at != NULL) {
        char *comma = strchr(at, ',');
        if (comma != NULL) *comma = '\0';
        if (*at == '\0' || names->count == MAX_NAMES) return refuse(flag, at, wanted);
        names->name[names->count++] = at;
        at = comma == NULL ? NULL : comma + 1;
    }
    return true;
}

static const compare_flag *find_own(const char *word)
{
    for (int64_t i = 0; i < compare_flag_count; i++)
        if (compare_flags[i].value != NULL && strcmp(compare_flags[i].name, word) == 0) return &compare_flags[i];
    return NULL;
}

static bool set_own(compare_settings *settings, const compare_flag *flag, char *value)
{
    char **text = (char **)((char *)settings + flag->offset);
    if (*text != NULL) return console_refuse("", flag->name, " is given twice; wanted one value");
    *text = value;
    return true;
}

/* --- options of the library -------------------------------------------------------------------------------------- */

static bool refuse_unknown(const char *word)
{
    char meant[96], after[160];
    compare_closest closest = {.word = word + 2};
    for (int64_t i = 0; i < compare_flag_count; i++)
        if (compare_flags[i].value != NULL) closest_try(&closest, compare_flags[i].name + 2);
    for (int64_t i = 0; section_at(i) != NULL; i++) options_closest(section_at(i), &closest);
    closest_write(&closest, "--", meant, sizeof meant);
    snprintf(after, sizeof after, "\"%s; compare --help all lists the flags", meant);
    return console_refuse("no flag \"", word, after);
}

static bool refuse_name(const char *word, const compare_option *found, int64_t count)
{
    char name[128];
    if (count == 0) return refuse_unknown(word);
    fprintf(stderr, "compare: %s has several meanings; wanted", word);
    for (int64_t i = 0; i < count && i < MEANINGS; i++) {
        option_spell(found[i].section, found[i].name, found[i].in_file, name, sizeof name);
        fprintf(stderr, "%s --%s", i == 0 ? "" : " or", name);
    }
    fputc('\n', stderr);
    return false;
}

static bool add(compare_settings *settings, const char *flag, const compare_option *option)
{
    char message[MESSAGE];
    if (options_add(&settings->options, option, message)) return true;
    fprintf(stderr, "compare: %s: %s\n", flag, message);
    return false;
}

static bool is_yes_or_no(const compare_option *option)
{
    llmrec_option_info info;
    return option_find(option->section, option->name, &info) && info.type == LLMREC_OPTION_FLAG;
}

static bool set_p_core(compare_settings *settings)
{
    const char *value = settings->texts.p_core;
    const compare_section *dataset = section_find("dataset");
    if (value == NULL) return true;
    return add(settings, "--p-core", &(compare_option){dataset, "min_session_rows", value, false}) &&
           add(settings, "--p-core", &(compare_option){dataset, "min_item_rows", value, false});
}

/* --- the command line -------------------------------------------------------------------------------------------- */

/* The first word without a flag is the interactions, the second the items. */
static bool read_file(compare_settings *settings, char *word)
{
    if (settings->items != NULL) return console_refuse("no flag \"", word, "\"; compare --help lists them");
    return set_own(settings, find_own(settings->interactions == NULL ? "--interactions" : "--items"), word);
}

/* One flag from words[*at] on: "--name value" or "--name=value". A yes|no option and --help need no value. */
static bool read_flag(compare_settings *settings, int count, char **words, int *at)
{
    static char nothing[] = "", yes[] = "yes";
    compare_option found[MEANINGS];
    char *word = words[*at], *value = strchr(word, '=');
    const bool alone = *at + 1 == count || strncmp(words[*at + 1], "--", 2) == 0;
    if (strncmp(word, "--", 2) != 0) return read_file(settings, word);
    if (value != NULL) *value++ = '\0';
    const compare_flag *own = find_own(word);
    const int64_t meanings = own == NULL ? options_named(word + 2, strlen(word + 2), found, MEANINGS) : 0;
    if (own == NULL && meanings != 1) return refuse_name(word, found, meanings);
    if (own != NULL && *own->value == '\0' && value != NULL) return refuse(word, value, "no value");
    if (own != NULL && (*own->value == '\0' || (alone && *own->value == '['))) value = value == NULL ? nothing : value;
    if (own == NULL && value == NULL && alone && is_yes_or_no(found)) value = yes;
    if (value == NULL && *at + 1 < count) value = words[++*at];
    if (value == NULL) {
        fprintf(stderr, "compare: %s: its value is missing\n", word);
        return false;
    }
    if (own != NULL) return set_own(settings, own, value);
    found->value = value;
    return add(settings, word, found);
}

/* List lengths are kept rising, each once. */
static bool read_lengths(compare_settings *s)
{
    static const char wanted[] = "1 to 16 list lengths from 1 to 2147483647 with commas between them";
    compare_names names = {.count = 0};
    if (!read_names("--k", s->texts.k, wanted, &names)) return false;
    if (names.count > 0) s->k_count = 0;
    for (int64_t i = 0; i < names.count; i++) {
        int64_t k = 0, at = s->k_count;
        if (!read_integer(names.name[i], 1, INT32_MAX, &k)) return refuse("--k", names.name[i], wanted);
        while (at > 0 && s->k[at - 1] > k) at--;
        if (at > 0 && s->k[at - 1] == k) continue;
        if (s->k_count == MAX_KS) return refuse("--k", names.name[i], wanted);
        memmove(s->k + at + 1, s->k + at, (size_t)(s->k_count++ - at) * sizeof *s->k);
        s->k[at] = k;
    }
    return true;
}

static bool read_part(compare_settings *s)
{
    static char usual[] = "test";
    if (s->part_name == NULL) s->part_name = usual;
    s->part = strcmp(s->part_name, "validation") == 0 ? LLMREC_PART_VALIDATION : LLMREC_PART_TEST;
    return s->part == LLMREC_PART_VALIDATION || strcmp(s->part_name, usual) == 0 ||
           refuse("--part", s->part_name, "test or validation");
}

/* What one flag asks of another. */
static bool check(const compare_settings *s)
{
    const char *wrong = NULL;
    const bool texts = settings_embed_texts(s);
    if (s->interactions == NULL) wrong = "a file of interactions is missing";
    else if (texts && s->embedding != NULL) wrong = "--text-model and --embedding: wanted one of them";
    else if (s->text_columns.count > 0 && !texts) wrong = "--text-columns: wanted --text-model too";
    else if (options_given(&s->options, "encode-items", "cache_directory") != NULL && !texts)
        wrong = "--cache-directory: wanted --text-model too";
    else if (s->refit != NULL && s->part == LLMREC_PART_VALIDATION)
        wrong = "--refit: wanted --part test, as the validation part is trained on";
    if (wrong != NULL) fprintf(stderr, "compare: %s; compare --help says more\n", wrong);
    return wrong == NULL;
}

static bool check_plot(const compare_settings *s)
{
    const size_t length = s->plot == NULL ? 0 : strlen(s->plot);
    return s->plot == NULL || (length > 4 && strcmp(s->plot + length - 4, ".svg") == 0) ||
           refuse("--plot", s->plot, "a file name that ends in .svg");
}

bool settings_read(compare_settings *s, int count, char **words)
{
    static const char names[] = "1 to 32 names with commas between them";
    *s = (compare_settings){.k = {10, 20}, .k_count = 2, .seeds = 1, .show = 3};
    for (int at = 1; at < count; at++)
        if (!read_flag(s, count, words, &at)) return false;
    if (s->help != NULL || s->version != NULL) return true;
    return read_ranged("--seed", s->texts.seed, 0, INT64_MAX / 2, &s->seed) &&
           read_ranged("--seeds", s->texts.seeds, 1, MAX_SEEDS, &s->seeds) &&
           read_ranged("--show", s->texts.show, 0, 1000, &s->show) &&
           read_names("--text-columns", s->texts.text_columns, names, &s->text_columns) &&
           read_names("--strategies", s->texts.strategies, names, &s->strategies) && read_lengths(s) && read_part(s) &&
           check_plot(s) && set_p_core(s) && check(s);
}

bool settings_embed_texts(const compare_settings *settings)
{
    return options_given(&settings->options, "text", "model") != NULL ||
           options_given(&settings->options, "text", "url") != NULL;
}

bool settings_have_vectors(const compare_settings *settings)
{
    return settings->embedding != NULL || settings_embed_texts(settings);
}
