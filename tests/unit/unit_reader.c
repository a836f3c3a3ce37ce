/* SPDX-License-Identifier: Apache-2.0 */
/* Interaction files of every format, valid and invalid, with every size of pieces and number of threads. */
#include <zlib.h>

#include "../dump.h"

#include "core/context.h"
#include "data/assemble.h"

static llmrec_context *contexts[2]; /* one thread and three */

static int make_contexts(void **state)
{
    (void)state;
    contexts[0] = context_with(1);
    contexts[1] = context_with(3);
    return 0;
}

static int drop_contexts(void **state)
{
    llmrec_context_free(contexts[0]);
    llmrec_context_free(contexts[1]);
    return remove_scratch(state);
}

static const size_t PIECES[] = {1, 7, 64, 1 << 18};
enum { PIECE_SIZES = sizeof PIECES / sizeof *PIECES };

/* Loads with every size of pieces and number of threads; all must give `wanted`. */
static void check_file(const char *path, const llmrec_dataset_options *options, const char *wanted)
{
    for (int i = 0; i < 2 * PIECE_SIZES; i++) {
        llmrec_dataset *dataset = NULL;
        assert_ok(lr_assemble_files(contexts[i % 2], path, NULL, options, PIECES[i / 2], &dataset));
        assert_string_equal(dump(dataset), wanted);
        llmrec_dataset_free(dataset);
    }
}

static void check_text(const char *name, const char *text, const llmrec_dataset_options *options, const char *wanted)
{
    write_text(scratch(name), text);
    check_file(scratch(name), options, wanted);
}

/* Loads the same way; each must fail with a text that ends in `wanted`. */
static void check_bad_bytes(const char *name, const void *bytes, size_t size, const llmrec_dataset_options *options,
                            const char *wanted)
{
    const char *path = scratch(name);
    const llmrec_dataset_options defaults = default_options();
    char full[LR_ERROR_SIZE];
    write_bytes(path, bytes, size);
    snprintf(full, sizeof full, "%s%s", path, wanted);
    for (int i = 0; i < 2 * PIECE_SIZES; i++) {
        llmrec_dataset *dataset = NULL;
        const llmrec_status status = lr_assemble_files(contexts[i % 2], path, NULL,
                                                       options != NULL ? options : &defaults, PIECES[i / 2], &dataset);
        assert_null(dataset);
        assert_int_equal(status, LLMREC_ERR_FORMAT);
        assert_string_equal(llmrec_last_error(), full);
    }
}

static void check_bad(const char *name, const char *text, const char *wanted)
{
    check_bad_bytes(name, text, strlen(text), NULL, wanted);
}

#define ITEMS_WANTED                                                                                                   \
    ":1: no column for the item ids (one of item_id item parent_asin asin product_id movie_id article_id aid product " \
    "sku venue_id location_id poi_id business_id ..., or set item_column); found: "

static void csv_is_read_in_all_its_forms(void **state)
{
    const llmrec_dataset_options options = default_options();
    (void)state;
    check_text("plain.csv", "user_id,item_id,timestamp\nu,a,3\nv,b,1\nu,c,2\n", &options, "u: c@2 a@3; v: b@1 | a b c");
    check_text("bom.csv", "\xEF\xBB\xBFuser_id,item_id,timestamp\r\nu,a,3\r\n\r\nv,b,1\r\nu,c,2", &options,
               "u: c@2 a@3; v: b@1 | a b c");
    check_text("quotes.csv",
               "rating,\"timestamp\",\"item_id\",user_id\n5,\"3\",\"a,\"\"b\"\"\",u\r\n,1,\"x\ny\",\"u\"\n", &options,
               "u: x\ny@1 a,\"b\"@3 | a,\"b\" x\ny");
    check_text("inch.csv", "user,item,time\nu,12\" pipe,1\nu,6\"\",2\n", &options,
               "u: 12\" pipe@1 6\"\"@2 | 12\" pipe 6\"\"");
    check_text("ids.csv", "user,item,time\n007,\xC3\xA9,1\n7, x ,2\n", &options,
               "007: \xC3\xA9@1; 7:  x @2 | \xC3\xA9  x ");
}

