/* SPDX-License-Identifier: Apache-2.0 */
/* Rows and queries in eight bits: conversion, error bounds, portable kernel. */
#include "math/octets.h"

#include <math.h>
#include <string.h>

#include "core/memory.h"
#include "math/simd.h"
#include "math/vector.h"

enum { LARGEST = 127, ZERO = 128 };

static size_t blocks_of(size_t rows)
{
    return rows / LR_BLOCK + (rows % LR_BLOCK != 0);
}

llmrec_status lr_octets_make(llmrec_context *context, size_t rows, size_t dim, lr_octets *octets)
{
    const size_t blocks = blocks_of(rows), groups = (dim + 3) / 4;
    lr_octets fresh = {.rows = rows, .dim = dim, .groups = groups};
    llmrec_status status = LLMREC_OK;
    LR_TRY(lr_alloc(context, &fresh.values, blocks, groups * 4 * LR_BLOCK));
    LR_TRY(LR_NEW(context, fresh.scale, blocks * LR_BLOCK));
    LR_TRY(LR_NEW(context, fresh.bias, blocks * LR_BLOCK));
    LR_TRY(LR_NEW(context, fresh.error, blocks * LR_BLOCK));
    LR_TRY(LR_NEW(context, fresh.length, blocks * LR_BLOCK));
    LR_TRY(LR_NEW(context, fresh.most_error, blocks));
    LR_TRY(LR_NEW(context, fresh.most_length, blocks));
    *octets = fresh;
done:
    if (status != LLMREC_OK) lr_octets_free(context, &fresh);
    return status;
}

void lr_octets_free(llmrec_context *context, lr_octets *octets)
{
    lr_free(context, octets->values);
    lr_free(context, octets->scale);
    lr_free(context, octets->bias);
    lr_free(context, octets->error);
    lr_free(context, octets->length);
    lr_free(context, octets->most_error);
    lr_free(context, octets->most_length);
    *octets = (lr_octets){0};
}

LR_VECTORIZE static float largest_of(const float *x, size_t n)
{
    float largest = 0;
    for (size_t i = 0; i < n; i++) largest = fabsf(x[i]) > largest ? fabsf(x[i]) : largest;
    return largest;
}

/* q = x / scale, rounded to integers: adding and subtracting 1.5 2^23 rounds a float. */
LR_VECTORIZE static void round_to_octets(const float *x, float scale, size_t n, int8_t *q)
{
    static const float rounder = 12582912;
    for (size_t i = 0; i < n; i++) {
        const float whole = x[i] / scale + rounder - rounder;
        q[i] = (int8_t)(whole > LARGEST ? LARGEST : whole < -LARGEST ? -LARGEST : whole);
    }
}

/* sum (factor x - scale q)^2 */
LR_VECTORIZE static double squared_error(const float *x, double factor, const int8_t *q, double scale, size_t n)
{
    double sums[8] = {0}, sum = 0;
    size_t i = 0;
    for (; i + 8 <= n; i += 8)
        for (size_t j = 0; j < 8; j++) {
            const double d = factor * x[i + j] - scale * q[i + j];
            sums[j] += d * d;
        }
    for (; i < n; i++) sum += (factor * x[i] - scale * q[i]) * (factor * x[i] - scale * q[i]);
    for (size_t j = 0; j < 8; j++) sum += sums[j];
    return sum;
}

/* Rounds up to float32, with a margin for the rounding of a sum of n squares in double. */
static float round_up(double value)
{
    return (float)(value * (1 + 0x1p-22) + LR_OCTETS_TINY);
}

/* Converts factor x to octets. Returns its scale; `error` gets the length of the rounding error. */
static float quantize(const float *x, double factor, size_t n, int8_t *q, double *error)
{
    const float step = largest_of(x, n) / LARGEST;
    const float scale = (float)(step * factor);
    if (step > 0 && scale > 0) round_to_octets(x, step, n, q);
    else memset(q, 0, n);
    *error = sqrt(squared_error(x, factor, q, scale, n));
    return scale;
}

