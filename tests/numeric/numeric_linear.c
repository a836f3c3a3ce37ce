/* SPDX-License-Identifier: Apache-2.0 */
/* Linear models against plain loops in double precision: counts from rows that are written out, the guide, systems with
 * shifts, and solutions by elimination. */
#include <math.h>

#include "../support.h"

#include "core/memory.h"
#include "core/rng.h"
#include "linear/choice.h"
#include "linear/guide.h"
#include "linear/shifted.h"
#include "linear/solve.h"
#include "linear/sparse_rows.h"

enum { ITEMS = 70, SESSIONS = 90, LONGEST = 14, DIM = 5 };

/* Sessions of 1 to 14 rows, with repeats. */
typedef struct world {
    llmrec_context *context;
    llmrec_dataset *dataset;
    llmrec_embedding *table;
    int32_t items[SESSIONS][LONGEST];
    int length[SESSIONS];
} world;

static llmrec_dataset *dataset_of(world *w)
{
    int64_t sessions[SESSIONS * LONGEST], items[SESSIONS * LONGEST], count = 0, numbers[ITEMS];
    const llmrec_items table = {.size = sizeof table, .rows = ITEMS, .numbers = numbers};
    llmrec_dataset *dataset = NULL;
    for (int i = 0; i < ITEMS; i++) numbers[i] = i;
    for (int i = 0; i < SESSIONS; i++)
        for (int j = 0; j < w->length[i]; j++) {
            sessions[count] = i;
            items[count++] = w->items[i][j];
        }
    const llmrec_interactions rows = {
        .size = sizeof rows, .rows = count, .session_numbers = sessions, .item_numbers = items};
    assert_ok(llmrec_dataset_create(w->context, &rows, &table, NULL, &dataset));
    return dataset;
}

/* Replaces the items' numbers by their indices in the data set. */
static void take_indices(world *w)
{
    int64_t offsets[SESSIONS + 1];
    int32_t items[SESSIONS * LONGEST];
    assert_ok(llmrec_dataset_copy_sessions(w->dataset, 0, SESSIONS, offsets, items, NULL, SESSIONS * LONGEST, NULL));
    for (int i = 0; i < SESSIONS; i++) memcpy(w->items[i], items + offsets[i], (size_t)w->length[i] * sizeof *items);
}

static world *begin(int64_t threads)
{
    world *w = calloc(1, sizeof *w);
    lr_rng rng = lr_rng_at(11, 0, 0);
    float vectors[ITEMS * DIM];
    assert_non_null(w);
    w->context = context_with(threads);
    for (int i = 0; i < SESSIONS; i++) {
        w->length[i] = 1 + i % LONGEST;
        for (int j = 0; j < w->length[i]; j++) {
            const int32_t last = j == 0 ? (int32_t)lr_rng_below(&rng, ITEMS) : w->items[i][j - 1];
            w->items[i][j] = lr_rng_below(&rng, 3) == 0 ? (int32_t)lr_rng_below(&rng, ITEMS) : (last * 3 + 1) % ITEMS;
        }
    }
    w->dataset = dataset_of(w);
    take_indices(w);
    for (int i = 0; i < ITEMS * DIM; i++) vectors[i] = (float)lr_rng_normal(&rng);
    assert_ok(llmrec_embedding_create(w->context, vectors, ITEMS, DIM, NULL, NULL, NULL, &w->table));
    return w;
}

static void end(world *w)
{
    llmrec_embedding_free(w->table);
    llmrec_dataset_free(w->dataset);
    llmrec_context_free(w->context);
    free(w);
}

/* --- plain loops -------------------------------------------------------------------------------------------------- */

typedef double matrix[ITEMS][ITEMS];

/* Adds a row's S'S and S'T, each with the weight `weight`. */
static void add_row(const double *left, const double *right, double weight, matrix gram, matrix target)
{
    for (int i = 0; i < ITEMS; i++)
        for (int j = 0; left[i] != 0 && j < ITEMS; j++) {
            gram[i][j] += weight * left[i] * left[j];
            target[i][j] += weight * left[i] * right[j];
        }
}

static void add_place(const world *w, int session, int place, const lr_row_shape *shape, matrix gram, matrix target)
{
    double past[ITEMS] = {0}, future[ITEMS] = {0};
    for (int age = 0; age < (int)shape->past && place - 1 - age >= 0; age++)
        past[w->items[session][place - 1 - age]] += exp(-age / shape->past_decay);
    for (int age = 0; age < (int)shape->future && place + age < w->length[session]; age++)
        future[w->items[session][place + age]] += exp(-age / shape->future_decay);
    add_row(past, future, 1 - shape->whole, gram, target);
}

