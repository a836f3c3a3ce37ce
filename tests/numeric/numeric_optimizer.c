/* SPDX-License-Identifier: Apache-2.0 */
/* The Adam variants and the loss in double precision, against values computed by hand. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/context.h"
#include "math/adam.h"
#include "nn/softmax_loss.h"

static void check_close(const double *values, const double *wanted, size_t count, double tolerance)
{
    for (size_t i = 0; i < count; i++)
        if (fabs(values[i] - wanted[i]) > tolerance)
            fail_msg("number %zu is %.9f; wanted %.9f", i, values[i], wanted[i]);
}

enum { ADAMW, KERAS, BERT };

/* One scalar, starting at .5, with gradients .1, -.2, .05. */
static void check_steps(int kind, const double *wanted)
{
    static const double gradients[3] = {.1, -.2, .05};
    double w = .5, m = 0, v = 0, found[3];
    for (int t = 0; t < 3; t++) {
        const lr_adam_slice slice = {&w, &gradients[t], &m, &v, 1, 1};
        lr_adam adam = kind == ADAMW   ? lr_adam_corrected(1e-3, .9, .999, 1e-8, t + 1)
                       : kind == KERAS ? lr_adam_keras(1e-3, .9, .999, 1e-7, t + 1)
                                       : lr_adam_plain(1e-4, .9, .999, 1e-6);
        adam.decay = kind == BERT ? 1e-4 * .01 : 1e-3 * 4e-3;
        lr_adam_update(&adam, &slice);
        found[t] = w;
    }
    check_close(found, wanted, 3, 1e-9);
}

static void optimizers_step_as_their_originals(void **state)
{
    (void)state;
    check_steps(ADAMW, (const double[]){.498998000, .499362108, .499496801});
    check_steps(KERAS, (const double[]){.498998032, .499362134, .499496825});
    check_steps(BERT, (const double[]){.499683372, .499838430, .499905585});
}

/* Hidden states with the logits (1, .5, -.5) and (.2, -.1, .4), targets 0 and 2. */
static void cross_entropy_and_its_gradients_are_the_known_ones(void **state)
{
    static const double table[6] = {1, .2, .5, -.1, -.5, .4}, hidden[4] = {1, 0, 0, 1};
    static const int32_t label[2] = {0, 2};
    static const double rows[2][3] = {{-.22672531, .16574948, .06097583}, {.16879227, .12504439, -.29383666}};
    double d_table[6] = {0}, d_bias[3] = {0}, d_hidden[4], sum = 0;
    const double bias[3] = {0};
    const lr_output output = {table, bias, d_table, d_bias, 3, 2};
    const lr_labeled labeled = {hidden, label, 2, .5, d_hidden};
    llmrec_context *context = NULL;
    lr_softmax_loss *loss = NULL;
    (void)state;
    assert_int_equal(llmrec_context_create(NULL, &context), LLMREC_OK);
    assert_int_equal(lr_softmax_loss_create(context, 3, 2, &loss), LLMREC_OK);
    assert_int_equal(lr_softmax_loss_run(loss, &output, &labeled, &sum), LLMREC_OK);
    sum /= 2;
    check_close(&sum, (const double[]){.745034962}, 1, 1e-8);
    for (int i = 0; i < 3; i++) {
        const double column = rows[0][i] + rows[1][i];
        check_close(&d_table[2 * i], &rows[0][i], 1, 1e-8);
        check_close(&d_table[2 * i + 1], &rows[1][i], 1, 1e-8);
        check_close(&d_bias[i], &column, 1, 2e-8);
    }
    lr_softmax_loss_free(loss);
    llmrec_context_free(context);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(optimizers_step_as_their_originals),
        cmocka_unit_test(cross_entropy_and_its_gradients_are_the_known_ones),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
