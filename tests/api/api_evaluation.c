/* SPDX-License-Identifier: Apache-2.0 */
/* Evaluation through the public API: metrics of given lists, and reports as text. */
#include <math.h>

#include "../support.h"

#define assert_near(a, b) assert_true(fabs((a) - (b)) < 1e-6)

/* A fixture with every edge case: s12 misses, s13 has an empty list, s14's list repeats an item and one of its targets
 * is unknown, s15 has no list. */
static const int64_t fixture_counts[] = {10, 8, 5, 4, 2, 1};
static const int64_t list_offsets[] = {0, 3, 6, 8, 8, 11, 11};
static const int32_t lists[] = {1, 0, 2, 4, 3, 5, 0, 1, 2, 2, 3};
static const uint8_t has_list[] = {1, 1, 1, 1, 1, 0};
static const int64_t target_offsets[] = {0, 1, 2, 3, 4, 6, 7};
static const int32_t targets[] = {2, 4, 5, 0, 3, 9, 1};

static llmrec_evaluation_options fixture_options(int64_t missing, int64_t mrr)
{
    static const int64_t k[] = {2, 3};
    llmrec_evaluation_options options;
    assert_ok(llmrec_evaluation_options_init(&options, sizeof options));
    options.k_count = 2;
    options.k = k;
    options.no_list = missing;
    options.mrr = mrr;
    options.item_counts = fixture_counts;
    return options;
}

static llmrec_report *report_of(llmrec_context *context, const llmrec_evaluation_options *options)
{
    llmrec_report *report = NULL;
    assert_ok(
        llmrec_evaluate_lists(context, 6, 6, list_offsets, lists, has_list, target_offsets, targets, options, &report));
    return report;
}

static double figure(const llmrec_report *report, int64_t metric, int64_t k)
{
    double value = -1;
    assert_ok(llmrec_report_metric(report, metric, k, &value, NULL));
    return value;
}

static void check_sessions(const llmrec_report *report, int64_t metric, int64_t k, const double *wanted)
{
    double values[6] = {0};
    assert_ok(llmrec_report_values(report, metric, k, values));
    for (int64_t i = 0; i < llmrec_report_sessions(report); i++) assert_near(values[i], wanted[i]);
}

static void the_reference_policies_give_the_reference_figures(void **state)
{
    llmrec_context *context = context_with(1);
    const llmrec_evaluation_options options = fixture_options(LLMREC_NO_LIST_SKIP, LLMREC_MRR_MEAN_OF_HITS);
    llmrec_report *report = report_of(context, &options);
    static const double at_2[] = {.2, .2, .2, .2, .1, .2, 1.896741, .2, .833333};
    static const double at_3[] = {.377371, .6, .366667, .5, .2, .316667, 2.08487, .3, 1};
    (void)state;
    assert_int_equal(llmrec_report_sessions(report), 5);
    assert_int_equal(llmrec_report_empty_lists(report), 1);
    for (int64_t metric = LLMREC_METRIC_NDCG; metric <= LLMREC_METRIC_COVERAGE; metric++) {
        assert_near(figure(report, metric, 2), at_2[metric]);
        assert_near(figure(report, metric, 3), at_3[metric]);
    }
    check_sessions(report, LLMREC_METRIC_NDCG, 2, (double[]){0, 1, 0, 0, 0});
    check_sessions(report, LLMREC_METRIC_NDCG, 3, (double[]){.5, 1, 0, 0, .386853});
    check_sessions(report, LLMREC_METRIC_HR, 3, (double[]){1, 1, 0, 0, 1});
    check_sessions(report, LLMREC_METRIC_MRR, 3, (double[]){.333333, 1, 0, 0, .5});
    check_sessions(report, LLMREC_METRIC_RECALL, 3, (double[]){1, 1, 0, 0, .5});
    check_sessions(report, LLMREC_METRIC_PRECISION, 2, (double[]){0, .5, 0, 0, 0});
    check_sessions(report, LLMREC_METRIC_PRECISION, 3, (double[]){.333333, .333333, 0, 0, .333333});
    check_sessions(report, LLMREC_METRIC_NOVELTY, 2, (double[]){1.745927, 3.406891, 1.745927, 0, 2.584963});
    check_sessions(report, LLMREC_METRIC_NOVELTY, 3, (double[]){2.025605, 3.906891, 1.745927, 0, 2.745927});
    check_sessions(report, LLMREC_METRIC_SERENDIPITY, 2, (double[]){0, 1, 0, 0, 0});
    check_sessions(report, LLMREC_METRIC_SERENDIPITY, 3, (double[]){0, 1, 0, 0, .5});
    llmrec_report_free(report);
    llmrec_context_free(context);
}

