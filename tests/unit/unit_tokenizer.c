/* SPDX-License-Identifier: Apache-2.0 */
/* The tokenizer: code points, each rule, all results of the reference tokenizer, and invalid files. */
#include "../support.h"

#include <jansson.h>

#include "core/text.h"
#include "embed/characters.h"
#include "embed/tokenizer.h"

enum { LIMIT = 40 };

/* Path of a file in tests/data. */
static const char *data(const char *name)
{
    static char paths[4][512];
    static unsigned next;
    const char *folder = getenv("LLMREC_TEST_DATA");
    char *path = paths[next++ % 4];
    snprintf(path, sizeof paths[0], "%s/%s", folder == NULL ? "tests/data" : folder, name);
    return path;
}

static void copy_file(const char *from, const char *to)
{
    size_t size = 0;
    unsigned char *bytes = read_bytes(from, &size);
    write_bytes(to, bytes, size);
    free(bytes);
}

/* A directory with only a vocabulary. */
static const char *model(void)
{
    copy_file(data("vocabulary.txt"), scratch("vocab.txt"));
    unlink(scratch("tokenizer.json"));
    unlink(scratch("tokenizer_config.json"));
    unlink(scratch("sentence_bert_config.json"));
    return scratch_directory;
}

static const char *class_name(lr_character character)
{
    static const char *const names[] = {"letter", "blank", "punctuation", "ideograph", "mark", "control"};
    return names[character];
}

static void every_code_point_has_the_class_it_has_to_the_reference(void **state)
{
    FILE *file = fopen(data("characters.txt"), "r");
    unsigned first = 0, last = 0;
    uint32_t code = 0;
    char kind[16];
    (void)state;
    assert_non_null(file);
    while (fscanf(file, "%X %X %15s", &first, &last, kind) == 3) {
        for (; code < first; code++)
            if (lr_character_of(code) != LR_LETTER) fail_msg("U+%04X is no letter", code);
        for (; code <= last; code++)
            if (strcmp(class_name(lr_character_of(code)), kind) != 0) fail_msg("U+%04X is no %s", code, kind);
    }
    for (; code < 0x110000; code++) assert_int_equal(lr_character_of(code), LR_LETTER);
    fclose(file);
}

/* tokenizer_config.json with the settings of one line of tokens.jsonl. */
static void write_settings(const json_t *settings)
{
    char text[256];
    const json_t *strip = json_object_get(settings, "strip_accents");
    snprintf(text, sizeof text, "{\"do_lower_case\": %s, \"tokenize_chinese_chars\": %s, \"strip_accents\": %s}",
             json_is_true(json_object_get(settings, "lowercase")) ? "true" : "false",
             json_is_true(json_object_get(settings, "handle_chinese_chars")) ? "true" : "false",
             json_is_null(strip)   ? "null"
             : json_is_true(strip) ? "true"
                                   : "false");
    write_text(scratch("tokenizer_config.json"), text);
}

static void check_ids(const lr_tokenizer *tokenizer, const json_t *line, size_t setting)
{
    int32_t ids[LIMIT];
    const json_t *text = json_object_get(line, "text");
    const json_t *wanted = json_array_get(json_object_get(line, "ids"), setting);
    const size_t length = json_string_length(text);
    const size_t count = lr_tokenizer_run(tokenizer, json_string_value(text), length, LIMIT, ids, LIMIT);
    bool same = count == json_array_size(wanted);
    for (size_t i = 0; same && i < count; i++) same = ids[i] == json_integer_value(json_array_get(wanted, i));
    if (!same) fail_msg("setting %zu: %s", setting, lr_quote(json_string_value(text), length).text);
}

