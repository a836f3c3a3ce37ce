/* SPDX-License-Identifier: Apache-2.0 */
/* Parts of linear models against plain loops: systems with shifts, the choice of ridge and strength, truncated rows. */
#include "linear_world.h"

#include "linear/choice.h"
#include "linear/shifted.h"
#include "linear/truncate.h"

/* --- systems with shifts ----------------------------------------------------------------------------------------- */

static void shifted_systems_are_solved(void **state)
{
    static const double shifts[] = {3, 6, 12, 100};
    static matrix gram, target, a, b;
    static float right[ITEMS * LR_PANEL], solutions[4][ITEMS * LR_PANEL];
    world *w = begin(1);
    lr_transitions counts;
    (void)state;
    assert_ok(lr_transitions_count(w->dataset, NULL, &slit, &counts));
    plain_counts(w, &slit, gram, target);
    const lr_shifted system = {&counts.gram, shifts, 4};
    float *room = malloc(lr_shifted_numbers(ITEMS, 4) * sizeof *room);
    assert_non_null(room);
    memset(b, 0, sizeof b);
    for (int i = 0; i < ITEMS; i++)
        for (int c = 0; c < LR_PANEL - 1; c++) /* the last column is zero */
            b[i][c] = right[i * LR_PANEL + c] = (float)((i * 7 + c * 5) % 11) - 4;
    lr_shifted_solve(&system, right, room, *solutions);
    for (int k = 0; k < 4; k++) {
        static matrix x;
        memcpy(a, gram, sizeof a);
        memcpy(x, b, sizeof x);
        for (int i = 0; i < ITEMS; i++) a[i][i] += shifts[k];
        eliminate(a, x);
        for (int c = 0; c < LR_PANEL; c++) {
            double length = 0, wrong = 0;
            for (int i = 0; i < ITEMS; i++) {
                length += x[i][c] * x[i][c];
                wrong += pow(x[i][c] - solutions[k][i * LR_PANEL + c], 2);
            }
            assert_true(wrong <= 1e-5 * length);
        }
    }
    free(room);
    lr_transitions_free(w->context, &counts);
    end(w);
}

/* --- the choice ------------------------------------------------------------------------------------------------- */

/* NDCG@10 of all held-out last items, for one ridge and strength, by elimination. */
static double plain_gain(world *w, const lr_row_shape *shape, const lr_linear_system *system)
{
    static matrix b;
    double gain = 0;
    int count = 0;
    for (int i = 0; i < SESSIONS; i++) w->length[i]--;
    plain_solution(w, shape, system, b);
    for (int s = 0; s < SESSIONS; s++) {
        const int32_t *items = w->items[s], target = items[w->length[s]];
        double scores[ITEMS] = {0}, rank = 0;
        bool seen[ITEMS] = {false};
        for (int at = 0; at < w->length[s]; at++) {
            seen[items[at]] = true;
            for (int j = 0; j < ITEMS; j++) scores[j] += b[items[at]][j] / (w->length[s] - at);
        }
        if (w->length[s] == 0 || seen[target]) continue;
        for (int j = 0; j < ITEMS; j++) rank += !seen[j] && scores[j] > scores[target];
        gain += rank < 10 ? 1 / log2(rank + 2) : 0;
        count++;
    }
    for (int i = 0; i < SESSIONS; i++) w->length[i]++;
    return gain / count;
}

/* With a given ridge the grid is a list of strengths. The choice has nearly the best gain, averaged with its
 * neighbors. */
