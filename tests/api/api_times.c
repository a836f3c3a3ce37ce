/* SPDX-License-Identifier: Apache-2.0 */
/* What fields mean: units of times, dates, missing values, ids that are integers; from files and from arrays. */
#include "../dump.h"

enum { LOG_SIZE = 4096 };
static char logged[LOG_SIZE];
static llmrec_context *context;

static llmrec_status on_log(const llmrec_log_event *event, void *user)
{
    const size_t used = strlen(logged);
    (void)user;
    snprintf(logged + used, LOG_SIZE - used, "%s\n", event->message);
    return LLMREC_OK;
}

static int make_context(void **state)
{
    llmrec_context_options options = context_options(2);
    (void)state;
    options.log = on_log;
    context = context_like(&options);
    return 0;
}

static int drop_context(void **state)
{
    llmrec_context_free(context);
    return remove_scratch(state);
}

#define HEAD "user_id,item_id,timestamp\n"

static llmrec_status load(const char *name, const char *text, const llmrec_dataset_options *options,
                          llmrec_dataset **dataset)
{
    logged[0] = '\0';
    write_text(scratch(name), text);
    return llmrec_dataset_load(context, scratch(name), NULL, options, dataset);
}

static void check(const char *name, const char *text, const llmrec_dataset_options *options, int64_t unit,
                  const char *wanted)
{
    llmrec_dataset *dataset = NULL;
    assert_ok(load(name, text, options, &dataset));
    assert_string_equal(dump(dataset), wanted);
    assert_int_equal(llmrec_dataset_time_unit(dataset), unit);
    llmrec_dataset_free(dataset);
}

static void check_bad(const char *name, const char *text, const llmrec_dataset_options *options, const char *wanted)
{
    llmrec_dataset *dataset = NULL;
    assert_failure(load(name, text, options, &dataset), LLMREC_ERR_FORMAT, wanted);
    assert_null(dataset);
}

static void check_logged(const char *part)
{
    if (strstr(logged, part) == NULL) fail_msg("\"%s\" lacks \"%s\"", logged, part);
}

/* --- times in files -------------------------------------------------------------------------------------------- */

static void dates_are_times(void **state)
{
    (void)state;
    check("a.csv", HEAD "u,c,2024-03-02\nu,a,2024-03-01 10:00:00\nu,b,2024-03-01T10:05:00.5+00:00\n", NULL,
          LLMREC_TIME_UNIT_ISO, "u: a@1709287200 b@1709287500.5 c@1709337600 | c a b");
    check_logged(": columns 1 user \"user_id\", 2 item \"item_id\", 3 time \"timestamp\" (dates)");
    check("a.csv",
          "session_id,timestamp,item_id,category\n1,2014-04-07T10:54:09.868Z,b,0\n1,2014-04-07T10:51:09.277Z,a,0\n",
          NULL, LLMREC_TIME_UNIT_ISO, "1: a@1396867869.277 b@1396868049.868 | b a");
    check("a.jsonl", "{\"user_id\":1,\"item_id\":\"a\",\"timestamp\":\"2024-01-01\"}\n", NULL, LLMREC_TIME_UNIT_ISO,
          "1: a@1704067200 | a");
}

static void units_are_known_by_their_size(void **state)
{
    (void)state;
    check("a.csv", HEAD "u,a,\"10\"\nu,b,\" 20\"\nu,c,+30\n", NULL, LLMREC_TIME_UNIT_S, "u: a@10 b@20 c@30 | a b c");
    check_logged("(seconds)");
    check("a.csv", "timestamp,visitor_id,event,item_id\n1433221333117,2,view,b\n1433221332117,2,view,a\n", NULL,
          LLMREC_TIME_UNIT_MS, "2: a@1433221332117 b@1433221333117 | b a");
    check_logged("(milliseconds)");
    check("a.csv", HEAD "u,a,1433221332117000.5\nu,b,0\n", NULL, LLMREC_TIME_UNIT_US,
          "u: b@0 a@1433221332117000.5 | a b");
    check_logged("(microseconds)");
    check("a.csv", HEAD "u,a,1433221332117000001\nu,b,1433221332117000000\n", NULL, LLMREC_TIME_UNIT_NS,
          "u: b@1433221332117000000 a@1433221332117000001 | a b");
    check_logged("(nanoseconds)");
    check("a.csv", HEAD "u,a,964982703.123456789\nu,b,964982703.123456788\n", NULL, LLMREC_TIME_UNIT_S,
          "u: b@964982703.123456788 a@964982703.123456789 | a b");
}

