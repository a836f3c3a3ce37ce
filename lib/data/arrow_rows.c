/* SPDX-License-Identifier: Apache-2.0 */
/* Reads interactions from an Arrow stream. */
#include <string.h>

#include "core/log.h"
#include "core/memory.h"
#include "data/arrow_items.h"
#include "data/assemble.h"

enum { CHUNK_ROWS = 1 << 14, CHUNKS = 16, TIME = LR_SIDES, PART, COLUMNS };

/* Rows of the frame that are in memory together. */
typedef struct frame_batch {
    struct ArrowArray array;
    lr_arrow_column columns[COLUMNS];
    size_t rows, start; /* start: rows before it */
} frame_batch;

typedef struct frame_piece {
    const frame_batch *batch;
    size_t first, end;
} frame_piece;

typedef struct frame_input {
    lr_arrow_stream stream;
    size_t picked[COLUMNS];
    bool reads[COLUMNS];
    bool repair, ended;
    lr_fields fields;
    size_t text_bytes, max_rows; /* limits */
    frame_batch batches[CHUNKS]; /* of the current pieces */
    frame_piece pieces[CHUNKS];
    size_t batch_count, piece_count;
    size_t taken, rows; /* rows of the last batch that are in pieces; rows of all batches */
} frame_input;

/* One cell. */
typedef struct frame_cell {
    const frame_input *in;
    const frame_batch *batch;
    size_t column, row; /* row of the batch */
} frame_cell;

/* --- columns ----------------------------------------------------------------------------------------------------- */

static llmrec_status check_times(const frame_input *in)
{
    const lr_arrow_type type = lr_arrow_type_at(&in->stream, in->picked[TIME]);
    const lr_spelling *spelling = &in->fields.times;
    const bool spelled = spelling->format != NULL || spelling->unit != LLMREC_TIME_UNIT_AUTO;
    const bool dates = spelling->format == NULL && spelling->unit == LLMREC_TIME_UNIT_ISO;
    const char *wanted = NULL;
    if (type.kind == LR_ARROW_OTHER || type.kind == LR_ARROW_BOOL || type.kind == LR_ARROW_LIST)
        wanted = "times as timestamps, dates, numbers or texts";
    else if (type.kind == LR_ARROW_DATE && spelled && !dates)
        wanted = "numbers or texts, as time_unit or time_format is set";
    else if (type.kind == LR_ARROW_FLOAT && dates) wanted = "timestamps, integers or texts, as time_unit is iso";
    return wanted == NULL ? LLMREC_OK : lr_arrow_refuse_type(&in->stream, in->picked[TIME], wanted);
}

static llmrec_status check_parts(const frame_input *in)
{
    const lr_arrow_type type = lr_arrow_type_at(&in->stream, in->picked[PART]);
    if (type.kind != LR_ARROW_OTHER && type.kind != LR_ARROW_BOOL && type.kind != LR_ARROW_LIST &&
        type.kind != LR_ARROW_DATE)
        return LLMREC_OK;
    return lr_arrow_refuse_type(&in->stream, in->picked[PART], "parts of a split as texts or integers");
}

static llmrec_status pick(frame_input *in, const llmrec_dataset_options *options)
{
    static const char *const none[] = {NULL};
    const lr_header header = lr_arrow_header(&in->stream);
    const lr_wish wishes[COLUMNS] = {
        {options->session_column, lr_session_names, SIZE_MAX, "session_column", "session ids"},
        {options->item_column, lr_item_names, SIZE_MAX, "item_column", "item ids"},
        {options->time_column, lr_time_names, SIZE_MAX, "time_column",
         "times (set it to \"\" if rows are in time order)"},
        {options->split_column, none, SIZE_MAX, "split_column", "parts of a split"}};
    in->reads[LR_SESSION] = in->reads[LR_ITEM] = true;
    in->reads[TIME] = options->time_column == NULL || *options->time_column != '\0';
    in->reads[PART] = options->split_column != NULL;
    for (size_t i = 0; i < COLUMNS; i++) {
        if (!in->reads[i]) continue;
        LR_RETURN_IF(lr_header_pick(&header, &wishes[i], &in->picked[i]));
        for (size_t other = 0; other < i; other++)
            if (in->reads[other] && in->picked[other] == in->picked[i])
                return lr_fail(LLMREC_ERR_ARGUMENT,
                               "interactions: one column is chosen twice; wanted different columns "
                               "for sessions, items, times and parts");
    }
    for (int side = 0; side < LR_SIDES; side++)
        LR_RETURN_IF(lr_arrow_check_ids(&in->stream, in->picked[side], in->fields.integers));
    if (in->reads[TIME]) LR_RETURN_IF(check_times(in));
    return in->reads[PART] ? check_parts(in) : LLMREC_OK;
}

