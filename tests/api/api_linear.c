/* SPDX-License-Identifier: Apache-2.0 */
/* Linear models through the public API: golden solutions by NumPy, options, descriptions, files, refusals. */
#include <math.h>

#include "../support.h"

enum { ITEMS = 6, DIM = 3, ROWS = 22 };

typedef struct world {
    llmrec_context *context;
    llmrec_dataset *dataset;
    llmrec_embedding *table;
} world;

/* Item 5 has a vector and no rows. */
static world begin(const llmrec_context_options *options)
{
    static const int64_t sessions[ROWS] = {1, 1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3, 4, 4, 5, 5, 6, 6, 6, 6, 6, 6};
    static const int64_t items[ROWS] = {0, 1, 2, 3, 1, 2, 0, 3, 1, 2, 4, 0, 2, 4, 0, 1, 4, 1, 2, 3, 0, 1};
    static const int64_t numbers[ITEMS] = {0, 1, 2, 3, 4, 5};
    static const float vectors[ITEMS * DIM] = {1, 0,   .5f, .9f, .1f,  .4f, 0,    1,   0,
                                               0, .9f, .2f, .5f, -.5f, 1,   .95f, .2f, .6f};
    const llmrec_interactions rows = {
        .size = sizeof rows, .rows = ROWS, .session_numbers = sessions, .item_numbers = items};
    const llmrec_items table = {.size = sizeof table, .rows = ITEMS, .numbers = numbers};
    world w = {.context = context_like(options)};
    assert_ok(llmrec_dataset_create(w.context, &rows, &table, NULL, &w.dataset));
    assert_ok(llmrec_embedding_create(w.context, vectors, ITEMS, DIM, NULL, NULL, NULL, &w.table));
    return w;
}

static world usual(void)
{
    const llmrec_context_options options = context_options(2);
    return begin(&options);
}

static void end(world *w)
{
    llmrec_embedding_free(w->table);
    llmrec_dataset_free(w->dataset);
    llmrec_context_free(w->context);
}

static llmrec_linear_options options_of(int64_t model, double ridge, double strength)
{
    llmrec_linear_options options;
    assert_ok(llmrec_linear_options_init(&options, sizeof options));
    options.model = model;
    options.ridge = ridge;
    options.strength = strength;
    options.guide_neighbors = 2;
    return options;
}

static llmrec_recommender *linear(const world *w, const llmrec_linear_options *options)
{
    llmrec_recommender *made = NULL;
    assert_ok(llmrec_recommender_create_linear(w->dataset, w->table, options, &made));
    return made;
}

/* The scores of sessions of one item are the rows of the solution. */
static void read_solution(const llmrec_recommender *recommender, float *scores)
{
    static const int64_t offsets[] = {0, 1, 2, 3, 4, 5, 6};
    static const int32_t items[] = {0, 1, 2, 3, 4, 5};
    assert_ok(llmrec_score(recommender, offsets, items, ITEMS, NULL, items, ITEMS, scores));
}

/* --- golden solutions ------------------------------------------------------------------------------------------- */

static const struct {
    int64_t model;
    double strength;
    float solution[ITEMS * ITEMS];
} golden[] = {
    {LLMREC_LINEAR_SLIT, 1.5, {-.137450f, .475492f,  .104700f, .129765f,  -.044615f, -.000333f, .395715f,  -.084180f,
                               .307766f,  .142258f,  .046709f, -.002529f, .136434f,  .019272f,  -.222700f, .174249f,
                               .140335f,  -.002114f, .071909f, .208128f,  .186822f,  -.145623f, .144012f,  .014617f,
                               .085994f,  .211912f,  .075997f, .107079f,  -.090160f, -.001556f, 0,         0,
                               0,         .025603f,  0,        0}},
    {LLMREC_LINEAR_EASE, 0, {0,        .457227f, .220779f, .158501f, .028571f, 0, .457227f, 0,        .220779f,
                             .158501f, .028571f, 0,        .200590f, .200590f, 0, .161383f, .285714f, 0,
                             .162242f, .162242f, .181818f, 0,        .161905f, 0, .026549f, .026549f, .292208f,
                             .146974f, 0,        0,        0,        0,        0, 0,        0,        0}},
    {LLMREC_LINEAR_EASE, 1.5, {0,        .572603f,  .179307f, .116951f,  .044838f, -.002879f, .573528f, 0,
                               .184033f, .116951f,  .044838f, -.002879f, .135763f, .138853f,  0,        .279885f,
                               .234808f, -.002951f, .108127f, .107479f,  .312242f, 0,         .136873f, .019509f,
                               .030587f, .029770f,  .219845f, .092339f,  0,        -.002486f, 0,        0,
                               0,        .025603f,  0,        0}},
    {LLMREC_LINEAR_SLIST,
     0,
     {.017134f, .402828f, .174357f,  .172523f, -.007211f, 0, .317782f, .015420f, .285922f, .160675f,  .014150f, 0,
      .190524f, .042863f, -.064256f, .091968f, .186285f,  0, .125158f, .213408f, .104633f, -.025101f, .161456f, 0,
      .089328f, .168814f, .159552f,  .140883f, .048261f,  0, 0,        0,        0,        0,         0,        0}},
};

