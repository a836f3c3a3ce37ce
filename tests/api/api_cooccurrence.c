/* SPDX-License-Identifier: Apache-2.0 */
/* Co-occurrence of items in random sessions: lists and scores against a plain loop, for each option, and after a
 * file. */
#include "random_sessions.h"

static double decayed_by(int64_t decay, double rate, int age)
{
    switch (decay) {
    case LLMREC_DECAY_HARMONIC: return 1.0 / age;
    case LLMREC_DECAY_EXPONENTIAL: return exp(-rate * (age - 1));
    default: return 1;
    }
}

/* The matrix by a loop over all pairs of rows. */
static void plain_matrix(const world *w, const llmrec_cooccurrence_options *o, double matrix[CATALOG][CATALOG])
{
    double rows[CATALOG] = {0};
    for (int i = 0; i < CATALOG; i++)
        for (int j = 0; j < CATALOG; j++) matrix[i][j] = 0;
    for (int s = 0; s < SESSIONS; s++)
        for (int i = 0; i < w->lengths[s]; i++) {
            rows[w->items[s][i]]++;
            for (int j = i + 1; j < w->lengths[s] && j - i <= o->window; j++) {
                const double weight = decayed_by(o->distance_decay, o->distance_rate, j - i);
                matrix[w->items[s][i]][w->items[s][j]] += weight;
                matrix[w->items[s][j]][w->items[s][i]] += o->backward * weight;
            }
        }
    for (int i = 0; i < CATALOG; i++)
        for (int j = 0; j < CATALOG; j++)
            if (matrix[i][j] > 0) matrix[i][j] /= pow(rows[i] * rows[j], o->power);
}

static void plain_item_scores(const world *w, const llmrec_cooccurrence_options *o, double matrix[CATALOG][CATALOG],
                              int asked, double *scores)
{
    const int length = w->lengths[asked];
    for (int item = 0; item < CATALOG; item++) scores[item] = 0;
    for (int i = 0; i < length; i++) {
        const double weight =
            o->last_only ? i + 1 == length : decayed_by(o->session_decay, o->session_decay_rate, length - i);
        for (int item = 0; item < CATALOG; item++) scores[item] += weight * matrix[w->items[asked][i]][item];
    }
}

static void check_matrix(const world *w, const llmrec_cooccurrence_options *options)
{
    static double matrix[CATALOG][CATALOG];
    static lists found;
    double scores[CATALOG];
    llmrec_recommender *made = NULL;
    assert_ok(llmrec_recommender_create_cooccurrence(w->dataset, options, &made));
    ask(made, w, NULL, &found);
    plain_matrix(w, options, matrix);
    for (int i = 0; i < ASKED; i++) {
        plain_item_scores(w, options, matrix, SESSIONS + i, scores);
        for (int item = 0; item < CATALOG; item++)
            if (fabs(found.all[i * CATALOG + item] - scores[item]) > 1e-5 * (1e-3 + scores[item]))
                fail_msg("session %d, item %d: %.8f; wanted %.8f: %s", i, item, (double)found.all[i * CATALOG + item],
                         scores[item], described(made));
        check_list(w, i, &found);
    }
    check_files(made, w, &found);
    llmrec_recommender_free(made);
}

static void scores_are_those_of_a_plain_loop(void **state)
{
    static world w;
    static const char *const texts[] = {"",
                                        "window=1",
                                        "window=3",
                                        "backward=0",
                                        "backward=2.5",
                                        "power=0",
                                        "power=1",
                                        "distance_decay=none",
                                        "distance_decay=exponential",
                                        "session_decay=none",
                                        "session_decay=exponential",
                                        "last_only=yes"};
    llmrec_context *context = context_with(3);
    (void)state;
    make_world(context, &w);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        llmrec_cooccurrence_options options;
        char name[32] = "";
        assert_ok(llmrec_cooccurrence_options_init(&options, sizeof options));
        if (texts[i][0] != '\0') {
            snprintf(name, sizeof name, "%.*s", (int)strcspn(texts[i], "="), texts[i]);
            assert_ok(llmrec_option_set("llmrec_cooccurrence_options", &options, name, strchr(texts[i], '=') + 1));
        }
        check_matrix(&w, &options);
    }
    free_world(&w);
    llmrec_context_free(context);
}

/* Each row keeps its largest entries: the scores of one-item sessions are the row. */
static void rows_keep_their_largest_entries(void **state)
{
    static world w;
    static const int64_t offsets[] = {0, 1};
    llmrec_cooccurrence_options options;
    llmrec_recommend_options all;
    llmrec_recommender *whole = NULL, *cut = NULL;
    llmrec_context *context = context_with(3);
    (void)state;
    make_world(context, &w);
    assert_ok(llmrec_cooccurrence_options_init(&options, sizeof options));
    assert_ok(llmrec_recommend_options_init(&all, sizeof all));
    all.keep_seen = 1;
    assert_ok(llmrec_recommender_create_cooccurrence(w.dataset, &options, &whole));
    options.row_items = 7;
    assert_ok(llmrec_recommender_create_cooccurrence(w.dataset, &options, &cut));
    for (int32_t item = 0; item < CATALOG; item++) {
        int32_t items[2][CATALOG], counts[2];
        float scores[2][CATALOG];
        assert_ok(llmrec_recommend(whole, offsets, &item, 1, CATALOG, &all, items[0], scores[0], &counts[0]));
        assert_ok(llmrec_recommend(cut, offsets, &item, 1, CATALOG, &all, items[1], scores[1], &counts[1]));
        assert_int_equal(counts[1], counts[0] < 7 ? counts[0] : 7);
        assert_memory_equal(items[1], items[0], (size_t)counts[1] * sizeof **items);
        assert_memory_equal(scores[1], scores[0], (size_t)counts[1] * sizeof **scores);
    }
    llmrec_recommender_free(whole);
    llmrec_recommender_free(cut);
    free_world(&w);
    llmrec_context_free(context);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scores_are_those_of_a_plain_loop),
        cmocka_unit_test(rows_keep_their_largest_entries),
    };
    return cmocka_run_group_tests(tests, NULL, remove_scratch);
}
