/* SPDX-License-Identifier: Apache-2.0 */
/* Options, templates and presets of prompt recommenders. */
#include "prompts.h"

static void own_templates_are_filled(void **state)
{
    static const int32_t seen[] = {1, 2}, candidates[] = {5, 6};
    world *w = begin(1, oracle, NULL);
    llmrec_prompt_options options = options_of(LLMREC_PROMPT_RANK);
    char text[1024], small[8];
    size_t length = 0;
    (void)state;
    options.system = "";
    options.user = "{noun}/{nouns} {last} {choices} {first_label}-{last_label} {{}} {history} {menu}";
    llmrec_recommender *recommender = prompt(w, &options);
    assert_ok(llmrec_prompt_preview(recommender, seen, 2, candidates, 2, text, sizeof text, &length));
    assert_string_equal(text, "system: \n\nuser: film/films \"Film 2 (1992)\" 2 A-B {} <history>\n\"Film 1 (1991)\"\n"
                              "\"Film 2 (1992)\"\n</history> <candidates>\nA. \"Film 5 (1995)\"\nB. \"Film 6 (1996)\"\n"
                              "</candidates>");
    assert_int_equal(length, strlen(text));
    assert_ok(llmrec_prompt_preview(recommender, seen, 2, candidates, 2, small, sizeof small, &length));
    assert_string_equal(small, "system:");
    assert_failure(llmrec_prompt_preview(recommender, (const int32_t[]){99}, 1, NULL, 0, NULL, 0, &length),
                   LLMREC_ERR_ARGUMENT, "items[0] is 99");
    assert_failure(llmrec_prompt_preview(w->popular, seen, 2, NULL, 0, NULL, 0, &length), LLMREC_ERR_UNSUPPORTED,
                   "popularity");
    llmrec_recommender_free(recommender);
    end(w);
}

static void wrong_options_are_told(void **state)
{
    world *w = begin(1, oracle, NULL);
    llmrec_recommender_parts parts = {
        .size = sizeof parts, .llm = w->llm, .dataset = w->dataset, .first_stage = w->popular};
    llmrec_prompt_options options = options_of(LLMREC_PROMPT_RANK);
    llmrec_recommender *recommender = NULL;
    (void)state;
    options.user = "{history} {products}";
    assert_failure(llmrec_recommender_create_prompt(&parts, &options, &recommender), LLMREC_ERR_ARGUMENT, "user",
                   "\"{products}\"", "{menu}");
    options.user = "{history}";
    assert_failure(llmrec_recommender_create_prompt(&parts, &options, &recommender), LLMREC_ERR_ARGUMENT, "user",
                   "{menu} is missing");
    options.user = NULL;
    options.rounds = 0;
    assert_failure(llmrec_recommender_create_prompt(&parts, &options, &recommender), LLMREC_ERR_ARGUMENT,
                   "rounds is 0; wanted 1 to 1000");
    options = options_of(LLMREC_PROMPT_RANK);
    options.stride = 21;
    assert_failure(llmrec_recommender_create_prompt(&parts, &options, &recommender), LLMREC_ERR_ARGUMENT,
                   "stride is 21; wanted 1 to 20");
    options = options_of(LLMREC_PROMPT_RANK);
    options.scoring = LLMREC_SCORING_LETTERS;
    options.window = options.candidates = 30;
    assert_failure(llmrec_recommender_create_prompt(&parts, &options, &recommender), LLMREC_ERR_ARGUMENT,
                   "window is 30", "20, the number of alternatives");
    options.alternatives = 1000;
    assert_failure(llmrec_recommender_create_prompt(&parts, &options, &recommender), LLMREC_ERR_ARGUMENT,
                   "window is 30", "26, the number of letters");
    options.alternatives = 10001;
    assert_failure(llmrec_recommender_create_prompt(&parts, &options, &recommender), LLMREC_ERR_ARGUMENT,
                   "alternatives is 10001; wanted 1 to 10000");
    options = options_of(LLMREC_PROMPT_CLASSIFY);
    assert_failure(llmrec_recommender_create_prompt(&parts, &options, &recommender), LLMREC_ERR_ARGUMENT,
                   "parts.embedding is NULL");
    parts.embedding = w->table;
    assert_failure(llmrec_recommender_create_prompt(&parts, &options, &recommender), LLMREC_ERR_ARGUMENT,
                   "clusters is 200", "40 items");
    options = options_of(LLMREC_PROMPT_GENLIST);
    options.column = "name";
    assert_failure(llmrec_recommender_create_prompt(&parts, &options, &recommender), LLMREC_ERR_ARGUMENT, "column",
                   "\"name\"");
    parts.first_stage = NULL;
    options = options_of(LLMREC_PROMPT_RANK);
    assert_failure(llmrec_recommender_create_prompt(&parts, &options, &recommender), LLMREC_ERR_ARGUMENT,
                   "parts.first_stage is NULL");
    parts.llm = NULL;
    assert_failure(llmrec_recommender_create_prompt(&parts, &options, &recommender), LLMREC_ERR_ARGUMENT,
                   "parts.llm is NULL");
    assert_failure(llmrec_prompt_options_preset(&options, sizeof options, "best"), LLMREC_ERR_ARGUMENT, "\"best\"",
                   "llmrank-in-context");
    assert_null(recommender);
    end(w);
}

