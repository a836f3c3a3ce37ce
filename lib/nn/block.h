/* SPDX-License-Identifier: Apache-2.0 */
/* One transformer block on packed tokens, post- or pre-norm. n tokens, D dim, F feed-forward, HK heads x head dim.
 *
 *     in = pre ? LN1(x) : x                      s1 = x + drop(mix(attention(qkv(in))))
 *     h  = pre ? LN2(s1) : LN1(s1)               s2 = (pre ? s1 : h) + drop(down(act(up(h))))
 *     y  = pre ? s2 : LN2(s2)
 *
 * Of the last block only the labeled tokens are looked at: it asks, mixes and goes on with these m tokens alone, which
 * are few under Cloze masks and one a sequence in inference. Their values are the same as if all had been taken. */
#ifndef LR_NN_BLOCK_H
#define LR_NN_BLOCK_H

#include "math/norm.h"
#include "nn/attention.h"
#include "nn/dense.h"
#include "nn/shape.h"

/* The network that a block belongs to: all parameters, and one step's dropout. */
typedef struct lr_network {
    const lr_shape *shape;
    const lr_layout *layout;
    const lr_real *parameters;
    const lr_real *transposed; /* weights of dense layers, at the same places; NULL where no backward pass follows */
    uint64_t seed, step;       /* of dropout */
    bool training;             /* dropout happens */
} lr_network;

/* What the forward pass of a block leaves for its backward pass. m is n in all blocks but the last. */
typedef struct lr_block_trace {
    lr_real *x;               /* [n,D] input, filled by the caller */
    lr_real *in;              /* [n,D]; x itself where post-norm */
    lr_real *asking;          /* [m,D] of in, the tokens that ask; in itself where all do */
    lr_real *qkv;             /* [n,3HK], the queries' part [m] */
    lr_real *weights;         /* sum of H Q T */
    lr_real *mixed;           /* [m,HK] what attention gives */
    lr_real *s1, *h;          /* [m,D] */
    lr_real *up, *active;     /* [m,F] before and after the activation */
    lr_real *s2;              /* [m,D]; y itself where pre-norm */
    lr_real *y;               /* [m,D] */
    lr_real *stats1, *stats2; /* [n,2] of LN1 and LN2 */
} lr_block_trace;

/* Memory that a pass uses and leaves: square N^2; the others for backward only. */
typedef struct lr_block_scratch {
    lr_real *square;
    lr_real *d_drop, *d_in, *d_mixed; /* [n,D], [n,D], [n,HK] */
    lr_real *d_ffn, *d_qkv;           /* [n,F], [n,3HK] */
} lr_block_scratch;

/* One block at work on one batch. */
typedef struct lr_block {
    const lr_network *network;
    size_t layer;
    bool last; /* for the labeled tokens alone */
    const lr_tokens *tokens;
    lr_block_trace trace;
    lr_block_scratch scratch;
} lr_block;

void lr_block_forward(const lr_block *block);

/* Turns d_y [m,D] into d_x [n,D] in place in `d`, and adds the parameters' gradients to `gradients`, laid out as they
 * are. */
void lr_block_backward(const lr_block *block, lr_real *d, lr_real *gradients);

/* Parts of the network, for the layers before and after the blocks. */
lr_dropout lr_network_dropout(const lr_network *network, double rate, size_t layer, int use);
lr_layer_norm lr_network_norm(const lr_network *network, lr_norm_at at);
lr_dense lr_network_dense(const lr_network *network, lr_dense_at at, size_t in, size_t out);

#endif
