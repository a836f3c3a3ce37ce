/* SPDX-License-Identifier: Apache-2.0 */
/* Tables of options: defaults, presets, callers of other versions, errors, and values as text and JSON. */
#include "../support.h"

#include <float.h>
#include <math.h>

#include "core/context.h"
#include "core/memory.h"
#include "core/options.h"
#include "data/dataset_options.h"
#include "embed/embed_options.h"
#include "eval/protocol.h"
#include "llm/llm_options.h"
#include "nn/encoder_options.h"
#include "prompt/tuning.h"
#include "rank/blend_options.h"
#include "registry/strategy_table.h"

/* --- a table with one option of each type ------------------------------------------------------------------------- */

typedef struct sample {
    size_t size;
    int64_t rows;
    double rate, cutoff;
    int64_t shuffle, decay;
    const char *noun, *path, *key;
    const int64_t *k;
    int64_t k_count;
    void *user;
    int64_t seed; /* added after the first release */
} sample;

static const int64_t standard_k[] = {10, 20};
static const lr_choice decays[] = {{"auto", -1}, {"none", 0}, {"half_life", 4}, {NULL, 0}};
static const lr_option options[] = {
    LR_INTEGER(sample, rows, 5, 1, 100, "rows"),
    LR_NUMBER(sample, rate, 0.25, 0, 1, LR_OPEN_LOW, "rate"),
    LR_NUMBER(sample, cutoff, NAN, -INFINITY, INFINITY, LR_OPEN, "cutoff"),
    LR_FLAG(sample, shuffle, 1, "shuffle"),
    LR_CHOICE(sample, decay, -1, decays, "decay"),
    LR_TEXT(sample, noun, "item", "noun"),
    LR_TEXT(sample, path, NULL, "path"),
    LR_SECRET(sample, key, "key"),
    LR_LIST(sample, k, INTEGERS, "k_count", standard_k, "k"),
    LR_COUNT(sample, k_count, 2, 1, 16, "number of k"),
    LR_POINTER(sample, user, "user"),
    LR_INTEGER(sample, seed, 7, INT64_MIN, INT64_MAX, "seed"),
};
static const lr_preset presets[] = {
    {"default", NULL, "the default"},
    {"paper", LR_SETTINGS("rows=9", "rate=1", "shuffle=no", "decay=half-life", "cutoff=3", "path=a = b"), "a paper's"},
    {"broken", LR_SETTINGS("rows=9", "rows"), "no value"},
    {"unknown", LR_SETTINGS("row=9"), "no such option"},
    {"wrong", LR_SETTINGS("rows=0"), "a value out of its range"},
};

static llmrec_status check_sample(const void *given)
{
    const sample *s = given;
    if (s->rows != 13) return LLMREC_OK;
    return lr_fail(LLMREC_ERR_ARGUMENT, "rows is 13; wanted luck");
}

static LR_OPTIONS(table, sample, user, "a sample", options, LR_PRESETS(presets), .check = check_sample);

static sample defaults(void)
{
    sample filled;
    assert_ok(lr_options_init(&table, &filled, sizeof filled));
    return filled;
}

static void defaults_come_from_the_table(void **state)
{
    const sample filled = defaults();
    (void)state;
    assert_int_equal(filled.size, sizeof filled);
    assert_int_equal(filled.rows, 5);
    assert_true(filled.rate == 0.25 && isnan(filled.cutoff));
    assert_int_equal(filled.shuffle, 1);
    assert_int_equal(filled.decay, -1);
    assert_string_equal(filled.noun, "item");
    assert_null(filled.path);
    assert_null(filled.key);
    assert_ptr_equal(filled.k, standard_k);
    assert_int_equal(filled.k_count, 2);
    assert_null(filled.user);
    assert_int_equal(filled.seed, 7);
    assert_failure(lr_options_init(&table, NULL, sizeof filled), LLMREC_ERR_ARGUMENT, "sample: options is NULL");
}

