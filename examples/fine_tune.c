/* SPDX-License-Identifier: Apache-2.0 */
/* From sessions to a tuned model: writes examples, uploads them, creates a job and follows it.
 *
 *   fine_tune write --noun movie --nouns movies ratings.csv movies.csv train.jsonl validation.jsonl
 *   fine_tune start --llm-url https://host/v1 --llm-model BASE --llm-key-file KEY job.json train.jsonl validation.jsonl
 *   fine_tune follow (with the same arguments)
 *
 * The state file, here job.json, records what was uploaded and created, so a repeated start pays for nothing twice. */
#define _GNU_SOURCE
#include <llmrec/llmrec.h>

#include <getopt.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "run_training.h"

static const char usage[] =
    "usage: fine_tune write [FLAGS] INTERACTIONS ITEMS TRAINING [VALIDATION]\n"
    "       fine_tune start | follow | cancel [FLAGS] STATE TRAINING [VALIDATION]\n"
    "\n"
    "write makes examples from sessions. start uploads them and creates a job. follow waits for the job's end.\n"
    "cancel cancels the job.\n"
    "\n"
    "write:\n"
    "  --preset NAME        prompt preset: boz2024-genitem (default), boz2024-genlist, boz2024-classify,\n"
    "                       boz2024-rank, harte2023, letters, default\n"
    "  --format NAME        chat (default), completion, input-output\n"
    "  --noun, --nouns WORD word for an item, and for several; default item, items\n"
    "  --vectors FILE       the items' vectors. boz2024-classify needs them. For boz2024-genlist and\n"
    "                       boz2024-rank they give the candidates; without them these are the popular items\n"
    "  --split NAME         sessions to use: all, or the train part of leave-one-out or temporal; default\n"
    "                       temporal if there are times, else leave-one-out\n"
    "  --rows N             most rows; default all\n"
    "  --validation-rows N  rows for validation; default a fifth\n"
    "  --seed N             seed of order, parts and menus; default 0\n"
    "  --price X            price of a million training tokens; prints the cost of --epochs (default 1)\n"
    "start, follow, cancel:\n"
    "  --llm-url URL        base URL of the server, such as https://host/v1\n"
    "  --llm-model NAME     model to tune\n"
    "  --llm-key-file FILE  file with the key on its first line\n"
    "  --epochs N           number of epochs; default the server's\n"
    "  --suffix TEXT        part of the tuned model's name\n"
    "  --interval SECONDS   follow: time between two requests; default 10\n";

typedef struct settings {
    const char *command, *preset, *format, *noun, *nouns, *vectors, *split, *rows, *validation_rows, *seed, *price;
    const char *url, *model, *key_file, *epochs, *suffix, *interval;
    char *const *words; /* after the flags */
} settings;

enum { KEY_SIZE = 1024 };

static void wrong(const char *what)
{
    fprintf(stderr, "fine_tune: %s; --help tells more\n", what);
    exit(2);
}

/* --- the command line -------------------------------------------------------------------------------------------- */

static settings read_words(int count, char **words)
{
    settings s = {.preset = "boz2024-genitem", .format = "chat", .interval = "10"};
    const char **const values[] = {&s.preset, &s.format,          &s.noun,     &s.nouns,   &s.vectors, &s.split,
                                   &s.rows,   &s.validation_rows, &s.seed,     &s.price,   &s.url,     &s.model,
                                   &s.epochs, &s.suffix,          &s.key_file, &s.interval};
    static const struct option flags[] = {
        {"preset", 1, NULL, 0},    {"format", 1, NULL, 1},          {"noun", 1, NULL, 2},
        {"nouns", 1, NULL, 3},     {"vectors", 1, NULL, 4},         {"split", 1, NULL, 5},
        {"rows", 1, NULL, 6},      {"validation-rows", 1, NULL, 7}, {"seed", 1, NULL, 8},
        {"price", 1, NULL, 9},     {"llm-url", 1, NULL, 10},        {"llm-model", 1, NULL, 11},
        {"epochs", 1, NULL, 12},   {"suffix", 1, NULL, 13},         {"llm-key-file", 1, NULL, 14},
        {"interval", 1, NULL, 15}, {"help", 0, NULL, 'h'},          {NULL, 0, NULL, 0}};
    for (int flag; (flag = getopt_long(count, words, "h", flags, NULL)) != -1;) {
        if (flag == 'h') {
            fputs(usage, stdout);
            exit(0);
        }
        if (flag == '?') wrong("unknown flag, or its value is missing");
        *values[flag] = optarg;
    }
    if (optind == count) wrong("wanted write, start, follow or cancel");
    s.command = words[optind];
    s.words = words + optind + 1;
    const int least = strcmp(s.command, "write") == 0 ? 3 : 2, given = count - optind - 1;
    if (given < least || given > least + 1)
        wrong(least == 3 ? "wanted INTERACTIONS, ITEMS, TRAINING and optionally VALIDATION"
                         : "wanted STATE, TRAINING and optionally VALIDATION");
    return s;
}

