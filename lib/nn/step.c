/* SPDX-License-Identifier: Apache-2.0 */
#include "nn/step.h"

#include <string.h>

#include "core/context.h"
#include "core/memory.h"
#include "core/pool.h"
#include "core/options.h"
#include "nn/softmax_loss.h"

/* Chunks have equal sizes, small enough for the cache and for sharing between threads. EVEN is divisible by two and by
 * four threads. A step stores the traces of one group at a time. */
enum { CHUNK_TOKENS = 256, EVEN = 4, GROUP = 8, REDUCE_SLICE = 8192 };

struct lr_step {
    llmrec_context *context;
    const lr_shape *shape;
    lr_layout layout;
    size_t chunk_tokens; /* capacity of a chunk: its share of tokens plus one longest sequence */
    lr_softmax_loss *loss;
    lr_sampled_loss *sampled; /* used instead of `loss` for sampled losses; NULL: not used */
    lr_pass *pass[GROUP];
    lr_tokens chunk[GROUP];
    size_t chunks;
    lr_real *dense[GROUP];      /* [item offset] gradients of the parameters before the item table */
    lr_real *d_embedded;        /* [GROUP chunk_tokens, D] */
    lr_real *hidden, *d_hidden; /* hidden states at the labels, and their gradients */
    lr_real *transposed;        /* [item offset] transposed dense weights */
    /* of the current call */
    lr_network network;
    const lr_tokens *batch;
    size_t share;       /* tokens of the batch per chunk */
    size_t first_label; /* first label of the group */
    lr_real *gradients;
};

void lr_step_free(lr_step *step)
{
    if (step == NULL) return;
    for (size_t i = 0; i < GROUP; i++) {
        lr_pass_free(step->pass[i]);
        lr_free(step->context, step->dense[i]);
    }
    lr_softmax_loss_free(step->loss);
    lr_sampled_loss_free(step->sampled);
    lr_free(step->context, step->d_embedded);
    lr_free(step->context, step->hidden);
    lr_free(step->context, step->d_hidden);
    lr_free(step->context, step->transposed);
    lr_free(step->context, step);
}

llmrec_status lr_step_create(llmrec_context *context, const lr_shape *shape, lr_step **step)
{
    llmrec_status status = LLMREC_OK;
    lr_step *fresh = NULL;
    LR_TRY(LR_NEW_ZERO(context, fresh, 1));
    fresh->context = context;
    fresh->shape = shape;
    LR_TRY(lr_layout_of(shape, &fresh->layout));
    fresh->chunk_tokens = CHUNK_TOKENS + shape->positions;
    const size_t n = fresh->chunk_tokens, numbers = GROUP * n * shape->dim;
    LR_TRY(lr_softmax_loss_create(context, shape->items, shape->dim, &fresh->loss));
    for (size_t i = 0; i < GROUP; i++) {
        LR_TRY(lr_pass_create(context, shape, n, n, &fresh->pass[i]));
        LR_TRY(LR_NEW(context, fresh->dense[i], fresh->layout.item));
    }
    LR_TRY(LR_NEW(context, fresh->d_embedded, numbers));
    LR_TRY(LR_NEW(context, fresh->hidden, numbers));
    LR_TRY(LR_NEW(context, fresh->d_hidden, numbers));
    LR_TRY(LR_NEW(context, fresh->transposed, fresh->layout.item));
    *step = fresh;
    fresh = NULL;
done:
    lr_step_free(fresh);
    return status;
}

llmrec_status lr_step_sample(lr_step *step, const lr_sampling *sampling)
{
    lr_sampled_loss *fresh = NULL;
    LR_RETURN_IF(lr_option_range("items", (int64_t)step->shape->items, 2, INT32_MAX));
    LR_RETURN_IF(lr_sampled_loss_create(step->context, sampling, step->shape->dim, &fresh));
    lr_sampled_loss_free(step->sampled);
    step->sampled = fresh;
    lr_softmax_loss_free(step->loss);
    step->loss = NULL;
    return LLMREC_OK;
}

static size_t share_of(const lr_tokens *batch)
{
    const size_t n = lr_tokens_count(batch), chunks = (n + CHUNK_TOKENS * EVEN - 1) / (CHUNK_TOKENS * EVEN) * EVEN;
    return n == 0 ? 1 : (n + chunks - 1) / chunks;
}

/* Returns the next chunk: sequences from `sequence` on and labels from `label` on, up to the share of the chunk after
 * it. */
static lr_tokens cut_chunk(const lr_step *step, size_t sequence, size_t label)
{
    const lr_tokens *batch = step->batch;
    lr_tokens chunk = *batch;
    const size_t before = batch->starts[sequence] - batch->starts[0], until = (before / step->share + 1) * step->share;
    size_t end = sequence + 1, labels = label;
    while (end < batch->sequences && batch->starts[end] - batch->starts[0] < until) end++;
    while (labels < batch->labels && (size_t)batch->label_at[labels] < batch->starts[end]) labels++;
    chunk.starts += sequence;
    chunk.sequences = end - sequence;
    chunk.label_at += label;
    chunk.label += label;
    chunk.labels = labels - label;
    return chunk;
}

