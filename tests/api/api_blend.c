/* SPDX-License-Identifier: Apache-2.0 */
/* Blends of recommenders: against a plain loop, with filters, in files, and from descriptions. */
#include <math.h>

#include "lists.h"

enum { MEMBERS = 3, CANDIDATES = 6 };

/* --- three recommenders that disagree ----------------------------------------------------------------------------- */

/* Scores items by a wave; the host's `user` is its length. It does not score every fifth item. */
static llmrec_status wave(const llmrec_score_request *request, void *user)
{
    const double length = *(const double *)user;
    for (int64_t i = 0; i < request->sessions; i++)
        for (int64_t j = 0; j < (request->candidate_offsets == NULL
                                     ? request->candidate_count
                                     : request->candidate_offsets[i + 1] - request->candidate_offsets[i]);
             j++) {
            const int64_t at = request->candidate_offsets == NULL ? j : request->candidate_offsets[i] + j;
            const int32_t item = request->candidates[at];
            const double last =
                request->offsets[i + 1] == request->offsets[i] ? 0 : request->items[request->offsets[i + 1] - 1];
            const size_t put = (size_t)(request->candidate_offsets == NULL ? i * request->candidate_count + j : at);
            if (item % 5 != 3) request->scores[put] = (float)(length * sin(last + item / length));
        }
    return LLMREC_OK;
}

static llmrec_recommender *custom_of(const world *w, const char *name, double *length)
{
    const llmrec_custom_strategy strategy = {
        .size = sizeof strategy, .name = name, .dataset = w->dataset, .score = wave, .user = length};
    llmrec_recommender *recommender = NULL;
    assert_ok(llmrec_recommender_create_custom(w->context, &strategy, &recommender));
    return recommender;
}

typedef struct trio {
    world *w;
    const llmrec_recommender *list[MEMBERS];
    llmrec_recommender *owned[MEMBERS];
    double lengths[2];
    llmrec_recommender_parts parts;
} trio;

static trio *begin_trio(int64_t threads)
{
    trio *t = calloc(1, sizeof *t);
    assert_non_null(t);
    t->w = begin(threads, oracle, NULL);
    t->lengths[0] = 3;
    t->lengths[1] = 7;
    assert_ok(llmrec_recommender_create_similarity(t->w->table, NULL, &t->owned[0]));
    t->owned[1] = custom_of(t->w, "short", &t->lengths[0]);
    t->owned[2] = custom_of(t->w, "long", &t->lengths[1]);
    for (size_t i = 0; i < MEMBERS; i++) t->list[i] = t->owned[i];
    t->parts = (llmrec_recommender_parts){.size = sizeof t->parts,
                                          .dataset = t->w->dataset,
                                          .embedding = t->w->table,
                                          .recommenders = t->list,
                                          .recommender_count = MEMBERS};
    return t;
}

static void end_trio(trio *t)
{
    for (size_t i = 0; i < MEMBERS; i++) llmrec_recommender_free(t->owned[i]);
    end(t->w);
    free(t);
}

static llmrec_blend_options blend_options(const char *weights, int64_t scale)
{
    llmrec_blend_options options;
    assert_ok(llmrec_blend_options_init(&options, sizeof options));
    options.weights = weights;
    options.scale = scale;
    options.depth = CANDIDATES;
    return options;
}

static llmrec_recommender *blend_of(const trio *t, const llmrec_blend_options *options)
{
    llmrec_recommender *blend = NULL;
    assert_ok(llmrec_recommender_create_blend(&t->parts, options, &blend));
    return blend;
}

/* --- a plain loop ------------------------------------------------------------------------------------------------- */

/* The sum of scaled scores of all items for session `s`, by the definition of the header. Items outside the union get
 * -INFINITY in `listed`. */
