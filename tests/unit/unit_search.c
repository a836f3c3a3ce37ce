/* SPDX-License-Identifier: Apache-2.0 */
/* Exact search against a plain loop, bit for bit: tables of every kind, each kernel, filters, threads and batches. */
#include <math.h>
#include <pthread.h>

#include "../support.h"

#include "core/memory.h"
#include "core/rng.h"
#include "math/topk.h"
#include "rank/search.h"

enum { SESSIONS = 23, LONGEST = 9 };

/* Sessions of 0 to 8 items, some unknown. */
typedef struct sessions {
    int64_t offsets[SESSIONS + 1];
    int32_t items[SESSIONS * LONGEST];
} sessions;

static sessions sessions_for(size_t rows, uint64_t seed)
{
    sessions s = {{0}, {0}};
    lr_rng rng = lr_rng_at(seed, 99, 0);
    for (size_t i = 0; i < SESSIONS; i++) {
        const int64_t length = (int64_t)(i % LONGEST);
        s.offsets[i + 1] = s.offsets[i] + length;
        for (int64_t at = s.offsets[i]; at < s.offsets[i + 1]; at++)
            s.items[at] = lr_rng_below(&rng, 12) == 0 ? -1 : (int32_t)lr_rng_below(&rng, rows);
    }
    return s;
}

/* --- tables -------------------------------------------------------------------------------------------------- */

enum { RANDOM, CLUSTERED, DUPLICATES, RISING, MIXED_LENGTHS, ZEROS, OUTLIERS, KINDS };
static const size_t dims[] = {1, 3, 64, 70, 130};

static void fill_row(float *row, size_t index, size_t dim, int kind)
{
    lr_rng noise = lr_rng_at(5, index, 0), center = lr_rng_at(6, index % 7, 0);
    if (kind == DUPLICATES) noise = lr_rng_at(5, index % 5, 0);
    const double length = kind == MIXED_LENGTHS ? pow(10, (double)(index % 40) - 24) : 1;
    for (size_t i = 0; i < dim; i++) {
        double value = lr_rng_normal(&noise);
        if (kind == CLUSTERED) value = lr_rng_normal(&center) + .05 * value;
        if (kind == RISING) value = 1 + (double)index * 1e-3 + (double)i * .1;
        if (kind == ZEROS && index % 3 != 1) value = 0;
        if (kind == OUTLIERS && i == index % dim) value *= 100;
        row[i] = (float)(value * length);
    }
}

static llmrec_embedding *table_of(llmrec_context *context, size_t rows, size_t dim, int kind)
{
    llmrec_embedding_options options;
    llmrec_embedding *table = NULL;
    float *values = malloc(rows * dim * sizeof *values);
    assert_non_null(values);
    for (size_t i = 0; i < rows; i++) fill_row(values + i * dim, i, dim, kind);
    assert_ok(llmrec_embedding_options_init(&options, sizeof options));
    if (kind == CLUSTERED) options.dtype = LLMREC_DTYPE_FLOAT16;
    assert_ok(llmrec_embedding_create(context, values, rows, dim, NULL, NULL, &options, &table));
    free(values);
    return table;
}

/* --- the plain loop ------------------------------------------------------------------------------------------ */

static const lr_weighting weighting = {LLMREC_WEIGHTING_MEAN, LLMREC_DECAY_HARMONIC, 0};

static void session_vector(const void *self, size_t session, const int32_t *items, size_t count,
                           const lr_vector_room *room, float *vector)
{
    (void)session;
    lr_session_vector(&weighting, self, items, count, room, vector);
}

static int falling(const void *a, const void *b)
{
    const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? 1 : x > y ? -1 : 0;
}

static bool holds(const int32_t *items, size_t count, size_t row)
{
    for (size_t i = 0; i < count; i++)
        if (items[i] == (int32_t)row) return true;
    return false;
}

