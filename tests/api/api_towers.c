/* SPDX-License-Identifier: Apache-2.0 */
/* Vectors of sessions and items: their measure is the score, to rounding; and items similar to an item. */
#include "../training_data.h"

enum { CATALOG = 640, WIDTH = 20, SESSIONS = 30, LONGEST = 6, K = 7 };

static llmrec_recommender *similarity_of(llmrec_context *context, int64_t measure, int64_t dtype, int64_t reduce)
{
    static float values[CATALOG * WIDTH];
    static char texts[CATALOG][8];
    const char *ids[CATALOG];
    uint64_t seed = 8;
    llmrec_embedding_options storage;
    llmrec_similarity_options options;
    llmrec_embedding *table = NULL;
    llmrec_recommender *recommender = NULL;
    for (int i = 0; i < CATALOG * WIDTH; i++) values[i] = ((float)(next_number(&seed) % 2001) - 1000) / 700;
    for (int i = 0; i < CATALOG; i++) {
        snprintf(texts[i], sizeof texts[i], "i%d", i);
        ids[i] = texts[i];
    }
    assert_ok(llmrec_embedding_options_init(&storage, sizeof storage));
    storage.dtype = dtype;
    assert_ok(llmrec_similarity_options_init(&options, sizeof options));
    options.measure = measure;
    options.reduce = reduce;
    assert_ok(llmrec_embedding_create(context, values, CATALOG, WIDTH, ids, NULL, &storage, &table));
    assert_ok(llmrec_recommender_create_similarity(table, &options, &recommender));
    llmrec_embedding_free(table);
    return recommender;
}

static llmrec_recommender *encoder_over(llmrec_context *context, int64_t causal, int64_t bias)
{
    llmrec_encoder_options network = small_network();
    network.causal = causal;
    network.output_bias = bias;
    network.init_deviation = .5;
    return untrained(rounds(context, CATALOG + 50, CATALOG, 1), &network);
}

enum { MAKERS = 6 };

static llmrec_recommender *make(llmrec_context *context, int which)
{
    switch (which) {
    case 0: return similarity_of(context, LLMREC_MEASURE_COSINE, LLMREC_DTYPE_FLOAT32, LLMREC_REDUCE_WHITEN);
    case 1: return similarity_of(context, LLMREC_MEASURE_DOT, LLMREC_DTYPE_FLOAT16, LLMREC_REDUCE_NONE);
    case 2: return similarity_of(context, LLMREC_MEASURE_EUCLIDEAN, LLMREC_DTYPE_FLOAT32, LLMREC_REDUCE_NONE);
    case 3: return encoder_over(context, 0, 1);
    case 4: return encoder_over(context, 1, 0);
    default: return encoder_over(context, 1, 1);
    }
}

/* --- by hand ----------------------------------------------------------------------------------------------------- */

static double product(const float *a, const float *b, int64_t dim)
{
    double sum = 0;
    for (int64_t i = 0; i < dim; i++) sum += (double)a[i] * b[i];
    return sum;
}

static double by_measure(int64_t measure, const float *a, const float *b, int64_t dim)
{
    const double dot = product(a, b, dim), aa = product(a, a, dim), bb = product(b, b, dim);
    if (measure == LLMREC_MEASURE_DOT) return dot;
    if (measure == LLMREC_MEASURE_COSINE) return aa == 0 || bb == 0 ? 0 : dot / sqrt(aa * bb);
    return 1 / (1 + sqrt(fmax(0, aa + bb - 2 * dot)));
}

static float *item_rows(const llmrec_recommender *recommender, llmrec_embedding **table)
{
    const int64_t dim = llmrec_recommender_dim(recommender);
    float *rows = malloc((size_t)(CATALOG * dim) * sizeof *rows);
    assert_ok(llmrec_recommender_item_vectors(recommender, table));
    assert_int_equal(llmrec_embedding_rows(*table), CATALOG);
    assert_int_equal(llmrec_embedding_dim(*table), dim);
    assert_ok(llmrec_embedding_copy_rows(*table, 0, CATALOG, rows));
    return rows;
}

