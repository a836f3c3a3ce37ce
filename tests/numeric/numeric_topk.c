/* SPDX-License-Identifier: Apache-2.0 */
/* Keys with the order of scores and rows, and the heap of the best ones. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/rng.h"
#include "math/topk.h"

static void keys_sort_by_score_then_row(void **state)
{
    const float scores[] = {-INFINITY, -3e38f, -1, -1e-40f, 0, 1e-40f, .5f, 1, 3e38f, INFINITY};
    (void)state;
    for (size_t i = 0; i < sizeof scores / sizeof *scores; i++) {
        const uint64_t key = lr_rank_key(scores[i], 17);
        assert_true(lr_key_score(key) == scores[i] && lr_key_row(key) == 17);
        assert_true(lr_rank_key(scores[i], 16) > key);
        if (i > 0) assert_true(key > lr_rank_key(scores[i - 1], 0));
    }
    assert_true(lr_rank_key(-0.0f, 3) == lr_rank_key(0.0f, 3));
    assert_true(lr_key_row(lr_rank_key(1, INT32_MAX)) == INT32_MAX);
}

static int falling(const void *a, const void *b)
{
    const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? 1 : x > y ? -1 : 0;
}

static void the_heap_keeps_the_largest_of_any_stream(void **state)
{
    enum { COUNT = 300 };
    uint64_t keys[COUNT], sorted[COUNT], kept[COUNT];
    (void)state;
    for (uint64_t round = 0; round < 30; round++) {
        lr_rng rng = lr_rng_at(3, round, 0);
        for (size_t i = 0; i < COUNT; i++) keys[i] = sorted[i] = round < 28 ? lr_rng_below(&rng, 1 + 20 * round) : i;
        if (round == 29) qsort(keys, COUNT, sizeof *keys, falling);
        qsort(sorted, COUNT, sizeof *sorted, falling);
        for (size_t limit = 1; limit <= COUNT; limit += 1 + limit / 2) {
            lr_heap heap = {.keys = kept, .limit = limit};
            for (size_t i = 0; i < COUNT; i++) lr_heap_push(&heap, keys[i]);
            lr_heap_sort(&heap);
            assert_int_equal(heap.count, limit);
            assert_memory_equal(kept, sorted, limit * sizeof *kept);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_sort_by_score_then_row),
        cmocka_unit_test(the_heap_keeps_the_largest_of_any_stream),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