static void presets_change_the_defaults(void **state)
{
    sample filled, before;
    (void)state;
    assert_ok(lr_options_preset(&table, &filled, sizeof filled, "paper"));
    assert_int_equal(filled.rows, 9);
    assert_true(filled.rate == 1 && filled.cutoff == 3);
    assert_int_equal(filled.shuffle, 0);
    assert_int_equal(filled.decay, 4);
    assert_string_equal(filled.noun, "item");
    assert_string_equal(filled.path, "a = b");
    before = filled;
    assert_failure(lr_options_preset(&table, &filled, sizeof filled, "papr"), LLMREC_ERR_ARGUMENT,
                   "preset is \"papr\"; wanted default, paper, broken, unknown, wrong");
    assert_failure(lr_options_preset(&table, &filled, sizeof filled, NULL), LLMREC_ERR_ARGUMENT, "preset is NULL");
    assert_failure(lr_options_preset(&table, NULL, sizeof filled, "paper"), LLMREC_ERR_ARGUMENT, "options is NULL");
    assert_failure(lr_options_preset(&table, &filled, 8, "paper"), LLMREC_ERR_ABI, "size is 8");
    assert_failure(lr_options_preset(&table, &filled, sizeof filled, "broken"), LLMREC_ERR_INTERNAL,
                   "preset setting is \"rows\"; wanted name=value");
    assert_failure(lr_options_preset(&table, &filled, sizeof filled, "unknown"), LLMREC_ERR_INTERNAL,
                   "preset setting is \"row=9\"");
    assert_failure(lr_options_preset(&table, &filled, sizeof filled, "wrong"), LLMREC_ERR_ARGUMENT, "rows is \"0\"");
    assert_memory_equal(&before, &filled, sizeof filled);
}

/* --- callers of other versions ------------------------------------------------------------------------------------ */

static void older_callers_get_defaults_for_what_they_lack(void **state)
{
    const size_t older = offsetof(sample, seed);
    sample given = defaults(), full;
    (void)state;
    given.seed = 99;
    given.rows = 8;
    given.size = older;
    assert_ok(lr_options_read(&table, &given, &full));
    assert_int_equal(full.size, sizeof full);
    assert_int_equal(full.rows, 8);
    assert_int_equal(full.seed, 7);
    assert_ok(lr_options_init(&table, &given, older));
    assert_int_equal(given.size, older);
    assert_int_equal(given.seed, 99); /* after the end of the caller's struct: not written */
    assert_ok(lr_options_read(&table, NULL, &full));
    assert_int_equal(full.rows, 5);
    full.rows = 6;
    assert_ok(lr_options_give(&table, &full, &given));
    assert_int_equal(given.size, older);
    assert_int_equal(given.rows, 6);
    assert_int_equal(given.seed, 99);
}

static void newer_callers_may_set_only_what_is_known(void **state)
{
    struct {
        sample known;
        int64_t later;
    } given;
    sample full;
    (void)state;
    memset(&given, 0xff, sizeof given);
    assert_ok(lr_options_init(&table, &given.known, sizeof given));
    assert_int_equal(given.known.size, sizeof given);
    assert_int_equal(given.later, 0);
    assert_ok(lr_options_read(&table, &given.known, &full));
    given.later = 1;
    assert_failure(lr_options_read(&table, &given.known, &full), LLMREC_ERR_ABI, "sample: byte 104 is set; wanted 0",
                   "this libllmrec knows 104 bytes");
}

static void impossible_sizes_are_refused(void **state)
{
    static const size_t sizes[] = {0, 8, offsetof(sample, user), sizeof(sample) - 1, 4104, SIZE_MAX};
    sample given = defaults(), full;
    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        given.size = sizes[i];
        assert_failure(lr_options_read(&table, &given, &full), LLMREC_ERR_ABI, "sample: size is ", "wanted 96 or more");
        assert_failure(lr_options_init(&table, &full, sizes[i]), LLMREC_ERR_ABI, "sample: size is ");
        assert_failure(lr_options_give(&table, &full, &given), LLMREC_ERR_ABI, "sample: size is ");
    }
}

