/* SPDX-License-Identifier: Apache-2.0 */
/* llmrec/options.h: its lists, and calls with invalid arguments. */
#include "../support.h"

#include <math.h>

static const char SPLIT[] = "llmrec_split_options", SIMILARITY[] = "llmrec_similarity_options";

static void structs_and_options_are_listed(void **state)
{
    (void)state;
    assert_true(llmrec_options_count() > 0);
    for (int64_t s = 0; s < llmrec_options_count(); s++) {
        const char *name = llmrec_options_name(s);
        assert_non_null(name);
        assert_true(*llmrec_options_help(name) != '\0');
        assert_true(llmrec_option_count(name) > 0);
        assert_true(llmrec_preset_count(name) >= 0);
        for (int64_t i = 0; i < llmrec_option_count(name); i++) {
            llmrec_option_info info = {.size = sizeof info};
            char range[512];
            size_t length = 0;
            assert_ok(llmrec_option_describe(name, i, &info));
            assert_int_equal(info.size, sizeof info);
            assert_true(*info.name != '\0' && *info.help != '\0' && *info.since != '\0' && info.count != NULL);
            assert_int_equal(info.choices > 0, info.type == LLMREC_OPTION_CHOICE);
            assert_ok(llmrec_option_range(name, info.name, range, sizeof range, &length));
            assert_int_equal(length, strlen(range));
        }
    }
}

static void unknown_names_and_indices_are_refused(void **state)
{
    static const char *const unknown[] = {NULL, "", "split", "llmrec_split_option", "llmrec_split_options "};
    llmrec_option_info info = {.size = sizeof info};
    const char *choice = NULL;
    (void)state;
    assert_null(llmrec_options_name(-1));
    assert_null(llmrec_options_name(llmrec_options_count()));
    assert_null(llmrec_options_name(INT64_MIN));
    for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++) {
        assert_null(llmrec_options_help(unknown[i]));
        assert_int_equal(llmrec_option_count(unknown[i]), -1);
        assert_int_equal(llmrec_preset_count(unknown[i]), -1);
        assert_null(llmrec_preset_name(unknown[i], 0));
        assert_null(llmrec_preset_help(unknown[i], 0));
        assert_null(llmrec_preset_setting(unknown[i], 0, 0));
        assert_failure(llmrec_option_describe(unknown[i], 0, &info), LLMREC_ERR_ARGUMENT, "structure is");
        assert_failure(llmrec_option_range(unknown[i], "cutoff", NULL, 0, NULL), LLMREC_ERR_ARGUMENT, "structure is");
        assert_failure(llmrec_options_json(unknown[i], NULL, NULL, 0, NULL), LLMREC_ERR_ARGUMENT, "structure is");
    }
    assert_failure(llmrec_option_describe(SPLIT, -1, &info), LLMREC_ERR_ARGUMENT, "index is -1; wanted 0 to 11");
    assert_failure(llmrec_option_describe(SPLIT, 12, &info), LLMREC_ERR_ARGUMENT, "index is 12; wanted 0 to 11");
    assert_failure(llmrec_option_describe(SPLIT, 0, NULL), LLMREC_ERR_ARGUMENT, "llmrec_option_info is NULL");
    info.size = 16;
    assert_failure(llmrec_option_describe(SPLIT, 0, &info), LLMREC_ERR_ABI, "size is 16");
    assert_failure(llmrec_option_choice(SPLIT, "method", 6, &choice, NULL), LLMREC_ERR_ARGUMENT, "index is 6");
    assert_failure(llmrec_option_choice(SPLIT, "method", -1, &choice, NULL), LLMREC_ERR_ARGUMENT, "index is -1");
    assert_failure(llmrec_option_choice(SPLIT, "cutoff", 0, &choice, NULL), LLMREC_ERR_ARGUMENT,
                   "name is \"cutoff\"; this option of llmrec_split_options has no choices");
    assert_failure(llmrec_option_choice(SPLIT, "method", 0, NULL, NULL), LLMREC_ERR_ARGUMENT, "choice is NULL");
    assert_failure(llmrec_option_choice(SPLIT, NULL, 0, &choice, NULL), LLMREC_ERR_ARGUMENT, "name is NULL");
    assert_failure(llmrec_option_choice(SPLIT, "metod", 0, &choice, NULL), LLMREC_ERR_ARGUMENT,
                   "llmrec_split_options has no option \"metod\"; wanted method, test_fraction, validation_fraction, "
                   "cutoff, drop_untrained, last_rows, folds, fold, folding, test_window, unit, seed");
    assert_null(choice);
    assert_int_equal(llmrec_preset_count(SPLIT), 0);
    assert_null(llmrec_preset_name(SIMILARITY, -1));
    assert_null(llmrec_preset_name(SIMILARITY, llmrec_preset_count(SIMILARITY)));
}

