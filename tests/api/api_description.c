/* SPDX-License-Identifier: Apache-2.0 */
/* Descriptions of all handles: what they contain, what they hide, and recommenders rebuilt with their parts. */
#include "prompts.h"

static char said[1 << 16];

#define DESCRIBE(handle)                                                                                               \
    _Generic((handle), llmrec_context *                                                                                \
             : llmrec_context_description, llmrec_dataset *                                                            \
             : llmrec_dataset_description, llmrec_embedding *                                                          \
             : llmrec_embedding_description, llmrec_reducer *                                                          \
             : llmrec_reducer_description, llmrec_encoder *                                                            \
             : llmrec_encoder_description, llmrec_llm *                                                                \
             : llmrec_llm_description, llmrec_recommender *                                                            \
             : llmrec_recommender_description, llmrec_session *                                                        \
             : llmrec_session_description, llmrec_report *                                                             \
             : llmrec_report_description)

/* Puts a handle's description in `said`. */
#define say(handle) assert_ok(DESCRIBE(handle)(handle, said, sizeof said, NULL))

/* Checks a description's text in buffers of every kind. */
#define check_buffers(kind, handle)                                                                                    \
    do {                                                                                                               \
        size_t length = 0, again = 0;                                                                                  \
        char start[8] = "xxxxxxx";                                                                                     \
        assert_ok(DESCRIBE(handle)(handle, NULL, 0, &length));                                                         \
        assert_ok(DESCRIBE(handle)(handle, said, sizeof said, &again));                                                \
        assert_true(length == again && strlen(said) == length);                                                        \
        assert_ok(DESCRIBE(handle)(handle, start, sizeof start, &again));                                              \
        assert_int_equal(again, length);                                                                               \
        assert_string_equal(start, "{\"kind\"");                                                                       \
        assert_int_equal(strncmp(said, "{\"kind\":\"" kind "\"", strlen(kind) + 10), 0);                               \
        assert_failure(DESCRIBE(handle)(handle, NULL, 4, NULL), LLMREC_ERR_ARGUMENT, "text is NULL");                  \
        assert_failure(DESCRIBE(handle)(NULL, said, sizeof said, NULL), LLMREC_ERR_ARGUMENT, " is NULL");              \
    } while (0)

/* Checks that `said` has the options of a struct under a name: what is fed back gives an equal struct. */
static void check_options(const char *name, const char *structure, const void *options)
{
    static char json[1 << 14];
    const size_t begun = (size_t)snprintf(json, sizeof json, "\"%s\":", name);
    assert_ok(llmrec_options_json(structure, options, json + begun, sizeof json - begun, NULL));
    if (strstr(said, json) == NULL) fail_msg("%s lacks %s", said, json);
}

static void has(const char *fragment)
{
    if (strstr(said, fragment) == NULL) fail_msg("%s lacks %s", said, fragment);
}

/* --- data --------------------------------------------------------------------------------------------------------- */

static void contexts_say_what_is_in_force(void **state)
{
    world *w = begin(3, oracle, NULL);
    (void)state;
    say(w->context);
    assert_string_equal(said, "{\"kind\":\"context\",\"options\":{\"threads\":3,\"log_level\":\"info\"},"
                              "\"log\":false,\"progress\":false,\"allocator\":false}");
    check_buffers("context", w->context);
    end(w);
}

static llmrec_dataset *part_of(const llmrec_dataset *dataset, const llmrec_split_options *options, int64_t part)
{
    llmrec_dataset *view = NULL;
    assert_ok(llmrec_dataset_split(dataset, options, part, &view));
    return view;
}

