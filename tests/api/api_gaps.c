/* SPDX-License-Identifier: Apache-2.0 */
/* Items without a vector: to similarity they are unknown, so its answers are those of a table without them. */
#include <math.h>

#include "../support.h"

enum { ITEMS = 900, DIM = 7, KNOWN = ITEMS - ITEMS / 3, SESSIONS = 4, K = 20 };

static llmrec_context *context;
static char names[ITEMS][8];
static const char *known_ids[KNOWN], *all_ids[ITEMS], *one_session[ITEMS];

/* Every third item, from item 1, has no vector. */
static int has_vector(int32_t item)
{
    return item % 3 != 1;
}

/* The item's row in the table without gaps; -1: it has no vector. */
static int32_t row_of(int32_t item)
{
    return item >= 0 && has_vector(item) ? item - (item + 1) / 3 : -1;
}

/* A table of the items with a vector. */
static llmrec_embedding *make_table(void)
{
    static float values[KNOWN][DIM];
    llmrec_embedding *table = NULL;
    int32_t row = 0;
    for (int32_t i = 0; i < ITEMS; i++) {
        snprintf(names[i], sizeof names[i], "%d", i);
        all_ids[i] = names[i];
        one_session[i] = "s";
        if (!has_vector(i)) continue;
        known_ids[row] = names[i];
        for (int d = 0; d < DIM; d++) values[row][d] = sinf((float)(i * (d + 1) + d * d));
        row++;
    }
    assert_int_equal(row, KNOWN);
    assert_ok(llmrec_embedding_create(context, values[0], KNOWN, DIM, known_ids, NULL, NULL, &table));
    return table;
}

/* The table aligned to a dataset of all items. */
static llmrec_embedding *align(const llmrec_embedding *table)
{
    const llmrec_interactions rows = {
        .size = sizeof rows, .rows = ITEMS, .session_ids = one_session, .item_ids = all_ids};
    llmrec_dataset *dataset = NULL;
    llmrec_embedding *aligned = NULL;
    assert_ok(llmrec_dataset_create(context, &rows, NULL, NULL, &dataset));
    assert_ok(llmrec_embedding_align(table, dataset, LLMREC_ALIGN_ZERO, NULL, &aligned));
    llmrec_dataset_free(dataset);
    return aligned;
}

/* One recommender of all items, and one of the items with vectors only. */
typedef struct pair {
    llmrec_recommender *all, *known;
    llmrec_similarity_options options;
} pair;

static pair make_pair(int64_t weighting, int64_t measure, int64_t reduce)
{
    pair p;
    llmrec_embedding *table = make_table(), *aligned = align(table);
    assert_ok(llmrec_similarity_options_init(&p.options, sizeof p.options));
    p.options.weighting = weighting;
    p.options.measure = measure;
    p.options.reduce = reduce;
    assert_ok(llmrec_recommender_create_similarity(aligned, &p.options, &p.all));
    assert_ok(llmrec_recommender_create_similarity(table, &p.options, &p.known));
    llmrec_embedding_free(aligned);
    llmrec_embedding_free(table);
    return p;
}

static void free_pair(pair *p)
{
    llmrec_recommender_free(p->all);
    llmrec_recommender_free(p->known);
}

/* Item 1, 4, 7, ... have no vector. The third session has no other items, the last none at all. */
static const int64_t offsets[SESSIONS + 1] = {0, 4, 7, 9, 9};
static const int32_t sessions[] = {5, 4, 8, 7, -1, 1, 2, 7, 10};

static void translate(int32_t rows[9])
{
    for (int i = 0; i < 9; i++) rows[i] = row_of(sessions[i]);
}

/* A reducer that skips rows adds in another order, so its last bits may differ. */
static void assert_same(const pair *p, float a, float b)
{
    if (p->options.reduce == LLMREC_REDUCE_NONE) assert_memory_equal(&a, &b, sizeof a);
    else assert_true(fabsf(a - b) < 1e-4F);
}

