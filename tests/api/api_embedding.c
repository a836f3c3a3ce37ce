/* SPDX-License-Identifier: Apache-2.0 */
/* Embedding tables through the public API. */
#include "../shared_context.h"

#include <math.h>
#include <stdbool.h>

enum { ROWS = 4, DIM = 3 };
static const float VALUES[ROWS * DIM] = {1, 2, 3, -0.5f, 0.25f, 0, 4, 5, 6, 7, 8, 1024};
static const char *const IDS[ROWS] = {"B1", "B2", "\"q\", \xC3\xA9", "7"};

static char warning[256];

static llmrec_status keep_line(const llmrec_log_event *event, void *user)
{
    (void)user;
    snprintf(warning, sizeof warning, "%s", event->message);
    return LLMREC_OK;
}

static int make_listening(void **state)
{
    llmrec_context_options options = context_options(2);
    (void)state;
    options.log = keep_line;
    context = context_like(&options);
    return 0;
}

static llmrec_embedding_options options_of(int64_t dtype)
{
    llmrec_embedding_options options;
    assert_ok(llmrec_embedding_options_init(&options, sizeof options));
    options.dtype = dtype;
    return options;
}

static llmrec_embedding *sample(int64_t dtype, const char *const *ids)
{
    const llmrec_embedding_options options = options_of(dtype);
    llmrec_embedding *table = NULL;
    assert_ok(llmrec_embedding_create(context, VALUES, ROWS, DIM, ids, NULL, &options, &table));
    return table;
}

static void check_values(const llmrec_embedding *table)
{
    float values[ROWS * DIM];
    assert_true(llmrec_embedding_rows(table) == ROWS && llmrec_embedding_dim(table) == DIM);
    assert_ok(llmrec_embedding_copy_rows(table, 0, ROWS, values));
    assert_memory_equal(values, VALUES, sizeof values);
}

static void check_ids(const llmrec_embedding *table)
{
    for (int64_t row = 0; row < ROWS; row++) {
        const char *id = NULL;
        size_t length = 0;
        assert_ok(llmrec_embedding_id(table, row, &id, &length));
        assert_int_equal(length, strlen(IDS[row]));
        assert_memory_equal(id, IDS[row], length);
        assert_int_equal(llmrec_embedding_find(table, IDS[row], SIZE_MAX), row);
    }
    assert_int_equal(llmrec_embedding_find(table, "B3", 2), -1);
}

static void a_table_tells_what_it_was_given(void **state)
{
    (void)state;
    for (int64_t dtype = LLMREC_DTYPE_FLOAT32; dtype <= LLMREC_DTYPE_FLOAT16; dtype++) {
        llmrec_embedding *table = sample(dtype, IDS);
        check_values(table);
        check_ids(table);
        assert_int_equal(llmrec_embedding_dtype(table), dtype);
        assert_int_equal((uintptr_t)llmrec_embedding_data(table) % 64, 0);
        assert_int_equal(llmrec_embedding_has_row(table, 3), 1);
        assert_int_equal(llmrec_embedding_has_row(table, 4), 0);
        llmrec_embedding_free(table);
    }
}

static void a_table_without_ids_says_so(void **state)
{
    llmrec_embedding *table = sample(LLMREC_DTYPE_FLOAT32, NULL);
    const char *id = NULL;
    size_t length = 0;
    float row[DIM];
    (void)state;
    assert_failure(llmrec_embedding_id(table, 0, &id, &length), LLMREC_ERR_UNSUPPORTED, "no ids");
    assert_failure(llmrec_embedding_id(table, 4, &id, &length), LLMREC_ERR_ARGUMENT, "row is 4", "0 to 3");
    assert_int_equal(llmrec_embedding_find(table, "B1", 2), -1);
    assert_failure(llmrec_embedding_copy_rows(table, 3, 2, row), LLMREC_ERR_ARGUMENT, "first is 3 and count 2",
                   "the table's 4");
    assert_failure(llmrec_embedding_copy_rows(table, INT64_MAX, INT64_MAX, row), LLMREC_ERR_ARGUMENT, "the table's 4");
    assert_failure(llmrec_embedding_copy_rows(table, -1, 1, row), LLMREC_ERR_ARGUMENT, "first is -1");
    llmrec_embedding_free(table);
    llmrec_embedding_free(NULL);
}

