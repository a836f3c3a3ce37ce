/* SPDX-License-Identifier: Apache-2.0 */
/* Weights of blends from validation sessions: what is found, what is asked, and that no target leaks into a prompt. */
#include "../training_data.h"

enum { ROWS_ITEMS = 60, SESSIONS = 400, MEMBERS = 3 };

/* --- recommenders with a known worth ------------------------------------------------------------------------------ */

/* Scores of the host: the item `step` after the last one is best; then the items before it, in a circle. */
typedef struct walker {
    int64_t step;
    /* the sessions that it was asked about, by their first item and length; NULL: not watched */
    int64_t *asked;
} walker;

static llmrec_status walk(const llmrec_score_request *request, void *user)
{
    const walker *w = user;
    for (int64_t i = 0; i < request->sessions; i++) {
        const bool own = request->candidate_offsets != NULL;
        const int64_t count =
            own ? request->candidate_offsets[i + 1] - request->candidate_offsets[i] : request->candidate_count;
        const int64_t first = own ? request->candidate_offsets[i] : 0, put = own ? first : i * count;
        const int64_t length = request->offsets[i + 1] - request->offsets[i];
        const int32_t *items = request->items + request->offsets[i];
        if (w->asked != NULL) w->asked[length]++;
        for (int64_t j = 0; j < count; j++) {
            const int64_t from = items[length - 1] + w->step - request->candidates[first + j];
            request->scores[put + j] = -(float)((from + 10 * ROWS_ITEMS) % ROWS_ITEMS);
        }
    }
    return LLMREC_OK;
}

static llmrec_recommender *walker_of(const llmrec_dataset *dataset, llmrec_context *context, const char *name,
                                     walker *w)
{
    const llmrec_custom_strategy strategy = {
        .size = sizeof strategy, .name = name, .dataset = dataset, .score = walk, .user = w};
    llmrec_recommender *recommender = NULL;
    assert_ok(llmrec_recommender_create_custom(context, &strategy, &recommender));
    return recommender;
}

typedef struct team {
    llmrec_context *context;
    llmrec_dataset *dataset, *train, *validation, *test;
    walker walkers[2];
    llmrec_recommender *owned[MEMBERS];
    const llmrec_recommender *list[MEMBERS];
    llmrec_recommender_parts parts;
} team;

/* Items follow each other in a circle: the first walker is right, the second is wrong, popularity knows little. */
static team *begin_team(llmrec_context *context)
{
    team *t = calloc(1, sizeof *t);
    assert_non_null(t);
    t->context = context;
    t->dataset = rounds(context, SESSIONS, ROWS_ITEMS, 11);
    t->train = part_of(t->dataset, LLMREC_PART_TRAIN);
    t->validation = part_of(t->dataset, LLMREC_PART_VALIDATION);
    t->test = part_of(t->dataset, LLMREC_PART_TEST);
    t->walkers[0].step = 1;
    t->walkers[1].step = ROWS_ITEMS / 2;
    t->owned[0] = walker_of(t->dataset, context, "right", &t->walkers[0]);
    t->owned[1] = walker_of(t->dataset, context, "wrong", &t->walkers[1]);
    assert_ok(llmrec_recommender_create_popularity(t->train, &t->owned[2]));
    for (size_t i = 0; i < MEMBERS; i++) t->list[i] = t->owned[i];
    t->parts =
        (llmrec_recommender_parts){.size = sizeof t->parts, .recommenders = t->list, .recommender_count = MEMBERS};
    return t;
}

static void end_team(team *t)
{
    for (size_t i = 0; i < MEMBERS; i++) llmrec_recommender_free(t->owned[i]);
    llmrec_dataset_free(t->test);
    llmrec_dataset_free(t->validation);
    llmrec_dataset_free(t->train);
    llmrec_dataset_free(t->dataset);
    llmrec_context_free(t->context);
    free(t);
}

