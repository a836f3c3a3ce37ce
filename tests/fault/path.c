/* SPDX-License-Identifier: Apache-2.0 */
/* The steps of the main path: what each one makes, reads and writes. */
#include "path.h"

#include <zlib.h>

/* --- the files ------------------------------------------------------------------------------------------------- */

const char *path_file(const char *name)
{
    return scratch(name);
}

static int item_of(int row)
{
    return (row * 7 + row / 6 * 5) % ITEMS; /* no item twice in a session */
}

static void write_rows(const char *name, const char *header, const char *format)
{
    FILE *file = fopen(scratch(name), "w");
    assert_non_null(file);
    fputs(header, file);
    for (int row = 0; row < ROWS; row++) fprintf(file, format, row / 6, item_of(row), row);
    assert_int_equal(fclose(file), 0);
}

static void write_sequences(const char *name)
{
    FILE *file = fopen(scratch(name), "w");
    assert_non_null(file);
    for (int row = 0; row < ROWS; row++) fprintf(file, "i%d%s", item_of(row), row % 6 == 5 ? "\n" : " ");
    assert_int_equal(fclose(file), 0);
}

static void write_gzip(const char *from, const char *to)
{
    size_t size = 0;
    unsigned char *bytes = read_bytes(scratch(from), &size);
    gzFile file = gzopen(scratch(to), "wb");
    assert_non_null(file);
    assert_int_equal(gzwrite(file, bytes, (unsigned)size), (int)size);
    assert_int_equal(gzclose(file), Z_OK);
    free(bytes);
}

static float value_of(int row, int column)
{
    return (float)((row * 31 + column * 17 + row * column) % 23 - 11) / 7.0f;
}

static void write_vectors(const char *name)
{
    FILE *file = fopen(scratch(name), "w");
    assert_non_null(file);
    fputs("id,a,b\n", file);
    for (int row = 0; row < ITEMS; row++) fprintf(file, "i%d,%d.5,-%d\n", row, row, row % 5);
    assert_int_equal(fclose(file), 0);
}

int path_prepare(void **state)
{
    (void)state;
    FILE *items = fopen(scratch("items.csv"), "w");
    assert_non_null(items);
    fputs("id,title,genre\n", items);
    for (int item = 0; item < ITEMS; item++) fprintf(items, "i%d,\"Title, the %dth\",genre %d\n", item, item, item % 3);
    assert_int_equal(fclose(items), 0);
    write_rows("rows.csv", "session_id,item_id,timestamp\n", "s%d,i%d,%d\n");
    write_rows("rows.jsonl", "", "{\"session_id\": \"s%d\", \"item_id\": \"i%d\", \"timestamp\": %d}\n");
    write_rows("rows.inter", "session_id:token\titem_id:token\ttimestamp:float\n", "s%d\ti%d\t%d\n");
    write_sequences("rows.txt");
    write_gzip("rows.csv", "rows.csv.gz");
    write_vectors("vectors.csv");
    path_write_encoded();
    path_write_model();
    return 0;
}

/* --- data sets ------------------------------------------------------------------------------------------------- */

static llmrec_context *context_of(const path_world *world)
{
    return world->made[OPEN_CONTEXT].context;
}

static llmrec_status open_context(path_world *world, path_handle *made)
{
    return llmrec_context_create(&world->options, &made->context);
}

static llmrec_status load_csv(path_world *world, path_handle *made)
{
    return llmrec_dataset_load(context_of(world), scratch("rows.csv"), scratch("items.csv"), NULL, &made->dataset);
}

static llmrec_status load_gzip(path_world *world, path_handle *made)
{
    llmrec_dataset_options options;
    assert_ok(llmrec_dataset_options_init(&options, sizeof options));
    options.min_session_rows = options.min_item_rows = 2;
    options.duplicates = LLMREC_DUPLICATES_DROP_REPEATS;
    return llmrec_dataset_load(context_of(world), scratch("rows.csv.gz"), NULL, &options, &made->dataset);
}

