/* SPDX-License-Identifier: Apache-2.0 */
/* Text encoders: turn UTF-8 texts into vectors with a BERT-family sentence model that runs inside the library.
 * llmrec/llm.h has text encoders behind an /embeddings endpoint.
 *
 * For the functions of this header, unless their comment says otherwise:
 * Errors: none; a NULL handle gives 0. Ownership: the caller owns a created encoder; it keeps its context alive.
 * Threads: any; many at once. Cost: constant; allocates nothing. Since: 0.1.
 */
#ifndef LLMREC_TEXT_ENCODER_H
#define LLMREC_TEXT_ENCODER_H

#include "embedding.h"

LLMREC_BEGIN

typedef struct llmrec_text_encoder llmrec_text_encoder;

typedef struct llmrec_text_encoder_options {
    size_t size;        /* set by llmrec_text_encoder_options_init */
    int64_t max_tokens; /* with [CLS] and [SEP]; longer texts are cut; 0 (default): the limit in the model's files */
    int64_t normalize;  /* 1: vectors of length 1; 0: not scaled; -1 (default): as in the model's module files */
} llmrec_text_encoder_options;

/* Fills the first `size` bytes with the defaults. Errors: ARGUMENT, ABI. */
LLMREC_API llmrec_status llmrec_text_encoder_options_init(llmrec_text_encoder_options *options, size_t size);

/* Loads a sentence-transformers directory. It has config.json (model_type bert, absolute positions, exact GELU),
 * model.safetensors (float32 or float16; it is mapped and must not change while it is in use), tokenizer.json or else
 * vocab.txt (WordPiece), and optionally modules.json, the pooling module's config.json (mean or CLS pooling; without
 * them: mean, not normalized), sentence_bert_config.json and tokenizer_config.json.
 * Errors: ARGUMENT (max_tokens exceeds the model's positions), ABI, IO, FORMAT (damaged file, missing tensor, wrong
 * shape; the message names it), UNSUPPORTED (another architecture, tokenizer or pooling; the message names it), MEMORY.
 * Cost: a tenth of a second, if the files are cached. */
LLMREC_API llmrec_status llmrec_text_encoder_load(llmrec_context *context, const char *directory,
                                                  const llmrec_text_encoder_options *options,
                                                  llmrec_text_encoder **encoder);

/* Releases the caller's reference to the encoder. */
LLMREC_API void llmrec_text_encoder_free(llmrec_text_encoder *encoder);

/* Return the dim of the vectors, and the largest number of tokens of a text. */
LLMREC_API int64_t llmrec_text_encoder_dim(const llmrec_text_encoder *encoder);
LLMREC_API int64_t llmrec_text_encoder_max_tokens(const llmrec_text_encoder *encoder);

/* Writes the encoder as one line of JSON: {"kind":"text_encoder","type":"model","dim":384,"layers":6,"heads":12,
 * "vocabulary":30522,"pooling":"mean","options":{...}}, with the llmrec_text_encoder_options in force; behind an
 * endpoint {"kind":"text_encoder","type":"endpoint","dim":1536,"endpoint":{...},"options":{...}}, with
 * llmrec_endpoint_options as in llmrec_llm_description, and llmrec_embeddings_options. It does not name the model's
 * directory. `text`, `capacity` and `length` are as for llmrec_options_json.
 * Errors: ARGUMENT, MEMORY. Cost: proportional to the text. */
LLMREC_API llmrec_status llmrec_text_encoder_description(const llmrec_text_encoder *encoder, char *text,
                                                         size_t capacity, size_t *length);

/* Writes the token ids of one text to ids[capacity], [CLS] and [SEP] included, cut to max_tokens. `count` gets their
 * number, also if the capacity is too small. `length` SIZE_MAX means that the text ends in NUL. Bytes that are not
 * UTF-8 count as U+FFFD, which the tokenizer drops. Text is data: "[SEP]" in it becomes the tokens of "[", "sep" and
 * "]", never the separator.
 * Errors: ARGUMENT, SHAPE (the capacity is too small), UNSUPPORTED (an encoder behind an endpoint). Cost: one pass over
 * the text. */
LLMREC_API llmrec_status llmrec_text_encoder_tokenize(const llmrec_text_encoder *encoder, const char *text,
                                                      size_t length, int32_t *ids, int64_t capacity, int64_t *count);

/* Encodes texts[count] to vectors [count,dim], row-major. With `lengths` NULL each text ends in NUL. An empty text is a
 * text ([CLS] [SEP]). A model in this process gives a text the same bits in every batch, with any number of threads.
 * Reports progress in texts.
 * Errors: ARGUMENT, MEMORY, CANCELED (the vectors are then undefined), NUMERIC (the model's weights are not finite);
 * behind an endpoint also what llmrec_text_encoder_create_endpoint lists. Cost: 2 flop per weight and token, and 4 dim
 * flop per pair of tokens of a text and layer, with all threads; texts are packed by length without padding. */
LLMREC_API llmrec_status llmrec_text_encoder_encode(const llmrec_text_encoder *encoder, const char *const *texts,
                                                    const size_t *lengths, int64_t count, float *vectors);

typedef struct llmrec_encode_items_options {
    size_t size;                /* set by llmrec_encode_items_options_init */
    const char *const *columns; /* [column_count] text columns that are joined to an item's text; default NULL: title */
    int64_t column_count;
    const char *separator; /* between the texts of the columns; empty texts are skipped; default ", " */
    /* An existing directory in which tables are cached, under a hash of model, texts and options; default NULL: no
     * cache. */
    const char *cache_directory;
    /* A table with ids and the encoder's dim, such as that of a dataset before llmrec_dataset_append: items that it has
     * get its vectors, whatever their texts are now, and only the other items are encoded. Not with a cache. Default
     * NULL: every item is encoded. */
    const llmrec_embedding *known;
} llmrec_encode_items_options;

/* Fills the first `size` bytes with the defaults. Errors: ARGUMENT, ABI. */
LLMREC_API llmrec_status llmrec_encode_items_options_init(llmrec_encode_items_options *options, size_t size);

/* Makes a table with one vector for each item of a dataset, aligned to it. With a cache directory, a second call maps
 * the stored table. A damaged cache file is replaced with a warning in the log; a table that cannot be stored only
 * gives a warning. With `known`, the table is the same to the bit as if all items were encoded, if texts and model are
 * those of `known`; behind an endpoint, if the server answers alike.
 * Errors: as llmrec_text_encoder_encode; ARGUMENT (no such column; the message lists the existing ones; `known` has no
 * ids), ABI, IO (no such directory), SHAPE (`known` has another dim, or none of the items). Cost: as
 * llmrec_text_encoder_encode; from the cache as llmrec_embedding_open. */
LLMREC_API llmrec_status llmrec_text_encoder_encode_items(const llmrec_text_encoder *encoder,
                                                          const llmrec_dataset *dataset,
                                                          const llmrec_encode_items_options *options,
                                                          llmrec_embedding **embedding);

LLMREC_END
#endif
