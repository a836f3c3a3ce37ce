/* SPDX-License-Identifier: Apache-2.0 */
/* The running average of the weights: its values, and training that goes on, is canceled, or stops averaging. */
#include "../training_data.h"

static const double DECAY = 0.6;

typedef struct setting {
    llmrec_context *context;
    llmrec_dataset *dataset, *train, *validation;
    llmrec_encoder_options network;
    llmrec_train_options training;
    int64_t cancel_in_epoch;
} setting;

static llmrec_status on_progress(const llmrec_progress_event *event, void *user)
{
    const setting *s = user;
    return s->cancel_in_epoch != 0 && event->epoch >= s->cancel_in_epoch ? LLMREC_ERR_CALLBACK : LLMREC_OK;
}

static void set_up(setting *s)
{
    llmrec_context_options options;
    *s = (setting){.network = small_network(), .training = short_training(4)};
    assert_ok(llmrec_context_options_init(&options, sizeof options));
    options.threads = 2;
    options.progress = on_progress;
    options.progress_user = s;
    assert_ok(llmrec_context_create(&options, &s->context));
    s->dataset = rounds(s->context, 100, 30, 1);
    s->train = part_of(s->dataset, LLMREC_PART_TRAIN);
    s->validation = part_of(s->dataset, LLMREC_PART_VALIDATION);
    s->training.average = DECAY;
}

static void tear_down(setting *s)
{
    llmrec_dataset_free(s->train);
    llmrec_dataset_free(s->validation);
    llmrec_dataset_free(s->dataset);
    llmrec_context_free(s->context);
}

static llmrec_encoder *trained(const setting *s, const llmrec_train_options *training, bool validated)
{
    llmrec_encoder *encoder = encoder_of(s->dataset, &s->network);
    assert_ok(llmrec_encoder_train(encoder, s->train, validated ? s->validation : NULL, training));
    return encoder;
}

/* One step per epoch; the plain training tells the weights after each. */
static void the_weights_in_use_are_the_average(void **state)
{
    setting s;
    size_t count = 0;
    (void)state;
    set_up(&s);
    s.training.batch = 1000;
    llmrec_encoder *averaged = trained(&s, &s.training, false), *plain = encoder_of(s.dataset, &s.network);
    llmrec_train_options step = s.training;
    step.average = 0;
    float *wanted = weights_of(plain, "item.weight", &count), *found = weights_of(averaged, "item.weight", &count);
    for (int64_t t = 0; t < s.training.epochs; t++) {
        const double early = (double)(1 + t) / (double)(10 + t), decay = early < DECAY ? early : DECAY;
        step.epochs = t + 1;
        assert_ok(llmrec_encoder_train(plain, s.train, NULL, &step));
        float *now = weights_of(plain, "item.weight", &count);
        for (size_t i = 0; i < count; i++)
            wanted[i] = (float)(decay * (double)wanted[i] + (1 - decay) * (double)now[i]);
        free(now);
    }
    for (size_t i = 0; i < count; i++) assert_true(fabs((double)found[i] - (double)wanted[i]) < 1e-6);
    assert_false(same_weights(averaged, plain));
    assert_int_equal(llmrec_encoder_best_epoch(averaged), s.training.epochs - 1);
    free(wanted);
    free(found);
    llmrec_encoder_free(averaged);
    llmrec_encoder_free(plain);
    tear_down(&s);
}

/* Only the figures of validation differ from those of a plain training. */
static void validation_ranks_with_the_average(void **state)
{
    setting s;
    (void)state;
    set_up(&s);
    s.training.epochs = 30;
    s.training.patience = 0;
    llmrec_encoder *averaged = trained(&s, &s.training, true);
    const llmrec_epoch best = epoch_at(averaged, llmrec_encoder_best_epoch(averaged));
    for (int64_t i = 0; i < 30; i++) assert_true(epoch_at(averaged, i).ndcg <= best.ndcg);
    s.training.average = 0;
    llmrec_encoder *plain = trained(&s, &s.training, true);
    assert_true(epoch_at(averaged, 29).loss == epoch_at(plain, 29).loss);
    assert_true(epoch_at(averaged, 9).ndcg != epoch_at(plain, 9).ndcg);
    llmrec_encoder_free(averaged);
    llmrec_encoder_free(plain);
    tear_down(&s);
}

static llmrec_encoder *saved_and_opened(const setting *s, llmrec_encoder *encoder)
{
    llmrec_encoder *opened = NULL;
    assert_ok(llmrec_encoder_save(encoder, scratch("average.h5")));
    assert_ok(llmrec_encoder_open(s->context, scratch("average.h5"), &opened));
    assert_true(same_weights(encoder, opened));
    llmrec_encoder_free(encoder);
    return opened;
}

static void training_goes_on_from_a_file_to_the_same_bits(void **state)
{
    setting s;
    (void)state;
    set_up(&s);
    for (int validated = 0; validated < 2; validated++) {
        llmrec_train_options half = s.training;
        half.epochs = 2;
        llmrec_encoder *whole = trained(&s, &s.training, validated != 0);
        llmrec_encoder *parts = saved_and_opened(&s, trained(&s, &half, validated != 0));
        assert_ok(llmrec_encoder_train(parts, s.train, validated != 0 ? s.validation : NULL, &s.training));
        assert_true(same_weights(whole, parts));
        assert_ok(llmrec_encoder_train(parts, s.train, validated != 0 ? s.validation : NULL, &s.training));
        assert_true(same_weights(whole, parts)); /* nothing was left to train */
        llmrec_encoder_free(whole);
        llmrec_encoder_free(parts);
    }
    tear_down(&s);
}

static void a_canceled_epoch_leaves_no_trace_in_the_average(void **state)
{
    setting s;
    (void)state;
    set_up(&s);
    llmrec_encoder *whole = trained(&s, &s.training, false), *canceled = encoder_of(s.dataset, &s.network);
    s.cancel_in_epoch = 3;
    assert_failure(llmrec_encoder_train(canceled, s.train, NULL, &s.training), LLMREC_ERR_CANCELED, "train");
    s.cancel_in_epoch = 0;
    assert_ok(llmrec_encoder_train(canceled, s.train, NULL, &s.training));
    assert_true(same_weights(whole, canceled));
    llmrec_encoder_free(whole);
    llmrec_encoder_free(canceled);
    tear_down(&s);
}

/* The average does not touch the weights that training goes on from. */
static void averaging_can_stop(void **state)
{
    setting s;
    (void)state;
    set_up(&s);
    llmrec_train_options half = s.training, rest = s.training;
    half.epochs = 2;
    rest.average = 0;
    llmrec_encoder *plain = trained(&s, &rest, false), *stopped = trained(&s, &half, false);
    assert_ok(llmrec_encoder_train(stopped, s.train, NULL, &rest));
    assert_true(same_weights(plain, stopped));
    llmrec_encoder_free(plain);
    llmrec_encoder_free(stopped);
    tear_down(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_weights_in_use_are_the_average),
        cmocka_unit_test(validation_ranks_with_the_average),
        cmocka_unit_test(training_goes_on_from_a_file_to_the_same_bits),
        cmocka_unit_test(a_canceled_epoch_leaves_no_trace_in_the_average),
        cmocka_unit_test(averaging_can_stop),
    };
    return cmocka_run_group_tests(tests, NULL, remove_scratch);
}
