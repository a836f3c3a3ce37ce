/* SPDX-License-Identifier: Apache-2.0 */
/* Parses rows of delimited text. In a piece without quotes, delimiters and newlines are found 64 bytes at a time. */
#include <string.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "core/memory.h"
#include "core/text.h"
#include "data/reader.h"

/* --- the header ---------------------------------------------------------------------------------------------- */

static lr_span span_at(const void *of, size_t index)
{
    return ((const lr_span *)of)[index];
}

static llmrec_status split_header(const lr_reader *reader, const char *at, const char *end, lr_span *names,
                                  size_t *count)
{
    lr_field field;
    for (*count = 0;; at++, ++*count) {
        at = lr_field_take(reader->records.dialect, at, end, &field);
        const char *fault = field.fault;
        if (fault == NULL && !reader->repair && lr_utf8_valid(field.text, field.length) != field.length)
            fault = LR_WANTED_UTF8;
        if (fault == NULL && memchr(field.text, '\0', field.length) != NULL)
            fault = "wanted no NUL byte (encoding=utf16le or utf16be reads UTF-16)";
        if (fault != NULL)
            return lr_fail(LLMREC_ERR_FORMAT, "%s:1: column name is %s; %s", reader->path,
                           lr_quote(field.text, field.length).text, fault);
        const bool typed = reader->recognized.format == LLMREC_FORMAT_RECBOLE;
        const char *colon = typed ? memchr(field.text, ':', field.length) : NULL;
        names[*count] = (lr_span){field.text, colon != NULL ? (size_t)(colon - field.text) : field.length};
        if (at >= end) break;
    }
    ++*count;
    return LLMREC_OK;
}

/* Reads the first record, and takes it from the records if it is a header. */
static llmrec_status read_names(lr_reader *reader, lr_span **names, size_t *count)
{
    lr_records *records = &reader->records;
    const char *begin = records->text + records->cuts[0];
    const char *end = reader->recognized.header
                          ? records->text + lr_records_skip_first(records)
                          : lr_record_end(records->dialect, begin, records->text + records->cuts[records->pieces]);
    LR_RETURN_IF(LR_NEW(reader->context, *names, (size_t)(end - begin) + 1));
    return split_header(reader, begin, end, *names, count);
}

llmrec_status lr_read_header(lr_reader *reader, const llmrec_dataset_options *options)
{
    llmrec_status status = LLMREC_OK;
    lr_span *names = NULL;
    size_t picked[LR_PLACES], count = 0;
    LR_TRY(lr_records_drop_blank(&reader->records));
    LR_TRY(read_names(reader, &names, &count));
    const lr_header header = {
        .path = reader->path, .count = count, .unnamed = !reader->recognized.header, .at = span_at, .of = names};
    LR_TRY(lr_reader_pick(reader, &header, options, picked));
    LR_TRY(LR_NEW(reader->context, reader->places, count));
    memset(reader->places, LR_NOWHERE, count);
    reader->columns = count;
    for (int place = 0; place < LR_PLACES; place++)
        if (picked[place] != SIZE_MAX) reader->places[picked[place]] = (uint8_t)place;
done:
    lr_free(reader->context, names);
    return status;
}

/* --- rows ---------------------------------------------------------------------------------------------------- */

static llmrec_status ragged(const lr_reader *reader, const lr_piece *piece, const char *at, size_t fields)
{
    return lr_fail(LLMREC_ERR_FORMAT, "%s:%zu: %zu fields; wanted %zu as in the %s", reader->path,
                   lr_reader_line(reader, piece, at), fields, reader->columns,
                   reader->recognized.header ? "header" : "first line");
}

/* Bit mask of the delimiters and newlines in the next 64 bytes. `pairs`: the delimiter has two bytes. */
#if defined(__SSE2__)
static inline uint64_t marks_of(const char *text, lr_dialect dialect, bool pairs)
{
    uint64_t bits = 0;
    const __m128i first = _mm_set1_epi8(dialect.delimiter), newline = _mm_set1_epi8('\n');
    const __m128i second = _mm_set1_epi8(dialect.second);
    for (int i = 0; i < 4; i++) {
        const __m128i part = _mm_loadu_si128((const __m128i *)(const void *)(text + 16 * i));
        __m128i hit = _mm_cmpeq_epi8(part, first);
        if (pairs) {
            const __m128i after = _mm_loadu_si128((const __m128i *)(const void *)(text + 16 * i + 1));
            hit = _mm_and_si128(hit, _mm_cmpeq_epi8(after, second));
        }
        hit = _mm_or_si128(hit, _mm_cmpeq_epi8(part, newline));
        bits |= (uint64_t)(uint32_t)_mm_movemask_epi8(hit) << 16 * i;
    }
    return bits;
}
#else
static inline uint64_t marks_of(const char *text, lr_dialect dialect, bool pairs)
{
    uint64_t bits = 0;
    for (int i = 0; i < 64; i++) {
        const bool hit = text[i] == dialect.delimiter && (!pairs || text[i + 1] == dialect.second);
        bits |= (uint64_t)(hit || text[i] == '\n') << i;
    }
    return bits;
}
#endif

