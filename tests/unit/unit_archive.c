/* SPDX-License-Identifier: Apache-2.0 */
/* Data files in archives, and compressed in every way. */
#include "../dump.h"

#if defined(LR_BUILD_ARCHIVE)
#include "../archive_file.h"
#include "../shared_context.h"

static const char ROWS[] = "user,item,time\nu,1,2\nu,2,1\n", MOVIES[] = "1::A film::Drama\n2::B film::War\n";
static const char READ[] = "u: 2@1 1@2 | 1 2";

static llmrec_status load(const char *path, const char *items, const char *named, llmrec_dataset **dataset)
{
    llmrec_dataset_options options;
    assert_ok(llmrec_dataset_options_init(&options, sizeof options));
    options.member = named;
    *dataset = NULL;
    return llmrec_dataset_load(context, path, items, &options, dataset);
}

static void check(const char *path, const char *items, const char *named, const char *wanted)
{
    llmrec_dataset *dataset = NULL;
    assert_ok(load(path, items, named, &dataset));
    assert_string_equal(dump(dataset), wanted);
    llmrec_dataset_free(dataset);
}

static void compressed_files_are_read(void **state)
{
    static const struct {
        const char *name;
        int (*filter)(struct archive *);
    } filters[] = {{"f.gz", archive_write_add_filter_gzip},
                   {"f.bz2", archive_write_add_filter_bzip2},
                   {"f.xz", archive_write_add_filter_xz},
                   {"f.zst", archive_write_add_filter_zstd}};
    const member one = {"rows.csv", ROWS};
    llmrec_dataset *dataset = NULL;
    (void)state;
    for (size_t i = 0; i < sizeof filters / sizeof *filters; i++) {
        write_archive(scratch(filters[i].name), archive_write_set_format_raw, filters[i].filter, &one, 1);
        check(scratch(filters[i].name), NULL, NULL, READ);
        assert_failure(load(scratch(filters[i].name), NULL, "x", &dataset), LLMREC_ERR_FORMAT, "not an archive",
                       "member");
        write_archive(scratch("f.tar"), archive_write_set_format_pax_restricted, filters[i].filter, &one, 1);
        check(scratch("f.tar"), NULL, NULL, READ);
    }
    write_archive(scratch("f.tar"), archive_write_set_format_pax_restricted, NULL, &one, 1);
    check(scratch("f.tar"), NULL, NULL, READ);
    write_text(scratch("f.csv"), ROWS);
    assert_failure(load(scratch("f.csv"), NULL, "x", &dataset), LLMREC_ERR_FORMAT, "not an archive");
}

static void a_news_archive_is_one_argument(void **state)
{
    const member files[] = {
        {"small/behaviors.tsv", "1\tU\t11/11/2019 9:05:58 AM\tB\tA-1 B-0\n"},
        {"small/entity_embedding.vec", "Q1\t0.5\n"},
        {"small/news.tsv", "A\tnews\tworld\tFirst\t\tu\t[]\t[]\nB\tnews\tworld\tNext\t\tu\t[]\t[]\n"}};
    llmrec_dataset_options options;
    llmrec_dataset *dataset = NULL;
    (void)state;
    assert_ok(llmrec_dataset_options_preset(&options, sizeof options, "mind"));
    write_archive(scratch("a.zip"), archive_write_set_format_zip, NULL, files, 3);
    assert_ok(llmrec_dataset_load(context, scratch("a.zip"), NULL, &options, &dataset));
    assert_string_equal(dump(dataset), "U: A@1573463158 | A=news,world,First,,u,[],[] B=news,world,Next,,u,[],[]");
    assert_int_equal(llmrec_dataset_title_column(dataset), 2);
    llmrec_dataset_free(dataset);
}

static void one_file_of_an_archive_is_read(void **state)
{
    const member one[] = {{"data/", NULL}, {"data/rows.csv", ROWS}, {"__MACOSX/._rows.csv", "x"}, {"data/.x", "x"}};
    const member many[] = {{"data/rows.csv", ROWS}, {"notes.txt", "a b c"}, {"more/rows.csv", MOVIES}};
    const member known[] = {{"ml/README", "x"}, {"ml/movies.dat", MOVIES}, {"ml/ratings.dat", ROWS}};
    const member twice[] = {{"ratings.csv", ROWS}, {"a/movies.csv", MOVIES}, {"b/movies.csv", ROWS}};
    const member none[] = {{"data/", NULL}};
    llmrec_dataset *dataset = NULL;
    (void)state;
    write_archive(scratch("a.zip"), archive_write_set_format_zip, NULL, one, 4);
    check(scratch("a.zip"), NULL, NULL, READ);
    check(scratch("a.zip"), NULL, "rows.csv", READ);
    write_archive(scratch("a.zip"), archive_write_set_format_zip, NULL, many, 3);
    check(scratch("a.zip"), NULL, "data/rows.csv", READ);
    assert_failure(load(scratch("a.zip"), NULL, NULL, &dataset), LLMREC_ERR_FORMAT,
                   "an archive of 3 files; name one in the option member: \"data/rows.csv\", \"notes.txt\", "
                   "\"more/rows.csv\"");
    assert_failure(load(scratch("a.zip"), NULL, "rows.csv", &dataset), LLMREC_ERR_FORMAT,
                   "several of the archive's files are named \"rows.csv\"");
    assert_failure(load(scratch("a.zip"), NULL, "ws.csv", &dataset), LLMREC_ERR_FORMAT,
                   "none of the archive's files are named \"ws.csv\"");
    write_archive(scratch("a.zip"), archive_write_set_format_zip, NULL, known, 3);
    check(scratch("a.zip"), scratch("a.zip"), NULL, "u: 2@1 1@2 | 1=A film,Drama 2=B film,War");
    check(scratch("a.zip"), NULL, NULL, "u: 2@1 1@2 | 1=A film,Drama 2=B film,War");
    check(scratch("a.zip"), NULL, "ratings.dat", "u: 2@1 1@2 | 1=A film,Drama 2=B film,War");
    write_archive(scratch("a.zip"), archive_write_set_format_zip, NULL, twice, 3);
    check(scratch("a.zip"), NULL, NULL, READ);
    write_archive(scratch("a.zip"), archive_write_set_format_zip, NULL, &twice[2], 1);
    check(scratch("a.zip"), NULL, NULL, READ);
    write_archive(scratch("a.zip"), archive_write_set_format_zip, NULL, none, 1);
    assert_failure(load(scratch("a.zip"), NULL, NULL, &dataset), LLMREC_ERR_FORMAT, "the archive has no files");
}

