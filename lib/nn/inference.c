/* SPDX-License-Identifier: Apache-2.0 */
#include "nn/inference.h"

#include <stdatomic.h>
#include <string.h>

#include "core/context.h"
#include "core/memory.h"
#include "core/pool.h"
#include "nn/transformer.h"

enum { KEPT_WORKSPACES = 16, TOKENS = 512, TASK = 32 }; /* workspaces kept; tokens in a pass; sessions in a task */

/* Buffers of one pass. */
typedef struct workspace {
    llmrec_context *context;
    lr_pass *pass;
    lr_packed packed;
    int32_t *session; /* [N] visible items of one session */
    size_t *which;    /* [capacity] session of each sequence */
    float *hidden;    /* [capacity,D] */
} workspace;

struct lr_inference {
    llmrec_context *context;
    const lr_shape *shape;
    lr_packing packing;
    size_t capacity; /* tokens in a pass, at least those of the longest sequence */
    _Atomic(workspace *) kept[KEPT_WORKSPACES];
};

/* --- memory ---------------------------------------------------------------------------------------------------- */

static void workspace_free(workspace *r)
{
    if (r == NULL) return;
    lr_pass_free(r->pass);
    lr_free(r->context, r->packed.starts);
    lr_free(r->context, r->packed.items);
    lr_free(r->context, r->packed.positions);
    lr_free(r->context, r->packed.label_at);
    lr_free(r->context, r->packed.label);
    lr_free(r->context, r->session);
    lr_free(r->context, r->which);
    lr_free(r->context, r->hidden);
    lr_free(r->context, r);
}

static llmrec_status workspace_make(const lr_inference *inference, workspace **made)
{
    llmrec_context *context = inference->context;
    const size_t n = inference->capacity;
    llmrec_status status = LLMREC_OK;
    workspace *r = NULL;
    LR_TRY(LR_NEW_ZERO(context, r, 1));
    r->context = context;
    LR_TRY(lr_pass_create(context, inference->shape, n, n, &r->pass));
    LR_TRY(LR_NEW(context, r->packed.starts, n + 1));
    LR_TRY(LR_NEW(context, r->packed.items, n));
    LR_TRY(LR_NEW(context, r->packed.positions, n));
    LR_TRY(LR_NEW(context, r->packed.label_at, n));
    LR_TRY(LR_NEW(context, r->packed.label, n));
    LR_TRY(LR_NEW(context, r->session, inference->packing.positions));
    LR_TRY(LR_NEW(context, r->which, n));
    LR_TRY(LR_NEW(context, r->hidden, n * inference->shape->dim));
    *made = r;
    r = NULL;
done:
    workspace_free(r);
    return status;
}

static llmrec_status workspace_take(lr_inference *inference, workspace **taken)
{
    for (size_t i = 0; i < KEPT_WORKSPACES; i++) {
        workspace *found = atomic_exchange_explicit(&inference->kept[i], NULL, memory_order_acquire);
        if (found == NULL) continue;
        *taken = found;
        return LLMREC_OK;
    }
    return workspace_make(inference, taken);
}

static void workspace_give(lr_inference *inference, workspace *r)
{
    for (size_t i = 0; i < KEPT_WORKSPACES; i++) {
        workspace *none = NULL;
        if (atomic_compare_exchange_strong_explicit(&inference->kept[i], &none, r, memory_order_release,
                                                    memory_order_relaxed))
            return;
    }
    workspace_free(r);
}

void lr_inference_free(lr_inference *inference)
{
    if (inference == NULL) return;
    for (size_t i = 0; i < KEPT_WORKSPACES; i++) workspace_free(atomic_load(&inference->kept[i]));
    lr_free(inference->context, inference);
}

llmrec_status lr_inference_create(llmrec_context *context, const lr_shape *shape, const lr_packing *packing,
                                  lr_inference **inference)
{
    lr_inference *fresh = NULL;
    LR_RETURN_IF(LR_NEW_ZERO(context, fresh, 1));
    fresh->context = context;
    fresh->shape = shape;
    fresh->packing = *packing;
    fresh->capacity = packing->positions > TOKENS ? packing->positions : TOKENS;
    *inference = fresh;
    return LLMREC_OK;
}

/* --- passes ---------------------------------------------------------------------------------------------------- */