/* --- errors ------------------------------------------------------------------------------------------------------- */

static void refused(const sample *given, const char *line)
{
    sample full;
    assert_int_equal(lr_options_read(&table, given, &full), LLMREC_ERR_ARGUMENT);
    assert_string_equal(llmrec_last_error(), line);
}

#define REFUSED(field, value, line)                                                                                    \
    do {                                                                                                               \
        sample given = defaults();                                                                                     \
        given.field = (value);                                                                                         \
        refused(&given, line);                                                                                         \
    } while (0)

static void wrong_values_are_named_with_what_was_wanted(void **state)
{
    (void)state;
    REFUSED(rows, 0, "rows is 0; wanted 1 to 100");
    REFUSED(rows, 101, "rows is 101; wanted 1 to 100");
    REFUSED(rows, INT64_MIN, "rows is -9223372036854775808; wanted 1 to 100");
    REFUSED(rows, 13, "rows is 13; wanted luck");
    REFUSED(rate, 0, "rate is 0; wanted (0, 1]");
    REFUSED(rate, 1.5, "rate is 1.5; wanted (0, 1]");
    REFUSED(rate, NAN, "rate is nan; wanted (0, 1]");
    REFUSED(cutoff, INFINITY, "cutoff is inf; wanted a number");
    REFUSED(shuffle, 2, "shuffle is 2; wanted 0 or 1");
    REFUSED(shuffle, -1, "shuffle is -1; wanted 0 or 1");
    REFUSED(decay, 1, "decay is 1; wanted -1 to 4: auto, none, half_life");
    REFUSED(noun, NULL, "noun is NULL; wanted a text");
    REFUSED(k_count, 0, "k_count is 0; wanted 1 to 16");
}

static void wrong_texts_are_quoted_and_change_nothing(void **state)
{
    static const char *const cases[][3] = {
        {"rows", "", "rows is \"\"; wanted 1 to 100"},
        {"rows", "1.5", "rows is \"1.5\"; wanted 1 to 100"},
        {"rows", "9223372036854775808", "rows is \"9223372036854775808\"; wanted 1 to 100"},
        {"rows", " 5", "rows is \" 5\"; wanted 1 to 100"},
        {"rate", "nan", "rate is \"nan\"; wanted (0, 1]"},
        {"rate", "0,5", "rate is \"0,5\"; wanted (0, 1]"},
        {"cutoff", "inf", "cutoff is \"inf\"; wanted a number"},
        {"cutoff", "1e999", "cutoff is \"1e999\"; wanted a number"},
        {"shuffle", "maybe", "shuffle is \"maybe\"; wanted yes or no"},
        {"decay", "half_lif", "decay is \"half_lif\"; wanted one of auto, none, half_life"},
        {"decay", "4", "decay is \"4\"; wanted one of auto, none, half_life"},
    };
    sample filled = defaults();
    const sample before = filled;
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const lr_option *option = lr_option_find(&table, cases[i][0], strlen(cases[i][0]));
        assert_non_null(option);
        assert_int_equal(lr_option_set(option, &filled, cases[i][1]), LLMREC_ERR_ARGUMENT);
        assert_string_equal(llmrec_last_error(), cases[i][2]);
    }
    assert_memory_equal(&filled, &before, sizeof filled);
}

/* --- text and JSON ------------------------------------------------------------------------------------------------ */