static void options_overrule_what_is_found(void **state)
{
    llmrec_dataset_options options = default_options();
    (void)state;
    options.time_unit = LLMREC_TIME_UNIT_MS;
    check("a.csv", HEAD "u,a,1000.5\nu,b,1\n", &options, LLMREC_TIME_UNIT_MS, "u: b@1 a@1000.5 | a b");
    options.time_unit = LLMREC_TIME_UNIT_DATE;
    check("a.csv", HEAD "u,a,20240302\nu,b,20240301\n", &options, LLMREC_TIME_UNIT_ISO,
          "u: b@1709251200 a@1709337600 | a b");
    options.time_format = "%d.%m.%Y %H:%M";
    check("a.csv", HEAD "u,a,02.03.2024 00:00\nu,b,1.3.2024 00:00\n", &options, LLMREC_TIME_UNIT_ISO,
          "u: b@1709251200 a@1709337600 | a b");
    check_bad("a.csv", HEAD "u,a,2024-03-01\n", &options,
              ":2: timestamp is \"2024-03-01\"; wanted a time as time_format");
    llmrec_dataset *dataset = NULL;
    options.time_format = "%d.%m.%Q";
    assert_failure(load("a.csv", HEAD, &options, &dataset), LLMREC_ERR_ARGUMENT,
                   "time_format is \"%d.%m.%Q\"; wanted no \"%Q\"");
}

static void columns_that_mix_are_refused(void **state)
{
    llmrec_dataset_options options = default_options();
    (void)state;
    check_bad(
        "a.csv", HEAD "u,a,2024-03-01 10:00:00 CET\n", NULL,
        "a.csv:2: timestamp is \"2024-03-01 10:00:00 CET\"; wanted a date such as 2024-03-01 10:00:00, and a zone");
    check_bad("a.csv", HEAD "u,a,5\nu,b,964982703\nu,c,1433221332117\n", NULL,
              ":4: timestamp is \"1433221332117\"; line 3 has \"964982703\": seconds and milliseconds in one column");
    check_bad("a.csv", HEAD "u,a,1433221332117000\nu,b,7\nu,c,1433221332117\n", NULL,
              ":4: timestamp is \"1433221332117\"; line 2 has \"1433221332117000\": milliseconds and microseconds");
    check_bad("a.csv", HEAD "u,a,5\nu,b,2024-03-01\n", NULL,
              ":3: timestamp is \"2024-03-01\"; line 2 has \"5\": numbers and dates in one column");
    options.time_unit = LLMREC_TIME_UNIT_S;
    check_bad("a.csv", HEAD "u,a,5\nu,c,1433221332117\n", &options,
              ":3: timestamp is \"1433221332117\"; wanted less in seconds, the unit of this column (see time_unit)");
    check_bad("a.csv", HEAD "u,a,\"1,5\"\nu,b,\"2,5\"\n", NULL,
              ":2: timestamp is \"1,5\"; wanted a decimal point, not a comma");
}

/* The first thousand rows tell the unit, and rows after them must fit it. */
static void the_first_rows_tell_the_unit(void **state)
{
    static char text[1 << 16];
    (void)state;
    for (int early = 0; early < 2; early++) {
        size_t used = (size_t)snprintf(text, sizeof text, HEAD);
        for (int row = 0; row < 1001; row++)
            used += (size_t)snprintf(text + used, sizeof text - used, "u,a,%s\n",
                                     row == 1000 - early ? "10000000000" : "1");
        llmrec_dataset *dataset = NULL;
        if (early == 0) {
            check_bad("a.csv", text, NULL, ":1002: timestamp is \"10000000000\"; wanted less in seconds");
            continue;
        }
        assert_ok(load("a.csv", text, NULL, &dataset));
        assert_int_equal(llmrec_dataset_time_unit(dataset), LLMREC_TIME_UNIT_MS);
        llmrec_dataset_free(dataset);
    }
}

/* --- missing values -------------------------------------------------------------------------------------------- */

