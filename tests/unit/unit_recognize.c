/* SPDX-License-Identifier: Apache-2.0 */
/* What files are recognized as, what is said about it, and which options overrule it. */
#include "../dump.h"

#include "data/assemble.h"

static llmrec_context *context;
static char said[1024];   /* the line about the last file that was read */
static char warned[1024]; /* the last warning */

static int32_t hear(const llmrec_log_event *event, void *user)
{
    (void)user;
    if (strncmp(event->message, "read ", 5) == 0) snprintf(said, sizeof said, "%s", event->message);
    if (event->level == LLMREC_LOG_WARNING) snprintf(warned, sizeof warned, "%s", event->message);
    return 0;
}

static int make_context(void **state)
{
    llmrec_context_options options = context_options(2);
    (void)state;
    options.log = hear;
    options.log_level = LLMREC_LOG_INFO;
    context = context_like(&options);
    return 0;
}

static int drop_context(void **state)
{
    llmrec_context_free(context);
    return remove_scratch(state);
}

/* Reads the file "f" in pieces of any size; what is said does not depend on them. */
static void check_bytes(const void *bytes, size_t size, const llmrec_dataset_options *options, const char *line,
                        const char *wanted)
{
    static const size_t pieces[] = {1, 64, 1 << 18};
    const llmrec_dataset_options defaults = default_options();
    write_bytes(scratch("f"), bytes, size);
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        llmrec_dataset *dataset = NULL;
        assert_ok(
            lr_assemble_files(context, scratch("f"), NULL, options != NULL ? options : &defaults, pieces[i], &dataset));
        assert_string_equal(dump(dataset), wanted);
        assert_string_equal(said, line);
        llmrec_dataset_free(dataset);
    }
}

static void check(const char *text, const char *line, const char *wanted)
{
    check_bytes(text, strlen(text), NULL, line, wanted);
}

static void check_with(const llmrec_dataset_options *options, const char *text, const char *line, const char *wanted)
{
    check_bytes(text, strlen(text), options, line, wanted);
}

static void check_bad_with(const llmrec_dataset_options *options, const char *text, const char *fragment)
{
    llmrec_dataset *dataset = NULL;
    write_text(scratch("f"), text);
    const llmrec_status status = llmrec_dataset_load(context, scratch("f"), NULL, options, &dataset);
    assert_true(status == LLMREC_ERR_FORMAT || status == LLMREC_ERR_ARGUMENT);
    assert_failure(status, status, fragment);
    assert_null(dataset);
}

static void check_bad(const char *text, const char *fragment)
{
    check_bad_with(NULL, text, fragment);
}

#define NAMED(what)                                                                                                    \
    "read \"f\" as " what "-separated with header: columns 1 user \"user\", 2 item \"item\", 3 time \"time\" "         \
    "(seconds)"
#define UNNAMED(what) "read \"f\" as " what "-separated without header: columns 1 user, 2 item, 3 time (seconds)"

static void delimiters_are_recognized(void **state)
{
    (void)state;
    check("user,item,time\nu,a,2\nu,b,1\n", NAMED("comma"), "u: b@1 a@2 | a b");
    check("user;item;time\nu;a,1;2\n\"u\";b,2;1\n", NAMED("semicolon"), "u: b,2@1 a,1@2 | a,1 b,2");
    check("user\titem\ttime\nu\ta;1,2\t2\n", NAMED("tab"), "u: a;1,2@2 | a;1,2");
    check("\"user\"\t\"item\"\t\"time\"\n\"u\"\t\"a\"\"b\"\t2\n", NAMED("tab"), "u: a\"b@2 | a\"b");
    check("user\titem\ttime\nu\t\"a\"\t2\nu\t\"b\"\t3\n", NAMED("tab"), "u: a@2 b@3 | a b");
    check("user\titem\ttime\nu\t\"a\"\t2\nu\t\"b\" c\t3\n", NAMED("tab"), "u: \"a\"@2 \"b\" c@3 | \"a\" \"b\" c");
    check("user|item|time\nu|a|2\n", NAMED("pipe"), "u: a@2 | a");
    check("user::item::time\nu::a:b::2\n", NAMED("::"), "u: a:b@2 | a:b");
}