static void texts_are_read(void **state)
{
    static const char *const on[] = {"yes", "true", "on", "1"}, *const off[] = {"no", "false", "off", "0"};
    sample filled = defaults();
    (void)state;
    for (size_t i = 0; i < 4; i++) {
        assert_ok(lr_option_set(lr_option_find(&table, "shuffle", 7), &filled, off[i]));
        assert_int_equal(filled.shuffle, 0);
        assert_ok(lr_option_set(lr_option_find(&table, "shuffle", 7), &filled, on[i]));
        assert_int_equal(filled.shuffle, 1);
    }
    assert_ok(lr_option_set(lr_option_find(&table, "decay", 5), &filled, "half-life"));
    assert_int_equal(filled.decay, 4);
    assert_ok(lr_option_set(lr_option_find(&table, "cutoff", 6), &filled, "12.5"));
    assert_ok(lr_option_set(lr_option_find(&table, "cutoff", 6), &filled, "nan"));
    assert_true(isnan(filled.cutoff));
    assert_ok(lr_option_set(lr_option_find(&table, "key", 3), &filled, "secret"));
    assert_string_equal(filled.key, "secret");
    assert_null(lr_option_find(&table, "row", 3));
    assert_null(lr_option_find(&table, "rowss", 5));
}

static void secrets_arrays_and_pointers_are_never_written(void **state)
{
    static const char *const names[] = {"key", "k", "k_count", "user"};
    sample filled = defaults();
    lr_builder text = {0};
    (void)state;
    filled.key = "hunter2";
    for (size_t i = 0; i < 4; i++)
        assert_failure(lr_option_get(lr_option_find(&table, names[i], strlen(names[i])), &filled, &text),
                       LLMREC_ERR_UNSUPPORTED, names[i], "wanted an option with a text form");
    for (size_t i = 1; i < 4; i++)
        assert_failure(lr_option_set(lr_option_find(&table, names[i], strlen(names[i])), &filled, "1"),
                       LLMREC_ERR_UNSUPPORTED, names[i], "an array, a count or a pointer");
    assert_ok(lr_options_describe(&table, &filled, &text));
    assert_string_equal(text.text, "{\"rows\":5,\"rate\":0.25,\"cutoff\":null,\"shuffle\":true,\"decay\":\"auto\","
                                   "\"noun\":\"item\",\"path\":null,\"seed\":7}");
    lr_free(NULL, text.text);
}

static void check_json(const char *json, llmrec_status wanted, const char *line)
{
    json_t *object = json_loads(json, JSON_DECODE_ANY, NULL);
    sample filled = defaults();
    assert_non_null(object);
    assert_int_equal(lr_options_parse(&table, (lr_json){.path = "file", .value = object}, &filled), wanted);
    if (wanted != LLMREC_OK) assert_string_equal(llmrec_last_error(), line);
    json_decref(object);
}