static void by_default_a_session_without_a_list_scores_zero(void **state)
{
    llmrec_context *context = context_with(1);
    const llmrec_evaluation_options options = fixture_options(LLMREC_NO_LIST_ZERO, LLMREC_MRR_FIRST_HIT);
    llmrec_report *report = report_of(context, &options);
    static const double at_3[] = {.377371, .6, .366667, .5, .2, .316667, 2.08487, .3};
    (void)state;
    assert_int_equal(llmrec_report_sessions(report), 6);
    assert_int_equal(llmrec_report_empty_lists(report), 2);
    for (int64_t metric = LLMREC_METRIC_NDCG; metric < LLMREC_METRIC_COVERAGE; metric++)
        assert_near(figure(report, metric, 3), at_3[metric] * 5 / 6);
    assert_near(figure(report, LLMREC_METRIC_NDCG, 3), .314476);
    assert_near(figure(report, LLMREC_METRIC_COVERAGE, 2), .833333);
    assert_near(figure(report, LLMREC_METRIC_COVERAGE, 3), 1);
    llmrec_report_free(report);
    llmrec_context_free(context);
}

static void errors_are_those_of_the_mean(void **state)
{
    llmrec_context *context = context_with(1);
    const llmrec_evaluation_options options = fixture_options(LLMREC_NO_LIST_SKIP, LLMREC_MRR_FIRST_HIT);
    llmrec_report *report = report_of(context, &options);
    double value = 0, error = 0;
    (void)state;
    assert_ok(llmrec_report_metric(report, LLMREC_METRIC_HR, 3, &value, &error));
    assert_near(error, sqrt((3 * .16 + 2 * .36) / 4 / 5));
    assert_ok(llmrec_report_metric(report, LLMREC_METRIC_COVERAGE, 3, NULL, &error));
    assert_true(isnan(error));
    assert_failure(llmrec_report_metric(report, LLMREC_METRIC_HR, 5, &value, NULL), LLMREC_ERR_ARGUMENT, "k is 5");
    assert_failure(llmrec_report_metric(report, 9, 3, &value, NULL), LLMREC_ERR_ARGUMENT, "metric is 9");
    assert_failure(llmrec_report_values(report, LLMREC_METRIC_COVERAGE, 3, &value), LLMREC_ERR_ARGUMENT, "coverage");
    assert_near(value, .6);
    assert_int_equal(llmrec_report_k_count(report), 2);
    assert_int_equal(llmrec_report_k(report, 1), 3);
    assert_int_equal(llmrec_report_k(report, 2), 0);
    llmrec_report_free(report);
    llmrec_context_free(context);
}

static void without_counts_there_is_no_novelty(void **state)
{
    llmrec_context *context = context_with(1);
    llmrec_evaluation_options options = fixture_options(LLMREC_NO_LIST_ZERO, LLMREC_MRR_FIRST_HIT);
    options.item_counts = NULL;
    llmrec_report *report = report_of(context, &options);
    (void)state;
    assert_true(isnan(figure(report, LLMREC_METRIC_NOVELTY, 2)));
    assert_true(isnan(figure(report, LLMREC_METRIC_SERENDIPITY, 3)));
    assert_near(figure(report, LLMREC_METRIC_HR, 3), .5);
    llmrec_report_free(report);
    llmrec_context_free(context);
}