static void columns_are_named_by_options(void **state)
{
    llmrec_dataset_options options = default_options();
    (void)state;
    options.session_column = "visit";
    options.item_column = "sku";
    options.time_column = "at";
    check_text("named.csv", "user,visit,item,sku,time,at\nx,1,y,a,z,5\nx,1,y,b,z,4\n", &options, "1: b@4 a@5 | a b");
    options.time_column = "";
    check_text("named.csv", "visit,sku\n1,b\n1,a\n", &options, "1: b a | b a");
}

static void usual_columns_are_known_however_they_are_spelled(void **state)
{
    static const char *const heads[] = {
        "user_id,item_id,timestamp",   "userId,movieId,Timestamp",       "USER,ITEM,TIME",
        "Customer ID,Product-ID,time", "reviewerID,asin,unixReviewTime", "uid,parent_asin,timestamp",
        "SessionId,ItemId,Time"};
    const llmrec_dataset_options options = default_options();
    char text[96];
    (void)state;
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
        snprintf(text, sizeof text, "%s\nu,b,2\nu,a,1\n", heads[i]);
        check_text("a.csv", text, &options, "u: a@1 b@2 | b a");
    }
    check_bad("a.csv", "users,item,time\nu,a,1\n",
              ":1: no column for the session ids (one of session_id session user_id user uid reviewer_id customer_id "
              "visitor_id visitor client_id member_id account_id steam_id ..., or set session_column); found: "
              "\"users\", \"item\", \"time\"");
}

static void times_are_exact(void **state)
{
    const llmrec_dataset_options options = default_options();
    (void)state;
    check_text("large.csv",
               "user,item,time\nu,a,1700000000000000001\nu,b,1700000000000000000\nu,c,-9223372036854775807\n", &options,
               "u: c@-9223372036854775807 b@1700000000000000000 a@1700000000000000001 | a b c");
    check_text("mixed.csv", "user,item,time\nu,a,3\nu,b,2.5\nu,c,-1\nu,d,1e0\nu,e, +4 \nu,f,-1.25\n", &options,
               "u: f@-1.25 c@-1 d@1 b@2.5 a@3 e@4 | a b c d e f");
}

static void tabs_are_read_without_quotes(void **state)
{
    const llmrec_dataset_options options = default_options();
    (void)state;
    check_text("plain.tsv", "user\titem\ttimestamp\nu\t\"a\t1\nu\tb,\"\t0\n", &options, "u: b,\"@0 \"a@1 | \"a b,\"");
    check_text("atomic.inter", "user_id:token\titem_id:token\trating:float\ttimestamp:float\n1\t9\t3\t881250949\n",
               &options, "1: 9@881250949 | 9");
}

static void json_lines_are_read(void **state)
{
    const llmrec_dataset_options options = default_options();
    (void)state;
    check_text("plain.jsonl",
               "{\"user_id\": \"u\", \"item_id\": 12, \"timestamp\": 2, \"more\": [1]}\n\n"
               "{\"timestamp\": 1.5, \"user_id\": \"u\", \"item_id\": \"caf\\u00e9 \\\"x\\\"\"}\n"
               "{\"timestamp\": \"1\", \"user_id\": -7, \"item_id\": \"\xF0\x9F\x98\x80\"}",
               &options,
               "u: caf\xC3\xA9 \"x\"@1.5 12@2; -7: \xF0\x9F\x98\x80@1 | 12 caf\xC3\xA9 \"x\" \xF0\x9F\x98\x80");
}

static void sequences_are_read(void **state)
{
    llmrec_dataset_options options = default_options();
    (void)state;
    check_text("plain.txt", "a b a\r\n\nc\tb  d \n", &options, "1: a b a; 2: c b d | a b c d");
    options.format = LLMREC_FORMAT_SEQUENCES_WITH_ID;
    check_text("named.txt", "u1 a b a\nu2\nu3 c\nu1 d", &options, "u1: a b a d; u3: c | a b c d");
}

