/* SPDX-License-Identifier: Apache-2.0 */
/* A text encoder's inside, for its workers. */
#ifndef LR_EMBED_TEXT_ENCODER_H
#define LR_EMBED_TEXT_ENCODER_H

#include "embed/bert.h"
#include "embed/sentence_model.h"
#include "embed/tokenizer.h"
#include "llmrec/text_encoder.h"

struct llmrec_text_encoder {
    llmrec_context *context;
    lr_bert *bert;
    lr_tokenizer *tokenizer;
    size_t dim, max_tokens;
    bool first_token, normalize;
};

/* vectors [count,dim] of texts; see llmrec_text_encoder_encode. */
llmrec_status lr_encode_texts(const llmrec_text_encoder *encoder, const char *const *texts, const size_t *lengths,
                              size_t count, float *vectors);

#endif
