/* SPDX-License-Identifier: Apache-2.0 */
/* Collects parsed chunks into one sequence of rows with ids as codes. */
#include "data/gather.h"

#include <stdio.h>
#include <string.h>

#include "core/memory.h"
#include "core/pool.h"

llmrec_status lr_gather_begin(llmrec_context *context, bool named, bool timed, lr_gather *gather)
{
    llmrec_status status = LLMREC_OK;
    *gather = (lr_gather){.context = context, .named = named, .timed = timed};
    LR_TRY(LR_NEW_ZERO(context, gather->raw, lr_workers(context)));
    if (named) LR_TRY(lr_interner_create(context, &gather->interners[LR_SESSION]));
    LR_TRY(lr_interner_create(context, &gather->interners[LR_ITEM]));
done:
    if (status != LLMREC_OK) lr_gather_free(gather);
    return status;
}

static void free_segment(llmrec_context *context, lr_segment *segment)
{
    for (int side = 0; side < LR_SIDES; side++) lr_free(context, segment->codes[side]);
    lr_free(context, segment->times);
    lr_free(context, segment->parts);
    lr_free(context, segment->billionths);
}

/* Frees what is only needed while rows are read. */
static void free_intake(lr_gather *gather)
{
    for (size_t i = 0; gather->raw != NULL && i < lr_workers(gather->context); i++)
        lr_raw_free(gather->context, &gather->raw[i]);
    lr_free(gather->context, gather->raw);
    gather->raw = NULL;
}

void lr_gather_free(lr_gather *gather)
{
    if (gather->context == NULL) return;
    free_intake(gather);
    for (int side = 0; side < LR_SIDES; side++) lr_interner_free(gather->interners[side]);
    for (size_t i = 0; i < gather->segment_count; i++) free_segment(gather->context, &gather->segments[i]);
    lr_free(gather->context, gather->segments);
    *gather = (lr_gather){0};
}

/* --- adding chunks ------------------------------------------------------------------------------------------- */

typedef struct intake {
    lr_gather *gather;
    lr_chunk *chunks;
    size_t count;
    const lr_input *input;
    lr_segment segment;
    size_t *first_rows, *first_sessions; /* [count] of each chunk */
} intake;

static llmrec_status parse_chunk(void *argument, size_t task, size_t worker)
{
    const intake *in = argument;
    lr_chunk *chunk = &in->chunks[task];
    chunk->raw = &in->gather->raw[worker];
    LR_RETURN_IF(in->input->parse(in->input->of, task, chunk));
    if (in->gather->named) LR_RETURN_IF(lr_chunk_sort(chunk, LR_SESSION));
    return lr_chunk_sort(chunk, LR_ITEM);
}

/* Takes the kinds that no chunk had before. */
static void take_kinds(const intake *in, size_t index, lr_gather *gather)
{
    const lr_chunk *chunk = &in->chunks[index];
    for (int kind = 0; kind < LR_NOTES; kind++) {
        if ((chunk->kinds & ~gather->kinds) >> kind & 1) {
            gather->notes[kind] = chunk->notes[kind];
            gather->notes[kind].row += gather->rows + in->first_rows[index];
            gather->notes[kind].place += in->input->start(in->input->of, index);
        }
    }
    gather->kinds |= chunk->kinds;
}

