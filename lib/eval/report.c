/* SPDX-License-Identifier: Apache-2.0 */
/* Reads, compares, averages and writes reports. Implements the report part of llmrec/evaluation.h. */
#include "eval/report.h"

#include <math.h>
#include <string.h>

#include "core/context.h"
#include "core/file.h"
#include "core/memory.h"
#include "core/options.h"
#include "eval/significance.h"

llmrec_status lr_report_create(llmrec_context *context, size_t capacity, const llmrec_evaluation_options *options,
                               llmrec_report **report)
{
    llmrec_report *fresh = NULL;
    LR_RETURN_IF(LR_NEW_ZERO(context, fresh, 1));
    fresh->context = lr_context_hold(context);
    fresh->k_count = (size_t)options->k_count;
    fresh->capacity = capacity;
    memcpy(fresh->k, options->k, fresh->k_count * sizeof *fresh->k);
    fresh->options = *options;
    fresh->options.k = fresh->k;
    fresh->options.item_counts = NULL;
    const llmrec_status status =
        lr_alloc(context, &fresh->values, capacity, sizeof(double) * LR_SESSION_METRICS * fresh->k_count);
    if (status == LLMREC_OK) *report = fresh;
    else llmrec_report_free(fresh);
    return status;
}

/* Mean of the sample and its standard error. */
static lr_figure summarize(const double *values, size_t count)
{
    double sum = 0, squares = 0;
    for (size_t i = 0; i < count; i++) sum += values[i];
    const double mean = sum / (double)count; /* NaN without sessions */
    for (size_t i = 0; i < count; i++) squares += (values[i] - mean) * (values[i] - mean);
    const double error = count < 2 ? NAN : sqrt(squares / (double)(count - 1) / (double)count);
    return (lr_figure){mean, error};
}

void lr_report_summarize(llmrec_report *report)
{
    for (size_t k = 0; k < report->k_count; k++)
        for (size_t metric = 0; metric < LR_SESSION_METRICS; metric++)
            report->figures[metric][k] = summarize(lr_report_values(report, metric, k), report->sessions);
}

void llmrec_report_free(llmrec_report *report)
{
    if (report == NULL) return;
    llmrec_context *context = report->context;
    lr_free(context, report->values);
    lr_free(context, report);
    llmrec_context_free(context);
}

const char *llmrec_metric_name(int64_t metric)
{
    static const char *const names[] = {"ndcg", "hr",      "mrr",         "recall",  "precision",
                                        "map",  "novelty", "serendipity", "coverage"};
    return metric < 0 || metric > LLMREC_METRIC_COVERAGE ? NULL : names[metric];
}

int64_t lr_report_k_index(const llmrec_report *report, int64_t k)
{
    for (size_t i = 0; i < report->k_count; i++)
        if (report->k[i] == k) return (int64_t)i;
    return -1;
}

static llmrec_status find_figure(const llmrec_report *report, int64_t metric, int64_t k, size_t *k_index)
{
    LR_NEED(report);
    if (llmrec_metric_name(metric) == NULL)
        return lr_fail(LLMREC_ERR_ARGUMENT, "metric is %lld; wanted 0 to %d", (long long)metric,
                       LLMREC_METRIC_COVERAGE);
    const int64_t index = lr_report_k_index(report, k);
    if (index < 0)
        return lr_fail(LLMREC_ERR_ARGUMENT, "k is %lld; wanted one of the %zu list lengths from %lld to %lld",
                       (long long)k, report->k_count, (long long)report->k[0],
                       (long long)report->k[report->k_count - 1]);
    *k_index = (size_t)index;
    return LLMREC_OK;
}

llmrec_status llmrec_report_metric(const llmrec_report *report, int64_t metric, int64_t k, double *value,
                                   double *standard_error)
{
    size_t index = 0;
    LR_RETURN_IF(find_figure(report, metric, k, &index));
    if (value != NULL) *value = report->figures[metric][index].value;
    if (standard_error != NULL) *standard_error = report->figures[metric][index].error;
    return LLMREC_OK;
}

llmrec_status llmrec_report_values(const llmrec_report *report, int64_t metric, int64_t k, double *values)
{
    size_t index = 0;
    LR_RETURN_IF(find_figure(report, metric, k, &index));
    if (metric == LLMREC_METRIC_COVERAGE)
        return lr_fail(LLMREC_ERR_ARGUMENT, "metric is coverage; wanted a metric with a value per session");
    LR_NEED(values);
    if (report->sessions > 0)
        memcpy(values, lr_report_values(report, (size_t)metric, index), report->sessions * sizeof *values);
    return LLMREC_OK;
}