static void plain_scores(const trio *t, int s, const double *weights, int64_t scale, double *sums, bool *listed)
{
    float scores[MEMBERS][ITEMS];
    int32_t all[ITEMS];
    for (int i = 0; i < ITEMS; i++) all[i] = i;
    memset(listed, 0, ITEMS * sizeof *listed);
    memset(sums, 0, ITEMS * sizeof *sums);
    for (size_t m = 0; m < MEMBERS; m++) {
        int32_t list[CANDIDATES], count = 0;
        assert_ok(llmrec_recommend(t->list[m], offsets + s, items, 1, CANDIDATES, NULL, list, NULL, &count));
        for (int32_t i = 0; i < count; i++) listed[list[i]] = true;
        assert_ok(llmrec_score(t->list[m], offsets + s, items, 1, NULL, all, ITEMS, scores[m]));
    }
    for (size_t m = 0; m < MEMBERS; m++) {
        double mean = 0, squares = 0, count = 0, lowest = INFINITY;
        for (int i = 0; i < ITEMS; i++)
            if (listed[i] && !isnan(scores[m][i])) mean += scores[m][i], count++, lowest = fmin(lowest, scores[m][i]);
        mean /= count;
        for (int i = 0; i < ITEMS; i++)
            if (listed[i] && !isnan(scores[m][i])) squares += pow(scores[m][i] - mean, 2);
        for (int i = 0; i < ITEMS; i++) {
            const double score = isnan(scores[m][i]) ? lowest : scores[m][i];
            double rank = 1;
            for (int j = 0; j < ITEMS; j++)
                if (listed[j] && (scores[m][j] > scores[m][i] || (scores[m][j] == scores[m][i] && j < i))) rank++;
            if (scale == LLMREC_SCALE_RANK) sums[i] += isnan(scores[m][i]) ? 0 : weights[m] / (60 + rank);
            else if (scale == LLMREC_SCALE_NONE) sums[i] += weights[m] * score;
            else sums[i] += weights[m] * (score - mean) / sqrt(squares / count);
        }
    }
}

static void blends_are_those_of_a_plain_loop(void **state)
{
    static const char *const texts[] = {"0.5 1 0.25", NULL, " 2,0.125 ,1"};
    static const double weights[][MEMBERS] = {{.5, 1, .25}, {1, 1, 1}, {2, .125, 1}};
    trio *t = begin_trio(2);
    (void)state;
    for (int64_t scale = LLMREC_SCALE_ZSCORE; scale <= LLMREC_SCALE_RANK; scale++)
        for (size_t which = 0; which < 3; which++) {
            const llmrec_blend_options options = blend_options(texts[which], scale);
            llmrec_recommender *blend = blend_of(t, &options);
            for (int s = 0; s < 3; s++) {
                double sums[ITEMS];
                bool listed[ITEMS];
                int32_t list[CANDIDATES], count = 0, all[ITEMS];
                float scores[CANDIDATES], of_all[ITEMS];
                for (int i = 0; i < ITEMS; i++) all[i] = i;
                plain_scores(t, s, weights[which], scale, sums, listed);
                assert_ok(llmrec_recommend(blend, offsets + s, items, 1, CANDIDATES, NULL, list, scores, &count));
                assert_ok(llmrec_score(blend, offsets + s, items, 1, NULL, all, ITEMS, of_all));
                assert_int_equal(count, CANDIDATES);
                for (int i = 0; i < ITEMS; i++) assert_true(fabs(of_all[i] - sums[i]) < 1e-4);
                for (int32_t i = 0; i < count; i++) {
                    assert_true(listed[list[i]] && scores[i] == of_all[list[i]]);
                    assert_true(i == 0 || scores[i] <= scores[i - 1]);
                    listed[list[i]] = false;
                }
                for (int i = 0; i < ITEMS; i++)
                    if (listed[i]) assert_true(of_all[i] <= scores[count - 1]);
            }
            llmrec_recommender_free(blend);
        }
    end_trio(t);
}

/* --- filters ------------------------------------------------------------------------------------------------------ */

