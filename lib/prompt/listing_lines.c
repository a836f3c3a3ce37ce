/* SPDX-License-Identifier: Apache-2.0 */
/* Reads replies that consist of lines: numbered, with bullets, bare, or labels in a row. */
#include <string.h>

#include "prompt/labels.h"
#include "prompt/listing.h"

/* Kinds of lines, by increasing certainty that they belong to a list. */
typedef enum kind { NOTHING, BARE, LABELED, BULLET, NUMBERED, ROW } kind;

typedef struct line {
    kind kind;
    lr_span text; /* without list marks */
    int32_t label;
    size_t name; /* if it has a label: offset of the name from the begin of the text */
} line;

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f';
}

static lr_span skip(lr_span text, size_t bytes)
{
    return (lr_span){text.text + bytes, text.length - bytes};
}

static lr_span trim(lr_span text)
{
    while (text.length > 0 && is_blank(text.text[0])) text = skip(text, 1);
    while (text.length > 0 && is_blank(text.text[text.length - 1])) text.length--;
    return text;
}

static bool starts(lr_span text, const char *with)
{
    const size_t length = strlen(with);
    return text.length >= length && memcmp(text.text, with, length) == 0;
}

/* Length of "12." or "12)" or "12:" at the begin of the text, with the blanks after it; 0: there is none. A year is not
 * a list number. */
static size_t number_mark(lr_span text)
{
    size_t at = 0;
    while (at < text.length && text.text[at] >= '0' && text.text[at] <= '9') at++;
    if (at == 0 || at > 3 || at == text.length || strchr(".):", text.text[at]) == NULL) return 0;
    if (++at < text.length && !is_blank(text.text[at]) && strchr("*\"`[", text.text[at]) == NULL) return 0;
    while (at < text.length && is_blank(text.text[at])) at++;
    return at;
}

static size_t bullet_mark(lr_span text)
{
    static const char *const marks[] = {"- ", "* ", "+ ", "\xE2\x80\xA2", "\xE2\x80\x93 ", "\xE2\x97\xA6", "\xC2\xB7"};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (starts(text, marks[i])) return strlen(marks[i]);
    return 0;
}

/* The text inside a pair of marks at the begin, **so** or "so"; the whole text if there is no pair. */
static lr_span inside_marks(lr_span text)
{
    static const char *const pairs[][2] = {{"**", "**"}, {"__", "__"}, {"\"", "\""},
                                           {"`", "`"},   {"*", "*"},   {"\xE2\x80\x9C", "\xE2\x80\x9D"}};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        const size_t open = strlen(pairs[i][0]), close = strlen(pairs[i][1]);
        if (!starts(text, pairs[i][0])) continue;
        for (size_t at = open + 1; at + close <= text.length; at++)
            if (memcmp(text.text + at, pairs[i][1], close) == 0 && text.text[at - 1] != '\\')
                return trim((lr_span){text.text + open, at - open});
        return skip(text, open); /* cut off or never closed */
    }
    return text;
}

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (unsigned char)c >= 0x80;
}

/* The label at `at` if it stands alone: in capitals, not part of a word, and not a word of a sentence ("A good
 * one"). */
static int32_t label_at(lr_span text, size_t at, size_t labels, size_t *end)
{
    if (at > 0 && (is_word(text.text[at - 1]) || text.text[at - 1] == '\'')) return -1;
    for (*end = at; *end < text.length && is_word(text.text[*end]); ++*end)
        if (text.text[*end] < 'A' || text.text[*end] > 'Z') return -1;
    const int32_t label = lr_label_find(text.text + at, *end - at, labels);
    size_t next = *end;
    while (next < text.length && is_blank(text.text[next])) next++;
    if (next < text.length && text.text[next] >= 'a' && text.text[next] <= 'z') return -1;
    if (next < text.length && text.text[next] == '\'') return -1;
    return label;
}

/* Finds the label that a line begins with; ignores brackets and emphasis. */
static void find_label(line *l, size_t labels)
{
    size_t at = 0, end = 0;
    while (at < l->text.length && strchr("[(*\"'`", l->text.text[at]) != NULL) at++;
    if (labels == 0 || at == l->text.length || !is_word(l->text.text[at])) return;
    l->label = label_at(l->text, at, labels, &end);
    if (l->label < 0) return;
    while (end < l->text.length && strchr(")].:*\"'`,=>- \t", l->text.text[end]) != NULL) end++;
    l->name = end;
    if (l->kind < LABELED) l->kind = LABELED;
}

