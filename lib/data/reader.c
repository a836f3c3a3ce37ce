/* SPDX-License-Identifier: Apache-2.0 */
/* Reads an interaction file: columns, pieces, checks and errors of rows. */
#define _GNU_SOURCE /* memrchr */
#include "data/reader.h"

#include <string.h>

#include "core/log.h"
#include "core/memory.h"
#include "core/text.h"

size_t lr_reader_line(const lr_reader *reader, const lr_piece *piece, const char *at)
{
    const lr_records *records = &reader->records;
    const size_t before =
        lr_count_lines(records->text + records->cuts[0], records->cuts[piece->index] - records->cuts[0]);
    return records->line + before + lr_count_lines(piece->text, (size_t)(at - piece->text));
}

llmrec_status lr_reader_refuse(const lr_reader *reader, const lr_piece *piece, const char *at, lr_fault fault)
{
    const lr_quoted value = lr_quote(fault.value.text, fault.value.length);
    return lr_fail(LLMREC_ERR_FORMAT, "%s:%zu: %s is %s; %s", reader->path, lr_reader_line(reader, piece, at),
                   reader->names[fault.place], fault.value.length == 0 ? "missing" : value.text, fault.why);
}

/* The place with a missing value, or LR_NOWHERE. */
static int missing_place(const lr_reader *reader, const lr_span spans[LR_PLACES])
{
    for (int place = 0; place < LR_TIME; place++)
        if (spans[place].text != NULL && lr_missing(&reader->fields, spans[place])) return place;
    return reader->timed && lr_missing(&reader->fields, spans[LR_TIME]) ? LR_TIME : LR_NOWHERE;
}

/* Makes an id of a text. */
static llmrec_status take_id(const lr_reader *reader, const lr_piece *piece, lr_span *id, const char **fault,
                             lr_chunk *chunk)
{
    char digits[LR_INTEGER_SIZE];
    if (!piece->ascii && lr_utf8_valid(id->text, id->length) != id->length) *fault = "wanted UTF-8";
    else if (reader->fields.integers) *fault = lr_integer_id(id, digits);
    return *fault == NULL && id->text == digits ? lr_chunk_keep(chunk, id) : LLMREC_OK;
}

static llmrec_status add_row(const lr_reader *reader, const lr_piece *piece, const char *at,
                             const lr_span spans[LR_PLACES], lr_chunk *chunk)
{
    lr_span ids[LR_SIDES] = {spans[LR_SESSION], spans[LR_ITEM]};
    const lr_span text = spans[LR_TIME];
    const char *fault = NULL;
    lr_time time;
    for (int side = 0; side < LR_SIDES; side++) {
        if (ids[side].text != NULL) LR_RETURN_IF(take_id(reader, piece, &ids[side], &fault, chunk));
        if (fault != NULL) return lr_reader_refuse(reader, piece, at, (lr_fault){side, spans[side], fault});
    }
    if (!reader->timed) return lr_chunk_add(chunk, ids, NULL);
    fault = lr_time_parse(&reader->fields.times, text.text, text.length, &time);
    if (fault != NULL) return lr_reader_refuse(reader, piece, at, (lr_fault){LR_TIME, text, fault});
    if (lr_chunk_is_first(chunk, &time)) {
        const lr_quoted quoted = lr_quote(text.text, text.length);
        lr_chunk_note(chunk, &time, lr_count_lines(piece->text, (size_t)(at - piece->text)), &quoted);
    }
    return lr_chunk_add(chunk, ids, &time);
}

llmrec_status lr_reader_add(const lr_reader *reader, const lr_piece *piece, const char *at,
                            const lr_span spans[LR_PLACES], lr_chunk *chunk)
{
    const int place = missing_place(reader, spans);
    if (place == LR_NOWHERE) return add_row(reader, piece, at, spans, chunk);
    const char *wanted = place == LR_TIME ? LR_WANTED_TIME : LR_WANTED_ID;
    if (!reader->fields.drop) return lr_reader_refuse(reader, piece, at, (lr_fault){place, spans[place], wanted});
    chunk->missing++;
    return LLMREC_OK;
}

