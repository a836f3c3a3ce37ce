/* SPDX-License-Identifier: Apache-2.0 */
/* Multi-head scaled dot-product attention inside each sequence of a packed batch (Vaswani et al. 2017, section 3.2).
 * n tokens, of which m ask; H heads of dim K; T tokens in a sequence, of which Q ask. */
#ifndef LR_NN_ATTENTION_H
#define LR_NN_ATTENTION_H

#include "nn/dropout.h"
#include "nn/tokens.h"

typedef struct lr_attention {
    size_t heads, head_dim;
    bool causal;        /* token i sees tokens 0..i of its sequence; else all of it */
    bool labeled;       /* only labeled tokens ask; else all do */
    lr_dropout dropout; /* on the weights, after the softmax */
    size_t longest;     /* no sequence has more tokens: the shape's positions */
} lr_attention;

/* Per head and sequence, q [Q,K] and k, v [T,K] the columns of qkv [n, 3 H K], where the queries' part has m rows, one
 * a token that asks:
 *     A = softmax(q k' / sqrt(K)) over the tokens seen,   out = drop(A) v
 * `weights` keeps A (before dropout) for the backward pass, at most H T^2 numbers a sequence; `scratch` holds
 * longest^2. out: [m, H K]. */
void lr_attention_forward(const lr_attention *attention, const lr_tokens *tokens, const lr_real *qkv, lr_real *weights,
                          lr_real *out, lr_real *scratch);

/* The same, causal, for one sequence that follows `past`, whose arrays are one layer's: keys and values are put behind
 * those there, and token i sees the past and 0..i. `weights` holds Q (past + n) numbers, which are not kept. */
void lr_attention_continue(const lr_attention *attention, const lr_tokens *tokens, const lr_past *past,
                           const lr_real *qkv, lr_real *weights, lr_real *out);

/* With d_out given: d_v = drop(A)' d_out,  d_A = drop(d_out v'),  d_S = A (d_A - rowsum(d_A A)),
 *     d_q = d_S k / sqrt(K),  d_k = d_S' q / sqrt(K). Fills d_qkv as qkv is filled; `scratch` holds longest^2
 *     numbers. */
typedef struct lr_attention_gradient {
    const lr_real *qkv, *weights, *d_out;
    lr_real *d_qkv, *scratch;
} lr_attention_gradient;
void lr_attention_backward(const lr_attention *attention, const lr_tokens *tokens, const lr_attention_gradient *arrays);

#endif
