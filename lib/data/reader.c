/* SPDX-License-Identifier: Apache-2.0 */
/* Reads an interaction file: columns, pieces, checks and errors of rows. */
#define _GNU_SOURCE /* memrchr */
#include "data/reader.h"

#include <stdio.h>
#include <string.h>

#include "core/log.h"
#include "core/memory.h"
#include "core/text.h"
#include "data/encoding.h"

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

/* Notes the row that begins at `at` if it is the chunk's first of this kind. */
static void note(const lr_piece *piece, const char *at, uint32_t kind, lr_span text, lr_chunk *chunk)
{
    if (!lr_chunk_lacks(chunk, kind)) return;
    const lr_quoted quoted = lr_quote(text.text, text.length);
    lr_chunk_note(chunk, kind, lr_count_lines(piece->text, (size_t)(at - piece->text)), &quoted);
}

/* Makes an id of a text. Session ids may be no integers, if none is. */
static llmrec_status take_id(const lr_reader *reader, const lr_piece *piece, const char *at, int side, lr_span *id,
                             lr_chunk *chunk)
{
    char digits[LR_INTEGER_SIZE];
    size_t mark = lr_encoding_mark(LLMREC_ENCODING_UTF8, id->text, id->length); /* within a file: files were joined */
    if (mark == id->length) mark = 0;
    const lr_span given = {id->text + mark, id->length - mark};
    *id = given;
    if (given.length > reader->text_bytes)
        return lr_fail(LLMREC_ERR_FORMAT, "%s:%zu: %s has %zu bytes; max_text_bytes allows %zu", reader->path,
                       lr_reader_line(reader, piece, at), reader->names[side], given.length, reader->text_bytes);
    if (!piece->ascii && lr_utf8_valid(given.text, given.length) != given.length)
        return lr_reader_refuse(reader, piece, at, (lr_fault){side, given, LR_WANTED_UTF8});
    if (!reader->fields.integers) return LLMREC_OK;
    const char *fault = lr_integer_id(id, digits);
    if (fault != NULL && side == LR_ITEM) return lr_reader_refuse(reader, piece, at, (lr_fault){side, given, fault});
    if (fault != NULL) *id = given;
    if (side == LR_SESSION) note(piece, at, fault == NULL ? LR_INTEGER_SESSION : LR_TEXT_SESSION, given, chunk);
    return id->text == digits ? lr_chunk_keep(chunk, id) : LLMREC_OK;
}

static llmrec_status add_part(const lr_reader *reader, const lr_piece *piece, const char *at, lr_span word,
                              lr_chunk *chunk)
{
    const int8_t part = lr_part_of(word);
    if (part >= -1) return lr_chunk_set_part(chunk, part);
    return lr_reader_refuse(reader, piece, at, (lr_fault){LR_PART, word, LR_WANTED_PART});
}

static llmrec_status add_row(const lr_reader *reader, const lr_piece *piece, const char *at,
                             const lr_span spans[LR_PLACES], lr_chunk *chunk)
{
    lr_span ids[LR_SIDES] = {spans[LR_SESSION], spans[LR_ITEM]};
    const lr_span text = spans[LR_TIME];
    lr_time time;
    for (int side = 0; side < LR_SIDES && !piece->plain; side++)
        if (ids[side].text != NULL) LR_RETURN_IF(take_id(reader, piece, at, side, &ids[side], chunk));
    if (!reader->timed) return lr_chunk_add(chunk, ids, NULL);
    const char *fault = lr_time_parse(&reader->fields.times, text.text, text.length, &time);
    if (fault != NULL) return lr_reader_refuse(reader, piece, at, (lr_fault){LR_TIME, text, fault});
    note(piece, at, time.kind, text, chunk);
    return lr_chunk_add(chunk, ids, &time);
}

llmrec_status lr_reader_refuse_line(const lr_reader *reader, const lr_piece *piece, const char *at, size_t length)
{
    return lr_fail(LLMREC_ERR_FORMAT, "%s:%zu: a line of %zu bytes; max_line_bytes allows %zu", reader->path,
                   lr_reader_line(reader, piece, at), length, reader->line_bytes);
}

/* True if the row meets the conditions. A missing value meets no order. */
static llmrec_status test_row(const lr_reader *reader, const lr_piece *piece, const char *at,
                              const lr_span spans[LR_PLACES], bool *kept)
{
    *kept = true;
    for (size_t i = 0; i < reader->where.count && *kept; i++) {
        const lr_condition *condition = &reader->where.conditions[i];
        const int place = reader->condition_places[i];
        const char *fault = NULL;
        if (lr_condition_orders(condition) && lr_missing(&reader->fields, spans[place])) *kept = false;
        else fault = lr_condition_test(condition, spans[place], kept);
        if (fault != NULL) return lr_reader_refuse(reader, piece, at, (lr_fault){place, spans[place], fault});
    }
    return LLMREC_OK;
}

