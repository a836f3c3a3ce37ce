/* SPDX-License-Identifier: Apache-2.0 */
/* Option tables of llmrec/dataset.h. */
#include "data/dataset_options.h"

#include <string.h>

#include "core/text.h"
#include "data/time_format.h"

/* --- data sets ---------------------------------------------------------------------------------------------------- */

const lr_choice lr_formats[] = {{"auto", LLMREC_FORMAT_AUTO},
                                {"csv", LLMREC_FORMAT_CSV},
                                {"tsv", LLMREC_FORMAT_TSV},
                                {"jsonl", LLMREC_FORMAT_JSONL},
                                {"recbole", LLMREC_FORMAT_RECBOLE},
                                {"sequences", LLMREC_FORMAT_SEQUENCES},
                                {"sequences_with_id", LLMREC_FORMAT_SEQUENCES_WITH_ID},
                                {NULL, 0}};
const lr_choice lr_item_formats[] = {{"auto", LLMREC_FORMAT_AUTO},       {"csv", LLMREC_FORMAT_CSV},
                                     {"tsv", LLMREC_FORMAT_TSV},         {"jsonl", LLMREC_FORMAT_JSONL},
                                     {"recbole", LLMREC_FORMAT_RECBOLE}, {NULL, 0}};
static const lr_choice headers[] = {
    {"auto", LLMREC_HEADER_AUTO}, {"yes", LLMREC_HEADER_YES}, {"no", LLMREC_HEADER_NO}, {NULL, 0}};
static const lr_choice encodings[] = {{"auto", LLMREC_ENCODING_AUTO},
                                      {"utf8", LLMREC_ENCODING_UTF8},
                                      {"utf16le", LLMREC_ENCODING_UTF16LE},
                                      {"utf16be", LLMREC_ENCODING_UTF16BE},
                                      {"windows_1252", LLMREC_ENCODING_WINDOWS_1252},
                                      {"latin1", LLMREC_ENCODING_LATIN1},
                                      {NULL, 0}};
static const lr_choice duplicates[] = {{"keep", LLMREC_DUPLICATES_KEEP},
                                       {"drop_repeats", LLMREC_DUPLICATES_DROP_REPEATS},
                                       {"drop_consecutive", LLMREC_DUPLICATES_DROP_CONSECUTIVE},
                                       {NULL, 0}};
static const lr_choice catalogs[] = {
    {"interactions", LLMREC_CATALOG_INTERACTIONS}, {"all", LLMREC_CATALOG_ALL}, {NULL, 0}};

static const lr_choice time_units[] = {{"auto", LLMREC_TIME_UNIT_AUTO}, {"s", LLMREC_TIME_UNIT_S},
                                       {"ms", LLMREC_TIME_UNIT_MS},     {"us", LLMREC_TIME_UNIT_US},
                                       {"ns", LLMREC_TIME_UNIT_NS},     {"date", LLMREC_TIME_UNIT_DATE},
                                       {"iso", LLMREC_TIME_UNIT_ISO},   {NULL, 0}};
const lr_choice lr_id_kinds[] = {{"text", LLMREC_IDS_TEXT}, {"integer", LLMREC_IDS_INTEGER}, {NULL, 0}};
static const lr_choice missings[] = {{"refuse", LLMREC_MISSING_REFUSE}, {"drop", LLMREC_MISSING_DROP}, {NULL, 0}};

