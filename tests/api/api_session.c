/* SPDX-License-Identifier: Apache-2.0 */
/* Live sessions: at every moment they equal llmrec_recommend on all their items, bit for bit. */
#include <pthread.h>

#include "../training_data.h"

enum { ITEMS = 40, DIM = 18, LONGEST = 20, K = 6 };

static llmrec_recommender *popular(llmrec_context *context, const llmrec_dataset *dataset)
{
    llmrec_recommender *recommender = NULL;
    (void)context;
    assert_ok(llmrec_recommender_create_popularity(dataset, &recommender));
    return recommender;
}

static llmrec_recommender *similar(llmrec_context *context, const llmrec_dataset *dataset)
{
    float values[ITEMS * DIM];
    uint64_t state = 4;
    llmrec_embedding *table = NULL;
    llmrec_recommender *recommender = NULL;
    (void)dataset;
    for (size_t i = 0; i < ITEMS * DIM; i++) values[i] = ((float)(next_number(&state) % 2001) - 1000) / 1000;
    assert_ok(llmrec_embedding_create(context, values, ITEMS, DIM, NULL, NULL, NULL, &table));
    assert_ok(llmrec_recommender_create_similarity(table, NULL, &recommender));
    llmrec_embedding_free(table);
    return recommender;
}

static llmrec_recommender *of_network(const llmrec_dataset *dataset, const llmrec_encoder_options *network)
{
    llmrec_encoder *encoder = encoder_of(dataset, network);
    llmrec_recommender *recommender = NULL;
    assert_ok(llmrec_recommender_create_encoder(encoder, &recommender));
    llmrec_encoder_free(encoder);
    return recommender;
}

/* Weights as large as in a trained network, and heads that do not fill its dim. */
static llmrec_encoder_options wild_network(int64_t causal, int64_t left_aligned)
{
    llmrec_encoder_options network = small_network();
    network.dim = DIM;
    network.layers = 2;
    network.heads = 4;
    network.max_length = 12;
    network.init_deviation = 0.5;
    network.causal = causal;
    network.left_aligned = left_aligned;
    return network;
}

static llmrec_recommender *bidirectional(llmrec_context *context, const llmrec_dataset *dataset)
{
    const llmrec_encoder_options network = wild_network(0, 1);
    (void)context;
    return of_network(dataset, &network);
}

static llmrec_recommender *right_aligned(llmrec_context *context, const llmrec_dataset *dataset)
{
    const llmrec_encoder_options network = wild_network(1, 0);
    (void)context;
    return of_network(dataset, &network);
}

static llmrec_recommender *left_aligned(llmrec_context *context, const llmrec_dataset *dataset)
{
    const llmrec_encoder_options network = wild_network(1, 1);
    (void)context;
    return of_network(dataset, &network);
}

static llmrec_recommender *left_aligned_pre_norm(llmrec_context *context, const llmrec_dataset *dataset)
{
    llmrec_encoder_options network = wild_network(1, 1);
    (void)context;
    network.pre_norm = network.final_norm = 1;
    network.head = network.output_bias = 0;
    network.layers = 3;
    return of_network(dataset, &network);
}

static llmrec_recommender *filtered(llmrec_context *context, const llmrec_dataset *dataset)
{
    llmrec_encoder_options network = wild_network(1, 1);
    (void)context;
    network.filter_share = 0.6;
    return of_network(dataset, &network);
}

static llmrec_recommender *padded(llmrec_context *context, const llmrec_dataset *dataset)
{
    llmrec_encoder_options network = wild_network(1, 1);
    (void)context;
    network.pad_with_mask = 1;
    return of_network(dataset, &network);
}

static llmrec_recommender *without_layers(llmrec_context *context, const llmrec_dataset *dataset)
{
    llmrec_encoder_options network = wild_network(1, 1);
    (void)context;
    network.layers = 0;
    return of_network(dataset, &network);
}

