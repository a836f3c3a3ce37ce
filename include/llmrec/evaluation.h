/* SPDX-License-Identifier: Apache-2.0 */
/* Evaluation: full-ranking metrics of a recommender, or of lists made elsewhere, with standard errors. */
#ifndef LLMREC_EVALUATION_H
#define LLMREC_EVALUATION_H

#include "recommender.h"

LLMREC_BEGIN

typedef struct llmrec_report llmrec_report;

/* The metrics, each at every k. L is the list cut to k and then freed of repeats, r a rank in it from 1, G the distinct
 * targets, H what both share. A session scores 0 wherever a formula would divide by 0 (an empty list, no target).
 * (Harte et al. 2023 and its code for ndcg, hr, mrr, novelty, serendipity, coverage; precision and map as RecBole.) */
typedef enum llmrec_metric {
    LLMREC_METRIC_NDCG = 0,        /* sum_{r in H} 1/log2(r+1) / sum_{i=1..min(|G|,k)} 1/log2(i+1) */
    LLMREC_METRIC_HR = 1,          /* 1 if any target is in the list */
    LLMREC_METRIC_MRR = 2,         /* 1 / rank of the first hit (or, by option, mean over hits) */
    LLMREC_METRIC_RECALL = 3,      /* |H| / |G| */
    LLMREC_METRIC_PRECISION = 4,   /* |H| / k, also for a shorter list */
    LLMREC_METRIC_MAP = 5,         /* sum_{r in H} precision@r / min(|G|, k) */
    LLMREC_METRIC_NOVELTY = 6,     /* sum_{i in L} -log2(count_i / all counts) / |L|; items of count 0 add 0 */
    LLMREC_METRIC_SERENDIPITY = 7, /* |H and U| / min(|U|, |L|), U = G without the k most popular items (ties to the
                                      lower index) */
    LLMREC_METRIC_COVERAGE = 8     /* distinct items recommended to anyone / catalog items; not a per-session figure */
} llmrec_metric;

typedef enum llmrec_no_list { LLMREC_NO_LIST_ZERO = 0, LLMREC_NO_LIST_SKIP = 1 } llmrec_no_list;
typedef enum llmrec_mrr { LLMREC_MRR_FIRST_HIT = 0, LLMREC_MRR_MEAN_OF_HITS = 1 } llmrec_mrr;

typedef struct llmrec_evaluation_options {
    size_t size;                /* set by llmrec_evaluation_options_init; do not touch */
    int64_t k_count;            /* how many list lengths; 1..16, default 2 */
    const int64_t *k;           /* [k_count] list lengths, rising, 1..2^31-1; default 10, 20 */
    int64_t no_list;            /* a session without a list, one of llmrec_no_list: ZERO (default) scores 0 everywhere;
                                     SKIP leaves it out of the mean (the reference's way; an empty list counts) */
    int64_t mrr;                /* one of llmrec_mrr; default FIRST_HIT (the other is the reference's) */
    const int64_t *item_counts; /* [items] row counts for novelty and serendipity, each >= 0; default NULL: evaluate
                                     takes those of its `train` argument. The reference counts the whole data set,
                                     test rows included */
    int64_t keep_seen;          /* as llmrec_recommend_options.keep_seen */
    int64_t batch;              /* sessions asked for at a time; >= 1, default 512. Figures do not depend on it */
    /* evaluate: so many sessions, drawn without replacement, in place of all; 0 (default), or more than there are: all.
     * For recommenders that cost money or minutes */
    int64_t sample;
    int64_t sample_seed; /* the same seed draws the same sessions whatever the recommender; default 0 */
} llmrec_evaluation_options;

LLMREC_API llmrec_status llmrec_evaluation_options_init(llmrec_evaluation_options *options, size_t size);

/* Asks the recommender for every session of `test` (prompt: all rows but the last; target: the last row) and ranks the
 * full catalog. `train` gives the counts for novelty and serendipity; where it and item_counts are NULL these are
 * NaN. Sessions of one row are left out. Figures do not depend on batch size or threads. Progress in sessions. Errors:
 * SHAPE (the recommender's or the train part's catalog is not the test part's: in number, or in ids where both have
 * them), ARGUMENT, MEMORY, CANCELED, or what recommending came to. Memory: per-session values (8 doubles a k and
 * session), one batch of prompts and lists; nothing of sessions x items. */
LLMREC_API llmrec_status llmrec_evaluate(const llmrec_recommender *recommender, const llmrec_dataset *train,
                                         const llmrec_dataset *test, const llmrec_evaluation_options *options,
                                         llmrec_report **report);

/* Figures for lists made elsewhere. Lists and targets are CSR over `sessions`; a list is cut to k first, then repeats
 * in it are removed, as the reference does. `has_list` [sessions] (NULL: all) is 0 for a session without a list.
 * `items` is the catalog's size, for coverage and counts. `options->item_counts` NULL: no novelty or serendipity
 * (NaN). Indices outside [0, items) are unknown items: they fill a place, may be targets, and have no count. Errors:
 * ARGUMENT (falling offsets: names the position), MEMORY, CANCELED. Cost: two sorts of a list a session. */
