/* SPDX-License-Identifier: Apache-2.0 */
/* Recommender files and descriptions. The first byte says what follows: 0, a whole file; 2, a description from which a
 * recommender is created; else 16 bytes for the values of arrays, and a description as JSON, of which a sound file with
 * the arrays of every strategy is made: seals and checksums keep damage away from what is behind them, but not an enemy
 * who writes them. */
#include "core/store.h"
#include "data/stored.h"
#include "target.h"

enum { ITEMS = 3, DIM = 4, VALUES = 16 };

static llmrec_status answer(const llmrec_completion *completion, void *user)
{
    (void)user;
    for (int64_t i = 0; i < completion->count; i++) fuzz_check(llmrec_completion_answer(completion, i, "A", SIZE_MAX));
    return LLMREC_OK;
}

static llmrec_llm *model(void)
{
    static llmrec_llm *llm;
    if (llm == NULL && llmrec_llm_create_callback(fuzz_context(), answer, NULL, 1, &llm) != LLMREC_OK) abort();
    return llm;
}

static void must(llmrec_status status)
{
    if (status != LLMREC_OK) abort();
}

static llmrec_encoder *small_encoder(const llmrec_dataset *dataset)
{
    llmrec_encoder_options options;
    llmrec_encoder *encoder = NULL;
    must(llmrec_encoder_options_init(&options, sizeof options));
    options.dim = DIM;
    options.layers = 1;
    options.max_length = 4;
    options.output_bias = 0; /* the table has no column for it */
    must(llmrec_encoder_create(dataset, &options, &encoder));
    return encoder;
}

static llmrec_dataset *small_dataset(void)
{
    static const int64_t sessions[5] = {1, 1, 2, 2, 2}, items[5] = {10, 20, 20, 30, 10};
    static const char *const column[] = {"title"}, *const titles[] = {"one", "two", "three"};
    static const int64_t numbers[] = {10, 20, 30};
    const llmrec_interactions rows = {
        .size = sizeof rows, .rows = 5, .session_numbers = sessions, .item_numbers = items};
    const llmrec_items about = {
        .size = sizeof about, .rows = 3, .numbers = numbers, .columns = 1, .column_names = column, .texts = titles};
    llmrec_dataset *dataset = NULL;
    must(llmrec_dataset_create(fuzz_context(), &rows, &about, NULL, &dataset));
    return dataset;
}

/* What recommenders are created from; it is made once. */
static const llmrec_recommender_parts *small_parts(void)
{
    static const float values[ITEMS * DIM] = {1, 2, 3, 4, -4, 0.5f, 6, 1, 7, 1, 0, 2};
    static llmrec_recommender_parts parts;
    llmrec_dataset *dataset = NULL;
    llmrec_embedding *table = NULL;
    if (parts.size != 0) return &parts;
    dataset = small_dataset();
    must(llmrec_embedding_create(fuzz_context(), values, ITEMS, DIM, NULL, NULL, NULL, &table));
    parts = (llmrec_recommender_parts){.size = sizeof parts,
                                       .dataset = dataset,
                                       .embedding = table,
                                       .encoder = small_encoder(dataset),
                                       .llm = model()};
    return &parts;
}

/* A recommender must give an answer. */
static void ask(llmrec_recommender *recommender)
{
    static const int64_t offsets[3] = {0, 1, 3};
    static const int32_t sessions[3] = {0, 2, 1};
    const char *text = NULL;
    size_t length = 0;
    int32_t found[2 * ITEMS], counts[2] = {0};
    float scores[2 * ITEMS];
    if (recommender == NULL) return;
    fuzz_check(llmrec_recommend(recommender, offsets, sessions, 2, 2, NULL, found, scores, counts));
    for (int32_t i = 0; i < counts[0]; i++)
        fuzz_check(llmrec_recommender_item_title(recommender, found[i], &text, &length));
    fuzz_check(llmrec_score(recommender, offsets, sessions, 2, NULL, sessions, ITEMS, scores));
    fuzz_check(llmrec_recommender_description(recommender, NULL, 0, &length));
    llmrec_recommender_free(recommender);
}

static void use_file(const char *path)
{
    const llmrec_recommender_parts parts = {.size = sizeof parts, .llm = model()};
    llmrec_recommender *recommender = NULL;
    fuzz_check(llmrec_recommender_open(fuzz_context(), path, &parts, &recommender));
    ask(recommender);
}

static void use_description(const uint8_t *bytes, size_t size)
{
    llmrec_recommender *recommender = NULL;
    char *text = malloc(size + 1);
    if (text == NULL) abort();
    memcpy(text, bytes, size);
    text[size] = '\0';
    fuzz_check(llmrec_recommender_create(small_parts(), text, &recommender));
    free(text);
    ask(recommender);
}

static lr_span text_at(const void *of, size_t index)
{
    static const char *const texts[ITEMS] = {"one", "two", "three"};
    (void)of;
    return (lr_span){texts[index], strlen(texts[index])};
}