static void check_lists(const pair *p, int64_t k)
{
    static int32_t items[SESSIONS * ITEMS], rows[SESSIONS * ITEMS];
    static float scores[SESSIONS * ITEMS], wanted[SESSIONS * ITEMS];
    int32_t translated[9], counts[SESSIONS], wanted_counts[SESSIONS];
    translate(translated);
    assert_ok(llmrec_recommend(p->all, offsets, sessions, SESSIONS, k, NULL, items, scores, counts));
    assert_ok(llmrec_recommend(p->known, offsets, translated, SESSIONS, k, NULL, rows, wanted, wanted_counts));
    assert_memory_equal(counts, wanted_counts, sizeof counts);
    assert_int_equal(counts[0], k < KNOWN ? k : KNOWN - 2); /* but its own two items */
    assert_int_equal(counts[2], 0);
    for (int s = 0; s < SESSIONS; s++)
        for (int32_t i = 0; i < counts[s]; i++) {
            const int64_t at = s * k + i;
            assert_true(has_vector(items[at]));
            assert_same(p, scores[at], wanted[at]);
            if (p->options.reduce == LLMREC_REDUCE_NONE) assert_int_equal(row_of(items[at]), rows[at]);
        }
}

static void check_scores(const pair *p)
{
    static int32_t rows[ITEMS], items[ITEMS];
    static float scores[SESSIONS][ITEMS], wanted[SESSIONS][ITEMS];
    int32_t translated[9];
    translate(translated);
    for (int32_t i = 0; i < ITEMS; i++) rows[i] = row_of(items[i] = i);
    assert_ok(llmrec_score(p->all, offsets, sessions, SESSIONS, NULL, items, ITEMS, scores[0]));
    assert_ok(llmrec_score(p->known, offsets, translated, SESSIONS, NULL, rows, ITEMS, wanted[0]));
    for (int s = 0; s < SESSIONS; s++)
        for (int32_t i = 0; i < ITEMS; i++) {
            assert_int_equal(isnan(scores[s][i]), !has_vector(i) || s >= 2);
            if (!isnan(scores[s][i])) assert_same(p, scores[s][i], wanted[s][i]);
        }
}

static void answers_are_those_without_these_items(void **state)
{
    (void)state;
    for (int64_t weighting = LLMREC_WEIGHTING_LAST; weighting <= LLMREC_WEIGHTING_MEAN; weighting++)
        for (int64_t measure = LLMREC_MEASURE_COSINE; measure <= LLMREC_MEASURE_EUCLIDEAN; measure++)
            for (int64_t reduce = LLMREC_REDUCE_NONE; reduce <= LLMREC_REDUCE_RANDOM; reduce++) {
                pair p = make_pair(weighting, measure, reduce);
                check_lists(&p, K);
                check_lists(&p, ITEMS);
                check_scores(&p);
                free_pair(&p);
            }
}

/* Candidates of each session, from a position after the start. */
static void own_candidates_have_scores(void **state)
{
    static const int64_t lists[SESSIONS + 1] = {1, 3, 5, 6, 6}, part[3] = {4, 7, 9};
    static const int32_t candidates[] = {-1, 1, 0, 3, 4, 0};
    pair p = make_pair(LLMREC_WEIGHTING_MEAN, LLMREC_MEASURE_COSINE, LLMREC_REDUCE_NONE);
    float scores[6], again[2];
    (void)state;
    assert_ok(llmrec_score(p.all, offsets, sessions, SESSIONS, lists, candidates, 0, scores));
    assert_true(isnan(scores[1]) && !isnan(scores[2]) && !isnan(scores[3]) && isnan(scores[4]) && isnan(scores[5]));
    assert_ok(llmrec_score(p.all, part, sessions, 2, NULL, candidates + 3, 1, again));
    assert_true(again[0] == scores[3] && isnan(again[1]));
    free_pair(&p);
}

static void they_have_no_vectors_and_no_neighbors(void **state)
{
    static const int32_t asked[2] = {4, 5};
    static const float zeros[DIM] = {0};
    pair p = make_pair(LLMREC_WEIGHTING_MEAN, LLMREC_MEASURE_COSINE, LLMREC_REDUCE_WHITEN);
    float vectors[SESSIONS][DIM];
    int32_t items[2][K], counts[2];
    (void)state;
    assert_ok(llmrec_session_vectors(p.all, offsets, sessions, SESSIONS, vectors[0]));
    assert_memory_not_equal(vectors[1], zeros, sizeof zeros);
    assert_memory_equal(vectors[2], zeros, sizeof zeros);
    assert_ok(llmrec_similar_items(p.all, asked, 2, K, NULL, items[0], NULL, counts));
    assert_int_equal(counts[0], 0);
    assert_int_equal(counts[1], K);
    for (int i = 0; i < K; i++) assert_true(has_vector(items[1][i]));
    free_pair(&p);
}

