/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the settings around the encoder in a sentence-transformers directory: pooling, normalization, longest text. */
#ifndef LR_EMBED_SENTENCE_MODEL_H
#define LR_EMBED_SENTENCE_MODEL_H

#include "core/status.h"
#include "llmrec/context.h"

typedef struct lr_sentence_model {
    bool first_token;   /* use the vector of the first token; else the mean of all tokens */
    bool normalize;     /* scale to length 1 */
    int64_t max_tokens; /* in a text; 0: not set in the files */
} lr_sentence_model;

/* Reads modules.json, the config.json of the pooling module, sentence_bert_config.json and tokenizer_config.json, if
 * they exist. Without modules.json: mean pooling, no normalization. Errors: FORMAT (a damaged file), UNSUPPORTED
 * (another module or pooling; the message names it). */
llmrec_status lr_sentence_model_read(llmrec_context *context, const char *directory, lr_sentence_model *model);

#endif
