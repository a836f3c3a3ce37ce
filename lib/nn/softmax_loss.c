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

/* Sizes that keep data in cache: the exponentials of a strip for a block of tokens fit the second-level cache, those of
 * a piece nearly the first, those of a block the last. A task processes one slice of strips; up to four threads get
 * equal shares of MOST_SLICES. */
enum { STRIP = 96, PIECE = 48, MOST_SLICES = 24, EXPS_BYTES = 12 << 20, MIN_BLOCK = 64, MAX_BLOCK = 208, TOKENS = 16 };

/* Logits of at most this magnitude need no shift: their exponentials, and the sums over any catalog, neither overflow
 * nor underflow a float. */
static const lr_real PLAIN_REACH = 60;

struct lr_softmax_loss {
    llmrec_context *context;
    size_t dim, strips, slices;
    size_t at_once;    /* strips in a slice */
    size_t block;      /* tokens processed together, a multiple of the vector lanes */
    lr_real *exps;     /* [strips, STRIP, block] logits, then e^(logit - shift) */
    lr_real *sums;     /* [strips, block] largest logit of a strip, then the sum of its exponentials */
    lr_real *hidden;   /* [D, block] transposed, zero after the last token */
    lr_real *shift;    /* [block] */
    lr_real *factor;   /* [block] weight / sum of exponentials, zero after the last token */
    lr_real *scaled;   /* [block, D] factor * hidden */
    lr_real *d_hidden; /* [slices, block, D] exponentials times E, per slice */
    lr_real *longest;  /* [slices] largest |E_i|^2 */
    lr_real *biased;   /* [slices] largest |b_i| */
    double *losses;    /* [block] */
};

/* State for one block of tokens. */
typedef struct pass {
    lr_softmax_loss *loss;
    const lr_output *output;
    const lr_real *hidden; /* [count, D] */
    const int32_t *labels;
    size_t count;      /* tokens in the block */
    size_t padded;     /* count, rounded up to vector lanes */
    lr_real weight;    /* 1/M */
    lr_real *d_hidden; /* [count, D] */
} pass;

/* One strip of the catalog, or a piece of one. */
typedef struct strip {
    size_t first, items; /* items of the catalog */
    lr_real *exps;       /* [items, tokens] */
    lr_real *sums;       /* [tokens] */
    size_t tokens, row;  /* padded tokens; stride between the exponentials of two items */
    const lr_real *bias; /* [items] or NULL */
} strip;

/* --- memory ---------------------------------------------------------------------------------------------------- */

void lr_softmax_loss_free(lr_softmax_loss *loss)
{
    if (loss == NULL) return;
    lr_free(loss->context, loss->exps);
    lr_free(loss->context, loss->sums);
    lr_free(loss->context, loss->hidden);
    lr_free(loss->context, loss->shift);
    lr_free(loss->context, loss->factor);
    lr_free(loss->context, loss->scaled);
    lr_free(loss->context, loss->d_hidden);
    lr_free(loss->context, loss->longest);
    lr_free(loss->context, loss->biased);
    lr_free(loss->context, loss->losses);
    lr_free(loss->context, loss);
}

static size_t block_for(size_t strips)
{
    const size_t fits = EXPS_BYTES / (strips * STRIP * sizeof(lr_real)) / LR_LANES * LR_LANES;
    return fits < MIN_BLOCK ? MIN_BLOCK : fits > MAX_BLOCK ? MAX_BLOCK : fits;
}

static llmrec_status allocate(lr_softmax_loss *loss)
{
    llmrec_context *context = loss->context;
    const size_t D = loss->dim, B = loss->block;
    LR_RETURN_IF(LR_NEW(context, loss->exps, loss->strips * STRIP * B));
    LR_RETURN_IF(LR_NEW(context, loss->sums, loss->strips * B));
    LR_RETURN_IF(LR_NEW(context, loss->hidden, D * B));
    LR_RETURN_IF(LR_NEW(context, loss->shift, B));
    LR_RETURN_IF(LR_NEW(context, loss->factor, B));
    LR_RETURN_IF(LR_NEW(context, loss->scaled, B * D));
    LR_RETURN_IF(LR_NEW(context, loss->d_hidden, loss->slices * B * D));
    LR_RETURN_IF(LR_NEW(context, loss->longest, loss->slices));
    LR_RETURN_IF(LR_NEW(context, loss->biased, loss->slices));
    return LR_NEW(context, loss->losses, B);
}

