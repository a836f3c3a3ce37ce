/* SPDX-License-Identifier: Apache-2.0 */
/* Scores of given candidates: those of llmrec_recommend to the bit, for every strategy. */
#include <pthread.h>

#include "../training_data.h"
#include "prompts.h"

enum { CATALOG = 700, WIDTH = 24, SESSIONS = 24, LONGEST = 9, CANDIDATES = 20 };

/* --- what is scored ---------------------------------------------------------------------------------------------- */

/* Sessions and candidates in CSR form; neither begins at 0. */
typedef struct question {
    int64_t sessions, offsets[SESSIONS + 1], candidate_offsets[SESSIONS + 1];
    int32_t items[4 + SESSIONS * LONGEST], candidates[8 + SESSIONS * CANDIDATES];
} question;

static int32_t some_item(uint64_t *seed, int32_t catalog)
{
    return next_number(seed) % 8 == 0 ? -1 : (int32_t)(next_number(seed) % (uint32_t)catalog);
}

static void ask(question *q, uint64_t *seed, int32_t catalog)
{
    q->sessions = 1 + next_number(seed) % SESSIONS;
    q->offsets[0] = next_number(seed) % 4;
    q->candidate_offsets[0] = next_number(seed) % 8;
    for (int64_t i = 0; i < q->sessions; i++) {
        const bool unknown = next_number(seed) % 9 == 0;
        q->offsets[i + 1] = q->offsets[i] + next_number(seed) % (LONGEST + 1);
        q->candidate_offsets[i + 1] = q->candidate_offsets[i] + next_number(seed) % (CANDIDATES + 1);
        for (int64_t at = q->offsets[i]; at < q->offsets[i + 1]; at++)
            q->items[at] = unknown ? -1 : some_item(seed, catalog);
        for (int64_t at = q->candidate_offsets[i]; at < q->candidate_offsets[i + 1]; at++)
            q->candidates[at] = next_number(seed) % 4 == 0 && q->offsets[i + 1] > q->offsets[i]
                                    ? q->items[q->offsets[i]] /* the session's own */
                                    : some_item(seed, catalog);
    }
}

static bool same_bits(float a, float b)
{
    return (isnan(a) && isnan(b)) || memcmp(&a, &b, sizeof a) == 0;
}

static float *new_scores(size_t count)
{
    float *scores = malloc((count + 1) * sizeof *scores);
    assert_non_null(scores);
    for (size_t i = 0; i <= count; i++) scores[i] = -77;
    return scores;
}

/* --- against lists ----------------------------------------------------------------------------------------------- */

/* One call for all sessions gives the scores of calls for one session, and of one list for all. */
static void compare_calls(const llmrec_recommender *recommender, const question *q, const float *scores)
{
    for (int64_t i = 0; i < q->sessions; i++) {
        const int64_t first = q->candidate_offsets[i], count = q->candidate_offsets[i + 1] - first;
        float *alone = new_scores((size_t)count);
        assert_ok(llmrec_score(recommender, q->offsets + i, q->items, 1, NULL, q->candidates + first, count, alone));
        for (int64_t j = 0; j < count; j++) assert_true(same_bits(alone[j], scores[first + j]));
        assert_true(alone[count] == -77);
        free(alone);
    }
    const int64_t count = q->candidate_offsets[q->sessions] - q->candidate_offsets[0];
    const int32_t *all = q->candidates + q->candidate_offsets[0];
    float *table = new_scores((size_t)(q->sessions * count));
    assert_ok(llmrec_score(recommender, q->offsets, q->items, q->sessions, NULL, all, count, table));
    for (int64_t i = 0; i < q->sessions; i++)
        for (int64_t at = q->candidate_offsets[i]; at < q->candidate_offsets[i + 1]; at++)
            assert_true(same_bits(table[i * count + at - q->candidate_offsets[0]], scores[at]));
    free(table);
}

