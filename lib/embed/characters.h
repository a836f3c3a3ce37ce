/* SPDX-License-Identifier: Apache-2.0 */
/* Classifies, lowercases and decomposes code points as BERT's tokenizer does. */
#ifndef LR_EMBED_CHARACTERS_H
#define LR_EMBED_CHARACTERS_H

#include <stdint.h>

typedef enum lr_character {
    LR_LETTER,      /* part of a word: everything not listed below */
    LR_BLANK,       /* separates words */
    LR_PUNCTUATION, /* a separate word */
    LR_IDEOGRAPH,   /* CJK: a separate word if the tokenizer splits ideographs */
    LR_MARK,        /* non-spacing mark such as an accent; dropped if accents are stripped */
    LR_CONTROL      /* dropped; tab, line feed and carriage return are blanks instead */
} lr_character;

/* Returns the class that the reference tokenizer gives to a code point. It uses the categories of Unicode 8, so
 * characters added later are letters. */
lr_character lr_character_of(uint32_t code);

/* Writes the lower case of a code point, one or two code points, and returns their number. */
int lr_character_lower(uint32_t code, uint32_t lower[2]);

/* Writes the canonical decomposition of a code point, at most 4 code points, and returns their number. */
enum { LR_DECOMPOSED_MAX = 4 };
int lr_character_decompose(uint32_t code, uint32_t parts[LR_DECOMPOSED_MAX]);

/* Returns the canonical combining class: 0 for everything except marks. */
int lr_character_combining(uint32_t code);

#endif
