/* SPDX-License-Identifier: Apache-2.0 */
/* Runs a packed batch of texts through a BERT encoder. n tokens of all texts, without padding; D dim, F inner dim. */
#ifndef LR_EMBED_BERT_FORWARD_H
#define LR_EMBED_BERT_FORWARD_H

#include "embed/bert.h"

/* Tokenized texts. Text i of the batch is text order[i] of `ids` and `lengths`. */
typedef struct lr_token_batch {
    const int32_t *ids; /* text k begins at ids[k * stride]; ids are in [0,V) */
    size_t stride;
    const size_t *lengths; /* tokens of text k, 1..P */
    const uint32_t *order; /* [texts] */
    size_t texts, tokens;  /* of the batch, and the sum of their tokens */
    size_t longest;        /* tokens of the longest text */
} lr_token_batch;

/* Returns the scratch memory that a batch needs with `parts` threads, in floats. */
size_t lr_bert_scratch(const lr_bert *bert, size_t tokens, size_t longest, size_t parts);

/* Computes hidden [n,D], written to the start of `scratch`:
 *     x = norm(word[id] + position[t] + type),
 * and in every layer
 *     x = norm(x + attention(x Wqkv + b) Wmix + b),  x = norm(x + gelu(x Wup + b) Wdown + b).
 * With parts > 1, the threads of the pool share every product; this is faster if there is only one batch. */
llmrec_status lr_bert_forward(const lr_bert *bert, const lr_token_batch *batch, size_t parts, float *scratch);

#endif
