/* SPDX-License-Identifier: Apache-2.0 */
/* Encoders with item vectors, as recommenders, and when memory runs out. */
#include "../heap.h"
#include "../training_data.h"

enum { ITEMS = 30, WIDE = 24, NARROW = 16 };

static llmrec_embedding *vectors_of(llmrec_context *context, const llmrec_dataset *dataset, size_t dim)
{
    float values[64 * WIDE];
    char texts[64][8];
    const char *ids[64];
    uint64_t state = 4;
    llmrec_embedding *embedding = NULL, *aligned = NULL;
    const size_t items = (size_t)llmrec_dataset_items(dataset);
    assert_true(items <= 64);
    for (size_t i = 0; i < items * dim; i++) values[i] = ((float)(next_number(&state) % 2001) - 1000) / 1000;
    for (size_t i = 0; i < items; i++) {
        snprintf(texts[i], sizeof texts[i], "%zu", i);
        ids[i] = texts[i];
    }
    assert_ok(llmrec_embedding_create(context, values, items, dim, ids, NULL, NULL, &embedding));
    assert_ok(llmrec_embedding_align(embedding, dataset, LLMREC_ALIGN_ERROR, NULL, &aligned));
    llmrec_embedding_free(embedding);
    return aligned;
}

static void init_items(llmrec_encoder *encoder, const llmrec_embedding *embedding, int64_t mode, double scale)
{
    llmrec_init_items_options options;
    assert_ok(llmrec_init_items_options_init(&options, sizeof options));
    options.mode = mode;
    options.scale_std = scale;
    assert_ok(llmrec_encoder_init_items(encoder, embedding, &options));
}

/* True if columns [first,end) of the items' rows are equal in both, up to rounding. */
static bool same_columns(const float *a, const float *b, size_t first, size_t end)
{
    for (size_t i = 0; i < ITEMS; i++)
        for (size_t j = first; j < end; j++)
            if (fabsf(a[i * NARROW + j] - b[i * NARROW + j]) > 1e-6f) return false;
    return true;
}

static void item_rows_start_from_vectors_and_stay_where_frozen(void **state)
{
    static const int64_t modes[] = {LLMREC_INIT_ITEMS_START, LLMREC_INIT_ITEMS_FROZEN,
                                    LLMREC_INIT_ITEMS_FROZEN_COLUMNS};
    static const size_t dims[] = {NARROW, NARROW, 10}, frozen[] = {0, NARROW, 10};
    const llmrec_encoder_options network = small_network();
    llmrec_train_options training = short_training(2);
    llmrec_context *context = context_with(2);
    llmrec_dataset *dataset = rounds(context, 60, ITEMS, 1);
    size_t count = 0;
    (void)state;
    training.decay_all = 1;
    for (size_t m = 0; m < 3; m++) {
        llmrec_encoder *encoder = encoder_of(dataset, &network);
        llmrec_embedding *vectors = vectors_of(context, dataset, dims[m]);
        const float *values = llmrec_embedding_data(vectors);
        double sum = 0;
        init_items(encoder, vectors, modes[m], 0.05);
        float *before = weights_of(encoder, "item.weight", &count);
        for (size_t i = 0; i < ITEMS; i++)
            for (size_t j = 0; j < dims[m]; j++) sum += before[i * NARROW + j] * before[i * NARROW + j];
        assert_true(fabs(sqrt(sum / (double)(ITEMS * dims[m])) - .05) < 1e-5);
        assert_true(before[3] / before[0] - values[3] / values[0] < 1e-4);
        assert_ok(llmrec_encoder_train(encoder, dataset, NULL, &training));
        float *after = weights_of(encoder, "item.weight", &count);
        assert_true(memcmp(before + ITEMS * NARROW, after + ITEMS * NARROW, NARROW * sizeof *after) != 0);
        if (frozen[m] > 0) assert_true(same_columns(before, after, 0, frozen[m]));
        if (frozen[m] < NARROW) assert_false(same_columns(before, after, frozen[m], NARROW));
        free(before);
        free(after);
        llmrec_embedding_free(vectors);
        llmrec_encoder_free(encoder);
    }
    llmrec_dataset_free(dataset);
    llmrec_context_free(context);
}