/* Conversions of line ends made CR LF to CR CR LF. */
static void line_ends_may_have_two_carriage_returns(void **state)
{
    (void)state;
    check("user,item,time\r\r\nu,a,2\r\r\n\r\r\nu,b,1\r\r\n", NAMED("comma"), "u: b@1 a@2 | a b");
    check("\r\r\nuser,item,time\r\r\nu,\"a,b\",\"2\"\r\r\n", NAMED("comma"), "u: a,b@2 | a,b");
    check("sep=;\r\r\nuser;item;time\r\r\nu;a;1\r\r\n", NAMED("semicolon"), "u: a@1 | a");
}

static void double_colons_are_read_fast_and_slowly(void **state)
{
    llmrec_dataset_options options = default_options();
    (void)state;
    check("user::item::time\nu::a:b::2\nu:::c::1\r\n\nu::d::0\n", NAMED("::"), "u: d@0 :c@1 a:b@2 | a:b :c d");
    options.delimiter = "::";
    check_with(&options, "\"user\"::item::time\nu::\"a::b\"::2\nu::c::1\n", NAMED("::"), "u: c@1 a::b@2 | a::b c");
}

static void files_without_header_are_recognized(void **state)
{
    (void)state;
    check("u\ta\t881250949\nu\tb\t881250948\n", UNNAMED("tab"), "u: b@881250948 a@881250949 | a b");
    check("u,a,20\nu,b,10\n", UNNAMED("comma"), "u: b@10 a@20 | a b");
    check("u,a,1\nu,b,2\nv,b,1\n", UNNAMED("comma"), "u: a@1 b@2; v: b@1 | a b");
    check("1::10::5::978300760\n1::11::3::978300759\n",
          "read \"f\" as ::-separated without header: columns 1 user, 2 item, 4 time (seconds)",
          "1: 11@978300759 10@978300760 | 10 11");
    check("7\t5\n7\t6\n", "read \"f\" as tab-separated without header: columns 1 user, 2 item", "7: 5 6 | 5 6");
    check("ann,tea\nann,milk\n", "read \"f\" as comma-separated without header: columns 1 user, 2 item",
          "ann: tea milk | tea milk");
    check_bad("1,10,5\n1,11,3\n", "no header, and none of 3 columns looks like the times");
    check("u,a,2024-02-01\n", "read \"f\" as comma-separated without header: columns 1 user, 2 item, 3 time (dates)",
          "u: a@1706745600 | a");
    check_bad("u,a,01.02.2024\n", "column 3 is \"01.02.2024\"; wanted a number or a date such as 2024-03-01 10:00:00 "
                                  "(time_format=%d.%m.%Y and the like");
    check_bad("a,b,c,d\na,e,f,g\n", "set time_column to a number from 1 to 4");
    check_bad("kind,thing\nu,a\n", "no column for the session ids");
    check_bad(",0,1,2\nx,0.5,1,2\n", "no column for the session ids"); /* a data frame with its index */
}

static void text_of_words_is_rows_or_sequences(void **state)
{
    static const char sequences[] = "read \"f\" as sequences: each line the items of a session";
    (void)state;
    check("1 10 11 12\n2 13 14\n", sequences, "1: 1 10 11 12; 2: 2 13 14 | 1 10 11 12 2 13 14");
    check("1 10 11 12\n2 13 14\n3 10\n", "read \"f\" as sequences: each line a session and its items",
          "1: 10 11 12; 2: 13 14; 3: 10 | 10 11 12 13 14");
    check("5 6 7\n8 6 9\n", sequences, "1: 5 6 7; 2: 8 6 9 | 5 6 7 8 9");
    check("1 10\n1 11\n2 10\n", "read \"f\" as blank-separated without header: columns 1 user, 2 item",
          "1: 10 11; 2: 10 | 10 11");
    check("196 242 3 881250949\n186 302 3 891717742\n",
          "read \"f\" as blank-separated without header: columns 1 user, 2 item, 4 time (seconds)",
          "196: 242@881250949; 186: 302@891717742 | 242 302");
    check("user item time\nu a 2\n", NAMED("blank"), "u: a@2 | a");
    check_bad("1 10\n2 11\n", "every line has two words; set format to sequences");
    check_bad("user  item  time\nu     a     1\nu     b     2\n", "f:1: names of columns, with several blanks");
}

