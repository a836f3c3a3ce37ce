/* SPDX-License-Identifier: Apache-2.0 */
/* Attention for training and live sessions. math/self_attention.c is another one: it has no backward pass and keeps no
 * weights, so it can work on small padded blocks, which is faster; here weights are dense, masked and dropped out. */
#include "nn/attention.h"

#include <math.h>
#include <string.h>

#include "math/exponential.h"
#include "math/matrix.h"

/* One head of a sequence. */
typedef struct head {
    lr_matrix q, k, v;
    const lr_sequence *of;
    size_t drop_first; /* index of its first weight among all possible weights of the batch, for dropout */
} head;

static lr_matrix columns(const lr_real *x, size_t first, size_t rows, size_t stride, size_t at, size_t dim)
{
    return (lr_matrix){(lr_real *)(uintptr_t)x + first * stride + at, rows, dim, stride, false};
}

static head head_of(const lr_attention *attention, const lr_real *qkv, const lr_sequence *s, size_t h)
{
    const size_t K = attention->head_dim, all = attention->heads * K;
    return (head){.q = columns(qkv, s->query, s->Q, 3 * all, h * K, K),
                  .k = columns(qkv, s->first, s->T, 3 * all, all + h * K, K),
                  .v = columns(qkv, s->first, s->T, 3 * all, 2 * all + h * K, K),
                  .of = s,
                  .drop_first = (s->batch_first * attention->heads + h * s->T) * attention->longest};
}

LR_VECTORIZE static void exponentials(lr_real *x, size_t count)
{
    for (size_t i = 0; i < count; i++) x[i] = lr_exponential(x[i]);
}

/* Softmax of each row over the visible tokens: `past` tokens and those of the sequence; the rest of the row is zero.
 * Rows are shorter than vector lanes, so exp is computed for all rows at once. */
static void softmax_rows(lr_real *weights, const lr_sequence *s, size_t past, bool causal)
{
    const size_t T = past + s->T;
    for (size_t i = 0; i < s->Q; i++) {
        lr_real *row = weights + i * T, most = row[0];
        const size_t seen = causal ? past + lr_query_token(s, i) + 1 : T;
        for (size_t j = 1; j < seen; j++) most = row[j] > most ? row[j] : most;
        for (size_t j = 0; j < seen; j++) row[j] -= most;
        for (size_t j = seen; j < T; j++) row[j] = -INFINITY;
    }
    exponentials(weights, s->Q * T);
    for (size_t i = 0; i < s->Q; i++) {
        lr_real *row = weights + i * T, sum = 0;
        for (size_t j = 0; j < T; j++) sum += row[j];
        for (size_t j = 0; j < T; j++) row[j] /= sum;
    }
}

/* Applies dropout to the [Q,T] weights of a head. Element (i,j) of the full [T,T] matrix has number drop_first + i T +
 * j in the batch. */
static void drop_weights(const lr_attention *attention, const head *at, lr_real *weights)
{
    const lr_sequence *s = at->of;
    if (s->at == NULL) lr_dropout_apply(&attention->dropout, weights, at->drop_first, s->T * s->T);
    else
        for (size_t i = 0; i < s->Q; i++)
            lr_dropout_apply(&attention->dropout, weights + i * s->T, at->drop_first + lr_query_token(s, i) * s->T,
                             s->T);
}

static void head_forward(const lr_attention *attention, const head *at, lr_real *weights, lr_matrix out,
                         lr_real *scratch)
{
    const size_t T = at->of->T, count = at->of->Q * T;
    const lr_real scale = (lr_real)(1 / sqrt((double)attention->head_dim));
    lr_real *used = weights;
    lr_gemm(scale, at->q, lr_transpose(at->k), 0, lr_matrix_of(weights, at->of->Q, T));
    softmax_rows(weights, at->of, 0, attention->causal);
    if (attention->dropout.rate > 0) {
        used = memcpy(scratch, weights, count * sizeof *scratch);
        drop_weights(attention, at, used);
    }
    lr_gemm(1, lr_matrix_of(used, at->of->Q, T), at->v, 0, out);
}

