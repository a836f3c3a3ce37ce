/* SPDX-License-Identifier: Apache-2.0 */
/* Options of datasets, and a dataset as one line, for comparison: "u1: a@3 b@5; u2: c@1 | a=Title b= c=Other". */
#ifndef TESTS_DUMP_H
#define TESTS_DUMP_H

#include "support.h"

static inline llmrec_dataset_options default_options(void)
{
    llmrec_dataset_options options;
    assert_ok(llmrec_dataset_options_init(&options, sizeof options));
    return options;
}

static char dumped[1 << 16];
static size_t dumped_length;

static inline void dump_bytes(const char *text, size_t length)
{
    assert_true(dumped_length + length + 1 < sizeof dumped);
    memcpy(dumped + dumped_length, text, length);
    dumped_length += length;
    dumped[dumped_length] = '\0';
}

/* "@2.5": a time in the unit of the dataset; dates in seconds. */
static inline void dump_time(const llmrec_dataset *dataset, int64_t time)
{
    static const int places[] = {9, 9, 6, 3, 0};
    const int64_t unit = llmrec_dataset_time_unit(dataset);
    char text[48], digits[24];
    if (time == INT64_MIN) return;
    const int length = snprintf(digits, sizeof digits, "%020lld", (long long)(time < 0 ? -time : time));
    const int point = length - places[unit <= LLMREC_TIME_UNIT_NS ? unit : LLMREC_TIME_UNIT_S];
    int first = 0, end = length;
    while (first + 1 < point && digits[first] == '0') first++;
    while (end > point && digits[end - 1] == '0') end--;
    snprintf(text, sizeof text, "@%s%.*s%s%.*s", time < 0 ? "-" : "", point - first, digits + first,
             end > point ? "." : "", end - point, digits + point);
    dump_bytes(text, strlen(text));
}

static inline void dump_session(const llmrec_dataset *dataset, int64_t session)
{
    int64_t offsets[2];
    int32_t items[512];
    int64_t times[512];
    const char *id = NULL;
    size_t length = 0;
    int64_t rows = 0;
    assert_ok(llmrec_dataset_copy_sessions(dataset, session, 1, offsets, items, times, 512, &rows));
    assert_int_equal(offsets[1], rows);
    assert_ok(llmrec_dataset_session_id(dataset, session, &id, &length));
    dump_bytes(session > 0 ? "; " : "", session > 0 ? 2 : 0);
    dump_bytes(id, length);
    dump_bytes(":", 1);
    for (int64_t i = 0; i < rows; i++) {
        assert_ok(llmrec_dataset_item_id(dataset, items[i], &id, &length));
        dump_bytes(" ", 1);
        dump_bytes(id, length);
        dump_time(dataset, times[i]);
    }
}

static inline void dump_item(const llmrec_dataset *dataset, int64_t item)
{
    const char *text = NULL;
    size_t length = 0;
    assert_ok(llmrec_dataset_item_id(dataset, item, &text, &length));
    dump_bytes(" ", 1);
    dump_bytes(text, length);
    for (int64_t column = 0; column < llmrec_dataset_columns(dataset); column++) {
        assert_ok(llmrec_dataset_item_text(dataset, item, column, &text, &length));
        dump_bytes(column == 0 ? "=" : ",", 1);
        dump_bytes(text, length);
    }
}

/* The text is valid until the next dump. */
static inline const char *dump(const llmrec_dataset *dataset)
{
    dumped_length = 0;
    dumped[0] = '\0';
    for (int64_t i = 0; i < llmrec_dataset_sessions(dataset); i++) dump_session(dataset, i);
    dump_bytes(" |", 2);
    for (int64_t i = 0; i < llmrec_dataset_items(dataset); i++) dump_item(dataset, i);
    return dumped;
}

#endif
