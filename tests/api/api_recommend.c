/* SPDX-License-Identifier: Apache-2.0 */
/* Recommending through the public API: reference values, filters, ids, and refused arguments. */
#include <math.h>

#include "../support.h"

#define assert_near(a, b) assert_true(fabs((a) - (b)) < 1e-6)

enum { ITEMS = 6, DIM = 3 };
static const float table[ITEMS * DIM] = {1, 0, 0, .6f, .8f, 0, 0, 1, 0, 0, .6f, .8f, 0, 0, 1, -1, 0, 0};
static const char *const ids[ITEMS] = {"a", "bb", "c", "d", "e", "f"};
static const int32_t prompt[] = {0, 2, 3};
static const int64_t one_session[] = {0, 3};

/* Unreduced vectors, so that the values are those of the reference. */
static llmrec_recommender *similarity_with(int64_t weighting, int64_t decay, int64_t measure, int64_t dtype)
{
    llmrec_context *context = context_with(2);
    llmrec_embedding_options storage;
    llmrec_similarity_options options;
    llmrec_embedding *embedding = NULL;
    llmrec_recommender *recommender = NULL;
    assert_ok(llmrec_embedding_options_init(&storage, sizeof storage));
    storage.dtype = dtype;
    assert_ok(llmrec_embedding_create(context, table, ITEMS, DIM, ids, NULL, &storage, &embedding));
    assert_ok(llmrec_similarity_options_init(&options, sizeof options));
    options.weighting = weighting;
    options.decay = decay;
    options.measure = measure;
    options.reduce = LLMREC_REDUCE_NONE;
    assert_ok(llmrec_recommender_create_similarity(embedding, &options, &recommender));
    llmrec_embedding_free(embedding);
    llmrec_context_free(context);
    return recommender;
}

static llmrec_recommender *harmonic_cosine(void)
{
    return similarity_with(LLMREC_WEIGHTING_MEAN, LLMREC_DECAY_HARMONIC, LLMREC_MEASURE_COSINE, LLMREC_DTYPE_FLOAT32);
}

/* Scores of all items for the prompt, by item. */
static void all_scores(const llmrec_recommender *recommender, float scores[ITEMS])
{
    llmrec_recommend_options options;
    int32_t items[ITEMS], count = 0;
    float ranked[ITEMS];
    assert_ok(llmrec_recommend_options_init(&options, sizeof options));
    options.keep_seen = 1;
    assert_ok(llmrec_recommend(recommender, one_session, prompt, 1, ITEMS, &options, items, ranked, &count));
    assert_int_equal(count, ITEMS);
    for (int i = 0; i < ITEMS; i++) scores[items[i]] = ranked[i];
}

typedef struct reference {
    int64_t weighting, decay, measure;
    float scores[ITEMS];
    int32_t list[3];
} reference;

static const reference references[] = {
    {LLMREC_WEIGHTING_MEAN,
     LLMREC_DECAY_NONE,
     LLMREC_MEASURE_COSINE,
     {.48795004f, .91734607f, .78072006f, .78072006f, .39036003f, -.48795004f},
     {1, 4, 5}},
    {LLMREC_WEIGHTING_MEAN,
     LLMREC_DECAY_NONE,
     LLMREC_MEASURE_DOT,
     {.33333333f, .62666667f, .53333333f, .53333333f, .26666667f, -.33333333f},
     {1, 4, 5}},
    {LLMREC_WEIGHTING_MEAN,
     LLMREC_DECAY_NONE,
     LLMREC_MEASURE_EUCLIDEAN,
     {.52786405f, .68405057f, .61257411f, .61257411f, .50862325f, .40640602f},
     {1, 4, 5}},
    {LLMREC_WEIGHTING_MEAN,
     LLMREC_DECAY_HARMONIC,
     LLMREC_MEASURE_COSINE,
     {.23802778f, .77121001f, .78549167f, .92830834f, .57126667f, -.23802778f},
     {1, 4, 5}},
    {LLMREC_WEIGHTING_MEAN,
     LLMREC_DECAY_HARMONIC,
     LLMREC_MEASURE_DOT,
     {.18181818f, .58909091f, .6f, .70909091f, .43636364f, -.18181818f},
     {1, 4, 5}},
    {LLMREC_WEIGHTING_MEAN,
     LLMREC_DECAY_HARMONIC,
     LLMREC_MEASURE_EUCLIDEAN,
     {.47518099f, .61101414f, .6175697f, .71095549f, .54257704f, .41746892f},
     {1, 4, 5}},
    {LLMREC_WEIGHTING_LAST, LLMREC_DECAY_NONE, LLMREC_MEASURE_COSINE, {0, .48f, .6f, 1, .8f, 0}, {4, 1, 5}},
};

