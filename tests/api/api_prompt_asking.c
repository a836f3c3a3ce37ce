/* SPDX-License-Identifier: Apache-2.0 */
/* How prompt recommenders ask: number of alternatives, prompt texts, many threads, and repeated questions after an
 * unusable answer. */
#include "prompts.h"

#include <pthread.h>

/* Items without a log-probability come last, in the first stage's order. */
static void more_alternatives_are_asked_for(void **state)
{
    static const int32_t seen[] = {20};
    world *w = begin(1, first_letter, NULL);
    llmrec_prompt_options options = options_of(LLMREC_PROMPT_RANK);
    int32_t list[K];
    int64_t grounding[G];
    (void)state;
    options.scoring = LLMREC_SCORING_LETTERS;
    options.candidates = options.window = 26;
    options.alternatives = 1000;
    options.shuffle = 0;
    w->model.reports = true;
    llmrec_recommender *recommender = prompt(w, &options);
    recommend(recommender, seen, 1, list, grounding);
    assert_int_equal(w->model.asked_for, 1000);
    assert_memory_equal(list, ((const int32_t[]){26, 25, 24}), 3 * sizeof *list);
    assert_non_null(strstr(described(recommender), "\"alternatives\":1000"));
    w->model.most = 4;
    recommend(recommender, seen, 1, list, grounding);
    assert_memory_equal(list, ((const int32_t[]){26, 25, 24, 0, 1, 2, 3, 4, 5, 6}), sizeof list);
    assert_int_equal(grounding[LLMREC_GROUNDING_BACKFILLED], 7);
    llmrec_recommender_free(recommender);
    end(w);
}

/* A completion model gets a last line to continue, except if the prompt is the user's own template. */
static void completions_end_in_a_cue(void **state)
{
    static const int32_t seen[] = {5}, candidates[] = {1, 2};
    world *w = begin(1, oracle, NULL);
    llmrec_endpoint_options endpoint;
    llmrec_prompt_options options = options_of(LLMREC_PROMPT_RANK);
    char text[1 << 12];
    size_t length = 0;
    (void)state;
    assert_ok(llmrec_endpoint_options_init(&endpoint, sizeof endpoint));
    endpoint.url = "http://127.0.0.1:9/v1";
    options.scoring = LLMREC_SCORING_LETTERS;
    for (int64_t kind = LLMREC_ENDPOINT_CHAT; kind <= LLMREC_ENDPOINT_COMPLETIONS && llmrec_supports("http"); kind++)
        for (int own = 0; own < 2; own++) {
            endpoint.kind = kind;
            options.user = own ? "{history} {menu} Which?" : NULL;
            llmrec_llm_free(w->llm);
            assert_ok(llmrec_llm_create_endpoint(w->context, &endpoint, &w->llm));
            llmrec_recommender *recommender = prompt(w, &options);
            assert_ok(llmrec_prompt_preview(recommender, seen, 1, candidates, 2, text, sizeof text, &length));
            const char *ending = own                            ? "Which?"
                                 : kind == LLMREC_ENDPOINT_CHAT ? "label alone."
                                                                : "label alone.\n\nAnswer: (";
            assert_string_equal(text + length - strlen(ending), ending);
            llmrec_recommender_free(recommender);
        }
    end(w);
}

static void a_model_that_fails_leaves_the_first_stage(void **state)
{
    static const int32_t seen[] = {0};
    static const int64_t forms[] = {LLMREC_PROMPT_RANK, LLMREC_PROMPT_GENITEM, LLMREC_PROMPT_GENLIST,
                                    LLMREC_PROMPT_CLASSIFY};
    (void)state;
    for (size_t i = 0; i < 8; i++) {
        world *w = begin(1, says_nothing, NULL);
        llmrec_prompt_options options = options_of(forms[i / 2]);
        options.clusters = 5;
        options.on_failure = i % 2 == 0 ? LLMREC_ON_FAILURE_FIRST_STAGE : LLMREC_ON_FAILURE_EMPTY;
        llmrec_recommender *recommender = prompt(w, &options);
        int32_t list[K] = {0};
        int64_t grounding[G];
        const int32_t count = recommend(recommender, seen, 1, list, grounding);
        assert_int_equal(grounding[LLMREC_GROUNDING_FAILED], 1);
        assert_int_equal(count, i % 2 == 0 ? K : 0);
        assert_int_equal(grounding[LLMREC_GROUNDING_BACKFILLED], count);
        if (count > 0) assert_memory_equal(list, ((const int32_t[]){1, 2, 3, 4}), 4 * sizeof *list);
        llmrec_recommender_free(recommender);
        end(w);
    }
}