static void wrong_arguments_are_named(void **state)
{
    llmrec_context *context = context_with(1);
    llmrec_evaluation_options options = fixture_options(LLMREC_NO_LIST_ZERO, LLMREC_MRR_FIRST_HIT);
    const int64_t falling[] = {0, 3, 2, 8, 8, 11, 11}, ks[] = {5, 5};
    llmrec_report *report = NULL;
    (void)state;
    assert_failure(
        llmrec_evaluate_lists(context, 6, 6, falling, lists, has_list, target_offsets, targets, &options, &report),
        LLMREC_ERR_ARGUMENT, "list_offsets[2] is 2");
    assert_failure(
        llmrec_evaluate_lists(context, 6, 6, list_offsets, NULL, has_list, target_offsets, targets, &options, &report),
        LLMREC_ERR_ARGUMENT, "lists is NULL");
    assert_failure(
        llmrec_evaluate_lists(context, 6, 0, list_offsets, lists, has_list, target_offsets, targets, &options, &report),
        LLMREC_ERR_ARGUMENT, "items is 0");
    options.k = ks;
    assert_failure(
        llmrec_evaluate_lists(context, 6, 6, list_offsets, lists, has_list, target_offsets, targets, &options, &report),
        LLMREC_ERR_ARGUMENT, "k[1] is 5");
    options.k_count = 17;
    assert_failure(
        llmrec_evaluate_lists(context, 6, 6, list_offsets, lists, has_list, target_offsets, targets, &options, &report),
        LLMREC_ERR_ARGUMENT, "k_count is 17", "1 to 16");
    assert_null(report);
    llmrec_context_free(context);
}

/* Two reports; the second has the higher values where they differ. */
static void make_pair(llmrec_context *context, llmrec_report *pair[2])
{
    static const int64_t k = 1, offsets[] = {0, 1, 2}, counts[] = {3, 1};
    static const int32_t worse[] = {0, 0}, better[] = {0, 1};
    llmrec_evaluation_options options;
    assert_ok(llmrec_evaluation_options_init(&options, sizeof options));
    options.k_count = 1;
    options.k = &k;
    options.item_counts = counts;
    assert_ok(llmrec_evaluate_lists(context, 2, 2, offsets, worse, NULL, offsets, better, &options, &pair[0]));
    assert_ok(llmrec_evaluate_lists(context, 2, 2, offsets, better, NULL, offsets, better, &options, &pair[1]));
}

static char *text_of(llmrec_report *const *reports, const char *const *names, size_t count, int64_t layout)
{
    static char text[8192];
    size_t length = 0, again = 0;
    const llmrec_report *const *given = (const llmrec_report *const *)(const void *)reports;
    assert_ok(llmrec_report_format(given, names, count, layout, NULL, 0, &length));
    assert_true(length < sizeof text);
    assert_ok(llmrec_report_format(given, names, count, layout, text, sizeof text, &again));
    assert_int_equal(length, again);
    assert_int_equal(strlen(text), length);
    return text;
}

static void assert_begins(const char *text, const char *wanted)
{
    if (strncmp(text, wanted, strlen(wanted)) != 0) fail_msg("begins differently: %.120s", text);
}

static void the_table_marks_the_highest(void **state)
{
    llmrec_context *context = context_with(1);
    llmrec_report *pair[2] = {NULL, NULL};
    make_pair(context, pair);
    static const char *const names[] = {"worse", "b\xC3\xA9tter\n"};
    const char *text = text_of(pair, names, 2, LLMREC_LAYOUT_TABLE);
    (void)state;
    assert_begins(text, "at 1         ndcg        hr       mrr    recall precision       map   novelty serendip."
                        "  coverage\nworse      0.5000    0.5000    0.5000    0.5000    0.5000    0.5000    0.4150"
                        "    0.0000    0.5000\n          \xC2\xB1"
                        "0.5000   \xC2\xB1"
                        "0.5000");
    assert_non_null(strstr(text, "\nb\xC3\xA9tter?    1.0000*   1.0000*   1.0000*   1.0000*   1.0000*"));
    assert_non_null(strstr(text, "* highest; \xC2\xB1 standard error"));
    for (int i = 0; i < 2; i++) llmrec_report_free(pair[i]);
    llmrec_context_free(context);
}