static void similarity_gives_the_reference_scores_and_lists(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof references / sizeof *references; i++) {
        const reference *r = &references[i];
        llmrec_recommender *recommender = similarity_with(r->weighting, r->decay, r->measure, LLMREC_DTYPE_FLOAT32);
        float scores[ITEMS], ranked[3];
        int32_t items[3], count = 0;
        all_scores(recommender, scores);
        for (int item = 0; item < ITEMS; item++) assert_near(scores[item], r->scores[item]);
        assert_ok(llmrec_recommend(recommender, one_session, prompt, 1, 3, NULL, items, ranked, &count));
        assert_int_equal(count, 3);
        assert_memory_equal(items, r->list, sizeof items);
        llmrec_recommender_free(recommender);
    }
}

static void half_precision_tables_work_alike(void **state)
{
    llmrec_recommender *recommender =
        similarity_with(LLMREC_WEIGHTING_MEAN, LLMREC_DECAY_HARMONIC, LLMREC_MEASURE_COSINE, LLMREC_DTYPE_FLOAT16);
    float scores[ITEMS];
    (void)state;
    all_scores(recommender, scores);
    for (int item = 0; item < ITEMS; item++) assert_true(fabs(scores[item] - references[3].scores[item]) < 1e-3);
    llmrec_recommender_free(recommender);
}

static void seen_items_stay_where_they_are_asked_for(void **state)
{
    llmrec_recommender *recommender = harmonic_cosine();
    static const int32_t wanted[] = {3, 2, 1, 4, 0, 5};
    llmrec_recommend_options options;
    int32_t items[ITEMS], count = 0;
    (void)state;
    assert_ok(llmrec_recommend_options_init(&options, sizeof options));
    options.keep_seen = 1;
    assert_ok(llmrec_recommend(recommender, one_session, prompt, 1, ITEMS, &options, items, NULL, &count));
    assert_int_equal(count, ITEMS);
    assert_memory_equal(items, wanted, sizeof wanted);
    llmrec_recommender_free(recommender);
}

/* Recommends for the prompt and compares the list. */
static void check_list(const llmrec_recommender *recommender, const llmrec_recommend_options *options, int64_t k,
                       const int32_t *wanted, int32_t wanted_count)
{
    int32_t items[16], count = -1;
    for (int i = 0; i < 16; i++) items[i] = -7;
    assert_ok(llmrec_recommend(recommender, one_session, prompt, 1, k, options, items, NULL, &count));
    assert_int_equal(count, wanted_count);
    for (int i = 0; i < wanted_count; i++) assert_int_equal(items[i], wanted[i]);
    for (int i = wanted_count; i < 16; i++) assert_int_equal(items[i], -7);
}

static void allow_and_deny_lists_are_obeyed(void **state)
{
    llmrec_recommender *recommender = harmonic_cosine();
    static const int32_t few[] = {5, 3, 1, 1}, bad[] = {1, 4, 1}, none[] = {0};
    llmrec_recommend_options options;
    (void)state;
    assert_ok(llmrec_recommend_options_init(&options, sizeof options));
    options.allow = few;
    options.allow_count = 4;
    check_list(recommender, &options, 10, (const int32_t[]){1, 5}, 2);
    options.keep_seen = 1;
    check_list(recommender, &options, 10, (const int32_t[]){3, 1, 5}, 3);
    options.deny = bad;
    options.deny_count = 3;
    check_list(recommender, &options, 10, (const int32_t[]){3, 5}, 2);
    check_list(recommender, &options, 1, (const int32_t[]){3}, 1);
    options.allow = NULL;
    options.allow_count = 0;
    check_list(recommender, &options, 10, (const int32_t[]){3, 2, 0, 5}, 4);
    options.allow = none; /* an empty list is different from no list */
    check_list(recommender, &options, 10, none, 0);
    options.allow = prompt;
    options.allow_count = 3;
    options.keep_seen = 0;
    check_list(recommender, &options, 10, none, 0);
    llmrec_recommender_free(recommender);
}