/* Adds a segment for all rows of the current chunks. */
static llmrec_status add_segment(intake *in)
{
    lr_gather *gather = in->gather;
    llmrec_context *context = gather->context;
    lr_segment *segment = &in->segment;
    const size_t count = gather->segment_count;
    bool fractions = false;
    for (size_t i = 0; i < in->count; i++) {
        in->first_rows[i] = segment->rows;
        in->first_sessions[i] = gather->sessions;
        take_kinds(in, i, gather);
        segment->rows += in->chunks[i].rows;
        fractions |= in->chunks[i].fractions;
        gather->sessions += in->chunks[i].sessions;
        gather->missing += in->chunks[i].missing;
    }
    LR_RETURN_IF(LR_GROW(context, gather->segments, gather->segment_capacity, count, count + 1));
    gather->segments[gather->segment_count++] = *segment;
    segment = &gather->segments[count];
    for (int side = 0; side < LR_SIDES; side++) LR_RETURN_IF(LR_NEW(context, segment->codes[side], segment->rows));
    if (gather->timed) LR_RETURN_IF(LR_NEW(context, segment->times, segment->rows));
    if (fractions) LR_RETURN_IF(LR_NEW_ZERO(context, segment->billionths, segment->rows));
    if (gather->parted) LR_RETURN_IF(LR_NEW(context, segment->parts, segment->rows));
    in->segment = *segment;
    gather->rows += segment->rows;
    return LLMREC_OK;
}

/* Assigns codes to one shard of one side, in row order. */
static llmrec_status code_shard(const intake *in, int side, size_t shard)
{
    for (size_t i = 0; i < in->count; i++) {
        const lr_chunk *chunk = &in->chunks[i];
        const size_t first = chunk->starts[side][shard], count = chunk->starts[side][shard + 1] - first;
        if (count == 0) continue;
        LR_RETURN_IF(lr_interner_add(in->gather->interners[side], shard, chunk->keys[side] + first, count,
                                     in->segment.codes[side] + in->first_rows[i]));
    }
    return LLMREC_OK;
}

static void take_times(const intake *in)
{
    for (size_t i = 0; i < in->count; i++) {
        const lr_chunk *chunk = &in->chunks[i];
        const size_t first = in->first_rows[i], rows = chunk->rows;
        if (rows > 0) memcpy(in->segment.times + first, chunk->times, rows * sizeof *chunk->times);
        if (chunk->fractions) memcpy(in->segment.billionths + first, chunk->billionths, rows * sizeof(uint32_t));
    }
}

static void take_parts(const intake *in)
{
    for (size_t i = 0; i < in->count; i++)
        if (in->chunks[i].rows > 0)
            memcpy(in->segment.parts + in->first_rows[i], in->chunks[i].parts, in->chunks[i].rows);
}

static void take_sessions(const intake *in)
{
    for (size_t i = 0; i < in->count; i++)
        for (size_t row = 0; row < in->chunks[i].rows; row++)
            in->segment.codes[LR_SESSION][in->first_rows[i] + row] =
                (uint32_t)in->first_sessions[i] + in->chunks[i].ordinals[row];
}

/* Tasks: one for times, one for sessions without ids, and one for each shard of each side. */
static llmrec_status code_rows(void *argument, size_t task, size_t worker)
{
    const intake *in = argument;
    (void)worker;
    if (task == 0 && in->gather->timed) take_times(in);
    if (task == 0 && in->gather->parted) take_parts(in);
    if (task == 0 && !in->gather->named) take_sessions(in);
    if (task == 0) return LLMREC_OK;
    if (task <= LR_SHARDS) return code_shard(in, LR_ITEM, task - 1);
    return code_shard(in, LR_SESSION, task - 1 - LR_SHARDS);
}

llmrec_status lr_gather_chunks(lr_gather *gather, lr_chunk *chunks, size_t count, const lr_input *input)
{
    llmrec_status status = LLMREC_OK;
    intake in = {.gather = gather, .chunks = chunks, .count = count, .input = input};
    LR_TRY(LR_NEW(gather->context, in.first_rows, count));
    LR_TRY(LR_NEW(gather->context, in.first_sessions, count));
    LR_TRY(lr_parallel(gather->context, count, parse_chunk, &in));
    LR_TRY(add_segment(&in));
    LR_CHECK(gather->sessions < INT32_MAX, LLMREC_ERR_SHAPE, "too many sessions; wanted fewer than 2147483647");
    LR_TRY(lr_parallel(gather->context, 1 + (gather->named ? LR_SIDES : 1) * LR_SHARDS, code_rows, &in));
done:
    lr_free(gather->context, in.first_rows);
    lr_free(gather->context, in.first_sessions);
    return status;
}

