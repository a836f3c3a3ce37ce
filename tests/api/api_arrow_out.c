/* SPDX-License-Identifier: Apache-2.0 */
/* Data sets, recommendations and reports as Arrow streams: contents, lifetimes, and the way back. */
#include <math.h>

#include "../dump.h"
#include "../shared_context.h"

static const int64_t sessions[] = {7, 7, 7, 8, 8, 8, 8}, items[] = {1, 2, 3, 3, 1, 2, 4};
static const char *const words[] = {"a", "b", "c", "c", "a", "b", "d\xC3\xA4"};
static const int64_t seconds[] = {10, 11, 12, 3, 4, 5, 6};
static const double fractions[] = {10.5, 11, 12, 3, 4, 5, -6.25};

enum { ROWS = 7 };

static llmrec_dataset *create(const llmrec_interactions *rows, const llmrec_items *table,
                              const llmrec_dataset_options *options)
{
    llmrec_dataset *dataset = NULL;
    assert_ok(llmrec_dataset_create(context, rows, table, options, &dataset));
    return dataset;
}

static llmrec_interactions integer_rows(void)
{
    return (llmrec_interactions){.size = sizeof(llmrec_interactions),
                                 .rows = ROWS,
                                 .session_numbers = sessions,
                                 .item_numbers = items,
                                 .time_numbers = seconds};
}

/* --- a stream as text -------------------------------------------------------------------------------------------- */

static void print_value(const char *format, const struct ArrowArray *array, int64_t row)
{
    char text[64] = "";
    const int64_t at = array->offset + row, *offsets = array->buffers[1];
    assert_null(array->buffers[0]);
    assert_int_equal(array->null_count, 0);
    assert_int_equal(array->n_buffers, *format == 'U' ? 3 : 2);
    if (*format == 'U')
        dump_bytes((const char *)array->buffers[2] + offsets[at], (size_t)(offsets[at + 1] - offsets[at]));
    else if (*format == 'i') snprintf(text, sizeof text, "%d", ((const int32_t *)array->buffers[1])[at]);
    else if (*format == 'f') snprintf(text, sizeof text, "%g", (double)((const float *)array->buffers[1])[at]);
    else if (*format == 'g') snprintf(text, sizeof text, "%g", ((const double *)array->buffers[1])[at]);
    else snprintf(text, sizeof text, "%lld", (long long)((const int64_t *)array->buffers[1])[at]);
    dump_bytes(text, strlen(text));
}

static void print_batch(const struct ArrowSchema *schema, const struct ArrowArray *batch)
{
    assert_int_equal(batch->n_children, schema->n_children);
    for (int64_t row = 0; row < batch->length; row++)
        for (int64_t i = 0; i < batch->n_children; i++) {
            assert_int_equal(batch->children[i]->length, batch->length);
            dump_bytes(i > 0 ? "," : "\n", 1);
            print_value(schema->children[i]->format, batch->children[i], row);
        }
}

/* Reads and releases a stream: "name:format,...\nvalue,...". */
static const char *printed(struct ArrowArrayStream *stream)
{
    struct ArrowSchema schema;
    struct ArrowArray batch;
    dumped_length = 0;
    assert_int_equal(stream->get_schema(stream, &schema), 0);
    assert_string_equal(schema.format, "+s");
    for (int64_t i = 0; i < schema.n_children; i++) {
        dump_bytes(i > 0 ? "," : "", i > 0);
        dump_bytes(schema.children[i]->name, strlen(schema.children[i]->name));
        dump_bytes(":", 1);
        dump_bytes(schema.children[i]->format, strlen(schema.children[i]->format));
    }
    for (;;) {
        assert_int_equal(stream->get_next(stream, &batch), 0);
        if (batch.release == NULL) break;
        print_batch(&schema, &batch);
        batch.release(&batch);
        assert_null(batch.release);
    }
    stream->release(stream);
    assert_null(stream->release);
    schema.release(&schema);
    return dumped;
}

static void check_rows(llmrec_dataset *dataset, const char *wanted)
{
    struct ArrowArrayStream stream;
    assert_ok(llmrec_dataset_rows_arrow(dataset, &stream));
    llmrec_dataset_free(dataset); /* the stream holds what it needs */
    assert_string_equal(printed(&stream), wanted);
}

/* --- rows -------------------------------------------------------------------------------------------------------- */