static void sessions_without_a_known_item_get_no_list(void **state)
{
    static const int64_t offsets[] = {2, 2, 4, 7, 8};
    static const int32_t items[] = {-5, 99, -1, -1, -1, 3, -1, 3};
    llmrec_recommender *recommender = harmonic_cosine();
    int32_t recommended[4 * 2], counts[4];
    float scores[4 * 2];
    (void)state;
    assert_ok(llmrec_recommend(recommender, offsets, items, 4, 2, NULL, recommended, scores, counts));
    assert_int_equal(counts[0], 0);
    assert_int_equal(counts[1], 0);
    assert_int_equal(counts[2], 2);
    assert_int_equal(counts[3], 2);
    assert_memory_equal(recommended + 4, recommended + 6, 2 * sizeof *recommended);
    assert_memory_equal(scores + 4, scores + 6, 2 * sizeof *scores);
    llmrec_recommender_free(recommender);
}

static void no_sessions_are_no_work(void **state)
{
    llmrec_recommender *recommender = harmonic_cosine();
    (void)state;
    assert_ok(llmrec_recommend(recommender, NULL, NULL, 0, 5, NULL, NULL, NULL, NULL));
    assert_ok(llmrec_recommend_ids(recommender, NULL, NULL, NULL, 0, 5, NULL, NULL, NULL, NULL, NULL));
    llmrec_recommender_free(recommender);
}

static llmrec_status keep_line(const llmrec_log_event *event, void *user)
{
    snprintf(user, 128, "%s: %s", event->room, event->message);
    return LLMREC_OK;
}

static void external_ids_work_and_unknown_ones_are_told(void **state)
{
    static const char *const given[] = {"a", "new\n", "c", "d!", "x"};
    static const size_t lengths[] = {1, 4, 1, 1, 1};
    static const int64_t offsets[] = {0, 4, 5};
    char line[128] = "";
    llmrec_context_options context_options;
    llmrec_context *context = NULL;
    llmrec_embedding *embedding = NULL;
    llmrec_recommender *recommender = NULL;
    llmrec_similarity_options options;
    int32_t items[6], counts[2];
    int64_t unknown[2];
    const char *id = NULL;
    size_t length = 0;
    (void)state;
    llmrec_context_options_init(&context_options, sizeof context_options);
    context_options.log = keep_line;
    context_options.log_user = line;
    assert_ok(llmrec_context_create(&context_options, &context));
    assert_ok(llmrec_embedding_create(context, table, ITEMS, DIM, ids, NULL, NULL, &embedding));
    assert_ok(llmrec_similarity_options_preset(&options, sizeof options, "harte2023"));
    options.weighting = LLMREC_WEIGHTING_MEAN;
    assert_ok(llmrec_recommender_create_similarity(embedding, &options, &recommender));
    assert_ok(llmrec_recommend_ids(recommender, offsets, given, lengths, 2, 3, NULL, items, NULL, counts, unknown));
    assert_int_equal(counts[0], 3);
    assert_int_equal(counts[1], 0);
    assert_true(items[0] == 1 && items[1] == 4 && items[2] == 5);
    assert_true(unknown[0] == 1 && unknown[1] == 1);
    assert_string_equal(line, "rank: 2 unknown item ids skipped, the first: ids[1] \"new\\x0A\"");
    assert_ok(llmrec_recommender_item_id(recommender, items[0], &id, &length));
    assert_int_equal(length, 2);
    assert_memory_equal(id, "bb", 2);
    assert_failure(llmrec_recommender_item_id(recommender, 6, &id, &length), LLMREC_ERR_ARGUMENT, "item is 6",
                   "0 to 5");
    llmrec_recommender_free(recommender);
    llmrec_embedding_free(embedding);
    llmrec_context_free(context);
}

static llmrec_status stop(const llmrec_progress_event *event, void *user)
{
    snprintf(user, 64, "%s: %d of %d %s", event->stage, (int)event->done, (int)event->total, event->unit);
    return LLMREC_ERR_CANCELED;
}

