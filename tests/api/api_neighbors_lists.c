/* SPDX-License-Identifier: Apache-2.0 */
/* Session k nearest neighbors of random sessions: lists and scores against a plain loop over all training sessions, for
 * every combination of options, any number of threads, filters, and after a file. */
#include "random_sessions.h"

/* --- the plain loop ---------------------------------------------------------------------------------------------- */

static double decayed(int64_t decay, int age)
{
    return decay == LLMREC_DECAY_HARMONIC ? 1.0 / age : 1;
}

static int sessions_with(const world *w, int32_t item)
{
    int count = 0;
    for (int i = 0; i < SESSIONS; i++) count += session_has(w, i, item);
    return count;
}

/* Distinct items, each at its first place. Returns their number. */
static int distinct(const int32_t *items, int length, int32_t *out)
{
    int count = 0;
    for (int i = 0; i < length; i++) {
        bool met = false;
        for (int j = 0; j < count; j++) met |= out[j] == items[i];
        if (!met) out[count++] = items[i];
    }
    return count;
}

static void mean_vector(const world *w, const int32_t *items, int length, int64_t decay, double *vector)
{
    for (int d = 0; d < WIDTH; d++) vector[d] = 0;
    double total = 0;
    for (int i = 0; i < length; i++) total += decayed(decay, length - i);
    for (int i = 0; i < length; i++)
        for (int d = 0; d < WIDTH; d++)
            vector[d] += decayed(decay, length - i) / total * w->vectors[items[i] * WIDTH + d];
}

static double product(const double *a, const double *b)
{
    double sum = 0;
    for (int d = 0; d < WIDTH; d++) sum += a[d] * b[d];
    return sum;
}

/* The similarity of a session to a training session, and the place of the latest common item. */
static double plain_similarity(const world *w, const llmrec_neighbors_options *o, const int32_t *items, int length,
                               int session, int *latest)
{
    double dot = 0, norm = 0, a[WIDTH], b[WIDTH];
    int32_t others[LONGEST];
    const int size = distinct(w->items[session], w->lengths[session], others);
    *latest = 0;
    for (int i = 0; i < length; i++) {
        const double weight = decayed(o->session_decay, length - i);
        norm += weight * weight;
        if (!session_has(w, session, items[i])) continue;
        dot += weight;
        *latest = i + 1;
    }
    if (o->compared == LLMREC_COMPARED_ITEMS)
        return o->session_measure == LLMREC_MEASURE_DOT ? dot : dot / (sqrt(size) * sqrt(norm));
    mean_vector(w, items, length, o->session_decay, a);
    mean_vector(w, w->items[session], w->lengths[session], o->train_decay, b);
    return o->session_measure == LLMREC_MEASURE_DOT ? product(a, b)
                                                    : product(a, b) / sqrt(product(a, a)) / sqrt(product(b, b));
}

static bool follows(const world *w, int32_t item, int32_t last)
{
    for (int i = 0; i < SESSIONS; i++)
        for (int j = 1; j < w->lengths[i]; j++)
            if (w->items[i][j] == item && w->items[i][j - 1] == last) return true;
    return false;
}

/* The last sessions come first; ties in similarity, to 1e-6, too. */
static void plain_scores(const world *w, const llmrec_neighbors_options *o, int asked, double *scores)
{
    int32_t items[LONGEST];
    const int32_t last = w->items[asked][w->lengths[asked] - 1];
    const int length = distinct(w->items[asked], w->lengths[asked], items);
    double near[SESSIONS];
    int latest[SESSIONS];
    int64_t sampled = 0;
    for (int i = 0; i < CATALOG; i++) scores[i] = 0;
    for (int i = SESSIONS - 1; i >= 0; i--) {
        const double similarity = plain_similarity(w, o, items, length, i, &latest[i]);
        near[i] = latest[i] > 0 && sampled < o->sample_size ? similarity : 0;
        sampled += latest[i] > 0;
    }
    for (int64_t n = 0; n < o->neighbors; n++) {
        int best = SESSIONS - 1;
        for (int i = SESSIONS - 1; i >= 0; i--)
            if (near[i] > near[best] + 1e-6) best = i;
        if (near[best] <= 0) break;
        for (int item = 0; item < CATALOG; item++)
            if (session_has(w, best, item))
                scores[item] += near[best] * (o->sequential_weighting ? (double)latest[best] / length : 1);
        near[best] = 0;
    }
    for (int item = 0; item < CATALOG; item++) {
        if (o->idf_weighting && scores[item] > 0) scores[item] *= 1 + log((double)SESSIONS / sessions_with(w, item));
        if (o->successors_only && !follows(w, item, last)) scores[item] = 0;
    }
}

/* --- comparison -------------------------------------------------------------------------------------------------- */

static void check_options(const world *w, const llmrec_neighbors_options *options, bool in_file)
{
    static lists found;
    llmrec_recommender *made = NULL;
    double scores[CATALOG];
    assert_ok(llmrec_recommender_create_neighbors(w->dataset, w->table, options, &made));
    ask(made, w, NULL, &found);
    for (int i = 0; i < ASKED; i++) {
        plain_scores(w, options, SESSIONS + i, scores);
        for (int item = 0; item < CATALOG; item++)
            if (fabs(found.all[i * CATALOG + item] - scores[item]) > 1e-5 * (1 + scores[item]))
                fail_msg("session %d, item %d: %.7f; wanted %.7f: %s", i, item, (double)found.all[i * CATALOG + item],
                         scores[item], described(made));
        check_list(w, i, &found);
    }
    if (in_file) check_files(made, w, &found);
    llmrec_recommender_free(made);
}

