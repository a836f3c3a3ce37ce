/* SPDX-License-Identifier: Apache-2.0 */
/* Public functions for text encoders behind an endpoint (llmrec/llm.h). */
#include "llm/embeddings.h"

#include <xxhash.h>

#include "core/context.h"
#include "core/memory.h"
#include "llm/llm_options.h"
#include "embed/text_encoder.h"
#include "math/vector.h"

static const uint64_t KIND = 0x6c6c6d72656502; /* of journal keys; change it when the meaning of a record changes */

static llmrec_status encode(void *model, const char *const *texts, const size_t *lengths, size_t count, float *vectors)
{
    lr_embedder *embedder = model;
    LR_RETURN_IF(lr_embed_texts(embedder, texts, lengths, count, vectors));
    for (size_t i = 0; embedder->options.normalize && i < count; i++)
        lr_normalize(vectors + i * embedder->dim, embedder->dim);
    return LLMREC_OK;
}

static void fingerprint(const void *model, uint64_t print[2])
{
    const lr_embedder *embedder = model;
    const uint64_t parts[] = {embedder->kind, embedder->dim, (uint64_t)embedder->options.max_tokens,
                              (uint64_t)embedder->options.normalize};
    const lr_digest digest = lr_digest_of(parts, sizeof parts, KIND);
    print[0] = digest.low;
    print[1] = digest.high;
}

static llmrec_status describe(const void *model, lr_builder *json)
{
    const lr_embedder *embedder = model;
    LR_RETURN_IF(lr_endpoint_describe(embedder->endpoint, "endpoint", json));
    return lr_describe_options(json, "options", &lr_embeddings_options, &embedder->options);
}

static void free_embedder(void *model)
{
    lr_embedder *embedder = model;
    if (embedder == NULL) return;
    llmrec_context *context = embedder->context;
    lr_endpoint_close(embedder->endpoint);
    lr_free(context, embedder);
    llmrec_context_free(context);
}

/* Hashes everything except the text that a vector depends on. */
static llmrec_status find_kind(lr_embedder *embedder)
{
    lr_builder body = {.context = embedder->context};
    llmrec_status status = LLMREC_OK;
    LR_TRY(lr_body_begin(embedder->endpoint, &body));
    LR_TRY(lr_body_end(embedder->endpoint, &body));
    LR_TRY(lr_builder_format(&body, "%lld", (long long)embedder->options.dim));
    embedder->kind = XXH3_64bits_withSeed(body.text, body.length, KIND);
done:
    lr_free(embedder->context, body.text);
    return status;
}

/* Finds the dim by encoding a short text. With a journal, the server is asked only once. */
static llmrec_status find_dim(lr_embedder *embedder)
{
    static const char *const text = "dim";
    return lr_embed_texts(embedder, &text, NULL, 1, NULL);
}

static llmrec_status open_embedder(lr_embedder *embedder, const llmrec_endpoint_options *endpoint)
{
    LR_RETURN_IF(lr_endpoint_open(embedder->context, endpoint, &embedder->endpoint));
    LR_RETURN_IF(find_kind(embedder));
    atomic_init(&embedder->batch, (size_t)embedder->options.batch);
    return find_dim(embedder);
}

llmrec_status llmrec_text_encoder_create_endpoint(llmrec_context *context, const llmrec_endpoint_options *endpoint,
                                                  const llmrec_embeddings_options *options,
                                                  llmrec_text_encoder **encoder)
{
    lr_embedder *fresh = NULL;
    llmrec_embeddings_options full;
    LR_NEED(context, encoder);
    LR_RETURN_IF(lr_options_read(&lr_embeddings_options, options, &full));
    LR_RETURN_IF(LR_NEW_ZERO(context, fresh, 1));
    fresh->context = lr_context_hold(context);
    fresh->options = full;
    llmrec_status status = open_embedder(fresh, endpoint);
    const lr_text_model model = {.model = fresh,
                                 .dim = fresh->dim,
                                 .max_tokens = (size_t)full.max_tokens,
                                 .encode = encode,
                                 .fingerprint = fingerprint,
                                 .describe = describe,
                                 .free = free_embedder};
    if (status == LLMREC_OK) status = lr_text_encoder_adopt(context, &model, encoder);
    if (status != LLMREC_OK) free_embedder(fresh);
    return status;
}

llmrec_status llmrec_text_encoder_usage(const llmrec_text_encoder *encoder, llmrec_usage *usage)
{
    lr_meter none;
    LR_NEED(encoder, usage);
    if (encoder->remote.encode == encode)
        return lr_meter_read(&((lr_embedder *)encoder->remote.model)->endpoint->meter, usage);
    LR_RETURN_IF(lr_meter_init(&none, NULL));
    const llmrec_status status = lr_meter_read(&none, usage);
    lr_meter_destroy(&none);
    return status;
}
