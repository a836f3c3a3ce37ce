/* SPDX-License-Identifier: Apache-2.0 */
/* Evaluation: full-ranking metrics of a recommender, or of given lists, with standard errors.
 *
 * For the functions of this header, unless their comment says otherwise:
 * Errors: none; a NULL report gives 0. Ownership: the caller owns a created report; it keeps its context alive.
 * Threads: any; many at once. Cost: constant; allocates nothing. Since: 0.1.
 */
#ifndef LLMREC_EVALUATION_H
#define LLMREC_EVALUATION_H

#include "recommender.h"

LLMREC_BEGIN

typedef struct llmrec_report llmrec_report;

/* The metrics, each at every k. L is the list cut to k without repeats, r a rank in it from 1, G the distinct targets,
 * H the items in both. A session scores 0 where a formula would divide by 0 (an empty list, no target). ndcg, hr, mrr,
 * novelty, serendipity and coverage are those of Harte et al. 2023 and its code, precision and map of RecBole. */
typedef enum llmrec_metric {
    LLMREC_METRIC_NDCG = 0,      /* sum_{r in H} 1/log2(r+1) / sum_{i=1..min(|G|,k)} 1/log2(i+1) */
    LLMREC_METRIC_HR = 1,        /* 1 if any target is in the list */
    LLMREC_METRIC_MRR = 2,       /* 1 / rank of the first hit, or the mean over hits: see llmrec_mrr */
    LLMREC_METRIC_RECALL = 3,    /* |H| / |G| */
    LLMREC_METRIC_PRECISION = 4, /* |H| / k, also for a shorter list */
    LLMREC_METRIC_MAP = 5,       /* sum_{r in H} precision@r / min(|G|, k) */
    LLMREC_METRIC_NOVELTY = 6,   /* sum_{i in L} -log2(count_i / all counts) / |L|; items of count 0 add 0 */
    /* |H and U| / min(|U|, |L|), U = G without the k most popular items (ties to the lower index) */
    LLMREC_METRIC_SERENDIPITY = 7,
    LLMREC_METRIC_COVERAGE = 8 /* distinct items recommended to anyone / catalog items; no value per session */
} llmrec_metric;

/* What to do with a session without a list: score 0 in every metric, or leave it out of the mean. Sessions with an
 * empty list always count. */
typedef enum llmrec_no_list { LLMREC_NO_LIST_ZERO = 0, LLMREC_NO_LIST_SKIP = 1 } llmrec_no_list;

/* How mrr treats several hits. */
typedef enum llmrec_mrr { LLMREC_MRR_FIRST_HIT = 0, LLMREC_MRR_MEAN_OF_HITS = 1 } llmrec_mrr;

typedef struct llmrec_evaluation_options {
    size_t size;      /* set by llmrec_evaluation_options_init */
    int64_t k_count;  /* number of list lengths; 1..16, default 2 */
    const int64_t *k; /* [k_count] list lengths, rising, 1..2^31-1; default 10, 20 */
    int64_t no_list;  /* one of llmrec_no_list; default ZERO; Harte et al. 2023 use SKIP */
    int64_t mrr;      /* one of llmrec_mrr; default FIRST_HIT; Harte et al. 2023 use MEAN_OF_HITS */
    /* [items] row counts for novelty and serendipity, each >= 0; default NULL: llmrec_evaluate counts its `train`
     * argument. Harte et al. 2023 count the whole dataset, including test rows. */
    const int64_t *item_counts;
    int64_t keep_seen; /* as llmrec_recommend_options.keep_seen */
    int64_t batch;     /* sessions per request; >= 1, default 512. The metrics do not depend on it */
    /* llmrec_evaluate: number of sessions to draw without replacement, for slow or expensive recommenders; 0 (default),
     * or more than the sessions: all. */
    int64_t sample;
    int64_t sample_seed; /* the same seed draws the same sessions for every recommender; default 0 */
} llmrec_evaluation_options;

