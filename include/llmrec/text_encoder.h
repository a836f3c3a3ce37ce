/* SPDX-License-Identifier: Apache-2.0 */
/* Text encoders: UTF-8 texts to vectors by a BERT-family sentence model that runs inside the library. (One behind an
 * /embeddings endpoint: llmrec/llm.h.) */
#ifndef LLMREC_TEXT_ENCODER_H
#define LLMREC_TEXT_ENCODER_H

#include "embedding.h"

LLMREC_BEGIN

typedef struct llmrec_text_encoder llmrec_text_encoder;

typedef struct llmrec_text_encoder_options {
    size_t size;        /* set by llmrec_text_encoder_options_init; do not touch */
    int64_t max_tokens; /* longer texts are cut, [CLS] and [SEP] included; 0 (default): what the model's files say */
    int64_t normalize;  /* 1: vectors of length 1; 0: as pooled; -1 (default): as the model's module files say */
} llmrec_text_encoder_options;

LLMREC_API llmrec_status llmrec_text_encoder_options_init(llmrec_text_encoder_options *options, size_t size);

/* Reads a sentence-transformers directory: config.json (model_type bert, absolute positions, exact GELU),
 * model.safetensors (float32 or float16; mapped, so do not change it while it is in use), tokenizer.json or else
 * vocab.txt (WordPiece), and where present modules.json, the pooling module's config.json (mean or CLS pooling; without
 * them: mean, no normalization), sentence_bert_config.json and tokenizer_config.json. Errors: IO, FORMAT (damaged file,
 * missing tensor, wrong shape: named), UNSUPPORTED (another architecture, tokenizer or pooling: what was found),
 * ARGUMENT (max_tokens beyond the model's positions), MEMORY. Cost: a tenth of a second, the first time after a boot
 * more. */
LLMREC_API llmrec_status llmrec_text_encoder_load(llmrec_context *context, const char *directory,
                                                  const llmrec_text_encoder_options *options,
                                                  llmrec_text_encoder **encoder);
LLMREC_API void llmrec_text_encoder_free(llmrec_text_encoder *encoder);

LLMREC_API int64_t llmrec_text_encoder_dim(const llmrec_text_encoder *encoder);
LLMREC_API int64_t llmrec_text_encoder_max_tokens(const llmrec_text_encoder *encoder);

/* Writes the token ids of one text, [CLS] and [SEP] included and cut to max_tokens, to ids[capacity]; `*count` gets
 * their number also when the capacity is too small (SHAPE). `length` SIZE_MAX: the text ends in NUL. Bytes that are
 * not UTF-8 count as U+FFFD, which the tokenizer drops. Text is data: a "[SEP]" inside it becomes the tokens of "[",
 * "sep" and "]", never the token that structures the input. Any thread; nothing is allocated. */
LLMREC_API llmrec_status llmrec_text_encoder_tokenize(const llmrec_text_encoder *encoder, const char *text,
                                                      size_t length, int32_t *ids, size_t capacity, size_t *count);

/* vectors [count,dim] of texts[count]; `lengths` NULL: each ends in NUL. An empty text is a text ([CLS] [SEP]). The
 * vector of a text agrees to rounding whatever it is batched with. Progress in texts. Errors: ARGUMENT, MEMORY,
 * CANCELED (vectors are then undefined), NUMERIC (the model's weights are not finite). Cost: 2 flop a weight and token
 * and 4 dim flop a pair of tokens of a text and layer; packed by length, no padding. */
LLMREC_API llmrec_status llmrec_text_encoder_encode(const llmrec_text_encoder *encoder, const char *const *texts,
                                                    const size_t *lengths, size_t count, float *vectors);

typedef struct llmrec_encode_items_options {
    size_t size;                /* set by llmrec_encode_items_options_init; do not touch */
    const char *const *columns; /* [column_count] text columns that are joined to an item's text; default NULL: title */
    int64_t column_count;
    const char *separator;       /* between the columns' texts; default ", "; empty texts are left out */
    const char *cache_directory; /* default NULL: no cache; else an existing directory in which the table is kept under
                                    a name made of the model's, the texts' and the options' content */
} llmrec_encode_items_options;

LLMREC_API llmrec_status llmrec_encode_items_options_init(llmrec_encode_items_options *options, size_t size);

/* One vector for each item of a dataset, aligned to it. With a cache directory a second call maps the stored table; a
 * damaged cache file is replaced, and the log warns; so it does where the table could not be written. Errors: as
 * llmrec_text_encoder_encode; ARGUMENT (no such column: names those that there are), IO (no such directory). */
LLMREC_API llmrec_status llmrec_text_encoder_encode_items(const llmrec_text_encoder *encoder,
                                                          const llmrec_dataset *dataset,
                                                          const llmrec_encode_items_options *options,
                                                          llmrec_embedding **embedding);

LLMREC_END
#endif
