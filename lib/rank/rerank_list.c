/* SPDX-License-Identifier: Apache-2.0 */
/* The methods of re-ranking, and their options. */
#include <math.h>
#include <string.h>

#include "core/memory.h"
#include "core/rng.h"
#include "embed/embedding.h"
#include "math/vector.h"
#include "rank/reranked.h"

static const lr_choice methods[] = {{"mmr", LLMREC_RERANK_MMR},
                                    {"popularity", LLMREC_RERANK_POPULARITY},
                                    {"diversity", LLMREC_RERANK_DIVERSITY},
                                    {NULL, 0}};

typedef llmrec_rerank_options R;
static const lr_option option[] = {
    LR_CHOICE(R, method, LLMREC_RERANK_MMR, methods, "what is done with the list"),
    LR_INTEGER(R, depth, 100, 1, INT32_MAX, "items taken from the first stage"),
    LR_NUMBER(R, relevance, 0.7, 0, 1, LR_CLOSED, "mmr: weight of relevance"),
    LR_NUMBER(R, popularity_quantile, 0.5, 0, 1, LR_CLOSED, "popularity: over all items"),
    LR_NUMBER(R, similarity_quantile, 0.99, 0, 1, LR_CLOSED, "diversity: over pairs of items"),
    LR_INTEGER(R, seed, 0, INT64_MIN, INT64_MAX, "diversity: of the pairs drawn"),
};
static const lr_preset preset[] = {
    {"default", NULL, "maximal marginal relevance"},
    {"boz2024_beauty", LR_SETTINGS("method=popularity"), "Boz et al. 2024 for Amazon Beauty"},
    {"boz2024_delivery_hero", LR_SETTINGS("method=popularity", "popularity_quantile=0.75"),
     "Boz et al. 2024 for Delivery Hero"},
    {"boz2024_steam", LR_SETTINGS("method=popularity"), "Boz et al. 2024 for Steam"},
};
LR_OPTIONS(lr_rerank_options, llmrec_rerank_options, seed, "re-ranking of a first stage's lists", option,
           LR_PRESETS(preset));

llmrec_status llmrec_rerank_options_init(llmrec_rerank_options *options, size_t size)
{
    return lr_options_init(&lr_rerank_options, options, size);
}

llmrec_status llmrec_rerank_options_preset(llmrec_rerank_options *options, size_t size, const char *name)
{
    return lr_options_preset(&lr_rerank_options, options, size, name);
}

/* --- vectors ------------------------------------------------------------------------------------------------------ */

/* Copies an item's vector, scaled to length 1. */
static void unit_row(const llmrec_embedding *table, size_t item, float *row)
{
    const float *values = lr_embedding_row(table, item, row);
    if (values != row) memcpy(row, values, table->dim * sizeof *row);
    lr_normalize(row, table->dim);
}

static void unit_rows(const lr_rerank *r, const lr_ranked *ranked, size_t count)
{
    for (size_t i = 0; i < count; i++) unit_row(r->table, (size_t)ranked->items[i], ranked->rows + i * r->table->dim);
}

static double cosine(const lr_rerank *r, const lr_ranked *ranked, size_t a, size_t b)
{
    const size_t dim = r->table->dim;
    return lr_dot(ranked->rows + a * dim, ranked->rows + b * dim, dim);
}

/* --- methods ------------------------------------------------------------------------------------------------------ */

/* Relevance of an entry, 0 to 1 over the first `count`, which are in the order of their scores. */
static double relevance_of(const lr_ranked *ranked, size_t count, size_t place)
{
    const double highest = ranked->scores[0], lowest = ranked->scores[count - 1];
    return highest > lowest ? (ranked->scores[place] - lowest) / (highest - lowest) : 1;
}

/* values[i]: the largest cosine of entry i with one that was chosen; NaN: entry i was chosen itself. */
static size_t best_next(const lr_rerank *r, const lr_ranked *ranked, size_t count, bool first)
{
    const double weight = r->options.relevance;
    size_t best = count;
    double highest = -INFINITY;
    for (size_t i = 0; i < count; i++) {
        if (isnan(ranked->values[i])) continue;
        const double apart = first ? 0 : ranked->values[i];
        const double value = weight * relevance_of(ranked, count, i) - (1 - weight) * apart;
        if (value <= highest) continue;
        highest = value;
        best = i;
    }
    return best;
}