static void plain_counts(const world *w, const lr_row_shape *shape, matrix gram, matrix target)
{
    memset(gram, 0, sizeof(matrix));
    memset(target, 0, sizeof(matrix));
    for (int i = 0; i < SESSIONS; i++) {
        double all[ITEMS] = {0};
        for (int place = 1; place < w->length[i]; place++) add_place(w, i, place, shape, gram, target);
        for (int place = 0; place < w->length[i]; place++) all[w->items[i][place]] = 1;
        add_row(all, all, shape->whole, gram, target);
    }
}

/* Replaces b by a^-1 b, by elimination with a positive definite a. */
static void eliminate(matrix a, matrix b)
{
    for (int k = 0; k < ITEMS; k++)
        for (int i = 0; i < ITEMS; i++) {
            const double factor = i == k ? 0 : a[i][k] / a[k][k];
            for (int j = 0; j < ITEMS && factor != 0; j++) {
                a[i][j] -= factor * a[k][j];
                b[i][j] -= factor * b[k][j];
            }
        }
    for (int i = 0; i < ITEMS; i++)
        for (int j = 0; j < ITEMS; j++) b[i][j] /= a[i][i];
}

/* The entry (row,column) of a sparse matrix. */
static float entry(const lr_item_matrix *m, int row, int column)
{
    for (int64_t at = m->offsets[row]; at < m->offsets[row + 1]; at++)
        if (m->columns[at] == column) return m->values[at];
    return 0;
}

static const lr_row_shape slit = {10, 3, 8, 2, 0}, ease = {10, 3, 8, 2, 1}, slist = {4, 2, 3, 1, .3};

/* --- counts ------------------------------------------------------------------------------------------------------- */

static void check_counts(const lr_row_shape *shape)
{
    static matrix gram, target;
    world *w = begin(3);
    lr_transitions counts;
    assert_ok(lr_transitions_count(w->dataset, NULL, shape, &counts));
    plain_counts(w, shape, gram, target);
    for (int i = 0; i < ITEMS; i++)
        for (int j = 0; j < ITEMS; j++) {
            assert_true(fabs(entry(&counts.gram, i, j) - gram[i][j]) < 1e-4);
            assert_true(fabs(entry(&counts.target, j, i) - target[i][j]) < 1e-4);
        }
    lr_transitions_free(w->context, &counts);
    end(w);
}

static void counts_are_those_of_written_rows(void **state)
{
    (void)state;
    check_counts(&slit);
    check_counts(&ease);
    check_counts(&slist);
}

/* The last rows of marked sessions are not counted. */
static void held_out_rows_do_not_count(void **state)
{
    static matrix gram, target;
    uint8_t held[SESSIONS];
    world *w = begin(1);
    lr_transitions counts;
    (void)state;
    for (int i = 0; i < SESSIONS; i++) held[i] = i % 3 == 0;
    assert_ok(lr_transitions_count(w->dataset, held, &slist, &counts));
    for (int i = 0; i < SESSIONS; i++) w->length[i] -= held[i];
    plain_counts(w, &slist, gram, target);
    for (int i = 0; i < ITEMS; i++)
        for (int j = 0; j < ITEMS; j++) assert_true(fabs(entry(&counts.target, j, i) - target[i][j]) < 1e-4);
    lr_transitions_free(w->context, &counts);
    end(w);
}

/* --- the guide ---------------------------------------------------------------------------------------------------- */

/* All cosines of the whitened table. */
static void plain_cosines(const world *w, matrix cosines)
{
    llmrec_reducer_options options;
    llmrec_reducer *reducer = NULL;
    llmrec_embedding *white = NULL;
    static float rows[ITEMS * DIM];
    assert_ok(llmrec_reducer_options_init(&options, sizeof options));
    options.method = LLMREC_REDUCE_WHITEN;
    assert_ok(llmrec_reducer_fit(w->table, &options, &reducer));
    assert_ok(llmrec_reducer_apply(reducer, w->table, &white));
    assert_ok(llmrec_embedding_copy_rows(white, 0, ITEMS, rows));
    for (int i = 0; i < ITEMS; i++)
        for (int j = 0; j < ITEMS; j++) {
            cosines[i][j] = 0;
            for (int d = 0; d < DIM; d++) cosines[i][j] += (double)rows[i * DIM + d] * rows[j * DIM + d];
        }
    llmrec_embedding_free(white);
    llmrec_reducer_free(reducer);
}

