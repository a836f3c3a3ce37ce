/* SPDX-License-Identifier: Apache-2.0 */
/* Session k nearest neighbors: reference values, each option by a plain loop, and files. */
#include <math.h>

#include "../shared_context.h"
#include "text_rows.h"

enum { K = 8 };

static const char FIVE[] = "a 0 a 1 a 2 b 1 b 2 b 3 c 0 c 3 d 4 d 2 d 5 e 1 e 4";

static llmrec_neighbors_options preset_of(const char *name)
{
    llmrec_neighbors_options options;
    assert_ok(llmrec_neighbors_options_preset(&options, sizeof options, name));
    return options;
}

static llmrec_recommender *neighbors_of(const llmrec_dataset *dataset, const llmrec_neighbors_options *options)
{
    llmrec_recommender *made = NULL;
    assert_ok(llmrec_recommender_create_neighbors(dataset, NULL, options, &made));
    return made;
}

/* A list as text: "3:1.074915 4:0.741582". */
static const char *list_of(const llmrec_recommender *recommender, const char *session)
{
    static char text[256];
    char words[64];
    const char *ids[16];
    int64_t offsets[2] = {0, 0};
    int32_t items[K], count = 0;
    float scores[K];
    snprintf(words, sizeof words, "%s", session);
    for (char *word = strtok(words, " "); word != NULL; word = strtok(NULL, " ")) ids[offsets[1]++] = word;
    assert_ok(llmrec_recommend_ids(recommender, offsets, ids, NULL, 1, K, NULL, items, scores, &count, NULL));
    text[0] = '\0';
    for (int32_t i = 0; i < count; i++) {
        const char *id = NULL;
        size_t length = 0, used = strlen(text);
        assert_ok(llmrec_recommender_item_id(recommender, items[i], &id, &length));
        snprintf(text + used, sizeof text - used, "%s%.*s:%.5f", i == 0 ? "" : " ", (int)length, id, (double)scores[i]);
    }
    return text;
}

static void check_list(const llmrec_dataset *dataset, const llmrec_neighbors_options *options, const char *session,
                       const char *wanted)
{
    llmrec_recommender *made = neighbors_of(dataset, options);
    assert_string_equal(list_of(made, session), wanted);
    llmrec_recommender_free(made);
}

static void presets_give_the_reference_values(void **state)
{
    static const struct {
        const char *preset, *wanted;
        int64_t idf;
    } cases[] = {
        {"sknn", "3:1.07491 4:0.74158 5:0.33333", 0},   {"v-sknn", "3:1.83333 4:1.50000 5:1.00000", 0},
        {"v-sknn", "3:3.51320 4:2.87444 5:2.60944", 1}, {"s-sknn", "3:0.80275 4:0.60550 5:0.33333", 0},
        {"sf-sknn", "3:1.07491 5:0.33333", 0},
    };
    llmrec_dataset *dataset = dataset_of(FIVE, 0, NULL);
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        llmrec_neighbors_options options = preset_of(cases[i].preset);
        options.idf_weighting = cases[i].idf;
        check_list(dataset, &options, "0 1 2", cases[i].wanted);
    }
    llmrec_dataset_free(dataset);
}

/* Three sessions share x; the sample has one. */
static void the_newest_sessions_are_the_sample(void **state)
{
    static const char timed[] = "a x 5 a p 30 b x 1 b q 40 c x 2 c r 20", tied[] = "a x 7 a p 7 b x 7 b q 7";
    llmrec_neighbors_options options = preset_of("sknn");
    llmrec_dataset *dataset = dataset_of(timed, 1, NULL);
    (void)state;
    options.sample_size = 1;
    check_list(dataset, &options, "x", "q:0.70711");
    options.sample_size = 2;
    check_list(dataset, &options, "x", "p:0.70711 q:0.70711");
    llmrec_dataset_free(dataset);
    options.sample_size = 1;
    dataset = dataset_of("a x a p b x b q c x c r", 0, NULL); /* no times: later is newer */
    check_list(dataset, &options, "x", "r:0.70711");
    llmrec_dataset_free(dataset);
    dataset = dataset_of(tied, 1, NULL);
    check_list(dataset, &options, "x", "q:0.70711");
    llmrec_dataset_free(dataset);
}

/* Of two sessions that are equally similar, the one that is sampled first is nearer. */
static void ties_go_to_the_newer_session(void **state)
{
    llmrec_neighbors_options options = preset_of("sknn");
    llmrec_dataset *dataset = dataset_of("a x a p b x b q c x c r c s", 0, NULL);
    (void)state;
    options.neighbors = 1;
    check_list(dataset, &options, "x", "q:0.70711");
    llmrec_dataset_free(dataset);
}

static void random_samples_depend_on_the_seed_only(void **state)
{
    char text[4096] = "", row[32];
    char lists[2][8][256];
    int differ = 0;
    (void)state;
    for (int i = 0; i < 60; i++) {
        snprintf(row, sizeof row, "s%d x s%d i%d ", i, i, i);
        strcat(text, row);
    }
    llmrec_dataset *dataset = dataset_of(text, 0, NULL);
    for (int64_t seed = 0; seed < 8; seed++)
        for (int again = 0; again < 2; again++) {
            llmrec_neighbors_options options = preset_of("sknn");
            options.sampling = LLMREC_SAMPLING_RANDOM;
            options.sample_size = 3;
            options.seed = seed;
            llmrec_recommender *made = neighbors_of(dataset, &options);
            snprintf(lists[again][seed], sizeof lists[0][0], "%s", list_of(made, "x"));
            llmrec_recommender_free(made);
        }
    for (int seed = 0; seed < 8; seed++) {
        assert_string_equal(lists[0][seed], lists[1][seed]);
        differ += strcmp(lists[0][0], lists[0][seed]) != 0;
    }
    assert_true(differ >= 6);
    llmrec_dataset_free(dataset);
}

static void sessions_are_compared_without_what_training_lacks(void **state)
{
    llmrec_neighbors_options options = preset_of("default");
    llmrec_dataset *dataset = dataset_of(FIVE, 0, NULL), *view = NULL;
    static const int8_t parts[] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0}; /* item 5 is only in the test part */
    llmrec_recommender *made = NULL;
    char wanted[256];
    (void)state;
    assert_ok(llmrec_dataset_split_rows(dataset, parts, 13, LLMREC_PART_TRAIN, &view));
    made = neighbors_of(view, &options);
    snprintf(wanted, sizeof wanted, "%s", list_of(made, "0 1"));
    assert_string_equal(list_of(made, "0 5 1 5"), wanted);    /* 5 has no session */
    assert_string_equal(list_of(made, "0 none 1 0"), wanted); /* repeats count at their first place */
    assert_string_equal(list_of(made, "5"), "");
    llmrec_recommender_free(made);
    options.last_items = 2;
    made = neighbors_of(view, &options);
    assert_string_equal(wanted, "2:1.29099 3:0.83263 4:0.63246");
    assert_string_equal(list_of(made, "4 0 1 5"), "2:1.29099 3:0.83263"); /* a session's own items are left out */
    llmrec_recommender_free(made);
    llmrec_dataset_free(view);
    llmrec_dataset_free(dataset);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(presets_give_the_reference_values),
        cmocka_unit_test(the_newest_sessions_are_the_sample),
        cmocka_unit_test(ties_go_to_the_newer_session),
        cmocka_unit_test(random_samples_depend_on_the_seed_only),
        cmocka_unit_test(sessions_are_compared_without_what_training_lacks),
    };
    return cmocka_run_group_tests(tests, make_context, drop_context);
}
