/* SPDX-License-Identifier: Apache-2.0 */
/* Text tables: cells of valid files, and errors of invalid ones. */
#include <zlib.h>

#include "../shared_context.h"

#include "core/status.h"
#include "data/text_table.h"

/* A table as text: names, then rows, cells separated by bars. */
static const char *flat(const lr_table *table)
{
    static char text[2048];
    size_t used = 0;
    for (size_t i = 0; i < lr_table_columns(table); i++)
        used += (size_t)snprintf(text + used, sizeof text - used, "%s|", lr_table_name(table, i));
    for (size_t row = 0; row < lr_table_rows(table); row++) {
        used += (size_t)snprintf(text + used, sizeof text - used, " %zu:", lr_table_line(table, row));
        for (size_t i = 0; i < lr_table_columns(table); i++) {
            size_t length = 0;
            const char *cell = lr_table_cell(table, row, i, &length);
            used += (size_t)snprintf(text + used, sizeof text - used, "%.*s|", (int)length, cell);
        }
    }
    return text;
}

static llmrec_status read_table(const char *name, bool repair, lr_table **table)
{
    return lr_table_read(context, &(lr_file){.path = scratch(name), .items = true, .repair = repair}, table);
}

static void check_table(const char *name, const char *text, bool repair, const char *wanted)
{
    lr_table *table = NULL;
    write_text(scratch(name), text);
    assert_ok(read_table(name, repair, &table));
    assert_string_equal(flat(table), wanted);
    lr_table_free(table);
}

static void check_bad(const char *name, const char *text, const char *wanted)
{
    char full[LR_ERROR_SIZE];
    lr_table *table = NULL;
    write_text(scratch(name), text);
    snprintf(full, sizeof full, "%s%s", scratch(name), wanted);
    assert_int_equal(read_table(name, false, &table), LLMREC_ERR_FORMAT);
    assert_string_equal(llmrec_last_error(), full);
    assert_null(table);
}

static void tables_are_read_from_every_format(void **state)
{
    (void)state;
    check_table("a.csv", "\xEF\xBB\xBFid,title\r\n1,\"A, \"\"b\"\"\nc\"\r\n\r\n2,", false,
                "id|title| 2:1|A, \"b\"\nc| 5:2||");
    check_table("a.tsv", "id\ttitle\n1\t\"A\"\n2\tB\n", false, "id|title| 2:1|\"A\"| 3:2|B|");
    check_table("a.tsv", "id\ttitle\n1\t\"A\"\n2\t\"B\"\"\"\n", false, "id|title| 2:1|A| 3:2|B\"|");
    check_table("a.tsv", "id\ttitle\n1\t\"A\"\"\"\n2\tB\n", false, "id|title| 2:1|A\"| 3:2|B|");
    check_table("a.tsv", "id\ttitle\n1\t\"A\tb\nc\"\n2\tB\n", false, "id|title| 2:1|A\tb\nc| 4:2|B|");
    check_table("a.tsv", "id\ttitle\n1\t\"A\"\n2\t\"B\" c\n", false, "id|title| 2:1|\"A\"| 3:2|\"B\" c|");
    check_table("a.item", "item_id:token\tclass:token_seq\n1\tDrama War\n", false, "item_id|class| 2:1|Drama War|");
    check_table("a.jsonl",
                "{\"id\": 1, \"title\": \"A\"}\n\n{\"id\": 2.5, \"tags\": [\"x\", [\"y\", 3]], \"title\": null}\n"
                "{\"id\": true, \"more\": {\"a\": 1}}\n",
                false, "id|title|tags|more| 1:1|A||| 3:2.5||x, y, 3|| 4:true|||{\"a\":1}|");
    check_table("b.csv", "id,title\n1,caf\xE9\n", true, "id|title| 2:1|caf\xEF\xBF\xBD|");
    check_table("c.csv", "id\n1\n", false, "id| 2:1|");
    check_table("d.csv", "id,title", false, "id|title|");
}

#define ITEM_UTF8 "wanted UTF-8 (items_encoding names another, invalid_utf8=1 replaces such bytes)"

