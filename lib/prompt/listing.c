/* SPDX-License-Identifier: Apache-2.0 */
/* Implements prompt/listing.h: finds the list in a reply and reads it. */
#include "prompt/listing.h"

#include <string.h>
#include <strings.h>

#include "core/memory.h"

void lr_listing_clear(lr_listing *reply)
{
    lr_free(reply->bytes.context, reply->bytes.text);
    lr_free(reply->bytes.context, reply->entries);
    *reply = (lr_listing){.bytes.context = reply->bytes.context};
}

lr_span lr_listing_text(const lr_listing *reply, size_t entry)
{
    return (lr_span){reply->bytes.text + reply->entries[entry].begin, reply->entries[entry].length};
}

lr_span lr_listing_name(const lr_listing *reply, size_t entry)
{
    const lr_listed *e = &reply->entries[entry];
    return (lr_span){reply->bytes.text + e->begin + e->name, e->length - e->name};
}

llmrec_status lr_listing_add(lr_listing *reply, const lr_reading *reading, lr_listed entry, lr_span text)
{
    if (text.length > LR_ENTRY_LONGEST) text.length = LR_ENTRY_LONGEST;
    if (reply->count >= reading->limit || (text.length == 0 && entry.label < 0)) return LLMREC_OK;
    entry.begin = reply->bytes.length;
    entry.length = text.length;
    if (entry.name > text.length) entry.name = text.length;
    LR_RETURN_IF(LR_GROW(reply->bytes.context, reply->entries, reply->capacity, reply->count, reply->count + 1));
    LR_RETURN_IF(lr_builder_add(&reply->bytes, text.text, text.length));
    reply->entries[reply->count++] = entry;
    return LLMREC_OK;
}

/* --- reasoning ----------------------------------------------------------------------------------------------- */

static bool begins(const char *text, size_t left, const char *with)
{
    const size_t length = strlen(with);
    return left >= length && strncasecmp(text, with, length) == 0;
}

/* Length of a tag such as <think> or </think> at `text`; 0: there is no tag. */
static size_t reasoning_tag(const char *text, size_t left, bool *closing)
{
    static const char *const names[] = {"think>", "thinking>", "thought>", "reasoning>"};
    if (left < 2 || text[0] != '<') return 0;
    *closing = text[1] == '/';
    const size_t at = *closing ? 2 : 1;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (begins(text + at, left - at, names[i])) return at + strlen(names[i]);
    return 0;
}

/* Appends the text without the contents of reasoning tags, also if a tag was never opened or never closed. */
static llmrec_status leave_out_reasoning(const char *text, size_t length, lr_builder *out)
{
    size_t depth = 0;
    LR_RETURN_IF(lr_builder_add(out, "", 0));
    for (size_t at = 0; at < length;) {
        bool closing = false;
        const size_t tag = reasoning_tag(text + at, length - at, &closing);
        if (tag == 0) {
            if (depth == 0) LR_RETURN_IF(lr_builder_add(out, text + at, 1));
            at++;
            continue;
        }
        if (!closing) depth++;
        else if (depth > 0) depth--;
        else out->length = 0; /* the prompt contained the opening tag */
        at += tag;
    }
    out->text[out->length] = '\0';
    return LLMREC_OK;
}

/* --- the part that holds the list ----------------------------------------------------------------------------- */

static size_t find(lr_span text, size_t from, const char *word)
{
    const size_t length = strlen(word);
    for (size_t at = from; at + length <= text.length; at++)
        if (memcmp(text.text + at, word, length) == 0) return at;
    return SIZE_MAX;
}

/* Finds a line that consists of `word` alone and returns its begin; `*end` gets the begin of the next line. SIZE_MAX:
 * there is no such line. */
static size_t find_line(lr_span text, size_t from, const char *word, size_t *end)
{
    for (size_t at = find(text, from, word); at != SIZE_MAX; at = find(text, at + 1, word)) {
        size_t begin = at, past = at + strlen(word);
        while (begin > 0 && (text.text[begin - 1] == ' ' || text.text[begin - 1] == '*')) begin--;
        while (past < text.length && strchr(" *:\r", text.text[past]) != NULL && text.text[past] != '\0') past++;
        if (begin > 0 && text.text[begin - 1] != '\n') continue;
        if (past < text.length && text.text[past] != '\n') continue;
        *end = past;
        return begin;
    }
    return SIZE_MAX;
}

