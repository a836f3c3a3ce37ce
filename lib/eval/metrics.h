/* SPDX-License-Identifier: Apache-2.0 */
/* What one session's list is worth: pure functions of where its targets stand in it. */
#ifndef LR_EVAL_METRICS_H
#define LR_EVAL_METRICS_H

#include <stddef.h>
#include <stdint.h>

/* Metrics with a value for each session: LLMREC_METRIC_NDCG .. LLMREC_METRIC_SERENDIPITY. */
enum { LR_SESSION_METRICS = 8 };

/* A list cut to k and then freed of repeats, L, against the session's distinct targets, G; H is what they share. */
typedef struct lr_ranked {
    int64_t k;
    size_t length;       /* |L| */
    size_t targets;      /* |G| */
    const size_t *hits;  /* [hit_count] ranks of H in L, from 1, rising */
    size_t hit_count;    /* |H| */
    double information;  /* sum over L of -log2(count_i / all counts), items without a count left out */
    size_t rare_targets; /* |U|: targets that are not among the k most popular items */
    size_t rare_hits;    /* of these, those in L */
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