static void long_calls_tell_their_progress_and_can_be_canceled(void **state)
{
    enum { MANY_SESSIONS = 3000 };
    static int64_t offsets[MANY_SESSIONS + 1];
    static int32_t items[MANY_SESSIONS], recommended[MANY_SESSIONS], counts[MANY_SESSIONS];
    char heard[64] = "";
    llmrec_context_options options;
    llmrec_similarity_options similarity;
    llmrec_context *context = NULL;
    llmrec_embedding *embedding = NULL;
    llmrec_recommender *recommender = NULL;
    (void)state;
    for (int i = 0; i < MANY_SESSIONS; i++) offsets[i + 1] = i + 1;
    llmrec_context_options_init(&options, sizeof options);
    options.progress = stop;
    options.progress_user = heard;
    assert_ok(llmrec_context_create(&options, &context));
    assert_ok(llmrec_embedding_create(context, table, ITEMS, DIM, NULL, NULL, NULL, &embedding));
    assert_ok(llmrec_similarity_options_preset(&similarity, sizeof similarity, "harte2023"));
    assert_ok(llmrec_recommender_create_similarity(embedding, &similarity, &recommender));
    assert_failure(llmrec_recommend(recommender, offsets, items, MANY_SESSIONS, 1, NULL, recommended, NULL, counts),
                   LLMREC_ERR_CANCELED, "recommend", "sessions");
    assert_non_null(strstr(heard, "of 3000 sessions"));
    heard[0] = '\0';
    assert_ok(llmrec_recommend(recommender, offsets, items, 5, 1, NULL, recommended, NULL, counts));
    assert_string_equal(heard, ""); /* a short call reports no stage */
    llmrec_recommender_free(recommender);
    llmrec_embedding_free(embedding);
    llmrec_context_free(context);
}

static void ids_are_refused_where_the_table_has_none(void **state)
{
    static const char *const given[] = {"a"};
    static const int64_t offsets[] = {0, 1};
    llmrec_context *context = context_with(1);
    llmrec_embedding *embedding = NULL;
    llmrec_recommender *recommender = NULL;
    llmrec_similarity_options options;
    int32_t items[1], count = 7;
    (void)state;
    assert_ok(llmrec_embedding_create(context, table, ITEMS, DIM, NULL, NULL, NULL, &embedding));
    assert_ok(llmrec_similarity_options_preset(&options, sizeof options, "harte2023"));
    assert_ok(llmrec_recommender_create_similarity(embedding, &options, &recommender));
    assert_failure(llmrec_recommend_ids(recommender, offsets, given, NULL, 1, 1, NULL, items, NULL, &count, NULL),
                   LLMREC_ERR_UNSUPPORTED, "without item ids");
    assert_int_equal(count, 7);
    llmrec_recommender_free(recommender);
    llmrec_embedding_free(embedding);
    llmrec_context_free(context);
}

static void bad_calls_are_refused_with_the_place(void **state)
{
    static const int64_t falling[] = {0, 3, 2}, negative[] = {-1, 3};
    static const int32_t outside[] = {0, 6, 3}, below[] = {0, 2, -2};
    llmrec_recommender *r = harmonic_cosine();
    llmrec_recommend_options options;
    int32_t items[6], counts[2] = {7, 7};
    (void)state;
    llmrec_recommend_options_init(&options, sizeof options);
#define REFUSED(...) assert_failure(__VA_ARGS__)
    REFUSED(llmrec_recommend(NULL, one_session, prompt, 1, 3, NULL, items, NULL, counts), LLMREC_ERR_ARGUMENT,
            "recommender is NULL");
    REFUSED(llmrec_recommend(r, one_session, prompt, 1, 0, NULL, items, NULL, counts), LLMREC_ERR_ARGUMENT, "k is 0");
    REFUSED(llmrec_recommend(r, one_session, prompt, 2, INT64_MAX, NULL, items, NULL, counts), LLMREC_ERR_ARGUMENT,
            "sessions x k is 2 x 9223372036854775807");
    REFUSED(llmrec_recommend(r, NULL, prompt, 1, 3, NULL, items, NULL, counts), LLMREC_ERR_ARGUMENT, "offsets is NULL");
    REFUSED(llmrec_recommend(r, one_session, NULL, 1, 3, NULL, items, NULL, counts), LLMREC_ERR_ARGUMENT,
            "items is NULL");
    REFUSED(llmrec_recommend(r, one_session, prompt, 1, 3, NULL, NULL, NULL, counts), LLMREC_ERR_ARGUMENT,
            "recommended is NULL");
    REFUSED(llmrec_recommend(r, falling, prompt, 2, 3, NULL, items, NULL, counts), LLMREC_ERR_ARGUMENT,
            "offsets[2] is 2", "the 3 before");
    REFUSED(llmrec_recommend(r, negative, prompt, 1, 3, NULL, items, NULL, counts), LLMREC_ERR_ARGUMENT,
            "offsets[0] is -1");
    REFUSED(llmrec_recommend(r, one_session, outside, 1, 3, NULL, items, NULL, counts), LLMREC_ERR_ARGUMENT,
            "items[1] (session 0) is 6", "-1 to 5");
    REFUSED(llmrec_recommend(r, one_session, below, 1, 3, NULL, items, NULL, counts), LLMREC_ERR_ARGUMENT,
            "items[2] (session 0) is -2");
    options.keep_seen = 2;
    REFUSED(llmrec_recommend(r, one_session, prompt, 1, 3, &options, items, NULL, counts), LLMREC_ERR_ARGUMENT,
            "keep_seen is 2");
    options.keep_seen = 0;
    options.deny = outside;
    options.deny_count = 2;
    REFUSED(llmrec_recommend(r, one_session, prompt, 1, 3, &options, items, NULL, counts), LLMREC_ERR_ARGUMENT,
            "deny[1] is 6", "0 to 5");
    options.deny_count = 0;
    options.allow = NULL;
    options.allow_count = 2;
    REFUSED(llmrec_recommend(r, one_session, prompt, 1, 3, &options, items, NULL, counts), LLMREC_ERR_ARGUMENT,
            "allow is NULL with 2 items");
    options.size = 3;
    REFUSED(llmrec_recommend(r, one_session, prompt, 1, 3, &options, items, NULL, counts), LLMREC_ERR_ABI, "size is 3");
#undef REFUSED
    assert_true(counts[0] == 7 && counts[1] == 7);
    llmrec_recommender_free(r);
}

