/* SPDX-License-Identifier: Apache-2.0 */
/* Builds a report session by session. */
#include "eval/tally.h"

#include <math.h>
#include <string.h>

#include "core/context.h"
#include "core/log.h"
#include "core/memory.h"
#include "eval/item_counts.h"

struct lr_tally {
    llmrec_context *context; /* the report's context; the report holds the reference */
    llmrec_report *report;
    size_t items;
    bool mean_of_hits;
    int64_t begun_ns;
    bool has_counts;
    lr_popularity popularity;
    uint8_t *covered; /* [items] index of the first list length at which a session got the item; k_count: never */
    lr_match match;
    size_t *hits; /* [hit_capacity] scratch: ranks of a session's hits */
    size_t hit_capacity;
};

llmrec_status lr_tally_begin(const lr_tally_plan *plan, lr_tally **tally)
{
    llmrec_status status = LLMREC_OK;
    lr_tally *fresh = NULL;
    LR_TRY(LR_NEW_ZERO(plan->context, fresh, 1));
    fresh->context = fresh->match.context = plan->context;
    fresh->items = plan->items;
    fresh->mean_of_hits = plan->options->mrr == LLMREC_MRR_MEAN_OF_HITS;
    fresh->has_counts = plan->counts != NULL;
    fresh->begun_ns = lr_now_ns();
    LR_TRY(lr_report_create(plan->context, plan->sessions, plan->options, &fresh->report));
    LR_TRY(LR_NEW(plan->context, fresh->covered, plan->items));
    memset(fresh->covered, (int)plan->options->k_count, plan->items);
    if (plan->counts != NULL) LR_TRY(lr_popularity_init(plan->context, plan->counts, plan->items, &fresh->popularity));
    *tally = fresh;
    fresh = NULL;
done:
    lr_tally_free(fresh);
    return status;
}

void lr_tally_free(lr_tally *tally)
{
    if (tally == NULL) return;
    llmrec_context *context = tally->context;
    lr_match_clear(&tally->match);
    lr_popularity_clear(&tally->popularity);
    lr_free(context, tally->covered);
    lr_free(context, tally->hits);
    llmrec_report *report = tally->report;
    lr_free(context, tally);
    llmrec_report_free(report); /* last: it may hold the last reference to the context */
}

static bool is_known(const lr_tally *tally, int32_t item)
{
    return item >= 0 && (size_t)item < tally->items;
}

/* True if the item is among the k most popular ones. */
static bool is_popular(const lr_tally *tally, int32_t item, int64_t k)
{
    return is_known(tally, item) && tally->popularity.place[item] < (size_t)k;
}

/* Extends `ranked` to the entries within the k-th list length. Entries up to `ranked->length` are already counted. */
static void count_list(lr_tally *tally, size_t k_index, lr_ranked *ranked)
{
    const lr_match *match = &tally->match;
    ranked->k = tally->report->k[k_index];
    for (; ranked->length < match->count; ranked->length++) {
        const lr_entry entry = match->entries[ranked->length];
        if (entry.place >= (size_t)ranked->k) break;
        if (entry.hit) tally->hits[ranked->hit_count++] = ranked->length + 1;
        if (!is_known(tally, entry.item)) continue;
        if (tally->has_counts) ranked->information += tally->popularity.information[entry.item];
        if (tally->covered[entry.item] > k_index) tally->covered[entry.item] = (uint8_t)k_index;
    }
}

static void count_rare(const lr_tally *tally, lr_ranked *ranked)
{
    const lr_match *match = &tally->match;
    ranked->rare_targets = ranked->rare_hits = 0;
    for (size_t i = 0; i < match->target_count; i++)
        if (!is_popular(tally, match->targets[i], ranked->k)) ranked->rare_targets++;
    for (size_t i = 0; i < ranked->hit_count; i++)
        if (!is_popular(tally, match->entries[ranked->hits[i] - 1].item, ranked->k)) ranked->rare_hits++;
}

static void keep_values(lr_tally *tally, size_t k_index, const lr_ranked *ranked)
{
    const double values[LR_SESSION_METRICS] = {
        [LLMREC_METRIC_NDCG] = lr_ndcg(ranked),
        [LLMREC_METRIC_HR] = lr_hit_rate(ranked),
        [LLMREC_METRIC_MRR] = tally->mean_of_hits ? lr_mean_reciprocal_rank(ranked) : lr_first_reciprocal_rank(ranked),
        [LLMREC_METRIC_RECALL] = lr_recall(ranked),
        [LLMREC_METRIC_PRECISION] = lr_precision(ranked),
        [LLMREC_METRIC_MAP] = lr_average_precision(ranked),
        [LLMREC_METRIC_NOVELTY] = tally->has_counts ? lr_novelty(ranked) : NAN,
        [LLMREC_METRIC_SERENDIPITY] = tally->has_counts ? lr_serendipity(ranked) : NAN,
    };
    for (size_t metric = 0; metric < LR_SESSION_METRICS; metric++)
        lr_report_values(tally->report, metric, k_index)[tally->report->sessions] = values[metric];
}

llmrec_status lr_tally_add(lr_tally *tally, lr_items list, lr_items targets)
{
    llmrec_report *report = tally->report;
    LR_RETURN_IF(lr_match_session(&tally->match, list, targets));
    LR_RETURN_IF(LR_GROW(tally->context, tally->hits, tally->hit_capacity, 0, tally->match.count));
    lr_ranked ranked = {.targets = tally->match.target_count, .hits = tally->hits};
    for (size_t i = 0; i < report->k_count; i++) {
        count_list(tally, i, &ranked);
        if (tally->has_counts) count_rare(tally, &ranked);
        keep_values(tally, i, &ranked);
    }
    if (list.count == 0) report->empty_lists++;
    report->sessions++;
    return LLMREC_OK;
}

void lr_tally_ground(lr_tally *tally, const int64_t *counts)
{
    for (size_t i = 0; i < LLMREC_GROUNDING_COUNT; i++) tally->report->grounding[i] += counts[i];
}

void lr_tally_add_missing(lr_tally *tally)
{
    llmrec_report *report = tally->report;
    for (size_t k = 0; k < report->k_count; k++)
        for (size_t metric = 0; metric < LR_SESSION_METRICS; metric++) {
            const bool measured = tally->has_counts || metric < LLMREC_METRIC_NOVELTY;
            lr_report_values(report, metric, k)[report->sessions] = measured ? 0 : NAN;
        }
    report->empty_lists++;
    report->sessions++;
}

static double coverage(const lr_tally *tally, size_t k_index)
{
    size_t covered = 0;
    for (size_t i = 0; i < tally->items; i++) covered += tally->covered[i] <= k_index;
    return (double)covered / (double)tally->items;
}

void lr_tally_end(lr_tally *tally, llmrec_report **report)
{
    llmrec_report *fresh = tally->report;
    lr_report_summarize(fresh);
    for (size_t k = 0; k < fresh->k_count; k++)
        fresh->figures[LLMREC_METRIC_COVERAGE][k] = (lr_figure){coverage(tally, k), NAN};
    fresh->seconds = (double)(lr_now_ns() - tally->begun_ns) * 1e-9;
    tally->report = NULL;
    *report = fresh;
}
