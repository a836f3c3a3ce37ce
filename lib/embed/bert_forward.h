/* SPDX-License-Identifier: Apache-2.0 */
/* A packed batch of texts through a BERT encoder. n tokens of all texts together, without padding; D dim, F inner. */
#ifndef LR_EMBED_BERT_FORWARD_H
#define LR_EMBED_BERT_FORWARD_H

#include "embed/bert.h"

/* Texts as token ids: text i of a batch is text order[i] of all. */
typedef struct lr_token_batch {
    const int32_t *ids; /* ids[k * stride ...] are text k's, below the vocabulary */
    size_t stride;
    const size_t *lengths; /* lengths[k] tokens, 1..positions */
    const uint32_t *order; /* [texts] */
    size_t texts, tokens;  /* of the batch, and their tokens together */
    size_t longest;        /* tokens of the longest of them */
} lr_token_batch;

/* Floats of scratch memory that a batch needs, for `parts` threads. */
size_t lr_bert_scratch(const lr_bert *bert, size_t tokens, size_t longest, size_t parts);

/* hidden [n,D]: after the embeddings,
 *     x = norm(word[id] + position[t] + type),
 * and in every layer
 *     x = norm(x + attention(x Wqkv + b) Wmix + b),  x = norm(x + gelu(x Wup + b) Wdown + b).
 * The result stands at the start of `scratch`. With parts > 1 every product is shared out over the pool: worth it where
 * there is one batch only. */
llmrec_status lr_bert_forward(const lr_bert *bert, const lr_token_batch *batch, size_t parts, float *scratch);

#endif