static void missing_values_are_refused(void **state)
{
    (void)state;
    check_bad("a.csv", HEAD "u1,a,10\nu1,,20\nu1,c,\n", NULL, ":3: item_id is missing; wanted an id (missing=drop");
    check_bad("a.csv", HEAD "u1,a,10\nu1,c,NaN\n", NULL, ":3: timestamp is \"NaN\"; wanted a time (missing=drop");
    check_bad("a.csv", HEAD "u1,a,10\n,b,15\n", NULL, ":3: user_id is missing; wanted an id");
    check_bad("a.csv", HEAD "NULL,a,10\n", NULL, ":2: user_id is \"NULL\"; wanted an id");
    check_bad("a.csv", HEAD "u,\\N,10\n", NULL, ":2: item_id is \"\\N\"; wanted an id");
    check_bad("a.jsonl",
              "{\"user_id\":1,\"item_id\":10,\"timestamp\":10}\n{\"user_id\":1,\"item_id\":null,\"timestamp\":1}\n",
              NULL, ":2: item_id is missing; wanted an id");
    check_bad("a.txt", "a NA c\n", NULL, ":1: item id is \"NA\"; wanted an id");
}

static void missing_values_are_dropped_by_option(void **state)
{
    llmrec_dataset_options options = default_options();
    llmrec_dataset_statistics found = {.size = sizeof found};
    llmrec_dataset *dataset = NULL;
    (void)state;
    options.missing = LLMREC_MISSING_DROP;
    assert_ok(load("a.csv", HEAD "u,a,1\nNULL,a,1\nu,NA,2\nu,b,\nu,b,nan\nu,c,3\n", &options, &dataset));
    assert_string_equal(dump(dataset), "u: a@1 c@3 | a c");
    assert_ok(llmrec_dataset_describe(dataset, &found));
    assert_true(found.input_rows == 6 && found.rows_missing == 4 && found.rows_dropped == 4 && found.rows == 2);
    check_logged("6 rows read, 4 dropped (4 with a missing value)");
    llmrec_dataset_free(dataset);
    check("a.txt", "a NA c\nNA\nb\n", &options, LLMREC_TIME_UNIT_AUTO, "1: a c; 3: b | a c b");
    options.missing_values = "?";
    check("a.csv", HEAD "u,NA,1\n?,x,2\nu,b,3\n", &options, LLMREC_TIME_UNIT_S, "u: NA@1 b@3 | NA b");
    options.missing_values = "";
    check("a.csv", HEAD "None,NaN,1\n", &options, LLMREC_TIME_UNIT_S, "None: NaN@1 | NaN");
}

/* --- ids ------------------------------------------------------------------------------------------------------- */

static void floats_are_told(void **state)
{
    (void)state;
    check("a.csv", HEAD "7.0,1.0,10\n8.0,2,20\n", NULL, LLMREC_TIME_UNIT_S, "7.0: 1.0@10; 8.0: 2@20 | 1.0 2");
    check_logged("every session id ends in \".0\", such as \"7.0\"; ids=integer makes them integers");
    assert_null(strstr(logged, "every item id"));
}

static void integers_are_one_id(void **state)
{
    llmrec_dataset_options options = default_options();
    llmrec_dataset *dataset = NULL;
    (void)state;
    options.ids = LLMREC_IDS_INTEGER;
    assert_ok(load("a.csv", HEAD "007,1.0,1\n7,1,2\n 7,1e0,3\n+7.0,\" 1\",4\n", &options, &dataset));
    assert_string_equal(dump(dataset), "7: 1@1 1@2 1@3 1@4 | 1");
    assert_true(llmrec_dataset_item_ids_are_numbers(dataset) && llmrec_dataset_session_ids_are_numbers(dataset));
    llmrec_dataset_free(dataset);
    check("a.csv", HEAD "u1,1.0,1\nu2,1,1\n", &options, LLMREC_TIME_UNIT_S, "u1: 1@1; u2: 1@1 | 1");
    check_bad("a.csv", HEAD "7.0,1,1\nu,1,1\n8,1,1\n", &options,
              ":3: user_id is \"u\"; line 2 has \"7.0\": integers and other ids in one column (see ids)");
    check_bad("a.csv", HEAD "1,1.5,1\n", &options, ":2: item_id is \"1.5\"; wanted an integer");
    check_bad("a.csv", HEAD "1,9223372036854775808,1\n", &options,
              ":2: item_id is \"9223372036854775808\"; wanted an integer");
    check("a.jsonl",
          "{\"user_id\":1,\"item_id\":10,\"timestamp\":10}\n{\"user_id\":1.0,\"item_id\":10.0,\"timestamp\":20.5}\n"
          "{\"user_id\":\"1\",\"item_id\":\"10\",\"timestamp\":30}\n",
          &options, LLMREC_TIME_UNIT_S, "1: 10@10 10@20.5 10@30 | 10");
    check("a.jsonl",
          "{\"user_id\":1,\"item_id\":9007199254740993,\"timestamp\":1}\n{\"user_id\":1,\"item_id\":"
          "9007199254740992,\"timestamp\":2}\n",
          NULL, LLMREC_TIME_UNIT_S, "1: 9007199254740993@1 9007199254740992@2 | 9007199254740993 9007199254740992");
}

