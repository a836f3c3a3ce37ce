/* SPDX-License-Identifier: Apache-2.0 */
/* The text encoder: a small BERT against the reference, invalid models, items and their cache. */
#include "../support.h"

#include <dirent.h>
#include <jansson.h>
#include <math.h>
#include <sys/stat.h>

#include "embed/safetensors.h"
#include "math/half.h"

enum { VOCABULARY = 196, POSITIONS = 48, DIM = 24, INNER = 40, LAYERS = 2, TEXTS = 74, LONGEST = 40 };

/* --- a small model, as tests/data/make_text_encoder.py has it ------------------------------------------------- */

typedef struct weights {
    lr_tensor tensors[64];
    char names[64][96];
    size_t count;
    const char *prefix;
    bool half;
} weights;

static double weight(size_t tensor, size_t i)
{
    uint32_t h = ((uint32_t)i + 1 + (uint32_t)tensor * 1000003u) * 2654435761u;
    h ^= h >> 15;
    h *= 0x85EBCA6Bu;
    h ^= h >> 13;
    return (h >> 24) / 256.0 - .5;
}

static void add_tensor(weights *w, const char *name, size_t rows, size_t columns)
{
    const size_t index = w->count++, length = strlen(name), count = rows * columns;
    const bool gain = length > 16 && strcmp(name + length - 16, "LayerNorm.weight") == 0;
    void *data = malloc(count * sizeof(float));
    assert_non_null(data);
    for (size_t i = 0; i < count; i++) {
        const float value = (float)(gain ? 1 + weight(index, i) / 4 : weight(index, i));
        if (w->half) lr_floats_to_halves((uint16_t *)data + i, &value, 1);
        else ((float *)data)[i] = value;
    }
    snprintf(w->names[index], sizeof w->names[index], "%s%s", w->prefix, name);
    lr_tensor *tensor = &w->tensors[index];
    *tensor = (lr_tensor){.type = w->half ? LR_TENSOR_F16 : LR_TENSOR_F32, .rank = 2};
    tensor->type_name = w->half ? "F16" : "F32";
    tensor->sizes[0] = rows;
    tensor->sizes[1] = columns;
    if (rows == 1) {
        tensor->rank = 1;
        tensor->sizes[0] = columns;
    }
    tensor->count = count;
    tensor->data = data;
}

static void add_layer(weights *w, int layer)
{
    static const struct {
        const char *name;
        size_t rows, columns;
    } parts[] = {
        {"attention.output.LayerNorm.bias", 1, DIM},
        {"attention.output.LayerNorm.weight", 1, DIM},
        {"attention.output.dense.bias", 1, DIM},
        {"attention.output.dense.weight", DIM, DIM},
        {"attention.self.key.bias", 1, DIM},
        {"attention.self.key.weight", DIM, DIM},
        {"attention.self.query.bias", 1, DIM},
        {"attention.self.query.weight", DIM, DIM},
        {"attention.self.value.bias", 1, DIM},
        {"attention.self.value.weight", DIM, DIM},
        {"intermediate.dense.bias", 1, INNER},
        {"intermediate.dense.weight", INNER, DIM},
        {"output.LayerNorm.bias", 1, DIM},
        {"output.LayerNorm.weight", 1, DIM},
        {"output.dense.bias", 1, DIM},
        {"output.dense.weight", DIM, INNER},
    };
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        char name[96];
        snprintf(name, sizeof name, "encoder.layer.%d.%s", layer, parts[i].name);
        add_tensor(w, name, parts[i].rows, parts[i].columns);
    }
}

static weights make_weights(const char *prefix, bool half)
{
    weights w = {.prefix = prefix, .half = half};
    add_tensor(&w, "embeddings.LayerNorm.bias", 1, DIM);
    add_tensor(&w, "embeddings.LayerNorm.weight", 1, DIM);
    add_tensor(&w, "embeddings.position_embeddings.weight", POSITIONS, DIM);
    add_tensor(&w, "embeddings.token_type_embeddings.weight", 2, DIM);
    add_tensor(&w, "embeddings.word_embeddings.weight", VOCABULARY, DIM);
    for (int layer = 0; layer < LAYERS; layer++) add_layer(&w, layer);
    return w;
}

static void write_weights(llmrec_context *context, weights *w)
{
    for (size_t i = 0; i < w->count; i++) w->tensors[i].name = w->names[i];
    assert_ok(lr_safetensors_write(context, scratch("model.safetensors"), w->tensors, w->count, NULL, NULL));
    for (size_t i = 0; i < w->count; i++) free((void *)(uintptr_t)w->tensors[i].data);
}