LLMREC_API llmrec_status llmrec_evaluate_lists(llmrec_context *context, size_t sessions, int64_t items,
                                               const int64_t *list_offsets, const int32_t *lists,
                                               const uint8_t *has_list, const int64_t *target_offsets,
                                               const int32_t *targets, const llmrec_evaluation_options *options,
                                               llmrec_report **report);
LLMREC_API void llmrec_report_free(llmrec_report *report);

/* A figure and its standard error (sample standard deviation / sqrt(n); NaN for coverage or fewer than two sessions);
 * NaN also for the mean of no sessions. Either pointer may be NULL. Errors: ARGUMENT (metric or k not in the
 * report). */
LLMREC_API llmrec_status llmrec_report_metric(const llmrec_report *report, int64_t metric, int64_t k, double *value,
                                              double *standard_error);
LLMREC_API int64_t llmrec_report_sessions(const llmrec_report *report);    /* in the denominator */
LLMREC_API int64_t llmrec_report_empty_lists(const llmrec_report *report); /* sessions that got no item at all */
LLMREC_API double llmrec_report_seconds(const llmrec_report *report);      /* wall time of the evaluation */
LLMREC_API int64_t llmrec_report_k_count(const llmrec_report *report);
LLMREC_API int64_t llmrec_report_k(const llmrec_report *report, int64_t index);

/* "ndcg", "hr", "mrr", "recall", "precision", "map", "novelty", "serendipity", "coverage"; NULL for another value. */
LLMREC_API const char *llmrec_metric_name(int64_t metric);

/* Where a prompt recommender's lists came from: the sum over sessions of a column of
 * llmrec_recommend_options.grounding, one of llmrec_grounding; 0 for other recommenders, lists made elsewhere, and
 * columns that there are not. */
LLMREC_API int64_t llmrec_report_grounding(const llmrec_report *report, int64_t column);

/* Values of one metric for each session in the denominator, in the dataset's order: values[sessions]. For paired tests.
 * Errors: ARGUMENT (metric or k not in the report; coverage). */
LLMREC_API llmrec_status llmrec_report_values(const llmrec_report *report, int64_t metric, int64_t k, double *values);

typedef struct llmrec_comparison {
    size_t size;           /* set by the caller: sizeof(llmrec_comparison) */
    int64_t sessions;      /* compared */
    double difference;     /* mean over sessions of `report`'s value less `baseline`'s */
    double standard_error; /* of it */
    double low, high;      /* 95 % confidence interval of it */
    double p_value;        /* two-sided: how likely at least such a difference is if there is none in truth */
} llmrec_comparison;

/* Whether one report is better than another on the same sessions: Student's paired t test on the values of one metric.
 * Differences between strategies are far surer than the standard errors of each suggest, as both meet the same easy and
 * hard sessions. Both must have been made of the same sessions in the same order. Errors: ARGUMENT (metric or k not in
 * both reports; coverage), SHAPE (other numbers of sessions, or fewer than two), ABI. */
LLMREC_API llmrec_status llmrec_report_compare(const llmrec_report *report, const llmrec_report *baseline,
                                               int64_t metric, int64_t k, llmrec_comparison *comparison);

/* The mean of `count` >= 1 reports made of the same sessions in the same order, of recommenders trained from several
 * seeds for instance: each session's value is the mean of its values, so that standard errors and comparisons are those
 * over sessions of what one may expect of a single such recommender. List lengths are those of the first report, and
 * the others must have them too. Coverage is the mean, seconds and
 * grounding are the sum, empty_lists is the most of any. Errors: ARGUMENT
 * (count 0; a report is NULL; a list length that another report lacks), SHAPE (other numbers of sessions), MEMORY. */
LLMREC_API llmrec_status llmrec_report_mean(const llmrec_report *const *reports, size_t count, llmrec_report **mean);

typedef enum llmrec_report_layout {
    LLMREC_LAYOUT_TABLE = 0,
    LLMREC_LAYOUT_JSON = 1,
    LLMREC_LAYOUT_CSV = 2
} llmrec_report_layout;

/* Several reports side by side as text: a table for people, JSON
 * [{"name":..., "sessions":..., "metrics":{"ndcg@10":...}, "stderr":{...}, "seconds":...}] (with
 * "grounding":{"exact":...} where a model was asked), or CSV with the header
 * name,metric,k,value,stderr. Writes at most `capacity` bytes, NUL included; `*length` gets the bytes needed without
 * it, so that a call with capacity 0 asks for the size. `names` [count]. The table marks the highest value of each
 * column by an asterisk and gives each mean's standard error below it. A figure that there is not is null in JSON,
 * empty in CSV and a dash in the table. Errors: ARGUMENT, MEMORY. */
LLMREC_API llmrec_status llmrec_report_format(const llmrec_report *const *reports, const char *const *names,
                                              size_t count, int64_t layout, char *text, size_t capacity,
                                              size_t *length);

/* The same to a file, atomically; .json or .csv by its ending, else the table. */
LLMREC_API llmrec_status llmrec_report_save(const llmrec_report *const *reports, const char *const *names, size_t count,
                                            const char *path);

LLMREC_END
#endif