static void solutions_are_those_of_numpy(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof golden / sizeof *golden; i++) {
        world w = usual();
        llmrec_linear_options options = options_of(golden[i].model, 3, golden[i].strength);
        float solution[ITEMS * ITEMS];
        options.whole = .4;
        llmrec_recommender *recommender = linear(&w, &options);
        read_solution(recommender, solution);
        for (int j = 0; j < ITEMS * ITEMS; j++) assert_true(fabsf(solution[j] - golden[i].solution[j]) < 2e-6f);
        assert_string_equal(llmrec_recommender_name(recommender), golden[i].strength > 0 ? "llm-linear" : "linear");
        llmrec_recommender_free(recommender);
        end(&w);
    }
}

/* An item without rows has its row from the guide, and none without a guide. */
static void items_without_rows_are_guided(void **state)
{
    static const int64_t offsets[] = {0, 1};
    static const int32_t cold[] = {5};
    world w = usual();
    llmrec_linear_options options = options_of(LLMREC_LINEAR_SLIT, 3, 1.5);
    int32_t item = -1, count = 0;
    float score = 0;
    (void)state;
    llmrec_recommender *recommender = linear(&w, &options);
    assert_ok(llmrec_recommend(recommender, offsets, cold, 1, 1, NULL, &item, &score, &count));
    assert_true(count == 1 && item == 3 && fabsf(score - .025603f) < 2e-6f);
    llmrec_recommender_free(recommender);
    end(&w);
}

/* --- options and files ------------------------------------------------------------------------------------------- */

static void chosen_options_are_described(void **state)
{
    world w = usual();
    llmrec_linear_options options = options_of(LLMREC_LINEAR_SLIT, 0, 1);
    (void)state;
    llmrec_recommender *recommender = linear(&w, &options), *again = NULL;
    assert_null(strstr(described(recommender), "\"ridge\":0,"));
    assert_non_null(strstr(described(recommender), "\"parts\":{\"embedding\":{\"kind\":\"embedding\""));
    options.strength = -1;
    assert_ok(llmrec_recommender_create_linear(w.dataset, NULL, &options, &again));
    assert_non_null(strstr(described(again), "\"strength\":0,"));
    assert_non_null(strstr(described(again), "\"parts\":{\"embedding\":null}"));
    llmrec_recommender_free(recommender);
    llmrec_recommender_free(again);
    end(&w);
}

static void given_options_are_kept(void **state)
{
    world w = usual();
    llmrec_linear_options options = options_of(LLMREC_LINEAR_EASE, 7, -1);
    (void)state;
    llmrec_recommender *recommender = linear(&w, &options);
    assert_non_null(strstr(described(recommender), "\"ridge\":7,"));
    llmrec_recommender_free(recommender);
    options = options_of(LLMREC_LINEAR_SLIT, 0, 2.5);
    recommender = linear(&w, &options);
    assert_non_null(strstr(described(recommender), "\"strength\":2.5,"));
    llmrec_recommender_free(recommender);
    end(&w);
}