static void bad_tables_are_named_by_line_and_column(void **state)
{
    lr_table *table = NULL;
    (void)state;
    check_bad("a.csv", "", ": empty file; wanted rows");
    check_bad("a.csv", "id,title\n1,A\n2\n", ":3: 1 fields; wanted 2 as in the header");
    check_bad("a.csv", "id,title\n1,\"A\n\"\n2,A,B\n", ":4: 3 fields; wanted 2 as in the header");
    check_bad("a.csv", "id,title\n1,\xC3\xA9 caf\xE9\n", ":2: title is \"\xC3\xA9 caf\\xE9\"; " ITEM_UTF8);
    check_bad("a.csv", "id,title\n1,\"A\"b\n", ":2: title is \"A\"; wanted nothing after its closing quote");
    check_bad("a.csv", "id,title\n1,\"Ab\n", ":2: title is \"Ab\\x0A\"; wanted a closing quote");
    write_bytes(scratch("n.csv"), "id\n1\n\0\n", 7);
    assert_failure(read_table("n.csv", true, &table), LLMREC_ERR_FORMAT, "n.csv:3: a NUL byte");
    write_text(scratch("a.csv"), "name,title\n1,A\n");
    assert_ok(read_table("a.csv", true, &table));
    size_t column = 9;
    assert_failure(lr_table_id_column(table, NULL, &column), LLMREC_ERR_FORMAT, "a.csv:1: no column for the item ids",
                   "id item_id item parent_asin asin product_id movie_id", "\"name\", \"title\"");
    assert_failure(lr_table_id_column(table, "x", &column), LLMREC_ERR_FORMAT, "no column \"x\"");
    assert_ok(lr_table_id_column(table, "title", &column));
    assert_true(column == 1 && lr_table_find(table, "title") == 1 && lr_table_find(table, "x") == -1);
    lr_table_free(table);
}

static void check_title(const char *text, const char *given, const char *wanted)
{
    lr_table *table = NULL;
    write_text(scratch("t.tsv"), text);
    assert_ok(read_table("t.tsv", false, &table));
    const llmrec_status status = lr_table_call_title(table, given, 0);
    if (status == LLMREC_OK) assert_string_equal(flat(table), wanted);
    else assert_failure(status, LLMREC_ERR_FORMAT, wanted);
    lr_table_free(table);
}

static void titles_are_chosen(void **state)
{
    static const char unnamed[] = "1\tnews\tA\n2\tsport\tB\n", named[] = "id\tname\ttitle\n1\tA\tDr\n";
    (void)state;
    check_title(unnamed, "3", "id|column_2|title| 1:1|news|A| 2:2|sport|B|");
    check_title(unnamed, "2", "id|title|column_3| 1:1|news|A| 2:2|sport|B|");
    check_title(named, "Name", "id|title|column_3| 2:1|A|Dr|");
    check_title(named, "title", "id|name|title| 2:1|A|Dr|");
    check_title(unnamed, "1", "t.tsv:1: items_title_column is the column of the ids; wanted another one");
    check_title(unnamed, "4",
                "t.tsv:1: no header, and items_title_column is \"4\"; wanted a column's number from 1 to 3");
    check_title(named, "headline", "t.tsv:1: no column \"headline\" for the titles (items_title_column)");
}

static void zipped_tables_are_read(void **state)
{
    lr_table *table = NULL;
    size_t size = 0;
    (void)state;
    gzFile file = gzopen(scratch("z.csv.gz"), "wb");
    assert_true(gzputs(file, "id,title\n") > 0);
    for (int i = 0; i < 100000; i++) gzprintf(file, "%d,title %d\n", i, i);
    assert_int_equal(gzclose(file), Z_OK);
    assert_ok(read_table("z.csv.gz", false, &table));
    assert_int_equal(lr_table_rows(table), 100000);
    assert_int_equal(lr_table_line(table, 99999), 100001);
    lr_table_free(table);
    table = NULL;
    unsigned char *bytes = read_bytes(scratch("z.csv.gz"), &size);
    write_bytes(scratch("z.csv.gz"), bytes, size / 2);
    assert_failure(read_table("z.csv.gz", false, &table), LLMREC_ERR_FORMAT, "z.csv.gz: damaged gzip data",
                   "truncated");
    free(bytes);
}

static void long_lines_are_refused(void **state)
{
    enum { MOST = 16 << 20 };
    char *text = malloc(MOST + 16);
    lr_table *table = NULL;
    (void)state;
    memset(text, 'x', MOST + 16);
    memcpy(text, "id\n", 3);
    write_bytes(scratch("l.csv"), text, MOST + 3);
    assert_ok(read_table("l.csv", false, &table));
    lr_table_free(table);
    write_bytes(scratch("l.csv"), text, MOST + 4);
    assert_failure(read_table("l.csv", false, &table), LLMREC_ERR_FORMAT, "l.csv:2: a line of 16777217 bytes");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tables_are_read_from_every_format),
        cmocka_unit_test(bad_tables_are_named_by_line_and_column),
        cmocka_unit_test(titles_are_chosen),
        cmocka_unit_test(zipped_tables_are_read),
        cmocka_unit_test(long_lines_are_refused),
    };
    return cmocka_run_group_tests(tests, make_context, drop_context);
}