static void filters_change_no_score(void **state)
{
    trio *t = begin_trio(2);
    const llmrec_blend_options options = blend_options("1 2 1", LLMREC_SCALE_ZSCORE);
    llmrec_recommender *blend = blend_of(t, &options);
    (void)state;
    for (int which = 0; which < 4; which++) {
        static const int32_t some[] = {0, 1, 2, 7, 11, 12, 13, 21, 33, 39};
        int32_t list[ITEMS], count = 0;
        float scores[ITEMS], again[ITEMS];
        llmrec_recommend_options wishes;
        assert_ok(llmrec_recommend_options_init(&wishes, sizeof wishes));
        wishes.keep_seen = which == 0;
        wishes.allow = which == 1 ? some : NULL;
        wishes.allow_count = which == 1 ? 10 : 0;
        wishes.deny = which == 2 ? some : NULL;
        wishes.deny_count = which == 2 ? 10 : 0;
        assert_ok(llmrec_recommend(blend, offsets, items, 1, which == 3 ? ITEMS : 8, &wishes, list, scores, &count));
        assert_int_equal(count, which == 3 ? ITEMS - 3 : which == 1 ? 8 : 8);
        assert_ok(llmrec_score(blend, offsets, items, 1, NULL, list, count, again));
        assert_memory_equal(scores, again, (size_t)count * sizeof *scores);
    }
    llmrec_recommender_free(blend);
    end_trio(t);
}

/* --- members ------------------------------------------------------------------------------------------------------ */

static llmrec_status never(const llmrec_score_request *request, void *user)
{
    (void)request;
    (void)user;
    return LLMREC_ERR_CALLBACK;
}

static void members_of_weight_zero_are_not_asked(void **state)
{
    trio *t = begin_trio(1);
    const llmrec_custom_strategy strategy = {
        .size = sizeof strategy, .name = "never", .dataset = t->w->dataset, .score = never};
    llmrec_blend_options options = blend_options("0 1", LLMREC_SCALE_NONE);
    llmrec_recommender *broken = NULL, *blend = NULL;
    (void)state;
    assert_ok(llmrec_recommender_create_custom(t->w->context, &strategy, &broken));
    const llmrec_recommender *two[] = {broken, t->list[0]};
    const llmrec_recommender_parts parts = {.size = sizeof parts, .recommenders = two, .recommender_count = 2};
    assert_ok(llmrec_recommender_create_blend(&parts, &options, &blend));
    const lists one = lists_of(blend), other = lists_of(t->list[0]);
    assert_memory_equal(one.counts, other.counts, sizeof one.counts);
    for (int i = 0; i < SESSIONS * CANDIDATES; i++)
        if (i % K < one.counts[i / K] && i % K < CANDIDATES) assert_int_equal(one.items[i], other.items[i]);
    llmrec_recommender_free(blend);
    options.weights = "1 1";
    assert_ok(llmrec_recommender_create_blend(&parts, &options, &blend));
    int32_t list = 0, count = 0;
    assert_failure(llmrec_recommend(blend, offsets, items, 1, 1, NULL, &list, NULL, &count), LLMREC_ERR_CALLBACK,
                   "never: score returned");
    llmrec_recommender_free(blend);
    llmrec_recommender_free(broken);
    end_trio(t);
}

