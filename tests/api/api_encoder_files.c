/* SPDX-License-Identifier: Apache-2.0 */
/* Encoder files: they read back equal, resumed training gives the same bits, damage is reported; other catalogs. */
#include <signal.h>
#include <sys/wait.h>
#include <time.h>

#include "../training_data.h"

/* Data with a catalog of 30 items, and a trained encoder. */
typedef struct setting {
    llmrec_context *context;
    llmrec_dataset *dataset, *train, *validation;
    llmrec_encoder *encoder;
} setting;

static void set_up(setting *s)
{
    const llmrec_encoder_options network = small_network();
    s->context = context_with(2);
    s->dataset = rounds(s->context, 60, 30, 1);
    s->train = part_of(s->dataset, LLMREC_PART_TRAIN);
    s->validation = part_of(s->dataset, LLMREC_PART_VALIDATION);
    s->encoder = encoder_of(s->dataset, &network);
}

static void tear_down(setting *s)
{
    llmrec_dataset_free(s->dataset);
    llmrec_dataset_free(s->train);
    llmrec_dataset_free(s->validation);
    llmrec_encoder_free(s->encoder);
    llmrec_context_free(s->context);
}

static void train(setting *s, int64_t epochs, const char *checkpoint)
{
    llmrec_train_options training = short_training(epochs);
    training.learning_rate = 2e-2; /* makes the best epoch differ from the last one */
    training.patience = 0;
    training.checkpoint = checkpoint;
    assert_ok(llmrec_encoder_train(s->encoder, s->train, s->validation, &training));
}

static void what_is_saved_is_opened(void **state)
{
    setting s = {0};
    llmrec_encoder *opened = NULL;
    llmrec_encoder_options a = {.size = sizeof a}, b = {.size = sizeof b};
    const char *id = NULL;
    size_t length = 0;
    (void)state;
    set_up(&s);
    train(&s, 4, NULL);
    assert_ok(llmrec_encoder_save(s.encoder, scratch("encoder.h5")));
    assert_ok(llmrec_encoder_open(s.context, scratch("encoder.h5"), &opened));
    assert_true(same_weights(s.encoder, opened));
    assert_ok(llmrec_encoder_get_options(s.encoder, &a));
    assert_ok(llmrec_encoder_get_options(opened, &b));
    assert_memory_equal(&a, &b, sizeof a);
    assert_int_equal(llmrec_encoder_epochs(opened), 4);
    assert_int_equal(llmrec_encoder_best_epoch(opened), llmrec_encoder_best_epoch(s.encoder));
    for (int64_t i = 0; i < 4; i++) {
        const llmrec_epoch x = epoch_at(s.encoder, i), y = epoch_at(opened, i);
        assert_memory_equal(&x, &y, sizeof x);
    }
    assert_ok(llmrec_encoder_item_id(opened, 29, &id, &length));
    assert_true(length == 2 && memcmp(id, "29", 2) == 0);
    llmrec_encoder_free(opened);
    tear_down(&s);
}

static void training_that_is_resumed_comes_to_the_same_bits(void **state)
{
    setting whole = {0}, parts = {0};
    (void)state;
    set_up(&whole);
    set_up(&parts);
    train(&whole, 9, NULL);
    for (int64_t epochs = 3; epochs <= 9; epochs += 3) {
        train(&parts, epochs, epochs == 6 ? scratch("resumed.h5") : NULL);
        if (epochs != 6) assert_ok(llmrec_encoder_save(parts.encoder, scratch("resumed.h5")));
        llmrec_encoder_free(parts.encoder);
        parts.encoder = NULL;
        assert_ok(llmrec_encoder_open(parts.context, scratch("resumed.h5"), &parts.encoder));
    }
    assert_true(same_weights(whole.encoder, parts.encoder));
    assert_int_equal(llmrec_encoder_best_epoch(whole.encoder), llmrec_encoder_best_epoch(parts.encoder));
    tear_down(&whole);
    tear_down(&parts);
}

enum { EPOCHS = 25 };

/* In a child process: resumes from the checkpoint, or starts. */
static void go_on(const char *path)
{
    setting s = {0};
    llmrec_encoder *opened = NULL;
    set_up(&s);
    if (access(path, F_OK) == 0) {
        assert_ok(llmrec_encoder_open(s.context, path, &opened));
        llmrec_encoder_free(s.encoder);
        s.encoder = opened;
    }
    train(&s, EPOCHS, path);
    _exit(0);
}

