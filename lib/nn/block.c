/* SPDX-License-Identifier: Apache-2.0 */
#include "nn/block.h"

#include <string.h>

#include "math/activation.h"
#include "math/simd.h"

lr_dropout lr_network_dropout(const lr_network *network, double rate, size_t layer, int use)
{
    return (lr_dropout){.rate = network->training ? rate : 0,
                        .seed = network->seed,
                        .place = (uint64_t)layer * LR_DROPS + (uint64_t)use,
                        .step = network->step};
}

/* The layers of the block, with pointers into the network's parameters. */
typedef struct parts {
    const lr_shape *shape;
    const lr_block_at *at;
    size_t n, m;
    lr_layer_norm norm1, norm2;
    lr_dense qkv, mix, up, down;
    lr_attention attention;
    lr_frequency filter;
    lr_dropout mix_dropout, ffn_dropout;
} parts;

lr_dense lr_network_dense(const lr_network *network, lr_dense_at at, size_t in, size_t out)
{
    return (lr_dense){.weights = network->parameters + at.weights,
                      .bias = network->parameters + at.bias,
                      .transposed = network->transposed == NULL ? NULL : network->transposed + at.weights,
                      .in = in,
                      .out = out,
                      .stride = out};
}

lr_layer_norm lr_network_norm(const lr_network *network, lr_norm_at at)
{
    return (lr_layer_norm){network->parameters + at.gain, network->parameters + at.bias, network->shape->dim,
                           network->shape->epsilon};
}

static parts parts_of(const lr_block *block)
{
    const lr_network *network = block->network;
    const lr_shape *shape = network->shape;
    const lr_block_at *at = &network->layout->block[block->layer];
    const size_t D = shape->dim, all = shape->heads * shape->head_dim;
    const lr_dropout on_weights =
        lr_network_dropout(network, shape->attention_dropout, block->layer, LR_DROP_ATTENTION);
    return (parts){
        .shape = shape,
        .at = at,
        .n = lr_tokens_count(block->tokens),
        .m = block->last ? block->tokens->labels : lr_tokens_count(block->tokens),
        .norm1 = lr_network_norm(network, at->attention_norm),
        .norm2 = lr_network_norm(network, at->ffn_norm),
        .qkv = lr_network_dense(network, at->qkv, D, 3 * all),
        .mix = lr_network_dense(network, at->mix, all, D),
        .up = lr_network_dense(network, at->up, D, shape->ffn),
        .down = lr_network_dense(network, at->down, shape->ffn, D),
        .attention = {shape->heads, shape->head_dim, shape->causal, block->last, on_weights, shape->positions},
        .filter = {block->scratch.kernels, network->parameters + at->filter, D, shape->causal, block->last},
        .mix_dropout = lr_network_dropout(network, shape->hidden_dropout, block->layer, LR_DROP_MIX),
        .ffn_dropout = lr_network_dropout(network, shape->hidden_dropout, block->layer, LR_DROP_FFN),
    };
}

LR_VECTORIZE static void add(lr_real *y, const lr_real *x, size_t n)
{
    for (size_t i = 0; i < n; i++) y[i] += x[i];
}

/* Returns output token m, relative to the first token of the chunk. */
static size_t token_of(const lr_block *block, size_t m)
{
    return block->last ? (size_t)block->tokens->label_at[m] - block->tokens->starts[0] : m;
}

/* Applies dropout to rows [m,D]; the random numbers depend on each token's index in the batch. */
static void drop_rows(const lr_block *block, const parts *p, const lr_dropout *dropout, lr_real *rows)
{
    const size_t D = p->shape->dim, first = block->tokens->starts[0];
    if (!block->last) lr_dropout_apply(dropout, rows, first * D, p->n * D);
    else
        for (size_t m = 0; m < p->m; m++) lr_dropout_apply(dropout, rows + m * D, (first + token_of(block, m)) * D, D);
}

/* Copies or adds the output tokens of x [n,D] to rows [m,D]. */
static void take_rows(const lr_block *block, const parts *p, const lr_real *x, lr_real *rows)
{
    const size_t D = p->shape->dim;
    for (size_t m = 0; m < p->m; m++) memcpy(rows + m * D, x + token_of(block, m) * D, D * sizeof *rows);
}

static void add_rows(const lr_block *block, const parts *p, const lr_real *x, lr_real *rows)
{
    const size_t D = p->shape->dim;
    for (size_t m = 0; m < p->m; m++) add(rows + m * D, x + token_of(block, m) * D, D);
}

/* The inverse: adds rows [m,D] to x [n,D]. */
static void give_rows(const lr_block *block, const parts *p, const lr_real *rows, lr_real *x)
{
    const size_t D = p->shape->dim;
    for (size_t m = 0; m < p->m; m++) add(x + token_of(block, m) * D, rows + m * D, D);
}

