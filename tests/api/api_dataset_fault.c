/* SPDX-License-Identifier: Apache-2.0 */
/* Datasets when memory runs out: each allocation fails in turn; nothing leaks, changes or stays half written. */
#include "../dump.h"
#include "../heap.h"

typedef llmrec_status (*job)(llmrec_context *context, llmrec_dataset **dataset);

/* Runs the job with its first, second, ... allocation failing until it succeeds. `wanted`: its result then. */
static void run_job(job run, const char *wanted)
{
    bool failed = true;
    for (long n = 1; failed; n++) {
        llmrec_context *context = heap_context(1);
        llmrec_dataset *dataset = NULL;
        heap_arm(n, false);
        const llmrec_status status = run(context, &dataset);
        failed = heap_disarm();
        if (status == LLMREC_OK) assert_string_equal(dump(dataset), wanted);
        else assert_failure(status, LLMREC_ERR_MEMORY, "memory");
        assert_true(status == LLMREC_OK || dataset == NULL);
        llmrec_dataset_free(dataset);
        llmrec_context_free(context);
        assert_int_equal(heap_outstanding(), 0);
        assert_true(n < 5000);
    }
}

static llmrec_status load(llmrec_context *context, const char *name, const char *items, llmrec_dataset **dataset)
{
    llmrec_dataset_options options;
    assert_ok(llmrec_dataset_options_init(&options, sizeof options));
    options.catalog = LLMREC_CATALOG_ALL;
    options.min_item_rows = 2;
    options.duplicates = LLMREC_DUPLICATES_DROP_REPEATS;
    options.invalid_utf8 = 1;
    return llmrec_dataset_load(context, scratch(name), items != NULL ? scratch(items) : NULL, &options, dataset);
}

static llmrec_status load_numbers(llmrec_context *context, llmrec_dataset **dataset)
{
    llmrec_dataset_options options;
    assert_ok(llmrec_dataset_options_init(&options, sizeof options));
    options.ids = LLMREC_IDS_INTEGER;
    options.missing = LLMREC_MISSING_DROP;
    options.items_title_column = "2";
    return llmrec_dataset_load(context, scratch("rows.csv"), scratch("about.csv"), &options, dataset);
}

static void numbers_may_run_out_of_memory(void **state)
{
    (void)state;
    write_text(scratch("rows.csv"), "user,item,time\n1.0,02,2\n1,3e0,1.5\n1,NA,1\n1,4,3\n");
    write_text(scratch("about.csv"), "id,name,title\n2.0,A,x\nNULL,X,\n5,B,\n");
    run_job(load_numbers, "1: 3@1.5 2@2 4@3 | 2=A,x 3=, 4=, 5=B,");
}

static llmrec_status load_csv(llmrec_context *context, llmrec_dataset **dataset)
{
    return load(context, "rows.csv", "about.csv", dataset);
}

static void csv_files_may_run_out_of_memory(void **state)
{
    (void)state;
    write_text(scratch("rows.csv"), "user,item,time\nu,a,2\nu,\"b\"\"\",1.5\nv,a,1\nv,\"b\"\"\",3\nv,c\xFF,3\nv,a,9\n");
    write_text(scratch("about.csv"), "id,title\na,A\nx,X\xFF\n");
    run_job(load_csv, "u: b\"@1.5 a@2; v: a@1 b\"@3 | a=A b\"= x=X\xEF\xBF\xBD");
}

static llmrec_status load_json(llmrec_context *context, llmrec_dataset **dataset)
{
    return load(context, "rows.jsonl", "about.jsonl", dataset);
}

static void json_files_may_run_out_of_memory(void **state)
{
    (void)state;
    write_text(scratch("rows.jsonl"),
               "{\"user\":1,\"item\":\"a\",\"time\":2.5}\n{\"user\":2,\"item\":\"a\",\"time\":1}\n");
    write_text(scratch("about.jsonl"), "{\"id\":\"a\",\"title\":\"A\"}\n{\"id\":\"x\",\"tags\":[1,{\"k\":2}]}\n");
    run_job(load_json, "1: a@2.5; 2: a@1 | a=A, x=,1, {\"k\":2}");
}

static llmrec_status load_sequences(llmrec_context *context, llmrec_dataset **dataset)
{
    return load(context, "rows.txt", NULL, dataset);
}

static void sequences_may_run_out_of_memory(void **state)
{
    (void)state;
    write_text(scratch("rows.txt"), "a b a\nb c a\n");
    run_job(load_sequences, "1: a b; 2: b a | a b");
}