static void item_files_have_the_same_ids(void **state)
{
    llmrec_dataset_options options = default_options();
    llmrec_dataset *dataset = NULL;
    (void)state;
    options.ids = LLMREC_IDS_INTEGER;
    options.catalog = LLMREC_CATALOG_ALL;
    write_text(scratch("rows.csv"), HEAD "1,1.0,1\n1,2.0,2\n");
    write_text(scratch("items.csv"), "item_id,title\n01,A\n2,B\n3.0,C\n");
    assert_ok(llmrec_dataset_load(context, scratch("rows.csv"), scratch("items.csv"), &options, &dataset));
    assert_string_equal(dump(dataset), "1: 1@1 2@2 | 1=A 2=B 3=C");
    assert_true(llmrec_dataset_item_ids_are_numbers(dataset));
    llmrec_dataset_free(dataset);
    dataset = NULL;
    write_text(scratch("items.csv"), "item_id,title\n1,A\n2,B\n1.0,C\n");
    assert_failure(llmrec_dataset_load(context, scratch("rows.csv"), scratch("items.csv"), &options, &dataset),
                   LLMREC_ERR_FORMAT, "items.csv:4: item_id is \"1.0\", as on line 2");
    write_text(scratch("items.csv"), "item_id,title\n1,A\n,B\n2,C\n");
    assert_failure(llmrec_dataset_load(context, scratch("rows.csv"), scratch("items.csv"), &options, &dataset),
                   LLMREC_ERR_FORMAT, "items.csv:3: item_id is missing; wanted an id");
    write_text(scratch("items.csv"), "item_id,title\n1,A\nx,B\n");
    assert_failure(llmrec_dataset_load(context, scratch("rows.csv"), scratch("items.csv"), &options, &dataset),
                   LLMREC_ERR_FORMAT, "items.csv:3: item_id is \"x\"; wanted an integer");
    options.missing = LLMREC_MISSING_DROP;
    write_text(scratch("items.csv"), "item_id,title\n1,A\nNULL,B\n2,C\n");
    assert_ok(llmrec_dataset_load(context, scratch("rows.csv"), scratch("items.csv"), &options, &dataset));
    assert_string_equal(dump(dataset), "1: 1@1 2@2 | 1=A 2=C");
    check_logged("1 of 3 described items have no id and are dropped");
    llmrec_dataset_free(dataset);
}

static llmrec_status load_both(const char *rows, const char *items, const llmrec_dataset_options *options,
                               llmrec_dataset **dataset)
{
    logged[0] = '\0';
    write_text(scratch("rows.csv"), rows);
    write_text(scratch("items.csv"), items);
    return llmrec_dataset_load(context, scratch("rows.csv"), scratch("items.csv"), options, dataset);
}

static void item_files_must_have_items(void **state)
{
    llmrec_dataset *dataset = NULL;
    (void)state;
    assert_failure(load_both(HEAD "u,9.0,1\nu,1.0,2\n", "item_id,title\n1,A\n2,B\n", NULL, &dataset), LLMREC_ERR_SHAPE,
                   "no item of \"rows.csv\" is in the item file \"items.csv\": \"1.0\" here, \"1\" there; ids=integer "
                   "makes them one");
    assert_failure(load_both("item_id,user_id,timestamp\nu,a,1\nu,b,2\n", "item_id,title\na,A\nb,B\n", NULL, &dataset),
                   LLMREC_ERR_SHAPE,
                   "\"u\" here, \"a\" there; it has the session ids: are session_column and item_column");
    assert_failure(load_both(HEAD "u,a,1\nu,b,2\n", "item_id,sku,title\n1,a,A\n2,b,B\n", NULL, &dataset),
                   LLMREC_ERR_SHAPE, "\"a\" here, \"1\" there; its column \"sku\" has them (items_id_column)");
    assert_failure(load_both(HEAD "u,a,1\n", "item_id,title\nx,A\n", NULL, &dataset), LLMREC_ERR_SHAPE,
                   "no item of \"rows.csv\" is in the item file \"items.csv\": \"a\" here, \"x\" there");
    assert_null(strstr(llmrec_last_error(), ";"));
    assert_failure(load_both(HEAD "u,a,1\n", "item_id,title\n", NULL, &dataset), LLMREC_ERR_FORMAT,
                   "items.csv: no row after the header; wanted at least one");
    assert_null(dataset);
}

