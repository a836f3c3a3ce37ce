/* SPDX-License-Identifier: Apache-2.0 */
#include "nn/transformer.h"

#include <string.h>

#include "core/context.h"
#include "core/memory.h"
#include "core/pool.h"
#include "math/activation.h"

struct lr_pass {
    llmrec_context *context;
    lr_real *arena;              /* memory of all arrays below */
    lr_real *sum;                /* [n,D] item + position */
    lr_real *embedding_stats;    /* [n,2] */
    lr_real *picked;             /* [M,D] labeled tokens after the last block */
    lr_real *final_stats;        /* [M,2] */
    lr_real *last;               /* [M,D] `picked` after the final norm */
    lr_real *projected, *active; /* [M,D] before and after the head's activation */
    lr_real *head_stats;         /* [M,2] */
    lr_real *d_head;             /* [M,D] */
    lr_block_scratch scratch;
    lr_block_trace trace[LR_MAX_LAYERS];
};

/* Cuts arrays from one arena, or only counts their size if there is no arena. */
typedef struct carver {
    lr_real *arena;
    size_t used;
} carver;

static lr_real *carve(carver *c, size_t count)
{
    lr_real *piece = c->arena == NULL ? NULL : c->arena + c->used;
    c->used += (count + 15) / 16 * 16; /* aligns arrays to cache lines */
    return piece;
}

static void carve_layer(carver *c, const lr_shape *shape, size_t n, bool last, lr_real *x, lr_block_trace *t)
{
    const size_t D = shape->dim, all = shape->heads * shape->head_dim;
    t->x = x;
    t->in = shape->pre_norm ? carve(c, n * D) : x;
    t->asking = last ? carve(c, n * D) : t->in;
    t->qkv = carve(c, n * 3 * all);
    t->weights = carve(c, shape->heads * n * (n < shape->positions ? n : shape->positions));
    t->mixed = carve(c, n * all);
    t->low = shape->filter_share > 0 ? carve(c, n * D) : NULL;
    t->s1 = carve(c, n * D);
    t->h = carve(c, n * D);
    t->up = carve(c, n * shape->ffn);
    t->active = carve(c, n * shape->ffn);
    t->s2 = carve(c, n * D);
    t->y = shape->pre_norm ? t->s2 : carve(c, n * D);
    t->stats1 = carve(c, n * 2);
    t->stats2 = carve(c, n * 2);
}

static size_t carve_all(lr_pass *pass, const lr_shape *shape, size_t n, size_t M, lr_real *arena)
{
    carver c = {arena, 0};
    const size_t D = shape->dim, all = shape->heads * shape->head_dim;
    const bool filters = shape->filter_share > 0;
    lr_real *x = carve(&c, n * D);
    pass->sum = shape->embedding_norm ? carve(&c, n * D) : x;
    pass->embedding_stats = carve(&c, n * 2);
    pass->trace[0].x = x; /* also without layers */
    for (size_t l = 0; l < shape->layers; l++) {
        carve_layer(&c, shape, n, l + 1 == shape->layers, x, &pass->trace[l]);
        x = pass->trace[l].y;
    }
    pass->picked = shape->layers == 0 ? carve(&c, M * D) : x;
    pass->last = shape->final_norm ? carve(&c, M * D) : pass->picked;
    pass->final_stats = carve(&c, M * 2);
    pass->projected = carve(&c, M * D);
    pass->active = carve(&c, M * D);
    pass->head_stats = carve(&c, M * 2);
    pass->d_head = carve(&c, M * D);
    pass->scratch =
        (lr_block_scratch){.square = carve(&c, shape->positions * shape->positions),
                           .d_drop = carve(&c, n * D),
                           .d_in = carve(&c, n * D),
                           .d_mixed = carve(&c, n * all),
                           .d_ffn = carve(&c, n * shape->ffn),
                           .d_qkv = carve(&c, n * 3 * all),
                           .d_filter = filters ? carve(&c, n * D) : NULL,
                           .kernels = filters ? carve(&c, lr_frequency_kernel_numbers(shape->positions)) : NULL};
    return c.used;
}

void lr_pass_free(lr_pass *pass)
{
    if (pass == NULL) return;
    lr_free(pass->context, pass->arena);
    lr_free(pass->context, pass);
}