/* Fills the first `size` bytes with the defaults. Errors: ARGUMENT, ABI. */
LLMREC_API llmrec_status llmrec_evaluation_options_init(llmrec_evaluation_options *options, size_t size);

/* Evaluates a recommender on every session of `test`: the prompt is all rows but the last, the target is the last row,
 * or the targets are the last rows that the split of `test` says; the full catalog is ranked. `train` gives the counts
 * for novelty and serendipity; without `train` and item_counts these are NaN. Sessions without a prompt or a target are
 * left out. A test set read with the option `like` may have more items: they are unknown in prompts, and as targets
 * they are misses. The metrics do not depend on batches or threads. Reports progress in sessions.
 * Errors: ARGUMENT, ABI, SHAPE (the items of the recommender or of `train` are not the first of `test`), MEMORY,
 * CANCELED, or what llmrec_recommend returns. Cost: one recommendation per session; memory: 8 doubles per k and
 * session, and one batch. */
LLMREC_API llmrec_status llmrec_evaluate(const llmrec_recommender *recommender, const llmrec_dataset *train,
                                         const llmrec_dataset *test, const llmrec_evaluation_options *options,
                                         llmrec_report **report);

/* Evaluates given lists. Lists and targets are CSR over `sessions`. A list is first cut to k, then repeats are
 * removed. `has_list` [sessions] is 0 for a session without a list; NULL: all have one. `items` is the size of the
 * catalog, for coverage and counts. Without `options->item_counts`, novelty and serendipity are NaN. Indices outside
 * [0, items) are unknown items: they take a rank, may be targets, and have no count.
 * Errors: ARGUMENT (falling offsets; the message has the position), ABI, MEMORY, CANCELED. Cost: two sorts of a list
 * per session. */
LLMREC_API llmrec_status llmrec_evaluate_lists(llmrec_context *context, int64_t sessions, int64_t items,
                                               const int64_t *list_offsets, const int32_t *lists,
                                               const uint8_t *has_list, const int64_t *target_offsets,
                                               const int32_t *targets, const llmrec_evaluation_options *options,
                                               llmrec_report **report);

/* Frees the report. */
LLMREC_API void llmrec_report_free(llmrec_report *report);

/* Gives a metric and its standard error: the sample standard deviation / sqrt(n), NaN for coverage and for fewer than
 * two sessions. The metric is NaN without sessions. Either pointer may be NULL.
 * Errors: ARGUMENT (metric or k is not in the report). */
LLMREC_API llmrec_status llmrec_report_metric(const llmrec_report *report, int64_t metric, int64_t k, double *value,
                                              double *standard_error);

/* Return the number of sessions in the mean, the number of sessions with an empty list, and the seconds of the
 * evaluation. */
LLMREC_API int64_t llmrec_report_sessions(const llmrec_report *report);
LLMREC_API int64_t llmrec_report_empty_lists(const llmrec_report *report);
LLMREC_API double llmrec_report_seconds(const llmrec_report *report);

/* Return the number of list lengths, and one of them (0 if the index is out of range). */
LLMREC_API int64_t llmrec_report_k_count(const llmrec_report *report);
LLMREC_API int64_t llmrec_report_k(const llmrec_report *report, int64_t index);

/* Returns the name of a metric: "ndcg", "hr", "mrr", "recall", "precision", "map", "novelty", "serendipity",
 * "coverage"; NULL for another value. Ownership: the text is never freed. */
LLMREC_API const char *llmrec_metric_name(int64_t metric);

/* Returns the sum over sessions of a count of llmrec_recommend_grounded, one of llmrec_grounding: where the
 * lists of a prompt recommender came from. 0 for other recommenders, given lists and unknown columns. */
LLMREC_API int64_t llmrec_report_grounding(const llmrec_report *report, int64_t column);

/* Copies the values of a metric for each session in the mean, in the dataset's order, to values[sessions].
 * Errors: ARGUMENT (metric or k is not in the report; coverage). Cost: one copy. */