static void values_that_cannot_be_kept_are_named(void **state)
{
    llmrec_embedding_options options = options_of(LLMREC_DTYPE_FLOAT16);
    llmrec_embedding *table = NULL;
    float values[ROWS * DIM];
    (void)state;
    memcpy(values, VALUES, sizeof values);
    values[7] = NAN;
    assert_failure(llmrec_embedding_create(context, values, ROWS, DIM, NULL, NULL, NULL, &table), LLMREC_ERR_NUMERIC,
                   "values: row 2, column 1 is nan", "finite");
    values[5] = -INFINITY;
    assert_failure(llmrec_embedding_create(context, values, ROWS, DIM, IDS, NULL, &options, &table), LLMREC_ERR_NUMERIC,
                   "row 1, column 2 is -inf", "finite");
    values[5] = values[7] = 1;
    values[0] = -65505;
    assert_failure(llmrec_embedding_create(context, values, ROWS, DIM, NULL, NULL, &options, &table),
                   LLMREC_ERR_NUMERIC, "row 0, column 0 is -65505", "at most 65504");
    values[0] = -65504;
    assert_ok(llmrec_embedding_create(context, values, ROWS, DIM, NULL, NULL, &options, &table));
    llmrec_embedding_free(table);
}

static void wrong_arguments_are_named(void **state)
{
    static const char *const twice[ROWS] = {"a", "b", "c", "b"};
    llmrec_embedding_options options = options_of(2);
    llmrec_embedding *table = NULL;
    (void)state;
    assert_failure(llmrec_embedding_create(context, VALUES, ROWS, DIM, NULL, NULL, &options, &table),
                   LLMREC_ERR_ARGUMENT, "dtype is 2");
    assert_failure(llmrec_embedding_create(context, VALUES, ROWS, DIM, twice, NULL, NULL, &table), LLMREC_ERR_SHAPE,
                   "ids", "\"b\"", "3", "1");
    assert_failure(llmrec_embedding_create(context, VALUES, 0, DIM, NULL, NULL, NULL, &table), LLMREC_ERR_ARGUMENT,
                   "rows is 0");
    assert_failure(llmrec_embedding_create(context, VALUES, INT64_MAX, DIM, NULL, NULL, NULL, &table),
                   LLMREC_ERR_ARGUMENT, "rows is 9223372036854775807; wanted 0 to");
    assert_failure(
        llmrec_embedding_create(context, VALUES, INT64_C(1) << 48, INT64_C(1) << 48, NULL, NULL, NULL, &table),
        LLMREC_ERR_ARGUMENT, "a product that fits in memory");
    assert_failure(llmrec_embedding_create(context, VALUES, -1, DIM, NULL, NULL, NULL, &table), LLMREC_ERR_ARGUMENT,
                   "rows is -1; wanted 0 or more");
    assert_failure(llmrec_embedding_create(context, NULL, 1, DIM, NULL, NULL, NULL, &table), LLMREC_ERR_ARGUMENT,
                   "values is NULL");
    assert_failure(llmrec_embedding_load(context, scratch("none.npy"), NULL, &table), LLMREC_ERR_IO, "none.npy");
    assert_failure(llmrec_embedding_open(context, scratch("none.h5"), NULL, &table), LLMREC_ERR_IO, "none.h5");
    assert_failure(llmrec_embedding_load(context, scratch("none.csv"), NULL, &table), LLMREC_ERR_IO, "none.csv");
    assert_null(table);
    table = sample(LLMREC_DTYPE_FLOAT32, NULL);
    assert_failure(llmrec_embedding_save(table, "x.csv"), LLMREC_ERR_ARGUMENT, "\"x.csv\"", "wanted .h5");
    assert_failure(llmrec_embedding_save(table, "/nowhere/x.h5"), LLMREC_ERR_IO, "/nowhere/x.h5");
    llmrec_embedding_free(table);
}

static void every_file_gives_back_the_table(void **state)
{
    static const char *const names[] = {"t.h5", "t.npy", "t.safetensors"};
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        for (int64_t dtype = LLMREC_DTYPE_FLOAT32; dtype <= LLMREC_DTYPE_FLOAT16; dtype++) {
            const llmrec_embedding_options options = options_of(dtype);
            llmrec_embedding *table = sample(dtype, IDS), *back = NULL;
            assert_ok(llmrec_embedding_save(table, scratch(names[i])));
            assert_ok(
                (i == 0 ? llmrec_embedding_open : llmrec_embedding_load)(context, scratch(names[i]), &options, &back));
            check_values(back);
            assert_int_equal(llmrec_embedding_dtype(back), dtype);
            if (i != 1) check_ids(back);
            llmrec_embedding_free(table);
            llmrec_embedding_free(back);
        }
    }
}

