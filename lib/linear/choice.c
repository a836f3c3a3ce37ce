/* SPDX-License-Identifier: Apache-2.0 */
/* A session x has the scores x B = z (S'T + strength M) with z = (S'S + shift I)^-1 x and shift = ridge + strength. One
 * run of conjugate gradients gives z for all shifts, and each z gives two panels of scores that any strength combines.
 * A zero diagonal takes z_j B_jj / P_jj from the score of item j; unit vectors in place of x give these numbers. */
#include "linear/choice.h"

#include <math.h>
#include <string.h>

#include "core/log.h"
#include "core/memory.h"
#include "core/pool.h"
#include "core/rng.h"
#include "linear/shifted.h"

enum { W = LR_PANEL, LIST = 10 };

/* The grid. Shifts are multiples of the Gram matrix's mean diagonal: how often an item is a past item. A strength
 * counts as much as that many transitions to similar items. */
static const double multiples[] = {0.5, 1, 2, 4, 8, 16, 32}, strengths[] = {0, 1, 2, 3, 4, 6, 8, 12, 16};
enum { SHIFTS = sizeof multiples / sizeof *multiples, STRENGTHS = sizeof strengths / sizeof *strengths };

/* A grid of shifts and strengths; a given ridge has one shift for each strength. */
typedef struct grid {
    double shifts[LR_SHIFTS], strengths[STRENGTHS];
    size_t shift_count, strength_count;
} grid;

typedef struct held {
    size_t session;
    int32_t target;
} held;

/* The diagonals of P, P S'T and P M for a shift. */
typedef struct diagonals {
    float *p, *pt, *pm; /* [items] */
} diagonals;

typedef struct choice {
    const lr_choosing *given;
    llmrec_context *context;
    size_t items, count, first;
    held *held; /* [count] */
    lr_transitions counts;
    grid grid;
    lr_shifted system;
    float *rooms;                  /* [workers,room] */
    size_t room;                   /* numbers of a worker */
    int32_t *scratch;              /* [workers,longest] */
    diagonals diagonal[LR_SHIFTS]; /* only with a zero diagonal */
    double *gains;                 /* [count,shifts,strengths] NDCG of each held-out item */
} choice;

/* --- held-out items ----------------------------------------------------------------------------------------------- */

/* True if the session has an item before its last one, which is not among them: lists contain no seen items. */
static bool can_hold(const int32_t *items, size_t count)
{
    for (size_t i = 0; i + 1 < count; i++)
        if (items[i] == items[count - 1]) return false;
    return count > 1;
}

/* Draws from the eligible sessions until enough are drawn: each has the same chance (selection sampling). */
static void draw(choice *c, uint8_t *marks, size_t eligible)
{
    lr_rng rng = lr_rng_at(c->given->seed, LR_STREAM_SAMPLE, 0);
    size_t drawn = 0;
    for (size_t i = 0; i < c->count; i++) {
        const bool take = lr_rng_below(&rng, eligible - i) < c->given->sessions - drawn;
        marks[c->held[i].session] = take;
        if (take && drawn < c->given->sessions) c->held[drawn++] = c->held[i];
    }
    c->count = drawn;
}

static llmrec_status hold_out(choice *c, uint8_t *marks)
{
    const llmrec_dataset *dataset = c->given->dataset;
    for (size_t i = 0; i < lr_dataset_sessions(dataset); i++) {
        size_t count = 0;
        const int32_t *items = lr_dataset_session(dataset, i, c->scratch, &count);
        if (can_hold(items, count)) c->held[c->count++] = (held){i, items[count - 1]};
    }
    if (c->count == 0)
        return lr_fail(LLMREC_ERR_SHAPE, "no session of the data set has two items; wanted ridge and strength given");
    draw(c, marks, c->count);
    return LLMREC_OK;
}

/* --- panels of a worker ------------------------------------------------------------------------------------------- */

typedef struct desk {
    float *right, *solutions, *counted, *guided, *room; /* panels */
    int32_t *scratch;
} desk;

static size_t desk_numbers(const choice *c)
{
    return (3 + c->grid.shift_count) * c->items * W + lr_shifted_numbers(c->items, c->grid.shift_count);
}

static desk desk_of(const choice *c, size_t worker)
{
    const size_t panel = c->items * W, solutions = c->grid.shift_count * panel;
    float *room = c->rooms + worker * c->room;
    return (desk){room,
                  room + panel,
                  room + panel + solutions,
                  room + 2 * panel + solutions,
                  room + 3 * panel + solutions,
                  c->scratch + worker * lr_dataset_longest(c->given->dataset)};
}

