/* SPDX-License-Identifier: Apache-2.0 */
/* Strategies by name: their list, and recommenders rebuilt from their descriptions. */
#include "lists.h"

static llmrec_encoder *encoder_for(const world *w, int64_t causal)
{
    llmrec_encoder_options options;
    llmrec_encoder *encoder = NULL;
    assert_ok(llmrec_encoder_options_init(&options, sizeof options));
    options.dim = 8;
    options.layers = 1;
    options.max_length = 8;
    options.causal = causal;
    assert_ok(llmrec_encoder_create(w->dataset, &options, &encoder));
    return encoder;
}

static llmrec_recommender_parts parts_of(const world *w, const llmrec_encoder *encoder)
{
    static const llmrec_recommender *two[2];
    two[0] = two[1] = w->popular;
    return (llmrec_recommender_parts){.size = sizeof(llmrec_recommender_parts),
                                      .dataset = w->dataset,
                                      .embedding = w->table,
                                      .encoder = encoder,
                                      .llm = w->llm,
                                      .first_stage = w->popular,
                                      .recommenders = two,
                                      .recommender_count = 2};
}

static void every_strategy_says_what_it_is(void **state)
{
    const int64_t count = llmrec_strategy_count();
    (void)state;
    assert_true(count >= 4);
    for (int64_t i = 0; i < count; i++) {
        const char *name = llmrec_strategy_name(i), *options = llmrec_strategy_options(name);
        const int64_t needs = llmrec_strategy_needs(name), takes = llmrec_strategy_takes(name);
        assert_true(strlen(name) > 0 && strlen(llmrec_strategy_help(name)) > 0);
        assert_true(needs > 0 && takes > 0 && (needs & ~takes) == 0);
        if (options != NULL) assert_true(llmrec_option_count(options) > 0);
    }
    assert_string_equal(llmrec_strategy_options("similarity"), "llmrec_similarity_options");
    assert_int_equal(llmrec_strategy_needs("prompt"), LLMREC_NEED_DATASET | LLMREC_NEED_LLM);
    assert_null(llmrec_strategy_options("encoder"));
}

static void unknown_strategies_have_no_facts(void **state)
{
    (void)state;
    assert_null(llmrec_strategy_name(-1));
    assert_null(llmrec_strategy_name(llmrec_strategy_count()));
    assert_null(llmrec_strategy_help("oracle"));
    assert_null(llmrec_strategy_options(NULL));
    assert_int_equal(llmrec_strategy_needs("oracle"), -1);
    assert_int_equal(llmrec_strategy_takes(NULL), -1);
}

/* Checks that both have the same description and the same lists, bit for bit. */
static void check_rebuilt(const llmrec_recommender *recommender, const llmrec_recommender_parts *parts)
{
    llmrec_recommender *rebuilt = NULL;
    char *description = strdup(described(recommender));
    assert_ok(llmrec_recommender_create(parts, description, &rebuilt));
    assert_string_equal(described(rebuilt), description);
    assert_string_equal(llmrec_recommender_name(rebuilt), llmrec_recommender_name(recommender));
    const lists one = lists_of(recommender), other = lists_of(rebuilt);
    assert_memory_equal(&one, &other, sizeof one);
    llmrec_recommender_free(rebuilt);
    free(description);
}

static void every_strategy_is_rebuilt_from_its_description(void **state)
{
    world *w = begin(2, oracle, NULL);
    (void)state;
    for (int64_t causal = 0; causal <= 1; causal++) {
        llmrec_encoder *encoder = encoder_for(w, causal);
        const llmrec_recommender_parts parts = parts_of(w, encoder);
        for (int64_t i = 0; i < llmrec_strategy_count(); i++) {
            llmrec_recommender *recommender = NULL;
            assert_ok(llmrec_recommender_create(&parts, llmrec_strategy_name(i), &recommender));
            check_rebuilt(recommender, &parts);
            llmrec_recommender_free(recommender);
        }
        llmrec_encoder_free(encoder);
    }
    end(w);
}