/* Uses every operation on a dataset; the result was saved and opened. */
static llmrec_status use_arrays(llmrec_context *context, llmrec_dataset **dataset)
{
    static const int64_t sessions[] = {1, 1, 1, 2, 2, 3, 3}, items[] = {10, 20, 30, 10, 20, 30, 10};
    static const double times[] = {1, 2, 3, 4, 5, 6, 7};
    static const char *const names[] = {"title"}, *const texts[] = {"Ten", "Bad\xFF"};
    const llmrec_interactions rows = {
        .size = sizeof rows, .rows = 7, .session_numbers = sessions, .item_numbers = items, .times = times};
    const llmrec_items about = {
        .size = sizeof about, .rows = 2, .numbers = items, .columns = 1, .column_names = names, .texts = texts};
    llmrec_dataset_statistics statistics = {.size = sizeof statistics};
    llmrec_dataset_options options;
    llmrec_dataset *made = NULL, *view = NULL;
    assert_ok(llmrec_dataset_options_init(&options, sizeof options));
    options.invalid_utf8 = 1;
    llmrec_status status = llmrec_dataset_create(context, &rows, &about, &options, &made);
    if (status == LLMREC_OK) status = llmrec_dataset_split(made, NULL, LLMREC_PART_TEST, &view);
    if (status == LLMREC_OK) status = llmrec_dataset_describe(view, &statistics);
    if (status == LLMREC_OK) status = llmrec_dataset_save(view, scratch("saved.h5"));
    if (status == LLMREC_OK) status = llmrec_dataset_open(context, scratch("saved.h5"), dataset);
    llmrec_dataset_free(made);
    llmrec_dataset_free(view);
    return status;
}

static llmrec_status part_of(const llmrec_dataset *dataset, int64_t method, llmrec_dataset **view)
{
    llmrec_split_options options;
    assert_ok(llmrec_split_options_init(&options, sizeof options));
    options.method = method;
    options.unit = LLMREC_UNIT_USERS;
    options.test_fraction = 0.5;
    options.drop_untrained = 0;
    llmrec_dataset_free(*view);
    *view = NULL;
    return llmrec_dataset_split(dataset, &options, LLMREC_PART_TEST, view);
}

/* Splits of every kind, of rows that follow another dataset and are appended to it; the result was saved and opened. */
static llmrec_status use_splits(llmrec_context *context, llmrec_dataset **dataset)
{
    llmrec_dataset_options options;
    llmrec_dataset *first = NULL, *more = NULL, *joined = NULL, *view = NULL;
    assert_ok(llmrec_dataset_options_init(&options, sizeof options));
    options.split_column = "fold";
    options.session_gap = "1h";
    llmrec_status status = llmrec_dataset_load(context, scratch("rows.csv"), NULL, &options, &first);
    options.like = first;
    if (status == LLMREC_OK) status = llmrec_dataset_load(context, scratch("more.csv"), NULL, &options, &more);
    if (status == LLMREC_OK) status = llmrec_dataset_append(first, more, &joined);
    if (status == LLMREC_OK) status = part_of(joined, LLMREC_SPLIT_RANDOM, &view);
    if (status == LLMREC_OK) status = part_of(joined, LLMREC_SPLIT_GLOBAL_TIME, &view);
    if (status == LLMREC_OK) status = part_of(joined, LLMREC_SPLIT_COLUMN, &view);
    if (status == LLMREC_OK) status = llmrec_dataset_save(view, scratch("saved.h5"));
    if (status == LLMREC_OK) status = llmrec_dataset_open(context, scratch("saved.h5"), dataset);
    llmrec_dataset_free(first);
    llmrec_dataset_free(more);
    llmrec_dataset_free(joined);
    llmrec_dataset_free(view);
    return status;
}

static void splits_may_run_out_of_memory(void **state)
{
    (void)state;
    write_text(scratch("rows.csv"), "user,item,time,fold\nu,a,1,train\nu,b,2,test\nv,a,9000,test\nv,b,9001,test\n");
    write_text(scratch("more.csv"), "user,item,time,fold\nu,c,3,test\nu,a,90000,train\n");
    run_job(use_splits, "u/1: a@1 b@2 c@3; v/1: a@9000 b@9001 | a b c");
}

static void everything_else_may_run_out_of_memory(void **state)
{
    (void)state;
    run_job(use_arrays, "3: 30@6 10@7 | 10=Ten 20=Bad\xEF\xBF\xBD 30=");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(csv_files_may_run_out_of_memory),       cmocka_unit_test(numbers_may_run_out_of_memory),
        cmocka_unit_test(json_files_may_run_out_of_memory),      cmocka_unit_test(sequences_may_run_out_of_memory),
        cmocka_unit_test(everything_else_may_run_out_of_memory), cmocka_unit_test(splits_may_run_out_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, remove_scratch);
}
