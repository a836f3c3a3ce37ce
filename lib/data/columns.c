/* SPDX-License-Identifier: Apache-2.0 */
/* Finds columns by name or number. */
#include "data/columns.h"

#include <stdio.h>
#include <string.h>

#include "core/number.h"
#include "core/text.h"

const char *const lr_session_names[] = {"session_id",   "session",     "user_id",    "user",     "uid",
                                        "reviewer_id",  "customer_id", "visitor_id", "visitor",  "client_id",
                                        "member_id",    "account_id",  "steam_id",   "username", "author_id",
                                        "user_session", "reviewer",    "customer",   NULL};
const char *const lr_item_names[] = {
    "item_id",   "item",    "parent_asin", "asin",        "product_id", "movie_id",    "article_id", "aid",
    "product",   "sku",     "venue_id",    "location_id", "poi_id",     "business_id", "track_id",   "song_id",
    "artist_id", "news_id", "book_id",     "app_id",      "game_id",    "video_id",    "anime_id",   NULL};
const char *const lr_time_names[] = {
    "timestamp", "time",      "unix_review_time", "ts",       "event_time",    "datetime",    "date_time", "date",
    "t_dat",     "eventdate", "created_at",       "utc_time", "check_in_time", "review_time", NULL};
const char *const lr_item_id_names[] = {
    "id",      "item_id", "item",     "parent_asin", "asin",     "product_id",  "movie_id", "article_id", "aid",
    "product", "sku",     "venue_id", "location_id", "poi_id",   "business_id", "track_id", "song_id",    "artist_id",
    "news_id", "book_id", "app_id",   "game_id",     "video_id", "anime_id",    NULL};
const char *const lr_title_names[] = {"title",     "name",         "movie_title", "product_title", "item_name",
                                      "prod_name", "product_name", "app_name",    "track_name",    "book_title",
                                      NULL};
const char *const lr_other_names[] = {"rating",   "overall",     "event",       "event_type", "genres",
                                      "genre",    "category",    "category_id", "price",      "quantity",
                                      "playtime", "description", "brand",       NULL};

int64_t lr_header_find(const lr_header *header, const char *name)
{
    const size_t length = strlen(name);
    for (size_t i = 0; i < header->count; i++) {
        const lr_span span = header->at(header->of, i);
        if (span.length == length && memcmp(span.text, name, length) == 0) return (int64_t)i;
    }
    return -1;
}

/* --- spelling ----------------------------------------------------------------------------------------------------- */

