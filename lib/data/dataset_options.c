/* SPDX-License-Identifier: Apache-2.0 */
/* Option tables of llmrec/dataset.h. */
#include "data/dataset_options.h"

#include <math.h>

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
    LR_CHOICE(D, catalog, LLMREC_CATALOG_INTERACTIONS, catalogs, "which items the catalog contains"),
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
};
LR_OPTIONS(lr_dataset_options, llmrec_dataset_options, invalid_utf8, "how interactions and items are read and filtered",
           dataset_option, .check = NULL);

llmrec_status llmrec_dataset_options_init(llmrec_dataset_options *options, size_t size)
{
    return lr_options_init(&lr_dataset_options, options, size);
}

/* --- splits ------------------------------------------------------------------------------------------------------- */

static const lr_choice methods[] = {
    {"leave_one_out", LLMREC_SPLIT_LEAVE_ONE_OUT}, {"temporal", LLMREC_SPLIT_TEMPORAL}, {NULL, 0}};
const lr_choice lr_parts[] = {
    {"train", LLMREC_PART_TRAIN}, {"validation", LLMREC_PART_VALIDATION}, {"test", LLMREC_PART_TEST}, {NULL, 0}};
static const lr_choice drops[] = {{"auto", -1}, {"no", 0}, {"yes", 1}, {NULL, 0}};

typedef llmrec_split_options S;
static const lr_option split_option[] = {
    LR_CHOICE(S, method, LLMREC_SPLIT_TEMPORAL, methods, "which rows are held out"),
    LR_NUMBER(S, test_fraction, 0.2, 0, 1, LR_OPEN, "temporal: share of the sessions held out: the last to end"),
    LR_NUMBER(S, validation_fraction, 0, 0, 1, LR_OPEN_HIGH,
              "temporal: share of the other sessions held out for validation"),
    LR_NUMBER(S, cutoff, NAN, -INFINITY, INFINITY, LR_OPEN,
              "temporal: sessions that end at or after this time are test; unset: use test_fraction"),
    LR_CHOICE(S, drop_untrained, -1, drops,
              "drop held-out rows whose item is not in train; auto: yes for temporal, no for leave_one_out"),
};
LR_OPTIONS(lr_split_options, llmrec_split_options, drop_untrained, "which rows are for training, validation and test",
           split_option, .check = NULL);

llmrec_status llmrec_split_options_init(llmrec_split_options *options, size_t size)
{
    return lr_options_init(&lr_split_options, options, size);
}