static void shares_are_told_with_examples(void **state)
{
    llmrec_dataset *dataset = NULL;
    (void)state;
    assert_ok(load_both(HEAD "u,1,1\nu,2,1\nu,3,1\nu,4,1\nu,5,1\n", "item_id,title\n1,A\n7,B\n", NULL, &dataset));
    check_logged(
        "1 of 5 items of \"rows.csv\" (20%) are in the item file \"items.csv\"; not there: \"2\", \"3\", \"4\"; only "
        "there: \"7\"");
    llmrec_dataset_free(dataset);
    assert_ok(load_both(HEAD "u,1,1\nu,2,1\n", "item_id,title\n1,A\n2,B\n7,C\n", NULL, &dataset));
    assert_null(strstr(logged, " are in the item file"));
    llmrec_dataset_free(dataset);
}

/* A side that comes from a file has its name. */
static void sides_without_a_common_item_are_named(void **state)
{
    llmrec_dataset_options options = default_options();
    llmrec_dataset *dataset = NULL, *other = NULL;
    llmrec_embedding *table = NULL, *aligned = NULL;
    (void)state;
    assert_ok(load("a.csv", HEAD "u,1,1\nu,2,2\n", NULL, &dataset));
    options.like = dataset;
    assert_failure(load("b.csv", HEAD "u,x,1\n", &options, &other), LLMREC_ERR_SHAPE,
                   "no item of \"b.csv\" is in the dataset of `like`: \"x\" here, \"1\" there");
    write_text(scratch("vectors.csv"), "id,a,b\nx,1,2\ny,3,4\n");
    assert_ok(llmrec_embedding_load(context, scratch("vectors.csv"), NULL, &table));
    assert_failure(llmrec_embedding_align(table, dataset, LLMREC_ALIGN_ZERO, NULL, &aligned), LLMREC_ERR_SHAPE,
                   "no item of the interactions is in the table \"vectors.csv\": \"1\" here, \"x\" there");
    assert_null(other);
    assert_null(aligned);
    llmrec_embedding_free(table);
    llmrec_dataset_free(dataset);
}

static void splits_are_told(void **state)
{
    llmrec_split_options options;
    llmrec_dataset *dataset = NULL, *view = NULL;
    (void)state;
    assert_ok(llmrec_split_options_init(&options, sizeof options));
    options.method = LLMREC_SPLIT_LEAVE_ONE_OUT;
    assert_ok(load("a.csv", HEAD "u,a,2024-03-01\nu,b,2024-03-02\nu,c,2024-03-03\nv,a,2024-03-04\n", NULL, &dataset));
    assert_ok(llmrec_dataset_split(dataset, &options, LLMREC_PART_TRAIN, &view));
    check_logged("split leave_one_out: the train part has 2 of 2 sessions and 2 of 4 rows, times up to 2024-03-04");
    llmrec_dataset_free(view);
    assert_ok(llmrec_dataset_split(dataset, &options, LLMREC_PART_TEST, &view));
    check_logged("split leave_one_out: the test part has 1 of 2 sessions and 3 of 4 rows, targets from 2024-03-03");
    llmrec_dataset_free(view);
    const int8_t parts[] = {LLMREC_PART_TRAIN, LLMREC_PART_TEST, LLMREC_PART_TEST, LLMREC_PART_TRAIN};
    assert_ok(llmrec_dataset_split_rows(dataset, parts, 4, LLMREC_PART_TEST, &view));
    check_logged("split by given rows: the test part has 1 of 2 sessions and 3 of 4 rows, targets from 2024-03-02");
    llmrec_dataset_free(view);
    llmrec_dataset_free(dataset);
}

static llmrec_status align(const char *const *ids, int64_t rows, const llmrec_dataset *dataset,
                           llmrec_embedding **aligned)
{
    static const float values[] = {1, 2, 3, 4};
    llmrec_embedding *table = NULL;
    logged[0] = '\0';
    assert_ok(llmrec_embedding_create(context, values, rows, 1, ids, NULL, NULL, &table));
    const llmrec_status status = llmrec_embedding_align(table, dataset, LLMREC_ALIGN_ZERO, NULL, aligned);
    llmrec_embedding_free(table);
    return status;
}