typedef struct marks {
    const char *block; /* the 64 bytes of `bits` */
    uint64_t bits;     /* unread delimiters and newlines */
    lr_dialect dialect;
} marks;

static inline const char *next_mark(marks *all, bool pairs)
{
    while (all->bits == 0) {
        all->block += 64;
        all->bits = marks_of(all->block, all->dialect, pairs);
    }
    const char *mark = all->block + __builtin_ctzll(all->bits);
    all->bits &= all->bits - 1;
    return mark;
}

/* `pairs` is a constant, so that the compiler makes one loop for each kind of delimiter. In a pair that overlaps the
 * last one, as in ":::", the mark is before `at`. */
static inline llmrec_status parse_marked(const lr_reader *reader, const lr_piece *piece, lr_chunk *chunk, bool pairs)
{
    const lr_dialect dialect = reader->records.dialect;
    const char *at = piece->text, *mark = NULL;
    marks all = {at, at < piece->end ? marks_of(at, dialect, pairs) : 0, dialect};
    lr_span spans[LR_PLACES] = {{NULL, 0}};
    while (at < piece->end) {
        const char *begin = at;
        size_t fields = 0;
        do {
            do mark = next_mark(&all, pairs);
            while (pairs && mark < at);
            const uint8_t place = fields < reader->columns ? reader->places[fields] : LR_NOWHERE;
            const char *end = *mark == '\n' ? lr_line_end(at, mark) : mark;
            spans[place] = (lr_span){at, (size_t)(end - at)};
            at = mark + 1 + (pairs && *mark != '\n');
            fields++;
        } while (*mark != '\n');
        if (lr_line_end(begin, mark) == begin) continue;
        if (fields != reader->columns) return ragged(reader, piece, begin, fields);
        LR_RETURN_IF(lr_reader_add(reader, piece, begin, spans, chunk));
    }
    return LLMREC_OK;
}

static llmrec_status parse_plain(const lr_reader *reader, const lr_piece *piece, lr_chunk *chunk)
{
    return parse_marked(reader, piece, chunk, false);
}

static llmrec_status parse_pairs(const lr_reader *reader, const lr_piece *piece, lr_chunk *chunk)
{
    return parse_marked(reader, piece, chunk, true);
}

/* Parses a field that may be quoted; sets `at` to the delimiter or newline after it. */
static llmrec_status take_field(const lr_reader *reader, const lr_piece *piece, size_t fields, const char **at,
                                lr_span *span, lr_chunk *chunk)
{
    lr_field field;
    *at = lr_field_take(reader->records.dialect, *at, piece->end, &field);
    *span = (lr_span){field.text, field.length};
    if (field.fault != NULL)
        return lr_fail(LLMREC_ERR_FORMAT, "%s:%zu: field %zu is %s; %s", reader->path,
                       lr_reader_line(reader, piece, field.text), fields + 1, lr_quote(field.text, field.length).text,
                       field.fault);
    if (!field.escaped) return LLMREC_OK;
    span->text = chunk->spare + chunk->spare_used;
    span->length = lr_field_unescape(&field, chunk->spare + chunk->spare_used);
    chunk->spare_used += span->length;
    return LLMREC_OK;
}

/* Field by field: for quotes, and where a line may be too long. */
static llmrec_status parse_carefully(const lr_reader *reader, const lr_piece *piece, lr_chunk *chunk)
{
    lr_span spans[LR_PLACES] = {{NULL, 0}}, span;
    for (const char *at = piece->text; at < piece->end; at++) {
        const char *begin = at;
        size_t fields = 0;
        for (;; at++) {
            LR_RETURN_IF(take_field(reader, piece, fields, &at, &span, chunk));
            spans[fields < reader->columns ? reader->places[fields] : LR_NOWHERE] = span;
            fields++;
            if (at >= piece->end || *at == '\n') break;
        }
        if (lr_line_end(begin, at) == begin) continue;
        if (fields != reader->columns) return ragged(reader, piece, begin, fields);
        LR_RETURN_IF(lr_reader_check_line(reader, piece, begin, (size_t)(at - begin)));
        LR_RETURN_IF(lr_reader_add(reader, piece, begin, spans, chunk));
    }
    return LLMREC_OK;
}

llmrec_status lr_parse_delimited(const lr_reader *reader, const lr_piece *piece, lr_chunk *chunk)
{
    const lr_dialect dialect = reader->records.dialect;
    const size_t length = (size_t)(piece->end - piece->text);
    const bool quotes = dialect.quoting && memchr(piece->text, '"', length) != NULL;
    if (quotes || length > reader->line_bytes) return parse_carefully(reader, piece, chunk);
    return dialect.second != 0 ? parse_pairs(reader, piece, chunk) : parse_plain(reader, piece, chunk);
}
