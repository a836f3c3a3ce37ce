/* SPDX-License-Identifier: Apache-2.0 */
/* Metrics of one list. */
#include "eval/metrics.h"

#include <math.h>

static double minimum(double a, double b)
{
    return a < b ? a : b;
}

/* 0 if `whole` is 0. */
static double ratio(double part, double whole)
{
    return whole > 0 ? part / whole : 0;
}

static double gain(size_t rank)
{
    return 1 / log2((double)rank + 1);
}

/* sum_{r in H} 1/log2(r+1)  /  sum_{i=1..min(|G|,k)} 1/log2(i+1) */
double lr_ndcg(const lr_ranked *ranked)
{
    const size_t best = (size_t)minimum((double)ranked->targets, (double)ranked->k);
    double found = 0, ideal = 0;
    for (size_t i = 0; i < ranked->hit_count; i++) found += gain(ranked->hits[i]);
    for (size_t i = 1; i <= best; i++) ideal += gain(i);
    return ratio(found, ideal);
}

/* 1 if |H| > 0, else 0 */
double lr_hit_rate(const lr_ranked *ranked)
{
    return ranked->hit_count > 0 ? 1 : 0;
}

/* 1 / min H */
double lr_first_reciprocal_rank(const lr_ranked *ranked)
{
    return ranked->hit_count > 0 ? 1 / (double)ranked->hits[0] : 0;
}

/* sum_{r in H} 1/r / |H| */
double lr_mean_reciprocal_rank(const lr_ranked *ranked)
{
    double sum = 0;
    for (size_t i = 0; i < ranked->hit_count; i++) sum += 1 / (double)ranked->hits[i];
    return ratio(sum, (double)ranked->hit_count);
}

/* |H| / |G| */
double lr_recall(const lr_ranked *ranked)
{
    return ratio((double)ranked->hit_count, (double)ranked->targets);
}

/* |H| / k, also if the list is shorter than k */
double lr_precision(const lr_ranked *ranked)
{
    return (double)ranked->hit_count / (double)ranked->k;
}

/* sum_{r in H} |H up to r| / r  /  min(|G|, k) */
double lr_average_precision(const lr_ranked *ranked)
{
    double sum = 0;
    for (size_t i = 0; i < ranked->hit_count; i++) sum += (double)(i + 1) / (double)ranked->hits[i];
    return ratio(sum, minimum((double)ranked->targets, (double)ranked->k));
}

/* sum_{i in L} -log2(count_i / all counts) / |L| */
double lr_novelty(const lr_ranked *ranked)
{
    return ratio(ranked->information, (double)ranked->length);
}

/* |L and U| / min(|U|, |L|), with U the targets outside the k most popular items */
double lr_serendipity(const lr_ranked *ranked)
{
    return ratio((double)ranked->rare_hits, minimum((double)ranked->rare_targets, (double)ranked->length));
}
