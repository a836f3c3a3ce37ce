/* SPDX-License-Identifier: Apache-2.0 */
/* Computes vectors of texts with a server. */
#ifndef LR_LLM_EMBEDDINGS_H
#define LR_LLM_EMBEDDINGS_H

#include <stdatomic.h>

#include "llm/endpoint.h"

typedef struct lr_embedder {
    llmrec_context *context;
    lr_endpoint *endpoint;
    llmrec_embeddings_options options;
    uint64_t kind;       /* of journal keys: a hash of everything except the text that a vector depends on */
    size_t dim;          /* 0 until the first answer */
    atomic_size_t batch; /* texts in a request, reduced to what the server accepts */
} lr_embedder;

/* Computes vectors [count,dim] of texts, from the server or the journal. If `dim` is 0 (with one text), only sets
 * `dim`. */
llmrec_status lr_embed_texts(lr_embedder *embedder, const char *const *texts, const size_t *lengths, size_t count,
                             float *vectors);

#endif