static void ids_keep_their_kind(void **state)
{
    const llmrec_interactions numbers = integer_rows();
    llmrec_interactions texts = numbers;
    (void)state;
    texts.item_numbers = NULL;
    texts.item_ids = words;
    check_rows(create(&numbers, NULL, NULL),
               "session_id:l,item_id:l,timestamp:l\n7,1,10\n7,2,11\n7,3,12\n8,3,3\n8,1,4\n"
               "8,2,5\n8,4,6");
    check_rows(create(&texts, NULL, NULL), "session_id:l,item_id:U,timestamp:l\n7,a,10\n7,b,11\n7,c,12\n8,c,3\n8,a,4\n"
                                           "8,b,5\n8,d\xC3\xA4,6");
}

static void times_keep_their_kind(void **state)
{
    llmrec_interactions rows = integer_rows();
    llmrec_dataset_options options;
    (void)state;
    assert_ok(llmrec_dataset_options_init(&options, sizeof options));
    options.time_unit = LLMREC_TIME_UNIT_ISO;
    check_rows(create(&rows, NULL, &options), "session_id:l,item_id:l,timestamp:tsn:\n7,1,10\n7,2,11\n7,3,12\n8,3,3\n"
                                              "8,1,4\n8,2,5\n8,4,6");
    rows.time_numbers = NULL;
    check_rows(create(&rows, NULL, NULL), "session_id:l,item_id:l\n7,1\n7,2\n7,3\n8,3\n8,1\n8,2\n8,4");
    rows.times = fractions;
    check_rows(create(&rows, NULL, NULL), "session_id:l,item_id:l,timestamp:g\n7,1,10.5\n7,2,11\n7,3,12\n8,4,-6.25\n"
                                          "8,3,3\n8,1,4\n8,2,5");
}

static void views_give_what_they_show(void **state)
{
    const llmrec_interactions rows = integer_rows();
    llmrec_dataset *dataset = create(&rows, NULL, NULL), *test = NULL;
    llmrec_split_options options;
    (void)state;
    assert_ok(llmrec_split_options_init(&options, sizeof options));
    options.method = LLMREC_SPLIT_LEAVE_ONE_OUT;
    assert_ok(llmrec_dataset_split(dataset, &options, LLMREC_PART_TRAIN, &test));
    llmrec_dataset_free(dataset);
    check_rows(test, "session_id:l,item_id:l,timestamp:l\n7,1,10\n8,3,3\n8,1,4");
}

static void rows_come_back_as_they_went(void **state)
{
    const llmrec_interactions rows = integer_rows();
    llmrec_dataset *dataset = create(&rows, NULL, NULL), *again = NULL;
    struct ArrowArrayStream stream, item_stream;
    static char before[1 << 12];
    (void)state;
    snprintf(before, sizeof before, "%s", dump(dataset));
    assert_ok(llmrec_dataset_rows_arrow(dataset, &stream));
    assert_ok(llmrec_dataset_items_arrow(dataset, &item_stream));
    llmrec_dataset_free(dataset);
    assert_ok(llmrec_dataset_create_arrow(context, &stream, &item_stream, NULL, &again));
    assert_string_equal(dump(again), before);
    assert_int_equal(llmrec_dataset_item_ids_are_numbers(again), 1);
    llmrec_dataset_free(again);
}

static void long_tables_come_in_batches(void **state)
{
    enum { MANY = 150000 };
    static int64_t numbers[MANY];
    llmrec_interactions rows = integer_rows();
    struct ArrowArrayStream stream;
    struct ArrowArray batches[4];
    (void)state;
    for (int64_t i = 0; i < MANY; i++) numbers[i] = i / 3;
    rows.rows = MANY;
    rows.session_numbers = rows.item_numbers = rows.time_numbers = numbers;
    llmrec_dataset *dataset = create(&rows, NULL, NULL);
    assert_ok(llmrec_dataset_rows_arrow(dataset, &stream));
    llmrec_dataset_free(dataset);
    for (size_t i = 0; i < 4; i++) assert_int_equal(stream.get_next(&stream, &batches[i]), 0);
    stream.release(&stream); /* batches outlive it */
    assert_int_equal(batches[0].length, 65536);
    assert_int_equal(batches[1].length, 65536);
    assert_int_equal(batches[2].length, MANY - 2 * 65536);
    assert_null(batches[3].release);
    for (int64_t i = 0; i < batches[2].length; i++)
        for (int64_t column = 0; column < 2; column++)
            assert_int_equal(((const int64_t *)batches[2].children[column]->buffers[1])[i], (2 * 65536 + i) / 3);
    for (size_t i = 0; i < 3; i++) batches[i].release(&batches[i]);
}