static llmrec_blend_fit_report fit(const team *t, int64_t scale, llmrec_recommender **blend)
{
    llmrec_blend_fit_report report = {.size = sizeof report};
    llmrec_blend_options options;
    llmrec_blend_fit_options fitting;
    assert_ok(llmrec_blend_options_init(&options, sizeof options));
    assert_ok(llmrec_blend_fit_options_init(&fitting, sizeof fitting));
    options.scale = scale;
    options.depth = 12;
    fitting.sessions = 0;
    assert_ok(llmrec_blend_fit(&t->parts, t->validation, &options, &fitting, &report, blend));
    return report;
}

static double ndcg_of(const llmrec_recommender *recommender, const llmrec_dataset *part)
{
    llmrec_report *report = NULL;
    double value = 0;
    assert_ok(llmrec_evaluate(recommender, NULL, part, NULL, &report));
    assert_ok(llmrec_report_metric(report, LLMREC_METRIC_NDCG, 10, &value, NULL));
    llmrec_report_free(report);
    return value;
}

/* --- what is found ------------------------------------------------------------------------------------------------ */

static void good_members_get_the_weight(void **state)
{
    (void)state;
    for (int64_t scale = LLMREC_SCALE_ZSCORE; scale <= LLMREC_SCALE_RANK; scale++) {
        team *t = begin_team(context_with(2));
        llmrec_recommender *blend = NULL;
        const llmrec_blend_fit_report f = fit(t, scale, &blend);
        double largest = 0;
        for (size_t i = 0; i < MEMBERS; i++) largest = fmax(largest, f.weights[i]);
        assert_true(largest == 1);
        assert_true(scale == LLMREC_SCALE_NONE || f.weights[0] == 1);
        assert_true(f.ndcg >= f.alone[0] - 1e-4 && f.ndcg > f.equal + .1);
        assert_true(f.alone[0] > .6 && f.alone[1] < .1);
        assert_true(f.without[0] < f.ndcg - .3 && f.without[1] > f.ndcg - .05);
        /* the figures are those of an evaluation */
        assert_int_equal(f.sessions, llmrec_dataset_sessions(t->validation));
        assert_true(fabs(f.ndcg - ndcg_of(blend, t->validation)) < 1e-6);
        for (size_t i = 0; i < MEMBERS; i++) assert_true(fabs(f.alone[i] - ndcg_of(t->list[i], t->validation)) < 1e-6);
        assert_true(ndcg_of(blend, t->test) > .6);
        llmrec_recommender_free(blend);
        end_team(t);
    }
}

static void threads_change_no_weight(void **state)
{
    team *one = begin_team(context_with(1)), *three = begin_team(context_with(3));
    const llmrec_blend_fit_report a = fit(one, LLMREC_SCALE_ZSCORE, NULL), b = fit(three, LLMREC_SCALE_ZSCORE, NULL);
    (void)state;
    assert_memory_equal(a.weights, b.weights, sizeof a.weights);
    assert_memory_equal(a.without, b.without, sizeof a.without);
    assert_true(a.ndcg == b.ndcg && a.equal == b.equal);
    end_team(one);
    end_team(three);
}

static void weights_are_kept_in_the_description(void **state)
{
    team *t = begin_team(context_with(2));
    llmrec_recommender *blend = NULL, *again = NULL;
    const llmrec_blend_fit_report f = fit(t, LLMREC_SCALE_ZSCORE, &blend);
    char wanted[128];
    (void)state;
    snprintf(wanted, sizeof wanted, "\"weights\":\"%g %g %g\"", f.weights[0], f.weights[1], f.weights[2]);
    assert_non_null(strstr(described(blend), wanted));
    /* the same weights over recommenders that were made again */
    llmrec_dataset *both = part_of(t->dataset, LLMREC_PART_TRAIN_VALIDATION);
    llmrec_recommender *popular = NULL;
    assert_ok(llmrec_recommender_create_popularity(both, &popular));
    const llmrec_recommender *list[] = {t->list[0], t->list[1], popular};
    llmrec_recommender_parts parts = t->parts;
    parts.recommenders = list;
    char *description = strdup(described(blend));
    assert_ok(llmrec_recommender_create(&parts, description, &again));
    assert_string_equal(described(again), description);
    free(description);
    llmrec_recommender_free(popular);
    llmrec_dataset_free(both);
    llmrec_recommender_free(again);
    llmrec_recommender_free(blend);
    end_team(t);
}