static void a_callback_that_fails_fails_the_call(void **state)
{
    static const int64_t offsets[] = {0, 1};
    static const int32_t seen[] = {0};
    world *w = begin(1, oracle, NULL);
    const llmrec_prompt_options options = options_of(LLMREC_PROMPT_RANK);
    llmrec_recommender *recommender = prompt(w, &options);
    int32_t list[K], count = 0;
    (void)state;
    recommend(recommender, seen, 1, list, (int64_t[G]){0});
    w->model.fail_from = 1;
    assert_failure(llmrec_recommend(recommender, offsets, seen, 1, K, NULL, list, NULL, &count), LLMREC_ERR_CALLBACK,
                   "");
    llmrec_recommender_free(recommender);
    end(w);
}

/* A model that many threads may call: answers with a label, then a name. */
static llmrec_status answer_threads(const llmrec_completion *completion, void *user)
{
    (void)user;
    for (int64_t i = 0; i < completion->count; i++)
        for (int64_t sample = 0; sample < completion->requests[i]->samples; sample++)
            assert_ok(llmrec_completion_answer(completion, i, "C, A\nFilm 7 (1997)\nFilm 12", SIZE_MAX));
    return LLMREC_OK;
}

typedef struct sharer {
    const llmrec_recommender *recommender;
    llmrec_status status;
    int32_t lists[4 * K], counts[4];
} sharer;

static void *share(void *user)
{
    static const int64_t offsets[] = {0, 2, 4, 6, 8};
    static const int32_t items[] = {1, 2, 3, 4, 30, 31, 7, 12};
    sharer *s = user;
    for (int i = 0; i < 5 && s->status == LLMREC_OK; i++)
        s->status = llmrec_recommend(s->recommender, offsets, items, 4, K, NULL, s->lists, NULL, s->counts);
    return NULL;
}

static void many_threads_may_use_one_recommender(void **state)
{
    enum { THREADS = 3 };
    (void)state;
    for (int64_t form = LLMREC_PROMPT_RANK; form <= LLMREC_PROMPT_CLASSIFY; form++) {
        pthread_t threads[THREADS];
        sharer sharers[THREADS + 1] = {{NULL}};
        world *w = begin(2, NULL, NULL);
        llmrec_prompt_options options = options_of(form);
        options.clusters = 10;
        llmrec_llm_free(w->llm);
        assert_ok(llmrec_llm_create_callback(w->context, answer_threads, NULL, 4, &w->llm));
        llmrec_recommender *recommender = prompt(w, &options);
        for (int i = 0; i <= THREADS; i++) sharers[i].recommender = recommender;
        for (int i = 0; i < THREADS; i++) assert_int_equal(pthread_create(&threads[i], NULL, share, &sharers[i]), 0);
        for (int i = 0; i < THREADS; i++) assert_int_equal(pthread_join(threads[i], NULL), 0);
        share(&sharers[THREADS]);
        for (int i = 0; i < THREADS; i++) assert_memory_equal(&sharers[i], &sharers[THREADS], sizeof *sharers);
        assert_int_equal(sharers[0].status, LLMREC_OK);
        llmrec_recommender_free(recommender);
        end(w);
    }
}

/* --- asking again ------------------------------------------------------------------------------------------------- */

/* The first `rubbish` answers are prose; the others are well-formed. */
typedef struct stubborn {
    void (*answer)(model *, const char *, char *, size_t);
    int64_t rubbish, calls, asked;
    char first[1 << 13], last[1 << 13]; /* user text of the first and the latest request */
    int64_t seed[2];
    double temperature[2];
} stubborn;

