/* SPDX-License-Identifier: Apache-2.0 */
/* Reads interactions from the caller's arrays. */
#include "data/arrays.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/log.h"
#include "core/memory.h"
#include "core/number.h"
#include "core/text.h"
#include "data/assemble.h"

enum { CHUNK_ROWS = 1 << 14, CHUNKS = 16 };

lr_span lr_spare_number(int64_t number, char *spare, size_t *used)
{
    char *text = spare + *used;
    const size_t length = lr_write_int64(number, text);
    *used += length;
    return (lr_span){text, length};
}

lr_span lr_given_text(const lr_id_array *ids, size_t row)
{
    const char *text = ids->missing != NULL && ids->missing[row] != 0 ? NULL : ids->texts[row];
    if (text == NULL) return (lr_span){"", 0};
    return (lr_span){text, ids->lengths != NULL ? ids->lengths[row] : strlen(text)};
}

llmrec_status lr_refuse_given(const lr_id_array *ids, size_t row, const char *why)
{
    const lr_span span = ids->texts != NULL ? lr_given_text(ids, row) : (lr_span){"", 0};
    return lr_fail(LLMREC_ERR_ARGUMENT, "%s[%zu] is %s; %s", ids->name, row,
                   span.length == 0 ? "missing" : lr_quote(span.text, span.length).text, why);
}

/* --- rows ------------------------------------------------------------------------------------------------------ */

typedef struct array_input {
    const llmrec_interactions *rows;
    lr_id_array ids[LR_SIDES];
    bool repair, timed;
    lr_fields fields;
    size_t first; /* first row of the current chunks */
} array_input;

/* Bytes of spare memory for the ids of rows [first, end) that cannot be used in place. */
static size_t spare_size(const array_input *in, size_t first, size_t end)
{
    size_t room = 0;
    for (int side = 0; side < LR_SIDES; side++) {
        const lr_id_array *ids = &in->ids[side];
        for (size_t row = first; row < end; row++) {
            if (ids->texts == NULL) room += LR_INT64_SIZE;
            else if (in->repair) room += 3 * lr_given_text(ids, row).length;
        }
    }
    return room;
}

/* Sets the id of a row; empty if it is missing. Session ids may be no integers, if none is. */
static llmrec_status take_id(const array_input *in, int side, size_t row, lr_span *id, lr_chunk *chunk)
{
    const lr_id_array *ids = &in->ids[side];
    char digits[LR_INTEGER_SIZE];
    *id = (lr_span){"", 0};
    if (ids->missing != NULL && ids->missing[row] != 0)
        return in->fields.drop ? LLMREC_OK : lr_refuse_given(ids, row, LR_WANTED_ID);
    if (ids->texts == NULL) {
        *id = lr_spare_number(ids->numbers[row], chunk->spare, &chunk->spare_used);
        return LLMREC_OK;
    }
    const lr_span text = lr_given_text(ids, row);
    if (lr_missing(&in->fields, text)) return in->fields.drop ? LLMREC_OK : lr_refuse_given(ids, row, LR_WANTED_ID);
    if (text.length > UINT32_MAX) return lr_refuse_given(ids, row, "wanted fewer than 4294967296 bytes");
    *id = text;
    if (lr_utf8_valid(id->text, id->length) != id->length) {
        if (!in->repair) return lr_refuse_given(ids, row, "wanted UTF-8");
        lr_chunk_repair(chunk, id);
    }
    if (!in->fields.integers) return LLMREC_OK;
    const lr_span given = *id;
    const char *fault = lr_integer_id(id, digits);
    if (fault != NULL && side == LR_ITEM) return lr_refuse_given(ids, row, fault);
    if (fault != NULL) *id = given;
    if (side == LR_SESSION) lr_chunk_note_session(chunk, fault == NULL, row, given);
    return id->text == digits ? lr_chunk_keep(chunk, id) : LLMREC_OK;
}

/* --- times ----------------------------------------------------------------------------------------------------- */

static const char *time_name(const array_input *in)
{
    return in->rows->times != NULL ? "times" : "time_numbers";
}

static llmrec_status refuse_note(const void *of, bool session, const lr_note *noted, const char *why)
{
    const array_input *in = of;
    return lr_fail(LLMREC_ERR_ARGUMENT, "%s[%zu] is %s; %s", session ? in->ids[LR_SESSION].name : time_name(in),
                   noted->place, noted->text.text, why);
}

static lr_quoted time_text(const array_input *in, size_t row)
{
    lr_quoted text;
    void *locale = lr_locale_enter();
    if (in->rows->times != NULL) snprintf(text.text, sizeof text.text, "%.15g", in->rows->times[row]);
    else snprintf(text.text, sizeof text.text, "%lld", (long long)in->rows->time_numbers[row]);
    lr_locale_restore(locale);
    return text;
}

static bool time_missing(const array_input *in, size_t row)
{
    return in->rows->times != NULL ? isnan(in->rows->times[row]) : in->rows->time_numbers[row] == LR_NO_TIME;
}

static const char *read_time(const array_input *in, size_t row, lr_time *time)
{
    const lr_spelling *spelling = &in->fields.times;
    if (in->rows->times == NULL) {
        time->whole = in->rows->time_numbers[row];
        time->billionths = 0;
        time->kind = lr_number_kind(time->whole);
    } else if (!lr_time_of_double(in->rows->times[row], time)) return "wanted a finite number below 2^63";
    if (in->rows->times != NULL && spelling->format == NULL && spelling->unit == LLMREC_TIME_UNIT_ISO)
        return "wanted time_numbers, since time_unit is iso";
    return lr_time_reread(spelling, time);
}

