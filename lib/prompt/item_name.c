/* SPDX-License-Identifier: Apache-2.0 */
/* Implements prompt/item_name.h: cleans and quotes the names of items. */
#include "prompt/item_name.h"

#include <utf8proc.h>

enum { ELLIPSIS = 0x2026, NON_JOINER = 0x200C, JOINER = 0x200D };

typedef enum look { VISIBLE, BLANK, INVISIBLE } look;

/* Joiners shape letters of other scripts and emoji; between plain letters they are only invisible. */
static look look_of(uint32_t code, uint32_t before)
{
    if (code == NON_JOINER || code == JOINER) return before >= 0x80 ? VISIBLE : INVISIBLE;
    if (code >= 0xE0100 && code <= 0xE01EF) return INVISIBLE; /* these selectors can encode hidden text */
    if (code == '\t' || code == '\n' || code == '\v' || code == '\f' || code == '\r' || code == 0x85) return BLANK;
    switch (utf8proc_category((utf8proc_int32_t)code)) {
    case UTF8PROC_CATEGORY_ZS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP: return BLANK;
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_CS: return INVISIBLE;
    default: return VISIBLE;
    }
}

/* A partial name. */
typedef struct cleaning {
    lr_builder *out;
    size_t begin, points, limit;
    size_t whole;    /* bytes of `out` that hold whole graphemes and leave room for the cut mark */
    uint32_t before; /* the previous code point; 0: none */
    utf8proc_int32_t state;
    bool blank; /* a blank must precede the next code point */
    bool cut;
} cleaning;

static llmrec_status add_code(cleaning *c, uint32_t code)
{
    char bytes[4];
    const bool boundary = c->before == 0 || utf8proc_grapheme_break_stateful((utf8proc_int32_t)c->before,
                                                                             (utf8proc_int32_t)code, &c->state);
    if (boundary && c->points < c->limit) c->whole = c->out->length;
    c->cut = c->points == c->limit;
    if (c->cut) return LLMREC_OK;
    c->points++;
    c->before = code;
    return lr_builder_add(c->out, bytes, lr_utf8_put(code, bytes));
}

static llmrec_status end_cut(cleaning *c)
{
    char bytes[4];
    lr_builder *out = c->out;
    if (c->whole == c->begin) return LLMREC_OK; /* one grapheme has too many code points: it is split */
    out->length = c->whole;
    while (out->length > c->begin && out->text[out->length - 1] == ' ') out->length--;
    return lr_builder_add(out, bytes, lr_utf8_put(ELLIPSIS, bytes));
}

llmrec_status lr_item_name_clean(lr_builder *out, const char *text, size_t length, size_t limit)
{
    cleaning c = {.out = out, .limit = limit};
    LR_RETURN_IF(lr_builder_add(out, "", 0));
    c.begin = c.whole = out->length;
    for (size_t at = 0; at < length && !c.cut;) {
        const uint32_t code = lr_utf8_next(text, length, &at);
        const look seen = look_of(code, c.before);
        if (seen == BLANK) c.blank = c.points > 0;
        if (seen != VISIBLE) continue;
        if (c.blank) LR_RETURN_IF(add_code(&c, ' '));
        if (!c.cut) LR_RETURN_IF(add_code(&c, code));
        c.blank = false;
    }
    return c.cut ? end_cut(&c) : LLMREC_OK;
}

/* Bytes of a role mark such as [INST], [/INST] or [TOOL_CALLS] at the start of the text; 0: there is none. */
static size_t role_mark(const char *text, size_t length)
{
    size_t at = 1;
    if (length < 2 || text[0] != '[') return 0;
    if (text[at] == '/') at++;
    const size_t begin = at;
    while (at < length && ((text[at] >= 'A' && text[at] <= 'Z') || text[at] == '_')) at++;
    return at >= begin + 3 && at < length && text[at] == ']' ? at + 1 : 0;
}

llmrec_status lr_item_name_quote(lr_builder *out, const char *text, size_t length)
{
    LR_RETURN_IF(lr_builder_add(out, "\"", 1));
    for (size_t at = 0; at < length; at++) {
        const unsigned char c = (unsigned char)text[at];
        if (c == '"' || c == '\\') LR_RETURN_IF(lr_builder_format(out, "\\%c", c));
        else if (c < ' ' || c == 0x7F || c == '<' || role_mark(text + at, length - at) > 0)
            LR_RETURN_IF(lr_builder_format(out, "\\u%04x", c));
        else LR_RETURN_IF(lr_builder_add(out, text + at, 1));
    }
    return lr_builder_add(out, "\"", 1);
}