static void texts_get_the_ids_that_the_reference_gives(void **state)
{
    enum { SETTINGS = 4 };
    llmrec_context *context = context_with(1);
    lr_tokenizer *tokenizers[SETTINGS] = {0};
    FILE *file = fopen(data("tokens.jsonl"), "r");
    size_t lines = 0;
    json_t *line;
    (void)state;
    assert_non_null(file);
    model();
    while ((line = json_loadf(file, JSON_DISABLE_EOF_CHECK | JSON_ALLOW_NUL, NULL)) != NULL) {
        if (lines < SETTINGS) {
            write_settings(line);
            assert_ok(lr_tokenizer_open(context, scratch_directory, 1000, &tokenizers[lines]));
        } else {
            for (size_t i = 0; i < SETTINGS; i++) check_ids(tokenizers[i], line, i);
        }
        json_decref(line);
        lines++;
    }
    assert_int_equal(lines, SETTINGS + 160);
    for (size_t i = 0; i < SETTINGS; i++) lr_tokenizer_free(tokenizers[i]);
    fclose(file);
    llmrec_context_free(context);
}

/* The ids of a text, by the rules: [UNK] 1, [CLS] 2, [SEP] 3. */
static void check_text(const lr_tokenizer *tokenizer, const char *text, const char *const *tokens, size_t count)
{
    int32_t ids[LIMIT], wanted[LIMIT];
    size_t vocabulary_size = 0;
    char *vocabulary = (char *)read_bytes(data("vocabulary.txt"), &vocabulary_size);
    for (size_t i = 0; i < count; i++) {
        char line[64];
        snprintf(line, sizeof line, "\n%s\n", tokens[i]);
        const char *found = strstr(vocabulary, line);
        assert_non_null(found);
        wanted[i] = 1;
        for (const char *at = vocabulary; at < found; at++) wanted[i] += *at == '\n';
    }
    const size_t met = lr_tokenizer_run(tokenizer, text, strlen(text), LIMIT, ids, LIMIT);
    if (met != count + 2 || ids[0] != 2 || ids[met - 1] != 3 || memcmp(ids + 1, wanted, count * sizeof *ids) != 0)
        fail_msg("%s: %zu ids, wanted %zu", text, met, count + 2);
    free(vocabulary);
}

#define CHECK_TEXT(text, ...)                                                                                          \
    check_text(tokenizer, (text), (const char *const[]){__VA_ARGS__},                                                  \
               sizeof(const char *const[]){__VA_ARGS__} / sizeof(const char *))

static void words_are_split_by_the_rules(void **state)
{
    llmrec_context *context = context_with(1);
    lr_tokenizer *tokenizer = NULL;
    (void)state;
    assert_ok(lr_tokenizer_open(context, model(), 1000, &tokenizer));
    CHECK_TEXT("Lipsticks", "lipstick", "##s"); /* lower-cased; the longest piece first */
    CHECK_TEXT("unaffable", "un", "##aff", "##able");
    CHECK_TEXT("hair-cream", "hair", "-", "cream"); /* punctuation is a piece of its own */
    CHECK_TEXT("the\t\r\n cream", "the", "cream");
    CHECK_TEXT("lip\xC2\xAD\x01stick", "lipstick"); /* soft hyphen and control characters are removed */
    CHECK_TEXT("lip\xFFstick", "lipstick");         /* a bad byte counts as U+FFFD, which is removed */
    CHECK_TEXT("cr\xC3\xA9"
               "am",
               "cream"); /* accents are removed */
    CHECK_TEXT("lip\xE4\xB8\xAD"
               "cream",
               "lip", "\xE4\xB8\xAD", "cream");
    CHECK_TEXT("lip\xF0\x9F\x98\x80 the", "[UNK]", "the"); /* one part has no piece, so the whole word is unknown */
    CHECK_TEXT("[SEP]", "[", "s", "##e", "##p", "]");      /* text never acts as a special token */
    lr_tokenizer_free(tokenizer);
    llmrec_context_free(context);
}

