/* SPDX-License-Identifier: Apache-2.0 */
#include "nn/frequency.h"

#include <math.h>
#include <string.h>

#include "math/matrix.h"
#include "math/simd.h"

/* --- kernels --------------------------------------------------------------------------------------------------- */

static size_t kernel_at(size_t T)
{
    return T * (T - 1) / 2;
}

size_t lr_frequency_kernel_numbers(size_t positions)
{
    return kernel_at(positions + 1);
}

static double kernel(size_t T, size_t distance, size_t modes)
{
    double sum = 1;
    for (size_t k = 1; k < modes && 2 * k <= T; k++)
        sum += (2 * k == T ? 1 : 2) * cos(6.283185307179586477 * (double)(k * distance % T) / (double)T);
    return sum / (double)T;
}

void lr_frequency_kernels(size_t positions, size_t modes, lr_real *kernels)
{
    for (size_t T = 1; T <= positions; T++)
        for (size_t d = 0; d < T; d++) kernels[kernel_at(T) + d] = (lr_real)kernel(T, d, modes);
}

/* Fills the row of P [T] for token t. */
static void fill_row(const lr_frequency *filter, size_t T, size_t t, lr_real *row)
{
    const size_t seen = filter->causal ? t + 1 : T;
    const lr_real *p = filter->kernels + kernel_at(seen);
    for (size_t s = 0; s < seen; s++) row[s] = p[s < t ? t - s : s - t];
    for (size_t s = seen; s < T; s++) row[s] = 0;
}

/* Fills the rows of P for the queries, behind `past` tokens. */
static lr_matrix rows_of(const lr_frequency *filter, const lr_sequence *s, size_t past, lr_real *rows)
{
    const size_t T = past + s->T;
    for (size_t i = 0; i < s->Q; i++) fill_row(filter, T, past + lr_query_token(s, i), rows + i * T);
    return lr_matrix_of(rows, s->Q, T);
}

/* --- forward --------------------------------------------------------------------------------------------------- */

LR_VECTORIZE static void mix_row(const lr_frequency *filter, const lr_real *restrict x, const lr_real *restrict low,
                                 lr_real share, lr_real *restrict out)
{
    const lr_real *restrict beta = filter->beta;
    for (size_t j = 0; j < filter->dim; j++) {
        const lr_real y = low[j] + beta[j] * beta[j] * (x[j] - low[j]);
        out[j] = (1 - share) * out[j] + share * y;
    }
}

/* Mixes the queries' rows, where x begins with the sequence. */
static void mix(const lr_frequency *filter, const lr_sequence *s, const lr_filtered *arrays, const lr_real *x,
                lr_real *out)
{
    const size_t D = filter->dim;
    for (size_t i = 0; i < s->Q; i++) {
        const size_t row = (s->query + i) * D;
        mix_row(filter, x + lr_query_token(s, i) * D, arrays->low + row, (lr_real)arrays->share, out + row);
    }
}

void lr_frequency_forward(const lr_frequency *filter, const lr_tokens *tokens, const lr_filtered *arrays, lr_real *out)
{
    const size_t D = filter->dim;
    lr_sequence s = {0};
    for (size_t index = 0; index < tokens->sequences; index++) {
        s = lr_sequence_at(tokens, filter->labeled, index, &s);
        const lr_real *x = arrays->x + s.first * D;
        lr_gemm(1, rows_of(filter, &s, 0, arrays->scratch), lr_matrix_of(x, s.T, D), 0,
                lr_matrix_of(arrays->low + s.query * D, s.Q, D));
        mix(filter, &s, arrays, x, out);
    }
}

void lr_frequency_continue(const lr_frequency *filter, const lr_tokens *tokens, const lr_past *past,
                           const lr_filtered *arrays, lr_real *out)
{
    const size_t D = filter->dim;
    const lr_sequence s = lr_sequence_at(tokens, filter->labeled, 0, NULL);
    memcpy(past->inputs + past->length * D, arrays->x, s.T * D * sizeof *arrays->x);
    lr_gemm(1, rows_of(filter, &s, past->length, arrays->scratch), lr_matrix_of(past->inputs, past->length + s.T, D), 0,
            lr_matrix_of(arrays->low, s.Q, D));
    mix(filter, &s, arrays, arrays->x, out);
}

/* --- backward -------------------------------------------------------------------------------------------------- */

/* The rows [D] of one query. */
typedef struct query_rows {
    const lr_real *x;
    lr_real *low, *d, *d_x;
} query_rows;

/* Adds to d_x and d_beta. Replaces `low` by its gradient, and d by the gradient of attention's output. */
LR_VECTORIZE static void split_row(const lr_frequency *filter, const query_rows *rows, lr_real share,
                                   lr_real *restrict d_beta)
{
    const lr_real *restrict beta = filter->beta, *restrict x = rows->x;
    lr_real *restrict low = rows->low, *restrict d = rows->d, *restrict d_x = rows->d_x;
    for (size_t j = 0; j < filter->dim; j++) {
        const lr_real d_y = share * d[j], gain = beta[j] * beta[j];
        d_beta[j] += 2 * beta[j] * (x[j] - low[j]) * d_y;
        d_x[j] += gain * d_y;
        low[j] = (1 - gain) * d_y;
        d[j] *= 1 - share;
    }
}

void lr_frequency_backward(const lr_frequency *filter, const lr_tokens *tokens, const lr_filtered *arrays,
                           lr_real *d_out, lr_real *d_x, lr_real *d_beta)
{
    const size_t D = filter->dim;
    lr_sequence s = {0};
    memset(d_x, 0, lr_tokens_count(tokens) * D * sizeof *d_x);
    for (size_t index = 0; index < tokens->sequences; index++) {
        s = lr_sequence_at(tokens, filter->labeled, index, &s);
        for (size_t i = 0; i < s.Q; i++) {
            const size_t row = (s.query + i) * D, token = (s.first + lr_query_token(&s, i)) * D;
            const query_rows rows = {arrays->x + token, arrays->low + row, d_out + row, d_x + token};
            split_row(filter, &rows, (lr_real)arrays->share, d_beta);
        }
        lr_gemm(1, lr_transpose(rows_of(filter, &s, 0, arrays->scratch)),
                lr_matrix_of(arrays->low + s.query * D, s.Q, D), 1, lr_matrix_of(d_x + s.first * D, s.T, D));
    }
}
