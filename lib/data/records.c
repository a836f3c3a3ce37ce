/* SPDX-License-Identifier: Apache-2.0 */
/* Reads a text file in batches and cuts them into pieces at record boundaries. */
#define _GNU_SOURCE /* memrchr */
#include "data/records.h"

#include <string.h>

#include "core/memory.h"

/* Counts the newlines of the batch and moves the unused text to the front. */
static void drop_batch(lr_records *records)
{
    const size_t used = records->cuts[records->pieces];
    for (size_t i = 0; i < records->pieces; i++) records->line += records->lines[i];
    records->filled -= used;
    memmove(records->text, records->text + used, records->filled);
    records->pieces = 0;
    records->cuts[0] = 0;
}

/* Reads until `wanted` bytes are in the buffer or the file ends. Adds a newline to the last line if it has none. */
static llmrec_status fill(lr_records *records, size_t wanted)
{
    size_t count = 0;
    const size_t room = wanted + 1 + LR_PAD;
    if (records->ended || records->filled >= wanted) return LLMREC_OK;
    LR_RETURN_IF(LR_GROW(records->context, records->text, records->capacity, records->filled, room));
    LR_RETURN_IF(lr_source_read(records->source, records->text + records->filled, wanted - records->filled, &count));
    records->filled += count;
    records->ended = records->filled < wanted;
    if (records->ended && records->filled > 0 && records->text[records->filled - 1] != '\n')
        records->text[records->filled++] = '\n';
    memset(records->text + records->filled, 0, LR_PAD);
    return LLMREC_OK;
}

static void cut_at(lr_records *records, size_t at)
{
    if (at > records->cuts[records->pieces]) records->cuts[++records->pieces] = at;
}

/* Earliest end of the next piece; the last piece takes the rest. */
static size_t earliest_cut(const lr_records *records)
{
    const size_t fair = (records->filled - records->cuts[0]) / LR_PIECES;
    const size_t bytes = fair > records->piece_bytes ? fair : records->piece_bytes;
    return records->pieces + 1 < LR_PIECES ? records->cuts[records->pieces] + bytes : SIZE_MAX;
}

/* Cuts text[at..clear-1], where every newline ends a record; returns the end of the last record. */
static size_t cut_clear(lr_records *records, size_t at, size_t clear)
{
    const char *text = records->text, *newline = memrchr(text + at, '\n', clear - at);
    if (newline == NULL) return at;
    const size_t end = (size_t)(newline - text) + 1;
    while (earliest_cut(records) < end) {
        const size_t from = earliest_cut(records) > at ? earliest_cut(records) - 1 : at;
        newline = memchr(text + from, '\n', end - from);
        cut_at(records, (size_t)(newline - text) + 1);
    }
    return end;
}

/* Cuts the text into pieces of whole records. If there are quotes, records are scanned one by one. */
static void cut(lr_records *records)
{
    const char *text = records->text;
    size_t at = records->cuts[0];
    while (at < records->filled) {
        const char *quote = records->dialect.quoting ? memchr(text + at, '"', records->filled - at) : NULL;
        at = cut_clear(records, at, quote != NULL ? (size_t)(quote - text) : records->filled);
        if (quote == NULL) break;
        const char *end = lr_record_end(records->dialect, text + at, text + records->filled);
        if (end == text + records->filled) break;
        at = (size_t)(end - text) + 1;
        if (at >= earliest_cut(records)) cut_at(records, at);
    }
    cut_at(records, records->ended ? records->filled : at);
}

static llmrec_status take_batch(lr_records *records)
{
    const size_t usual = records->piece_bytes * LR_PIECES;
    const size_t most = records->line_bytes > usual ? records->line_bytes : usual;
    for (size_t wanted = usual;; wanted *= 2) {
        if (wanted > most) wanted = most + 1;
        LR_RETURN_IF(fill(records, wanted));
        cut(records);
        if (records->pieces > 0 || records->filled == records->cuts[0]) return LLMREC_OK;
        if (wanted > most && records->filled >= wanted)
            return lr_fail(LLMREC_ERR_FORMAT, "%s:%zu: a line has over %zu bytes%s", records->path, records->line,
                           records->line_bytes, records->dialect.quoting ? " (or a quote is not closed)" : "");
    }
}

llmrec_status lr_records_next(lr_records *records)
{
    drop_batch(records);
    return take_batch(records);
}

/* True if the whole file is only line ends. */
static bool is_blank(const lr_records *records)
{
    for (size_t i = records->cuts[0]; i < records->filled; i++)
        if (records->text[i] != '\n' && records->text[i] != '\r') return false;
    return records->ended;
}

llmrec_status lr_records_open(lr_records *records)
{
    records->line = 1;
    LR_RETURN_IF(take_batch(records));
    return is_blank(records) ? lr_fail(LLMREC_ERR_FORMAT, "%s: empty file; wanted rows", records->path) : LLMREC_OK;
}

/* True if the first record is an empty line. */
static bool begins_blank(const lr_records *records)
{
    const char *at = records->text + records->cuts[0];
    while (*at == '\r') at++;
    return *at == '\n';
}

llmrec_status lr_records_drop_blank(lr_records *records)
{
    while (records->pieces > 0 && begins_blank(records)) LR_RETURN_IF(lr_records_drop_first(records));
    return records->pieces == 0 ? lr_fail(LLMREC_ERR_FORMAT, "%s: empty file; wanted rows", records->path) : LLMREC_OK;
}

void lr_records_close(lr_records *records)
{
    lr_free(records->context, records->text);
    *records = (lr_records){0};
}

size_t lr_records_skip_first(lr_records *records)
{
    const char *begin = records->text + records->cuts[0], *end = records->text + records->cuts[1];
    const size_t after = (size_t)(lr_record_end(records->dialect, begin, end) - records->text);
    records->line += lr_count_lines(begin, after - records->cuts[0]) + 1;
    records->cuts[0] = after < records->cuts[1] ? after + 1 : after;
    return after;
}

llmrec_status lr_records_drop_first(lr_records *records)
{
    lr_records_skip_first(records);
    if (records->cuts[0] < records->cuts[1]) return LLMREC_OK;
    if (records->pieces == 1) return lr_records_next(records);
    memmove(records->cuts, records->cuts + 1, records->pieces * sizeof *records->cuts);
    records->pieces--;
    return LLMREC_OK;
}