typedef llmrec_dataset_options D;
static const lr_option dataset_option[] = {
    LR_CHOICE(D, format, LLMREC_FORMAT_AUTO, lr_formats, "format of the interaction file"),
    LR_TEXT(D, session_column, NULL, "column of session ids, by name or number; unset: recognized"),
    LR_TEXT(D, item_column, NULL, "column of item ids, by name or number; unset: recognized"),
    LR_TEXT(D, time_column, NULL, "column of times, by name or number; unset: recognized; \"\": no times"),
    LR_CHOICE(D, items_format, LLMREC_FORMAT_AUTO, lr_item_formats, "format of the item file"),
    LR_TEXT(D, items_id_column, NULL, "id column of the item file, by name or number; unset: recognized"),
    LR_CHOICE(D, duplicates, LLMREC_DUPLICATES_KEEP, duplicates, "how repeated items of a session are handled"),
    LR_INTEGER(D, min_session_rows, 1, 1, INT64_MAX,
               "p-core: drop sessions with fewer rows; alternates with min_item_rows"),
    LR_INTEGER(D, min_item_rows, 1, 1, INT64_MAX,
               "p-core: drop items with fewer rows; alternates with min_session_rows"),
    LR_INTEGER(D, min_session_length, 1, 1, INT64_MAX, "drop shorter sessions, after all other filters"),
    LR_INTEGER(D, max_session_length, 0, 0, INT64_MAX, "keep only the last rows of each session; 0: keep all"),
    LR_CHOICE(D, catalog, LLMREC_CATALOG_ALL, catalogs, "which items the catalog contains"),
    LR_FLAG(D, invalid_utf8, 0, "replace invalid UTF-8 by U+FFFD; no: report an error"),
    LR_TEXT(D, delimiter, NULL,
            "comma, tab, semicolon, pipe, double_colon, blank, or one or two bytes; unset: recognized"),
    LR_CHOICE(D, header, LLMREC_HEADER_AUTO, headers, "whether the interaction file begins with names of columns"),
    LR_CHOICE(D, encoding, LLMREC_ENCODING_AUTO, encodings, "encoding of the interaction file"),
    LR_TEXT(D, member, NULL, "file in the archive; unset: the only one, or the one with a well-known name"),
    LR_TEXT(D, where, NULL, "rows to keep: \"rating >= 4 and event in (view, cart)\"; unset: all"),
    LR_TEXT(D, items_delimiter, NULL, "delimiter of the item file; unset: recognized"),
    LR_CHOICE(D, items_header, LLMREC_HEADER_AUTO, headers, "whether the item file begins with names of columns"),
    LR_CHOICE(D, items_encoding, LLMREC_ENCODING_AUTO, encodings, "encoding of the item file"),
    LR_TEXT(D, items_member, NULL, "the item file in its archive; unset: as for member"),
    LR_INTEGER(D, max_rows, 0, 0, INT64_MAX, "more rows in the interaction file are an error; 0: no limit"),
    LR_INTEGER(D, max_bytes, 0, 0, INT64_MAX, "more bytes in a file, unpacked, are an error; 0: no limit"),
    LR_INTEGER(D, max_line_bytes, 16777216, 1, 1073741824, "longer lines are an error"),
    LR_INTEGER(D, max_text_bytes, 0, 0, INT64_MAX, "longer ids and item texts are an error; 0: no limit"),
    LR_CHOICE(D, time_unit, LLMREC_TIME_UNIT_AUTO, time_units,
              "unit of the times; auto: numbers by their size, and ISO 8601 dates; date: YYYYMMDD"),
    LR_TEXT(D, time_format, NULL, "format of the times, as \"%d.%m.%Y %H:%M\"; set: time_unit is not used"),
    LR_CHOICE(D, ids, LLMREC_IDS_TEXT, lr_id_kinds, "integer: \"1\", \"1.0\" and \" 1\" are one id"),
    LR_CHOICE(D, missing, LLMREC_MISSING_REFUSE, missings, "a row without an id or a time: an error, or dropped"),
    LR_TEXT(D, missing_values, "NULL,null,NA,N/A,<NA>,\\N,nan,NaN,NaT,None",
            "words that stand for a missing id or time, separated by commas; empty texts always do"),
    LR_TEXT(
        D, session_gap, NULL,
        "cut each history into sessions where the time between rows is longer, such as 30m, or at every \"day\"'s end"),
    LR_POINTER(D, like, "data set whose item numbers are used; new items come behind"),
    LR_TEXT(D, split_column, NULL, "column with the part of each row, for the split method column; unset: none"),
    LR_TEXT(D, item_list, NULL,
            "the item column has lists of ids: read those with this ending, such as -1; \"\": all; unset: one id"),
    LR_TEXT(D, items_title_column, NULL, "title column of the item file, by name or number; unset: recognized"),
};

static llmrec_status check_dataset_options(const void *given)
{
    const llmrec_dataset_options *options = given;
    const char *fault = options->time_format != NULL ? lr_format_fault(options->time_format) : NULL;
    if (fault == NULL) return LLMREC_OK;
    return lr_fail(LLMREC_ERR_ARGUMENT, "time_format is %s; wanted no %s (%%Y %%m %%d %%H %%M %%S %%f %%z are known)",
                   lr_quote(options->time_format, strlen(options->time_format)).text,
                   lr_quote(fault, strnlen(fault, 2)).text);
}

#define UNNAMED(delimiter, session, item, time) "delimiter=" delimiter, "header=no", NAMED(session, item, time)
#define NAMED(session, item, time)              "session_column=" session, "item_column=" item, "time_column=" time
#define ITEMS(id)                               "items_id_column=" id
#define ITEM_ROWS(delimiter)                    "items_delimiter=" delimiter, "items_header=no", "items_encoding=latin1"