static void tell(llmrec_context *context, const frame_input *in)
{
    lr_quoted names[COLUMNS] = {{""}};
    for (size_t i = 0; i <= TIME; i++) {
        if (!in->reads[i]) continue;
        const lr_span name = lr_arrow_name(&in->stream, in->picked[i]);
        names[i] = lr_quote(name.text, name.length);
    }
    lr_log(context, LLMREC_LOG_INFO, "data", "interactions are a frame: user %s, item %s, time %s",
           names[LR_SESSION].text, names[LR_ITEM].text, in->reads[TIME] ? names[TIME].text : "none");
}

/* --- cells ------------------------------------------------------------------------------------------------------- */

static llmrec_status refuse(const frame_cell *cell, const char *value, const char *why)
{
    return lr_arrow_refuse(&cell->in->stream, cell->in->picked[cell->column], cell->batch->start + cell->row, value,
                           why);
}

/* Gets the value of a cell; without `values` if there is none. */
static llmrec_status look(const frame_cell *cell, lr_arrow_value *value)
{
    const char *fault = lr_arrow_get(&cell->batch->columns[cell->column], cell->row, value);
    if (fault != NULL) return refuse(cell, "broken", fault);
    if (value->values != NULL && lr_arrow_is_nan(*value)) value->values = NULL;
    return LLMREC_OK;
}

/* Gets the value of a cell; without `values` if it is missing and such rows are dropped. */
static llmrec_status get(const frame_cell *cell, lr_arrow_value *value)
{
    LR_RETURN_IF(look(cell, value));
    if (value->values != NULL || cell->in->fields.drop) return LLMREC_OK;
    return refuse(cell, NULL, cell->column == TIME ? LR_WANTED_TIME : LR_WANTED_ID);
}

/* Gets a text; empty if it is missing and such rows are dropped. */
static llmrec_status get_text(const frame_cell *cell, lr_arrow_value value, lr_span *text)
{
    const lr_fields *fields = &cell->in->fields;
    const char *fault = lr_arrow_text(value, text);
    if (fault != NULL) return refuse(cell, "broken", fault);
    if (!lr_missing(fields, *text)) return LLMREC_OK;
    const lr_quoted quoted = lr_quote(text->text, text->length);
    const char *wanted = cell->column == TIME ? LR_WANTED_TIME : LR_WANTED_ID;
    if (!fields->drop) return refuse(cell, text->length > 0 ? quoted.text : NULL, wanted);
    text->length = 0;
    return LLMREC_OK;
}

/* Session ids may be no integers, if none is. */
static llmrec_status take_integer_id(const frame_cell *cell, lr_span *id, lr_chunk *chunk)
{
    char digits[LR_INTEGER_SIZE];
    const lr_span given = *id;
    const char *fault = lr_integer_id(id, digits);
    if (fault != NULL && cell->column == LR_ITEM) return refuse(cell, lr_quote(given.text, given.length).text, fault);
    if (fault != NULL) *id = given;
    if (cell->column == LR_SESSION) lr_chunk_note_session(chunk, fault == NULL, cell->batch->start + cell->row, given);
    return id->text == digits ? lr_chunk_keep(chunk, id) : LLMREC_OK;
}

