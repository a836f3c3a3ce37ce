/* SPDX-License-Identifier: Apache-2.0 */
/* Implements the measures: row lengths, scores of rows against a vector, and bounds on rounding errors. */
#include "rank/measure.h"

#include <math.h>

#include "core/memory.h"
#include "core/pool.h"
#include "math/vector.h"

enum { TASK = 1024, CACHE_LINE = 64 }; /* rows; bytes */

typedef struct lengths {
    llmrec_context *context;
    lr_measured *measured;
} lengths;

static llmrec_status check_length(size_t row, double length)
{
    if (length <= LR_LONGEST) return LLMREC_OK;
    return lr_fail(LLMREC_ERR_NUMERIC, "embedding row %zu has the length %.9g; wanted at most %g", row, length,
                   LR_LONGEST);
}

static llmrec_status measure_rows(void *argument, size_t task, size_t worker)
{
    const lengths *l = argument;
    const llmrec_embedding *table = l->measured->table;
    float *room = NULL;
    llmrec_status status = LLMREC_OK;
    (void)worker;
    LR_TRY(LR_NEW(l->context, room, table->dim));
    for (size_t row = task * TASK; row < (task + 1) * TASK && row < table->rows; row++) {
        const double length = lr_norm(lr_embedding_row(table, row, room), table->dim);
        LR_TRY(check_length(row, length));
        l->measured->lengths[row] = (float)length;
    }
done:
    lr_free(l->context, room);
    return status;
}

llmrec_status lr_measured_make(llmrec_context *context, llmrec_embedding *table, int64_t measure, lr_measured *measured)
{
    lr_measured fresh = {table, NULL, measure};
    lengths l = {context, &fresh};
    llmrec_status status = LLMREC_OK;
    LR_TRY(LR_NEW(context, fresh.lengths, table->rows));
    LR_TRY(lr_parallel(context, (table->rows + TASK - 1) / TASK, measure_rows, &l));
    lr_embedding_hold(table);
    *measured = fresh;
done:
    if (status != LLMREC_OK) lr_free(context, fresh.lengths);
    return status;
}

void lr_measured_free(llmrec_context *context, lr_measured *measured)
{
    lr_free(context, measured->lengths);
    llmrec_embedding_free(measured->table);
    *measured = (lr_measured){0};
}

lr_needle lr_needle_make(const lr_measured *measured, float *vector)
{
    const size_t dim = measured->table->dim;
    const double length = lr_norm(vector, dim);
    if (measured->measure != LLMREC_MEASURE_COSINE) return (lr_needle){vector, length};
    const double factor = length < LR_SHORTEST ? 0 : 1 / length;
    for (size_t i = 0; i < dim; i++) vector[i] = (float)(vector[i] * factor);
    return (lr_needle){vector, factor == 0 ? 0 : 1};
}

void lr_measured_fetch(const lr_measured *measured, size_t row)
{
    const llmrec_embedding *table = measured->table;
    const size_t bytes = table->dim * (table->dtype == LLMREC_DTYPE_FLOAT16 ? sizeof(uint16_t) : sizeof(float));
    const char *values = (const char *)table->data + row * bytes;
    for (size_t at = 0; at < bytes; at += CACHE_LINE) __builtin_prefetch(values + at);
    __builtin_prefetch(&measured->lengths[row]);
}

float lr_measured_score(const lr_measured *measured, const lr_needle *needle, size_t row, float *room)
{
    const llmrec_embedding *table = measured->table;
    const bool cosine = measured->measure == LLMREC_MEASURE_COSINE;
    if (cosine && (measured->lengths[row] < (float)LR_SHORTEST || needle->length == 0)) return 0;
    const float *values = lr_embedding_row(table, row, room);
    if (measured->measure == LLMREC_MEASURE_EUCLIDEAN)
        return 1 / (1 + sqrtf(lr_distance_squared(needle->vector, values, table->dim)));
    const float product = lr_dot(needle->vector, values, table->dim);
    if (!cosine) return product;
    const float score = product / measured->lengths[row];
    return score > 1 ? 1 : score < -1 ? -1 : score;
}

/* Bound on the relative error of a score computed from a distance: the sum over n squares and the three operations
 * after it. */
static double distance_error(const lr_measured *measured)
{
    return ((double)measured->table->dim / 64 + 16) * 0x1p-24;
}

/* Computes 1 / (1 + |u - e|) from the product u.e - |e|^2/2, because |u - e|^2 = |u|^2 - 2 (u.e - |e|^2/2). */
static double closeness(const lr_needle *needle, double product, double factor)
{
    const double square = needle->length * needle->length - 2 * product;
    return 1 / (1 + sqrt(square < 0 ? 0 : square) * factor);
}

lr_bounds lr_measured_bounds(const lr_measured *measured, const lr_needle *needle, double value, double slack)
{
    static const double up = 1 + 0x1p-21, down = 1 - 0x1p-21;
    if (measured->measure != LLMREC_MEASURE_EUCLIDEAN)
        return (lr_bounds){(float)(value - slack), (float)(value + slack)};
    const double error = distance_error(measured);
    return (lr_bounds){(float)(closeness(needle, value - slack, 1 + error) * down),
                       (float)(closeness(needle, value + slack, 1 - error) * up)};
}

double lr_measured_gate(const lr_measured *measured, const lr_needle *needle, float floor)
{
    if (measured->measure != LLMREC_MEASURE_EUCLIDEAN || floor <= 0) return floor;
    const double farthest = ((1 + 0x1p-21) / floor - 1) * (1 + distance_error(measured));
    const double square = needle->length * needle->length;
    return .5 * (square - farthest * farthest) - 0x1p-40 * square;
}