static llmrec_status load_jsonl(path_world *world, path_handle *made)
{
    return llmrec_dataset_load(context_of(world), scratch("rows.jsonl"), NULL, NULL, &made->dataset);
}

static llmrec_status load_recbole(path_world *world, path_handle *made)
{
    return llmrec_dataset_load(context_of(world), scratch("rows.inter"), NULL, NULL, &made->dataset);
}

static llmrec_status load_sequences(path_world *world, path_handle *made)
{
    return llmrec_dataset_load(context_of(world), scratch("rows.txt"), NULL, NULL, &made->dataset);
}

static llmrec_status create_dataset(path_world *world, path_handle *made)
{
    static const int64_t sessions[6] = {1, 1, 1, 2, 2, 2};
    static const char *const items[6] = {"a", "b", "c", "b", "c", "a"}, *const ids[3] = {"a", "b", "d"};
    static const char *const names[1] = {"title"}, *const titles[3] = {"A", "B", NULL};
    static const double times[6] = {1, 2, 3, 6, 5, 4};
    const llmrec_interactions rows = {
        .size = sizeof rows, .rows = 6, .session_numbers = sessions, .item_ids = items, .times = times};
    const llmrec_items table = {
        .size = sizeof table, .rows = 3, .ids = ids, .columns = 1, .column_names = names, .texts = titles};
    return llmrec_dataset_create(context_of(world), &rows, &table, NULL, &made->dataset);
}

static llmrec_status save_dataset(path_world *world, path_handle *made)
{
    (void)made;
    return llmrec_dataset_save(world->made[LOAD_CSV].dataset, scratch("dataset.h5"));
}

static llmrec_status open_dataset(path_world *world, path_handle *made)
{
    return llmrec_dataset_open(context_of(world), scratch("dataset.h5"), &made->dataset);
}

static llmrec_status describe(path_world *world, path_handle *made)
{
    llmrec_dataset_statistics statistics = {.size = sizeof statistics};
    (void)made;
    return llmrec_dataset_describe(world->made[OPEN_DATASET].dataset, &statistics);
}

static llmrec_status copy_sessions(path_world *world, path_handle *made)
{
    const llmrec_dataset *dataset = world->made[LOAD_CSV].dataset;
    (void)made;
    const llmrec_status status = llmrec_dataset_item_counts(dataset, world->item_counts);
    if (status != LLMREC_OK) return status;
    return llmrec_dataset_copy_sessions(dataset, 0, SESSIONS, world->offsets, world->items, NULL, ROWS, NULL);
}

static llmrec_status split(path_world *world, int64_t part, path_handle *made)
{
    llmrec_split_options options;
    assert_ok(llmrec_split_options_init(&options, sizeof options));
    return llmrec_dataset_split(world->made[LOAD_CSV].dataset, &options, part, &made->dataset);
}

static llmrec_status train(path_world *world, path_handle *made)
{
    return split(world, LLMREC_PART_TRAIN, made);
}

static llmrec_status held_out(path_world *world, path_handle *made)
{
    return split(world, LLMREC_PART_TEST, made);
}

/* --- tables ---------------------------------------------------------------------------------------------------- */

static llmrec_status create_table(path_world *world, path_handle *made)
{
    float values[ITEMS * DIM];
    char texts[ITEMS][8];
    const char *ids[ITEMS];
    for (int row = 0; row < ITEMS; row++) {
        snprintf(texts[row], sizeof texts[row], "i%d", row);
        ids[row] = texts[row];
        for (int column = 0; column < DIM; column++) values[row * DIM + column] = value_of(row, column);
    }
    return llmrec_embedding_create(context_of(world), values, ITEMS, DIM, ids, NULL, NULL, &made->embedding);
}

static llmrec_status save_h5(path_world *world, path_handle *made)
{
    (void)made;
    return llmrec_embedding_save(world->made[CREATE_TABLE].embedding, scratch("table.h5"));
}

