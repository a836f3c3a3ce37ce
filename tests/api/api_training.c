/* SPDX-License-Identifier: Apache-2.0 */
/* Training through the public API: it learns, stops, resumes, can be canceled, and is reproducible. */
#include "../training_data.h"

static void four_sequences_are_learned_by_heart(void **state)
{
    static const int64_t session[] = {0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3};
    static const int64_t item[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
    const llmrec_interactions rows = {
        .size = sizeof rows, .rows = 12, .session_numbers = session, .item_numbers = item};
    llmrec_context *context = context_with(2);
    llmrec_dataset *dataset = NULL;
    (void)state;
    assert_ok(llmrec_dataset_create(context, &rows, NULL, NULL, &dataset));
    for (int64_t causal = 0; causal < 2; causal++) {
        llmrec_encoder_options network = small_network();
        llmrec_train_options training = short_training(200);
        network.causal = causal;
        network.embedding_dropout = network.attention_dropout = network.hidden_dropout = 0;
        training.last_share = 1;
        training.learning_rate = 1e-2;
        llmrec_encoder *encoder = encoder_of(dataset, &network);
        assert_ok(llmrec_encoder_train(encoder, dataset, NULL, &training));
        const llmrec_epoch last = epoch_at(encoder, 199);
        assert_int_equal(last.steps, 200);
        if (last.loss > .05) fail_msg("the loss is %f after 200 steps", last.loss);
        llmrec_encoder_free(encoder);
    }
    llmrec_dataset_free(dataset);
    llmrec_context_free(context);
}

static void sampled_losses_learn_too(void **state)
{
    llmrec_context *context = context_with(2);
    llmrec_dataset *dataset = rounds(context, 200, 30, 1);
    (void)state;
    for (int64_t loss = LLMREC_LOSS_SAMPLED_SOFTMAX; loss <= LLMREC_LOSS_GBCE; loss++) {
        llmrec_encoder_options network = small_network();
        llmrec_train_options training = short_training(60);
        training.loss = loss;
        training.negatives = 8;
        llmrec_encoder *encoder = encoder_of(dataset, &network);
        assert_ok(llmrec_encoder_train(encoder, dataset, NULL, &training));
        assert_true(epoch_at(encoder, 59).loss < .93 * epoch_at(encoder, 9).loss);
        llmrec_encoder_free(encoder);
    }
    llmrec_dataset_free(dataset);
    llmrec_context_free(context);
}

/* Trains on `rounds` with `threads` threads. */
static llmrec_encoder *train_rounds(int64_t threads, const llmrec_encoder_options *network,
                                    const llmrec_train_options *training)
{
    llmrec_context *context = context_with(threads);
    llmrec_dataset *dataset = rounds(context, 200, 30, 1), *train = part_of(dataset, LLMREC_PART_TRAIN);
    llmrec_dataset *validation = part_of(dataset, LLMREC_PART_VALIDATION);
    llmrec_encoder *encoder = encoder_of(dataset, network);
    assert_ok(llmrec_encoder_train(encoder, train, validation, training));
    llmrec_dataset_free(train);
    llmrec_dataset_free(validation);
    llmrec_dataset_free(dataset);
    llmrec_context_free(context);
    return encoder;
}

static void what_follows_what_is_learned(void **state)
{
    const llmrec_train_options training = short_training(60);
    (void)state;
    for (int64_t causal = 0; causal < 2; causal++) {
        llmrec_encoder_options network = small_network();
        network.causal = causal;
        llmrec_encoder *encoder = train_rounds(2, &network, &training);
        const llmrec_epoch best = epoch_at(encoder, llmrec_encoder_best_epoch(encoder)), first = epoch_at(encoder, 0);
        if (best.ndcg < .7) fail_msg("NDCG@10 is %f (causal %d)", best.ndcg, (int)causal);
        if (first.ndcg >= best.ndcg) fail_msg("NDCG@10 was %f, is %f", first.ndcg, best.ndcg);
        assert_true(best.loss < first.loss && best.best == 1);
        assert_true(best.sequences_per_second > 0 && best.tokens_per_second > best.sequences_per_second);
        llmrec_encoder_free(encoder);
    }
}

static void any_number_of_threads_gives_the_same_bits(void **state)
{
    const llmrec_encoder_options network = small_network();
    llmrec_train_options training = short_training(2);
    (void)state;
    training.accumulate = 3;
    llmrec_encoder *one = train_rounds(1, &network, &training);
    for (int64_t threads = 2; threads <= 4; threads *= 2) {
        llmrec_encoder *more = train_rounds(threads, &network, &training);
        assert_true(same_weights(one, more));
        assert_true(epoch_at(one, 1).ndcg == epoch_at(more, 1).ndcg && epoch_at(one, 1).loss == epoch_at(more, 1).loss);
        llmrec_encoder_free(more);
    }
    training.seed = 1;
    llmrec_encoder *other = train_rounds(1, &network, &training);
    assert_false(same_weights(one, other));
    llmrec_encoder_free(other);
    llmrec_encoder_free(one);
}

/* Everything that a training needs, and what its progress callback does. */
typedef struct setting {
    llmrec_context *context;
    llmrec_dataset *dataset, *train, *validation;
    llmrec_encoder *encoder;
    int64_t stop_in_epoch;
    llmrec_progress_event last;
    int lines;
    char plan[256]; /* the last line that says which epochs are trained */
} setting;

static llmrec_status on_progress(const llmrec_progress_event *event, void *user)
{
    setting *s = user;
    s->last = *event;
    return s->stop_in_epoch != 0 && event->epoch >= s->stop_in_epoch ? LLMREC_ERR_CALLBACK : LLMREC_OK;
}

static llmrec_status on_log(const llmrec_log_event *event, void *user)
{
    setting *s = user;
    if (strcmp(event->room, "nn") == 0 && strstr(event->message, "epoch ") != NULL) s->lines++;
    if (strstr(event->message, "epochs") != NULL) snprintf(s->plan, sizeof s->plan, "%s", event->message);
    return LLMREC_OK;
}

static void set_up(setting *s, const llmrec_encoder_options *network, size_t sessions)
{
    llmrec_context_options options;
    assert_ok(llmrec_context_options_init(&options, sizeof options));
    options.threads = 2;
    options.progress = on_progress;
    options.log = on_log;
    options.progress_user = options.log_user = s;
    assert_ok(llmrec_context_create(&options, &s->context));
    s->dataset = rounds(s->context, sessions, 30, 1);
    s->train = part_of(s->dataset, LLMREC_PART_TRAIN);
    s->validation = part_of(s->dataset, LLMREC_PART_VALIDATION);
    s->encoder = encoder_of(s->dataset, network);
}

static void tear_down(setting *s)
{
    llmrec_context_free(s->context); /* handles may be freed in any order */
    llmrec_dataset_free(s->dataset);
    llmrec_dataset_free(s->train);
    llmrec_dataset_free(s->validation);
    llmrec_encoder_free(s->encoder);
}

static void training_that_goes_on_comes_to_the_same_bits(void **state)
{
    const llmrec_encoder_options network = small_network();
    llmrec_train_options training = short_training(6);
    setting whole = {0}, parts = {0};
    (void)state;
    training.schedule = LLMREC_SCHEDULE_CONSTANT;
    set_up(&whole, &network, 100);
    set_up(&parts, &network, 100);
    assert_ok(llmrec_encoder_train(whole.encoder, whole.train, whole.validation, &training));
    for (training.epochs = 2; training.epochs <= 6; training.epochs += 2) {
        assert_ok(llmrec_encoder_train(parts.encoder, parts.train, parts.validation, &training));
        assert_int_equal(llmrec_encoder_epochs(parts.encoder), training.epochs);
    }
    assert_true(same_weights(whole.encoder, parts.encoder));
    assert_int_equal(llmrec_encoder_best_epoch(whole.encoder), llmrec_encoder_best_epoch(parts.encoder));
    assert_int_equal(whole.lines, 6);
    tear_down(&whole);
    tear_down(&parts);
}

static void more_epochs_are_trained_when_asked_for(void **state)
{
    const llmrec_encoder_options network = small_network();
    llmrec_train_options training = short_training(5), kept;
    setting whole = {0}, parts = {0};
    (void)state;
    training.schedule = LLMREC_SCHEDULE_CONSTANT;
    set_up(&whole, &network, 100);
    set_up(&parts, &network, 100);
    assert_ok(llmrec_encoder_train(whole.encoder, whole.train, NULL, &training));
    training.epochs = 3;
    assert_ok(llmrec_encoder_train(parts.encoder, parts.train, NULL, &training));
    assert_string_equal(parts.plan, "training begins: epochs 1 to 3");
    assert_ok(llmrec_encoder_train(parts.encoder, parts.train, NULL, &training));
    assert_int_equal(llmrec_encoder_epochs(parts.encoder), 3);
    assert_string_equal(parts.plan, "nothing to train: the encoder has had 3 epochs, wanted are 3 in total; see the "
                                    "option additional");
    training.epochs = 2;
    training.additional = 1;
    assert_ok(llmrec_encoder_train(parts.encoder, parts.train, NULL, &training));
    assert_string_equal(parts.plan, "training begins: epochs 4 to 5");
    assert_int_equal(llmrec_encoder_epochs(parts.encoder), 5);
    assert_true(same_weights(whole.encoder, parts.encoder));
    assert_ok(llmrec_train_options_init(&kept, sizeof kept));
    assert_ok(llmrec_encoder_get_train_options(parts.encoder, &kept));
    assert_true(kept.epochs == 5 && kept.additional == 0);
    training.epochs = 1 << 24;
    assert_failure(llmrec_encoder_train(parts.encoder, parts.train, NULL, &training), LLMREC_ERR_ARGUMENT,
                   "epochs is 16777221");
    tear_down(&whole);
    tear_down(&parts);
}

/* A training that stopped early goes on when additional epochs are asked for. */
static void additional_epochs_follow_an_early_stop(void **state)
{
    const llmrec_encoder_options network = small_network();
    llmrec_train_options training = short_training(100);
    setting s = {0};
    (void)state;
    training.patience = 1;
    set_up(&s, &network, 100);
    assert_ok(llmrec_encoder_train(s.encoder, s.train, s.validation, &training));
    const int64_t stopped = llmrec_encoder_epochs(s.encoder);
    assert_true(stopped < 100);
    assert_ok(llmrec_encoder_train(s.encoder, s.train, s.validation, &training));
    assert_int_equal(llmrec_encoder_epochs(s.encoder), stopped);
    training.additional = training.epochs = 1;
    assert_ok(llmrec_encoder_train(s.encoder, s.train, s.validation, &training));
    assert_int_equal(llmrec_encoder_epochs(s.encoder), stopped + 1);
    tear_down(&s);
}

static void a_canceled_call_is_as_if_it_had_asked_for_whole_epochs(void **state)
{
    const llmrec_encoder_options network = small_network();
    llmrec_train_options training = short_training(1000);
    setting canceled = {.stop_in_epoch = 3}, wanted = {0};
    (void)state;
    set_up(&canceled, &network, 800);
    set_up(&wanted, &network, 800);
    assert_failure(llmrec_encoder_train(canceled.encoder, canceled.train, canceled.validation, &training),
                   LLMREC_ERR_CANCELED, "train", "sequences");
    training.epochs = llmrec_encoder_epochs(canceled.encoder);
    assert_true(training.epochs >= 2 && canceled.last.epoch == training.epochs + 1);
    assert_true(canceled.last.epochs == 1000 && canceled.last.loss > 0 && canceled.last.sequences_per_second > 0);
    assert_true(canceled.last.seconds_left > 0 && canceled.last.learning_rate == training.learning_rate);
    assert_true(canceled.last.ndcg > 0);
    assert_ok(llmrec_encoder_train(wanted.encoder, wanted.train, wanted.validation, &training));
    assert_true(same_weights(canceled.encoder, wanted.encoder));
    training.epochs += 2;
    canceled.stop_in_epoch = 0;
    assert_ok(llmrec_encoder_train(canceled.encoder, canceled.train, canceled.validation, &training));
    assert_ok(llmrec_encoder_train(wanted.encoder, wanted.train, wanted.validation, &training));
    assert_true(same_weights(canceled.encoder, wanted.encoder));
    tear_down(&canceled);
    tear_down(&wanted);
}

static void divergence_is_told_and_the_good_weights_stay(void **state)
{
    const llmrec_encoder_options network = small_network();
    llmrec_train_options training = short_training(1);
    setting s = {0}, wanted = {0};
    (void)state;
    set_up(&s, &network, 100);
    set_up(&wanted, &network, 100);
    assert_ok(llmrec_encoder_train(s.encoder, s.train, NULL, &training));
    assert_ok(llmrec_encoder_train(wanted.encoder, wanted.train, NULL, &training));
    training.epochs = 5;
    training.learning_rate = 1e6;
    assert_failure(llmrec_encoder_train(s.encoder, s.train, NULL, &training), LLMREC_ERR_NUMERIC, "diverged", "epoch 2",
                   "learning_rate");
    assert_int_equal(llmrec_encoder_epochs(s.encoder), 1);
    assert_true(same_weights(s.encoder, wanted.encoder));
    training = short_training(2);
    assert_ok(llmrec_encoder_train(s.encoder, s.train, NULL, &training));
    tear_down(&s);
    tear_down(&wanted);
}

static void training_stops_early_and_goes_back_to_the_best(void **state)
{
    const llmrec_encoder_options network = small_network();
    llmrec_train_options training = short_training(200);
    setting s = {0}, best = {0};
    (void)state;
    training.patience = 3;
    training.learning_rate = 2e-2;
    set_up(&s, &network, 100);
    set_up(&best, &network, 100);
    assert_ok(llmrec_encoder_train(s.encoder, s.train, s.validation, &training));
    const int64_t done = llmrec_encoder_epochs(s.encoder), index = llmrec_encoder_best_epoch(s.encoder);
    assert_true(done < 200);
    assert_int_equal(index, done - 4);
    for (int64_t i = 0; i < done; i++) assert_true(epoch_at(s.encoder, i).ndcg <= epoch_at(s.encoder, index).ndcg);
    training.epochs = index + 1;
    assert_ok(llmrec_encoder_train(best.encoder, best.train, best.validation, &training));
    assert_true(same_weights(s.encoder, best.encoder));
    tear_down(&s);
    tear_down(&best);
}

static void the_history_can_be_read_and_written(void **state)
{
    const llmrec_encoder_options network = small_network();
    llmrec_train_options training = short_training(3);
    setting s = {0};
    llmrec_epoch epoch = {.size = sizeof epoch};
    size_t size = 0;
    (void)state;
    training.validate_every = 2;
    set_up(&s, &network, 50);
    assert_int_equal(llmrec_encoder_epochs(s.encoder), 0);
    assert_int_equal(llmrec_encoder_best_epoch(s.encoder), -1);
    assert_failure(llmrec_encoder_epoch(s.encoder, 0, &epoch), LLMREC_ERR_ARGUMENT, "index is 0");
    assert_ok(llmrec_encoder_train(s.encoder, s.train, s.validation, &training));
    assert_true(isnan(epoch_at(s.encoder, 0).ndcg) && !isnan(epoch_at(s.encoder, 1).ndcg));
    assert_true(!isnan(epoch_at(s.encoder, 2).ndcg)); /* the last epoch is always validated */
    assert_ok(llmrec_encoder_save_history(s.encoder, scratch("history.csv")));
    char *text = (char *)read_bytes(scratch("history.csv"), &size);
    assert_non_null(strstr(text, "epoch,steps,loss,learning_rate,ndcg,hit_rate,"));
    assert_non_null(strstr(text, "\n1,4,"));
    assert_non_null(strstr(text, ",0.005,,,"));
    assert_non_null(strstr(text, "\n3,12,"));
    free(text);
    tear_down(&s);
}

static void bad_arguments_are_named(void **state)
{
    const llmrec_encoder_options network = small_network();
    llmrec_train_options training = short_training(1);
    llmrec_encoder_options options;
    llmrec_encoder *encoder = NULL;
    setting s = {0};
    (void)state;
    set_up(&s, &network, 60);
    assert_failure(llmrec_encoder_options_preset(&options, sizeof options, "bert"), LLMREC_ERR_ARGUMENT, "\"bert\"",
                   "harte2023");
    options = network;
    options.hidden_dropout = 1;
    assert_failure(llmrec_encoder_create(s.dataset, &options, &encoder), LLMREC_ERR_ARGUMENT, "hidden_dropout is 1",
                   "[0, 1)");
    options = network;
    options.heads = 17;
    assert_failure(llmrec_encoder_create(s.dataset, &options, &encoder), LLMREC_ERR_ARGUMENT, "heads is 17");
    assert_null(encoder);
    training.mask_probability = NAN;
    assert_failure(llmrec_encoder_train(s.encoder, s.train, NULL, &training), LLMREC_ERR_ARGUMENT, "mask_probability",
                   "(0, 1]");
    llmrec_dataset *other = rounds(s.context, 40, 31, 2);
    training = short_training(1);
    assert_failure(llmrec_encoder_train(s.encoder, other, NULL, &training), LLMREC_ERR_SHAPE, "train", "31 items",
                   "the encoder's 30");
    assert_failure(llmrec_encoder_train(s.encoder, s.train, other, &training), LLMREC_ERR_SHAPE, "validation");
    assert_failure(llmrec_encoder_copy_weights(s.encoder, "items", 0, 0, NULL, NULL, NULL), LLMREC_ERR_ARGUMENT,
                   "\"items\"");
    assert_int_equal(llmrec_encoder_epochs(s.encoder), 0);
    llmrec_dataset_free(other);
    tear_down(&s);
}

static void presets_are_what_the_papers_say(void **state)
{
    llmrec_encoder_options network;
    llmrec_train_options training;
    (void)state;
    assert_ok(llmrec_encoder_options_preset(&network, sizeof network, "harte2023"));
    assert_ok(llmrec_train_options_preset(&training, sizeof training, "harte2023"));
    assert_true(network.dim == 208 && network.layers == 3 && network.heads == 3 && network.max_length == 20);
    assert_true(network.embedding_norm == 0 && network.head == 1 && network.head_norm == 0);
    assert_true(training.copies == 10 && training.mask_probability == .5 && training.decay_all == 1);
    assert_ok(llmrec_encoder_options_preset(&network, sizeof network, "sun2019"));
    assert_ok(llmrec_train_options_preset(&training, sizeof training, "sun2019"));
    assert_true(network.dim == 64 && network.left_aligned == 1 && network.hidden_dropout == .5);
    assert_true(training.most_masks == 30 && training.optimizer == LLMREC_OPTIMIZER_BERT_ADAM);
    assert_ok(llmrec_encoder_options_preset(&network, sizeof network, "sasrec"));
    assert_int_equal(network.causal, 1);
    assert_ok(llmrec_encoder_options_preset(&network, sizeof network, "sasrec-direct"));
    assert_ok(llmrec_train_options_preset(&training, sizeof training, "sasrec-direct"));
    assert_true(network.causal == 1 && network.head == 0 && network.dim == 128 && training.average == .99);
}

static void the_references_presets_train(void **state)
{
    static const char *const names[] = {"harte2023", "sun2019"};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        llmrec_encoder_options network;
        llmrec_train_options training;
        assert_ok(llmrec_encoder_options_preset(&network, sizeof network, names[i]));
        assert_ok(llmrec_train_options_preset(&training, sizeof training, names[i]));
        training.epochs = 2;
        network.dim = 20; /* not divisible by three heads */
        setting s = {0};
        set_up(&s, &network, 60);
        assert_ok(llmrec_encoder_train(s.encoder, s.train, s.validation, &training));
        assert_true(epoch_at(s.encoder, 1).loss < log(30) + .1);
        tear_down(&s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(four_sequences_are_learned_by_heart),
        cmocka_unit_test(sampled_losses_learn_too),
        cmocka_unit_test(what_follows_what_is_learned),
        cmocka_unit_test(any_number_of_threads_gives_the_same_bits),
        cmocka_unit_test(training_that_goes_on_comes_to_the_same_bits),
        cmocka_unit_test(more_epochs_are_trained_when_asked_for),
        cmocka_unit_test(additional_epochs_follow_an_early_stop),
        cmocka_unit_test(a_canceled_call_is_as_if_it_had_asked_for_whole_epochs),
        cmocka_unit_test(divergence_is_told_and_the_good_weights_stay),
        cmocka_unit_test(training_stops_early_and_goes_back_to_the_best),
        cmocka_unit_test(the_history_can_be_read_and_written),
        cmocka_unit_test(bad_arguments_are_named),
        cmocka_unit_test(presets_are_what_the_papers_say),
        cmocka_unit_test(the_references_presets_train),
    };
    return cmocka_run_group_tests(tests, NULL, remove_scratch);
}
