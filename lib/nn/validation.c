/* SPDX-License-Identifier: Apache-2.0 */
#include "nn/validation.h"

#include <math.h>
#include <string.h>

#include "core/context.h"
#include "core/memory.h"
#include "core/pool.h"
#include "data/dataset.h"
#include "math/matrix.h"
#include "math/simd.h"

/* Sessions that pass through the network together; bytes for the logits of sessions that are ranked together. */
enum { GROUP = 1024, LOGITS_BYTES = 2 << 20, MOST_BLOCK = 64, LEAST_BLOCK = 4 };

struct lr_validation {
    llmrec_context *context;
    const llmrec_dataset *dataset;
    const lr_shape *shape;
    lr_inference *inference;
    size_t longest, workers;
    size_t block;     /* sessions ranked together */
    int64_t *offsets; /* [GROUP+1] offsets of the group's prompts, each with its last N items */
    int32_t *items;   /* [GROUP,N] */
    int32_t *session; /* [GROUP] */
    int32_t *target;  /* [GROUP] */
    size_t *rank;     /* [GROUP] 1, 2, ...; 0: the target cannot be ranked */
    float *hidden;    /* [GROUP,D] */
    int32_t *scratch; /* [workers,longest] */
    float *logits;    /* [workers,block,V] */
    const lr_network *network;
    size_t count; /* sessions in the group */
};

void lr_validation_free(lr_validation *validation)
{
    if (validation == NULL) return;
    llmrec_context *context = validation->context;
    lr_inference_free(validation->inference);
    lr_free(context, validation->offsets);
    lr_free(context, validation->items);
    lr_free(context, validation->session);
    lr_free(context, validation->target);
    lr_free(context, validation->rank);
    lr_free(context, validation->hidden);
    lr_free(context, validation->scratch);
    lr_free(context, validation->logits);
    lr_free(context, validation);
}

static llmrec_status allocate(lr_validation *v)
{
    const size_t N = v->shape->positions, D = v->shape->dim, V = v->shape->items,
                 fits = LOGITS_BYTES / sizeof(float) / V;
    v->block = fits < LEAST_BLOCK ? LEAST_BLOCK : fits > MOST_BLOCK ? MOST_BLOCK : fits;
    v->workers = lr_workers(v->context);
    LR_RETURN_IF(LR_NEW(v->context, v->offsets, GROUP + 1));
    LR_RETURN_IF(LR_NEW(v->context, v->items, GROUP * N));
    LR_RETURN_IF(LR_NEW(v->context, v->session, GROUP));
    LR_RETURN_IF(LR_NEW(v->context, v->target, GROUP));
    LR_RETURN_IF(LR_NEW(v->context, v->rank, GROUP));
    LR_RETURN_IF(LR_NEW(v->context, v->hidden, GROUP * D));
    LR_RETURN_IF(LR_NEW(v->context, v->scratch, v->workers * v->longest));
    return LR_NEW(v->context, v->logits, v->workers * v->block * V);
}

llmrec_status lr_validation_create(const llmrec_dataset *dataset, const lr_shape *shape, const lr_packing *packing,
                                   lr_validation **validation)
{
    llmrec_context *context = lr_dataset_context(dataset);
    llmrec_status status = LLMREC_OK;
    lr_validation *fresh = NULL;
    LR_TRY(LR_NEW_ZERO(context, fresh, 1));
    fresh->context = context;
    fresh->dataset = dataset;
    fresh->shape = shape;
    fresh->longest = lr_dataset_longest(dataset);
    LR_CHECK(fresh->longest >= 2, LLMREC_ERR_SHAPE, "validation: no session has two rows; wanted at least one");
    LR_TRY(lr_inference_create(context, shape, packing, &fresh->inference));
    LR_TRY(allocate(fresh));
    *validation = fresh;
    fresh = NULL;
done:
    lr_validation_free(fresh);
    return status;
}

/* --- ranks ----------------------------------------------------------------------------------------------------- */

/* Counts the items ranked before the target, without exclusions. */
LR_VECTORIZE static size_t count_before(const float *logits, size_t items, size_t target)
{
    const float wanted = logits[target];
    size_t before = 0;
    for (size_t i = 0; i < target; i++) before += logits[i] >= wanted;
    for (size_t i = target + 1; i < items; i++) before += logits[i] > wanted;
    return before;
}