static void columns_have_names_and_numbers(void **state)
{
    llmrec_dataset_options options = default_options();
    (void)state;
    options.session_column = "3";
    options.item_column = "THE THING";
    options.time_column = "1";
    check_with(&options, "at,the_thing,who\n5,a,u\n",
               "read \"f\" as comma-separated with header: columns 3 user \"who\", 2 item \"the_thing\", 1 time \"at\" "
               "(seconds)",
               "u: a@5 | a");
    options.item_column = "2";
    check_with(&options, "5,a,u\n6,b,u\n",
               "read \"f\" as comma-separated without header: columns 3 user, 2 item, 1 time (seconds)",
               "u: a@5 b@6 | a b");
    options.item_column = "4";
    check_bad_with(&options, "5,a,u\n6,b,u\n", "item_column is \"4\"; wanted a column's number from 1 to 3");
    options.item_column = "3";
    check_bad_with(&options, "5,a,u\n6,b,u\n", "one column is chosen twice");
    check_bad("user,Item,Item_,time\nu,a,b,1\n", "columns 2 and 3 are named \"Item\" and \"Item_\"");
    check_bad("user,item,time\n", "no row after the header");
    check_bad("user,item,time\nu,a,soon\n", "f:2: time is \"soon\"");
    assert_string_equal(said, "read \"f\" as comma-separated with header: columns 1 user \"user\", 2 item \"item\", "
                              "3 time \"time\"");
}

static void guesses_are_overruled(void **state)
{
    llmrec_dataset_options options = default_options();
    (void)state;
    options.header = LLMREC_HEADER_NO;
    check_with(&options, "user,item,20\nu,b,10\n", UNNAMED("comma"), "user: item@20; u: b@10 | item b");
    options.header = LLMREC_HEADER_YES;
    options.session_column = "1";
    options.item_column = "2";
    options.time_column = "3";
    check_with(&options, "1,2,3\nu,b,10\n",
               "read \"f\" as comma-separated with header: columns 1 user \"1\", 2 item \"2\", 3 time \"3\" (seconds)",
               "u: b@10 | b");
    options = default_options();
    options.delimiter = "blank";
    check_with(&options, "1 10\n2 11\n", "read \"f\" as blank-separated without header: columns 1 user, 2 item",
               "1: 10; 2: 11 | 10 11");
    options.delimiter = "^";
    check_with(
        &options, "user^item^time\nu^a^1\n",
        "read \"f\" as delimited text with header: columns 1 user \"user\", 2 item \"item\", 3 time \"time\" (seconds)",
        "u: a@1 | a");
    check_bad("user^item^time\nu^a^1\n", "found: \"user^item^time\" (one column: set delimiter?)");
    options.delimiter = "***";
    check_bad_with(&options, "u", "delimiter is \"***\"; wanted comma, tab");
    options = default_options();
    options.format = LLMREC_FORMAT_TSV;
    check_bad_with(&options, "user,item,time\nu,a,1\n", "found: \"user,item,time\"");
    options = default_options();
    options.header = LLMREC_HEADER_NO;
    options.time_column = "3";
    options.time_format = "%d.%m.%Y";
    check_with(&options, "u,a,02.01.1970\n",
               "read \"f\" as comma-separated without header: columns 1 user, 2 item, 3 time (\"%d.%m.%Y\")",
               "u: a@86400 | a");
}

static void separator_lines_are_read(void **state)
{
    (void)state;
    check("sep=;\nuser;item;time\nu;a;1\n", NAMED("semicolon"), "u: a@1 | a");
    check("\"sep=,\"\r\nuser,item,time\nu,a,1\n", NAMED("comma"), "u: a@1 | a");
    check_bad("sep=;\nuser;item;time\nu;a;x\n", "f:3: time is \"x\"");
}