static void check_towers(const llmrec_recommender *recommender, uint64_t seed)
{
    const int64_t dim = llmrec_recommender_dim(recommender), measure = llmrec_recommender_measure(recommender);
    int64_t offsets[SESSIONS + 1] = {2};
    int32_t items[2 + SESSIONS * LONGEST], all[CATALOG];
    float *vectors = malloc((size_t)(SESSIONS * dim) * sizeof *vectors), scores[CATALOG];
    llmrec_embedding *table = NULL;
    float *rows = item_rows(recommender, &table);
    for (int i = 0; i < CATALOG; i++) all[i] = i;
    for (int i = 0; i < SESSIONS; i++) {
        offsets[i + 1] = offsets[i] + next_number(&seed) % (LONGEST + 1);
        for (int64_t at = offsets[i]; at < offsets[i + 1]; at++)
            items[at] = next_number(&seed) % 5 == 0 ? -1 : (int32_t)(next_number(&seed) % CATALOG);
    }
    assert_ok(llmrec_session_vectors(recommender, offsets, items, SESSIONS, vectors));
    for (int i = 0; i < SESSIONS; i++) {
        const float *vector = vectors + i * dim;
        assert_ok(llmrec_score(recommender, offsets + i, items, 1, NULL, all, CATALOG, scores));
        for (int j = 0; j < CATALOG; j++) {
            if (isnan(scores[j])) assert_true(product(vector, vector, dim) == 0); /* nothing known */
            else
                assert_true(fabs(by_measure(measure, vector, rows + j * dim, dim) - scores[j]) <
                            1e-4 * (1 + fabs(scores[j])));
        }
    }
    llmrec_embedding_free(table);
    free(rows);
    free(vectors);
}

static void the_measure_of_both_sides_is_the_score(void **state)
{
    (void)state;
    for (int threads = 1; threads <= 2; threads++) {
        llmrec_context *context = context_with(threads);
        for (int which = 0; which < MAKERS; which++) {
            llmrec_recommender *recommender = make(context, which);
            for (uint64_t seed = 0; seed < 5; seed++) check_towers(recommender, seed);
            llmrec_recommender_free(recommender);
        }
        llmrec_context_free(context);
    }
}

static void the_items_side_outlives_the_recommender(void **state)
{
    llmrec_context *context = context_with(1);
    llmrec_recommender *recommender = encoder_over(context, 0, 1);
    llmrec_embedding *table = NULL;
    const char *id = NULL, *wanted = NULL;
    size_t length = 0, wanted_length = 0;
    char kept[16];
    (void)state;
    assert_int_equal(llmrec_recommender_measure(recommender), LLMREC_MEASURE_DOT);
    assert_int_equal(llmrec_recommender_dim(recommender), 17);
    assert_ok(llmrec_recommender_item_vectors(recommender, &table));
    assert_ok(llmrec_recommender_item_id(recommender, 5, &wanted, &wanted_length));
    snprintf(kept, sizeof kept, "%.*s", (int)wanted_length, wanted);
    llmrec_recommender_free(recommender);
    llmrec_context_free(context);
    assert_ok(llmrec_embedding_id(table, 5, &id, &length));
    assert_true(length == strlen(kept) && memcmp(id, kept, length) == 0);
    llmrec_embedding_free(table);
}

/* --- similar items ----------------------------------------------------------------------------------------------- */

static void check_similar(const llmrec_recommender *recommender, int64_t measure, int64_t columns, int64_t keep_seen)
{
    static const int32_t items[] = {0, 5, -1, 600, 5}, denied[] = {3, 4, 9};
    const int64_t dim = llmrec_recommender_dim(recommender);
    int32_t lists[5 * K], counts[5];
    float scores[5 * K];
    llmrec_recommend_options options;
    llmrec_embedding *table = NULL;
    float *rows = item_rows(recommender, &table);
    assert_ok(llmrec_recommend_options_init(&options, sizeof options));
    options.keep_seen = keep_seen;
    options.deny = denied;
    options.deny_count = 3;
    assert_ok(llmrec_similar_items(recommender, items, 5, K, &options, lists, scores, counts));
    for (int i = 0; i < 5; i++) {
        assert_int_equal(counts[i], items[i] < 0 ? 0 : K);
        double worst = INFINITY;
        for (int j = 0; j < counts[i]; j++) {
            const int32_t item = lists[i * K + j];
            const double wanted = by_measure(measure, rows + items[i] * dim, rows + item * dim, columns);
            assert_true(keep_seen || item != items[i]);
            assert_true(item != 3 && item != 4 && item != 9);
            assert_true(fabs(wanted - scores[i * K + j]) < 1e-4 * (1 + fabs(wanted)));
            worst = wanted;
        }
        int better = 0;
        for (int item = 0; item < CATALOG && counts[i] > 0; item++) {
            if (item == 3 || item == 4 || item == 9 || (item == items[i] && !keep_seen)) continue;
            better += by_measure(measure, rows + items[i] * dim, rows + item * dim, columns) > worst + 1e-4;
        }
        assert_true(better < K);
    }
    llmrec_embedding_free(table);
    free(rows);
}