static void put(lr_store *store, const char *name, lr_type type, size_t count, const uint8_t *values)
{
    const lr_array array = {.name = name, .type = type, .rank = 1, .sizes = {count}};
    static uint8_t bytes[1 << 14];
    const size_t size = count * lr_type_size(type);
    for (size_t i = 0; i < size; i++)
        bytes[i] = i % lr_type_size(type) == 0 ? values[i / lr_type_size(type) % VALUES] : 0;
    must(lr_store_write(store, &array, bytes));
}

/* Lists of one number each, or of more; the second one may begin anywhere. */
static size_t put_lists(lr_store *store, const char *name, const char *numbers, const uint8_t *values)
{
    const size_t each = 1 + values[14] % 3, count = ITEMS * each;
    int64_t offsets[ITEMS + 1];
    uint8_t rising[VALUES];
    char text[32];
    const lr_array array = {.name = text, .type = LR_I64, .rank = 1, .sizes = {ITEMS + 1}};
    for (size_t i = 0; i <= ITEMS; i++) offsets[i] = (int64_t)(i * each);
    for (size_t i = 0; i < VALUES; i++) rising[i] = (uint8_t)(values[15] + i % each);
    offsets[1] += (int8_t)values[13];
    snprintf(text, sizeof text, "%s.offsets", name);
    must(lr_store_write(store, &array, offsets));
    snprintf(text, sizeof text, "%s.%s", name, numbers);
    put(store, text, LR_I32, count, rising);
    return count;
}

/* What neighbors and co-occurrence have. */
static void put_neighbors(lr_store *store, const uint8_t *values)
{
    static const float vectors[ITEMS * DIM] = {1, 2, 3, 4, -1, 0, 0, 1, 5, -2, .5f, 0};
    const lr_array rows = {.name = "session_vectors", .type = LR_F32, .rank = 2, .sizes = {ITEMS, DIM}};
    uint8_t counts[VALUES];
    memset(counts, values[12], sizeof counts);
    must(lr_store_set_integer(store, "sessions", ITEMS));
    must(lr_store_write(store, &rows, vectors));
    (void)put_lists(store, "item_sessions", "values", values);
    (void)put_lists(store, "session_items", "values", values);
    (void)put_lists(store, "following", "values", values);
    put(store, "pair_counts", LR_I64, put_lists(store, "pairs", "values", values), counts);
    put(store, "item_rows", LR_I64, ITEMS, values);
}

/* A recommender by popularity within another one. */
static void put_popularity(lr_store *store, const char *prefix, const uint8_t *values)
{
    static const char text[] = "{\"strategy\":\"popularity\",\"items\":3,\"options\":{}}";
    char name[64];
    const lr_array described = {.name = name, .type = LR_U8, .rank = 1, .sizes = {sizeof text - 1}};
    snprintf(name, sizeof name, "%s.description", prefix);
    must(lr_store_write(store, &described, text));
    snprintf(name, sizeof name, "%s.order", prefix);
    put(store, name, LR_I32, ITEMS, values);
    snprintf(name, sizeof name, "%s.scores", prefix);
    put(store, name, LR_F32, ITEMS, values);
}

/* What recommenders made of others have: a first stage, and two recommenders, of which one has two. */
static void put_inner(lr_store *store, const uint8_t *values)
{
    static const char text[] = "{\"strategy\":\"concat\",\"items\":3,\"options\":{}}";
    const lr_array described = {
        .name = "recommenders.1.description", .type = LR_U8, .rank = 1, .sizes = {sizeof text - 1}};
    must(lr_store_write(store, &described, text));
    must(lr_store_set_integer(store, "recommenders", values[12]));
    must(lr_store_set_integer(store, "recommenders.1.recommenders", 2));
    put_popularity(store, "first_stage", values);
    put_popularity(store, "recommenders.0", values);
    put_popularity(store, "recommenders.1.recommenders.0", values);
    put_popularity(store, "recommenders.1.recommenders.1", values);
    put(store, "popular", LR_U8, ITEMS, values);
}