static void the_other_forms_are_for_machines(void **state)
{
    llmrec_context *context = context_with(1);
    llmrec_report *pair[2] = {NULL, NULL};
    make_pair(context, pair);
    static const char *const names[] = {"a,\"b\"", "plain"};
    (void)state;
    const char *text = text_of(pair, names, 2, LLMREC_LAYOUT_JSON);
    assert_begins(text, "[{\"name\":\"a,\\\"b\\\"\",\"sessions\":2,\"empty_lists\":0,\"metrics\":{\"ndcg@1\":0.5,");
    assert_non_null(strstr(text, "\"coverage@1\":0.5},\"stderr\":{\"ndcg@1\":0.5,"));
    assert_non_null(strstr(text, ",\n {\"name\":\"plain\""));
    text = text_of(pair, names, 2, LLMREC_LAYOUT_CSV);
    assert_begins(text, "name,metric,k,value,stderr\n\"a,\"\"b\"\"\",ndcg,1,0.5,0.5\n");
    assert_non_null(strstr(text, "\nplain,coverage,1,1,\n"));
    for (int i = 0; i < 2; i++) llmrec_report_free(pair[i]);
    llmrec_context_free(context);
}

static void reports_are_saved_by_their_ending(void **state)
{
    static const struct {
        const char *name, *begins;
    } cases[] = {{"r.json", "[{"}, {"r.CSV", "name,metric"}, {"r.txt", "at 1"}};
    static const char *const names[] = {"worse", "better"};
    llmrec_context *context = context_with(1);
    llmrec_report *pair[2] = {NULL, NULL};
    make_pair(context, pair);
    const llmrec_report *const *given = (const llmrec_report *const *)(void *)pair;
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t size = 0;
        assert_ok(llmrec_report_save(given, names, 2, scratch(cases[i].name)));
        unsigned char *bytes = read_bytes(scratch(cases[i].name), &size);
        assert_int_equal(memcmp(bytes, cases[i].begins, strlen(cases[i].begins)), 0);
        free(bytes);
    }
    assert_failure(llmrec_report_save(given, names, 2, "/nowhere/r.json"), LLMREC_ERR_IO, "/nowhere/r.json");
    assert_failure(llmrec_report_save(given, names, 0, scratch("r")), LLMREC_ERR_ARGUMENT, "count is 0");
    assert_failure(llmrec_report_format(given, names, 2, 7, NULL, 0, NULL), LLMREC_ERR_ARGUMENT, "layout is 7");
    for (int i = 0; i < 2; i++) llmrec_report_free(pair[i]);
    llmrec_context_free(context);
}

static void text_is_cut_at_the_capacity(void **state)
{
    static const char *const names[] = {"worse", "better"};
    llmrec_context *context = context_with(1);
    llmrec_report *pair[2] = {NULL, NULL};
    char text[8] = "";
    size_t length = 0;
    make_pair(context, pair);
    (void)state;
    assert_ok(llmrec_report_format((const llmrec_report *const *)(void *)pair, names, 2, LLMREC_LAYOUT_CSV, text,
                                   sizeof text, &length));
    assert_string_equal(text, "name,me");
    assert_true(length > 100);
    for (int i = 0; i < 2; i++) llmrec_report_free(pair[i]);
    llmrec_context_free(context);
}

/* Ten sessions with one target each: the first report finds all, the second finds `hits`. */
static llmrec_report *report_of_ten(llmrec_context *context, int64_t hits)
{
    int64_t offsets[11];
    int32_t ten_lists[10], ten_targets[10] = {0};
    llmrec_report *report = NULL;
    for (int64_t i = 0; i <= 10; i++) offsets[i] = i;
    for (int64_t i = 0; i < 10; i++) ten_lists[i] = i < hits ? 0 : 1;
    assert_ok(llmrec_evaluate_lists(context, 10, 2, offsets, ten_lists, NULL, offsets, ten_targets, NULL, &report));
    return report;
}