static void json_is_lines_or_an_array(void **state)
{
    static const char array[] =
        "read \"f\" as a JSON array: keys user \"user\", item \"item\", time \"time\" (seconds)";
    (void)state;
    check("[{\"user\":1,\"item\":\"a,]\\\"}\",\"time\":2},\n {\"item\":7,\n\"user\":1,\"time\":1}\n]\n", array,
          "1: 7@1 a,]\"}@2 | a,]\"} 7");
    check("{\"user\":12345678901234567890,\"item\":-9007199254740993,\"time\":1,\"x\":\"123456789012345678901\"}\n"
          "{\"user\":10.0,\"item\":0.1,\"time\":1.5}\n",
          "read \"f\" as JSON lines: keys user \"user\", item \"item\", time \"time\" (seconds)",
          "12345678901234567890: -9007199254740993@1; 10.0: 0.1@1.5 | -9007199254740993 0.1");
    check_bad("[{\"user\":1,\"item\":2,\"time\":3},", "the array is not closed");
    check_bad("[[1,2,3],\n[1,3,4]]", "f: a JSON array of arrays; wanted objects with names");
    check_bad("[{\"user\":1,\"item\":2,\"time\":3} {\"user\":1}]", "f:1: ");
    check_bad("[{\"user\":1,\"item\":2,\"time\":3}, 5]", "f:2: ");
    check_bad("{\"user\":1,\"item\":null,\"time\":3}", "item is missing; wanted an id");
    check_bad("{\"user\":1,\"item\":[1],\"time\":3}", "item is \"1\"; wanted a string or a number");
}

static void nested_objects_are_rows(void **state)
{
    (void)state;
    check("{\"session\":7,\"events\":[{\"aid\":1,\"ts\":20,\"type\":\"clicks\"},{\"aid\":2,\"ts\":10}]}\n"
          "{\"session\":8,\"events\":[]}\n{\"session\":9,\"events\":[{\"aid\":2,\"ts\":5}]}\n",
          "read \"f\" as JSON lines: keys user \"session\", item \"aid\", time \"ts\" (seconds)",
          "7: 2@10 1@20; 9: 2@5 | 1 2");
    check("{\"user\":7,\"item\":1,\"time\":3,\"images\":[{\"item\":5}]}\n",
          "read \"f\" as JSON lines: keys user \"user\", item \"item\", time \"time\" (seconds)", "7: 1@3 | 1");
    check_bad("{\"session\":7,\"events\":[{\"aid\":1,\"ts\":20},{\"aid\":null,\"ts\":10}]}\n", "f:1: aid is missing");
}

/* "user,item,time\nu,é€,1\n" in other encodings. */
static void encodings_are_recognized(void **state)
{
    static const char line[] = "read \"f\" as comma-separated with header: columns 1 user \"user\", 2 item \"item\", 3 "
                               "time \"time\" (seconds); encoding ";
    static const char head[] = "user,item,time\nu,";
    llmrec_dataset_options options = default_options();
    char bytes[128] = "\xFF\xFE", wanted[256];
    size_t size = 2;
    (void)state;
    for (size_t i = 0; i < sizeof head - 1; i++) {
        bytes[size++] = head[i];
        bytes[size++] = '\0';
    }
    memcpy(bytes + size, "\xE9\0\xAC\x20\x3D\xD8\0\xDE,\0001\0\n", 14); /* é, euro, a smiley */
    size += 14;
    snprintf(wanted, sizeof wanted, "%sUTF-16 LE", line);
    check_bytes(bytes, size, NULL, wanted,
                "u: \xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80@1 | \xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80");
    for (size_t i = 0; i < size; i += 2) {
        const char first = bytes[i];
        bytes[i] = bytes[i + 1];
        bytes[i + 1] = first;
    }
    snprintf(wanted, sizeof wanted, "%sUTF-16 BE", line);
    check_bytes(bytes, size, NULL, wanted,
                "u: \xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80@1 | \xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80");
    options.encoding = LLMREC_ENCODING_UTF16BE;
    check_bytes(bytes + 2, size - 2, &options, wanted,
                "u: \xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80@1 | \xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80");
    snprintf(wanted, sizeof wanted, "%sWindows-1252, since line 2 is not UTF-8", line);
    check("user,item,time\nu,\xE9\x80,1\n", wanted, "u: \xC3\xA9\xE2\x82\xAC@1 | \xC3\xA9\xE2\x82\xAC");
    options.encoding = LLMREC_ENCODING_LATIN1;
    snprintf(wanted, sizeof wanted, "%sLatin-1", line);
    check_with(&options, "user,item,time\nu,\xE9\x80,1\n", wanted, "u: \xC3\xA9\xC2\x80@1 | \xC3\xA9\xC2\x80");
    options.encoding = LLMREC_ENCODING_UTF8;
    check_bad_with(&options, "user,item,time\nu,\xE9\x80,1\n", "wanted UTF-8");
    check_bad("user,item,time\nu,\xC3\xA9,1\nu,\xE9,1\n", "wanted UTF-8"); /* damaged UTF-8 is not Windows-1252 */
}