static void the_guide_has_the_largest_cosines(void **state)
{
    enum { NEIGHBORS = 9 };
    static matrix cosines;
    world *w = begin(2);
    lr_item_matrix guide;
    (void)state;
    plain_cosines(w, cosines);
    assert_ok(lr_guide_make(w->table, NEIGHBORS, &guide));
    for (int i = 0; i < ITEMS; i++) {
        int kept = 0;
        for (int j = 0; j < ITEMS; j++) {
            int better = 0;
            for (int other = 0; other < ITEMS; other++) better += other != i && cosines[i][other] > cosines[i][j];
            const bool wanted = i != j && cosines[i][j] > 0 && better < NEIGHBORS;
            assert_true(fabs(entry(&guide, j, i) - (wanted ? cosines[i][j] : 0)) < 1e-6);
            kept += wanted;
        }
        assert_true(kept > 0 && kept <= NEIGHBORS);
    }
    lr_item_matrix_free(w->context, &guide);
    end(w);
}

/* --- systems with shifts ------------------------------------------------------------------------------------------- */

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

/* --- solutions ---------------------------------------------------------------------------------------------------- */

/* B by elimination; with a zero diagonal by its formula. */
static void plain_solution(const world *w, const lr_row_shape *shape, const lr_linear_system *system, matrix b)
{
    static matrix gram, target, a, copy, p;
    plain_counts(w, shape, gram, target);
    memset(p, 0, sizeof p);
    for (int i = 0; i < ITEMS; i++)
        for (int j = 0; j < ITEMS; j++) {
            a[i][j] = gram[i][j] + (i == j ? system->ridge + system->strength : 0);
            b[i][j] = target[i][j] + (system->guide == NULL ? 0 : system->strength * entry(system->guide, j, i));
            p[i][j] = i == j;
        }
    memcpy(copy, a, sizeof a);
    eliminate(a, b);
    if (!system->zero_diagonal) return;
    eliminate(copy, p);
    for (int j = 0; j < ITEMS; j++) {
        const double factor = b[j][j] / p[j][j];
        for (int i = 0; i < ITEMS; i++) b[i][j] -= factor * p[i][j];
    }
}

static void check_solution(const lr_row_shape *shape, bool guided, bool zero_diagonal)
{
    static matrix wanted;
    float first[ITEMS * ITEMS];
    for (int64_t threads = 1; threads <= 2; threads++) {
        world *w = begin(threads);
        lr_transitions counts;
        lr_item_matrix guide, made;
        assert_ok(lr_guide_make(w->table, 20, &guide));
        assert_ok(lr_transitions_count(w->dataset, NULL, shape, &counts));
        const lr_linear_system system = {&counts, guided ? &guide : NULL, 12, guided ? 3 : 0, zero_diagonal};
        assert_ok(lr_solve(w->context, &system, &made));
        plain_solution(w, shape, &system, wanted);
        for (int i = 0; i < ITEMS; i++)
            for (int j = 0; j < ITEMS; j++) {
                assert_true(fabs(made.values[i * ITEMS + j] - wanted[i][j]) < 1e-5);
                if (zero_diagonal && i == j) assert_true(made.values[i * ITEMS + j] == 0);
            }
        if (threads == 1) memcpy(first, made.values, sizeof first);
        assert_memory_equal(first, made.values, sizeof first);
        lr_item_matrix_free(w->context, &made);
        lr_item_matrix_free(w->context, &guide);
        lr_transitions_free(w->context, &counts);
        end(w);
    }
}

static void solutions_are_those_of_elimination(void **state)
{
    (void)state;
    for (int guided = 0; guided < 2; guided++) {
        check_solution(&slit, guided == 1, false);
        check_solution(&slist, guided == 1, false);
        check_solution(&ease, guided == 1, true);
    }
}

/* --- the choice --------------------------------------------------------------------------------------------------- */

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

/* With one of the two given, the choice is the best of a few values: a plain search finds no better one among them. */
static void check_choice(const lr_row_shape *shape, bool zero_diagonal)
{
    static const double strengths[] = {0, 1, 2, 4, 8, 16, 32};
    world *w = begin(2);
    lr_item_matrix guide;
    double ridge = 0, strength = 0, best = 0;
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
    const double chosen = plain_gain(w, shape, &system);
    for (size_t i = 0; i < sizeof strengths / sizeof *strengths; i++) {
        system.strength = strengths[i];
        best = fmax(best, plain_gain(w, shape, &system));
    }
    assert_true(chosen > best - 2e-3);
    lr_item_matrix_free(w->context, &guide);
    end(w);
}

static void the_choice_is_the_best_of_its_grid(void **state)
{
    (void)state;
    check_choice(&slit, false);
    check_choice(&ease, true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_are_those_of_written_rows),   cmocka_unit_test(held_out_rows_do_not_count),
        cmocka_unit_test(the_guide_has_the_largest_cosines),  cmocka_unit_test(shifted_systems_are_solved),
        cmocka_unit_test(solutions_are_those_of_elimination), cmocka_unit_test(the_choice_is_the_best_of_its_grid),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