/* Runs the child and kills it after `milliseconds` (0: never). True if it ended by itself. */
static bool run_child(const char *path, uint32_t milliseconds)
{
    int status = 0;
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) go_on(path);
    if (milliseconds > 0) {
        const struct timespec wait = {0, (long)milliseconds * 1000000};
        nanosleep(&wait, NULL);
        kill(child, SIGKILL);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static void a_process_killed_at_any_moment_goes_on_to_the_same_bits(void **state)
{
    setting whole = {0};
    llmrec_encoder *opened = NULL;
    uint64_t moment = 5;
    const char *path = scratch("killed.h5");
    (void)state;
    for (int kills = 0; kills < 12; kills++)
        if (run_child(path, 5 + next_number(&moment) % 60)) break;
    assert_true(run_child(path, 0));
    set_up(&whole);
    train(&whole, EPOCHS, NULL);
    assert_ok(llmrec_encoder_open(whole.context, path, &opened));
    assert_int_equal(llmrec_encoder_epochs(opened), EPOCHS);
    assert_true(same_weights(whole.encoder, opened));
    llmrec_encoder_free(opened);
    tear_down(&whole);
}

static void damaged_files_are_refused(void **state)
{
    setting s = {0};
    size_t size = 0;
    uint64_t at = 9;
    (void)state;
    set_up(&s);
    train(&s, 2, scratch("good.h5"));
    unsigned char *bytes = read_bytes(scratch("good.h5"), &size);
    for (int i = 0; i < 60; i++) {
        llmrec_encoder *opened = NULL;
        const size_t place = next_number(&at) % size;
        if (i % 2 == 0) write_bytes(scratch("bad.h5"), bytes, place);
        else {
            bytes[place] ^= (unsigned char)(1u << next_number(&at) % 8);
            write_bytes(scratch("bad.h5"), bytes, size);
        }
        const llmrec_status status = llmrec_encoder_open(s.context, scratch("bad.h5"), &opened);
        assert_failure(status, LLMREC_ERR_FORMAT, "bad.h5");
        assert_null(opened);
        free(bytes);
        bytes = read_bytes(scratch("good.h5"), &size);
    }
    free(bytes);
    llmrec_encoder *opened = NULL;
    assert_failure(llmrec_encoder_open(s.context, scratch("none.h5"), &opened), LLMREC_ERR_IO, "none.h5");
    assert_ok(llmrec_dataset_save(s.dataset, scratch("dataset.h5")));
    assert_failure(llmrec_encoder_open(s.context, scratch("dataset.h5"), &opened), LLMREC_ERR_FORMAT, "dataset.h5");
    tear_down(&s);
}

static void weights_go_out_and_in_by_name(void **state)
{
    setting s = {0}, other = {0};
    llmrec_encoder_options network = small_network();
    llmrec_encoder *wide = NULL;
    (void)state;
    set_up(&s);
    set_up(&other);
    train(&s, 2, NULL);
    assert_ok(llmrec_encoder_export_weights(s.encoder, scratch("weights.safetensors")));
    assert_false(same_weights(s.encoder, other.encoder));
    assert_ok(llmrec_encoder_import_weights(other.encoder, scratch("weights.safetensors")));
    assert_true(same_weights(s.encoder, other.encoder));
    assert_int_equal(llmrec_encoder_epochs(other.encoder), 0);
    network.dim = 18;
    assert_ok(llmrec_encoder_create(s.dataset, &network, &wide));
    assert_failure(llmrec_encoder_import_weights(wide, scratch("weights.safetensors")), LLMREC_ERR_SHAPE,
                   "weights.safetensors", "position.weight", "18");
    llmrec_encoder_free(wide);
    tear_down(&s);
    tear_down(&other);
}

static void every_weight_has_a_name(void **state)
{
    setting s;
    int64_t numbers = 0;
    (void)state;
    set_up(&s);
    for (int64_t i = 0; i < llmrec_encoder_weights(s.encoder); i++) {
        const char *const name = llmrec_encoder_weight_name(s.encoder, i);
        int64_t rows = 0, columns = 0;
        assert_ok(llmrec_encoder_copy_weights(s.encoder, name, 0, 0, NULL, &rows, &columns));
        numbers += rows * columns;
    }
    assert_int_equal(numbers, llmrec_encoder_parameters(s.encoder));
    assert_string_equal(llmrec_encoder_weight_name(s.encoder, 0), "position.weight");
    assert_null(llmrec_encoder_weight_name(s.encoder, -1));
    assert_null(llmrec_encoder_weight_name(s.encoder, llmrec_encoder_weights(s.encoder)));
    assert_int_equal(llmrec_encoder_weights(NULL), 0);
    tear_down(&s);
}

/* Vectors of all items are twice the known rows; new items have ones. Known rows stay, and new rows are halved. */
static void check_new_rows(const setting *s, const llmrec_dataset *larger, const float *old)
{
    float values[35 * 16];
    size_t count = 0, length = 0;
    const char *id = NULL;
    llmrec_embedding *table = NULL;
    llmrec_encoder *grown = NULL;
    int fresh = 0;
    for (int64_t item = 0; item < 35; item++) {
        assert_ok(llmrec_dataset_item_id(larger, item, &id, &length));
        const int64_t before = llmrec_dataset_find_item(s->dataset, id, length);
        for (int j = 0; j < 16; j++) values[item * 16 + j] = before < 0 ? 1 : 2 * old[before * 16 + j];
    }
    assert_ok(llmrec_embedding_create(s->context, values, 35, 16, NULL, NULL, NULL, &table));
    assert_ok(llmrec_encoder_grow(s->encoder, larger, table, 3, &grown));
    float *rows = weights_of(grown, "item.weight", &count);
    for (int i = 0; i < 35 * 16; i++) {
        assert_true(fabsf(rows[i] - values[i] / 2) < 1e-6f);
        fresh += values[i] == 1;
    }
    assert_true(fresh >= 5 * 16);
    llmrec_encoder_free(grown);
    llmrec_embedding_free(table);
    assert_ok(llmrec_embedding_create(s->context, values, 35, 8, NULL, NULL, NULL, &table));
    assert_failure(llmrec_encoder_grow(s->encoder, larger, table, 3, &grown), LLMREC_ERR_SHAPE,
                   "embedding has dim 8; wanted 16");
    llmrec_embedding_free(table);
    free(rows);
}

static void a_larger_catalog_keeps_what_was_learned(void **state)
{
    setting s = {0};
    llmrec_encoder *grown = NULL;
    const char *id = NULL;
    size_t count = 0, length = 0;
    (void)state;
    set_up(&s);
    train(&s, 3, NULL);
    llmrec_dataset *larger = rounds(s.context, 60, 35, 7);
    assert_ok(llmrec_encoder_grow(s.encoder, larger, NULL, 3, &grown));
    assert_int_equal(llmrec_encoder_items(grown), 35);
    float *old = weights_of(s.encoder, "item.weight", &count), *fresh = weights_of(grown, "item.weight", &count);
    float *old_bias = weights_of(s.encoder, "output.bias", &count), *bias = weights_of(grown, "output.bias", &count);
    for (int64_t item = 0; item < 35; item++) {
        assert_ok(llmrec_encoder_item_id(grown, item, &id, &length));
        const int64_t before = llmrec_dataset_find_item(s.dataset, id, length);
        if (before < 0) continue;
        assert_memory_equal(fresh + item * 16, old + before * 16, 16 * sizeof *old);
        assert_true(bias[item] == old_bias[before]);
    }
    assert_memory_equal(fresh + 35 * 16, old + 30 * 16, 16 * sizeof *old); /* [MASK] */
    const llmrec_train_options training = short_training(2);
    assert_ok(llmrec_encoder_train(grown, larger, NULL, &training));
    llmrec_encoder_free(grown);
    check_new_rows(&s, larger, old);
    free(old);
    free(fresh);
    free(old_bias);
    free(bias);
    llmrec_dataset_free(larger);
    tear_down(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_saved_is_opened),
        cmocka_unit_test(training_that_is_resumed_comes_to_the_same_bits),
        cmocka_unit_test(a_process_killed_at_any_moment_goes_on_to_the_same_bits),
        cmocka_unit_test(damaged_files_are_refused),
        cmocka_unit_test(weights_go_out_and_in_by_name),
        cmocka_unit_test(every_weight_has_a_name),
        cmocka_unit_test(a_larger_catalog_keeps_what_was_learned),
    };
    return cmocka_run_group_tests(tests, NULL, remove_scratch);
}