static void wrong_parts_and_weights_are_refused(void **state)
{
    static const struct {
        const char *weights, *message;
    } wrong[] = {
        {"1 1", "weights is \"1 1\"; wanted 3 numbers of 0 to 1e9 with blanks between, one above 0"},
        {"1 1 1 1", "wanted 3 numbers"},
        {"1 1 x", "wanted 3 numbers"},
        {"1 -1 1", "wanted 3 numbers"},
        {"0 0 0", "one above 0"},
        {"1 1 1e10", "0 to 1e9"},
        {"", "wanted 3 numbers"},
    };
    trio *t = begin_trio(1);
    llmrec_recommender *made = NULL;
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        const llmrec_blend_options options = blend_options(wrong[i].weights, LLMREC_SCALE_ZSCORE);
        assert_failure(llmrec_recommender_create_blend(&t->parts, &options, &made), LLMREC_ERR_ARGUMENT,
                       wrong[i].message);
    }
    llmrec_recommender_parts parts = t->parts;
    parts.recommender_count = 65;
    assert_failure(llmrec_recommender_create_blend(&parts, NULL, &made), LLMREC_ERR_ARGUMENT,
                   "parts.recommender_count is 65; wanted 1 to 64");
    parts.recommenders = NULL;
    assert_failure(llmrec_recommender_create_blend(&parts, NULL, &made), LLMREC_ERR_ARGUMENT,
                   "parts.recommenders is NULL");
    assert_failure(llmrec_recommender_create(&parts, "blend", &made), LLMREC_ERR_ARGUMENT,
                   "parts.recommenders is NULL; the strategy blend needs it");
    const llmrec_recommender *gap[] = {t->list[0], NULL};
    parts.recommenders = gap;
    parts.recommender_count = 2;
    assert_failure(llmrec_recommender_create_blend(&parts, NULL, &made), LLMREC_ERR_ARGUMENT,
                   "parts.recommenders[1] is NULL");
    assert_null(made);
    end_trio(t);
}

static void members_have_one_catalog(void **state)
{
    trio *t = begin_trio(1);
    const float values[] = {1, 2, 3};
    const llmrec_custom_strategy strategy = {
        .size = sizeof strategy,
        .name = "others",
        .items = ITEMS,
        .ids = (const char *const[ITEMS]){"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n",
                                          "o", "p", "q", "r", "s", "t", "u", "v", "w", "x", "y", "z", "1", "2",
                                          "3", "4", "5", "6", "7", "8", "9", "0", "A", "B", "C", "D"},
        .score = never};
    llmrec_embedding *table = NULL;
    llmrec_recommender *few = NULL, *others = NULL, *made = NULL;
    (void)state;
    assert_ok(llmrec_embedding_create(t->w->context, values, 3, 1, NULL, NULL, NULL, &table));
    assert_ok(llmrec_recommender_create_similarity(table, NULL, &few));
    assert_ok(llmrec_recommender_create_custom(t->w->context, &strategy, &others));
    const llmrec_recommender *two[] = {t->list[1], few};
    const llmrec_recommender_parts parts = {.size = sizeof parts, .recommenders = two, .recommender_count = 2};
    assert_failure(llmrec_recommender_create_blend(&parts, NULL, &made), LLMREC_ERR_SHAPE,
                   "parts.recommenders[1] has 3 items; wanted 40");
    two[1] = others;
    assert_failure(llmrec_recommender_create_blend(&parts, NULL, &made), LLMREC_ERR_SHAPE,
                   "parts.recommenders[1] has other item ids");
    assert_null(made);
    llmrec_recommender_free(few);
    llmrec_recommender_free(others);
    llmrec_embedding_free(table);
    end_trio(t);
}

/* --- descriptions and files --------------------------------------------------------------------------------------- */

static const char NESTED[] =
    "{\"strategy\":\"blend\",\"options\":{\"weights\":\"1 0.5\",\"depth\":5},\"parts\":{\"recommenders\":["
    "{\"strategy\":\"similarity\",\"options\":{\"decay\":\"none\"}},"
    "{\"strategy\":\"blend\",\"preset\":\"rrf\",\"parts\":{\"recommenders\":["
    "{\"strategy\":\"popularity\"},{\"strategy\":\"similarity\",\"options\":{\"measure\":\"dot\"}}]}}]}}";

static llmrec_recommender *nested(const world *w)
{
    const llmrec_recommender_parts parts = {.size = sizeof parts, .dataset = w->dataset, .embedding = w->table};
    llmrec_recommender *made = NULL;
    assert_ok(llmrec_recommender_create(&parts, NESTED, &made));
    return made;
}