/* What a list of all items says of each candidate. */
static void compare_with_all(const llmrec_recommender *recommender, const question *q, const float *scores,
                             int64_t keep_seen)
{
    const int64_t catalog = llmrec_recommender_items(recommender);
    int32_t *list = malloc((size_t)(q->sessions * catalog) * sizeof *list), counts[SESSIONS];
    float *ranked = new_scores((size_t)(q->sessions * catalog)), *by_item = new_scores((size_t)catalog);
    llmrec_recommend_options options;
    assert_ok(llmrec_recommend_options_init(&options, sizeof options));
    options.keep_seen = keep_seen;
    assert_ok(
        llmrec_recommend(recommender, q->offsets, q->items, q->sessions, catalog, &options, list, ranked, counts));
    for (int64_t i = 0; i < q->sessions; i++) {
        for (int64_t item = 0; item < catalog; item++) by_item[item] = NAN;
        for (int32_t j = 0; j < counts[i]; j++) by_item[list[i * catalog + j]] = ranked[i * catalog + j];
        for (int64_t at = q->candidate_offsets[i]; at < q->candidate_offsets[i + 1]; at++)
            assert_true(same_bits(scores[at], q->candidates[at] < 0 ? NAN : by_item[q->candidates[at]]));
    }
    free(by_item);
    free(ranked);
    free(list);
}

/* The entries of short lists under filters, scored again. */
static void compare_with_lists(const llmrec_recommender *recommender, const question *q, uint64_t *seed)
{
    const int64_t catalog = llmrec_recommender_items(recommender), k = 1 + next_number(seed) % 12;
    int32_t list[SESSIONS * 12], counts[SESSIONS], allowed[300], denied[5];
    float ranked[SESSIONS * 12];
    llmrec_recommend_options options;
    assert_ok(llmrec_recommend_options_init(&options, sizeof options));
    options.keep_seen = next_number(seed) % 2;
    for (int i = 0; i < 300; i++) allowed[i] = (int32_t)(next_number(seed) % (uint32_t)catalog);
    for (int i = 0; i < 5; i++) denied[i] = (int32_t)(next_number(seed) % (uint32_t)catalog);
    options.deny = denied;
    options.deny_count = 5;
    options.allow = next_number(seed) % 2 == 0 ? allowed : NULL;
    options.allow_count = options.allow == NULL ? 0 : 300;
    assert_ok(llmrec_recommend(recommender, q->offsets, q->items, q->sessions, k, &options, list, ranked, counts));
    for (int64_t i = 0; i < q->sessions; i++) {
        float scores[12];
        assert_ok(llmrec_score(recommender, q->offsets + i, q->items, 1, NULL, list + i * k, counts[i], scores));
        for (int32_t j = 0; j < counts[i]; j++) assert_true(same_bits(scores[j], ranked[i * k + j]));
    }
}

static void compare(const llmrec_recommender *recommender, uint64_t seed)
{
    question q;
    float scores[8 + SESSIONS * CANDIDATES];
    ask(&q, &seed, (int32_t)llmrec_recommender_items(recommender));
    assert_ok(llmrec_score(recommender, q.offsets, q.items, q.sessions, q.candidate_offsets, q.candidates, 0, scores));
    compare_calls(recommender, &q, scores);
    compare_with_all(recommender, &q, scores, 1);
    compare_with_lists(recommender, &q, &seed);
}

/* --- strategies with vectors, and popularity --------------------------------------------------------------------- */

typedef struct similar {
    int64_t measure, weighting, dtype, reduce;
    int32_t items;
} similar;

