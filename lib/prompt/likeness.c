/* SPDX-License-Identifier: Apache-2.0 */
/* Implements the comparisons of prompt/likeness.h: how similar two names are. */
#include "prompt/likeness.h"

#include <string.h>

#include "core/memory.h"

void lr_likeness_clear(lr_likeness *likeness)
{
    lr_free(likeness->context, likeness->codes);
    lr_free(likeness->context, likeness->row);
    *likeness = (lr_likeness){.context = likeness->context};
}

/* The code points of a text. */
typedef struct points {
    uint32_t *codes;
    size_t count;
} points;

enum { PARTS = 4 }; /* two names, and the sorted words of each */

/* Reserves room for two names as code points, twice. */
static llmrec_status make_room(lr_likeness *likeness, lr_span a, lr_span b, points parts[PARTS])
{
    const size_t both = a.length + b.length;
    LR_RETURN_IF(LR_GROW(likeness->context, likeness->codes, likeness->code_capacity, 0, 2 * both + 1));
    LR_RETURN_IF(LR_GROW(likeness->context, likeness->row, likeness->row_capacity, 0, b.length + a.length + 2));
    parts[0] = (points){likeness->codes, 0};
    parts[1] = (points){likeness->codes + a.length, 0};
    parts[2] = (points){likeness->codes + both, 0};
    parts[3] = (points){likeness->codes + both + a.length, 0};
    for (size_t at = 0; at < a.length;) parts[0].codes[parts[0].count++] = lr_utf8_next(a.text, a.length, &at);
    for (size_t at = 0; at < b.length;) parts[1].codes[parts[1].count++] = lr_utf8_next(b.text, b.length, &at);
    return LLMREC_OK;
}

/* Length of the longest common subsequence; keeps one row of the table at a time. */
static size_t common(points a, points b, size_t *row)
{
    memset(row, 0, (b.count + 1) * sizeof *row);
    for (size_t i = 0; i < a.count; i++) {
        size_t diagonal = 0;
        for (size_t j = 0; j < b.count; j++) {
            const size_t above = row[j + 1];
            if (a.codes[i] == b.codes[j]) row[j + 1] = diagonal + 1;
            else if (row[j] > above) row[j + 1] = row[j];
            diagonal = above;
        }
    }
    return row[b.count];
}

static bool holds(lr_span text, lr_span part)
{
    for (size_t at = 0; at + part.length <= text.length; at++)
        if (memcmp(text.text + at, part.text, part.length) == 0) return true;
    return false;
}

llmrec_status lr_likeness_llmrank(lr_likeness *likeness, lr_span line, lr_span candidate, bool *match)
{
    points parts[PARTS];
    *match = holds(line, candidate) || holds(candidate, line);
    if (*match) return LLMREC_OK;
    LR_RETURN_IF(make_room(likeness, line, candidate, parts));
    *match = (double)common(parts[0], parts[1], likeness->row) > .9 * (double)parts[1].count;
    return LLMREC_OK;
}

/* --- words --------------------------------------------------------------------------------------------------- */

static bool is_word(uint32_t code)
{
    return (code >= '0' && code <= '9') || (code >= 'a' && code <= 'z') || code >= 0x80;
}

/* The begin of the first word at or after `at`; `*end` gets its end. */
static size_t next_word(points text, size_t at, size_t *end)
{
    while (at < text.count && !is_word(text.codes[at])) at++;
    for (*end = at; *end < text.count && is_word(text.codes[*end]);) ++*end;
    return at;
}

static int compare_words(const uint32_t *a, size_t a_count, const uint32_t *b, size_t b_count)
{
    for (size_t i = 0; i < a_count && i < b_count; i++)
        if (a[i] != b[i]) return a[i] < b[i] ? -1 : 1;
    return a_count == b_count ? 0 : a_count < b_count ? -1 : 1;
}

/* Copies the words of `text` in alphabetical order, each followed by a blank: repeatedly the smallest word after the
 * last one. */
static void sort_words(points text, points *sorted)
{
    size_t last = SIZE_MAX, last_end = 0;
    for (;;) {
        size_t best = SIZE_MAX, best_end = 0, end = 0;
        for (size_t at = next_word(text, 0, &end); at < text.count; at = next_word(text, end, &end)) {
            const int above =
                last == SIZE_MAX ? 1 : compare_words(text.codes + at, end - at, text.codes + last, last_end - last);
            if (above < 0 || (above == 0 && at <= last)) continue;
            if (best != SIZE_MAX && compare_words(text.codes + at, end - at, text.codes + best, best_end - best) >= 0)
                continue;
            best = at;
            best_end = end;
        }
        if (best == SIZE_MAX) return;
        if (sorted->count > 0) sorted->codes[sorted->count++] = ' ';
        memcpy(sorted->codes + sorted->count, text.codes + best, (best_end - best) * sizeof *text.codes);
        sorted->count += best_end - best;
        last = best;
        last_end = best_end;
    }
}

/* Whether the longer text contains the shorter one at word boundaries. */
static bool stands_in(points longer, points shorter)
{
    enum { LEAST = 4 };
    if (shorter.count < LEAST) return false;
    for (size_t at = 0; at + shorter.count <= longer.count; at++) {
        const size_t end = at + shorter.count;
        if (memcmp(longer.codes + at, shorter.codes, shorter.count * sizeof *shorter.codes) != 0) continue;
        if (at > 0 && is_word(longer.codes[at - 1]) && is_word(longer.codes[at])) continue;
        if (end == longer.count || !is_word(longer.codes[end]) || !is_word(longer.codes[end - 1])) return true;
    }
    return false;
}

static double ratio(points a, points b, double least, size_t *row)
{
    const double both = (double)(a.count + b.count), most = 2 * (double)(a.count < b.count ? a.count : b.count);
    if (both == 0 || most < least * both) return 0;
    return 2 * (double)common(a, b, row) / both;
}

llmrec_status lr_likeness_of(lr_likeness *likeness, lr_span a, lr_span b, double least, double *value)
{
    points p[PARTS];
    LR_RETURN_IF(make_room(likeness, a, b, p));
    const bool same = a.length == b.length && memcmp(a.text, b.text, a.length) == 0;
    const bool inside = p[0].count > p[1].count ? stands_in(p[0], p[1]) : stands_in(p[1], p[0]);
    const double whole = same ? 1 : ratio(p[0], p[1], inside ? 0 : least, likeness->row);
    *value = inside && !same ? .85 + .1 * whole : whole;
    if (whole > *value) *value = whole;
    if (same || p[0].count + p[1].count == 0) return LLMREC_OK;
    sort_words(p[0], &p[2]);
    sort_words(p[1], &p[3]);
    const double words = ratio(p[2], p[3], least, likeness->row) - .05;
    if (words > *value) *value = words;
    return LLMREC_OK;
}