static const lr_preset preset[] = {
    {"default", NULL, "everything is recognized"},
    {"movielens-100k", LR_SETTINGS(UNNAMED("tab", "1", "2", "4"), ITEM_ROWS("pipe")),
     "u.data and u.item, or both in ml-100k.zip"},
    {"movielens-1m", LR_SETTINGS(UNNAMED("double_colon", "1", "2", "4"), ITEM_ROWS("double_colon")),
     "ratings.dat and movies.dat, or both in ml-1m.zip"},
    {"movielens-20m", LR_SETTINGS(NAMED("userId", "movieId", "timestamp"), ITEMS("movieId")),
     "ratings.csv and movies.csv, or both in ml-20m.zip; also ml-25m and ml-32m"},
    {"amazon-2014", LR_SETTINGS(NAMED("reviewerID", "asin", "unixReviewTime"), ITEMS("asin")),
     "reviews_*.json.gz and meta_*.json.gz"},
    {"amazon-2018", LR_SETTINGS(NAMED("reviewerID", "asin", "unixReviewTime"), ITEMS("asin")),
     "*.json.gz and meta_*.json.gz"},
    {"amazon-2023", LR_SETTINGS(NAMED("user_id", "parent_asin", "timestamp"), ITEMS("parent_asin")),
     "*.jsonl.gz or *.csv.gz, and meta_*.jsonl.gz"},
    {"yoochoose", LR_SETTINGS(UNNAMED("comma", "1", "3", "2")), "yoochoose-clicks.dat"},
    {"diginetica", LR_SETTINGS("delimiter=semicolon", NAMED("sessionId", "itemId", "timeframe")),
     "train-item-views.csv; times count from each session's first request"},
    {"retailrocket", LR_SETTINGS(NAMED("visitorid", "itemid", "timestamp")), "events.csv"},
    {"rees46", LR_SETTINGS(NAMED("user_session", "product_id", "event_time")), "2019-Oct.csv and other months"},
    {"otto", LR_SETTINGS(NAMED("session", "aid", "ts")), "train.jsonl: nested events"},
    {"hm", LR_SETTINGS(NAMED("customer_id", "article_id", "t_dat"), ITEMS("article_id")),
     "transactions_train.csv and articles.csv"},
    {"gowalla", LR_SETTINGS(UNNAMED("tab", "1", "5", "2")), "loc-gowalla_totalCheckins.txt: locations"},
    {"foursquare", LR_SETTINGS(UNNAMED("tab", "1", "2", "8"), "encoding=latin1", "time_format=%a %b %d %H:%M:%S %z %Y"),
     "dataset_TSMC2014_NYC.txt, _TKY.txt: venues"},
    {"lastfm-1k", LR_SETTINGS(UNNAMED("tab", "1", "6", "2")),
     "userid-timestamp-artid-artname-traid-traname.tsv: names of tracks"},
    {"mind",
     LR_SETTINGS("format=tsv", "header=no", NAMED("2", "5", "3"), "item_list=-1", "time_format=%m/%d/%Y %I:%M:%S %p",
                 "items_format=tsv", "items_header=no", ITEMS("1"), "items_title_column=4"),
     "behaviors.tsv and news.tsv, or both in MINDsmall_train.zip: clicks; histories have no times and are not read"},
    {"steam", LR_SETTINGS(NAMED("username", "product_id", "date"), ITEMS("id")),
     "steam_reviews.json and steam_games.json"},
    {"recbole", LR_SETTINGS("format=recbole", "items_format=recbole"), "atomic files: .inter and .item"},
    {"gru4rec", LR_SETTINGS("delimiter=tab", "header=yes", NAMED("SessionId", "ItemId", "Time")),
     "tab-separated sessions"},
    {"sasrec", LR_SETTINGS("delimiter=blank", "header=no", "session_column=1", "item_column=2"),
     "pairs of user and item in time order"},
    {"delivery-hero", LR_SETTINGS(NAMED("SessionId", "ItemId", "Time")),
     "sessions with SessionId, ItemId, Time, as CSV"},
};
LR_OPTIONS(lr_dataset_options, llmrec_dataset_options, items_title_column,
           "how interactions and items are read and filtered", dataset_option, LR_PRESETS(preset),
           .check = check_dataset_options);

llmrec_status llmrec_dataset_options_init(llmrec_dataset_options *options, size_t size)
{
    return lr_options_init(&lr_dataset_options, options, size);
}

