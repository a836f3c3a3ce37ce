/* SPDX-License-Identifier: Apache-2.0 */
/* Fails the 1st, 2nd, 3rd ... allocation in every way to prompt a model, once or for good: a failure is
 * LLMREC_ERR_MEMORY with its own text, outputs are unchanged, nothing leaks, and the same call succeeds afterwards. */
#include "../heap.h"
#include "path.h"

enum { ASKED = 3, MOST = 100000 };

/* One way to prompt: its options. */
typedef struct prompting {
    const char *name;
    int64_t form, scoring, variant, answer, style, aggregation;
} prompting;

static const prompting ways[] = {
    {"candidates are ranked by label", LLMREC_PROMPT_RANK, LLMREC_SCORING_LIST, LLMREC_VARIANT_RECENCY,
     LLMREC_ANSWER_LABELS, LLMREC_STYLE_FENCED, LLMREC_AGGREGATION_KEMENY},
    {"candidates are ranked by name", LLMREC_PROMPT_RANK, LLMREC_SCORING_LIST, LLMREC_VARIANT_SEQUENTIAL,
     LLMREC_ANSWER_NAMES, LLMREC_STYLE_LINES, LLMREC_AGGREGATION_BORDA},
    {"candidates are scored by letters", LLMREC_PROMPT_RANK, LLMREC_SCORING_LETTERS, LLMREC_VARIANT_IN_CONTEXT,
     LLMREC_ANSWER_LABELS, LLMREC_STYLE_FENCED, LLMREC_AGGREGATION_BORDA},
    {"candidates are compared in pairs", LLMREC_PROMPT_RANK, LLMREC_SCORING_PAIRWISE, LLMREC_VARIANT_SEQUENTIAL,
     LLMREC_ANSWER_LABELS, LLMREC_STYLE_FENCED, LLMREC_AGGREGATION_BORDA},
    {"an item is named by samples", LLMREC_PROMPT_GENITEM, LLMREC_SCORING_LIST, LLMREC_VARIANT_RECENCY,
     LLMREC_ANSWER_LABELS, LLMREC_STYLE_FENCED, LLMREC_AGGREGATION_BORDA},
    {"an item is named as the seed paper has it", LLMREC_PROMPT_GENITEM, LLMREC_SCORING_LIST, LLMREC_VARIANT_SEQUENTIAL,
     LLMREC_ANSWER_LABELS, LLMREC_STYLE_NUMBERED, LLMREC_AGGREGATION_BORDA},
    {"a list is named", LLMREC_PROMPT_GENLIST, LLMREC_SCORING_LIST, LLMREC_VARIANT_SEQUENTIAL, LLMREC_ANSWER_LABELS,
     LLMREC_STYLE_FENCED, LLMREC_AGGREGATION_BORDA},
    {"a menu is chosen from", LLMREC_PROMPT_CLASSIFY, LLMREC_SCORING_LIST, LLMREC_VARIANT_SEQUENTIAL,
     LLMREC_ANSWER_LABELS, LLMREC_STYLE_FENCED, LLMREC_AGGREGATION_BORDA},
    {"a menu is chosen from by name", LLMREC_PROMPT_CLASSIFY, LLMREC_SCORING_LIST, LLMREC_VARIANT_SEQUENTIAL,
     LLMREC_ANSWER_NAMES, LLMREC_STYLE_FENCED, LLMREC_AGGREGATION_BORDA},
};
enum { WAYS = sizeof ways / sizeof *ways };

/* Answers labels, existing names, a misspelled one, and an unknown one. */
static llmrec_status answer(const llmrec_completion *completion, int64_t request)
{
    static const char *const texts[] = {"B, A\n1. Title, the 3th\n2. Titel, the 5th\n3. No such thing",
                                        "Title, the 4th", "Nothing like it"};
    static const char *const letters[] = {"B", "The", "A"};
    static const double logprobs[] = {-0.5, -1, -2};
    const llmrec_chat_request *asked = completion->requests[request];
    for (int64_t i = 0; i < asked->samples; i++) {
        const llmrec_status status = llmrec_completion_answer(completion, request, texts[i % 3], SIZE_MAX);
        if (status != LLMREC_OK) return status;
    }
    if (asked->top_logprobs == 0) return LLMREC_OK;
    return llmrec_completion_alternatives(completion, request, letters, logprobs, 3);
}

static llmrec_status complete(const llmrec_completion *completion, void *user)
{
    (void)user;
    for (int64_t i = 0; i < completion->count; i++)
        if (answer(completion, i) != LLMREC_OK) return LLMREC_ERR_MEMORY;
    return LLMREC_OK;
}