static llmrec_status take_text_id(const frame_cell *cell, lr_arrow_value value, lr_span *id, lr_chunk *chunk)
{
    const frame_input *in = cell->in;
    LR_RETURN_IF(get_text(cell, value, id));
    if (id->length == 0) return LLMREC_OK;
    const char *fault = NULL;
    if (id->length > in->text_bytes) fault = "wanted fewer bytes, as max_text_bytes says (at most 4294967295)";
    else if (lr_utf8_valid(id->text, id->length) != id->length) {
        if (in->repair) lr_chunk_repair(chunk, id);
        else fault = "wanted UTF-8";
    }
    if (fault != NULL) return refuse(cell, lr_quote(id->text, id->length).text, fault);
    return in->fields.integers ? take_integer_id(cell, id, chunk) : LLMREC_OK;
}

/* Sets an id; empty if it is missing. */
static llmrec_status take_id(const frame_cell *cell, lr_span *id, lr_chunk *chunk)
{
    lr_arrow_value value;
    int64_t number;
    *id = (lr_span){"", 0};
    LR_RETURN_IF(get(cell, &value));
    if (value.values == NULL) return LLMREC_OK;
    if (value.values->type.kind == LR_ARROW_TEXT) return take_text_id(cell, value, id, chunk);
    const char *fault = lr_arrow_integer(value, &number);
    if (fault != NULL) return refuse(cell, lr_arrow_quote(value).text, fault);
    *id = lr_spare_number(number, chunk->spare, &chunk->spare_used);
    return LLMREC_OK;
}

/* Sets `*missing`, or reads the time of the chunk's next row. */
static llmrec_status take_time(const frame_cell *cell, bool *missing, lr_time *time, lr_chunk *chunk)
{
    const lr_spelling *spelling = &cell->in->fields.times;
    lr_arrow_value value;
    lr_span text = {"", 0};
    LR_RETURN_IF(get(cell, &value));
    const bool spelled = value.values != NULL && value.values->type.kind == LR_ARROW_TEXT;
    if (spelled) LR_RETURN_IF(get_text(cell, value, &text));
    *missing = value.values == NULL || (spelled && text.length == 0);
    if (*missing) return LLMREC_OK;
    const char *fault = spelled ? lr_time_parse(spelling, text.text, text.length, time) : lr_arrow_time(value, time);
    if (fault == NULL && !spelled && time->kind != LR_DATE_KIND) fault = lr_time_reread(spelling, time);
    if (fault == NULL && !lr_chunk_lacks(chunk, time->kind)) return LLMREC_OK;
    const lr_quoted quoted = lr_arrow_quote(value);
    if (fault != NULL) return refuse(cell, quoted.text, fault);
    lr_chunk_note(chunk, time->kind, cell->batch->start + cell->row, &quoted);
    return LLMREC_OK;
}

/* The text of a text or an integer. */
static const char *word_of(lr_arrow_value value, char digits[LR_INT64_SIZE], lr_span *word)
{
    int64_t number;
    if (value.values->type.kind == LR_ARROW_TEXT) return lr_arrow_text(value, word);
    const char *fault = lr_arrow_integer(value, &number);
    if (fault == NULL) *word = (lr_span){digits, lr_write_int64(number, digits)};
    return fault;
}

/* Sets the part of the last added row: none where the cell has no value. */
static llmrec_status take_part(const frame_cell *cell, lr_chunk *chunk)
{
    char digits[LR_INT64_SIZE];
    lr_arrow_value value;
    lr_span word = {"", 0};
    LR_RETURN_IF(look(cell, &value));
    const char *fault = value.values != NULL ? word_of(value, digits, &word) : NULL;
    const int8_t part = fault == NULL ? lr_part_of(word) : -1;
    if (part < -1) fault = LR_WANTED_PART;
    return fault == NULL ? lr_chunk_set_part(chunk, part) : refuse(cell, lr_arrow_quote(value).text, fault);
}

/* --- chunks ------------------------------------------------------------------------------------------------------ */

