/* SPDX-License-Identifier: Apache-2.0 */
#include "nn/softmax_loss.h"

#include <math.h>
#include <string.h>

#include "core/context.h"
#include "core/memory.h"
#include "core/pool.h"
#include "math/exponential.h"
#include "math/lanes.h"
#include "math/matrix.h"

/* A strip's logits for a block of tokens stay in the second-level cache while they are worked on; a block's logits fit the
 * last level. A slice of strips is one task. */
enum { STRIP = 64, STRIPS = 8, LOGITS_BYTES = 12 << 20, MIN_BLOCK = 64, MAX_BLOCK = 208 };

struct lr_softmax_loss {
    llmrec_context *context;
    size_t width, strips, slices;
    size_t block;      /* tokens at a time, whole lanes */
    lr_real *logits;   /* [strips, STRIP, block] then exponentials, then d_logits */
    lr_real *most;     /* [strips, block] */
    lr_real *sum;      /* [strips, block] */
    lr_real *factor;   /* [strips, block] from a strip's exponentials to d_logits */
    lr_real *hidden;   /* [D, block] transposed, zero beyond the tokens */
    lr_real *d_hidden; /* [slices, block, D] each slice's share */
};

/* One block of tokens on its way. */
typedef struct pass {
    lr_softmax_loss *loss;
    const lr_output *output;
    const lr_real *hidden; /* [count, D] */
    const int32_t *labels;
    size_t count;   /* tokens in this block */
    size_t padded;  /* to whole lanes */
    lr_real weight; /* 1/M */
} pass;

/* One strip of the catalogue. */
typedef struct strip {
    size_t first, items;          /* of the catalogue */
    lr_real *logits;              /* [items, padded] */
    lr_real *most, *sum, *factor; /* [padded] */
    size_t tokens, row;           /* tokens padded; from one item's logits to the next */
    const lr_real *bias;          /* [items] or NULL */
} strip;

void lr_softmax_loss_free(lr_softmax_loss *loss)
{
    if (loss == NULL) return;
    lr_free(loss->context, loss->logits);
    lr_free(loss->context, loss->most);
    lr_free(loss->context, loss->sum);
    lr_free(loss->context, loss->factor);
    lr_free(loss->context, loss->hidden);
    lr_free(loss->context, loss->d_hidden);
    lr_free(loss->context, loss);
}

static size_t block_for(size_t strips)
{
    const size_t fits = LOGITS_BYTES / (strips * STRIP * sizeof(lr_real)) / LR_LANES * LR_LANES;
    return fits < MIN_BLOCK ? MIN_BLOCK : fits > MAX_BLOCK ? MAX_BLOCK : fits;
}

llmrec_status lr_softmax_loss_create(llmrec_context *context, size_t items, size_t width, lr_softmax_loss **loss)
{
    llmrec_status status = LLMREC_OK;
    lr_softmax_loss *fresh = NULL;
    LR_TRY(LR_NEW_ZERO(context, fresh, 1));
    fresh->context = context;
    fresh->width = width;
    fresh->strips = (items + STRIP - 1) / STRIP;
    fresh->slices = (fresh->strips + STRIPS - 1) / STRIPS;
    fresh->block = block_for(fresh->strips);
    LR_TRY(LR_NEW(context, fresh->logits, fresh->strips * STRIP * fresh->block));
    LR_TRY(LR_NEW(context, fresh->most, fresh->strips * fresh->block));
    LR_TRY(LR_NEW(context, fresh->sum, fresh->strips * fresh->block));
    LR_TRY(LR_NEW(context, fresh->factor, fresh->strips * fresh->block));
    LR_TRY(LR_NEW(context, fresh->hidden, width * fresh->block));
    LR_TRY(LR_NEW(context, fresh->d_hidden, fresh->slices * fresh->block * width));
    *loss = fresh;
    fresh = NULL;
done:
    lr_softmax_loss_free(fresh);
    return status;
}

static strip strip_at(const pass *p, size_t index)
{
    const lr_softmax_loss *loss = p->loss;
    const size_t first = index * STRIP, left = p->output->items - first, at = index * loss->block;
    return (strip){.first = first,
                   .items = left < STRIP ? left : STRIP,
                   .logits = loss->logits + at * STRIP,
                   .most = loss->most + at,
                   .sum = loss->sum + at,
                   .factor = loss->factor + at,
                   .tokens = p->padded,
                   .row = loss->block,
                   .bias = p->output->bias == NULL ? NULL : p->output->bias + first};
}