static void two_reports_are_compared_session_by_session(void **state)
{
    llmrec_context *context = context_with(1);
    llmrec_report *all = report_of_ten(context, 10), *half = report_of_ten(context, 5), *pair[2] = {NULL, NULL};
    llmrec_comparison comparison = {.size = sizeof comparison};
    (void)state;
    make_pair(context, pair);
    assert_ok(llmrec_report_compare(all, half, LLMREC_METRIC_HR, 10, &comparison));
    assert_int_equal(comparison.sessions, 10);
    assert_near(comparison.difference, .5);
    assert_near(comparison.standard_error, sqrt(2.5 / 9 / 10)); /* t = 3 with 9 degrees of freedom */
    assert_near(comparison.p_value, .01495625);
    assert_near(comparison.low, .5 - 2.262157163 * sqrt(2.5 / 90));
    assert_near(comparison.high, .5 + 2.262157163 * sqrt(2.5 / 90));
    assert_ok(llmrec_report_compare(half, all, LLMREC_METRIC_HR, 20, &comparison));
    assert_near(comparison.difference, -.5);
    assert_ok(llmrec_report_compare(all, all, LLMREC_METRIC_HR, 10, &comparison));
    assert_true(comparison.difference == 0 && comparison.p_value == 1 && comparison.low == 0);
    assert_failure(llmrec_report_compare(all, pair[0], LLMREC_METRIC_HR, 10, &comparison), LLMREC_ERR_ARGUMENT,
                   "k is 10");
    assert_failure(llmrec_report_compare(all, half, LLMREC_METRIC_COVERAGE, 10, &comparison), LLMREC_ERR_ARGUMENT,
                   "coverage");
    comparison.size = 8;
    assert_failure(llmrec_report_compare(all, half, LLMREC_METRIC_HR, 10, &comparison), LLMREC_ERR_ABI,
                   "llmrec_comparison");
    for (int i = 0; i < 2; i++) llmrec_report_free(pair[i]);
    llmrec_report_free(half);
    llmrec_report_free(all);
    llmrec_context_free(context);
}

static void the_mean_of_reports_is_that_of_each_session(void **state)
{
    llmrec_context *context = context_with(1);
    const llmrec_report *const three[] = {report_of_ten(context, 10), report_of_ten(context, 5),
                                          report_of_ten(context, 0)};
    llmrec_report *mean = NULL, *one = NULL, *pair[2] = {NULL, NULL};
    double values[10], error = 0;
    (void)state;
    make_pair(context, pair);
    assert_ok(llmrec_report_mean(three, 3, &mean));
    assert_int_equal(llmrec_report_sessions(mean), 10);
    assert_ok(llmrec_report_values(mean, LLMREC_METRIC_HR, 20, values));
    for (int i = 0; i < 10; i++) assert_near(values[i], i < 5 ? 2 / 3. : 1 / 3.);
    assert_ok(llmrec_report_metric(mean, LLMREC_METRIC_HR, 10, NULL, &error));
    assert_near(error, sqrt(1 / 36. / 9)); /* the means per session: half of them 1/6 above .5, half below */
    assert_near(figure(mean, LLMREC_METRIC_HR, 10), .5);
    assert_near(figure(mean, LLMREC_METRIC_COVERAGE, 10), 2 / 3.);
    assert_ok(llmrec_report_mean(three + 1, 1, &one));
    assert_near(figure(one, LLMREC_METRIC_HR, 10), figure(three[1], LLMREC_METRIC_HR, 10));
    assert_near(figure(one, LLMREC_METRIC_COVERAGE, 20), 1);
    assert_failure(llmrec_report_mean(three, 0, &one), LLMREC_ERR_ARGUMENT, "no reports");
    assert_failure(llmrec_report_mean((const llmrec_report *const[]){three[0], NULL}, 2, &one), LLMREC_ERR_ARGUMENT,
                   "reports[1] is NULL");
    assert_failure(llmrec_report_mean((const llmrec_report *const[]){three[0], pair[0]}, 2, &one), LLMREC_ERR_SHAPE,
                   "2 sessions", "wanted 10");
    const llmrec_evaluation_options options = fixture_options(LLMREC_NO_LIST_ZERO, LLMREC_MRR_FIRST_HIT);
    const int64_t offsets[3] = {0, 0, 0};
    llmrec_report *other = NULL;
    assert_ok(llmrec_evaluate_lists(context, 2, 6, offsets, NULL, NULL, offsets, NULL, &options, &other));
    assert_failure(llmrec_report_mean((const llmrec_report *const[]){pair[0], other}, 2, &one), LLMREC_ERR_ARGUMENT,
                   "reports[1] has no list length 1");
    for (int i = 0; i < 3; i++) llmrec_report_free((llmrec_report *)(uintptr_t)three[i]);
    for (int i = 0; i < 2; i++) llmrec_report_free(pair[i]);
    llmrec_report_free(other);
    llmrec_report_free(mean);
    llmrec_report_free(one);
    llmrec_context_free(context);
}

/* --- a recommender ------------------------------------------------------------------------------------------- */

enum { WORLD_SESSIONS = 300, WORLD_ITEMS = 50 };

