/* SPDX-License-Identifier: Apache-2.0 */
/* Linear models against plain loops: counts from rows that are written out, the guide, and solutions by elimination, at
 * once and column by column. */
#include "linear_world.h"

#include "linear/column_solver.h"

/* --- counts ----------------------------------------------------------------------------------------------------- */

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

/* --- the guide -------------------------------------------------------------------------------------------------- */

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

/* --- solutions -------------------------------------------------------------------------------------------------- */

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

/* --- column by column -------------------------------------------------------------------------------------------- */

/* Each column solves its system in the rows of its entries; with a zero diagonal in all of them but its own. */
static void check_columns(const lr_row_shape *shape, bool zero_diagonal, size_t candidates)
{
    static matrix gram, target;
    world *w = begin(2);
    lr_transitions counts;
    lr_item_matrix guide, made;
    assert_ok(lr_guide_make(w->table, 20, &guide));
    assert_ok(lr_transitions_count(w->dataset, NULL, shape, &counts));
    const lr_linear_system system = {&counts, &guide, 12, 3, zero_diagonal};
    assert_ok(lr_solve_columns(w->context, &system, candidates, &made));
    plain_counts(w, shape, gram, target);
    for (int j = 0; j < ITEMS; j++) {
        size_t used = 0;
        for (int i = 0; i < ITEMS; i++) {
            double rest = target[i][j] + 3 * entry(&guide, j, i) - 15 * entry(&made, i, j);
            for (int k = 0; k < ITEMS; k++) rest -= gram[i][k] * entry(&made, k, j);
            if (entry(&made, i, j) != 0) assert_true(fabs(rest) < 1e-4);
            used += entry(&made, i, j) != 0;
        }
        assert_true(used > 0 && used <= candidates);
        if (zero_diagonal) assert_true(entry(&made, j, j) == 0);
    }
    lr_item_matrix_free(w->context, &made);
    lr_item_matrix_free(w->context, &guide);
    lr_transitions_free(w->context, &counts);
    end(w);
}

static void columns_solve_their_own_systems(void **state)
{
    (void)state;
    check_columns(&slit, false, 12);
    check_columns(&slist, false, ITEMS);
    check_columns(&ease, true, 12);
    check_columns(&ease, true, 2 * ITEMS);
}

/* Three sessions: all items, the even ones, every third one. */
static llmrec_dataset *connected(llmrec_context *context)
{
    int64_t sessions[3 * ITEMS], items[3 * ITEMS], count = 0;
    llmrec_dataset *dataset = NULL;
    for (int step = 1; step <= 3; step++)
        for (int i = 0; i < ITEMS; i += step) {
            sessions[count] = step;
            items[count++] = i;
        }
    const llmrec_interactions rows = {
        .size = sizeof rows, .rows = count, .session_numbers = sessions, .item_numbers = items};
    assert_ok(llmrec_dataset_create(context, &rows, NULL, NULL, &dataset));
    return dataset;
}

/* If all items occur together, all are candidates of each column. */
static void all_candidates_give_the_dense_solution(void **state)
{
    llmrec_context *context = context_with(2);
    llmrec_dataset *dataset = connected(context);
    lr_transitions counts;
    lr_item_matrix dense, columns;
    (void)state;
    assert_ok(lr_transitions_count(dataset, NULL, &ease, &counts));
    const lr_linear_system system = {&counts, NULL, 12, 0, true};
    assert_ok(lr_solve(context, &system, &dense));
    assert_ok(lr_solve_columns(context, &system, ITEMS, &columns));
    for (int i = 0; i < ITEMS; i++)
        for (int j = 0; j < ITEMS; j++) assert_true(fabsf(dense.values[i * ITEMS + j] - entry(&columns, i, j)) < 1e-6f);
    lr_item_matrix_free(context, &dense);
    lr_item_matrix_free(context, &columns);
    lr_transitions_free(context, &counts);
    llmrec_dataset_free(dataset);
    llmrec_context_free(context);
}

static void indefinite_columns_are_refused(void **state)
{
    world *w = begin(2);
    lr_transitions counts;
    lr_item_matrix made = {0};
    (void)state;
    assert_ok(lr_transitions_count(w->dataset, NULL, &slit, &counts));
    const lr_linear_system system = {&counts, NULL, -50, 0, false};
    assert_failure(lr_solve_columns(w->context, &system, 12, &made), LLMREC_ERR_NUMERIC,
                   "is not positive definite among the candidates of item");
    assert_failure(lr_solve(w->context, &system, &made), LLMREC_ERR_NUMERIC, "is not positive definite: pivot");
    assert_null(made.values);
    lr_transitions_free(w->context, &counts);
    end(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_are_those_of_written_rows),  cmocka_unit_test(held_out_rows_do_not_count),
        cmocka_unit_test(the_guide_has_the_largest_cosines), cmocka_unit_test(solutions_are_those_of_elimination),
        cmocka_unit_test(columns_solve_their_own_systems),   cmocka_unit_test(all_candidates_give_the_dense_solution),
        cmocka_unit_test(indefinite_columns_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
