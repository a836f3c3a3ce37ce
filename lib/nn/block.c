/* SPDX-License-Identifier: Apache-2.0 */
#include "nn/block.h"

#include <string.h>

#include "math/activation.h"

lr_dropout lr_network_dropout(const lr_network *network, double rate, size_t layer, int use)
{
    return (lr_dropout){.rate = network->training ? rate : 0,
                        .seed = network->seed,
                        .place = lr_drop_place(layer, use),
                        .step = network->step};
}

/* The block's layers, put together from the network's parameters. */
typedef struct parts {
    const lr_shape *shape;
    const lr_block_at *at;
    size_t n;
    lr_layer_norm norm1, norm2;
    lr_dense qkv, mix, up, down;
    lr_attention attention;
    lr_dropout mix_dropout, ffn_dropout;
} parts;

lr_dense lr_network_dense(const lr_network *network, lr_dense_at at, size_t in, size_t out)
{
    return (lr_dense){network->parameters + at.weights, network->parameters + at.bias, in, out};
}

lr_layer_norm lr_network_norm(const lr_network *network, lr_norm_at at)
{
    return (lr_layer_norm){network->parameters + at.gain, network->parameters + at.bias, network->shape->width,
                           network->shape->epsilon};
}

static parts parts_of(const lr_block *block)
{
    const lr_network *network = block->network;
    const lr_shape *shape = network->shape;
    const lr_block_at *at = &network->layout->block[block->layer];
    const size_t D = shape->width, all = shape->heads * shape->head_width;
    const lr_dropout on_weights =
        lr_network_dropout(network, shape->attention_dropout, block->layer, LR_DROP_ATTENTION);
    return (parts){
        .shape = shape,
        .at = at,
        .n = lr_tokens_count(block->tokens),
        .norm1 = lr_network_norm(network, at->attention_norm),
        .norm2 = lr_network_norm(network, at->ffn_norm),
        .qkv = lr_network_dense(network, at->qkv, D, 3 * all),
        .mix = lr_network_dense(network, at->mix, all, D),
        .up = lr_network_dense(network, at->up, D, shape->ffn),
        .down = lr_network_dense(network, at->down, shape->ffn, D),
        .attention = {shape->heads, shape->head_width, shape->causal, on_weights, shape->positions},
        .mix_dropout = lr_network_dropout(network, shape->hidden_dropout, block->layer, LR_DROP_MIX),
        .ffn_dropout = lr_network_dropout(network, shape->hidden_dropout, block->layer, LR_DROP_FFN),
    };
}

static void add(lr_real *y, const lr_real *x, size_t n)
{
    for (size_t i = 0; i < n; i++) y[i] += x[i];
}

/* Dropout of a sublayer's result [n,D], then the residual. */
static void close_sublayer(const lr_block *block, const parts *p, const lr_dropout *dropout, lr_real *result,
                           const lr_real *residual)
{
    lr_dropout_apply(dropout, result, block->tokens->starts[0] * p->shape->width, p->n * p->shape->width);
    add(result, residual, p->n * p->shape->width);
}

/* The layer's part of what came before. */
static lr_past past_of(const lr_block *block, const lr_past *past)
{
    const lr_shape *shape = block->network->shape;
    const size_t at = block->layer * shape->positions * shape->heads * shape->head_width;
    return (lr_past){past->length, past->keys + at, past->values + at};
}

static void attend(const lr_block *block, const parts *p)
{
    const lr_block_trace *t = &block->trace;
    lr_real *square = block->scratch.square;
    if (block->tokens->past != NULL) {
        const lr_past past = past_of(block, block->tokens->past);
        lr_attention_continue(&p->attention, &past, p->n, t->qkv, square, t->mixed);
    } else lr_attention_forward(&p->attention, block->tokens, t->qkv, t->weights, t->mixed, square);
}

