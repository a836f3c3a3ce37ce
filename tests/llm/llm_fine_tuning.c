/* SPDX-License-Identifier: Apache-2.0 */
/* Fine-tuning jobs: uploaded and created exactly once despite failures, followed, canceled. */
#include "server.h"

static const char examples[] = "{\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]}\n";

/* Options with existing files; the state file is `name`. */
static llmrec_fine_tuning_options options_with(const char *name)
{
    llmrec_fine_tuning_options options;
    assert_ok(llmrec_fine_tuning_options_init(&options, sizeof options));
    options.training = scratch("training.jsonl");
    options.validation = scratch("validation.jsonl");
    options.state = scratch(name);
    options.suffix = "shop";
    options.epochs = 2;
    options.seed = 7;
    write_text(options.training, examples);
    write_text(options.validation, examples);
    return options;
}

static long requests_at(const char *what, const char *path)
{
    char whole[256];
    snprintf(whole, sizeof whole, "/%s/v1/%s", what, path);
    return counted_at(whole, "requests");
}

static void a_job_is_created_once_and_followed_to_its_end(void **state)
{
    const llmrec_endpoint_options endpoint = endpoint_for("tuning:plain");
    const llmrec_fine_tuning_options options = options_with("plain.json");
    llmrec_fine_tuning_info info = {.size = sizeof info};
    char text[4096];
    (void)state;
    for (int i = 0; i < 3; i++) { /* a second start finds the first one's job */
        llmrec_fine_tuning *job = NULL;
        assert_ok(llmrec_fine_tuning_start(context, &endpoint, &options, &job));
        assert_ok(llmrec_fine_tuning_description(job, text, sizeof text, NULL));
        assert_non_null(strstr(text, "{\"kind\":\"fine_tuning\",\"id\":\"ftjob-0\",\"endpoint\":{\"url\":\"http"));
        assert_null(strstr(text, KEY));
        if (i == 0) {
            assert_ok(llmrec_fine_tuning_look(job, &info));
            assert_int_equal(info.phase, LLMREC_FINE_TUNING_RUNNING);
            assert_string_equal(info.status, "running");
            assert_string_equal(info.model, "");
            assert_int_equal(info.trained_tokens, 100);
        } else {
            assert_ok(llmrec_fine_tuning_follow(job, 0.02, &info));
            assert_int_equal(info.phase, LLMREC_FINE_TUNING_SUCCEEDED);
            assert_string_equal(info.id, "ftjob-0");
            assert_string_equal(info.model, "ft:test-model:shop");
            assert_string_equal(info.error, "");
            assert_int_equal(info.trained_tokens, 300);
        }
        llmrec_fine_tuning_free(job);
    }
    assert_int_equal(requests_at("tuning:plain", "files"), 2);
    assert_int_equal(requests_at("tuning:plain", "fine_tuning/jobs"), 1);
}

static void a_job_whose_answer_was_lost_is_found(void **state)
{
    const llmrec_endpoint_options endpoint = endpoint_for("tuning:lost");
    const llmrec_fine_tuning_options options = options_with("lost.json");
    llmrec_fine_tuning_info info = {.size = sizeof info};
    llmrec_fine_tuning *job = NULL;
    (void)state;
    assert_failure(llmrec_fine_tuning_start(context, &endpoint, &options, &job), LLMREC_ERR_IO, "/fine_tuning/jobs: ");
    assert_null(job);
    assert_int_equal(requests_at("tuning:lost", "fine_tuning/jobs"), 1); /* not retried, since it may have succeeded */
    assert_ok(llmrec_fine_tuning_start(context, &endpoint, &options, &job));
    assert_ok(llmrec_fine_tuning_look(job, &info));
    assert_string_equal(info.id, "ftjob-0");
    assert_int_equal(requests_at("tuning:lost", "files"), 2);
    assert_int_equal(requests_at("tuning:lost", "fine_tuning/jobs"), 1);
    assert_int_equal(requests_at("tuning:lost", "fine_tuning/jobs?limit=100"), 1);
    assert_ok(llmrec_fine_tuning_cancel(job, &info));
    assert_int_equal(info.phase, LLMREC_FINE_TUNING_CANCELED);
    llmrec_fine_tuning_free(job);
}