/* --- a zero diagonal ---------------------------------------------------------------------------------------------- */

static llmrec_status find_diagonals(void *argument, size_t task, size_t worker)
{
    const choice *c = argument;
    const desk d = desk_of(c, worker);
    const size_t first = (c->first + task) * W, count = c->items - first < W ? c->items - first : W;
    float sums[W];
    memset(d.right, 0, c->items * W * sizeof *d.right);
    for (size_t i = 0; i < count; i++) d.right[(first + i) * W + i] = 1;
    lr_shifted_solve(&c->system, d.right, d.room, d.solutions);
    for (size_t k = 0; k < c->grid.shift_count; k++)
        for (size_t i = 0; i < count; i++) {
            const float *z = d.solutions + k * c->items * W;
            const diagonals *diagonal = &c->diagonal[k];
            diagonal->p[first + i] = z[(first + i) * W + i];
            lr_panel_row(&c->counts.target, first + i, z, sums);
            diagonal->pt[first + i] = sums[i];
            if (c->given->guide != NULL) lr_panel_row(c->given->guide, first + i, z, sums);
            diagonal->pm[first + i] = c->given->guide == NULL ? 0 : sums[i];
        }
    return LLMREC_OK;
}

/* --- scores ------------------------------------------------------------------------------------------------------- */

/* Adds the weights of a session's known items; its last item is held out. */
static void set_right(const choice *c, const held *h, size_t column, const desk *d)
{
    size_t count = 0;
    const int32_t *items = lr_dataset_session(c->given->dataset, h->session, d->scratch, &count);
    for (size_t i = 0; i + 1 < count; i++)
        d->right[(size_t)items[i] * W + column] +=
            (float)lr_decay_weight(&c->given->weighting, count - 1 - i, count - 1);
}

/* The scores of a shift: those of S'T, and those of M, with what a zero diagonal takes from each. */
static void score(const choice *c, size_t shift, const desk *d)
{
    const float *z = d->solutions + shift * c->items * W;
    const diagonals *diagonal = &c->diagonal[shift];
    for (size_t j = 0; j < c->items; j++) {
        float *counted = d->counted + j * W, *guided = d->guided + j * W;
        lr_panel_row(&c->counts.target, j, z, counted);
        if (c->given->guide != NULL) lr_panel_row(c->given->guide, j, z, guided);
        else memset(guided, 0, W * sizeof *guided);
        if (!c->given->zero_diagonal) continue;
        for (size_t i = 0; i < W; i++) {
            counted[i] -= z[j * W + i] * diagonal->pt[j] / diagonal->p[j];
            guided[i] -= z[j * W + i] * diagonal->pm[j] / diagonal->p[j];
        }
    }
}

/* Items of all sessions that are better than the targets, or equal. */
LR_VECTORIZE static void count_better(const desk *d, size_t items, float strength, const float *targets,
                                      int32_t *better, int32_t *equal)
{
    memset(better, 0, W * sizeof *better);
    memset(equal, 0, W * sizeof *equal);
    for (size_t j = 0; j < items; j++)
        for (size_t i = 0; i < W; i++) {
            const float score = d->counted[j * W + i] + strength * d->guided[j * W + i];
            better[i] += score > targets[i];
            equal[i] += score == targets[i];
        }
}

/* Rank of a session's target among the items that are not in its prompt, from 0 on; half of the ties are better. */
static double rank_of(const choice *c, const held *h, const desk *d, float strength, size_t column, double rank)
{
    size_t count = 0;
    const int32_t *items = lr_dataset_session(c->given->dataset, h->session, d->scratch, &count);
    const float target =
        d->counted[(size_t)h->target * W + column] + strength * d->guided[(size_t)h->target * W + column];
    for (size_t i = 0; i + 1 < count; i++) {
        bool again = false;
        for (size_t j = 0; j < i; j++) again |= items[j] == items[i];
        const size_t at = (size_t)items[i] * W + column;
        const float score = d->counted[at] + strength * d->guided[at];
        if (!again) rank -= score > target ? 1 : score == target ? 0.5 : 0;
    }
    return rank;
}

static double *gain_at(const choice *c, size_t session, size_t shift, size_t strength)
{
    return &c->gains[(session * c->grid.shift_count + shift) * c->grid.strength_count + strength];
}