static void json_is_checked(void **state)
{
    (void)state;
    check_json("{}", LLMREC_OK, NULL);
    check_json("{\"rows\":100,\"rate\":1,\"cutoff\":null,\"path\":null}", LLMREC_OK, NULL);
    check_json("[]", LLMREC_ERR_FORMAT, "file: options is an array; wanted an object");
    check_json("\"rows\"", LLMREC_ERR_FORMAT, "file: options is \"rows\"; wanted an object");
    check_json("{\"row\":1}", LLMREC_ERR_FORMAT, "file: options: sample has no option \"row\"");
    check_json("{\"key\":\"x\"}", LLMREC_ERR_FORMAT, "file: options: sample has no option \"key\"");
    check_json("{\"k_count\":3}", LLMREC_ERR_FORMAT, "file: options: sample has no option \"k_count\"");
    check_json("{\"user\":1}", LLMREC_ERR_FORMAT, "file: options: sample has no option \"user\"");
    check_json("{\"rows\":1.0}", LLMREC_ERR_FORMAT, "file: rows is 1.0; wanted 1 to 100");
    check_json("{\"rows\":0}", LLMREC_ERR_FORMAT, "file: rows is 0; wanted 1 to 100");
    check_json("{\"rows\":13}", LLMREC_ERR_FORMAT, "file: rows is 13; wanted luck");
    check_json("{\"rate\":null}", LLMREC_ERR_FORMAT, "file: rate is nan; wanted (0, 1]");
    check_json("{\"rate\":\"1\"}", LLMREC_ERR_FORMAT, "file: rate is \"1\"; wanted (0, 1]");
    check_json("{\"shuffle\":1}", LLMREC_ERR_FORMAT, "file: shuffle is 1; wanted true or false");
    check_json("{\"decay\":0}", LLMREC_ERR_FORMAT, "file: decay is 0; wanted one of auto, none, half_life");
    check_json("{\"decay\":\"half\"}", LLMREC_ERR_FORMAT,
               "file: decay is \"half\"; wanted one of auto, none, half_life");
    check_json("{\"decay\":true}", LLMREC_ERR_FORMAT, "file: decay is true; wanted one of auto, none, half_life");
    check_json("{\"decay\":[\"none\"]}", LLMREC_ERR_FORMAT,
               "file: decay is an array; wanted one of auto, none, half_life");
    check_json("{\"noun\":null}", LLMREC_ERR_FORMAT, "file: noun is NULL; wanted a text");
    check_json("{\"path\":3}", LLMREC_ERR_FORMAT, "file: path is 3; wanted a text");
}

static void messages_name_the_place_within_a_file(void **state)
{
    json_t *object = json_loads("{\"rate\":2}", 0, NULL);
    const lr_json inner = {.path = "file", .value = object, .inside = "parts.one."};
    sample filled = defaults();
    int64_t integer = 0;
    (void)state;
    assert_failure(lr_options_parse(&table, inner, &filled), LLMREC_ERR_FORMAT,
                   "file: parts.one.rate is 2; wanted (0, 1]");
    assert_failure(lr_json_integer(inner, "rate", 3, 4, &integer), LLMREC_ERR_FORMAT,
                   "file: \"parts.one.rate\" is 2; wanted 3 to 4");
    assert_failure(lr_fail_in_file("file", lr_fail(LLMREC_ERR_SHAPE, "rows is 2")), LLMREC_ERR_FORMAT,
                   "file: rows is 2");
    assert_int_equal(lr_fail_in_file("file", lr_fail(LLMREC_ERR_FORMAT, "file: rows is 2")), LLMREC_ERR_FORMAT);
    assert_string_equal(llmrec_last_error(), "file: rows is 2");
    assert_int_equal(lr_fail_in_file("file", lr_fail(LLMREC_ERR_MEMORY, "none")), LLMREC_ERR_MEMORY);
    assert_string_equal(llmrec_last_error(), "none");
    json_decref(object);
}

static void texts_can_be_forgotten(void **state)
{
    sample filled = defaults();
    char text[] = "movie";
    (void)state;
    filled.noun = filled.path = text;
    lr_options_forget_texts(&table, &filled);
    assert_string_equal(filled.noun, "item");
    assert_null(filled.path);
}

/* --- every table of the library ----------------------------------------------------------------------------------- */

/* Those of no strategy. */
static const lr_options *const tables[] = {
    &lr_context_options,      &lr_dataset_options,     &lr_split_options,
    &lr_embedding_options,    &lr_reducer_options,     &lr_text_encoder_options,
    &lr_encode_items_options, &lr_encoder_options,     &lr_init_items_options,
    &lr_train_options,        &lr_endpoint_options,    &lr_chat_request_options,
    &lr_embeddings_options,   &lr_fine_tuning_options, &lr_fine_tuning_data_options,
    &lr_recommend_options,    &lr_evaluation_options,  &lr_blend_fit_options,
};
enum { TABLES = sizeof tables / sizeof *tables };