static void check_bad_list(const char *text, const llmrec_dataset_options *options, const char *wanted)
{
    check_bad_bytes("lists.tsv", text, strlen(text), options, wanted);
}

static void cells_may_be_lists_of_items(void **state)
{
    static const char text[] = "user\titem\ttime\nu\t a-1 b-0  c-1\t3\n\nv\t\t1\nv\tb-0\t\nv\td-1 \t2\n";
    llmrec_dataset_options options = default_options();
    llmrec_dataset *dataset = NULL;
    llmrec_dataset_statistics figures = {.size = sizeof figures};
    (void)state;
    options.item_list = "-1";
    check_text("lists.tsv", text, &options, "u: a@3 c@3; v: d@2 | a c d");
    check_text("lists.csv", "user,item,time\nu,\"\"\"a-1 b-1\",3\n", &options, "u: \"a@3 b@3 | \"a b");
    check_text("lists.jsonl", "{\"user\":1,\"item\":\"a-1 b-0 c-1\",\"time\":3}\n", &options, "1: a@3 c@3 | a c");
    options.where = "item != a and time > 1";
    check_text("lists.tsv", text, &options, "u: c@3; v: d@2 | c d");
    assert_ok(llmrec_dataset_load(contexts[1], scratch("lists.tsv"), NULL, &options, &dataset));
    assert_ok(llmrec_dataset_describe(dataset, &figures));
    assert_int_equal(figures.input_rows, 3);
    assert_int_equal(figures.rows_dropped, 1);
    llmrec_dataset_free(dataset);
    options.where = NULL;
    options.item_list = "";
    check_text("lists.txt", "user\titem\ttime\nu\ta b-0\t3\n", &options, "u: a@3 b-0@3 | a b-0");
}

static void lists_with_errors_are_named_by_line_and_value(void **state)
{
    static const char missing[] = "user\titem\ttime\nu\ta-1\t3\nv\tb-0 -1 c-1\t1\n";
    llmrec_dataset_options options = default_options();
    (void)state;
    options.item_list = "-1";
    check_bad_list(missing, &options,
                   ":3: item is missing; wanted an id (missing=drop drops such rows, missing_values lists the words)");
    check_bad_list("user\titem\ttime\nu\ta-1\t3\nv\tb-1 c-1\tsoon\n", &options,
                   ":3: time is \"soon\"; wanted a number or a date such as 2024-03-01 10:00:00 (time_format=%d.%m.%Y "
                   "and the like read others)");
    check_bad_list("user\titem\ttime\nu\ta-0 -10\t3\n", &options,
                   ": no row has an id with the ending of item_list; wanted at least one");
    options.max_rows = 2;
    check_bad_list("user\titem\ttime\nu\ta-1 b-0 c-1 d-1\t3\n", &options, ": over 2 rows; max_rows allows no more");
    options.max_text_bytes = 2;
    check_bad_list("user\titem\ttime\nu\tab-1 abc-1\t3\n", &options, ":2: item has 3 bytes; max_text_bytes allows 2");
    options.missing = LLMREC_MISSING_DROP;
    check_text("lists.tsv", missing, &options, "u: a@3; v: c@1 | a c");
}