llmrec_status lr_pass_create(llmrec_context *context, const lr_shape *shape, size_t tokens, size_t labels,
                             lr_pass **pass)
{
    llmrec_status status = LLMREC_OK;
    lr_pass *fresh = NULL;
    LR_TRY(LR_NEW_ZERO(context, fresh, 1));
    fresh->context = context;
    LR_TRY(LR_NEW(context, fresh->arena, carve_all(fresh, shape, tokens, labels, NULL)));
    carve_all(fresh, shape, tokens, labels, fresh->arena);
    if (shape->filter_share > 0) lr_frequency_kernels(shape->positions, shape->filter_modes, fresh->scratch.kernels);
    *pass = fresh;
    fresh = NULL;
done:
    lr_pass_free(fresh);
    return status;
}

/* --- weights the other way round ------------------------------------------------------------------------------- */

typedef struct turn {
    const lr_network *network;
    lr_real *to;
} turn;

static void turn_dense(const turn *t, lr_dense_at at, size_t in, size_t out)
{
    lr_copy_transposed(lr_matrix_of(t->network->parameters + at.weights, in, out), t->to + at.weights);
}

/* Transposes the weights of one layer, or of the head after the last layer. */
static llmrec_status turn_layer(void *argument, size_t layer, size_t worker)
{
    const turn *t = argument;
    const lr_shape *shape = t->network->shape;
    const lr_block_at *at = &t->network->layout->block[layer];
    const size_t D = shape->dim, all = shape->heads * shape->head_dim;
    (void)worker;
    if (layer == shape->layers) {
        if (shape->head) turn_dense(t, t->network->layout->head, D, D);
        return LLMREC_OK;
    }
    turn_dense(t, at->qkv, D, 3 * all);
    turn_dense(t, at->mix, all, D);
    turn_dense(t, at->up, D, shape->ffn);
    turn_dense(t, at->down, shape->ffn, D);
    return LLMREC_OK;
}

llmrec_status lr_transpose_weights(llmrec_context *context, const lr_network *network, lr_real *transposed)
{
    turn t = {network, transposed};
    return lr_parallel(context, network->shape->layers + 1, turn_layer, &t);
}

/* --- passes ---------------------------------------------------------------------------------------------------- */

static lr_block block_at(lr_pass *pass, const lr_network *network, const lr_tokens *tokens, size_t layer)
{
    return (lr_block){network, layer, layer + 1 == network->shape->layers, tokens, pass->trace[layer], pass->scratch};
}

static void embed(lr_pass *pass, const lr_network *network, const lr_tokens *tokens)
{
    const size_t D = network->shape->dim, n = lr_tokens_count(tokens), first = tokens->starts[0];
    const lr_real *items = network->parameters + network->layout->item;
    const lr_real *positions = network->parameters + network->layout->position;
    const lr_dropout drop = lr_network_dropout(network, network->shape->embedding_dropout, 0, LR_DROP_EMBEDDING);
    lr_real *x = pass->trace[0].x;
    for (size_t t = 0; t < n; t++)
        for (size_t j = 0; j < D; j++)
            pass->sum[t * D + j] = items[(size_t)tokens->items[first + t] * D + j] +
                                   positions[(size_t)tokens->positions[first + t] * D + j];
    if (network->shape->embedding_norm) {
        const lr_layer_norm norm = lr_network_norm(network, network->layout->embedding_norm);
        lr_layer_norm_forward(&norm, pass->sum, n, x, pass->embedding_stats);
    }
    lr_dropout_apply(&drop, x, first * D, n * D);
}

static void project(lr_pass *pass, const lr_network *network, size_t M, lr_real *hidden)
{
    const lr_shape *shape = network->shape;
    const lr_layout *at = network->layout;
    const size_t D = shape->dim;
    const lr_real *x = pass->last;
    if (shape->head) {
        const lr_dense head = lr_network_dense(network, at->head, D, D);
        lr_dense_forward(&head, pass->last, M, pass->projected);
        lr_activation_forward(shape->relu, pass->projected, M * D, pass->active);
        x = pass->active;
    }
    if (shape->head_norm) {
        const lr_layer_norm norm = lr_network_norm(network, at->head_norm);
        lr_layer_norm_forward(&norm, x, M, hidden, pass->head_stats);
    } else memcpy(hidden, x, M * D * sizeof *hidden);
}

