/* SPDX-License-Identifier: Apache-2.0 */
/* From names to items: menus, the catalog, the lists of Harte et al. 2023; combined rankings; clusters. */
#include "../shared_context.h"

#include <math.h>

#include "core/memory.h"
#include "core/rng.h"
#include "prompt/aggregate.h"
#include "prompt/grounding.h"
#include "math/kmeans.h"

enum { ITEMS = 6, ROOM = 10 };

static const char *const ids[ITEMS] = {"i0", "i1", "i2", "i3", "i4", "i5"};
static const char *const titles[ITEMS] = {"Heat (1995)",     "Toy Story (1995)", "A Bug's Life (1998)",
                                          "Tom &amp; Jerry", "Heat (1995)",      "\n"};

static lr_names the_names;

static int begin(void **state)
{
    static const int64_t sessions[ITEMS] = {1, 1, 1, 1, 1, 1};
    static const char *const column[] = {"title"};
    const llmrec_interactions rows = {.size = sizeof rows, .rows = ITEMS, .session_numbers = sessions, .item_ids = ids};
    const llmrec_items about = {
        .size = sizeof about, .rows = ITEMS, .ids = ids, .columns = 1, .column_names = column, .texts = titles};
    llmrec_dataset *dataset = NULL;
    make_context(state);
    assert_ok(llmrec_dataset_create(context, &rows, &about, NULL, &dataset));
    the_names.context = context;
    assert_ok(lr_names_make(dataset, 0, 100, &the_names));
    llmrec_dataset_free(dataset);
    return 0;
}

static int end(void **state)
{
    lr_names_clear(&the_names);
    return drop_context(state);
}

static bool all_but(const void *user, int32_t item)
{
    return item != *(const int32_t *)user;
}

static lr_list empty_list(int32_t *items, int64_t *counts, const int32_t *banned)
{
    memset(counts, 0, LR_GROUNDED * sizeof *counts);
    return (lr_list){items, 0, ROOM, all_but, banned, counts};
}

static int32_t find(const lr_list *list, const char *name)
{
    int32_t item = -2;
    assert_ok(lr_ground_in_catalog(&the_names, list, (lr_span){name, strlen(name)}, &item));
    return item;
}

static void names_are_found_in_the_catalog(void **state)
{
    int32_t items[ROOM], banned = -1;
    int64_t counts[LR_GROUNDED];
    lr_list list = empty_list(items, counts, &banned);
    (void)state;
    assert_int_equal(find(&list, "Toy Story (1995)"), 1);
    assert_int_equal(find(&list, "  TOY  story (1995)"), 1);
    assert_int_equal(find(&list, "Tom & Jerry"), 3);
    assert_int_equal(find(&list, "Toy Story"), -1);
    assert_int_equal(find(&list, "i5"), 5); /* an item without a title is named by its id */
    assert_int_equal(find(&list, ""), -1);
    assert_int_equal(find(&list, "heat (1995)"), 0);
    lr_list_put(&list, 0, LR_GROUNDED_EXACT);
    assert_int_equal(find(&list, "heat (1995)"), 4); /* another item with that name */
    banned = 4;
    assert_int_equal(find(&list, "heat (1995)"), 0);
}

static void lists_take_each_item_once(void **state)
{
    static const int32_t others[] = {2, 1, 0, 5};
    int32_t items[ROOM];
    const int32_t banned = 3;
    int64_t counts[LR_GROUNDED];
    lr_list list = empty_list(items, counts, &banned);
    (void)state;
    assert_true(lr_list_put(&list, 1, LR_GROUNDED_EXACT));
    assert_false(lr_list_put(&list, 1, LR_GROUNDED_FUZZY));
    assert_false(lr_list_put(&list, 3, LR_GROUNDED_EXACT));
    list.room = 3;
    lr_list_backfill(&list, others, 4);
    assert_memory_equal(items, ((const int32_t[]){1, 2, 0}), 3 * sizeof *items);
    assert_int_equal(counts[LR_GROUNDED_EXACT], 1);
    assert_int_equal(counts[LR_GROUNDED_DUPLICATE], 1);
    assert_int_equal(counts[LR_GROUNDED_FILTERED], 1);
    assert_int_equal(counts[LR_GROUNDED_BACKFILLED], 2);
}