/* The text between BEGIN and END; between the second pair if the reply mentions both words first. */
static lr_span between_words(lr_span text)
{
    const size_t first = find(text, 0, "BEGIN"), ended = find(text, 0, "END");
    if (first != SIZE_MAX && ended != SIZE_MAX) {
        const size_t begin = find(text, first + 1, "BEGIN"), end = find(text, ended + 1, "END");
        if (begin != SIZE_MAX && end != SIZE_MAX && end >= begin + 5)
            return (lr_span){text.text + begin + 5, end - begin - 5};
    }
    return text;
}

/* The text between lines of BEGIN and END, or up to the end of a text that was cut off. Whole lines are preferred
 * because names may contain these words; without such lines, the words themselves are the limits. */
static lr_span between_marks(lr_span text)
{
    size_t past = 0, past_end = 0;
    if (find_line(text, 0, "BEGIN", &past) == SIZE_MAX) return between_words(text);
    const size_t end = find_line(text, past, "END", &past_end);
    return (lr_span){text.text + past, (end == SIZE_MAX ? text.length : end) - past};
}

/* --- as the reference implementations read -------------------------------------------------------------------- */

/* Reads digits, a dot, one white space, then the name up to the end of the line. */
static llmrec_status read_numbered(lr_listing *reply, const lr_reading *reading, lr_span text)
{
    for (size_t at = 0; at < text.length;) {
        const size_t begin = at;
        while (at < text.length && text.text[at] >= '0' && text.text[at] <= '9') at++;
        const bool marked = at > begin && at + 1 < text.length && text.text[at] == '.' &&
                            strchr(" \t\r\n\f\v", text.text[at + 1]) != NULL && text.text[at + 1] != '\0';
        if (!marked) {
            at += at == begin;
            continue;
        }
        const char *name = text.text + at + 2;
        const char *end = memchr(name, '\n', text.length - at - 2);
        if (end == NULL) return LLMREC_OK;
        LR_RETURN_IF(lr_listing_add(reply, reading, (lr_listed){.label = -1}, (lr_span){name, (size_t)(end - name)}));
        at = (size_t)(end + 1 - text.text);
    }
    return LLMREC_OK;
}

static llmrec_status read_as_reference(lr_listing *reply, const lr_reading *reading, lr_span text)
{
    LR_RETURN_IF(read_numbered(reply, reading, text));
    if (reply->count > 0) return LLMREC_OK;
    for (size_t at = 0; at < text.length;) {
        const char *end = memchr(text.text + at, '\n', text.length - at);
        const size_t length = end == NULL ? text.length - at : (size_t)(end - text.text) - at;
        LR_RETURN_IF(lr_listing_add(reply, reading, (lr_listed){.label = -1}, (lr_span){text.text + at, length}));
        at += length + 1;
    }
    return LLMREC_OK;
}

/* Bytes before the mark that ends a name in the seed paper's form; needed if a server ignored it as a stop. */
static size_t before_stop(const char *text)
{
    const char *stop = strstr(text, "###");
    return stop == NULL || stop == text ? strlen(text) : (size_t)(stop - text);
}

static lr_span trim(lr_span text)
{
    while (text.length > 0 && (unsigned char)text.text[0] <= ' ') {
        text.text++;
        text.length--;
    }
    while (text.length > 0 && (unsigned char)text.text[text.length - 1] <= ' ') text.length--;
    return text;
}

llmrec_status lr_listing_read(lr_listing *reply, const lr_reading *reading, const char *text, size_t length)
{
    lr_builder plain = {.context = reply->bytes.context};
    llmrec_status status = LLMREC_OK;
    reply->count = reply->bytes.length = 0;
    LR_TRY(lr_builder_add(&reply->bytes, "", 0));
    LR_TRY(leave_out_reasoning(text, length, &plain));
    const lr_span whole = {plain.text, reading->single ? before_stop(plain.text) : plain.length};
    const lr_span list = reading->parity ? between_words(whole) : between_marks(whole);
    if (reading->parity && reading->single)
        LR_TRY(lr_listing_add(reply, reading, (lr_listed){.label = -1}, trim(whole)));
    else if (reading->parity) LR_TRY(read_as_reference(reply, reading, list));
    else {
        LR_TRY(lr_listing_json(reply, reading, list));
        if (reply->count == 0) LR_TRY(lr_listing_lines(reply, reading, list));
    }
done:
    lr_free(reply->bytes.context, plain.text);
    return status;
}
