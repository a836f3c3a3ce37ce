/* SPDX-License-Identifier: Apache-2.0 */
/* Metrics of one session's list: pure functions of the ranks of its targets. */
#ifndef LR_EVAL_METRICS_H
#define LR_EVAL_METRICS_H

#include <stddef.h>
#include <stdint.h>

/* Metrics with a value per session: LLMREC_METRIC_NDCG .. LLMREC_METRIC_SERENDIPITY. */
enum { LR_SESSION_METRICS = 8 };

/* L: a list cut to k, without repeats. G: the session's distinct targets. H: their intersection. */
typedef struct lr_ranked {
    int64_t k;
    size_t length;       /* |L| */
    size_t targets;      /* |G| */
    const size_t *hits;  /* [hit_count] ranks of H in L, from 1, in rising order */
    size_t hit_count;    /* |H| */
    double information;  /* sum over L of -log2(count_i / all counts); items without a count are skipped */
    size_t rare_targets; /* |U|: targets outside the k most popular items */
    size_t rare_hits;    /* number of these in L */
} lr_ranked;

double lr_ndcg(const lr_ranked *ranked);
double lr_hit_rate(const lr_ranked *ranked);
double lr_first_reciprocal_rank(const lr_ranked *ranked);
double lr_mean_reciprocal_rank(const lr_ranked *ranked);
double lr_recall(const lr_ranked *ranked);
double lr_precision(const lr_ranked *ranked);
double lr_average_precision(const lr_ranked *ranked);
double lr_novelty(const lr_ranked *ranked);
double lr_serendipity(const lr_ranked *ranked);

#endif
