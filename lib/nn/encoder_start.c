/* SPDX-License-Identifier: Apache-2.0 */
/* Initializes the weights of an encoder. */
#include <math.h>
#include <string.h>

#include "core/pool.h"
#include "core/rng.h"
#include "nn/encoder.h"

enum { TASK = 1 << 14 }; /* numbers per task */

typedef struct drawing {
    const llmrec_encoder *encoder;
    const lr_parameter *tensor;
    uint64_t seed, stream;
} drawing;

static bool is_gain(const lr_parameter *tensor)
{
    return !tensor->decays && strstr(tensor->name, ".weight") != NULL;
}

static bool is_table(const lr_parameter *tensor)
{
    return strcmp(tensor->name, "item.weight") == 0 || strcmp(tensor->name, "position.weight") == 0;
}

/* Returns half the width of Glorot's interval. Queries, keys and values count as three separate matrices. */
static double glorot_limit(const lr_parameter *tensor)
{
    const size_t parts = strstr(tensor->name, ".qkv.") != NULL ? 3 : 1;
    return is_table(tensor) ? 0.05 : sqrt(6.0 / (double)(tensor->rows + tensor->columns / parts));
}

static double draw_normal(const drawing *d, size_t index, bool truncated)
{
    for (uint64_t attempt = 0;; attempt++) {
        lr_rng rng = lr_rng_at(d->seed, d->stream | attempt, index);
        const double z = lr_rng_normal(&rng);
        if (!truncated || fabs(z) <= 2) return z;
    }
}

static double draw(const drawing *d, size_t index)
{
    const llmrec_encoder_options *options = &d->encoder->options;
    if (!d->tensor->decays) return is_gain(d->tensor);
    if (options->init == LLMREC_WEIGHT_INIT_GLOROT) {
        lr_rng rng = lr_rng_at(d->seed, d->stream, index);
        return glorot_limit(d->tensor) * (2 * lr_rng_uniform(&rng) - 1);
    }
    return options->init_deviation * draw_normal(d, index, options->init == LLMREC_WEIGHT_INIT_TRUNCATED_NORMAL);
}

static llmrec_status draw_some(void *argument, size_t task, size_t worker)
{
    const drawing *d = argument;
    const size_t count = d->tensor->rows * d->tensor->columns;
    (void)worker;
    for (size_t i = task * TASK; i < (task + 1) * TASK && i < count; i++)
        d->encoder->parameters[d->tensor->offset + i] = (float)draw(d, i);
    return LLMREC_OK;
}

llmrec_status lr_encoder_start(llmrec_encoder *encoder, int64_t seed)
{
    for (size_t t = 0; t < encoder->layout.tensor_count; t++) {
        const lr_parameter *tensor = &encoder->layout.tensor[t];
        const size_t tasks = (tensor->rows * tensor->columns + TASK - 1) / TASK;
        drawing d = {encoder, tensor, (uint64_t)seed, (uint64_t)LR_STREAM_INIT << 56 | (uint64_t)t << 16};
        LR_RETURN_IF(lr_parallel(encoder->context, tasks, draw_some, &d));
    }
    return LLMREC_OK;
}