/* Next letter in lower case; 0 at the end. */
static char next_letter(lr_span *text)
{
    while (text->length > 0 && strchr("_-. ", text->text[0]) != NULL && text->text[0] != '\0')
        *text = (lr_span){text->text + 1, text->length - 1};
    if (text->length == 0) return '\0';
    const char c = text->text[0];
    *text = (lr_span){text->text + 1, text->length - 1};
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool is_spelling_of(lr_span text, lr_span name)
{
    for (;;) {
        const char a = next_letter(&text), b = next_letter(&name);
        if (a != b) return false;
        if (a == '\0') return text.length == 0 && name.length == 0;
    }
}

static bool is_in(lr_span text, const char *const *names)
{
    for (; *names != NULL; names++)
        if (is_spelling_of(text, (lr_span){*names, strlen(*names)})) return true;
    return false;
}

bool lr_is_usual_name(lr_span text)
{
    return is_in(text, lr_session_names) || is_in(text, lr_item_names) || is_in(text, lr_time_names) ||
           is_in(text, lr_item_id_names) || is_in(text, lr_title_names) || is_in(text, lr_other_names);
}

/* --- choice ------------------------------------------------------------------------------------------------------- */

/* Lists names for a message, as many as fit, and then "...". */
static void list_names(lr_spans names, bool quoted, char *list, size_t room)
{
    static const char more[] = " ...";
    char one[LR_QUOTE_SIZE + 4];
    size_t used = 0;
    for (size_t i = 0; i < names.count; i++) {
        const lr_span span = names.at(names.of, i);
        const char *name = span.text;
        const lr_quoted text = quoted ? lr_quote(span.text, span.length) : (lr_quoted){""};
        if (quoted) name = text.text;
        const size_t length = (size_t)snprintf(one, sizeof one, "%s%s", i == 0 ? "" : quoted ? ", " : " ", name);
        const bool last = used + length + sizeof more > room;
        memcpy(list + used, last ? more : one, last ? sizeof more : length);
        if (last) return;
        used += length;
    }
    list[used] = '\0';
}

static lr_span usual_at(const void *of, size_t index)
{
    const char *name = ((const char *const *)of)[index];
    return (lr_span){name, strlen(name)};
}

/* What follows the path in messages. */
static const char *line_of(const lr_header *header)
{
    return header->frame ? "" : ":1";
}

static llmrec_status refuse(const lr_header *header, const lr_wish *wish)
{
    char columns[224], tried[128];
    size_t count = 0;
    while (wish->usual[count] != NULL) count++;
    list_names((lr_spans){count, usual_at, wish->usual}, false, tried, sizeof tried);
    list_names((lr_spans){header->count, header->at, header->of}, true, columns, sizeof columns);
    if (wish->given != NULL)
        return lr_fail(LLMREC_ERR_FORMAT, "%s%s: no column %s for the %s (%s); found: %s", header->path,
                       line_of(header), lr_quote(wish->given, strlen(wish->given)).text, wish->what, wish->option,
                       columns);
    return lr_fail(LLMREC_ERR_FORMAT, "%s%s: no column for the %s (one of %s, or set %s); found: %s%s", header->path,
                   line_of(header), wish->what, tried, wish->option, columns,
                   header->count == 1 && !header->keys && !header->frame ? " (one column: set delimiter?)" : "");
}

static llmrec_status refuse_unnamed(const lr_header *header, const lr_wish *wish)
{
    if (wish->given != NULL)
        return lr_fail(LLMREC_ERR_FORMAT, "%s:1: no header, and %s is %s; wanted a column's number from 1 to %zu",
                       header->path, wish->option, lr_quote(wish->given, strlen(wish->given)).text, header->count);
    return lr_fail(LLMREC_ERR_FORMAT,
                   "%s:1: no header, and none of %zu columns looks like the %s; set %s to a number from 1 to %zu",
                   header->path, header->count, wish->what, wish->option, header->count);
}

/* Finds the columns with that name: the number of them, and the first two. */
static size_t find_spellings(const lr_header *header, lr_span name, size_t found[2])
{
    size_t count = 0;
    for (size_t i = 0; i < header->count; i++) {
        if (!is_spelling_of(header->at(header->of, i), name)) continue;
        if (count < 2) found[count] = i;
        count++;
    }
    return count;
}

bool lr_header_has(const lr_header *header, lr_span name)
{
    size_t found[2];
    return !header->unnamed && find_spellings(header, name, found) > 0;
}

static size_t find_exact(const lr_header *header, lr_span name, size_t found[2])
{
    size_t count = 0;
    for (size_t i = 0; i < header->count; i++) {
        const lr_span span = header->at(header->of, i);
        if (span.length != name.length || memcmp(span.text, name.text, name.length) != 0) continue;
        if (count < 2) found[count] = i;
        count++;
    }
    return count;
}

/* Finds the column of one name: as written, else in another spelling. */
static llmrec_status find_name(const lr_header *header, const char *name, const char *what, size_t *column)
{
    const lr_span text = {name, strlen(name)};
    size_t found[2] = {SIZE_MAX, SIZE_MAX};
    size_t count = find_exact(header, text, found);
    if (count == 0) count = find_spellings(header, text, found);
    *column = found[0];
    if (count < 2) return LLMREC_OK;
    const lr_span first = header->at(header->of, found[0]), second = header->at(header->of, found[1]);
    return lr_fail(LLMREC_ERR_FORMAT, "%s%s: columns %zu and %zu are named %s and %s; wanted one column for the %s",
                   header->path, line_of(header), found[0] + 1, found[1] + 1, lr_quote(first.text, first.length).text,
                   lr_quote(second.text, second.length).text, what);
}

llmrec_status lr_header_pick(const lr_header *header, const lr_wish *wish, size_t *column)
{
    int64_t number = 0;
    size_t found = SIZE_MAX;
    if (header->unnamed && wish->given == NULL) found = wish->guess;
    else if (!header->unnamed && wish->given != NULL) LR_RETURN_IF(find_name(header, wish->given, wish->what, &found));
    else if (!header->unnamed)
        for (size_t i = 0; found == SIZE_MAX && wish->usual[i] != NULL; i++)
            LR_RETURN_IF(find_name(header, wish->usual[i], wish->what, &found));
    if (found == SIZE_MAX && wish->given != NULL && !header->keys &&
        lr_parse_int64(wish->given, strlen(wish->given), &number) && number >= 1 && (size_t)number <= header->count)
        found = (size_t)number - 1;
    if (found == SIZE_MAX) return header->unnamed ? refuse_unnamed(header, wish) : refuse(header, wish);
    *column = found;
    return LLMREC_OK;
}
