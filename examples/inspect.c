/* SPDX-License-Identifier: Apache-2.0 */
/* Prints what a data file is recognized as, its contents as understood, and figures; or why it is refused:
 *
 *   inspect INTERACTIONS [ITEMS] [NAME=VALUE...]
 *
 * NAME is an option of llmrec_dataset_options: delimiter=tab where="rating >= 4". */
#include <llmrec/llmrec.h>

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "usage.h"

enum { SHOWN_SESSIONS = 3, SHOWN_ROWS = 10 };

static const char usage[] = "usage: inspect INTERACTIONS [ITEMS] [NAME=VALUE...]\n"
                            "Prints what the files are recognized as, figures, and the first sessions.\n"
                            "NAME is an option of llmrec_dataset_options: delimiter=tab where=\"rating >= 4\"\n";

static void must(llmrec_status status)
{
    if (status == LLMREC_OK) return;
    fprintf(stderr, "inspect: %s\n", llmrec_last_error());
    exit(EXIT_FAILURE);
}

static void print_quantiles(const char *what, double mean, const double quantiles[5])
{
    printf("%-16s mean %.2f; minimum %g, quartiles %g %g %g, maximum %g\n", what, mean, quantiles[0], quantiles[1],
           quantiles[2], quantiles[3], quantiles[4]);
}

static void print_statistics(const llmrec_dataset *dataset)
{
    llmrec_dataset_statistics s = {.size = sizeof s};
    must(llmrec_dataset_describe(dataset, &s));
    printf("sessions         %" PRId64 "\nitems            %" PRId64 " (%" PRId64 " with rows)\n", s.sessions, s.items,
           s.items_seen);
    printf("rows             %" PRId64 " (%.4f %% of all pairs)\n", s.rows, 100 * s.density);
    printf("time ties        %" PRId64 "\n", s.time_ties);
    print_quantiles("session length", s.length_mean, s.length_quantiles);
    print_quantiles("item popularity", s.popularity_mean, s.popularity_quantiles);
}

static void print_columns(const llmrec_dataset *dataset)
{
    const int64_t title = llmrec_dataset_title_column(dataset);
    printf("text columns    ");
    for (int64_t i = 0; i < llmrec_dataset_columns(dataset); i++)
        printf(" %s%s", llmrec_dataset_column_name(dataset, i), i == title ? " (the title)" : "");
    printf("\n");
}

/* Prints a time as the file has it: a date, or a number in its unit. */
static void print_time(const llmrec_dataset *dataset, int64_t time)
{
    static const double units[] = {[LLMREC_TIME_UNIT_S] = 1e9,
                                   [LLMREC_TIME_UNIT_MS] = 1e6,
                                   [LLMREC_TIME_UNIT_US] = 1e3,
                                   [LLMREC_TIME_UNIT_NS] = 1};
    const int64_t unit = llmrec_dataset_time_unit(dataset);
    const time_t seconds = (time_t)(time / 1000000000 - (time % 1000000000 < 0));
    struct tm parts;
    char date[32] = "";
    if (unit <= LLMREC_TIME_UNIT_NS) printf("  at %.15g", (double)time / units[unit]);
    else if (gmtime_r(&seconds, &parts) != NULL && strftime(date, sizeof date, "%Y-%m-%d %H:%M:%S", &parts) > 0)
        printf("  at %s", date);
}

/* Prints a session, item by item, with times if it has them. */
static void print_session(const llmrec_dataset *dataset, int64_t session)
{
    int64_t offsets[2] = {0, 0};
    size_t length = 0;
    int64_t rows = 0;
    const char *text = NULL;
    const int64_t title = llmrec_dataset_title_column(dataset);
    llmrec_dataset_copy_sessions(dataset, session, 1, offsets, NULL, NULL, 0, &rows); /* asks for the size */
    int32_t *items = malloc(((size_t)rows + 1) * sizeof *items);
    int64_t *times = malloc(((size_t)rows + 1) * sizeof *times);
    if (items == NULL || times == NULL) exit(EXIT_FAILURE);
    must(llmrec_dataset_copy_sessions(dataset, session, 1, offsets, items, times, rows, &rows));
    must(llmrec_dataset_session_id(dataset, session, &text, &length));
    printf("\nsession %.*s\n", (int)length, text);
    for (int64_t i = 0; i < rows && i < SHOWN_ROWS; i++) {
        must(llmrec_dataset_item_id(dataset, items[i], &text, &length));
        printf("  %.*s", (int)length, text);
        if (title >= 0) {
            must(llmrec_dataset_item_text(dataset, items[i], title, &text, &length));
            printf("  %.*s", (int)length, text);
        }
        if (times[i] != INT64_MIN) print_time(dataset, times[i]);
        printf("\n");
    }
    if (rows > SHOWN_ROWS) printf("  ... and %" PRId64 " more\n", rows - SHOWN_ROWS);
    free(items);
    free(times);
}

/* Log lines: what was recognized, and warnings. */
static int32_t show_log(const llmrec_log_event *event, void *user)
{
    (void)user;
    printf("%s\n", event->message);
    return 0;
}

/* Reads the options from the words after the files; the texts stay in the words. */
static void read_options(char **words, int count, llmrec_dataset_options *options)
{
    must(llmrec_dataset_options_init(options, sizeof *options));
    for (int i = 0; i < count; i++) {
        char *value = strchr(words[i], '=');
        if (value == NULL) {
            fprintf(stderr, "inspect: %s; wanted NAME=VALUE\n", words[i]);
            exit(2);
        }
        *value = '\0';
        must(llmrec_option_set("llmrec_dataset_options", options, words[i], value + 1));
    }
}

int main(int count, char **words)
{
    llmrec_context *context = NULL;
    llmrec_dataset *dataset = NULL;
    llmrec_context_options settings;
    llmrec_dataset_options options;
    check_usage(count, words, 1, 0, usage);
    const char *items = count > 2 && strchr(words[2], '=') == NULL ? words[2] : NULL;
    const int first = items != NULL ? 3 : 2;
    read_options(words + first, count - first, &options);
    must(llmrec_context_options_init(&settings, sizeof settings));
    settings.log = show_log;
    must(llmrec_context_create(&settings, &context));
    must(llmrec_dataset_load(context, words[1], items, &options, &dataset));
    print_statistics(dataset);
    if (items != NULL) print_columns(dataset);
    for (int64_t i = 0; i < llmrec_dataset_sessions(dataset) && i < SHOWN_SESSIONS; i++) print_session(dataset, i);
    llmrec_dataset_free(dataset);
    llmrec_context_free(context);
    return 0;
}
