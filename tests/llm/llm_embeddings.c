/* SPDX-License-Identifier: Apache-2.0 */
/* Text encoders behind an endpoint: every correct server gives the same vectors, every wrong answer is reported. */
#include "server.h"

#include <math.h>

enum { COUNT = 23, DIM = 4 };

static char names[COUNT][32];
static const char *texts[COUNT];
static float wanted[COUNT * DIM];

static llmrec_text_encoder *encoder_at(const llmrec_endpoint_options *endpoint,
                                       const llmrec_embeddings_options *options)
{
    llmrec_text_encoder *encoder = NULL;
    assert_ok(llmrec_text_encoder_create_endpoint(context, endpoint, options, &encoder));
    assert_int_equal(llmrec_text_encoder_dim(encoder), DIM);
    return encoder;
}

static llmrec_embeddings_options batches_of(int64_t batch)
{
    llmrec_embeddings_options options;
    assert_ok(llmrec_embeddings_options_init(&options, sizeof options));
    options.batch = batch;
    return options;
}

/* Encodes every text alone, from a correct server: the expected vectors. Two texts are equal, one is empty. */
static int begin_with_vectors(void **state)
{
    if (begin(state) != 0) return -1;
    for (int i = 0; i < COUNT; i++) {
        snprintf(names[i], sizeof names[i], i == 7 ? "" : "text \"%d\" \xC3\xA9", i == 9 ? 3 : i);
        texts[i] = names[i];
    }
    const llmrec_endpoint_options endpoint = endpoint_for("good:alone");
    const llmrec_embeddings_options options = batches_of(1);
    llmrec_text_encoder *encoder = encoder_at(&endpoint, &options);
    assert_ok(llmrec_text_encoder_encode(encoder, texts, NULL, COUNT, wanted));
    assert_int_equal(counted_texts("good:alone", "requests"),
                     COUNT); /* one for the dim, one less for the equal texts */
    llmrec_text_encoder_free(encoder);
    return 0;
}

static llmrec_usage check_same(const llmrec_endpoint_options *endpoint, const llmrec_embeddings_options *options)
{
    float vectors[COUNT * DIM] = {0};
    llmrec_usage usage = {.size = sizeof usage};
    llmrec_text_encoder *encoder = encoder_at(endpoint, options);
    assert_ok(llmrec_text_encoder_encode(encoder, texts, NULL, COUNT, vectors));
    assert_memory_equal(vectors, wanted, sizeof wanted);
    assert_ok(llmrec_text_encoder_usage(encoder, &usage));
    llmrec_text_encoder_free(encoder);
    return usage;
}

static void vectors_have_length_one_and_equal_texts_are_equal(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT; i++) {
        double sum = 0;
        for (size_t j = 0; j < DIM; j++) sum += (double)wanted[i * DIM + j] * (double)wanted[i * DIM + j];
        assert_true(fabs(sum - 1) < 1e-6);
    }
    assert_memory_equal(wanted + 3 * DIM, wanted + 9 * DIM, DIM * sizeof(float));
    assert_memory_not_equal(wanted, wanted + DIM, DIM * sizeof(float));
}

static void encoders_describe_themselves_without_secrets(void **state)
{
    llmrec_endpoint_options endpoint = endpoint_for("good:described");
    const llmrec_embeddings_options options = batches_of(5);
    char said[4096], json[4096];
    (void)state;
    endpoint.key = KEY;
    endpoint.body = "{\"user\":\"hunter2\"}";
    llmrec_text_encoder *encoder = encoder_at(&endpoint, &options);
    assert_ok(llmrec_text_encoder_description(encoder, said, sizeof said, NULL));
    assert_non_null(strstr(said, "{\"kind\":\"text_encoder\",\"type\":\"endpoint\",\"dim\":4,\"endpoint\":{"));
    assert_null(strstr(said, KEY));
    assert_null(strstr(said, "hunter2"));
    assert_ok(llmrec_options_json("llmrec_embeddings_options", &options, json, sizeof json, NULL));
    assert_non_null(strstr(said, json));
    assert_ok(llmrec_options_json("llmrec_endpoint_options", &endpoint, json, sizeof json, NULL));
    assert_non_null(strstr(said, json));
    llmrec_text_encoder_free(encoder);
}

