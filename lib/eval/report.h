/* SPDX-License-Identifier: Apache-2.0 */
/* The fields of a report. */
#ifndef LR_EVAL_REPORT_H
#define LR_EVAL_REPORT_H

#include "eval/metrics.h"
#include "core/description.h"
#include "llmrec/evaluation.h"
#include "llmrec/prompt.h"

enum { LR_MAX_KS = 16 };

typedef struct lr_figure {
    double value, error; /* error is NaN if unknown */
} lr_figure;

struct llmrec_report {
    llmrec_context *context;
    size_t sessions, empty_lists;
    llmrec_evaluation_options options; /* `k` points to the array below; without item_counts */
    size_t k_count;
    int64_t k[LR_MAX_KS];
    double seconds;
    size_t capacity;                                      /* `values` has space for this many sessions */
    double *values;                                       /* [LR_SESSION_METRICS, k_count, capacity] */
    lr_figure figures[LR_SESSION_METRICS + 1][LR_MAX_KS]; /* coverage is the last one */
    int64_t grounding[LLMREC_GROUNDING_COUNT];
};

/* Values of a metric at a list length, given by index: one per session. */
static inline double *lr_report_values(const llmrec_report *report, size_t metric, size_t k_index)
{
    return report->values + (metric * report->k_count + k_index) * report->capacity;
}

/* Index of list length k, or -1. */
int64_t lr_report_k_index(const llmrec_report *report, int64_t k);

/* Creates an empty report of checked options, with space for the values of `capacity` sessions. */
llmrec_status lr_report_create(llmrec_context *context, size_t capacity, const llmrec_evaluation_options *options,
                               llmrec_report **report);

/* Computes means over sessions and their standard errors, except for coverage. */
void lr_report_summarize(llmrec_report *report);

/* Several reports side by side. */
typedef struct lr_reports {
    const llmrec_report *const *reports;
    const char *const *names;
    size_t count;
} lr_reports;

/* An lr_describe_fn. */
llmrec_status lr_report_describe(const void *report, lr_builder *json);

llmrec_status lr_reports_table(const lr_reports *reports, lr_builder *text);
llmrec_status lr_reports_json(const lr_reports *reports, lr_builder *text);
llmrec_status lr_reports_csv(const lr_reports *reports, lr_builder *text);

#endif