/* Computes queries of the output tokens, and keys and values of all tokens. */
static void project(const lr_block *block, const parts *p)
{
    const lr_block_trace *t = &block->trace;
    const size_t all = p->mix.in;
    if (!block->last) {
        lr_dense_forward(&p->qkv, t->in, p->n, t->qkv);
        return;
    }
    const lr_dense queries = lr_dense_part(&p->qkv, 0, all), others = lr_dense_part(&p->qkv, all, 2 * all);
    take_rows(block, p, t->in, t->asking);
    lr_dense_forward(&queries, t->asking, p->m, t->qkv);
    lr_dense_forward(&others, t->in, p->n, t->qkv + all);
}

/* Returns the part of the past that belongs to this layer. */
static lr_past past_of(const lr_block *block, const lr_past *past)
{
    const lr_shape *shape = block->network->shape;
    const size_t at = block->layer * shape->positions * shape->heads * shape->head_dim;
    lr_real *const inputs = past->inputs == NULL ? NULL : past->inputs + block->layer * shape->positions * shape->dim;
    return (lr_past){past->length, past->keys + at, past->values + at, inputs};
}

static void attend(const lr_block *block, const parts *p)
{
    const lr_block_trace *t = &block->trace;
    lr_real *square = block->scratch.square;
    if (block->tokens->past != NULL) {
        const lr_past past = past_of(block, block->tokens->past);
        lr_attention_continue(&p->attention, block->tokens, &past, t->qkv, square, t->mixed);
    } else lr_attention_forward(&p->attention, block->tokens, t->qkv, t->weights, t->mixed, square);
}

static lr_filtered filtered_of(const lr_block *block, const parts *p)
{
    return (lr_filtered){block->trace.in, block->trace.low, block->scratch.square, p->shape->filter_share};
}

/* Mixes the filtered input into the output of attention (trace.s1). */
static void filter(const lr_block *block, const parts *p)
{
    const lr_filtered arrays = filtered_of(block, p);
    if (block->tokens->past != NULL) {
        const lr_past past = past_of(block, block->tokens->past);
        lr_frequency_continue(&p->filter, block->tokens, &past, &arrays, block->trace.s1);
    } else lr_frequency_forward(&p->filter, block->tokens, &arrays, block->trace.s1);
}

void lr_block_forward(const lr_block *block)
{
    const parts p = parts_of(block);
    const lr_block_trace *t = &block->trace;
    const bool pre = p.shape->pre_norm;
    if (pre) lr_layer_norm_forward(&p.norm1, t->x, p.n, t->in, t->stats1);
    project(block, &p);
    attend(block, &p);
    lr_dense_forward(&p.mix, t->mixed, p.m, t->s1);
    if (p.shape->filter_share > 0) filter(block, &p);
    drop_rows(block, &p, &p.mix_dropout, t->s1);
    add_rows(block, &p, t->x, t->s1);
    if (pre) lr_layer_norm_forward(&p.norm2, t->s1, p.m, t->h, t->stats2);
    else lr_layer_norm_forward(&p.norm1, t->s1, p.m, t->h, t->stats1);
    lr_dense_forward(&p.up, t->h, p.m, t->up);
    lr_activation_forward(p.shape->relu, t->up, p.m * p.shape->ffn, t->active);
    lr_dense_forward(&p.down, t->active, p.m, t->s2);
    drop_rows(block, &p, &p.ffn_dropout, t->s2);
    add(t->s2, pre ? t->s1 : t->h, p.m * p.shape->dim);
    if (!pre) lr_layer_norm_forward(&p.norm2, t->s2, p.m, t->y, t->stats2);
}

/* Returns the gradient [m,D] behind a sublayer's dropout; the gradient of the residual stays in `d`. */
static const lr_real *through_dropout(const lr_block *block, const parts *p, const lr_dropout *dropout,
                                      const lr_real *d)
{
    lr_real *dropped = block->scratch.d_drop;
    if (dropout->rate <= 0) return d;
    memcpy(dropped, d, p->m * p->shape->dim * sizeof *d);
    drop_rows(block, p, dropout, dropped);
    return dropped;
}

/* Input and statistics of a LayerNorm in the forward pass, for its backward pass. */
typedef struct passed_norm {
    lr_norm_at at;
    const lr_real *x, *stats;
    size_t rows;
} passed_norm;

static void norm_backward(const lr_block *block, const passed_norm *passed, lr_real *d, lr_real *gradients)
{
    const lr_layer_norm norm = lr_network_norm(block->network, passed->at);
    const lr_layer_norm_gradient arrays = {passed->x, passed->stats, gradients + passed->at.gain,
                                           gradients + passed->at.bias};
    lr_layer_norm_backward(&norm, &arrays, passed->rows, d);
}