static const char config[] = "{\"model_type\": \"bert\", \"hidden_act\": \"gelu\", \"vocab_size\": 196,"
                             "\"max_position_embeddings\": 48, \"type_vocab_size\": 2, \"hidden_size\": 24,"
                             "\"num_attention_heads\": 3, \"num_hidden_layers\": 2, \"intermediate_size\": 40}";

static const char modules[] = "[{\"path\": \"\", \"type\": \"sentence_transformers.models.Transformer\"},"
                              "{\"path\": \"1_Pooling\", \"type\": \"sentence_transformers.models.Pooling\"}%s]";
static const char normalize_module[] = ", {\"path\": \"2\", \"type\": \"sentence_transformers.models.Normalize\"}";

static void write_modules(const char *pooling, const char *more)
{
    char text[512];
    snprintf(text, sizeof text, modules, more);
    write_text(scratch("modules.json"), text);
    mkdir(scratch("1_Pooling"), 0777);
    write_text(scratch("1_Pooling/config.json"), pooling);
}

static const char *data(const char *name)
{
    static char path[512];
    const char *folder = getenv("LLMREC_TEST_DATA");
    snprintf(path, sizeof path, "%s/%s", folder == NULL ? "tests/data" : folder, name);
    return path;
}

/* The whole model in the scratch directory: mean pooling, no normalization, 40 tokens. */
static const char *model(llmrec_context *context)
{
    weights w = make_weights("", false);
    size_t size = 0;
    unsigned char *vocabulary = read_bytes(data("vocabulary.txt"), &size);
    write_bytes(scratch("vocab.txt"), vocabulary, size);
    free(vocabulary);
    write_weights(context, &w);
    write_text(scratch("config.json"), config);
    write_text(scratch("sentence_bert_config.json"), "{\"max_seq_length\": 40}");
    unlink(scratch("modules.json"));
    return scratch_directory;
}

/* --- texts and the reference results -------------------------------------------------------------------------- */

typedef struct sample {
    const char *texts[TEXTS];
    size_t lengths[TEXTS];
    json_t *lines[TEXTS];
    size_t count;
} sample;

static sample read_sample(const char *name)
{
    sample s = {.count = 0};
    FILE *file = fopen(data(name), "r");
    assert_non_null(file);
    for (; s.count < TEXTS; s.count++) {
        json_t *line = json_loadf(file, JSON_DISABLE_EOF_CHECK | JSON_ALLOW_NUL, NULL);
        if (line == NULL) break;
        s.lines[s.count] = line;
        s.texts[s.count] = json_string_value(json_object_get(line, "text"));
        s.lengths[s.count] = json_string_length(json_object_get(line, "text"));
    }
    fclose(file);
    return s;
}

static void free_sample(sample *s)
{
    for (size_t i = 0; i < s->count; i++) json_decref(s->lines[i]);
}

static void check_vectors(llmrec_context *context, const char *directory, const char *key, bool normalized)
{
    llmrec_text_encoder *encoder = NULL;
    sample s = read_sample("bert.jsonl");
    static float vectors[TEXTS * DIM];
    assert_int_equal(s.count, TEXTS);
    assert_ok(llmrec_text_encoder_load(context, directory, NULL, &encoder));
    assert_int_equal(llmrec_text_encoder_dim(encoder), DIM);
    assert_int_equal(llmrec_text_encoder_max_tokens(encoder), LONGEST);
    assert_int_equal(llmrec_text_encoder_dim(NULL) + llmrec_text_encoder_max_tokens(NULL), 0);
    assert_ok(llmrec_text_encoder_encode(encoder, s.texts, s.lengths, s.count, vectors));
    for (size_t i = 0; i < s.count; i++) {
        const json_t *wanted = json_object_get(s.lines[i], key);
        double norm = 0;
        for (size_t j = 0; j < DIM; j++) norm += pow(json_number_value(json_array_get(wanted, j)), 2);
        norm = normalized ? sqrt(norm) : 1;
        for (size_t j = 0; j < DIM; j++) {
            const double value = json_number_value(json_array_get(wanted, j)) / norm;
            if (fabs(vectors[i * DIM + j] - value) > 1e-5)
                fail_msg("text %zu, %s %zu: %.7f, wanted %.7f", i, key, j, (double)vectors[i * DIM + j], value);
        }
    }
    llmrec_text_encoder_free(encoder);
    free_sample(&s);
}

