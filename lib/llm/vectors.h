/* SPDX-License-Identifier: Apache-2.0 */
/* The vectors of an /embeddings answer, put in order and checked. */
#ifndef LR_LLM_VECTORS_H
#define LR_LLM_VECTORS_H

#include <jansson.h>

#include "core/status.h"
#include "llmrec/context.h"

typedef struct lr_vectors {
    float *values; /* [count,dim]; free with lr_free */
    size_t count, dim;
} lr_vectors;

/* Reads data[]: as many entries as `count`, each with an `index` of its own below it, and an `embedding` that is an
 * array of numbers or the base64 of little-endian float32, all of one dim. FORMAT, SHAPE (dims), NUMERIC (not
 * finite): which entry, and what was found. */
llmrec_status lr_answer_vectors(llmrec_context *context, const json_t *root, size_t count, lr_vectors *vectors);

#endif