/* Items a b c d, session d, {"a": 2, "zzz": 1}. */
static void the_seed_papers_list_is_built(void **state)
{
    static const int32_t near_a[] = {0, 1, 2, 3}, near_zzz[] = {3, 2, 1, 0};
    static const lr_generated generated[] = {{0, 2, near_a, 4}, {-1, 1, near_zzz, 4}};
    int32_t items[ROOM], spare[ROOM];
    const int32_t prompt = 3;
    int64_t counts[LR_GROUNDED];
    lr_list list = empty_list(items, counts, &prompt);
    (void)state;
    lr_ground_generated(generated, 2, spare, &list);
    assert_int_equal(list.count, 3);
    assert_memory_equal(items, ((const int32_t[]){0, 1, 2}), 3 * sizeof *items);
    assert_int_equal(counts[LR_GROUNDED_EXACT], 1);
    assert_int_equal(counts[LR_GROUNDED_DUPLICATE], 1);
    assert_int_equal(counts[LR_GROUNDED_HALLUCINATED], 1);
    assert_int_equal(counts[LR_GROUNDED_NEAREST], 2);
}

/* Checks the menu positions that a reply names; the menu is 2, 1, 0, 3. */
static void check_menu(const char *text, bool parity, const int32_t *places, const int *hows, size_t count)
{
    static const int32_t menu_items[] = {2, 1, 0, 3};
    bool chosen[4] = {false};
    lr_likeness likeness = {.context = context};
    const lr_menu menu = {&the_names, {.8, parity}, menu_items, 4, chosen, &likeness};
    const lr_reading reading = {.labels = parity ? 0 : 4, .limit = ROOM, .parity = parity};
    lr_listing reply = {.bytes.context = context};
    assert_ok(lr_listing_read(&reply, &reading, text, strlen(text)));
    assert_int_equal(reply.count, count);
    for (size_t i = 0; i < count; i++) {
        int32_t place = -2;
        int how = -1;
        assert_ok(lr_ground_in_menu(&menu, &reply, i, &place, &how));
        if (place != places[i] || how != hows[i]) fail_msg("entry %zu: place %d, how %d", i, place, how);
    }
    lr_listing_clear(&reply);
    lr_likeness_clear(&likeness);
}

static void replies_are_grounded_in_a_menu(void **state)
{
    enum { E = LR_GROUNDED_EXACT, F = LR_GROUNDED_FUZZY, D = LR_GROUNDED_DUPLICATE, H = LR_GROUNDED_HALLUCINATED };
    (void)state;
    check_menu("C, A, C, B", false, (const int32_t[]){2, 0, -1, 1}, (const int[]){E, E, D, E}, 4);
    check_menu("1. HEAT (1995)\n2. Toy Story\n3. Jaws\n4. Toy Storey", false, (const int32_t[]){2, 1, -1, -1},
               (const int[]){E, F, H, H}, 4);
    check_menu("A Bug's Life (1998)\nB. Toy Story\n", false, (const int32_t[]){0, 1}, (const int[]){E, E}, 2);
    check_menu("1. A Bug's Life (1998)\n2. Tom and Jerry\n", false, (const int32_t[]){0, 3}, (const int[]){E, F}, 2);
    check_menu("1. Heat\n2. heat (1995)\n3. Toy Story (1995) is nice\n4. Toy Storey (1995)\n", true,
               (const int32_t[]){2, -1, 1, -1}, (const int[]){E, D, E, D}, 4);
}