static void vectors_are_those_of_the_reference(void **state)
{
    (void)state;
    for (int64_t threads = 1; threads <= 3; threads++) {
        llmrec_context *context = context_with(threads);
        check_vectors(context, model(context), "mean", false);
        llmrec_context_free(context);
    }
}

static void pooling_and_normalization_are_as_the_modules_say(void **state)
{
    llmrec_context *context = context_with(2);
    (void)state;
    const char *directory = model(context);
    write_modules("{\"pooling_mode_cls_token\": true, \"pooling_mode_mean_tokens\": false}", "");
    check_vectors(context, directory, "first", false);
    write_modules("{\"pooling_mode_cls_token\": false, \"pooling_mode_mean_tokens\": true}", normalize_module);
    check_vectors(context, directory, "mean", true);
    write_modules("{\"embedding_dimension\": 24, \"pooling_mode\": \"cls\"}", normalize_module);
    check_vectors(context, directory, "first", true);
    llmrec_context_free(context);
}

static void half_precision_and_prefixed_weights_are_read_too(void **state)
{
    llmrec_context *context = context_with(2);
    (void)state;
    const char *directory = model(context);
    weights half = make_weights("", true), prefixed = make_weights("bert.", false);
    write_weights(context, &half);
    check_vectors(context, directory, "mean", false);
    write_weights(context, &prefixed);
    check_vectors(context, directory, "mean", false);
    llmrec_context_free(context);
}

static void a_vector_does_not_depend_on_its_company(void **state)
{
    enum { COPIES = 70 };
    llmrec_context *context = context_with(3);
    llmrec_text_encoder *encoder = NULL;
    sample s = read_sample("bert.jsonl");
    const char *texts[TEXTS * COPIES];
    size_t lengths[TEXTS * COPIES];
    float *vectors = malloc(sizeof *vectors * TEXTS * COPIES * DIM), alone[DIM];
    (void)state;
    assert_ok(llmrec_text_encoder_load(context, model(context), NULL, &encoder));
    for (size_t i = 0; i < TEXTS * COPIES; i++) { /* longer than a window */
        texts[i] = s.texts[i % TEXTS];
        lengths[i] = s.lengths[i % TEXTS];
    }
    assert_ok(llmrec_text_encoder_encode(encoder, texts, lengths, TEXTS * COPIES, vectors));
    for (size_t i = 0; i < TEXTS; i++) {
        assert_ok(llmrec_text_encoder_encode(encoder, &texts[i], &lengths[i], 1, alone));
        for (size_t k = i; k < TEXTS * COPIES; k += TEXTS) assert_memory_equal(vectors + k * DIM, alone, sizeof alone);
    }
    assert_ok(llmrec_text_encoder_encode(encoder, NULL, NULL, 0, NULL));
    llmrec_text_encoder_free(encoder);
    free(vectors);
    free_sample(&s);
    llmrec_context_free(context);
}

static void options_come_before_the_files(void **state)
{
    llmrec_context *context = context_with(1);
    llmrec_text_encoder *encoder = NULL;
    llmrec_text_encoder_options options;
    const char *text = "the hair cream";
    float vector[DIM];
    char said[512];
    int32_t ids[4];
    int64_t count = 0;
    double norm = 0;
    (void)state;
    const char *directory = model(context);
    assert_ok(llmrec_text_encoder_options_init(&options, sizeof options));
    options.max_tokens = 4;
    options.normalize = 1;
    assert_ok(llmrec_text_encoder_load(context, directory, &options, &encoder));
    assert_ok(llmrec_text_encoder_description(encoder, said, sizeof said, NULL));
    assert_string_equal(said, "{\"kind\":\"text_encoder\",\"type\":\"model\",\"dim\":24,\"layers\":2,\"heads\":3,"
                              "\"vocabulary\":196,\"pooling\":\"mean\","
                              "\"options\":{\"max_tokens\":4,\"normalize\":\"yes\"}}");
    assert_ok(llmrec_text_encoder_tokenize(encoder, text, SIZE_MAX, ids, 4, &count));
    assert_int_equal(count, 4);
    assert_failure(llmrec_text_encoder_tokenize(encoder, text, SIZE_MAX, ids, 3, &count), LLMREC_ERR_SHAPE,
                   "capacity is 3; wanted 4");
    assert_int_equal(count, 4);
    assert_ok(llmrec_text_encoder_encode(encoder, &text, NULL, 1, vector));
    for (size_t j = 0; j < DIM; j++) norm += (double)vector[j] * vector[j];
    assert_true(fabs(norm - 1) < 1e-6);
    text = NULL;
    assert_failure(llmrec_text_encoder_encode(encoder, &text, NULL, 1, vector), LLMREC_ERR_ARGUMENT, "texts[0]");
    llmrec_text_encoder_free(encoder);
    encoder = NULL;
    options.max_tokens = 49;
    assert_failure(llmrec_text_encoder_load(context, directory, &options, &encoder), LLMREC_ERR_ARGUMENT,
                   "max_tokens is 49; wanted 2 to 48");
    options.max_tokens = 0;
    options.normalize = 2;
    assert_failure(llmrec_text_encoder_load(context, directory, &options, &encoder), LLMREC_ERR_ARGUMENT, "normalize");
    assert_failure(llmrec_text_encoder_load(context, NULL, NULL, &encoder), LLMREC_ERR_ARGUMENT, "directory is NULL");
    assert_null(encoder);
    llmrec_context_free(context);
}