static const similar tables[] = {
    {LLMREC_MEASURE_COSINE, LLMREC_WEIGHTING_MEAN, LLMREC_DTYPE_FLOAT32, LLMREC_REDUCE_NONE, CATALOG},
    {LLMREC_MEASURE_DOT, LLMREC_WEIGHTING_LAST, LLMREC_DTYPE_FLOAT32, LLMREC_REDUCE_NONE, CATALOG},
    {LLMREC_MEASURE_EUCLIDEAN, LLMREC_WEIGHTING_MEAN, LLMREC_DTYPE_FLOAT32, LLMREC_REDUCE_NONE, CATALOG},
    {LLMREC_MEASURE_COSINE, LLMREC_WEIGHTING_LAST, LLMREC_DTYPE_FLOAT16, LLMREC_REDUCE_NONE, CATALOG},
    {LLMREC_MEASURE_DOT, LLMREC_WEIGHTING_MEAN, LLMREC_DTYPE_FLOAT16, LLMREC_REDUCE_NONE, 90},
    {LLMREC_MEASURE_EUCLIDEAN, LLMREC_WEIGHTING_LAST, LLMREC_DTYPE_FLOAT16, LLMREC_REDUCE_NONE, CATALOG},
    {LLMREC_MEASURE_COSINE, LLMREC_WEIGHTING_MEAN, LLMREC_DTYPE_FLOAT32, LLMREC_REDUCE_WHITEN, CATALOG},
};
enum { TABLES = sizeof tables / sizeof *tables };

/* Some rows are zero, and some equal. */
static llmrec_recommender *similarity_of(llmrec_context *context, const similar *s)
{
    float *values = malloc((size_t)s->items * WIDTH * sizeof *values);
    uint64_t seed = 5;
    llmrec_embedding_options storage;
    llmrec_similarity_options options;
    llmrec_embedding *table = NULL;
    llmrec_recommender *recommender = NULL;
    for (int32_t i = 0; i < s->items * WIDTH; i++) values[i] = ((float)(next_number(&seed) % 2001) - 1000) / 500;
    for (int32_t i = 7; i < s->items; i += 50) memset(values + i * WIDTH, 0, WIDTH * sizeof *values);
    for (int32_t i = 30; i < s->items; i += 30) memcpy(values + i * WIDTH, values, WIDTH * sizeof *values);
    assert_ok(llmrec_embedding_options_init(&storage, sizeof storage));
    storage.dtype = s->dtype;
    assert_ok(llmrec_similarity_options_init(&options, sizeof options));
    options.measure = s->measure;
    options.weighting = s->weighting;
    options.reduce = s->reduce;
    assert_ok(llmrec_embedding_create(context, values, s->items, WIDTH, NULL, NULL, &storage, &table));
    assert_ok(llmrec_recommender_create_similarity(table, &options, &recommender));
    llmrec_embedding_free(table);
    free(values);
    return recommender;
}

static llmrec_recommender *encoder_over(llmrec_context *context, int64_t causal, int64_t bias, int64_t left_aligned)
{
    llmrec_encoder_options network = small_network();
    network.causal = causal;
    network.left_aligned = left_aligned;
    network.output_bias = bias;
    network.init_deviation = .5;
    return untrained(rounds(context, CATALOG + 50, CATALOG, 1), &network);
}

static llmrec_recommender *popular_items(llmrec_context *context)
{
    llmrec_dataset *dataset = rounds(context, CATALOG + 50, CATALOG, 1);
    llmrec_recommender *recommender = NULL;
    assert_ok(llmrec_recommender_create_popularity(dataset, &recommender));
    llmrec_dataset_free(dataset);
    return recommender;
}

static llmrec_recommender *blend_of_both(llmrec_context *context)
{
    llmrec_recommender *near = similarity_of(context, &tables[0]), *popular = popular_items(context), *blend = NULL;
    const llmrec_recommender *both[] = {near, popular};
    const llmrec_recommender_parts parts = {.size = sizeof parts, .recommenders = both, .recommender_count = 2};
    llmrec_blend_options options;
    assert_ok(llmrec_blend_options_init(&options, sizeof options));
    options.weights = "1 0.3";
    options.depth = 40;
    assert_ok(llmrec_recommender_create_blend(&parts, &options, &blend));
    llmrec_recommender_free(near);
    llmrec_recommender_free(popular);
    return blend;
}

enum { MAKERS = TABLES + 5 };

