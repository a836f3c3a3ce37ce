/* SPDX-License-Identifier: Apache-2.0 */
/* A text encoder's inside, for its workers. */
#ifndef LR_EMBED_TEXT_ENCODER_H
#define LR_EMBED_TEXT_ENCODER_H

#include <stdatomic.h>

#include "embed/bert.h"
#include "embed/sentence_model.h"
#include "embed/tokenizer.h"
#include "llmrec/text_encoder.h"

/* Vectors that come from elsewhere than a model inside the library. Any thread may call. */
typedef struct lr_text_model {
    void *model; /* freed with the encoder */
    size_t dim, max_tokens;
    llmrec_status (*encode)(void *model, const char *const *texts, const size_t *lengths, size_t count, float *vectors);
    void (*fingerprint)(const void *model, uint64_t print[2]); /* of all that its vectors depend on besides texts */
    void (*free)(void *model);
} lr_text_model;

struct llmrec_text_encoder {
    atomic_size_t references;
    llmrec_context *context;
    lr_text_model remote; /* its functions are NULL for a model inside the library, which has the fields below */
    lr_bert *bert;
    lr_tokenizer *tokenizer;
    size_t dim, max_tokens;
    bool first_token, normalize;
};

/* Another hold, for a handle that uses it; each is given up by llmrec_text_encoder_free. */
llmrec_text_encoder *lr_text_encoder_hold(const llmrec_text_encoder *encoder);

/* vectors [count,dim] of texts; see llmrec_text_encoder_encode. */
llmrec_status lr_encode_texts(const llmrec_text_encoder *encoder, const char *const *texts, const size_t *lengths,
                              size_t count, float *vectors);

/* An encoder around a model from elsewhere, which it takes over when it succeeds. */
llmrec_status lr_text_encoder_adopt(llmrec_context *context, const lr_text_model *model, llmrec_text_encoder **encoder);

#endif
