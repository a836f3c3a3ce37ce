/* SPDX-License-Identifier: Apache-2.0 */
#include "embed/characters.h"

#include <stdbool.h>
#include <stddef.h>

#include <utf8proc.h>

typedef struct range {
    uint32_t first, last;
} range;

/* Marks, punctuation and format characters added in Unicode 9 or later. The reference tokenizer does not know them. A
 * range may include letters, which are letters to the reference too. */
static const range later[] = {
    {0x61D, 0x61D},     {0x7FD, 0x7FD},     {0x890, 0x8E2},     {0x9FD, 0x9FE},     {0xA76, 0xA76},
    {0xAFA, 0xAFF},     {0xB55, 0xB55},     {0xC04, 0xC3C},     {0xC77, 0xC77},     {0xC84, 0xC84},
    {0xD00, 0xD00},     {0xD3B, 0xD3C},     {0xD81, 0xD81},     {0xEBA, 0xEBA},     {0xECE, 0xECE},
    {0x180F, 0x1886},   {0x1ABF, 0x1ACE},   {0x1B7D, 0x1B7E},   {0x1DF6, 0x1DFB},   {0x2E43, 0x2E5D},
    {0xA82C, 0xA82C},   {0xA8C5, 0xA8C5},   {0xA8FF, 0xA8FF},   {0xA9BD, 0xA9BD},   {0x10D24, 0x10F89},
    {0x11070, 0x11074}, {0x110C2, 0x110CD}, {0x111CF, 0x111CF}, {0x1123E, 0x11241}, {0x1133B, 0x1133B},
    {0x11438, 0x1145E}, {0x11660, 0x1166C}, {0x116B9, 0x116B9}, {0x1182F, 0x11FFF}, {0x12FF1, 0x13455},
    {0x16E97, 0x16F4F}, {0x16FE2, 0x16FE4}, {0x1CF00, 0x1CF46}, {0x1E000, 0x1E4EF}, {0x1E944, 0x1E95F},
};

/* The blocks that BERT splits into single characters, sorted by code point. */
static const range ideographs[] = {
    {0x3400, 0x4DBF},   {0x4E00, 0x9FFF},   {0xF900, 0xFAFF},   {0x20000, 0x2A6DF},
    {0x2A700, 0x2B73F}, {0x2B740, 0x2B81F}, {0x2B920, 0x2CEAF}, {0x2F800, 0x2FA1F},
};

static bool within(const range *ranges, size_t count, uint32_t code)
{
    size_t low = 0;
    while (count > 0) { /* finds the first range that does not end before the code point */
        const size_t half = count / 2;
        if (ranges[low + half].last < code) {
            low += half + 1;
            count -= half + 1;
        } else {
            count = half;
        }
    }
    return ranges[low].first <= code && code <= ranges[low].last;
}

#define WITHIN(ranges, code)                                                                                           \
    ((code) <= (ranges)[sizeof(ranges) / sizeof *(ranges)-1].last &&                                                   \
     within((ranges), sizeof(ranges) / sizeof *(ranges), (code)))

static lr_character ascii(uint32_t code)
{
    if (code == ' ' || code == '\t' || code == '\n' || code == '\r') return LR_BLANK;
    if (code < ' ' || code == 0x7F) return LR_CONTROL;
    if (code >= '0' && code <= '9') return LR_LETTER;
    return (code | 0x20) >= 'a' && (code | 0x20) <= 'z' ? LR_LETTER : LR_PUNCTUATION;
}

static bool blank(uint32_t code)
{
    return code == 0xA0 || code == 0x1680 || (code >= 0x2000 && code <= 0x200A) || code == 0x2028 || code == 0x2029 ||
           code == 0x202F || code == 0x205F || code == 0x3000;
}

static lr_character by_category(uint32_t code)
{
    switch (utf8proc_category((utf8proc_int32_t)code)) {
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_CO: return LR_CONTROL;
    case UTF8PROC_CATEGORY_MN: return LR_MARK;
    case UTF8PROC_CATEGORY_PC:
    case UTF8PROC_CATEGORY_PD:
    case UTF8PROC_CATEGORY_PS:
    case UTF8PROC_CATEGORY_PE:
    case UTF8PROC_CATEGORY_PI:
    case UTF8PROC_CATEGORY_PF:
    case UTF8PROC_CATEGORY_PO: return LR_PUNCTUATION;
    default: return LR_LETTER;
    }
}

lr_character lr_character_of(uint32_t code)
{
    if (code < 0x80) return ascii(code);
    if (blank(code)) return LR_BLANK;
    if (WITHIN(ideographs, code)) return LR_IDEOGRAPH;
    if (WITHIN(later, code)) return LR_LETTER;
    switch (code) {
    case 0xFFFD: return LR_CONTROL;
    case 0x166D: /* the category of these three changed after Unicode 8 */
    case 0x111C9: return LR_PUNCTUATION;
    case 0x1734: return LR_MARK;
    default: return by_category(code);
    }
}

int lr_character_lower(uint32_t code, uint32_t lower[2])
{
    lower[0] = code;
    if (code < 0x80) {
        if (code >= 'A' && code <= 'Z') lower[0] = code + ('a' - 'A');
        return 1;
    }
    if (code != 0x130) {
        lower[0] = (uint32_t)utf8proc_tolower((utf8proc_int32_t)code);
        return 1;
    }
    lower[0] = 'i'; /* U+0130 is the only letter with two code points in lower case: i and a combining dot */
    lower[1] = 0x307;
    return 2;
}

int lr_character_decompose(uint32_t code, uint32_t parts[LR_DECOMPOSED_MAX])
{
    utf8proc_int32_t out[LR_DECOMPOSED_MAX];
    int boundary = 0;
    parts[0] = code;
    if (code < 0xC0) return 1; /* smaller code points do not decompose */
    const utf8proc_ssize_t count =
        utf8proc_decompose_char((utf8proc_int32_t)code, out, LR_DECOMPOSED_MAX, UTF8PROC_DECOMPOSE, &boundary);
    if (count < 1 || count > LR_DECOMPOSED_MAX) return 1; /* cannot happen: a canonical decomposition has at most 4 */
    for (utf8proc_ssize_t i = 0; i < count; i++) parts[i] = (uint32_t)out[i];
    return (int)count;
}

int lr_character_combining(uint32_t code)
{
    return code < 0x300 ? 0 : utf8proc_get_property((utf8proc_int32_t)code)->combining_class;
}
