/* SPDX-License-Identifier: Apache-2.0 */
#include "embed/bert_forward.h"

#include <string.h>

#include "core/pool.h"
#include "math/activation.h"
#include "math/self_attention.h"

enum { LINE = 16 }; /* floats in a cache line */

/* State of one forward pass: the batch, the current layer and the buffers. */
typedef struct pass {
    const lr_bert *bert;
    const lr_bert_layer *layer;
    const lr_token_batch *batch;
    size_t parts;
    float *x;         /* [n,D] */
    float *wide;      /* [n,3D] queries, keys, values; then [n,F] */
    float *mixed;     /* [n,D] output of attention */
    float *y;         /* [n,D] added to x */
    float *attention; /* [parts] scratch buffers */
    size_t attention_size;
} pass;

/* Computes part `part` of one step of the pass. */
typedef void (*step_fn)(const pass *p, size_t part);

static size_t lines(size_t floats)
{
    return (floats + LINE - 1) / LINE * LINE;
}

static size_t wide_of(const lr_bert_shape *shape)
{
    return (size_t)(3 * shape->dim > shape->inner ? 3 * shape->dim : shape->inner);
}

size_t lr_bert_scratch(const lr_bert *bert, size_t tokens, size_t longest, size_t parts)
{
    const size_t D = (size_t)bert->shape.dim, head = D / (size_t)bert->shape.heads;
    return 3 * lines(tokens * D) + lines(tokens * wide_of(&bert->shape)) +
           parts * lines(lr_self_attention_scratch(longest, head));
}

static pass pass_over(const lr_bert *bert, const lr_token_batch *batch, size_t parts, float *scratch)
{
    const size_t D = (size_t)bert->shape.dim, n = batch->tokens;
    pass p = {.bert = bert, .batch = batch, .parts = parts, .x = scratch};
    p.mixed = p.x + lines(n * D);
    p.y = p.mixed + lines(n * D);
    p.wide = p.y + lines(n * D);
    p.attention = p.wide + lines(n * wide_of(&bert->shape));
    p.attention_size = lines(lr_self_attention_scratch(batch->longest, D / (size_t)bert->shape.heads));
    return p;
}

/* Splits `total` things into parts, in multiples of `unit`. Returns the first thing of part `part`, and their number in
 * *count. */
static size_t share(const pass *p, size_t part, size_t total, size_t unit, size_t *count)
{
    const size_t units = (total + unit - 1) / unit;
    const size_t first = part * units / p->parts * unit, next = (part + 1) * units / p->parts * unit;
    *count = (next < total ? next : total) - first;
    return first;
}

/* Returns the columns of `matrix` (not transposed) that belong to a part. */
static lr_matrix columns_of(const pass *p, size_t part, lr_matrix matrix)
{
    size_t count = 0;
    const size_t first = share(p, part, matrix.columns, LINE, &count);
    return (lr_matrix){matrix.data + first, matrix.rows, count, matrix.stride, false};
}

/* Computes a part's columns of out [n,outputs] = in weights, and returns them. */
static lr_matrix multiply(const pass *p, size_t part, const float *in, lr_matrix weights, float *out)
{
    const size_t n = p->batch->tokens;
    const lr_matrix slice = columns_of(p, part, lr_matrix_of(out, n, weights.columns));
    lr_gemm(1, lr_matrix_of(in, n, weights.rows), columns_of(p, part, weights), 0, slice);
    return slice;
}

static void make_qkv(const pass *p, size_t part)
{
    multiply(p, part, p->x, p->layer->qkv, p->wide);
}

static void mix(const pass *p, size_t part)
{
    multiply(p, part, p->mixed, p->layer->mix, p->y);
}

static void feed_up(const pass *p, size_t part)
{
    const lr_matrix slice = multiply(p, part, p->x, p->layer->up, p->wide);
    lr_gelu_biased(slice, p->layer->up_bias + (slice.data - p->wide));
}

static void feed_down(const pass *p, size_t part)
{
    multiply(p, part, p->wide, p->layer->down, p->y);
}

/* Computes a part's heads for every text. */
static void attend(const pass *p, size_t part)
{
    const lr_token_batch *batch = p->batch;
    const size_t D = (size_t)p->bert->shape.dim, heads = (size_t)p->bert->shape.heads;
    size_t count = 0, token = 0;
    const size_t first = share(p, part, heads, 1, &count);
    for (size_t i = 0; i < batch->texts; i++) {
        const size_t length = batch->lengths[batch->order[i]];
        const lr_self_attention text = {length, D, heads, p->wide + token * 3 * D, p->layer->qkv_bias};
        for (size_t head = first; head < first + count; head++)
            lr_self_attention_forward(&text, head, p->mixed + token * D, p->attention + part * p->attention_size);
        token += length;
    }
}

static void add_and_norm(const pass *p, size_t part, const lr_layer_norm *norm, const float *bias)
{
    size_t count = 0;
    const size_t first = share(p, part, p->batch->tokens, 1, &count);
    lr_layer_norm_added(norm, p->x + first * norm->dim, count, p->y + first * norm->dim, bias);
}

static void norm_mixed(const pass *p, size_t part)
{
    add_and_norm(p, part, &p->layer->mixed, p->layer->mix_bias);
}

static void norm_fed(const pass *p, size_t part)
{
    add_and_norm(p, part, &p->layer->fed, p->layer->down_bias);
}

static void embed(const pass *p)
{
    const lr_token_batch *batch = p->batch;
    const size_t D = (size_t)p->bert->shape.dim;
    float *x = p->x, *y = p->y;
    for (size_t i = 0; i < batch->texts; i++) {
        const int32_t *ids = batch->ids + batch->order[i] * batch->stride;
        const size_t length = batch->lengths[batch->order[i]];
        memcpy(y, p->bert->position, length * D * sizeof *y);
        y += length * D;
        for (size_t t = 0; t < length; t++, x += D) memcpy(x, p->bert->word + (size_t)ids[t] * D, D * sizeof *x);
    }
    lr_layer_norm_added(&p->bert->embedding, p->x, batch->tokens, p->y, p->bert->type);
}

typedef struct call {
    const pass *p;
    step_fn step;
} call;

static llmrec_status run_part(void *argument, size_t task, size_t worker)
{
    const call *c = argument;
    (void)worker;
    c->step(c->p, task);
    return LLMREC_OK;
}

static llmrec_status run(const pass *p, step_fn step)
{
    call c = {p, step};
    if (p->parts > 1) return lr_parallel(p->bert->context, p->parts, run_part, &c);
    step(p, 0);
    return LLMREC_OK;
}

llmrec_status lr_bert_forward(const lr_bert *bert, const lr_token_batch *batch, size_t parts, float *scratch)
{
    static const step_fn steps[] = {make_qkv, attend, mix, norm_mixed, feed_up, feed_down, norm_fed};
    pass p = pass_over(bert, batch, parts, scratch);
    embed(&p);
    for (int64_t layer = 0; layer < bert->shape.layers; layer++) {
        p.layer = &bert->layers[layer];
        for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) LR_RETURN_IF(run(&p, steps[i]));
    }
    return LLMREC_OK;
}