static void long_texts_are_cut_inside_their_brackets(void **state)
{
    llmrec_context *context = context_with(1);
    lr_tokenizer *tokenizer = NULL;
    int32_t ids[6] = {0};
    (void)state;
    assert_ok(lr_tokenizer_open(context, model(), 1000, &tokenizer));
    assert_int_equal(lr_tokenizer_run(tokenizer, "lip lipsticks hair", 18, 5, ids, 6), 5);
    assert_int_equal(ids[0], 2);
    assert_int_equal(ids[4], 3);
    assert_int_equal(lr_tokenizer_run(tokenizer, "lip", 3, 2, ids, 6), 2);
    assert_int_equal(ids[1], 3);
    ids[1] = -7;
    assert_int_equal(lr_tokenizer_run(tokenizer, "lip lip lip", 11, LIMIT, ids, 1), 5); /* counted, not written */
    assert_int_equal(ids[1], -7);
    lr_tokenizer_free(tokenizer);
    llmrec_context_free(context);
}

static const char tokenizer_json[] =
    "{\"added_tokens\": [{\"id\": 1, \"content\": \"[CLS]\", \"special\": true}],"
    "\"normalizer\": {\"type\": \"BertNormalizer\", \"clean_text\": true, \"handle_chinese_chars\": true,"
    " \"strip_accents\": null, \"lowercase\": %s}, \"pre_tokenizer\": {\"type\": \"%s\"},"
    "\"model\": {\"type\": \"%s\", \"max_input_chars_per_word\": %s, \"vocab\":"
    " {\"[UNK]\": 0, \"[CLS]\": 1, \"[SEP]\": 2, \"lip\": 3, \"Lip\": 4, \"##s\": %d}}}";

static void write_json(const char *lower, const char *split, const char *kind, const char *limit, int last)
{
    char text[1024];
    snprintf(text, sizeof text, tokenizer_json, lower, split, kind, limit, last);
    write_text(scratch("tokenizer.json"), text);
}

static void tokenizer_json_comes_before_vocab_txt(void **state)
{
    llmrec_context *context = context_with(1);
    lr_tokenizer *tokenizer = NULL;
    int32_t ids[8] = {0};
    (void)state;
    const char *directory = model();
    write_json("false", "BertPreTokenizer", "WordPiece", "4", 5);
    assert_ok(lr_tokenizer_open(context, directory, 6, &tokenizer));
    assert_int_equal(lr_tokenizer_run(tokenizer, "Lip Lips Lipss", 14, 8, ids, 8), 6);
    assert_memory_equal(ids, ((const int32_t[]){1, 4, 4, 5, 0, 2}),
                        6 * sizeof *ids); /* five letters exceed the limit */
    lr_tokenizer_free(tokenizer);
    write_text(scratch("sentence_bert_config.json"), "{\"do_lower_case\": true}");
    assert_ok(lr_tokenizer_open(context, directory, 6, &tokenizer));
    lr_tokenizer_run(tokenizer, "Lip", 3, 8, ids, 8);
    assert_int_equal(ids[1], 3);
    lr_tokenizer_free(tokenizer);
    llmrec_context_free(context);
}

