/* SPDX-License-Identifier: Apache-2.0 */
#include "nn/optimizer.h"

#include <math.h>
#include <string.h>

#include "core/context.h"
#include "core/memory.h"
#include "core/pool.h"
#include "math/adam.h"
#include "math/vector.h"

enum { SLICE = 1 << 14 }; /* numbers per slice: gradients, parameters and moments stay in cache between passes */

/* Rows of a tensor, without the leading columns that are not trained. */
typedef struct slice {
    size_t offset, rows, columns, skip;
    size_t tensor;
    bool decays;
} slice;

struct lr_optimizer {
    llmrec_context *context;
    llmrec_train_options options;
    size_t total; /* numbers in all parameters */
    slice *slices;
    double *squares; /* [count] sum of squares of each slice */
    size_t count, capacity;
    size_t tensors;
    double *scales; /* [tensors] factors of the gradients */
    /* of the current step */
    const lr_state *state;
    lr_adam adam;
};

/* --- the rate -------------------------------------------------------------------------------------------------- */

double lr_learning_rate(const llmrec_train_options *options, int64_t step, int64_t total)
{
    const double peak = options->learning_rate, warm = (double)options->warmup_steps;
    if ((double)step < warm) return peak * (double)step / warm;
    if (options->schedule == LLMREC_SCHEDULE_CONSTANT) return peak;
    if (step >= total) return 0;
    if (options->schedule == LLMREC_SCHEDULE_LINEAR) return peak * (1 - (double)step / (double)total);
    return peak * 0.5 * (1 + cos(3.141592653589793 * ((double)step - warm) / ((double)total - warm)));
}

/* --- the plan -------------------------------------------------------------------------------------------------- */

static llmrec_status add(lr_optimizer *optimizer, const slice *added)
{
    LR_RETURN_IF(
        LR_GROW(optimizer->context, optimizer->slices, optimizer->capacity, optimizer->count, optimizer->count + 1));
    optimizer->slices[optimizer->count++] = *added;
    return LLMREC_OK;
}

/* Cuts rows first..end-1 of a tensor into slices. */
static llmrec_status add_rows(lr_optimizer *optimizer, const lr_parameter *tensor, size_t first, size_t end, slice plan)
{
    const size_t most = SLICE / plan.columns < 1 ? 1 : SLICE / plan.columns;
    for (size_t row = first; row < end; row += plan.rows) {
        plan.offset = tensor->offset + row * plan.columns;
        plan.rows = end - row < most ? end - row : most;
        LR_RETURN_IF(add(optimizer, &plan));
    }
    return LLMREC_OK;
}

static llmrec_status plan_slices(lr_optimizer *optimizer, const lr_layout *layout, size_t frozen)
{
    for (size_t t = 0; t < layout->tensor_count; t++) {
        const lr_parameter *tensor = &layout->tensor[t];
        const bool is_item = tensor->offset == layout->item;
        slice plan = {.columns = tensor->columns, .tensor = t};
        plan.decays = tensor->decays || optimizer->options.decay_all != 0;
        const size_t items = is_item ? tensor->rows - 1 : 0; /* the row after them is [MASK] */
        LR_RETURN_IF(add_rows(optimizer, tensor, items, tensor->rows, plan));
        plan.skip = frozen;
        LR_RETURN_IF(add_rows(optimizer, tensor, 0, items, plan));
    }
    return LLMREC_OK;
}

void lr_optimizer_free(lr_optimizer *optimizer)
{
    if (optimizer == NULL) return;
    lr_free(optimizer->context, optimizer->slices);
    lr_free(optimizer->context, optimizer->squares);
    lr_free(optimizer->context, optimizer->scales);
    lr_free(optimizer->context, optimizer);
}

llmrec_status lr_optimizer_create(llmrec_context *context, const lr_layout *layout, size_t frozen,
                                  const llmrec_train_options *options, lr_optimizer **optimizer)
{
    llmrec_status status = LLMREC_OK;
    lr_optimizer *fresh = NULL;
    LR_TRY(LR_NEW_ZERO(context, fresh, 1));
    fresh->context = context;
    fresh->options = *options;
    fresh->total = layout->total;
    fresh->tensors = layout->tensor_count;
    LR_TRY(plan_slices(fresh, layout, frozen));
    LR_TRY(LR_NEW(context, fresh->squares, fresh->count));
    LR_TRY(LR_NEW(context, fresh->scales, fresh->tensors));
    *optimizer = fresh;
    fresh = NULL;
done:
    lr_optimizer_free(fresh);
    return status;
}