static void batches_orders_and_encodings_change_nothing(void **state)
{
    llmrec_endpoint_options endpoint = endpoint_for("good:batches");
    llmrec_embeddings_options options = batches_of(5);
    (void)state;
    check_same(&endpoint, &options);
    assert_int_equal(counted_texts("good:batches", "requests"), 1 + 5);
    assert_int_equal(counted_texts("good:batches", "largest"), 5);
    endpoint = endpoint_for("shuffled");
    check_same(&endpoint, &options);
    endpoint = endpoint_for("good:base64");
    endpoint.body = "{\"encoding_format\": \"base64\"}";
    check_same(&endpoint, &options);
    endpoint = endpoint_for("status:500:1");
    check_same(&endpoint, &options);
    endpoint = endpoint_for("good:tokens");
    options = batches_of(100);
    options.batch_tokens = 12; /* two texts of five or six tokens, and the empty one */
    check_same(&endpoint, &options);
    assert_int_equal(counted_texts("good:tokens", "largest"), 3);
    options = batches_of(100);
    options.normalize = 0;
    float raw[COUNT * DIM] = {0};
    llmrec_text_encoder *encoder = encoder_at(&endpoint, &options);
    assert_ok(llmrec_text_encoder_encode(encoder, texts, NULL, COUNT, raw));
    assert_memory_not_equal(raw, wanted, sizeof raw);
    for (size_t i = 0; i < COUNT * DIM; i++)
        assert_true(raw[i] * 64 == roundf(raw[i] * 64)); /* exactly as sent by the server */
    llmrec_text_encoder_free(encoder);
}

static void too_much_at_once_is_tried_in_halves(void **state)
{
    static const char *const servers[] = {"at-most:3:413", "at-most:3:400"};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        llmrec_endpoint_options endpoint = endpoint_for(servers[i]);
        const llmrec_embeddings_options options = batches_of(16);
        endpoint.concurrency = 1;
        const llmrec_usage usage = check_same(&endpoint, &options);
        assert_int_equal(usage.failures, 0);
        assert_true(usage.attempts <= 1 + 3 + 8 + 3); /* limits learned from the first batch also apply to the next */
    }
    llmrec_endpoint_options endpoint = endpoint_for("at-most:0:413");
    llmrec_text_encoder *encoder = NULL;
    assert_failure(llmrec_text_encoder_create_endpoint(context, &endpoint, NULL, &encoder), LLMREC_ERR_IO,
                   "/embeddings: status 413: \"at most 0 inputs\"");
}

static void check_wrong(const char *what, llmrec_status status, const char *fragment)
{
    char server[64];
    float vectors[COUNT * DIM];
    snprintf(server, sizeof server, "edited:%s:1", what); /* the first answer, which gives the dim, is right */
    llmrec_endpoint_options endpoint = endpoint_for(server);
    llmrec_text_encoder *encoder = encoder_at(&endpoint, NULL);
    assert_failure(llmrec_text_encoder_encode(encoder, texts, NULL, COUNT, vectors), status, "/embeddings: ", fragment);
    llmrec_text_encoder_free(encoder);
}

static void wrong_answers_are_told(void **state)
{
    (void)state;
    check_wrong("twice", LLMREC_ERR_FORMAT, "data[21].index is 0, which another entry has");
    check_wrong("missing", LLMREC_ERR_FORMAT, "the answer has 21 vectors; wanted 22");
    check_wrong("beyond", LLMREC_ERR_FORMAT, "data[21].index is 1000; wanted less than 22");
    check_wrong("nan", LLMREC_ERR_FORMAT, "data[21].embedding[1] is not a number");
    check_wrong("NaN", LLMREC_ERR_FORMAT, "after 3 attempts: the answer is not valid JSON");
    check_wrong("infinite", LLMREC_ERR_FORMAT, "after 3 attempts: the answer is not valid JSON");
    check_wrong("wider", LLMREC_ERR_SHAPE, "vectors have 5 numbers; wanted 4");
    check_wrong("empty", LLMREC_ERR_FORMAT, "data[21].embedding is neither an array of numbers");
    check_wrong("text", LLMREC_ERR_FORMAT, "data[21].embedding is neither an array of numbers nor their base64");
}

static void a_vector_of_zeros_stays_one(void **state)
{
    float vectors[COUNT * DIM];
    const llmrec_endpoint_options endpoint = endpoint_for("edited:zero:1");
    llmrec_text_encoder *encoder = encoder_at(&endpoint, NULL);
    (void)state;
    assert_ok(llmrec_text_encoder_encode(encoder, texts, NULL, COUNT, vectors));
    for (size_t j = 0; j < DIM; j++) assert_true(vectors[(COUNT - 1) * DIM + j] == 0);
    llmrec_text_encoder_free(encoder);
}