static llmrec_status save_npy(path_world *world, path_handle *made)
{
    (void)made;
    return llmrec_embedding_save(world->made[CREATE_TABLE].embedding, scratch("table.npy"));
}

static llmrec_status save_safetensors(path_world *world, path_handle *made)
{
    (void)made;
    return llmrec_embedding_save(world->made[CREATE_TABLE].embedding, scratch("table.safetensors"));
}

static llmrec_status read_table(path_world *world, const char *name, path_handle *made)
{
    return llmrec_embedding_load(context_of(world), scratch(name), NULL, &made->embedding);
}

static llmrec_status read_h5(path_world *world, path_handle *made)
{
    return llmrec_embedding_open(context_of(world), scratch("table.h5"), NULL, &made->embedding);
}

static llmrec_status read_npy(path_world *world, path_handle *made)
{
    llmrec_embedding_options options;
    assert_ok(llmrec_embedding_options_init(&options, sizeof options));
    options.ids_path = scratch("items.csv");
    options.dtype = LLMREC_DTYPE_FLOAT16;
    return llmrec_embedding_load(context_of(world), scratch("table.npy"), &options, &made->embedding);
}

static llmrec_status read_safetensors(path_world *world, path_handle *made)
{
    return read_table(world, "table.safetensors", made);
}

static llmrec_status read_csv(path_world *world, path_handle *made)
{
    return read_table(world, "vectors.csv", made);
}

static llmrec_status align(path_world *world, path_handle *made)
{
    return llmrec_embedding_align(world->made[CREATE_TABLE].embedding, world->made[LOAD_CSV].dataset, LLMREC_ALIGN_ZERO,
                                  NULL, &made->embedding);
}

static llmrec_status open_encoder(path_world *world, path_handle *made)
{
    return llmrec_text_encoder_load(context_of(world), scratch(""), NULL, &made->encoder);
}

static llmrec_status tokenize(path_world *world, path_handle *made)
{
    (void)made;
    return llmrec_text_encoder_tokenize(world->made[OPEN_ENCODER].encoder, "Title, the 4th", SIZE_MAX, world->tokens,
                                        64, &world->count);
}

static llmrec_status encode(path_world *world, path_handle *made)
{
    static const char *const texts[3] = {"Title, the 4th", "", "something else"};
    (void)made;
    return llmrec_text_encoder_encode(world->made[OPEN_ENCODER].encoder, texts, NULL, 3, world->vectors);
}

static llmrec_status encode_items_with(path_world *world, const char *cache, path_handle *made)
{
    llmrec_encode_items_options options;
    assert_ok(llmrec_encode_items_options_init(&options, sizeof options));
    options.cache_directory = cache;
    return llmrec_text_encoder_encode_items(world->made[OPEN_ENCODER].encoder, world->made[LOAD_CSV].dataset, &options,
                                            &made->embedding);
}

static llmrec_status encode_items(path_world *world, path_handle *made)
{
    return encode_items_with(world, NULL, made);
}

static llmrec_status encode_cached(path_world *world, path_handle *made)
{
    return encode_items_with(world, scratch(""), made);
}

static llmrec_status fit_with(path_world *world, int64_t method, path_handle *made)
{
    llmrec_reducer_options options;
    assert_ok(llmrec_reducer_options_init(&options, sizeof options));
    options.method = method;
    options.dim = 4;
    return llmrec_reducer_fit(world->made[ALIGN].embedding, &options, &made->reducer);
}

static llmrec_status fit(path_world *world, path_handle *made)
{
    return fit_with(world, LLMREC_REDUCE_WHITEN, made);
}

static llmrec_status fit_random(path_world *world, path_handle *made)
{
    return fit_with(world, LLMREC_REDUCE_RANDOM, made);
}