static lr_matrix logits_of(const strip *s, size_t tokens)
{
    return (lr_matrix){s->logits, s->items, tokens, s->row, false};
}

static size_t slice_end(const lr_softmax_loss *loss, size_t slice)
{
    const size_t end = (slice + 1) * STRIPS;
    return end < loss->strips ? end : loss->strips;
}

/* Logits become exp(logit - most); each token's most and sum over the strip are kept. */
LR_VECTORIZE static void exponentials(const strip *s)
{
    lr_real *restrict most = s->most, *restrict sum = s->sum;
    for (size_t m = 0; m < s->tokens; m++) most[m] = -INFINITY;
    for (size_t m = 0; m < s->tokens; m++) sum[m] = 0;
    for (size_t i = 0; i < s->items; i++) {
        lr_real *restrict x = s->logits + i * s->row;
        const lr_real bias = s->bias == NULL ? 0 : s->bias[i];
        for (size_t m = 0; m < s->tokens; m++) {
            x[m] += bias;
            most[m] = x[m] > most[m] ? x[m] : most[m];
        }
    }
    for (size_t i = 0; i < s->items; i++) {
        lr_real *restrict x = s->logits + i * s->row;
        for (size_t m = 0; m < s->tokens; m++) {
            x[m] = lr_exponential(x[m] - most[m]);
            sum[m] += x[m];
        }
    }
}

static llmrec_status forward_slice(void *argument, size_t slice, size_t worker)
{
    const pass *p = argument;
    const size_t D = p->output->width;
    const lr_matrix hidden = {p->loss->hidden, D, p->padded, p->loss->block, false};
    (void)worker;
    for (size_t index = slice * STRIPS; index < slice_end(p->loss, slice); index++) {
        const strip s = strip_at(p, index);
        lr_gemm(1, lr_matrix_of(p->output->table + s.first * D, s.items, D), hidden, 0, logits_of(&s, p->padded));
        exponentials(&s);
    }
    return LLMREC_OK;
}

LR_VECTORIZE static void scale(const strip *s)
{
    const lr_real *restrict factor = s->factor;
    for (size_t i = 0; i < s->items; i++) {
        lr_real *restrict x = s->logits + i * s->row;
        for (size_t m = 0; m < s->tokens; m++) x[m] *= factor[m];
    }
}

LR_VECTORIZE static void add_row_sums(const strip *s, lr_real *sums)
{
    for (size_t i = 0; i < s->items; i++) {
        lr_lanes lanes = {0};
        for (size_t m = 0; m < s->tokens; m += LR_LANES) lanes += LR_LANES_AT(s->logits + i * s->row + m);
        sums[i] += lr_lanes_sum(&lanes);
    }
}

/* d_logits = factor * exponentials, less the weight at the label. */
static void differentiate(const pass *p, const strip *s)
{
    scale(s);
    for (size_t m = 0; m < p->count; m++) {
        const size_t at = (size_t)p->labels[m] - s->first; /* huge if before the strip */
        if (at < s->items) s->logits[at * s->row + m] -= p->weight;
    }
    if (p->output->d_bias != NULL) add_row_sums(s, p->output->d_bias + s->first);
}

static llmrec_status backward_slice(void *argument, size_t slice, size_t worker)
{
    const pass *p = argument;
    const lr_output *output = p->output;
    const size_t D = output->width;
    const lr_matrix hidden = lr_matrix_of(p->hidden, p->count, D);
    const lr_matrix share = lr_matrix_of(p->loss->d_hidden + slice * p->loss->block * D, p->count, D);
    (void)worker;
    for (size_t index = slice * STRIPS; index < slice_end(p->loss, slice); index++) {
        const strip s = strip_at(p, index);
        const lr_matrix down = logits_of(&s, p->count);
        differentiate(p, &s);
        lr_gemm(1, down, hidden, 1, lr_matrix_of(output->d_table + s.first * D, s.items, D));
        lr_gemm(1, lr_transpose(down), lr_matrix_of(output->table + s.first * D, s.items, D), index > slice * STRIPS,
                share);
    }
    return LLMREC_OK;
}