/* The same without its mark: NUL bytes tell it. */
static void utf16_needs_no_mark(void **state)
{
    static const char line[] = "read \"f\" as comma-separated without header: columns 1 user, 2 item; encoding UTF-16 ";
    static const char little[] = "u\0,\0\xE9\0\n\0u\0,\0\x2D\x4E\n", big[] = "\0u\0,\0\xE9\0\n\0u\0,\x4E\x2D\0\n";
    char wanted[256];
    (void)state;
    snprintf(wanted, sizeof wanted, "%sLE, since line 1 has NUL bytes", line);
    check_bytes(little, sizeof little, NULL, wanted, "u: \xC3\xA9 \xE4\xB8\xAD | \xC3\xA9 \xE4\xB8\xAD");
    snprintf(wanted, sizeof wanted, "%sBE, since line 1 has NUL bytes", line);
    check_bytes(big, sizeof big - 1, NULL, wanted, "u: \xC3\xA9 \xE4\xB8\xAD | \xC3\xA9 \xE4\xB8\xAD");
}

/* Files that were joined have marks within. */
static void a_mark_within_is_no_part_of_an_id(void **state)
{
    (void)state;
    check("\xEF\xBB\xBFuser,item,time\nu,a,1\n\xEF\xBB\xBFu,b,2\n", NAMED("comma"), "u: a@1 b@2 | a b");
}

/* A lone surrogate is an error or is replaced, and a text may end in the middle of a character. */
static void half_characters_are_not_utf8(void **state)
{
    static const char lone[] = "\xFF\xFEu\0,\0i\0\n\0u\0,\0\x3D\xD8,\0\n\0";
    llmrec_dataset *dataset = NULL;
    llmrec_dataset_options options = default_options();
    (void)state;
    options.header = LLMREC_HEADER_NO;
    write_bytes(scratch("f"), lone, sizeof lone - 1);
    assert_failure(llmrec_dataset_load(context, scratch("f"), NULL, &options, &dataset), LLMREC_ERR_FORMAT, "f:2: ");
    options.invalid_utf8 = 1;
    write_bytes(scratch("f"), "\xFF\xFEu\0,\0i\0\n\0u\0,\0\x3D\xD8", 16);
    assert_ok(llmrec_dataset_load(context, scratch("f"), NULL, &options, &dataset));
    assert_string_equal(dump(dataset), "u: i \xEF\xBF\xBD | i \xEF\xBF\xBD");
    llmrec_dataset_free(dataset);
}

static void rows_are_left_out_by_conditions(void **state)
{
    static const char text[] =
        "user,item,time,event,rating\nu,a,1,view,5\nu,b,2,cart,4.0\nv,a,3,\"a, b\",\nv,c,4,buy,10\n";
    static const struct {
        const char *where, *wanted;
    } cases[] = {
        {"event = view", "u: a@1 | a"},
        {"event in (view, cart)", "u: a@1 b@2 | a b"},
        {"event not in (view,cart) and event != buy", "v: a@3 | a"},
        {"event == \"a, b\"", "v: a@3 | a"},
        {"rating >= 4", "u: a@1 b@2; v: c@4 | a b c"},
        {"RATING > 4 AND 2 <> c", "u: a@1 | a"},
        {"rating = 4", "u: b@2 | b"},
        {"rating<5", "u: b@2 | b"},
        {"5 <= 4", "u: b@2 | b"},
        {"event >= c and event < w", "u: a@1 b@2 | a b"},
        {"time > 1 and time < 4 and user = u", "u: b@2 | b"},
        {"time >= 1970-01-01 and time < \"1970-01-01 00:00:02\"", "u: a@1 | a"},
        {"event = 'a, b' and time in (3, 4)", "v: a@3 | a"},
        {"event != view and time != \"1970-01-01 00:00:04\"", "u: b@2; v: a@3 | b a"},
    };
    llmrec_dataset_options options = default_options();
    (void)state;
    write_text(scratch("f"), text);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        llmrec_dataset *dataset = NULL;
        llmrec_dataset_statistics figures = {.size = sizeof figures};
        options.where = cases[i].where;
        assert_ok(llmrec_dataset_load(context, scratch("f"), NULL, &options, &dataset));
        assert_string_equal(dump(dataset), cases[i].wanted);
        assert_ok(llmrec_dataset_describe(dataset, &figures));
        assert_int_equal(figures.input_rows, 4);
        assert_int_equal(figures.rows_dropped, 4 - figures.rows);
        llmrec_dataset_free(dataset);
    }
    options.where = "event = sale";
    check_bad_with(&options, text, "no row meets the conditions of where");
    options.where = "kind = view";
    check_bad_with(&options, text, "no column \"kind\" for the condition (where)");
    options.where = "event";
    check_bad_with(&options, text, "where is \"event\"; wanted = != < <= > >= or in at \"\"");
    options.where = "4 <= rating";
    check_bad_with(&options, text, "f: where has \"4\" before the column \"rating\"; wanted the column first");
    options.where = "user = u and rating >= high";
    check_bad_with(&options, text, "f:2: rating is \"5\"; wanted a text, as where compares it with one");
    options.where = "event > 4";
    check_bad_with(&options, text, "f:2: event is \"view\"; wanted a number, as where compares it with one");
    options.where = "time >= soon";
    check_bad_with(&options, text, "where compares times with \"soon\"; wanted a number or a date");
    options.where = "time >= 2024-03-01 10:00:00";
    check_bad_with(&options, text, "and quotes around a value with blanks at \"10:00:00\"");
    options.where = "event in view";
    check_bad_with(&options, text, "wanted ( and values at \"view\"");
    options.where = "event = view or user = u";
    check_bad_with(&options, text,
                   "wanted \"and\" between conditions, and quotes around a value with blanks at \"or user = u\"");
    options.where = "a = 1";
    check_bad_with(&options, "1 2 3\n4 5\n", "sequences have no columns; where is set");
    options.where = NULL;
    options.item_list = "";
    check_bad_with(&options, "1 2 3\n4 5\n", "sequences have no columns; item_list is set");
}