void lr_pass_forward(lr_pass *pass, const lr_network *network, const lr_tokens *tokens, lr_real *hidden)
{
    const lr_shape *shape = network->shape;
    const size_t D = shape->dim, M = tokens->labels, first = tokens->starts[0];
    embed(pass, network, tokens);
    for (size_t l = 0; l < shape->layers; l++) {
        const lr_block block = block_at(pass, network, tokens, l);
        lr_block_forward(&block);
    }
    for (size_t m = 0; m < M && shape->layers == 0; m++)
        memcpy(pass->picked + m * D, pass->trace[0].x + ((size_t)tokens->label_at[m] - first) * D, D * sizeof *hidden);
    if (shape->final_norm) {
        const lr_layer_norm norm = lr_network_norm(network, network->layout->final_norm);
        lr_layer_norm_forward(&norm, pass->picked, M, pass->last, pass->final_stats);
    }
    project(pass, network, tokens->labels, hidden);
}

static void norm_backward(const lr_network *network, lr_norm_at at, const lr_layer_norm_gradient *arrays, size_t n,
                          lr_real *d)
{
    const lr_layer_norm norm = lr_network_norm(network, at);
    lr_layer_norm_backward(&norm, arrays, n, d);
}

/* From d_hidden, computes the gradient at the picked tokens in pass->d_head. */
static void project_backward(lr_pass *pass, const lr_network *network, const lr_real *d_hidden, size_t M,
                             lr_real *gradients)
{
    const lr_shape *shape = network->shape;
    const lr_layout *at = network->layout;
    const size_t D = shape->dim;
    memcpy(pass->d_head, d_hidden, M * D * sizeof *d_hidden);
    if (shape->head_norm) {
        const lr_layer_norm_gradient arrays = {shape->head ? pass->active : pass->last, pass->head_stats,
                                               gradients + at->head_norm.gain, gradients + at->head_norm.bias};
        norm_backward(network, at->head_norm, &arrays, M, pass->d_head);
    }
    if (!shape->head) return;
    const lr_dense head = lr_network_dense(network, at->head, D, D);
    lr_activation_backward(shape->relu, pass->projected, M * D, pass->d_head);
    lr_dense_backward(&head, pass->last, pass->d_head, M, pass->active, lr_gradient_at(gradients, at->head));
    memcpy(pass->d_head, pass->active, M * D * sizeof *d_hidden); /* the activation is no longer needed */
}

static void embed_backward(lr_pass *pass, const lr_network *network, const lr_tokens *tokens, lr_real *d,
                           lr_real *gradients)
{
    const size_t D = network->shape->dim, n = lr_tokens_count(tokens), first = tokens->starts[0];
    const lr_norm_at at = network->layout->embedding_norm;
    const lr_dropout drop = lr_network_dropout(network, network->shape->embedding_dropout, 0, LR_DROP_EMBEDDING);
    lr_real *d_positions = gradients + network->layout->position;
    lr_dropout_apply(&drop, d, first * D, n * D);
    if (network->shape->embedding_norm) {
        const lr_layer_norm_gradient arrays = {pass->sum, pass->embedding_stats, gradients + at.gain,
                                               gradients + at.bias};
        norm_backward(network, at, &arrays, n, d);
    }
    for (size_t t = 0; t < n; t++)
        for (size_t j = 0; j < D; j++) d_positions[(size_t)tokens->positions[first + t] * D + j] += d[t * D + j];
}

void lr_pass_backward(lr_pass *pass, const lr_network *network, const lr_tokens *tokens, const lr_real *d_hidden,
                      lr_real *gradients, lr_real *d_embedded)
{
    const lr_shape *shape = network->shape;
    const size_t D = shape->dim, n = lr_tokens_count(tokens), M = tokens->labels, first = tokens->starts[0];
    project_backward(pass, network, d_hidden, M, gradients);
    if (shape->final_norm) {
        const lr_norm_at at = network->layout->final_norm;
        const lr_layer_norm_gradient arrays = {pass->picked, pass->final_stats, gradients + at.gain,
                                               gradients + at.bias};
        norm_backward(network, at, &arrays, M, pass->d_head);
    }
    if (shape->layers > 0) memcpy(d_embedded, pass->d_head, M * D * sizeof *d_hidden);
    else memset(d_embedded, 0, n * D * sizeof *d_embedded);
    for (size_t m = 0; m < M && shape->layers == 0; m++)
        memcpy(d_embedded + ((size_t)tokens->label_at[m] - first) * D, pass->d_head + m * D, D * sizeof *d_hidden);
    for (size_t l = shape->layers; l-- > 0;) {
        const lr_block block = block_at(pass, network, tokens, l);
        lr_block_backward(&block, d_embedded, gradients);
    }
    embed_backward(pass, network, tokens, d_embedded, gradients);
}