static double label_logit(const pass *p, size_t m)
{
    const lr_output *output = p->output;
    const size_t label = (size_t)p->labels[m], D = output->width;
    double logit = output->bias != NULL ? (double)output->bias[label] : 0;
    for (size_t j = 0; j < D; j++) logit += (double)p->hidden[m * D + j] * (double)output->table[label * D + j];
    return logit;
}

/* Joins the strips of each token: the greatest logit, the sum of all exponentials relative to it, the strips' factors. */
LR_VECTORIZE static void join(const pass *p, lr_real *restrict most, double *restrict sum)
{
    const lr_softmax_loss *loss = p->loss;
    for (size_t m = 0; m < p->padded; m++) most[m] = -INFINITY;
    for (size_t m = 0; m < p->padded; m++) sum[m] = 0;
    for (size_t s = 0; s < loss->strips; s++)
        for (size_t m = 0; m < p->padded; m++) {
            const lr_real value = loss->most[s * loss->block + m];
            most[m] = value > most[m] ? value : most[m];
        }
    for (size_t s = 0; s < loss->strips; s++) {
        const lr_real *restrict part = loss->sum + s * loss->block, *restrict its = loss->most + s * loss->block;
        lr_real *restrict factor = loss->factor + s * loss->block;
        for (size_t m = 0; m < p->padded; m++) {
            factor[m] = lr_exponential(its[m] - most[m]);
            sum[m] += (double)(part[m] * factor[m]);
        }
    }
    for (size_t s = 0; s < loss->strips; s++)
        for (size_t m = 0; m < p->padded; m++)
            loss->factor[s * loss->block + m] *= m < p->count ? (lr_real)((double)p->weight / sum[m]) : 0;
}

static void add_shares(const pass *p, lr_real *d_hidden)
{
    const lr_softmax_loss *loss = p->loss;
    const size_t numbers = p->count * p->output->width, step = loss->block * p->output->width;
    memcpy(d_hidden, loss->d_hidden, numbers * sizeof *d_hidden);
    for (size_t s = 1; s < loss->slices; s++)
        for (size_t i = 0; i < numbers; i++) d_hidden[i] += loss->d_hidden[s * step + i];
}

static void transpose_hidden(const pass *p)
{
    const size_t D = p->output->width, row = p->loss->block;
    for (size_t j = 0; j < D; j++) {
        lr_real *to = p->loss->hidden + j * row;
        for (size_t m = 0; m < p->count; m++) to[m] = p->hidden[m * D + j];
        for (size_t m = p->count; m < p->padded; m++) to[m] = 0;
    }
}

static llmrec_status run_block(pass *p, lr_real *d_hidden, double *losses)
{
    lr_real most[MAX_BLOCK];
    double sum[MAX_BLOCK];
    transpose_hidden(p);
    LR_RETURN_IF(lr_parallel(p->loss->context, p->loss->slices, forward_slice, p));
    join(p, most, sum);
    for (size_t m = 0; m < p->count; m++) *losses += (double)most[m] + log(sum[m]) - label_logit(p, m);
    LR_RETURN_IF(lr_parallel(p->loss->context, p->loss->slices, backward_slice, p));
    add_shares(p, d_hidden);
    return LLMREC_OK;
}

llmrec_status lr_softmax_loss_run(lr_softmax_loss *loss, const lr_output *output, const lr_labelled *labelled,
                                  double *sum)
{
    const size_t D = output->width, M = labelled->count, blocks = (M + loss->block - 1) / loss->block;
    const size_t most =
        blocks == 0 ? 0 : (M + blocks - 1) / blocks; /* blocks of one size, not a small one at the end */
    double losses = 0;
    for (size_t first = 0; first < M; first += most) {
        const size_t count = M - first < most ? M - first : most;
        pass p = {.loss = loss,
                  .output = output,
                  .hidden = labelled->hidden + first * D,
                  .labels = labelled->label + first,
                  .count = count,
                  .padded = (count + LR_LANES - 1) / LR_LANES * LR_LANES,
                  .weight = (lr_real)labelled->weight};
        LR_RETURN_IF(run_block(&p, labelled->d_hidden + first * D, &losses));
    }
    *sum = losses;
    return LLMREC_OK;
}