/* Checks that every item's row is its vector times W plus b. */
static void check_adapted(const llmrec_encoder *encoder, const llmrec_embedding *vectors)
{
    const float *x = llmrec_embedding_data(vectors);
    size_t count = 0;
    float *w = weights_of(encoder, "adapter.weight", &count), *b = weights_of(encoder, "adapter.bias", &count);
    float *rows = weights_of(encoder, "item.weight", &count);
    for (int64_t i = 0; i < llmrec_encoder_items(encoder); i++)
        for (size_t j = 0; j < NARROW; j++) {
            double sum = b[j];
            for (size_t a = 0; a < WIDE; a++) sum += (double)x[i * WIDE + (int64_t)a] * (double)w[a * NARROW + j];
            assert_true(fabs(sum - (double)rows[(size_t)i * NARROW + j]) < 1e-5);
        }
    free(w);
    free(b);
    free(rows);
}

static void an_adapter_is_trained_and_makes_rows_for_new_items(void **state)
{
    const llmrec_encoder_options network = small_network();
    const llmrec_train_options training = short_training(60);
    llmrec_context *context = context_with(2);
    llmrec_dataset *dataset = rounds(context, 60, ITEMS, 1), *larger = rounds(context, 60, ITEMS + 5, 1);
    llmrec_embedding *vectors = vectors_of(context, dataset, WIDE), *more = vectors_of(context, larger, WIDE);
    llmrec_encoder *encoder = encoder_of(dataset, &network), *opened = NULL, *grown = NULL;
    size_t count = 0;
    (void)state;
    init_items(encoder, vectors, LLMREC_INIT_ITEMS_ADAPTER, 0);
    check_adapted(encoder, vectors);
    float *before = weights_of(encoder, "adapter.weight", &count);
    assert_ok(llmrec_encoder_train(encoder, dataset, NULL, &training));
    check_adapted(encoder, vectors);
    float *after = weights_of(encoder, "adapter.weight", &count);
    assert_memory_not_equal(before, after, count * sizeof *after);
    if (epoch_at(encoder, 59).loss > epoch_at(encoder, 0).loss - .5)
        fail_msg("the loss went from %f to %f", epoch_at(encoder, 0).loss, epoch_at(encoder, 59).loss);
    assert_ok(llmrec_encoder_save(encoder, scratch("adapted.h5")));
    assert_ok(llmrec_encoder_open(context, scratch("adapted.h5"), &opened));
    assert_true(same_weights(encoder, opened));
    assert_failure(llmrec_encoder_grow(opened, larger, NULL, 0, &grown), LLMREC_ERR_ARGUMENT, "embedding is NULL");
    assert_ok(llmrec_encoder_grow(opened, larger, more, 0, &grown));
    check_adapted(grown, more);
    free(before);
    free(after);
    llmrec_encoder_free(grown);
    llmrec_encoder_free(opened);
    llmrec_encoder_free(encoder);
    llmrec_embedding_free(vectors);
    llmrec_embedding_free(more);
    llmrec_dataset_free(dataset);
    llmrec_dataset_free(larger);
    llmrec_context_free(context);
}

enum { COLUMNS = 10, MORE = ITEMS + 5 };

/* Checks a grown encoder: rows of known items are those of `old`, and the frozen columns of new ones are their vectors
 * times `scale`. Returns the rows. */
static float *check_grown(const llmrec_encoder *encoder, const llmrec_dataset *dataset, const llmrec_encoder *grown,
                          const llmrec_embedding *vectors)
{
    const float *given = llmrec_embedding_data(vectors);
    const char *id = NULL;
    size_t length = 0, count = 0;
    float *old = weights_of(encoder, "item.weight", &count), *rows = weights_of(grown, "item.weight", &count);
    int fresh = 0;
    assert_int_equal(llmrec_encoder_items(grown), MORE);
    for (int64_t item = 0; item < MORE; item++) {
        float *row = rows + item * NARROW;
        assert_ok(llmrec_encoder_item_id(grown, item, &id, &length));
        const int64_t before = llmrec_dataset_find_item(dataset, id, length);
        if (before >= 0) assert_memory_equal(row, old + before * NARROW, NARROW * sizeof *row);
        else fresh++;
        for (int64_t j = 0; j < COLUMNS; j++)
            assert_true(fabsf(row[j] * given[0] - given[item * COLUMNS + j] * rows[0]) < 1e-5f);
        assert_true(row[COLUMNS] != 0 && row[COLUMNS] != row[COLUMNS + 1]);
    }
    assert_int_equal(fresh, MORE - ITEMS);
    free(old);
    return rows;
}

