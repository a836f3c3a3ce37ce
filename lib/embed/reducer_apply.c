/* SPDX-License-Identifier: Apache-2.0 */
/* Applies a reducer in blocks of rows: centers, multiplies and normalizes. */
#include <string.h>

#include "core/log.h"
#include "core/memory.h"
#include "core/pool.h"
#include "embed/reducer.h"
#include "math/matrix.h"
#include "math/simd.h"
#include "math/vector.h"

/* Each element of a product depends only on its row and column, so the result for a vector does not depend on the other
 * rows of the table. */
enum { BLOCK = 256, BLOCKS_BETWEEN_STEPS = 64 };

typedef struct pass {
    const llmrec_reducer *reducer;
    const llmrec_embedding *from;
    float *into;     /* [rows,dim] */
    float *centered; /* [workers, BLOCK, input_dim] */
    float *product;  /* [workers, BLOCK, dim] */
    size_t first_block;
} pass;

LR_VECTORIZE static void center(float *centered, const float *row, const double *mean, size_t input_dim)
{
    for (size_t j = 0; j < input_dim; j++) centered[j] = (float)(row[j] - mean[j]);
}

static bool skipped(const pass *p, size_t row)
{
    return p->reducer->options.skip_missing && !lr_embedding_has(p->from, row);
}

static void prepare(const pass *p, size_t row, float *into)
{
    const size_t input_dim = p->reducer->input_dim;
    const float *values = lr_embedding_row(p->from, row, into);
    if (p->reducer->mean != NULL) center(into, values, p->reducer->mean, input_dim);
    else if (values != into) memcpy(into, values, input_dim * sizeof *into);
}

static llmrec_status reduce_block(void *argument, size_t task, size_t worker)
{
    const pass *p = argument;
    const size_t input_dim = p->reducer->input_dim, dim = p->reducer->dim, first = (p->first_block + task) * BLOCK;
    const size_t left = p->from->rows - first, count = left < BLOCK ? left : BLOCK;
    float *centered = p->centered + worker * BLOCK * input_dim, *result = centered;
    for (size_t i = 0; i < count; i++) prepare(p, first + i, centered + i * input_dim);
    if (p->reducer->weights != NULL) {
        result = p->product + worker * BLOCK * dim;
        lr_gemm(1, lr_matrix_of(centered, count, input_dim), lr_matrix_of(p->reducer->weights, input_dim, dim), 0,
                lr_matrix_of(result, count, dim));
    }
    for (size_t i = 0; i < count; i++) {
        if (skipped(p, first + i)) memset(result + i * dim, 0, dim * sizeof *result);
        else if (p->reducer->options.normalize) lr_normalize(result + i * dim, dim);
    }
    memcpy(p->into + first * dim, result, count * dim * sizeof *result);
    return LLMREC_OK;
}

/* Runs a number of blocks at a time, so that the calling thread can report progress in between. */
static llmrec_status reduce_rows(pass *p)
{
    llmrec_context *context = p->reducer->context;
    lr_progress progress = lr_progress_begin(context, "reduce vectors", "rows", (int64_t)p->from->rows);
    const size_t blocks = (p->from->rows + BLOCK - 1) / BLOCK;
    for (p->first_block = 0; p->first_block < blocks; p->first_block += BLOCKS_BETWEEN_STEPS) {
        const size_t left = blocks - p->first_block;
        LR_RETURN_IF(lr_progress_step(&progress, (int64_t)(p->first_block * BLOCK)));
        LR_RETURN_IF(lr_parallel(context, left < BLOCKS_BETWEEN_STEPS ? left : BLOCKS_BETWEEN_STEPS, reduce_block, p));
    }
    return lr_progress_end(&progress, (int64_t)p->from->rows);
}

static llmrec_status get_memory(pass *p)
{
    llmrec_context *context = p->reducer->context;
    const size_t rows = lr_workers(context) * BLOCK;
    LR_RETURN_IF(lr_alloc(context, &p->centered, rows * sizeof *p->centered, p->reducer->input_dim));
    if (p->reducer->weights != NULL)
        LR_RETURN_IF(lr_alloc(context, &p->product, rows * sizeof *p->product, p->reducer->dim));
    return lr_alloc(context, &p->into, p->from->rows * sizeof *p->into, p->reducer->dim);
}

static llmrec_status wrap(pass *p, llmrec_embedding **reduced)
{
    llmrec_context *context = p->reducer->context;
    llmrec_embedding *fresh = NULL;
    const lr_owned owned = {.values = p->into,
                            .rows = p->from->rows,
                            .dim = p->reducer->dim,
                            .dtype = LLMREC_DTYPE_FLOAT32,
                            .ids = p->from->ids == NULL ? NULL : lr_ids_hold(p->from->ids)};
    p->into = NULL;
    LR_RETURN_IF(lr_embedding_adopt(context, &owned, &fresh));
    if (p->from->missing != NULL) {
        const llmrec_status status = LR_NEW(context, fresh->missing, owned.rows);
        if (status != LLMREC_OK) {
            llmrec_embedding_free(fresh);
            return status;
        }
        memcpy(fresh->missing, p->from->missing, owned.rows);
    }
    *reduced = fresh;
    return LLMREC_OK;
}

llmrec_status lr_reducer_apply(const llmrec_reducer *reducer, const llmrec_embedding *embedding,
                               llmrec_embedding **reduced)
{
    llmrec_status status = LLMREC_OK;
    pass p = {.reducer = reducer, .from = embedding};
    LR_TRY(get_memory(&p));
    LR_TRY(reduce_rows(&p));
    LR_TRY(wrap(&p, reduced));
done:
    lr_free(reducer->context, p.into);
    lr_free(reducer->context, p.product);
    lr_free(reducer->context, p.centered);
    return status;
}
