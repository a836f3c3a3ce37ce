/* SPDX-License-Identifier: Apache-2.0 */
/* Recommenders in one file: opened in this or another process, they give the same lists to the bit; damage is
 * reported. */
#include <math.h>
#include <signal.h>
#include <sys/wait.h>

#include "lists.h"

enum { DIM = 12 };

static const char *const titles[] = {"Film 0", "A \"quoted\" film", "", "Caf\xc3\xa9", "Film 4"};

/* Films with titles and vectors of more dimensions than those of `begin`. */
static llmrec_embedding *table_of(const world *w, int64_t dtype)
{
    static float values[ITEMS * DIM];
    llmrec_embedding_options options;
    llmrec_embedding *table = NULL, *aligned = NULL;
    for (int i = 0; i < ITEMS * DIM; i++) values[i] = (float)sin(1 + i * 1.7 + (i % DIM) * (i / DIM) * .31);
    assert_ok(llmrec_embedding_options_init(&options, sizeof options));
    options.dtype = dtype;
    assert_ok(llmrec_embedding_create(w->context, values, ITEMS, DIM, NULL, NULL, &options, &table));
    assert_ok(llmrec_embedding_align(table, w->dataset, LLMREC_ALIGN_ERROR, NULL, &aligned));
    llmrec_embedding_free(table);
    return aligned;
}

static llmrec_recommender *reopened(const world *w, const llmrec_recommender *recommender, const char *path)
{
    const llmrec_recommender_parts parts = {.size = sizeof parts, .llm = w->llm};
    llmrec_recommender *opened = NULL;
    assert_ok(llmrec_recommender_save(recommender, path));
    assert_ok(llmrec_recommender_open(w->context, path, &parts, &opened));
    return opened;
}

static void check_same_names(const llmrec_recommender *one, const llmrec_recommender *other)
{
    for (int64_t i = 0; i < llmrec_recommender_items(one); i++) {
        const char *a = NULL, *b = NULL;
        size_t of_a = 0, of_b = 0;
        assert_ok(llmrec_recommender_item_title(one, i, &a, &of_a));
        assert_ok(llmrec_recommender_item_title(other, i, &b, &of_b));
        assert_int_equal(of_a, of_b);
        assert_memory_equal(a, b, of_a);
        if (llmrec_recommender_item_id(one, i, &a, &of_a) != LLMREC_OK) continue;
        assert_ok(llmrec_recommender_item_id(other, i, &b, &of_b));
        assert_int_equal(of_a, of_b);
        assert_memory_equal(a, b, of_a);
    }
}

/* The opened one answers as the saved one did, and can be saved again as the same bytes. */
static void check_round_trip(const world *w, const llmrec_recommender *recommender)
{
    const char *path = scratch("recommender.h5"), *again = scratch("again.h5");
    llmrec_recommender *opened = reopened(w, recommender, path);
    size_t of_one = 0, of_other = 0;
    char *description = strdup(described(recommender));
    assert_string_equal(described(opened), description);
    assert_string_equal(llmrec_recommender_name(opened), llmrec_recommender_name(recommender));
    check_same_names(recommender, opened);
    const lists one = lists_of(recommender), other = lists_of(opened);
    assert_memory_equal(&one, &other, sizeof one);
    assert_ok(llmrec_recommender_save(opened, again));
    unsigned char *bytes = read_bytes(path, &of_one), *others = read_bytes(again, &of_other);
    assert_int_equal(of_one, of_other);
    assert_memory_equal(bytes, others, of_one);
    free(bytes);
    free(others);
    free(description);
    llmrec_recommender_free(opened);
}

static void popularity_comes_back(void **state)
{
    world *w = begin(2, oracle, titles);
    (void)state;
    check_round_trip(w, w->popular);
    end(w);
}

static void similarity_comes_back_with_all_its_options(void **state)
{
    world *w = begin(2, oracle, titles);
    (void)state;
    for (int64_t dtype = LLMREC_DTYPE_FLOAT32; dtype <= LLMREC_DTYPE_FLOAT16; dtype++)
        for (int64_t measure = LLMREC_MEASURE_COSINE; measure <= LLMREC_MEASURE_EUCLIDEAN; measure++)
            for (int64_t reduce = LLMREC_REDUCE_NONE; reduce <= LLMREC_REDUCE_RANDOM; reduce++) {
                llmrec_embedding *table = table_of(w, dtype);
                llmrec_similarity_options options;
                llmrec_recommender *recommender = NULL;
                assert_ok(llmrec_similarity_options_init(&options, sizeof options));
                options.measure = measure;
                options.reduce = reduce;
                options.reduce_dim = reduce == LLMREC_REDUCE_NONE ? 0 : 5;
                options.decay = LLMREC_DECAY_EXPONENTIAL;
                options.decay_rate = .3;
                assert_ok(llmrec_recommender_create_similarity(table, &options, &recommender));
                check_round_trip(w, recommender);
                llmrec_recommender_free(recommender);
                llmrec_embedding_free(table);
            }
    end(w);
}