static void a_failed_job_says_why(void **state)
{
    const llmrec_endpoint_options endpoint = endpoint_for("tuning:failing");
    llmrec_fine_tuning_options options = options_with("failing.json");
    llmrec_fine_tuning_info info = {.size = sizeof info};
    llmrec_fine_tuning *job = NULL;
    (void)state;
    options.validation = NULL;
    assert_ok(llmrec_fine_tuning_start(context, &endpoint, &options, &job));
    assert_ok(llmrec_fine_tuning_follow(job, 0.02, &info));
    assert_int_equal(info.phase, LLMREC_FINE_TUNING_FAILED);
    assert_string_equal(info.error, "line 2 is no chat");
    llmrec_fine_tuning_free(job);
}

static void a_state_file_belongs_to_its_examples(void **state)
{
    const llmrec_endpoint_options endpoint = endpoint_for("tuning:state");
    llmrec_fine_tuning_options options = options_with("state.json");
    llmrec_fine_tuning *job = NULL;
    (void)state;
    assert_ok(llmrec_fine_tuning_start(context, &endpoint, &options, &job));
    llmrec_fine_tuning_free(job);
    job = NULL;
    options.epochs = 3;
    assert_failure(llmrec_fine_tuning_start(context, &endpoint, &options, &job), LLMREC_ERR_SHAPE, options.state,
                   "other examples or options");
    options.epochs = 2;
    write_text(options.training, "other\n");
    assert_failure(llmrec_fine_tuning_start(context, &endpoint, &options, &job), LLMREC_ERR_SHAPE, options.state);
    write_text(options.training, examples);
    size_t size = 0;
    char *state_text = (char *)read_bytes(options.state, &size), *id = strstr(state_text, "ftjob-0");
    assert_non_null(id);
    memcpy(id, "../x?yz", 7);
    write_text(options.state, state_text);
    free(state_text);
    assert_failure(llmrec_fine_tuning_start(context, &endpoint, &options, &job), LLMREC_ERR_FORMAT, options.state,
                   "\"job\" is \"../x?yz\"");
    write_text(options.state, "{\"no\": 1}");
    assert_failure(llmrec_fine_tuning_start(context, &endpoint, &options, &job), LLMREC_ERR_FORMAT, "not a state");
    write_text(options.state, "{");
    assert_failure(llmrec_fine_tuning_start(context, &endpoint, &options, &job), LLMREC_ERR_FORMAT, options.state);
}

static void wrong_arguments_and_answers_are_told(void **state)
{
    llmrec_endpoint_options endpoint = endpoint_for("raw:7b226964223a222e2e2f78227d"); /* {"id":"../x"} */
    llmrec_fine_tuning_options options = options_with("wrong.json");
    llmrec_fine_tuning *job = NULL;
    llmrec_fine_tuning_info info = {.size = 3};
    (void)state;
    assert_failure(llmrec_fine_tuning_start(context, &endpoint, &options, &job), LLMREC_ERR_FORMAT,
                   "id is \"../x\"; wanted an id");
    options.training = "/nowhere/at/all";
    assert_failure(llmrec_fine_tuning_start(context, &endpoint, &options, &job), LLMREC_ERR_IO, "/nowhere/at/all");
    options = options_with("wrong.json");
    options.upload_limit = 10;
    assert_failure(llmrec_fine_tuning_start(context, &endpoint, &options, &job), LLMREC_ERR_FORMAT,
                   "wanted at most 10");
    options.state = NULL;
    assert_failure(llmrec_fine_tuning_start(context, &endpoint, &options, &job), LLMREC_ERR_ARGUMENT, "state is NULL");
    options = options_with("wrong.json");
    endpoint.model = NULL;
    assert_failure(llmrec_fine_tuning_start(context, &endpoint, &options, &job), LLMREC_ERR_ARGUMENT, "model is NULL");
    assert_failure(llmrec_fine_tuning_look(NULL, &info), LLMREC_ERR_ARGUMENT, "job is NULL");
    endpoint = endpoint_for("tuning:arguments");
    assert_ok(llmrec_fine_tuning_start(context, &endpoint, &options, &job));
    assert_failure(llmrec_fine_tuning_look(job, &info), LLMREC_ERR_ABI, "size is 3");
    info.size = sizeof info;
    assert_failure(llmrec_fine_tuning_follow(job, 0, &info), LLMREC_ERR_ARGUMENT, "interval is 0");
    llmrec_fine_tuning_free(job);
    llmrec_fine_tuning_free(NULL);
}

