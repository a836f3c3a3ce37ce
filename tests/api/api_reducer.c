/* SPDX-License-Identifier: Apache-2.0 */
/* Reducers through the public API: reference values, whitening, projections, files. */
#include "../shared_context.h"

#include <math.h>

static llmrec_reducer_options options_of(int64_t method, int64_t dim)
{
    llmrec_reducer_options options;
    assert_ok(llmrec_reducer_options_init(&options, sizeof options));
    options.method = method;
    options.dim = dim;
    return options;
}

static llmrec_embedding *table_of(const float *values, size_t rows, size_t dim)
{
    llmrec_embedding *table = NULL;
    assert_ok(llmrec_embedding_create(context, values, rows, dim, NULL, NULL, NULL, &table));
    return table;
}

/* Fits on a table and applies to it; `values` gets [rows, reduced dim]. */
static llmrec_reducer *reduce(const llmrec_embedding *table, const llmrec_reducer_options *options, float *values)
{
    llmrec_reducer *reducer = NULL;
    llmrec_embedding *reduced = NULL;
    assert_ok(llmrec_reducer_fit(table, options, &reducer));
    assert_ok(llmrec_reducer_apply(reducer, table, &reduced));
    assert_int_equal(llmrec_embedding_dim(reduced), llmrec_reducer_dim(reducer));
    assert_ok(llmrec_embedding_copy_rows(reduced, 0, llmrec_embedding_rows(table), values));
    llmrec_embedding_free(reduced);
    return reducer;
}

/* --- reference values ---------------------------------------------------------------------------------------- */

static const float X[5][3] = {{2, 0, 1}, {0, 1, 3}, {1, 1, 0}, {3, 2, 2}, {4, 1, 1}};
static const double SCORES[5][2] = {{.06009136, -.73678178},
                                    {-2.40717246, .85743759},
                                    {-.48620699, -1.50932899},
                                    {.8174134, 1.1889938},
                                    {2.0158747, .19967938}};
static const double UNIT_SCORES[5][2] = {{.08128932, -.99669055},
                                         {-.94202257, .33554952},
                                         {-.30661815, -.95183261},
                                         {.56651949, .82404834},
                                         {.99513001, .09857108}};
static const double SINGULAR[3] = {3.28121973, 2.23823563, 1.19327211};
static const double VARIANCES[3] = {2.69160073, 1.25242468, .35597458};

static void components_are_the_reference_ones(void **state)
{
    llmrec_embedding *table = table_of(X[0], 5, 3);
    llmrec_reducer_options options = options_of(LLMREC_REDUCE_PCA, 2);
    float values[10];
    double deviations[3];
    (void)state;
    llmrec_reducer *reducer = reduce(table, &options, values);
    for (size_t i = 0; i < 10; i++) assert_true(fabs(values[i] - UNIT_SCORES[i / 2][i % 2]) < 2e-7);
    llmrec_reducer_free(reducer);
    options.normalize = 0;
    reducer = reduce(table, &options, values);
    for (size_t i = 0; i < 10; i++) assert_true(fabs(values[i] - SCORES[i / 2][i % 2]) < 4e-7);
    llmrec_reducer_free(reducer);
    options.dim = 0;
    assert_ok(llmrec_reducer_fit(table, &options, &reducer));
    assert_int_equal(llmrec_reducer_dim(reducer), 3);
    assert_ok(llmrec_reducer_deviations(reducer, deviations));
    for (size_t k = 0; k < 3; k++) {
        assert_true(fabs(deviations[k] * deviations[k] - VARIANCES[k]) < 1e-8);
        assert_true(fabs(deviations[k] * 2 - SINGULAR[k]) < 1e-8); /* sqrt(5 - 1) */
    }
    llmrec_reducer_free(reducer);
    llmrec_embedding_free(table);
}