/* Returns the index of a word in `names` (ends in NULL). */
static int64_t choice(const char *flag, const char *word, const char *const *names)
{
    for (int64_t i = 0; names[i] != NULL; i++)
        if (strcmp(word, names[i]) == 0) return i;
    fprintf(stderr, "fine_tune: %s is \"%s\"; wanted one of the names in --help\n", flag, word);
    exit(2);
}

static int64_t number(const char *flag, const char *text, int64_t otherwise)
{
    return text == NULL ? otherwise : strcmp(text, "0") == 0 ? 0 : training_number(flag, text);
}

/* --- writing ------------------------------------------------------------------------------------------------------ */

/* The inputs of the examples. */
typedef struct shop {
    llmrec_dataset *whole, *sessions;
    llmrec_embedding *vectors;
    llmrec_recommender *first_stage;
} shop;

/* Returns whether the library wrote the file (by its ending). Such files are opened, others are loaded. */
static bool is_ours(const char *path)
{
    const char *ending = strrchr(path, '.');
    return ending != NULL && strcmp(ending, ".h5") == 0;
}

static void open_vectors(llmrec_context *context, const settings *s, shop *d)
{
    llmrec_embedding_options options;
    llmrec_embedding *table = NULL;
    must(llmrec_embedding_options_init(&options, sizeof options));
    options.ids_path = s->words[1];
    must((is_ours(s->vectors) ? llmrec_embedding_open : llmrec_embedding_load)(context, s->vectors, &options, &table));
    must(llmrec_embedding_align(table, d->whole, LLMREC_ALIGN_ZERO, NULL, &d->vectors));
    llmrec_embedding_free(table);
    must(llmrec_recommender_create_similarity(d->vectors, NULL, &d->first_stage));
}

static int has_times(const llmrec_dataset *data)
{
    return llmrec_dataset_time_unit(data) != LLMREC_TIME_UNIT_AUTO;
}

static shop open_shop(llmrec_context *context, const settings *s)
{
    static const char *const splits[] = {"leave-one-out", "temporal", "all", NULL};
    llmrec_split_options options;
    shop d = {.whole = NULL};
    int64_t method = s->split == NULL ? 0 : choice("--split", s->split, splits);
    must(llmrec_dataset_load(context, s->words[0], s->words[1], NULL, &d.whole));
    if (s->split == NULL) method = has_times(d.whole);
    if (method < 2) {
        must(llmrec_split_options_init(&options, sizeof options));
        options.method = method;
        must(llmrec_dataset_split(d.whole, &options, LLMREC_PART_TRAIN, &d.sessions));
    }
    if (s->vectors != NULL) open_vectors(context, s, &d);
    else must(llmrec_recommender_create_popularity(method < 2 ? d.sessions : d.whole, &d.first_stage));
    return d;
}

static void close_shop(shop *d)
{
    llmrec_recommender_free(d->first_stage);
    llmrec_embedding_free(d->vectors);
    llmrec_dataset_free(d->sessions);
    llmrec_dataset_free(d->whole);
}

static void print_written(const settings *s, const llmrec_fine_tuning_data_info *info)
{
    const int64_t epochs = number("--epochs", s->epochs, 1), tokens = info->training_tokens;
    printf("%s: %" PRId64 " rows, about %" PRId64 " tokens, %" PRId64 " bytes\n", s->words[2], info->training_rows,
           tokens, info->training_bytes);
    if (s->words[3] != NULL)
        printf("%s: %" PRId64 " rows, about %" PRId64 " tokens, %" PRId64 " bytes\n", s->words[3],
               info->validation_rows, info->validation_tokens, info->validation_bytes);
    printf("the longest row has about %" PRId64 " tokens\n", info->longest_row);
    printf("no row: %" PRId64 " sessions too short, %" PRId64 " with items without names, %" PRId64
           " that end with a repeated item; %" PRId64 " rows too long, %" PRId64 " unreadable\n",
           info->too_short, info->unnamed, info->repeated, info->too_long, info->unreadable);
    if (s->price != NULL)
        printf("about %.2f for %" PRId64 " epochs at %s a million tokens\n",
               strtod(s->price, NULL) * (double)(tokens * epochs) / 1e6, epochs, s->price);
}