static void similar_items_are_the_nearest_rows(void **state)
{
    static const int64_t measures[MAKERS] = {LLMREC_MEASURE_COSINE, LLMREC_MEASURE_DOT,    LLMREC_MEASURE_EUCLIDEAN,
                                             LLMREC_MEASURE_COSINE, LLMREC_MEASURE_COSINE, LLMREC_MEASURE_COSINE};
    llmrec_context *context = context_with(2);
    (void)state;
    for (int which = 0; which < MAKERS; which++) {
        llmrec_recommender *recommender = make(context, which);
        const int64_t dim = which < 3 ? llmrec_recommender_dim(recommender) : 16;
        check_similar(recommender, measures[which], dim, 0);
        check_similar(recommender, measures[which], dim, 1);
        llmrec_recommender_free(recommender);
    }
    llmrec_context_free(context);
}

static void what_is_wrong_is_told(void **state)
{
    static const int64_t offsets[] = {0, 2};
    static const int32_t items[] = {1, CATALOG};
    llmrec_context *context = context_with(1);
    llmrec_dataset *dataset = rounds(context, 80, 40, 1);
    llmrec_recommender *popular = NULL, *similar = make(context, 2);
    llmrec_embedding *table = NULL;
    float vectors[2 * WIDTH];
    int32_t list[3], count = 0;
    (void)state;
    assert_ok(llmrec_recommender_create_popularity(dataset, &popular));
    assert_int_equal(llmrec_recommender_dim(popular), 0);
    assert_int_equal(llmrec_recommender_dim(NULL), 0);
    assert_int_equal(llmrec_recommender_measure(popular), -1);
    assert_int_equal(llmrec_recommender_measure(similar), LLMREC_MEASURE_EUCLIDEAN);
    assert_failure(llmrec_session_vectors(popular, offsets, items, 1, vectors), LLMREC_ERR_UNSUPPORTED,
                   "recommender is \"popularity\", which has no vectors");
    assert_failure(llmrec_recommender_item_vectors(popular, &table), LLMREC_ERR_UNSUPPORTED, "no vectors");
    assert_failure(llmrec_similar_items(popular, items, 1, 3, NULL, list, NULL, &count), LLMREC_ERR_UNSUPPORTED,
                   "no vectors");
    assert_failure(llmrec_session_vectors(NULL, offsets, items, 1, vectors), LLMREC_ERR_ARGUMENT, "recommender");
    assert_failure(llmrec_session_vectors(similar, offsets, items, 1, NULL), LLMREC_ERR_ARGUMENT, "vectors is NULL");
    assert_failure(llmrec_session_vectors(similar, offsets, NULL, 1, vectors), LLMREC_ERR_ARGUMENT, "items is NULL");
    assert_failure(llmrec_session_vectors(similar, NULL, items, 1, vectors), LLMREC_ERR_ARGUMENT, "offsets is NULL");
    assert_failure(llmrec_session_vectors(similar, offsets, items, 1, vectors), LLMREC_ERR_ARGUMENT,
                   "items[1] (session 0) is 640; wanted -1 to 639");
    assert_failure(llmrec_session_vectors(similar, offsets, items, -1, vectors), LLMREC_ERR_ARGUMENT, "sessions is -1");
    assert_failure(llmrec_recommender_item_vectors(similar, NULL), LLMREC_ERR_ARGUMENT, "vectors is NULL");
    assert_failure(llmrec_similar_items(similar, items, 2, 3, NULL, list, NULL, &count), LLMREC_ERR_ARGUMENT,
                   "items[1] (session 1) is 640");
    assert_failure(llmrec_similar_items(similar, items, 1, 0, NULL, list, NULL, &count), LLMREC_ERR_ARGUMENT, "k is 0");
    assert_failure(llmrec_similar_items(similar, NULL, 1, 3, NULL, list, NULL, &count), LLMREC_ERR_ARGUMENT, "items");
    assert_failure(llmrec_similar_items(similar, items, -1, 3, NULL, list, NULL, &count), LLMREC_ERR_ARGUMENT,
                   "count is -1");
    assert_ok(llmrec_session_vectors(similar, NULL, NULL, 0, NULL));
    assert_ok(llmrec_similar_items(similar, NULL, 0, 3, NULL, NULL, NULL, NULL));
    assert_null(table);
    llmrec_recommender_free(popular);
    llmrec_recommender_free(similar);
    llmrec_dataset_free(dataset);
    llmrec_context_free(context);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_measure_of_both_sides_is_the_score),
        cmocka_unit_test(the_items_side_outlives_the_recommender),
        cmocka_unit_test(similar_items_are_the_nearest_rows),
        cmocka_unit_test(what_is_wrong_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