static void bad_similarity_options_are_refused(void **state)
{
    llmrec_context *context = context_with(1);
    llmrec_embedding *embedding = NULL;
    llmrec_recommender *recommender = NULL;
    llmrec_similarity_options options;
    float far[] = {1, 2, 3e20f, 4};
    (void)state;
    assert_failure(llmrec_similarity_options_preset(&options, sizeof options, "best"), LLMREC_ERR_ARGUMENT, "\"best\"",
                   "harte2023", "boz2024", "default");
    assert_ok(llmrec_similarity_options_preset(&options, sizeof options, "harte2023"));
    assert_ok(llmrec_embedding_create(context, far, 2, 2, NULL, NULL, NULL, &embedding));
    assert_failure(llmrec_recommender_create_similarity(NULL, &options, &recommender), LLMREC_ERR_ARGUMENT, "NULL");
    assert_failure(llmrec_recommender_create_similarity(embedding, &options, &recommender), LLMREC_ERR_NUMERIC, "row 1",
                   "1e+18");
    options.decay = 9;
    assert_failure(llmrec_recommender_create_similarity(embedding, &options, &recommender), LLMREC_ERR_ARGUMENT,
                   "decay is 9", "0 to 8");
    options.decay = 0;
    options.decay_rate = NAN;
    assert_failure(llmrec_recommender_create_similarity(embedding, &options, &recommender), LLMREC_ERR_ARGUMENT,
                   "decay_rate is nan");
    assert_null(recommender);
    llmrec_embedding_free(embedding);
    llmrec_context_free(context);
}

static void names_and_descriptions_tell_what_is_in_force(void **state)
{
    llmrec_recommender *recommender =
        similarity_with(LLMREC_WEIGHTING_MEAN, LLMREC_DECAY_EXPONENTIAL, LLMREC_MEASURE_DOT, LLMREC_DTYPE_FLOAT32);
    (void)state;
    assert_string_equal(llmrec_recommender_name(recommender), "similarity");
    assert_string_equal(
        described(recommender),
        "{\"kind\":\"recommender\",\"strategy\":\"similarity\",\"name\":\"similarity\",\"items\":6,\"options\":{"
        "\"weighting\":\"mean\",\"decay\":\"exponential\","
        "\"decay_rate\":0.5,\"measure\":\"dot\",\"reduce\":\"none\",\"reduce_dim\":0,\"reduce_power\":1,"
        "\"reduce_ridge\":0,\"seed\":0},\"items_with_vectors\":6,\"dim\":3}");
    assert_int_equal(llmrec_recommender_items(recommender), ITEMS);
    llmrec_recommender_free(recommender);
    llmrec_recommender_free(NULL);
}