static void children_may_be_moved_out(void **state)
{
    const llmrec_interactions rows = integer_rows();
    llmrec_dataset *dataset = create(&rows, NULL, NULL);
    struct ArrowArrayStream stream;
    struct ArrowSchema schema, again, name;
    struct ArrowArray batch, column;
    (void)state;
    assert_ok(llmrec_dataset_rows_arrow(dataset, &stream));
    llmrec_dataset_free(dataset);
    assert_int_equal(stream.get_schema(&stream, &schema), 0);
    assert_int_equal(stream.get_schema(&stream, &again), 0);
    assert_int_equal(stream.get_next(&stream, &batch), 0);
    stream.release(&stream);
    name = *schema.children[1];
    schema.children[1]->release = NULL;
    schema.release(&schema);
    column = *batch.children[1];
    batch.children[1]->release = NULL;
    batch.release(&batch);
    assert_string_equal(name.name, "item_id");
    assert_int_equal(((const int64_t *)column.buffers[1])[6], 4);
    name.release(&name);
    column.release(&column);
    assert_string_equal(again.children[0]->name, "session_id");
    again.release(&again);
}

/* --- items and statistics ---------------------------------------------------------------------------------------- */

static void check_items(const char *const *names, const char *wanted)
{
    static const int64_t ids[] = {1, 2, 3, 4};
    static const char *const texts[] = {"One", "x", "Two", "", NULL, NULL, "Four", "y"};
    const llmrec_interactions rows = integer_rows();
    const llmrec_items table = {
        .size = sizeof table, .rows = 4, .numbers = ids, .columns = 2, .column_names = names, .texts = texts};
    llmrec_dataset *dataset = create(&rows, &table, NULL);
    struct ArrowArrayStream stream;
    assert_ok(llmrec_dataset_items_arrow(dataset, &stream));
    llmrec_dataset_free(dataset);
    assert_string_equal(printed(&stream), wanted);
}

static void items_have_their_texts(void **state)
{
    (void)state;
    check_items((const char *const[]){"title", "tag"}, "item_id:l,title:U,tag:U\n1,One,x\n2,Two,\n3,,\n4,Four,y");
    check_items((const char *const[]){"title", "item_id"}, "id:l,title:U,item_id:U\n1,One,x\n2,Two,\n3,,\n4,Four,y");
}

static void statistics_are_one_row(void **state)
{
    llmrec_interactions rows = integer_rows();
    llmrec_dataset *dataset = create(&rows, NULL, NULL);
    struct ArrowArrayStream stream;
    (void)state;
    assert_ok(llmrec_dataset_statistics_arrow(dataset, &stream));
    llmrec_dataset_free(dataset);
    const char *text = printed(&stream);
    assert_non_null(strstr(text, "sessions:l,items:l,rows:l,items_seen:l,"));
    assert_non_null(
        strstr(text, "popularity_max:g,first_time:l,last_time:l\n2,4,7,4,0,7,0,0,0.875,3.5,3,3.25,3.5,3.75,4,"));
    assert_string_equal(text + strlen(text) - 5, ",3,12");
    rows.time_numbers = NULL;
    dataset = create(&rows, NULL, NULL);
    assert_ok(llmrec_dataset_statistics_arrow(dataset, &stream));
    llmrec_dataset_free(dataset);
    assert_null(strstr(printed(&stream), "first_time"));
}

/* --- results ----------------------------------------------------------------------------------------------------- */

static void recommendations_are_rows(void **state)
{
    static const int32_t lists[] = {3, 0, -1, 2, 1, 0}, counts[] = {1, 2};
    static const float scores[] = {.5f, 0, 0, 2, 1, 0};
    const llmrec_interactions rows = integer_rows();
    llmrec_dataset *dataset = create(&rows, NULL, NULL);
    llmrec_recommender *recommender = NULL;
    struct ArrowArrayStream stream, plain;
    (void)state;
    assert_ok(llmrec_recommender_create_popularity(dataset, &recommender));
    assert_ok(llmrec_recommendations_arrow(recommender, 2, 3, lists, scores, counts, &stream));
    assert_ok(llmrec_recommendations_arrow(recommender, 2, 3, lists, NULL, counts, &plain));
    llmrec_recommender_free(recommender);
    llmrec_dataset_free(dataset);
    assert_string_equal(printed(&stream), "session:l,rank:i,item_id:l,score:f\n0,1,4,0.5\n1,1,3,2\n1,2,2,1");
    assert_string_equal(printed(&plain), "session:l,rank:i,item_id:l\n0,1,4\n1,1,3\n1,2,2");
}

