/* SPDX-License-Identifier: Apache-2.0 */
/* Parses fields and records of delimited text. */
#include "data/delimited.h"

#include <string.h>

#include "llmrec/dataset.h"

lr_dialect lr_dialect_of(int64_t format)
{
    return format == LLMREC_FORMAT_CSV ? (lr_dialect){',', 0, true} : (lr_dialect){'\t', 0, false};
}

/* Number of bytes of the delimiter at `at`; 0 if there is none. */
static size_t delimiter_at(lr_dialect dialect, const char *at, const char *end)
{
    if (*at != dialect.delimiter) return 0;
    if (dialect.second == 0) return 1;
    return at + 1 < end && at[1] == dialect.second ? 2 : 0;
}

/* Returns the end of the text before the next delimiter or newline; *last is the last byte of that, or `end`. */
static const char *find_stop(lr_dialect dialect, const char *at, const char *end, const char **last)
{
    size_t width = 0;
    while (at < end && *at != '\n' && (width = delimiter_at(dialect, at, end)) == 0) at++;
    *last = width == 2 ? at + 1 : at;
    return at;
}

static const char *take_plain(lr_dialect dialect, const char *at, const char *end, lr_field *field)
{
    const char *last = NULL, *stop = find_stop(dialect, at, end, &last);
    const char *clean = stop == end || *stop == '\n' ? lr_line_end(at, stop) : stop;
    *field = (lr_field){.text = at, .length = (size_t)(clean - at)};
    return last;
}

static const char *take_quoted(lr_dialect dialect, const char *at, const char *end, lr_field *field)
{
    const char *stop = at + 1, *last = NULL;
    *field = (lr_field){.text = at + 1};
    for (;; stop += 2) {
        stop = memchr(stop, '"', (size_t)(end - stop));
        if (stop == NULL) {
            field->length = (size_t)(end - at) - 1;
            field->fault = "wanted a closing quote";
            return end;
        }
        if (stop + 1 == end || stop[1] != '"') break;
        field->escaped = true;
    }
    field->length = (size_t)(stop++ - at) - 1;
    const char *next = find_stop(dialect, stop, end, &last);
    if ((next == end || *next == '\n' ? lr_line_end(stop, next) : next) != stop)
        field->fault = "wanted nothing after its closing quote";
    return last;
}

const char *lr_field_take(lr_dialect dialect, const char *at, const char *end, lr_field *field)
{
    if (dialect.quoting && at < end && *at == '"') return take_quoted(dialect, at, end, field);
    return take_plain(dialect, at, end, field);
}

size_t lr_field_unescape(const lr_field *field, char *into)
{
    size_t length = 0;
    for (size_t i = 0; i < field->length; i++) {
        into[length++] = field->text[i];
        if (field->escaped && field->text[i] == '"') i++;
    }
    return length;
}

const char *lr_record_end(lr_dialect dialect, const char *at, const char *end)
{
    const char *newline = memchr(at, '\n', (size_t)(end - at));
    if (newline == NULL) newline = end;
    if (!dialect.quoting || memchr(at, '"', (size_t)(newline - at)) == NULL) return newline;
    lr_field field;
    for (;; at++) {
        at = lr_field_take(dialect, at, end, &field);
        if (at == end || *at == '\n') return at;
    }
}

size_t lr_count_lines(const char *text, size_t length)
{
    size_t lines = 0;
    for (size_t i = 0; i < length; i++) lines += text[i] == '\n';
    return lines;
}