/* Scores of counted items are overwritten, so that an item repeated in the prompt counts once. */
static size_t rank_of(float *logits, size_t items, size_t target, const int32_t *prompt, size_t length)
{
    size_t before = count_before(logits, items, target);
    const float wanted = logits[target];
    for (size_t i = 0; i < length; i++) {
        const size_t item = (size_t)prompt[i];
        if (item == target) return 0;
        before -= item < target ? logits[item] >= wanted : logits[item] > wanted;
        logits[item] = -INFINITY;
    }
    return before + 1;
}

static void score(const lr_validation *v, size_t first, size_t count, float *logits)
{
    const lr_network *network = v->network;
    const size_t V = v->shape->items, D = v->shape->dim;
    const bool bias = v->shape->output_bias;
    if (bias)
        for (size_t i = 0; i < count; i++)
            memcpy(logits + i * V, network->parameters + network->layout->output_bias, V * sizeof *logits);
    lr_gemm(1, lr_matrix_of(v->hidden + first * D, count, D),
            lr_transpose(lr_matrix_of(network->parameters + network->layout->item, V, D)), bias,
            lr_matrix_of(logits, count, V));
}

static llmrec_status rank_block(void *argument, size_t task, size_t worker)
{
    const lr_validation *v = argument;
    const size_t V = v->shape->items, first = task * v->block, left = v->count - first;
    const size_t count = left < v->block ? left : v->block;
    float *logits = v->logits + worker * v->block * V;
    score(v, first, count, logits);
    for (size_t i = first; i < first + count; i++) {
        size_t rows = 0;
        const int32_t *items =
            lr_dataset_session(v->dataset, (size_t)v->session[i], v->scratch + worker * v->longest, &rows);
        const size_t prompt = rows - lr_dataset_targets(v->dataset, (size_t)v->session[i]);
        v->rank[i] = rank_of(logits + (i - first) * V, V, (size_t)v->target[i], items, prompt);
    }
    return LLMREC_OK;
}

/* Collects the next sessions that have a prompt and a target. Returns the session after them. */
static size_t gather(lr_validation *v, size_t session, size_t sessions)
{
    const size_t N = v->shape->positions;
    for (v->count = 0; session < sessions && v->count < GROUP; session++) {
        size_t rows = 0;
        const int32_t *items = lr_dataset_session(v->dataset, session, v->scratch, &rows);
        const size_t targets = lr_dataset_targets(v->dataset, session);
        if (targets == 0 || rows == targets) continue;
        const size_t prompt = rows - targets, kept = prompt < N ? prompt : N;
        v->session[v->count] = (int32_t)session;
        v->target[v->count] = items[prompt];
        v->offsets[v->count + 1] = v->offsets[v->count] + (int64_t)kept;
        memcpy(v->items + v->offsets[v->count], items + prompt - kept, kept * sizeof *items);
        v->count++;
    }
    return session;
}

llmrec_status lr_validation_run(lr_validation *validation, const lr_network *network, size_t k, lr_progress *progress,
                                int64_t done, lr_figures *figures)
{
    const size_t sessions = lr_dataset_sessions(validation->dataset);
    double ndcg = 0, hits = 0;
    size_t count = 0;
    validation->network = network;
    validation->offsets[0] = 0;
    for (size_t session = 0; session < sessions;) {
        session = gather(validation, session, sessions);
        const lr_prompts prompts = {validation->offsets, validation->items, 0, validation->count};
        LR_RETURN_IF(
            lr_inference_run(validation->inference, network, &prompts, validation->hidden, validation->shape->dim));
        const size_t blocks = (validation->count + validation->block - 1) / validation->block;
        LR_RETURN_IF(lr_parallel(validation->context, blocks, rank_block, validation));
        for (size_t i = 0; i < validation->count; i++) {
            if (validation->rank[i] == 0 || validation->rank[i] > k) continue;
            hits++;
            ndcg += 1 / log2((double)validation->rank[i] + 1);
        }
        count += validation->count;
        LR_RETURN_IF(lr_progress_step(progress, done));
    }
    *figures = (lr_figures){ndcg / (double)count, hits / (double)count};
    return LLMREC_OK;
}