static void frozen_columns_grow_from_vectors_and_stay(void **state)
{
    const llmrec_encoder_options network = small_network();
    llmrec_train_options training = short_training(2);
    llmrec_context *context = context_with(2);
    llmrec_dataset *dataset = rounds(context, 60, ITEMS, 1), *larger = rounds(context, 60, MORE, 1);
    llmrec_embedding *vectors = vectors_of(context, dataset, COLUMNS), *more = vectors_of(context, larger, COLUMNS);
    llmrec_embedding *wide = vectors_of(context, larger, NARROW);
    llmrec_encoder *encoder = encoder_of(dataset, &network), *grown = NULL, *opened = NULL;
    size_t count = 0;
    (void)state;
    training.decay_all = 1;
    init_items(encoder, vectors, LLMREC_INIT_ITEMS_FROZEN_COLUMNS, 0.05);
    assert_ok(llmrec_encoder_train(encoder, dataset, NULL, &training));
    assert_failure(llmrec_encoder_grow(encoder, larger, wide, 3, &grown), LLMREC_ERR_SHAPE,
                   "embedding has dim 16; wanted 10");
    assert_ok(llmrec_encoder_grow(encoder, larger, more, 3, &grown));
    float *before = check_grown(encoder, dataset, grown, more);
    assert_ok(llmrec_encoder_save(grown, scratch("grown.h5")));
    assert_ok(llmrec_encoder_open(context, scratch("grown.h5"), &opened));
    assert_ok(llmrec_encoder_train(opened, larger, NULL, &training));
    float *after = weights_of(opened, "item.weight", &count);
    for (size_t i = 0; i < MORE; i++) {
        const float *a = before + i * NARROW, *b = after + i * NARROW;
        assert_memory_equal(a, b, COLUMNS * sizeof *a);
        assert_memory_not_equal(a + COLUMNS, b + COLUMNS, (NARROW - COLUMNS) * sizeof *a);
    }
    free(before);
    free(after);
    llmrec_encoder_free(opened);
    llmrec_encoder_free(grown);
    llmrec_encoder_free(encoder);
    llmrec_embedding_free(wide);
    llmrec_embedding_free(more);
    llmrec_embedding_free(vectors);
    llmrec_dataset_free(larger);
    llmrec_dataset_free(dataset);
    llmrec_context_free(context);
}

static void vectors_that_do_not_fit_are_refused(void **state)
{
    const llmrec_encoder_options network = small_network();
    llmrec_context *context = context_with(1);
    llmrec_dataset *dataset = rounds(context, 60, ITEMS, 1), *larger = rounds(context, 60, ITEMS + 5, 1);
    llmrec_embedding *wide = vectors_of(context, dataset, WIDE), *more = vectors_of(context, larger, NARROW);
    llmrec_encoder *encoder = encoder_of(dataset, &network);
    (void)state;
    assert_failure(llmrec_encoder_init_items(encoder, wide, NULL), LLMREC_ERR_SHAPE, "dim 24", "16");
    assert_failure(llmrec_encoder_init_items(encoder, more, NULL), LLMREC_ERR_SHAPE, "35 rows", "wanted 30");
    llmrec_encoder_free(encoder);
    llmrec_embedding_free(wide);
    llmrec_embedding_free(more);
    llmrec_dataset_free(dataset);
    llmrec_dataset_free(larger);
    llmrec_context_free(context);
}

/* A trained network as a recommender. Everything it was made from is freed. */
static llmrec_recommender *trained_recommender(llmrec_context *context, int64_t causal, llmrec_dataset **validation,
                                               llmrec_epoch *best)
{
    llmrec_encoder_options network = small_network();
    llmrec_train_options training = short_training(20);
    llmrec_dataset *dataset = rounds(context, 200, ITEMS, 1), *train = part_of(dataset, LLMREC_PART_TRAIN);
    llmrec_recommender *recommender = NULL;
    network.causal = causal;
    *validation = part_of(dataset, LLMREC_PART_VALIDATION);
    llmrec_encoder *encoder = encoder_of(dataset, &network);
    assert_ok(llmrec_encoder_train(encoder, train, *validation, &training));
    *best = epoch_at(encoder, llmrec_encoder_best_epoch(encoder));
    assert_ok(llmrec_recommender_create_encoder(encoder, &recommender));
    assert_string_equal(llmrec_recommender_name(recommender), causal ? "sasrec" : "bert4rec");
    assert_non_null(strstr(described(recommender), "\"dim\":16"));
    llmrec_encoder_free(encoder);
    llmrec_dataset_free(train);
    llmrec_dataset_free(dataset);
    return recommender;
}