typedef struct call {
    lr_inference *inference;
    const lr_network *network;
    const lr_prompts *prompts;
    float *hidden;
    size_t stride;
} call;

/* Collects the items of a session that the network sees, plus [MASK] at the end if it is bidirectional. */
static size_t gather(const call *c, size_t session, int32_t *items)
{
    const lr_packing *packing = &c->inference->packing;
    const int32_t *from = c->prompts->items - c->prompts->origin;
    const size_t most = packing->positions;
    size_t at = most; /* fills from the end */
    if (!packing->causal) items[--at] = packing->mask;
    for (int64_t i = c->prompts->offsets[session + 1]; i-- > c->prompts->offsets[session] && at > 0;)
        if (from[i] >= 0) items[--at] = from[i];
    if (at == most) items[--at] = packing->mask;
    memmove(items, items + at, (most - at) * sizeof *items);
    return most - at;
}

/* Appends a session if its tokens fit. */
static bool append(const call *c, workspace *r, size_t session)
{
    const lr_packing *packing = &c->inference->packing;
    lr_packed *packed = &r->packed;
    const size_t length = gather(c, session, r->session);
    if (packed->tokens + lr_packing_tokens(packing, length) > c->inference->capacity) return false;
    r->which[packed->sequences] = session;
    lr_pack_masked(packing, packed, r->session, length, NULL);
    packed->label_at[packed->labels++] = (int32_t)packed->tokens - 1;
    return true;
}

static void pass(const call *c, workspace *r)
{
    const size_t D = c->inference->shape->dim;
    const lr_tokens tokens = lr_packed_tokens(&r->packed);
    lr_pass_forward(r->pass, c->network, &tokens, r->hidden);
    for (size_t i = 0; i < tokens.sequences; i++)
        memcpy(c->hidden + r->which[i] * c->stride, r->hidden + i * D, D * sizeof *r->hidden);
    r->packed.sequences = r->packed.tokens = r->packed.labels = 0;
}

static llmrec_status run_some(void *argument, size_t task, size_t worker)
{
    const call *c = argument;
    const size_t left = c->prompts->sessions - task * TASK, end = task * TASK + (left < TASK ? left : TASK);
    workspace *r = NULL;
    (void)worker;
    LR_RETURN_IF(workspace_take(c->inference, &r));
    for (size_t session = task * TASK; session < end; session++) {
        if (append(c, r, session)) continue;
        pass(c, r);
        append(c, r, session);
    }
    pass(c, r);
    workspace_give(c->inference, r);
    return LLMREC_OK;
}

llmrec_status lr_inference_run(lr_inference *inference, const lr_network *network, const lr_prompts *prompts,
                               float *hidden, size_t stride)
{
    call c = {inference, network, prompts, hidden, stride};
    return lr_parallel(inference->context, (prompts->sessions + TASK - 1) / TASK, run_some, &c);
}

/* --- gradients -------------------------------------------------------------------------------------------------- */

/* Copies the rows of tokens [n,D] to the session's items that they stand for. Both end with the newest item. */
static void copy_to_items(const call *c, const lr_tokens *tokens, const float *d_embedded, float *gradients)
{
    const size_t D = c->inference->shape->dim;
    size_t item = (size_t)c->prompts->offsets[1];
    memset(gradients, 0, item * D * sizeof *gradients);
    for (size_t t = lr_tokens_count(tokens); t-- > 0;) {
        if (tokens->items[t] == c->inference->packing.mask) continue;
        while (c->prompts->items[--item] < 0) continue;
        memcpy(gradients + item * D, d_embedded + t * D, D * sizeof *gradients);
    }
}

llmrec_status lr_inference_gradients(lr_inference *inference, const lr_network *network, const int32_t *items,
                                     size_t count, const float *output, float *gradients)
{
    llmrec_context *context = inference->context;
    const int64_t offsets[2] = {0, (int64_t)count};
    const lr_prompts session = {offsets, items, 0, 1};
    const call c = {.inference = inference, .prompts = &session};
    lr_network turned = *network;
    lr_real *transposed = NULL, *d_parameters = NULL, *d_embedded = NULL;
    workspace *r = NULL;
    llmrec_status status = LLMREC_OK;
    LR_TRY(LR_NEW(context, transposed, network->layout->item));
    LR_TRY(LR_NEW_ZERO(context, d_parameters, network->layout->item));
    LR_TRY(lr_alloc(context, &d_embedded, inference->capacity, inference->shape->dim * sizeof *d_embedded));
    LR_TRY(lr_transpose_weights(context, network, transposed));
    LR_TRY(workspace_take(inference, &r));
    turned.transposed = transposed;
    append(&c, r, 0);
    const lr_tokens tokens = lr_packed_tokens(&r->packed);
    lr_pass_forward(r->pass, &turned, &tokens, r->hidden);
    lr_pass_backward(r->pass, &turned, &tokens, output, d_parameters, d_embedded);
    copy_to_items(&c, &tokens, d_embedded, gradients);
    r->packed.sequences = r->packed.tokens = r->packed.labels = 0;
    workspace_give(inference, r);
done:
    lr_free(context, d_embedded);
    lr_free(context, d_parameters);
    lr_free(context, transposed);
    return status;
}

