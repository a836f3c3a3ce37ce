/* SPDX-License-Identifier: Apache-2.0 */
/* Missing values, and ids that are integers. */
#include "data/fields.h"

#include <stdio.h>
#include <string.h>

#include "core/number.h"

const char LR_WANTED_ID[] = "wanted an id (missing=drop drops such rows, missing_values lists the words)";
const char LR_WANTED_TIME[] = "wanted a time (missing=drop drops such rows, missing_values lists the words)";
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