/* All rows that pass, best first. */
static size_t plain_loop(const lr_search *search, const lr_batch *batch, size_t session, uint64_t *keys)
{
    const llmrec_embedding *table = search->measured.table;
    const int32_t *items = lr_batch_items(batch, session);
    const size_t length = lr_batch_length(batch, session);
    double sum[256];
    float row[256], vector[256];
    const lr_vector_room room = {sum, row};
    size_t count = 0, known = 0;
    for (size_t i = 0; i < length; i++) known += items[i] >= 0;
    if (known == 0) return 0;
    session_vector(table, 0, items, length, &room, vector);
    const lr_needle needle = lr_needle_make(&search->measured, vector);
    for (size_t i = 0; i < table->rows; i++) {
        if (!lr_filter_passes(batch->filter, i) || (!batch->filter->keep_seen && holds(items, length, i))) continue;
        keys[count++] = lr_rank_key(lr_measured_score(&search->measured, &needle, i, row), (int32_t)i);
    }
    qsort(keys, count, sizeof *keys, falling);
    return count;
}

/* --- comparison ---------------------------------------------------------------------------------------------- */

typedef struct lists {
    int32_t *items;
    float *scores;
    int32_t counts[SESSIONS];
} lists;

static lists lists_of(size_t k)
{
    lists l = {malloc(SESSIONS * k * sizeof *l.items), malloc(SESSIONS * k * sizeof *l.scores), {0}};
    assert_true(l.items != NULL && l.scores != NULL);
    return l;
}

static void free_lists(lists *l)
{
    free(l->items);
    free(l->scores);
}

static lr_batch batch_of(const sessions *s, size_t k, const lr_filter *filter, lists *l)
{
    return (lr_batch){.offsets = s->offsets,
                      .items = s->items,
                      .sessions = SESSIONS,
                      .k = k,
                      .filter = filter,
                      .recommended = l->items,
                      .scores = l->scores,
                      .counts = l->counts,
                      .stride = k};
}

static void check(const lr_search *search, const lr_batch *batch)
{
    uint64_t *keys = malloc(search->measured.table->rows * sizeof *keys);
    assert_non_null(keys);
    for (size_t i = 0; i < batch->sessions; i++) {
        const size_t all = plain_loop(search, batch, i, keys), wanted = all < batch->k ? all : batch->k;
        assert_int_equal(batch->counts[i], wanted);
        for (size_t rank = 0; rank < wanted; rank++) {
            const size_t at = i * batch->stride + rank;
            if (batch->recommended[at] != lr_key_row(keys[rank]) || batch->scores[at] != lr_key_score(keys[rank]))
                fail_msg("session %zu rank %zu: row %d score %.9g, wanted row %d score %.9g", i, rank,
                         batch->recommended[at], batch->scores[at], lr_key_row(keys[rank]), lr_key_score(keys[rank]));
        }
    }
    free(keys);
}

static void search_and_check(const lr_search *search, const sessions *s, size_t k, const lr_filter *filter)
{
    lr_scratch_pool pool = {0};
    lists l = lists_of(k);
    const lr_batch batch = batch_of(s, k, filter, &l);
    assert_ok(lr_search_rank(search, &pool, &batch, session_vector, search->measured.table));
    check(search, &batch);
    lr_scratch_clear(&pool);
    free_lists(&l);
}

/* Every kernel that this processor supports. */
static size_t kernels(const lr_octet_kernel *found[3])
{
    size_t count = 0;
    if (lr_octet_kernel_avx512() != NULL) found[count++] = lr_octet_kernel_avx512();
    if (lr_octet_kernel_avx2() != NULL) found[count++] = lr_octet_kernel_avx2();
    found[count++] = &lr_octet_kernel_plain;
    return count;
}

static void check_table(llmrec_context *context, size_t rows, size_t dim, int kind)
{
    const lr_octet_kernel *found[3];
    const sessions s = sessions_for(rows, dim);
    const lr_filter none = {.eligible = rows}, keep = {.eligible = rows, .keep_seen = true};
    llmrec_embedding *table = table_of(context, rows, dim, kind);
    for (int64_t measure = LLMREC_MEASURE_COSINE; measure <= LLMREC_MEASURE_EUCLIDEAN; measure++) {
        lr_search search;
        assert_ok(lr_search_make(context, table, measure, &search));
        assert_non_null(search.octets.values);
        for (size_t i = 0, count = kernels(found); i < count; i++) {
            search.kernel = found[i];
            search_and_check(&search, &s, 1, &keep);
            search_and_check(&search, &s, 10, &none);
        }
        search_and_check(&search, &s, 100, &none);
        search_and_check(&search, &s, rows, &keep);
        lr_search_free(&search);
    }
    llmrec_embedding_free(table);
}