static void check_aligned(const llmrec_dataset *dataset, const char *const *ids, const float wanted[3])
{
    llmrec_embedding *aligned = NULL;
    float values[3];
    assert_ok(align(ids, 4, dataset, &aligned));
    assert_ok(llmrec_embedding_copy_rows(aligned, 0, 3, values));
    assert_memory_equal(values, wanted, sizeof values);
    llmrec_embedding_free(aligned);
}

static void tables_must_have_items(void **state)
{
    static const char *const floats[] = {"3.0", "2.0", "1.0", "x"}, *const others[] = {"a", "b", "c", "d"};
    static const char *const few[] = {"1.0", "b", "7.0", "d"}, *const twice[] = {"1", "1.0", "c", "d"};
    static const float all[] = {3, 2, 1}, one[] = {1, 0, 0};
    llmrec_similarity_options unreduced;
    llmrec_dataset_options options = default_options();
    llmrec_dataset *dataset = NULL;
    llmrec_embedding *aligned = NULL;
    llmrec_recommender *recommender = NULL;
    (void)state;
    assert_ok(load("a.csv", HEAD "1,1,1\n1,2,2\n1,3,3\n", &options, &dataset));
    assert_failure(
        align(floats, 4, dataset, &aligned), LLMREC_ERR_SHAPE,
        "no item of the interactions is in the table: \"3\" here, \"3.0\" there; ids=integer makes them one");
    llmrec_dataset_free(dataset);
    options.ids = LLMREC_IDS_INTEGER;
    assert_ok(load("a.csv", HEAD "1,1,1\n1,2,2\n1,3,3\n", &options, &dataset));
    check_aligned(dataset, floats, all);
    check_aligned(dataset, few, one);
    check_logged(
        "1 of 3 items of the interactions (33.3%) are in the table; not there: \"2\", \"3\"; only there: \"b\", "
        "\"7.0\", \"d\"");
    assert_failure(align(others, 4, dataset, &aligned), LLMREC_ERR_SHAPE,
                   "no item of the interactions is in the table: \"1\" here, \"a\" there");
    assert_failure(align(twice, 4, dataset, &aligned), LLMREC_ERR_SHAPE,
                   "rows 0 and 1 of the table are both item \"1\"");
    assert_ok(align(few, 4, dataset, &aligned));
    assert_ok(llmrec_similarity_options_init(&unreduced, sizeof unreduced));
    unreduced.reduce = LLMREC_REDUCE_NONE;
    assert_ok(llmrec_recommender_create_similarity(aligned, &unreduced, &recommender));
    check_logged("similarity can recommend 1 of 3 items by their vectors");
    assert_non_null(strstr(described(recommender), "\"items\":3,"));
    assert_non_null(strstr(described(recommender), "\"items_with_vectors\":1,"));
    assert_ok(llmrec_recommender_save(recommender, scratch("few.h5")));
    llmrec_recommender_free(recommender);
    assert_ok(llmrec_recommender_open(context, scratch("few.h5"), NULL, &recommender));
    assert_non_null(strstr(described(recommender), "\"items_with_vectors\":1,"));
    llmrec_recommender_free(recommender);
    llmrec_embedding_free(aligned);
    llmrec_dataset_free(dataset);
}

/* --- arrays ---------------------------------------------------------------------------------------------------- */

enum { ROWS = 3 };
static const int64_t sessions[ROWS] = {1, 1, 1};
static const char *const items[ROWS] = {"a", "b", "c"};

static llmrec_interactions some_rows(void)
{
    return (llmrec_interactions){
        .size = sizeof(llmrec_interactions), .rows = ROWS, .session_numbers = sessions, .item_ids = items};
}

static void check_arrays(const llmrec_interactions *rows, const llmrec_dataset_options *options, int64_t unit,
                         const char *wanted)
{
    llmrec_dataset *dataset = NULL;
    assert_ok(llmrec_dataset_create(context, rows, NULL, options, &dataset));
    assert_string_equal(dump(dataset), wanted);
    assert_int_equal(llmrec_dataset_time_unit(dataset), unit);
    llmrec_dataset_free(dataset);
}

static void check_bad_arrays(const llmrec_interactions *rows, const llmrec_dataset_options *options, const char *wanted)
{
    llmrec_dataset *dataset = NULL;
    assert_failure(llmrec_dataset_create(context, rows, NULL, options, &dataset), LLMREC_ERR_ARGUMENT, wanted);
    assert_null(dataset);
}

