/* SPDX-License-Identifier: Apache-2.0 */
/* Extends an encoder to another catalog; known items keep their rows. */
#include <math.h>
#include <string.h>

#include "core/memory.h"
#include "data/dataset.h"
#include "embed/embedding.h"
#include "nn/adapter.h"
#include "nn/encoder.h"
#include "nn/item_vectors.h"

/* Copies the parameters that do not depend on the catalog, and the rows of known items. */
static void carry(const llmrec_encoder *from, llmrec_encoder *to)
{
    const float *old = from->parameters;
    float *fresh = to->parameters;
    const lr_layout *a = &from->layout, *b = &to->layout;
    const size_t D = from->shape.dim, tail = from->shape.adapter == 0 ? 0 : (from->shape.adapter + 1) * D;
    memcpy(fresh, old, a->item * sizeof *fresh);
    memcpy(fresh + b->total - tail, old + a->total - tail, tail * sizeof *fresh);
    memcpy(fresh + b->item + to->shape.items * D, old + a->item + from->shape.items * D,
           D * sizeof *fresh); /* [MASK] */
    for (size_t item = 0; item < to->shape.items; item++) {
        const lr_span id = lr_ids_at(to->ids, item);
        const int64_t known = lr_ids_find(from->ids, id.text, id.length);
        if (known < 0) continue;
        memcpy(fresh + b->item + item * D, old + a->item + (size_t)known * D, D * sizeof *fresh);
        if (from->shape.output_bias) fresh[b->output_bias + item] = old[a->output_bias + known];
    }
}

static llmrec_status adapt(const llmrec_encoder *from, llmrec_encoder *to, const llmrec_embedding *embedding)
{
    const size_t A = from->shape.adapter;
    if (embedding == NULL) return lr_fail(LLMREC_ERR_ARGUMENT, "embedding is NULL; wanted vectors for the adapter");
    LR_RETURN_IF(lr_vectors_check(embedding, to->ids));
    if (embedding->dim != A)
        return lr_fail(LLMREC_ERR_SHAPE, "embedding has dim %zu; wanted %zu, the adapter's", embedding->dim, A);
    LR_RETURN_IF(LR_NEW_ZERO(to->context, to->rows.vectors, to->shape.items * A));
    LR_RETURN_IF(lr_vectors_copy(embedding, to->rows.vectors, A));
    return lr_adapter_forward(to->context, &to->layout, &to->shape, to->rows.vectors, to->parameters);
}

static double squares(const float *values, size_t count)
{
    double sum = 0;
    for (size_t j = 0; j < count; j++) sum += (double)values[j] * (double)values[j];
    return sum;
}

/* Starts the rows of new items from their vectors, on the scale of the rows that known items have. */
static llmrec_status start_new(const llmrec_encoder *from, llmrec_encoder *to, const llmrec_embedding *embedding)
{
    const size_t D = to->shape.dim, items = to->shape.items, columns = embedding->dim;
    const size_t wanted = from->rows.mode == LLMREC_INIT_ITEMS_FROZEN_COLUMNS ? from->rows.frozen : D;
    float *rows = to->parameters + to->layout.item, *scratch = NULL;
    double of_rows = 0, of_vectors = 0;
    LR_RETURN_IF(lr_vectors_check(embedding, to->ids));
    if (columns != wanted) return lr_fail(LLMREC_ERR_SHAPE, "embedding has dim %zu; wanted %zu", columns, wanted);
    LR_RETURN_IF(LR_NEW(to->context, scratch, columns));
    for (size_t item = 0; item < items; item++) {
        const lr_span id = lr_ids_at(to->ids, item);
        if (lr_ids_find(from->ids, id.text, id.length) < 0 || !lr_embedding_has(embedding, item)) continue;
        of_rows += squares(rows + item * D, columns);
        of_vectors += squares(lr_embedding_row(embedding, item, scratch), columns);
    }
    const double scale = of_rows > 0 && of_vectors > 0 ? sqrt(of_rows / of_vectors) : 1;
    for (size_t item = 0; item < items; item++) {
        const lr_span id = lr_ids_at(to->ids, item);
        if (lr_ids_find(from->ids, id.text, id.length) >= 0 || !lr_embedding_has(embedding, item)) continue;
        const float *vector = lr_embedding_row(embedding, item, scratch);
        for (size_t j = 0; j < columns; j++) rows[item * D + j] = (float)(scale * (double)vector[j]);
    }
    lr_free(to->context, scratch);
    return LLMREC_OK;
}

llmrec_status llmrec_encoder_grow(const llmrec_encoder *encoder, const llmrec_dataset *dataset,
                                  const llmrec_embedding *embedding, int64_t seed, llmrec_encoder **grown)
{
    llmrec_status status = LLMREC_OK;
    llmrec_encoder *fresh = NULL;
    LR_NEED(encoder, dataset, grown);
    lr_ids *const ids = lr_dataset_item_ids(dataset);
    LR_CHECK(lr_ids_count(ids) > 0, LLMREC_ERR_SHAPE, "dataset has no items");
    LR_TRY(lr_encoder_make(encoder->context, ids, &encoder->options, encoder->shape.adapter, &fresh));
    LR_TRY(lr_encoder_start(fresh, seed));
    fresh->rows.mode = encoder->rows.mode;
    fresh->rows.frozen = encoder->rows.frozen;
    carry(encoder, fresh);
    if (encoder->shape.adapter > 0) LR_TRY(adapt(encoder, fresh, embedding));
    else if (embedding != NULL) LR_TRY(start_new(encoder, fresh, embedding));
    *grown = fresh;
    fresh = NULL;
done:
    llmrec_encoder_free(fresh);
    return status;
}