/* LLMRank: M - position, and -10000 for an item that a round omits. */
static void rounds_are_summed_as_published(void **state)
{
    static const int32_t places[] = {2, 1, 3, 0, /**/ 3, 0, 2, 1, /**/ 1, 0, -1, -1};
    const lr_rounds rounds = {4, 3, places, 0};
    double scores[4];
    int32_t order[4];
    (void)state;
    lr_aggregate_sum(&rounds, scores);
    assert_true(scores[0] == 6 && scores[1] == 11 && scores[2] == -9997 && scores[3] == -9993);
    lr_order_by_score(scores, 4, order);
    assert_memory_equal(order, ((const int32_t[]){1, 0, 3, 2}), sizeof order);
}

static void unranked_candidates_share_what_is_left(void **state)
{
    static const int32_t places[] = {0, -1, -1, 1, /* a failed round: */ -1, -1, -1, -1};
    const lr_rounds rounds = {4, 2, places, 0}, none = {4, 1, places + 4, 0}, first = {4, 1, places + 4, 1};
    double scores[4];
    (void)state;
    lr_aggregate_borda(&rounds, scores);
    assert_true(scores[0] == 3 && scores[3] == 2 && scores[1] == .5 && scores[2] == .5);
    lr_aggregate_reciprocal(&rounds, scores);
    assert_true(scores[0] == 1 / 61. && scores[3] == 1 / 62. && scores[1] == 0);
    lr_aggregate_borda(&none, scores);
    assert_true(scores[0] == 0 && scores[1] == 0 && scores[2] == 0 && scores[3] == 0);
    lr_aggregate_borda(&first, scores); /* the given order counts as a round */
    assert_true(scores[0] == 3 && scores[1] == 2 && scores[2] == 1 && scores[3] == 0);
}

/* Rounds where an outlier pulls Borda away from the majority of each pair. */
static void kemeny_follows_the_majority(void **state)
{
    static const int32_t places[] = {0, 1, 2, 3, /**/ 0, 1, 2, 3, /**/ 0, 1, 2, 3, /**/ 3, 0, 1, 2, /**/ 3, 0, 1, 2};
    const lr_rounds rounds = {4, 5, places, 0};
    double borda[4], kemeny[4];
    (void)state;
    lr_aggregate_borda(&rounds, borda);
    assert_true(borda[1] > borda[0]);
    assert_ok(lr_aggregate_kemeny(context, &rounds, kemeny));
    assert_true(kemeny[0] == 4 && kemeny[1] == 3 && kemeny[2] == 2 && kemeny[3] == 1);
}

/* Kendall's distance of two orders: the share of pairs that they place in opposite ways. */
static double kendall_distance(const int32_t *a_places, const int32_t *b_places, size_t count)
{
    size_t apart = 0;
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < i; j++) apart += (a_places[i] < a_places[j]) != (b_places[i] < b_places[j]);
    return count < 2 ? 0 : (double)apart / ((double)count * (double)(count - 1) / 2);
}

/* Sum of Kendall's distances from an order to all rounds. */
static double disagreement(const lr_rounds *rounds, const int32_t *places)
{
    double sum = 0;
    for (size_t i = 0; i < rounds->rounds; i++)
        sum += kendall_distance(places, rounds->places + i * rounds->candidates, rounds->candidates);
    return sum;
}

static void kemeny_is_never_further_away_than_borda(void **state)
{
    enum { M = 7, ROUNDS = 5, TRIALS = 200 };
    lr_rng rng = lr_rng_at(1, LR_STREAM_PROMPT, 0);
    int32_t places[ROUNDS * M], order[M], found[2][M];
    double scores[M];
    const lr_rounds rounds = {M, ROUNDS, places, 0};
    (void)state;
    for (int trial = 0; trial < TRIALS; trial++) {
        for (int32_t *round = places; round < places + ROUNDS * M; round += M) {
            for (int32_t i = 0; i < M; i++) {
                const size_t j = (size_t)lr_rng_below(&rng, (uint64_t)i + 1);
                round[i] = round[j];
                round[j] = i;
            }
        }
        for (int which = 0; which < 2; which++) {
            if (which == 0) lr_aggregate_borda(&rounds, scores);
            else assert_ok(lr_aggregate_kemeny(context, &rounds, scores));
            lr_order_by_score(scores, M, order);
            for (int32_t i = 0; i < M; i++) found[which][order[i]] = i;
        }
        assert_true(disagreement(&rounds, found[1]) <= disagreement(&rounds, found[0]) + 1e-12);
    }
    assert_true(kendall_distance(((const int32_t[]){0, 1, 2}), ((const int32_t[]){2, 1, 0}), 3) == 1);
}

