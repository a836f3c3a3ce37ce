/* SPDX-License-Identifier: Apache-2.0 */
/* BERT's tokenizer: text cleaned, lower-cased, stripped of accents, split into words, and words into pieces.
 *
 * Text is data: "[SEP]" inside it is a bracket, a word and a bracket, never the token that structures the input.
 */
#ifndef LR_EMBED_TOKENIZER_H
#define LR_EMBED_TOKENIZER_H

#include <stddef.h>

#include "core/status.h"
#include "llmrec/context.h"

typedef struct lr_tokenizer lr_tokenizer;

/* Opens what a model's directory holds: tokenizer.json, or else vocab.txt; tokenizer_config.json and
 * sentence_bert_config.json where present. FORMAT where a file is damaged, a special token is missing, or an id is not
 * below `vocabulary`; UNSUPPORTED for another kind of tokenizer: the text says what was found in which file. */
llmrec_status lr_tokenizer_open(llmrec_context *context, const char *directory, int64_t vocabulary,
                                lr_tokenizer **tokenizer);
void lr_tokenizer_free(lr_tokenizer *tokenizer);

/* Ids of a text: [CLS], at most limit - 2 pieces (limit >= 2), [SEP]. Writes the first `capacity` of them to `ids` and
 * returns how many there are. Allocates nothing; any thread. */
size_t lr_tokenizer_run(const lr_tokenizer *tokenizer, const char *text, size_t length, size_t limit, int32_t *ids,
                        size_t capacity);

/* Of everything that ids depend on: vocabulary and settings. */
uint64_t lr_tokenizer_checksum(const lr_tokenizer *tokenizer);

#endif