static void every_preset_makes_a_recommender(void **state)
{
    static const char *const names[] = {
        "default",      "harte2023", "boz2024-genitem", "boz2024-genlist",    "boz2024-classify",
        "boz2024-rank", "llmrank",   "llmrank-recency", "llmrank-in-context", "letters"};
    static const int32_t seen[] = {1, 2, 3};
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        world *w = begin(1, names_some, NULL);
        llmrec_prompt_options options;
        int32_t list[K];
        int64_t grounding[G];
        assert_ok(llmrec_prompt_options_preset(&options, sizeof options, names[i]));
        options.clusters = 10;
        llmrec_recommender *recommender = prompt(w, &options);
        assert_int_equal(recommend(recommender, seen, 3, list, grounding), K);
        if (options.form == LLMREC_PROMPT_RANK || options.form == LLMREC_PROMPT_GENLIST)
            assert_int_equal(grounding[LLMREC_GROUNDING_FAILED], 0);
        assert_true(grounding[LLMREC_GROUNDING_REQUESTS] > 0);
        llmrec_recommender_free(recommender);
        end(w);
    }
}

/* Harte et al. 2023: numbered lines from 1; all of them if they fit the number of characters, else the last ones. */
static void the_seed_papers_prompt_is_as_published(void **state)
{
    static const int32_t seen[] = {3, -1, 1, 2};
    world *w = begin(1, names_one, NULL);
    llmrec_prompt_options options;
    char text[256];
    size_t length = 0;
    static const char *const wanted[] = {
        "system: \n\nuser: 1. Film 3 (1993) \n2. Film 1 (1991) \n3. Film 2 (1992) \n \n\n###\n\n",
        "system: \n\nuser: 1. Film 1 (1991) \n2. Film 2 (1992) \n \n\n###\n\n"};
    (void)state;
    assert_ok(llmrec_prompt_options_preset(&options, sizeof options, "harte2023"));
    assert_int_equal(options.history, 20);
    assert_int_equal(options.history_characters, 5000);
    options.history = 2;
    for (int shorter = 0; shorter < 2; shorter++) {
        options.history_characters = (int64_t)strlen(wanted[0]) - 16 - shorter;
        llmrec_recommender *recommender = prompt(w, &options);
        assert_ok(llmrec_prompt_preview(recommender, seen, 4, NULL, 0, text, sizeof text, &length));
        assert_string_equal(text, wanted[shorter]);
        llmrec_recommender_free(recommender);
    }
    end(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(own_templates_are_filled),
        cmocka_unit_test(wrong_options_are_told),
        cmocka_unit_test(every_preset_makes_a_recommender),
        cmocka_unit_test(the_seed_papers_prompt_is_as_published),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