static llmrec_status save_reducer(path_world *world, path_handle *made)
{
    (void)made;
    return llmrec_reducer_save(world->made[FIT].reducer, scratch("reducer.h5"));
}

static llmrec_status open_reducer(path_world *world, path_handle *made)
{
    return llmrec_reducer_open(context_of(world), scratch("reducer.h5"), &made->reducer);
}

static llmrec_status apply(path_world *world, path_handle *made)
{
    return llmrec_reducer_apply(world->made[OPEN_REDUCER].reducer, world->made[ALIGN].embedding, &made->embedding);
}

/* --- recommendations and figures ------------------------------------------------------------------------------- */

static llmrec_status popularity(path_world *world, path_handle *made)
{
    return llmrec_recommender_create_popularity(world->made[TRAIN].dataset, &made->recommender);
}

static llmrec_status similarity(path_world *world, path_handle *made)
{
    llmrec_similarity_options options;
    assert_ok(llmrec_similarity_options_init(&options, sizeof options));
    options.reduce = LLMREC_REDUCE_NONE;
    return llmrec_recommender_create_similarity(world->made[ALIGN].embedding, &options, &made->recommender);
}

static llmrec_status whitened(path_world *world, path_handle *made)
{
    return llmrec_recommender_create_similarity(world->made[ALIGN].embedding, NULL, &made->recommender);
}

static llmrec_status save_popular(path_world *world, path_handle *made)
{
    (void)made;
    return llmrec_recommender_save(world->made[POPULARITY].recommender, scratch("popular.h5"));
}

static llmrec_status open_popular(path_world *world, path_handle *made)
{
    return llmrec_recommender_open(context_of(world), scratch("popular.h5"), NULL, &made->recommender);
}

static llmrec_status save_similar(path_world *world, path_handle *made)
{
    (void)made;
    return llmrec_recommender_save(world->made[WHITENED].recommender, scratch("similar.h5"));
}

static llmrec_status open_similar(path_world *world, path_handle *made)
{
    return llmrec_recommender_open(context_of(world), scratch("similar.h5"), NULL, &made->recommender);
}

/* An encoder becomes a recommender, and that a file. */
static llmrec_status save_network(path_world *world, path_handle *made)
{
    llmrec_encoder_options options;
    llmrec_encoder *encoder = NULL;
    llmrec_recommender *recommender = NULL;
    (void)made;
    assert_ok(llmrec_encoder_options_init(&options, sizeof options));
    options.dim = 8;
    options.layers = 1;
    options.max_length = 4;
    llmrec_status status = llmrec_encoder_create(world->made[TRAIN].dataset, &options, &encoder);
    if (status == LLMREC_OK) status = llmrec_recommender_create_encoder(encoder, &recommender);
    if (status == LLMREC_OK) status = llmrec_recommender_save(recommender, scratch("network.h5"));
    llmrec_recommender_free(recommender);
    llmrec_encoder_free(encoder);
    return status;
}

static llmrec_status open_network(path_world *world, path_handle *made)
{
    return llmrec_recommender_open(context_of(world), scratch("network.h5"), NULL, &made->recommender);
}

static llmrec_status rebuild(path_world *world, path_handle *made)
{
    const llmrec_recommender_parts parts = {
        .size = sizeof parts, .dataset = world->made[TRAIN].dataset, .embedding = world->made[ALIGN].embedding};
    return llmrec_recommender_create(&parts, "{\"strategy\":\"similarity\",\"options\":{\"reduce\":\"none\"}}",
                                     &made->recommender);
}

static llmrec_status recommend(path_world *world, path_handle *made)
{
    (void)made;
    return llmrec_recommend(world->made[SIMILARITY].recommender, world->offsets, world->items, SESSIONS, K, NULL,
                            world->recommended, world->scores, world->counts);
}