llmrec_status lr_softmax_loss_create(llmrec_context *context, size_t items, size_t dim, lr_softmax_loss **loss)
{
    llmrec_status status = LLMREC_OK;
    lr_softmax_loss *fresh = NULL;
    LR_TRY(LR_NEW_ZERO(context, fresh, 1));
    fresh->context = context;
    fresh->dim = dim;
    fresh->strips = (items + STRIP - 1) / STRIP;
    fresh->at_once = (fresh->strips + MOST_SLICES - 1) / MOST_SLICES;
    fresh->slices = (fresh->strips + fresh->at_once - 1) / fresh->at_once;
    fresh->block = block_for(fresh->strips);
    LR_TRY(allocate(fresh));
    *loss = fresh;
    fresh = NULL;
done:
    lr_softmax_loss_free(fresh);
    return status;
}

/* --- strips ---------------------------------------------------------------------------------------------------- */

/* Returns up to `most` items from `first` on, all in one strip. */
static strip strip_at(const pass *p, size_t first, size_t most)
{
    const lr_softmax_loss *loss = p->loss;
    const size_t left = p->output->items - first;
    return (strip){.first = first,
                   .items = left < most ? left : most,
                   .exps = loss->exps + first * loss->block,
                   .sums = loss->sums + first / STRIP * loss->block,
                   .tokens = p->padded,
                   .row = loss->block,
                   .bias = p->output->bias == NULL ? NULL : p->output->bias + first};
}

static lr_matrix exps_of(const strip *s, size_t tokens)
{
    return (lr_matrix){s->exps, s->items, tokens, s->row, false};
}

static lr_matrix rows_of(const strip *s, const lr_real *table, size_t dim)
{
    return lr_matrix_of(table + s->first * dim, s->items, dim);
}

static size_t slice_end(const lr_softmax_loss *loss, size_t slice)
{
    const size_t end = (slice + 1) * loss->at_once;
    return end < loss->strips ? end : loss->strips;
}

/* Computes the strip's logits without biases. */
static void find_logits(const pass *p, const strip *s)
{
    const size_t D = p->output->dim;
    const lr_matrix hidden = {p->loss->hidden, D, p->padded, p->loss->block, false};
    lr_gemm(1, rows_of(s, p->output->table, D), hidden, 0, exps_of(s, p->padded));
}

/* --- shifts ---------------------------------------------------------------------------------------------------- */

LR_VECTORIZE static lr_real greatest_square(const lr_real *rows, size_t count, size_t dim)
{
    lr_real most = 0;
    for (size_t i = 0; i < count; i++, rows += dim) {
        lr_lanes sums = {0};
        lr_real sum = 0;
        size_t j = 0;
        for (; j + LR_LANES <= dim; j += LR_LANES) sums += LR_LANES_AT(rows + j) * LR_LANES_AT(rows + j);
        for (; j < dim; j++) sum += rows[j] * rows[j];
        sum += lr_lanes_sum(&sums);
        most = sum > most ? sum : most;
    }
    return most;
}

static llmrec_status measure_slice(void *argument, size_t slice, size_t worker)
{
    const pass *p = argument;
    const lr_output *output = p->output;
    const size_t first = slice * p->loss->at_once * STRIP, all = slice_end(p->loss, slice) * STRIP;
    const size_t end = all < output->items ? all : output->items;
    lr_real most = 0;
    (void)worker;
    p->loss->longest[slice] = greatest_square(output->table + first * output->dim, end - first, output->dim);
    for (size_t i = first; i < end && output->bias != NULL; i++) {
        const lr_real size = output->bias[i] < 0 ? -output->bias[i] : output->bias[i];
        most = size > most ? size : most;
    }
    p->loss->biased[slice] = most;
    return LLMREC_OK;
}

LR_VECTORIZE static void greatest_logits(const strip *s)
{
    lr_real *restrict most = s->sums;
    for (size_t m = 0; m < s->tokens; m++) most[m] = -INFINITY;
    for (size_t i = 0; i < s->items; i++) {
        const lr_real *restrict x = s->exps + i * s->row;
        const lr_real bias = s->bias == NULL ? 0 : s->bias[i];
        for (size_t m = 0; m < s->tokens; m++) most[m] = x[m] + bias > most[m] ? x[m] + bias : most[m];
    }
}

static llmrec_status shift_slice(void *argument, size_t slice, size_t worker)
{
    const pass *p = argument;
    (void)worker;
    for (size_t index = slice * p->loss->at_once; index < slice_end(p->loss, slice); index++) {
        const strip s = strip_at(p, index * STRIP, STRIP);
        find_logits(p, &s);
        greatest_logits(&s);
    }
    return LLMREC_OK;
}