/* Sets `*missing`, or reads the time of the chunk's next row. */
static llmrec_status take_time(const array_input *in, size_t row, bool *missing, lr_time *time, lr_chunk *chunk)
{
    *missing = time_missing(in, row);
    if (*missing && in->fields.drop) return LLMREC_OK;
    const char *fault = *missing ? LR_WANTED_TIME : read_time(in, row, time);
    if (fault == NULL && !lr_chunk_lacks(chunk, time->kind)) return LLMREC_OK;
    const lr_quoted text = time_text(in, row);
    if (fault != NULL) return lr_fail(LLMREC_ERR_ARGUMENT, "%s[%zu] is %s; %s", time_name(in), row, text.text, fault);
    lr_chunk_note(chunk, time->kind, row, &text);
    return LLMREC_OK;
}

/* --- chunks ---------------------------------------------------------------------------------------------------- */

static llmrec_status parse_row(const array_input *in, size_t row, lr_chunk *chunk)
{
    lr_span ids[LR_SIDES];
    lr_time time;
    bool missing = false;
    for (int side = 0; side < LR_SIDES; side++) {
        LR_RETURN_IF(take_id(in, side, row, &ids[side], chunk));
        missing = missing || ids[side].length == 0;
    }
    if (in->timed && !missing) LR_RETURN_IF(take_time(in, row, &missing, &time, chunk));
    if (!missing) return lr_chunk_add(chunk, ids, in->timed ? &time : NULL);
    chunk->missing++;
    return LLMREC_OK;
}

static llmrec_status parse_rows(void *of, size_t index, lr_chunk *chunk)
{
    const array_input *in = of;
    const size_t first = in->first + index * CHUNK_ROWS, left = (size_t)in->rows->rows - first;
    const size_t end = first + (left < CHUNK_ROWS ? left : CHUNK_ROWS);
    LR_RETURN_IF(lr_chunk_clear(chunk, spare_size(in, first, end)));
    for (size_t row = first; row < end; row++) LR_RETURN_IF(parse_row(in, row, chunk));
    return LLMREC_OK;
}

/* Notes have the rows of the arrays. */
static size_t no_start(const void *of, size_t index)
{
    (void)of;
    (void)index;
    return 0;
}

static llmrec_status gather_rows(array_input *in, lr_gather *gather)
{
    llmrec_status status = LLMREC_OK;
    lr_chunk chunks[CHUNKS];
    const size_t rows = (size_t)in->rows->rows;
    const lr_input input = {in, parse_rows, no_start, refuse_note, "row"};
    lr_progress progress = lr_progress_begin(gather->context, "read interactions", "rows", (int64_t)rows);
    for (size_t i = 0; i < CHUNKS; i++) chunks[i] = (lr_chunk){.context = gather->context};
    for (; in->first < rows; in->first += CHUNKS * CHUNK_ROWS) {
        const size_t left = (rows - in->first + CHUNK_ROWS - 1) / CHUNK_ROWS;
        LR_TRY(lr_gather_chunks(gather, chunks, left < CHUNKS ? left : CHUNKS, &input));
        LR_TRY(lr_progress_step(&progress, (int64_t)gather->rows));
    }
    LR_TRY(lr_gather_settle(gather, in->fields.times.unit, &input));
    lr_gather_tell_times(gather);
    LR_TRY(lr_progress_end(&progress, (int64_t)rows));
done:
    for (size_t i = 0; i < CHUNKS; i++) lr_chunk_free(&chunks[i]);
    return status;
}

llmrec_status lr_assemble_arrays(llmrec_context *context, const llmrec_interactions *rows, const llmrec_items *items,
                                 const llmrec_dataset_options *options, llmrec_dataset **dataset)
{
    llmrec_status status = LLMREC_OK;
    array_input in = {
        .rows = rows,
        .ids = {{"session_ids", rows->session_numbers, rows->session_ids, rows->session_id_lengths,
                 rows->session_missing},
                {"item_ids", rows->item_numbers, rows->item_ids, rows->item_id_lengths, rows->item_missing}},
        .repair = options->invalid_utf8 != 0,
        .timed = rows->times != NULL || rows->time_numbers != NULL,
    };
    const bool integers = options->ids == LLMREC_IDS_INTEGER;
    const bool numbers[LR_SIDES] = {integers || rows->session_ids == NULL, integers || rows->item_ids == NULL};
    lr_gather gather = {0};
    lr_item_arrays from = {0};
    lr_item_source source;
    if (options->split_column != NULL)
        return lr_fail(LLMREC_ERR_ARGUMENT, "split_column is set; wanted none, as arrays have no columns");
    lr_fields_of(options, &in.fields);
    if (items != NULL) LR_TRY(lr_item_source_of_arrays(context, items, in.repair, &from, &source));
    LR_TRY(lr_gather_begin(context, true, in.timed, &gather));
    LR_TRY(gather_rows(&in, &gather));
    LR_TRY(lr_assemble(&gather, numbers, items != NULL ? &source : NULL, options, "the arrays", dataset));
done:
    lr_gather_free(&gather);
    lr_item_arrays_free(context, &from);
    return status;
}
