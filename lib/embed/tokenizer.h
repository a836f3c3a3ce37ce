/* SPDX-License-Identifier: Apache-2.0 */
/* Implements BERT's tokenizer: cleans and lowercases text, strips accents, and splits it into words and word pieces.
 *
 * Text is data: "[SEP]" in a text becomes a bracket, a word and a bracket, never the special token. */
#ifndef LR_EMBED_TOKENIZER_H
#define LR_EMBED_TOKENIZER_H

#include <stddef.h>

#include "core/status.h"
#include "llmrec/context.h"

typedef struct lr_tokenizer lr_tokenizer;

/* Reads tokenizer.json, or else vocab.txt, and tokenizer_config.json and sentence_bert_config.json if they exist.
 * Errors: FORMAT (a damaged file, a missing special token, or an id >= `vocabulary`), UNSUPPORTED (another kind of
 * tokenizer; the message names the file and what it has). */
llmrec_status lr_tokenizer_open(llmrec_context *context, const char *directory, int64_t vocabulary,
                                lr_tokenizer **tokenizer);
void lr_tokenizer_free(lr_tokenizer *tokenizer);

/* Tokenizes a text to [CLS], at most limit - 2 pieces (limit >= 2), [SEP]. Writes the first `capacity` ids and returns
 * the number of all. Does not allocate. Any thread may call it. */
size_t lr_tokenizer_run(const lr_tokenizer *tokenizer, const char *text, size_t length, size_t limit, int32_t *ids,
                        size_t capacity);

/* Returns a hash of everything that ids depend on: vocabulary and settings. */
uint64_t lr_tokenizer_checksum(const lr_tokenizer *tokenizer);

#endif