static llmrec_status add_if_met(const lr_reader *reader, const lr_piece *piece, const char *at,
                                const lr_span spans[LR_PLACES], lr_chunk *chunk)
{
    bool kept = true;
    if (!piece->plain) LR_RETURN_IF(test_row(reader, piece, at, spans, &kept));
    if (!kept) {
        ++*piece->left_out;
        return LLMREC_OK;
    }
    const int place = missing_place(reader, spans);
    if (place == LR_NOWHERE) {
        LR_RETURN_IF(add_row(reader, piece, at, spans, chunk));
        return reader->parted ? add_part(reader, piece, at, spans[LR_PART], chunk) : LLMREC_OK;
    }
    const char *wanted = place == LR_TIME ? LR_WANTED_TIME : LR_WANTED_ID;
    if (!reader->fields.drop) return lr_reader_refuse(reader, piece, at, (lr_fault){place, spans[place], wanted});
    chunk->missing++;
    return LLMREC_OK;
}

/* Adds a row for each id in the list that has the wanted ending. */
static llmrec_status add_list(const lr_reader *reader, const lr_piece *piece, const char *at,
                              const lr_span spans[LR_PLACES], lr_chunk *chunk)
{
    const char *next = spans[LR_ITEM].text, *end = next + spans[LR_ITEM].length;
    const size_t ending = strlen(reader->list);
    lr_span row[LR_PLACES];
    memcpy(row, spans, sizeof row);
    for (;;) {
        const lr_span word = lr_take_word(&next, end);
        if (word.length == 0) return LLMREC_OK;
        if (word.length < ending || memcmp(word.text + word.length - ending, reader->list, ending) != 0) continue;
        row[LR_ITEM] = (lr_span){word.text, word.length - ending};
        LR_RETURN_IF(add_if_met(reader, piece, at, row, chunk));
    }
}

llmrec_status lr_reader_add(const lr_reader *reader, const lr_piece *piece, const char *at,
                            const lr_span spans[LR_PLACES], lr_chunk *chunk)
{
    return reader->list == NULL ? add_if_met(reader, piece, at, spans, chunk)
                                : add_list(reader, piece, at, spans, chunk);
}

/* --- columns ------------------------------------------------------------------------------------------------- */

/* Keeps the name of a chosen column, for errors and for the log. */
static llmrec_status keep_name(lr_reader *reader, const lr_header *header, int place, size_t column)
{
    char number[32];
    lr_span name = header->at(header->of, column);
    snprintf(number, sizeof number, "column %zu", column + 1);
    if (header->unnamed) name = (lr_span){number, strlen(number)};
    return lr_copy_text(reader->context, name.text, name.length, &reader->names[place]);
}

static void tell_column(lr_reader *reader, const lr_header *header, const char *role, size_t column)
{
    lr_told *told = &reader->told[reader->told_count];
    const char *name = reader->names[reader->told_count++];
    *told = (lr_told){.role = role, .number = header->keys ? 0 : column + 1};
    if (!header->unnamed) told->name = (lr_span){name, strlen(name)};
}

/* For columns that have no usual name. */
static const char *const none[] = {NULL};

/* Finds the column of a split. */
static llmrec_status pick_part(lr_reader *reader, const lr_header *header, const char *given, size_t picked[LR_PLACES])
{
    const lr_wish wish = {given, none, SIZE_MAX, "split_column", "parts of a split"};
    if (!reader->parted) return LLMREC_OK;
    LR_RETURN_IF(lr_header_pick(header, &wish, &picked[LR_PART]));
    for (int place = 0; place < LR_NOWHERE; place++)
        if (picked[place] == picked[LR_PART])
            return lr_fail(LLMREC_ERR_ARGUMENT, "%s: split_column is the column of the %s; wanted another one",
                           reader->path, reader->names[place]);
    return keep_name(reader, header, LR_PART, picked[LR_PART]);
}

/* Refuses a condition with its sides exchanged: 4 <= rating. */
static llmrec_status check_sides(const lr_reader *reader, const lr_header *header, const lr_condition *condition)
{
    const lr_span left = {condition->column, strlen(condition->column)}, right = condition->values[0].text;
    if (lr_header_has(header, left) || !lr_header_has(header, right)) return LLMREC_OK;
    return lr_fail(LLMREC_ERR_ARGUMENT, "%s: where has %s before the column %s; wanted the column first", reader->path,
                   lr_quote(left.text, left.length).text, lr_quote(right.text, right.length).text);
}