LLMREC_API llmrec_status llmrec_report_values(const llmrec_report *report, int64_t metric, int64_t k, double *values);

/* The difference of two reports. */
typedef struct llmrec_comparison {
    size_t size;           /* set by the caller: sizeof(llmrec_comparison) */
    int64_t sessions;      /* compared */
    double difference;     /* mean over sessions of `report`'s value minus `baseline`'s */
    double standard_error; /* of the difference */
    double low, high;      /* 95 % confidence interval of the difference */
    double p_value;        /* two-sided: probability of at least this difference if the reports are equally good */
} llmrec_comparison;

/* Tests whether one report is better than another, by Student's paired t test on the values of one metric. Both reports
 * must come from the same sessions in the same order. The difference is more certain than both standard errors suggest,
 * because easy and hard sessions are the same for both.
 * Errors: ARGUMENT (metric or k is not in both reports; coverage), ABI, SHAPE (other numbers of sessions, or fewer than
 * two). Cost: two passes over the values. */
LLMREC_API llmrec_status llmrec_report_compare(const llmrec_report *report, const llmrec_report *baseline,
                                               int64_t metric, int64_t k, llmrec_comparison *comparison);

/* Creates the mean of `count` >= 1 reports of the same sessions in the same order, for instance of recommenders trained
 * from several seeds. The value of a session is the mean of its values, so standard errors and comparisons are those of
 * one such recommender in expectation. The list lengths are those of the first report; the others must have them too.
 * Coverage is the mean, seconds and grounding the sum, empty_lists the maximum.
 * Errors: ARGUMENT (no report; a report is NULL or lacks a list length), SHAPE (other numbers of sessions), MEMORY.
 * Cost: one pass over all values. */
LLMREC_API llmrec_status llmrec_report_mean(const llmrec_report *const *reports, int64_t count, llmrec_report **mean);

/* Text formats of reports. */
typedef enum llmrec_report_layout {
    LLMREC_LAYOUT_TABLE = 0,
    LLMREC_LAYOUT_JSON = 1,
    LLMREC_LAYOUT_CSV = 2
} llmrec_report_layout;

/* Writes several reports side by side as text. `names` [count]; `layout` is one of llmrec_report_layout.
 * TABLE is for people: an asterisk marks the highest value of each column, and the standard error is below each mean.
 * JSON is [{"name":..., "sessions":..., "metrics":{"ndcg@10":...}, "stderr":{...}, "seconds":...}], with
 * "grounding":{"exact":...} if a model was asked. CSV has the header name,metric,k,value,stderr. A missing value is a
 * dash in TABLE, null in JSON, empty in CSV.
 * Writes at most `capacity` bytes, NUL included. `length` (may be NULL) gets the bytes needed without the NUL: call
 * with capacity 0 to ask for the size.
 * Errors: ARGUMENT, MEMORY. Cost: proportional to the text. */
LLMREC_API llmrec_status llmrec_report_format(const llmrec_report *const *reports, const char *const *names,
                                              int64_t count, int64_t layout, char *text, size_t capacity,
                                              size_t *length);

/* Writes one report as one line of JSON: {"kind":"report","k":[10,20],"options":{...},"sessions":943,...}, with the
 * llmrec_evaluation_options of the evaluation, of a mean those of its first report, and the other members as in the
 * JSON of llmrec_report_format. `text`, `capacity` and `length` are as there.
 * Errors: ARGUMENT, MEMORY. Cost: proportional to the text. */
LLMREC_API llmrec_status llmrec_report_description(const llmrec_report *report, char *text, size_t capacity,
                                                   size_t *length);

/* Writes the same text to a file, atomically: JSON if the path ends in .json, CSV for .csv, else a table.
 * Errors: ARGUMENT, IO, MEMORY. Cost: proportional to the text. */
LLMREC_API llmrec_status llmrec_report_save(const llmrec_report *const *reports, const char *const *names,
                                            int64_t count, const char *path);

LLMREC_END
#endif