typedef llmrec_recommender *(*maker)(llmrec_context *, const llmrec_dataset *);
static const maker makers[] = {popular,  similar, bidirectional, right_aligned, left_aligned, left_aligned_pre_norm,
                               filtered, padded,  without_layers};
enum { MAKERS = sizeof makers / sizeof *makers };

/* A live session that grows by zero, one or a few items at a time, compared with a whole session. */
static void compare_as_it_grows(const llmrec_recommender *recommender, uint64_t seed)
{
    static const int32_t denied[] = {3, 17};
    int32_t items[LONGEST + 4], wanted[K], found[K], wanted_count = 0, count = 0;
    float wanted_scores[K], scores[K];
    llmrec_recommend_options options;
    llmrec_session *session = NULL;
    int64_t offsets[2] = {0, 0}, known = 0;
    assert_ok(llmrec_recommend_options_init(&options, sizeof options));
    options.deny = denied;
    options.deny_count = 2;
    assert_ok(llmrec_session_create(recommender, &session));
    while (offsets[1] < LONGEST) {
        const int64_t more = next_number(&seed) % 4;
        options.keep_seen = next_number(&seed) % 2;
        for (int64_t i = 0; i < more; i++) {
            items[offsets[1] + i] = next_number(&seed) % 7 == 0 ? -1 : (int32_t)(next_number(&seed) % ITEMS);
            known += items[offsets[1] + i] >= 0;
        }
        assert_ok(llmrec_session_append(session, items + offsets[1], (size_t)more));
        offsets[1] += more;
        assert_int_equal(llmrec_session_length(session), known);
        if (next_number(&seed) % 5 == 0) continue; /* no recommendation at this length */
        assert_ok(llmrec_recommend(recommender, offsets, items, 1, K, &options, wanted, wanted_scores, &wanted_count));
        assert_ok(llmrec_session_recommend(session, K, &options, found, scores, &count));
        assert_int_equal(count, wanted_count);
        assert_memory_equal(found, wanted, (size_t)count * sizeof *found);
        assert_memory_equal(scores, wanted_scores, (size_t)count * sizeof *scores);
    }
    llmrec_session_free(session);
}

static void a_session_gets_what_all_its_items_get(void **state)
{
    llmrec_context *context = context_with(2);
    llmrec_dataset *dataset = rounds(context, 80, ITEMS, 1);
    (void)state;
    for (size_t m = 0; m < MAKERS; m++) {
        llmrec_recommender *recommender = makers[m](context, dataset);
        for (uint64_t seed = 0; seed < 30; seed++) compare_as_it_grows(recommender, seed);
        llmrec_recommender_free(recommender);
    }
    llmrec_dataset_free(dataset);
    llmrec_context_free(context);
}

static void *grow_many(void *recommender)
{
    for (uint64_t seed = 0; seed < 40; seed++) compare_as_it_grows(recommender, seed);
    return NULL;
}

static void many_threads_have_sessions_of_one_recommender(void **state)
{
    enum { THREADS = 8 };
    pthread_t threads[THREADS];
    llmrec_context *context = context_with(2);
    llmrec_dataset *dataset = rounds(context, 80, ITEMS, 1);
    llmrec_recommender *recommender = left_aligned(context, dataset);
    (void)state;
    for (int i = 0; i < THREADS; i++) assert_int_equal(pthread_create(&threads[i], NULL, grow_many, recommender), 0);
    for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
    llmrec_recommender_free(recommender);
    llmrec_dataset_free(dataset);
    llmrec_context_free(context);
}