static void blends_come_back_from_descriptions_and_files(void **state)
{
    world *w = begin(2, oracle, NULL);
    const llmrec_recommender_parts parts = {.size = sizeof parts, .dataset = w->dataset, .embedding = w->table};
    llmrec_recommender *made = nested(w), *again = NULL, *opened = NULL;
    char *description = strdup(described(made));
    (void)state;
    assert_non_null(strstr(description, "\"weights\":\"1 0.5\""));
    assert_non_null(strstr(description, "\"parts\":{\"recommenders\":[{\"kind\":\"recommender\",\"strategy\":\"simil"));
    assert_ok(llmrec_recommender_create(&parts, description, &again));
    assert_ok(llmrec_recommender_save(made, scratch("blend.h5")));
    assert_ok(llmrec_recommender_open(w->context, scratch("blend.h5"), NULL, &opened));
    assert_string_equal(described(again), description);
    assert_string_equal(described(opened), description);
    const lists one = lists_of(made), two = lists_of(again), three = lists_of(opened);
    assert_int_equal(one.counts[0], K);
    assert_memory_equal(&one, &two, sizeof one);
    assert_memory_equal(&one, &three, sizeof one);
    const char *title = NULL;
    size_t length = 0;
    assert_ok(llmrec_recommender_item_title(opened, 3, &title, &length));
    assert_int_equal(length, strlen("Film 3 (1993)"));
    llmrec_recommender_free(opened);
    llmrec_recommender_free(again);
    llmrec_recommender_free(made);
    free(description);
    end(w);
}

static void errors_within_lists_name_the_path(void **state)
{
    static const struct {
        const char *list, *message;
    } wrong[] = {
        {"3", "description: parts.recommenders is 3; wanted an array of at most 64"},
        {"[3]", "description: parts.recommenders[0] is 3; wanted a JSON object"},
        {"[{\"strategy\":\"popularity\"},{\"strategy\":\"similarity\",\"options\":{\"decay\":\"x\"}}]",
         "description: parts.recommenders[1].decay is \"x\"; wanted one of none"},
        {"[{\"strategy\":\"blend\",\"parts\":{\"recommenders\":[{}]}}]",
         "description: parts.recommenders[0].parts.recommenders[0].strategy is missing"},
    };
    world *w = begin(1, oracle, NULL);
    llmrec_recommender_parts parts = {.size = sizeof parts, .dataset = w->dataset, .embedding = w->table};
    llmrec_recommender *made = NULL;
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        char text[512];
        snprintf(text, sizeof text, "{\"strategy\":\"blend\",\"parts\":{\"recommenders\":%s}}", wrong[i].list);
        assert_failure(llmrec_recommender_create(&parts, text, &made), LLMREC_ERR_FORMAT, wrong[i].message);
    }
    const llmrec_recommender *one[] = {w->popular};
    parts.recommenders = one;
    parts.recommender_count = 1;
    assert_failure(llmrec_recommender_create(&parts, NESTED, &made), LLMREC_ERR_ARGUMENT,
                   "parts.recommender_count is 1; the description has 2 recommenders");
    assert_null(made);
    end(w);
}

static void blends_with_host_functions_are_not_saved(void **state)
{
    trio *t = begin_trio(1);
    llmrec_recommender *blend = blend_of(t, NULL);
    (void)state;
    assert_failure(llmrec_recommender_save(blend, scratch("host.h5")), LLMREC_ERR_UNSUPPORTED,
                   "recommender \"short\" cannot be saved");
    llmrec_recommender_free(blend);
    end_trio(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blends_are_those_of_a_plain_loop),
        cmocka_unit_test(filters_change_no_score),
        cmocka_unit_test(members_of_weight_zero_are_not_asked),
        cmocka_unit_test(wrong_parts_and_weights_are_refused),
        cmocka_unit_test(members_have_one_catalog),
        cmocka_unit_test(blends_come_back_from_descriptions_and_files),
        cmocka_unit_test(errors_within_lists_name_the_path),
        cmocka_unit_test(blends_with_host_functions_are_not_saved),
    };
    return cmocka_run_group_tests(tests, NULL, remove_scratch);
}