/* --- what is asked ------------------------------------------------------------------------------------------------ */

/* Counts sessions of a part by the length of their prompts. */
static void count_prompts(const llmrec_dataset *part, int64_t *lengths)
{
    int64_t offsets[SESSIONS + 1];
    int32_t items[SESSIONS * 8];
    const int64_t sessions = llmrec_dataset_sessions(part);
    assert_ok(llmrec_dataset_copy_sessions(part, 0, sessions, offsets, items, NULL, SESSIONS * 8, NULL));
    for (int64_t i = 0; i < sessions; i++) lengths[offsets[i + 1] - offsets[i] - 1]++;
}

/* The walkers see all rows before a session's validation target: not more, and each session equally often. */
static void prompts_end_before_their_targets(void **state)
{
    int64_t asked[16] = {0}, prompts[16] = {0};
    team *t = begin_team(context_with(1));
    (void)state;
    t->walkers[0].asked = asked;
    fit(t, LLMREC_SCALE_ZSCORE, NULL);
    count_prompts(t->validation, prompts);
    for (int i = 1; i < 16; i++) {
        assert_int_equal(asked[i] % (prompts[i] == 0 ? 1 : prompts[i]), 0);
        assert_int_equal(prompts[i] == 0, asked[i] == 0);
    }
    end_team(t);
}

/* Every session ends with two items of its own. Who counts only train rows knows nothing of them; who counts the
 * validation rows too puts each session's target before the items without rows. */
static void leaks_would_be_visible(void **state)
{
    enum { PLAIN = 20, USERS = 60, LENGTH = 5 };
    static int64_t sessions[USERS * LENGTH], items[USERS * LENGTH];
    llmrec_interactions rows = {.size = sizeof rows, .session_numbers = sessions, .item_numbers = items};
    llmrec_context *context = context_with(2);
    llmrec_dataset *dataset = NULL;
    (void)state;
    for (int64_t s = 0; s < USERS; s++)
        for (int64_t i = 0; i < LENGTH; i++, rows.rows++) {
            sessions[rows.rows] = s;
            items[rows.rows] = i < LENGTH - 2 ? (s * 7 + i * 3) % PLAIN : PLAIN + 2 * s + (i - LENGTH + 2);
        }
    assert_ok(llmrec_dataset_create(context, &rows, NULL, NULL, &dataset));
    llmrec_dataset *train = part_of(dataset, LLMREC_PART_TRAIN), *validation = part_of(dataset, LLMREC_PART_VALIDATION);
    llmrec_dataset *both = part_of(dataset, LLMREC_PART_TRAIN_VALIDATION);
    int64_t counts[PLAIN + 2 * USERS], offsets[USERS + 1];
    int32_t seen[USERS * LENGTH];
    assert_ok(llmrec_dataset_item_counts(train, counts));
    assert_ok(llmrec_dataset_copy_sessions(validation, 0, USERS, offsets, seen, NULL, USERS * LENGTH, NULL));
    for (int64_t s = 0; s < USERS; s++) assert_int_equal(counts[seen[offsets[s + 1] - 1]], 0);
    double ndcg[2];
    for (int leaks = 0; leaks < 2; leaks++) {
        llmrec_recommender *popular = NULL;
        llmrec_blend_fit_report report = {.size = sizeof report};
        llmrec_blend_fit_options options;
        assert_ok(llmrec_blend_fit_options_init(&options, sizeof options));
        options.k = PLAIN + USERS;
        assert_ok(llmrec_recommender_create_popularity(leaks ? both : train, &popular));
        const llmrec_recommender *list[] = {popular};
        const llmrec_recommender_parts parts = {.size = sizeof parts, .recommenders = list, .recommender_count = 1};
        assert_ok(llmrec_blend_fit(&parts, validation, NULL, &options, &report, NULL));
        ndcg[leaks] = report.ndcg;
        llmrec_recommender_free(popular);
    }
    assert_true(ndcg[1] > 1.5 * ndcg[0]);
    llmrec_dataset_free(both);
    llmrec_dataset_free(validation);
    llmrec_dataset_free(train);
    llmrec_dataset_free(dataset);
    llmrec_context_free(context);
}