int64_t llmrec_report_sessions(const llmrec_report *report)
{
    return report == NULL ? 0 : (int64_t)report->sessions;
}

int64_t llmrec_report_empty_lists(const llmrec_report *report)
{
    return report == NULL ? 0 : (int64_t)report->empty_lists;
}

int64_t llmrec_report_grounding(const llmrec_report *report, int64_t column)
{
    return report == NULL || column < 0 || column >= LLMREC_GROUNDING_COUNT ? 0 : report->grounding[column];
}

double llmrec_report_seconds(const llmrec_report *report)
{
    return report == NULL ? 0 : report->seconds;
}

int64_t llmrec_report_k_count(const llmrec_report *report)
{
    return report == NULL ? 0 : (int64_t)report->k_count;
}

int64_t llmrec_report_k(const llmrec_report *report, int64_t index)
{
    return report == NULL || index < 0 || index >= (int64_t)report->k_count ? 0 : report->k[index];
}

/* Compares two columns of values by their differences. */
static llmrec_comparison compare_values(const double *values, const double *baseline, size_t count)
{
    const double freedom = (double)(count - 1);
    double sum = 0, squares = 0;
    for (size_t i = 0; i < count; i++) sum += values[i] - baseline[i];
    const double mean = sum / (double)count;
    for (size_t i = 0; i < count; i++) squares += (values[i] - baseline[i] - mean) * (values[i] - baseline[i] - mean);
    const double error = sqrt(squares / freedom / (double)count);
    const double reach = error > 0 ? error * lr_student_quantile(.05, freedom) : 0;
    return (llmrec_comparison){
        .sessions = (int64_t)count,
        .difference = mean,
        .standard_error = error,
        .low = mean - reach,
        .high = mean + reach,
        .p_value = mean == 0   ? 1
                   : error > 0 ? lr_student_tails(fabs(mean) / error, freedom)
                               : 0,
    };
}

llmrec_status llmrec_report_compare(const llmrec_report *report, const llmrec_report *baseline, int64_t metric,
                                    int64_t k, llmrec_comparison *comparison)
{
    size_t index = 0, baseline_index = 0;
    LR_RETURN_IF(find_figure(report, metric, k, &index));
    LR_RETURN_IF(find_figure(baseline, metric, k, &baseline_index));
    if (metric == LLMREC_METRIC_COVERAGE)
        return lr_fail(LLMREC_ERR_ARGUMENT, "metric is coverage; wanted a metric with a value per session");
    if (report->sessions != baseline->sessions || report->sessions < 2)
        return lr_fail(LLMREC_ERR_SHAPE, "reports of %zu and %zu sessions; wanted the same sessions, at least 2",
                       report->sessions, baseline->sessions);
    const llmrec_comparison found =
        compare_values(lr_report_values(report, (size_t)metric, index),
                       lr_report_values(baseline, (size_t)metric, baseline_index), report->sessions);
    return lr_struct_give("llmrec_comparison", sizeof found, LR_FROZEN(llmrec_comparison, p_value), &found, comparison);
}

/* Checks that all reports have the sessions and list lengths of the first one. */
static llmrec_status check_comparable(const llmrec_report *const *reports, size_t count)
{
    if (reports == NULL || count == 0) return lr_fail(LLMREC_ERR_ARGUMENT, "no reports; wanted at least one");
    for (size_t i = 0; i < count; i++) {
        if (reports[i] == NULL) return lr_fail(LLMREC_ERR_ARGUMENT, "reports[%zu] is NULL", i);
        if (reports[i]->sessions != reports[0]->sessions)
            return lr_fail(LLMREC_ERR_SHAPE, "reports[%zu] has %zu sessions; wanted %zu, as in reports[0]", i,
                           reports[i]->sessions, reports[0]->sessions);
        for (size_t k = 0; k < reports[0]->k_count; k++)
            if (lr_report_k_index(reports[i], reports[0]->k[k]) < 0)
                return lr_fail(LLMREC_ERR_ARGUMENT, "reports[%zu] has no list length %lld, which reports[0] has", i,
                               (long long)reports[0]->k[k]);
    }
    return LLMREC_OK;
}

