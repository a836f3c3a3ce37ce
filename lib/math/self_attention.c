/* SPDX-License-Identifier: Apache-2.0 */
/* Forward pass of self-attention for short sequences. nn/attention.c is another one: it keeps all weights for the
 * backward pass, and has masks and dropout, which padded blocks have no room for. */
#include "math/self_attention.h"

#include <math.h>
#include <string.h>

#include "math/lanes.h"
#include "math/matrix.h"
#include "math/softmax.h"

/* Sequences are short, so operands are copied to padded blocks that fit the first-level caches. One small product then
 * computes both q k^T and p v, in tiles of ROWS x LR_LANES that stay in registers, without remainders. */
enum { ROWS = 8, BLOCK = 32 }; /* BLOCK: queries per pass */

static size_t padded(size_t n, size_t unit)
{
    return (n + unit - 1) / unit * unit;
}

size_t lr_self_attention_scratch(size_t longest, size_t head_dim)
{
    const size_t length = padded(longest, LR_LANES), dim = padded(head_dim, LR_LANES);
    return 2 * length * dim + BLOCK * (2 * dim + length);
}

/* Parts of the scratch memory, all padded with zeros. */
typedef struct parts {
    lr_matrix keys;    /* [d,length], transposed */
    lr_matrix values;  /* [length,d] */
    lr_matrix queries; /* [BLOCK,d] */
    lr_matrix scores;  /* [BLOCK,length] */
    lr_matrix results; /* [BLOCK,d] */
} parts;

static parts divide(float *scratch, size_t longest, size_t head_dim)
{
    const size_t length = padded(longest, LR_LANES), dim = padded(head_dim, LR_LANES);
    parts p;
    memset(scratch, 0, lr_self_attention_scratch(longest, head_dim) * sizeof *scratch);
    p.keys = lr_matrix_of(scratch, dim, length);
    p.values = lr_matrix_of(p.keys.data + dim * length, length, dim);
    p.queries = lr_matrix_of(p.values.data + length * dim, BLOCK, dim);
    p.scores = lr_matrix_of(p.queries.data + BLOCK * dim, BLOCK, length);
    p.results = lr_matrix_of(p.scores.data + BLOCK * length, BLOCK, dim);
    return p;
}

LR_INLINE void tile(const lr_matrix *a, const lr_matrix *b, const lr_matrix *c, size_t row, size_t column, size_t inner)
{
    const float *from = a->data + row * a->stride, *with = b->data + column;
    lr_lanes sums[ROWS] = {0};
    for (size_t k = 0; k < inner; k++, with += b->stride)
        for (size_t r = 0; r < ROWS; r++) sums[r] += from[r * a->stride + k] * LR_LANES_AT(with);
    for (size_t r = 0; r < ROWS; r++) LR_LANES_IN(c->data + (row + r) * c->stride + column) = sums[r];
}

/* c[0..rows) = a b over the first `inner` columns of a, in whole tiles of rows. */
LR_VECTORIZE static void multiply(const lr_matrix *a, const lr_matrix *b, const lr_matrix *c, size_t rows, size_t inner)
{
    for (size_t column = 0; column < c->columns; column += LR_LANES)
        for (size_t row = 0; row < rows; row += ROWS) tile(a, b, c, row, column, inner);
}

/* Source of a copy: `count` rows starting at `first`, columns of one head's queries, keys or values. */
typedef struct slice {
    const lr_self_attention *of;
    size_t first, count, column, dim;
} slice;

static void copy_transposed(const slice *from, float *to, size_t stride)
{
    const float *bias = from->of->bias + from->column;
    for (size_t t = 0; t < from->count; t++) {
        const float *row = from->of->qkv + t * 3 * from->of->dim + from->column;
        for (size_t i = 0; i < from->dim; i++) to[i * stride + t] = row[i] + bias[i];
    }
}

LR_VECTORIZE static void copy_scaled(const slice *from, float factor, float *to, size_t stride)
{
    const float *bias = from->of->bias + from->column;
    for (size_t t = 0; t < from->count; t++) {
        const float *row = from->of->qkv + (from->first + t) * 3 * from->of->dim + from->column;
        for (size_t i = 0; i < from->dim; i++) to[t * stride + i] = (row[i] + bias[i]) * factor;
    }
}

/* Scores the queries of `from` against all keys and writes the results to out [count,d]. */
static void attend(const slice *from, const parts *p, float *out)
{
    const size_t d = from->dim, count = from->count, length = from->of->length;
    copy_scaled(from, 1.0f / sqrtf((float)d), p->queries.data, p->queries.stride);
    multiply(&p->queries, &p->keys, &p->scores, count, d);
    lr_softmax_rows((lr_matrix){p->scores.data, count, length, p->scores.stride, false});
    multiply(&p->scores, &p->values, &p->results, count, length);
    for (size_t t = 0; t < count; t++)
        memcpy(out + t * from->of->dim, p->results.data + t * p->results.stride, d * sizeof *out);
}

void lr_self_attention_forward(const lr_self_attention *attention, size_t head, float *out, float *scratch)
{
    const size_t length = attention->length, dim = attention->dim, d = dim / attention->heads, column = head * d;
    const parts p = divide(scratch, length, d);
    copy_transposed(&(slice){attention, 0, length, dim + column, d}, p.keys.data, p.keys.stride);
    copy_scaled(&(slice){attention, 0, length, 2 * dim + column, d}, 1, p.values.data, p.values.stride);
    for (size_t first = 0; first < length; first += BLOCK) {
        const size_t left = length - first, count = left < BLOCK ? left : BLOCK;
        attend(&(slice){attention, first, count, column, d}, &p, out + first * dim + column);
    }
}
