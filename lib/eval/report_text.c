/* SPDX-License-Identifier: Apache-2.0 */
/* Writes reports as JSON and CSV. */
#include <string.h>

#include "eval/protocol.h"

static llmrec_status add(lr_builder *text, const char *plain)
{
    return lr_builder_add(text, plain, strlen(plain));
}

enum { VALUES, ERRORS };

/* {"ndcg@10":0.1,...}: every metric at every k; unknown errors are omitted. */
static llmrec_status add_figures(lr_builder *text, const llmrec_report *report, int which)
{
    const size_t metrics = which == VALUES ? LR_SESSION_METRICS + 1 : LR_SESSION_METRICS;
    for (size_t k = 0; k < report->k_count; k++)
        for (size_t metric = 0; metric < metrics; metric++) {
            const lr_figure figure = report->figures[metric][k];
            LR_RETURN_IF(lr_builder_format(text, "%s\"%s@%lld\":", k + metric > 0 ? "," : "{",
                                           llmrec_metric_name((int64_t)metric), (long long)report->k[k]));
            LR_RETURN_IF(lr_builder_number(text, which == VALUES ? figure.value : figure.error));
        }
    return add(text, "}");
}

/* Grounding counts, for a recommender that asks a model. */
static llmrec_status add_grounding(lr_builder *text, const llmrec_report *report)
{
    static const char *const names[LLMREC_GROUNDING_COUNT] = {
        "exact", "fuzzy", "nearest", "duplicate", "hallucinated", "backfilled", "failed", "filtered", "requests"};
    if (report->grounding[LLMREC_GROUNDING_REQUESTS] == 0) return LLMREC_OK;
    for (size_t i = 0; i < LLMREC_GROUNDING_COUNT; i++)
        LR_RETURN_IF(lr_builder_format(text, "%s\"%s\":%lld", i == 0 ? ",\"grounding\":{" : ",", names[i],
                                       (long long)report->grounding[i]));
    return add(text, "}");
}

/* The members that every JSON of a report has, and the end of the object. */
static llmrec_status add_members(lr_builder *text, const llmrec_report *report)
{
    LR_RETURN_IF(lr_builder_format(text, ",\"sessions\":%zu,\"empty_lists\":%zu,\"metrics\":", report->sessions,
                                   report->empty_lists));
    LR_RETURN_IF(add_figures(text, report, VALUES));
    LR_RETURN_IF(add(text, ",\"stderr\":"));
    LR_RETURN_IF(add_figures(text, report, ERRORS));
    LR_RETURN_IF(add(text, ",\"seconds\":"));
    LR_RETURN_IF(lr_builder_number(text, report->seconds));
    LR_RETURN_IF(add_grounding(text, report));
    return add(text, "}");
}

static llmrec_status add_object(lr_builder *text, const char *name, const llmrec_report *report)
{
    LR_RETURN_IF(add(text, "{\"name\":"));
    LR_RETURN_IF(lr_builder_json(text, name, strlen(name)));
    return add_members(text, report);
}

llmrec_status lr_report_describe(const void *handle, lr_builder *json)
{
    const llmrec_report *report = handle;
    LR_RETURN_IF(add(json, "{\"kind\":\"report\",\"k\":["));
    for (size_t i = 0; i < report->k_count; i++)
        LR_RETURN_IF(lr_builder_format(json, "%s%lld", i > 0 ? "," : "", (long long)report->k[i]));
    LR_RETURN_IF(add(json, "]"));
    LR_RETURN_IF(lr_describe_options(json, "options", &lr_evaluation_options, &report->options));
    return add_members(json, report);
}

llmrec_status lr_reports_json(const lr_reports *reports, lr_builder *text)
{
    for (size_t i = 0; i < reports->count; i++) {
        LR_RETURN_IF(add(text, i > 0 ? ",\n " : "["));
        LR_RETURN_IF(add_object(text, reports->names[i], reports->reports[i]));
    }
    return add(text, "]\n");
}

/* Adds a CSV field, quoted if necessary (RFC 4180). */
static llmrec_status add_field(lr_builder *text, const char *field)
{
    if (strpbrk(field, ",\"\r\n") == NULL) return add(text, field);
    LR_RETURN_IF(add(text, "\""));
    for (; *field != '\0'; field++) {
        if (*field == '"') LR_RETURN_IF(add(text, "\""));
        LR_RETURN_IF(lr_builder_add(text, field, 1));
    }
    return add(text, "\"");
}

/* Adds nothing for NaN. */
static llmrec_status add_number(lr_builder *text, double value)
{
    return value == value ? lr_builder_number(text, value) : LLMREC_OK;
}

static llmrec_status add_rows(lr_builder *text, const char *name, const llmrec_report *report)
{
    for (size_t k = 0; k < report->k_count; k++)
        for (size_t metric = 0; metric <= LR_SESSION_METRICS; metric++) {
            const lr_figure figure = report->figures[metric][k];
            LR_RETURN_IF(add_field(text, name));
            LR_RETURN_IF(
                lr_builder_format(text, ",%s,%lld,", llmrec_metric_name((int64_t)metric), (long long)report->k[k]));
            LR_RETURN_IF(add_number(text, figure.value));
            LR_RETURN_IF(add(text, ","));
            LR_RETURN_IF(add_number(text, figure.error));
            LR_RETURN_IF(add(text, "\n"));
        }
    return LLMREC_OK;
}

llmrec_status lr_reports_csv(const lr_reports *reports, lr_builder *text)
{
    LR_RETURN_IF(add(text, "name,metric,k,value,stderr\n"));
    for (size_t i = 0; i < reports->count; i++) LR_RETURN_IF(add_rows(text, reports->names[i], reports->reports[i]));
    return LLMREC_OK;
}
