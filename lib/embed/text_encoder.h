/* SPDX-License-Identifier: Apache-2.0 */
/* Defines the text encoder, for internal code. */
#ifndef LR_EMBED_TEXT_ENCODER_H
#define LR_EMBED_TEXT_ENCODER_H

#include <stdatomic.h>

#include "core/description.h"
#include "embed/bert.h"
#include "embed/sentence_model.h"
#include "embed/tokenizer.h"
#include "llmrec/text_encoder.h"

/* A model outside this room that computes vectors, such as a server. Any thread may call it. */
typedef struct lr_text_model {
    void *model; /* freed with the encoder */
    size_t dim, max_tokens;
    llmrec_status (*encode)(void *model, const char *const *texts, const size_t *lengths, size_t count, float *vectors);
    void (*fingerprint)(const void *model, uint64_t print[2]); /* of everything except texts that vectors depend on */
    lr_describe_fn describe;                                   /* writes members of the encoder's description */
    void (*free)(void *model);
} lr_text_model;

struct llmrec_text_encoder {
    atomic_size_t references;
    llmrec_context *context;
    lr_text_model remote; /* its functions are NULL for a loaded model, which uses the fields below */
    lr_bert *bert;
    lr_tokenizer *tokenizer;
    size_t dim, max_tokens;
    bool first_token, normalize;
};

/* Returns another reference; release it with llmrec_text_encoder_free. */
llmrec_text_encoder *lr_text_encoder_hold(const llmrec_text_encoder *encoder);

/* An lr_describe_fn. */
llmrec_status lr_text_encoder_describe(const void *encoder, lr_builder *json);

/* Computes vectors [count,dim] of texts; see llmrec_text_encoder_encode. */
llmrec_status lr_encode_texts(const llmrec_text_encoder *encoder, const char *const *texts, const size_t *lengths,
                              size_t count, float *vectors);

/* Creates an encoder from an outside model. Takes ownership of the model if it succeeds. */
llmrec_status lr_text_encoder_adopt(llmrec_context *context, const lr_text_model *model, llmrec_text_encoder **encoder);

#endif