static void every_kind_of_table_is_searched_exactly(void **state)
{
    llmrec_context *context = context_with(2);
    (void)state;
    for (int kind = 0; kind < KINDS; kind++)
        for (size_t i = 0; i < sizeof dims / sizeof *dims; i++) check_table(context, 600 + 97 * i, dims[i], kind);
    llmrec_context_free(context);
}

static void small_tables_are_searched_row_by_row(void **state)
{
    llmrec_context *context = context_with(2);
    (void)state;
    for (size_t rows = 1; rows < 200; rows += rows / 2 + 1) {
        llmrec_embedding *table = table_of(context, rows, 17, RANDOM);
        const sessions s = sessions_for(rows, rows);
        const lr_filter none = {.eligible = rows};
        lr_search search;
        assert_ok(lr_search_make(context, table, LLMREC_MEASURE_COSINE, &search));
        assert_null(search.octets.values);
        search_and_check(&search, &s, 5, &none);
        lr_search_free(&search);
        llmrec_embedding_free(table);
    }
    llmrec_context_free(context);
}

/* Allows every `step`-th row. */
static lr_filter filter_of(size_t rows, size_t step, uint64_t *bits)
{
    lr_filter filter = {.bits = bits};
    memset(bits, 0, (rows + 63) / 64 * sizeof *bits);
    for (size_t i = 0; i < rows; i += step, filter.eligible++) bits[i / 64] |= (uint64_t)1 << i % 64;
    return filter;
}

static void filters_leave_the_best_of_the_rest(void **state)
{
    enum { ROWS = 2500 };
    llmrec_context *context = context_with(2);
    llmrec_embedding *table = table_of(context, ROWS, 40, RANDOM);
    const sessions s = sessions_for(ROWS, 1);
    uint64_t bits[(ROWS + 63) / 64];
    lr_search search;
    (void)state;
    assert_ok(lr_search_make(context, table, LLMREC_MEASURE_DOT, &search));
    for (size_t step = 1; step <= ROWS; step = step * 3 + 1) {
        lr_filter filter = filter_of(ROWS, step, bits);
        search_and_check(&search, &s, 10, &filter);
        filter.keep_seen = true;
        search_and_check(&search, &s, 3, &filter);
    }
    lr_search_free(&search);
    llmrec_embedding_free(table);
    llmrec_context_free(context);
}

static void threads_and_batches_do_not_change_a_bit(void **state)
{
    enum { ROWS = 20000, K = 7 };
    llmrec_context *one = context_with(1);
    llmrec_embedding *table = table_of(one, ROWS, 70, CLUSTERED);
    const sessions s = sessions_for(ROWS, 2);
    const lr_filter none = {.eligible = ROWS};
    lists reference = lists_of(K), other = lists_of(K);
    const lr_batch whole = batch_of(&s, K, &none, &reference);
    lr_scratch_pool pool = {0};
    lr_search search;
    (void)state;
    assert_ok(lr_search_make(one, table, LLMREC_MEASURE_COSINE, &search));
    assert_ok(lr_search_rank(&search, &pool, &whole, session_vector, table));
    check(&search, &whole);
    for (int64_t threads = 1; threads <= 5; threads += 2) {
        llmrec_context *context = context_with(threads);
        search.context = context;
        const lr_batch again = batch_of(&s, K, &none, &other); /* divided by slices of rows */
        assert_ok(lr_search_rank(&search, &pool, &again, session_vector, table));
        check(&search, &again);
        for (size_t i = 0; i < SESSIONS; i++) {
            lr_batch single = batch_of(&s, K, &none, &other);
            single.offsets += i;
            single.sessions = 1;
            assert_ok(lr_search_rank(&search, &pool, &single, session_vector, table));
            assert_int_equal(other.counts[0], reference.counts[i]);
            const size_t count = (size_t)other.counts[0];
            assert_memory_equal(other.items, reference.items + i * K, count * sizeof *other.items);
            assert_memory_equal(other.scores, reference.scores + i * K, count * sizeof *other.scores);
        }
        lr_scratch_clear(&pool);
        llmrec_context_free(context);
    }
    search.context = one;
    lr_search_free(&search);
    free_lists(&reference);
    free_lists(&other);
    llmrec_embedding_free(table);
    llmrec_context_free(one);
}