/* Conditions on times hold in every spelling of the column. */
static void conditions_know_times(void **state)
{
    static const char dates[] = "user,item,time\nu,a,2024-03-01 09:00\nu,b,2024-03-02T01:00+02:00\nu,c,2024-03-02\n";
    static const char milliseconds[] = "user,item,time\nu,a,1709283600000\nu,b,1709334000000\nu,c,1709337600000\n";
    static const char days[] = "user,item,time\nu,a,1.3.2024\nu,b,2.3.2024\n";
    static const char line[] =
        "read \"f\" as comma-separated with header: columns 1 user \"user\", 2 item \"item\", 3 time "
        "\"time\" (%s)";
    llmrec_dataset_options options = default_options();
    char wanted[256];
    (void)state;
    options.where = "time > 2024-03-01 and time < 2024-03-02";
    snprintf(wanted, sizeof wanted, line, "dates");
    check_with(&options, dates, wanted, "u: a@1709283600 b@1709334000 | a b");
    snprintf(wanted, sizeof wanted, line, "milliseconds");
    check_with(&options, milliseconds, wanted, "u: a@1709283600000 b@1709334000000 | a b");
    options.time_unit = LLMREC_TIME_UNIT_S;
    check_bad_with(&options, milliseconds, "f:2: time is \"1709283600000\"; wanted a time from the years 1678 to 2262");
    options = default_options();
    options.where = "time >= 1709283600";
    check_bad_with(&options, dates,
                   "f:2: time is \"2024-03-01 09:00\"; wanted a number, as where compares it with one");
    options.time_format = "%d.%m.%Y";
    options.where = "time >= 2.3.2024 and time = 2024-03-02";
    snprintf(wanted, sizeof wanted, line, "\"%d.%m.%Y\"");
    check_with(&options, days, wanted, "u: b@1709337600 | b");
}