static void ids_are_taken_too_and_everything_else_may_go(void **state)
{
    static const char *const ids[] = {"3", "nobody", "12xx"};
    static const size_t lengths[] = {1, 6, 2};
    const int64_t offsets[2] = {0, 2};
    llmrec_context *context = context_with(1);
    llmrec_dataset *dataset = rounds(context, 80, ITEMS, 1);
    llmrec_recommender *recommender = left_aligned(context, dataset);
    llmrec_session *session = NULL;
    int64_t unknown = 7;
    int32_t wanted[K], found[K], count = 0;
    (void)state;
    const int32_t items[2] = {(int32_t)llmrec_dataset_find_item(dataset, "3", 1),
                              (int32_t)llmrec_dataset_find_item(dataset, "12", 2)};
    assert_ok(llmrec_recommend(recommender, offsets, items, 1, K, NULL, wanted, NULL, &count));
    assert_ok(llmrec_session_create(recommender, &session));
    llmrec_recommender_free(recommender);
    llmrec_dataset_free(dataset);
    llmrec_context_free(context);
    assert_ok(llmrec_session_append_ids(session, ids, lengths, 3, &unknown));
    assert_int_equal(unknown, 1);
    assert_int_equal(llmrec_session_length(session), 2);
    assert_ok(llmrec_session_recommend(session, K, NULL, found, NULL, &count));
    assert_int_equal(count, K);
    assert_memory_equal(found, wanted, sizeof found);
    llmrec_session_free(session);
}

static void what_is_wrong_is_told_and_changes_nothing(void **state)
{
    static const char *const ids[] = {"1", NULL};
    static const int32_t items[] = {1, ITEMS, 2};
    llmrec_context *context = context_with(1);
    llmrec_dataset *dataset = rounds(context, 80, ITEMS, 1);
    llmrec_recommender *recommender = left_aligned(context, dataset), *nameless = similar(context, dataset);
    llmrec_session *session = NULL, *of_table = NULL;
    int32_t found[K] = {-9}, count = 5;
    (void)state;
    assert_failure(llmrec_session_create(NULL, &session), LLMREC_ERR_ARGUMENT, "recommender is NULL");
    assert_ok(llmrec_session_create(recommender, &session));
    assert_ok(llmrec_session_create(nameless, &of_table));
    assert_failure(llmrec_session_append(session, items, 3), LLMREC_ERR_ARGUMENT, "items[1] is 40; wanted -1 to 39");
    assert_failure(llmrec_session_append(session, NULL, 3), LLMREC_ERR_ARGUMENT, "items is NULL");
    assert_failure(llmrec_session_append_ids(session, ids, NULL, 2, NULL), LLMREC_ERR_ARGUMENT, "ids[1] is NULL");
    assert_failure(llmrec_session_append_ids(of_table, ids, NULL, 1, NULL), LLMREC_ERR_UNSUPPORTED, "without item ids");
    assert_int_equal(llmrec_session_length(session), 0);
    assert_failure(llmrec_session_recommend(session, 0, NULL, found, NULL, &count), LLMREC_ERR_ARGUMENT, "k is 0");
    assert_failure(llmrec_session_recommend(session, K, NULL, NULL, NULL, &count), LLMREC_ERR_ARGUMENT, "recommended");
    assert_failure(llmrec_session_recommend(NULL, K, NULL, found, NULL, &count), LLMREC_ERR_ARGUMENT,
                   "session is NULL");
    assert_int_equal(count, 5);
    assert_int_equal(found[0], -9);
    assert_ok(llmrec_session_recommend(session, K, NULL, found, NULL, &count));
    assert_int_equal(count, 0);
    assert_ok(llmrec_session_append(session, NULL, 0));
    assert_int_equal(llmrec_session_length(NULL), 0);
    llmrec_session_free(NULL);
    llmrec_session_free(session);
    llmrec_session_free(of_table);
    llmrec_recommender_free(recommender);
    llmrec_recommender_free(nameless);
    llmrec_dataset_free(dataset);
    llmrec_context_free(context);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_session_gets_what_all_its_items_get),
        cmocka_unit_test(many_threads_have_sessions_of_one_recommender),
        cmocka_unit_test(ids_are_taken_too_and_everything_else_may_go),
        cmocka_unit_test(what_is_wrong_is_told_and_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