static llmrec_recommender *make(llmrec_context *context, int which)
{
    if (which < TABLES) return similarity_of(context, &tables[which]);
    if (which == TABLES) return popular_items(context);
    if (which == TABLES + 4) return blend_of_both(context);
    return encoder_over(context, which != TABLES + 1, which != TABLES + 2, which == TABLES + 3);
}

static void scores_are_those_of_lists(void **state)
{
    (void)state;
    for (int threads = 1; threads <= 3; threads += 2) {
        llmrec_context *context = context_with(threads);
        for (int which = 0; which < MAKERS; which++) {
            llmrec_recommender *recommender = make(context, which);
            for (uint64_t seed = 0; seed < 12; seed++) compare(recommender, seed + 1000 * (uint64_t)which);
            llmrec_recommender_free(recommender);
        }
        llmrec_context_free(context);
    }
}

static void *compare_many(void *recommender)
{
    for (uint64_t seed = 0; seed < 10; seed++) compare(recommender, seed);
    return NULL;
}

static void many_threads_score_at_once(void **state)
{
    enum { THREADS = 6 };
    pthread_t threads[THREADS];
    llmrec_context *context = context_with(2);
    llmrec_recommender *recommender = make(context, 0);
    (void)state;
    for (int i = 0; i < THREADS; i++) assert_int_equal(pthread_create(&threads[i], NULL, compare_many, recommender), 0);
    for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
    llmrec_recommender_free(recommender);
    llmrec_context_free(context);
}

/* --- prompts ----------------------------------------------------------------------------------------------------- */

static void prompts_score_by_their_lists(void **state)
{
    void (*const answers[])(model *, const char *, char *, size_t) = {oracle, first_is_best, names_some, oracle_letter};
    const int64_t forms[] = {LLMREC_PROMPT_RANK, LLMREC_PROMPT_RANK, LLMREC_PROMPT_GENLIST, LLMREC_PROMPT_CLASSIFY};
    (void)state;
    for (int i = 0; i < 4; i++) {
        world *w = begin(2, answers[i], NULL);
        llmrec_prompt_options options = options_of(forms[i]);
        options.candidates = 8;
        options.clusters = 5;
        llmrec_recommender *recommender = prompt(w, &options);
        for (uint64_t seed = 0; seed < 8; seed++) {
            question q;
            float scores[8 + SESSIONS * CANDIDATES];
            uint64_t state_of = seed;
            ask(&q, &state_of, ITEMS);
            assert_ok(llmrec_score(recommender, q.offsets, q.items, q.sessions, q.candidate_offsets, q.candidates, 0,
                                   scores));
            compare_calls(recommender, &q, scores);
            compare_with_all(recommender, &q, scores, 0);
        }
        llmrec_recommender_free(recommender);
        end(w);
    }
}

static void a_failing_model_ends_the_call(void **state)
{
    const int64_t offsets[] = {0, 1};
    const int32_t items[] = {3};
    float score = 0;
    world *w = begin(1, oracle, NULL);
    const llmrec_prompt_options options = options_of(LLMREC_PROMPT_RANK);
    llmrec_recommender *recommender = prompt(w, &options);
    (void)state;
    w->model.fail_from = 1;
    w->model.requests = 1;
    assert_failure(llmrec_score(recommender, offsets, items, 1, NULL, items, 1, &score), LLMREC_ERR_CALLBACK,
                   "callback returned");
    llmrec_recommender_free(recommender);
    end(w);
}

/* --- long calls -------------------------------------------------------------------------------------------------- */

typedef struct watch {
    int64_t events, stop_at, last;
    char stage[32];
} watch;

static llmrec_status on_progress(const llmrec_progress_event *event, void *user)
{
    watch *w = user;
    w->last = event->done;
    snprintf(w->stage, sizeof w->stage, "%s", event->stage);
    return ++w->events == w->stop_at ? LLMREC_ERR_CANCELED : LLMREC_OK;
}

