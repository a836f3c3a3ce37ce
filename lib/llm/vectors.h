/* SPDX-License-Identifier: Apache-2.0 */
/* Parses, checks and orders the vectors of an /embeddings answer. */
#ifndef LR_LLM_VECTORS_H
#define LR_LLM_VECTORS_H

#include <jansson.h>

#include "core/status.h"
#include "llmrec/context.h"

typedef struct lr_vectors {
    float *values; /* [count,dim]; free with lr_free */
    size_t count, dim;
} lr_vectors;

/* Reads data[], which must have `count` entries. Each has a unique `index` below `count`, and an `embedding`: an array
 * of numbers, or base64 of little-endian float32. All have one dim. Errors: FORMAT, SHAPE (different dims), NUMERIC
 * (not finite); the message names the entry. */
llmrec_status lr_answer_vectors(llmrec_context *context, const json_t *root, size_t count, lr_vectors *vectors);

#endif