/* Finds the columns of the conditions; one that is read anyway keeps its place. */
static llmrec_status pick_conditions(lr_reader *reader, const lr_header *header, size_t picked[LR_PLACES])
{
    for (size_t i = 0; i < reader->where.count; i++) {
        lr_condition *condition = &reader->where.conditions[i];
        const lr_wish wish = {condition->column, none, SIZE_MAX, "where", "condition"};
        size_t column = 0;
        int place = 0;
        LR_RETURN_IF(check_sides(reader, header, condition));
        LR_RETURN_IF(lr_header_pick(header, &wish, &column));
        while (picked[place] != column && (place < LR_CONDITION || picked[place] != SIZE_MAX)) place++;
        reader->condition_places[i] = (uint8_t)place;
        if (place == LR_TIME) LR_RETURN_IF(lr_condition_of_times(condition, &reader->fields.times));
        if (picked[place] == column) continue;
        picked[place] = column;
        LR_RETURN_IF(keep_name(reader, header, place, column));
    }
    return LLMREC_OK;
}

llmrec_status lr_reader_pick(lr_reader *reader, const lr_header *header, const llmrec_dataset_options *options,
                             size_t picked[LR_PLACES])
{
    static const char *const roles[] = {"user", "item", "time"};
    const lr_recognized *found = &reader->recognized;
    const lr_wish wishes[] = {
        {options->session_column, lr_session_names, found->session, "session_column", "session ids"},
        {options->item_column, lr_item_names, found->item, "item_column", "item ids"},
        {options->time_column, lr_time_names, found->time, "time_column",
         "times (time_column=\"\": rows are in time order)"}};
    for (int place = 0; place < LR_PLACES; place++) picked[place] = SIZE_MAX;
    reader->timed =
        options->time_column == NULL ? !header->unnamed || header->count > 2 : *options->time_column != '\0';
    for (int place = 0; place < LR_NOWHERE; place++) {
        if (place == LR_TIME && !reader->timed) continue;
        LR_RETURN_IF(lr_header_pick(header, &wishes[place], &picked[place]));
        LR_RETURN_IF(keep_name(reader, header, place, picked[place]));
        tell_column(reader, header, roles[place], picked[place]);
    }
    for (int place = 1; place < LR_NOWHERE; place++)
        for (int other = 0; other < place; other++)
            if (picked[place] == picked[other] && picked[place] != SIZE_MAX)
                return lr_fail(LLMREC_ERR_ARGUMENT,
                               "%s: one column is chosen twice; wanted different columns for sessions, items and times",
                               reader->path);
    LR_RETURN_IF(pick_part(reader, header, options->split_column, picked));
    return pick_conditions(reader, header, picked);
}

/* --- pieces -------------------------------------------------------------------------------------------------- */

static bool is_ascii(const char *text, size_t length)
{
    unsigned char all = 0;
    for (size_t i = 0; i < length; i++) all |= (unsigned char)text[i];
    return all < 0x80;
}

/* Unescaping quotes never makes a text longer, and converting JSON not four times: 1e9 is 1000000000.0 after its key.
 * */
static size_t decoded_room(const lr_reader *reader, const lr_piece *piece)
{
    const size_t length = (size_t)(piece->end - piece->text);
    if (reader->recognized.format == LLMREC_FORMAT_JSONL) return 4 * length + LR_PAD;
    return reader->records.dialect.quoting && memchr(piece->text, '"', length) != NULL ? length : 0;
}

/* Sets the piece's text: in place, or repaired with U+FFFD in the chunk's spare memory. */
static llmrec_status take_piece(lr_reader *reader, size_t index, lr_chunk *chunk, lr_piece *piece)
{
    lr_records *records = &reader->records;
    const char *text = records->text + records->cuts[index];
    const size_t length = records->cuts[index + 1] - records->cuts[index];
    size_t bad = 0;
    records->lines[index] = lr_count_lines(text, length);
    *piece = (lr_piece){text, text + length, index, is_ascii(text, length), false, piece->left_out};
    piece->plain =
        piece->ascii && !reader->fields.integers && reader->where.count == 0 && reader->text_bytes == SIZE_MAX;
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
    const int64_t format = reader->recognized.format;
    if (format == LLMREC_FORMAT_JSONL) return lr_parse_json(reader, piece, chunk);
    if (format >= LLMREC_FORMAT_SEQUENCES) return lr_parse_sequences(reader, piece, chunk);
    return lr_parse_delimited(reader, piece, chunk);
}

