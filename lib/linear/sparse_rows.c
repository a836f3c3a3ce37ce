/* SPDX-License-Identifier: Apache-2.0 */
/* Sums rows into one number per item, and collects them in pieces of many rows; the pieces then become one matrix. */
#include "linear/sparse_rows.h"

#include <string.h>

#include "core/log.h"
#include "core/memory.h"
#include "core/pool.h"

enum { PIECE = 64, GROUP = 8 }; /* rows of a task; tasks of a thread between two reports of progress */

typedef struct piece {
    int32_t *columns;
    float *values;
    size_t count, columns_capacity, values_capacity;
} piece;

typedef struct making {
    llmrec_context *context;
    size_t items, words, pieces, first;
    lr_sparse_row_fn fill;
    const void *self;
    lr_row_sums *rows; /* [workers] */
    piece *piece;      /* [pieces] */
    int64_t *offsets;  /* [items+1]; until the pieces are joined: number of entries of row i at i+1 */
    int32_t *columns;
    float *values;
} making;

static size_t count_bits(const uint64_t *met, size_t words)
{
    size_t count = 0;
    for (size_t i = 0; i < words; i++) count += (size_t)__builtin_popcountll(met[i]);
    return count;
}

/* Appends the row to a piece, in the order of items, and empties it. */
static llmrec_status take_row(const making *m, const lr_row_sums *row, piece *p, int64_t *length)
{
    const size_t count = count_bits(row->met, m->words);
    LR_RETURN_IF(LR_GROW(m->context, p->columns, p->columns_capacity, p->count, p->count + count));
    LR_RETURN_IF(LR_GROW(m->context, p->values, p->values_capacity, p->count, p->count + count));
    for (size_t word = 0; word < m->words; word++)
        for (; row->met[word] != 0; row->met[word] &= row->met[word] - 1) {
            const size_t column = word * 64 + (size_t)__builtin_ctzll(row->met[word]);
            p->columns[p->count] = (int32_t)column;
            p->values[p->count++] = (float)row->sums[column];
        }
    *length = (int64_t)count;
    return LLMREC_OK;
}

static llmrec_status make_piece(void *argument, size_t task, size_t worker)
{
    const making *m = argument;
    const size_t at = m->first + task, end = (at + 1) * PIECE < m->items ? (at + 1) * PIECE : m->items;
    const lr_row_sums *row = &m->rows[worker];
    for (size_t i = at * PIECE; i < end; i++) {
        m->fill(m->self, i, row);
        LR_RETURN_IF(take_row(m, row, &m->piece[at], &m->offsets[i + 1]));
    }
    return LLMREC_OK;
}

static llmrec_status make_pieces(making *m, const char *stage)
{
    const size_t group = GROUP * lr_workers(m->context);
    lr_progress progress = lr_progress_begin(m->context, stage, "items", (int64_t)m->items);
    for (m->first = 0; m->first < m->pieces; m->first += group) {
        const size_t left = m->pieces - m->first;
        LR_RETURN_IF(lr_progress_step(&progress, (int64_t)(m->first * PIECE)));
        LR_RETURN_IF(lr_parallel(m->context, left < group ? left : group, make_piece, m));
    }
    return lr_progress_end(&progress, (int64_t)m->items);
}

static llmrec_status join_piece(void *argument, size_t task, size_t worker)
{
    const making *m = argument;
    const piece *p = &m->piece[task];
    const int64_t first = m->offsets[task * PIECE];
    (void)worker;
    if (p->count == 0) return LLMREC_OK;
    memcpy(m->columns + first, p->columns, p->count * sizeof *p->columns);
    memcpy(m->values + first, p->values, p->count * sizeof *p->values);
    return LLMREC_OK;
}

static llmrec_status join_pieces(making *m)
{
    for (size_t i = 0; i < m->items; i++) m->offsets[i + 1] += m->offsets[i];
    LR_RETURN_IF(LR_NEW(m->context, m->columns, (size_t)m->offsets[m->items]));
    LR_RETURN_IF(LR_NEW(m->context, m->values, (size_t)m->offsets[m->items]));
    return lr_parallel(m->context, m->pieces, join_piece, m);
}

static llmrec_status begin(making *m)
{
    const size_t workers = lr_workers(m->context);
    LR_RETURN_IF(LR_NEW_ZERO(m->context, m->rows, workers));
    for (size_t i = 0; i < workers; i++) {
        m->rows[i].worker = i;
        LR_RETURN_IF(LR_NEW(m->context, m->rows[i].sums, m->items));
        LR_RETURN_IF(LR_NEW_ZERO(m->context, m->rows[i].met, m->words));
    }
    LR_RETURN_IF(LR_NEW_ZERO(m->context, m->piece, m->pieces));
    return LR_NEW_ZERO(m->context, m->offsets, m->items + 1);
}

static void end(making *m)
{
    for (size_t i = 0; m->rows != NULL && i < lr_workers(m->context); i++) {
        lr_free(m->context, m->rows[i].sums);
        lr_free(m->context, m->rows[i].met);
    }
    for (size_t i = 0; m->piece != NULL && i < m->pieces; i++) {
        lr_free(m->context, m->piece[i].columns);
        lr_free(m->context, m->piece[i].values);
    }
    lr_free(m->context, m->rows);
    lr_free(m->context, m->piece);
}

llmrec_status lr_sparse_rows_make(llmrec_context *context, const char *stage, size_t items, lr_sparse_row_fn fill,
                                  const void *self, lr_item_matrix *matrix)
{
    making m = {.context = context,
                .items = items,
                .words = (items + 63) / 64,
                .pieces = (items + PIECE - 1) / PIECE,
                .fill = fill,
                .self = self};
    llmrec_status status = LLMREC_OK;
    LR_TRY(begin(&m));
    LR_TRY(make_pieces(&m, stage));
    LR_TRY(join_pieces(&m));
    *matrix = (lr_item_matrix){items, m.offsets, m.columns, m.values, NULL};
done:
    end(&m);
    if (status != LLMREC_OK) {
        lr_free(context, m.offsets);
        lr_free(context, m.columns);
        lr_free(context, m.values);
    }
    return status;
}

/* --- transpose ---------------------------------------------------------------------------------------------------- */

llmrec_status lr_sparse_transpose(llmrec_context *context, const lr_item_matrix *matrix, lr_item_matrix *transpose)
{
    const size_t items = matrix->items, count = (size_t)matrix->offsets[items];
    int64_t *offsets = NULL;
    int32_t *columns = NULL;
    float *values = NULL;
    llmrec_status status = LLMREC_OK;
    LR_TRY(LR_NEW_ZERO(context, offsets, items + 2));
    LR_TRY(LR_NEW(context, columns, count));
    LR_TRY(LR_NEW(context, values, count));
    for (size_t at = 0; at < count; at++) offsets[matrix->columns[at] + 2]++;
    for (size_t i = 0; i < items; i++) offsets[i + 2] += offsets[i + 1];
    for (size_t i = 0; i < items; i++)
        for (int64_t at = matrix->offsets[i]; at < matrix->offsets[i + 1]; at++) {
            const int64_t to = offsets[matrix->columns[at] + 1]++; /* becomes the end of the row */
            columns[to] = (int32_t)i;
            values[to] = matrix->values[at];
        }
    *transpose = (lr_item_matrix){items, offsets, columns, values, NULL};
    return LLMREC_OK;
done:
    lr_free(context, offsets);
    lr_free(context, columns);
    lr_free(context, values);
    return status;
}
