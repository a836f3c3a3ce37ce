/* SPDX-License-Identifier: Apache-2.0 */
/* Recognizes and decodes encodings of text, and repairs UTF-8. */
#include "data/encoding.h"

#include <string.h>

#include "core/text.h"
#include "llmrec/dataset.h"

static const struct {
    int64_t encoding;
    const char *name, *mark;
    size_t mark_length;
} encodings[] = {
    {LLMREC_ENCODING_UTF8, "UTF-8", "\xEF\xBB\xBF", 3},
    {LLMREC_ENCODING_UTF16LE, "UTF-16 LE", "\xFF\xFE", 2},
    {LLMREC_ENCODING_UTF16BE, "UTF-16 BE", "\xFE\xFF", 2},
    {LLMREC_ENCODING_WINDOWS_1252, "Windows-1252", "", 0},
    {LLMREC_ENCODING_LATIN1, "Latin-1", "", 0},
};
enum { ENCODINGS = sizeof encodings / sizeof *encodings };

size_t lr_encoding_mark(int64_t encoding, const char *text, size_t length)
{
    for (size_t i = 0; i < ENCODINGS; i++) {
        const size_t mark = encodings[i].mark_length;
        if (encodings[i].encoding == encoding)
            return length >= mark && memcmp(text, encodings[i].mark, mark) == 0 ? mark : 0;
    }
    return 0;
}

const char *lr_encoding_name(int64_t encoding)
{
    size_t i = 0;
    while (i + 1 < ENCODINGS && encodings[i].encoding != encoding) i++;
    return encodings[i].name;
}

/* Counts bytes that UTF-8 does not allow, and characters of several bytes. */
static void count_bytes(const char *text, size_t length, size_t *wrong, size_t *long_ones, size_t *first)
{
    for (size_t at = 0; at < length;) {
        const size_t good = lr_utf8_valid(text + at, length - at);
        for (size_t i = 0; i < good; i++) *long_ones += ((unsigned char)text[at + i] & 0xC0) == 0xC0;
        at += good;
        if (at == length) return;
        if ((*wrong)++ == 0) *first = at;
        at++;
    }
}

/* UTF-16 by its NUL bytes: the first character and at least every 16th have one, always in the same half. */
static int64_t find_halves(const char *text, size_t length)
{
    size_t halves[2] = {0, 0};
    for (size_t i = 0; i < length; i++) halves[i & 1] += text[i] == '\0';
    const bool big = text[0] == '\0', little = length > 1 && text[1] == '\0';
    if (big == little || halves[little] * 32 < length || halves[big] > 0) return LLMREC_ENCODING_UTF8;
    return big ? LLMREC_ENCODING_UTF16BE : LLMREC_ENCODING_UTF16LE;
}

int64_t lr_encoding_find(const char *text, size_t length, bool whole, bool guess, size_t *mark, size_t *bad)
{
    size_t wrong = 0, long_ones = 0;
    for (size_t i = 0; i < ENCODINGS; i++) {
        *mark = lr_encoding_mark(encodings[i].encoding, text, length);
        if (*mark > 0) return encodings[i].encoding;
    }
    const char *nul = memchr(text, '\0', length);
    if (nul != NULL) {
        *bad = (size_t)(nul - text);
        return find_halves(text, length);
    }
    if (!guess) return LLMREC_ENCODING_UTF8;
    while (!whole && length > 0 && ((unsigned char)text[length - 1] & 0x80) != 0) length--;
    count_bytes(text, length, &wrong, &long_ones, bad);
    return wrong > long_ones ? LLMREC_ENCODING_WINDOWS_1252 : LLMREC_ENCODING_UTF8;
}

/* Code points of the bytes 0x80 to 0x9F. The five bytes without a character are control characters, as browsers read
 * them. */
static const uint16_t windows[32] = {0x20AC, 0x81,   0x201A, 0x192,  0x201E, 0x2026, 0x2020, 0x2021,
                                     0x2C6,  0x2030, 0x160,  0x2039, 0x152,  0x8D,   0x17D,  0x8F,
                                     0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                     0x2DC,  0x2122, 0x161,  0x203A, 0x153,  0x9D,   0x17E,  0x178};

static size_t decode_bytes(bool latin, const unsigned char *raw, size_t length, char *into)
{
    size_t filled = 0;
    for (size_t i = 0; i < length; i++) {
        const bool special = !latin && raw[i] >= 0x80 && raw[i] < 0xA0;
        filled += lr_utf8_put(special ? windows[raw[i] - 0x80] : raw[i], into + filled);
    }
    return filled;
}

static unsigned unit_at(bool big, const unsigned char *raw)
{
    return big ? (unsigned)raw[0] << 8 | raw[1] : (unsigned)raw[1] << 8 | raw[0];
}

static bool is_high(unsigned unit)
{
    return unit >= 0xD800 && unit < 0xDC00;
}

static bool is_low(unsigned unit)
{
    return unit >= 0xDC00 && unit < 0xE000;
}

static size_t decode_units(bool big, const unsigned char *raw, size_t length, char *into, size_t *used)
{
    size_t filled = 0, at = 0;
    while (at + 2 <= length) {
        const unsigned unit = unit_at(big, raw + at);
        if (is_high(unit) && at + 4 > length) break;
        const unsigned next = is_high(unit) ? unit_at(big, raw + at + 2) : 0;
        if (is_high(unit) && is_low(next)) {
            filled += lr_utf8_put(0x10000 + ((unit - 0xD800) << 10) + (next - 0xDC00), into + filled);
            at += 4;
            continue;
        }
        if (is_high(unit) || is_low(unit)) into[filled++] = '\xFF';
        else filled += lr_utf8_put(unit, into + filled);
        at += 2;
    }
    *used = at;
    return filled;
}

size_t lr_decode(int64_t encoding, const unsigned char *raw, size_t length, char *into, size_t *used)
{
    *used = length;
    if (encoding == LLMREC_ENCODING_LATIN1 || encoding == LLMREC_ENCODING_WINDOWS_1252)
        return decode_bytes(encoding == LLMREC_ENCODING_LATIN1, raw, length, into);
    return decode_units(encoding == LLMREC_ENCODING_UTF16BE, raw, length, into, used);
}

size_t lr_utf8_repair(const char *text, size_t length, char *into, size_t *bad)
{
    static const char replacement[] = "\xEF\xBF\xBD";
    size_t used = 0;
    for (size_t at = 0; at < length;) {
        const size_t good = lr_utf8_valid(text + at, length - at);
        memcpy(into + used, text + at, good);
        used += good;
        at += good;
        if (at == length) break;
        memcpy(into + used, replacement, 3);
        used += 3;
        at++;
        ++*bad;
    }
    return used;
}