static llmrec_status parse_row(const frame_input *in, const frame_batch *batch, size_t row, lr_chunk *chunk)
{
    lr_span ids[LR_SIDES];
    lr_time time;
    bool missing = false;
    for (size_t side = 0; side < LR_SIDES; side++) {
        LR_RETURN_IF(take_id(&(frame_cell){in, batch, side, row}, &ids[side], chunk));
        missing = missing || ids[side].length == 0;
    }
    if (in->reads[TIME] && !missing)
        LR_RETURN_IF(take_time(&(frame_cell){in, batch, TIME, row}, &missing, &time, chunk));
    if (missing) {
        chunk->missing++;
        return LLMREC_OK;
    }
    LR_RETURN_IF(lr_chunk_add(chunk, ids, in->reads[TIME] ? &time : NULL));
    return in->reads[PART] ? take_part(&(frame_cell){in, batch, PART, row}, chunk) : LLMREC_OK;
}

/* Bytes of spare memory for the ids of a piece that cannot be used in place. */
static size_t spare_size(const frame_input *in, const frame_piece *piece)
{
    size_t room = LR_SIDES * LR_INT64_SIZE * (piece->end - piece->first);
    for (size_t side = 0; in->repair && side < LR_SIDES; side++)
        for (size_t row = piece->first; row < piece->end; row++) {
            lr_arrow_value value;
            lr_span text = {"", 0};
            if (lr_arrow_get(&piece->batch->columns[side], row, &value) != NULL || value.values == NULL) continue;
            if (value.values->type.kind == LR_ARROW_TEXT && lr_arrow_text(value, &text) == NULL)
                room += text.length <= in->text_bytes ? 3 * text.length : 0;
        }
    return room;
}

static llmrec_status parse_piece(void *of, size_t index, lr_chunk *chunk)
{
    const frame_input *in = of;
    const frame_piece *piece = &in->pieces[index];
    LR_RETURN_IF(lr_chunk_clear(chunk, spare_size(in, piece)));
    for (size_t row = piece->first; row < piece->end; row++) LR_RETURN_IF(parse_row(in, piece->batch, row, chunk));
    return LLMREC_OK;
}

/* Notes have the rows of the frame. */
static size_t no_start(const void *of, size_t index)
{
    (void)of;
    (void)index;
    return 0;
}

static llmrec_status refuse_note(const void *of, bool session, const lr_note *note, const char *why)
{
    const frame_input *in = of;
    return lr_arrow_refuse(&in->stream, in->picked[session ? LR_SESSION : TIME], note->place, note->text.text, why);
}

/* --- batches ----------------------------------------------------------------------------------------------------- */

/* Releases the batches whose rows are read, and moves the last one to the front otherwise. */
static void release_batches(frame_input *in, bool all)
{
    for (size_t i = 0; i < in->batch_count; i++) {
        frame_batch *batch = &in->batches[i];
        if (!all && i + 1 == in->batch_count && in->taken < batch->rows) {
            const frame_batch last = *batch;
            in->batches[0] = last;
            in->batch_count = 1;
            return;
        }
        lr_arrow_release(&batch->array);
    }
    in->batch_count = 0;
}

/* Takes the next batch with rows. */
static llmrec_status add_batch(frame_input *in)
{
    frame_batch *batch = &in->batches[in->batch_count];
    for (;;) {
        LR_RETURN_IF(lr_arrow_next(&in->stream, &batch->array));
        in->ended = batch->array.release == NULL;
        if (in->ended) return LLMREC_OK;
        if (batch->array.length > 0) break;
        lr_arrow_release(&batch->array);
    }
    in->batch_count++;
    batch->rows = (size_t)batch->array.length;
    batch->start = in->rows;
    in->rows += batch->rows;
    in->taken = 0;
    for (size_t i = 0; i < COLUMNS; i++)
        if (in->reads[i]) LR_RETURN_IF(lr_arrow_take(&in->stream, &batch->array, in->picked[i], &batch->columns[i]));
    return LLMREC_OK;
}