llmrec_status lr_reader_pick(lr_reader *reader, const lr_header *header, const llmrec_dataset_options *options,
                             size_t picked[LR_NOWHERE])
{
    static const char *const sessions[] = {"session_id",  "session",     "user_id",    "user", "uid",
                                           "reviewer_id", "customer_id", "visitor_id", NULL};
    static const char *const items[] = {"item_id", "item", "parent_asin", "asin", "product_id", "movie_id", NULL};
    static const char *const times[] = {"timestamp", "time", "unix_review_time", NULL};
    reader->timed = options->time_column == NULL || options->time_column[0] != '\0';
    LR_RETURN_IF(lr_header_pick(header, options->session_column, sessions, "session ids", &picked[LR_SESSION]));
    LR_RETURN_IF(lr_header_pick(header, options->item_column, items, "item ids", &picked[LR_ITEM]));
    if (reader->timed)
        LR_RETURN_IF(lr_header_pick(header, options->time_column, times,
                                    "times (set it to \"\" if rows are in time order)", &picked[LR_TIME]));
    for (int place = 0; place < LR_NOWHERE; place++) {
        if (place == LR_TIME && !reader->timed) continue;
        const lr_span name = header->at(header->of, picked[place]);
        LR_RETURN_IF(lr_copy_text(reader->context, name.text, name.length, &reader->names[place]));
    }
    return LLMREC_OK;
}

/* --- pieces -------------------------------------------------------------------------------------------------- */

static bool is_ascii(const char *text, size_t length)
{
    unsigned char all = 0;
    for (size_t i = 0; i < length; i++) all |= (unsigned char)text[i];
    return all < 0x80;
}

/* Unescaping JSON or quotes never makes a text longer. */
static size_t decoded_room(const lr_reader *reader, const lr_piece *piece)
{
    const size_t length = (size_t)(piece->end - piece->text);
    if (reader->format == LLMREC_FORMAT_JSONL) return length + LR_PAD;
    if (reader->format != LLMREC_FORMAT_CSV || memchr(piece->text, '"', length) == NULL) return 0;
    return length;
}

/* Sets the piece's text: in place, or repaired with U+FFFD in the chunk's spare memory. */
static llmrec_status take_piece(lr_reader *reader, size_t index, lr_chunk *chunk, lr_piece *piece)
{
    lr_records *records = &reader->records;
    const char *text = records->text + records->cuts[index];
    const size_t length = records->cuts[index + 1] - records->cuts[index];
    size_t bad = 0;
    records->lines[index] = lr_count_lines(text, length);
    *piece = (lr_piece){text, text + length, index, is_ascii(text, length)};
    const size_t room = decoded_room(reader, piece);
    if (!reader->repair || piece->ascii || lr_utf8_valid(text, length) == length) return lr_chunk_clear(chunk, room);
    LR_RETURN_IF(lr_chunk_clear(chunk, 3 * (length + room) + LR_PAD));
    piece->text = chunk->spare;
    piece->end = chunk->spare + lr_utf8_repair(text, length, chunk->spare, &bad);
    chunk->spare_used = (size_t)(piece->end - piece->text) + LR_PAD;
    memset(chunk->spare + chunk->spare_used - LR_PAD, 0, LR_PAD);
    atomic_fetch_add(&reader->repaired, bad);
    return LLMREC_OK;
}

static llmrec_status parse(const lr_reader *reader, const lr_piece *piece, lr_chunk *chunk)
{
    if (reader->format == LLMREC_FORMAT_JSONL) return lr_parse_json(reader, piece, chunk);
    if (reader->format >= LLMREC_FORMAT_SEQUENCES) return lr_parse_sequences(reader, piece, chunk);
    return lr_parse_delimited(reader, piece, chunk);
}

/* The text before a NUL byte is parsed first, so that the first error of the file is reported. */
static llmrec_status parse_piece(void *argument, size_t index, lr_chunk *chunk)
{
    lr_reader *reader = argument;
    lr_piece piece;
    LR_RETURN_IF(take_piece(reader, index, chunk, &piece));
    const char *nul = memchr(piece.text, '\0', (size_t)(piece.end - piece.text));
    if (nul == NULL) return parse(reader, &piece, chunk);
    const char *line = memrchr(piece.text, '\n', (size_t)(nul - piece.text));
    piece.end = line != NULL ? line + 1 : piece.text;
    LR_RETURN_IF(parse(reader, &piece, chunk));
    return lr_fail(LLMREC_ERR_FORMAT, "%s:%zu: a NUL byte; wanted text (UTF-8)", reader->path,
                   lr_reader_line(reader, &piece, nul));
}

