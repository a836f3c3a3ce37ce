/* SPDX-License-Identifier: Apache-2.0 */
/* Times, integer ids and missing values: the first byte selects the options, the rest is one text. */
#include "target.h"

#include "data/fields.h"
#include "data/time_format.h"

static const char *const formats[] = {NULL,       "%Y-%m-%d %H:%M:%S.%f%z", "%a %d %b %y %I:%M %p", "%D %T", "%F%%%R",
                                      "%e. %B %Y"};
enum { FORMATS = sizeof formats / sizeof *formats };

/* What was read is in range. */
static void check_time(const lr_time *time)
{
    if (time->billionths >= 1000000000 || time->kind >= LR_TIME_KINDS) abort();
    if (time->kind == LR_DATE_KIND) return;
    if (time->kind != lr_number_kind(time->whole)) abort();
    lr_time_ns(time->whole, time->billionths, lr_unit_ns(LLMREC_TIME_UNIT_S + time->kind / 2));
}

/* An integer's text is its own. */
static void check_id(lr_span text)
{
    char digits[LR_INTEGER_SIZE], again[LR_INTEGER_SIZE];
    lr_span id = text;
    if (lr_integer_id(&id, digits) != NULL) return;
    const lr_span usual = id;
    if (lr_integer_id(&id, again) != NULL) abort();
    if (id.length != usual.length || memcmp(id.text, usual.text, id.length) != 0) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    llmrec_dataset_options options;
    lr_fields fields;
    lr_time time;
    if (size == 0 || llmrec_dataset_options_init(&options, sizeof options) != LLMREC_OK) return 0;
    options.time_unit = bytes[0] % 7;
    options.time_format = formats[bytes[0] / 7 % FORMATS];
    char *copy = malloc(size); /* of exactly its size, so that reading beyond it is found */
    if (copy == NULL) abort();
    memcpy(copy, bytes + 1, size - 1);
    const lr_span text = {copy, size - 1};
    lr_fields_of(&options, &fields);
    if (lr_time_parse(&fields.times, text.text, text.length, &time) == NULL) check_time(&time);
    lr_missing(&fields, text);
    check_id(text);
    copy[size - 1] = '\0'; /* the text as a format */
    lr_format_fault(copy);
    free(copy);
    return 0;
}

void fuzz_seeds(seed_fn seed)
{
    fuzz_seed_text(seed, "\x01"
                         "964982703.123456789");
    fuzz_seed_text(seed, "\x01"
                         "-9.649827030000000000e+08");
    seed("\x00"
         "1433221332117000001",
         20);
    seed("\x00"
         "2024-03-01T10:00:00.25+02:30",
         29);
    seed("\x00"
         " 9223372036854775807 ",
         22);
    fuzz_seed_text(seed, "\x05"
                         "20240301.0");
    fuzz_seed_text(seed, "\x06"
                         "2024-03-01 10:00 UTC");
    fuzz_seed_text(seed, "\x07"
                         "2024-03-01 10:00:00.25Z");
    fuzz_seed_text(seed, "\x0E"
                         "Fri 1 Mar 24 10:00 pm");
    fuzz_seed_text(seed, "\x15"
                         "03/01/24 10:00:00");
    fuzz_seed_text(seed, "\x23"
                         "1. march 2024");
    fuzz_seed_text(seed, "\x03"
                         "+0012.000e0");
}