/* From d_s2 in `d`, computes d_h in scratch.d_in. */
static void ffn_backward(const lr_block *block, const parts *p, const lr_real *d, lr_real *gradients)
{
    const lr_block_trace *t = &block->trace;
    const lr_block_scratch *s = &block->scratch;
    const lr_real *d_down = through_dropout(block, p, &p->ffn_dropout, d);
    lr_dense_backward(&p->down, t->active, d_down, p->m, s->d_ffn, lr_gradient_at(gradients, p->at->down));
    lr_activation_backward(p->shape->relu, t->up, p->m * p->shape->ffn, s->d_ffn);
    lr_dense_backward(&p->up, t->h, s->d_ffn, p->m, s->d_in, lr_gradient_at(gradients, p->at->up));
}

/* From d_qkv in scratch, computes d_in in scratch.d_in. */
static void project_backward(const lr_block *block, const parts *p, lr_real *gradients)
{
    const lr_block_trace *t = &block->trace;
    const lr_block_scratch *s = &block->scratch;
    const size_t all = p->mix.in;
    const lr_dense_gradient whole = lr_gradient_at(gradients, p->at->qkv);
    if (!block->last) {
        lr_dense_backward(&p->qkv, t->in, s->d_qkv, p->n, s->d_in, whole);
        return;
    }
    const lr_dense queries = lr_dense_part(&p->qkv, 0, all), others = lr_dense_part(&p->qkv, all, 2 * all);
    lr_dense_backward(&others, t->in, s->d_qkv + all, p->n, s->d_in,
                      (lr_dense_gradient){whole.weights + all, whole.bias + all});
    lr_dense_backward(&queries, t->asking, s->d_qkv, p->m, s->d_drop, whole);
    give_rows(block, p, s->d_drop, s->d_in);
}

/* From the gradient [m,D] of the mixed output, fills scratch.d_filter. Returns the gradient of attention's part. */
static const lr_real *filter_backward(const lr_block *block, const parts *p, const lr_real *d, lr_real *gradients)
{
    const lr_block_scratch *s = &block->scratch;
    const lr_filtered arrays = filtered_of(block, p);
    if (d != s->d_drop) memcpy(s->d_drop, d, p->m * p->shape->dim * sizeof *d);
    lr_frequency_backward(&p->filter, block->tokens, &arrays, s->d_drop, s->d_filter, gradients + p->at->filter);
    return s->d_drop;
}

/* From d_s1 in `d`, computes d_in in scratch.d_in. */
static void attention_backward(const lr_block *block, const parts *p, const lr_real *d, lr_real *gradients)
{
    const lr_block_trace *t = &block->trace;
    const lr_block_scratch *s = &block->scratch;
    const bool filters = p->shape->filter_share > 0;
    const lr_real *d_mix = through_dropout(block, p, &p->mix_dropout, d);
    if (filters) d_mix = filter_backward(block, p, d_mix, gradients);
    lr_dense_backward(&p->mix, t->mixed, d_mix, p->m, s->d_mixed, lr_gradient_at(gradients, p->at->mix));
    const lr_attention_gradient arrays = {t->qkv, t->weights, s->d_mixed, s->d_qkv, s->square};
    lr_attention_backward(&p->attention, block->tokens, &arrays);
    project_backward(block, p, gradients);
    if (filters) add(s->d_in, s->d_filter, p->n * p->shape->dim);
}

/* Adds the gradient through attention (scratch.d_in) and the gradient of the residual (`d` [m,D]) to `d` [n,D]. */
static void join_input(const lr_block *block, const parts *p, lr_real *d)
{
    const lr_block_scratch *s = &block->scratch;
    const size_t D = p->shape->dim;
    if (!block->last) {
        add(d, s->d_in, p->n * D);
        return;
    }
    memcpy(s->d_drop, d, p->m * D * sizeof *d);
    memcpy(d, s->d_in, p->n * D * sizeof *d);
    give_rows(block, p, s->d_drop, d);
}

void lr_block_backward(const lr_block *block, lr_real *d, lr_real *gradients)
{
    const parts p = parts_of(block);
    const lr_block_trace *t = &block->trace;
    lr_real *d_in = block->scratch.d_in;
    const size_t numbers = p.m * p.shape->dim;
    const lr_norm_at norm1 = p.at->attention_norm, norm2 = p.at->ffn_norm;
    if (p.shape->pre_norm) {
        ffn_backward(block, &p, d, gradients);
        norm_backward(block, &(passed_norm){norm2, t->s1, t->stats2, p.m}, d_in, gradients);
        add(d, d_in, numbers);
        attention_backward(block, &p, d, gradients);
        norm_backward(block, &(passed_norm){norm1, t->x, t->stats1, p.n}, d_in, gradients);
    } else {
        norm_backward(block, &(passed_norm){norm2, t->s2, t->stats2, p.m}, d, gradients);
        ffn_backward(block, &p, d, gradients);
        add(d, d_in, numbers);
        norm_backward(block, &(passed_norm){norm1, t->s1, t->stats1, p.m}, d, gradients);
        attention_backward(block, &p, d, gradients);
    }
    join_input(block, &p, d);
}
