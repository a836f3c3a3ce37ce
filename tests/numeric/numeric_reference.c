/* SPDX-License-Identifier: Apache-2.0 */
/* Five small networks against PyTorch (tests/data/make_transformer.py): logits, loss, every gradient. Built for
 * float32 and for double precision. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/context.h"
#include "nn/step.h"

#ifdef LR_REAL_IS_DOUBLE
static const double TOLERANCE = 1e-10;
#else
static const double TOLERANCE = 3e-6;
#endif

enum { ITEMS = 6, DIM = 4, LABELS = 5, MOST = 1024 };

static const size_t starts[] = {0, 5, 6, 10};
static const int32_t items[] = {2, ITEMS, 4, 0, ITEMS, ITEMS, 5, 1, ITEMS, 3};
static const int32_t positions[] = {0, 1, 2, 3, 4, 4, 1, 2, 3, 4};
static const int32_t at[] = {1, 4, 5, 8, 9}, label[] = {3, 1, 5, 2, 0};
static const lr_tokens batch = {3, starts, items, positions, LABELS, at, label, NULL};

static const lr_shape common = {
    .items = ITEMS, .positions = 5, .dim = DIM, .layers = 2, .heads = 2, .head_dim = 2, .ffn = 6, .epsilon = 1e-5};

/* One network with its batch and memory. */
typedef struct bench {
    llmrec_context *context;
    lr_layout layout;
    lr_network network;
    lr_real parameters[MOST], gradients[MOST], hidden[LABELS * DIM];
    double loss;
} bench;

static void run(bench *b, const lr_shape *shape)
{
    lr_step *step = NULL;
    lr_pass *pass = NULL;
    memset(b, 0, sizeof *b);
    assert_int_equal(llmrec_context_create(NULL, &b->context), LLMREC_OK);
    assert_int_equal(lr_layout_of(shape, &b->layout), LLMREC_OK);
    assert_true(b->layout.total <= MOST);
    for (size_t i = 0; i < b->layout.total; i++) b->parameters[i] = (lr_real)(.5 * sin(1.7 * (double)i + .3));
    b->network = (lr_network){.shape = shape, .layout = &b->layout, .parameters = b->parameters};
    assert_int_equal(lr_step_create(b->context, shape, &step), LLMREC_OK);
    assert_int_equal(lr_step_run(step, &b->network, &batch, 1, b->gradients, &b->loss), LLMREC_OK);
    assert_int_equal(lr_pass_create(b->context, shape, starts[3], LABELS, &pass), LLMREC_OK);
    lr_pass_forward(pass, &b->network, &batch, b->hidden);
    lr_pass_free(pass);
    lr_step_free(step);
    llmrec_context_free(b->context);
}

static double logit(const bench *b, size_t m, size_t item)
{
    const lr_layout *layout = &b->layout;
    double sum = b->network.shape->output_bias ? (double)b->parameters[layout->output_bias + item] : 0;
    for (size_t j = 0; j < DIM; j++)
        sum += (double)b->hidden[m * DIM + j] * (double)b->parameters[layout->item + item * DIM + j];
    return sum;
}

/* Reads a name and the count that must follow it. */
static void read_head(FILE *file, const char *name, size_t count)
{
    char found[64];
    size_t numbers;
    assert_int_equal(fscanf(file, "%63s %zu", found, &numbers), 2);
    assert_string_equal(found, name);
    assert_int_equal(numbers, count);
}

static void check_number(FILE *file, const char *name, size_t index, double value)
{
    double wanted;
    assert_int_equal(fscanf(file, "%lf", &wanted), 1);
    if (fabs(value - wanted) > TOLERANCE * (1 + fabs(wanted)))
        fail_msg("%s %zu is %.12g; wanted %.12g", name, index, value, wanted);
}

static void check_network(FILE *file, const char *name, const lr_shape *shape)
{
    bench *b = malloc(sizeof *b);
    char found[64];
    assert_non_null(b);
    run(b, shape);
    assert_int_equal(fscanf(file, " network %63s", found), 1);
    assert_string_equal(found, name);
    read_head(file, "logits", LABELS * ITEMS);
    for (size_t i = 0; i < LABELS * ITEMS; i++) check_number(file, "logit", i, logit(b, i / ITEMS, i % ITEMS));
    read_head(file, "loss", 1);
    check_number(file, "loss", 0, b->loss);
    for (size_t t = 0; t < b->layout.tensor_count; t++) {
        const lr_parameter *tensor = &b->layout.tensor[t];
        read_head(file, tensor->name, tensor->rows * tensor->columns);
        for (size_t i = 0; i < tensor->rows * tensor->columns; i++)
            check_number(file, tensor->name, i, (double)b->gradients[tensor->offset + i]);
    }
    free(b);
}

static void logits_loss_and_gradients_are_those_of_pytorch(void **state)
{
    char path[4096];
    lr_shape harte2023 = common, sun2019 = common, sasrec = common, filter, causal_filter;
    (void)state;
    assert_non_null(getenv("LLMREC_TEST_DATA"));
    snprintf(path, sizeof path, "%s/transformer.txt", getenv("LLMREC_TEST_DATA"));
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    harte2023.head = true;
    sun2019.embedding_norm = sun2019.head = sun2019.head_norm = sun2019.output_bias = true;
    sasrec.causal = sasrec.pre_norm = sasrec.relu = sasrec.final_norm = true;
    filter = sun2019;
    filter.head = filter.head_norm = false;
    filter.filter_share = .4;
    causal_filter = sasrec;
    causal_filter.filter_share = .7;
    filter.filter_modes = causal_filter.filter_modes = 2;
    check_network(file, "harte2023", &harte2023);
    check_network(file, "sun2019", &sun2019);
    check_network(file, "sasrec", &sasrec);
    check_network(file, "filter", &filter);
    check_network(file, "causal_filter", &causal_filter);
    fclose(file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(logits_loss_and_gradients_are_those_of_pytorch)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