static void choices_and_presets_are_read(void **state)
{
    llmrec_similarity_options options, own;
    llmrec_split_options split;
    const char *choice = NULL;
    int64_t value = 0;
    (void)state;
    assert_ok(llmrec_option_choice(SIMILARITY, "decay", 6, &choice, &value));
    assert_string_equal(choice, "harmonic");
    assert_int_equal(value, LLMREC_DECAY_HARMONIC);
    assert_string_equal(llmrec_preset_name(SIMILARITY, 1), "harte2023");
    assert_true(*llmrec_preset_help(SIMILARITY, 1) != '\0');
    assert_string_equal(llmrec_preset_setting(SIMILARITY, 1, 0), "weighting=last");
    assert_string_equal(llmrec_preset_setting(SIMILARITY, 1, 2), "reduce=none");
    assert_null(llmrec_preset_setting(SIMILARITY, 1, 3));
    assert_null(llmrec_preset_setting(SIMILARITY, 1, INT64_MAX));
    assert_null(llmrec_preset_setting(SIMILARITY, 1, -1));
    assert_null(llmrec_preset_setting(SIMILARITY, 0, 0));
    assert_ok(llmrec_options_fill(SIMILARITY, "harte2023", &options, sizeof options));
    assert_ok(llmrec_similarity_options_preset(&own, sizeof own, "harte2023"));
    assert_memory_equal(&options, &own, sizeof own);
    assert_ok(llmrec_options_fill(SIMILARITY, NULL, &options, sizeof options));
    assert_ok(llmrec_similarity_options_init(&own, sizeof own));
    assert_memory_equal(&options, &own, sizeof own);
    assert_failure(llmrec_options_fill(SIMILARITY, "harte", &options, sizeof options), LLMREC_ERR_ARGUMENT,
                   "preset is \"harte\"; wanted default, harte2023, boz2024");
    assert_failure(llmrec_options_fill(SIMILARITY, NULL, NULL, sizeof options), LLMREC_ERR_ARGUMENT, "NULL");
    assert_failure(llmrec_options_fill(SIMILARITY, NULL, &options, 8), LLMREC_ERR_ABI, "size is 8");
    assert_failure(llmrec_options_fill(SPLIT, "default", &split, sizeof split), LLMREC_ERR_ARGUMENT,
                   "preset is \"default\"; llmrec_split_options has no presets");
}

static void values_are_set_and_read_as_text(void **state)
{
    llmrec_split_options options;
    char text[64];
    size_t length = 0;
    (void)state;
    assert_ok(llmrec_split_options_init(&options, sizeof options));
    assert_ok(llmrec_option_set(SPLIT, &options, "method", "leave-one-out"));
    assert_int_equal(options.method, LLMREC_SPLIT_LEAVE_ONE_OUT);
    assert_ok(llmrec_option_get(SPLIT, &options, "method", text, sizeof text, &length));
    assert_string_equal(text, "leave_one_out");
    assert_ok(llmrec_option_get(SPLIT, NULL, "method", text, sizeof text, &length));
    assert_string_equal(text, "temporal");
    assert_ok(llmrec_option_get(SPLIT, NULL, "cutoff", text, sizeof text, NULL));
    assert_string_equal(text, "");
    assert_ok(llmrec_option_get("llmrec_chat_request", NULL, "temperature", text, sizeof text, NULL));
    assert_string_equal(text, "nan");
    const llmrec_split_options before = options;
    assert_failure(llmrec_option_set(SPLIT, &options, "test_fraction", "1"), LLMREC_ERR_ARGUMENT,
                   "test_fraction is \"1\"; wanted (0, 1)");
    assert_failure(llmrec_option_set(SPLIT, &options, "test_fraction", NULL), LLMREC_ERR_ARGUMENT, "value is NULL");
    assert_failure(llmrec_option_set(SPLIT, NULL, "test_fraction", "0.5"), LLMREC_ERR_ARGUMENT, SPLIT, "NULL");
    assert_failure(llmrec_option_set(SPLIT, &options, NULL, "0.5"), LLMREC_ERR_ARGUMENT, "name is NULL");
    assert_failure(llmrec_option_set(NULL, &options, "cutoff", "0.5"), LLMREC_ERR_ARGUMENT, "structure is NULL");
    assert_failure(llmrec_option_get(SPLIT, &options, "cut", text, sizeof text, &length), LLMREC_ERR_ARGUMENT,
                   "\"cut\"");
    assert_memory_equal(&options, &before, sizeof options);
}