static llmrec_status session(path_world *world, path_handle *made)
{
    static const char *const ids[3] = {"i1", "nothing like it", "i2"};
    llmrec_session *session = NULL;
    (void)made;
    llmrec_status status = llmrec_session_create(world->made[SIMILARITY].recommender, &session);
    if (status == LLMREC_OK) status = llmrec_session_append(session, world->items, 5);
    if (status == LLMREC_OK) status = llmrec_session_append_ids(session, ids, NULL, 3, NULL);
    if (status == LLMREC_OK)
        status = llmrec_session_recommend(session, K, NULL, world->recommended, world->scores, world->counts);
    llmrec_session_free(session);
    return status;
}

static llmrec_status recommend_ids(path_world *world, path_handle *made)
{
    static const int64_t offsets[3] = {0, 2, 4};
    static const char *const ids[4] = {"i1", "nothing like it", "i2", "i3"};
    int64_t unknown[2];
    (void)made;
    return llmrec_recommend_ids(world->made[POPULARITY].recommender, offsets, ids, NULL, 2, K, NULL, world->recommended,
                                world->scores, world->counts, unknown);
}

static llmrec_status evaluate(path_world *world, path_handle *made)
{
    return llmrec_evaluate(world->made[SIMILARITY].recommender, world->made[TRAIN].dataset, world->made[TEST].dataset,
                           NULL, &made->report);
}

static llmrec_status evaluate_lists(path_world *world, path_handle *made)
{
    static const int64_t list_offsets[3] = {0, 3, 5}, target_offsets[3] = {0, 1, 2};
    static const int32_t lists[5] = {1, 2, 3, 4, 5}, targets[2] = {2, 9};
    return llmrec_evaluate_lists(context_of(world), 2, ITEMS, list_offsets, lists, NULL, target_offsets, targets, NULL,
                                 &made->report);
}

static llmrec_status mean_report(path_world *world, path_handle *made)
{
    const llmrec_report *const reports[2] = {world->made[EVALUATE].report, world->made[EVALUATE].report};
    return llmrec_report_mean(reports, 2, &made->report);
}

static const char *const report_names[2] = {"similarity", "lists"};

static llmrec_status format_report(path_world *world, path_handle *made)
{
    const llmrec_report *const reports[2] = {world->made[EVALUATE].report, world->made[EVALUATE_LISTS].report};
    (void)made;
    return llmrec_report_format(reports, report_names, 2, LLMREC_LAYOUT_TABLE, world->text, TEXT_SIZE, &world->length);
}

static llmrec_status save_report(path_world *world, path_handle *made)
{
    const llmrec_report *const reports[2] = {world->made[EVALUATE].report, world->made[EVALUATE_LISTS].report};
    (void)made;
    return llmrec_report_save(reports, report_names, 2, scratch("report.json"));
}

