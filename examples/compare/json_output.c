/* SPDX-License-Identifier: Apache-2.0 */
/* The comparison as JSON. */
#include <jansson.h>
#include <math.h>
#include <stdio.h>

#include "library_json.h"
#include "output.h"
#include "recommenders.h"

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
    return json_pack("{s:o, s:o, s:I, s:I, s:I, s:I, s:I, s:I, s:f}", "interactions", json_string(s->interactions),
                     "items", text_or_null(s->items), "sessions", (json_int_t)d.sessions, "catalog",
                     (json_int_t)d.items, "rows", (json_int_t)d.rows, "input_rows", (json_int_t)d.input_rows,
                     "rows_dropped", (json_int_t)d.rows_dropped, "time_ties", (json_int_t)d.time_ties, "seconds",
                     task->load_seconds);
}

static json_t *vectors(const compare_task *task)
{
    const compare_settings *s = task->settings;
    if (task->embedding == NULL) return json_null();
    return json_pack("{s:o, s:o, s:o, s:I, s:I, s:I, s:I, s:f}", "text_model",
                     text_or_null(options_given(&s->options, "text", "model")), "text_url",
                     text_or_null(options_given(&s->options, "text", "url")), "file", text_or_null(s->embedding),
                     "rows", (json_int_t)llmrec_embedding_rows(task->embedding), "dim",
                     (json_int_t)llmrec_embedding_dim(task->embedding), "missing", (json_int_t)task->alignment.missing,
                     "surplus", (json_int_t)task->alignment.surplus, "seconds", task->embed_seconds);
}

/* The part for early stopping. */
static json_t *validation(const compare_task *task)
{
    if (task->validation == NULL) return json_null();
    const bool temporal = task->split.method == LLMREC_SPLIT_TEMPORAL;
    return json_pack("{s:I, s:o}", "sessions", (json_int_t)llmrec_dataset_sessions(task->validation), "fraction",
                     temporal ? json_real(task->split.validation_fraction) : json_null());
}

/* All of the part, or a sample of it. */
static json_int_t evaluated_sessions(const compare_task *task)
{
    return (json_int_t)(task->evaluation.sample > 0 ? llmrec_report_sessions(task->rows[0].report)
                                                    : llmrec_dataset_sessions(task->evaluated));
}

/* By section and name, as the library reads them. */
static json_t *options_object(const compare_task *task)
{
    return json_pack("{s:o, s:o, s:o}", "dataset", options_json("llmrec_dataset_options", &task->loading), "split",
                     options_json("llmrec_split_options", &task->split), "evaluation",
                     options_json("llmrec_evaluation_options", &task->evaluation));
}

static json_t *protocol(const compare_task *task)
{
    const compare_settings *s = task->settings;
    json_t *options = options_object(task);
    const char *method = json_string_value(json_object_get(json_object_get(options, "split"), "method"));
    return json_pack(
        "{s:s, s:o, s:s, s:s, s:s, s:I, s:I, s:o, s:b, s:s, s:b, s:s, s:s, s:s, s:o, s:o, s:I, s:I, s:o}", "library",
        llmrec_version(), "data", data(task), "split", method, "part", s->part_name, "fitted_on", fitted_on(task),
        "train_rows", (json_int_t)llmrec_dataset_rows(task->train), "evaluated_sessions", evaluated_sessions(task),
        "validation", validation(task), "drop_untrained", (int)task_drops_untrained(task), "target",
        "last row of each session", "seen_filter", !task->evaluation.keep_seen, "ranking", "full catalog", "ties",
        "time: input order; score: lower index", "item_counts", "train", "k", lengths(s), "vectors", vectors(task),
        "seed", (json_int_t)s->seed, "threads", (json_int_t)llmrec_context_threads(task->context), "options", options);
}