/* --- clipping -------------------------------------------------------------------------------------------------- */

static llmrec_status square_slice(void *argument, size_t task, size_t worker)
{
    lr_optimizer *optimizer = argument;
    const slice *s = &optimizer->slices[task];
    const float *g = optimizer->state->gradients + s->offset;
    double sum = 0;
    (void)worker;
    if (s->skip == 0) sum = (double)lr_dot(g, g, s->rows * s->columns);
    else
        for (size_t row = 0; row < s->rows; row++) {
            const float *from = g + row * s->columns + s->skip;
            sum += (double)lr_dot(from, from, s->columns - s->skip);
        }
    optimizer->squares[task] = sum;
    return LLMREC_OK;
}

static double scale_for(double clip, double square)
{
    const double norm = sqrt(square);
    return norm > clip ? clip / norm : 1;
}

/* Computes the clipping factor of each tensor. The sums of the slices are added in a fixed order. */
static llmrec_status find_scales(lr_optimizer *optimizer)
{
    const double clip = optimizer->options.clip_norm;
    double all = 0, *const scales = optimizer->scales;
    memset(scales, 0, optimizer->tensors * sizeof *scales);
    for (size_t i = 0; i < optimizer->count; i++) scales[optimizer->slices[i].tensor] += optimizer->squares[i];
    for (size_t t = 0; t < optimizer->tensors; t++) all += scales[t];
    if (!isfinite(all)) return lr_fail(LLMREC_ERR_NUMERIC, "the gradient is not finite");
    for (size_t t = 0; t < optimizer->tensors; t++)
        scales[t] = optimizer->options.clip == LLMREC_CLIP_NONE     ? 1
                    : optimizer->options.clip == LLMREC_CLIP_GLOBAL ? scale_for(clip, all)
                                                                    : scale_for(clip, scales[t]);
    return LLMREC_OK;
}

/* --- the step -------------------------------------------------------------------------------------------------- */

static lr_adam adam_of(const llmrec_train_options *options, double rate, int64_t step)
{
    const double b1 = options->beta1, b2 = options->beta2, epsilon = options->adam_epsilon;
    lr_adam adam = options->optimizer == LLMREC_OPTIMIZER_BERT_ADAM ? lr_adam_plain(rate, b1, b2, epsilon)
                   : options->optimizer == LLMREC_OPTIMIZER_KERAS_ADAMW
                       ? lr_adam_keras(rate, b1, b2, epsilon, step + 1)
                       : lr_adam_corrected(rate, b1, b2, epsilon, step + 1);
    adam.decay = rate * options->weight_decay;
    return adam;
}

static llmrec_status update_slice(void *argument, size_t task, size_t worker)
{
    const lr_optimizer *optimizer = argument;
    const slice *s = &optimizer->slices[task];
    const lr_state *state = optimizer->state;
    const size_t runs = s->skip == 0 ? 1 : s->rows, step = s->skip == 0 ? s->rows * s->columns : s->columns;
    lr_adam adam = optimizer->adam;
    adam.scale = optimizer->scales[s->tensor];
    (void)worker;
    for (size_t run = 0; run < runs; run++) {
        const size_t at = s->offset + run * step + s->skip;
        float *const m = state->moments + at;
        const lr_adam_slice part = {state->parameters + at, state->gradients + at, m,
                                    m + optimizer->total,   step - s->skip,        s->decays};
        lr_adam_update(&adam, &part);
    }
    memset(state->gradients + s->offset, 0, s->rows * s->columns * sizeof *state->gradients);
    return LLMREC_OK;
}

llmrec_status lr_optimizer_step(lr_optimizer *optimizer, const lr_state *state, double rate, int64_t step)
{
    optimizer->state = state;
    LR_RETURN_IF(lr_parallel(optimizer->context, optimizer->count, square_slice, optimizer));
    LR_RETURN_IF(find_scales(optimizer));
    optimizer->adam = adam_of(&optimizer->options, rate, step);
    return lr_parallel(optimizer->context, optimizer->count, update_slice, optimizer);
}
