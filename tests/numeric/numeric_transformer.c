/* SPDX-License-Identifier: Apache-2.0 */
/* The transformer in double precision: known forward passes, and every gradient against central differences. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/context.h"
#include "nn/step.h"

enum { MOST = 4096 };

/* A small network and a batch, with all memory. */
typedef struct bench {
    llmrec_context *context;
    lr_shape shape;
    lr_layout layout;
    lr_network network;
    lr_tokens tokens;
    double parameters[MOST], gradients[MOST], checked[MOST], hidden[256];
    lr_pass *pass;
    lr_step *step;
} bench;

static void open_bench(bench *b, lr_shape shape, lr_tokens tokens)
{
    memset(b, 0, sizeof *b);
    b->shape = shape;
    b->tokens = tokens;
    assert_int_equal(llmrec_context_create(NULL, &b->context), LLMREC_OK);
    assert_int_equal(lr_layout_of(&b->shape, &b->layout), LLMREC_OK);
    assert_true(b->layout.total <= MOST);
    b->network = (lr_network){.shape = &b->shape, .layout = &b->layout, .parameters = b->parameters, .seed = 5};
    assert_int_equal(lr_pass_create(b->context, &b->shape, lr_tokens_count(&tokens), tokens.labels, &b->pass), 0);
    assert_int_equal(lr_step_create(b->context, &b->shape, &b->step), LLMREC_OK);
}

static void close_bench(bench *b)
{
    lr_step_free(b->step);
    lr_pass_free(b->pass);
    llmrec_context_free(b->context);
}

/* Returns the loss; adds its gradients to b->gradients. */
static double loss_of(bench *b)
{
    double value = 0;
    assert_int_equal(lr_step_run(b->step, &b->network, &b->tokens, 1, b->gradients, &value), LLMREC_OK);
    return value;
}

/* Test values: element k of tensor t is .2 sin(1.3 k + .7 t); tensors in the reference's order, norms plain. */
static void fill(bench *b, size_t offset, size_t count, size_t tensor)
{
    for (size_t k = 0; k < count; k++) b->parameters[offset + k] = .2 * sin(1.3 * (double)k + .7 * (double)tensor);
}

/* Our array interleaves queries, keys and values by row; the reference stores them one after the other. */
static void fill_qkv(bench *b, const lr_block_at *at, size_t first_tensor)
{
    const size_t D = b->shape.dim;
    for (size_t part = 0; part < 3; part++)
        for (size_t k = 0; k < D * D; k++)
            b->parameters[at->qkv.weights + k / D * 3 * D + part * D + k % D] =
                .2 * sin(1.3 * (double)k + .7 * (double)(first_tensor + 2 * part));
    for (size_t part = 0; part < 3; part++)
        for (size_t k = 0; k < D; k++)
            b->parameters[at->qkv.bias + part * D + k] =
                .2 * sin(1.3 * (double)k + .7 * (double)(first_tensor + 2 * part + 1));
}

static void plain_norm(bench *b, lr_norm_at at)
{
    for (size_t j = 0; j < b->shape.dim; j++) {
        b->parameters[at.gain + j] = 1;
        b->parameters[at.bias + j] = 0;
    }
}

static void fill_as_specified(bench *b)
{
    const lr_layout *at = &b->layout;
    const lr_block_at *block = &at->block[0];
    const size_t D = b->shape.dim, F = b->shape.ffn;
    fill(b, at->item, (b->shape.items + 1) * D, 0);
    fill(b, at->position, b->shape.positions * D, 1);
    fill_qkv(b, block, 2);
    fill(b, block->mix.weights, D * D, 8);
    fill(b, block->mix.bias, D, 9);
    fill(b, block->up.weights, D * F, 10);
    fill(b, block->up.bias, F, 11);
    fill(b, block->down.weights, F * D, 12);
    fill(b, block->down.bias, D, 13);
    fill(b, at->head.weights, D * D, 14);
    fill(b, at->head.bias, D, 15);
    plain_norm(b, block->attention_norm);
    plain_norm(b, block->ffn_norm);
}

static void check_close(const double *values, const double *wanted, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (fabs(values[i] - wanted[i]) > 1e-7) fail_msg("number %zu is %.9f; wanted %.9f", i, values[i], wanted[i]);
}

static const lr_shape harte = {.items = 3,
                               .positions = 3,
                               .dim = 4,
                               .layers = 1,
                               .heads = 2,
                               .head_dim = 2,
                               .ffn = 8,
                               .head = true,
                               .epsilon = 1e-5};
static const size_t one_of_three[] = {0, 3};

static void logits_of(bench *b, size_t m, double logits[3])
{
    lr_pass_forward(b->pass, &b->network, &b->tokens, b->hidden);
    for (size_t i = 0; i < 3; i++) {
        logits[i] = 0;
        for (size_t j = 0; j < 4; j++) logits[i] += b->hidden[m * 4 + j] * b->parameters[b->layout.item + i * 4 + j];
    }
}