static void options_survive_the_way_through_a_description(void **state)
{
    world *w = begin(2, oracle, NULL);
    const llmrec_recommender_parts parts = parts_of(w, NULL);
    llmrec_similarity_options similarity;
    llmrec_recommender *recommender = NULL;
    (void)state;
    assert_ok(llmrec_similarity_options_preset(&similarity, sizeof similarity, "harte2023"));
    similarity.measure = LLMREC_MEASURE_EUCLIDEAN;
    similarity.decay_rate = 0.1;
    assert_ok(llmrec_recommender_create_similarity(w->table, &similarity, &recommender));
    check_rebuilt(recommender, &parts);
    llmrec_recommender_free(recommender);
    for (int64_t form = LLMREC_PROMPT_RANK; form <= LLMREC_PROMPT_CLASSIFY; form++) {
        llmrec_prompt_options options = options_of(form);
        options.noun = "fi\"lm \xc3\xa9";
        options.user = form == LLMREC_PROMPT_GENLIST ? "after {history}?\n" : NULL;
        options.clusters = 5;
        options.temperature = 0.3;
        recommender = prompt(w, &options);
        check_rebuilt(recommender, &parts);
        llmrec_recommender_free(recommender);
    }
    end(w);
}

static void presets_and_single_options_are_enough(void **state)
{
    world *w = begin(1, oracle, NULL);
    const llmrec_recommender_parts parts = parts_of(w, NULL);
    llmrec_similarity_options options;
    llmrec_recommender *one = NULL, *other = NULL;
    (void)state;
    assert_ok(llmrec_similarity_options_preset(&options, sizeof options, "harte2023"));
    options.measure = LLMREC_MEASURE_COSINE;
    assert_ok(llmrec_recommender_create_similarity(w->table, &options, &one));
    assert_ok(llmrec_recommender_create(
        &parts, " {\"strategy\": \"similarity\", \"preset\": \"harte2023\", \"options\": {\"measure\": \"cosine\"}}",
        &other));
    char *description = strdup(described(one));
    assert_string_equal(described(other), description);
    free(description);
    llmrec_recommender_free(one);
    llmrec_recommender_free(other);
    end(w);
}

static void a_described_first_stage_is_made_too(void **state)
{
    world *w = begin(1, oracle, NULL);
    llmrec_recommender_parts parts = parts_of(w, NULL);
    llmrec_recommender *recommender = NULL, *rebuilt = NULL;
    (void)state;
    assert_ok(llmrec_recommender_create(&parts, "prompt", &recommender));
    parts.first_stage = NULL;
    check_rebuilt(recommender, &parts);
    assert_failure(llmrec_recommender_create(&parts, "prompt", &rebuilt), LLMREC_ERR_ARGUMENT, "parts.first_stage");
    llmrec_recommender_free(recommender);
    end(w);
}

static void missing_parts_are_named(void **state)
{
    const llmrec_recommender_parts none = {.size = sizeof none};
    llmrec_recommender *made = NULL;
    (void)state;
    assert_failure(llmrec_recommender_create(&none, "popularity", &made), LLMREC_ERR_ARGUMENT,
                   "parts.dataset is NULL; the strategy popularity needs it");
    assert_failure(llmrec_recommender_create(&none, "similarity", &made), LLMREC_ERR_ARGUMENT, "parts.embedding");
    assert_failure(llmrec_recommender_create(&none, "encoder", &made), LLMREC_ERR_ARGUMENT, "parts.encoder");
    assert_failure(llmrec_recommender_create(NULL, "encoder", &made), LLMREC_ERR_ARGUMENT, "llmrec_recommender_parts");
    assert_failure(llmrec_recommender_create(&none, NULL, &made), LLMREC_ERR_ARGUMENT, "description");
    assert_failure(llmrec_recommender_create(&none, "encoder", NULL), LLMREC_ERR_ARGUMENT, "recommender");
    assert_null(made);
}

