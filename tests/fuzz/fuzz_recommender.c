/* SPDX-License-Identifier: Apache-2.0 */
/* Recommender files. The first byte says what follows: 0, a whole file; else 16 bytes for the values of arrays, and a
 * description as JSON, of which a sound file with the arrays of every strategy is made: seals and checksums keep damage
 * away from what is behind them, but not an enemy who writes them. */
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

/* What was opened must give an answer. */
static void use(const char *path)
{
    static const int64_t offsets[2] = {0, 1};
    static const int32_t session[1] = {0};
    const llmrec_recommender_parts parts = {.size = sizeof parts, .llm = model()};
    llmrec_recommender *recommender = NULL;
    const char *text = NULL;
    size_t length = 0;
    int32_t found[2], count = 0;
    float scores[2];
    fuzz_check(llmrec_recommender_open(fuzz_context(), path, &parts, &recommender));
    if (recommender == NULL) return;
    fuzz_check(llmrec_recommend(recommender, offsets, session, 1, 2, NULL, found, scores, &count));
    for (int32_t i = 0; i < count; i++)
        fuzz_check(llmrec_recommender_item_title(recommender, found[i], &text, &length));
    fuzz_check(llmrec_recommender_description(recommender, NULL, 0, &length));
    llmrec_recommender_free(recommender);
}

static void must(llmrec_status status)
{
    if (status != LLMREC_OK) abort();
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

/* Numbers of the encoder that the seeds describe. */
static size_t parameters;

static void write_file(const char *path, const uint8_t *values, const void *description, size_t size)
{
    static const char inner[] = "{\"strategy\":\"popularity\",\"items\":3}";
    static const float table[ITEMS * DIM] = {1, 2, 3, 4, -1, 0, 0, 1, 5, -2, .5f, 0};
    const lr_array described = {.name = "description", .type = LR_U8, .rank = 1, .sizes = {size}};
    const lr_array within = {.name = "first_stage.description", .type = LR_U8, .rank = 1, .sizes = {sizeof inner - 1}};
    const lr_array rows = {.name = "table", .type = LR_F32, .rank = 2, .sizes = {ITEMS, DIM}};
    const lr_array square = {.name = "matrix.values", .type = LR_F32, .rank = 2, .sizes = {ITEMS, ITEMS}};
    lr_store *store = NULL;
    must(lr_store_replace(fuzz_context(), path, (lr_store_kind){"recommender", 1}, &store));
    must(lr_store_write(store, &described, description));
    must(lr_store_write(store, &within, inner));
    must(lr_store_write(store, &rows, table));
    put(store, "library", LR_U8, 3, values);
    put(store, "order", LR_I32, ITEMS, values);
    put(store, "scores", LR_F32, ITEMS, values);
    put(store, "first_stage.order", LR_I32, ITEMS, values);
    put(store, "first_stage.scores", LR_F32, ITEMS, values);
    put(store, "named", LR_I64, 1, values + 4);
    put(store, "menu", LR_I32, 2, values + 5);
    put_neighbors(store, values);
    put(store, "parameters", LR_F32, parameters, values);
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
    if (bytes[0] == 0) use(fuzz_file("recommender.h5", bytes + 1, size - 1));
    if (bytes[0] != 0 && size > 1 + VALUES) {
        write_file(fuzz_path("recommender.h5"), bytes + 1, bytes + 1 + VALUES, size - 1 - VALUES);
        use(fuzz_path("recommender.h5"));
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

void fuzz_seeds(seed_fn seed)
{
    static const int64_t sessions[5] = {1, 1, 2, 2, 2}, items[5] = {10, 20, 20, 30, 10};
    static const float values[ITEMS * DIM] = {1, 2, 3, 4, -4, 0.5f, 6, 1, 7, 1, 0, 2};
    static const char *const strategies[] = {
        "popularity",
        "{\"strategy\":\"similarity\",\"options\":{\"reduce\":\"none\"}}",
        "encoder",
        "prompt",
        "{\"strategy\":\"prompt\",\"options\":{\"form\":\"classify\",\"clusters\":2}}",
        "{\"strategy\":\"neighbors\",\"options\":{\"successors_only\":true,\"idf_weighting\":true}}",
        "{\"strategy\":\"neighbors\",\"preset\":\"sknn-emb\"}",
        "cooccurrence",
        "linear",
        "{\"strategy\":\"linear\",\"options\":{\"row_entries\":1}}"};
    const llmrec_interactions rows = {
        .size = sizeof rows, .rows = 5, .session_numbers = sessions, .item_numbers = items};
    static const char *const column[] = {"title"}, *const titles[] = {"one", "two", "three"};
    static const int64_t numbers[] = {10, 20, 30};
    const llmrec_items about = {
        .size = sizeof about, .rows = 3, .numbers = numbers, .columns = 1, .column_names = column, .texts = titles};
    llmrec_recommender_parts parts = {.size = sizeof parts, .llm = model()};
    llmrec_dataset *dataset = NULL;
    llmrec_embedding *table = NULL;
    llmrec_recommender *popular = NULL;
    must(llmrec_dataset_create(fuzz_context(), &rows, &about, NULL, &dataset));
    must(llmrec_embedding_create(fuzz_context(), values, ITEMS, DIM, NULL, NULL, NULL, &table));
    must(llmrec_recommender_create_popularity(dataset, &popular));
    llmrec_encoder *encoder = small_encoder(dataset);
    parameters = (size_t)llmrec_encoder_parameters(encoder);
    parts.dataset = dataset;
    parts.embedding = table;
    parts.encoder = encoder;
    parts.first_stage = popular;
    for (size_t i = 0; i < sizeof strategies / sizeof *strategies; i++) {
        llmrec_recommender *recommender = NULL;
        must(llmrec_recommender_create(&parts, strategies[i], &recommender));
        seed_of(seed, recommender);
    }
    fuzz_forget("recommender.h5");
    llmrec_recommender_free(popular);
    llmrec_encoder_free(encoder);
    llmrec_embedding_free(table);
    llmrec_dataset_free(dataset);
}