/* Line of a piece's beginning; all pieces of the batch were parsed. */
static size_t piece_line(const void *of, size_t index)
{
    const lr_records *records = &((const lr_reader *)of)->records;
    size_t line = records->line;
    for (size_t i = 0; i < index; i++) line += records->lines[i];
    return line;
}

static llmrec_status refuse_time(const void *of, size_t line, const char *time, const char *why)
{
    const lr_reader *reader = of;
    return lr_fail(LLMREC_ERR_FORMAT, "%s:%zu: %s is %s; %s", reader->path, line, reader->names[LR_TIME], time, why);
}

/* --- files --------------------------------------------------------------------------------------------------- */

static llmrec_status open_reader(lr_reader *reader, const llmrec_dataset_options *options, size_t piece_bytes)
{
    const char *path = reader->path;
    lr_dialect dialect = {'\n', false};
    LR_RETURN_IF(lr_format_resolve(path, options->format, false, "format", &reader->format));
    if (reader->format < LLMREC_FORMAT_JSONL || reader->format == LLMREC_FORMAT_RECBOLE)
        dialect = lr_dialect_of(reader->format);
    LR_RETURN_IF(lr_records_open(reader->context, path, dialect, piece_bytes, &reader->records));
    if (reader->format == LLMREC_FORMAT_JSONL) return lr_read_keys(reader, options);
    if (reader->format < LLMREC_FORMAT_SEQUENCES) return lr_read_header(reader, options);
    LR_RETURN_IF(lr_copy_text(reader->context, "session id", SIZE_MAX, &reader->names[LR_SESSION]));
    return lr_copy_text(reader->context, "item id", SIZE_MAX, &reader->names[LR_ITEM]);
}

static llmrec_status read_batches(lr_reader *reader, lr_chunk *chunks, lr_gather *gather)
{
    lr_records *records = &reader->records;
    const lr_input input = {reader, parse_piece, piece_line, refuse_time, "line"};
    lr_progress progress =
        lr_progress_begin(reader->context, "read interactions", "bytes", (int64_t)lr_source_size(records->source));
    for (; records->pieces > 0;) {
        LR_RETURN_IF(lr_gather_chunks(gather, chunks, records->pieces, &input));
        LR_RETURN_IF(lr_progress_step(&progress, (int64_t)lr_source_done(records->source)));
        LR_RETURN_IF(lr_records_next(records));
    }
    LR_RETURN_IF(lr_gather_settle(gather, reader->fields.times.unit, &input));
    return lr_progress_end(&progress, (int64_t)lr_source_done(records->source));
}

llmrec_status lr_read_interactions(llmrec_context *context, const char *path, const llmrec_dataset_options *options,
                                   size_t piece_bytes, lr_gather *gather)
{
    llmrec_status status = LLMREC_OK;
    lr_reader reader = {.context = context, .path = path, .repair = options->invalid_utf8 != 0};
    lr_chunk *chunks = NULL;
    lr_fields_of(options, &reader.fields);
    LR_TRY(LR_NEW_ZERO(context, chunks, LR_PIECES));
    for (size_t i = 0; i < LR_PIECES; i++) chunks[i].context = context;
    LR_TRY(open_reader(&reader, options, piece_bytes));
    LR_TRY(lr_gather_begin(context, reader.format != LLMREC_FORMAT_SEQUENCES, reader.timed, gather));
    LR_TRY(read_batches(&reader, chunks, gather));
    if (reader.repaired > 0)
        lr_log(context, LLMREC_LOG_WARNING, "data", "replaced %zu invalid UTF-8 bytes by U+FFFD", reader.repaired);
done:
    for (size_t i = 0; chunks != NULL && i < LR_PIECES; i++) lr_chunk_free(&chunks[i]);
    lr_free(context, chunks);
    for (int place = 0; place < LR_NOWHERE; place++) lr_free(context, reader.names[place]);
    lr_free(context, reader.places);
    lr_records_close(&reader.records);
    return status;
}