static void write_examples(llmrec_context *context, const settings *s)
{
    static const char *const formats[] = {"chat", "completion", "input-output", NULL};
    llmrec_prompt_options prompt;
    llmrec_fine_tuning_data_options options;
    llmrec_fine_tuning_data_info info = {.size = sizeof info};
    must(llmrec_prompt_options_preset(&prompt, sizeof prompt, s->preset));
    must(llmrec_fine_tuning_data_options_init(&options, sizeof options));
    if (s->noun != NULL) prompt.noun = s->noun;
    if (s->nouns != NULL) prompt.nouns = s->nouns;
    options.format = choice("--format", s->format, formats);
    options.training = s->words[2];
    options.validation = s->words[3];
    options.rows = number("--rows", s->rows, 0);
    options.validation_rows = number("--validation-rows", s->validation_rows, 0);
    options.seed = prompt.seed = number("--seed", s->seed, 0);
    shop d = open_shop(context, s);
    const llmrec_recommender_parts parts = {.size = sizeof parts,
                                            .dataset = d.sessions != NULL ? d.sessions : d.whole,
                                            .first_stage = d.first_stage,
                                            .embedding = d.vectors};
    must(llmrec_fine_tuning_write(&parts, &prompt, &options, &info));
    print_written(s, &info);
    close_shop(&d);
}

/* --- the job ------------------------------------------------------------------------------------------------------ */

static void read_key(const char *path, char key[KEY_SIZE])
{
    FILE *file = fopen(path, "r");
    const int read = file != NULL && fgets(key, KEY_SIZE, file) != NULL;
    if (file != NULL) fclose(file);
    key[read ? strcspn(key, "\r\n") : 0] = '\0';
    if (key[0] == '\0') wrong("--llm-key-file has no first line");
}

/* Creates the job, or opens the one in the state file. */
static llmrec_fine_tuning *open_job(llmrec_context *context, const settings *s)
{
    char key[KEY_SIZE] = "";
    llmrec_endpoint_options endpoint;
    llmrec_fine_tuning_options options;
    llmrec_fine_tuning *job = NULL;
    if (s->url == NULL || s->model == NULL) wrong("wanted --llm-url and --llm-model");
    if (s->key_file != NULL) read_key(s->key_file, key);
    must(llmrec_endpoint_options_init(&endpoint, sizeof endpoint));
    must(llmrec_fine_tuning_options_init(&options, sizeof options));
    endpoint.url = s->url;
    endpoint.model = s->model;
    endpoint.key = key[0] == '\0' ? NULL : key;
    options.state = s->words[0];
    options.training = s->words[1];
    options.validation = s->words[2];
    options.suffix = s->suffix;
    options.epochs = number("--epochs", s->epochs, 0);
    must(llmrec_fine_tuning_start(context, &endpoint, &options, &job));
    memset(key, 0, sizeof key);
    return job;
}

/* Prints the state of the job. The program fails if the job failed. */
static int run_job(llmrec_context *context, const settings *s)
{
    static const char *const commands[] = {"start", "follow", "cancel", NULL};
    const int64_t command = choice("the command", s->command, commands);
    llmrec_fine_tuning_info info = {.size = sizeof info};
    if (command > 0 && access(s->words[0], F_OK) != 0) wrong("the state file does not exist: start the job first");
    llmrec_fine_tuning *job = open_job(context, s);
    if (command == 0) must(llmrec_fine_tuning_look(job, &info));
    if (command == 1) must(llmrec_fine_tuning_follow(job, strtod(s->interval, NULL), &info));
    if (command == 2) must(llmrec_fine_tuning_cancel(job, &info));
    printf("%s: %s, %" PRId64 " tokens trained\n", info.id, info.status, info.trained_tokens);
    if (info.model[0] != '\0') printf("model: %s\n", info.model);
    if (info.error[0] != '\0') printf("error: %s\n", info.error);
    const int code = info.phase == LLMREC_FINE_TUNING_FAILED ? EXIT_FAILURE : EXIT_SUCCESS;
    llmrec_fine_tuning_free(job);
    return code;
}

int main(int count, char **words)
{
    int code = EXIT_SUCCESS;
    const settings s = read_words(count, words);
    llmrec_context *context = training_context("fine_tune");
    if (strcmp(s.command, "write") == 0) write_examples(context, &s);
    else code = run_job(context, &s);
    llmrec_context_free(context);
    return code;
}