/* --- invalid models ------------------------------------------------------------------------------------------- */

/* config.json with one setting changed or added. */
static void write_config(const char *key, const char *value)
{
    json_t *root = json_loads(config, 0, NULL);
    json_object_set_new(root, key, json_loads(value, JSON_DECODE_ANY, NULL));
    assert_int_equal(json_dump_file(root, scratch("config.json"), 0), 0);
    json_decref(root);
}

static void other_models_are_refused_with_what_was_found(void **state)
{
    static const struct {
        const char *key, *value;
        llmrec_status code;
        const char *text;
    } cases[] = {
        {"model_type", "\"mpnet\"", LLMREC_ERR_UNSUPPORTED, "model_type is \"mpnet\"; only bert is supported"},
        {"hidden_act", "\"relu\"", LLMREC_ERR_UNSUPPORTED, "hidden_act is \"relu\"; only gelu is supported"},
        {"position_embedding_type", "\"relative_key\"", LLMREC_ERR_UNSUPPORTED, "\"relative_key\"; only absolute"},
        {"is_decoder", "true", LLMREC_ERR_UNSUPPORTED, "is_decoder is true"},
        {"hidden_size", "25", LLMREC_ERR_FORMAT, "hidden_size 25 is no multiple of num_attention_heads 3"},
        {"hidden_size", "null", LLMREC_ERR_FORMAT, "there is no \"hidden_size\""},
        {"hidden_size", "-3", LLMREC_ERR_FORMAT, "\"hidden_size\" is -3; wanted 1 to"},
        {"num_hidden_layers", "\"two\"", LLMREC_ERR_FORMAT, "\"num_hidden_layers\" is a text; wanted an integer"},
        {"num_hidden_layers", "3", LLMREC_ERR_FORMAT, "there is no tensor encoder.layer.2.attention.self.query.weight"},
        {"intermediate_size", "41", LLMREC_ERR_FORMAT,
         "tensor encoder.layer.0.intermediate.dense.weight is [40,24]; config.json wants [41,24]"},
        {"vocab_size", "197", LLMREC_ERR_FORMAT,
         "tensor embeddings.word_embeddings.weight is [196,24]; config.json wants [197,24]"},
    };
    llmrec_context *context = context_with(1);
    llmrec_text_encoder *encoder = NULL;
    (void)state;
    const char *directory = model(context);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        write_config(cases[i].key, cases[i].value);
        assert_failure(llmrec_text_encoder_load(context, directory, NULL, &encoder), cases[i].code, directory,
                       cases[i].text);
    }
    write_text(scratch("config.json"), "{\"model_type\": ");
    assert_failure(llmrec_text_encoder_load(context, directory, NULL, &encoder), LLMREC_ERR_FORMAT, "config.json:1",
                   "not valid JSON");
    unlink(scratch("config.json"));
    assert_failure(llmrec_text_encoder_load(context, directory, NULL, &encoder), LLMREC_ERR_IO, "cannot find",
                   "/config.json; wanted the directory of a sentence-transformers model");
    assert_null(encoder);
    llmrec_context_free(context);
}

static void damaged_weights_are_refused(void **state)
{
    llmrec_context *context = context_with(1);
    llmrec_text_encoder *encoder = NULL;
    size_t size = 0;
    (void)state;
    const char *directory = model(context);
    unsigned char *bytes = read_bytes(scratch("model.safetensors"), &size);
    write_bytes(scratch("model.safetensors"), bytes, size - 100);
    assert_failure(llmrec_text_encoder_load(context, directory, NULL, &encoder), LLMREC_ERR_FORMAT,
                   "model.safetensors");
    memset(bytes + size - 400, 0xFF, 400); /* NaN in the last tensor's values */
    write_bytes(scratch("model.safetensors"), bytes, size);
    assert_ok(llmrec_text_encoder_load(context, directory, NULL, &encoder));
    float vector[DIM];
    const char *text = "hair";
    assert_failure(llmrec_text_encoder_encode(encoder, &text, NULL, 1, vector), LLMREC_ERR_NUMERIC, "not finite");
    llmrec_text_encoder_free(encoder);
    encoder = NULL;
    unlink(scratch("model.safetensors"));
    assert_failure(llmrec_text_encoder_load(context, directory, NULL, &encoder), LLMREC_ERR_IO, "model.safetensors");
    free(bytes);
    llmrec_context_free(context);
}