static void a_mapped_table_can_be_replaced_while_it_is_in_use(void **state)
{
    llmrec_embedding *table = sample(LLMREC_DTYPE_FLOAT32, IDS), *mapped = NULL;
    (void)state;
    assert_ok(llmrec_embedding_save(table, scratch("r.h5")));
    assert_ok(llmrec_embedding_open(context, scratch("r.h5"), NULL, &mapped));
    assert_ok(llmrec_embedding_save(mapped, scratch("r.h5")));
    check_values(mapped);
    llmrec_embedding_free(table);
    llmrec_embedding_free(mapped);
}

static void text_tables_are_read(void **state)
{
    llmrec_embedding *table = NULL;
    (void)state;
    write_text(scratch("t.csv"), "id,a,b,c\nB1,1,2,3e0\nB2,-.5,0.25,0\n\"\"\"q\"\", \xC3\xA9\",4,5,6\n7,7,8,1024\n");
    assert_ok(llmrec_embedding_load(context, scratch("t.csv"), NULL, &table));
    check_values(table);
    check_ids(table);
    llmrec_embedding_free(table);
    table = NULL;
    write_text(scratch("t.csv"), "0.5,1e0,2\n-3.5,4,5\n"); /* no header and no ids: rows as they are */
    assert_ok(llmrec_embedding_load(context, scratch("t.csv"), NULL, &table));
    assert_true(llmrec_embedding_rows(table) == 2 && llmrec_embedding_dim(table) == 3);
    llmrec_embedding_free(table);
    table = NULL;
    write_text(scratch("t.tsv"), "id\ta\tb\nx\t1\t2\ny\t3\tfour\n");
    assert_failure(llmrec_embedding_load(context, scratch("t.tsv"), NULL, &table), LLMREC_ERR_FORMAT, "t.tsv:3",
                   "\"b\"", "\"four\"", "number");
    write_text(scratch("t.tsv"), "id\ta\tb\nx\t1\tnan\n");
    assert_failure(llmrec_embedding_load(context, scratch("t.tsv"), NULL, &table), LLMREC_ERR_FORMAT, "t.tsv:2",
                   "\"nan\"");
    write_text(scratch("t.tsv"), "id\ta\nx\t1e39\n");
    assert_failure(llmrec_embedding_load(context, scratch("t.tsv"), NULL, &table), LLMREC_ERR_NUMERIC, "t.tsv",
                   "row 0, column 0 is 1e+39", "float32");
    write_text(scratch("t.tsv"), "id\ta\nx\t1\nx\t2\n");
    assert_failure(llmrec_embedding_load(context, scratch("t.tsv"), NULL, &table), LLMREC_ERR_SHAPE, "t.tsv", "\"x\"");
    write_text(scratch("t.tsv"), "id\nx\n");
    assert_failure(llmrec_embedding_load(context, scratch("t.tsv"), NULL, &table), LLMREC_ERR_FORMAT, "t.tsv",
                   "1 rows of 0 numbers");
    write_text(scratch("t.tsv"), "id\ta\n");
    assert_failure(llmrec_embedding_load(context, scratch("t.tsv"), NULL, &table), LLMREC_ERR_FORMAT, "t.tsv",
                   "0 rows");
    assert_null(table);
}

static void an_item_file_names_the_rows(void **state)
{
    llmrec_embedding_options options = options_of(LLMREC_DTYPE_FLOAT32);
    llmrec_embedding *table = sample(LLMREC_DTYPE_FLOAT32, NULL), *back = NULL;
    (void)state;
    assert_ok(llmrec_embedding_save(table, scratch("n.npy")));
    write_text(scratch("items.tsv"), "title\tcode\nOne\tB1\nTwo\tB2\nThree\t\"q\", \xC3\xA9\nFour\t7\n");
    options.ids_path = scratch("items.tsv");
    assert_failure(llmrec_embedding_load(context, scratch("n.npy"), &options, &back), LLMREC_ERR_FORMAT, "items.tsv",
                   "title");
    options.ids_column = "code";
    assert_ok(llmrec_embedding_load(context, scratch("n.npy"), &options, &back));
    check_ids(back);
    llmrec_embedding_free(back);
    back = NULL;
    write_text(scratch("items.tsv"), "code\nB1\nB2\n");
    assert_failure(llmrec_embedding_load(context, scratch("n.npy"), &options, &back), LLMREC_ERR_SHAPE, "items.tsv",
                   "2 data rows", "wanted 4", "n.npy");
    assert_null(back);
    llmrec_embedding_free(table);
}