static void gzip_is_known_by_its_bytes(void **state)
{
    static const char part[] = "user,item,time\nu,a,1\n", rest[] = "u,b,0\n";
    const llmrec_dataset_options options = default_options();
    size_t size = 0;
    (void)state;
    for (int member = 0; member < 2; member++) { /* two gzip members form one file */
        gzFile file = gzopen(scratch("zipped.csv"), member == 0 ? "wb" : "ab");
        assert_int_equal(gzputs(file, member == 0 ? part : rest), strlen(member == 0 ? part : rest));
        assert_int_equal(gzclose(file), Z_OK);
    }
    check_file(scratch("zipped.csv"), &options, "u: b@0 a@1 | a b");
    unsigned char *bytes = read_bytes(scratch("zipped.csv"), &size);
    write_bytes(scratch("name.csv.gz"), bytes, size);
    check_file(scratch("name.csv.gz"), &options, "u: b@0 a@1 | a b");
    for (size_t cut = 2; cut < size; cut++) {
        llmrec_dataset *dataset = NULL;
        write_bytes(scratch("cut.csv"), bytes, cut);
        const llmrec_status status = lr_assemble_files(contexts[1], scratch("cut.csv"), NULL, &options, 64, &dataset);
        if (status == LLMREC_OK) assert_string_equal(dump(dataset), "u: a@1 | a"); /* only the first member */
        else assert_failure(status, LLMREC_ERR_FORMAT, "cut.csv: damaged gzip data near byte", "truncated");
        llmrec_dataset_free(dataset);
    }
    bytes[size - 6] ^= 1;
    write_bytes(scratch("sum.csv"), bytes, size);
    llmrec_dataset *dataset = NULL;
    assert_failure(llmrec_dataset_load(contexts[1], scratch("sum.csv"), NULL, NULL, &dataset), LLMREC_ERR_FORMAT,
                   "sum.csv: damaged gzip data near byte", "incorrect data check");
    free(bytes);
}

static void bad_files_are_named_by_line_and_value(void **state)
{
    static const char head[] = "user,item,time\n";
    char text[256];
    (void)state;
    check_bad("a.csv", "", ": empty file; wanted rows");
    check_bad("a.csv", "\xEF\xBB\xBF", ": empty file; wanted rows");
    check_bad("a.csv", "user,thing,time\nu,a,1\n", ITEMS_WANTED "\"user\", \"thing\", \"time\"");
    check_bad("a.csv", "user,item\nu,a\n",
              ":1: no column for the times (time_column=\"\": rows are in time order) (one of timestamp time "
              "unix_review_time ts event_time datetime date_time date t_dat eventdate created_at utc_time "
              "check_in_time ..., or set time_column); found: \"user\", \"item\"");
    snprintf(text, sizeof text, "%su,a,1\nu,a\n", head);
    check_bad("a.csv", text, ":3: 2 fields; wanted 3 as in the header");
    snprintf(text, sizeof text, "%su,a,1,\n", head);
    check_bad("a.csv", text, ":2: 4 fields; wanted 3 as in the header");
    snprintf(text, sizeof text, "%su,a,1\n\n\nu,b,n/a\n", head);
    check_bad("a.csv", text,
              ":5: time is \"n/a\"; wanted a number or a date such as 2024-03-01 10:00:00 (time_format=%d.%m.%Y and "
              "the like read others)");
    snprintf(text, sizeof text, "%su,a,\n", head);
    check_bad("a.csv", text,
              ":2: time is missing; wanted a time (missing=drop drops such rows, missing_values lists the words)");
    snprintf(text, sizeof text, "%s\"u\ny\",a,1\nu,b,1e999\n", head);
    check_bad("a.csv", text, ":4: time is \"1e999\"; wanted a time from the years 1678 to 2262 (see time_unit)");
    snprintf(text, sizeof text, "%su,,1\n", head);
    check_bad("a.csv", text,
              ":2: item is missing; wanted an id (missing=drop drops such rows, missing_values lists the words)");
    snprintf(text, sizeof text, "%su,a,1\nu,\"b\"c,1\n", head);
    check_bad("a.csv", text, ":3: field 2 is \"b\"; wanted nothing after its closing quote");
    snprintf(text, sizeof text, "%su,a,1\nu,\"b,1\n", head);
    check_bad("a.csv", text, ":3: field 2 is \"b,1\\x0A\"; wanted a closing quote");
    snprintf(text, sizeof text, "%su,\xC3\xA9,1\nv,caf\xE9,1\n", head); /* UTF-8 with a wrong byte */
    check_bad("a.csv", text,
              ":3: item is \"caf\\xE9\"; wanted UTF-8 (encoding names "
              "another, invalid_utf8=1 replaces such bytes)");
    check_bad_bytes("a.csv", "user,item,time\nu,a,1\nu,b\0,2\n", 29, NULL,
                    ":3: a NUL byte; wanted text (UTF-8; "
                    "encoding reads UTF-16)");
    check_bad_bytes("a.csv", "user,item,time\nu,a,x\nu,b\0,2\n", 29, NULL,
                    ":2: time is \"x\"; wanted a number or a date such as 2024-03-01 10:00:00 (time_format=%d.%m.%Y "
                    "and the like read others)");
}

