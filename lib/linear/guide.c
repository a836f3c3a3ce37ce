/* SPDX-License-Identifier: Apache-2.0 */
/* Whitens the vectors, compares a few items at a time with all others, and keeps the best of each. */
#include "linear/guide.h"

#include <string.h>

#include "core/log.h"
#include "core/memory.h"
#include "core/options.h"
#include "core/pool.h"
#include "embed/reducer.h"
#include "linear/sparse_rows.h"
#include "math/matrix.h"
#include "math/topk.h"

enum { BLOCK = 16, GROUP = 64 }; /* items of a task, tasks between two reports of progress */

typedef struct search {
    llmrec_context *context;
    const float *vectors; /* [items,dim] of length 1 or 0 */
    size_t items, dim, neighbors, first;
    float *cosines;  /* [workers,BLOCK,items] */
    uint64_t *keys;  /* [workers,neighbors] */
    int32_t *counts; /* [items] */
    int32_t *best;   /* [items,neighbors] rising */
    float *values;   /* [items,neighbors] */
} search;

/* Keeps the largest positive cosines, in the order of items. */
static void keep_best(const search *s, size_t item, float *cosines, uint64_t *keys)
{
    lr_heap heap = {.keys = keys, .limit = s->neighbors};
    float least = 0;
    cosines[item] = 0;
    for (size_t j = 0; j < s->items; j++) {
        if (!(cosines[j] > least)) continue;
        lr_heap_push(&heap, lr_rank_key(cosines[j], (int32_t)j));
        if (heap.count == heap.limit) least = lr_key_score(keys[0]);
    }
    int32_t count = 0;
    for (size_t j = 0; j < s->items && heap.count > 0; j++) {
        if (!(cosines[j] >= least && lr_rank_key(cosines[j], (int32_t)j) >= keys[0] && cosines[j] > 0)) continue;
        s->best[item * s->neighbors + (size_t)count] = (int32_t)j;
        s->values[item * s->neighbors + (size_t)count++] = cosines[j];
    }
    s->counts[item] = count;
}

static llmrec_status search_block(void *argument, size_t task, size_t worker)
{
    const search *s = argument;
    const size_t from = (s->first + task) * BLOCK, left = s->items - from, count = left < BLOCK ? left : BLOCK;
    float *cosines = s->cosines + worker * BLOCK * s->items;
    const lr_matrix some = lr_matrix_of(s->vectors + from * s->dim, count, s->dim);
    const lr_matrix all = lr_matrix_of(s->vectors, s->items, s->dim);
    lr_gemm(1, some, lr_transpose(all), 0, lr_matrix_of(cosines, count, s->items));
    for (size_t i = 0; i < count; i++) keep_best(s, from + i, cosines + i * s->items, s->keys + worker * s->neighbors);
    return LLMREC_OK;
}

static llmrec_status search_all(search *s)
{
    const size_t blocks = (s->items + BLOCK - 1) / BLOCK;
    lr_progress progress = lr_progress_begin(s->context, "guide", "items", (int64_t)s->items);
    for (s->first = 0; s->first < blocks; s->first += GROUP) {
        const size_t rest = blocks - s->first;
        LR_RETURN_IF(lr_progress_step(&progress, (int64_t)(s->first * BLOCK)));
        LR_RETURN_IF(lr_parallel(s->context, rest < GROUP ? rest : GROUP, search_block, s));
    }
    return lr_progress_end(&progress, (int64_t)s->items);
}

/* A sparse matrix of the neighbors that were found; it shares nothing with the search. */
static llmrec_status collect(const search *s, lr_item_matrix *matrix)
{
    int64_t *offsets = NULL;
    int32_t *columns = NULL;
    float *values = NULL;
    llmrec_status status = LLMREC_OK;
    LR_TRY(LR_NEW_ZERO(s->context, offsets, s->items + 1));
    for (size_t i = 0; i < s->items; i++) offsets[i + 1] = offsets[i] + s->counts[i];
    LR_TRY(LR_NEW(s->context, columns, (size_t)offsets[s->items]));
    LR_TRY(LR_NEW(s->context, values, (size_t)offsets[s->items]));
    for (size_t i = 0; i < s->items; i++) {
        memcpy(columns + offsets[i], s->best + i * s->neighbors, (size_t)s->counts[i] * sizeof *columns);
        memcpy(values + offsets[i], s->values + i * s->neighbors, (size_t)s->counts[i] * sizeof *values);
    }
    *matrix = (lr_item_matrix){s->items, offsets, columns, values, NULL};
    return LLMREC_OK;
done:
    lr_free(s->context, offsets);
    lr_free(s->context, columns);
    return status;
}

static llmrec_status find_neighbors(search *s, lr_item_matrix *guide)
{
    const size_t workers = lr_workers(s->context);
    lr_item_matrix rows = {0};
    llmrec_status status = LLMREC_OK;
    LR_TRY(LR_NEW(s->context, s->cosines, workers * BLOCK * s->items));
    LR_TRY(LR_NEW(s->context, s->keys, workers * s->neighbors));
    LR_TRY(LR_NEW(s->context, s->counts, s->items));
    LR_TRY(LR_NEW(s->context, s->best, s->items * s->neighbors));
    LR_TRY(LR_NEW(s->context, s->values, s->items * s->neighbors));
    LR_TRY(search_all(s));
    LR_TRY(collect(s, &rows));
    LR_TRY(lr_sparse_transpose(s->context, &rows, guide));
done:
    lr_item_matrix_free(s->context, &rows);
    lr_free(s->context, s->cosines);
    lr_free(s->context, s->keys);
    lr_free(s->context, s->counts);
    lr_free(s->context, s->best);
    lr_free(s->context, s->values);
    return status;
}

llmrec_status lr_guide_make(const llmrec_embedding *embedding, size_t neighbors, lr_item_matrix *guide)
{
    llmrec_reducer_options options;
    llmrec_reducer *reducer = NULL;
    llmrec_embedding *whitened = NULL;
    llmrec_status status = LLMREC_OK;
    LR_RETURN_IF(lr_options_read(&lr_reducer_options, NULL, &options));
    options.method = LLMREC_REDUCE_WHITEN;
    options.skip_missing = 1;
    LR_TRY(lr_reducer_make(embedding, &options, &reducer));
    LR_TRY(lr_reducer_apply(reducer, embedding, &whitened));
    search s = {.context = embedding->context,
                .vectors = whitened->data,
                .items = whitened->rows,
                .dim = whitened->dim,
                .neighbors = neighbors < whitened->rows ? neighbors : whitened->rows};
    LR_TRY(find_neighbors(&s, guide));
done:
    llmrec_embedding_free(whitened);
    llmrec_reducer_free(reducer);
    return status;
}