static void judge(const choice *c, size_t first, size_t count, size_t shift, size_t at, const desk *d)
{
    const float strength = (float)c->grid.strengths[at];
    float targets[W] = {0};
    int32_t better[W], equal[W];
    for (size_t i = 0; i < count; i++) {
        const size_t place = (size_t)c->held[first + i].target * W + i;
        targets[i] = d->counted[place] + strength * d->guided[place];
    }
    count_better(d, c->items, strength, targets, better, equal);
    for (size_t i = 0; i < count; i++) {
        const double among = better[i] + (equal[i] - 1) / 2.0;
        const double rank = rank_of(c, &c->held[first + i], d, strength, i, among);
        *gain_at(c, first + i, shift, at) = rank < LIST ? 1 / log2(rank + 2) : 0;
    }
}

static llmrec_status judge_panel(void *argument, size_t task, size_t worker)
{
    const choice *c = argument;
    const desk d = desk_of(c, worker);
    const size_t first = (c->first + task) * W, count = c->count - first < W ? c->count - first : W;
    memset(d.right, 0, c->items * W * sizeof *d.right);
    for (size_t i = 0; i < count; i++) set_right(c, &c->held[first + i], i, &d);
    lr_shifted_solve(&c->system, d.right, d.room, d.solutions);
    for (size_t shift = 0; shift < c->grid.shift_count; shift++) {
        score(c, shift, &d);
        for (size_t at = 0; at < c->grid.strength_count; at++) judge(c, first, count, shift, at, &d);
    }
    return LLMREC_OK;
}

static llmrec_status each_panel(choice *c, const char *stage, const char *unit, size_t count, lr_task_fn run)
{
    enum { GROUP = 4 }; /* panels between two reports of progress */
    const size_t panels = (count + W - 1) / W;
    lr_progress progress = lr_progress_begin(c->context, stage, unit, (int64_t)count);
    for (c->first = 0; c->first < panels; c->first += GROUP) {
        const size_t left = panels - c->first;
        LR_RETURN_IF(lr_progress_step(&progress, (int64_t)(c->first * W)));
        LR_RETURN_IF(lr_parallel(c->context, left < GROUP ? left : GROUP, run, c));
    }
    return lr_progress_end(&progress, (int64_t)count);
}

/* --- the choice --------------------------------------------------------------------------------------------------- */

/* The ridge of a place of the grid; 0: the place is not used. */
static double ridge_at(const choice *c, size_t shift, size_t strength)
{
    const double ridge = c->grid.shifts[shift] - c->grid.strengths[strength];
    if (c->given->ridge > 0) return shift == strength ? c->given->ridge : 0;
    return ridge > 0 ? ridge : 0;
}

static void make_grid(choice *c)
{
    const lr_item_matrix *gram = &c->counts.gram;
    const bool any_strength = c->given->strength < 0, any_ridge = c->given->ridge == 0;
    grid *g = &c->grid;
    double mean = 0;
    for (size_t i = 0; i < c->items; i++)
        for (int64_t at = gram->offsets[i]; at < gram->offsets[i + 1]; at++)
            if ((size_t)gram->columns[at] == i) mean += gram->values[at] / (double)c->items;
    g->strength_count = any_strength ? STRENGTHS : 1;
    for (size_t k = 0; k < g->strength_count; k++) g->strengths[k] = any_strength ? strengths[k] : c->given->strength;
    g->shift_count = any_ridge ? SHIFTS : g->strength_count;
    for (size_t k = 0; k < g->shift_count; k++)
        g->shifts[k] = any_ridge ? multiples[k] * mean + g->strengths[0] : c->given->ridge + g->strengths[k];
}

static double mean_gain(const choice *c, size_t shift, size_t strength)
{
    double sum = 0;
    for (size_t i = 0; i < c->count; i++) sum += *gain_at(c, i, shift, strength);
    return sum / (double)c->count;
}

/* Mean of a place and of its neighbors in the grid. Single places are noisy: gains of this size need not carry over. */
static double smooth_gain(const choice *c, size_t shift, size_t strength)
{
    double sum = 0, weights = 0;
    for (size_t s = shift == 0 ? 0 : shift - 1; s <= shift + 1 && s < c->grid.shift_count; s++)
        for (size_t k = strength == 0 ? 0 : strength - 1; k <= strength + 1 && k < c->grid.strength_count; k++) {
            const double weight = ridge_at(c, s, k) > 0 ? (s == shift ? 2 : 1) * (k == strength ? 2 : 1) : 0;
            sum += weight == 0 ? 0 : weight * mean_gain(c, s, k);
            weights += weight;
        }
    return sum / weights;
}