static void bad_json_is_named_by_line_and_value(void **state)
{
    static const char good[] = "{\"user\": 1, \"item\": 2, \"time\": 3}\n";
    char text[256];
    (void)state;
    check_bad("a.jsonl", "\n\n", ": empty file; wanted rows");
    check_bad("a.jsonl", " \n", ": empty file; wanted rows");
    check_bad("a.jsonl", "[]", ": empty file; wanted one JSON object per line");
    check_bad("a.jsonl", "{\"user\": 1, \"time\": 3}\n", ITEMS_WANTED "\"user\", \"time\"");
    snprintf(text, sizeof text, "%s\n{\"user\": 1, \"time\": 3}\n", good);
    check_bad("a.jsonl", text,
              ":3: item is missing; wanted an id (missing=drop drops such rows, missing_values lists the words)");
    snprintf(text, sizeof text, "%s{\"user\": true, \"item\": 2, \"time\": 3}\n", good);
    check_bad("a.jsonl", text, ":2: user is \"true\"; wanted a string or a number");
    snprintf(text, sizeof text, "%s{\"user\": 1, \"item\": 2, \"time\": \"soon\"}\n", good);
    check_bad("a.jsonl", text,
              ":2: time is \"soon\"; wanted a number or a date such as 2024-03-01 10:00:00 (time_format=%d.%m.%Y and "
              "the like read others)");
    snprintf(text, sizeof text, "%s[1]\n", good);
    check_bad("a.jsonl", text, ":2: line is \"[1]\"; wanted one JSON object");
    snprintf(text, sizeof text, "%s{\"user\": 1,\n", good);
    write_text(scratch("a.jsonl"), text);
    llmrec_dataset *dataset = NULL;
    assert_failure(llmrec_dataset_load(contexts[1], scratch("a.jsonl"), NULL, NULL, &dataset), LLMREC_ERR_FORMAT,
                   "a.jsonl:2: column 11: ", "line is \"{\"user\": 1,\"; wanted one JSON object");
}

static void bad_bytes_are_repaired_by_option(void **state)
{
    llmrec_dataset_options options = default_options();
    (void)state;
    options.invalid_utf8 = 1;
    check_text("bad.csv", "user,item,note,time\nu\xFF,caf\xE9,\xFE,1\nu\xFF,\"a\"\"\xE9\",,2\n", &options,
               "u\xEF\xBF\xBD: caf\xEF\xBF\xBD@1 a\"\xEF\xBF\xBD@2 | caf\xEF\xBF\xBD a\"\xEF\xBF\xBD");
    check_text("bad.jsonl", "{\"user\": \"\xFF\", \"item\": \"\xC3\xA9\", \"time\": 1}\n", &options,
               "\xEF\xBF\xBD: \xC3\xA9@1 | \xC3\xA9");
    options.invalid_utf8 = 0;
    options.encoding = LLMREC_ENCODING_UTF8;
    check_text("note.csv", "user,item,note,time\nu,a,\xFE,1\n", &options,
               "u: a@1 | a"); /* the note column is not read */
}

static void a_line_may_have_16_mib(void **state)
{
    enum { MOST = 16 << 20 };
    static const char head[] = "user,item,time\nu,a,1\nv,";
    char *text = malloc(MOST + 64);
    llmrec_dataset_options options = default_options();
    llmrec_dataset *dataset = NULL;
    (void)state;
    memset(text, 'x', MOST + 64);
    memcpy(text, head, strlen(head));
    const size_t line = strlen(head) - 2; /* start of the long line */
    memcpy(text + line + MOST - 2, ",2\n", 3);
    write_bytes(scratch("long.csv"), text, line + MOST + 1);
    assert_ok(lr_assemble_files(contexts[1], scratch("long.csv"), NULL, &options, 1 << 18, &dataset));
    assert_int_equal(llmrec_dataset_rows(dataset), 2);
    llmrec_dataset_free(dataset);
    dataset = NULL;
    memcpy(text + line + MOST - 2, "x,2\n", 4);
    write_bytes(scratch("long.csv"), text, line + MOST + 2);
    assert_failure(lr_assemble_files(contexts[1], scratch("long.csv"), NULL, &options, 1 << 18, &dataset),
                   LLMREC_ERR_FORMAT, "long.csv:3: a line has over 16777216 bytes");
    free(text);
}