static llmrec_status make(const path_world *world, const prompting *way, llmrec_recommender **recommender)
{
    llmrec_prompt_options options;
    llmrec_llm *llm = NULL;
    assert_ok(llmrec_prompt_options_init(&options, sizeof options));
    options.form = way->form;
    options.scoring = way->scoring;
    options.variant = way->variant;
    options.answer = way->answer;
    options.style = way->style;
    options.aggregation = way->aggregation;
    options.candidates = options.window = 5;
    options.stride = 2;
    options.samples = 3;
    options.rounds = 2;
    options.count = options.clusters = 4;
    llmrec_status status = llmrec_llm_create_callback(world->made[OPEN_CONTEXT].context, complete, NULL, 4, &llm);
    const llmrec_recommender_parts parts = {.size = sizeof parts,
                                            .llm = llm,
                                            .dataset = world->made[LOAD_CSV].dataset,
                                            .first_stage = world->made[SIMILARITY].recommender,
                                            .embedding = world->made[ENCODE_ITEMS].embedding,
                                            .text_encoder = world->made[OPEN_ENCODER].encoder};
    if (status == LLMREC_OK) status = llmrec_recommender_create_prompt(&parts, &options, recommender);
    llmrec_llm_free(llm);
    return status;
}

/* If the model's callback ran out of memory, the call fails with its error. */
static llmrec_status use(path_world *world, const llmrec_recommender *recommender)
{
    const llmrec_status status = llmrec_recommend(recommender, world->offsets, world->items, ASKED, K, NULL,
                                                  world->recommended, world->scores, world->counts);
    if (status != LLMREC_OK) return status == LLMREC_ERR_CALLBACK ? LLMREC_ERR_MEMORY : status;
    return llmrec_prompt_preview(recommender, world->items, 4, world->items + 4, 2, world->text, TEXT_SIZE,
                                 &world->length);
}

static void check_failed(const prompting *way, llmrec_status status)
{
    if (status != LLMREC_ERR_MEMORY) fail_msg("%s: status %d: %s", way->name, status, llmrec_last_error());
    assert_non_null(strstr(llmrec_last_error(), "memory"));
}

/* If only the second call failed, the first one's outputs are complete. Otherwise nothing changed. */
static void check_outputs(const path_world *met, const path_world *before, const path_world *wanted)
{
    static path_world between;
    between = *wanted;
    memcpy(between.text, before->text, TEXT_SIZE);
    between.length = before->length;
    if (memcmp(met, &between, sizeof between) != 0) assert_memory_equal(met, before, sizeof between);
}

static void sweep_making(const path_world *world, const prompting *way, bool for_good)
{
    bool failed = true;
    for (long n = 1; failed; n++) {
        llmrec_recommender *recommender = NULL;
        const long held = heap_outstanding();
        heap_arm(n, for_good);
        const llmrec_status status = make(world, way, &recommender);
        failed = heap_disarm();
        if (status != LLMREC_OK) check_failed(way, status);
        assert_int_equal(recommender != NULL, status == LLMREC_OK);
        assert_true((status == LLMREC_OK || failed) && n < MOST);
        llmrec_recommender_free(recommender);
        assert_int_equal(heap_outstanding(), held);
    }
}

/* `wanted`: the results if nothing fails. */
static void sweep_use(path_world *world, const prompting *way, bool for_good, const path_world *wanted)
{
    static path_world before;
    llmrec_recommender *recommender = NULL;
    bool failed = true;
    assert_ok(make(world, way, &recommender));
    before = *world;
    for (long n = 1; failed; n++) {
        heap_arm(n, for_good);
        const llmrec_status status = use(world, recommender);
        failed = heap_disarm();
        if (status != LLMREC_OK) check_failed(way, status);
        assert_true((status == LLMREC_OK || failed) && n < MOST);
        if (status != LLMREC_OK) check_outputs(world, &before, wanted);
        if (n % 8 == 0) assert_ok(use(world, recommender));
        if (status == LLMREC_OK || n % 8 == 0) assert_memory_equal(world, wanted, sizeof *wanted);
        *world = before;
    }
    llmrec_recommender_free(recommender);
}

static void sweep(const prompting *way, int64_t threads)
{
    static path_world world, wanted;
    llmrec_recommender *recommender = NULL;
    memset(&world, 0, sizeof world);
    world.options = heap_options(threads);
    path_walk(&world, SIMILARITY + 1);
    wanted = world;
    assert_ok(make(&wanted, way, &recommender));
    assert_ok(use(&wanted, recommender));
    llmrec_recommender_free(recommender);
    for (int for_good = 0; for_good < 2; for_good++) {
        sweep_making(&world, way, for_good);
        sweep_use(&world, way, for_good, &wanted);
    }
    path_end(&world);
    assert_int_equal(heap_outstanding(), 0);
}

static void each_allocation_may_fail(void **state)
{
    sweep(*state, 1);
    sweep(*state, 3);
}

int main(void)
{
    struct CMUnitTest tests[WAYS];
    for (size_t i = 0; i < WAYS; i++)
        tests[i] = (struct CMUnitTest){ways[i].name, each_allocation_may_fail, NULL, NULL, (void *)(uintptr_t)&ways[i]};
    return cmocka_run_group_tests(tests, path_prepare, remove_scratch);
}