/* --- alignment ----------------------------------------------------------------------------------------------- */

/* Items in order of their first rows. */
static llmrec_dataset *dataset_of(const char *const *items, size_t rows)
{
    static const char *const sessions[8] = {"s", "s", "s", "s", "s", "s", "s", "s"};
    llmrec_dataset_options options;
    llmrec_dataset *dataset = NULL;
    assert_ok(llmrec_dataset_options_init(&options, sizeof options));
    const llmrec_interactions interactions = {
        .size = sizeof interactions, .rows = rows, .session_ids = sessions, .item_ids = items};
    assert_ok(llmrec_dataset_create(context, &interactions, NULL, &options, &dataset));
    return dataset;
}

static void rows_follow_the_datasets_items(void **state)
{
    static const char *const items[] = {"7", "none", "B1", "nil"};
    llmrec_dataset *dataset = dataset_of(items, 4);
    llmrec_alignment report = {.size = sizeof report};
    (void)state;
    for (int64_t dtype = LLMREC_DTYPE_FLOAT32; dtype <= LLMREC_DTYPE_FLOAT16; dtype++) {
        llmrec_embedding *table = sample(dtype, IDS), *aligned = NULL, *back = NULL;
        warning[0] = '\0';
        assert_ok(llmrec_embedding_align(table, dataset, LLMREC_ALIGN_ZERO, &report, &aligned));
        assert_true(report.found == 2 && report.missing == 2 && report.surplus == 2);
        assert_true(report.first_missing == llmrec_dataset_find_item(dataset, "none", 4) && report.first_surplus == 1);
        assert_ok(llmrec_embedding_save(aligned, scratch("a.h5")));
        assert_ok(llmrec_embedding_open(context, scratch("a.h5"), NULL, &back));
        for (size_t i = 0; i < 4; i++) {
            const int64_t item = llmrec_dataset_find_item(dataset, items[i], SIZE_MAX);
            const int64_t row = llmrec_embedding_find(table, items[i], SIZE_MAX);
            float values[DIM];
            assert_ok(llmrec_embedding_copy_rows(back, item, 1, values));
            assert_int_equal(llmrec_embedding_has_row(back, item), row >= 0);
            assert_int_equal(llmrec_embedding_has_row(aligned, item), row >= 0);
            for (size_t j = 0; j < DIM; j++) assert_true(values[j] == (row < 0 ? 0 : VALUES[row * DIM + (int64_t)j]));
            assert_int_equal(llmrec_embedding_find(back, items[i], SIZE_MAX), item);
        }
        llmrec_embedding_free(table);
        llmrec_embedding_free(aligned);
        llmrec_embedding_free(back);
    }
    llmrec_dataset_free(dataset);
}

static void missing_vectors_are_told(void **state)
{
    static const char *const items[] = {"7", "none", "B1", "nil"};
    llmrec_dataset *dataset = dataset_of(items, 4);
    llmrec_embedding *table = sample(LLMREC_DTYPE_FLOAT32, IDS), *aligned = NULL;
    (void)state;
    assert_failure(llmrec_embedding_align(table, dataset, LLMREC_ALIGN_ERROR, NULL, &aligned), LLMREC_ERR_SHAPE,
                   "2 of 4 items", "\"none\"");
    assert_failure(llmrec_embedding_align(table, dataset, 2, NULL, &aligned), LLMREC_ERR_ARGUMENT, "missing is 2");
    assert_null(aligned);
    assert_ok(llmrec_embedding_align(table, dataset, LLMREC_ALIGN_ZERO, NULL, &aligned));
    assert_non_null(strstr(warning, "vectors belong to no item"));
    llmrec_embedding_free(aligned);
    llmrec_embedding_free(table);
    llmrec_dataset_free(dataset);
}

