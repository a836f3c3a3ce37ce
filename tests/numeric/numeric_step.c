/* SPDX-License-Identifier: Apache-2.0 */
/* A training step in float32: the same bits for any number of threads, no allocation, and the loss of a plain softmax
 * over a catalog of several strips. */
#include "../heap.h"

#include <math.h>

#include "core/context.h"
#include "core/rng.h"
#include "nn/softmax_loss.h"
#include "nn/step.h"

enum { ITEMS = 1300, SEQUENCES = 150, LONGEST = 20 };

static const lr_shape shape = {.items = ITEMS,
                               .positions = LONGEST,
                               .dim = 24,
                               .layers = 2,
                               .heads = 2,
                               .head_dim = 12,
                               .ffn = 40,
                               .embedding_norm = true,
                               .head = true,
                               .head_norm = true,
                               .output_bias = true,
                               .epsilon = 1e-12,
                               .embedding_dropout = .1,
                               .attention_dropout = .2,
                               .hidden_dropout = .3};

/* A batch of sequences of 1 to LONGEST tokens, masked at every third one. */
typedef struct batch {
    size_t starts[SEQUENCES + 1];
    int32_t items[SEQUENCES * LONGEST], positions[SEQUENCES * LONGEST];
    int32_t at[SEQUENCES * LONGEST], label[SEQUENCES * LONGEST];
    lr_tokens tokens;
} batch;

static void fill_batch(batch *b)
{
    lr_rng rng = lr_rng_at(4, LR_STREAM_SAMPLE, 0);
    size_t n = 0, labels = 0;
    b->starts[0] = 0;
    for (size_t s = 0; s < SEQUENCES; s++) {
        const size_t length = 1 + lr_rng_below(&rng, LONGEST);
        for (size_t i = 0; i < length; i++, n++) {
            const int32_t item = (int32_t)lr_rng_below(&rng, ITEMS);
            b->items[n] = n % 3 == 0 ? ITEMS : item;
            b->positions[n] = (int32_t)(LONGEST - length + i);
            if (n % 3 != 0) continue;
            b->at[labels] = (int32_t)n;
            b->label[labels++] = item;
        }
        b->starts[s + 1] = n;
    }
    b->tokens = (lr_tokens){SEQUENCES, b->starts, b->items, b->positions, labels, b->at, b->label, NULL};
}

/* Gradients [total] of one step with `threads` threads; *loss gets its loss. */
static float *gradients_with(int64_t threads, const batch *b, double *loss)
{
    llmrec_context *context = heap_context(threads);
    lr_layout *layout = malloc(sizeof *layout);
    lr_step *step = NULL;
    lr_rng rng = lr_rng_at(9, LR_STREAM_INIT, 0);
    assert_non_null(layout);
    assert_int_equal(lr_layout_of(&shape, layout), LLMREC_OK);
    float *parameters = malloc(layout->total * sizeof *parameters),
          *gradients = calloc(layout->total, sizeof *gradients);
    assert_true(parameters != NULL && gradients != NULL);
    for (size_t i = 0; i < layout->total; i++) parameters[i] = (float)(.1 * lr_rng_normal(&rng));
    assert_int_equal(lr_step_create(context, &shape, &step), LLMREC_OK);
    const lr_network network = {
        .shape = &shape, .layout = layout, .parameters = parameters, .seed = 5, .step = 6, .training = true};
    assert_int_equal(lr_step_run(step, &network, &b->tokens, 1, gradients, loss), LLMREC_OK); /* starts the threads */
    memset(gradients, 0, layout->total * sizeof *gradients);
    atomic_store(&the_heap.allocations, 0);
    assert_int_equal(lr_step_run(step, &network, &b->tokens, 1, gradients, loss), LLMREC_OK);
    assert_int_equal(atomic_load(&the_heap.allocations), 0);
    lr_step_free(step);
    llmrec_context_free(context);
    free(parameters);
    free(layout);
    return gradients;
}

static void a_step_has_the_same_bits_for_any_number_of_threads(void **state)
{
    batch *b = malloc(sizeof *b);
    lr_layout *layout = malloc(sizeof *layout);
    double loss, other;
    (void)state;
    assert_true(b != NULL && layout != NULL);
    fill_batch(b);
    assert_int_equal(lr_layout_of(&shape, layout), LLMREC_OK);
    float *one = gradients_with(1, b, &loss);
    for (int64_t threads = 2; threads <= 4; threads++) {
        float *more = gradients_with(threads, b, &other);
        assert_true(loss == other);
        assert_memory_equal(one, more, layout->total * sizeof *one);
        free(more);
    }
    free(one);
    free(layout);
    free(b);
}

