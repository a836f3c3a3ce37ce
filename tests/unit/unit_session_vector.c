/* SPDX-License-Identifier: Apache-2.0 */
/* Weights of a session's items, and the resulting vectors. */
#include <math.h>

#include "../support.h"

#include "rank/session_vector.h"

#define assert_near(a, b) assert_true(fabs((a) - (b)) < 1e-7)

typedef struct golden {
    int64_t decay;
    double weights[4]; /* oldest to newest of a session of four */
} golden;

static const golden reference[] = {
    {LLMREC_DECAY_NONE, {1, 1, 1, 1}},
    {LLMREC_DECAY_CONSTANT_LINEAR, {.7, .8, .9, 1}},
    {LLMREC_DECAY_SCALING_LINEAR, {.25, .5, .75, 1}},
    {LLMREC_DECAY_SCALING_QUADRATIC, {.0625, .25, .5625, 1}},
    {LLMREC_DECAY_SCALING_CUBIC, {.015625, .125, .421875, 1}},
    {LLMREC_DECAY_LOG, {.41905978, .47650536, .59061611, 1}},
    {LLMREC_DECAY_HARMONIC, {.25, .33333333, .5, 1}},
    {LLMREC_DECAY_HARMONIC_SQUARED, {.0625, .11111111, .25, 1}},
    {LLMREC_DECAY_EXPONENTIAL, {.22313016, .36787944, .60653066, 1}}, /* rate 0.5 */
};

static void weights_are_those_of_the_reference(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof reference / sizeof *reference; i++) {
        const lr_weighting weighting = {LLMREC_WEIGHTING_MEAN, reference[i].decay, .5};
        for (size_t at = 0; at < 4; at++)
            assert_true(fabs(lr_decay_weight(&weighting, 4 - at, 4) - reference[i].weights[at]) < 1e-8);
        assert_near(lr_decay_weight(&weighting, 1, 1), 1);
    }
}

static void constant_linear_has_a_floor(void **state)
{
    const lr_weighting weighting = {LLMREC_WEIGHTING_MEAN, LLMREC_DECAY_CONSTANT_LINEAR, 0};
    (void)state;
    assert_near(lr_decay_weight(&weighting, 12, 12), 1e-5);
    assert_near(lr_decay_weight(&weighting, 11, 12), 1e-5);
    assert_near(lr_decay_weight(&weighting, 10, 12), .1);
    assert_near(lr_decay_weight(&weighting, 9, 12), .2);
}

static llmrec_embedding *table_of(llmrec_context *context, int64_t dtype)
{
    static const float values[] = {1, 0, 0, 0, 1, 0, 0, .5f, .75f};
    llmrec_embedding_options options;
    llmrec_embedding *table = NULL;
    assert_ok(llmrec_embedding_options_init(&options, sizeof options));
    options.dtype = dtype;
    assert_ok(llmrec_embedding_create(context, values, 3, 3, NULL, NULL, &options, &table));
    return table;
}

static void check_vector(const lr_weighting *weighting, const int32_t *items, size_t count, const float *wanted)
{
    llmrec_context *context = context_with(1);
    for (int64_t dtype = LLMREC_DTYPE_FLOAT32; dtype <= LLMREC_DTYPE_FLOAT16; dtype++) {
        llmrec_embedding *table = table_of(context, dtype);
        double sum[3];
        float row[3], vector[3];
        const lr_vector_room room = {sum, row};
        lr_session_vector(weighting, table, items, count, &room, vector);
        for (int i = 0; i < 3; i++) assert_near(vector[i], wanted[i]);
        llmrec_embedding_free(table);
    }
    llmrec_context_free(context);
}

static void the_last_known_item_speaks_for_its_session(void **state)
{
    static const int32_t items[] = {0, 1, 2, -1};
    const lr_weighting last = {LLMREC_WEIGHTING_LAST, LLMREC_DECAY_HARMONIC, 0};
    (void)state;
    check_vector(&last, items, 4, (const float[]){0, .5f, .75f});
    check_vector(&last, items, 2, (const float[]){0, 1, 0});
}

static void means_are_weighted_and_count_repeats(void **state)
{
    static const int32_t items[] = {0, 1, -1, 1, 2};
    const lr_weighting none = {LLMREC_WEIGHTING_MEAN, LLMREC_DECAY_NONE, 0};
    const lr_weighting harmonic = {LLMREC_WEIGHTING_MEAN, LLMREC_DECAY_HARMONIC, 0};
    const double total = 1 + 1 / 2. + 1 / 3. + 1 / 4.; /* the unknown item is ignored */
    (void)state;
    check_vector(&none, items, 5, (const float[]){.25f, .625f, .1875f});
    check_vector(&harmonic, items, 5,
                 (const float[]){(float)(.25 / total), (float)((.5 + 1 / 2. + 1 / 3.) / total), (float)(.75 / total)});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(weights_are_those_of_the_reference),
        cmocka_unit_test(constant_linear_has_a_floor),
        cmocka_unit_test(the_last_known_item_speaks_for_its_session),
        cmocka_unit_test(means_are_weighted_and_count_repeats),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
