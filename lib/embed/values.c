/* SPDX-License-Identifier: Apache-2.0 */
#include "embed/values.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/log.h"
#include "core/memory.h"
#include "core/number.h"
#include "core/pool.h"
#include "llmrec/embedding.h"
#include "math/half.h"
#include "math/simd.h"

enum { BLOCK_VALUES = 1 << 16, BLOCKS_BETWEEN_STEPS = 256 };
static const float LARGEST_HALF = 65504;

/* A pass over the rows in blocks, one block per task. */
typedef struct pass {
    const lr_values *values;
    size_t rows, dim, block; /* `block`: rows in a block */
    size_t first_block;
    int64_t dtype;
    float *scratch; /* [workers, block * dim]; NULL: values are converted directly into `kept` */
    void *kept;     /* the result; NULL: values are only checked */
} pass;

LR_VECTORIZE static bool all_within(const float *x, size_t n, float limit)
{
    int outside = 0;
    for (size_t i = 0; i < n; i++) outside |= !(fabsf(x[i]) <= limit); /* also true for NaN */
    return outside == 0;
}

/* Returns a value as double, so that an error shows the value in the file and not its float32 rounding. */
static double value_at(const lr_values *values, size_t at)
{
    double value = 0;
    float single = 0;
    if (values->tensor.type == LR_TENSOR_F64) {
        memcpy(&value, (const char *)values->tensor.data + at * sizeof value, sizeof value);
        return value;
    }
    lr_tensor_floats(&values->tensor, at, 1, &single);
    return single;
}

static llmrec_status name_the_first(const pass *p, size_t first, const float *floats, float limit)
{
    char text[32];
    size_t at = 0;
    while (fabsf(floats[at]) <= limit) at++;
    const double value = value_at(p->values, first + at);
    void *locale = lr_locale_enter();
    snprintf(text, sizeof text, "%g", value);
    lr_locale_restore(locale);
    return lr_fail(LLMREC_ERR_NUMERIC, "%s: row %zu, column %zu is %s; wanted %s", p->values->what,
                   (first + at) / p->dim, (first + at) % p->dim, text,
                   !isfinite(value)                   ? "a finite number"
                   : p->dtype == LLMREC_DTYPE_FLOAT16 ? "at most 65504 in magnitude, the limit of float16"
                                                      : "a number in the range of float32");
}

static llmrec_status pass_block(void *argument, size_t task, size_t worker)
{
    const pass *p = argument;
    const size_t row = (p->first_block + task) * p->block, left = p->rows - row;
    const size_t first = row * p->dim, count = (left < p->block ? left : p->block) * p->dim;
    const bool direct = p->scratch == NULL;
    float *floats = direct ? (float *)p->kept + first : p->scratch + worker * p->block * p->dim;
    const float limit = p->dtype == LLMREC_DTYPE_FLOAT16 ? LARGEST_HALF : FLT_MAX;
    LR_RETURN_IF(lr_tensor_floats(&p->values->tensor, first, count, floats));
    if (!all_within(floats, count, limit)) return name_the_first(p, first, floats, limit);
    if (!direct && p->kept != NULL) lr_floats_to_halves((uint16_t *)p->kept + first, floats, count);
    return LLMREC_OK;
}

/* Runs a number of blocks at a time, so that the calling thread can report progress in between. */
static llmrec_status run(llmrec_context *context, pass *p)
{
    lr_progress progress = lr_progress_begin(context, "read vectors", "rows", (int64_t)p->rows);
    const size_t blocks = (p->rows + p->block - 1) / p->block;
    for (p->first_block = 0; p->first_block < blocks; p->first_block += BLOCKS_BETWEEN_STEPS) {
        const size_t left = blocks - p->first_block;
        LR_RETURN_IF(lr_progress_step(&progress, (int64_t)(p->first_block * p->block)));
        LR_RETURN_IF(lr_parallel(context, left < BLOCKS_BETWEEN_STEPS ? left : BLOCKS_BETWEEN_STEPS, pass_block, p));
    }
    return LLMREC_OK;
}

static pass pass_over(const lr_values *values, int64_t dtype)
{
    const size_t dim = values->tensor.sizes[1], block = BLOCK_VALUES / dim;
    return (pass){
        .values = values, .rows = values->tensor.sizes[0], .dim = dim, .block = block == 0 ? 1 : block, .dtype = dtype};
}

static llmrec_status get_scratch(llmrec_context *context, pass *p)
{
    const size_t block = p->block < p->rows ? p->block : p->rows;
    p->block = block == 0 ? 1 : block;
    return LR_NEW(context, p->scratch, lr_workers(context) * p->block * p->dim);
}

llmrec_status lr_values_store(llmrec_context *context, const lr_values *values, int64_t dtype, void **owned)
{
    llmrec_status status = LLMREC_OK;
    pass p = pass_over(values, dtype);
    LR_TRY(lr_alloc(context, &p.kept, values->tensor.count, dtype == LLMREC_DTYPE_FLOAT16 ? 2 : 4));
    if (dtype == LLMREC_DTYPE_FLOAT16) LR_TRY(get_scratch(context, &p));
    LR_TRY(run(context, &p));
    *owned = p.kept;
    p.kept = NULL;
done:
    lr_free(context, p.scratch);
    lr_free(context, p.kept);
    return status;
}

llmrec_status lr_values_check(llmrec_context *context, const lr_values *values)
{
    pass p = pass_over(values, LLMREC_DTYPE_FLOAT32);
    LR_RETURN_IF(get_scratch(context, &p));
    const llmrec_status status = run(context, &p);
    lr_free(context, p.scratch);
    return status;
}