/* Sessions of 1 to 9 rows with items by a fixed rule; item ids start at `first_id`. */
static llmrec_dataset *world(llmrec_context *context, int64_t first_id)
{
    static int64_t sessions[WORLD_SESSIONS * 9], items[WORLD_SESSIONS * 9];
    llmrec_interactions rows = {.size = sizeof rows, .session_numbers = sessions, .item_numbers = items};
    llmrec_dataset *dataset = NULL;
    uint32_t state = 12345;
    for (int64_t i = 0; i < WORLD_SESSIONS; i++)
        for (int64_t j = 0; j < 1 + i % 9; j++, rows.rows++) {
            state = state * 1664525u + 1013904223u;
            sessions[rows.rows] = i;
            items[rows.rows] = first_id + (rows.rows < WORLD_ITEMS ? (int64_t)rows.rows : (state >> 8) % WORLD_ITEMS);
        }
    assert_ok(llmrec_dataset_create(context, &rows, NULL, NULL, &dataset));
    assert_int_equal(llmrec_dataset_items(dataset), WORLD_ITEMS);
    return dataset;
}

static llmrec_recommender *popularity_of(const llmrec_dataset *dataset)
{
    llmrec_recommender *recommender = NULL;
    assert_ok(llmrec_recommender_create_popularity(dataset, &recommender));
    return recommender;
}

/* The same protocol by hand: recommends for each session alone and evaluates the lists. */
static llmrec_report *evaluated_by_hand(llmrec_context *context, const llmrec_recommender *recommender,
                                        const llmrec_dataset *dataset, const llmrec_evaluation_options *options)
{
    static int32_t made[WORLD_SESSIONS * 20], wanted[WORLD_SESSIONS];
    static int64_t made_offsets[WORLD_SESSIONS + 1], wanted_offsets[WORLD_SESSIONS + 1];
    llmrec_report *report = NULL;
    size_t count = 0;
    for (int64_t i = 0; i < WORLD_SESSIONS; i++) {
        int64_t offsets[2];
        int32_t items[9], found = 0;
        int64_t rows = 0;
        assert_ok(llmrec_dataset_copy_sessions(dataset, i, 1, offsets, items, NULL, 9, &rows));
        if (rows < 2) continue;
        wanted[count] = items[rows - 1];
        offsets[1] = rows - 1;
        assert_ok(llmrec_recommend(recommender, offsets, items, 1, 20, NULL, made + made_offsets[count], NULL, &found));
        count++;
        made_offsets[count] = made_offsets[count - 1] + found;
        wanted_offsets[count] = (int64_t)count;
    }
    assert_ok(llmrec_evaluate_lists(context, count, WORLD_ITEMS, made_offsets, made, NULL, wanted_offsets, wanted,
                                    options, &report));
    return report;
}

static void check_same(const llmrec_report *a, const llmrec_report *b)
{
    double left[WORLD_SESSIONS], right[WORLD_SESSIONS];
    assert_int_equal(llmrec_report_sessions(a), llmrec_report_sessions(b));
    for (int64_t metric = LLMREC_METRIC_NDCG; metric <= LLMREC_METRIC_COVERAGE; metric++)
        for (int64_t k = 10; k <= 20; k += 10) {
            assert_true(figure(a, metric, k) == figure(b, metric, k));
            if (metric == LLMREC_METRIC_COVERAGE) continue;
            assert_ok(llmrec_report_values(a, metric, k, left));
            assert_ok(llmrec_report_values(b, metric, k, right));
            assert_memory_equal(left, right, (size_t)llmrec_report_sessions(a) * sizeof *left);
        }
}

static void a_recommender_is_asked_for_every_session(void **state)
{
    static const int64_t batches[] = {1, 7, 512, 100000}, threads[] = {1, 3};
    (void)state;
    for (size_t t = 0; t < 2; t++) {
        llmrec_context *context = context_with(threads[t]);
        llmrec_dataset *dataset = world(context, 0);
        llmrec_recommender *recommender = popularity_of(dataset);
        llmrec_evaluation_options options;
        int64_t counts[WORLD_ITEMS];
        assert_ok(llmrec_evaluation_options_init(&options, sizeof options));
        assert_ok(llmrec_dataset_item_counts(dataset, counts));
        options.item_counts = counts;
        llmrec_report *wanted = evaluated_by_hand(context, recommender, dataset, &options);
        options.item_counts = NULL; /* use the train argument instead */
        for (size_t i = 0; i < sizeof batches / sizeof *batches; i++) {
            llmrec_report *report = NULL;
            options.batch = batches[i];
            assert_ok(llmrec_evaluate(recommender, dataset, dataset, &options, &report));
            check_same(report, wanted);
            llmrec_report_free(report);
        }
        llmrec_report_free(wanted);
        llmrec_recommender_free(recommender);
        llmrec_dataset_free(dataset);
        llmrec_context_free(context);
    }
}

