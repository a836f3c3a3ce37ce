/* SPDX-License-Identifier: Apache-2.0 */
/* Searches weights one coordinate at a time: by factors, first large and then small, from several starts. */
#include "rank/blend_weights.h"

#include <math.h>
#include <string.h>

#include "core/log.h"
#include "rank/members.h"

/* A change must raise NDCG by more than this. */
static const double LEAST = 1e-7;
static const double factors[] = {4, 2, 1.4142135623730951, 1.189207115002721};
enum { FACTORS = sizeof factors / sizeof *factors, SWEEPS = 8 };

typedef struct search {
    lr_kept *kept;
    lr_progress progress;
    int64_t done;            /* starts */
    double unit[LR_MEMBERS]; /* the factor of a member's scaled scores that has the weight 1 in the search */
    size_t locked;           /* a member whose weight stays 0; none if it is no member */
} search;

static llmrec_status judge(search *s, const double *weights, double *ndcg)
{
    double used[LR_MEMBERS];
    LR_RETURN_IF(lr_progress_step(&s->progress, s->done));
    for (size_t m = 0; m < s->kept->members; m++) used[m] = weights[m] * s->unit[m];
    return lr_kept_ndcg(s->kept, used, ndcg);
}

/* Tries a weight of one member, and keeps it if it is better. */
static llmrec_status attempt(search *s, size_t member, double weight, double *weights, double *best)
{
    double tried[LR_MEMBERS], largest = 0, ndcg = 0;
    memcpy(tried, weights, s->kept->members * sizeof *tried);
    tried[member] = weight;
    for (size_t m = 0; m < s->kept->members; m++) largest = fmax(largest, tried[m]);
    if (!(largest > 0)) return LLMREC_OK;
    LR_RETURN_IF(judge(s, tried, &ndcg));
    if (ndcg <= *best + LEAST) return LLMREC_OK;
    *best = ndcg;
    weights[member] = weight;
    return LLMREC_OK;
}

/* Tries one member's weight, larger and smaller. With the largest factor also 0, or from 0 some weights. */
static llmrec_status vary(search *s, size_t member, size_t factor, double *weights, double *best)
{
    const double now = weights[member];
    double largest = 0;
    for (size_t m = 0; m < s->kept->members; m++) largest = fmax(largest, weights[m]);
    if (now > 0) {
        LR_RETURN_IF(attempt(s, member, now * factors[factor], weights, best));
        if (weights[member] == now) LR_RETURN_IF(attempt(s, member, now / factors[factor], weights, best));
    }
    if (factor > 0 || weights[member] != now) return LLMREC_OK;
    if (now > 0) return attempt(s, member, 0, weights, best);
    for (double share = 1; share > 0.01 && weights[member] == now; share /= 4)
        LR_RETURN_IF(attempt(s, member, share * largest, weights, best));
    return LLMREC_OK;
}

/* Varies the members' weights by one factor until no single change helps. */
static llmrec_status sweep(search *s, size_t factor, double *weights, double *best)
{
    double before = -1;
    for (int turn = 0; turn<SWEEPS && * best> before; turn++) {
        before = *best;
        for (size_t m = 0; m < s->kept->members; m++)
            if (m != s->locked) LR_RETURN_IF(vary(s, m, factor, weights, best));
    }
    return LLMREC_OK;
}

static llmrec_status improve(search *s, double *weights, double *best)
{
    LR_RETURN_IF(judge(s, weights, best));
    for (size_t factor = 0; factor < FACTORS; factor++) LR_RETURN_IF(sweep(s, factor, weights, best));
    return LLMREC_OK;
}

/* Starts from equal weights (`member` = members), or from one member alone. */
static llmrec_status start(search *s, size_t member, double *weights, double *best)
{
    const size_t members = s->kept->members;
    double found[LR_MEMBERS], ndcg = 0;
    for (size_t m = 0; m < members; m++) found[m] = member == members || m == member;
    LR_RETURN_IF(improve(s, found, &ndcg));
    s->done++;
    if (member < members && ndcg <= *best + LEAST) return LLMREC_OK;
    *best = ndcg;
    memcpy(weights, found, members * sizeof *weights);
    return LLMREC_OK;
}

/* Multiplies by the units, so that the largest is 1, and rounds to four digits. */
static void tidy(const search *s, double *weights)
{
    const size_t members = s->kept->members;
    double largest = 0;
    for (size_t m = 0; m < members; m++) largest = fmax(largest, weights[m] *= s->unit[m]);
    for (size_t m = 0; m < members; m++) {
        const double weight = weights[m] / largest, digits = weight > 0 ? pow(10, 3 - floor(log10(weight))) : 1;
        weights[m] = round(weight * digits) / digits;
    }
}

/* The best blend found without one member, from the weights of the others. */
static llmrec_status leave_out(search *s, size_t member, const double *weights, double *others, double *ndcg)
{
    const size_t members = s->kept->members;
    double sum = 0;
    for (size_t m = 0; m < members; m++) sum += others[m] = m == member ? 0 : weights[m];
    for (size_t m = 0; !(sum > 0) && m < members; m++) others[m] = m != member;
    s->locked = member;
    const llmrec_status status = improve(s, others, ndcg);
    s->locked = members;
    return status;
}

/* Leaves out each member in turn. As long as that makes a better blend, it is taken, and all are left out again. */
static llmrec_status leave_each_out(search *s, double *weights, double *best, double *without)
{
    const size_t members = s->kept->members;
    without[0] = NAN;
    for (size_t i = 0; members > 1 && i < members;) {
        double others[LR_MEMBERS];
        LR_RETURN_IF(leave_out(s, i, weights, others, &without[i]));
        if (without[i++] <= *best + LEAST) continue;
        *best = without[i - 1];
        memcpy(weights, others, members * sizeof *weights);
        i = 0;
    }
    return LLMREC_OK;
}

static llmrec_status judge_alone(search *s, double *alone)
{
    for (size_t i = 0; i < s->kept->members; i++) {
        double weights[LR_MEMBERS] = {0};
        weights[i] = 1;
        LR_RETURN_IF(judge(s, weights, &alone[i]));
    }
    return LLMREC_OK;
}

llmrec_status lr_weights_search(lr_kept *kept, llmrec_blend_fit_report *report)
{
    double *weights = report->weights;
    const size_t members = kept->members;
    search s = {.kept = kept, .locked = members};
    double equal[LR_MEMBERS], best = 0;
    s.progress = lr_progress_begin(kept->context, "blend weights", "starts", (int64_t)members + 1);
    for (size_t m = 0; m < members; m++) {
        equal[m] = 1;
        s.unit[m] = kept->scale == LLMREC_SCALE_NONE ? 1 / lr_kept_deviation(kept, m) : 1;
    }
    LR_RETURN_IF(judge(&s, equal, &report->equal));
    LR_RETURN_IF(start(&s, members, weights, &best));
    for (size_t m = 0; m < members && members > 1; m++) LR_RETURN_IF(start(&s, m, weights, &best));
    LR_RETURN_IF(leave_each_out(&s, weights, &best, report->without));
    LR_RETURN_IF(judge_alone(&s, report->alone));
    tidy(&s, weights);
    report->sessions = kept->drawn;
    LR_RETURN_IF(lr_kept_ndcg(kept, weights, &report->ndcg));
    return lr_progress_end(&s.progress, (int64_t)members + 1);
}
