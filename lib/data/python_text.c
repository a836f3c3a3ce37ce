/* SPDX-License-Identifier: Apache-2.0 */
/* Python's dictionaries to JSON: quotes, escapes, and the words True, False and None. */
#include "data/python_text.h"

#include <string.h>

static size_t skip_blanks(lr_span text, size_t at)
{
    while (at < text.length && (text.text[at] == ' ' || text.text[at] == '\t')) at++;
    return at;
}

bool lr_is_python(lr_span text)
{
    size_t at = skip_blanks(text, 0);
    if (at == text.length || text.text[at] != '{') return false;
    at = skip_blanks(text, at + 1);
    if (at < text.length && text.text[at] == 'u') at++;
    return at < text.length && text.text[at] == '\'';
}

/* Appends the escape at text[at], a backslash; returns its length. */
static llmrec_status add_escape(lr_span text, size_t at, lr_builder *json, size_t *length)
{
    const char next = at + 1 < text.length ? text.text[at + 1] : '\\';
    *length = 2;
    if (next == '\'') return lr_builder_add(json, "'", 1);
    if (next != 'x') return lr_builder_add(json, (const char[]){'\\', next}, 2);
    return lr_builder_add(json, "\\u00", 4); /* its two digits follow */
}

/* Appends the string that begins with the quote at text[*at], and moves behind it. */
static llmrec_status add_string(lr_span text, size_t *at, lr_builder *json)
{
    const char quote = text.text[(*at)++];
    size_t step = 1;
    LR_RETURN_IF(lr_builder_add(json, "\"", 1));
    for (; *at < text.length && text.text[*at] != quote; *at += step) {
        const char byte = text.text[*at];
        step = 1;
        if (byte == '\\') LR_RETURN_IF(add_escape(text, *at, json, &step));
        else if (byte == '"') LR_RETURN_IF(lr_builder_add(json, "\\\"", 2));
        else LR_RETURN_IF(lr_builder_add(json, &byte, 1));
    }
    if (*at >= text.length) return LLMREC_OK; /* not closed: not JSON */
    ++*at;
    return lr_builder_add(json, "\"", 1);
}

/* Appends what stands outside of strings. */
static llmrec_status add_other(lr_span text, size_t *at, lr_builder *json)
{
    static const struct {
        const char *python, *json;
    } words[] = {{"True", "true"}, {"False", "false"}, {"None", "null"}};
    const char *here = text.text + *at;
    const size_t left = text.length - *at;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        const size_t length = strlen(words[i].python);
        if (left < length || memcmp(here, words[i].python, length) != 0) continue;
        *at += length;
        return lr_builder_add(json, words[i].json, strlen(words[i].json));
    }
    const bool prefix = left > 1 && *here == 'u' && (here[1] == '\'' || here[1] == '"');
    ++*at;
    return prefix ? LLMREC_OK : lr_builder_add(json, here, 1);
}

llmrec_status lr_python_to_json(lr_span text, lr_builder *json)
{
    for (size_t at = 0; at < text.length;) {
        const bool string = text.text[at] == '\'' || text.text[at] == '"';
        LR_RETURN_IF(string ? add_string(text, &at, json) : add_other(text, &at, json));
    }
    return LLMREC_OK;
}