static void other_binary_files_are_named(void **state)
{
    static const char *const kinds[][2] = {{"PAR1\x15", "p: a Parquet file"},
                                           {"ARROW1", "p: an Arrow or Feather file"},
                                           {"Obj\1", "p: an Avro file"},
                                           {"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "p: an Excel workbook"},
                                           {"\x93NUMPY\1", "p: a NumPy array"},
                                           {"\x80\4\x95", "p: a pickle of Python"},
                                           {"SQLite format 3", "p: an SQLite database"},
                                           {"%PDF-1.7", "p: a PDF file"},
                                           {"<!DOCTYPE html><html>", "p: a web page"},
                                           {"<?xml version=\"1.0\"?>", "p: an XML file"},
                                           {"version https://git-lfs.x", "p: a pointer of Git LFS"},
                                           {"Rar!\x1A\7", "p: a RAR archive"}};
    static const member workbook[] = {{"[Content_Types].xml", "<a/>"}, {"xl/workbook.xml", "<a/>"}};
    llmrec_dataset *dataset = NULL;
    (void)state;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        write_text(scratch("p"), kinds[i][0]);
        assert_failure(load(scratch("p"), NULL, NULL, &dataset), LLMREC_ERR_FORMAT, kinds[i][1]);
    }
    write_bytes(scratch("p"), "\xFF\xFE\0\0", 4);
    assert_failure(load(scratch("p"), NULL, NULL, &dataset), LLMREC_ERR_FORMAT, "p: text in UTF-32");
    write_archive(scratch("p"), archive_write_set_format_zip, NULL, workbook, 2);
    assert_failure(load(scratch("p"), NULL, NULL, &dataset), LLMREC_ERR_FORMAT, "p: an Excel workbook");
}

static void files_within_compressed_files_are_named(void **state)
{
    static const member twice = {"a.csv.gz", "\x1F\x8B\x08"}, page = {"a.csv", "<html>404</html>"};
    llmrec_dataset *dataset = NULL;
    (void)state;
    write_archive(scratch("p"), archive_write_set_format_zip, NULL, &twice, 1);
    assert_failure(load(scratch("p"), NULL, NULL, &dataset), LLMREC_ERR_FORMAT, "p: compressed twice");
    write_archive(scratch("p"), archive_write_set_format_raw, archive_write_add_filter_gzip, &page, 1);
    assert_failure(load(scratch("p"), NULL, NULL, &dataset), LLMREC_ERR_FORMAT, "p: a web page");
}

/* Every prefix, and every byte changed: the rows, or an error with the file's name. */
static void damaged_archives_are_refused(void **state)
{
    static int (*const formats[])(struct archive *) = {
        archive_write_set_format_zip, archive_write_set_format_pax_restricted, archive_write_set_format_raw};
    const member one = {"rows.csv", ROWS};
    (void)state;
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        size_t size = 0;
        write_archive(scratch("a"), formats[i], i == 0 ? NULL : archive_write_add_filter_bzip2, &one, 1);
        unsigned char *bytes = read_bytes(scratch("a"), &size);
        for (size_t at = 0; at < 2 * size; at++) {
            llmrec_dataset *dataset = NULL;
            bytes[at / 2] ^= 8;
            write_bytes(scratch("b"), bytes, at % 2 == 0 ? size : at / 2);
            bytes[at / 2] ^= 8;
            if (load(scratch("b"), NULL, NULL, &dataset) != LLMREC_OK)
                assert_non_null(strstr(llmrec_last_error(), "/b:"));
            llmrec_dataset_free(dataset);
        }
        free(bytes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(compressed_files_are_read),
        cmocka_unit_test(one_file_of_an_archive_is_read),
        cmocka_unit_test(a_news_archive_is_one_argument),
        cmocka_unit_test(other_binary_files_are_named),
        cmocka_unit_test(files_within_compressed_files_are_named),
        cmocka_unit_test(damaged_archives_are_refused),
    };
    return cmocka_run_group_tests(tests, make_context, drop_context);
}
#else
static void archives_are_unsupported(void **state)
{
    llmrec_dataset *dataset = NULL;
    llmrec_context *context = context_with(1);
    (void)state;
    assert_false(llmrec_supports("archive"));
    write_bytes(scratch("a.zip"), "PK\3\4", 4);
    assert_failure(llmrec_dataset_load(context, scratch("a.zip"), NULL, NULL, &dataset), LLMREC_ERR_UNSUPPORTED,
                   "built without archives");
    llmrec_context_free(context);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(archives_are_unsupported)};
    return cmocka_run_group_tests(tests, NULL, remove_scratch);
}
#endif