static void wrong_descriptions_are_refused(void **state)
{
    static const struct {
        const char *description, *message;
        llmrec_status status;
    } wrong[] = {
        {"oracle", "strategy is \"oracle\"; wanted popularity, ", LLMREC_ERR_ARGUMENT},
        {"", "strategy is \"\"", LLMREC_ERR_ARGUMENT},
        {"\xff", "description", LLMREC_ERR_ARGUMENT},
        {"{", "description is not valid JSON", LLMREC_ERR_FORMAT},
        {"{}", "strategy is missing", LLMREC_ERR_FORMAT},
        {"{\"strategy\":3}", "\"strategy\" is an integer", LLMREC_ERR_FORMAT},
        {"{\"strategy\":\"similarity\",\"option\":{}}", "unknown member \"option\"", LLMREC_ERR_FORMAT},
        {"{\"strategy\":\"similarity\",\"options\":[]}", "options is an array; wanted an object", LLMREC_ERR_FORMAT},
        {"{\"strategy\":\"similarity\",\"options\":{\"dekay\":1}}", "has no option \"dekay\"", LLMREC_ERR_FORMAT},
        {"{\"strategy\":\"similarity\",\"options\":{\"decay\":1}}",
         "description: decay is 1; wanted one of none, constant_linear", LLMREC_ERR_FORMAT},
        {"{\"strategy\":\"similarity\",\"options\":{\"decay\":\"x\"}}", "decay is \"x\"; wanted one of none",
         LLMREC_ERR_FORMAT},
        {"{\"strategy\":\"similarity\",\"parts\":3}", "parts is 3; wanted an object", LLMREC_ERR_FORMAT},
        {"{\"strategy\":\"similarity\",\"parts\":{\"table\":{}}}",
         "description: parts: unknown part \"table\"; wanted dataset, embedding, encoder, llm, first_stage, "
         "text_encoder, recommenders",
         LLMREC_ERR_FORMAT},
        {"{\"strategy\":\"similarity\",\"options\":{\"reduce_power\":2}}", "[0, 1]", LLMREC_ERR_FORMAT},
        {"{\"strategy\":\"similarity\",\"preset\":\"best\"}", "preset is \"best\"", LLMREC_ERR_ARGUMENT},
        {"{\"strategy\":\"encoder\",\"options\":{}}", "has no options", LLMREC_ERR_FORMAT},
        {"{\"strategy\":\"encoder\",\"preset\":\"default\"}", "has no options", LLMREC_ERR_FORMAT},
        {"{\"strategy\":\"prompt\",\"parts\":{\"first_stage\":\"popularity\"}}",
         "description: parts.first_stage is \"popularity\"; wanted a JSON object", LLMREC_ERR_FORMAT},
    };
    world *w = begin(1, oracle, NULL);
    llmrec_recommender_parts parts = parts_of(w, NULL);
    llmrec_recommender *made = NULL;
    (void)state;
    parts.first_stage = NULL;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_failure(llmrec_recommender_create(&parts, wrong[i].description, &made), wrong[i].status,
                       wrong[i].message);
    assert_null(made);
    end(w);
}

