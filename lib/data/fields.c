/* SPDX-License-Identifier: Apache-2.0 */
/* Missing values, ids that are integers, and words for the parts of a split. */
#include "data/fields.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "core/memory.h"
#include "core/number.h"
#include "core/text.h"

const char LR_WANTED_ID[] = "wanted an id (missing=drop drops such rows, missing_values lists the words)";
const char LR_WANTED_TIME[] = "wanted a time (missing=drop drops such rows, missing_values lists the words)";
const char LR_WANTED_UTF8[] = "wanted UTF-8 (encoding names another, invalid_utf8=1 replaces such bytes)";
const char LR_WANTED_PART[] = "wanted train, validation, test, or nothing (split_column)";
const char LR_WANTED_ITEM_UTF8[] = "wanted UTF-8 (items_encoding names another, invalid_utf8=1 replaces such bytes)";
static const char WANTED_INTEGER[] = "wanted an integer of 64 bits, as ids=integer says";

/* The next word of a list; `*at` NULL after the last one. */
static lr_span next_word(const char **at)
{
    const char *comma = strchr(*at, ',');
    const lr_span word = {*at, comma != NULL ? (size_t)(comma - *at) : strlen(*at)};
    *at = comma != NULL ? comma + 1 : NULL;
    return word;
}

void lr_fields_of(const llmrec_dataset_options *options, lr_fields *fields)
{
    *fields = (lr_fields){.drop = options->missing == LLMREC_MISSING_DROP,
                          .integers = options->ids == LLMREC_IDS_INTEGER,
                          .times = {options->time_unit, options->time_format},
                          .words = options->missing_values};
    for (const char *at = fields->words; at != NULL;) fields->first[(unsigned char)next_word(&at).text[0]] = true;
}

bool lr_missing_word(const lr_fields *fields, lr_span text)
{
    for (const char *at = fields->words; at != NULL;) {
        const lr_span word = next_word(&at);
        if (word.length == text.length && memcmp(word.text, text.text, text.length) == 0) return true;
    }
    return false;
}

int8_t lr_part_of(lr_span word)
{
    static const char *const words[][5] = {
        {"train", "training", "0"}, {"validation", "valid", "val", "dev", "1"}, {"test", "testing", "2"}};
    if (word.length == 0) return -1;
    for (int8_t part = 0; part <= LLMREC_PART_TEST; part++)
        for (int i = 0; i < 5 && words[part][i] != NULL; i++)
            if (strlen(words[part][i]) == word.length && strncasecmp(word.text, words[part][i], word.length) == 0)
                return part;
    return -2;
}

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t';
}

/* True for the text that printf would write. */
static bool is_usual(lr_span id)
{
    const size_t sign = id.length > 0 && id.text[0] == '-';
    if (id.length == sign || id.length - sign > 18) return false;
    if (id.text[sign] == '0') return id.length == 1;
    for (size_t i = sign; i < id.length; i++)
        if (id.text[i] < '0' || id.text[i] > '9') return false;
    return true;
}

const char *lr_integer_id(lr_span *id, char digits[LR_INTEGER_SIZE])
{
    lr_fixed value;
    while (id->length > 0 && is_blank(id->text[0])) *id = (lr_span){id->text + 1, id->length - 1};
    while (id->length > 0 && is_blank(id->text[id->length - 1])) id->length--;
    if (is_usual(*id)) return NULL;
    if (!lr_parse_fixed(id->text, id->length, &value) || !value.integral) return WANTED_INTEGER;
    if (value.whole > (uint64_t)INT64_MAX + value.negative) return WANTED_INTEGER;
    const char *sign = value.negative && value.whole > 0 ? "-" : "";
    const int length = snprintf(digits, LR_INTEGER_SIZE, "%s%llu", sign, (unsigned long long)value.whole);
    *id = (lr_span){digits, (size_t)length};
    return NULL;
}

static lr_span span_at(const void *of, size_t index)
{
    return ((const lr_span *)of)[index];
}

llmrec_status lr_ids_make_integers(llmrec_context *context, const char *what, lr_ids **ids)
{
    llmrec_status status = LLMREC_OK;
    const size_t count = lr_ids_count(*ids);
    lr_span *spans = NULL;
    char *digits = NULL;
    lr_ids *fresh = NULL;
    size_t twice[2] = {0, 0};
    LR_TRY(LR_NEW(context, spans, count));
    LR_TRY(lr_alloc(context, &digits, count, LR_INTEGER_SIZE));
    for (size_t i = 0; i < count; i++) {
        spans[i] = lr_ids_at(*ids, i);
        const char *fault = lr_integer_id(&spans[i], digits + i * LR_INTEGER_SIZE);
        LR_CHECK(fault == NULL, LLMREC_ERR_FORMAT, "%s: the id of row %zu is %s; %s", what, i,
                 lr_quote(spans[i].text, spans[i].length).text, fault);
    }
    status = lr_ids_gather(context, (lr_spans){count, span_at, spans}, true, twice, &fresh);
    if (status == LLMREC_ERR_SHAPE)
        status = lr_fail(status, "%s: rows %zu and %zu have one id as integers", what, twice[1], twice[0]);
    LR_TRY(status);
    lr_ids_free(*ids);
    *ids = fresh;
done:
    lr_free(context, spans);
    lr_free(context, digits);
    return status;
}