static void other_modules_are_refused_with_what_was_found(void **state)
{
    llmrec_context *context = context_with(1);
    llmrec_text_encoder *encoder = NULL;
    (void)state;
    const char *directory = model(context);
    write_modules("{\"pooling_mode_max_tokens\": true}", "");
    assert_failure(llmrec_text_encoder_load(context, directory, NULL, &encoder), LLMREC_ERR_UNSUPPORTED,
                   "1_Pooling/config.json", "pooling is \"max\"", "mean and cls");
    write_modules("{\"pooling_mode_cls_token\": true, \"pooling_mode_mean_tokens\": true}", "");
    assert_failure(llmrec_text_encoder_load(context, directory, NULL, &encoder), LLMREC_ERR_UNSUPPORTED,
                   "2 pooling modes are set");
    write_modules("{\"pooling_mode\": \"mean\"}", ", {\"path\": \"2_Dense\", \"type\": \"a.Dense\"}");
    assert_failure(llmrec_text_encoder_load(context, directory, NULL, &encoder), LLMREC_ERR_UNSUPPORTED, "modules.json",
                   "module 2 is \"a.Dense\"");
    write_text(scratch("modules.json"),
               "[{\"type\": \"x.Transformer\"}, {\"type\": \"x.Pooling\", \"path\": \"../x\"}]");
    assert_failure(llmrec_text_encoder_load(context, directory, NULL, &encoder), LLMREC_ERR_FORMAT, "\"../x\"",
                   "name of a folder");
    write_text(scratch("modules.json"), "{}");
    assert_failure(llmrec_text_encoder_load(context, directory, NULL, &encoder), LLMREC_ERR_FORMAT, "modules.json",
                   "array");
    unlink(scratch("modules.json"));
    write_text(scratch("sentence_bert_config.json"), "{\"max_seq_length\": 1}");
    assert_failure(llmrec_text_encoder_load(context, directory, NULL, &encoder), LLMREC_ERR_FORMAT,
                   "sentence_bert_config.json", "\"max_seq_length\" is 1");
    assert_null(encoder);
    llmrec_context_free(context);
}

/* --- items ---------------------------------------------------------------------------------------------------- */

static llmrec_dataset *three_items(llmrec_context *context, const char *last)
{
    static const int64_t sessions[] = {1, 1, 1}, items[] = {7, 8, 9};
    const char *texts[] = {"the hair cream", "blue", "lipstick", "", last, "red"};
    const char *columns[] = {"title", "color"};
    const llmrec_interactions rows = {
        .size = sizeof rows, .rows = 3, .session_numbers = sessions, .item_numbers = items};
    const llmrec_items about = {
        .size = sizeof about, .rows = 3, .numbers = items, .columns = 2, .column_names = columns, .texts = texts};
    llmrec_dataset *dataset = NULL;
    assert_ok(llmrec_dataset_create(context, &rows, &about, NULL, &dataset));
    return dataset;
}

/* Compares rows of the items' table with the vectors of these texts. */
static void check_items(const llmrec_text_encoder *encoder, const llmrec_dataset *dataset,
                        const llmrec_encode_items_options *options, const char *const texts[3])
{
    llmrec_embedding *table = NULL;
    float vectors[3 * DIM], rows[3 * DIM];
    assert_ok(llmrec_text_encoder_encode_items(encoder, dataset, options, &table));
    assert_ok(llmrec_text_encoder_encode(encoder, texts, NULL, 3, vectors));
    assert_ok(llmrec_embedding_copy_rows(table, 0, 3, rows));
    for (size_t i = 0; i < 3 * DIM; i++) assert_true(fabsf(rows[i] - vectors[i]) < 1e-6f);
    assert_int_equal(llmrec_embedding_find(table, "8", 1), 1);
    llmrec_embedding_free(table);
}