static void recommendations_without_ids_have_indices(void **state)
{
    static const float values[] = {1, 0, 0, 1};
    static const int32_t lists[] = {1, 0}, counts[] = {2};
    llmrec_embedding *table = NULL;
    llmrec_recommender *recommender = NULL;
    struct ArrowArrayStream stream;
    (void)state;
    assert_ok(llmrec_embedding_create(context, values, 2, 2, NULL, NULL, NULL, &table));
    assert_ok(llmrec_recommender_create_similarity(table, NULL, &recommender));
    assert_ok(llmrec_recommendations_arrow(recommender, 1, 2, lists, NULL, counts, &stream));
    assert_string_equal(printed(&stream), "session:l,rank:i,item:i\n0,1,1\n0,2,0");
    llmrec_recommender_free(recommender);
    llmrec_embedding_free(table);
}

static void wrong_lists_are_refused(void **state)
{
    static const int32_t lists[] = {3, 4}, many[] = {3}, two[] = {2};
    const llmrec_interactions rows = integer_rows();
    llmrec_dataset *dataset = create(&rows, NULL, NULL);
    llmrec_recommender *recommender = NULL;
    struct ArrowArrayStream stream;
    (void)state;
    assert_ok(llmrec_recommender_create_popularity(dataset, &recommender));
    assert_failure(llmrec_recommendations_arrow(recommender, 1, 2, lists, NULL, many, &stream), LLMREC_ERR_ARGUMENT,
                   "counts[0] is 3; wanted 0 to 2");
    assert_failure(llmrec_recommendations_arrow(recommender, 1, 2, lists, NULL, two, &stream), LLMREC_ERR_ARGUMENT,
                   "recommended[1] is 4; wanted 0 to 3");
    assert_failure(llmrec_recommendations_arrow(recommender, 1, 0, lists, NULL, two, &stream), LLMREC_ERR_ARGUMENT,
                   "k is 0");
    assert_failure(llmrec_recommendations_arrow(recommender, -1, 1, lists, NULL, two, &stream), LLMREC_ERR_ARGUMENT,
                   "sessions is -1");
    assert_failure(llmrec_recommendations_arrow(recommender, 1, 2, NULL, NULL, two, &stream), LLMREC_ERR_ARGUMENT,
                   "recommended is NULL");
    assert_failure(llmrec_dataset_rows_arrow(dataset, NULL), LLMREC_ERR_ARGUMENT, "out is NULL");
    assert_failure(llmrec_dataset_items_arrow(NULL, &stream), LLMREC_ERR_ARGUMENT, "dataset is NULL");
    assert_failure(llmrec_report_values_arrow(NULL, &stream), LLMREC_ERR_ARGUMENT, "report is NULL");
    llmrec_recommender_free(recommender);
    llmrec_dataset_free(dataset);
}

static void reports_give_values_per_session(void **state)
{
    static const int64_t list_offsets[] = {0, 2, 4}, target_offsets[] = {0, 1, 2}, ks[] = {1, 2};
    static const int32_t lists[] = {0, 1, 2, 3}, targets[] = {0, 3};
    llmrec_evaluation_options options;
    llmrec_report *report = NULL;
    struct ArrowArrayStream stream;
    (void)state;
    assert_ok(llmrec_evaluation_options_init(&options, sizeof options));
    options.k = ks;
    options.k_count = 2;
    assert_ok(
        llmrec_evaluate_lists(context, 2, 4, list_offsets, lists, NULL, target_offsets, targets, &options, &report));
    assert_ok(llmrec_report_values_arrow(report, &stream));
    llmrec_report_free(report);
    const char *text = printed(&stream);
    assert_non_null(strstr(text, "ndcg@1:g,hr@1:g,mrr@1:g,"));
    assert_non_null(strstr(text, ",serendipity@1:g,ndcg@2:g,hr@2:g,mrr@2:g,"));
    assert_non_null(strstr(text, "serendipity@2:g\n1,1,1,"));
    assert_non_null(strstr(text, "\n0,0,0,"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ids_keep_their_kind),         cmocka_unit_test(times_keep_their_kind),
        cmocka_unit_test(views_give_what_they_show),   cmocka_unit_test(rows_come_back_as_they_went),
        cmocka_unit_test(long_tables_come_in_batches), cmocka_unit_test(children_may_be_moved_out),
        cmocka_unit_test(items_have_their_texts),      cmocka_unit_test(statistics_are_one_row),
        cmocka_unit_test(recommendations_are_rows),    cmocka_unit_test(recommendations_without_ids_have_indices),
        cmocka_unit_test(wrong_lists_are_refused),     cmocka_unit_test(reports_give_values_per_session),
    };
    return cmocka_run_group_tests(tests, make_context, drop_context);
}
