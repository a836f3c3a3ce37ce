/* SPDX-License-Identifier: Apache-2.0 */
/* Sequences, masks and batches of the cloze task (Sun et al. 2019), and learning rates. */
#include "../support.h"

#include <math.h>

#include "nn/batches.h"
#include "nn/cloze.h"
#include "nn/optimizer.h"

/* A packed batch with space for 64 tokens. */
typedef struct packing_room {
    size_t starts[8];
    int32_t items[64], positions[64], label_at[64], label[64];
    lr_packed packed;
} packing_room;

static lr_packed *empty_packed(packing_room *room)
{
    room->packed = (lr_packed){.starts = room->starts,
                               .items = room->items,
                               .positions = room->positions,
                               .label_at = room->label_at,
                               .label = room->label};
    return &room->packed;
}

static void check_numbers(const int32_t *numbers, const int32_t *wanted, size_t count)
{
    for (size_t i = 0; i < count; i++) assert_int_equal(numbers[i], wanted[i]);
}

static const int32_t SESSION[4] = {7, 3, 9, 4};

static void masked_items_become_labels(void **state)
{
    static const uint8_t second_and_last[4] = {0, 1, 0, 1};
    const lr_packing packing = {.positions = 6, .mask = 100};
    packing_room room;
    uint8_t mask[4];
    (void)state;
    lr_packed *packed = empty_packed(&room);
    lr_cloze_last(4, mask);
    lr_pack_masked(&packing, packed, SESSION, 4, mask);
    check_numbers(room.items, (const int32_t[]){7, 3, 9, 100}, 4);
    check_numbers(room.positions, (const int32_t[]){2, 3, 4, 5}, 4);
    assert_int_equal(packed->labels, 1);
    assert_true(room.label[0] == 4 && room.label_at[0] == 3);
    lr_pack_masked(&packing, packed, SESSION, 4, second_and_last);
    check_numbers(room.items + 4, (const int32_t[]){7, 100, 9, 100}, 4);
    check_numbers(room.label + 1, (const int32_t[]){3, 4}, 2);
    check_numbers(room.label_at + 1, (const int32_t[]){5, 7}, 2);
    assert_true(packed->sequences == 2 && room.starts[1] == 4 && room.starts[2] == 8);
}

static void next_items_are_labels_of_the_items_before(void **state)
{
    const lr_packing packing = {.positions = 3, .mask = 100, .causal = true};
    packing_room room;
    (void)state;
    lr_packed *packed = empty_packed(&room);
    lr_pack_next(&packing, packed, SESSION, 2);
    lr_pack_next(&packing, packed, SESSION, 4);
    check_numbers(room.items, (const int32_t[]){7, 7, 3, 9}, 4);
    check_numbers(room.positions, (const int32_t[]){2, 0, 1, 2}, 4);
    check_numbers(room.label, (const int32_t[]){3, 3, 9, 4}, 4);
}

static void tokens_stand_where_the_reference_has_them(void **state)
{
    lr_packing packing = {.positions = 4, .mask = 100, .left_aligned = true};
    packing_room room;
    (void)state;
    lr_pack_masked(&packing, empty_packed(&room), SESSION, 2, NULL);
    check_numbers(room.positions, (const int32_t[]){0, 1}, 2);
    packing = (lr_packing){.positions = 4, .mask = 100, .pad_with_mask = true};
    lr_packed *packed = empty_packed(&room);
    lr_pack_masked(&packing, packed, SESSION, 1, (const uint8_t[]){1});
    check_numbers(room.items, (const int32_t[]){100, 100, 100, 100}, 4);
    check_numbers(room.positions, (const int32_t[]){0, 1, 2, 3}, 4);
    assert_true(packed->labels == 1 && room.label_at[0] == 3 && room.label[0] == 7);
}

static size_t masks_of(double probability, size_t items)
{
    const lr_cloze cloze = {probability, 0};
    uint8_t *mask = malloc(items);
    lr_rng rng = lr_rng_at(3, LR_STREAM_MASK, 0);
    const size_t count = lr_cloze_draw(&cloze, &rng, items, mask);
    free(mask);
    return count;
}

static void masks_have_their_share(void **state)
{
    (void)state;
    assert_int_equal(masks_of(0, 1000), 0);
    assert_int_equal(masks_of(1, 1000), 1000);
    assert_true(fabs((double)masks_of(.5, 100000) / 100000 - .5) < .005);
}