/* The text before a NUL byte is parsed first, so that the first error of the file is reported. */
static llmrec_status parse_text(const lr_reader *reader, lr_piece *piece, lr_chunk *chunk)
{
    const char *nul = memchr(piece->text, '\0', (size_t)(piece->end - piece->text));
    if (nul == NULL) return parse(reader, piece, chunk);
    const char *line = memrchr(piece->text, '\n', (size_t)(nul - piece->text));
    piece->end = line != NULL ? line + 1 : piece->text;
    LR_RETURN_IF(parse(reader, piece, chunk));
    return lr_fail(LLMREC_ERR_FORMAT, "%s:%zu: a NUL byte; wanted text (UTF-8; encoding reads UTF-16)", reader->path,
                   lr_reader_line(reader, piece, nul));
}

static llmrec_status parse_piece(void *argument, size_t index, lr_chunk *chunk)
{
    lr_reader *reader = argument;
    size_t left_out = 0;
    lr_piece piece = {.left_out = &left_out};
    LR_RETURN_IF(take_piece(reader, index, chunk, &piece));
    LR_RETURN_IF(parse_text(reader, &piece, chunk));
    atomic_fetch_add(&reader->left_out, left_out);
    return LLMREC_OK;
}

/* Line of a piece's beginning; all pieces of the batch were parsed. */
static size_t piece_line(const void *of, size_t index)
{
    const lr_records *records = &((const lr_reader *)of)->records;
    size_t line = records->line;
    for (size_t i = 0; i < index; i++) line += records->lines[i];
    return line;
}

static llmrec_status refuse_note(const void *of, bool session, const lr_note *noted, const char *why)
{
    const lr_reader *reader = of;
    return lr_fail(LLMREC_ERR_FORMAT, "%s:%zu: %s is %s; %s", reader->path, noted->place,
                   reader->names[session ? LR_SESSION : LR_TIME], noted->text.text, why);
}

/* --- files --------------------------------------------------------------------------------------------------- */

static size_t limit_of(int64_t option)
{
    return option > 0 ? (size_t)option : SIZE_MAX;
}

static llmrec_status open_reader(lr_reader *reader, const llmrec_dataset_options *options, size_t piece_bytes)
{
    const lr_file file = {.path = reader->path,
                          .format = options->format,
                          .delimiter = options->delimiter,
                          .header = options->header,
                          .encoding = options->encoding,
                          .member = options->member,
                          .repair = reader->repair,
                          .bytes = (size_t)options->max_bytes};
    reader->line_bytes = (size_t)options->max_line_bytes;
    reader->text_bytes = limit_of(options->max_text_bytes);
    reader->rows = limit_of(options->max_rows);
    LR_RETURN_IF(lr_where_parse(reader->context, options->where, &reader->where));
    LR_RETURN_IF(lr_source_open(reader->context, &file, &reader->source));
    LR_RETURN_IF(lr_recognize(reader->context, &file, reader->source, &reader->recognized));
    reader->records = (lr_records){.context = reader->context,
                                   .path = reader->path,
                                   .dialect = reader->recognized.dialect,
                                   .source = reader->source,
                                   .piece_bytes = piece_bytes,
                                   .line_bytes = reader->line_bytes};
    LR_RETURN_IF(lr_records_open(&reader->records));
    if (reader->recognized.separator_line) LR_RETURN_IF(lr_records_drop_first(&reader->records));
    if (reader->recognized.format == LLMREC_FORMAT_JSONL) return lr_read_keys(reader, options);
    if (reader->recognized.format < LLMREC_FORMAT_SEQUENCES) return lr_read_header(reader, options);
    const char *needless = reader->where.count > 0 ? "where"
                           : reader->parted        ? "split_column"
                           : reader->list != NULL  ? "item_list"
                                                   : NULL;
    if (needless != NULL)
        return lr_fail(LLMREC_ERR_ARGUMENT, "%s: sequences have no columns; %s is set, wanted none", reader->path,
                       needless);
    LR_RETURN_IF(lr_copy_text(reader->context, "session id", SIZE_MAX, &reader->names[LR_SESSION]));
    return lr_copy_text(reader->context, "item id", SIZE_MAX, &reader->names[LR_ITEM]);
}