static bool is_fence(lr_span text)
{
    return starts(text, "```") || starts(text, "~~~");
}

/* Whether the text ends like a sentence before or after a list. Used only if the list has marks. */
static bool is_heading(lr_span text)
{
    return text.length == 0 || text.text[text.length - 1] == ':' || text.text[0] == '#' || text.text[0] == '<' ||
           starts(text, "---");
}

static line read_line(lr_span text, size_t labels)
{
    line l = {NOTHING, trim(text), -1, 0};
    if (l.text.length == 0 || is_fence(l.text)) return l;
    const size_t bullet = bullet_mark(l.text);
    if (bullet > 0) l.text = trim(skip(l.text, bullet));
    const bool emphasis = starts(l.text, "**") && number_mark(skip(l.text, 2)) > 0; /* **1. name** */
    const size_t number = number_mark(emphasis ? skip(l.text, 2) : l.text);
    if (number > 0) l.text = skip(l.text, number + (emphasis ? 2 : 0));
    l.kind = number > 0 ? NUMBERED : bullet > 0 ? BULLET : is_heading(l.text) ? NOTHING : BARE;
    if (emphasis && l.text.length > 2 && starts(skip(l.text, l.text.length - 2), "**")) l.text.length -= 2;
    find_label(&l, labels);
    return l;
}

/* Gets the next line of the text. */
static bool next_line(lr_span *text, lr_span *found)
{
    if (text->length == 0) return false;
    const char *end = memchr(text->text, '\n', text->length);
    const size_t length = end == NULL ? text->length : (size_t)(end - text->text);
    *found = (lr_span){text->text, length};
    *text = skip(*text, end == NULL ? length : length + 1);
    return true;
}

/* Appends the labels of a row. */
static llmrec_status add_row(lr_listing *reply, const lr_reading *reading, lr_span row)
{
    for (size_t at = 0, end = 0; at<row.length; at = end> at ? end : at + 1) {
        end = at;
        if (!is_word(row.text[at])) continue;
        const lr_listed entry = {.label = label_at(row, at, reading->labels, &end), .name = end - at};
        LR_RETURN_IF(lr_listing_add(reply, reading, entry, (lr_span){row.text + at, end - at}));
    }
    return LLMREC_OK;
}

/* Whether the text has several words and all of them are labels. */
static bool is_row(lr_span text, size_t labels)
{
    size_t count = 0;
    for (size_t at = 0, end = 0; at<text.length; at = end> at ? end : at + 1) {
        end = at;
        if (!is_word(text.text[at])) continue;
        if (label_at(text, at, labels, &end) < 0) return false;
        count++;
    }
    return count > 1;
}

/* The row of labels at the end of a sentence, after a colon. */
static lr_span row_of(lr_span text, size_t labels)
{
    if (is_row(text, labels)) return text;
    for (size_t at = text.length; at-- > 0;)
        if (text.text[at] == ':') return is_row(skip(text, at + 1), labels) ? skip(text, at + 1) : (lr_span){NULL, 0};
    return (lr_span){NULL, 0};
}

static llmrec_status add_line(lr_listing *reply, const lr_reading *reading, const line *l)
{
    if (l->kind == ROW) return add_row(reply, reading, l->text);
    if (l->label >= 0) return lr_listing_add(reply, reading, (lr_listed){.label = l->label, .name = l->name}, l->text);
    return lr_listing_add(reply, reading, (lr_listed){.label = -1}, inside_marks(l->text));
}

static line read_one(lr_span text, size_t labels)
{
    line l = read_line(text, labels);
    const lr_span row = labels > 0 ? row_of(l.text, labels) : (lr_span){NULL, 0};
    if (row.length > 0) l = (line){ROW, row, -1, 0};
    return l;
}

/* Reads the lines that are most probably the list: those of the most certain kind. */
llmrec_status lr_listing_lines(lr_listing *reply, const lr_reading *reading, lr_span text)
{
    kind wanted = NOTHING;
    lr_span left = text, one;
    while (next_line(&left, &one)) {
        const line l = read_one(one, reading->labels);
        if (l.kind > wanted) wanted = l.kind;
    }
    while (wanted != NOTHING && next_line(&text, &one)) {
        const line l = read_one(one, reading->labels);
        if (l.kind == NOTHING || (l.kind != wanted && !reading->single)) continue;
        LR_RETURN_IF(add_line(reply, reading, &l));
        if (reading->single && reply->count > 0) return LLMREC_OK;
    }
    return LLMREC_OK;
}