static void counted_masks_are_counted_as_the_original_counts(void **state)
{
    static const size_t lengths[] = {1, 2, 3, 5, 8, 12, 50}, beauty[] = {1, 1, 2, 3, 5, 7, 30},
                        ml[] = {1, 1, 1, 1, 2, 2, 10};
    const lr_cloze many = {.6, 30}, few = {.2, 40};
    size_t seen[50] = {0};
    uint8_t mask[50];
    lr_rng rng = lr_rng_at(1, LR_STREAM_MASK, 0);
    (void)state;
    for (size_t i = 0; i < 7; i++) {
        assert_int_equal(lr_cloze_count(&many, lengths[i]), beauty[i]);
        assert_int_equal(lr_cloze_count(&few, lengths[i]), ml[i]);
        assert_int_equal(lr_cloze_draw(&many, &rng, lengths[i], mask), beauty[i]);
    }
    for (int draw = 0; draw < 5000; draw++) {
        size_t count = 0;
        lr_cloze_draw(&few, &rng, 50, mask);
        for (size_t i = 0; i < 50; i++) count += mask[i], seen[i] += mask[i];
        assert_int_equal(count, 10);
    }
    for (size_t i = 0; i < 50; i++) assert_true(seen[i] > 800 && seen[i] < 1200);
}

/* Sessions of the given lengths; items count up from 0 in each. */
static llmrec_dataset *sessions_of(llmrec_context *context, const size_t *lengths, size_t sessions)
{
    enum { MOST = 400 };
    int64_t session[MOST], item[MOST];
    llmrec_interactions rows = {.size = sizeof rows, .session_numbers = session, .item_numbers = item};
    llmrec_dataset *dataset = NULL;
    for (size_t s = 0; s < sessions; s++)
        for (size_t i = 0; i < lengths[s]; i++) {
            session[rows.rows] = (int64_t)s;
            item[rows.rows++] = (int64_t)i;
        }
    assert_ok(llmrec_dataset_create(context, &rows, NULL, NULL, &dataset));
    return dataset;
}

static lr_batches *batches_of(const llmrec_dataset *dataset, const lr_packing *packing,
                              const llmrec_train_options *options)
{
    lr_batches *batches = NULL;
    assert_ok(lr_batches_create(dataset, packing, options, &batches));
    return batches;
}

static void long_sessions_are_cut_into_windows(void **state)
{
    static const size_t lengths[] = {120}, starts[] = {0, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60, 65, 70};
    const lr_packing packing = {.positions = 50, .mask = 120};
    llmrec_context *context = context_with(1);
    llmrec_dataset *dataset = sessions_of(context, lengths, 1);
    llmrec_train_options options;
    bool seen[15] = {false};
    (void)state;
    assert_ok(llmrec_train_options_init(&options, sizeof options));
    options.window_stride = 5;
    options.batch = 1;
    lr_batches *batches = batches_of(dataset, &packing, &options);
    assert_int_equal(lr_batches_count(batches), 15);
    lr_batches_epoch(batches, 0);
    for (size_t b = 0; b < 15; b++) {
        const lr_tokens tokens = lr_batches_at(batches, b);
        assert_int_equal(lr_tokens_count(&tokens), 50);
        int32_t first = tokens.items[0] == 120 ? tokens.label[0] : tokens.items[0];
        for (size_t i = 0; i < 15; i++)
            if (starts[i] == (size_t)first) seen[i] = true;
    }
    for (size_t i = 0; i < 15; i++) assert_true(seen[i]);
    lr_batches_free(batches);
    llmrec_dataset_free(dataset);
    llmrec_context_free(context);
}

static void windows_lie_side_by_side_unless_the_last_is_wanted_alone(void **state)
{
    static const size_t lengths[] = {50, 120};
    static const int64_t strides[] = {0, 50, -1}, windows[] = {4, 4, 2};
    const lr_packing packing = {.positions = 50, .mask = 120};
    llmrec_context *context = context_with(1);
    llmrec_dataset *dataset = sessions_of(context, lengths, 2);
    llmrec_train_options options;
    (void)state;
    assert_ok(llmrec_train_options_init(&options, sizeof options));
    for (size_t i = 0; i < 3; i++) {
        options.window_stride = strides[i];
        lr_batches *batches = batches_of(dataset, &packing, &options);
        assert_int_equal(lr_batches_rows(batches), windows[i]);
        lr_batches_free(batches);
    }
    llmrec_dataset_free(dataset);
    llmrec_context_free(context);
}