static void files_that_are_not_there_are_named(void **state)
{
    llmrec_dataset_options options = default_options();
    llmrec_dataset *dataset = NULL;
    (void)state;
    assert_failure(llmrec_dataset_load(contexts[0], scratch("none.csv"), NULL, NULL, &dataset), LLMREC_ERR_IO,
                   "none.csv: No such file");
    options.format = 7;
    assert_failure(llmrec_dataset_load(contexts[0], "x.dat", NULL, &options, &dataset), LLMREC_ERR_ARGUMENT,
                   "format is 7");
    write_text(scratch("good.csv"), "user,item,time\nu,a,1\n");
    assert_failure(llmrec_dataset_load(contexts[0], scratch("good.csv"), scratch("none.txt"), NULL, &dataset),
                   LLMREC_ERR_IO, "none.txt: No such file");
    assert_failure(llmrec_dataset_load(contexts[0], scratch(""), NULL, &(llmrec_dataset_options){0}, &dataset),
                   LLMREC_ERR_ABI, "llmrec_dataset_options");
    assert_null(dataset);
}

static void item_files_bring_texts(void **state)
{
    llmrec_dataset_options options = default_options();
    llmrec_dataset *dataset = NULL;
    (void)state;
    write_text(scratch("rows.csv"), "user,item,time\nu,b,1\nu,a,2\n");
    write_text(scratch("about.csv"), "item_id,title,year\na,\"A, \"\"the\"\"\",1\nx,X,\nb,B,3\n");
    options.catalog = LLMREC_CATALOG_ALL;
    assert_ok(llmrec_dataset_load(contexts[1], scratch("rows.csv"), scratch("about.csv"), &options, &dataset));
    assert_string_equal(dump(dataset), "u: b@1 a@2 | b=B,3 a=A, \"the\",1 x=X,");
    assert_int_equal(llmrec_dataset_title_column(dataset), 0);
    llmrec_dataset_free(dataset);
    dataset = NULL;
    write_text(scratch("about.csv"), "item_id,title\na,A\n\nb,B\na,C\n");
    assert_failure(llmrec_dataset_load(contexts[1], scratch("rows.csv"), scratch("about.csv"), NULL, &dataset),
                   LLMREC_ERR_FORMAT, "about.csv:5: item_id is \"a\", as on line 2");
    options.items_id_column = "sku";
    assert_failure(llmrec_dataset_load(contexts[1], scratch("rows.csv"), scratch("about.csv"), &options, &dataset),
                   LLMREC_ERR_FORMAT, "about.csv:1: no column \"sku\"", "\"item_id\", \"title\"");
    assert_null(dataset);
}

/* --- canceling ---------------------------------------------------------------------------------------------- */

static llmrec_status stop_at(const llmrec_progress_event *event, void *user)
{
    (void)event;
    return --*(int *)user < 0 ? LLMREC_ERR_CALLBACK : LLMREC_OK;
}

/* Every report may cancel. The clock is held at the start, so that every step reports. */
static void loading_can_be_canceled(void **state)
{
    llmrec_context_options about;
    llmrec_context *context = NULL;
    llmrec_dataset *dataset = NULL;
    int left = 0;
    (void)state;
    assert_ok(llmrec_context_options_init(&about, sizeof about));
    about.progress = stop_at;
    about.progress_user = &left;
    assert_ok(llmrec_context_create(&about, &context));
    write_text(scratch("rows.csv"), "user,item,time\nu,b,1\nu,a,2\n");
    for (int stops = 0;; stops++) {
        left = stops;
        const llmrec_status status = llmrec_dataset_load(context, scratch("rows.csv"), NULL, NULL, &dataset);
        if (status == LLMREC_OK) break;
        assert_failure(status, LLMREC_ERR_CANCELED, "canceled");
        assert_null(dataset);
        assert_true(stops < 10);
    }
    llmrec_dataset_free(dataset);
    llmrec_context_free(context);
}