/* M tokens before a table, and the results of the plain formulas. */
typedef struct problem {
    float hidden[70 * 8], table[ITEMS * 8], bias[ITEMS], d_hidden[70 * 8], d_table[ITEMS * 8], d_bias[ITEMS];
    double p[ITEMS], wanted_hidden[70 * 8], wanted_table[ITEMS * 8], wanted_bias[ITEMS];
    int32_t label[70];
} problem;

static double plain_token(problem *q, size_t m)
{
    double sum = 0, own = 0;
    for (size_t i = 0; i < ITEMS; i++) {
        double logit = (double)q->bias[i];
        for (size_t j = 0; j < 8; j++) logit += (double)q->hidden[m * 8 + j] * (double)q->table[i * 8 + j];
        if (i == (size_t)q->label[m]) own = logit;
        sum += q->p[i] = exp(logit);
    }
    for (size_t i = 0; i < ITEMS; i++) {
        const double d = .5 * (q->p[i] / sum - (i == (size_t)q->label[m]));
        q->wanted_bias[i] += d;
        for (size_t j = 0; j < 8; j++) {
            q->wanted_hidden[m * 8 + j] += d * (double)q->table[i * 8 + j];
            q->wanted_table[i * 8 + j] += d * (double)q->hidden[m * 8 + j];
        }
    }
    return log(sum) - own;
}

static void check_near(const float *found, const double *wanted, size_t count, double within)
{
    for (size_t i = 0; i < count; i++)
        if (fabs((double)found[i] - wanted[i]) > within * (1 + fabs(wanted[i])))
            fail_msg("number %zu is %.9g; wanted %.9g", i, (double)found[i], wanted[i]);
}

/* Every third token is `far` times as long as the others. */
static problem *make_problem(float far)
{
    problem *q = calloc(1, sizeof *q);
    lr_rng rng = lr_rng_at(8, LR_STREAM_SAMPLE, 0);
    assert_non_null(q);
    for (size_t i = 0; i < sizeof q->hidden / sizeof *q->hidden; i++)
        q->hidden[i] = (i / 8 % 3 == 0 ? far : 1) * (float)lr_rng_normal(&rng);
    for (size_t i = 0; i < sizeof q->table / sizeof *q->table; i++) q->table[i] = (float)lr_rng_normal(&rng);
    for (size_t i = 0; i < ITEMS; i++) q->bias[i] = (float)lr_rng_normal(&rng);
    for (size_t m = 0; m < 70; m++) q->label[m] = (int32_t)(m * 17 % ITEMS);
    q->label[3] = ITEMS - 1;
    return q;
}

static void check_loss(float far, double within)
{
    problem *q = make_problem(far);
    llmrec_context *context = NULL;
    lr_softmax_loss *loss = NULL;
    double sum = 0, wanted = 0;
    for (size_t m = 0; m < 70; m++) wanted += plain_token(q, m);
    assert_int_equal(llmrec_context_create(NULL, &context), LLMREC_OK);
    assert_int_equal(lr_softmax_loss_create(context, ITEMS, 8, &loss), LLMREC_OK);
    const lr_output output = {q->table, q->bias, q->d_table, q->d_bias, ITEMS, 8};
    const lr_labeled labeled = {q->hidden, q->label, 70, .5, q->d_hidden};
    assert_int_equal(lr_softmax_loss_run(loss, &output, &labeled, &sum), LLMREC_OK);
    assert_true(fabs(sum - wanted) < 1e-5 * wanted);
    check_near(q->d_hidden, q->wanted_hidden, 70 * 8, within);
    check_near(q->d_table, q->wanted_table, ITEMS * 8, within);
    check_near(q->d_bias, q->wanted_bias, ITEMS, within);
    lr_softmax_loss_free(loss);
    llmrec_context_free(context);
    free(q);
}

static void the_loss_over_several_strips_is_the_plain_softmax_s(void **state)
{
    (void)state;
    check_loss(1, 2e-6);
}

/* Logits of 200 and more, whose exponentials overflow a float, next to others that need no shift. */
static void logits_far_from_zero_lose_nothing(void **state)
{
    (void)state;
    check_loss(15, 5e-5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_step_has_the_same_bits_for_any_number_of_threads),
        cmocka_unit_test(the_loss_over_several_strips_is_the_plain_softmax_s),
        cmocka_unit_test(logits_far_from_zero_lose_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