static void the_recommender_finds_what_validation_found(void **state)
{
    llmrec_context *context = context_with(2);
    (void)state;
    for (int64_t causal = 0; causal < 2; causal++) {
        llmrec_dataset *validation = NULL;
        llmrec_epoch best;
        llmrec_report *report = NULL;
        double ndcg = 0;
        llmrec_recommender *recommender = trained_recommender(context, causal, &validation, &best);
        assert_ok(llmrec_evaluate(recommender, validation, validation, NULL, &report));
        assert_ok(llmrec_report_metric(report, LLMREC_METRIC_NDCG, 10, &ndcg, NULL));
        if (fabs(ndcg - best.ndcg) > 1e-12) fail_msg("NDCG@10 is %.9f, was %.9f in training", ndcg, best.ndcg);
        llmrec_report_free(report);
        llmrec_dataset_free(validation);
        llmrec_recommender_free(recommender);
    }
    llmrec_context_free(context);
}

static void one_session_alone_gets_what_it_gets_among_others(void **state)
{
    enum { SESSIONS = 70, K = 5 };
    llmrec_context *context = context_with(2);
    (void)state;
    for (int64_t causal = 0; causal < 2; causal++) {
        int64_t offsets[SESSIONS + 1] = {0};
        int32_t items[SESSIONS * 12], all[SESSIONS * K], one[K], counts[SESSIONS], count = 0;
        float all_scores[SESSIONS * K], scores[K];
        uint64_t next = 3;
        llmrec_dataset *validation = NULL;
        llmrec_epoch best;
        llmrec_recommender *recommender = trained_recommender(context, causal, &validation, &best);
        for (size_t s = 0; s < SESSIONS; s++) {
            const size_t length = s == 7 ? 0 : next_number(&next) % 12;
            offsets[s + 1] = offsets[s] + (int64_t)length;
            for (int64_t i = offsets[s]; i < offsets[s + 1]; i++)
                items[i] = next_number(&next) % 9 == 0 ? -1 : (int32_t)(next_number(&next) % ITEMS);
        }
        assert_ok(llmrec_recommend(recommender, offsets, items, SESSIONS, K, NULL, all, all_scores, counts));
        assert_int_equal(counts[7], 0);
        for (size_t s = 0; s < SESSIONS; s++) {
            assert_ok(llmrec_recommend(recommender, offsets + s, items, 1, K, NULL, one, scores, &count));
            assert_int_equal(count, counts[s]);
            assert_memory_equal(one, all + s * K, (size_t)count * sizeof *one);
            assert_memory_equal(scores, all_scores + s * K, (size_t)count * sizeof *scores);
        }
        llmrec_dataset_free(validation);
        llmrec_recommender_free(recommender);
    }
    llmrec_context_free(context);
}

/* --- memory ---------------------------------------------------------------------------------------------------- */

static long allocations_of_training(int64_t batch)
{
    const llmrec_encoder_options network = small_network();
    llmrec_train_options training = short_training(3);
    llmrec_context *context = heap_context(1);
    llmrec_dataset *dataset = rounds(context, 100, ITEMS, 1);
    llmrec_encoder *encoder = encoder_of(dataset, &network);
    const long before = atomic_load(&the_heap.allocations);
    training.batch = batch;
    assert_ok(llmrec_encoder_train(encoder, dataset, NULL, &training));
    const long made = atomic_load(&the_heap.allocations) - before;
    llmrec_encoder_free(encoder);
    llmrec_dataset_free(dataset);
    llmrec_context_free(context);
    assert_int_equal(heap_outstanding(), 0);
    return made;
}