/* --- mutations ----------------------------------------------------------------------------------------------- */

/* Small changes to valid files: every size of pieces gives the same rows or the same error. */
static void mutate(const char *name, const char *text, const llmrec_dataset_options *options, uint32_t random)
{
    static const char bytes[] = "\",\n\r\t 0\x00\xFF\xC3{}:e-";
    static char changed[1024], first[1 << 16];
    size_t size = strlen(text);
    memcpy(changed, text, size);
    for (int i = 0; i < 3; i++) {
        random = random * 1664525u + 1013904223u;
        const size_t at = (random >> 8) % size;
        if ((random >> 4) % 3 == 0) size = at + 1;
        else changed[at] = bytes[(random >> 24) % (sizeof bytes - 1)];
    }
    write_bytes(scratch(name), changed, size);
    for (int i = 0; i < 2 * PIECE_SIZES; i++) {
        llmrec_dataset *dataset = NULL;
        const llmrec_status status =
            lr_assemble_files(contexts[i % 2], scratch(name), NULL, options, PIECES[i / 2], &dataset);
        const char *found = status == LLMREC_OK ? dump(dataset) : llmrec_last_error();
        if (i == 0) snprintf(first, sizeof first, "%s", found);
        else assert_string_equal(found, first);
        llmrec_dataset_free(dataset);
    }
}

static void damaged_files_give_rows_or_an_error(void **state)
{
    static const struct {
        const char *name, *text;
    } files[] = {
        {"m.csv", "user,item,time\nu,\"a\"\"b\",1\nv,\"x\ny\",2\nu,b,1.5\nw,c,3\n"},
        {"m.tsv", "user\titem\ttime\nu\ta\t1\nv\tb\t2\n"},
        {"m.jsonl", "{\"user\":\"u\",\"item\":1,\"time\":2}\n{\"user\":\"v\",\"item\":\"x\",\"time\":1.5}\n"},
        {"m.inter", "user_id:token\titem_id:token\ttimestamp:float\n1\t2\t3\n4\t5\t6\n"},
        {"m.txt", "a b c\nd e f\n"},
    };
    llmrec_dataset_options options = default_options();
    (void)state;
    for (uint32_t i = 0; i < 400; i++) {
        options.invalid_utf8 = i / 5 % 2;
        mutate(files[i % 5].name, files[i % 5].text, &options, i * 2654435761u);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(csv_is_read_in_all_its_forms),
        cmocka_unit_test(columns_are_named_by_options),
        cmocka_unit_test(usual_columns_are_known_however_they_are_spelled),
        cmocka_unit_test(times_are_exact),
        cmocka_unit_test(tabs_are_read_without_quotes),
        cmocka_unit_test(json_lines_are_read),
        cmocka_unit_test(sequences_are_read),
        cmocka_unit_test(cells_may_be_lists_of_items),
        cmocka_unit_test(lists_with_errors_are_named_by_line_and_value),
        cmocka_unit_test(gzip_is_known_by_its_bytes),
        cmocka_unit_test(bad_files_are_named_by_line_and_value),
        cmocka_unit_test(bad_json_is_named_by_line_and_value),
        cmocka_unit_test(bad_bytes_are_repaired_by_option),
        cmocka_unit_test(a_line_may_have_16_mib),
        cmocka_unit_test(files_that_are_not_there_are_named),
        cmocka_unit_test(item_files_bring_texts),
        cmocka_unit_test(loading_can_be_canceled),
        cmocka_unit_test(damaged_files_give_rows_or_an_error),
    };
    return cmocka_run_group_tests(tests, make_contexts, drop_contexts);
}