static json_t *deviations(const compare_row *row)
{
    json_t *object = json_object();
    for (int64_t i = 0; i < llmrec_report_k_count(row->report); i++)
        for (int64_t metric = 0; metric <= LLMREC_METRIC_COVERAGE; metric++) {
            char name[64];
            const int64_t k = llmrec_report_k(row->report, i);
            snprintf(name, sizeof name, "%s@%lld", llmrec_metric_name(metric), (long long)k);
            json_object_set_new(object, name, number_or_null(seed_deviation(row, metric, k)));
        }
    return object;
}

static json_t *curve(const compare_run *run)
{
    json_t *list = json_array();
    for (int64_t i = 0; i < run->epochs; i++) {
        const llmrec_epoch *e = &run->epoch[i];
        json_array_append_new(list, json_pack("{s:I, s:o, s:o, s:o, s:f, s:f}", "epoch", (json_int_t)e->epoch, "loss",
                                              number_or_null(e->loss), "ndcg", number_or_null(e->ndcg), "hr",
                                              number_or_null(e->hit_rate), "seconds", e->seconds, "validation_seconds",
                                              e->validation_seconds));
    }
    return list;
}

/* Sequences or tokens in a second of training. */
static double speed(const compare_run *run, bool tokens)
{
    double sum = 0, seconds = 0;
    for (int64_t i = 0; i < run->epochs; i++) {
        const llmrec_epoch *e = &run->epoch[i];
        sum += e->seconds * (tokens ? e->tokens_per_second : e->sequences_per_second);
        seconds += e->seconds;
    }
    return sum / seconds;
}

static json_t *run_object(const compare_run *run)
{
    json_t *figures = report_json(run->report);
    const llmrec_epoch *best = &run->epoch[run->best - 1];
    json_t *object = json_pack("{s:I, s:I, s:I, s:o, s:o, s:f, s:f, s:f, s:o, s:f, s:O, s:o}", "seed",
                               (json_int_t)run->seed, "epochs", (json_int_t)run->epochs, "best_epoch",
                               (json_int_t)run->best, "loss", number_or_null(best->loss), "validation_ndcg",
                               number_or_null(best->ndcg), "seconds", run_train_seconds(run), "sequences_per_second",
                               speed(run, false), "tokens_per_second", speed(run, true), "checkpoint",
                               text_or_null(run->checkpoint), "evaluate_seconds", llmrec_report_seconds(run->report),
                               "metrics", json_object_get(figures, "metrics"), "curve", curve(run));
    json_decref(figures);
    return object;
}

/* Of the first run; the others have other seeds. */
static json_t *training_options(const compare_row *row)
{
    compare_network network;
    return network_read(row, row->runs[0].seed, &network) ? network_json(&network) : json_null();
}

static json_t *training(const compare_row *row)
{
    json_t *runs = json_array();
    for (int64_t i = 0; i < row->run_count; i++) json_array_append_new(runs, run_object(&row->runs[i]));
    return json_pack("{s:I, s:o, s:o, s:o}", "parameters", (json_int_t)row->runs[0].parameters, "options",
                     training_options(row), "sd", deviations(row), "seeds", runs);
}

/* Requests to a language model and their cost; `grounding`: where the items of its lists are from. */
static json_t *model_object(const compare_row *row, json_t *grounding)
{
    const llmrec_usage *u = &row->runs[0].usage;
    return json_pack("{s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:f, s:f, s:O?}", "first_stage", row->first_stage, "requests",
                     (json_int_t)u->requests, "journal_hits", (json_int_t)u->journal_hits, "retries",
                     (json_int_t)u->retries, "failures", (json_int_t)u->failures, "prompt_tokens",
                     (json_int_t)u->prompt_tokens, "completion_tokens", (json_int_t)u->completion_tokens, "seconds",
                     u->seconds, "cost", u->cost, "grounding", grounding);
}

