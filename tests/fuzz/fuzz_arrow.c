/* SPDX-License-Identifier: Apache-2.0 */
/* Frames as Arrow streams: formats, counts and buffers from the input. The interface does not tell the sizes of
 * buffers, so that a length or an offset here is either within the real ones or absurd. */
#include "../frame.h"
#include "target.h"

#include "core/status.h"

enum { ROOM = 64 * 32 * 2 + 32, BYTES = 1 << 15, FIELDS = 5, FORMAT = 16 };

/* The first half of the input describes the frames; zeros follow it. The second half fills the buffers. */
typedef struct input {
    const uint8_t *at, *end;
    size_t data; /* bytes from `end` on */
} input;

static uint8_t take(input *from)
{
    return from->at < from->end ? *from->at++ : 0;
}

static int64_t take_count(input *from, int64_t usual)
{
    static const int64_t counts[] = {0, 1, 3, 5, 40, 64, -1, INT64_MIN, INT64_MAX, INT64_MAX / 64, 1000};
    const uint8_t code = take(from);
    return code < 128 ? usual : counts[code % (sizeof counts / sizeof *counts)];
}

/* A column, or what is nested in one. */
typedef struct field {
    char format[FORMAT], name[FORMAT];
    uint8_t valid[ROOM / 8];
    union {
        uint8_t raw[ROOM];
        int32_t narrow[ROOM / 4];
        int64_t wide[ROOM / 8];
    } data;
    frame_column column;
} field;

static char bytes[BYTES];
static const int64_t sizes[] = {BYTES, BYTES, BYTES};

static void take_text(input *from, char text[FORMAT])
{
    const size_t length = take(from) % FORMAT;
    for (size_t i = 0; i < length; i++) text[i] = (char)take(from);
    text[length] = '\0';
}

/* Offsets of 16 bits stay within the bytes. */
static void take_data(const input *from, field *to)
{
    const uint8_t *begin = from->end;
    const size_t left = from->data;
    for (size_t i = 0; left > 0 && i < ROOM; i++) to->data.raw[i] = begin[i % left];
    for (size_t i = 0; left > 1 && i < ROOM / 8; i++) {
        int16_t offset;
        memcpy(&offset, begin + 2 * i % (left - 1), 2);
        if (to->format[0] == 'U') to->data.wide[i] = offset;
        if (to->format[0] == 'u') to->data.narrow[i] = offset;
    }
    memcpy(to->valid, to->data.raw, sizeof to->valid);
}

static void take_field(input *from, int64_t buffers, field *to)
{
    memset(to, 0, sizeof *to);
    take_text(from, to->format);
    take_text(from, to->name);
    to->column = (frame_column){.format = to->format, .name = to->name};
    to->column.buffer_count = take(from) % 8 == 7 ? take(from) % 6 : buffers;
    const uint8_t flags = take(from);
    to->column.buffers[0] = flags & 1 ? to->valid : NULL;
    to->column.buffers[1] = flags & 2 ? NULL : to->data.raw;
    for (int64_t i = 2; i < 5; i++) to->column.buffers[i] = flags & 4 ? NULL : bytes;
    if (to->format[0] == 'v' && to->column.buffer_count > 2) to->column.buffers[to->column.buffer_count - 1] = sizes;
    take_data(from, to);
}

static int64_t buffers_of(const input *from)
{
    const char first = from->at + 1 < from->end ? (char)from->at[1] : 'l';
    return first == 'n' ? 0 : first == 'v' ? 4 : first == 'u' || first == 'U' ? 3 : 2;
}

static void take_frame(input *from, field fields[FIELDS], frame_column columns[FIELDS], frame *to)
{
    static field inner[2][FIELDS];
    static int which;
    which = 1 - which;
    to->columns = columns;
    to->column_count = take(from) % FIELDS + 1;
    to->batch_count = 2;
    to->cuts[1] = take(from) % 33;
    to->cuts[2] = to->cuts[1] + take(from) % 32;
    for (int64_t i = 0; i < to->column_count; i++) {
        take_field(from, buffers_of(from), &fields[i]);
        columns[i] = fields[i].column;
        const uint8_t nested = take(from) % 4;
        if (nested < 2) continue;
        take_field(from, buffers_of(from), &inner[which][i]);
        inner[which][i].column.length = 64;
        if (nested == 2) columns[i].dictionary = &inner[which][i].column;
        else columns[i].child = &inner[which][i].column;
    }
}