static void write_file(const char *path, const uint8_t *values, const void *description, size_t size)
{
    static const float table[ITEMS * DIM] = {1, 2, 3, 4, -1, 0, 0, 1, 5, -2, .5f, 0};
    const lr_array described = {.name = "description", .type = LR_U8, .rank = 1, .sizes = {size}};
    const lr_array rows = {.name = "table", .type = LR_F32, .rank = 2, .sizes = {ITEMS, DIM}};
    const lr_array square = {.name = "matrix.values", .type = LR_F32, .rank = 2, .sizes = {ITEMS, ITEMS}};
    lr_store *store = NULL;
    must(lr_store_replace(fuzz_context(), path, (lr_store_kind){"recommender", 1}, &store));
    must(lr_store_write(store, &described, description));
    must(lr_store_write(store, &rows, table));
    put(store, "library", LR_U8, 3, values);
    put(store, "order", LR_I32, ITEMS, values);
    put(store, "scores", LR_F32, ITEMS, values);
    put(store, "named", LR_I64, 1, values + 4);
    put(store, "menu", LR_I32, 2, values + 5);
    put_neighbors(store, values);
    put_inner(store, values);
    put(store, "parameters", LR_F32, (size_t)llmrec_encoder_parameters(small_parts()->encoder), values);
    if (values[13] % 2 == 0) put(store, "matrix.values", LR_F32, put_lists(store, "matrix", "columns", values), values);
    else must(lr_store_write(store, &square, table));
    must(lr_texts_write(fuzz_context(), store, "item_ids", (lr_spans){ITEMS, text_at, NULL}));
    must(lr_texts_write(fuzz_context(), store, "item_titles", (lr_spans){ITEMS, text_at, NULL}));
    must(lr_texts_write(fuzz_context(), store, "names", (lr_spans){ITEMS, text_at, NULL}));
    must(lr_store_set_integer(store, "item_numbers", values[8] % 2));
    must(lr_store_set_integer(store, "table.dtype", values[9]));
    must(lr_store_set_integer(store, "adapter", values[10]));
    must(lr_store_set_integer(store, "text_encoder", values[11]));
    must(lr_store_set_integer(store, "menu_count", values[12]));
    must(lr_store_commit(&store));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    if (size == 0) return 0;
    if (bytes[0] == 0) use_file(fuzz_file("recommender.h5", bytes + 1, size - 1));
    else if (bytes[0] == 2) use_description(bytes + 1, size - 1);
    else if (size > 1 + VALUES) {
        write_file(fuzz_path("recommender.h5"), bytes + 1, bytes + 1 + VALUES, size - 1 - VALUES);
        use_file(fuzz_path("recommender.h5"));
    }
    fuzz_forget("recommender.h5");
    return 0;
}

/* A description as the library writes it, behind values that go with it. */
static void seed_description(seed_fn seed, const llmrec_recommender *recommender)
{
    static const uint8_t values[VALUES] = {2, 0, 1, 0, 7, 0, 1, 0, 0, 0, 0, 0, 2};
    static uint8_t bytes[1 << 14];
    size_t length = 0;
    bytes[0] = 1;
    memcpy(bytes + 1, values, VALUES);
    must(llmrec_recommender_description(recommender, (char *)bytes + 1 + VALUES, sizeof bytes - 1 - VALUES, &length));
    seed(bytes, 1 + VALUES + length);
}

static void seed_of(seed_fn seed, llmrec_recommender *recommender)
{
    seed_description(seed, recommender);
    must(llmrec_recommender_save(recommender, fuzz_path("recommender.h5")));
    fuzz_seed_file(seed, 0, fuzz_path("recommender.h5"));
    llmrec_recommender_free(recommender);
}

/* What a recommender is created from. */
static void seed_text(seed_fn seed, const char *text)
{
    uint8_t bytes[512] = {2};
    const size_t length = strlen(text);
    if (length >= sizeof bytes) abort();
    memcpy(bytes + 1, text, length);
    seed(bytes, 1 + length);
}

void fuzz_seeds(seed_fn seed)
{
    static const char *const descriptions[] = {
        "popularity",
        "{\"strategy\":\"similarity\",\"options\":{\"reduce\":\"none\"}}",
        "encoder",
        "{\"strategy\":\"prompt\",\"parts\":{\"first_stage\":{\"strategy\":\"popularity\"}}}",
        "{\"strategy\":\"prompt\",\"options\":{\"form\":\"classify\",\"clusters\":2}}",
        "{\"strategy\":\"neighbors\",\"options\":{\"successors_only\":true,\"idf_weighting\":true}}",
        "{\"strategy\":\"neighbors\",\"preset\":\"sknn-emb\"}",
        "cooccurrence",
        "linear",
        "{\"strategy\":\"linear\",\"options\":{\"row_entries\":1}}",
        "{\"strategy\":\"blend\",\"options\":{\"weights\":\"1 0.5\",\"depth\":2},\"parts\":{\"recommenders\":["
        "{\"strategy\":\"similarity\",\"options\":{\"reduce\":\"none\"}},{\"strategy\":\"popularity\"}]}}",
        "{\"strategy\":\"switch\",\"parts\":{\"recommenders\":[{\"strategy\":\"popularity\"},"
        "{\"strategy\":\"concat\",\"options\":{\"confidence\":0.5},\"parts\":{\"recommenders\":["
        "{\"strategy\":\"popularity\"},{\"strategy\":\"cooccurrence\"}]}}]}}",
        "{\"strategy\":\"rerank\",\"parts\":{\"first_stage\":{\"strategy\":\"popularity\"}}}",
        "{\"strategy\":\"rerank\",\"preset\":\"boz2024_beauty\",\"parts\":{\"first_stage\":{\"strategy\":\"linear\"}}}",
        "{\"strategy\":\"rerank\",\"options\":{\"method\":\"diversity\"},\"parts\":{\"first_stage\":"
        "{\"strategy\":\"popularity\"}}}"};
    for (size_t i = 0; i < sizeof descriptions / sizeof *descriptions; i++) {
        llmrec_recommender *recommender = NULL;
        must(llmrec_recommender_create(small_parts(), descriptions[i], &recommender));
        seed_text(seed, descriptions[i]);
        seed_of(seed, recommender);
    }
    fuzz_forget("recommender.h5");
}
