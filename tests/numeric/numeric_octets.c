/* SPDX-License-Identifier: Apache-2.0 */
/* Products in eight bits: equal sums from every kernel, and the proven bounds. */
#include "../support.h"

#include <math.h>

#include "core/rng.h"
#include "math/octets.h"
#include "math/vector.h"

enum { ROWS = 130, WIDEST = 203 };

/* Rows of very different lengths, some with an outlier, some zero. */
typedef struct rows {
    float values[ROWS][WIDEST];
    size_t dim;
} rows;

static rows rows_of(size_t dim)
{
    rows made = {.dim = dim};
    for (size_t i = 0; i < ROWS; i++) {
        lr_rng rng = lr_rng_at(11, i, 0);
        const double length = i % 10 == 9 ? 0 : pow(10, (double)(i % 30) - 15);
        for (size_t j = 0; j < dim; j++) made.values[i][j] = (float)(length * lr_rng_normal(&rng));
        if (i % 4 == 0) made.values[i][i % dim] *= 50;
    }
    return made;
}

static const float *row_of(const void *self, size_t row, float *room)
{
    (void)room;
    return ((const rows *)self)->values[row];
}

static double half(const void *self, size_t row)
{
    (void)self;
    return row % 2 == 0 ? 1 : .5;
}

static lr_octets octets_of(llmrec_context *context, const rows *from)
{
    const lr_octet_source source = {row_of, half, from, true};
    lr_octets octets;
    float room[WIDEST];
    int8_t octets_room[WIDEST + 4];
    assert_ok(lr_octets_make(context, ROWS, from->dim, &octets));
    for (size_t block = 0; block * LR_BLOCK < ROWS; block++) lr_octets_set(&octets, block, &source, room, octets_room);
    return octets;
}

static double exact_product(const float *a, const float *b, size_t n, double factor)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) sum += factor * a[i] * b[i];
    return sum;
}

static void check_bounds(const lr_octets *octets, const rows *from, const float *vector, const int32_t *sums,
                         const lr_octet_query *query)
{
    for (size_t row = 0; row < ROWS; row++) {
        const double factor = half(NULL, row), length = factor * lr_norm(from->values[row], from->dim);
        const double exact = exact_product(from->values[row], vector, from->dim, factor) - .5 * length * length;
        const float value = (float)sums[row] * octets->scale[row] * query->scale + octets->bias[row];
        const double slack = lr_octets_slack(query, octets->error[row], octets->length[row], true);
        const size_t block = row / LR_BLOCK;
        assert_true(fabs(value - exact) <= slack);
        assert_true(octets->most_error[block] >= octets->error[row]);
        assert_true(octets->most_length[block] >= octets->length[row]);
    }
}

static void sums_and_bounds(const lr_octet_kernel *kernel, size_t dim)
{
    static int8_t queries[LR_TILE][WIDEST + 4];
    llmrec_context *context = context_with(1);
    const rows from = rows_of(dim);
    lr_octets octets = octets_of(context, &from);
    const size_t groups = octets.groups, bytes = groups * 4;
    int8_t *packed = &queries[0][0];
    int32_t offsets[LR_TILE], sums[LR_TILE][3 * LR_BLOCK], tile[LR_TILE * LR_BLOCK];
    lr_octet_query made[LR_TILE];
    for (size_t q = 0; q < LR_TILE; q++) /* the queries are rows of the table */
        made[q] = lr_octets_query(&octets, from.values[7 * q + 2], lr_norm(from.values[7 * q + 2], dim),
                                  packed + q * bytes, &offsets[q]);
    for (size_t count = 1; count <= LR_TILE; count++)
        for (size_t block = 0; block < 3; block++) {
            kernel->multiply(octets.values + block * bytes * LR_BLOCK, packed, offsets, groups, count, tile);
            for (size_t q = 0; q < count; q++)
                memcpy(sums[q] + block * LR_BLOCK, tile + q * LR_BLOCK, LR_BLOCK * sizeof **sums);
        }
    for (size_t q = 0; q < LR_TILE; q++) {
        for (size_t row = 0; row < ROWS; row++) {
            int32_t sum = 0;
            for (size_t i = 0; i < dim; i++) {
                const size_t at = (row / LR_BLOCK * groups + i / 4) * 4 * LR_BLOCK + row % LR_BLOCK * 4 + i % 4;
                sum += (octets.values[at] - 128) * packed[q * bytes + i];
            }
            assert_int_equal(sums[q][row], sum);
        }
        check_bounds(&octets, &from, from.values[7 * q + 2], sums[q], &made[q]);
    }
    lr_octets_free(context, &octets);
    llmrec_context_free(context);
}

