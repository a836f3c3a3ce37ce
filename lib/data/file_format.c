/* SPDX-License-Identifier: Apache-2.0 */
/* Detects file formats, finds columns, repairs UTF-8. */
#include "data/file_format.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "core/options.h"
#include "core/text.h"
#include "llmrec/dataset.h"

static bool ends_with(const char *path, size_t length, const char *ending)
{
    const size_t wanted = strlen(ending);
    return length >= wanted && strncasecmp(path + length - wanted, ending, wanted) == 0;
}

static int64_t format_by_name(const char *path)
{
    static const struct {
        const char *ending;
        int64_t format;
    } endings[] = {
        {".csv", LLMREC_FORMAT_CSV},       {".tsv", LLMREC_FORMAT_TSV},       {".jsonl", LLMREC_FORMAT_JSONL},
        {".ndjson", LLMREC_FORMAT_JSONL},  {".inter", LLMREC_FORMAT_RECBOLE}, {".item", LLMREC_FORMAT_RECBOLE},
        {".txt", LLMREC_FORMAT_SEQUENCES},
    };
    size_t length = strlen(path);
    if (ends_with(path, length, ".gz")) length -= 3;
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        if (ends_with(path, length, endings[i].ending)) return endings[i].format;
    return LLMREC_FORMAT_AUTO;
}

llmrec_status lr_format_resolve(const char *path, int64_t given, bool table, const char *option, int64_t *format)
{
    LR_RETURN_IF(lr_option_range(option, given, LLMREC_FORMAT_AUTO, LLMREC_FORMAT_SEQUENCES_WITH_ID));
    const int64_t found = given == LLMREC_FORMAT_AUTO ? format_by_name(path) : given;
    if (found == LLMREC_FORMAT_AUTO)
        return lr_fail(LLMREC_ERR_ARGUMENT, "%s: the extension gives no format; set %s, or use one of %s", path, option,
                       table ? ".csv .tsv .jsonl .item (.gz)" : ".csv .tsv .jsonl .inter .txt (.gz)");
    if (table && found >= LLMREC_FORMAT_SEQUENCES)
        return lr_fail(LLMREC_ERR_ARGUMENT, "%s: sequences have no columns; set %s to another format", path, option);
    *format = found;
    return LLMREC_OK;
}

int64_t lr_header_find(const lr_header *header, const char *name)
{
    const size_t length = strlen(name);
    for (size_t i = 0; i < header->count; i++) {
        const lr_span span = header->at(header->of, i);
        if (span.length == length && memcmp(span.text, name, length) == 0) return (int64_t)i;
    }
    return -1;
}

/* Lists the columns for a message, as many as fit. */
static void list_columns(const lr_header *header, char *list, size_t room)
{
    size_t used = 0;
    list[0] = '\0';
    for (size_t i = 0; i < header->count && used < room; i++) {
        const lr_span span = header->at(header->of, i);
        const int step =
            snprintf(list + used, room - used, "%s%s", i == 0 ? "" : ", ", lr_quote(span.text, span.length).text);
        used += (size_t)step;
    }
    if (used >= room) memcpy(list + room - 4, "...", 4);
}

static char folded(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Compares with a usual name, ignoring case and separators: user_id matches userId, UserID, "User Id" and USER-ID. */
static bool is_spelling_of(lr_span span, const char *usual)
{
    for (size_t i = 0; i < span.length; i++) {
        if (span.text[i] == '_' || span.text[i] == '-' || span.text[i] == ' ') continue;
        while (*usual == '_') usual++;
        if (*usual == '\0' || folded(span.text[i]) != *usual++) return false;
    }
    return *usual == '\0';
}

static int64_t find_usual(const lr_header *header, const char *usual)
{
    for (size_t i = 0; i < header->count; i++)
        if (is_spelling_of(header->at(header->of, i), usual)) return (int64_t)i;
    return -1;
}

llmrec_status lr_header_pick(const lr_header *header, const char *given, const char *const *usual, const char *what,
                             size_t *column)
{
    char list[256], tried[160] = "";
    int64_t found = given != NULL ? lr_header_find(header, given) : -1;
    for (size_t i = 0; given == NULL && found < 0 && usual[i] != NULL; i++) {
        found = find_usual(header, usual[i]);
        const size_t used = strlen(tried);
        snprintf(tried + used, sizeof tried - used, "%s%s", i == 0 ? "" : " ", usual[i]);
    }
    if (found >= 0) {
        *column = (size_t)found;
        return LLMREC_OK;
    }
    list_columns(header, list, sizeof list);
    if (given != NULL)
        return lr_fail(LLMREC_ERR_FORMAT, "%s:1: no column %s for the %s; found: %s", header->path,
                       lr_quote(given, strlen(given)).text, what, list);
    return lr_fail(LLMREC_ERR_FORMAT, "%s:1: no column for the %s (one of %s); found: %s", header->path, what, tried,
                   list);
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