static void break_counts(input *from, frame *to)
{
    for (int64_t i = 0; i < to->column_count; i++) {
        struct ArrowArray *const both[] = {&to->arrays[i], &to->inner_arrays[i]};
        for (int64_t j = 0; j < 2; j++) {
            const int64_t room = j == 0 ? to->cuts[2] : 64;
            both[j]->length = take_count(from, room);
            if (both[j]->length > room && both[j]->length <= INT64_MAX / 64) both[j]->length = room;
            both[j]->offset = take_count(from, 0);
            if (both[j]->offset > 60 && both[j]->offset <= INT64_MAX / 64) both[j]->offset = 60;
            both[j]->null_count = take_count(from, -1);
        }
    }
    to->top.null_count = take_count(from, 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *given, size_t size)
{
    static field fields[2][FIELDS];
    static frame_column columns[2][FIELDS];
    static frame frames[2];
    struct ArrowArrayStream streams[2], out;
    llmrec_dataset_options options;
    llmrec_dataset *dataset = NULL;
    input from = {given, given + size / 2, size - size / 2};
    if (llmrec_dataset_options_init(&options, sizeof options) != LLMREC_OK) abort();
    const uint8_t chosen = take(&from);
    options.ids = chosen & 1;
    options.missing = chosen >> 1 & 1;
    options.invalid_utf8 = chosen >> 2 & 1;
    options.time_unit = (chosen >> 3) % 7;
    options.session_column = "1";
    options.item_column = "2";
    options.time_column = chosen & 128 ? "" : "3";
    options.items_id_column = "1";
    memset(frames, 0, sizeof frames);
    for (int i = 0; i < 2; i++) {
        take_frame(&from, fields[i], columns[i], &frames[i]);
        streams[i] = frame_stream(&frames[i]);
        break_counts(&from, &frames[i]);
    }
    const bool with_items = take(&from) & 1;
    llmrec_status status =
        llmrec_dataset_create_arrow(fuzz_context(), &streams[0], with_items ? &streams[1] : NULL, &options, &dataset);
    if (status != LLMREC_OK && llmrec_last_error()[0] == '\0') abort();
    if (frames[0].alive != 0 || frames[1].alive != !with_items) abort();
    if (status != LLMREC_OK) return 0;
    if (llmrec_dataset_rows_arrow(dataset, &out) != LLMREC_OK) abort();
    llmrec_dataset_free(dataset);
    out.release(&out);
    return 0;
}

/* A field that take_field reads: all buffers, and the nested field of dictionaries (2) and lists (3). */
static size_t put_field(char *text, const char *format, char nested, const char *inner)
{
    const size_t length = strlen(format);
    text[0] = (char)length;
    memcpy(text + 1, format, length);
    memcpy(text + 1 + length, "\x01n\x00\x00", 4);
    text[5 + length] = nested;
    return 6 + length + (nested != 0 ? put_field(text + 6 + length, inner, 0, NULL) - 1 : 0);
}

/* Ids, times and item texts of every type. The second half has rising offsets. */
static void put_seed(seed_fn seed, const char *ids, const char *times, const char *texts, char chosen)
{
    enum { HALF = 256 };
    char text[2 * HALF] = {chosen, 2, 4, 5};
    size_t at = 4;
    at += put_field(text + at, "l", 0, NULL);
    at += put_field(text + at, *ids == 'C' ? "C" : ids, *ids == 'C' ? 2 : 0, "u");
    at += put_field(text + at, times, 0, NULL);
    at += 3 * 6 + 1; /* usual counts */
    text[at++] = 1;
    text[at++] = 2;
    text[at++] = 1;
    at += put_field(text + at, ids, *ids == 'C' ? 2 : 0, "u");
    at += put_field(text + at, texts, *texts == '+' ? 3 : 0, "u");
    at += 2 * 6 + 1;
    text[at] = 1; /* with items */
    for (int i = 0; i < HALF / 2; i++) text[HALF + 2 * i] = (char)i;
    seed(text, sizeof text);
}

void fuzz_seeds(seed_fn seed)
{
    put_seed(seed, "l", "l", "u", 0);
    put_seed(seed, "u", "l", "+l", 2);
    put_seed(seed, "U", "tsu:", "U", 2);
    put_seed(seed, "vu", "tdm", "vu", 2);
    put_seed(seed, "C", "tsn:UTC", "b", 2);
    put_seed(seed, "s", "u", "g", 0);
    put_seed(seed, "d:9,2", "d:9,3", "d:40,9,256", 1);
    put_seed(seed, "e", "g", "e", 3);
    put_seed(seed, "n", "tdD", "tdD", 2);
    put_seed(seed, "i", "L", "n", 4);
}
