/* SPDX-License-Identifier: Apache-2.0 */
#include "compare_rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "console.h"
#include "model.h"
#include "recommenders.h"

/* --- one row ----------------------------------------------------------------------------------------------------- */

static bool refuse(const char *name, const char *message)
{
    char after[MESSAGE + 2];
    snprintf(after, sizeof after, ": %s", message);
    return console_refuse("", name, after);
}

static bool refuse_strategy(const char *name)
{
    char after[MESSAGE] = "\"; wanted", meant[96];
    compare_closest closest = {.word = name};
    for (int64_t i = 0; strategy_at(i) != NULL; i++) {
        const size_t used = strlen(after);
        snprintf(after + used, sizeof after - used, "%s %s", i > 0 ? " or" : "", strategy_at(i)->name);
        closest_try(&closest, strategy_at(i)->name);
    }
    closest_write(&closest, "", meant, sizeof meant);
    const size_t used = strlen(after);
    snprintf(after + used, sizeof after - used, "%s", meant);
    return console_refuse("--strategies: \"", name, after);
}

/* The options of the flags that hold for a row. --encoder-preset is for bert4rec rows. */
static void take_flags(const compare_settings *settings, compare_row *row, bool has_preset)
{
    const char *preset = row->strategy->preset;
    row->options.count = 0;
    for (int64_t i = 0; i < settings->options.count; i++) {
        const compare_option *o = &settings->options.option[i];
        const bool length = strcmp(o->name, "epochs") == 0 || strcmp(o->name, "patience") == 0;
        const bool other = preset != NULL && strcmp(preset, "bert4rec") != 0 && strcmp(o->name, "preset") == 0;
        if (!other && (!has_preset || length)) row->options.option[row->options.count++] = *o;
    }
    row->options.inherited = row->options.count;
}

static bool read_preset(compare_row *row, const char *preset)
{
    char message[MESSAGE];
    const compare_option option = {row->strategy->section[0], "preset", preset, false};
    if (row->strategy->section_count == 0) return refuse(row->name, "the strategy has no options");
    return options_add(&row->options, &option, message) || refuse(row->name, message);
}

static bool refuse_option(const compare_strategy *strategy, char *word)
{
    char meant[96], after[MESSAGE];
    compare_closest closest = {.word = word};
    char *end = word + strcspn(word, "=");
    const char sign = *end;
    *end = '\0';
    for (int64_t i = 0; i < strategy->section_count; i++) options_closest(strategy->section[i], &closest);
    *end = sign;
    closest_write(&closest, "", meant, sizeof meant);
    snprintf(after, sizeof after, "\" of %s%s; compare --help %s lists them", strategy->name, meant, strategy->name);
    return console_refuse("--strategies: no option \"", word, after);
}

static bool read_option(compare_row *row, char *word)
{
    static const char first_stage[] = "first-stage=";
    char message[MESSAGE];
    compare_option option;
    const char *equals = strchr(word, '=');
    if (strncmp(word, first_stage, sizeof first_stage - 1) == 0 && (row->strategy->takes & LLMREC_NEED_FIRST_STAGE)) {
        row->first_stage = word + sizeof first_stage - 1;
        return true;
    }
    if (equals == NULL || !strategy_option(row->strategy, word, (size_t)(equals - word), &option)) {
        return refuse_option(row->strategy, word);
    }
    option.value = equals + 1;
    return options_add(&row->options, &option, message) || refuse(row->name, message);
}

/* Whether a word is the first of the rows that a row combines: it is no option and no preset. */
static bool begins_parts(const compare_row *row, const char *word)
{
    const size_t length = strcspn(word, ":");
    const char *structure = row->strategy->section_count == 0 ? "" : row->strategy->section[0]->structure;
    if (!strategy_combines(row->strategy) || strcspn(word, "=") < length) return false;
    for (int64_t i = 0; i < llmrec_preset_count(structure); i++) {
        const char *preset = llmrec_preset_name(structure, i);
        if (strlen(preset) == length && strncmp(preset, word, length) == 0) return false;
    }
    return true;
}

/* Rows with + between; each has its own colons. */
static bool read_parts(compare_row *row, char *word)
{
    while (word != NULL) {
        char *plus = strchr(word, '+');
        if (plus != NULL) *plus = '\0';
        if (row->part_count == MAX_PARTS) return refuse(row->name, "wanted at most 16 rows with + between");
        row->part[row->part_count++] = word;
        word = plus == NULL ? NULL : plus + 1;
    }
    return true;
}

/* What follows the first colon: a preset, then options, then the rows that it combines. A preset is taken as it is: of
 * the flags, only --epochs and --patience change it. */
