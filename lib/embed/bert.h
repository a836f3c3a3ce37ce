/* SPDX-License-Identifier: Apache-2.0 */
/* A BERT encoder's weights (Devlin et al. 2019) as its files hold them. V vocabulary, P positions, D dim, H heads,
 * F inner dim. */
#ifndef LR_EMBED_BERT_H
#define LR_EMBED_BERT_H

#include "embed/safetensors.h"
#include "math/matrix.h"
#include "math/norm.h"

typedef struct lr_bert_shape {
    int64_t vocabulary, positions, types, dim, heads, layers, inner;
    double epsilon; /* of every normalization */
} lr_bert_shape;

/* Weights are [inputs,outputs], the transpose of what is stored: products read them as they lie. */
typedef struct lr_bert_layer {
    lr_matrix qkv;      /* [D,3D]: queries, keys and values beside each other, for one product */
    lr_matrix mix;      /* [D,D] */
    lr_matrix up, down; /* [D,F], [F,D] */
    const float *qkv_bias, *mix_bias, *up_bias, *down_bias;
    lr_layer_norm mixed, fed; /* after attention, after the feed-forward part */
} lr_bert_layer;

typedef struct lr_bert {
    llmrec_context *context;
    lr_bert_shape shape;
    lr_safetensors *file;                /* what is float32 and aligned there is used in place */
    const float *word, *position, *type; /* [V,D], [P,D], [D]: of the first type, the only one a single text has */
    lr_layer_norm embedding;
    lr_bert_layer *layers; /* [layers] */
    float **owned;         /* arrays that were converted or put together */
    size_t owned_count;
} lr_bert;

/* Opens directory/config.json and directory/model.safetensors. IO; UNSUPPORTED for another architecture, position type
 * or activation; FORMAT for a damaged file, or a tensor that is missing or has another shape than the configuration
 * says. */
llmrec_status lr_bert_open(llmrec_context *context, const char *directory, lr_bert **bert);
void lr_bert_close(lr_bert *bert);

#endif