/* Unit vectors through a reducer with mean zero give its components. */
static void the_largest_loading_is_positive(void **state)
{
    static const float axes[6][3] = {{1, 0, 0}, {-1, 0, 0}, {0, 2, 0}, {0, -2, 0}, {0, 0, 3}, {0, 0, -3}};
    llmrec_embedding *table = table_of(axes[0], 6, 3);
    llmrec_reducer_options options = options_of(LLMREC_REDUCE_PCA, 0);
    float values[18];
    (void)state;
    options.normalize = 0;
    llmrec_reducer *reducer = reduce(table, &options, values);
    for (size_t row = 0; row < 6; row += 2)
        for (size_t k = 0; k < 3; k++)
            assert_true(fabs(values[row * 3 + k] - (k == 2 - row / 2 ? 1 + (double)row / 2 : 0)) < 1e-6);
    llmrec_reducer_free(reducer);
    llmrec_embedding_free(table);
}

/* --- whitening ----------------------------------------------------------------------------------------------- */

enum { ROWS = 700, DIM = 12, REAL = 9 }; /* columns 9 and 10 repeat others; column 11 is constant */

static float mixed[ROWS][DIM];

static double next_number(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (double)(*state >> 11) * 0x1p-53 - 0.5;
}

static void fill_mixed(void)
{
    uint64_t state = 7;
    for (size_t row = 0; row < ROWS; row++) {
        double common = next_number(&state);
        for (size_t j = 0; j < REAL; j++)
            mixed[row][j] = (float)(0.3 + common + next_number(&state) / (double)(1 + j * j));
        mixed[row][9] = mixed[row][0];
        mixed[row][10] = mixed[row][3];
        mixed[row][11] = 0.125f;
    }
}

static void whitened_columns_are_uncorrelated_and_of_one_size(void **state)
{
    static float values[ROWS * DIM];
    (void)state;
    fill_mixed();
    llmrec_embedding *table = table_of(mixed[0], ROWS, DIM);
    llmrec_reducer_options options = options_of(LLMREC_REDUCE_WHITEN, 0);
    options.normalize = 0;
    llmrec_reducer *reducer = reduce(table, &options, values);
    assert_int_equal(llmrec_reducer_dim(reducer), REAL); /* directions without variance are dropped */
    for (size_t i = 0; i < REAL; i++) {
        for (size_t j = 0; j < REAL; j++) {
            double sum = 0;
            for (size_t row = 0; row < ROWS; row++) sum += (double)values[row * REAL + i] * values[row * REAL + j];
            assert_true(fabs(sum / (ROWS - 1) - (i == j)) < 1e-4);
        }
    }
    llmrec_reducer_free(reducer);
    llmrec_embedding_free(table);
}

static void power_and_ridge_follow_the_formula(void **state)
{
    static float plain[ROWS * DIM], values[ROWS * DIM];
    double deviations[DIM];
    (void)state;
    fill_mixed();
    llmrec_embedding *table = table_of(mixed[0], ROWS, DIM);
    llmrec_reducer_options pca = options_of(LLMREC_REDUCE_PCA, 5), whiten = options_of(LLMREC_REDUCE_WHITEN, 5);
    pca.normalize = whiten.normalize = 0;
    whiten.power = 0.25;
    whiten.ridge = 0.01;
    llmrec_reducer_free(reduce(table, &pca, plain));
    llmrec_reducer *reducer = reduce(table, &whiten, values);
    assert_ok(llmrec_reducer_deviations(reducer, deviations));
    for (size_t i = 0; i < ROWS * 5; i++) {
        const double variance = deviations[i % 5] * deviations[i % 5];
        const double wanted = plain[i] / pow(variance + 0.01 * deviations[0] * deviations[0], 0.125);
        assert_true(fabs(values[i] - wanted) < 1e-5 * (1 + fabs(wanted)));
    }
    llmrec_reducer_free(reducer);
    llmrec_embedding_free(table);
}

/* --- other methods ------------------------------------------------------------------------------------------- */