/* --- samples, errors, cancel -------------------------------------------------------------------------------------- */

static void samples_are_drawn_by_seed(void **state)
{
    team *t = begin_team(context_with(2));
    llmrec_blend_fit_options options;
    double ndcg[3];
    (void)state;
    assert_ok(llmrec_blend_fit_options_init(&options, sizeof options));
    options.sessions = 50;
    for (int i = 0; i < 3; i++) {
        llmrec_blend_fit_report report = {.size = sizeof report};
        options.seed = i / 2;
        assert_ok(llmrec_blend_fit(&t->parts, t->validation, NULL, &options, &report, NULL));
        assert_int_equal(report.sessions, 50);
        ndcg[i] = report.ndcg;
    }
    assert_true(ndcg[0] == ndcg[1] && ndcg[0] != ndcg[2]);
    end_team(t);
}

static void what_does_not_fit_is_refused(void **state)
{
    team *t = begin_team(context_with(1));
    llmrec_dataset *other = rounds(t->context, 90, 70, 1);
    llmrec_recommender *blend = NULL;
    llmrec_blend_fit_options options;
    llmrec_blend_fit_report report = {.size = 4};
    (void)state;
    assert_ok(llmrec_blend_fit_options_init(&options, sizeof options));
    assert_failure(llmrec_blend_fit(&t->parts, NULL, NULL, NULL, NULL, &blend), LLMREC_ERR_ARGUMENT, "validation");
    assert_failure(llmrec_blend_fit(&t->parts, other, NULL, NULL, NULL, &blend), LLMREC_ERR_SHAPE,
                   "validation has 70 items; wanted 60");
    assert_failure(llmrec_blend_fit(&t->parts, t->validation, NULL, NULL, &report, &blend), LLMREC_ERR_ABI,
                   "llmrec_blend_fit_report");
    options.k = 0;
    assert_failure(llmrec_blend_fit(&t->parts, t->validation, NULL, &options, NULL, &blend), LLMREC_ERR_ARGUMENT,
                   "k is 0; wanted 1 to");
    assert_null(blend);
    llmrec_dataset_free(other);
    end_team(t);
}

static llmrec_status stop_at(const llmrec_progress_event *event, void *stage)
{
    return strcmp(event->stage, stage) == 0 ? LLMREC_ERR_CANCELED : LLMREC_OK;
}

static void a_fit_can_be_stopped(void **state)
{
    static const char *const stages[] = {"blend scores", "blend weights"};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        llmrec_context_options told = context_options(2);
        told.progress = stop_at;
        told.progress_user = (void *)(uintptr_t)stages[i];
        team *t = begin_team(context_like(&told));
        llmrec_recommender *blend = NULL;
        assert_failure(llmrec_blend_fit(&t->parts, t->validation, NULL, NULL, NULL, &blend), LLMREC_ERR_CANCELED,
                       stages[i]);
        assert_null(blend);
        end_team(t);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_members_get_the_weight),
        cmocka_unit_test(threads_change_no_weight),
        cmocka_unit_test(weights_are_kept_in_the_description),
        cmocka_unit_test(prompts_end_before_their_targets),
        cmocka_unit_test(leaks_would_be_visible),
        cmocka_unit_test(samples_are_drawn_by_seed),
        cmocka_unit_test(what_does_not_fit_is_refused),
        cmocka_unit_test(a_fit_can_be_stopped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
