/* SPDX-License-Identifier: Apache-2.0 */
#include "nn/softmax_loss.h"

#include <math.h>
#include <string.h>

#include "core/context.h"
#include "core/memory.h"
#include "core/pool.h"
#include "math/exponential.h"
#include "math/matrix.h"

/* A slice's logits for a block of tokens fit the second-level cache; a block's logits fit the last level. */
enum { SLICE = 1024, LOGITS_BYTES = 6 << 20, MIN_BLOCK = 16, MAX_BLOCK = 256 };

struct lr_softmax_loss {
    llmrec_context *context;
    size_t slices, block; /* tokens at a time */
    lr_real *logits;      /* [slices, block, SLICE] then exponentials, then d_logits */
    lr_real *most;        /* [slices, block] */
    double *sum;          /* [slices, block] */
    lr_real *factor;      /* [slices, block] from a slice's exponentials to d_logits */
    lr_real *d_hidden;    /* [slices, block, D] each slice's share */
};

/* One block of tokens on its way. */
typedef struct pass {
    lr_softmax_loss *loss;
    const lr_output *output;
    const lr_real *hidden; /* [count, D] */
    const int32_t *labels;
    size_t count;   /* tokens in this block */
    lr_real weight; /* 1/M */
} pass;

void lr_softmax_loss_free(lr_softmax_loss *loss)
{
    if (loss == NULL) return;
    lr_free(loss->context, loss->logits);
    lr_free(loss->context, loss->most);
    lr_free(loss->context, loss->sum);
    lr_free(loss->context, loss->factor);
    lr_free(loss->context, loss->d_hidden);
    lr_free(loss->context, loss);
}

llmrec_status lr_softmax_loss_create(llmrec_context *context, size_t items, size_t width, lr_softmax_loss **loss)
{
    llmrec_status status = LLMREC_OK;
    lr_softmax_loss *fresh = NULL;
    LR_TRY(LR_NEW_ZERO(context, fresh, 1));
    fresh->context = context;
    fresh->slices = (items + SLICE - 1) / SLICE;
    const size_t fits = LOGITS_BYTES / (fresh->slices * SLICE * sizeof(lr_real));
    fresh->block = fits < MIN_BLOCK ? MIN_BLOCK : fits > MAX_BLOCK ? MAX_BLOCK : fits;
    const size_t rows = fresh->slices * fresh->block;
    LR_TRY(LR_NEW(context, fresh->logits, rows * SLICE));
    LR_TRY(LR_NEW(context, fresh->most, rows));
    LR_TRY(LR_NEW(context, fresh->sum, rows));
    LR_TRY(LR_NEW(context, fresh->factor, rows));
    LR_TRY(LR_NEW(context, fresh->d_hidden, rows * width));
    *loss = fresh;
    fresh = NULL;
done:
    lr_softmax_loss_free(fresh);
    return status;
}

static size_t slice_width(const lr_output *output, size_t slice)
{
    const size_t left = output->items - slice * SLICE;
    return left < SLICE ? left : SLICE;
}

/* The slice's logits, and from them exp(logit - maximum), the maximum and the sum. */
static llmrec_status forward_slice(void *argument, size_t slice, size_t worker)
{
    const pass *p = argument;
    const lr_output *output = p->output;
    const size_t width = slice_width(output, slice), D = output->width, row = slice * p->loss->block;
    lr_real *logits = p->loss->logits + row * SLICE;
    const lr_matrix table = lr_matrix_of(output->table + slice * SLICE * D, width, D);
    (void)worker;
    if (output->bias != NULL)
        for (size_t m = 0; m < p->count; m++)
            memcpy(logits + m * width, output->bias + slice * SLICE, width * sizeof *logits);
    lr_gemm(1, lr_matrix_of(p->hidden, p->count, D), lr_transpose(table), output->bias != NULL,
            lr_matrix_of(logits, p->count, width));
    for (size_t m = 0; m < p->count; m++)
        p->loss->sum[row + m] = lr_exp_below_most(logits + m * width, width, &p->loss->most[row + m]);
    return LLMREC_OK;
}

