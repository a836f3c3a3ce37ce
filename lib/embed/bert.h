/* SPDX-License-Identifier: Apache-2.0 */
/* Weights of a BERT encoder (Devlin et al. 2019), loaded from a model directory. V vocabulary, P positions, D dim, H
 * heads, F inner dim. */
#ifndef LR_EMBED_BERT_H
#define LR_EMBED_BERT_H

#include "embed/safetensors.h"
#include "math/matrix.h"
#include "math/norm.h"

typedef struct lr_bert_shape {
    int64_t vocabulary, positions, types, dim, heads, layers, inner;
    double epsilon; /* of every LayerNorm */
} lr_bert_shape;

/* Weights are [inputs,outputs], the transpose of the stored tensors, so that products read them sequentially. */
typedef struct lr_bert_layer {
    lr_matrix qkv;      /* [D,3D]: queries, keys and values side by side, for one product */
    lr_matrix mix;      /* [D,D] */
    lr_matrix up, down; /* [D,F], [F,D] */
    const float *qkv_bias, *mix_bias, *up_bias, *down_bias;
    lr_layer_norm mixed, fed; /* after attention, after the feed-forward layer */
} lr_bert_layer;

typedef struct lr_bert {
    llmrec_context *context;
    lr_bert_shape shape;
    lr_safetensors *file;                /* aligned float32 tensors are used in place */
    const float *word, *position, *type; /* [V,D], [P,D], [D]: token type 0, the only one that single texts use */
    lr_layer_norm embedding;
    lr_bert_layer *layers; /* [layers] */
    float **owned;         /* arrays that were converted or concatenated */
    size_t owned_count;
} lr_bert;

/* Opens directory/config.json and directory/model.safetensors. Errors: IO; UNSUPPORTED (another architecture, position
 * type or activation); FORMAT (a damaged file, or a tensor that is missing or does not have the shape that config.json
 * gives). */
llmrec_status lr_bert_open(llmrec_context *context, const char *directory, lr_bert **bert);
void lr_bert_close(lr_bert *bert);

#endif