static void long_calls_tell_and_stop(void **state)
{
    enum { MANY = 9000 };
    watch w = {0};
    llmrec_context_options told = context_options(2);
    told.progress = on_progress;
    told.progress_user = &w;
    llmrec_context *context = context_like(&told);
    llmrec_recommender *recommender = make(context, 4);
    int64_t *offsets = malloc((MANY + 1) * sizeof *offsets);
    int32_t *items = malloc(MANY * sizeof *items), candidates[600];
    float *scores = new_scores((size_t)MANY * 600), alone[600];
    uint64_t seed = 3;
    (void)state;
    for (int i = 0; i <= MANY; i++) offsets[i] = i;
    for (int i = 0; i < MANY; i++) items[i] = some_item(&seed, 90);
    for (int i = 0; i < 600; i++) candidates[i] = some_item(&seed, 90);
    w = (watch){0};
    assert_ok(llmrec_score(recommender, offsets, items, MANY, NULL, candidates, 600, scores));
    assert_string_equal(w.stage, "score");
    assert_int_equal(w.last, MANY);
    for (int i = 0; i < MANY; i += 977) {
        assert_ok(llmrec_score(recommender, offsets + i, items, 1, NULL, candidates, 600, alone));
        for (int j = 0; j < 600; j++) assert_true(same_bits(alone[j], scores[(size_t)i * 600 + (size_t)j]));
    }
    w = (watch){.stop_at = 1};
    assert_failure(llmrec_score(recommender, offsets, items, MANY, NULL, candidates, 600, scores), LLMREC_ERR_CANCELED,
                   "score");
    free(scores);
    free(items);
    free(offsets);
    llmrec_recommender_free(recommender);
    llmrec_context_free(context);
}

/* --- ids, and what is wrong -------------------------------------------------------------------------------------- */

static int32_t index_of(const llmrec_recommender *recommender, const char *wanted)
{
    const int64_t items = llmrec_recommender_items(recommender);
    for (int64_t i = 0; i < items; i++) {
        const char *id = NULL;
        size_t length = 0;
        assert_ok(llmrec_recommender_item_id(recommender, i, &id, &length));
        if (length == strlen(wanted) && memcmp(id, wanted, length) == 0) return (int32_t)i;
    }
    return -1;
}

static void ids_are_taken_too(void **state)
{
    static const char *const ids[] = {"x", "3", "nobody", "12xx"}, *const candidates[] = {"y", "4", "3", "nope", "13"};
    static const size_t lengths[] = {1, 1, 6, 2}, candidate_lengths[] = {1, 1, 1, 4, 2};
    static const int64_t offsets[] = {1, 3, 4}, candidate_offsets[] = {1, 2, 5};
    llmrec_context *context = context_with(1);
    llmrec_recommender *recommender = encoder_over(context, 0, 1, 0);
    float scores[5] = {-5, 0, 0, 0, 0}, wanted[4], table[8];
    int64_t unknown[2];
    const int32_t items[] = {index_of(recommender, "3"), -1, index_of(recommender, "12")},
                  indices[] = {index_of(recommender, "4"), items[0], -1, index_of(recommender, "13")};
    const int64_t plain[] = {0, 2, 3}, plain_candidates[] = {0, 1, 4};
    (void)state;
    assert_ok(llmrec_score_ids(recommender, offsets, ids, lengths, 2, candidate_offsets, candidates, candidate_lengths,
                               0, scores, unknown));
    assert_ok(llmrec_score(recommender, plain, items, 2, plain_candidates, indices, 0, wanted));
    assert_true(unknown[0] == 1 && unknown[1] == 0);
    assert_true(scores[0] == -5);
    for (int i = 0; i < 4; i++) assert_true(same_bits(scores[i + 1], wanted[i]));
    assert_true(!isnan(wanted[0]) && !isnan(wanted[1]) && isnan(wanted[2]) && !isnan(wanted[3]));
    assert_ok(llmrec_score_ids(recommender, offsets, ids, lengths, 2, NULL, candidates + 1, NULL, 4, table, NULL));
    assert_true(same_bits(table[0], wanted[0]) && same_bits(table[5], wanted[1]) && isnan(table[6]) &&
                same_bits(table[7], wanted[3]));
    llmrec_recommender_free(recommender);
    llmrec_context_free(context);
}

