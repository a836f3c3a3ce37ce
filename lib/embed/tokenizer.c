/* SPDX-License-Identifier: Apache-2.0 */
#include "embed/tokenizer.h"

#include "core/memory.h"
#include "core/store.h"
#include "core/text.h"
#include "embed/characters.h"
#include "embed/tokenizer_files.h"

/* State of tokenizing: the current word, and the output. */
typedef struct scan {
    const lr_tokenizer_settings *settings;
    int32_t *ids;
    size_t capacity, count, limit;
    uint32_t word[LR_WORD_MAX];
    size_t length;  /* code points of the word, including those beyond the buffer */
    size_t starter; /* index after the last starter, where its marks begin */
} scan;

struct lr_tokenizer {
    llmrec_context *context;
    lr_tokenizer_settings settings;
};

llmrec_status lr_tokenizer_open(llmrec_context *context, const char *directory, int64_t vocabulary,
                                lr_tokenizer **tokenizer)
{
    llmrec_status status = LLMREC_OK;
    lr_tokenizer *fresh = NULL;
    LR_TRY(LR_NEW_ZERO(context, fresh, 1));
    fresh->context = context;
    LR_TRY(lr_tokenizer_read(context, directory, vocabulary, &fresh->settings));
    *tokenizer = fresh;
    fresh = NULL;
done:
    lr_tokenizer_free(fresh);
    return status;
}

void lr_tokenizer_free(lr_tokenizer *tokenizer)
{
    if (tokenizer == NULL) return;
    lr_wordpiece_free(tokenizer->settings.pieces);
    lr_free(tokenizer->context, tokenizer);
}

uint64_t lr_tokenizer_checksum(const lr_tokenizer *tokenizer)
{
    const lr_tokenizer_settings *s = &tokenizer->settings;
    const uint64_t parts[] = {lr_wordpiece_checksum(s->pieces),
                              (uint64_t)s->first,
                              (uint64_t)s->last,
                              (uint64_t)s->unknown,
                              s->word_limit,
                              s->split_ideographs,
                              s->lower_case,
                              s->strip_accents};
    return lr_checksum(parts, sizeof parts);
}

static void put(scan *s, int32_t id)
{
    if (s->count < s->capacity) s->ids[s->count] = id;
    s->count++;
}

/* Ends the word: appends its pieces, or one [UNK], up to the capacity. */
static void end_word(scan *s)
{
    int32_t pieces[LR_WORD_MAX];
    size_t count = 0;
    if (s->length == 0) return;
    if (s->length <= s->settings->word_limit)
        count = lr_wordpiece_split(s->settings->pieces, s->word, s->length, pieces);
    if (count == 0) pieces[count++] = s->settings->unknown;
    for (size_t i = 0; i < count && s->count < s->limit; i++) put(s, pieces[i]);
    s->length = s->starter = 0;
}

/* Adds a code point to the word. Marks are sorted into canonical order (Unicode 3.11, D108). */
static void add_letter(scan *s, uint32_t code, bool ordered)
{
    size_t at = s->length++;
    if (at >= LR_WORD_MAX) return; /* too long for the vocabulary: only the length matters */
    const int combining = ordered ? lr_character_combining(code) : 0;
    if (combining == 0) {
        s->starter = at + 1;
    } else {
        for (; at > s->starter && lr_character_combining(s->word[at - 1]) > combining; at--)
            s->word[at] = s->word[at - 1];
    }
    s->word[at] = code;
}

static void add_lower(scan *s, uint32_t code)
{
    uint32_t lower[2] = {code, 0};
    const int count = s->settings->lower_case ? lr_character_lower(code, lower) : 1;
    for (int i = 0; i < count; i++) add_letter(s, lower[i], s->settings->strip_accents);
}

/* Adds one code point of the normalized text: a part of a word, or its end. */
static void add_normal(scan *s, uint32_t code)
{
    switch (lr_character_of(code)) {
    case LR_BLANK: end_word(s); return;
    case LR_PUNCTUATION:
        end_word(s);
        add_lower(s, code);
        end_word(s);
        return;
    default: add_lower(s, code);
    }
}

static void add_stripped(scan *s, uint32_t code)
{
    uint32_t parts[LR_DECOMPOSED_MAX];
    const int count = lr_character_decompose(code, parts);
    for (int i = 0; i < count; i++) {
        if (lr_character_of(parts[i]) != LR_MARK) add_normal(s, parts[i]);
        else if (lr_character_combining(parts[i]) == 0) s->starter = s->length; /* marks are not sorted across it */
    }
}

static void add_raw(scan *s, uint32_t code)
{
    const lr_tokenizer_settings *settings = s->settings;
    const lr_character character = lr_character_of(code);
    if (character == LR_CONTROL) return;
    const bool alone = settings->split_ideographs && character == LR_IDEOGRAPH;
    if (alone) end_word(s);
    if (settings->strip_accents) add_stripped(s, code);
    else add_normal(s, code);
    if (alone) end_word(s);
}

size_t lr_tokenizer_run(const lr_tokenizer *tokenizer, const char *text, size_t length, size_t limit, int32_t *ids,
                        size_t capacity)
{
    scan s = {.settings = &tokenizer->settings, .ids = ids, .capacity = capacity, .limit = limit - 1};
    put(&s, tokenizer->settings.first);
    for (size_t at = 0; at < length && s.count < s.limit;) add_raw(&s, lr_utf8_next(text, length, &at));
    if (s.count < s.limit) end_word(&s);
    put(&s, tokenizer->settings.last);
    return s.count;
}