static llmrec_status read_batches(lr_reader *reader, lr_chunk *chunks, lr_gather *gather)
{
    lr_records *records = &reader->records;
    const lr_input input = {reader, parse_piece, piece_line, refuse_note, "line"};
    lr_progress progress =
        lr_progress_begin(reader->context, "read interactions", "bytes", (int64_t)lr_source_size(reader->source));
    for (; records->pieces > 0;) {
        LR_RETURN_IF(lr_gather_chunks(gather, chunks, records->pieces, &input));
        if (gather->rows > reader->rows)
            return lr_fail(LLMREC_ERR_FORMAT, "%s: over %zu rows; max_rows allows no more", reader->path, reader->rows);
        LR_RETURN_IF(lr_progress_step(&progress, (int64_t)lr_source_done(reader->source)));
        LR_RETURN_IF(lr_records_next(records));
    }
    LR_RETURN_IF(lr_gather_settle(gather, reader->fields.times.unit, &input));
    return lr_progress_end(&progress, (int64_t)lr_source_done(reader->source));
}

/* Says what the file was read as. The line is also told if a row is refused: the guess may be why. */
static llmrec_status tell(lr_reader *reader, const lr_gather *gather, bool is_read)
{
    const char *format = reader->fields.times.format;
    const lr_quoted quoted = format != NULL ? lr_quote(format, strlen(format)) : (lr_quoted){""};
    if (is_read && reader->timed && gather->rows > 0)
        reader->told[LR_TIME].note = format != NULL ? quoted.text : lr_gather_unit_name(gather);
    return lr_recognized_tell(reader->context, &reader->recognized, reader->told, reader->told_count);
}

static llmrec_status read_rows(lr_reader *reader, lr_chunk *chunks, lr_gather *gather)
{
    const llmrec_status status = read_batches(reader, chunks, gather);
    LR_RETURN_IF(tell(reader, gather, status == LLMREC_OK));
    return status;
}

/* Reports what was read once all of it is known. */
static llmrec_status finish(const lr_reader *reader, lr_gather *gather)
{
    gather->left_out = reader->left_out;
    if (gather->left_out > 0)
        lr_log(reader->context, LLMREC_LOG_INFO, "data", "%zu of %zu rows do not meet the conditions of where",
               gather->left_out, gather->left_out + gather->rows);
    if (gather->rows == 0 && gather->missing > 0)
        return lr_fail(LLMREC_ERR_FORMAT, "%s: a value is missing in each of %zu rows (missing=drop); wanted one row",
                       reader->path, gather->missing);
    if (gather->rows == 0)
        return lr_fail(LLMREC_ERR_FORMAT, "%s: no row%s; wanted at least one", reader->path,
                       gather->left_out > 0        ? " meets the conditions of where"
                       : gather->missing > 0       ? " has all its values"
                       : reader->list != NULL      ? " has an id with the ending of item_list"
                       : reader->recognized.header ? " after the header"
                                                   : "");
    if (reader->repaired > 0)
        lr_log(reader->context, LLMREC_LOG_WARNING, "data", "replaced %zu invalid UTF-8 bytes by U+FFFD",
               reader->repaired);
    return LLMREC_OK;
}

llmrec_status lr_read_interactions(llmrec_context *context, const char *path, const llmrec_dataset_options *options,
                                   size_t piece_bytes, lr_gather *gather, bool *has_items)
{
    llmrec_status status = LLMREC_OK;
    lr_reader reader = {.context = context,
                        .path = path,
                        .repair = options->invalid_utf8 != 0,
                        .parted = options->split_column != NULL,
                        .list = options->item_list};
    lr_chunk *chunks = NULL;
    lr_fields_of(options, &reader.fields);
    LR_TRY(LR_NEW_ZERO(context, chunks, LR_PIECES));
    for (size_t i = 0; i < LR_PIECES; i++) chunks[i].context = context;
    LR_TRY(open_reader(&reader, options, piece_bytes));
    LR_TRY(lr_gather_begin(context, reader.recognized.format != LLMREC_FORMAT_SEQUENCES, reader.timed, gather));
    gather->parted = reader.parted;
    LR_TRY(read_rows(&reader, chunks, gather));
    LR_TRY(finish(&reader, gather));
    *has_items = lr_source_has_items(reader.source);
done:
    for (size_t i = 0; chunks != NULL && i < LR_PIECES; i++) lr_chunk_free(&chunks[i]);
    lr_free(context, chunks);
    for (int place = 0; place < LR_PLACES; place++) lr_free(context, reader.names[place]);
    lr_free(context, reader.nested);
    lr_where_free(context, &reader.where);
    lr_free(context, reader.places);
    lr_records_close(&reader.records);
    lr_source_close(reader.source);
    return status;
}
