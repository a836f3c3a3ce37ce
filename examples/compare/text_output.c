/* SPDX-License-Identifier: Apache-2.0 */
/* The protocol and the table, for people. */
#include "output.h"

#include <math.h>
#include <stdio.h>

static void print_split(const compare_task *task)
{
    const compare_settings *s = task->settings;
    const int64_t sample = task->evaluation.sample;
    char method[32];
    size_t length = 0;
    if (llmrec_option_get("llmrec_split_options", &task->split, "method", method, sizeof method, &length) == LLMREC_OK)
        printf("split        %s, %s part", method, s->part_name);
    if (task->split.method == LLMREC_SPLIT_LEAVE_ONE_OUT)
        printf(": each session's %s item is the target\n", s->part == LLMREC_PART_TEST ? "last" : "last but one");
    else if (task->split.cutoff != NULL) printf(": sessions that end at or after %s\n", task->split.cutoff);
    else printf(": the sessions that end last; each one's last item is the target\n");
    printf("             %lld rows train; %lld sessions evaluated%s\n", (long long)llmrec_dataset_rows(task->train),
           (long long)llmrec_dataset_sessions(task->evaluated),
           task_drops_untrained(task) ? ", on items that the training part knows" : "");
    if (sample > 0 && sample < llmrec_dataset_sessions(task->evaluated))
        printf("             of them a sample of %lld, the same for all rows\n", (long long)sample);
}

static void print_validation(const compare_task *task)
{
    if (!task->trains && !task->fits) return;
    if (task->validation == NULL) {
        printf("validation   none: all epochs are run\n");
        return;
    }
    printf("validation   %lld sessions for early stopping and weights: ",
           (long long)llmrec_dataset_sessions(task->validation));
    if (task->split.method == LLMREC_SPLIT_LEAVE_ONE_OUT) printf("each one's last item but one is the target\n");
    else printf("of what the test part leaves, the %.3g %% that end last\n", 100 * task->split.validation_fraction);
    if (task->settings->part == LLMREC_PART_VALIDATION)
        printf("             which is also what is evaluated: figures are those of the best epoch\n");
}

static void print_vectors(const compare_task *task)
{
    if (task->embedding == NULL) return;
    const compare_settings *s = task->settings;
    const bool from_file = s->embedding != NULL;
    const char *url = options_given(&s->options, "text", "url");
    llmrec_usage usage = {.size = sizeof usage};
    printf("vectors      %lld x %lld from %s (%.2f s)\n", (long long)llmrec_embedding_rows(task->embedding),
           (long long)llmrec_embedding_dim(task->embedding),
           from_file     ? s->embedding
           : url != NULL ? url
                         : options_given(&s->options, "text", "model"),
           task->embed_seconds);
    if (url != NULL && llmrec_text_encoder_usage(task->text_encoder, &usage) == LLMREC_OK)
        printf("             %lld requests, %lld tokens\n", (long long)usage.attempts, (long long)usage.prompt_tokens);
    if (from_file && task->alignment.missing + task->alignment.surplus > 0)
        printf("             %lld items without a vector (not recommended by similarity), %lld vectors without item\n",
               (long long)task->alignment.missing, (long long)task->alignment.surplus);
}

llmrec_status print_protocol(const compare_task *task)
{
    llmrec_dataset_statistics d = {.size = sizeof d};
    const llmrec_status status = llmrec_dataset_describe(task->dataset, &d);
    if (status != LLMREC_OK) return status;
    printf("data         %s: %lld sessions, %lld items, %lld rows (%.2f s)\n", task->settings->interactions,
           (long long)d.sessions, (long long)d.items, (long long)d.rows, task->load_seconds);
    if (d.rows_dropped > 0)
        printf("             %lld of %lld rows read were dropped by filters\n", (long long)d.rows_dropped,
               (long long)d.input_rows);
    printf("             session length %.0f to %.0f, median %.0f, mean %.2f\n", d.length_quantiles[0],
           d.length_quantiles[4], d.length_quantiles[2], d.length_mean);
    if (task->has_times)
        printf("order        by time, %lld time ties as they stand in the input\n", (long long)d.time_ties);
    else printf("order        as the rows stand in the input, which has no times\n");
    print_split(task);
    print_validation(task);
    if (task->refit != NULL)
        printf(
            "refit        rows are made again on the train and validation parts, %lld rows, with options, epochs and "
            "weights kept\n",
            (long long)llmrec_dataset_rows(task->refit));
    else printf("train-only   no row has seen a validation or test target\n");
    printf("ranking      the full catalog of %lld items; %s; equal scores: lower index first\n", (long long)d.items,
           task->evaluation.keep_seen ? "a session's own items may return" : "a session's own items are left out");
    printf("popularity   counts for novelty and serendipity from the training part\n");
    print_vectors(task);
    putchar('\n');
    fflush(stdout); /* before the progress of what follows */
    return LLMREC_OK;
}

const char *fitted_on(const compare_task *task)
{
    return task->refit == NULL ? "train-only" : "refit";
}

llmrec_status print_table(const compare_task *task, const compare_row *rows, int64_t count)
{
    static char text[1 << 16];
    const llmrec_report *reports[MAX_NAMES];
    const char *names[MAX_NAMES];
    for (int64_t i = 0; i < count; i++) {
        reports[i] = rows[i].report;
        names[i] = rows[i].name;
    }
    const llmrec_status status =
        llmrec_report_format(reports, names, count, LLMREC_LAYOUT_TABLE, text, sizeof text, NULL);
    if (status == LLMREC_OK) printf("figures: %s\n\n%s\n", fitted_on(task), text);
    return status;
}

void print_costs(const compare_row *rows, int64_t count)
{
    bool any = false;
    for (int64_t i = 0; i < count; i++) {
        const llmrec_usage *u = &rows[i].runs[0].usage;
        const llmrec_report *r = rows[i].report;
        if (!strategy_asks(rows[i].strategy)) continue;
        if (!any) printf("asked of the model\n");
        any = true;
        printf("  %s: %lld requests (%lld from the journal, %lld failed), %lld + %lld tokens, %.1f s of answers, cost "
               "%.6g\n    named: %lld exact, %lld fuzzy, %lld twice, %lld filtered, %lld unknown; lists: %lld items by "
               "nearest vector, %lld of the first stage, %lld sessions failed\n",
               rows[i].name, (long long)u->requests, (long long)u->journal_hits, (long long)u->failures,
               (long long)u->prompt_tokens, (long long)u->completion_tokens, u->seconds, u->cost,
               (long long)llmrec_report_grounding(r, LLMREC_GROUNDING_EXACT),
               (long long)llmrec_report_grounding(r, LLMREC_GROUNDING_FUZZY),
               (long long)llmrec_report_grounding(r, LLMREC_GROUNDING_DUPLICATE),
               (long long)llmrec_report_grounding(r, LLMREC_GROUNDING_FILTERED),
               (long long)llmrec_report_grounding(r, LLMREC_GROUNDING_HALLUCINATED),
               (long long)llmrec_report_grounding(r, LLMREC_GROUNDING_NEAREST),
               (long long)llmrec_report_grounding(r, LLMREC_GROUNDING_BACKFILLED),
               (long long)llmrec_report_grounding(r, LLMREC_GROUNDING_FAILED));
    }
    if (any) putchar('\n');
}