/* Adds a weighted report to the mean. */
static void add_share(const llmrec_report *report, double share, llmrec_report *mean)
{
    for (size_t k = 0; k < mean->k_count; k++) {
        const size_t other = (size_t)lr_report_k_index(report, mean->k[k]);
        for (size_t metric = 0; metric < LR_SESSION_METRICS; metric++) {
            const double *from = lr_report_values(report, metric, other);
            double *to = lr_report_values(mean, metric, k);
            for (size_t i = 0; i < mean->sessions; i++) to[i] += share * from[i];
        }
        mean->figures[LLMREC_METRIC_COVERAGE][k].value += share * report->figures[LLMREC_METRIC_COVERAGE][other].value;
    }
    mean->seconds += report->seconds;
    for (size_t i = 0; i < LLMREC_GROUNDING_COUNT; i++) mean->grounding[i] += report->grounding[i];
    if (report->empty_lists > mean->empty_lists) mean->empty_lists = report->empty_lists;
}

llmrec_status llmrec_report_mean(const llmrec_report *const *reports, int64_t count, llmrec_report **mean)
{
    llmrec_report *fresh = NULL;
    LR_RETURN_IF(lr_count("count", count));
    LR_RETURN_IF(check_comparable(reports, (size_t)count));
    LR_NEED(mean);
    const llmrec_report *first = reports[0];
    LR_RETURN_IF(lr_report_create(first->context, first->sessions, &first->options, &fresh));
    fresh->sessions = first->sessions;
    memset(fresh->values, 0, LR_SESSION_METRICS * fresh->k_count * fresh->capacity * sizeof *fresh->values);
    for (int64_t i = 0; i < count; i++) add_share(reports[i], 1 / (double)count, fresh);
    lr_report_summarize(fresh);
    for (size_t k = 0; k < fresh->k_count; k++) fresh->figures[LLMREC_METRIC_COVERAGE][k].error = NAN;
    *mean = fresh;
    return LLMREC_OK;
}

static llmrec_status check_reports(const lr_reports *reports)
{
    if (reports->count == 0) return lr_fail(LLMREC_ERR_ARGUMENT, "count is 0; wanted at least one report");
    if (reports->reports == NULL || reports->names == NULL)
        return lr_fail(LLMREC_ERR_ARGUMENT, "reports or names is NULL");
    for (size_t i = 0; i < reports->count; i++)
        if (reports->reports[i] == NULL || reports->names[i] == NULL)
            return lr_fail(LLMREC_ERR_ARGUMENT, "reports[%zu] or names[%zu] is NULL", i, i);
    return LLMREC_OK;
}

static llmrec_status write_text(const lr_reports *reports, int64_t layout, lr_builder *text)
{
    switch (layout) {
    case LLMREC_LAYOUT_TABLE: return lr_reports_table(reports, text);
    case LLMREC_LAYOUT_JSON: return lr_reports_json(reports, text);
    case LLMREC_LAYOUT_CSV: return lr_reports_csv(reports, text);
    default:
        return lr_fail(LLMREC_ERR_ARGUMENT, "layout is %lld; wanted 0 to %d", (long long)layout, LLMREC_LAYOUT_CSV);
    }
}

llmrec_status llmrec_report_format(const llmrec_report *const *reports, const char *const *names, int64_t count,
                                   int64_t layout, char *text, size_t capacity, size_t *length)
{
    const lr_reports all = {reports, names, (size_t)count};
    LR_RETURN_IF(lr_count("count", count));
    LR_RETURN_IF(check_reports(&all));
    lr_builder builder = {.context = reports[0]->context};
    return lr_builder_finish(write_text(&all, layout, &builder), &builder, text, capacity, length);
}

llmrec_status llmrec_report_description(const llmrec_report *report, char *text, size_t capacity, size_t *length)
{
    LR_NEED(report);
    return lr_description_give(report->context, lr_report_describe, report, text, capacity, length);
}

llmrec_status llmrec_report_save(const llmrec_report *const *reports, const char *const *names, int64_t count,
                                 const char *path)
{
    llmrec_status status = LLMREC_OK;
    const lr_reports all = {reports, names, (size_t)count};
    LR_RETURN_IF(lr_count("count", count));
    LR_RETURN_IF(check_reports(&all));
    LR_NEED(path);
    lr_builder builder = {.context = reports[0]->context};
    const int64_t layout = lr_path_ends(path, ".json")  ? LLMREC_LAYOUT_JSON
                           : lr_path_ends(path, ".csv") ? LLMREC_LAYOUT_CSV
                                                        : LLMREC_LAYOUT_TABLE;
    LR_TRY(write_text(&all, layout, &builder));
    LR_TRY(lr_file_write(builder.context, path, builder.text, builder.length));
done:
    lr_free(builder.context, builder.text);
    return status;
}
