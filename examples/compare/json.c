/* SPDX-License-Identifier: Apache-2.0 */
/* The comparison as JSON. */
#include <jansson.h>
#include <math.h>
#include <stdio.h>

#include "output.h"

static json_t *number_or_null(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

static json_t *text_or_null(const char *text)
{
    return text == NULL ? json_null() : json_string(text);
}

static json_t *lengths(const compare_settings *s)
{
    json_t *list = json_array();
    for (int64_t i = 0; i < s->k_count; i++) json_array_append_new(list, json_integer(s->k[i]));
    return list;
}

static json_t *data(const compare_task *task)
{
    llmrec_dataset_statistics d = {.size = sizeof d};
    const compare_settings *s = task->settings;
    if (llmrec_dataset_describe(task->dataset, &d) != LLMREC_OK) return NULL;
    return json_pack("{s:o, s:o, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:f}", "interactions", json_string(s->interactions),
                     "items", text_or_null(s->items), "sessions", (json_int_t)d.sessions, "catalogue",
                     (json_int_t)d.items, "rows", (json_int_t)d.rows, "input_rows", (json_int_t)d.input_rows,
                     "rows_dropped", (json_int_t)d.rows_dropped, "p_core", (json_int_t)s->p_core, "time_ties",
                     (json_int_t)d.time_ties, "seconds", task->load_seconds);
}

static json_t *vectors(const compare_task *task)
{
    const compare_settings *s = task->settings;
    if (task->embedding == NULL) return json_null();
    return json_pack("{s:o, s:o, s:I, s:I, s:I, s:I, s:f}", "text_model", text_or_null(s->text_model), "file",
                     text_or_null(s->embedding), "rows", (json_int_t)llmrec_embedding_rows(task->embedding), "dim",
                     (json_int_t)llmrec_embedding_dim(task->embedding), "missing", (json_int_t)task->alignment.missing,
                     "surplus", (json_int_t)task->alignment.surplus, "seconds", task->embed_seconds);
}

static json_t *protocol(const compare_task *task)
{
    const compare_settings *s = task->settings;
    return json_pack("{s:s, s:o, s:s, s:s, s:I, s:I, s:b, s:s, s:b, s:s, s:s, s:s, s:o, s:o, s:I, s:I}", "library",
                     llmrec_version(), "data", data(task), "split", choice_name("--split", task->split), "part",
                     choice_name("--part", s->part), "train_rows", (json_int_t)llmrec_dataset_rows(task->train),
                     "evaluated_sessions", (json_int_t)llmrec_dataset_sessions(task->evaluated), "drop_untrained",
                     (int)task->drops_untrained, "target", "last row of each session", "seen_filter", !s->keep_seen,
                     "ranking", "full catalogue", "ties", "time: input order; score: lower index", "item_counts",
                     "train", "k", lengths(s), "vectors", vectors(task), "seed", (json_int_t)s->seed, "threads",
                     (json_int_t)llmrec_context_threads(task->context));
}

enum { VALUES, ERRORS };

static json_t *figures(const llmrec_report *report, int which)
{
    json_t *object = json_object();
    const int64_t last = which == VALUES ? LLMREC_METRIC_COVERAGE : LLMREC_METRIC_COVERAGE - 1;
    for (int64_t i = 0; i < llmrec_report_k_count(report); i++)
        for (int64_t metric = 0; metric <= last; metric++) {
            char name[64];
            double value = NAN, error = NAN;
            const int64_t k = llmrec_report_k(report, i);
            snprintf(name, sizeof name, "%s@%lld", llmrec_metric_name(metric), (long long)k);
            if (llmrec_report_metric(report, metric, k, &value, &error) == LLMREC_OK)
                json_object_set_new(object, name, number_or_null(which == VALUES ? value : error));
        }
    return object;
}

static json_t *strategy_object(const compare_row *row)
{
    json_t *options = json_loads(llmrec_recommender_description(row->recommender), 0, NULL);
    json_t *object = json_pack("{s:s, s:o, s:o, s:o, s:{s:f, s:f, s:f}}", "name", row->name, "options",
                               options == NULL ? json_object() : options, "metrics", figures(row->report, VALUES),
                               "stderr", figures(row->report, ERRORS), "seconds", "prepare", row->prepare_seconds,
                               "train", row->train_seconds, "evaluate", llmrec_report_seconds(row->report));
    if (row->epochs > 0)
        json_object_set_new(object, "training",
                            json_pack("{s:I, s:f, s:f}", "epochs", (json_int_t)row->epochs, "sequences_per_second",
                                      row->sequences_per_second, "tokens_per_second", row->tokens_per_second));
    return object;
}

bool write_json(const compare_task *task, const compare_row *rows, int64_t count, const char *path)
{
    json_t *list = json_array(), *protocol_object = protocol(task);
    for (int64_t i = 0; i < count; i++) json_array_append_new(list, strategy_object(&rows[i]));
    json_t *all = json_pack("{s:o, s:o}", "protocol", protocol_object, "strategies", list);
    const bool written = all != NULL && json_dump_file(all, path, JSON_INDENT(2) | JSON_REAL_PRECISION(17)) == 0;
    json_decref(all);
    if (!written) fprintf(stderr, "compare: --json: cannot write %s\n", path);
    return written;
}