void lr_block_forward(const lr_block *block)
{
    const parts p = parts_of(block);
    const lr_block_trace *t = &block->trace;
    const bool pre = p.shape->pre_norm;
    if (pre) lr_layer_norm_forward(&p.norm1, t->x, p.n, t->in, t->stats1);
    lr_dense_forward(&p.qkv, t->in, p.n, t->qkv);
    attend(block, &p);
    lr_dense_forward(&p.mix, t->mixed, p.n, t->s1);
    close_sublayer(block, &p, &p.mix_dropout, t->s1, t->x);
    if (pre) lr_layer_norm_forward(&p.norm2, t->s1, p.n, t->h, t->stats2);
    else lr_layer_norm_forward(&p.norm1, t->s1, p.n, t->h, t->stats1);
    lr_dense_forward(&p.up, t->h, p.n, t->up);
    lr_activation_forward(p.shape->relu, t->up, p.n * p.shape->ffn, t->active);
    lr_dense_forward(&p.down, t->active, p.n, t->s2);
    close_sublayer(block, &p, &p.ffn_dropout, t->s2, pre ? t->s1 : t->h);
    if (!pre) lr_layer_norm_forward(&p.norm2, t->s2, p.n, t->y, t->stats2);
}

/* The gradient [n,D] that goes down through a sublayer's dropout; the residual's stays in `d`. */
static const lr_real *through_dropout(const lr_block *block, const parts *p, const lr_dropout *dropout,
                                      const lr_real *d)
{
    lr_real *dropped = block->scratch.d_drop;
    if (dropout->rate <= 0) return d;
    memcpy(dropped, d, p->n * p->shape->width * sizeof *d);
    lr_dropout_apply(dropout, dropped, block->tokens->starts[0] * p->shape->width, p->n * p->shape->width);
    return dropped;
}

static void norm_backward(const lr_block *block, lr_norm_at at, const lr_real *x, const lr_real *stats, lr_real *d,
                          lr_real *gradients)
{
    const lr_layer_norm norm = lr_network_norm(block->network, at);
    const lr_layer_norm_gradient arrays = {x, stats, gradients + at.gain, gradients + at.bias};
    lr_layer_norm_backward(&norm, &arrays, lr_tokens_count(block->tokens), d);
}

/* d_s2 in `d` -> d_h in scratch.d_in */
static void ffn_backward(const lr_block *block, const parts *p, const lr_real *d, lr_real *gradients)
{
    const lr_block_trace *t = &block->trace;
    const lr_block_scratch *s = &block->scratch;
    const lr_real *d_down = through_dropout(block, p, &p->ffn_dropout, d);
    lr_dense_backward(&p->down, t->active, d_down, p->n, s->d_ffn, lr_gradient_at(gradients, p->at->down));
    lr_activation_backward(p->shape->relu, t->up, p->n * p->shape->ffn, s->d_ffn);
    lr_dense_backward(&p->up, t->h, s->d_ffn, p->n, s->d_in, lr_gradient_at(gradients, p->at->up));
}

/* d_s1 in `d` -> d_in in scratch.d_in */
static void attention_backward(const lr_block *block, const parts *p, const lr_real *d, lr_real *gradients)
{
    const lr_block_trace *t = &block->trace;
    const lr_block_scratch *s = &block->scratch;
    const lr_real *d_mix = through_dropout(block, p, &p->mix_dropout, d);
    lr_dense_backward(&p->mix, t->mixed, d_mix, p->n, s->d_mixed, lr_gradient_at(gradients, p->at->mix));
    const lr_attention_gradient arrays = {t->qkv, t->weights, s->d_mixed, s->d_qkv, s->square};
    lr_attention_backward(&p->attention, block->tokens, &arrays);
    lr_dense_backward(&p->qkv, t->in, s->d_qkv, p->n, s->d_in, lr_gradient_at(gradients, p->at->qkv));
}

void lr_block_backward(const lr_block *block, lr_real *d, lr_real *gradients)
{
    const parts p = parts_of(block);
    const lr_block_trace *t = &block->trace;
    lr_real *d_in = block->scratch.d_in;
    const size_t numbers = p.n * p.shape->width;
    const lr_norm_at norm1 = p.at->attention_norm, norm2 = p.at->ffn_norm;
    if (p.shape->pre_norm) {
        ffn_backward(block, &p, d, gradients);
        norm_backward(block, norm2, t->s1, t->stats2, d_in, gradients);
        add(d, d_in, numbers);
        attention_backward(block, &p, d, gradients);
        norm_backward(block, norm1, t->x, t->stats1, d_in, gradients);
        add(d, d_in, numbers);
        return;
    }
    norm_backward(block, norm2, t->s2, t->stats2, d, gradients);
    ffn_backward(block, &p, d, gradients);
    add(d, d_in, numbers);
    norm_backward(block, norm1, t->s1, t->stats1, d, gradients);
    attention_backward(block, &p, d, gradients);
    add(d, d_in, numbers);
}
