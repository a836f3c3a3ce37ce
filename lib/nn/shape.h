/* SPDX-License-Identifier: Apache-2.0 */
/* What a transformer encoder is made of, and where each of its parameters lies.
 *
 * All parameters stand in one array, so that the optimizer is one loop, a checkpoint one array, and gradients and
 * moments are arrays of the same layout. */
#ifndef LR_NN_SHAPE_H
#define LR_NN_SHAPE_H

#include <stddef.h>

#include "core/status.h"
#include "llmrec/context.h"

typedef struct lr_shape {
    size_t items;        /* V: classes of the output; the table has one more row, [MASK] */
    size_t positions;    /* N: longest sequence, the mask included */
    size_t dim;          /* D */
    size_t layers;       /* L */
    size_t heads;        /* H */
    size_t head_dim;     /* K: floor(D/H); H K may be below D */
    size_t ffn;          /* F */
    bool causal;         /* a token sees those before it only */
    bool pre_norm;       /* x + f(LN(x)) instead of LN(x + f(x)) */
    bool relu;           /* instead of the exact GELU */
    bool embedding_norm; /* LayerNorm on item + position */
    bool final_norm;     /* LayerNorm after the last block, usual with pre_norm */
    bool head;           /* projection D x D with activation before the output */
    bool head_norm;      /* LayerNorm after that */
    bool output_bias;    /* one number an item */
    size_t adapter;      /* item row = x W + b from vectors of this dim; 0: rows are parameters themselves */
    double epsilon;      /* of every LayerNorm */
    double embedding_dropout, attention_dropout, hidden_dropout;
} lr_shape;

/* Offsets of gain and bias [D] of a LayerNorm, of weights [in,out] and bias [out] of a dense layer. */
typedef struct lr_norm_at {
    size_t gain, bias;
} lr_norm_at;

typedef struct lr_dense_at {
    size_t weights, bias;
} lr_dense_at;

typedef struct lr_block_at {
    lr_norm_at attention_norm, ffn_norm;
    lr_dense_at qkv;      /* [D, 3 H K]: queries, keys, values side by side */
    lr_dense_at mix;      /* [H K, D] */
    lr_dense_at up, down; /* [D,F], [F,D] */
} lr_block_at;

/* One named part of the array, for checkpoints, export and the optimizer. */
typedef struct lr_parameter {
    char name[40];
    size_t offset, rows, columns; /* a vector has one row */
    bool decays;                  /* weight decay applies: tables and weights, not biases and norms */
} lr_parameter;

enum { LR_MAX_LAYERS = 64, LR_MAX_TENSORS = 12 + 12 * LR_MAX_LAYERS };

typedef struct lr_layout {
    size_t position; /* [N,D] */
    lr_norm_at embedding_norm, final_norm, head_norm;
    lr_dense_at head;
    lr_block_at block[LR_MAX_LAYERS];
    size_t item;         /* [V+1,D]; what stands before it does not grow with the catalog */
    size_t output_bias;  /* [V] */
    lr_dense_at adapter; /* [A,D] and [D] */
    size_t total;        /* numbers in all */
    size_t tensor_count;
    lr_parameter tensor[LR_MAX_TENSORS];
} lr_layout;

/* Checks the ranges that the layout depends on, then fills it. Tensors that the shape does without have no entry. */
llmrec_status lr_layout_of(const lr_shape *shape, lr_layout *layout);

#endif
