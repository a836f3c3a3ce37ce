/* SPDX-License-Identifier: Apache-2.0 */
/* Public functions of llmrec/text_encoder.h. */
#include "embed/text_encoder.h"

#include <stddef.h>
#include <string.h>

#include "core/context.h"
#include "core/memory.h"
#include "embed/embed_options.h"
#include "embed/encode_items.h"

/* --- the handle ---------------------------------------------------------------------------------------------- */

/* Combines the settings in the files with the options, which take precedence. */
static llmrec_status settle(llmrec_text_encoder *encoder, const llmrec_text_encoder_options *options,
                            const lr_sentence_model *model)
{
    const int64_t positions = encoder->bert->shape.positions;
    int64_t most = options->max_tokens > 0 ? options->max_tokens : model->max_tokens;
    if (options->max_tokens != 0) LR_RETURN_IF(lr_option_range("max_tokens", options->max_tokens, 2, positions));
    if (most == 0 || most > positions) most = positions;
    if (most < 2)
        return lr_fail(LLMREC_ERR_UNSUPPORTED,
                       "max_position_embeddings is %lld; wanted at least 2, for [CLS] and [SEP]", (long long)positions);
    encoder->max_tokens = (size_t)most;
    encoder->dim = (size_t)encoder->bert->shape.dim;
    encoder->first_token = model->first_token;
    encoder->normalize = options->normalize < 0 ? model->normalize : options->normalize == 1;
    return LLMREC_OK;
}

static llmrec_status open_parts(llmrec_text_encoder *encoder, const char *directory,
                                const llmrec_text_encoder_options *options)
{
    lr_sentence_model model;
    LR_RETURN_IF(lr_bert_open(encoder->context, directory, &encoder->bert));
    LR_RETURN_IF(lr_tokenizer_open(encoder->context, directory, encoder->bert->shape.vocabulary, &encoder->tokenizer));
    LR_RETURN_IF(lr_sentence_model_read(encoder->context, directory, &model));
    return settle(encoder, options, &model);
}

llmrec_status llmrec_text_encoder_load(llmrec_context *context, const char *directory,
                                       const llmrec_text_encoder_options *given, llmrec_text_encoder **encoder)
{
    llmrec_status status = LLMREC_OK;
    llmrec_text_encoder *fresh = NULL;
    llmrec_text_encoder_options options;
    LR_NEED(context, directory, encoder);
    LR_TRY(lr_options_read(&lr_text_encoder_options, given, &options));
    LR_TRY(LR_NEW_ZERO(context, fresh, 1));
    atomic_init(&fresh->references, 1);
    fresh->context = lr_context_hold(context);
    LR_TRY(open_parts(fresh, directory, &options));
    *encoder = fresh;
    fresh = NULL;
done:
    llmrec_text_encoder_free(fresh);
    return status;
}

llmrec_status lr_text_encoder_adopt(llmrec_context *context, const lr_text_model *model, llmrec_text_encoder **encoder)
{
    llmrec_text_encoder *fresh = NULL;
    LR_RETURN_IF(LR_NEW_ZERO(context, fresh, 1));
    atomic_init(&fresh->references, 1);
    fresh->context = lr_context_hold(context);
    fresh->remote = *model;
    fresh->dim = model->dim;
    fresh->max_tokens = model->max_tokens;
    *encoder = fresh;
    return LLMREC_OK;
}

llmrec_text_encoder *lr_text_encoder_hold(const llmrec_text_encoder *encoder)
{
    llmrec_text_encoder *held = (llmrec_text_encoder *)(uintptr_t)encoder;
    atomic_fetch_add_explicit(&held->references, 1, memory_order_relaxed);
    return held;
}

void llmrec_text_encoder_free(llmrec_text_encoder *encoder)
{
    if (encoder == NULL) return;
    if (atomic_fetch_sub_explicit(&encoder->references, 1, memory_order_acq_rel) != 1) return;
    llmrec_context *context = encoder->context;
    if (encoder->remote.free != NULL) encoder->remote.free(encoder->remote.model);
    lr_bert_close(encoder->bert);
    lr_tokenizer_free(encoder->tokenizer);
    lr_free(context, encoder);
    llmrec_context_free(context);
}