static void projections_are_seeded_and_keep_lengths(void **state)
{
    enum { WIDE = 64, SLIM = 512 };
    static float axes[WIDE][WIDE], values[WIDE * SLIM], again[WIDE * SLIM], other[WIDE * SLIM];
    double sum = 0;
    (void)state;
    for (size_t i = 0; i < WIDE; i++) axes[i][i] = 1;
    llmrec_embedding *table = table_of(axes[0], WIDE, WIDE);
    llmrec_reducer_options options = options_of(LLMREC_REDUCE_RANDOM, SLIM);
    options.normalize = 0;
    options.seed = 5;
    llmrec_reducer *reducer = reduce(table, &options, values);
    assert_failure(llmrec_reducer_deviations(reducer, &sum), LLMREC_ERR_UNSUPPORTED, "deviations");
    llmrec_reducer_free(reducer);
    llmrec_reducer_free(reduce(table, &options, again));
    options.seed = 6;
    llmrec_reducer_free(reduce(table, &options, other));
    assert_memory_equal(values, again, sizeof values);
    assert_true(memcmp(values, other, sizeof values) != 0);
    for (size_t i = 0; i < WIDE * SLIM; i++) sum += (double)values[i] * values[i];
    assert_true(fabs(sum / WIDE - 1) < 0.03); /* entries have variance 1/d; the mean over 32768 of them is precise */
    llmrec_embedding_free(table);
}

static void no_reduction_still_normalizes(void **state)
{
    static const float rows[3][2] = {{3, 4}, {0, 0}, {0, -2}};
    static const float wanted[6] = {0.6f, 0.8f, 0, 0, 0, -1};
    llmrec_embedding *table = table_of(rows[0], 3, 2);
    llmrec_reducer_options options = options_of(LLMREC_REDUCE_NONE, 0);
    float values[6];
    (void)state;
    llmrec_reducer_free(reduce(table, &options, values));
    for (size_t i = 0; i < 6; i++) assert_true(fabsf(values[i] - wanted[i]) < 1e-7f);
    options.normalize = 0;
    llmrec_reducer_free(reduce(table, &options, values));
    assert_memory_equal(values, rows, sizeof values);
    llmrec_embedding_free(table);
}

/* --- attached data ------------------------------------------------------------------------------------------- */

static void a_vector_does_not_depend_on_its_table(void **state)
{
    static float whole[ROWS * DIM], one[DIM];
    static const char *const ids[1] = {"new"};
    llmrec_embedding *row = NULL, *reduced = NULL;
    (void)state;
    fill_mixed();
    llmrec_embedding *table = table_of(mixed[0], ROWS, DIM);
    llmrec_reducer_options options = options_of(LLMREC_REDUCE_WHITEN, 0);
    llmrec_reducer *reducer = reduce(table, &options, whole);
    for (size_t i = 0; i < ROWS; i += 37) {
        assert_ok(llmrec_embedding_create(context, mixed[i], 1, DIM, ids, NULL, NULL, &row));
        assert_ok(llmrec_reducer_apply(reducer, row, &reduced));
        assert_ok(llmrec_embedding_copy_rows(reduced, 0, 1, one));
        assert_memory_equal(one, whole + i * REAL, REAL * sizeof *one);
        assert_int_equal(llmrec_embedding_find(reduced, "new", 3), 0);
        llmrec_embedding_free(row);
        llmrec_embedding_free(reduced);
    }
    llmrec_reducer_free(reducer);
    llmrec_embedding_free(table);
}

/* A table aligned to items; the last item has no vector. */
static llmrec_embedding *with_a_gap(void)
{
    static const char *const sessions[4] = {"s", "s", "s", "s"}, *const items[4] = {"a", "b", "c", "d"};
    static const float rows[3][2] = {{1, 0}, {2, 1}, {4, 1}};
    const llmrec_interactions interactions = {
        .size = sizeof interactions, .rows = 4, .session_ids = sessions, .item_ids = items};
    llmrec_dataset_options options;
    llmrec_dataset *dataset = NULL;
    llmrec_embedding *table = NULL, *aligned = NULL;
    assert_ok(llmrec_dataset_options_init(&options, sizeof options));
    assert_ok(llmrec_dataset_create(context, &interactions, NULL, &options, &dataset));
    assert_ok(llmrec_embedding_create(context, rows[0], 3, 2, items, NULL, NULL, &table));
    assert_ok(llmrec_embedding_align(table, dataset, LLMREC_ALIGN_ZERO, NULL, &aligned));
    llmrec_embedding_free(table);
    llmrec_dataset_free(dataset);
    return aligned;
}

