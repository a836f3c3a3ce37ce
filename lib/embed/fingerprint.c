/* SPDX-License-Identifier: Apache-2.0 */
#include "embed/fingerprint.h"

#include <string.h>

#include <xxhash.h>

#include "embed/text_encoder.h"

/* Version of the encoder's arithmetic. Change it whenever the vectors change. */
static const char version[] = "llmrec text vectors 1";

static void add(XXH3_state_t *state, const void *bytes, size_t size)
{
    XXH3_128bits_update(state, bytes, size);
}

static void add_number(XXH3_state_t *state, uint64_t number)
{
    unsigned char bytes[8];
    for (int i = 0; i < 8; i++) bytes[i] = (unsigned char)(number >> (8 * i));
    add(state, bytes, sizeof bytes);
}

/* Adds the length before the bytes, so that different lists of texts never hash the same bytes. */
static void add_text(XXH3_state_t *state, const char *text, size_t length)
{
    add_number(state, length);
    add(state, text, length);
}

static void add_floats(XXH3_state_t *state, const float *values, size_t count)
{
    add_number(state, count);
    add(state, values, count * sizeof *values);
}

static void add_norm(XXH3_state_t *state, const lr_layer_norm *norm)
{
    add_floats(state, norm->gain, norm->dim);
    add_floats(state, norm->bias, norm->dim);
}

static void add_matrix(XXH3_state_t *state, const lr_matrix *matrix, const float *bias)
{
    add_floats(state, matrix->data, matrix->rows * matrix->columns);
    add_floats(state, bias, matrix->columns);
}

static void add_model(XXH3_state_t *state, const lr_bert *bert)
{
    const lr_bert_shape *shape = &bert->shape;
    const size_t dim = (size_t)shape->dim;
    uint64_t epsilon = 0;
    memcpy(&epsilon, &shape->epsilon, sizeof epsilon);
    add_number(state, (uint64_t)shape->heads);
    add_number(state, epsilon);
    add_floats(state, bert->word, (size_t)shape->vocabulary * dim);
    add_floats(state, bert->position, (size_t)shape->positions * dim);
    add_floats(state, bert->type, dim);
    add_norm(state, &bert->embedding);
    for (int64_t i = 0; i < shape->layers; i++) {
        const lr_bert_layer *layer = &bert->layers[i];
        add_matrix(state, &layer->qkv, layer->qkv_bias);
        add_matrix(state, &layer->mix, layer->mix_bias);
        add_matrix(state, &layer->up, layer->up_bias);
        add_matrix(state, &layer->down, layer->down_bias);
        add_norm(state, &layer->mixed);
        add_norm(state, &layer->fed);
    }
}

static void add_encoder(XXH3_state_t *state, const llmrec_text_encoder *encoder)
{
    if (encoder->remote.fingerprint != NULL) {
        uint64_t print[2];
        encoder->remote.fingerprint(encoder->remote.model, print);
        add_number(state, print[0]);
        add_number(state, print[1]);
        return;
    }
    add_model(state, encoder->bert);
    add_number(state, lr_tokenizer_checksum(encoder->tokenizer));
    add_number(state, encoder->max_tokens);
    add_number(state, encoder->first_token);
    add_number(state, encoder->normalize);
}

static void add_items(XXH3_state_t *state, const lr_ids *ids, const lr_item_texts *texts)
{
    for (size_t i = 0; i < texts->count; i++) {
        size_t length = 0;
        const char *id = lr_ids_text(ids, i, &length);
        add_text(state, id, length);
        add_text(state, texts->texts[i], texts->lengths[i]);
    }
}

llmrec_status lr_items_fingerprint(const llmrec_text_encoder *encoder, const lr_ids *ids, const lr_item_texts *texts,
                                   lr_fingerprint *fingerprint)
{
    XXH3_state_t *state = XXH3_createState();
    if (state == NULL) return lr_fail(LLMREC_ERR_MEMORY, "memory: no room for a hash state");
    XXH3_128bits_reset(state);
    add(state, version, sizeof version);
    add_encoder(state, encoder);
    add_items(state, ids, texts);
    const XXH128_hash_t hash = XXH3_128bits_digest(state);
    XXH3_freeState(state);
    *fingerprint = (lr_fingerprint){hash.low64, hash.high64};
    return LLMREC_OK;
}