static void tables_without_ids_come_back(void **state)
{
    world *w = begin(1, oracle, NULL);
    llmrec_recommender *recommender = NULL;
    const char *text = NULL;
    size_t length = 1;
    (void)state;
    assert_ok(llmrec_recommender_create_similarity(w->table, NULL, &recommender));
    check_round_trip(w, recommender);
    assert_ok(llmrec_recommender_item_title(recommender, 0, &text, &length));
    assert_int_equal(length, 0);
    assert_failure(llmrec_recommender_item_title(recommender, ITEMS, &text, &length), LLMREC_ERR_ARGUMENT,
                   "item is 40");
    assert_failure(llmrec_recommender_item_title(NULL, 0, &text, &length), LLMREC_ERR_ARGUMENT, "recommender");
    llmrec_recommender_free(recommender);
    end(w);
}

/* Networks of every kind that inference treats differently. */
static void encoders_come_back(void **state)
{
    world *w = begin(2, oracle, titles);
    llmrec_embedding *table = table_of(w, LLMREC_DTYPE_FLOAT32);
    (void)state;
    for (int i = 0; i < 16; i++) {
        llmrec_encoder_options options;
        llmrec_init_items_options adapter;
        llmrec_train_options training;
        llmrec_encoder *encoder = NULL;
        llmrec_recommender *recommender = NULL;
        assert_ok(llmrec_encoder_options_preset(&options, sizeof options, i % 2 == 0 ? "bert4rec" : "sasrec"));
        options.dim = 8;
        options.layers = 2;
        options.heads = 2;
        options.max_length = 8;
        options.output_bias = i / 2 % 2;
        options.left_aligned = i / 4 % 2;
        assert_ok(llmrec_encoder_create(w->dataset, &options, &encoder));
        assert_ok(llmrec_init_items_options_init(&adapter, sizeof adapter));
        adapter.mode = LLMREC_INIT_ITEMS_ADAPTER;
        if (i / 8 == 1) assert_ok(llmrec_encoder_init_items(encoder, table, &adapter));
        assert_ok(llmrec_train_options_init(&training, sizeof training));
        training.epochs = 1;
        if (i == 0) assert_ok(llmrec_encoder_train(encoder, w->dataset, NULL, &training));
        assert_ok(llmrec_recommender_create_encoder(encoder, &recommender));
        check_round_trip(w, recommender);
        llmrec_recommender_free(recommender);
        llmrec_encoder_free(encoder);
    }
    llmrec_embedding_free(table);
    end(w);
}

static void prompts_come_back_without_their_model(void **state)
{
    world *w = begin(2, oracle, titles);
    (void)state;
    for (int64_t form = LLMREC_PROMPT_RANK; form <= LLMREC_PROMPT_CLASSIFY; form++) {
        llmrec_prompt_options options = options_of(form);
        llmrec_recommender *opened = NULL;
        options.clusters = 7;
        options.user = form == LLMREC_PROMPT_GENLIST ? "after {history}: {count} {nouns}" : NULL;
        options.temperature = .7;
        llmrec_recommender *recommender = prompt(w, &options);
        check_round_trip(w, recommender);
        assert_failure(llmrec_recommender_open(w->context, scratch("recommender.h5"), NULL, &opened),
                       LLMREC_ERR_ARGUMENT, "parts.llm is NULL");
        assert_null(opened);
        llmrec_recommender_free(recommender);
    }
    end(w);
}

static void prompts_in_prompts_come_back(void **state)
{
    world *w = begin(1, oracle, titles);
    llmrec_prompt_options options = options_of(LLMREC_PROMPT_RANK);
    llmrec_recommender *inner = prompt(w, &options), *outer = NULL;
    llmrec_recommender_parts parts = {.size = sizeof parts, .llm = w->llm, .dataset = w->dataset};
    (void)state;
    for (int depth = 0; depth < 6; depth++) {
        parts.first_stage = inner;
        assert_ok(llmrec_recommender_create_prompt(&parts, &options, &outer));
        if (depth < 5) check_round_trip(w, outer);
        llmrec_recommender_free(inner);
        inner = outer;
    }
    parts.first_stage = inner;
    assert_ok(llmrec_recommender_create_prompt(&parts, &options, &outer));
    assert_failure(llmrec_recommender_save(outer, scratch("deep.h5")), LLMREC_ERR_UNSUPPORTED, "in each other");
    assert_int_equal(access(scratch("deep.h5"), F_OK), -1);
    llmrec_recommender_free(inner);
    llmrec_recommender_free(outer);
    end(w);
}

