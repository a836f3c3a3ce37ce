/* SPDX-License-Identifier: Apache-2.0 */
/* Initializes item rows from vectors of a language model: as initial values, frozen, partly frozen, or through a
 * trained adapter. */
#include <math.h>
#include <string.h>

#include "core/log.h"
#include "core/memory.h"
#include "core/rng.h"
#include "embed/reducer.h"
#include "nn/adapter.h"
#include "nn/encoder.h"
#include "nn/item_vectors.h"

/* Global root mean squares with which such networks train well. */
static const double LOW = 0.01, HIGH = 0.1;

/* --- what is given --------------------------------------------------------------------------------------------- */

llmrec_status lr_vectors_check(const llmrec_embedding *embedding, const lr_ids *ids)
{
    const size_t items = lr_ids_count(ids);
    if (embedding->rows != items)
        return lr_fail(LLMREC_ERR_SHAPE,
                       "embedding has %zu rows; wanted %zu, one per item of the catalog (see llmrec_embedding_align)",
                       embedding->rows, items);
    if (embedding->ids != NULL && embedding->ids != ids && !lr_ids_equal(embedding->ids, ids))
        return lr_fail(
            LLMREC_ERR_SHAPE,
            "the ids of embedding differ from the catalog's; wanted the same order (see llmrec_embedding_align)");
    return LLMREC_OK;
}

static llmrec_status check_dim(const llmrec_encoder *encoder, const llmrec_embedding *embedding, int64_t mode)
{
    const size_t D = encoder->shape.dim;
    const bool fits = mode == LLMREC_INIT_ITEMS_ADAPTER || embedding->dim == D ||
                      (mode == LLMREC_INIT_ITEMS_FROZEN_COLUMNS && embedding->dim < D);
    if (fits) return LLMREC_OK;
    return lr_fail(LLMREC_ERR_SHAPE, "embedding has dim %zu, the encoder %zu; wanted %s (reduce it, or use an adapter)",
                   embedding->dim, D, mode == LLMREC_INIT_ITEMS_FROZEN_COLUMNS ? "at most that" : "the same");
}

/* Returns the root mean square of the first `columns` numbers of the rows that have a vector. */
static double mean_square_root(const float *rows, size_t stride, size_t columns, const llmrec_embedding *embedding)
{
    double sum = 0;
    size_t count = 0;
    for (size_t i = 0; i < embedding->rows; i++) {
        if (!lr_embedding_has(embedding, i)) continue;
        for (size_t j = 0; j < columns; j++) sum += (double)rows[i * stride + j] * (double)rows[i * stride + j];
        count += columns;
    }
    return count == 0 ? 0 : sqrt(sum / (double)count);
}

static llmrec_status find_scale(double wanted, double found, double *scale)
{
    *scale = 1;
    if (wanted == 0) return LLMREC_OK;
    if (found < 1e-30) return lr_fail(LLMREC_ERR_NUMERIC, "scale_std is %g, but all vectors are zero", wanted);
    *scale = wanted / found;
    return LLMREC_OK;
}

static void warn(const llmrec_encoder *encoder, double square_root)
{
    if (square_root >= LOW && square_root <= HIGH) return;
    lr_log(encoder->context, LLMREC_LOG_WARNING, "nn",
           "item vectors have a root mean square of %.3g; training works well with %g to %g: see "
           "scale_std",
           square_root, LOW, HIGH);
}

/* --- rows as they are ------------------------------------------------------------------------------------------ */

llmrec_status lr_vectors_copy(const llmrec_embedding *embedding, float *rows, size_t stride)
{
    float *scratch = NULL;
    LR_RETURN_IF(LR_NEW(embedding->context, scratch, embedding->dim));
    for (size_t i = 0; i < embedding->rows; i++)
        if (lr_embedding_has(embedding, i))
            memcpy(rows + i * stride, lr_embedding_row(embedding, i, scratch), embedding->dim * sizeof *rows);
    lr_free(embedding->context, scratch);
    return LLMREC_OK;
}

static llmrec_status start_rows(llmrec_encoder *next, const llmrec_embedding *embedding, double wanted)
{
    const size_t D = next->shape.dim, columns = embedding->dim;
    float *rows = next->parameters + next->layout.item;
    double scale = 1;
    LR_RETURN_IF(lr_vectors_copy(embedding, rows, D));
    const double found = mean_square_root(rows, D, columns, embedding);
    LR_RETURN_IF(find_scale(wanted, found, &scale));
    for (size_t i = 0; i < embedding->rows; i++)
        for (size_t j = 0; j < columns && lr_embedding_has(embedding, i); j++) rows[i * D + j] *= (float)scale;
    warn(next, found * scale);
    return LLMREC_OK;
}

/* --- rows through an adapter ----------------------------------------------------------------------------------- */

