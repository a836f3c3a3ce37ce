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
static const lr_choice duplicates[] = {{"keep", LLMREC_DUPLICATES_KEEP},
                                       {"drop_repeats", LLMREC_DUPLICATES_DROP_REPEATS},
                                       {"drop_consecutive", LLMREC_DUPLICATES_DROP_CONSECUTIVE},
                                       {NULL, 0}};
static const lr_choice catalogs[] = {
    {"interactions", LLMREC_CATALOG_INTERACTIONS}, {"all", LLMREC_CATALOG_ALL}, {NULL, 0}};

typedef llmrec_dataset_options D;
static const lr_option dataset_option[] = {
    LR_CHOICE(D, format, LLMREC_FORMAT_AUTO, lr_formats, "format of the interaction file"),
    LR_TEXT(D, session_column, NULL, "column of session ids; unset: found by common names"),
    LR_TEXT(D, item_column, NULL, "column of item ids; unset: found by common names"),
    LR_TEXT(D, time_column, NULL, "column of times; unset: found by common names; \"\": no times"),
    LR_CHOICE(D, items_format, LLMREC_FORMAT_AUTO, lr_item_formats, "format of the item file"),
    LR_TEXT(D, items_id_column, NULL, "id column of the item file; unset: found by common names"),
    LR_CHOICE(D, duplicates, LLMREC_DUPLICATES_KEEP, duplicates, "how repeated items of a session are handled"),
    LR_INTEGER(D, min_session_rows, 1, 1, INT64_MAX,
               "p-core: drop sessions with fewer rows; alternates with min_item_rows"),
    LR_INTEGER(D, min_item_rows, 1, 1, INT64_MAX,
               "p-core: drop items with fewer rows; alternates with min_session_rows"),
    LR_INTEGER(D, min_session_length, 1, 1, INT64_MAX, "drop shorter sessions, after all other filters"),
    LR_INTEGER(D, max_session_length, 0, 0, INT64_MAX, "keep only the last rows of each session; 0: keep all"),
    LR_CHOICE(D, catalog, LLMREC_CATALOG_ALL, catalogs, "which items the catalog contains"),
    LR_FLAG(D, invalid_utf8, 0, "replace invalid UTF-8 by U+FFFD; no: report an error"),
    LR_TEXT(
        D, session_gap, NULL,
        "cut each history into sessions where the time between rows is longer, such as 30m, or at every \"day\"'s end"),
    LR_POINTER(D, like, "data set whose item numbers are used; new items come behind"),
};
LR_OPTIONS(lr_dataset_options, llmrec_dataset_options, like, "how interactions and items are read and filtered",
           dataset_option, .check = NULL);

llmrec_status llmrec_dataset_options_init(llmrec_dataset_options *options, size_t size)
{
    return lr_options_init(&lr_dataset_options, options, size);
}

/* --- splits ------------------------------------------------------------------------------------------------------- */

static const lr_choice methods[] = {{"leave_one_out", LLMREC_SPLIT_LEAVE_ONE_OUT}, {"temporal", LLMREC_SPLIT_TEMPORAL},
                                    {"leave_last", LLMREC_SPLIT_LEAVE_LAST},       {"random", LLMREC_SPLIT_RANDOM},
                                    {"global_time", LLMREC_SPLIT_GLOBAL_TIME},     {NULL, 0}};
static const lr_choice drops[] = {{"auto", -1}, {"no", 0}, {"yes", 1}, {NULL, 0}};
static const lr_choice foldings[] = {{"chained", LLMREC_FOLDS_CHAINED}, {"sliding", LLMREC_FOLDS_SLIDING}, {NULL, 0}};
static const lr_choice units[] = {{"sessions", LLMREC_UNIT_SESSIONS}, {"users", LLMREC_UNIT_USERS}, {NULL, 0}};

static llmrec_status check_split(const void *given)
{
    const llmrec_split_options *options = given;
    if (options->fold >= options->folds)
        return lr_fail(LLMREC_ERR_ARGUMENT, "fold is %lld; wanted 0 to %lld, as folds is %lld",
                       (long long)options->fold, (long long)options->folds - 1, (long long)options->folds);
    if (isnan(options->cutoff) && options->test_fraction * (double)options->folds > 1 + 1e-12)
        return lr_fail(LLMREC_ERR_ARGUMENT, "folds is %lld with test_fraction %g; wanted at most 1 in all",
                       (long long)options->folds, options->test_fraction);
    if (!isnan(options->cutoff) && options->test_window == NULL && options->folds > 1)
        return lr_fail(LLMREC_ERR_ARGUMENT, "folds is %lld with a cutoff; wanted a test_window too",
                       (long long)options->folds);
    return LLMREC_OK;
}

typedef llmrec_split_options S;
static const lr_option split_option[] = {
    LR_CHOICE(S, method, LLMREC_SPLIT_TEMPORAL, methods, "which rows are held out"),
    LR_NUMBER(S, test_fraction, 0.2, 0, 1, LR_OPEN, "share held out for test: the newest, or random sessions"),
    LR_NUMBER(S, validation_fraction, 0, 0, 1, LR_OPEN_HIGH,
              "share of what comes before the test, held out for validation"),
    LR_NUMBER(S, cutoff, NAN, -INFINITY, INFINITY, LR_OPEN,
              "temporal, global_time: the test begins at this time; unset: use test_fraction"),
    LR_CHOICE(S, drop_untrained, -1, drops,
              "drop held-out rows whose item is not in train; auto: yes except for leave_one_out and leave_last"),
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