/* A dataset among the parts tells the titles of a table's ids. */
static void titles_come_from_a_dataset_with_the_same_ids(void **state)
{
    world *w = begin(1, oracle, titles);
    llmrec_embedding *aligned = table_of(w, LLMREC_DTYPE_FLOAT32), *table = NULL;
    llmrec_recommender_parts parts = {.size = sizeof parts};
    llmrec_recommender *recommender = NULL;
    const char *text = NULL;
    size_t length = 0;
    (void)state;
    assert_ok(llmrec_embedding_save(aligned, scratch("table.h5")));
    assert_ok(llmrec_embedding_open(w->context, scratch("table.h5"), NULL, &table));
    parts.embedding = table;
    for (int told = 0; told <= 1; told++) {
        parts.dataset = told ? w->dataset : NULL;
        assert_ok(llmrec_recommender_create(&parts, "similarity", &recommender));
        assert_ok(llmrec_recommender_item_title(recommender, 3, &text, &length));
        assert_int_equal(length, told ? strlen(titles[3]) : 0);
        check_round_trip(w, recommender);
        llmrec_recommender_free(recommender);
    }
    llmrec_embedding_free(table);
    llmrec_embedding_free(aligned);
    end(w);
}

/* --- other processes ---------------------------------------------------------------------------------------------- */

static llmrec_recommender *whitened(const world *w)
{
    llmrec_embedding *table = table_of(w, LLMREC_DTYPE_FLOAT32);
    llmrec_recommender *recommender = NULL;
    assert_ok(llmrec_recommender_create_similarity(table, NULL, &recommender));
    llmrec_embedding_free(table);
    return recommender;
}

static pid_t in_child(int (*run)(const void *argument), const void *argument)
{
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) _exit(run(argument));
    return child;
}

static void must_succeed(pid_t child)
{
    int how = -1;
    assert_int_equal(waitpid(child, &how, 0), child);
    assert_int_equal(how, 0);
}

/* Opens the file with a context of its own, as another program would. */
static int answers_the_same(const void *wanted)
{
    llmrec_context *context = NULL;
    llmrec_recommender *opened = NULL;
    lists found;
    memset(&found, 0, sizeof found);
    bool good = llmrec_context_create(NULL, &context) == LLMREC_OK;
    for (int i = 0; good && i < 5; i++) {
        good = llmrec_recommender_open(context, scratch("shared.h5"), NULL, &opened) == LLMREC_OK &&
               llmrec_recommend(opened, offsets, items, SESSIONS, K, NULL, found.items, found.scores, found.counts) ==
                   LLMREC_OK &&
               memcmp(&found, wanted, sizeof found) == 0;
        llmrec_recommender_free(opened);
        opened = NULL;
    }
    llmrec_context_free(context);
    return good ? 0 : 1;
}

static void eight_processes_answer_the_same_at_once(void **state)
{
    enum { PROCESSES = 8 };
    world *w = begin(2, oracle, titles);
    llmrec_recommender *recommender = whitened(w);
    pid_t children[PROCESSES];
    (void)state;
    assert_ok(llmrec_recommender_save(recommender, scratch("shared.h5")));
    const lists wanted = lists_of(recommender);
    for (int i = 0; i < PROCESSES; i++) children[i] = in_child(answers_the_same, &wanted);
    for (int i = 0; i < 20; i++) assert_ok(llmrec_recommender_save(recommender, scratch("shared.h5")));
    for (int i = 0; i < PROCESSES; i++) must_succeed(children[i]);
    llmrec_recommender_free(recommender);
    end(w);
}

static int saves_for_ever(const void *recommender)
{
    while (llmrec_recommender_save(recommender, scratch("killed.h5")) == LLMREC_OK) continue;
    return 1;
}

static void a_kill_leaves_the_old_file_or_the_new_one(void **state)
{
    world *w = begin(1, oracle, titles);
    llmrec_recommender *recommender = whitened(w), *opened = NULL;
    (void)state;
    const lists wanted[] = {lists_of(w->popular), lists_of(recommender)};
    assert_ok(llmrec_recommender_save(w->popular, scratch("killed.h5")));
    for (int i = 0; i < 20; i++) {
        const pid_t child = in_child(saves_for_ever, recommender);
        usleep((useconds_t)(i * 1500));
        kill(child, SIGKILL);
        waitpid(child, NULL, 0);
        assert_ok(llmrec_recommender_open(w->context, scratch("killed.h5"), NULL, &opened));
        const bool fresh = strcmp(llmrec_recommender_name(opened), "similarity") == 0;
        const lists found = lists_of(opened);
        assert_memory_equal(&found, &wanted[fresh], sizeof found);
        llmrec_recommender_free(opened);
    }
    llmrec_recommender_free(recommender);
    end(w);
}