static void what_is_wrong_is_told(void **state)
{
    static const int64_t offsets[] = {0, 2}, falling[] = {2, 1}, negative[] = {-1, 1};
    static const int32_t items[] = {1, 2}, beyond[] = {1, CATALOG, -2};
    static const char *const ids[] = {"1", NULL};
    llmrec_context *context = context_with(1);
    llmrec_recommender *r = make(context, 0), *named = make(context, TABLES);
    float scores[3] = {5, 5, 5};
    int64_t *many = calloc(40001, sizeof *many);
    (void)state;
#define REFUSED(text, ...) assert_failure(llmrec_score(__VA_ARGS__, scores), LLMREC_ERR_ARGUMENT, text)
    REFUSED("recommender is NULL", NULL, offsets, items, 1, NULL, items, 2);
    REFUSED("offsets is NULL", r, NULL, items, 1, NULL, items, 2);
    REFUSED("items is NULL", r, offsets, NULL, 1, NULL, items, 2);
    REFUSED("candidates is NULL", r, offsets, items, 1, NULL, NULL, 2);
    REFUSED("offsets[0] is -1", r, negative, items, 1, NULL, items, 2);
    REFUSED("offsets[1] is 1, below the 2", r, falling, items, 1, NULL, items, 2);
    REFUSED("candidate_offsets[0] is -1", r, offsets, items, 1, negative, items, 2);
    REFUSED("candidate_offsets[1] is 1, below the 2", r, offsets, items, 1, falling, items, 2);
    REFUSED("items[1] (session 0) is 700; wanted -1 to 699", r, offsets, beyond, 1, NULL, items, 2);
    REFUSED("candidates[1] is 700; wanted -1 to 699", r, offsets, items, 1, NULL, beyond, 2);
    REFUSED("candidates[2] is -2", r, offsets, items, 1, NULL, (const int32_t[]){0, 0, -2}, 3);
    REFUSED("candidates[1] (session 0) is 700", r, offsets, items, 1, offsets, beyond, 0);
    REFUSED("sessions is -1", r, offsets, items, -1, NULL, items, 2);
    REFUSED("candidate_count is -1", r, offsets, items, 1, NULL, items, -1);
    REFUSED("sessions x candidate_count is 40000 x 281474976710656", r, many, items, 40000, NULL, items,
            (int64_t)1 << 48);
#undef REFUSED
    free(many);
    assert_failure(llmrec_score(r, offsets, items, 1, NULL, items, 2, NULL), LLMREC_ERR_ARGUMENT, "scores is NULL");
    assert_failure(llmrec_score_ids(r, offsets, ids, NULL, 1, NULL, ids, NULL, 1, scores, NULL), LLMREC_ERR_UNSUPPORTED,
                   "without item ids");
    assert_failure(llmrec_score_ids(named, offsets, ids, NULL, 1, NULL, ids, NULL, 1, scores, NULL),
                   LLMREC_ERR_ARGUMENT, "ids[1] is NULL");
    assert_true(scores[0] == 5 && scores[2] == 5);
    assert_ok(llmrec_score(r, NULL, NULL, 0, NULL, NULL, 0, NULL));
    assert_ok(llmrec_score(r, offsets, items, 1, NULL, NULL, 0, NULL));
    assert_ok(llmrec_score_ids(named, offsets, ids, NULL, 0, NULL, NULL, NULL, 0, NULL, NULL));
    llmrec_recommender_free(named);
    llmrec_recommender_free(r);
    llmrec_context_free(context);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scores_are_those_of_lists),    cmocka_unit_test(many_threads_score_at_once),
        cmocka_unit_test(prompts_score_by_their_lists), cmocka_unit_test(a_failing_model_ends_the_call),
        cmocka_unit_test(long_calls_tell_and_stop),     cmocka_unit_test(ids_are_taken_too),
        cmocka_unit_test(what_is_wrong_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