/* Standard error of the mean gain of a place. */
static double error_of(const choice *c, size_t shift, size_t strength)
{
    const double mean = mean_gain(c, shift, strength);
    double sum = 0;
    for (size_t i = 0; i < c->count; i++) {
        const double far = *gain_at(c, i, shift, strength) - mean;
        sum += far * far;
    }
    return sqrt(sum) / (double)c->count;
}

typedef struct place {
    size_t shift, strength;
    double gain;
} place;

/* The place with the largest smooth gain of a shift. */
static place best_of(const choice *c, size_t shift)
{
    place best = {shift, 0, -1};
    for (size_t k = 0; k < c->grid.strength_count; k++) {
        const double ridge = ridge_at(c, shift, k), gain = ridge > 0 ? smooth_gain(c, shift, k) : -1;
        if (gain > best.gain) best = (place){shift, k, gain};
        if (ridge > 0)
            lr_log(c->context, LLMREC_LOG_DEBUG, "linear", "ridge %g, strength %g: NDCG@10 %.5f, smooth %.5f", ridge,
                   c->grid.strengths[k], mean_gain(c, shift, k), gain);
    }
    return best;
}

/* Differences below a quarter of the standard error count as none: then the smaller shift wins. */
static void choose(const choice *c, double *ridge, double *strength)
{
    place found[LR_SHIFTS], best = {0, 0, -1};
    size_t at = 0;
    for (size_t s = 0; s < c->grid.shift_count; s++) {
        found[s] = best_of(c, s);
        if (found[s].gain > best.gain) best = found[s];
    }
    const double least = best.gain - error_of(c, best.shift, best.strength) / 4;
    while (found[at].gain < least) at++;
    *ridge = ridge_at(c, found[at].shift, found[at].strength);
    *strength = c->grid.strengths[found[at].strength];
}

static llmrec_status allocate(choice *c)
{
    const size_t workers = lr_workers(c->context);
    c->room = desk_numbers(c);
    LR_RETURN_IF(LR_NEW(c->context, c->rooms, workers * c->room));
    LR_RETURN_IF(LR_NEW(c->context, c->gains, c->count * c->grid.shift_count * c->grid.strength_count));
    for (size_t k = 0; k < c->grid.shift_count && c->given->zero_diagonal; k++) {
        diagonals *d = &c->diagonal[k];
        LR_RETURN_IF(LR_NEW(c->context, d->p, c->items));
        LR_RETURN_IF(LR_NEW(c->context, d->pt, c->items));
        LR_RETURN_IF(LR_NEW(c->context, d->pm, c->items));
    }
    return LLMREC_OK;
}

static void clear(choice *c)
{
    for (size_t k = 0; k < LR_SHIFTS; k++) {
        lr_free(c->context, c->diagonal[k].p);
        lr_free(c->context, c->diagonal[k].pt);
        lr_free(c->context, c->diagonal[k].pm);
    }
    lr_transitions_free(c->context, &c->counts);
    lr_free(c->context, c->held);
    lr_free(c->context, c->rooms);
    lr_free(c->context, c->scratch);
    lr_free(c->context, c->gains);
}

llmrec_status lr_choose(const lr_choosing *choosing, double *ridge, double *strength)
{
    choice c = {.given = choosing,
                .context = lr_dataset_context(choosing->dataset),
                .items = lr_dataset_items(choosing->dataset)};
    uint8_t *marks = NULL;
    llmrec_status status = LLMREC_OK;
    LR_TRY(LR_NEW(c.context, c.scratch, lr_workers(c.context) * lr_dataset_longest(choosing->dataset)));
    LR_TRY(LR_NEW(c.context, c.held, lr_dataset_sessions(choosing->dataset)));
    LR_TRY(LR_NEW_ZERO(c.context, marks, lr_dataset_sessions(choosing->dataset)));
    LR_TRY(hold_out(&c, marks));
    LR_TRY(lr_transitions_count(choosing->dataset, marks, &choosing->shape, &c.counts));
    make_grid(&c);
    LR_TRY(allocate(&c));
    c.system = (lr_shifted){&c.counts.gram, c.grid.shifts, c.grid.shift_count};
    if (choosing->zero_diagonal) LR_TRY(each_panel(&c, "diagonal", "items", c.items, find_diagonals));
    LR_TRY(each_panel(&c, "choice", "sessions", c.count, judge_panel));
    choose(&c, ridge, strength);
done:
    clear(&c);
    lr_free(c.context, marks);
    return status;
}
