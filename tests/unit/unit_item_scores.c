/* SPDX-License-Identifier: Apache-2.0 */
/* Lists and scores from item-to-item matrices against a plain loop, bit for bit: dense and sparse rows, filters,
 * threads, batches, few and many candidates. */
#include <math.h>

#include "../support.h"

#include "core/rng.h"
#include "rank/item_scores.h"
#include "rank/scoring.h"

enum { ITEMS = 150, SESSIONS = 40, LONGEST = 7, K = 9 };

/* A matrix in both forms, and sessions of 0 to 6 items, some unknown, some repeated. */
typedef struct world {
    float dense[ITEMS * ITEMS], values[ITEMS * ITEMS];
    int64_t offsets[ITEMS + 1];
    int32_t columns[ITEMS * ITEMS];
    lr_item_matrix matrix;
    lr_item_scoring scoring;
    int64_t starts[SESSIONS + 1];
    int32_t items[SESSIONS * LONGEST];
} world;

static void fill_rows(world *w, lr_rng *rng)
{
    int64_t count = 0;
    for (int i = 0; i < ITEMS; i++) {
        for (int j = 0; j < ITEMS; j++) {
            const float value = lr_rng_below(rng, 5) == 0 ? (float)lr_rng_normal(rng) : 0;
            w->dense[i * ITEMS + j] = value;
            if (value == 0) continue;
            w->columns[count] = j;
            w->values[count++] = value;
        }
        w->offsets[i + 1] = count;
    }
}

static world *world_of(bool sparse, bool positive)
{
    world *w = calloc(1, sizeof *w);
    lr_rng rng = lr_rng_at(3, 4, 0);
    assert_non_null(w);
    fill_rows(w, &rng);
    for (int i = 0; i < SESSIONS; i++) {
        w->starts[i + 1] = w->starts[i] + i % LONGEST;
        for (int64_t at = w->starts[i]; at < w->starts[i + 1]; at++)
            w->items[at] = lr_rng_below(&rng, 6) == 0 ? -1 : (int32_t)lr_rng_below(&rng, ITEMS);
    }
    w->items[9] = w->items[10];
    w->matrix = sparse ? (lr_item_matrix){ITEMS, w->offsets, w->columns, w->values, NULL}
                       : (lr_item_matrix){.items = ITEMS, .values = w->dense};
    w->scoring = (lr_item_scoring){&w->matrix, {LLMREC_WEIGHTING_MEAN, LLMREC_DECAY_HARMONIC, 0}, positive};
    return w;
}

/* --- a strategy of this matrix ----------------------------------------------------------------------------------- */

static llmrec_status rank(const llmrec_recommender *recommender, const lr_batch *batch)
{
    const world *w = recommender->self;
    return lr_item_scores_rank(recommender, batch, &w->scoring);
}

static llmrec_status score(const llmrec_recommender *recommender, const lr_batch *batch)
{
    const world *w = recommender->self;
    return lr_item_scores_score(recommender, batch, &w->scoring);
}

static const lr_strategy strategy = {
    .name = "matrix", .batch = lr_item_scores_batch, .rank = rank, .score = score, .free = free};

static llmrec_recommender *recommender_of(world *w, int64_t threads)
{
    const lr_recommender_parts parts = {.strategy = &strategy, .self = w, .items = ITEMS};
    llmrec_context *context = context_with(threads);
    llmrec_recommender *made = NULL;
    assert_ok(lr_recommender_make(context, &parts, &made));
    llmrec_context_free(context);
    return made;
}

/* --- the plain loop ---------------------------------------------------------------------------------------------- */

/* Scores of all items; false: the session has no known item. */
static bool plain_scores(const world *w, int session, float *scores)
{
    float age = 0;
    memset(scores, 0, ITEMS * sizeof *scores);
    for (int64_t at = w->starts[session + 1]; at-- > w->starts[session];) {
        if (w->items[at] < 0) continue;
        age++;
        for (int j = 0; j < ITEMS; j++) scores[j] += (float)(1 / (double)age) * w->dense[w->items[at] * ITEMS + j];
    }
    return age > 0;
}

static bool in_session(const world *w, int session, int item)
{
    for (int64_t at = w->starts[session]; at < w->starts[session + 1]; at++)
        if (w->items[at] == item) return true;
    return false;
}

/* The best remaining item, by score and then by index; -1: none. */
static int plain_best(const world *w, const float *scores, const bool *taken)
{
    int best = -1;
    for (int j = 0; j < ITEMS; j++) {
        if (taken[j] || (w->scoring.positive && !(scores[j] > 0))) continue;
        if (best < 0 || scores[j] > scores[best]) best = j;
    }
    return best;
}

static void check_list(const world *w, int session, const int32_t *items, const float *scores, int32_t count)
{
    float sums[ITEMS];
    bool taken[ITEMS];
    const bool known = plain_scores(w, session, sums);
    for (int j = 0; j < ITEMS; j++) taken[j] = !known || j % 10 == 3 || in_session(w, session, j);
    for (int i = 0; i < K; i++) {
        const int best = plain_best(w, sums, taken);
        if (best < 0) {
            assert_int_equal(count, i);
            return;
        }
        assert_int_equal(items[i], best);
        assert_memory_equal(&scores[i], &sums[best], sizeof *scores);
        taken[best] = true;
    }
    assert_int_equal(count, K);
}