static bool read_words(const compare_settings *settings, compare_row *row, char *word)
{
    const bool has_preset = word != NULL && strcspn(word, "=") >= strcspn(word, ":") && !begins_parts(row, word);
    take_flags(settings, row, has_preset);
    for (bool first = true; word != NULL; first = false) {
        if (begins_parts(row, word)) return read_parts(row, word);
        char *colon = strchr(word, ':');
        if (colon != NULL) *colon = '\0';
        if (!(first && has_preset ? read_preset(row, word) : read_option(row, word))) return false;
        word = colon == NULL ? NULL : colon + 1;
    }
    return true;
}

static bool read_row(const compare_settings *settings, compare_row *row, char *words)
{
    char *colon = strchr(words, ':');
    if (colon != NULL) *colon = '\0';
    row->strategy = strategy_find(words);
    if (row->strategy == NULL) return refuse_strategy(row->name);
    if (!read_words(settings, row, colon == NULL ? NULL : colon + 1)) return false;
    if ((row->strategy->needs & LLMREC_NEED_EMBEDDING) && !settings_have_vectors(settings))
        return refuse(row->name, "wanted item vectors: --text-model DIR or --embedding FILE");
    if (strategy_asks(row->strategy) && options_given(&settings->options, "llm", "url") == NULL)
        return refuse(row->name, "wanted a language model: --llm-url URL");
    if (strategy_combines(row->strategy) && row->part_count == 0)
        return refuse(row->name, "wanted rows to combine, with + between: blend:similarity+popularity");
    if (!recommender_check(row)) return false;
    row->run_count = row->strategy->preset == NULL ? 1 : settings->seeds;
    row->runs = calloc((size_t)row->run_count, sizeof *row->runs);
    if (row->runs == NULL) return refuse(row->name, "no memory");
    for (int64_t i = 0; i < row->run_count; i++) row->runs[i].seed = settings->seed + i;
    return true;
}

/* --- all rows ---------------------------------------------------------------------------------------------------- */

static const compare_row *find_row(const compare_row *rows, int64_t count, const char *name)
{
    for (int64_t i = 0; name != NULL && i < count; i++)
        if (strcmp(rows[i].name, name) == 0) return &rows[i];
    return NULL;
}

static bool add_row(const compare_settings *settings, const char *name, compare_row *rows, int64_t *count);

/* The first stage of a row stands before it. */
static bool add_first_stage(const compare_settings *settings, compare_row *row, compare_row *rows, int64_t *count)
{
    if (row->first_stage == NULL) row->first_stage = settings->first_stage;
    if (row->first_stage == NULL) row->first_stage = settings_have_vectors(settings) ? "similarity" : "popularity";
    if (find_row(rows, *count, row->first_stage) != NULL) return true;
    const compare_strategy *strategy = strategy_of_row(row->first_stage);
    if (strategy != NULL && !(strategy->takes & LLMREC_NEED_FIRST_STAGE))
        return add_row(settings, row->first_stage, rows, count);
    return console_refuse("--first-stage is \"", row->first_stage, "\"; wanted a row that needs no first stage");
}

/* The rows that a row combines stand before it. */
static bool add_parts(const compare_settings *settings, const compare_row *row, compare_row *rows, int64_t *count)
{
    for (int64_t i = 0; i < row->part_count; i++)
        if (find_row(rows, *count, row->part[i]) == NULL && !add_row(settings, row->part[i], rows, count)) return false;
    return true;
}

static bool add_row(const compare_settings *settings, const char *name, compare_row *rows, int64_t *count)
{
    compare_row row = {.name = name, .words = malloc(strlen(name) + 1)};
    bool read = row.words != NULL && read_row(settings, &row, strcpy(row.words, name));
    if (read && (row.strategy->takes & LLMREC_NEED_FIRST_STAGE)) read = add_first_stage(settings, &row, rows, count);
    if (read) read = add_parts(settings, &row, rows, count);
    if (read && *count == MAX_NAMES) read = refuse("--strategies", "more than 32 rows with their first stages");
    if (read) rows[(*count)++] = row;
    else rows_clear(&row, 1);
    return read;
}

static bool is_repeated(const compare_names *names, int64_t index)
{
    for (int64_t i = 0; i < index; i++)
        if (strcmp(names->name[i], names->name[index]) == 0) return true;
    return false;
}

/* A row that is given may stand already, as the first stage of a row before it. */
bool rows_read(const compare_settings *settings, compare_row rows[MAX_NAMES], int64_t *count)
{
    static const char *const usual[] = {"popularity", "similarity"};
    const bool given = settings->strategies.count > 0, vectors = settings_have_vectors(settings);
    if (!given && !vectors && settings->quiet == NULL)
        fputs("compare: no item vectors, so popularity alone; --text-model DIR or --embedding FILE adds similarity\n",
              stderr);
    *count = 0;
    for (int64_t i = 0; i < (given ? settings->strategies.count : 1 + vectors); i++) {
        const char *name = given ? settings->strategies.name[i] : usual[i];
        if (given && is_repeated(&settings->strategies, i))
            return console_refuse("--strategies: the row \"", name, "\" is given twice; wanted each row once");
        if (find_row(rows, *count, name) == NULL && !add_row(settings, name, rows, count)) return false;
    }
    return true;
}