static llmrec_dataset *filtered(const world *w, llmrec_dataset_options *options)
{
    static const int64_t sessions[] = {1, 1, 1, 2, 2, 2, 3, 3, 3, 4}, items[] = {5, 6, 7, 5, 6, 7, 5, 6, 7, 5};
    static const double times[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
    const llmrec_interactions rows = {
        .size = sizeof rows, .rows = 10, .session_numbers = sessions, .item_numbers = items, .times = times};
    llmrec_dataset *dataset = NULL;
    assert_ok(llmrec_dataset_options_init(options, sizeof *options));
    options->min_session_rows = 2;
    options->duplicates = LLMREC_DUPLICATES_DROP_REPEATS;
    options->item_column = "forgotten";
    assert_ok(llmrec_dataset_create(w->context, &rows, NULL, options, &dataset));
    options->item_column = NULL;
    return dataset;
}

static void datasets_say_how_they_were_made(void **state)
{
    world *w = begin(1, oracle, NULL);
    llmrec_dataset_options options;
    llmrec_dataset *dataset = filtered(w, &options), *opened = NULL;
    (void)state;
    say(dataset);
    has("{\"kind\":\"dataset\",\"sessions\":3,\"items\":3,\"rows\":9,\"times\":true,\"columns\":[],\"input_rows\":10,"
        "\"rows_dropped\":1,\"options\":{\"format\":\"auto\",");
    has("},\"splits\":[]}");
    check_options("options", "llmrec_dataset_options", &options);
    assert_ok(llmrec_dataset_save(dataset, scratch("described.h5")));
    assert_ok(llmrec_dataset_open(w->context, scratch("described.h5"), &opened));
    char *saved = strdup(said);
    say(opened);
    assert_string_equal(said, saved);
    free(saved);
    llmrec_dataset_free(dataset);
    say(w->dataset);
    has("\"times\":false,\"columns\":[\"title\"],");
    check_buffers("dataset", opened);
    llmrec_dataset_free(opened);
    end(w);
}

static void views_say_their_splits(void **state)
{
    world *w = begin(1, oracle, NULL);
    llmrec_dataset_options how;
    llmrec_split_options temporal, last;
    llmrec_dataset *dataset = filtered(w, &how);
    (void)state;
    assert_ok(llmrec_split_options_init(&temporal, sizeof temporal));
    temporal.test_fraction = 0.3;
    llmrec_dataset *train = part_of(dataset, &temporal, LLMREC_PART_TRAIN);
    last = temporal;
    last.method = LLMREC_SPLIT_LEAVE_ONE_OUT;
    llmrec_dataset *inner = part_of(train, &last, LLMREC_PART_VALIDATION);
    llmrec_dataset_free(dataset);
    say(train);
    temporal.drop_untrained = 1; /* what "auto" means for this method */
    has("\"rows\":6,");
    has("\"splits\":[{\"part\":\"train\",\"options\":{\"method\":\"temporal\",\"test_fraction\":0.3,"
        "\"validation_fraction\":0,\"cutoff\":null,\"drop_untrained\":\"yes\",\"last_rows\":1,\"folds\":1,\"fold\":0,"
        "\"folding\":\"chained\",\"test_window\":null,\"unit\":\"sessions\",\"seed\":0}}]}");
    check_options("options", "llmrec_split_options", &temporal);
    llmrec_dataset_free(train);
    say(inner);
    last.drop_untrained = 0;
    has("\"splits\":[{\"part\":\"train\",\"options\":{\"method\":\"temporal\",");
    has("},{\"part\":\"validation\",\"options\":{\"method\":\"leave_one_out\",");
    check_options("options", "llmrec_split_options", &last);
    check_options("options", "llmrec_dataset_options", &how);
    llmrec_dataset_free(inner);
    end(w);
}

/* --- vectors ------------------------------------------------------------------------------------------------------ */

static void tables_say_their_shape(void **state)
{
    static const char *const ids[] = {"100", "102"};
    static const float values[] = {1, 2, 3, 4, 5, 6};
    world *w = begin(1, oracle, NULL);
    llmrec_embedding_options options;
    llmrec_embedding *table = NULL, *aligned = NULL, *opened = NULL;
    (void)state;
    assert_ok(llmrec_embedding_options_init(&options, sizeof options));
    options.dtype = LLMREC_DTYPE_FLOAT16;
    assert_ok(llmrec_embedding_create(w->context, values, 2, 3, ids, NULL, &options, &table));
    say(table);
    assert_string_equal(said, "{\"kind\":\"embedding\",\"rows\":2,\"dim\":3,\"dtype\":\"float16\",\"ids\":true,"
                              "\"mapped\":false,\"missing_rows\":0}");
    assert_ok(llmrec_embedding_align(table, w->dataset, LLMREC_ALIGN_ZERO, NULL, &aligned));
    say(aligned);
    has("\"rows\":40,\"dim\":3,\"dtype\":\"float16\",\"ids\":true,\"mapped\":false,\"missing_rows\":38}");
    assert_ok(llmrec_embedding_save(table, scratch("described_table.h5")));
    assert_ok(llmrec_embedding_open(w->context, scratch("described_table.h5"), NULL, &opened));
    say(opened);
    has("\"mapped\":true,");
    check_buffers("embedding", opened);
    llmrec_embedding_free(opened);
    llmrec_embedding_free(table);
    llmrec_embedding_free(aligned);
    end(w);
}

static void reducers_say_their_options(void **state)
{
    world *w = begin(1, oracle, NULL);
    llmrec_reducer_options options;
    llmrec_reducer *reducer = NULL;
    (void)state;
    assert_ok(llmrec_reducer_options_init(&options, sizeof options));
    options.method = LLMREC_REDUCE_RANDOM;
    options.dim = 1;
    options.seed = -7;
    assert_ok(llmrec_reducer_fit(w->table, &options, &reducer));
    say(reducer);
    has("{\"kind\":\"reducer\",\"input_dim\":2,\"dim\":1,\"options\":{\"method\":\"random\",\"dim\":1,");
    check_options("options", "llmrec_reducer_options", &options);
    check_buffers("reducer", reducer);
    llmrec_reducer_free(reducer);
    end(w);
}

static void encoders_say_their_options(void **state)
{
    world *w = begin(1, oracle, NULL);
    llmrec_encoder_options options;
    llmrec_encoder *encoder = NULL;
    (void)state;
    assert_ok(llmrec_encoder_options_init(&options, sizeof options));
    options.dim = options.layers = 4;
    assert_ok(llmrec_encoder_create(w->dataset, &options, &encoder));
    assert_ok(llmrec_encoder_get_options(encoder, &options));
    say(encoder);
    check_options("options", "llmrec_encoder_options", &options);
    check_options("train_options", "llmrec_train_options", NULL);
    check_buffers("encoder", encoder);
    llmrec_encoder_free(encoder);
    end(w);
}

/* --- models ------------------------------------------------------------------------------------------------------- */

static void models_hide_their_secrets(void **state)
{
    static const char *const headers[] = {"X-Account: hunter2"};
    world *w = begin(1, oracle, NULL);
    llmrec_endpoint_options options;
    llmrec_llm *llm = NULL;
    (void)state;
    if (!llmrec_supports("http")) skip();
    assert_ok(llmrec_endpoint_options_init(&options, sizeof options));
    options.url = "https://host/base/hunter2-long/v1/?token=hunter2";
    options.model = "mo\"del";
    options.key = "hunter2-long";
    options.headers = headers;
    options.header_count = 1;
    options.body = "{\"user\":\"hunter2\"}";
    options.proxy = "http://me:hunter2@proxy:1";
    options.concurrency = 3;
    options.kind = LLMREC_ENDPOINT_COMPLETIONS;
    assert_ok(llmrec_llm_create_endpoint(w->context, &options, &llm));
    say(llm);
    assert_null(strstr(said, "hunter2"));
    assert_null(strchr(said, '?'));
    has("{\"kind\":\"llm\",\"type\":\"endpoint\",\"options\":{\"url\":\"https://host/base/************/v1\","
        "\"model\":\"mo\\\"del\",");
    options.url = "https://host/base/************/v1";
    check_options("options", "llmrec_endpoint_options", &options);
    check_buffers("llm", llm);
    llmrec_llm_free(llm);
    llm = NULL;
    options.url = "https://me:hunter2@host/v1";
    assert_failure(llmrec_llm_create_endpoint(w->context, &options, &llm), LLMREC_ERR_ARGUMENT, "user name");
    assert_null(strstr(llmrec_last_error(), "hunter2"));
    end(w);
}

static void callbacks_say_their_batch(void **state)
{
    world *w = begin(1, oracle, NULL);
    (void)state;
    say(w->llm);
    assert_string_equal(said, "{\"kind\":\"llm\",\"type\":\"callback\",\"batch\":16}");
    end(w);
}

/* --- recommenders ------------------------------------------------------------------------------------------------- */

static void reports_say_how_they_measured(void **state)
{
    static const int64_t ks[] = {1, 3};
    world *w = begin(1, oracle, NULL);
    llmrec_evaluation_options options;
    llmrec_report *report = NULL, *mean = NULL;
    (void)state;
    assert_ok(llmrec_evaluation_options_init(&options, sizeof options));
    options.k = ks;
    options.k_count = 2;
    options.mrr = LLMREC_MRR_MEAN_OF_HITS;
    options.sample = 9;
    options.sample_seed = 4;
    assert_ok(llmrec_evaluate(w->popular, w->dataset, w->dataset, &options, &report));
    assert_ok(llmrec_report_mean((const llmrec_report *const[]){report}, 1, &mean));
    say(mean);
    check_options("options", "llmrec_evaluation_options", &options);
    say(report);
    has("{\"kind\":\"report\",\"k\":[1,3],\"options\":{\"no_list\":\"zero\",\"mrr\":\"mean_of_hits\",");
    has("},\"sessions\":9,\"empty_lists\":0,\"metrics\":{\"ndcg@1\":");
    has("\"stderr\":{\"ndcg@1\":");
    check_options("options", "llmrec_evaluation_options", &options);
    check_buffers("report", report);
    llmrec_report_free(report);
    llmrec_report_free(mean);
    end(w);
}

static void sessions_name_their_recommender(void **state)
{
    static const int32_t items[] = {3, -1, 4};
    world *w = begin(1, oracle, NULL);
    llmrec_session *session = NULL;
    (void)state;
    assert_ok(llmrec_session_create(w->popular, &session));
    assert_ok(llmrec_session_append(session, items, 3));
    say(session);
    assert_string_equal(said, "{\"kind\":\"session\",\"length\":2,\"recommender\":{\"kind\":\"recommender\","
                              "\"strategy\":\"popularity\",\"name\":\"popularity\",\"items\":40,"
                              "\"options\":{\"window\":null,\"latest_rows\":0,\"half_life\":null}}}");
    check_buffers("session", session);
    llmrec_session_free(session);
    end(w);
}

/* A prompt over similarity, which uses the table alone. */
static llmrec_recommender *prompt_over_similarity(const world *w, const llmrec_embedding *own)
{
    const llmrec_prompt_options options = options_of(LLMREC_PROMPT_RANK);
    llmrec_recommender *first = NULL, *made = NULL;
    assert_ok(llmrec_recommender_create_similarity(w->table, NULL, &first));
    const llmrec_recommender_parts parts = {
        .size = sizeof parts, .llm = w->llm, .dataset = w->dataset, .first_stage = first, .embedding = own};
    assert_ok(llmrec_recommender_create_prompt(&parts, &options, &made));
    llmrec_recommender_free(first);
    return made;
}

static void check_rebuilt(const llmrec_recommender_parts *parts, const char *description)
{
    static const int32_t items[] = {1, 5, 9};
    llmrec_recommender *rebuilt = NULL;
    int32_t list[K];
    int64_t grounding[G];
    assert_ok(llmrec_recommender_create(parts, description, &rebuilt));
    assert_string_equal(described(rebuilt), description);
    assert_int_equal(recommend(rebuilt, items, 3, list, grounding), K);
    llmrec_recommender_free(rebuilt);
}

static void prompts_name_their_parts(void **state)
{
    world *w = begin(1, oracle, NULL);
    llmrec_recommender_parts parts = {
        .size = sizeof parts, .llm = w->llm, .dataset = w->dataset, .embedding = w->table};
    llmrec_recommender *made = prompt_over_similarity(w, NULL), *rebuilt = NULL;
    (void)state;
    say(made);
    has("\"options\":{\"form\":\"rank\",");
    has("\"parts\":{\"llm\":{\"kind\":\"llm\",\"type\":\"callback\",\"batch\":16},"
        "\"first_stage\":{\"kind\":\"recommender\",\"strategy\":\"similarity\",");
    has(",\"embedding\":null,\"text_encoder\":null}}");
    char *description = strdup(said);
    check_rebuilt(&parts, description); /* the table goes to the first stage and not to the prompt */
    free(description);
    llmrec_recommender_free(made);
    made = prompt_over_similarity(w, w->table);
    say(made);
    has(",\"embedding\":{\"kind\":\"embedding\",\"rows\":40,\"dim\":2,\"dtype\":\"float32\"},\"text_encoder\":null}}");
    description = strdup(said);
    check_rebuilt(&parts, description);
    parts.first_stage = w->popular;
    parts.embedding = NULL;
    assert_failure(llmrec_recommender_create(&parts, description, &rebuilt), LLMREC_ERR_ARGUMENT,
                   "parts.embedding is NULL; the description has this part");
    assert_null(rebuilt);
    free(description);
    llmrec_recommender_free(made);
    end(w);
}

static void files_do_not_describe_models(void **state)
{
    world *w = begin(1, oracle, NULL);
    llmrec_recommender *made = prompt_over_similarity(w, NULL), *opened = NULL;
    const llmrec_recommender_parts parts = {.size = sizeof parts, .llm = w->llm};
    size_t size = 0;
    (void)state;
    assert_ok(llmrec_recommender_save(made, scratch("prompt.h5")));
    unsigned char *bytes = read_bytes(scratch("prompt.h5"), &size);
    for (size_t i = 0; i + 8 < size; i++) assert_int_not_equal(memcmp(bytes + i, "callback", 8), 0);
    free(bytes);
    assert_ok(llmrec_recommender_open(w->context, scratch("prompt.h5"), &parts, &opened));
    say(made);
    assert_string_equal(described(opened), said);
    llmrec_recommender_free(opened);
    llmrec_recommender_free(made);
    end(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(contexts_say_what_is_in_force), cmocka_unit_test(datasets_say_how_they_were_made),
        cmocka_unit_test(views_say_their_splits),        cmocka_unit_test(tables_say_their_shape),
        cmocka_unit_test(reducers_say_their_options),    cmocka_unit_test(encoders_say_their_options),
        cmocka_unit_test(models_hide_their_secrets),     cmocka_unit_test(callbacks_say_their_batch),
        cmocka_unit_test(reports_say_how_they_measured), cmocka_unit_test(sessions_name_their_recommender),
        cmocka_unit_test(prompts_name_their_parts),      cmocka_unit_test(files_do_not_describe_models),
    };
    return cmocka_run_group_tests(tests, NULL, remove_scratch);
}