/* Returns whether a token's logits may be large: |logit| <= |h| max|E| + max|b|. True also for NaN. */
static bool reaches_far(const pass *p, size_t m)
{
    const lr_softmax_loss *loss = p->loss;
    const size_t D = p->output->dim;
    lr_real longest = 0, biased = 0;
    for (size_t slice = 0; slice < loss->slices; slice++) {
        longest = loss->longest[slice] > longest ? loss->longest[slice] : longest;
        biased = loss->biased[slice] > biased ? loss->biased[slice] : biased;
    }
    const lr_real bound = (lr_real)sqrt((double)(longest * greatest_square(p->hidden + m * D, 1, D))) + biased;
    return !(bound < PLAIN_REACH);
}

/* Shifts tokens with possibly large logits by their largest logit. This needs another pass over the catalog. */
static llmrec_status find_shifts(pass *p)
{
    const lr_softmax_loss *loss = p->loss;
    size_t far = 0;
    for (size_t m = 0; m < p->padded; m++) {
        loss->shift[m] = m < p->count && reaches_far(p, m);
        far += loss->shift[m] > 0;
    }
    if (far == 0) return LLMREC_OK;
    LR_RETURN_IF(lr_parallel(loss->context, loss->slices, shift_slice, p));
    for (size_t m = 0; m < p->count; m++) {
        lr_real most = -INFINITY;
        for (size_t s = 0; s < loss->strips; s++)
            most = loss->sums[s * loss->block + m] > most ? loss->sums[s * loss->block + m] : most;
        loss->shift[m] = loss->shift[m] > 0 ? most : 0;
    }
    return LLMREC_OK;
}

/* --- the first pass: exponentials, their sums, d_hidden ----------------------------------------------------------- */

/* Replaces logits by exponentials and adds these to the sums. */
LR_VECTORIZE static void exponentials(const strip *s, const lr_real *shift)
{
    for (size_t i = 0; i < s->items; i++) {
        lr_real *restrict x = s->exps + i * s->row, *restrict sums = s->sums;
        const lr_real bias = s->bias == NULL ? 0 : s->bias[i];
        for (size_t m = 0; m < s->tokens; m++) {
            x[m] = lr_exponential(x[m] + (bias - shift[m]));
            sums[m] += x[m];
        }
    }
}

static llmrec_status forward_slice(void *argument, size_t slice, size_t worker)
{
    const pass *p = argument;
    const size_t D = p->output->dim, first = slice * p->loss->at_once;
    const lr_matrix share = lr_matrix_of(p->loss->d_hidden + slice * p->loss->block * D, p->count, D);
    (void)worker;
    for (size_t index = first; index < slice_end(p->loss, slice); index++) {
        const strip s = strip_at(p, index * STRIP, STRIP);
        memset(s.sums, 0, s.tokens * sizeof *s.sums);
        for (size_t at = s.first; at < s.first + s.items; at += PIECE) {
            const strip piece = strip_at(p, at, PIECE);
            find_logits(p, &piece);
            exponentials(&piece, p->loss->shift);
        }
        lr_gemm(1, lr_transpose(exps_of(&s, p->count)), rows_of(&s, p->output->table, D), index > first, share);
    }
    return LLMREC_OK;
}

/* --- between: each token's sum, loss and gradient ----------------------------------------------------------------- */

double lr_label_logit(const lr_output *output, const lr_real *hidden, int32_t label)
{
    const lr_real *row = output->table + (size_t)label * output->dim;
    double logit = output->bias != NULL ? (double)output->bias[label] : 0;
    for (size_t j = 0; j < output->dim; j++) logit += (double)hidden[j] * (double)row[j];
    return logit;
}

/* Computes d_h = weight (sum_i softmax_i E_i - E_label), and the token's factors for the second pass. */
static void join_token(const pass *p, size_t m)
{
    const lr_softmax_loss *loss = p->loss;
    const size_t D = p->output->dim, share = loss->block * D;
    const lr_real *hidden = p->hidden + m * D, *own = p->output->table + (size_t)p->labels[m] * D;
    lr_real *restrict d = p->d_hidden + m * D, *restrict scaled = loss->scaled + m * D;
    double sum = 0;
    for (size_t s = 0; s < loss->strips; s++) sum += (double)loss->sums[s * loss->block + m];
    const lr_real factor = (lr_real)((double)p->weight / sum);
    loss->losses[m] = (double)loss->shift[m] + log(sum) - lr_label_logit(p->output, hidden, p->labels[m]);
    loss->factor[m] = factor;
    for (size_t j = 0; j < D; j++) scaled[j] = factor * hidden[j];
    memcpy(d, loss->d_hidden + m * D, D * sizeof *d);
    for (size_t slice = 1; slice < loss->slices; slice++)
        for (size_t j = 0; j < D; j++) d[j] += loss->d_hidden[slice * share + m * D + j];
    for (size_t j = 0; j < D; j++) d[j] = factor * d[j] - p->weight * own[j];
}