static void files_answer_the_same(void **state)
{
    (void)state;
    for (int guided = 0; guided < 2; guided++) {
        world w = usual();
        llmrec_linear_options options = options_of(LLMREC_LINEAR_SLIT, 3, guided);
        float before[ITEMS * ITEMS], after[ITEMS * ITEMS];
        llmrec_recommender *made = linear(&w, &options), *opened = NULL;
        assert_ok(llmrec_recommender_save(made, scratch("linear.h5")));
        assert_ok(llmrec_recommender_open(w.context, scratch("linear.h5"), NULL, &opened));
        read_solution(made, before);
        read_solution(opened, after);
        assert_memory_equal(before, after, sizeof before);
        assert_string_equal(llmrec_recommender_name(opened), guided ? "llm-linear" : "linear");
        char *description = strdup(described(made));
        assert_string_equal(described(opened), description);
        free(description);
        llmrec_recommender_free(made);
        llmrec_recommender_free(opened);
        end(&w);
    }
}

/* --- refusals ---------------------------------------------------------------------------------------------------- */

static void wrong_parts_and_options_are_refused(void **state)
{
    static const float vectors[2] = {1, 2};
    static const int64_t sessions[] = {1, 2}, items[] = {0, 1};
    const llmrec_interactions rows = {
        .size = sizeof rows, .rows = 2, .session_numbers = sessions, .item_numbers = items};
    world w = usual();
    llmrec_linear_options options = options_of(LLMREC_LINEAR_SLIT, 3, 1);
    llmrec_embedding *small = NULL;
    llmrec_dataset *short_sessions = NULL;
    llmrec_recommender *made = NULL;
    (void)state;
    assert_failure(llmrec_recommender_create_linear(NULL, NULL, NULL, &made), LLMREC_ERR_ARGUMENT, "dataset is NULL");
    assert_ok(llmrec_embedding_create(w.context, vectors, 2, 1, NULL, NULL, NULL, &small));
    assert_failure(llmrec_recommender_create_linear(w.dataset, small, &options, &made), LLMREC_ERR_SHAPE,
                   "embedding has 2 items; wanted the data set's 6");
    options.memory_limit = 1000;
    assert_failure(llmrec_recommender_create_linear(w.dataset, w.table, &options, &made), LLMREC_ERR_MEMORY,
                   "a linear model of 6 items needs", "memory_limit allows 1000");
    options.ridge = -1;
    assert_failure(llmrec_recommender_create_linear(w.dataset, w.table, &options, &made), LLMREC_ERR_ARGUMENT,
                   "ridge is -1");
    assert_ok(llmrec_dataset_create(w.context, &rows, NULL, NULL, &short_sessions));
    assert_failure(llmrec_recommender_create_linear(short_sessions, NULL, NULL, &made), LLMREC_ERR_SHAPE,
                   "no session of the data set has two items");
    assert_null(made);
    llmrec_dataset_free(short_sessions);
    llmrec_embedding_free(small);
    end(&w);
}

static llmrec_status stop_at(const llmrec_progress_event *event, void *stage)
{
    return strcmp(event->stage, stage) == 0 ? 1 : LLMREC_OK;
}

static void every_stage_can_be_canceled(void **state)
{
    static char stages[][12] = {"guide", "pairs", "transitions", "diagonal", "choice", "inverse", "solution"};
    (void)state;
    for (size_t i = 0; i < sizeof stages / sizeof *stages; i++) {
        llmrec_context_options settings = context_options(2);
        settings.progress = stop_at;
        settings.progress_user = stages[i];
        world w = begin(&settings);
        llmrec_linear_options options = options_of(LLMREC_LINEAR_SLIT, 0, -1);
        llmrec_recommender *made = NULL;
        if (strcmp(stages[i], "diagonal") == 0) options.model = LLMREC_LINEAR_EASE;
        assert_failure(llmrec_recommender_create_linear(w.dataset, w.table, &options, &made), LLMREC_ERR_CANCELED,
                       stages[i]);
        assert_null(made);
        end(&w);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(solutions_are_those_of_numpy), cmocka_unit_test(items_without_rows_are_guided),
        cmocka_unit_test(chosen_options_are_described), cmocka_unit_test(given_options_are_kept),
        cmocka_unit_test(files_answer_the_same),        cmocka_unit_test(wrong_parts_and_options_are_refused),
        cmocka_unit_test(every_stage_can_be_canceled),
    };
    return cmocka_run_group_tests(tests, NULL, remove_scratch);
}