static void a_later_save_leaves_open_recommenders_alone(void **state)
{
    world *w = begin(1, oracle, titles);
    llmrec_recommender *recommender = whitened(w), *opened = reopened(w, recommender, scratch("replaced.h5"));
    (void)state;
    const lists before = lists_of(opened);
    assert_ok(llmrec_recommender_save(w->popular, scratch("replaced.h5")));
    assert_int_equal(unlink(scratch("replaced.h5")), 0);
    const lists after = lists_of(opened);
    assert_memory_equal(&before, &after, sizeof before);
    llmrec_recommender_free(recommender);
    llmrec_recommender_free(opened);
    end(w);
}

/* --- damage ------------------------------------------------------------------------------------------------------- */

static void check_damaged(llmrec_context *context, const void *bytes, size_t size)
{
    llmrec_recommender *opened = NULL;
    write_bytes(scratch("damaged.h5"), bytes, size);
    assert_failure(llmrec_recommender_open(context, scratch("damaged.h5"), NULL, &opened), LLMREC_ERR_FORMAT,
                   "damaged.h5");
    assert_null(opened);
}

static void damage_is_told(void **state)
{
    world *w = begin(1, oracle, titles);
    llmrec_recommender *made[] = {w->popular, whitened(w)};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        size_t size = 0;
        assert_ok(llmrec_recommender_save(made[i], scratch("whole.h5")));
        unsigned char *bytes = read_bytes(scratch("whole.h5"), &size);
        for (size_t cut = 0; cut < size; cut += 1 + size / 61) check_damaged(w->context, bytes, cut);
        for (size_t at = 0; at < size; at += 1 + size / 307) {
            bytes[at] ^= 1u << at % 8;
            llmrec_recommender *opened = NULL;
            write_bytes(scratch("damaged.h5"), bytes, size);
            const llmrec_status status = llmrec_recommender_open(w->context, scratch("damaged.h5"), NULL, &opened);
            assert_int_equal(status, LLMREC_ERR_FORMAT);
            assert_null(opened);
            bytes[at] ^= 1u << at % 8;
        }
        free(bytes);
    }
    llmrec_recommender_free(made[1]);
    end(w);
}

static void other_files_are_refused(void **state)
{
    world *w = begin(1, oracle, titles);
    llmrec_recommender *opened = NULL;
    (void)state;
    assert_ok(llmrec_dataset_save(w->dataset, scratch("dataset.h5")));
    assert_failure(llmrec_recommender_open(w->context, scratch("dataset.h5"), NULL, &opened), LLMREC_ERR_FORMAT,
                   "kind is \"dataset\"; wanted \"recommender\"");
    assert_failure(llmrec_recommender_open(w->context, scratch("nowhere.h5"), NULL, &opened), LLMREC_ERR_IO, "nowhere");
    assert_failure(llmrec_recommender_open(NULL, "x", NULL, &opened), LLMREC_ERR_ARGUMENT, "context");
    assert_failure(llmrec_recommender_open(w->context, NULL, NULL, &opened), LLMREC_ERR_ARGUMENT, "path");
    assert_failure(llmrec_recommender_open(w->context, "x", NULL, NULL), LLMREC_ERR_ARGUMENT, "recommender");
    assert_failure(llmrec_recommender_save(w->popular, NULL), LLMREC_ERR_ARGUMENT, "path");
    assert_failure(llmrec_recommender_save(NULL, "x"), LLMREC_ERR_ARGUMENT, "recommender");
    assert_failure(llmrec_recommender_save(w->popular, "/nowhere/at/all.h5"), LLMREC_ERR_IO, "/nowhere/at");
    end(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(popularity_comes_back),
        cmocka_unit_test(similarity_comes_back_with_all_its_options),
        cmocka_unit_test(tables_without_ids_come_back),
        cmocka_unit_test(encoders_come_back),
        cmocka_unit_test(prompts_come_back_without_their_model),
        cmocka_unit_test(prompts_in_prompts_come_back),
        cmocka_unit_test(titles_come_from_a_dataset_with_the_same_ids),
        cmocka_unit_test(eight_processes_answer_the_same_at_once),
        cmocka_unit_test(a_kill_leaves_the_old_file_or_the_new_one),
        cmocka_unit_test(a_later_save_leaves_open_recommenders_alone),
        cmocka_unit_test(damage_is_told),
        cmocka_unit_test(other_files_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, remove_scratch);
}