static void items_are_encoded_by_the_columns_asked_for(void **state)
{
    static const char *const columns[] = {"color", "title"}, *const unknown[] = {"brand"};
    llmrec_context *context = context_with(2);
    llmrec_text_encoder *encoder = NULL;
    llmrec_encode_items_options options;
    llmrec_embedding *table = NULL;
    (void)state;
    assert_ok(llmrec_text_encoder_load(context, model(context), NULL, &encoder));
    llmrec_dataset *dataset = three_items(context, "unaffable");
    check_items(encoder, dataset, NULL, (const char *const[]){"the hair cream", "lipstick", "unaffable"});
    assert_ok(llmrec_encode_items_options_init(&options, sizeof options));
    options.columns = columns;
    options.column_count = 2;
    check_items(encoder, dataset, &options,
                (const char *const[]){"blue, the hair cream", "lipstick", "red, unaffable"});
    options.columns = unknown;
    options.column_count = 1;
    assert_failure(llmrec_text_encoder_encode_items(encoder, dataset, &options, &table), LLMREC_ERR_ARGUMENT,
                   "\"brand\"", "title, color");
    assert_null(table);
    llmrec_dataset_free(dataset);
    llmrec_text_encoder_free(encoder);
    llmrec_context_free(context);
}

/* A dataset of `count` items from number `first` on, each with a title of its own. */
static llmrec_dataset *night_of(llmrec_context *context, int64_t first, size_t count)
{
    static const char *const words[] = {"hair", "cream", "lipstick", "blue", "able", "red", "the"};
    static const char *const columns[] = {"title"};
    int64_t items[64];
    char titles[64][64];
    const char *texts[64];
    for (size_t i = 0; i < count; i++) {
        const size_t n = (size_t)(items[i] = first + (int64_t)i);
        snprintf(titles[i], sizeof titles[i], "%s %s%s%s", words[n % 7], words[n / 7 % 7], n % 3 == 0 ? " " : "",
                 n % 3 == 0 ? words[n / 3 % 7] : "");
        texts[i] = titles[i];
    }
    const llmrec_interactions rows = {
        .size = sizeof rows, .rows = (int64_t)count, .session_numbers = items, .item_numbers = items};
    const llmrec_items about = {.size = sizeof about,
                                .rows = (int64_t)count,
                                .numbers = items,
                                .columns = 1,
                                .column_names = columns,
                                .texts = texts};
    llmrec_dataset *dataset = NULL;
    assert_ok(llmrec_dataset_create(context, &rows, &about, NULL, &dataset));
    return dataset;
}

static llmrec_status keep_encoded(const llmrec_log_event *event, void *user)
{
    if (strstr(event->message, "items encoded") != NULL) snprintf(user, 512, "%s", event->message);
    return LLMREC_OK;
}

static void new_items_only_are_encoded(void **state)
{
    enum { NIGHTS = 20, EACH = 3, ITEMS = NIGHTS * EACH };
    char said[512] = "";
    llmrec_context_options about;
    llmrec_context *context = NULL;
    llmrec_text_encoder *encoder = NULL;
    llmrec_encode_items_options options;
    llmrec_embedding *known = NULL, *longer = NULL;
    float *whole = malloc(sizeof *whole * ITEMS * DIM), *before = malloc(sizeof *whole * ITEMS * DIM),
          *grown = malloc(sizeof *whole * ITEMS * DIM);
    (void)state;
    assert_ok(llmrec_context_options_init(&about, sizeof about));
    about.log = keep_encoded;
    about.log_user = said;
    assert_ok(llmrec_context_create(&about, &context));
    assert_ok(llmrec_text_encoder_load(context, model(context), NULL, &encoder));
    assert_ok(llmrec_encode_items_options_init(&options, sizeof options));
    llmrec_dataset *data = night_of(context, 0, EACH);
    assert_ok(llmrec_text_encoder_encode_items(encoder, data, &options, &known));
    for (int64_t night = 1; night < NIGHTS; night++) {
        llmrec_dataset *rows = night_of(context, night * EACH, EACH), *joined = NULL;
        assert_ok(llmrec_dataset_append(data, rows, &joined));
        llmrec_dataset_free(rows);
        llmrec_dataset_free(data);
        data = joined;
        options.known = known;
        assert_ok(llmrec_text_encoder_encode_items(encoder, data, &options, &longer));
        assert_ok(llmrec_embedding_copy_rows(known, 0, night * EACH, before));
        assert_ok(llmrec_embedding_copy_rows(longer, 0, night * EACH, grown));
        assert_memory_equal(grown, before, sizeof *grown * (size_t)night * EACH * DIM);
        llmrec_embedding_free(known);
        known = longer;
    }
    assert_string_equal(said, "3 of 60 items encoded; the vectors of 57 are known");
    options.known = NULL;
    assert_ok(llmrec_text_encoder_encode_items(encoder, data, &options, &longer));
    assert_ok(llmrec_embedding_copy_rows(longer, 0, ITEMS, whole));
    assert_ok(llmrec_embedding_copy_rows(known, 0, ITEMS, grown));
    assert_memory_equal(grown, whole, sizeof *grown * ITEMS * DIM);
    llmrec_embedding_free(longer);
    llmrec_embedding_free(known);
    llmrec_dataset_free(data);
    llmrec_text_encoder_free(encoder);
    llmrec_context_free(context);
    free(whole);
    free(before);
    free(grown);
}

