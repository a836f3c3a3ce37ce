/* SPDX-License-Identifier: Apache-2.0 */
/* Internals of the eval room: every metric by its formula, matching of lists with targets, and popularity. */
#include <math.h>

#include "../support.h"

#include "core/memory.h"
#include "eval/match.h"
#include "eval/metrics.h"
#include "eval/item_counts.h"
#include "eval/significance.h"

#define assert_near(a, b) assert_true(fabs((a) - (b)) < 1e-6)

static void one_target_is_worth_what_its_rank_says(void **state)
{
    static const struct {
        size_t rank;
        double ndcg;
    } cases[] = {{1, 1}, {2, .63093}, {3, .5}, {5, .386853}, {10, .289065}, {20, .22767}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const lr_ranked ranked = {.k = 20, .length = 20, .targets = 1, .hits = &cases[i].rank, .hit_count = 1};
        assert_near(lr_ndcg(&ranked), cases[i].ndcg);
        assert_near(lr_hit_rate(&ranked), 1);
        assert_near(lr_recall(&ranked), 1);
        assert_near(lr_precision(&ranked), .05);
        assert_near(lr_first_reciprocal_rank(&ranked), 1.0 / (double)cases[i].rank);
        assert_near(lr_mean_reciprocal_rank(&ranked), 1.0 / (double)cases[i].rank);
        assert_near(lr_average_precision(&ranked), 1.0 / (double)cases[i].rank);
    }
}

static void several_targets_share_the_ideal(void **state)
{
    const size_t hits[] = {1, 3};
    const lr_ranked ranked = {.k = 4, .length = 4, .targets = 3, .hits = hits, .hit_count = 2};
    const double ideal = 1 + 1 / log2(3) + .5;
    (void)state;
    assert_near(lr_ndcg(&ranked), 1.5 / ideal);
    assert_near(lr_first_reciprocal_rank(&ranked), 1);
    assert_near(lr_mean_reciprocal_rank(&ranked), 2.0 / 3);
    assert_near(lr_recall(&ranked), 2.0 / 3);
    assert_near(lr_precision(&ranked), .5);
    assert_near(lr_average_precision(&ranked), (1 + 2.0 / 3) / 3);
}

static void nothing_is_worth_nothing(void **state)
{
    const lr_ranked ranked = {.k = 10};
    double (*const metrics[])(const lr_ranked *) = {
        lr_ndcg,       lr_hit_rate,  lr_first_reciprocal_rank, lr_mean_reciprocal_rank,
        lr_recall,     lr_precision, lr_average_precision,     lr_novelty,
        lr_serendipity};
    (void)state;
    for (size_t i = 0; i < sizeof metrics / sizeof *metrics; i++) assert_true(metrics[i](&ranked) == 0);
}

static void a_list_is_freed_of_repeats_and_matched(void **state)
{
    static const int32_t list[] = {7, -3, 7, 9, -3, 2}, targets[] = {9, 7, 9, -3};
    llmrec_context *context = context_with(1);
    lr_match match = {.context = context};
    (void)state;
    assert_ok(lr_match_session(&match, (lr_items){list, 6}, (lr_items){targets, 4}));
    assert_int_equal(match.target_count, 3);
    assert_int_equal(match.count, 4);
    const lr_entry wanted[] = {{0, 7, true}, {1, -3, true}, {3, 9, true}, {5, 2, false}};
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(match.entries[i].place, wanted[i].place);
        assert_int_equal(match.entries[i].item, wanted[i].item);
        assert_int_equal(match.entries[i].hit, wanted[i].hit);
    }
    assert_ok(lr_match_session(&match, (lr_items){NULL, 0}, (lr_items){NULL, 0}));
    assert_int_equal(match.count + match.target_count, 0);
    lr_match_clear(&match);
    llmrec_context_free(context);
}

static void popularity_goes_by_count_then_index(void **state)
{
    static const int64_t counts[] = {2, 5, 0, 5, 4};
    static const size_t places[] = {3, 0, 4, 1, 2};
    llmrec_context *context = context_with(1);
    lr_popularity popularity = {0};
    (void)state;
    assert_ok(lr_popularity_init(context, counts, 5, &popularity));
    for (size_t i = 0; i < 5; i++) assert_int_equal(popularity.place[i], places[i]);
    assert_near(popularity.information[0], 3);
    assert_true(popularity.information[2] == 0);
    lr_popularity_clear(&popularity);
    assert_failure(lr_popularity_init(context, (const int64_t[]){1, -4}, 2, &popularity), LLMREC_ERR_ARGUMENT,
                   "item_counts[1] is -4");
    assert_null(popularity.context);
    llmrec_context_free(context);
}

/* The most popular items of Beauty: counts over the whole data set (198,502 rows) of the popularity list. */
static void the_published_novelty_of_popularity_comes_out(void **state)
{
    static const double counts[] = {431, 391, 389, 403, 321, 310, 329, 305, 302, 263,
                                    328, 264, 282, 247, 259, 222, 238, 236, 204, 247};
    lr_ranked ranked = {.k = 20};
    (void)state;
    for (; ranked.length < 20; ranked.length++) {
        if (ranked.length == 10) assert_near(lr_novelty(&ranked), 9.187262);
        ranked.information -= log2(counts[ranked.length] / 198502);
    }
    assert_near(lr_novelty(&ranked), 9.408061);
}

static void student_s_tails_are_those_of_the_tables(void **state)
{
    static const struct {
        double t, freedom, tails;
    } cases[] = {{0, 1, 1},
                 {1, 1, .5},
                 {2, 1, .2951672353008665},
                 {.1, 3, .9266523488008059},
                 {30, 5, 7.718648620496053e-07},
                 {2.5, 9, .033861827682985735},
                 {1.96, 22362, .05000819050562646},
                 {4.2, 22362, 2.67948225926974e-05}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const double tails = lr_student_tails(cases[i].t, cases[i].freedom);
        assert_true(fabs(tails / cases[i].tails - 1) < 1e-9);
    }
    assert_true(lr_student_tails(1e200, 5) == 0);
    assert_near(lr_student_quantile(.05, 1), 12.706204736);
    assert_near(lr_student_quantile(.05, 9), 2.262157163);
    assert_near(lr_student_quantile(.05, 22362), 1.960070075);
    assert_near(lr_student_quantile(.01, 2), 9.924843201);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_target_is_worth_what_its_rank_says),
        cmocka_unit_test(several_targets_share_the_ideal),
        cmocka_unit_test(nothing_is_worth_nothing),
        cmocka_unit_test(a_list_is_freed_of_repeats_and_matched),
        cmocka_unit_test(popularity_goes_by_count_then_index),
        cmocka_unit_test(the_published_novelty_of_popularity_comes_out),
        cmocka_unit_test(student_s_tails_are_those_of_the_tables),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