/* --- many threads -------------------------------------------------------------------------------------------- */

typedef struct caller {
    const lr_search *search;
    lr_scratch_pool *pool;
    const sessions *s;
    const lists *reference;
    pthread_t thread;
    int wrong;
} caller;

enum { CALLERS = 8, CALLS = 12, CALLER_K = 5 };

static void *call_often(void *argument)
{
    caller *c = argument;
    const lr_filter none = {.eligible = c->search->measured.table->rows};
    lists l = lists_of(CALLER_K);
    const lr_batch batch = batch_of(c->s, CALLER_K, &none, &l);
    for (int i = 0; i < CALLS; i++) {
        if (lr_search_rank(c->search, c->pool, &batch, session_vector, c->search->measured.table) != LLMREC_OK)
            c->wrong++;
        for (size_t j = 0; j < SESSIONS; j++)
            if (memcmp(l.items + j * CALLER_K, c->reference->items + j * CALLER_K,
                       (size_t)l.counts[j] * sizeof *l.items) != 0)
                c->wrong++;
    }
    free_lists(&l);
    return NULL;
}

static void many_threads_search_at_once(void **state)
{
    enum { ROWS = 3000 };
    llmrec_context *context = context_with(2);
    llmrec_embedding *table = table_of(context, ROWS, 64, RANDOM);
    const sessions s = sessions_for(ROWS, 3);
    const lr_filter none = {.eligible = ROWS};
    lists reference = lists_of(CALLER_K);
    const lr_batch batch = batch_of(&s, CALLER_K, &none, &reference);
    caller callers[CALLERS];
    lr_scratch_pool pool = {0};
    lr_search search;
    (void)state;
    assert_ok(lr_search_make(context, table, LLMREC_MEASURE_EUCLIDEAN, &search));
    assert_ok(lr_search_rank(&search, &pool, &batch, session_vector, table));
    for (int i = 0; i < CALLERS; i++) {
        callers[i] = (caller){.search = &search, .pool = &pool, .s = &s, .reference = &reference};
        assert_int_equal(pthread_create(&callers[i].thread, NULL, call_often, &callers[i]), 0);
    }
    for (int i = 0; i < CALLERS; i++) {
        pthread_join(callers[i].thread, NULL);
        assert_int_equal(callers[i].wrong, 0);
    }
    lr_scratch_clear(&pool);
    lr_search_free(&search);
    free_lists(&reference);
    llmrec_embedding_free(table);
    llmrec_context_free(context);
}

static void the_nth_largest_key_is_found(void **state)
{
    const float numbers[] = {3, -1, 3, 0, -INFINITY, 7, -1.5f}, sorted[] = {7, 3, 3, 0, -1, -1.5f, -INFINITY};
    enum { COUNT = sizeof numbers / sizeof *numbers };
    uint32_t keys[COUNT];
    (void)state;
    for (size_t i = 0; i < COUNT; i++) keys[i] = lr_score_key(numbers[i]);
    for (size_t n = 1; n <= COUNT; n++) assert_int_equal(lr_nth_largest(keys, COUNT, n), lr_score_key(sorted[n - 1]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_of_table_is_searched_exactly),
        cmocka_unit_test(small_tables_are_searched_row_by_row),
        cmocka_unit_test(filters_leave_the_best_of_the_rest),
        cmocka_unit_test(threads_and_batches_do_not_change_a_bit),
        cmocka_unit_test(many_threads_search_at_once),
        cmocka_unit_test(the_nth_largest_key_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