/* Returns any table: those of the strategies follow the others. NULL: there are no more. */
static const lr_options *table_at(size_t index)
{
    if (index < TABLES) return tables[index];
    index -= TABLES;
    for (size_t i = 0; lr_strategy_at(i) != NULL; i++)
        if (lr_strategy_at(i)->options != NULL && index-- == 0) return lr_strategy_at(i)->options;
    return NULL;
}

typedef union full {
    max_align_t aligned;
    unsigned char bytes[LR_OPTIONS_LARGEST];
} full;

static void put(const lr_option *option, full *options_, const void *value)
{
    memcpy(options_->bytes + option->offset, value, 8);
}

/* Checks that the option's value, written as text and set in a struct of defaults, is the same value. */
static void check_text(const lr_options *one, const lr_option *option, const void *value)
{
    full given, back;
    lr_builder text = {0};
    assert_ok(lr_options_init(one, &given, one->size));
    assert_ok(lr_options_init(one, &back, one->size));
    put(option, &given, value);
    assert_ok(lr_option_get(option, &given, &text));
    assert_true(lr_option_allows(option, value));
    assert_ok(lr_option_set(option, &back, text.text == NULL ? "" : text.text));
    if (option->type == LLMREC_OPTION_TEXT) put(option, &back, value); /* a text option keeps the pointer */
    assert_memory_equal(&given, &back, one->size);
    lr_free(NULL, text.text);
}

static void check_integers(const lr_options *one, const lr_option *option)
{
    const int64_t below = option->least - (option->least != INT64_MIN),
                  above = option->most + (option->most != INT64_MAX);
    check_text(one, option, &option->least);
    check_text(one, option, &option->most);
    assert_int_equal(lr_option_allows(option, &below), option->least == INT64_MIN);
    assert_int_equal(lr_option_allows(option, &above), option->most == INT64_MAX);
}

static void check_numbers(const lr_options *one, const lr_option *option)
{
    const double low = option->open & LR_OPEN_LOW ? nextafter(option->low, INFINITY) : option->low;
    const double high = option->open & LR_OPEN_HIGH ? nextafter(option->high, -INFINITY) : option->high;
    const double below = nextafter(low, -INFINITY), above = nextafter(high, INFINITY), unset = NAN;
    check_text(one, option, &low);
    check_text(one, option, &high);
    assert_false(lr_option_allows(option, &below));
    assert_false(lr_option_allows(option, &above));
    assert_int_equal(lr_option_allows(option, &unset), isnan(option->standard.number));
    if (isnan(option->standard.number)) check_text(one, option, &option->standard.number);
}

static void every_option_goes_to_text_and_back_at_its_ends(void **state)
{
    static const int64_t flags[] = {0, 1};
    static const char *const word = "a \"text\"\n\xc3\xa4";
    (void)state;
    const lr_options *one = NULL;
    size_t count = 0;
    for (; (one = table_at(count)) != NULL; count++) {
        for (size_t i = 0; i < one->count; i++) {
            const lr_option *option = &one->option[i];
            switch (option->type) {
            case LLMREC_OPTION_INTEGER: check_integers(one, option); break;
            case LLMREC_OPTION_NUMBER: check_numbers(one, option); break;
            case LLMREC_OPTION_FLAG:
                check_text(one, option, &flags[0]);
                check_text(one, option, &flags[1]);
                break;
            case LLMREC_OPTION_CHOICE:
                for (const lr_choice *c = option->choices; c->name != NULL; c++) check_text(one, option, &c->value);
                break;
            case LLMREC_OPTION_TEXT: check_text(one, option, &word); break;
            default: break;
            }
        }
    }
    assert_int_equal(llmrec_options_count(), count);
}

