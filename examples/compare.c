/* SPDX-License-Identifier: Apache-2.0 */
/* From titles to recommendations: loads a dataset, embeds its item texts, evaluates strategies with one protocol, and
 * prints a table and recommendations for a few sessions. `compare --help` lists the flags. */
#define _POSIX_C_SOURCE 200809L
#include <llmrec/llmrec.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "compare/console.h"
#include "compare/help.h"
#include "compare/output.h"
#include "compare/compare_rows.h"

enum { FAILED = 1, WRONG_FLAG = 2, CANCELED = 130 };

static llmrec_status compare(compare_task *task, compare_row *rows, int64_t count)
{
    llmrec_status status = task_load(task);
    if (status == LLMREC_OK) status = print_protocol(task);
    for (int64_t i = 0; status == LLMREC_OK && i < count; i++) status = row_run(task, &rows[i]);
    if (status == LLMREC_OK) status = print_table(task, rows, count);
    if (status == LLMREC_OK) print_blends(rows, count);
    if (status == LLMREC_OK) status = print_seeds(rows, count);
    if (status == LLMREC_OK) status = print_comparisons(rows, count);
    if (status == LLMREC_OK) print_costs(rows, count);
    if (status == LLMREC_OK) status = print_samples(task, rows, count);
    return status;
}

/* Tries a file of results before the work. A new file is removed again. */
static bool can_write(const char *flag, const char *path)
{
    struct stat found;
    if (path == NULL) return true;
    const bool exists = stat(path, &found) == 0;
    FILE *file = exists ? NULL : fopen(path, "w");
    if (exists && S_ISDIR(found.st_mode)) errno = EISDIR;
    else if (exists ? access(path, W_OK) == 0 : file != NULL && fclose(file) == 0 && remove(path) == 0) return true;
    fprintf(stderr, "compare: %s: cannot write %s: %s\n", flag, path, strerror(errno));
    return false;
}

static int run(const compare_settings *settings, compare_row *rows, int64_t count)
{
    compare_console console = {0};
    compare_task task = {.settings = settings,
                         .trains = rows_train(rows, count),
                         .fits = rows_fit(rows, count),
                         .asks = rows_ask(rows, count),
                         .rows = rows,
                         .row_count = count,
                         .console = &console};
    llmrec_context_options options;
    if (!can_write("--json", settings->json) || !can_write("--plot", settings->plot)) return FAILED;
    llmrec_status status = llmrec_context_options_init(&options, sizeof options);
    console_attach(&console, settings->quiet != NULL, &options);
    if (status == LLMREC_OK) status = options_lay(&settings->options, "context", &options);
    if (status == LLMREC_OK) status = llmrec_context_create(&options, &task.context);
    if (status == LLMREC_OK) status = compare(&task, rows, count);
    if (status != LLMREC_OK) fprintf(stderr, "compare: %s\n", task.error[0] != '\0' ? task.error : llmrec_last_error());
    if (status == LLMREC_ERR_CANCELED && task.trains && settings->checkpoint != NULL)
        fputs("compare: the same command continues after the last whole epoch\n", stderr);
    int code = status == LLMREC_OK ? 0 : status == LLMREC_ERR_CANCELED ? CANCELED : FAILED;
    if (code == 0 && settings->json != NULL && !write_json(&task, rows, count, settings->json)) code = FAILED;
    if (code == 0 && settings->plot != NULL && !write_plot(&task, rows, count, settings->plot)) code = FAILED;
    task_clear(&task);
    return code;
}

int main(int count, char **words)
{
    static compare_settings settings;
    static compare_row rows[MAX_NAMES];
    int64_t row_count = 0;
    int code = WRONG_FLAG;
    if (settings_read(&settings, count, words)) {
        if (settings.version != NULL) printf("libllmrec %s, %s\n", llmrec_version(), llmrec_build_info());
        if (settings.help != NULL) code = help_print(settings.help) ? 0 : WRONG_FLAG;
        else if (settings.version != NULL) code = 0;
        else if (rows_read(&settings, rows, &row_count)) code = run(&settings, rows, row_count);
    }
    rows_clear(rows, row_count);
    return code;
}