/* Weights of a blend, and NDCG on the validation sessions of each part alone and of the blend without it. */
static json_t *blend_object(const compare_row *row)
{
    const compare_run *run = &row->runs[0];
    json_t *parts = json_array();
    for (int64_t i = 0; i < row->part_count; i++)
        json_array_append_new(parts,
                              json_pack("{s:s, s:f, s:f, s:o}", "row", row->part[i], "weight", run->fit.weights[i],
                                        "alone", run->fit.alone[i], "without", number_or_null(run->fit.without[i])));
    return json_pack("{s:I, s:f, s:f, s:o}", "sessions", (json_int_t)run->fit.sessions, "ndcg", run->fit.ndcg, "equal",
                     run->fit.equal, "parts", parts);
}

static json_t *strategy_object(const compare_row *row)
{
    json_t *figures = report_json(row->report);
    double prepare = 0, train = 0;
    for (int64_t i = 0; i < row->run_count; i++) {
        prepare += row->runs[i].prepare_seconds;
        train += run_train_seconds(&row->runs[i]);
    }
    json_t *object =
        json_pack("{s:s, s:o, s:O, s:O, s:{s:f, s:f, s:f}}", "name", row->name, "options",
                  recommender_json(row->runs[0].recommender), "metrics", json_object_get(figures, "metrics"), "stderr",
                  json_object_get(figures, "stderr"), "seconds", "prepare", prepare, "train", train, "evaluate",
                  llmrec_report_seconds(row->report));
    if (row->strategy->preset != NULL) json_object_set_new(object, "training", training(row));
    if (row->runs[0].fit.size > 0) json_object_set_new(object, "blend", blend_object(row));
    if (strategy_asks(row->strategy))
        json_object_set_new(object, "llm", model_object(row, json_object_get(figures, "grounding")));
    json_decref(figures);
    return object;
}

/* --- comparisons ----------------------------------------------------------------------------------------------- */

static void add_comparison(json_t *list, const compare_row *row, const compare_row *baseline, int64_t metric, int64_t k)
{
    llmrec_comparison c = {.size = sizeof c};
    char name[64];
    double before = NAN;
    if (llmrec_report_compare(row->report, baseline->report, metric, k, &c) != LLMREC_OK) return;
    llmrec_report_metric(baseline->report, metric, k, &before, NULL);
    snprintf(name, sizeof name, "%s@%lld", llmrec_metric_name(metric), (long long)k);
    json_array_append_new(
        list, json_pack("{s:s, s:s, s:s, s:I, s:f, s:o, s:o, s:o, s:o, s:f}", "strategy", row->name, "baseline",
                        baseline->name, "metric", name, "sessions", (json_int_t)c.sessions, "difference", c.difference,
                        "relative", number_or_null(c.difference / before), "stderr", number_or_null(c.standard_error),
                        "low", number_or_null(c.low), "high", number_or_null(c.high), "p", c.p_value));
}

static json_t *comparisons(const compare_row *rows, int64_t count)
{
    static const int64_t metrics[] = {LLMREC_METRIC_NDCG, LLMREC_METRIC_HR};
    json_t *list = json_array();
    for (int64_t i = 0; i < count; i++) {
        const compare_row *baseline = row_baseline(rows, count, &rows[i]);
        for (int64_t j = 0; baseline != NULL && j < llmrec_report_k_count(rows[i].report); j++)
            for (size_t m = 0; m < 2; m++)
                add_comparison(list, &rows[i], baseline, metrics[m], llmrec_report_k(rows[i].report, j));
    }
    return list;
}

bool write_json(const compare_task *task, const compare_row *rows, int64_t count, const char *path)
{
    json_t *list = json_array(), *protocol_object = protocol(task);
    for (int64_t i = 0; i < count; i++) json_array_append_new(list, strategy_object(&rows[i]));
    json_t *all = json_pack("{s:o, s:o, s:o}", "protocol", protocol_object, "strategies", list, "comparisons",
                            comparisons(rows, count));
    const bool written = all != NULL && json_dump_file(all, path, JSON_INDENT(2) | JSON_REAL_PRECISION(17)) == 0;
    json_decref(all);
    if (!written) fprintf(stderr, "compare: --json: cannot write %s\n", path);
    return written;
}