/* Describes, reads into defaults, describes again: the bytes must be equal. */
static void check_described(const lr_options *one, full *given)
{
    full back;
    lr_builder first = {0}, second = {0};
    assert_ok(lr_options_init(one, &back, one->size));
    assert_ok(lr_options_describe(one, given, &first));
    json_t *object = json_loadb(first.text, first.length, 0, NULL);
    assert_non_null(object);
    assert_ok(lr_options_parse(one, (lr_json){.path = one->name, .value = object}, &back));
    assert_ok(lr_options_describe(one, &back, &second));
    assert_string_equal(first.text, second.text);
    json_decref(object);
    lr_free(NULL, first.text);
    lr_free(NULL, second.text);
}

static void every_struct_goes_to_json_and_back(void **state)
{
    (void)state;
    for (size_t t = 0; table_at(t) != NULL; t++) {
        lr_options one = *table_at(t);
        full given;
        one.check = NULL; /* rules between options: some structs need a path */
        assert_ok(lr_options_init(&one, &given, one.size));
        check_described(&one, &given);
        for (size_t i = 0; i < one.count; i++) {
            const lr_option *option = &one.option[i];
            const double high = option->open & LR_OPEN_HIGH ? nextafter(option->high, -INFINITY) : option->high;
            const char *word = "\"\\\x01\xe2\x82\xac";
            switch (option->type) {
            case LLMREC_OPTION_INTEGER: put(option, &given, &option->most); break;
            case LLMREC_OPTION_NUMBER: put(option, &given, &high); break;
            case LLMREC_OPTION_FLAG: put(option, &given, &(int64_t){!option->standard.integer}); break;
            case LLMREC_OPTION_CHOICE: put(option, &given, &option->choices[1].value); break;
            case LLMREC_OPTION_TEXT: put(option, &given, &word); break;
            default: break;
            }
            check_described(&one, &given);
        }
    }
}

static void every_table_is_sound(void **state)
{
    (void)state;
    for (size_t t = 0; table_at(t) != NULL; t++) {
        const lr_options *one = table_at(t);
        full given, named;
        assert_ok(lr_options_init(one, &given, one->size));
        assert_true(one->frozen <= one->size && one->size <= LR_OPTIONS_LARGEST);
        assert_int_equal(one->option[0].offset, sizeof(size_t));
        for (size_t i = 0; i < one->count; i++) {
            const lr_option *option = &one->option[i];
            assert_true(lr_option_allows(option, given.bytes + option->offset)); /* the default is in its range */
            assert_int_equal(option->offset, sizeof(size_t) * (i + 1));          /* every field has a table entry */
            assert_true(option->help != NULL && *option->help != '\0' && strchr(option->help, '\n') == NULL);
            assert_true(option->count == NULL || lr_option_find(one, option->count, strlen(option->count)) != NULL);
        }
        assert_int_equal(one->size, sizeof(size_t) * (one->count + 1));
        for (size_t i = 0; i < one->preset_count; i++) {
            assert_ok(lr_options_preset(one, &named, one->size, one->preset[i].name));
            assert_ok(lr_options_check(one, &named));
            if (i == 0) assert_memory_equal(&named, &given, one->size);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults_come_from_the_table),
        cmocka_unit_test(presets_change_the_defaults),
        cmocka_unit_test(older_callers_get_defaults_for_what_they_lack),
        cmocka_unit_test(newer_callers_may_set_only_what_is_known),
        cmocka_unit_test(impossible_sizes_are_refused),
        cmocka_unit_test(wrong_values_are_named_with_what_was_wanted),
        cmocka_unit_test(wrong_texts_are_quoted_and_change_nothing),
        cmocka_unit_test(texts_are_read),
        cmocka_unit_test(secrets_arrays_and_pointers_are_never_written),
        cmocka_unit_test(json_is_checked),
        cmocka_unit_test(messages_name_the_place_within_a_file),
        cmocka_unit_test(texts_can_be_forgotten),
        cmocka_unit_test(every_option_goes_to_text_and_back_at_its_ends),
        cmocka_unit_test(every_struct_goes_to_json_and_back),
        cmocka_unit_test(every_table_is_sound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