static llmrec_status complete_at_last(const llmrec_completion *completion, void *user)
{
    stubborn *self = user;
    self->calls++;
    for (int64_t i = 0; i < completion->count; i++) {
        const llmrec_chat_request *request = completion->requests[i];
        const char *words = request->messages[request->message_count - 1].content;
        const bool later = self->asked++ > 0;
        char text[1 << 12] = "Well, that is hard to say!";
        if (!later) snprintf(self->first, sizeof self->first, "%s", words);
        snprintf(self->last, sizeof self->last, "%s", words);
        self->seed[later] = request->seed;
        self->temperature[later] = request->temperature;
        if (self->asked > self->rubbish) {
            text[0] = '\0';
            self->answer(NULL, words, text, sizeof text);
        }
        assert_ok(llmrec_completion_answer(completion, i, text, SIZE_MAX));
    }
    return LLMREC_OK;
}

static char log_text[1 << 13];

static llmrec_status keep_log(const llmrec_log_event *event, void *user)
{
    const size_t used = strlen(log_text);
    (void)user;
    snprintf(log_text + used, sizeof log_text - used, "%s: %s\n", event->room, event->message);
    return LLMREC_OK;
}

static world *begin_with(stubborn *self)
{
    llmrec_context_options logging = context_options(1);
    llmrec_llm *llm = NULL;
    logging.log = keep_log;
    logging.log_level = LLMREC_LOG_INFO;
    log_text[0] = '\0';
    world *w = begin_in(context_like(&logging), oracle, NULL);
    assert_ok(llmrec_llm_create_callback(w->context, complete_at_last, self, 1000, &llm));
    llmrec_llm_free(w->llm);
    w->llm = llm;
    return w;
}

static void ask_stubborn(stubborn *self, const llmrec_prompt_options *options, int32_t *list, int64_t *grounding)
{
    static const int32_t seen[] = {20};
    world *w = begin_with(self);
    llmrec_recommender *recommender = prompt(w, options);
    recommend(recommender, seen, 1, list, grounding);
    llmrec_recommender_free(recommender);
    end(w);
}

/* A question with a prose answer is asked again, all such questions in one batch, with the required form at the end. */
static void prose_is_asked_about_again(void **state)
{
    static const struct {
        int64_t form, scoring, answer, questions;
        void (*right)(model *, const char *, char *, size_t);
        const char *ending;
        int32_t first;
    } cases[] = {
        {LLMREC_PROMPT_RANK, LLMREC_SCORING_LIST, LLMREC_ANSWER_LABELS, 1, oracle,
         "\n\nWrite labels from A to D with commas between them, and nothing else.", 3},
        {LLMREC_PROMPT_RANK, LLMREC_SCORING_LIST, LLMREC_ANSWER_NAMES, 1, names_some,
         "\n\nWrite names of films as they stand above, one a line with its number before it, and nothing else.", -1},
        {LLMREC_PROMPT_RANK, LLMREC_SCORING_LETTERS, LLMREC_ANSWER_LABELS, 1, oracle_letter,
         "\n\nWrite one label, A to D, and nothing else.", 3},
        {LLMREC_PROMPT_RANK, LLMREC_SCORING_PAIRWISE, LLMREC_ANSWER_LABELS, 12, oracle_letter,
         "\n\nWrite one label, A to B, and nothing else.", 3},
        {LLMREC_PROMPT_GENLIST, LLMREC_SCORING_LIST, LLMREC_ANSWER_LABELS, 1, names_some,
         "\n\nWrite names of films, one a line with its number before it, and nothing else.", 7},
        {LLMREC_PROMPT_CLASSIFY, LLMREC_SCORING_LIST, LLMREC_ANSWER_LABELS, 1, oracle,
         "\n\nWrite labels from A to E with commas between them, and nothing else.", -1},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        stubborn self = {.answer = cases[i].right, .rubbish = cases[i].questions};
        llmrec_prompt_options options = options_of(cases[i].form);
        int32_t list[K];
        int64_t grounding[G];
        options.scoring = cases[i].scoring;
        options.answer = cases[i].answer;
        options.candidates = 4;
        options.clusters = 5;
        ask_stubborn(&self, &options, list, grounding);
        assert_int_equal(grounding[LLMREC_GROUNDING_FAILED], 0);
        assert_int_equal(grounding[LLMREC_GROUNDING_REQUESTS], 2 * cases[i].questions);
        assert_int_equal(self.asked, 2 * cases[i].questions);
        assert_int_equal(self.calls, 2);
        if (cases[i].first >= 0) assert_int_equal(list[0], cases[i].first);
        const size_t length = strlen(self.last), ending = strlen(cases[i].ending);
        assert_true(length > ending);
        assert_string_equal(self.last + length - ending, cases[i].ending);
        if (cases[i].questions == 1) assert_memory_equal(self.first, self.last, length - ending);
        assert_int_not_equal(self.seed[0], self.seed[1]);
        assert_true(self.temperature[0] == 0 && self.temperature[1] == 0.5);
        char message[128];
        snprintf(message, sizeof message, "%d of %d answers gave nothing of use; asked again", (int)cases[i].questions,
                 (int)cases[i].questions);
        assert_non_null(strstr(log_text, message));
    }
}