void lr_attention_forward(const lr_attention *attention, const lr_tokens *tokens, const lr_real *qkv, lr_real *weights,
                          lr_real *out, lr_real *scratch)
{
    const size_t K = attention->head_dim, all = attention->heads * K;
    lr_sequence s = {0};
    for (size_t index = 0; index < tokens->sequences; index++) {
        s = lr_sequence_at(tokens, attention->labeled, index, &s);
        for (size_t h = 0; h < attention->heads; h++) {
            const head at = head_of(attention, qkv, &s, h);
            head_forward(attention, &at, weights, columns(out, s.query, s.Q, all, h * K, K), scratch);
            weights += s.Q * s.T;
        }
    }
}

void lr_attention_continue(const lr_attention *attention, const lr_tokens *tokens, const lr_past *past,
                           const lr_real *qkv, lr_real *weights, lr_real *out)
{
    const lr_sequence s = lr_sequence_at(tokens, attention->labeled, 0, NULL);
    const size_t K = attention->head_dim, all = attention->heads * K, T = past->length + s.T;
    const lr_real scale = (lr_real)(1 / sqrt((double)K));
    for (size_t i = 0; i < s.T; i++) {
        memcpy(past->keys + (past->length + i) * all, qkv + i * 3 * all + all, all * sizeof *qkv);
        memcpy(past->values + (past->length + i) * all, qkv + i * 3 * all + 2 * all, all * sizeof *qkv);
    }
    for (size_t h = 0; h < attention->heads; h++) {
        const lr_matrix keys = columns(past->keys, 0, T, all, h * K, K);
        const lr_matrix values = columns(past->values, 0, T, all, h * K, K);
        lr_gemm(scale, columns(qkv, 0, s.Q, 3 * all, h * K, K), lr_transpose(keys), 0, lr_matrix_of(weights, s.Q, T));
        softmax_rows(weights, &s, past->length, true);
        lr_gemm(1, lr_matrix_of(weights, s.Q, T), values, 0, columns(out, 0, s.Q, all, h * K, K));
    }
}

/* Computes d_S from d_A in place: the derivative of the softmax, row by row. */
static void softmax_backward(const lr_real *weights, lr_real *d_weights, size_t rows, size_t T)
{
    for (size_t i = 0; i < rows; i++) {
        const lr_real *a = weights + i * T;
        lr_real *d = d_weights + i * T, mean = 0;
        for (size_t j = 0; j < T; j++) mean += a[j] * d[j];
        for (size_t j = 0; j < T; j++) d[j] = a[j] * (d[j] - mean);
    }
}

static void head_backward(const lr_attention *attention, const head *at, const head *down, lr_matrix d_out,
                          const lr_real *weights, lr_real *scratch)
{
    const size_t Q = at->of->Q, T = at->of->T;
    const lr_real scale = (lr_real)(1 / sqrt((double)attention->head_dim));
    const lr_matrix square = lr_matrix_of(scratch, Q, T);
    memcpy(scratch, weights, Q * T * sizeof *scratch);
    drop_weights(attention, at, scratch);
    lr_gemm(1, lr_transpose(square), d_out, 0, down->v);
    lr_gemm(1, d_out, lr_transpose(at->v), 0, square);
    drop_weights(attention, at, scratch);
    softmax_backward(weights, scratch, Q, T);
    lr_gemm(scale, square, at->k, 0, down->q);
    lr_gemm(scale, lr_transpose(square), at->q, 0, down->k);
}

void lr_attention_backward(const lr_attention *attention, const lr_tokens *tokens, const lr_attention_gradient *arrays)
{
    const size_t K = attention->head_dim, all = attention->heads * K;
    const lr_real *weights = arrays->weights;
    lr_sequence s = {0};
    for (size_t index = 0; index < tokens->sequences; index++) {
        s = lr_sequence_at(tokens, attention->labeled, index, &s);
        for (size_t h = 0; h < attention->heads; h++) {
            const head at = head_of(attention, arrays->qkv, &s, h);
            const head down = head_of(attention, arrays->d_qkv, &s, h);
            head_backward(attention, &at, &down, columns(arrays->d_out, s.query, s.Q, all, h * K, K), weights,
                          arrays->scratch);
            weights += s.Q * s.T;
        }
    }
}