/* Each description is a first stage, of depth 1 and then of depth 2. */
static void errors_within_first_stages_name_the_path(void **state)
{
    static const struct {
        const char *description, *before, *after;
        llmrec_status status;
    } wrong[] = {
        {"{\"strategy\":\"similarity\",\"options\":{\"weighting\":\"x\"}}",
         "description: ", "weighting is \"x\"; wanted one of last, mean", LLMREC_ERR_FORMAT},
        {"{\"strategy\":\"similarity\",\"options\":{\"reduce_power\":2}}",
         "description: ", "reduce_power is 2; wanted [0, 1]", LLMREC_ERR_FORMAT},
        {"{\"strategy\":\"similarity\",\"options\":{\"x\":2}}",
         "description: ", "options: llmrec_similarity_options has no option \"x\"", LLMREC_ERR_FORMAT},
        {"{\"strategy\":\"similarity\",\"preset\":\"x\"}", "", "preset is \"x\"; wanted default", LLMREC_ERR_ARGUMENT},
        {"{\"strategy\":\"oracle\"}", "", "strategy is \"oracle\"; wanted popularity", LLMREC_ERR_ARGUMENT},
        {"{\"strategy\":4}", "description: \"", "strategy\" is an integer; wanted a text", LLMREC_ERR_FORMAT},
        {"{}", "description: ", "strategy is missing", LLMREC_ERR_FORMAT},
        {"{\"strategies\":4}", "description: ", "unknown member \"strategies\"", LLMREC_ERR_FORMAT},
        {"{\"strategy\":\"encoder\",\"options\":{}}",
         "description: ", "options is set; the strategy encoder has no options", LLMREC_ERR_FORMAT},
        {"{\"strategy\":\"popularity\",\"parts\":{\"x\":{}}}", "description: ", "parts: unknown part \"x\"",
         LLMREC_ERR_FORMAT},
    };
    world *w = begin(1, oracle, NULL);
    llmrec_recommender_parts parts = parts_of(w, NULL);
    llmrec_recommender *made = NULL;
    (void)state;
    parts.first_stage = NULL;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        char text[512], message[512];
        snprintf(text, sizeof text, "{\"strategy\":\"prompt\",\"parts\":{\"first_stage\":%s}}", wrong[i].description);
        snprintf(message, sizeof message, "%sparts.first_stage.%s", wrong[i].before, wrong[i].after);
        assert_failure(llmrec_recommender_create(&parts, text, &made), wrong[i].status, message);
        snprintf(text, sizeof text,
                 "{\"strategy\":\"prompt\",\"parts\":{\"first_stage\":"
                 "{\"strategy\":\"prompt\",\"parts\":{\"first_stage\":%s}}}}",
                 wrong[i].description);
        snprintf(message, sizeof message, "%sparts.first_stage.parts.first_stage.%s", wrong[i].before, wrong[i].after);
        assert_failure(llmrec_recommender_create(&parts, text, &made), wrong[i].status, message);
    }
    assert_null(made);
    end(w);
}

static void first_stages_do_not_nest_forever(void **state)
{
    enum { LEVELS = 40 };
    static const char OPEN[] = "{\"strategy\":\"prompt\",\"parts\":{\"first_stage\":", CLOSE[] = "}}";
    world *w = begin(1, oracle, NULL);
    llmrec_recommender_parts parts = parts_of(w, NULL);
    llmrec_recommender *made = NULL;
    char text[LEVELS * (sizeof OPEN + sizeof CLOSE) + 64] = "";
    (void)state;
    parts.first_stage = NULL;
    for (int i = 0; i < LEVELS; i++) strcat(text, OPEN);
    strcat(text, "{\"strategy\":\"popularity\"}");
    for (int i = 0; i < LEVELS; i++) strcat(text, CLOSE);
    assert_failure(llmrec_recommender_create(&parts, text, &made), LLMREC_ERR_FORMAT, "recommenders in each other");
    end(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_strategy_says_what_it_is),
        cmocka_unit_test(unknown_strategies_have_no_facts),
        cmocka_unit_test(every_strategy_is_rebuilt_from_its_description),
        cmocka_unit_test(options_survive_the_way_through_a_description),
        cmocka_unit_test(presets_and_single_options_are_enough),
        cmocka_unit_test(a_described_first_stage_is_made_too),
        cmocka_unit_test(missing_parts_are_named),
        cmocka_unit_test(wrong_descriptions_are_refused),
        cmocka_unit_test(errors_within_first_stages_name_the_path),
        cmocka_unit_test(first_stages_do_not_nest_forever),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