/* Numbers that are dates as their digits stand are read as counts of seconds, and this is told. */
static void dates_as_numbers_are_told(void **state)
{
    static const struct {
        const char *text, *warning;
    } cases[] = {
        {"user,item,time\nu,a,20240301\nu,b,20240302\n", "times such as 20240301 are read as seconds, which is "
                                                         "1970-08-23 06:18:21; time_unit=date reads them as dates, "
                                                         "which is 2024-03-01"},
        {"user,item,time\nu,a,202403011015\n",
         "times such as 202403011015 are read as milliseconds, which is 1976-05-31 15:03:31.015; "
         "time_format=%Y%m%d%H%M reads them as dates, which is 2024-03-01 10:15:00"},
        {"user,item,time\nu,a,20240301101500\n",
         "times such as 20240301101500 are read as microseconds, which is 1970-08-23 06:18:21.1015; "
         "time_format=%Y%m%d%H%M%S reads them as dates, which is 2024-03-01 10:15:00"},
        {"user,item,time\nu,a,20240301\nu,b,20240399\n", ""},
        {"user,item,time\nu,a,18240301\n", ""},
        {"user,item,time\nu,a,1709283600\n", ""},
    };
    llmrec_dataset *dataset = NULL;
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        warned[0] = '\0';
        write_text(scratch("f"), cases[i].text);
        assert_ok(llmrec_dataset_load(context, scratch("f"), NULL, NULL, &dataset));
        llmrec_dataset_free(dataset);
        assert_string_equal(warned, cases[i].warning);
    }
}

static void conditions_hold_in_json(void **state)
{
    llmrec_dataset_options options = default_options();
    (void)state;
    options.where = "verified = true and rating >= 4";
    check_with(&options,
               "{\"user\":1,\"item\":2,\"time\":3,\"rating\":4.0,\"verified\":true}\n"
               "{\"user\":1,\"item\":3,\"time\":3,\"rating\":3,\"verified\":true}\n"
               "{\"user\":1,\"item\":4,\"time\":3,\"rating\":5,\"verified\":false}\n",
               "read \"f\" as JSON lines: keys user \"user\", item \"item\", time \"time\" (seconds)", "1: 2@3 | 2");
}

static void limits_are_kept(void **state)
{
    static const char text[] = "user,item,time\nu,abcd,1\nu,b,2\n";
    llmrec_dataset_options options = default_options();
    (void)state;
    options.max_rows = 2;
    options.max_bytes = (int64_t)strlen(text);
    options.max_line_bytes = 14;
    options.max_text_bytes = 4;
    check_with(&options, text, NAMED("comma"), "u: abcd@1 b@2 | abcd b");
    options.max_rows = 1;
    check_bad_with(&options, text, "over 1 rows; max_rows allows no more");
    options.max_rows = 0;
    options.max_bytes--;
    check_bad_with(&options, text, "bytes of text; max_bytes allows no more");
    options.max_bytes = 0;
    options.max_text_bytes = 3;
    check_bad_with(&options, text, "f:2: item has 4 bytes; max_text_bytes allows 3");
    options.max_text_bytes = 0;
    options.max_line_bytes = 7;
    check_bad_with(&options, text, "f:2: a line of 8 bytes; max_line_bytes allows 7");
}

/* --- files that are no data --------------------------------------------------------------------------------------- */

/* Text that is nothing else was once read as sequences. */
static void prose_and_markup_are_no_sequences(void **state)
{
    static const char wanted[] = "f: neither rows nor ids with blanks between them; set delimiter";
    llmrec_dataset_options options = default_options();
    (void)state;
    check_bad("<h1>404</h1>\n<p>not found</p></html>\n", wanted);
    check_bad("# exported 2024\nsession,item,time\nu,a,1\n", wanted);
    check_bad("My export\n\nsession,item,time\nu,a,1\n", wanted);
    check_bad("Dear all, here is\nthe file\n", wanted);
    options.format = LLMREC_FORMAT_SEQUENCES;
    check_with(&options, "a,b c#\n", "read \"f\" as sequences: each line the items of a session", "1: a,b c# | a,b c#");
}

static void blank_lines_may_come_first(void **state)
{
    llmrec_dataset_options options = default_options();
    (void)state;
    check("\n\r\n\nuser,item,time\n\nu,b,2\nu,a,1\n", NAMED("comma"), "u: a@1 b@2 | b a");
    check("\n1\t10\t5\t978300760\n",
          "read \"f\" as tab-separated without header: columns 1 user, 2 item, 4 time (seconds)",
          "1: 10@978300760 | 10");
    check("sep=;\n\nuser;item;time\nu;a;1\n", NAMED("semicolon"), "u: a@1 | a");
    check_bad("\n\nuser,item,time\nu,a\n", "f:4: 2 fields");
    options.delimiter = ",";
    check_bad_with(&options, "sep=;\n\n", "f: empty file");
}