static llmrec_status join_tokens(void *argument, size_t task, size_t worker)
{
    const pass *p = argument;
    const size_t first = task * TOKENS, end = first + TOKENS;
    (void)worker;
    for (size_t m = first; m < end; m++)
        if (m < p->count) join_token(p, m);
        else p->loss->factor[m] = 0;
    return LLMREC_OK;
}

/* --- the second pass: d_table and d_bias -------------------------------------------------------------------------- */

LR_VECTORIZE static void add_biases(const strip *s, const lr_real *factor, lr_real *d_bias)
{
    for (size_t i = 0; i < s->items; i++) {
        lr_lanes lanes = {0};
        for (size_t m = 0; m < s->tokens; m += LR_LANES)
            lanes += LR_LANES_AT(s->exps + i * s->row + m) * LR_LANES_AT(factor + m);
        d_bias[i] += lr_lanes_sum(&lanes);
    }
}

static llmrec_status backward_slice(void *argument, size_t slice, size_t worker)
{
    const pass *p = argument;
    const lr_output *output = p->output;
    const size_t D = output->dim;
    const lr_matrix scaled = lr_matrix_of(p->loss->scaled, p->count, D);
    (void)worker;
    for (size_t index = slice * p->loss->at_once; index < slice_end(p->loss, slice); index++) {
        const strip s = strip_at(p, index * STRIP, STRIP);
        lr_gemm(1, exps_of(&s, p->count), scaled, 1, rows_of(&s, output->d_table, D));
        if (output->d_bias != NULL) add_biases(&s, p->loss->factor, output->d_bias + s.first);
    }
    return LLMREC_OK;
}

static void add_label(const pass *p, size_t m)
{
    const lr_output *output = p->output;
    const size_t D = output->dim, label = (size_t)p->labels[m];
    for (size_t j = 0; j < D; j++) output->d_table[label * D + j] -= p->weight * p->hidden[m * D + j];
    if (output->d_bias != NULL) output->d_bias[label] -= p->weight;
}

/* --- a block ------------------------------------------------------------------------------------------------------ */

static void transpose_hidden(const pass *p)
{
    const size_t D = p->output->dim, row = p->loss->block;
    for (size_t j = 0; j < D; j++) {
        lr_real *to = p->loss->hidden + j * row;
        for (size_t m = 0; m < p->count; m++) to[m] = p->hidden[m * D + j];
        for (size_t m = p->count; m < p->padded; m++) to[m] = 0;
    }
}

static llmrec_status run_block(pass *p, double *sum)
{
    const lr_softmax_loss *loss = p->loss;
    llmrec_context *context = loss->context;
    transpose_hidden(p);
    LR_RETURN_IF(find_shifts(p));
    LR_RETURN_IF(lr_parallel(context, loss->slices, forward_slice, p));
    LR_RETURN_IF(lr_parallel(context, p->padded / TOKENS, join_tokens, p));
    LR_RETURN_IF(lr_parallel(context, loss->slices, backward_slice, p));
    for (size_t m = 0; m < p->count; m++) {
        add_label(p, m);
        *sum += loss->losses[m];
    }
    return LLMREC_OK;
}

llmrec_status lr_softmax_loss_run(lr_softmax_loss *loss, const lr_output *output, const lr_labeled *labeled,
                                  double *sum)
{
    const size_t D = output->dim, M = labeled->count, blocks = (M + loss->block - 1) / loss->block;
    const size_t most = blocks == 0 ? 0 : (M + blocks - 1) / blocks; /* blocks of equal size */
    double losses = 0;
    for (size_t first = 0; first < M; first += most) {
        const size_t count = M - first < most ? M - first : most;
        pass p = {.loss = loss,
                  .output = output,
                  .hidden = labeled->hidden + first * D,
                  .labels = labeled->label + first,
                  .count = count,
                  .padded = (count + LR_LANES - 1) / LR_LANES * LR_LANES,
                  .weight = (lr_real)labeled->weight,
                  .d_hidden = labeled->d_hidden + first * D};
        if (first == 0) LR_RETURN_IF(lr_parallel(loss->context, loss->slices, measure_slice, &p));
        LR_RETURN_IF(run_block(&p, &losses));
    }
    *sum = losses;
    return LLMREC_OK;
}
