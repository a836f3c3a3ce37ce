/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of one piece of input: adding rows and sorting their keys by shard. */
#include "data/chunk.h"

#include <string.h>

#include "core/memory.h"
#include "data/encoding.h"

enum { BLOCK = 1 << 12 };

llmrec_status lr_chunk_clear(lr_chunk *chunk, size_t spare)
{
    chunk->rows = chunk->sessions = chunk->missing = 0;
    chunk->spare_used = chunk->blocks_used = 0;
    chunk->fractions = false;
    chunk->kinds = 0;
    if (spare <= chunk->spare_capacity) return LLMREC_OK;
    lr_free(chunk->context, chunk->spare);
    chunk->spare = NULL;
    chunk->spare_capacity = 0;
    LR_RETURN_IF(LR_NEW(chunk->context, chunk->spare, spare));
    chunk->spare_capacity = spare;
    return LLMREC_OK;
}

void lr_chunk_free(lr_chunk *chunk)
{
    for (int side = 0; side < LR_SIDES; side++) lr_free(chunk->context, chunk->keys[side]);
    lr_free(chunk->context, chunk->times);
    lr_free(chunk->context, chunk->billionths);
    lr_free(chunk->context, chunk->parts);
    lr_free(chunk->context, chunk->ordinals);
    lr_free(chunk->context, chunk->spare);
    for (size_t i = 0; i < chunk->block_count; i++) lr_free(chunk->context, chunk->blocks[i]);
    lr_free(chunk->context, chunk->blocks);
    *chunk = (lr_chunk){.context = chunk->context};
}

void lr_raw_free(llmrec_context *context, lr_raw *raw)
{
    for (int side = 0; side < LR_SIDES; side++) lr_free(context, raw->keys[side]);
    *raw = (lr_raw){0};
}

static llmrec_status grow(lr_chunk *chunk)
{
    lr_raw *raw = chunk->raw;
    const size_t rows = chunk->rows, wanted = rows + 1;
    if (wanted > UINT32_MAX)
        return lr_fail(LLMREC_ERR_MEMORY, "memory: %zu rows in a piece of the input; wanted fewer than 4294967296",
                       wanted);
    for (int side = 0; side < LR_SIDES; side++)
        LR_RETURN_IF(LR_GROW(chunk->context, raw->keys[side], raw->capacity[side], rows, wanted));
    return LR_GROW(chunk->context, chunk->times, chunk->time_capacity, rows, wanted);
}

static llmrec_status add_ordinal(lr_chunk *chunk)
{
    const size_t row = chunk->rows;
    LR_RETURN_IF(LR_GROW(chunk->context, chunk->ordinals, chunk->ordinal_capacity, row, row + 1));
    chunk->ordinals[row] = (uint32_t)chunk->sessions - 1;
    return LLMREC_OK;
}

/* Sets the billionths of the next row. Rows before the first fraction have none. */
static llmrec_status set_billionths(lr_chunk *chunk, uint32_t billionths)
{
    const size_t row = chunk->rows, used = chunk->fractions ? row : 0;
    if (!chunk->fractions && billionths == 0) return LLMREC_OK;
    LR_RETURN_IF(LR_GROW(chunk->context, chunk->billionths, chunk->billionth_capacity, used, row + 1));
    if (!chunk->fractions) memset(chunk->billionths, 0, row * sizeof *chunk->billionths);
    chunk->fractions = true;
    chunk->billionths[row] = billionths;
    return LLMREC_OK;
}

llmrec_status lr_chunk_add(lr_chunk *chunk, const lr_span ids[LR_SIDES], const lr_time *time)
{
    lr_raw *raw = chunk->raw;
    const uint32_t row = (uint32_t)chunk->rows;
    if (row >= raw->capacity[LR_ITEM] || row >= chunk->time_capacity) LR_RETURN_IF(grow(chunk));
    lr_key_set(&raw->keys[LR_ITEM][row], ids[LR_ITEM], row);
    if (ids[LR_SESSION].text != NULL) lr_key_set(&raw->keys[LR_SESSION][row], ids[LR_SESSION], row);
    else LR_RETURN_IF(add_ordinal(chunk));
    if (time != NULL) {
        chunk->times[row] = time->whole;
        LR_RETURN_IF(set_billionths(chunk, time->billionths));
    }
    chunk->rows++;
    return LLMREC_OK;
}

llmrec_status lr_chunk_set_part(lr_chunk *chunk, int8_t part)
{
    LR_RETURN_IF(LR_GROW(chunk->context, chunk->parts, chunk->part_capacity, chunk->rows - 1, chunk->rows));
    chunk->parts[chunk->rows - 1] = part;
    return LLMREC_OK;
}

llmrec_status lr_chunk_sort(lr_chunk *chunk, int side)
{
    const lr_key *raw = chunk->raw->keys[side];
    size_t *starts = chunk->starts[side], at[LR_SHARDS] = {0};
    LR_RETURN_IF(LR_GROW(chunk->context, chunk->keys[side], chunk->key_capacity[side], 0, chunk->rows));
    for (size_t row = 0; row < chunk->rows; row++) at[lr_key_shard(&raw[row])]++;
    starts[0] = 0;
    for (size_t i = 0; i < LR_SHARDS; i++) {
        starts[i + 1] = starts[i] + at[i];
        at[i] = starts[i];
    }
    for (size_t row = 0; row < chunk->rows; row++) chunk->keys[side][at[lr_key_shard(&raw[row])]++] = raw[row];
    return LLMREC_OK;
}

void lr_chunk_note(lr_chunk *chunk, uint32_t kind, size_t place, const lr_quoted *text)
{
    chunk->kinds |= 1u << kind;
    chunk->notes[kind] = (lr_note){chunk->rows, place, *text};
}

static llmrec_status next_block(lr_chunk *chunk)
{
    const size_t count = chunk->block_count;
    chunk->block_used = 0;
    if (chunk->blocks_used++ < count) return LLMREC_OK;
    LR_RETURN_IF(LR_GROW(chunk->context, chunk->blocks, chunk->block_capacity, count, count + 1));
    LR_RETURN_IF(LR_NEW(chunk->context, chunk->blocks[count], BLOCK));
    chunk->block_count++;
    return LLMREC_OK;
}

llmrec_status lr_chunk_keep(lr_chunk *chunk, lr_span *text)
{
    if (chunk->blocks_used == 0 || chunk->block_used + text->length > BLOCK) LR_RETURN_IF(next_block(chunk));
    char *copy = chunk->blocks[chunk->blocks_used - 1] + chunk->block_used;
    memcpy(copy, text->text, text->length);
    chunk->block_used += text->length;
    text->text = copy;
    return LLMREC_OK;
}

void lr_chunk_repair(lr_chunk *chunk, lr_span *text)
{
    size_t bad = 0;
    char *repaired = chunk->spare + chunk->spare_used;
    *text = (lr_span){repaired, lr_utf8_repair(text->text, text->length, repaired, &bad)};
    chunk->spare_used += text->length;
}

void lr_chunk_note_session(lr_chunk *chunk, bool integer, size_t place, lr_span id)
{
    const uint32_t kind = integer ? LR_INTEGER_SESSION : LR_TEXT_SESSION;
    if (!lr_chunk_lacks(chunk, kind)) return;
    const lr_quoted quoted = lr_quote(id.text, id.length);
    lr_chunk_note(chunk, kind, place, &quoted);
}