static void check_choice(const lr_row_shape *shape, bool zero_diagonal)
{
    static const double strengths[] = {0, 1, 2, 3, 4, 6, 8, 12, 16};
    enum { COUNT = sizeof strengths / sizeof *strengths };
    double gains[COUNT], best = 0, chosen = 0;
    world *w = begin(2);
    lr_item_matrix guide;
    double ridge = 0, strength = 0;
    assert_ok(lr_guide_make(w->table, 20, &guide));
    const lr_choosing choosing = {.dataset = w->dataset,
                                  .guide = &guide,
                                  .shape = *shape,
                                  .weighting = {LLMREC_WEIGHTING_MEAN, LLMREC_DECAY_HARMONIC, 0},
                                  .zero_diagonal = zero_diagonal,
                                  .sessions = SESSIONS,
                                  .ridge = 20,
                                  .strength = -1};
    assert_ok(lr_choose(&choosing, &ridge, &strength));
    assert_true(ridge == 20);
    lr_linear_system system = {NULL, &guide, ridge, strength, zero_diagonal};
    for (int i = 0; i < COUNT; i++) {
        system.strength = strengths[i];
        gains[i] = plain_gain(w, shape, &system);
    }
    for (int i = 0; i < COUNT; i++) {
        const double before = i > 0 ? gains[i - 1] : 0, after = i + 1 < COUNT ? gains[i + 1] : 0;
        const double mean = (4 * gains[i] + before + after) / (4 + (i > 0) + (i + 1 < COUNT));
        if (strengths[i] == strength) chosen = mean;
        best = fmax(best, mean);
    }
    assert_true(chosen > best - .5 / sqrt(SESSIONS) / 4);
    lr_item_matrix_free(w->context, &guide);
    end(w);
}

static void the_choice_is_the_best_of_its_grid(void **state)
{
    (void)state;
    check_choice(&slit, false);
    check_choice(&ease, true);
}

/* --- truncation ------------------------------------------------------------------------------------------------- */

static lr_item_matrix random_matrix(llmrec_context *context)
{
    float *values = NULL;
    lr_rng rng = lr_rng_at(8, 0, 0);
    assert_ok(LR_NEW(context, values, ITEMS * ITEMS));
    for (int i = 0; i < ITEMS * ITEMS; i++) values[i] = (float)lr_rng_normal(&rng);
    return (lr_item_matrix){.items = ITEMS, .values = values};
}

static void the_largest_entries_are_kept(void **state)
{
    enum { MOST = 7 };
    llmrec_context *context = context_with(2);
    lr_item_matrix all = random_matrix(context), few = random_matrix(context);
    (void)state;
    assert_ok(lr_truncate(context, 1, MOST, &few));
    assert_int_equal(few.offsets[ITEMS], ITEMS * MOST);
    assert_ok(lr_truncate(context, 1, MOST + 1, &few)); /* sparse rows too */
    for (int i = 0; i < ITEMS; i++)
        for (int j = 0; j < ITEMS; j++) {
            int larger = 0;
            for (int k = 0; k < ITEMS; k++)
                larger += fabsf(all.values[i * ITEMS + k]) > fabsf(all.values[i * ITEMS + j]);
            assert_true(entry(&few, i, j) == (larger < MOST ? all.values[i * ITEMS + j] : 0));
        }
    lr_item_matrix_free(context, &all);
    lr_item_matrix_free(context, &few);
    llmrec_context_free(context);
}

static void the_share_of_a_row_is_kept(void **state)
{
    llmrec_context *context = context_with(2);
    lr_item_matrix all = random_matrix(context), few = random_matrix(context);
    (void)state;
    assert_ok(lr_truncate(context, .8, 0, &few));
    for (int i = 0; i < ITEMS; i++) {
        double total = 0, kept = 0, smallest = 1e9;
        for (int j = 0; j < ITEMS; j++) total += fabsf(all.values[i * ITEMS + j]);
        for (int64_t at = few.offsets[i]; at < few.offsets[i + 1]; at++) {
            kept += fabsf(few.values[at]);
            smallest = fmin(smallest, fabsf(few.values[at]));
        }
        assert_true(kept >= .8 * total);
        for (int64_t at = few.offsets[i]; at < few.offsets[i + 1]; at++)
            kept -= fabsf(few.values[at]) < 1.13 * smallest ? fabsf(few.values[at]) : 0;
        assert_true(kept < .8 * total);
    }
    lr_item_matrix_free(context, &all);
    lr_item_matrix_free(context, &few);
    llmrec_context_free(context);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shifted_systems_are_solved),
        cmocka_unit_test(the_choice_is_the_best_of_its_grid),
        cmocka_unit_test(the_largest_entries_are_kept),
        cmocka_unit_test(the_share_of_a_row_is_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
