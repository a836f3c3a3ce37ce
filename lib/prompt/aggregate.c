/* SPDX-License-Identifier: Apache-2.0 */
/* Implements prompt/aggregate.h: combines several rankings of the same candidates into one. */
#include "prompt/aggregate.h"

#include <string.h>

#include "core/memory.h"

static size_t ranked_in(const lr_rounds *rounds, size_t round)
{
    size_t ranked = 0;
    for (size_t i = 0; i < rounds->candidates; i++)
        ranked += rounds->places[round * rounds->candidates + i] != LR_UNRANKED;
    return ranked;
}

void lr_aggregate_sum(const lr_rounds *rounds, double *scores)
{
    const size_t M = rounds->candidates;
    for (size_t i = 0; i < M; i++) scores[i] = rounds->first_weight * (double)(M - i);
    for (size_t round = 0; round < rounds->rounds; round++) {
        if (ranked_in(rounds, round) == 0) continue;
        for (size_t i = 0; i < M; i++) {
            const int32_t place = rounds->places[round * M + i];
            scores[i] += place == LR_UNRANKED ? -10000 : (double)M - place;
        }
    }
}

typedef double (*points_fn)(size_t candidates, size_t ranked, int32_t place);

static double borda_points(size_t candidates, size_t ranked, int32_t place)
{
    if (place == LR_UNRANKED) return (double)(candidates - ranked - 1) / 2;
    return (double)candidates - 1 - place;
}

static double reciprocal_points(size_t candidates, size_t ranked, int32_t place)
{
    (void)candidates;
    (void)ranked;
    return place == LR_UNRANKED ? 0 : 1 / (61.0 + place);
}

static void mean_points(const lr_rounds *rounds, points_fn points, double *scores)
{
    const size_t M = rounds->candidates;
    double weight = rounds->first_weight;
    for (size_t i = 0; i < M; i++) scores[i] = weight * points(M, M, (int32_t)i);
    for (size_t round = 0; round < rounds->rounds; round++) {
        const size_t ranked = ranked_in(rounds, round);
        if (ranked == 0) continue;
        for (size_t i = 0; i < M; i++) scores[i] += points(M, ranked, rounds->places[round * M + i]);
        weight++;
    }
    for (size_t i = 0; i < M && weight > 0; i++) scores[i] /= weight;
}

void lr_aggregate_borda(const lr_rounds *rounds, double *scores)
{
    mean_points(rounds, borda_points, scores);
}

void lr_aggregate_reciprocal(const lr_rounds *rounds, double *scores)
{
    mean_points(rounds, reciprocal_points, scores);
}

static bool before(const double *scores, int32_t a, int32_t b)
{
    return scores[a] > scores[b] || (scores[a] == scores[b] && a < b);
}

void lr_order_by_score(const double *scores, size_t count, int32_t *order)
{
    for (size_t i = 0; i < count; i++) {
        size_t at = i;
        for (; at > 0 && before(scores, (int32_t)i, order[at - 1]); at--) order[at] = order[at - 1];
        order[at] = (int32_t)i;
    }
}

/* --- Kemeny -------------------------------------------------------------------------------------------------- */

/* prefer[a,b]: the number of rounds that place a before b, minus the number that place b before a. Ranked candidates
 * are before unranked ones. */
static void count_preferences(const lr_rounds *rounds, double *prefer)
{
    const size_t M = rounds->candidates;
    for (size_t a = 0; a < M; a++)
        for (size_t b = 0; b < M; b++)
            prefer[a * M + b] = a == b ? 0 : a < b ? rounds->first_weight : -rounds->first_weight;
    for (size_t at = 0; at < rounds->rounds * M * M; at++) {
        const int32_t *places = rounds->places + at / (M * M) * M;
        const uint32_t a = (uint32_t)places[at / M % M], b = (uint32_t)places[at % M]; /* unranked: the largest value */
        prefer[at % (M * M)] += (double)(a < b) - (double)(a > b);
    }
}

/* Moves the candidate at `from` to the place where the order agrees most with the rounds; returns false if it is
 * already there. */
static bool move_best(const double *prefer, size_t M, int32_t *order, size_t from)
{
    const int32_t moved = order[from];
    double gain = 0, best = 0;
    size_t to = from;
    for (size_t at = from; at-- > 0;) {
        gain += prefer[(size_t)moved * M + (size_t)order[at]];
        if (gain > best + 1e-9) {
            best = gain;
            to = at;
        }
    }
    gain = 0;
    for (size_t at = from + 1; at < M; at++) {
        gain += prefer[(size_t)order[at] * M + (size_t)moved];
        if (gain > best + 1e-9) {
            best = gain;
            to = at;
        }
    }
    if (to < from) memmove(order + to + 1, order + to, (from - to) * sizeof *order);
    else if (to > from) memmove(order + from, order + from + 1, (to - from) * sizeof *order);
    order[to] = moved;
    return to != from;
}

llmrec_status lr_aggregate_kemeny(llmrec_context *context, const lr_rounds *rounds, double *scores)
{
    const size_t M = rounds->candidates;
    double *prefer = NULL;
    int32_t *order = NULL;
    llmrec_status status = LLMREC_OK;
    LR_TRY(lr_alloc(context, &prefer, M, M * sizeof *prefer));
    LR_TRY(LR_NEW(context, order, M));
    lr_aggregate_borda(rounds, scores);
    lr_order_by_score(scores, M, order);
    count_preferences(rounds, prefer);
    for (size_t at = 0, still = 0; still < M; at = (at + 1) % M)
        still = move_best(prefer, M, order, at) ? 0 : still + 1;
    for (size_t i = 0; i < M; i++) scores[order[i]] = (double)(M - i);
done:
    lr_free(context, order);
    lr_free(context, prefer);
    return status;
}

/* --- windows ------------------------------------------------------------------------------------------------- */

size_t lr_window_steps(size_t count, size_t window, size_t stride)
{
    return count <= window ? 1 : 1 + (count - window + stride - 1) / stride;
}

size_t lr_window_begin(size_t count, size_t window, size_t stride, size_t step)
{
    const size_t up = window + step * stride;
    return up < count ? count - up : 0;
}