static void another_catalog_is_refused(void **state)
{
    llmrec_context *context = context_with(1);
    llmrec_dataset *dataset = world(context, 0), *moved = world(context, 1);
    llmrec_recommender *recommender = popularity_of(moved);
    llmrec_report *report = NULL;
    const float values[3] = {1, 2, 3};
    llmrec_embedding *table = NULL;
    llmrec_similarity_options plain;
    (void)state;
    assert_failure(llmrec_evaluate(recommender, dataset, dataset, NULL, &report), LLMREC_ERR_SHAPE, "item 0 is \"1\"",
                   "\"0\" in the test data set");
    llmrec_recommender_free(recommender);
    assert_ok(llmrec_embedding_create(context, values, 3, 1, NULL, NULL, NULL, &table));
    assert_ok(llmrec_similarity_options_preset(&plain, sizeof plain, "harte2023"));
    assert_ok(llmrec_recommender_create_similarity(table, &plain, &recommender));
    assert_failure(llmrec_evaluate(recommender, dataset, dataset, NULL, &report), LLMREC_ERR_SHAPE,
                   "recommender has 3 items; wanted the test data set's 50");
    assert_failure(llmrec_evaluate(NULL, dataset, dataset, NULL, &report), LLMREC_ERR_ARGUMENT, "recommender is NULL");
    assert_null(report);
    llmrec_recommender_free(recommender);
    llmrec_embedding_free(table);
    llmrec_dataset_free(moved);
    llmrec_dataset_free(dataset);
    llmrec_context_free(context);
}

static llmrec_status stop_when_evaluating(const llmrec_progress_event *event, void *user)
{
    const int evaluating = strcmp(event->stage, "evaluate") == 0;
    *(int64_t *)user += evaluating;
    return evaluating ? LLMREC_ERR_CANCELED : LLMREC_OK;
}

static void evaluation_can_be_canceled(void **state)
{
    int64_t calls = 0;
    llmrec_context_options options;
    llmrec_context *context = NULL;
    llmrec_report *report = NULL;
    (void)state;
    assert_ok(llmrec_context_options_init(&options, sizeof options));
    options.progress = stop_when_evaluating;
    options.progress_user = &calls;
    assert_ok(llmrec_context_create(&options, &context));
    llmrec_dataset *dataset = world(context, 0);
    llmrec_recommender *recommender = popularity_of(dataset);
    assert_failure(llmrec_evaluate(recommender, dataset, dataset, NULL, &report), LLMREC_ERR_CANCELED, "evaluate",
                   "sessions");
    assert_int_equal(calls, 1);
    assert_null(report);
    llmrec_recommender_free(recommender);
    llmrec_dataset_free(dataset);
    llmrec_context_free(context);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_reference_policies_give_the_reference_figures),
        cmocka_unit_test(by_default_a_session_without_a_list_scores_zero),
        cmocka_unit_test(errors_are_those_of_the_mean),
        cmocka_unit_test(without_counts_there_is_no_novelty),
        cmocka_unit_test(wrong_arguments_are_named),
        cmocka_unit_test(the_table_marks_the_highest),
        cmocka_unit_test(the_other_forms_are_for_machines),
        cmocka_unit_test(reports_are_saved_by_their_ending),
        cmocka_unit_test(text_is_cut_at_the_capacity),
        cmocka_unit_test(two_reports_are_compared_session_by_session),
        cmocka_unit_test(the_mean_of_reports_is_that_of_each_session),
        cmocka_unit_test(a_recommender_is_asked_for_every_session),
        cmocka_unit_test(another_catalog_is_refused),
        cmocka_unit_test(evaluation_can_be_canceled),
    };
    return cmocka_run_group_tests(tests, NULL, remove_scratch);
}
