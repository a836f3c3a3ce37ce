/* SPDX-License-Identifier: Apache-2.0 */
/* Gradients of a score at a session's items, against central differences. */
#include "../training_data.h"

#include "nn/encoder.h"
#include "nn/inference.h"

enum { CATALOG = 30, COUNT = 6, TARGET = 17 };

static const int32_t session[COUNT] = {3, -1, 8, 21, -1, 5};

static llmrec_encoder *network_of(llmrec_context *context, int64_t causal, int64_t pad, int64_t length)
{
    llmrec_dataset *dataset = rounds(context, 60, CATALOG, 4);
    llmrec_encoder_options options = small_network();
    options.causal = causal;
    options.layers = 2;
    options.pad_with_mask = pad;
    options.max_length = length;
    options.init_deviation = .3;
    llmrec_encoder *encoder = encoder_of(dataset, &options);
    llmrec_dataset_free(dataset);
    return encoder;
}

static const float *output_of(const llmrec_encoder *encoder)
{
    return encoder->parameters + encoder->layout.item + TARGET * encoder->shape.dim;
}

static double score_of(const llmrec_encoder *encoder, lr_inference *inference)
{
    static const int64_t offsets[] = {0, COUNT};
    const lr_network network = lr_encoder_network(encoder);
    const lr_prompts prompts = {offsets, session, 0, 1};
    float hidden[64];
    double sum = 0;
    assert_ok(lr_inference_run(inference, &network, &prompts, hidden, encoder->shape.dim));
    for (size_t i = 0; i < encoder->shape.dim; i++) sum += (double)hidden[i] * output_of(encoder)[i];
    return sum;
}

static double difference_at(llmrec_encoder *encoder, lr_inference *inference, float *number)
{
    static const float STEP = 1e-2F;
    const float before = *number;
    *number = before + STEP;
    const double above = score_of(encoder, inference);
    *number = before - STEP;
    const double below = score_of(encoder, inference);
    *number = before;
    return (above - below) / (2 * STEP);
}

/* Items outside the network's window of `length` tokens get zeros. */
static void check(int64_t causal, int64_t pad, int64_t length)
{
    llmrec_context *context = context_with(2);
    llmrec_encoder *encoder = network_of(context, causal, pad, length);
    const size_t D = encoder->shape.dim, seen = (size_t)(causal ? length : length - 1);
    const lr_packing packing = lr_packing_of(&encoder->options, encoder->shape.items);
    const lr_network network = lr_encoder_network(encoder);
    lr_inference *inference = NULL;
    float gradients[COUNT * 64];
    size_t known = 0;
    assert_ok(lr_inference_create(context, &encoder->shape, &packing, &inference));
    assert_ok(lr_inference_gradients(inference, &network, session, COUNT, output_of(encoder), gradients));
    for (size_t i = COUNT; i-- > 0;) {
        const bool visible = session[i] >= 0 && known++ < seen;
        for (size_t j = 0; j < D; j++) {
            float *row = encoder->parameters + encoder->layout.item + (size_t)(session[i] < 0 ? 0 : session[i]) * D;
            const double wanted = visible ? difference_at(encoder, inference, row + j) : 0;
            if (fabs(gradients[i * D + j] - wanted) > 2e-3 + 2e-2 * fabs(wanted))
                fail_msg("item %zu, column %zu: %g; wanted %g", i, j, (double)gradients[i * D + j], wanted);
        }
    }
    lr_inference_free(inference);
    llmrec_encoder_free(encoder);
    llmrec_context_free(context);
}

static void gradients_of_items_are_right(void **state)
{
    (void)state;
    check(1, 0, 8);
    check(0, 0, 8);
    check(0, 1, 8);
    check(1, 0, 3);
    check(0, 0, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(gradients_of_items_are_right)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
