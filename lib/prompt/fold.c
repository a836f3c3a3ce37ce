/* SPDX-License-Identifier: Apache-2.0 */
/* Implements lr_name_fold of prompt/likeness.h: converts names to the form in which they are compared. */
#include <stdlib.h>
#include <string.h>

#include <utf8proc.h>

#include "core/memory.h"
#include "prompt/likeness.h"

/* HTML entities that occur in titles of shops and film lists. */
static const struct {
    const char *name;
    uint32_t code;
} entities[] = {{"amp", '&'},      {"lt", '<'},        {"gt", '>'},       {"quot", '"'},     {"apos", '\''},
                {"nbsp", ' '},     {"reg", 0xAE},      {"copy", 0xA9},    {"trade", 0x2122}, {"deg", 0xB0},
                {"ndash", 0x2013}, {"mdash", 0x2014},  {"lsquo", 0x2018}, {"rsquo", 0x2019}, {"ldquo", 0x201C},
                {"rdquo", 0x201D}, {"hellip", 0x2026}, {"eacute", 0xE9},  {"egrave", 0xE8},  {"uuml", 0xFC},
                {"ouml", 0xF6},    {"auml", 0xE4},     {"ccedil", 0xE7},  {"ntilde", 0xF1}};

static bool is_scalar(uint32_t code)
{
    return code > 0 && code < 0x110000 && (code < 0xD800 || code > 0xDFFF);
}

/* The number of "#65;" or "#x41;" at `text`, and its length in bytes with the semicolon; 0: there is no number. */
static uint32_t number_at(const char *text, size_t left, size_t *bytes)
{
    const bool hex = left > 2 && (text[1] == 'x' || text[1] == 'X');
    size_t at = hex ? 2 : 1;
    uint32_t code = 0;
    const size_t begin = at;
    for (; at < left && at < begin + 7; at++) {
        const char c = text[at];
        const int digit = c >= '0' && c <= '9'          ? c - '0'
                          : hex && c >= 'a' && c <= 'f' ? c - 'a' + 10
                          : hex && c >= 'A' && c <= 'F' ? c - 'A' + 10
                                                        : -1;
        if (digit < 0) break;
        code = code * (hex ? 16 : 10) + (uint32_t)digit;
    }
    if (at == begin || at == left || text[at] != ';' || !is_scalar(code)) return 0;
    *bytes = at + 1;
    return code;
}

/* The code point of the entity whose name follows the & before `text`. */
static uint32_t entity_at(const char *text, size_t left, size_t *bytes)
{
    if (left > 0 && text[0] == '#') return number_at(text, left, bytes);
    for (size_t i = 0; i < sizeof entities / sizeof *entities; i++) {
        const size_t length = strlen(entities[i].name);
        if (left <= length || text[length] != ';' || memcmp(text, entities[i].name, length) != 0) continue;
        *bytes = length + 1;
        return entities[i].code;
    }
    return 0;
}

static llmrec_status add_code(lr_builder *out, uint32_t code)
{
    char bytes[4];
    return lr_builder_add(out, bytes, lr_utf8_put(code, bytes));
}

/* The plain form of a character: users type these characters in one form, publishers use another. */
static uint32_t plain_form(uint32_t code)
{
    switch (code) {
    case 0x2018:
    case 0x2019: return '\'';
    case 0x201C:
    case 0x201D: return '"';
    case 0x2010:
    case 0x2011:
    case 0x2013:
    case 0x2014: return '-';
    default: return code;
    }
}

static llmrec_status decode(lr_builder *out, const char *text, size_t length)
{
    for (size_t at = 0; at < length;) {
        size_t bytes = 0;
        uint32_t code = lr_utf8_next(text, length, &at);
        const uint32_t entity = code == '&' ? entity_at(text + at, length - at, &bytes) : 0;
        if (entity != 0) code = entity;
        at += bytes;
        if (code != 0) LR_RETURN_IF(add_code(out, plain_form(code)));
    }
    return LLMREC_OK;
}

static bool is_blank(uint32_t code)
{
    const utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)code);
    return category == UTF8PROC_CATEGORY_ZS || category == UTF8PROC_CATEGORY_ZL || category == UTF8PROC_CATEGORY_ZP ||
           category == UTF8PROC_CATEGORY_CC;
}

static llmrec_status collapse(lr_builder *out, const char *text, size_t length)
{
    const size_t begin = out->length;
    bool blank = false;
    for (size_t at = 0; at < length;) {
        const uint32_t code = lr_utf8_next(text, length, &at);
        if (is_blank(code)) {
            blank = out->length > begin;
            continue;
        }
        if (blank) LR_RETURN_IF(lr_builder_add(out, " ", 1));
        blank = false;
        LR_RETURN_IF(add_code(out, code));
    }
    return LLMREC_OK;
}

llmrec_status lr_name_fold(lr_builder *out, const char *text, size_t length)
{
    static const utf8proc_option_t options =
        UTF8PROC_STABLE | UTF8PROC_COMPAT | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE;
    lr_builder plain = {.context = out->context};
    utf8proc_uint8_t *folded = NULL;
    llmrec_status status = LLMREC_OK;
    LR_TRY(lr_builder_add(out, "", 0));
    LR_TRY(lr_builder_add(&plain, "", 0));
    LR_TRY(decode(&plain, text, length));
    const utf8proc_ssize_t bytes =
        utf8proc_map((const utf8proc_uint8_t *)plain.text, (utf8proc_ssize_t)plain.length, &folded, options);
    LR_CHECK(bytes >= 0, LLMREC_ERR_MEMORY, "out of memory: a name of %zu bytes in folded form", plain.length);
    LR_TRY(collapse(out, (const char *)folded, (size_t)bytes));
done:
    free(folded);
    lr_free(out->context, plain.text);
    return status;
}