enum { MANY = 60, MANY_DIM = 12 };

/* Vectors of low rank: the last four are combinations of the others. */
static llmrec_embedding *many_rows(llmrec_context *context)
{
    static float values[MANY * MANY_DIM];
    llmrec_embedding *embedding = NULL;
    for (int i = 0; i < MANY; i++)
        for (int j = 0; j < MANY_DIM; j++) {
            float *row = values + i * MANY_DIM;
            row[j] = j < 8 ? (float)sin(1 + i * 1.7 + j * j * .9 + i * j * .31) : row[j - 8] + 2 * row[j - 7];
        }
    assert_ok(llmrec_embedding_create(context, values, MANY, MANY_DIM, NULL, NULL, NULL, &embedding));
    return embedding;
}

/* A preset's table must equal the table that the reducer makes directly. */
static void check_preset(const char *preset, int64_t dim, int64_t wanted_dim)
{
    static const int64_t offsets[] = {0, 3, 4};
    static const int32_t items[] = {7, 41, 3, 59};
    llmrec_context *context = context_with(2);
    llmrec_embedding *embedding = many_rows(context), *reduced = NULL;
    llmrec_similarity_options options;
    llmrec_reducer_options reducing;
    llmrec_reducer *reducer = NULL;
    llmrec_recommender *one = NULL, *other = NULL;
    int32_t lists[2][2 * 10], counts[2][2];
    float scores[2][2 * 10];
    char ending[16];
    assert_ok(llmrec_similarity_options_preset(&options, sizeof options, preset));
    assert_ok(llmrec_recommender_create_similarity(embedding, &options, &one));
    assert_ok(llmrec_reducer_options_init(&reducing, sizeof reducing));
    reducing.method = options.reduce;
    reducing.dim = dim;
    reducing.power = options.reduce_power;
    reducing.ridge = options.reduce_ridge;
    assert_ok(llmrec_reducer_fit(embedding, &reducing, &reducer));
    assert_ok(llmrec_reducer_apply(reducer, embedding, &reduced));
    assert_int_equal(llmrec_embedding_dim(reduced), wanted_dim);
    options.reduce = LLMREC_REDUCE_NONE;
    assert_ok(llmrec_recommender_create_similarity(reduced, &options, &other));
    assert_ok(llmrec_recommend(one, offsets, items, 2, 10, NULL, lists[0], scores[0], counts[0]));
    assert_ok(llmrec_recommend(other, offsets, items, 2, 10, NULL, lists[1], scores[1], counts[1]));
    assert_int_equal(counts[0][0], 10);
    assert_memory_equal(lists[0], lists[1], sizeof lists[0]);
    assert_memory_equal(scores[0], scores[1], sizeof scores[0]);
    snprintf(ending, sizeof ending, "\"dim\":%d}", (int)wanted_dim);
    assert_non_null(strstr(described(one), ending));
    llmrec_recommender_free(one);
    llmrec_recommender_free(other);
    llmrec_reducer_free(reducer);
    llmrec_embedding_free(reduced);
    llmrec_embedding_free(embedding);
    llmrec_context_free(context);
}

static void presets_reduce_the_table_as_they_say(void **state)
{
    (void)state;
    check_preset("default", 0, 8);
    check_preset("boz2024", 0, 8); /* 512 directions, or all if there are fewer */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(similarity_gives_the_reference_scores_and_lists),
        cmocka_unit_test(half_precision_tables_work_alike),
        cmocka_unit_test(seen_items_stay_where_they_are_asked_for),
        cmocka_unit_test(allow_and_deny_lists_are_obeyed),
        cmocka_unit_test(sessions_without_a_known_item_get_no_list),
        cmocka_unit_test(no_sessions_are_no_work),
        cmocka_unit_test(external_ids_work_and_unknown_ones_are_told),
        cmocka_unit_test(long_calls_tell_their_progress_and_can_be_canceled),
        cmocka_unit_test(ids_are_refused_where_the_table_has_none),
        cmocka_unit_test(bad_calls_are_refused_with_the_place),
        cmocka_unit_test(bad_similarity_options_are_refused),
        cmocka_unit_test(presets_reduce_the_table_as_they_say),
        cmocka_unit_test(names_and_descriptions_tell_what_is_in_force),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