static void a_table_without_ids_fits_its_dataset_or_not(void **state)
{
    static const char *const items[] = {"a", "b", "c", "d", "e"};
    llmrec_embedding *table = sample(LLMREC_DTYPE_FLOAT32, NULL), *aligned = NULL;
    llmrec_dataset *four = dataset_of(items, 4), *five = dataset_of(items, 5);
    (void)state;
    assert_failure(llmrec_embedding_align(table, five, LLMREC_ALIGN_ZERO, NULL, &aligned), LLMREC_ERR_SHAPE, "4 rows",
                   "wanted 5");
    assert_null(aligned);
    assert_ok(llmrec_embedding_align(table, four, LLMREC_ALIGN_ERROR, NULL, &aligned));
    assert_ptr_equal(llmrec_embedding_data(aligned), llmrec_embedding_data(table));
    llmrec_embedding_free(table);
    check_values(aligned); /* the aligned table keeps the shared values alive */
    assert_true(llmrec_embedding_find(aligned, "c", 1) == llmrec_dataset_find_item(four, "c", 1));
    llmrec_embedding_free(aligned);
    llmrec_dataset_free(four);
    llmrec_dataset_free(five);
}

/* --- kinds of files ------------------------------------------------------------------------------------------ */

/* Copies a file to another name. */
static const char *renamed(const char *from, const char *to)
{
    size_t size = 0;
    unsigned char *bytes = read_bytes(scratch(from), &size);
    write_bytes(scratch(to), bytes, size);
    free(bytes);
    return scratch(to);
}

static void check_loads(const char *path)
{
    llmrec_embedding *table = NULL;
    float values[ROWS * DIM];
    assert_ok(llmrec_embedding_load(context, path, NULL, &table));
    assert_int_equal(llmrec_embedding_rows(table), ROWS);
    assert_ok(llmrec_embedding_copy_rows(table, 0, ROWS, values));
    assert_memory_equal(values, VALUES, sizeof values);
    llmrec_embedding_free(table);
}

static void files_are_known_by_their_content(void **state)
{
    static const char *const names[] = {"data", "t.bin", "t.csv", "t.h5", "t.npy", "t.safetensors", "t.csv.gz"};
    llmrec_embedding *table = sample(LLMREC_DTYPE_FLOAT32, IDS);
    (void)state;
    assert_ok(llmrec_embedding_save(table, scratch("k.npy")));
    assert_ok(llmrec_embedding_save(table, scratch("k.safetensors")));
    FILE *text = fopen(scratch("k.csv"), "w");
    assert_non_null(text);
    fputs("id", text);
    for (int d = 0; d < DIM; d++) fprintf(text, "\tv%d", d);
    for (int i = 0; i < ROWS * DIM; i++) {
        if (i % DIM == 0) fprintf(text, "\nr%d", i / DIM);
        fprintf(text, "\t%.9g", (double)VALUES[i]);
    }
    assert_int_equal(fclose(text), 0);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        check_loads(renamed("k.npy", names[i]));
        check_loads(renamed("k.safetensors", names[i]));
        check_loads(renamed("k.csv", names[i]));
    }
    llmrec_embedding_free(table);
}

static void other_files_are_named(void **state)
{
    static const char *const names[] = {"data", "t.npy"};
    llmrec_embedding *table = sample(LLMREC_DTYPE_FLOAT32, NULL), *loaded = NULL;
    (void)state;
    assert_ok(llmrec_embedding_save(table, scratch("k.h5")));
    for (size_t i = 0; i < 2; i++) {
        assert_failure(llmrec_embedding_load(context, renamed("k.h5", names[i]), NULL, &loaded), LLMREC_ERR_FORMAT,
                       names[i], "an HDF5 file; wanted llmrec_embedding_open");
        write_text(scratch(names[i]), "PAR1 and so on");
        assert_failure(llmrec_embedding_load(context, scratch(names[i]), NULL, &loaded), LLMREC_ERR_FORMAT, names[i],
                       "a Parquet file");
    }
    write_bytes(scratch("raw"), VALUES, sizeof(float) * DIM);
    assert_failure(llmrec_embedding_load(context, scratch("raw"), NULL, &loaded), LLMREC_ERR_FORMAT, "raw",
                   "not an .npy file, not a safetensors file, and not text");
    assert_failure(llmrec_embedding_load(context, renamed("raw", "t.npy"), NULL, &loaded), LLMREC_ERR_FORMAT, "t.npy",
                   "does not begin as an .npy file");
    write_bytes(scratch("raw"), "\11\0\0\0\0\0\0\0{", 9); /* the header ends too early */
    assert_failure(llmrec_embedding_load(context, scratch("raw"), NULL, &loaded), LLMREC_ERR_FORMAT,
                   "the header claims 9 bytes; the file has 9");
    write_text(scratch("t.npy"), "");
    assert_failure(llmrec_embedding_load(context, scratch("t.npy"), NULL, &loaded), LLMREC_ERR_FORMAT, "empty file");
    assert_failure(llmrec_embedding_load(context, scratch("none"), NULL, &loaded), LLMREC_ERR_IO, "none");
    assert_null(loaded);
    llmrec_embedding_free(table);
}