static void integers_in_arrays_keep_their_order(void **state)
{
    static const int64_t times[ROWS] = {1700000000000000001, 1700000000000000002, 1700000000000000000};
    static const int64_t days[ROWS] = {20240302, 20240301, 20240303};
    llmrec_dataset_options options = default_options();
    llmrec_interactions rows = some_rows();
    (void)state;
    rows.time_numbers = times;
    logged[0] = '\0';
    check_arrays(&rows, NULL, LLMREC_TIME_UNIT_NS,
                 "1: c@1700000000000000000 a@1700000000000000001 b@1700000000000000002 | a b c");
    check_logged("times are read as nanoseconds");
    options.time_unit = LLMREC_TIME_UNIT_ISO;
    check_arrays(&rows, &options, LLMREC_TIME_UNIT_ISO,
                 "1: c@1700000000 a@1700000000.000000001 b@1700000000.000000002 | a b c");
    options.time_unit = LLMREC_TIME_UNIT_DATE;
    rows.time_numbers = days;
    check_arrays(&rows, &options, LLMREC_TIME_UNIT_ISO, "1: b@1709251200 a@1709337600 c@1709424000 | a b c");
    options.time_format = "%Y%m%d";
    check_arrays(&rows, &options, LLMREC_TIME_UNIT_ISO, "1: b@1709251200 a@1709337600 c@1709424000 | a b c");
    options.time_format = "%Y.%m";
    check_bad_arrays(&rows, &options, "time_numbers[0] is 20240302; wanted a time as time_format says");
}

static void times_in_arrays_are_checked(void **state)
{
    static const int64_t holes[ROWS] = {5, INT64_MIN, 3}, mixed[ROWS] = {5, 1700000000, 1700000000000};
    static const double numbers[ROWS] = {2.5, 1e19, 1}, none[ROWS] = {2.5, -1, 0.0 / 0.0};
    llmrec_dataset_options options = default_options();
    llmrec_interactions rows = some_rows();
    (void)state;
    rows.time_numbers = holes;
    check_bad_arrays(&rows, NULL, "time_numbers[1] is -9223372036854775808; wanted a time (missing=drop");
    options.missing = LLMREC_MISSING_DROP;
    check_arrays(&rows, &options, LLMREC_TIME_UNIT_S, "1: c@3 a@5 | a c");
    rows.time_numbers = mixed;
    check_bad_arrays(&rows, NULL, "time_numbers[2] is 1700000000000; row 1 has 1700000000: seconds and milliseconds");
    rows.times = numbers;
    check_bad_arrays(&rows, NULL, "both times and time_numbers");
    rows.time_numbers = NULL;
    check_bad_arrays(&rows, NULL, "times[1] is 1e+19; wanted a finite number below 2^63");
    rows.times = none;
    check_bad_arrays(&rows, NULL, "times[2] is");
    check_arrays(&rows, &options, LLMREC_TIME_UNIT_S, "1: b@-1 a@2.5 | a b");
    options.time_unit = LLMREC_TIME_UNIT_ISO;
    check_bad_arrays(&rows, &options, "times[0] is 2.5; wanted time_numbers");
    options.time_unit = LLMREC_TIME_UNIT_DATE;
    check_bad_arrays(&rows, &options, "times[0] is 2.5; wanted an integer");
}

static void ids_in_arrays_are_checked(void **state)
{
    static const char *const holes[ROWS] = {"1.0", NULL, "nan"}, *const texts[ROWS] = {"1", "1.0", "x"};
    static const char *const mixed[] = {"a", "7.0"};
    llmrec_dataset_options options = default_options();
    llmrec_interactions rows = some_rows();
    (void)state;
    rows.item_ids = holes;
    check_bad_arrays(&rows, NULL, "item_ids[1] is missing; wanted an id (missing=drop");
    options.missing = LLMREC_MISSING_DROP;
    options.ids = LLMREC_IDS_INTEGER;
    check_arrays(&rows, &options, LLMREC_TIME_UNIT_AUTO, "1: 1 | 1");
    rows.item_ids = texts;
    check_bad_arrays(&rows, &options, "item_ids[2] is \"x\"; wanted an integer");
    rows.rows = 2;
    check_arrays(&rows, &options, LLMREC_TIME_UNIT_AUTO, "1: 1 1 | 1");
    rows.session_numbers = NULL;
    rows.session_ids = items;
    check_arrays(&rows, &options, LLMREC_TIME_UNIT_AUTO, "a: 1; b: 1 | 1");
    rows.session_ids = mixed;
    check_bad_arrays(&rows, &options,
                     "session_ids[1] is \"7.0\"; row 0 has \"a\": integers and other ids in one column");
}