static void a_journal_embeds_no_text_twice(void **state)
{
    llmrec_endpoint_options endpoint = endpoint_for("good:journal");
    const llmrec_embeddings_options options = batches_of(6);
    float vectors[DIM];
    (void)state;
    endpoint.journal = scratch("vectors.journal");
    assert_int_equal(check_same(&endpoint, &options).attempts, 1 + 4);
    const llmrec_usage usage = check_same(&endpoint, &options);
    assert_int_equal(usage.attempts, 0);
    assert_int_equal(usage.journal_hits, usage.requests);
    assert_int_equal(counted_texts("good:journal", "requests"), 1 + 4);
    llmrec_text_encoder *encoder = encoder_at(&endpoint, &options);
    static const char *const other = "another text";
    assert_ok(llmrec_text_encoder_encode(encoder, &other, NULL, 1, vectors));
    assert_int_equal(counted_texts("good:journal", "requests"), 1 + 4 + 1);
    llmrec_text_encoder_free(encoder);
    endpoint.model = "another-model";
    assert_int_equal(check_same(&endpoint, &options).attempts, 1 + 4);
}

static void a_kill_loses_and_repeats_no_text_that_was_finished(void **state)
{
    enum { TEXTS = 120 };
    llmrec_endpoint_options endpoint = endpoint_for("slow:0.02");
    const llmrec_embeddings_options options = batches_of(4);
    static char many[TEXTS][16];
    const char *pointers[TEXTS];
    static float vectors[TEXTS * DIM];
    (void)state;
    endpoint.journal = scratch("killed.journal");
    endpoint.concurrency = 2;
    for (int i = 0; i < TEXTS; i++) {
        snprintf(many[i], sizeof many[i], "number %d", i);
        pointers[i] = many[i];
    }
    const pid_t child = fork();
    if (child == 0) {
        llmrec_context *own = NULL;
        llmrec_text_encoder *encoder = NULL;
        if (llmrec_context_create(NULL, &own) == LLMREC_OK &&
            llmrec_text_encoder_create_endpoint(own, &endpoint, &options, &encoder) == LLMREC_OK)
            llmrec_text_encoder_encode(encoder, pointers, NULL, TEXTS, vectors);
        _exit(0);
    }
    while (counted_texts("slow:0.02", "requests") < 12) usleep(2000);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    const long before = counted_texts("slow:0.02", "requests");
    llmrec_text_encoder *encoder = encoder_at(&endpoint, &options);
    assert_ok(llmrec_text_encoder_encode(encoder, pointers, NULL, TEXTS, vectors));
    const long after = counted_texts("slow:0.02", "requests");
    assert_true(before >= 12 && after - before >= (TEXTS / 4 + 1) - before);
    assert_true(after <= TEXTS / 4 + 1 + 2 +
                             1); /* one for the dim, and those in flight; the batches may be divided differently then */
    assert_int_equal(counted_texts("slow:0.02", "bodies"), TEXTS / 4 + 1);
    llmrec_text_encoder_free(encoder);
}

static void long_texts_are_cut_at_a_character(void **state)
{
    llmrec_endpoint_options endpoint = endpoint_for("good:cut");
    llmrec_embeddings_options options = batches_of(8);
    static const char *const pairs[2] = {"Trainspotting, and much more", "Trainspotting"};
    static const char *const others[2] = {"\xC3\xA9\xC3\xA9\xC3\xA9", "\xC3\xA9\xC3\xA9"};
    float vectors[2 * DIM];
    (void)state;
    options.max_tokens = 2;
    llmrec_text_encoder *encoder = encoder_at(&endpoint, &options);
    assert_int_equal(llmrec_text_encoder_max_tokens(encoder), 2);
    assert_ok(llmrec_text_encoder_encode(encoder, pairs, NULL, 2, vectors));
    assert_memory_equal(vectors, vectors + DIM, DIM * sizeof(float));
    assert_ok(llmrec_text_encoder_encode(encoder, others, NULL, 2, vectors));
    assert_memory_equal(vectors, vectors + DIM, DIM * sizeof(float));
    llmrec_text_encoder_free(encoder);
}

static llmrec_dataset *items_named(void)
{
    llmrec_dataset *dataset = NULL;
    write_text(scratch("rows.tsv"), "session\titem\ttimestamp\n1\ta\t1\n1\tb\t2\n2\ta\t3\n2\tc\t4\n");
    write_text(scratch("items.tsv"), "item\ttitle\na\tone thing\nb\ttwo things\nc\tthree things\n");
    assert_ok(llmrec_dataset_load(context, scratch("rows.tsv"), scratch("items.tsv"), NULL, &dataset));
    return dataset;
}