/* --- damage -------------------------------------------------------------------------------------------------- */

/* Loads a damaged file: an error, or a table of finite values that is fully readable. */
static bool survives(const char *path)
{
    llmrec_embedding *table = NULL;
    const bool ours = strcmp(path + strlen(path) - 3, ".h5") == 0;
    if ((ours ? llmrec_embedding_open : llmrec_embedding_load)(context, path, NULL, &table) != LLMREC_OK) {
        assert_null(table);
        assert_true(strlen(llmrec_last_error()) > 0);
        return false;
    }
    const int64_t rows = llmrec_embedding_rows(table), dim = llmrec_embedding_dim(table);
    float *values = calloc((size_t)(rows * dim), sizeof *values);
    assert_non_null(values);
    assert_ok(llmrec_embedding_copy_rows(table, 0, rows, values));
    for (int64_t i = 0; i < rows * dim; i++) assert_true(isfinite(values[i]));
    free(values);
    llmrec_embedding_free(table);
    return true;
}

static void damaged_files_are_refused_or_whole(void **state)
{
    static const char *const names[] = {"t.h5", "t.npy", "t.safetensors"}, *const damaged[] = {"d.h5", "d.npy",
                                                                                               "d.safetensors"};
    (void)state;
    for (size_t kind = 0; kind < 3; kind++) {
        llmrec_embedding *table = sample(LLMREC_DTYPE_FLOAT16, IDS);
        size_t size = 0;
        assert_ok(llmrec_embedding_save(table, scratch(names[kind])));
        unsigned char *bytes = read_bytes(scratch(names[kind]), &size);
        for (size_t i = 0; i < size; i++) {
            bytes[i] ^= (unsigned char)(1 << i % 8);
            write_bytes(scratch(damaged[kind]), bytes, size);
            bytes[i] ^= (unsigned char)(1 << i % 8);
            survives(scratch(damaged[kind]));
        }
        for (size_t length = 0; length < size; length += 1 + length / 128) {
            write_bytes(scratch(damaged[kind]), bytes, length);
            assert_false(survives(scratch(damaged[kind])));
        }
        free(bytes);
        llmrec_embedding_free(table);
    }
}

static void lengths_that_do_not_fit_are_refused(void **state)
{
    static const char *const ids[] = {"a", "b"};
    static const size_t lengths[] = {SIZE_MAX, 1};
    static const float values[] = {1, 2};
    llmrec_embedding *embedding = NULL;
    (void)state;
    assert_failure(llmrec_embedding_create(context, values, 2, 1, ids, lengths, NULL, &embedding), LLMREC_ERR_MEMORY,
                   "exceed the address space");
    assert_null(embedding);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_table_tells_what_it_was_given),
        cmocka_unit_test(a_table_without_ids_says_so),
        cmocka_unit_test(values_that_cannot_be_kept_are_named),
        cmocka_unit_test(wrong_arguments_are_named),
        cmocka_unit_test(every_file_gives_back_the_table),
        cmocka_unit_test(a_mapped_table_can_be_replaced_while_it_is_in_use),
        cmocka_unit_test(text_tables_are_read),
        cmocka_unit_test(files_are_known_by_their_content),
        cmocka_unit_test(other_files_are_named),
        cmocka_unit_test(an_item_file_names_the_rows),
        cmocka_unit_test(rows_follow_the_datasets_items),
        cmocka_unit_test(missing_vectors_are_told),
        cmocka_unit_test(a_table_without_ids_fits_its_dataset_or_not),
        cmocka_unit_test(damaged_files_are_refused_or_whole),
        cmocka_unit_test(lengths_that_do_not_fit_are_refused),
    };
    return cmocka_run_group_tests(tests, make_listening, drop_context);
}