static void it_is_asked_at_most_so_often(void **state)
{
    (void)state;
    for (int64_t asks = 1; asks <= 4; asks++) {
        stubborn self = {.answer = oracle, .rubbish = asks == 4 ? 3 : 1000};
        llmrec_prompt_options options = options_of(LLMREC_PROMPT_RANK);
        int32_t list[K];
        int64_t grounding[G];
        options.asks = asks;
        options.temperature = 0.75;
        ask_stubborn(&self, &options, list, grounding);
        assert_int_equal(self.asked, asks);
        assert_int_equal(grounding[LLMREC_GROUNDING_REQUESTS], asks);
        assert_int_equal(grounding[LLMREC_GROUNDING_FAILED], asks < 4);
        assert_int_equal(grounding[LLMREC_GROUNDING_HALLUCINATED], asks < 4); /* of the last answer */
        if (asks > 1) assert_true(self.temperature[1] == 0.75);
        assert_int_equal(strstr(log_text, "asked again") != NULL, asks > 1);
    }
}

/* Samples of one question already repeat it, so the question is not asked again. */
static void samples_are_not_asked_for_again(void **state)
{
    stubborn self = {.answer = names_one, .rubbish = 1000};
    llmrec_prompt_options options = options_of(LLMREC_PROMPT_GENITEM);
    int32_t list[K];
    int64_t grounding[G];
    (void)state;
    options.samples = 1;
    ask_stubborn(&self, &options, list, grounding);
    assert_int_equal(grounding[LLMREC_GROUNDING_REQUESTS], 1);
}

/* Only the first of three sessions gets a prose answer. */
static void only_useless_answers_are_asked_for_again(void **state)
{
    static const int64_t offsets[] = {0, 1, 2, 3};
    static const int32_t items[] = {20, 21, 22};
    stubborn self = {.answer = oracle, .rubbish = 1};
    world *w = begin_with(&self);
    llmrec_prompt_options options = options_of(LLMREC_PROMPT_RANK);
    int32_t lists[3 * K], counts[3];
    int64_t grounding[3 * G];
    (void)state;
    llmrec_recommender *recommender = prompt(w, &options);
    assert_ok(llmrec_recommend_grounded(recommender, offsets, items, 3, K, NULL, lists, NULL, counts, grounding, G));
    assert_int_equal(self.calls, 2);
    assert_int_equal(self.asked, 4);
    assert_non_null(strstr(self.last, "\"Film 20 (2010)\"\n</history>"));
    for (int i = 0; i < 3; i++) {
        assert_int_equal(grounding[i * G + LLMREC_GROUNDING_REQUESTS], i == 0 ? 2 : 1);
        assert_int_equal(grounding[i * G + LLMREC_GROUNDING_EXACT], 20);
        assert_int_equal(lists[i * K], 19);
    }
    assert_non_null(strstr(log_text, "rank: 1 of 3 answers gave nothing of use; asked again"));
    llmrec_recommender_free(recommender);
    end(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(more_alternatives_are_asked_for),
        cmocka_unit_test(completions_end_in_a_cue),
        cmocka_unit_test(a_model_that_fails_leaves_the_first_stage),
        cmocka_unit_test(a_callback_that_fails_fails_the_call),
        cmocka_unit_test(many_threads_may_use_one_recommender),
        cmocka_unit_test(prose_is_asked_about_again),
        cmocka_unit_test(it_is_asked_at_most_so_often),
        cmocka_unit_test(samples_are_not_asked_for_again),
        cmocka_unit_test(only_useless_answers_are_asked_for_again),
    };
    return cmocka_run_group_tests_name("prompt_asking", tests, NULL, NULL);
}