void rows_clear(compare_row *rows, int64_t count)
{
    for (int64_t i = 0; i < count; i++) {
        for (int64_t j = 0; rows[i].runs != NULL && j < rows[i].run_count; j++) {
            llmrec_report_free(rows[i].runs[j].report);
            llmrec_recommender_free(rows[i].runs[j].recommender);
            llmrec_recommender_free(rows[i].runs[j].before);
            free(rows[i].runs[j].epoch);
            free(rows[i].runs[j].checkpoint);
        }
        llmrec_report_free(rows[i].report);
        free(rows[i].runs);
        free(rows[i].words);
    }
}

/* --- about rows -------------------------------------------------------------------------------------------------- */

bool rows_train(const compare_row *rows, int64_t count)
{
    for (int64_t i = 0; i < count; i++)
        if (rows[i].strategy->preset != NULL) return true;
    return false;
}

bool rows_fit(const compare_row *rows, int64_t count)
{
    for (int64_t i = 0; i < count; i++)
        if (rows[i].strategy->fits && options_given(&rows[i].options, "blend", "weights") == NULL) return true;
    return false;
}

bool rows_ask(const compare_row *rows, int64_t count)
{
    for (int64_t i = 0; i < count; i++)
        if (strategy_asks(rows[i].strategy)) return true;
    return false;
}

const compare_row *row_first_stage(const compare_row *rows, int64_t count, const compare_row *row)
{
    return find_row(rows, count, row->first_stage);
}

const compare_row *row_part(const compare_row *rows, int64_t count, const compare_row *row, int64_t part)
{
    return find_row(rows, count, row->part[part]);
}

const llmrec_recommender *row_trained(const compare_row *row)
{
    return row->runs[0].before != NULL ? row->runs[0].before : row->runs[0].recommender;
}

/* The one that is best by itself on the validation part; without weights fitted here the first one. */
static const compare_row *best_part(const compare_row *rows, int64_t count, const compare_row *row)
{
    int64_t best = 0;
    for (int64_t i = 1; i < row->part_count; i++)
        if (row->runs[0].fit.alone[i] > row->runs[0].fit.alone[best]) best = i;
    return row_part(rows, count, row, best);
}

const compare_row *row_baseline(const compare_row *rows, int64_t count, const compare_row *row)
{
    static const char prefix[] = "llm-";
    const compare_row *plain = row_first_stage(rows, count, row);
    if (plain != NULL) return plain;
    if (row->part_count > 0) return best_part(rows, count, row);
    const char *own = row->strategy->from_vectors ? row->name + sizeof prefix - 1 : NULL;
    for (int64_t i = count - 1; own != NULL && i >= 0; i--) {
        if (strcmp(rows[i].strategy->name, row->strategy->name + sizeof prefix - 1) == 0) plain = &rows[i];
        if (strcmp(rows[i].name, own) == 0) return &rows[i];
    }
    return plain != NULL ? plain : row == rows ? NULL : rows;
}

/* --- runs -------------------------------------------------------------------------------------------------------- */

static llmrec_status run_once(compare_task *task, const compare_row *row, compare_run *run)
{
    const double begun = seconds_now();
    const llmrec_usage before = model_usage(task);
    llmrec_status status = recommender_make(task, row, run);
    run->prepare_seconds = seconds_now() - begun - run->training_here;
    if (status == LLMREC_OK && task->refit != NULL) status = recommender_refit(task, row, run);
    if (status == LLMREC_OK)
        status = llmrec_evaluate(run->recommender, task->train, task->evaluated, &task->evaluation, &run->report);
    run->usage = model_usage_since(task, &before);
    if (run == row->runs) return status;
    llmrec_recommender_free(run->recommender);
    llmrec_recommender_free(run->before);
    run->recommender = run->before = NULL;
    return status;
}

llmrec_status row_run(compare_task *task, compare_row *row)
{
    const llmrec_report *reports[MAX_SEEDS];
    for (int64_t i = 0; i < row->run_count; i++) {
        console_subject(task->console, row->name, row->run_count > 1 ? row->runs[i].seed : -1);
        const llmrec_status status = run_once(task, row, &row->runs[i]);
        if (status != LLMREC_OK && status != LLMREC_ERR_CANCELED && task->error[0] == '\0')
            snprintf(task->error, sizeof task->error, "%s: %s", row->name, llmrec_last_error());
        if (status != LLMREC_OK) return status;
        reports[i] = row->runs[i].report;
    }
    return llmrec_report_mean(reports, row->run_count, &row->report);
}

double run_train_seconds(const compare_run *run)
{
    double sum = 0;
    for (int64_t i = 0; i < run->epochs; i++) sum += run->epoch[i].seconds + run->epoch[i].validation_seconds;
    return sum;
}