/* Encodes six items; `known` has those of even numbers, halved and in falling order, and no vector of item 4. */
static void known_vectors_are_taken_by_id(void **state)
{
    enum { ITEMS = 6 };
    llmrec_context *context = context_with(2);
    llmrec_text_encoder *encoder = NULL;
    llmrec_encode_items_options options;
    llmrec_embedding *table = NULL, *known = NULL, *aligned = NULL, *mixed = NULL;
    llmrec_alignment report;
    float whole[ITEMS * DIM], two[2 * DIM], found[ITEMS * DIM];
    static const char *const ids[] = {"2", "0"};
    (void)state;
    assert_ok(llmrec_text_encoder_load(context, model(context), NULL, &encoder));
    assert_ok(llmrec_encode_items_options_init(&options, sizeof options));
    llmrec_dataset *data = night_of(context, 0, ITEMS), *even = night_of(context, 0, 5);
    assert_ok(llmrec_text_encoder_encode_items(encoder, data, &options, &table));
    assert_ok(llmrec_embedding_copy_rows(table, 0, ITEMS, whole));
    for (size_t j = 0; j < DIM; j++) {
        two[j] = 0.5f * whole[2 * DIM + j];
        two[DIM + j] = 0.5f * whole[j];
    }
    assert_ok(llmrec_embedding_create(context, two, 2, DIM, ids, NULL, NULL, &known));
    report.size = sizeof report;
    assert_ok(llmrec_embedding_align(known, even, LLMREC_ALIGN_ZERO, &report, &aligned));
    for (int i = 0; i < 2; i++) { /* without and with rows whose vector is unknown */
        options.known = i == 0 ? known : aligned;
        assert_ok(llmrec_text_encoder_encode_items(encoder, data, &options, &mixed));
        assert_ok(llmrec_embedding_copy_rows(mixed, 0, ITEMS, found));
        for (size_t item = 0; item < ITEMS; item++)
            for (size_t j = 0; j < DIM; j++)
                assert_true(fabsf(found[item * DIM + j] - (item == 0 || item == 2 ? 0.5f : 1) * whole[item * DIM + j]) <
                            2e-6f);
        llmrec_embedding_free(mixed);
        mixed = NULL;
    }
    options.cache_directory = scratch("");
    assert_failure(llmrec_text_encoder_encode_items(encoder, data, &options, &mixed), LLMREC_ERR_ARGUMENT,
                   "both known and cache_directory are set");
    assert_ok(llmrec_encode_items_options_init(&options, sizeof options));
    llmrec_embedding_free(known);
    assert_ok(llmrec_embedding_create(context, two, 2, DIM, NULL, NULL, NULL, &known));
    options.known = known;
    assert_failure(llmrec_text_encoder_encode_items(encoder, data, &options, &mixed), LLMREC_ERR_ARGUMENT,
                   "known has no ids");
    llmrec_embedding_free(known);
    assert_ok(llmrec_embedding_create(context, two, 2, DIM - 1, ids, NULL, NULL, &known));
    options.known = known;
    assert_failure(llmrec_text_encoder_encode_items(encoder, data, &options, &mixed), LLMREC_ERR_SHAPE,
                   "known has dim");
    llmrec_embedding_free(known);
    llmrec_dataset_free(even);
    even = night_of(context, 10, 3);
    options.known = table;
    assert_failure(llmrec_text_encoder_encode_items(encoder, even, &options, &mixed), LLMREC_ERR_SHAPE,
                   "no item of the interactions is in the table of `known`");
    assert_null(mixed);
    llmrec_embedding_free(aligned);
    llmrec_embedding_free(table);
    llmrec_dataset_free(even);
    llmrec_dataset_free(data);
    llmrec_text_encoder_free(encoder);
    llmrec_context_free(context);
}