static void scores_are_those_of_a_plain_loop(void **state)
{
    static const int64_t samples[] = {1000, 9}, nearest[] = {1000, 5};
    static world w;
    llmrec_context *context = context_with(3);
    (void)state;
    make_world(context, &w);
    for (int i = 0; i < 256; i++) {
        llmrec_neighbors_options options;
        assert_ok(llmrec_neighbors_options_init(&options, sizeof options));
        options.compared = i & 1;
        options.session_measure = i & 2 ? LLMREC_MEASURE_DOT : LLMREC_MEASURE_COSINE;
        options.session_decay = i & 4 ? LLMREC_DECAY_HARMONIC : LLMREC_DECAY_NONE;
        options.train_decay = i & 4 ? LLMREC_DECAY_NONE : LLMREC_DECAY_HARMONIC;
        options.sample_size = samples[i >> 3 & 1];
        options.neighbors = nearest[i >> 4 & 1];
        options.sequential_weighting = i >> 5 & 1;
        options.idf_weighting = i >> 6 & 1;
        options.successors_only = i >> 7 & 1;
        check_options(&w, &options, (i & 0x7e) == 0);
    }
    free_world(&w);
    llmrec_context_free(context);
}

static void filters_apply(void **state)
{
    static world w;
    static lists found, allowed;
    static const int32_t few[] = {1, 2, 3, 4, 30, 31};
    llmrec_context *context = context_with(2);
    llmrec_recommend_options options;
    llmrec_recommender *made = NULL;
    (void)state;
    make_world(context, &w);
    assert_ok(llmrec_recommender_create_neighbors(w.dataset, NULL, NULL, &made));
    assert_ok(llmrec_recommend_options_init(&options, sizeof options));
    ask(made, &w, NULL, &found);
    options.keep_seen = 1;
    options.allow = few;
    options.allow_count = 6;
    ask(made, &w, &options, &allowed);
    for (int i = 0; i < ASKED; i++) {
        int positive = 0;
        for (int j = 0; j < 6; j++) positive += found.all[i * CATALOG + few[j]] > 0;
        assert_int_equal(allowed.counts[i], positive);
        for (int j = 0; j < allowed.counts[i]; j++) {
            const int32_t item = allowed.items[i * K + j];
            assert_true((item >= 1 && item <= 4) || item == 30 || item == 31);
            assert_true(allowed.scores[i * K + j] == found.all[i * CATALOG + item]);
        }
    }
    llmrec_recommender_free(made);
    free_world(&w);
    llmrec_context_free(context);
}

static void what_cannot_be_scored_has_no_list(void **state)
{
    static world w;
    static const int64_t offsets[] = {0, 0, 2};
    static const int32_t items[] = {-1, -1}, candidates[] = {1, -1};
    llmrec_context *context = context_with(2);
    llmrec_recommender *made = NULL;
    int32_t recommended[2 * K], counts[2] = {9, 9};
    float scores[4] = {0};
    (void)state;
    make_world(context, &w);
    assert_ok(llmrec_recommender_create_neighbors(w.dataset, NULL, NULL, &made));
    assert_ok(llmrec_recommend(made, offsets, items, 2, K, NULL, recommended, NULL, counts));
    assert_true(counts[0] == 0 && counts[1] == 0);
    assert_ok(llmrec_score(made, offsets, items, 2, NULL, candidates, 2, scores));
    for (int i = 0; i < 4; i++) assert_true(isnan(scores[i]));
    llmrec_recommender_free(made);
    free_world(&w);
    llmrec_context_free(context);
}

static void wrong_parts_are_refused(void **state)
{
    static world w;
    llmrec_context *context = context_with(1);
    llmrec_neighbors_options options;
    llmrec_embedding *few = NULL;
    llmrec_recommender *made = NULL;
    (void)state;
    make_world(context, &w);
    assert_ok(llmrec_neighbors_options_preset(&options, sizeof options, "sknn-emb"));
    assert_failure(llmrec_recommender_create_neighbors(w.dataset, NULL, &options, &made), LLMREC_ERR_ARGUMENT,
                   "embedding is NULL; compared=vectors needs it");
    assert_ok(llmrec_embedding_create(context, w.vectors, CATALOG - 1, WIDTH, NULL, NULL, NULL, &few));
    assert_failure(llmrec_recommender_create_neighbors(w.dataset, few, &options, &made), LLMREC_ERR_SHAPE,
                   "embedding has 49 rows; wanted 50");
    options.neighbors = 0;
    assert_failure(llmrec_recommender_create_neighbors(w.dataset, w.table, &options, &made), LLMREC_ERR_ARGUMENT,
                   "neighbors is 0; wanted 1");
    assert_failure(llmrec_recommender_create_neighbors(NULL, w.table, NULL, &made), LLMREC_ERR_ARGUMENT, "dataset");
    assert_null(made);
    llmrec_embedding_free(few);
    free_world(&w);
    llmrec_context_free(context);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scores_are_those_of_a_plain_loop),
        cmocka_unit_test(filters_apply),
        cmocka_unit_test(what_cannot_be_scored_has_no_list),
        cmocka_unit_test(wrong_parts_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, remove_scratch);
}