const path_step steps[] = {
    [OPEN_CONTEXT] = {"a context is made", CONTEXT, open_context, NULL, NULL, false},
    [LOAD_CSV] = {"interactions and items are read from CSV", DATASET, load_csv, "rows.csv", NULL, false},
    [LOAD_GZIP] = {"interactions are read from gzipped CSV", DATASET, load_gzip, "rows.csv.gz", NULL, false},
    [LOAD_JSONL] = {"interactions are read from JSON lines", DATASET, load_jsonl, "rows.jsonl", NULL, false},
    [LOAD_RECBOLE] = {"interactions are read from an atomic file", DATASET, load_recbole, "rows.inter", NULL, false},
    [LOAD_SEQUENCES] = {"interactions are read from sequences", DATASET, load_sequences, "rows.txt", NULL, false},
    [LOAD_BZIP2] = {"interactions are read from bzip2", DATASET, path_load_bzip2, "rows.csv.bz2", NULL, false},
    [LOAD_ZIP] = {"interactions are read from a zip archive", DATASET, path_load_zip, "rows.zip", NULL, false},
    [LOAD_UTF16] = {"interactions are read from UTF-16", DATASET, path_load_utf16, "utf16.csv", NULL, false},
    [LOAD_WINDOWS] = {"interactions are read from Windows-1252", DATASET, path_load_windows, "windows.csv", NULL,
                      false},
    [CREATE_DATASET] = {"a data set is made of arrays", DATASET, create_dataset, NULL, NULL, false},
    [CREATE_ARROW] = {"a data set is made of frames", DATASET, path_create_arrow, NULL, NULL, false},
    [SAVE_DATASET] = {"a data set is saved", NOTHING, save_dataset, NULL, "dataset.h5", false},
    [OPEN_DATASET] = {"a data set is opened", DATASET, open_dataset, "dataset.h5", NULL, false},
    [DESCRIBE] = {"a data set is described", NOTHING, describe, NULL, NULL, false},
    [COPY_SESSIONS] = {"sessions are copied", NOTHING, copy_sessions, NULL, NULL, false},
    [CUT] = {"histories are cut into sessions", DATASET, path_cut, "rows.csv", NULL, false},
    [APPEND] = {"new rows go on in sessions", DATASET, path_append, NULL, NULL, false},
    [SAVE_CUT] = {"sessions of histories are saved", NOTHING, path_save_cut, NULL, "cut.h5", false},
    [OPEN_CUT] = {"sessions of histories are opened", DATASET, path_open_cut, "cut.h5", NULL, false},
    [TRAIN] = {"the train part is split off", DATASET, train, NULL, NULL, false},
    [TEST] = {"the test part is split off", DATASET, held_out, NULL, NULL, false},
    [CREATE_TABLE] = {"a table is made of an array", EMBEDDING, create_table, NULL, NULL, false},
    [SAVE_H5] = {"a table is saved as HDF5", NOTHING, save_h5, NULL, "table.h5", false},
    [SAVE_NPY] = {"a table is saved as npy", NOTHING, save_npy, NULL, "table.npy", false},
    [SAVE_SAFETENSORS] = {"a table is saved as safetensors", NOTHING, save_safetensors, NULL, "table.safetensors",
                          false},
    [READ_H5] = {"a table is mapped from HDF5", EMBEDDING, read_h5, "table.h5", NULL, false},
    [READ_NPY] = {"a table is read from npy", EMBEDDING, read_npy, "table.npy", NULL, false},
    [READ_SAFETENSORS] = {"a table is read from safetensors", EMBEDDING, read_safetensors, "table.safetensors", NULL,
                          false},
    [READ_CSV] = {"a table is read from CSV", EMBEDDING, read_csv, "vectors.csv", NULL, false},
    [ALIGN] = {"a table is aligned to a data set", EMBEDDING, align, NULL, NULL, false},
    [OPEN_ENCODER] = {"a text encoder is opened", ENCODER, open_encoder, "config.json", NULL, false},
    [TOKENIZE] = {"a text becomes tokens", NOTHING, tokenize, NULL, NULL, false},
    [ENCODE] = {"texts become vectors", NOTHING, encode, NULL, NULL, true},
    [ENCODE_ITEMS] = {"items become vectors", EMBEDDING, encode_items, NULL, NULL, true},
    [ENCODE_CACHED] = {"items become vectors once", EMBEDDING, encode_cached, "the cache", NULL, true},
    [ENCODE_UNKNOWN] = {"new items become vectors", EMBEDDING, path_encode_unknown, NULL, NULL, true},
    [FIT] = {"a whitening is fitted", REDUCER, fit, NULL, NULL, false},
    [FIT_RANDOM] = {"a random projection is made", REDUCER, fit_random, NULL, NULL, false},
    [SAVE_REDUCER] = {"a reducer is saved", NOTHING, save_reducer, NULL, "reducer.h5", false},
    [OPEN_REDUCER] = {"a reducer is opened", REDUCER, open_reducer, "reducer.h5", NULL, false},
    [APPLY] = {"a reducer is applied", EMBEDDING, apply, NULL, NULL, false},
    [POPULARITY] = {"a popularity recommender is made", RECOMMENDER, popularity, NULL, NULL, false},
    [SIMILARITY] = {"a similarity recommender is made", RECOMMENDER, similarity, NULL, NULL, false},
    [WHITENED] = {"a similarity recommender whitens its table", RECOMMENDER, whitened, NULL, NULL, false},
    [SAVE_POPULAR] = {"a popularity recommender is saved", NOTHING, save_popular, NULL, "popular.h5", false},
    [OPEN_POPULAR] = {"a popularity recommender is opened", RECOMMENDER, open_popular, "popular.h5", NULL, false},
    [SAVE_SIMILAR] = {"a similarity recommender is saved", NOTHING, save_similar, NULL, "similar.h5", false},
    [OPEN_SIMILAR] = {"a similarity recommender is opened", RECOMMENDER, open_similar, "similar.h5", NULL, false},
    [SAVE_NETWORK] = {"an encoder's recommender is saved", NOTHING, save_network, NULL, "network.h5", false},
    [OPEN_NETWORK] = {"an encoder's recommender is opened", RECOMMENDER, open_network, "network.h5", NULL, false},
    [RECENT] = {"a recommender of recent popularity is made", RECOMMENDER, path_recent, NULL, NULL, false},
    [NEIGHBORS] = {"a neighbors recommender is made", RECOMMENDER, path_neighbors, NULL, NULL, false},
    [SAVE_NEIGHBORS] = {"a neighbors recommender is saved", NOTHING, path_save_neighbors, NULL, "neighbors.h5", false},
    [OPEN_NEIGHBORS] = {"a neighbors recommender is opened", RECOMMENDER, path_open_neighbors, "neighbors.h5", NULL,
                        false},
    [COOCCURRENCE] = {"pairs are counted", RECOMMENDER, path_cooccurrence, NULL, NULL, false},
    [SAVE_COOCCURRENCE] = {"counts are saved", NOTHING, path_save_cooccurrence, NULL, "cooccurrence.h5", false},
    [OPEN_COOCCURRENCE] = {"counts are opened", RECOMMENDER, path_open_cooccurrence, "cooccurrence.h5", NULL, false},
    [UPDATE_COOCCURRENCE] = {"new pairs are counted", RECOMMENDER, path_update_cooccurrence, NULL, NULL, false},
    [NEIGHBOR_LISTS] = {"neighbors and pairs make lists", NOTHING, path_neighbor_lists, NULL, NULL, true},
    [LINEAR] = {"a linear model is made", RECOMMENDER, path_linear, NULL, NULL, false},
    [LINEAR_COLUMNS] = {"a linear model is solved by columns", RECOMMENDER, path_linear_columns, NULL, NULL, false},
    [SAVE_LINEAR] = {"a linear model is saved", NOTHING, path_save_linear, NULL, "linear.h5", false},
    [OPEN_LINEAR] = {"a linear model is opened", RECOMMENDER, path_open_linear, "linear.h5", NULL, false},
    [RANK_LINEAR] = {"a linear model makes lists", NOTHING, path_rank_linear, NULL, NULL, true},
    [BLEND] = {"a blend is made", RECOMMENDER, path_blend, NULL, NULL, false},
    [FIT_BLEND] = {"a blend is fitted", RECOMMENDER, path_fit_blend, NULL, NULL, true},
    [COMBINED] = {"combined recommenders are made from a description", RECOMMENDER, path_combined, NULL, NULL, false},
    [SAVE_COMBINED] = {"combined recommenders are saved", NOTHING, path_save_combined, NULL, "combined.h5", false},
    [OPEN_COMBINED] = {"combined recommenders are opened", RECOMMENDER, path_open_combined, "combined.h5", NULL, false},
    [COMBINED_LISTS] = {"combined recommenders make lists", NOTHING, path_combined_lists, NULL, NULL, true},
    [REBUILD] = {"a recommender is made from a description", RECOMMENDER, rebuild, NULL, NULL, false},
    [RECOMMEND] = {"sessions get recommendations", NOTHING, recommend, NULL, NULL, true},
    [RECOMMEND_IDS] = {"sessions of ids get recommendations", NOTHING, recommend_ids, NULL, NULL, true},
    [CUSTOM] = {"a strategy of the host becomes a recommender", RECOMMENDER, path_custom, NULL, NULL, false},
    [CUSTOM_LISTS] = {"strategies of the host make lists", NOTHING, path_custom_lists, NULL, NULL, true},
    [SCORE] = {"items are scored", NOTHING, path_score, NULL, NULL, true},
    [SCORE_IDS] = {"items of ids are scored", NOTHING, path_score_ids, NULL, NULL, true},
    [VECTORS] = {"sessions become vectors", NOTHING, path_vectors, NULL, NULL, true},
    [SIMILAR_ITEMS] = {"items are compared", NOTHING, path_similar_items, "network.h5", NULL, true},
    [GAPS] = {"items without vectors are left out", NOTHING, path_gaps, NULL, NULL, true},
    [EXPLAIN] = {"items are explained", NOTHING, path_explain, "network.h5", NULL, true},
    [SESSION] = {"a session goes on", NOTHING, session, NULL, NULL, true},
    [EVALUATE] = {"a recommender is evaluated", REPORT, evaluate, NULL, NULL, true},
    [EVALUATE_LISTS] = {"lists are evaluated", REPORT, evaluate_lists, NULL, NULL, false},
    [MEAN_REPORT] = {"the mean of reports is taken", REPORT, mean_report, NULL, NULL, false},
    [GIVE_ARROW] = {"results become frames", NOTHING, path_give_arrow, NULL, NULL, false},
    [DESCRIBE_HANDLES] = {"handles are described", NOTHING, path_describe, NULL, NULL, false},
    [FORMAT_REPORT] = {"reports become text", NOTHING, format_report, NULL, NULL, false},
    [SAVE_REPORT] = {"reports are saved", NOTHING, save_report, NULL, "report.json", false},
    [WRITE_LISTED] = {"lists become examples", NOTHING, path_write_listed, NULL, "listed.jsonl", true},
    [WRITE_RANKED] = {"rankings become examples", NOTHING, path_write_ranked, NULL, "ranked.jsonl", true},
    [WRITE_CHOSEN] = {"choices become examples", NOTHING, path_write_chosen, NULL, "chosen.jsonl", true},
};
const size_t step_count = STEP_COUNT;