static void check_session(const llmrec_recommender *recommender, const int32_t wanted[K])
{
    llmrec_session *session = NULL;
    int32_t items[K], count = 0;
    assert_ok(llmrec_session_create(recommender, &session));
    assert_ok(llmrec_session_append(session, sessions, 4));
    assert_ok(llmrec_session_recommend(session, K, NULL, items, NULL, &count));
    assert_int_equal(count, K);
    assert_memory_equal(items, wanted, sizeof items);
    llmrec_session_free(session);
}

static void live_sessions_and_files_keep_the_rule(void **state)
{
    pair p = make_pair(LLMREC_WEIGHTING_MEAN, LLMREC_MEASURE_COSINE, LLMREC_REDUCE_WHITEN);
    llmrec_recommender *opened = NULL;
    int32_t wanted[K], count = 0;
    (void)state;
    assert_ok(llmrec_recommend(p.all, offsets, sessions, 1, K, NULL, wanted, NULL, &count));
    check_session(p.all, wanted);
    assert_ok(llmrec_recommender_save(p.all, scratch("gaps.h5")));
    assert_ok(llmrec_recommender_open(context, scratch("gaps.h5"), NULL, &opened));
    check_session(opened, wanted);
    assert_non_null(strstr(described(opened), "\"items_with_vectors\":600,"));
    llmrec_recommender_free(opened);
    free_pair(&p);
}

/* The first session is 5 4 8 7: only 5 and 8 have a vector. */
static void they_are_no_reasons(void **state)
{
    pair p = make_pair(LLMREC_WEIGHTING_MEAN, LLMREC_MEASURE_COSINE, LLMREC_REDUCE_NONE);
    llmrec_explanation *why = NULL;
    llmrec_reason reason = {.size = sizeof reason};
    double sum = 0;
    (void)state;
    assert_ok(llmrec_explain(p.all, sessions, 4, 9, &why));
    assert_int_equal(llmrec_explanation_count(why), 2);
    for (int64_t i = 0; i < 2; i++) {
        assert_ok(llmrec_explanation_reason(why, i, &reason));
        assert_true(has_vector((int32_t)reason.item));
        sum += reason.contribution;
    }
    assert_true(fabs(sum - llmrec_explanation_score(why)) < 1e-5);
    llmrec_explanation_free(why);
    assert_ok(llmrec_explain(p.all, sessions, 4, 7, &why));
    assert_int_equal(llmrec_explanation_count(why), 0);
    llmrec_explanation_free(why);
    free_pair(&p);
}

/* A row of zeros that the caller gave is a vector: its cosine is 0, above negative ones. */
static void given_zeros_are_a_vector(void **state)
{
    static const float rows[3][2] = {{1, 0}, {-1, 0}, {0, 0}};
    static const int64_t one[2] = {0, 1};
    static const int32_t first = 0;
    llmrec_embedding *table = NULL;
    llmrec_similarity_options options;
    llmrec_recommender *recommender = NULL;
    int32_t items[3], count = 0;
    float scores[3];
    (void)state;
    assert_ok(llmrec_similarity_options_init(&options, sizeof options));
    options.reduce = LLMREC_REDUCE_NONE;
    assert_ok(llmrec_embedding_create(context, rows[0], 3, 2, NULL, NULL, NULL, &table));
    assert_ok(llmrec_recommender_create_similarity(table, &options, &recommender));
    assert_ok(llmrec_recommend(recommender, one, &first, 1, 3, NULL, items, scores, &count));
    assert_int_equal(count, 2);
    assert_true(items[0] == 2 && scores[0] == 0 && items[1] == 1 && scores[1] == -1);
    llmrec_recommender_free(recommender);
    llmrec_embedding_free(table);
}

static int set_up(void **state)
{
    (void)state;
    context = context_with(2);
    return 0;
}

static int tear_down(void **state)
{
    llmrec_context_free(context);
    return remove_scratch(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_are_those_without_these_items),
        cmocka_unit_test(own_candidates_have_scores),
        cmocka_unit_test(they_have_no_vectors_and_no_neighbors),
        cmocka_unit_test(live_sessions_and_files_keep_the_rule),
        cmocka_unit_test(they_are_no_reasons),
        cmocka_unit_test(given_zeros_are_a_vector),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