/* --- splits ---------------------------------------------------------------------------------------------------- */

static void cutoffs_are_written_as_the_times_are(void **state)
{
    static const char *const cutoffs[] = {"2024-03-02", "2024-03-02 00:00:00Z", "2024-03-01T23:30:00-00:30"};
    llmrec_split_options options;
    llmrec_dataset *dataset = NULL, *view = NULL;
    (void)state;
    assert_ok(llmrec_split_options_init(&options, sizeof options));
    options.drop_untrained = 0;
    assert_ok(load("a.csv", HEAD "u,a,2024-03-01\nu,b,2024-03-02\nv,a,2024-03-01\nv,b,2024-03-01 23:59:59\n", NULL,
                   &dataset));
    for (size_t i = 0; i < sizeof cutoffs / sizeof *cutoffs; i++) {
        options.cutoff = cutoffs[i];
        assert_ok(llmrec_dataset_split(dataset, &options, LLMREC_PART_TEST, &view));
        assert_int_equal(llmrec_dataset_sessions(view), 1);
        llmrec_dataset_free(view);
    }
    options.cutoff = "5";
    assert_failure(llmrec_dataset_split(dataset, &options, LLMREC_PART_TEST, &view), LLMREC_ERR_ARGUMENT,
                   "cutoff is \"5\"; wanted a date such as");
    llmrec_dataset_free(dataset);
    assert_ok(load("a.csv", HEAD "u,a,1709251200000\nv,a,1709251200001\n", NULL, &dataset));
    options.cutoff = "1709251200001";
    assert_ok(llmrec_dataset_split(dataset, &options, LLMREC_PART_TEST, &view));
    assert_string_equal(dump(view), "v: a@1709251200001 | a");
    llmrec_dataset_free(view);
    options.cutoff = "2024-03-01 00:00:00.0005";
    assert_ok(llmrec_dataset_split(dataset, &options, LLMREC_PART_TRAIN, &view));
    assert_string_equal(dump(view), "u: a@1709251200000 | a");
    llmrec_dataset_free(view);
    options.cutoff = "1709251200001000000";
    assert_failure(llmrec_dataset_split(dataset, &options, LLMREC_PART_TEST, &view), LLMREC_ERR_ARGUMENT,
                   "wanted a time from the years 1678 to 2262");
    llmrec_dataset_free(dataset);
}

static void items_that_nobody_touched_are_told_once(void **state)
{
    llmrec_dataset *dataset = NULL;
    (void)state;
    logged[0] = '\0';
    write_text(scratch("rows.csv"), HEAD "u,a,1\n");
    write_text(scratch("items.csv"), "item_id,title\na,A\nb,B\nc,C\n");
    assert_ok(llmrec_dataset_load(context, scratch("rows.csv"), scratch("items.csv"), NULL, &dataset));
    assert_string_equal(dump(dataset), "u: a@1 | a=A b=B c=C");
    const char *told = strstr(logged, "2 of 3 items have no interaction\n");
    assert_non_null(told);
    assert_null(strstr(strchr(told, '\n'), "no interaction"));
    llmrec_dataset_free(dataset);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dates_are_times),
        cmocka_unit_test(units_are_known_by_their_size),
        cmocka_unit_test(options_overrule_what_is_found),
        cmocka_unit_test(columns_that_mix_are_refused),
        cmocka_unit_test(the_first_rows_tell_the_unit),
        cmocka_unit_test(missing_values_are_refused),
        cmocka_unit_test(missing_values_are_dropped_by_option),
        cmocka_unit_test(floats_are_told),
        cmocka_unit_test(integers_are_one_id),
        cmocka_unit_test(item_files_have_the_same_ids),
        cmocka_unit_test(item_files_must_have_items),
        cmocka_unit_test(shares_are_told_with_examples),
        cmocka_unit_test(sides_without_a_common_item_are_named),
        cmocka_unit_test(splits_are_told),
        cmocka_unit_test(tables_must_have_items),
        cmocka_unit_test(integers_in_arrays_keep_their_order),
        cmocka_unit_test(times_in_arrays_are_checked),
        cmocka_unit_test(ids_in_arrays_are_checked),
        cmocka_unit_test(cutoffs_are_written_as_the_times_are),
        cmocka_unit_test(items_that_nobody_touched_are_told_once),
    };
    return cmocka_run_group_tests(tests, make_context, drop_context);
}
