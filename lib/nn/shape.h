/* SPDX-License-Identifier: Apache-2.0 */
/* Describes the shape of a transformer encoder, and the offset of each of its parameters.
 *
 * All parameters are in one array. Gradients and moments have the same layout, so the optimizer is one loop and a
 * checkpoint stores one array. */
#ifndef LR_NN_SHAPE_H
#define LR_NN_SHAPE_H

#include <stddef.h>

#include "core/status.h"
#include "llmrec/context.h"

typedef struct lr_shape {
    size_t items;        /* V: output classes; the table has one more row, [MASK] */
    size_t positions;    /* N: longest sequence, including [MASK] */
    size_t dim;          /* D */
    size_t layers;       /* L */
    size_t heads;        /* H */
    size_t head_dim;     /* K: floor(D/H); H K may be less than D */
    size_t ffn;          /* F */
    bool causal;         /* a token sees only itself and earlier tokens */
    bool pre_norm;       /* x + f(LN(x)) instead of LN(x + f(x)) */
    bool relu;           /* ReLU instead of the exact GELU */
    bool embedding_norm; /* LayerNorm on item + position */
    bool final_norm;     /* LayerNorm after the last block, usual with pre_norm */
    bool head;           /* D x D projection with activation before the output */
    bool head_norm;      /* LayerNorm after the head */
    bool output_bias;    /* one bias per item */
    double filter_share; /* share of the frequency filter beside attention; 0: no filter */
    size_t filter_modes; /* frequencies that it counts as low */
    size_t adapter;      /* dim of the vectors x in: item row = x W + b; 0: item rows are parameters */
    double epsilon;      /* of each LayerNorm */
    double embedding_dropout, attention_dropout, hidden_dropout;
} lr_shape;

/* Offsets of a LayerNorm's gain and bias [D], and of a dense layer's weights [in,out] and bias [out]. */
typedef struct lr_norm_at {
    size_t gain, bias;
} lr_norm_at;

typedef struct lr_dense_at {
    size_t weights, bias;
} lr_dense_at;

typedef struct lr_block_at {
    lr_norm_at attention_norm, ffn_norm;
    lr_dense_at qkv;      /* [D, 3 H K]: queries, keys and values side by side */
    lr_dense_at mix;      /* [H K, D] */
    lr_dense_at up, down; /* [D,F], [F,D] */
    size_t filter;        /* [D] beta of the filter */
} lr_block_at;

/* A named tensor in the array, for checkpoints, export and the optimizer. */
typedef struct lr_parameter {
    char name[40];
    size_t offset, rows, columns; /* a vector has one row */
    bool decays;                  /* weight decay applies: to tables and weights, not to biases and norms */
} lr_parameter;

enum { LR_MAX_LAYERS = 64, LR_MAX_TENSORS = 12 + 13 * LR_MAX_LAYERS };

typedef struct lr_layout {
    size_t position; /* [N,D] */
    lr_norm_at embedding_norm, final_norm, head_norm;
    lr_dense_at head;
    lr_block_at block[LR_MAX_LAYERS];
    size_t item;         /* [V+1,D]; the size of what precedes it does not depend on the catalog */
    size_t output_bias;  /* [V] */
    lr_dense_at adapter; /* [A,D] and [D] */
    size_t total;        /* numbers in the array */
    size_t tensor_count;
    lr_parameter tensor[LR_MAX_TENSORS];
} lr_layout;

/* Checks the ranges that the layout depends on, then fills it. Tensors that the shape does not use get no entry. */
llmrec_status lr_layout_of(const lr_shape *shape, lr_layout *layout);

#endif