static void an_epoch_shows_each_session_once_and_is_its_own(void **state)
{
    static const size_t lengths[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
    const lr_packing packing = {.positions = 10, .mask = 10};
    llmrec_context *context = context_with(1);
    llmrec_dataset *dataset = sessions_of(context, lengths, 10);
    llmrec_train_options options;
    size_t seen[11] = {0}, labels[2] = {0};
    int32_t order[2][10];
    (void)state;
    assert_ok(llmrec_train_options_init(&options, sizeof options));
    options.batch = 4;
    lr_batches *batches = batches_of(dataset, &packing, &options);
    assert_int_equal(lr_batches_rows(batches), 10);
    assert_int_equal(lr_batches_count(batches), 3);
    for (int epoch = 0; epoch < 2; epoch++) {
        lr_batches_epoch(batches, epoch);
        for (size_t b = 0, at = 0; b < 3; b++) {
            const lr_tokens tokens = lr_batches_at(batches, b);
            labels[epoch] += tokens.labels;
            assert_true(tokens.labels >= tokens.sequences); /* at least one token is masked in each sequence */
            for (size_t s = 0; s < tokens.sequences; s++) {
                const size_t length = tokens.starts[s + 1] - tokens.starts[s];
                order[epoch][at++] = (int32_t)length;
                seen[length]++;
            }
        }
    }
    for (size_t length = 1; length <= 10; length++) assert_int_equal(seen[length], 2);
    assert_memory_not_equal(order[0], order[1], sizeof order[0]);
    lr_batches_epoch(batches, 1);
    const lr_tokens again = lr_batches_at(batches, 2); /* without the batches before it */
    for (size_t s = 0; s < again.sequences; s++)
        assert_int_equal(again.starts[s + 1] - again.starts[s], order[1][8 + s]);
    lr_batches_free(batches);
    llmrec_dataset_free(dataset);
    llmrec_context_free(context);
}

static void copies_mask_the_last_item_once_and_others_at_random(void **state)
{
    static const size_t lengths[] = {6, 6, 6};
    const lr_packing packing = {.positions = 10, .mask = 6};
    llmrec_context *context = context_with(1);
    llmrec_dataset *dataset = sessions_of(context, lengths, 3);
    llmrec_train_options options;
    size_t last_only = 0;
    (void)state;
    assert_ok(llmrec_train_options_init(&options, sizeof options));
    options.copies = 10;
    options.mask_probability = 1;
    lr_batches *batches = batches_of(dataset, &packing, &options);
    assert_int_equal(lr_batches_rows(batches), 33);
    lr_batches_epoch(batches, 0);
    const lr_tokens tokens = lr_batches_at(batches, 0);
    assert_int_equal(tokens.labels, 3 * (1 + 10 * 6));
    for (size_t s = 0; s < tokens.sequences; s++) last_only += tokens.items[tokens.starts[s]] != 6;
    assert_int_equal(last_only, 3);
    lr_batches_free(batches);
    llmrec_dataset_free(dataset);
    llmrec_context_free(context);
}

static void sessions_too_short_to_learn_from_are_refused(void **state)
{
    static const size_t lengths[] = {1, 1};
    const lr_packing packing = {.positions = 10, .mask = 1, .causal = true};
    llmrec_context *context = context_with(1);
    llmrec_dataset *dataset = sessions_of(context, lengths, 2);
    llmrec_train_options options;
    lr_batches *batches = NULL;
    (void)state;
    assert_ok(llmrec_train_options_init(&options, sizeof options));
    assert_failure(lr_batches_create(dataset, &packing, &options, &batches), LLMREC_ERR_SHAPE, "no session has 2 rows");
    assert_null(batches);
    llmrec_dataset_free(dataset);
    llmrec_context_free(context);
}

static void rates_warm_up_and_fall_as_the_original_s(void **state)
{
    static const int64_t steps[] = {0, 1, 50, 99, 100, 200, 200000, 400000};
    static const double rates[] = {0, 1e-6, 5e-5, 9.9e-5, 9.9975e-5, 9.995e-5, 5e-5, 0};
    llmrec_train_options options;
    (void)state;
    assert_ok(llmrec_train_options_preset(&options, sizeof options, "sun2019"));
    for (size_t i = 0; i < 8; i++) assert_true(fabs(lr_learning_rate(&options, steps[i], 400000) - rates[i]) < 1e-12);
    options.schedule = LLMREC_SCHEDULE_COSINE;
    assert_true(fabs(lr_learning_rate(&options, 100, 1100) - 1e-4) < 1e-12);
    assert_true(fabs(lr_learning_rate(&options, 600, 1100) - 5e-5) < 1e-12);
    assert_true(lr_learning_rate(&options, 1100, 1100) < 1e-12);
    options.schedule = LLMREC_SCHEDULE_CONSTANT;
    assert_true(lr_learning_rate(&options, 100000, 200) == 1e-4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(masked_items_become_labels),
        cmocka_unit_test(next_items_are_labels_of_the_items_before),
        cmocka_unit_test(tokens_stand_where_the_reference_has_them),
        cmocka_unit_test(masks_have_their_share),
        cmocka_unit_test(counted_masks_are_counted_as_the_original_counts),
        cmocka_unit_test(long_sessions_are_cut_into_windows),
        cmocka_unit_test(windows_lie_side_by_side_unless_the_last_is_wanted_alone),
        cmocka_unit_test(an_epoch_shows_each_session_once_and_is_its_own),
        cmocka_unit_test(copies_mask_the_last_item_once_and_others_at_random),
        cmocka_unit_test(sessions_too_short_to_learn_from_are_refused),
        cmocka_unit_test(rates_warm_up_and_fall_as_the_original_s),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