static void advice_names_options(void **state)
{
    (void)state;
    check_bad("user,item,time\ru,a,1\r", "f: lines end in CR alone; wanted LF or CRLF");
    check_bad("user,item,time\nu,,1\nu,,2\n", "missing=drop");
    check_bad("user,item,time\nu,\xC3\xA9,1\nu,\xE9,1\n",
              "f:3: item is \"\\xE9\"; wanted UTF-8 (encoding names another");
    check_bad("[{\"user\":1,\"item\":2,\"time\":3}}", "f: the array is not closed; wanted ]");
}

static void rows_that_are_all_incomplete_are_told(void **state)
{
    llmrec_dataset_options options = default_options();
    (void)state;
    options.missing = LLMREC_MISSING_DROP;
    check_bad_with(&options, "user,item,time\nu,,1\nu,a,NaN\n",
                   "f: a value is missing in each of 2 rows (missing=drop)");
}

/* Every prefix of small files, and every file with one byte changed, is read or refused with its own text. */
static void damaged_files_are_read_or_refused(void **state)
{
    static const struct {
        const char *bytes;
        size_t size;
    } files[] = {
#define FILE_OF(text) {text, sizeof text - 1}
        FILE_OF("sep=;\r\nuser;item;time\r\nu;\"a\"\"b\";1\r\n"),
        FILE_OF("1::10::5::978300760\n1::11::3::978300759\n"),
        FILE_OF("[{\"user\":1,\"item\":\"a\\\"\",\"time\":2},{\"user\":1,\"item\":12345678901234567890,\"time\":1}]"),
        FILE_OF("user_id:token\titem_id:token\ttimestamp:float\n1\t2\t3\n"),
        FILE_OF("\xFF\xFEu\0,\0i\0,\0"
                "1\0\n\0u\0,\0\x3D\xD8\0\xDE,\0"
                "2\0\n\0"),
        FILE_OF("user,item,time\nu,\xE9\x80,1\n"),
        FILE_OF("1 10\n1 11\n2 10\n"),
    };
    static const char flips[] = {1, 8, 64, (char)0x80};
    char copy[256];
    (void)state;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        for (size_t at = 0; at <= files[i].size; at++)
            for (size_t flip = 0; flip <= sizeof flips; flip++) {
                llmrec_dataset *dataset = NULL;
                const bool cut = flip == sizeof flips;
                memcpy(copy, files[i].bytes, files[i].size);
                if (!cut && at < files[i].size) copy[at] ^= flips[flip];
                write_bytes(scratch("f"), copy, cut ? at : files[i].size);
                const llmrec_status status = llmrec_dataset_load(context, scratch("f"), scratch("f"), NULL, &dataset);
                const char *error = llmrec_last_error(); /* names the file, or that its ids are no items */
                if (status != LLMREC_OK) assert_true(strstr(error, "f:") != NULL || strstr(error, "item file") != NULL);
                llmrec_dataset_free(dataset);
            }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(delimiters_are_recognized),
        cmocka_unit_test(line_ends_may_have_two_carriage_returns),
        cmocka_unit_test(double_colons_are_read_fast_and_slowly),
        cmocka_unit_test(files_without_header_are_recognized),
        cmocka_unit_test(text_of_words_is_rows_or_sequences),
        cmocka_unit_test(columns_have_names_and_numbers),
        cmocka_unit_test(guesses_are_overruled),
        cmocka_unit_test(separator_lines_are_read),
        cmocka_unit_test(json_is_lines_or_an_array),
        cmocka_unit_test(nested_objects_are_rows),
        cmocka_unit_test(encodings_are_recognized),
        cmocka_unit_test(utf16_needs_no_mark),
        cmocka_unit_test(a_mark_within_is_no_part_of_an_id),
        cmocka_unit_test(half_characters_are_not_utf8),
        cmocka_unit_test(rows_are_left_out_by_conditions),
        cmocka_unit_test(conditions_know_times),
        cmocka_unit_test(dates_as_numbers_are_told),
        cmocka_unit_test(conditions_hold_in_json),
        cmocka_unit_test(limits_are_kept),
        cmocka_unit_test(prose_and_markup_are_no_sequences),
        cmocka_unit_test(blank_lines_may_come_first),
        cmocka_unit_test(advice_names_options),
        cmocka_unit_test(rows_that_are_all_incomplete_are_told),
        cmocka_unit_test(damaged_files_are_read_or_refused),
    };
    return cmocka_run_group_tests(tests, make_context, drop_context);
}