/* Finds the only file in the cache directory; returns the number of files. */
static size_t cached(char path[512])
{
    size_t count = 0;
    const char *folder = scratch("cache");
    DIR *directory = opendir(folder);
    assert_non_null(directory);
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;)
        if (entry->d_name[0] != '.') {
            snprintf(path, 512, "%s/%s", folder, entry->d_name);
            count++;
        }
    closedir(directory);
    return count;
}

static llmrec_status keep_warning(const llmrec_log_event *event, void *user)
{
    if (event->level == LLMREC_LOG_WARNING) snprintf(user, 512, "%s", event->message);
    return LLMREC_OK;
}

static void tables_are_kept_by_content_and_replaced_when_damaged(void **state)
{
    static const char *const texts[] = {"the hair cream", "lipstick", "able"}, *const others[] = {texts[0], texts[1],
                                                                                                  "un"};
    char warning[512] = "", path[512] = "";
    llmrec_context_options about;
    llmrec_context *context = NULL;
    llmrec_text_encoder *encoder = NULL;
    llmrec_encode_items_options options;
    struct stat before, after;
    (void)state;
    assert_ok(llmrec_context_options_init(&about, sizeof about));
    about.log = keep_warning;
    about.log_user = warning;
    assert_ok(llmrec_context_create(&about, &context));
    assert_ok(llmrec_text_encoder_load(context, model(context), NULL, &encoder));
    llmrec_dataset *dataset = three_items(context, "able"), *other = three_items(context, "un");
    assert_ok(llmrec_encode_items_options_init(&options, sizeof options));
    options.cache_directory = scratch("cache");
    llmrec_embedding *table = NULL;
    assert_failure(llmrec_text_encoder_encode_items(encoder, dataset, &options, &table), LLMREC_ERR_IO,
                   "cache directory", "No such file");
    mkdir(options.cache_directory, 0777);
    check_items(encoder, dataset, &options, texts);
    assert_int_equal(cached(path), 1);
    assert_int_equal(stat(path, &before), 0);
    check_items(encoder, dataset, &options, texts);
    assert_int_equal(stat(path, &after), 0);
    assert_int_equal(before.st_ino, after.st_ino); /* read, not written again */
    assert_string_equal(warning, "");
    write_text(path, "not a table");
    check_items(encoder, dataset, &options, texts);
    assert_non_null(strstr(warning, path));
    check_items(encoder, other, &options, others);
    assert_int_equal(cached(path), 2);
    llmrec_dataset_free(dataset);
    llmrec_dataset_free(other);
    llmrec_text_encoder_free(encoder);
    llmrec_context_free(context);
}

static llmrec_status stop(const llmrec_progress_event *event, void *user)
{
    snprintf(user, 64, "%s, %d of %d %s", event->stage, (int)event->done, (int)event->total, event->unit);
    return LLMREC_ERR_CALLBACK;
}

static void encoding_can_be_canceled(void **state)
{
    char reported[64] = "";
    llmrec_context_options about;
    llmrec_context *context = NULL;
    llmrec_text_encoder *encoder = NULL;
    const char *text = "hair";
    float vector[DIM];
    (void)state;
    assert_ok(llmrec_context_options_init(&about, sizeof about));
    about.progress = stop;
    about.progress_user = reported;
    assert_ok(llmrec_context_create(&about, &context));
    assert_ok(llmrec_text_encoder_load(context, model(context), NULL, &encoder));
    assert_int_equal(llmrec_text_encoder_encode(encoder, &text, NULL, 1, vector), LLMREC_ERR_CANCELED);
    assert_string_equal(reported, "encode texts, 1 of 1 texts");
    llmrec_text_encoder_free(encoder);
    llmrec_context_free(context);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(vectors_are_those_of_the_reference),
        cmocka_unit_test(pooling_and_normalization_are_as_the_modules_say),
        cmocka_unit_test(half_precision_and_prefixed_weights_are_read_too),
        cmocka_unit_test(a_vector_does_not_depend_on_its_company),
        cmocka_unit_test(options_come_before_the_files),
        cmocka_unit_test(other_models_are_refused_with_what_was_found),
        cmocka_unit_test(damaged_weights_are_refused),
        cmocka_unit_test(other_modules_are_refused_with_what_was_found),
        cmocka_unit_test(items_are_encoded_by_the_columns_asked_for),
        cmocka_unit_test(new_items_only_are_encoded),
        cmocka_unit_test(known_vectors_are_taken_by_id),
        cmocka_unit_test(tables_are_kept_by_content_and_replaced_when_damaged),
        cmocka_unit_test(encoding_can_be_canceled),
    };
    return cmocka_run_group_tests(tests, NULL, remove_scratch);
}