static void cut_group(lr_step *step, size_t *sequence, size_t *label)
{
    step->chunks = 0;
    step->first_label = *label;
    while (step->chunks < GROUP && *sequence < step->batch->sequences) {
        const lr_tokens chunk = cut_chunk(step, *sequence, *label);
        step->chunk[step->chunks++] = chunk;
        *sequence += chunk.sequences;
        *label += chunk.labels;
    }
}

/* Returns the index of a chunk's first label in the group's hidden states. */
static size_t labels_before(const lr_step *step, size_t chunk)
{
    return (size_t)(step->chunk[chunk].label - step->batch->label) - step->first_label;
}

static size_t tokens_before(const lr_step *step, size_t chunk)
{
    return step->chunk[chunk].starts[0] - step->chunk[0].starts[0];
}

static llmrec_status forward_chunk(void *argument, size_t chunk, size_t worker)
{
    lr_step *step = argument;
    const size_t D = step->shape->dim;
    (void)worker;
    lr_pass_forward(step->pass[chunk], &step->network, &step->chunk[chunk],
                    step->hidden + labels_before(step, chunk) * D);
    return LLMREC_OK;
}

static llmrec_status backward_chunk(void *argument, size_t chunk, size_t worker)
{
    lr_step *step = argument;
    const size_t D = step->shape->dim;
    (void)worker;
    memset(step->dense[chunk], 0, step->layout.item * sizeof(lr_real));
    lr_pass_backward(step->pass[chunk], &step->network, &step->chunk[chunk],
                     step->d_hidden + labels_before(step, chunk) * D, step->dense[chunk],
                     step->d_embedded + tokens_before(step, chunk) * D);
    return LLMREC_OK;
}

/* Adds the dense gradients of the chunks, in order, for one slice of the parameters. */
static llmrec_status reduce_slice(void *argument, size_t slice, size_t worker)
{
    lr_step *step = argument;
    const size_t first = slice * REDUCE_SLICE, left = step->layout.item - first;
    const size_t end = first + (left < REDUCE_SLICE ? left : REDUCE_SLICE);
    (void)worker;
    for (size_t chunk = 0; chunk < step->chunks; chunk++)
        for (size_t i = first; i < end; i++) step->gradients[i] += step->dense[chunk][i];
    return LLMREC_OK;
}

static void add_embedded(lr_step *step)
{
    const lr_tokens *first = &step->chunk[0], *last = &step->chunk[step->chunks - 1];
    const size_t D = step->shape->dim, from = first->starts[0], end = last->starts[last->sequences];
    lr_real *items = step->gradients + step->layout.item;
    for (size_t t = from; t < end; t++) {
        const lr_real *d = step->d_embedded + (t - from) * D;
        lr_real *row = items + (size_t)step->batch->items[t] * D;
        for (size_t j = 0; j < D; j++) row[j] += d[j];
    }
}

static llmrec_status run_group(lr_step *step, const lr_output *output, double weight, double *loss)
{
    const lr_tokens *last = &step->chunk[step->chunks - 1];
    const size_t labels = labels_before(step, step->chunks - 1) + last->labels;
    const int32_t *label = step->batch->label + step->first_label;
    LR_RETURN_IF(lr_parallel(step->context, step->chunks, forward_chunk, step));
    const lr_labeled labeled = {step->hidden, label, labels, weight, step->d_hidden};
    if (step->sampled != NULL) LR_RETURN_IF(lr_sampled_loss_run(step->sampled, output, &labeled, loss));
    else LR_RETURN_IF(lr_softmax_loss_run(step->loss, output, &labeled, loss));
    LR_RETURN_IF(lr_parallel(step->context, step->chunks, backward_chunk, step));
    const size_t slices = (step->layout.item + REDUCE_SLICE - 1) / REDUCE_SLICE;
    LR_RETURN_IF(lr_parallel(step->context, slices, reduce_slice, step));
    add_embedded(step);
    return LLMREC_OK;
}

llmrec_status lr_step_run(lr_step *step, const lr_network *network, const lr_tokens *batch, double weight,
                          lr_real *gradients, double *loss)
{
    const lr_layout *at = &step->layout;
    const bool bias = step->shape->output_bias;
    const lr_output output = {.table = network->parameters + at->item,
                              .bias = bias ? network->parameters + at->output_bias : NULL,
                              .d_table = gradients + at->item,
                              .d_bias = bias ? gradients + at->output_bias : NULL,
                              .items = step->shape->items,
                              .dim = step->shape->dim};
    double sum = 0;
    step->network = *network;
    step->network.transposed = step->transposed;
    LR_RETURN_IF(lr_transpose_weights(step->context, network, step->transposed));
    step->batch = batch;
    step->share = share_of(batch);
    if (step->sampled != NULL) lr_sampled_loss_draw(step->sampled, step->shape->items, network->seed, network->step);
    step->gradients = gradients;
    for (size_t sequence = 0, label = 0; sequence < batch->sequences && batch->labels > 0;) {
        double part = 0;
        cut_group(step, &sequence, &label);
        LR_RETURN_IF(run_group(step, &output, weight / (double)batch->labels, &part));
        sum += part;
    }
    *loss = batch->labels == 0 ? 0 : sum / (double)batch->labels;
    return LLMREC_OK;
}