static void other_tokenizers_are_refused(void **state)
{
    llmrec_context *context = context_with(1);
    lr_tokenizer *tokenizer = NULL;
    (void)state;
    const char *directory = model();
    write_json("true", "BertPreTokenizer", "Unigram", "100", 5);
    assert_failure(lr_tokenizer_open(context, directory, 6, &tokenizer), LLMREC_ERR_UNSUPPORTED, "tokenizer.json",
                   "model", "\"Unigram\"", "WordPiece");
    write_json("true", "ByteLevel", "WordPiece", "100", 5);
    assert_failure(lr_tokenizer_open(context, directory, 6, &tokenizer), LLMREC_ERR_UNSUPPORTED, "pre_tokenizer",
                   "\"ByteLevel\"");
    write_json("true", "BertPreTokenizer", "WordPiece", "100", 6);
    assert_failure(lr_tokenizer_open(context, directory, 6, &tokenizer), LLMREC_ERR_FORMAT, "tokenizer.json", "\"##s\"",
                   "id 6", "0 to 5");
    write_json("3", "BertPreTokenizer", "WordPiece", "100", 5);
    assert_failure(lr_tokenizer_open(context, directory, 6, &tokenizer), LLMREC_ERR_FORMAT, "\"lowercase\"",
                   "an integer", "true or false");
    write_json("true", "BertPreTokenizer", "WordPiece", "100000", 5);
    assert_failure(lr_tokenizer_open(context, directory, 6, &tokenizer), LLMREC_ERR_FORMAT, "max_input_chars_per_word",
                   "100000", "256");
    write_text(scratch("tokenizer.json"), "{\"normalizer\": {\"type\": \"BertNormalizer\"},\n \"model\"");
    assert_failure(lr_tokenizer_open(context, directory, 6, &tokenizer), LLMREC_ERR_FORMAT, "tokenizer.json:2");
    write_text(scratch("tokenizer.json"), "[]");
    assert_failure(lr_tokenizer_open(context, directory, 6, &tokenizer), LLMREC_ERR_UNSUPPORTED, "normalizer",
                   "\"none\"");
    assert_null(tokenizer);
    llmrec_context_free(context);
}

static void damaged_vocabularies_are_refused(void **state)
{
    llmrec_context *context = context_with(1);
    lr_tokenizer *tokenizer = NULL;
    (void)state;
    const char *directory = model();
    assert_failure(lr_tokenizer_open(context, directory, 20, &tokenizer), LLMREC_ERR_FORMAT, "vocab.txt:21",
                   "has id 20", "0 to 19", "config.json");
    write_text(scratch("vocab.txt"), "[UNK]\r\n[CLS]\r\na\r\n");
    assert_failure(lr_tokenizer_open(context, directory, 20, &tokenizer), LLMREC_ERR_FORMAT, directory, "[SEP]");
    write_text(scratch("vocab.txt"), "[UNK]\n[CLS]\n\xC3\n[SEP]\n");
    assert_failure(lr_tokenizer_open(context, directory, 20, &tokenizer), LLMREC_ERR_FORMAT, "vocab.txt:3", "\\xC3",
                   "UTF-8");
    write_bytes(scratch("vocab.txt"), "[UNK]\n\0\n", 8);
    assert_failure(lr_tokenizer_open(context, directory, 20, &tokenizer), LLMREC_ERR_FORMAT, "vocab.txt:2", "NUL");
    write_text(scratch("vocab.txt"), "[UNK]\n[CLS]\n[SEP]");
    write_text(scratch("tokenizer_config.json"), "{\"tokenizer_class\": \"BertJapaneseTokenizer\"}");
    assert_failure(lr_tokenizer_open(context, directory, 20, &tokenizer), LLMREC_ERR_UNSUPPORTED,
                   "tokenizer_config.json", "\"BertJapaneseTokenizer\"");
    unlink(scratch("tokenizer_config.json"));
    assert_ok(lr_tokenizer_open(context, directory, 20, &tokenizer));
    lr_tokenizer_free(tokenizer);
    tokenizer = NULL;
    unlink(scratch("vocab.txt"));
    assert_failure(lr_tokenizer_open(context, directory, 20, &tokenizer), LLMREC_ERR_UNSUPPORTED, directory,
                   "neither tokenizer.json nor vocab.txt");
    assert_null(tokenizer);
    llmrec_context_free(context);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_code_point_has_the_class_it_has_to_the_reference),
        cmocka_unit_test(texts_get_the_ids_that_the_reference_gives),
        cmocka_unit_test(words_are_split_by_the_rules),
        cmocka_unit_test(long_texts_are_cut_inside_their_brackets),
        cmocka_unit_test(tokenizer_json_comes_before_vocab_txt),
        cmocka_unit_test(other_tokenizers_are_refused),
        cmocka_unit_test(damaged_vocabularies_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, remove_scratch);
}
