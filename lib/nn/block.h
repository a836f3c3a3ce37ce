/* SPDX-License-Identifier: Apache-2.0 */
/* Computes one transformer block on packed tokens, post-norm or pre-norm. n tokens, D dim, F feed-forward dim, HK heads
 * x head dim.
 *
 *     in = pre ? LN1(x) : x                      s1 = x + drop(mix(attention(qkv(in))))
 *     h  = pre ? LN2(s1) : LN1(s1)               s2 = (pre ? s1 : h) + drop(down(act(up(h))))
 *     y  = pre ? s2 : LN2(s2)
 *
 * With a filter F of share a (nn/frequency.h), (1-a) mix(attention(qkv(in))) + a F(in) takes the place of mix(...).
 *
 * The last block computes only its m labeled tokens after keys and values. These are few with Cloze masks, and one per
 * sequence in inference. The results are the same as if all tokens were computed. */
#ifndef LR_NN_BLOCK_H
#define LR_NN_BLOCK_H

#include "math/norm.h"
#include "nn/attention.h"
#include "nn/dense.h"
#include "nn/frequency.h"
#include "nn/shape.h"

/* The network of a block: all parameters, and the dropout of the current step. */
typedef struct lr_network {
    const lr_shape *shape;
    const lr_layout *layout;
    const lr_real *parameters;
    const lr_real *transposed; /* transposed dense weights, at the same offsets; NULL without a backward pass */
    uint64_t seed, step;       /* of dropout */
    bool training;             /* apply dropout */
} lr_network;

/* What a block's forward pass stores for its backward pass. m is n in all blocks except the last. */
typedef struct lr_block_trace {
    lr_real *x;               /* [n,D] input, filled by the caller */
    lr_real *in;              /* [n,D]; x if post-norm */
    lr_real *asking;          /* [m,D] rows of `in` that are queries; `in` if all are */
    lr_real *qkv;             /* [n,3HK]; the query part has m rows */
    lr_real *weights;         /* sum of H Q T */
    lr_real *mixed;           /* [m,HK] output of attention */
    lr_real *low;             /* [m,D] low frequencies of `in`, with a filter */
    lr_real *s1, *h;          /* [m,D] */
    lr_real *up, *active;     /* [m,F] before and after the activation */
    lr_real *s2;              /* [m,D]; y if pre-norm */
    lr_real *y;               /* [m,D] */
    lr_real *stats1, *stats2; /* [n,2] of LN1 and LN2 */
} lr_block_trace;

/* Scratch memory: `square` has N^2 values; the other arrays are for the backward pass only. */
typedef struct lr_block_scratch {
    lr_real *square;
    lr_real *d_drop, *d_in, *d_mixed; /* [n,D], [n,D], [n,HK] */
    lr_real *d_ffn, *d_qkv;           /* [n,F], [n,3HK] */
    lr_real *d_filter;                /* [n,D], with a filter */
    lr_real *kernels;                 /* of the filter, the same for all layers */
} lr_block_scratch;

/* A block and the batch that it processes. */
typedef struct lr_block {
    const lr_network *network;
    size_t layer;
    bool last; /* compute only the labeled tokens */
    const lr_tokens *tokens;
    lr_block_trace trace;
    lr_block_scratch scratch;
} lr_block;

void lr_block_forward(const lr_block *block);

/* Replaces d_y [m,D] in `d` by d_x [n,D], and adds the gradients of the parameters to `gradients` (same layout as the
 * parameters). */
void lr_block_backward(const lr_block *block, lr_real *d, lr_real *gradients);

/* Parts of the network, for the layers before and after the blocks. */
lr_dropout lr_network_dropout(const lr_network *network, double rate, size_t layer, int use);
lr_layer_norm lr_network_norm(const lr_network *network, lr_norm_at at);
lr_dense lr_network_dense(const lr_network *network, lr_dense_at at, size_t in, size_t out);

#endif