static void products_are_whole_numbers_within_their_bounds(const lr_octet_kernel *kernel)
{
    static const size_t dims[] = {1, 2, 4, 5, 63, 64, 127, 203};
    for (size_t i = 0; i < sizeof dims / sizeof *dims; i++) sums_and_bounds(kernel, dims[i]);
}

static void the_plain_loop_keeps_its_bounds(void **state)
{
    (void)state;
    products_are_whole_numbers_within_their_bounds(&lr_octet_kernel_plain);
}

/* cmocka's skip() counts as a failure in TAP, so the test passes if the processor lacks the instructions. */
static void check_if_there(const lr_octet_kernel *kernel)
{
    if (kernel != NULL) products_are_whole_numbers_within_their_bounds(kernel);
}

static void avx2_gives_the_same_sums(void **state)
{
    (void)state;
    check_if_there(lr_octet_kernel_avx2());
}

static void avx512_gives_the_same_sums(void **state)
{
    (void)state;
    check_if_there(lr_octet_kernel_avx512());
}

/* Integers times powers of two, so that fused and separate operations agree. */
static void rows_above_a_limit_are_found(void **state)
{
    const lr_octet_kernel *const kernels[] = {lr_octet_kernel_avx512(), lr_octet_kernel_avx2(), &lr_octet_kernel_plain};
    int32_t sums[LR_BLOCK];
    float scale[LR_BLOCK], bias[LR_BLOCK];
    (void)state;
    for (int r = 0; r < LR_BLOCK; r++) {
        sums[r] = (r * 37 % 64 - 32) * 16;
        scale[r] = r % 2 == 0 ? .5f : .25f;
        bias[r] = (float)(r % 3);
    }
    for (size_t i = 0; i < 3; i++) {
        if (kernels[i] == NULL) continue;
        uint64_t wanted = 0;
        for (int r = 0; r < LR_BLOCK; r++) wanted |= (uint64_t)((float)sums[r] * scale[r] * 2 + bias[r] >= 33) << r;
        assert_true(wanted != 0 && kernels[i]->above(sums, scale, bias, 2, 33) == wanted);
        assert_true(kernels[i]->above(sums, scale, bias, 2, -INFINITY) == UINT64_MAX);
        assert_true(kernels[i]->above(sums, scale, bias, 2, INFINITY) == 0);
    }
}

static void sums_of_the_widest_rows_do_not_overflow(void **state)
{
    const lr_octet_kernel *const kernels[] = {lr_octet_kernel_avx512(), lr_octet_kernel_avx2(), &lr_octet_kernel_plain};
    const size_t groups = LR_OCTETS_WIDEST / 4;
    uint8_t *block = malloc(groups * 4 * LR_BLOCK);
    int8_t *query = malloc(groups * 4);
    int32_t sums[LR_BLOCK];
    (void)state;
    assert_true(block != NULL && query != NULL);
    for (int sign = -1; sign <= 1; sign += 2) {
        const int32_t offset = -128 * 127 * sign * LR_OCTETS_WIDEST;
        memset(block, 128 + 127, groups * 4 * LR_BLOCK);
        memset(query, 127 * sign, groups * 4);
        for (size_t i = 0; i < 3; i++) {
            if (kernels[i] == NULL) continue;
            kernels[i]->multiply(block, query, &offset, groups, 1, sums);
            for (int r = 0; r < LR_BLOCK; r++) assert_int_equal(sums[r], 127 * 127 * sign * LR_OCTETS_WIDEST);
        }
    }
    free(block);
    free(query);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_plain_loop_keeps_its_bounds),
        cmocka_unit_test(avx2_gives_the_same_sums),
        cmocka_unit_test(avx512_gives_the_same_sums),
        cmocka_unit_test(rows_above_a_limit_are_found),
        cmocka_unit_test(sums_of_the_widest_rows_do_not_overflow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