llmrec_status llmrec_dataset_options_preset(llmrec_dataset_options *options, size_t size, const char *name)
{
    return lr_options_preset(&lr_dataset_options, options, size, name);
}

/* --- splits ------------------------------------------------------------------------------------------------------- */

const lr_choice lr_split_methods[] = {{"leave_one_out", LLMREC_SPLIT_LEAVE_ONE_OUT},
                                      {"temporal", LLMREC_SPLIT_TEMPORAL},
                                      {"leave_last", LLMREC_SPLIT_LEAVE_LAST},
                                      {"random", LLMREC_SPLIT_RANDOM},
                                      {"global_time", LLMREC_SPLIT_GLOBAL_TIME},
                                      {"column", LLMREC_SPLIT_COLUMN},
                                      {NULL, 0}};
const lr_choice lr_parts[] = {{"train", LLMREC_PART_TRAIN},
                              {"validation", LLMREC_PART_VALIDATION},
                              {"test", LLMREC_PART_TEST},
                              {"train_validation", LLMREC_PART_TRAIN_VALIDATION},
                              {NULL, 0}};
static const lr_choice drops[] = {{"auto", -1}, {"no", 0}, {"yes", 1}, {NULL, 0}};
static const lr_choice foldings[] = {{"chained", LLMREC_FOLDS_CHAINED}, {"sliding", LLMREC_FOLDS_SLIDING}, {NULL, 0}};
static const lr_choice units[] = {{"sessions", LLMREC_UNIT_SESSIONS}, {"users", LLMREC_UNIT_USERS}, {NULL, 0}};

static llmrec_status check_split(const void *given)
{
    const llmrec_split_options *options = given;
    if (options->fold >= options->folds)
        return lr_fail(LLMREC_ERR_ARGUMENT, "fold is %lld; wanted 0 to %lld, as folds is %lld",
                       (long long)options->fold, (long long)options->folds - 1, (long long)options->folds);
    if (options->cutoff == NULL && options->test_fraction * (double)options->folds > 1 + 1e-12)
        return lr_fail(LLMREC_ERR_ARGUMENT, "folds is %lld with test_fraction %g; wanted at most 1 in all",
                       (long long)options->folds, options->test_fraction);
    if (options->cutoff != NULL && options->test_window == NULL && options->folds > 1)
        return lr_fail(LLMREC_ERR_ARGUMENT, "folds is %lld with a cutoff; wanted a test_window too",
                       (long long)options->folds);
    return LLMREC_OK;
}

typedef llmrec_split_options S;
static const lr_option split_option[] = {
    LR_CHOICE(S, method, LLMREC_SPLIT_TEMPORAL, lr_split_methods, "which rows are held out"),
    LR_NUMBER(S, test_fraction, 0.2, 0, 1, LR_OPEN, "share held out for test: the newest, or random sessions"),
    LR_NUMBER(S, validation_fraction, 0, 0, 1, LR_OPEN_HIGH,
              "share of what comes before the test, held out for validation"),
    LR_TEXT(S, cutoff, NULL,
            "temporal, global_time: the test begins at this time, a number in the data's unit or a date; unset: use "
            "test_fraction"),
    LR_CHOICE(
        S, drop_untrained, -1, drops,
        "drop held-out rows whose item is not in train; auto: yes except for leave_one_out, leave_last and column"),
    LR_INTEGER(S, last_rows, 1, 1, INT32_MAX, "leave_last: targets of a session in validation, and in test"),
    LR_INTEGER(S, folds, 1, 1, INT32_MAX, "number of test blocks"),
    LR_INTEGER(S, fold, 0, 0, INT32_MAX, "which test block, from 0"),
    LR_CHOICE(S, folding, LLMREC_FOLDS_CHAINED, foldings,
              "what train sees in later folds: all that comes before, or as much as in the first"),
    LR_TEXT(S, test_window, NULL, "with a cutoff: length of a test block, such as 7d or 12h; unset: to the end"),
    LR_CHOICE(S, unit, LLMREC_UNIT_SESSIONS, units, "random: what is drawn; users: all sessions of a user together"),
    LR_INTEGER(S, seed, 0, 0, INT64_MAX, "random: same seed, same parts"),
};
LR_OPTIONS(lr_split_options, llmrec_split_options, seed, "which rows are for training, validation and test",
           split_option, .check = check_split);

llmrec_status llmrec_split_options_init(llmrec_split_options *options, size_t size)
{
    return lr_options_init(&lr_split_options, options, size);
}
