/* SPDX-License-Identifier: Apache-2.0 */
/* Computes multi-head scaled dot-product attention within each sequence of a packed batch (Vaswani et al. 2017, section
 * 3.2). n tokens, m of them queries; H heads of dim K; T tokens in a sequence, Q of them queries. */
#ifndef LR_NN_ATTENTION_H
#define LR_NN_ATTENTION_H

#include "nn/dropout.h"
#include "nn/tokens.h"

typedef struct lr_attention {
    size_t heads, head_dim;
    bool causal;        /* token i sees tokens 0..i of its sequence; else all tokens */
    bool labeled;       /* only labeled tokens are queries; else all tokens */
    lr_dropout dropout; /* on the weights, after the softmax */
    size_t longest;     /* most tokens in a sequence: the shape's positions */
} lr_attention;

/* Per head and sequence, with q [Q,K] and k, v [T,K] in the columns of qkv [n, 3 H K] (the query part has one row for
 * each of the m queries):
 *     A = softmax(q k' / sqrt(K)) over the visible tokens,   out = drop(A) v
 * `weights` keeps A (before dropout) for the backward pass, at most H T^2 values per sequence. `scratch` has longest^2
 * values. out: [m, H K]. */
void lr_attention_forward(const lr_attention *attention, const lr_tokens *tokens, const lr_real *qkv, lr_real *weights,
                          lr_real *out, lr_real *scratch);

/* The same, causal, for one sequence that continues `past` (the arrays of one layer). Appends keys and values to
 * `past`; token i sees the past and tokens 0..i. `weights` has Q (past + n) values and is only scratch memory. */
void lr_attention_continue(const lr_attention *attention, const lr_tokens *tokens, const lr_past *past,
                           const lr_real *qkv, lr_real *weights, lr_real *out);

/* Given d_out, computes d_v = drop(A)' d_out,  d_A = drop(d_out v'),  d_S = A (d_A - rowsum(d_A A)),
 *     d_q = d_S k / sqrt(K),  d_k = d_S' q / sqrt(K).
 * Fills d_qkv in the layout of qkv. `scratch` has longest^2 values. */
typedef struct lr_attention_gradient {
    const lr_real *qkv, *weights, *d_out;
    lr_real *d_qkv, *scratch;
} lr_attention_gradient;
void lr_attention_backward(const lr_attention *attention, const lr_tokens *tokens, const lr_attention_gradient *arrays);

#endif