/* d_logits = factor * exponentials, less the weight at the label; then the three gradients that follow from it. */
static llmrec_status backward_slice(void *argument, size_t slice, size_t worker)
{
    const pass *p = argument;
    const lr_output *output = p->output;
    const size_t width = slice_width(output, slice), D = output->width, row = slice * p->loss->block;
    lr_real *d_logits = p->loss->logits + row * SLICE;
    const lr_matrix down = lr_matrix_of(d_logits, p->count, width);
    const size_t at = slice * SLICE;
    (void)worker;
    for (size_t m = 0; m < p->count; m++) {
        const lr_real factor = p->loss->factor[row + m];
        const size_t label = (size_t)p->labels[m];
        for (size_t i = 0; i < width; i++) d_logits[m * width + i] *= factor;
        if (label >= at && label < at + width) d_logits[m * width + label - at] -= p->weight;
        if (output->d_bias != NULL)
            for (size_t i = 0; i < width; i++) output->d_bias[at + i] += d_logits[m * width + i];
    }
    lr_gemm(1, down, lr_matrix_of(output->table + at * D, width, D), 0,
            lr_matrix_of(p->loss->d_hidden + row * D, p->count, D));
    lr_gemm(1, lr_transpose(down), lr_matrix_of(p->hidden, p->count, D), 1,
            lr_matrix_of(output->d_table + at * D, width, D));
    return LLMREC_OK;
}

/* ln p(label) needs the label's own logit: its exponential and its slice's maximum give it back, unless it underflowed;
 * the product with the table row does in any case. */
static double label_logit(const pass *p, size_t m)
{
    const lr_output *output = p->output;
    const size_t label = (size_t)p->labels[m], D = output->width;
    double logit = output->bias != NULL ? (double)output->bias[label] : 0;
    for (size_t j = 0; j < D; j++) logit += (double)p->hidden[m * D + j] * (double)output->table[label * D + j];
    return logit;
}

/* Joins the slices of token m: its factors, and -ln p(label). */
static double join(const pass *p, size_t m)
{
    const lr_softmax_loss *loss = p->loss;
    double most = -INFINITY, sum = 0;
    for (size_t s = 0; s < loss->slices; s++) most = fmax(most, (double)loss->most[s * loss->block + m]);
    for (size_t s = 0; s < loss->slices; s++) {
        const size_t at = s * loss->block + m;
        sum += loss->sum[at] * exp((double)loss->most[at] - most);
    }
    for (size_t s = 0; s < loss->slices; s++) {
        const size_t at = s * loss->block + m;
        loss->factor[at] = (lr_real)(exp((double)loss->most[at] - most) / sum * (double)p->weight);
    }
    return most + log(sum) - label_logit(p, m);
}

static void add_shares(const pass *p, lr_real *d_hidden)
{
    const lr_softmax_loss *loss = p->loss;
    const size_t numbers = p->count * p->output->width, step = loss->block * p->output->width;
    memcpy(d_hidden, loss->d_hidden, numbers * sizeof *d_hidden);
    for (size_t s = 1; s < loss->slices; s++)
        for (size_t i = 0; i < numbers; i++) d_hidden[i] += loss->d_hidden[s * step + i];
}

llmrec_status lr_softmax_loss_run(lr_softmax_loss *loss, const lr_output *output, const lr_labelled *labelled,
                                  double *sum)
{
    const size_t D = output->width;
    double losses = 0;
    for (size_t first = 0; first < labelled->count; first += loss->block) {
        const size_t left = labelled->count - first;
        pass p = {.loss = loss,
                  .output = output,
                  .hidden = labelled->hidden + first * D,
                  .labels = labelled->label + first,
                  .count = left < loss->block ? left : loss->block,
                  .weight = (lr_real)labelled->weight};
        LR_RETURN_IF(lr_parallel(loss->context, loss->slices, forward_slice, &p));
        for (size_t m = 0; m < p.count; m++) losses += join(&p, m);
        LR_RETURN_IF(lr_parallel(loss->context, loss->slices, backward_slice, &p));
        add_shares(&p, labelled->d_hidden + first * D);
    }
    *sum = losses;
    return LLMREC_OK;
}
