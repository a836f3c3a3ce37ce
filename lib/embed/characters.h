/* SPDX-License-Identifier: Apache-2.0 */
/* What BERT's tokenizer sees in a code point. */
#ifndef LR_EMBED_CHARACTERS_H
#define LR_EMBED_CHARACTERS_H

#include <stdint.h>

typedef enum lr_character {
    LR_LETTER,      /* part of a word: everything that is none of the others */
    LR_BLANK,       /* separates words */
    LR_PUNCTUATION, /* a word of its own */
    LR_IDEOGRAPH,   /* CJK: a word of its own where the tokenizer splits them */
    LR_MARK,        /* non-spacing: an accent, dropped where accents are stripped */
    LR_CONTROL      /* dropped; tab, line feed and carriage return are blanks */
} lr_character;

/* The classes of the reference tokenizer, for every code point: categories of Unicode 8, so that what later versions
 * added is a letter. */
lr_character lr_character_of(uint32_t code);

/* Lower case of one code point, which may be two: returns their number. */
int lr_character_lower(uint32_t code, uint32_t lower[2]);

/* Canonical decomposition of one code point, at most 4, and the order of marks within it; returns their number. */
enum { LR_DECOMPOSED_MAX = 4 };
int lr_character_decompose(uint32_t code, uint32_t parts[LR_DECOMPOSED_MAX]);

/* The canonical combining class: 0 for all but marks. */
int lr_character_combining(uint32_t code);

#endif