static void windows_go_from_the_end_to_the_begin(void **state)
{
    (void)state;
    assert_int_equal(lr_window_steps(20, 20, 10), 1);
    assert_int_equal(lr_window_steps(21, 20, 10), 2);
    assert_int_equal(lr_window_steps(100, 20, 10), 9);
    assert_int_equal(lr_window_begin(100, 20, 10, 0), 80);
    assert_int_equal(lr_window_begin(100, 20, 10, 8), 0);
    assert_int_equal(lr_window_begin(21, 20, 10, 0), 1);
    assert_int_equal(lr_window_begin(21, 20, 10, 1), 0);
    assert_int_equal(lr_window_begin(5, 20, 10, 0), 0);
}

static void clusters_are_found_whatever_the_threads(void **state)
{
    enum { ROWS = 300, DIM = 3, CLUSTERS = 3 };
    float rows[ROWS * DIM], centers[2][CLUSTERS * DIM];
    int32_t assigned[2][ROWS];
    lr_rng rng = lr_rng_at(3, LR_STREAM_PROMPT, 0);
    const lr_kmeans_plan plan = {rows, ROWS, DIM, CLUSTERS, 5, 50};
    (void)state;
    for (size_t i = 0; i < ROWS * DIM; i++)
        rows[i] = (float)(.1 * lr_rng_normal(&rng)) + (i / DIM % CLUSTERS == i % DIM ? 5.0f : 0.0f);
    for (int64_t threads = 1; threads <= 2; threads++) {
        llmrec_context *own = context_with(threads);
        assert_ok(lr_kmeans(own, &plan, centers[threads - 1], assigned[threads - 1]));
        llmrec_context_free(own);
    }
    for (size_t i = CLUSTERS; i < ROWS; i++) assert_int_equal(assigned[0][i], assigned[0][i % CLUSTERS]);
    assert_int_not_equal(assigned[0][0], assigned[0][1]);
    assert_int_not_equal(assigned[0][1], assigned[0][2]);
    assert_memory_equal(centers[0], centers[1], sizeof centers[0]);
    assert_memory_equal(assigned[0], assigned[1], sizeof assigned[0]);
}

static void clusters_of_equal_rows_are_made(void **state)
{
    static const float rows[8] = {1, 1, 1, 1, 1, 1, 1, 1};
    const lr_kmeans_plan plan = {rows, 4, 2, 3, 0, 5};
    float centers[6];
    int32_t assigned[4];
    (void)state;
    assert_ok(lr_kmeans(context, &plan, centers, assigned));
    for (size_t i = 0; i < 4; i++) assert_int_equal(assigned[i], 0);
    for (size_t i = 0; i < 6; i++) assert_true(centers[i] == 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_found_in_the_catalog),
        cmocka_unit_test(lists_take_each_item_once),
        cmocka_unit_test(the_seed_papers_list_is_built),
        cmocka_unit_test(replies_are_grounded_in_a_menu),
        cmocka_unit_test(rounds_are_summed_as_published),
        cmocka_unit_test(unranked_candidates_share_what_is_left),
        cmocka_unit_test(kemeny_follows_the_majority),
        cmocka_unit_test(kemeny_is_never_further_away_than_borda),
        cmocka_unit_test(windows_go_from_the_end_to_the_begin),
        cmocka_unit_test(clusters_are_found_whatever_the_threads),
        cmocka_unit_test(clusters_of_equal_rows_are_made),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