static size_t by_relevance(const lr_rerank *r, const lr_ranked *ranked, size_t k)
{
    const size_t depth = (size_t)r->options.depth, count = ranked->count < depth ? ranked->count : depth;
    size_t chosen = 0;
    unit_rows(r, ranked, count);
    for (size_t i = 0; i < count; i++) ranked->values[i] = -INFINITY;
    while (chosen < count && chosen < k) {
        const size_t next = best_next(r, ranked, count, chosen == 0);
        ranked->places[chosen++] = (int32_t)next;
        ranked->values[next] = NAN;
        for (size_t i = 0; i < count; i++)
            if (!isnan(ranked->values[i])) ranked->values[i] = fmax(ranked->values[i], cosine(r, ranked, i, next));
    }
    for (size_t i = count; i < ranked->count && chosen < k; i++) ranked->places[chosen++] = (int32_t)i;
    return chosen;
}

static size_t by_popularity(const lr_rerank *r, const lr_ranked *ranked, size_t k)
{
    size_t left = ranked->count, chosen = 0;
    for (size_t i = 0; i < ranked->count; i++) {
        if (left > k && !r->popular[ranked->items[i]]) left--;
        else ranked->places[chosen++] = (int32_t)i;
    }
    return chosen;
}

static size_t by_diversity(const lr_rerank *r, const lr_ranked *ranked, size_t k)
{
    size_t chosen = 0;
    unit_rows(r, ranked, ranked->count);
    for (size_t i = 0; i < ranked->count && chosen < k; i++) {
        size_t j = 0;
        while (j < chosen && cosine(r, ranked, i, (size_t)ranked->places[j]) < r->limit) j++;
        if (j == chosen) ranked->places[chosen++] = (int32_t)i;
    }
    return chosen;
}

size_t lr_rerank_list(const lr_rerank *rerank, const lr_ranked *ranked, size_t k)
{
    if (ranked->count == 0) return 0;
    switch (rerank->options.method) {
    case LLMREC_RERANK_POPULARITY: return by_popularity(rerank, ranked, k);
    case LLMREC_RERANK_DIVERSITY: return by_diversity(rerank, ranked, k);
    default: return by_relevance(rerank, ranked, k);
    }
}

/* --- the limit ---------------------------------------------------------------------------------------------------- */

enum { PAIRS = 200000 };

static int compare_numbers(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The pair of two different items with this number, in the order (1,0), (2,0), (2,1), (3,0), ... */
static void pair_at(uint64_t number, size_t *a, size_t *b)
{
    uint64_t row = (uint64_t)((1 + sqrt(1 + 8 * (double)number)) / 2);
    while (row * (row - 1) / 2 > number) row--;
    while (row * (row + 1) / 2 <= number) row++;
    *a = (size_t)row;
    *b = (size_t)(number - row * (row - 1) / 2);
}

llmrec_status lr_rerank_limit(lr_rerank *r)
{
    const llmrec_embedding *table = r->table;
    const uint64_t all = (uint64_t)table->rows * (table->rows - 1) / 2, count = all < PAIRS ? all : PAIRS;
    lr_rng rng = lr_rng_at((uint64_t)r->options.seed, LR_STREAM_SAMPLE, 0);
    double *cosines = NULL;
    float *rows = NULL;
    llmrec_status status = LLMREC_OK;
    r->limit = INFINITY;
    if (count == 0) return LLMREC_OK;
    LR_TRY(LR_NEW(r->context, cosines, count));
    LR_TRY(LR_NEW(r->context, rows, 2 * table->dim));
    for (uint64_t i = 0; i < count; i++) {
        size_t a = 0, b = 0;
        pair_at(all == count ? i : lr_rng_below(&rng, all), &a, &b);
        unit_row(table, a, rows);
        unit_row(table, b, rows + table->dim);
        cosines[i] = lr_dot(rows, rows + table->dim, table->dim);
    }
    qsort(cosines, count, sizeof *cosines, compare_numbers);
    const double at = r->options.similarity_quantile * (double)(count - 1);
    const size_t low = (size_t)floor(at), high = low + 1 < count ? low + 1 : low;
    r->limit = cosines[low] + (at - floor(at)) * (cosines[high] - cosines[low]);
done:
    lr_free(r->context, rows);
    lr_free(r->context, cosines);
    return status;
}