/* Copies one row's values to its positions in the block. */
static void place(uint8_t *block, size_t row, const int8_t *q, size_t groups)
{
    for (size_t g = 0; g < groups; g++)
        for (size_t j = 0; j < 4; j++) block[g * 4 * LR_BLOCK + row * 4 + j] = (uint8_t)(q[g * 4 + j] + ZERO);
}

static void set_row(lr_octets *octets, size_t row, const lr_octet_source *source, float *room, int8_t *q)
{
    const float *x = source->row_of(source->self, row, room);
    const double factor = source->factor_of(source->self, row), length = factor * lr_norm(x, octets->dim);
    double error = 0;
    octets->scale[row] = quantize(x, factor, octets->dim, q, &error);
    octets->error[row] = round_up(error);
    octets->length[row] = round_up(length);
    octets->bias[row] = source->biased ? (float)(-.5 * length * length) : 0;
}

void lr_octets_set(lr_octets *octets, size_t block, const lr_octet_source *source, float *room, int8_t *octets_room)
{
    const size_t first = block * LR_BLOCK, groups = octets->groups;
    uint8_t *values = octets->values + block * groups * 4 * LR_BLOCK;
    float error = 0, length = 0;
    memset(values, ZERO, groups * 4 * LR_BLOCK);
    memset(octets_room, 0, groups * 4);
    for (size_t row = first; row < first + LR_BLOCK; row++) {
        octets->scale[row] = octets->bias[row] = octets->error[row] = octets->length[row] = 0;
        if (row >= octets->rows) continue;
        set_row(octets, row, source, room, octets_room);
        place(values, row - first, octets_room, groups);
        error = fmaxf(error, octets->error[row]);
        length = fmaxf(length, octets->length[row]);
    }
    octets->most_error[block] = error;
    octets->most_length[block] = length;
}

lr_octet_query lr_octets_query(const lr_octets *octets, const float *vector, double size, int8_t *values,
                               int32_t *offset)
{
    const size_t n = octets->dim;
    int32_t sum = 0;
    int64_t square = 0;
    double error = 0;
    const float scale = quantize(vector, 1, n, values, &error);
    for (size_t i = n; i < octets->groups * 4; i++) values[i] = 0;
    for (size_t i = 0; i < n; i++) {
        sum += values[i];
        square += (int32_t)values[i] * values[i];
    }
    *offset = -ZERO * sum;
    const double rounding = ((double)n / 64 + 64) * 0x1p-24 * size;
    return (lr_octet_query){scale, round_up(scale * sqrt((double)square)), round_up(error + rounding)};
}

/* --- kernels ------------------------------------------------------------------------------------------------- */

static void multiply_plain(const uint8_t *block, const int8_t *queries, const int32_t *offsets, size_t groups,
                           size_t count, int32_t *sums)
{
    for (size_t q = 0; q < count; q++, sums += LR_BLOCK) {
        for (size_t r = 0; r < LR_BLOCK; r++) sums[r] = offsets[q];
        for (size_t g = 0; g < groups; g++) {
            const int8_t *y = queries + (q * groups + g) * 4;
            const uint8_t *x = block + g * 4 * LR_BLOCK;
            for (size_t r = 0; r < LR_BLOCK; r++, x += 4)
                sums[r] += x[0] * y[0] + x[1] * y[1] + x[2] * y[2] + x[3] * y[3];
        }
    }
}

static uint64_t above_plain(const int32_t *sums, const float *scale, const float *bias, float factor, float limit)
{
    uint64_t bits = 0;
    for (size_t r = 0; r < LR_BLOCK; r++)
        bits |= (uint64_t)((float)sums[r] * scale[r] * factor + bias[r] >= limit) << r;
    return bits;
}

const lr_octet_kernel lr_octet_kernel_plain = {"plain", multiply_plain, above_plain};

const lr_octet_kernel *lr_octet_kernel_best(void)
{
    if (lr_octet_kernel_avx512() != NULL) return lr_octet_kernel_avx512();
    if (lr_octet_kernel_avx2() != NULL) return lr_octet_kernel_avx2();
    return &lr_octet_kernel_plain;
}