static void missing_rows_take_part_or_not(void **state)
{
    llmrec_embedding *table = with_a_gap(), *reduced = NULL;
    llmrec_reducer_options options = options_of(LLMREC_REDUCE_PCA, 1);
    llmrec_reducer *reducer = NULL;
    double with = 0, without = 0;
    float values[4];
    (void)state;
    options.normalize = 0;
    assert_ok(llmrec_reducer_fit(table, &options, &reducer));
    assert_ok(llmrec_reducer_deviations(reducer, &with));
    assert_ok(llmrec_reducer_apply(reducer, table, &reduced));
    assert_ok(llmrec_embedding_copy_rows(reduced, 0, 4, values));
    assert_true(values[3] != 0 && llmrec_embedding_has_row(reduced, 3) == 0 &&
                llmrec_embedding_has_row(reduced, 2) == 1);
    llmrec_reducer_free(reducer);
    llmrec_embedding_free(reduced);
    options.skip_missing = 1;
    assert_ok(llmrec_reducer_fit(table, &options, &reducer));
    assert_ok(llmrec_reducer_deviations(reducer, &without));
    assert_ok(llmrec_reducer_apply(reducer, table, &reduced));
    assert_ok(llmrec_embedding_copy_rows(reduced, 0, 4, values));
    assert_true(values[3] == 0 && llmrec_embedding_find(reduced, "d", 1) == 3);
    assert_true(without < with);
    llmrec_reducer_free(reducer);
    llmrec_embedding_free(reduced);
    llmrec_embedding_free(table);
}

/* --- files and failures -------------------------------------------------------------------------------------- */

static void reducers_survive_their_file(void **state)
{
    static float values[ROWS * DIM], again[ROWS * DIM];
    (void)state;
    fill_mixed();
    llmrec_embedding *table = table_of(mixed[0], ROWS, DIM);
    for (int64_t method = LLMREC_REDUCE_NONE; method <= LLMREC_REDUCE_RANDOM; method++) {
        const llmrec_reducer_options options = options_of(method, method == LLMREC_REDUCE_NONE ? 0 : 5);
        llmrec_reducer *reducer = reduce(table, &options, values), *opened = NULL;
        llmrec_embedding *reduced = NULL;
        double deviations[2][DIM];
        assert_ok(llmrec_reducer_save(reducer, scratch("r.h5")));
        assert_ok(llmrec_reducer_open(context, scratch("r.h5"), &opened));
        assert_int_equal(llmrec_reducer_dim(opened), llmrec_reducer_dim(reducer));
        assert_ok(llmrec_reducer_apply(opened, table, &reduced));
        assert_ok(llmrec_embedding_copy_rows(reduced, 0, ROWS, again));
        assert_memory_equal(values, again, ROWS * (size_t)llmrec_reducer_dim(reducer) * sizeof *values);
        assert_int_equal(llmrec_reducer_deviations(reducer, deviations[0]),
                         llmrec_reducer_deviations(opened, deviations[1]));
        llmrec_reducer_free(reducer);
        llmrec_reducer_free(opened);
        llmrec_embedding_free(reduced);
    }
    assert_failure(llmrec_embedding_open(context, scratch("r.h5"), NULL, &table), LLMREC_ERR_FORMAT, "r.h5",
                   "\"reducer\"", "wanted \"embedding\"");
    llmrec_embedding_free(table);
}

static void damaged_reducers_are_refused(void **state)
{
    llmrec_embedding *table = table_of(X[0], 5, 3);
    llmrec_reducer_options options = options_of(LLMREC_REDUCE_WHITEN, 2);
    llmrec_reducer *reducer = NULL;
    size_t size = 0;
    (void)state;
    assert_ok(llmrec_reducer_fit(table, &options, &reducer));
    assert_ok(llmrec_reducer_save(reducer, scratch("r.h5")));
    llmrec_reducer_free(reducer);
    reducer = NULL;
    unsigned char *bytes = read_bytes(scratch("r.h5"), &size);
    for (size_t i = 0; i < size; i++) {
        bytes[i] ^= 16;
        write_bytes(scratch("d.h5"), bytes, size);
        bytes[i] ^= 16;
        assert_failure(llmrec_reducer_open(context, scratch("d.h5"), &reducer), LLMREC_ERR_FORMAT, "d.h5");
    }
    write_bytes(scratch("d.h5"), bytes, size - 1);
    assert_failure(llmrec_reducer_open(context, scratch("d.h5"), &reducer), LLMREC_ERR_FORMAT, "d.h5");
    assert_null(reducer);
    free(bytes);
    llmrec_embedding_free(table);
}

