/* SPDX-License-Identifier: Apache-2.0 */
/* Texts to vectors by a server. */
#ifndef LR_LLM_EMBEDDINGS_H
#define LR_LLM_EMBEDDINGS_H

#include <stdatomic.h>

#include "llm/endpoint.h"

typedef struct lr_embedder {
    llmrec_context *context;
    lr_endpoint *endpoint;
    llmrec_embeddings_options options;
    uint64_t kind;       /* of journal keys: everything besides the text that a vector depends on */
    size_t dim;          /* 0 until the first answer has told */
    atomic_size_t batch; /* texts a request, as the server was found to take them */
} lr_embedder;

/* vectors [count,dim] of texts, as they come from server and journal; with `dim` 0 for one text, whose dim is kept in
 * it and whose vector is not. */
llmrec_status lr_embed_texts(lr_embedder *embedder, const char *const *texts, const size_t *lengths, size_t count,
                             float *vectors);

#endif