void path_free(path_kind kind, path_handle *made)
{
    switch (kind) {
    case NOTHING: break;
    case CONTEXT: llmrec_context_free(made->context); break;
    case DATASET: llmrec_dataset_free(made->dataset); break;
    case EMBEDDING: llmrec_embedding_free(made->embedding); break;
    case REDUCER: llmrec_reducer_free(made->reducer); break;
    case ENCODER: llmrec_text_encoder_free(made->encoder); break;
    case RECOMMENDER: llmrec_recommender_free(made->recommender); break;
    case REPORT: llmrec_report_free(made->report); break;
    }
    made->any = NULL;
}

void path_walk(path_world *world, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (steps[i].run(world, &world->made[i]) != LLMREC_OK) fail_msg("%s: %s", steps[i].name, llmrec_last_error());
}

void path_end(path_world *world)
{
    for (size_t i = 0; i < step_count; i++) path_free(steps[i].makes, &world->made[i]);
}

int path_run(CMUnitTestFunction test)
{
    static size_t numbers[MAX_STEPS];
    struct CMUnitTest tests[STEP_COUNT];
    for (size_t i = 0; i < step_count; i++) {
        numbers[i] = i;
        tests[i] = (struct CMUnitTest){steps[i].name, test, NULL, NULL, &numbers[i]};
    }
    return cmocka_run_group_tests(tests, path_prepare, remove_scratch);
}