static void buffers_of_every_size_are_respected(void **state)
{
    static const char whole[] =
        "{\"method\":\"temporal\",\"test_fraction\":0.2,\"validation_fraction\":0,\"cutoff\":null,"
        "\"drop_untrained\":\"auto\",\"last_rows\":1,\"folds\":1,\"fold\":0,\"folding\":\"chained\","
        "\"test_window\":null,\"unit\":\"sessions\",\"seed\":0}";
    static const size_t capacities[] = {0, 1, 2, sizeof whole - 1, sizeof whole, sizeof whole + 1};
    (void)state;
    for (size_t i = 0; i < sizeof capacities / sizeof *capacities; i++) {
        char text[sizeof whole + 8];
        size_t length = 0;
        const size_t capacity = capacities[i];
        const size_t written = capacity < sizeof whole ? capacity : sizeof whole;
        memset(text, '#', sizeof text);
        assert_ok(llmrec_options_json(SPLIT, NULL, text, capacity, &length));
        assert_int_equal(length, sizeof whole - 1);
        if (written > 0) {
            assert_memory_equal(text, whole, written - 1);
            assert_int_equal(text[written - 1], '\0');
        }
        assert_int_equal(text[written], '#');
    }
    assert_ok(llmrec_options_json(SPLIT, NULL, NULL, 0, NULL));
    assert_failure(llmrec_options_json(SPLIT, NULL, NULL, 5, NULL), LLMREC_ERR_ARGUMENT, "text is NULL and capacity 5");
    assert_failure(llmrec_option_range(SPLIT, "cutoff", NULL, 5, NULL), LLMREC_ERR_ARGUMENT, "text is NULL");
    assert_failure(llmrec_option_get(SPLIT, NULL, "cutoff", NULL, 5, NULL), LLMREC_ERR_ARGUMENT, "text is NULL");
}

static void structs_of_other_sizes_are_read(void **state)
{
    struct {
        llmrec_split_options known;
        int64_t later;
    } newer;
    llmrec_split_options older;
    (void)state;
    assert_ok(llmrec_options_fill(SPLIT, NULL, &newer, sizeof newer));
    assert_int_equal(newer.later, 0);
    assert_ok(llmrec_option_set(SPLIT, &newer, "cutoff", "5"));
    assert_int_equal(newer.known.size, sizeof newer);
    assert_ok(llmrec_options_json(SPLIT, &newer, NULL, 0, NULL));
    newer.later = 1;
    assert_failure(llmrec_options_json(SPLIT, &newer, NULL, 0, NULL), LLMREC_ERR_ABI, "this libllmrec knows");
    assert_failure(llmrec_option_get(SPLIT, &newer, "cutoff", NULL, 0, NULL), LLMREC_ERR_ABI, "this libllmrec knows");
    assert_ok(llmrec_split_options_init(&older, sizeof older));
    older.size = 16;
    assert_failure(llmrec_options_json(SPLIT, &older, NULL, 0, NULL), LLMREC_ERR_ABI, "size is 16");
    assert_failure(llmrec_option_set(SPLIT, &older, "cutoff", "5"), LLMREC_ERR_ABI, "size is 16");
    assert_failure(llmrec_option_get(SPLIT, &older, "cutoff", NULL, 0, NULL), LLMREC_ERR_ABI, "size is 16");
    assert_null(older.cutoff);
}

static void json_refuses_values_out_of_range(void **state)
{
    llmrec_split_options options;
    (void)state;
    assert_ok(llmrec_split_options_init(&options, sizeof options));
    options.method = 9;
    assert_failure(llmrec_options_json(SPLIT, &options, NULL, 0, NULL), LLMREC_ERR_ARGUMENT,
                   "method is 9; wanted 0 to 5: leave_one_out, temporal");
}

static void secrets_and_arrays_have_no_text(void **state)
{
    static const char ENDPOINT[] = "llmrec_endpoint_options";
    static const char *const secrets[] = {"key", "body", "proxy"}, *const others[] = {"headers", "header_count"};
    llmrec_endpoint_options options;
    char text[2048];
    (void)state;
    assert_ok(llmrec_endpoint_options_init(&options, sizeof options));
    for (size_t i = 0; i < 3; i++) {
        assert_ok(llmrec_option_set(ENDPOINT, &options, secrets[i], "hunter2"));
        assert_failure(llmrec_option_get(ENDPOINT, &options, secrets[i], text, sizeof text, NULL),
                       LLMREC_ERR_UNSUPPORTED, "a secret");
    }
    assert_string_equal(options.key, "hunter2");
    for (size_t i = 0; i < 2; i++)
        assert_failure(llmrec_option_set(ENDPOINT, &options, others[i], "1"), LLMREC_ERR_UNSUPPORTED,
                       "with a text form");
    assert_ok(llmrec_options_json(ENDPOINT, &options, text, sizeof text, NULL));
    assert_null(strstr(text, "hunter2"));
    assert_null(strstr(text, "\"key\""));
    assert_null(strstr(text, "headers"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(structs_and_options_are_listed),      cmocka_unit_test(unknown_names_and_indices_are_refused),
        cmocka_unit_test(choices_and_presets_are_read),        cmocka_unit_test(values_are_set_and_read_as_text),
        cmocka_unit_test(buffers_of_every_size_are_respected), cmocka_unit_test(structs_of_other_sizes_are_read),
        cmocka_unit_test(json_refuses_values_out_of_range),    cmocka_unit_test(secrets_and_arrays_have_no_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