/* --- copying values ------------------------------------------------------------------------------------------ */

typedef struct naming {
    const lr_interner *interner;
    const uint32_t *codes; /* [count] code of each index */
} naming;

static lr_span name_at(const void *of, size_t index)
{
    const naming *names = of;
    return lr_interner_at(names->interner, names->codes[index]);
}

/* Replaces each code by its index in order of first appearance, in the table and in the rows. */
static void renumber(lr_gather *gather, int side, uint32_t *index_of, uint32_t *code_of)
{
    uint32_t count = 0;
    for (size_t i = 0; i < gather->segment_count; i++) {
        uint32_t *codes = gather->segments[i].codes[side];
        for (size_t row = 0; row < gather->segments[i].rows; row++) {
            const uint32_t code = codes[row];
            if (index_of[code] == UINT32_MAX) {
                code_of[count] = code;
                index_of[code] = count++;
            }
            codes[row] = index_of[code];
        }
    }
}

static llmrec_status finish_side(lr_gather *gather, int side, bool numbers, lr_ids **ids)
{
    llmrec_status status = LLMREC_OK;
    uint32_t *index_of = NULL, *code_of = NULL;
    const lr_interner *interner = gather->interners[side];
    const size_t limit = lr_interner_limit(interner), count = lr_interner_count(interner);
    LR_TRY(LR_NEW(gather->context, index_of, limit));
    LR_TRY(LR_NEW(gather->context, code_of, count));
    memset(index_of, 0xFF, limit * sizeof *index_of);
    renumber(gather, side, index_of, code_of);
    const naming names = {interner, code_of};
    LR_TRY(lr_ids_gather(gather->context, (lr_spans){count, name_at, &names}, numbers, NULL, ids));
done:
    lr_free(gather->context, index_of);
    lr_free(gather->context, code_of);
    return status;
}

enum { DIGITS = 24 };

static lr_span ordinal_at(const void *of, size_t index)
{
    const char *text = (const char *)of + index * DIGITS;
    return (lr_span){text, strlen(text)};
}

static llmrec_status count_sessions(const lr_gather *gather, lr_ids **ids)
{
    char *texts = NULL;
    LR_RETURN_IF(lr_alloc(gather->context, &texts, gather->sessions, DIGITS));
    for (size_t i = 0; i < gather->sessions; i++) snprintf(texts + i * DIGITS, DIGITS, "%zu", i + 1);
    const lr_spans from = {gather->sessions, ordinal_at, texts};
    const llmrec_status status = lr_ids_gather(gather->context, from, true, NULL, ids);
    lr_free(gather->context, texts);
    return status;
}

typedef struct finish {
    lr_gather *gather;
    const bool *numbers;
    lr_ids *ids[LR_SIDES];
} finish;

static llmrec_status run_finish(void *argument, size_t task, size_t worker)
{
    finish *end = argument;
    const int side = task == 0 ? LR_SESSION : LR_ITEM;
    (void)worker;
    if (side == LR_SESSION && !end->gather->named) return count_sessions(end->gather, &end->ids[side]);
    const bool texts = side == LR_SESSION && (end->gather->kinds >> LR_TEXT_SESSION & 1) != 0;
    return finish_side(end->gather, side, end->numbers[side] && !texts, &end->ids[side]);
}

llmrec_status lr_gather_finish(lr_gather *gather, const bool numbers[LR_SIDES], lr_ids *ids[LR_SIDES])
{
    finish end = {.gather = gather, .numbers = numbers};
    free_intake(gather);
    const llmrec_status status = lr_parallel(gather->context, LR_SIDES, run_finish, &end);
    for (int side = 0; side < LR_SIDES; side++) {
        lr_interner_free(gather->interners[side]);
        gather->interners[side] = NULL;
        if (status == LLMREC_OK) ids[side] = end.ids[side];
        else lr_ids_free(end.ids[side]);
    }
    if (status == LLMREC_OK) gather->sessions = lr_ids_count(ids[LR_SESSION]);
    return status;
}