int64_t llmrec_text_encoder_dim(const llmrec_text_encoder *encoder)
{
    return encoder == NULL ? 0 : (int64_t)encoder->dim;
}

int64_t llmrec_text_encoder_max_tokens(const llmrec_text_encoder *encoder)
{
    return encoder == NULL ? 0 : (int64_t)encoder->max_tokens;
}

/* The options of a model in this process, with the values in force. */
static llmrec_status describe_model(const llmrec_text_encoder *encoder, lr_builder *json)
{
    const lr_bert_shape *shape = &encoder->bert->shape;
    const llmrec_text_encoder_options options = {
        .size = sizeof options, .max_tokens = (int64_t)encoder->max_tokens, .normalize = encoder->normalize};
    LR_RETURN_IF(lr_builder_format(json, ",\"layers\":%lld,\"heads\":%lld,\"vocabulary\":%lld,\"pooling\":\"%s\"",
                                   (long long)shape->layers, (long long)shape->heads, (long long)shape->vocabulary,
                                   encoder->first_token ? "first_token" : "mean"));
    return lr_describe_options(json, "options", &lr_text_encoder_options, &options);
}

llmrec_status lr_text_encoder_describe(const void *handle, lr_builder *json)
{
    const llmrec_text_encoder *encoder = handle;
    const bool remote = encoder->remote.describe != NULL;
    LR_RETURN_IF(lr_builder_format(json, "{\"kind\":\"text_encoder\",\"type\":\"%s\",\"dim\":%zu",
                                   remote ? "endpoint" : "model", encoder->dim));
    LR_RETURN_IF(remote ? encoder->remote.describe(encoder->remote.model, json) : describe_model(encoder, json));
    return lr_builder_add(json, "}", 1);
}

llmrec_status llmrec_text_encoder_description(const llmrec_text_encoder *encoder, char *text, size_t capacity,
                                              size_t *length)
{
    LR_NEED(encoder);
    return lr_description_give(encoder->context, lr_text_encoder_describe, encoder, text, capacity, length);
}

/* --- texts --------------------------------------------------------------------------------------------------- */

llmrec_status llmrec_text_encoder_tokenize(const llmrec_text_encoder *encoder, const char *text, size_t length,
                                           int32_t *ids, int64_t capacity, int64_t *count)
{
    LR_NEED(encoder, text, count);
    if (capacity > 0) LR_NEED(ids);
    if (encoder->tokenizer == NULL)
        return lr_fail(LLMREC_ERR_UNSUPPORTED, "tokenize: the tokenizer of this encoder is on its server");
    if (length == SIZE_MAX) length = strlen(text);
    LR_RETURN_IF(lr_count("capacity", capacity));
    *count = (int64_t)lr_tokenizer_run(encoder->tokenizer, text, length, encoder->max_tokens, ids, (size_t)capacity);
    if (*count <= capacity) return LLMREC_OK;
    return lr_fail(LLMREC_ERR_SHAPE, "tokenize: capacity is %lld; wanted %lld", (long long)capacity, (long long)*count);
}

llmrec_status llmrec_text_encoder_encode(const llmrec_text_encoder *encoder, const char *const *texts,
                                         const size_t *lengths, int64_t count, float *vectors)
{
    LR_RETURN_IF(lr_count("count", count));
    LR_NEED(encoder);
    if (count > 0) LR_NEED(texts, vectors);
    for (size_t i = 0; i < (size_t)count; i++)
        if (texts[i] == NULL) return lr_fail(LLMREC_ERR_ARGUMENT, "encode: texts[%zu] is NULL", i);
    return lr_encode_texts(encoder, texts, lengths, (size_t)count, vectors);
}

/* --- items --------------------------------------------------------------------------------------------------- */

llmrec_status llmrec_text_encoder_encode_items(const llmrec_text_encoder *encoder, const llmrec_dataset *dataset,
                                               const llmrec_encode_items_options *given, llmrec_embedding **embedding)
{
    llmrec_encode_items_options options;
    LR_NEED(encoder, dataset, embedding);
    LR_RETURN_IF(lr_options_read(&lr_encode_items_options, given, &options));
    return lr_encode_items(encoder, dataset, &options, embedding);
}