/* Each piece is a part of one batch: there are never more batches than pieces. */
static llmrec_status next_pieces(frame_input *in)
{
    release_batches(in, false);
    in->piece_count = 0;
    while (in->piece_count < CHUNKS) {
        if (in->batch_count == 0 || in->taken == in->batches[in->batch_count - 1].rows) {
            if (!in->ended) LR_RETURN_IF(add_batch(in));
            if (in->ended) return LLMREC_OK;
        }
        const frame_batch *batch = &in->batches[in->batch_count - 1];
        const size_t left = batch->rows - in->taken, rows = left < CHUNK_ROWS ? left : CHUNK_ROWS;
        in->pieces[in->piece_count++] = (frame_piece){batch, in->taken, in->taken + rows};
        in->taken += rows;
    }
    return LLMREC_OK;
}

static llmrec_status gather_rows(frame_input *in, lr_gather *gather)
{
    llmrec_status status = LLMREC_OK;
    lr_chunk chunks[CHUNKS];
    const lr_input input = {in, parse_piece, no_start, refuse_note, "row"};
    lr_progress progress = lr_progress_begin(gather->context, "read interactions", "rows", 0);
    for (size_t i = 0; i < CHUNKS; i++) chunks[i] = (lr_chunk){.context = gather->context};
    for (;;) {
        LR_TRY(next_pieces(in));
        if (in->piece_count == 0) break;
        LR_TRY(lr_gather_chunks(gather, chunks, in->piece_count, &input));
        LR_CHECK(gather->rows <= in->max_rows, LLMREC_ERR_FORMAT,
                 "interactions: over %zu rows; max_rows allows no more", in->max_rows);
        LR_TRY(lr_progress_step(&progress, (int64_t)gather->rows));
    }
    LR_CHECK(in->rows > 0, LLMREC_ERR_FORMAT, "interactions: no row; wanted at least one");
    LR_TRY(lr_gather_settle(gather, in->fields.times.unit, &input));
    lr_gather_tell_times(gather);
    LR_TRY(lr_progress_end(&progress, (int64_t)in->rows));
done:
    release_batches(in, true);
    for (size_t i = 0; i < CHUNKS; i++) lr_chunk_free(&chunks[i]);
    return status;
}

static llmrec_status assemble(frame_input *in, const llmrec_dataset_options *options, lr_gather *gather,
                              const lr_item_source *source, llmrec_dataset **dataset)
{
    bool numbers[LR_SIDES];
    for (size_t side = 0; side < LR_SIDES; side++)
        numbers[side] = in->fields.integers || lr_arrow_is_integer(lr_arrow_type_at(&in->stream, in->picked[side]));
    LR_RETURN_IF(gather_rows(in, gather));
    return lr_assemble(gather, numbers, source, options, "the frame", dataset);
}

llmrec_status lr_assemble_arrow(llmrec_context *context, struct ArrowArrayStream *rows, struct ArrowArrayStream *items,
                                const llmrec_dataset_options *options, llmrec_dataset **dataset)
{
    llmrec_status status = LLMREC_OK;
    frame_input *in = NULL;
    lr_gather gather = {0};
    lr_arrow_items from = {.context = context};
    lr_item_source source;
    LR_TRY(LR_NEW_ZERO(context, in, 1));
    in->repair = options->invalid_utf8 != 0;
    in->text_bytes = options->max_text_bytes > 0 ? (size_t)options->max_text_bytes : SIZE_MAX;
    if (in->text_bytes > UINT32_MAX) in->text_bytes = UINT32_MAX;
    in->max_rows = options->max_rows > 0 ? (size_t)options->max_rows : SIZE_MAX;
    lr_fields_of(options, &in->fields);
    LR_TRY(lr_arrow_open(rows, "interactions", &in->stream));
    LR_TRY(pick(in, options));
    tell(context, in);
    if (items != NULL) LR_TRY(lr_item_source_of_arrow(items, options, &from, &source));
    LR_TRY(lr_gather_begin(context, true, in->reads[TIME], &gather));
    gather.parted = in->reads[PART];
    LR_TRY(assemble(in, options, &gather, items != NULL ? &source : NULL, dataset));
done:
    if (in != NULL) lr_arrow_close(&in->stream);
    lr_free(context, in);
    lr_gather_free(&gather);
    lr_arrow_items_free(&from);
    return status;
}