/* Initializes the adapter with principal directions if there are enough of them, so that it begins as a reducer. */
static llmrec_status start_by_directions(llmrec_encoder *next, const llmrec_embedding *embedding, bool *done)
{
    const size_t A = embedding->dim, D = next->shape.dim;
    float *weights = next->parameters + next->layout.adapter.weights,
          *bias = next->parameters + next->layout.adapter.bias;
    llmrec_reducer_options options;
    llmrec_reducer *reducer = NULL;
    llmrec_status status = LLMREC_OK;
    *done = false;
    if (D > A || D >= embedding->rows) return LLMREC_OK;
    LR_TRY(lr_options_read(&lr_reducer_options, NULL, &options));
    options.dim = (int64_t)D;
    options.normalize = 0;
    options.skip_missing = 1;
    status = lr_reducer_make(embedding, &options, &reducer);
    if (status == LLMREC_ERR_SHAPE) return LLMREC_OK; /* fewer directions than columns */
    if (status != LLMREC_OK) goto done;
    memcpy(weights, reducer->weights, A * D * sizeof *weights);
    for (size_t j = 0; j < D; j++) {
        double sum = 0;
        for (size_t i = 0; i < A; i++) sum -= reducer->mean[i] * (double)weights[i * D + j];
        bias[j] = (float)sum;
    }
    *done = true;
done:
    llmrec_reducer_free(reducer);
    return status;
}

static void start_at_random(llmrec_encoder *next, size_t A, int64_t seed)
{
    const size_t D = next->shape.dim;
    float *weights = next->parameters + next->layout.adapter.weights;
    lr_rng rng = lr_rng_at((uint64_t)seed, LR_STREAM_PROJECTION, 0);
    for (size_t i = 0; i < A * D; i++) weights[i] = (float)(lr_rng_normal(&rng) / sqrt((double)A));
    memset(next->parameters + next->layout.adapter.bias, 0, D * sizeof *weights);
}

static llmrec_status start_adapter(llmrec_encoder *next, const llmrec_embedding *embedding,
                                   const llmrec_init_items_options *options)
{
    const size_t A = embedding->dim, D = next->shape.dim;
    const lr_dense_at at = next->layout.adapter;
    const double wanted = options->scale_std > 0 ? options->scale_std : next->options.init_deviation;
    bool done = false;
    double scale = 1;
    LR_RETURN_IF(LR_NEW_ZERO(next->context, next->rows.vectors, embedding->rows * A));
    LR_RETURN_IF(lr_vectors_copy(embedding, next->rows.vectors, A));
    LR_RETURN_IF(start_by_directions(next, embedding, &done));
    if (!done) start_at_random(next, A, options->seed);
    LR_RETURN_IF(lr_adapter_forward(next->context, &next->layout, &next->shape, next->rows.vectors, next->parameters));
    LR_RETURN_IF(find_scale(wanted, mean_square_root(next->parameters + next->layout.item, D, D, embedding), &scale));
    for (size_t i = 0; i < A * D; i++) next->parameters[at.weights + i] *= (float)scale;
    for (size_t j = 0; j < D; j++) next->parameters[at.bias + j] *= (float)scale;
    warn(next, wanted);
    return lr_adapter_forward(next->context, &next->layout, &next->shape, next->rows.vectors, next->parameters);
}

/* --- the call -------------------------------------------------------------------------------------------------- */

/* Moves the new parameters to `encoder`, and the old ones to `next`, which the caller frees. Clears the training
 * state. */
static void become(llmrec_encoder *encoder, llmrec_encoder *next)
{
    float *const parameters = encoder->parameters, *const vectors = encoder->rows.vectors;
    encoder->parameters = next->parameters;
    encoder->shape = next->shape;
    encoder->layout = next->layout;
    encoder->rows = next->rows;
    next->parameters = parameters;
    next->rows.vectors = vectors;
    lr_training_clear(encoder->context, &encoder->training);
}

llmrec_status llmrec_encoder_init_items(llmrec_encoder *encoder, const llmrec_embedding *embedding,
                                        const llmrec_init_items_options *given)
{
    llmrec_init_items_options options;
    llmrec_encoder *next = NULL;
    llmrec_status status = LLMREC_OK;
    LR_NEED(encoder, embedding);
    LR_RETURN_IF(lr_options_read(&lr_init_items_options, given, &options));
    LR_RETURN_IF(check_dim(encoder, embedding, options.mode));
    LR_RETURN_IF(lr_vectors_check(embedding, encoder->ids));
    const bool adapts = options.mode == LLMREC_INIT_ITEMS_ADAPTER;
    LR_TRY(lr_encoder_make(encoder->context, encoder->ids, &encoder->options, adapts ? embedding->dim : 0, &next));
    const size_t common = next->layout.total < encoder->layout.total ? next->layout.total : encoder->layout.total;
    memcpy(next->parameters, encoder->parameters, common * sizeof *next->parameters); /* the adapter is stored last */
    next->rows.mode = options.mode;
    if (options.mode == LLMREC_INIT_ITEMS_FROZEN || options.mode == LLMREC_INIT_ITEMS_FROZEN_COLUMNS)
        next->rows.frozen = embedding->dim;
    if (adapts) LR_TRY(start_adapter(next, embedding, &options));
    else LR_TRY(start_rows(next, embedding, options.scale_std));
    become(encoder, next);
done:
    llmrec_encoder_free(next);
    return status;
}
