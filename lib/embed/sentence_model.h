/* SPDX-License-Identifier: Apache-2.0 */
/* What a sentence-transformers directory says around the encoder itself: pooling, normalization, longest text. */
#ifndef LR_EMBED_SENTENCE_MODEL_H
#define LR_EMBED_SENTENCE_MODEL_H

#include "core/status.h"
#include "llmrec/context.h"

typedef struct lr_sentence_model {
    bool first_token;   /* the vector is the first token's; else the mean of all tokens' */
    bool normalize;     /* to length 1 */
    int64_t max_tokens; /* of a text; 0: the files do not say */
} lr_sentence_model;

/* Reads modules.json, the pooling module's config.json, sentence_bert_config.json and tokenizer_config.json of a
 * directory, as far as they are there; without modules.json: mean, no normalization. FORMAT for a damaged file;
 * UNSUPPORTED for another module or pooling: what was found. */
llmrec_status lr_sentence_model_read(llmrec_context *context, const char *directory, lr_sentence_model *model);

#endif