/* BERT4Rec as in Harte et al. 2023. */
static void the_paper_s_forward_pass_is_reproduced(void **state)
{
    static const int32_t items[] = {0, 2, 3}, positions[] = {0, 1, 2}, at[] = {2}, label[] = {1};
    static const double logits[] = {.09990696, .04210253, -.06045549};
    bench *b = *state;
    double found[3];
    open_bench(b, harte, (lr_tokens){1, one_of_three, items, positions, 1, at, label, NULL});
    fill_as_specified(b);
    const double loss = loss_of(b), wanted = 1.085876044;
    check_close(&loss, &wanted, 1);
    logits_of(b, 0, found);
    for (size_t i = 0; i < 3; i++) assert_true(fabs(found[i] - logits[i]) < 1e-7);
    close_bench(b);
}

/* The same network with one item: padding shown as [MASK] (parity), or packed without padding (ours). */
static void pads_can_be_masks_or_left_out(void **state)
{
    static const int32_t items[] = {3, 1, 3}, positions[] = {0, 1, 2}, at[] = {2}, label[] = {1};
    static const double with_pad[] = {.09986788, .0417347, -.06076107}, without[] = {.09794547, .03208398, -.06788171};
    static const size_t two[] = {0, 2};
    static const int32_t late[] = {1};
    bench *b = *state;
    double found[3];
    open_bench(b, harte, (lr_tokens){1, one_of_three, items, positions, 1, at, label, NULL});
    fill_as_specified(b);
    logits_of(b, 0, found);
    for (size_t i = 0; i < 3; i++) assert_true(fabs(found[i] - with_pad[i]) < 1e-7);
    close_bench(b);
    open_bench(b, harte, (lr_tokens){1, two, items + 1, positions + 1, 1, late, label, NULL});
    fill_as_specified(b);
    logits_of(b, 0, found);
    for (size_t i = 0; i < 3; i++) assert_true(fabs(found[i] - without[i]) < 1e-7);
    close_bench(b);
}

/* SASRec as in Boz et al. 2024: causal, pre-norm, ReLU, no final norm. */
static void the_causal_forward_pass_is_reproduced(void **state)
{
    static const int32_t items[] = {0, 2, 1}, positions[] = {0, 1, 2}, at[] = {0, 1, 2}, label[] = {0, 0, 0};
    static const double wanted[3][3] = {
        {.30420233, .33731977, .3584779}, {.32484368, .33582508, .33933124}, {.3309579, .33443469, .3346074}};
    lr_shape shape = harte;
    bench *b = *state;
    shape.causal = shape.pre_norm = shape.relu = true;
    shape.ffn = 4;
    open_bench(b, shape, (lr_tokens){1, one_of_three, items, positions, 3, at, label, NULL});
    fill_as_specified(b);
    for (size_t m = 0; m < 3; m++) {
        double logits[3], sum = 0;
        logits_of(b, m, logits);
        for (size_t i = 0; i < 3; i++) sum += exp(logits[i]);
        for (size_t i = 0; i < 3; i++) assert_true(fabs(exp(logits[i]) / sum - wanted[m][i]) < 1e-7);
    }
    close_bench(b);
}

static void check_gradients(bench *b, lr_shape shape, const lr_sampling *sampling)
{
    static const size_t starts[] = {0, 4, 5, 8};
    static const int32_t items[] = {0, 5, 2, 1, 5, 3, 5, 0}, positions[] = {0, 1, 2, 3, 3, 1, 2, 3};
    static const int32_t at[] = {1, 3, 4, 6}, label[] = {4, 1, 2, 0};
    open_bench(b, shape, (lr_tokens){3, starts, items, positions, 4, at, label, NULL});
    b->network.training = true;
    if (sampling != NULL) assert_int_equal(lr_step_sample(b->step, sampling), LLMREC_OK);
    for (size_t i = 0; i < b->layout.total; i++) b->parameters[i] = .3 * sin(1.7 * (double)i + .3);
    loss_of(b);
    memcpy(b->checked, b->gradients, sizeof b->checked);
    for (size_t i = 0; i < b->layout.total; i++) {
        const double kept = b->parameters[i], gradient = b->checked[i], step = 1e-5;
        b->parameters[i] = kept + step;
        const double above = loss_of(b);
        b->parameters[i] = kept - step;
        const double below = loss_of(b), slope = (above - below) / (2 * step);
        b->parameters[i] = kept;
        if (fabs(slope - gradient) > 1e-6 * (fabs(slope) + 1e-3))
            fail_msg("parameter %zu: gradient %.9g, slope %.9g", i, gradient, slope);
    }
    close_bench(b);
}

static void check_every_gradient(bench *b, lr_shape shape)
{
    check_gradients(b, shape, NULL);
}