static void items_are_kept_in_the_cache(void **state)
{
    llmrec_endpoint_options endpoint = endpoint_for("good:items");
    llmrec_encode_items_options options;
    llmrec_dataset *dataset = items_named();
    llmrec_embedding *tables[3] = {NULL};
    (void)state;
    assert_ok(llmrec_encode_items_options_init(&options, sizeof options));
    options.cache_directory = scratch_directory;
    for (int i = 0; i < 3; i++) {
        if (i == 2) endpoint.model = "another-model";
        llmrec_text_encoder *encoder = encoder_at(&endpoint, NULL);
        assert_ok(llmrec_text_encoder_encode_items(encoder, dataset, &options, &tables[i]));
        assert_int_equal(llmrec_embedding_rows(tables[i]), 3);
        llmrec_text_encoder_free(encoder);
    }
    assert_int_equal(counted_texts("good:items", "requests"), 2 + 1 + 2); /* with the requests for the dim */
    for (int i = 0; i < 3; i++) llmrec_embedding_free(tables[i]);
    llmrec_dataset_free(dataset);
}

static void known_items_are_not_asked_for(void **state)
{
    const llmrec_endpoint_options endpoint = endpoint_for("good:known");
    llmrec_encode_items_options options;
    llmrec_dataset *dataset = items_named();
    llmrec_embedding *known = NULL, *table = NULL;
    float vectors[2][3 * DIM];
    (void)state;
    assert_ok(llmrec_encode_items_options_init(&options, sizeof options));
    llmrec_text_encoder *encoder = encoder_at(&endpoint, NULL);
    assert_ok(llmrec_text_encoder_encode_items(encoder, dataset, &options, &known));
    assert_ok(llmrec_embedding_copy_rows(known, 0, 3, vectors[0]));
    const long before = counted_texts("good:known", "requests");
    options.known = known;
    assert_ok(llmrec_text_encoder_encode_items(encoder, dataset, &options, &table));
    assert_int_equal(counted_texts("good:known", "requests"), before);
    llmrec_embedding_free(table);
    llmrec_embedding_free(known);
    assert_ok(
        llmrec_embedding_create(context, vectors[0] + DIM, 1, DIM, (const char *const[]){"b"}, NULL, NULL, &known));
    options.known = known;
    assert_ok(llmrec_text_encoder_encode_items(encoder, dataset, &options, &table));
    assert_int_equal(counted_texts("good:known", "requests"), before + 1);
    assert_ok(llmrec_embedding_copy_rows(table, 0, 3, vectors[1]));
    assert_memory_equal(vectors[1], vectors[0], sizeof vectors[0]);
    llmrec_embedding_free(table);
    llmrec_embedding_free(known);
    llmrec_text_encoder_free(encoder);
    llmrec_dataset_free(dataset);
}

static void what_only_a_local_model_has_is_unsupported(void **state)
{
    const llmrec_endpoint_options endpoint = endpoint_for("good:tokenize");
    llmrec_text_encoder *encoder = encoder_at(&endpoint, NULL);
    int32_t ids[4];
    int64_t count = 0;
    (void)state;
    assert_failure(llmrec_text_encoder_tokenize(encoder, "x", 1, ids, 4, &count), LLMREC_ERR_UNSUPPORTED,
                   "is on its server");
    llmrec_text_encoder_free(encoder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(vectors_have_length_one_and_equal_texts_are_equal),
        cmocka_unit_test(encoders_describe_themselves_without_secrets),
        cmocka_unit_test(batches_orders_and_encodings_change_nothing),
        cmocka_unit_test(too_much_at_once_is_tried_in_halves),
        cmocka_unit_test(wrong_answers_are_told),
        cmocka_unit_test(a_vector_of_zeros_stays_one),
        cmocka_unit_test(a_journal_embeds_no_text_twice),
        cmocka_unit_test(a_kill_loses_and_repeats_no_text_that_was_finished),
        cmocka_unit_test(long_texts_are_cut_at_a_character),
        cmocka_unit_test(items_are_kept_in_the_cache),
        cmocka_unit_test(known_items_are_not_asked_for),
        cmocka_unit_test(what_only_a_local_model_has_is_unsupported),
    };
    return cmocka_run_group_tests_name("embeddings", tests, begin_with_vectors, finish);
}
