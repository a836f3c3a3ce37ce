/* SPDX-License-Identifier: Apache-2.0 */
/* UTF-8 decoding and encoding, quoting, and the text builder. */
#include "core/text.h"

#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "core/memory.h"
#include "core/number.h"

enum { REPLACEMENT = 0xFFFD };

/* Length in bytes of the valid UTF-8 sequence at `s`; 0 if it is invalid. */
static size_t sequence(const unsigned char *s, size_t left)
{
    const unsigned char c = s[0];
    if (c < 0x80) return 1;
    const size_t need = c < 0xC2 ? 0 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : c < 0xF5 ? 4 : 0;
    if (need == 0 || need > left) return 0;
    for (size_t i = 1; i < need; i++)
        if ((s[i] & 0xC0) != 0x80) return 0;
    if ((c == 0xE0 && s[1] < 0xA0) || (c == 0xED && s[1] > 0x9F)) return 0; /* overlong, surrogate */
    if ((c == 0xF0 && s[1] < 0x90) || (c == 0xF4 && s[1] > 0x8F)) return 0; /* overlong, beyond U+10FFFF */
    return need;
}

static bool eight_ascii(const char *text)
{
    uint64_t word;
    memcpy(&word, text, sizeof word);
    return (word & 0x8080808080808080u) == 0;
}

size_t lr_utf8_valid(const char *text, size_t length)
{
    size_t at = 0;
    while (at < length) {
        if (length - at >= 8 && eight_ascii(text + at)) {
            at += 8;
            continue;
        }
        const size_t step = sequence((const unsigned char *)text + at, length - at);
        if (step == 0) return at;
        at += step;
    }
    return length;
}

uint32_t lr_utf8_next(const char *text, size_t length, size_t *at)
{
    const unsigned char *s = (const unsigned char *)text + *at;
    const size_t step = sequence(s, length - *at);
    *at += step == 0 ? 1 : step;
    switch (step) {
    case 1: return s[0];
    case 2: return (uint32_t)(s[0] & 0x1F) << 6 | (s[1] & 0x3F);
    case 3: return (uint32_t)(s[0] & 0x0F) << 12 | (uint32_t)(s[1] & 0x3F) << 6 | (s[2] & 0x3F);
    case 4:
        return (uint32_t)(s[0] & 0x07) << 18 | (uint32_t)(s[1] & 0x3F) << 12 | (uint32_t)(s[2] & 0x3F) << 6 |
               (s[3] & 0x3F);
    default: return REPLACEMENT;
    }
}

size_t lr_utf8_put(uint32_t code, char out[4])
{
    if (code < 0x80) {
        out[0] = (char)code;
        return 1;
    }
    const size_t bytes = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    for (size_t i = bytes - 1; i > 0; i--, code >>= 6) out[i] = (char)(0x80 | (code & 0x3F));
    out[0] = (char)((bytes == 2 ? 0xC0 : bytes == 3 ? 0xE0 : 0xF0) | code);
    return bytes;
}

lr_quoted lr_quote(const char *text, size_t length)
{
    enum { SHOWN = 40 };
    lr_quoted quoted;
    size_t used = 0, at = 0;
    quoted.text[used++] = '"';
    while (at < length && at < SHOWN && used < LR_QUOTE_SIZE - 10) {
        const unsigned char c = (unsigned char)text[at];
        const size_t step = sequence((const unsigned char *)text + at, length - at);
        if (step == 0 || c < ' ' || c == 0x7f) {
            used += (size_t)snprintf(quoted.text + used, 5, "\\x%02X", c);
            at++;
            continue;
        }
        memcpy(quoted.text + used, text + at, step);
        used += step;
        at += step;
    }
    snprintf(quoted.text + used, LR_QUOTE_SIZE - used, at < length ? "...\"" : "\"");
    return quoted;
}

const char *lr_last_part(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

lr_quoted lr_quote_file(const char *path)
{
    const char *name = lr_last_part(path);
    return lr_quote(name, strlen(name));
}

llmrec_status lr_builder_add(lr_builder *builder, const char *text, size_t length)
{
    const size_t wanted = builder->length + length + 1;
    LR_RETURN_IF(LR_GROW(builder->context, builder->text, builder->capacity, builder->length, wanted));
    if (length > 0) memcpy(builder->text + builder->length, text, length);
    builder->length += length;
    builder->text[builder->length] = '\0';
    return LLMREC_OK;
}

llmrec_status lr_builder_format(lr_builder *builder, const char *format, ...)
{
    llmrec_status status = LLMREC_OK;
    void *locale = lr_locale_enter();
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    const int length = vsnprintf(NULL, 0, format, arguments);
    const size_t wanted = builder->length + (size_t)length + 1;
    va_end(arguments);
    LR_TRY(LR_GROW(builder->context, builder->text, builder->capacity, builder->length, wanted));
    vsnprintf(builder->text + builder->length, (size_t)length + 1, format, again);
    builder->length += (size_t)length;
done:
    va_end(again);
    lr_locale_restore(locale);
    return status;
}

static llmrec_status add_json_code(lr_builder *builder, uint32_t code)
{
    char bytes[4];
    if (code == '"' || code == '\\') return lr_builder_format(builder, "\\%c", (int)code);
    if (code == '\n') return lr_builder_add(builder, "\\n", 2);
    if (code < 0x20 || code == 0x7f) return lr_builder_format(builder, "\\u%04x", (unsigned)code);
    return lr_builder_add(builder, bytes, lr_utf8_put(code, bytes));
}

llmrec_status lr_builder_json(lr_builder *builder, const char *text, size_t length)
{
    LR_RETURN_IF(lr_builder_add(builder, "\"", 1));
    for (size_t at = 0; at < length;) LR_RETURN_IF(add_json_code(builder, lr_utf8_next(text, length, &at)));
    return lr_builder_add(builder, "\"", 1);
}

llmrec_status lr_builder_number(lr_builder *builder, double value)
{
    char text[32];
    double back = 0;
    if (!isfinite(value)) return lr_builder_add(builder, "null", 4);
    void *locale = lr_locale_enter();
    for (int digits = 6; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, value);
        if (lr_parse_double(text, strlen(text), &back) && back == value) break;
    }
    lr_locale_restore(locale);
    return lr_builder_add(builder, text, strlen(text));
}

llmrec_status lr_builder_give(const lr_builder *builder, char *text, size_t capacity, size_t *length)
{
    if (text == NULL && capacity > 0) return lr_fail(LLMREC_ERR_ARGUMENT, "text is NULL and capacity %zu", capacity);
    if (capacity > 0) {
        const size_t written = builder->length < capacity ? builder->length : capacity - 1;
        if (written > 0) memcpy(text, builder->text, written);
        text[written] = '\0';
    }
    if (length != NULL) *length = builder->length;
    return LLMREC_OK;
}

llmrec_status lr_builder_finish(llmrec_status built, lr_builder *builder, char *text, size_t capacity, size_t *length)
{
    const llmrec_status status = built != LLMREC_OK ? built : lr_builder_give(builder, text, capacity, length);
    lr_free(builder->context, builder->text);
    return status;
}