/* Sessions that walk through the same films. */
static llmrec_dataset *shop(void)
{
    enum { FILMS = 8, SESSIONS = 40, ROWS = SESSIONS * 5 };
    static int64_t sessions[ROWS], items[ROWS], numbers[FILMS];
    static char names[FILMS][32];
    const char *titles[FILMS];
    static const char *const column[] = {"title"};
    llmrec_dataset *dataset = NULL;
    for (int row = 0; row < ROWS; row++) {
        sessions[row] = row / 5;
        items[row] = (row / 5 + row % 5) % FILMS;
    }
    for (int i = 0; i < FILMS; i++) {
        numbers[i] = i;
        snprintf(names[i], sizeof names[i], "Film %d", i);
        titles[i] = names[i];
    }
    const llmrec_interactions all = {
        .size = sizeof all, .rows = ROWS, .session_numbers = sessions, .item_numbers = items};
    const llmrec_items about = {
        .size = sizeof about, .rows = FILMS, .numbers = numbers, .columns = 1, .column_names = column, .texts = titles};
    assert_ok(llmrec_dataset_create(context, &all, &about, NULL, &dataset));
    return dataset;
}

static void examples_are_written_uploaded_and_tuned_to(void **state)
{
    const llmrec_endpoint_options endpoint = endpoint_for("tuning:written");
    const llmrec_fine_tuning_options options = options_with("written.json");
    llmrec_fine_tuning_data_options data;
    llmrec_fine_tuning_data_info written = {.size = sizeof written};
    llmrec_fine_tuning_info info = {.size = sizeof info};
    llmrec_prompt_options prompt;
    llmrec_dataset *dataset = shop();
    llmrec_fine_tuning *job = NULL;
    const llmrec_recommender_parts parts = {.size = sizeof parts, .dataset = dataset};
    (void)state;
    assert_ok(llmrec_prompt_options_preset(&prompt, sizeof prompt, "boz2024-genitem"));
    assert_ok(llmrec_fine_tuning_data_options_init(&data, sizeof data));
    data.training = options.training;
    data.validation = options.validation;
    assert_ok(llmrec_fine_tuning_write(&parts, &prompt, &data, &written));
    assert_int_equal(written.training_rows, 32);
    assert_int_equal(written.validation_rows, 8);
    assert_ok(llmrec_fine_tuning_start(context, &endpoint, &options, &job));
    assert_ok(llmrec_fine_tuning_follow(job, 0.02, &info));
    assert_int_equal(info.phase, LLMREC_FINE_TUNING_SUCCEEDED);
    assert_int_equal(counted_at("/tuning:written/v1/files", "rows"),
                     40); /* rows with an answer, as read by the server */
    llmrec_fine_tuning_free(job);
    llmrec_dataset_free(dataset);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_job_is_created_once_and_followed_to_its_end),
        cmocka_unit_test(a_job_whose_answer_was_lost_is_found),
        cmocka_unit_test(a_failed_job_says_why),
        cmocka_unit_test(a_state_file_belongs_to_its_examples),
        cmocka_unit_test(wrong_arguments_and_answers_are_told),
        cmocka_unit_test(examples_are_written_uploaded_and_tuned_to),
    };
    return cmocka_run_group_tests_name("fine_tuning", tests, begin, finish);
}
