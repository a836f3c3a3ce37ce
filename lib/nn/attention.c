/* SPDX-License-Identifier: Apache-2.0 */
#include "nn/attention.h"

#include <math.h>
#include <string.h>

#include "math/exponential.h"
#include "math/matrix.h"

size_t lr_attention_weights(const lr_attention *attention, const lr_tokens *tokens)
{
    size_t sum = 0;
    for (size_t s = 0; s < tokens->sequences; s++) {
        const size_t T = tokens->starts[s + 1] - tokens->starts[s];
        sum += attention->heads * T * T;
    }
    return sum;
}

/* One sequence's part of one head. */
typedef struct head {
    lr_matrix q, k, v;
    size_t T, first;   /* tokens; the first one's place in the chunk */
    size_t drop_first; /* its weights' place among all weights that the batch could have */
} head;

static lr_matrix columns(const lr_real *x, size_t first, size_t T, size_t stride, size_t at, size_t width)
{
    return (lr_matrix){(lr_real *)(uintptr_t)x + first * stride + at, T, width, stride, false};
}

static head head_of(const lr_attention *attention, const lr_tokens *tokens, const lr_real *qkv, size_t s, size_t h)
{
    const size_t K = attention->head_width, all = attention->heads * K;
    const size_t first = tokens->starts[s] - tokens->starts[0], T = tokens->starts[s + 1] - tokens->starts[s];
    return (head){.q = columns(qkv, first, T, 3 * all, h * K, K),
                  .k = columns(qkv, first, T, 3 * all, all + h * K, K),
                  .v = columns(qkv, first, T, 3 * all, 2 * all + h * K, K),
                  .T = T,
                  .first = first,
                  .drop_first = (tokens->starts[s] * attention->heads + h * T) * attention->longest};
}

LR_VECTORIZE static void exponentials(lr_real *x, size_t count)
{
    for (size_t i = 0; i < count; i++) x[i] = lr_exponential(x[i]);
}

/* Softmax of each of n rows of T weights over what the token sees, row i the first T-n+i+1 where causal; zero beyond. Rows are
 * shorter than lanes, so the exponentials are taken of all rows at once. */
static void softmax_rows(lr_real *weights, size_t n, size_t T, bool causal)
{
    for (size_t i = 0; i < n; i++) {
        lr_real *row = weights + i * T, most = row[0];
        const size_t seen = causal ? T - n + i + 1 : T;
        for (size_t j = 1; j < seen; j++) most = row[j] > most ? row[j] : most;
        for (size_t j = 0; j < seen; j++) row[j] -= most;
        for (size_t j = seen; j < T; j++) row[j] = -INFINITY;
    }
    exponentials(weights, n * T);
    for (size_t i = 0; i < n; i++) {
        lr_real *row = weights + i * T, sum = 0;
        for (size_t j = 0; j < T; j++) sum += row[j];
        for (size_t j = 0; j < T; j++) row[j] /= sum;
    }
}

/* Dropout on the [T,T] weights of one head: element (i,j) is number first + i T + j of the batch. */
static void drop_weights(const lr_attention *attention, const head *at, lr_real *weights)
{
    lr_dropout_apply(&attention->dropout, weights, at->drop_first, at->T * at->T);
}

void lr_attention_forward(const lr_attention *attention, const lr_tokens *tokens, const lr_real *qkv, lr_real *weights,
                          lr_real *out, lr_real *scratch)
{
    const size_t K = attention->head_width, all = attention->heads * K;
    const lr_real scale = (lr_real)(1 / sqrt((double)K));
    for (size_t s = 0; s < tokens->sequences; s++)
        for (size_t h = 0; h < attention->heads; h++) {
            const head at = head_of(attention, tokens, qkv, s, h);
            const lr_matrix A = lr_matrix_of(weights, at.T, at.T);
            lr_real *used = weights;
            lr_gemm(scale, at.q, lr_transpose(at.k), 0, A);
            softmax_rows(weights, at.T, at.T, attention->causal);
            if (attention->dropout.rate > 0) {
                used = memcpy(scratch, weights, at.T * at.T * sizeof *scratch);
                drop_weights(attention, &at, used);
            }
            lr_gemm(1, lr_matrix_of(used, at.T, at.T), at.v, 0, columns(out, at.first, at.T, all, h * K, K));
            weights += at.T * at.T;
        }
}

void lr_attention_continue(const lr_attention *attention, const lr_past *past, size_t n, const lr_real *qkv,
                           lr_real *weights, lr_real *out)
{
    const size_t K = attention->head_width, all = attention->heads * K, T = past->length + n;
    const lr_real scale = (lr_real)(1 / sqrt((double)K));
    for (size_t i = 0; i < n; i++) {
        memcpy(past->keys + (past->length + i) * all, qkv + i * 3 * all + all, all * sizeof *qkv);
        memcpy(past->values + (past->length + i) * all, qkv + i * 3 * all + 2 * all, all * sizeof *qkv);
    }
    for (size_t h = 0; h < attention->heads; h++) {
        const lr_matrix keys = columns(past->keys, 0, T, all, h * K, K);
        const lr_matrix values = columns(past->values, 0, T, all, h * K, K);
        lr_gemm(scale, columns(qkv, 0, n, 3 * all, h * K, K), lr_transpose(keys), 0, lr_matrix_of(weights, n, T));
        softmax_rows(weights, n, T, true);
        lr_gemm(1, lr_matrix_of(weights, n, T), values, 0, columns(out, 0, n, all, h * K, K));
    }
}

/* d_A -> d_S in place: the softmax's derivative, row by row. */
static void softmax_backward(const lr_real *weights, lr_real *d_weights, size_t T)
{
    for (size_t i = 0; i < T; i++) {
        const lr_real *a = weights + i * T;
        lr_real *d = d_weights + i * T, mean = 0;
        for (size_t j = 0; j < T; j++) mean += a[j] * d[j];
        for (size_t j = 0; j < T; j++) d[j] = a[j] * (d[j] - mean);
    }
}

static void head_backward(const lr_attention *attention, const head *at, const head *down, lr_matrix d_out,
                          const lr_real *weights, lr_real *scratch)
{
    const size_t T = at->T;
    const lr_real scale = (lr_real)(1 / sqrt((double)attention->head_width));
    const lr_matrix square = lr_matrix_of(scratch, T, T);
    memcpy(scratch, weights, T * T * sizeof *scratch);
    drop_weights(attention, at, scratch);
    lr_gemm(1, lr_transpose(square), d_out, 0, down->v);
    lr_gemm(1, d_out, lr_transpose(at->v), 0, square);
    drop_weights(attention, at, scratch);
    softmax_backward(weights, scratch, T);
    lr_gemm(scale, square, at->k, 0, down->q);
    lr_gemm(scale, lr_transpose(square), at->q, 0, down->k);
}

void lr_attention_backward(const lr_attention *attention, const lr_tokens *tokens, const lr_attention_gradient *arrays)
{
    const size_t K = attention->head_width, all = attention->heads * K;
    const lr_real *weights = arrays->weights;
    for (size_t s = 0; s < tokens->sequences; s++)
        for (size_t h = 0; h < attention->heads; h++) {
            const head at = head_of(attention, tokens, arrays->qkv, s, h);
            const head down = head_of(attention, tokens, arrays->d_qkv, s, h);
            head_backward(attention, &at, &down, columns(arrays->d_out, at.first, at.T, all, h * K, K), weights,
                          arrays->scratch);
            weights += at.T * at.T;
        }
}
