/* SPDX-License-Identifier: Apache-2.0 */
/* What the text of a field means: an id, a time, a part of a split, or a missing value. */
#ifndef LR_DATA_FIELDS_H
#define LR_DATA_FIELDS_H

#include "data/ids.h"
#include "data/times.h"

/* The options about fields. */
typedef struct lr_fields {
    bool drop;     /* rows with a missing value are dropped; otherwise they are an error */
    bool integers; /* ids are integers */
    lr_spelling times;
    const char *words; /* that stand for a missing value, separated by commas */
    bool first[256];   /* first bytes of these */
} lr_fields;

void lr_fields_of(const llmrec_dataset_options *options, lr_fields *fields);

/* True for an empty text, and for the words that stand for a missing value. */
bool lr_missing_word(const lr_fields *fields, lr_span text);
static inline bool lr_missing(const lr_fields *fields, lr_span text)
{
    return text.length == 0 || (fields->first[(unsigned char)text.text[0]] && lr_missing_word(fields, text));
}

/* What a missing value is told to be in errors. */
extern const char LR_WANTED_ID[], LR_WANTED_TIME[], LR_WANTED_PART[];

/* The same of text in another encoding. */
extern const char LR_WANTED_UTF8[], LR_WANTED_ITEM_UTF8[];

/* Part of a split that a word names: one of llmrec_part; -1 for an empty word, -2 for others. */
int8_t lr_part_of(lr_span word);

/* Replaces the text of an integer by the usual one of the same value: "7" for " 7", "07", "+7", "7.0" and "7e0". The
 * new text is in digits[LR_INTEGER_SIZE] unless it is part of the old one. Returns NULL, or what was wanted instead. */
enum { LR_INTEGER_SIZE = 24 };
const char *lr_integer_id(lr_span *id, char digits[LR_INTEGER_SIZE]);

/* Replaces ids by the same as integers. FORMAT names a row of `what` that is no integer, SHAPE two rows of one id. */
llmrec_status lr_ids_make_integers(llmrec_context *context, const char *what, lr_ids **ids);

#endif