static void what_cannot_be_fitted_is_told(void **state)
{
    static const float alike[4] = {1, 2, 1, 2};
    llmrec_embedding *table = table_of(X[0], 5, 3), *flat = table_of(alike, 2, 2), *reduced = NULL;
    llmrec_reducer *reducer = NULL;
    llmrec_reducer_options options = options_of(LLMREC_REDUCE_PCA, 4);
    (void)state;
    assert_failure(llmrec_reducer_fit(table, &options, &reducer), LLMREC_ERR_SHAPE, "dim is 4", "at most 3");
    options.method = LLMREC_REDUCE_WHITEN;
    assert_failure(llmrec_reducer_fit(table, &options, &reducer), LLMREC_ERR_SHAPE, "dim is 4", "3 directions");
    options.dim = 0;
    assert_failure(llmrec_reducer_fit(flat, &options, &reducer), LLMREC_ERR_SHAPE, "2 rows", "at least one direction");
    options.method = LLMREC_REDUCE_NONE;
    options.dim = 2;
    assert_failure(llmrec_reducer_fit(table, &options, &reducer), LLMREC_ERR_ARGUMENT, "dim is 2");
    options.method = 4;
    assert_failure(llmrec_reducer_fit(table, &options, &reducer), LLMREC_ERR_ARGUMENT, "method is 4");
    options = options_of(LLMREC_REDUCE_WHITEN, 0);
    options.power = 1.5;
    assert_failure(llmrec_reducer_fit(table, &options, &reducer), LLMREC_ERR_ARGUMENT, "power is 1.5");
    options.power = NAN;
    assert_failure(llmrec_reducer_fit(table, &options, &reducer), LLMREC_ERR_ARGUMENT, "power is nan");
    options.power = 1;
    options.ridge = -1;
    assert_failure(llmrec_reducer_fit(table, &options, &reducer), LLMREC_ERR_ARGUMENT, "ridge is -1");
    options.ridge = 0;
    options.tolerance = 1;
    assert_failure(llmrec_reducer_fit(table, &options, &reducer), LLMREC_ERR_ARGUMENT, "tolerance is 1");
    assert_null(reducer);
    assert_ok(llmrec_reducer_fit(table, NULL, &reducer));
    assert_failure(llmrec_reducer_apply(reducer, flat, &reduced), LLMREC_ERR_SHAPE, "2 values", "wanted 3");
    assert_failure(llmrec_reducer_save(reducer, "/nowhere/r.h5"), LLMREC_ERR_IO, "/nowhere/r.h5");
    assert_failure(llmrec_reducer_open(context, "/nowhere/r.h5", &reducer), LLMREC_ERR_IO, "/nowhere/r.h5");
    llmrec_reducer_free(reducer);
    llmrec_embedding_free(table);
    llmrec_embedding_free(flat);
    llmrec_reducer_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(components_are_the_reference_ones),
        cmocka_unit_test(the_largest_loading_is_positive),
        cmocka_unit_test(whitened_columns_are_uncorrelated_and_of_one_size),
        cmocka_unit_test(power_and_ridge_follow_the_formula),
        cmocka_unit_test(projections_are_seeded_and_keep_lengths),
        cmocka_unit_test(no_reduction_still_normalizes),
        cmocka_unit_test(a_vector_does_not_depend_on_its_table),
        cmocka_unit_test(missing_rows_take_part_or_not),
        cmocka_unit_test(reducers_survive_their_file),
        cmocka_unit_test(damaged_reducers_are_refused),
        cmocka_unit_test(what_cannot_be_fitted_is_told),
    };
    return cmocka_run_group_tests(tests, make_context, drop_context);
}