static void check_lists(bool sparse, bool positive, int64_t threads)
{
    llmrec_recommend_options options;
    int32_t denied[ITEMS / 10], items[SESSIONS * K], counts[SESSIONS];
    float scores[SESSIONS * K];
    world *w = world_of(sparse, positive);
    llmrec_recommender *recommender = recommender_of(w, threads);
    for (int i = 0; i < ITEMS / 10; i++) denied[i] = 10 * i + 3;
    assert_ok(llmrec_recommend_options_init(&options, sizeof options));
    options.deny = denied;
    options.deny_count = ITEMS / 10;
    assert_ok(llmrec_recommend(recommender, w->starts, w->items, SESSIONS, K, &options, items, scores, counts));
    for (int i = 0; i < SESSIONS; i++) check_list(w, i, items + i * K, scores + i * K, counts[i]);
    llmrec_recommender_free(recommender);
}

static void lists_are_those_of_a_plain_loop(void **state)
{
    (void)state;
    for (int kind = 0; kind < 4; kind++)
        for (int64_t threads = 1; threads <= 3; threads++) check_lists((kind & 1) != 0, (kind & 2) != 0, threads);
}

/* All items, and more: negative ones too, after those with a score of 0. */
static void whole_catalogs_are_ranked(void **state)
{
    enum { ALL = ITEMS + 5 };
    int32_t items[2][SESSIONS * ALL], counts[2][SESSIONS];
    float scores[2][SESSIONS * ALL];
    (void)state;
    for (int sparse = 0; sparse < 2; sparse++) {
        llmrec_recommender *recommender = recommender_of(world_of(sparse == 1, false), 2);
        const world *w = recommender->self;
        assert_ok(llmrec_recommend(recommender, w->starts, w->items, SESSIONS, ALL, NULL, items[sparse], scores[sparse],
                                   counts[sparse]));
        for (int i = 0; i < SESSIONS; i++) {
            int own = 0;
            float sums[ITEMS];
            for (int j = 0; j < ITEMS; j++) own += in_session(w, i, j);
            assert_int_equal(counts[sparse][i], plain_scores(w, i, sums) ? ITEMS - own : 0);
            if (sparse == 0 || counts[1][i] == 0) continue;
            assert_memory_equal(items[0] + i * ALL, items[1] + i * ALL, (size_t)counts[1][i] * sizeof **items);
            assert_memory_equal(scores[0] + i * ALL, scores[1] + i * ALL, (size_t)counts[1][i] * sizeof **scores);
        }
        llmrec_recommender_free(recommender);
    }
}

static void check_scores(bool sparse, int candidates)
{
    int32_t items[ITEMS];
    float scores[SESSIONS * ITEMS], sums[ITEMS];
    llmrec_recommender *recommender = recommender_of(world_of(sparse, false), 2);
    const world *w = recommender->self;
    for (int i = 0; i < candidates; i++) items[i] = (i * 7) % ITEMS;
    items[1] = -1;
    assert_ok(llmrec_score(recommender, w->starts, w->items, SESSIONS, NULL, items, candidates, scores));
    for (int i = 0; i < SESSIONS; i++) {
        const bool known = plain_scores(w, i, sums);
        for (int j = 0; j < candidates; j++) {
            const float given = scores[i * candidates + j];
            if (j == 1 || !known) assert_true(isnan(given));
            else assert_memory_equal(&given, &sums[items[j]], sizeof given);
        }
    }
    llmrec_recommender_free(recommender);
}

static void scores_are_those_of_lists(void **state)
{
    (void)state;
    for (int sparse = 0; sparse < 2; sparse++) {
        check_scores(sparse == 1, 3);
        check_scores(sparse == 1, ITEMS);
    }
}

/* With the weighting LAST only the last known item speaks. */
static void the_last_item_may_speak_alone(void **state)
{
    static const int64_t offsets[] = {0, 4};
    static const int32_t session[] = {7, 12, 5, -1}, candidates[] = {0, 1, 2, 149};
    float scores[4];
    (void)state;
    for (int sparse = 0; sparse < 2; sparse++) {
        world *w = world_of(sparse == 1, false);
        w->scoring.weighting.kind = LLMREC_WEIGHTING_LAST;
        llmrec_recommender *recommender = recommender_of(w, 1);
        assert_ok(llmrec_score(recommender, offsets, session, 1, NULL, candidates, 4, scores));
        for (int i = 0; i < 4; i++) assert_true(scores[i] == w->dense[5 * ITEMS + candidates[i]]);
        llmrec_recommender_free(recommender);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_are_those_of_a_plain_loop),
        cmocka_unit_test(whole_catalogs_are_ranked),
        cmocka_unit_test(scores_are_those_of_lists),
        cmocka_unit_test(the_last_item_may_speak_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