static void steps_allocate_nothing(void **state)
{
    (void)state;
    assert_int_equal(allocations_of_training(100), allocations_of_training(5));
}

/* Calls every encoder function until one fails. */
static llmrec_status whole_life(llmrec_context *context, const llmrec_dataset *dataset, const llmrec_embedding *vectors,
                                const char *path)
{
    llmrec_encoder_options network = small_network();
    llmrec_train_options training = short_training(1);
    llmrec_init_items_options items;
    llmrec_encoder *encoder = NULL, *opened = NULL, *grown = NULL;
    llmrec_recommender *recommender = NULL;
    llmrec_session *session = NULL;
    const int64_t offsets[2] = {0, 2};
    const int32_t prompt[2] = {3, 4};
    int32_t found[3], count = 0;
    network.causal = network.left_aligned = 1;
    network.filter_share = 0.5;
    training.average = 0.9;
    assert_ok(llmrec_init_items_options_init(&items, sizeof items));
    items.mode = LLMREC_INIT_ITEMS_ADAPTER;
    llmrec_status status = llmrec_encoder_create(dataset, &network, &encoder);
    if (status == LLMREC_OK) status = llmrec_encoder_init_items(encoder, vectors, &items);
    if (status == LLMREC_OK) status = llmrec_encoder_train(encoder, dataset, dataset, &training);
    if (status == LLMREC_OK) status = llmrec_encoder_save(encoder, path);
    if (status == LLMREC_OK) status = llmrec_encoder_open(context, path, &opened);
    if (status == LLMREC_OK) status = llmrec_encoder_export_weights(opened, path);
    if (status == LLMREC_OK) status = llmrec_encoder_import_weights(opened, path);
    if (status == LLMREC_OK) status = llmrec_encoder_save_history(encoder, path);
    if (status == LLMREC_OK) status = llmrec_encoder_grow(encoder, dataset, vectors, 0, &grown);
    if (status == LLMREC_OK) status = llmrec_recommender_create_encoder(grown, &recommender);
    if (status == LLMREC_OK) status = llmrec_recommend(recommender, offsets, prompt, 1, 3, NULL, found, NULL, &count);
    if (status == LLMREC_OK) status = llmrec_session_create(recommender, &session);
    if (status == LLMREC_OK) status = llmrec_session_append(session, prompt, 2);
    if (status == LLMREC_OK) status = llmrec_session_recommend(session, 3, NULL, found, NULL, &count);
    llmrec_session_free(session);
    llmrec_recommender_free(recommender);
    llmrec_encoder_free(grown);
    llmrec_encoder_free(opened);
    llmrec_encoder_free(encoder);
    return status;
}

static void memory_that_runs_out_anywhere_is_told_and_nothing_leaks(void **state)
{
    llmrec_context *context = heap_context(1);
    llmrec_dataset *dataset = rounds(context, 31, ITEMS, 1);
    llmrec_embedding *vectors = vectors_of(context, dataset, WIDE);
    const long held = heap_outstanding();
    llmrec_status status = LLMREC_ERR_MEMORY;
    (void)state;
    for (long n = 1; status != LLMREC_OK; n++) {
        heap_arm(n, false);
        status = whole_life(context, dataset, vectors, scratch("life.safetensors"));
        if (status != LLMREC_OK) assert_failure(status, LLMREC_ERR_MEMORY, "memory");
        assert_int_equal(heap_outstanding(), held);
        assert_true(n < 10000);
    }
    heap_disarm();
    llmrec_embedding_free(vectors);
    llmrec_dataset_free(dataset);
    llmrec_context_free(context);
    assert_int_equal(heap_outstanding(), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(item_rows_start_from_vectors_and_stay_where_frozen),
        cmocka_unit_test(an_adapter_is_trained_and_makes_rows_for_new_items),
        cmocka_unit_test(frozen_columns_grow_from_vectors_and_stay),
        cmocka_unit_test(vectors_that_do_not_fit_are_refused),
        cmocka_unit_test(the_recommender_finds_what_validation_found),
        cmocka_unit_test(one_session_alone_gets_what_it_gets_among_others),
        cmocka_unit_test(steps_allocate_nothing),
        cmocka_unit_test(memory_that_runs_out_anywhere_is_told_and_nothing_leaks),
    };
    return cmocka_run_group_tests(tests, NULL, remove_scratch);
}