static const lr_shape small = {
    .items = 5, .positions = 4, .dim = 6, .layers = 2, .heads = 2, .head_dim = 2, .ffn = 7, .epsilon = 1e-5};

static void post_norm_gradients_are_slopes(void **state)
{
    lr_shape shape = small;
    shape.head = shape.head_norm = shape.embedding_norm = shape.output_bias = true;
    check_every_gradient(*state, shape);
}

static void pre_norm_causal_gradients_are_slopes(void **state)
{
    lr_shape shape = small;
    shape.causal = shape.pre_norm = shape.relu = shape.final_norm = true;
    check_every_gradient(*state, shape);
}

static void gradients_are_slopes_under_dropout(void **state)
{
    lr_shape shape = small;
    shape.head = shape.embedding_norm = true;
    shape.embedding_dropout = .2;
    shape.attention_dropout = .3;
    shape.hidden_dropout = .4;
    check_every_gradient(*state, shape);
    shape.pre_norm = shape.final_norm = shape.causal = true;
    check_every_gradient(*state, shape);
}

static void gradients_through_the_filter_are_slopes(void **state)
{
    lr_shape shape = small;
    shape.filter_share = .7;
    shape.filter_modes = 2;
    check_every_gradient(*state, shape);
    shape.causal = shape.pre_norm = shape.final_norm = true;
    shape.hidden_dropout = .4;
    check_every_gradient(*state, shape);
}

static void gradients_of_sampled_losses_are_slopes(void **state)
{
    static const lr_sampling softmax = {.negatives = 4}, gbce = {.negatives = 3, .gbce = true, .t = .75};
    lr_shape shape = small;
    shape.head = shape.output_bias = true;
    shape.hidden_dropout = .2;
    check_gradients(*state, shape, &softmax);
    check_gradients(*state, shape, &gbce);
}

/* Loss of one token with label 0 and three items: the label's logit is s[0], every other item's is s[1], so the draws
 * do not matter. */
static double gbce_of(llmrec_context *context, size_t negatives, double t, const double s[2])
{
    const double table[] = {s[0], s[1], s[1]}, hidden = 1;
    const int32_t label = 0;
    const lr_sampling sampling = {negatives, true, t};
    double d_table[3] = {0}, d_hidden = 0, sum = 0;
    lr_sampled_loss *loss = NULL;
    const lr_output output = {table, NULL, d_table, NULL, 3, 1};
    const lr_labeled labeled = {&hidden, &label, 1, 1, &d_hidden};
    assert_int_equal(lr_sampled_loss_create(context, &sampling, 1, &loss), LLMREC_OK);
    uint64_t step = 0;
    do { /* repeat until the draws miss the label */
        lr_sampled_loss_draw(loss, 3, 0, step++);
        memset(d_table, 0, sizeof d_table);
        assert_int_equal(lr_sampled_loss_run(loss, &output, &labeled, &sum), LLMREC_OK);
    } while (fabs(d_table[1]) + fabs(d_table[2]) <
             .99 * (double)negatives / (1 + exp(-s[1])) / (double)(negatives + 1));
    lr_sampled_loss_free(loss);
    return sum;
}

/* gBCE (Petrov & Macdonald 2023) over three items. */
static void gbce_reproduces_known_values(void **state)
{
    static const double s[] = {1, -.5};
    llmrec_context *context = NULL;
    (void)state;
    assert_int_equal(llmrec_context_create(NULL, &context), LLMREC_OK);
    assert_true(fabs(gbce_of(context, 1, 0, s) - .393669336) < 1e-9);
    assert_true(fabs(gbce_of(context, 1, .75, s) - .334932769) < 1e-9);
    assert_true(fabs(gbce_of(context, 1, 1, s) - .315353914) < 1e-9);
    assert_true(fabs(lr_gbce_beta(2, 3, .3) - 1) < 1e-12);
    assert_true(fabs(lr_gbce_beta(256, 12101, .75) - .265867769) < 1e-9);
    assert_true(fabs(lr_gbce_beta(256, 3416, .75) - .306222548) < 1e-9);
    llmrec_context_free(context);
}

static int make_bench(void **state)
{
    *state = malloc(sizeof(bench));
    return *state == NULL;
}

static int free_bench(void **state)
{
    free(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_paper_s_forward_pass_is_reproduced),
        cmocka_unit_test(pads_can_be_masks_or_left_out),
        cmocka_unit_test(the_causal_forward_pass_is_reproduced),
        cmocka_unit_test(post_norm_gradients_are_slopes),
        cmocka_unit_test(pre_norm_causal_gradients_are_slopes),
        cmocka_unit_test(gradients_are_slopes_under_dropout),
        cmocka_unit_test(gradients_through_the_filter_are_slopes),
        cmocka_unit_test(gradients_of_sampled_losses_are_slopes),
        cmocka_unit_test(gbce_reproduces_known_values),
    };
    return cmocka_run_group_tests(tests, make_bench, free_bench);
}
