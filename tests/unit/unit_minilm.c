/* SPDX-License-Identifier: Apache-2.0 */
/* all-MiniLM-L6-v2 against the reference on the same texts; skipped without the model. */
#include "../support.h"

#include <jansson.h>
#include <math.h>

#include "math/half.h"

enum { TEXTS = 72, DIM = 384, MOST = 256 };

/* Directory of the model: LLMREC_TEST_MODEL, or where tests/run.sh puts it. */
static const char *directory(void)
{
    static char path[512];
    const char *given = getenv("LLMREC_TEST_MODEL"), *root = getenv("LLMREC_TEST_ROOT");
    if (given != NULL) return given;
    snprintf(path, sizeof path, "%s/build/parts/all-MiniLM-L6-v2", root == NULL ? "." : root);
    return path;
}

static FILE *open_sample(void)
{
    char path[512];
    const char *folder = getenv("LLMREC_TEST_DATA");
    snprintf(path, sizeof path, "%s/minilm.jsonl", folder == NULL ? "tests/data" : folder);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    return file;
}

static void check_ids(const llmrec_text_encoder *encoder, const json_t *line)
{
    const json_t *wanted = json_object_get(line, "ids"), *text = json_object_get(line, "text");
    int32_t ids[MOST];
    int64_t count = 0;
    assert_ok(
        llmrec_text_encoder_tokenize(encoder, json_string_value(text), json_string_length(text), ids, MOST, &count));
    assert_int_equal(count, json_array_size(wanted));
    for (int64_t i = 0; i < count; i++) assert_int_equal(ids[i], json_integer_value(json_array_get(wanted, (size_t)i)));
}

static void check_vector(const json_t *line, const float *vector)
{
    const char *hexadecimal = json_string_value(json_object_get(line, "vector"));
    double product = 0, norm = 0, length = 0;
    for (size_t j = 0; j < DIM; j++) {
        unsigned half = 0;
        assert_int_equal(sscanf(hexadecimal + 4 * j, "%4x", &half), 1);
        float value = 0;
        lr_halves_to_floats(&value, &(const uint16_t){(uint16_t)half}, 1);
        product += (double)value * vector[j];
        norm += (double)value * value;
        length += (double)vector[j] * vector[j];
    }
    assert_true(fabs(length - 1) < 1e-6);
    assert_true(product / sqrt(norm * length) > .99999);
}

static void ids_and_vectors_are_those_of_the_reference(void **state)
{
    static float vectors[TEXTS * DIM];
    const char *texts[TEXTS];
    size_t lengths[TEXTS];
    json_t *lines[TEXTS];
    llmrec_context *context = context_with(2);
    llmrec_text_encoder *encoder = NULL;
    FILE *file = open_sample();
    (void)state;
    for (size_t i = 0; i < TEXTS; i++) {
        lines[i] = json_loadf(file, JSON_DISABLE_EOF_CHECK | JSON_ALLOW_NUL, NULL);
        assert_non_null(lines[i]);
        texts[i] = json_string_value(json_object_get(lines[i], "text"));
        lengths[i] = json_string_length(json_object_get(lines[i], "text"));
    }
    fclose(file);
    assert_ok(llmrec_text_encoder_load(context, directory(), NULL, &encoder));
    assert_int_equal(llmrec_text_encoder_max_tokens(encoder), MOST);
    assert_ok(llmrec_text_encoder_encode(encoder, texts, lengths, TEXTS, vectors));
    for (size_t i = 0; i < TEXTS; i++) {
        check_ids(encoder, lines[i]);
        check_vector(lines[i], vectors + i * DIM);
        json_decref(lines[i]);
    }
    llmrec_text_encoder_free(encoder);
    llmrec_context_free(context);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(ids_and_vectors_are_those_of_the_reference)};
    if (access(directory(), F_OK) != 0) {
        printf("1..0 # SKIP %s is not there; tools/setup.sh fetches it, LLMREC_TEST_MODEL names another place\n",
               directory());
        return 0;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