/* --- a session that gets longer -------------------------------------------------------------------------------- */

struct lr_trail {
    lr_inference *inference;
    lr_past past;
    float *hidden; /* [D] of the last token */
};

void lr_trail_free(lr_trail *trail)
{
    if (trail == NULL) return;
    llmrec_context *context = trail->inference->context;
    lr_free(context, trail->past.keys);
    lr_free(context, trail->past.values);
    lr_free(context, trail->past.inputs);
    lr_free(context, trail->hidden);
    lr_free(context, trail);
}

llmrec_status lr_trail_create(lr_inference *inference, lr_trail **trail)
{
    const lr_packing *packing = &inference->packing;
    const lr_shape *shape = inference->shape;
    const size_t numbers = shape->layers * packing->positions * shape->heads * shape->head_dim;
    lr_trail *fresh = NULL;
    llmrec_status status = LLMREC_OK;
    if (!packing->causal || !packing->left_aligned || packing->pad_with_mask) return LLMREC_OK;
    LR_RETURN_IF(LR_NEW_ZERO(inference->context, fresh, 1));
    fresh->inference = inference;
    LR_TRY(LR_NEW(inference->context, fresh->past.keys, numbers));
    LR_TRY(LR_NEW(inference->context, fresh->past.values, numbers));
    if (shape->filter_share > 0)
        LR_TRY(LR_NEW(inference->context, fresh->past.inputs, shape->layers * packing->positions * shape->dim));
    LR_TRY(LR_NEW(inference->context, fresh->hidden, shape->dim));
    *trail = fresh;
    fresh = NULL;
done:
    lr_trail_free(fresh);
    return status;
}

/* Packs items[count] as the continuation of the past; the last one is labeled. */
static lr_tokens pack_behind(const lr_trail *trail, const int32_t *items, size_t count, lr_packed *packed)
{
    for (size_t i = 0; i < count; i++) {
        packed->items[i] = items[i];
        packed->positions[i] = (int32_t)(trail->past.length + i);
    }
    packed->starts[0] = 0;
    packed->starts[1] = count;
    packed->label_at[0] = (int32_t)count - 1;
    return (lr_tokens){.sequences = 1,
                       .starts = packed->starts,
                       .items = packed->items,
                       .positions = packed->positions,
                       .labels = 1,
                       .label_at = packed->label_at,
                       .past = &trail->past};
}

static llmrec_status go_on(lr_trail *trail, const lr_network *network, const int32_t *items, size_t count)
{
    workspace *r = NULL;
    if (count == 0) return LLMREC_OK;
    LR_RETURN_IF(workspace_take(trail->inference, &r));
    const lr_tokens tokens = pack_behind(trail, items, count, &r->packed);
    lr_pass_forward(r->pass, network, &tokens, trail->hidden);
    workspace_give(trail->inference, r);
    trail->past.length += count;
    return LLMREC_OK;
}

llmrec_status lr_trail_follow(lr_trail *trail, const lr_network *network, const int32_t *items, size_t count,
                              float *hidden)
{
    const size_t done = trail->past.length;
    if (count > trail->inference->packing.positions) {
        const int64_t offsets[2] = {0, (int64_t)count};
        const lr_prompts whole = {offsets, items, 0, 1};
        return lr_inference_run(trail->inference, network, &whole, hidden, trail->inference->shape->dim);
    }
    LR_RETURN_IF(go_on(trail, network, items + done, count - done));
    memcpy(hidden, trail->hidden, trail->inference->shape->dim * sizeof *hidden);
    return LLMREC_OK;
}
