/* SPDX-License-Identifier: Apache-2.0 */
#include "nn/sampled_loss.h"

#include <math.h>
#include <string.h>

#include "core/context.h"
#include "core/memory.h"
#include "core/pool.h"
#include "core/rng.h"
#include "math/exponential.h"
#include "math/matrix.h"

/* A forward task processes TOKENS tokens; a backward task processes NEGATIVES drawn items. */
enum { TOKENS = 32, NEGATIVES = 64, LOGITS_BYTES = 4 << 20, MIN_BLOCK = 16, MAX_BLOCK = 4096 };

struct lr_sampled_loss {
    llmrec_context *context;
    lr_sampling sampling;
    size_t dim, block; /* `block`: tokens processed together */
    int32_t *drawn;    /* [K] drawn items */
    lr_real *rows;     /* [K,D] their rows of the table */
    lr_real *columns;  /* [D,K] the rows, transposed */
    lr_real *bias;     /* [K] */
    lr_real *d_rows;   /* [K,D] */
    lr_real *d_bias;   /* [K] */
    lr_real *logits;   /* [block,K], then d_logits */
    lr_real *d_own;    /* [block] gradient of the label's logit */
    double *losses;    /* [block] */
};

/* State for one block of tokens. */
typedef struct pass {
    lr_sampled_loss *loss;
    const lr_output *output;
    const lr_real *hidden; /* [count,D] */
    lr_real *d_hidden;
    const int32_t *labels;
    size_t count;
    double weight, beta;
} pass;

double lr_gbce_beta(size_t negatives, size_t items, double t)
{
    const double alpha = (double)negatives / (double)(items - 1);
    return alpha * (t * (1 - 1 / alpha) + 1 / alpha);
}

void lr_sampled_loss_free(lr_sampled_loss *loss)
{
    if (loss == NULL) return;
    lr_free(loss->context, loss->drawn);
    lr_free(loss->context, loss->rows);
    lr_free(loss->context, loss->columns);
    lr_free(loss->context, loss->bias);
    lr_free(loss->context, loss->d_rows);
    lr_free(loss->context, loss->d_bias);
    lr_free(loss->context, loss->logits);
    lr_free(loss->context, loss->d_own);
    lr_free(loss->context, loss->losses);
    lr_free(loss->context, loss);
}

llmrec_status lr_sampled_loss_create(llmrec_context *context, const lr_sampling *sampling, size_t dim,
                                     lr_sampled_loss **loss)
{
    llmrec_status status = LLMREC_OK;
    lr_sampled_loss *fresh = NULL;
    const size_t K = sampling->negatives, fits = LOGITS_BYTES / (K * sizeof(lr_real));
    LR_TRY(LR_NEW_ZERO(context, fresh, 1));
    fresh->context = context;
    fresh->sampling = *sampling;
    fresh->dim = dim;
    fresh->block = fits < MIN_BLOCK ? MIN_BLOCK : fits > MAX_BLOCK ? MAX_BLOCK : fits;
    LR_TRY(LR_NEW(context, fresh->drawn, K));
    LR_TRY(LR_NEW(context, fresh->rows, K * dim));
    LR_TRY(LR_NEW(context, fresh->columns, K * dim));
    LR_TRY(LR_NEW_ZERO(context, fresh->bias, K));
    LR_TRY(LR_NEW(context, fresh->d_rows, K * dim));
    LR_TRY(LR_NEW(context, fresh->d_bias, K));
    LR_TRY(LR_NEW(context, fresh->logits, K * fresh->block));
    LR_TRY(LR_NEW(context, fresh->d_own, fresh->block));
    LR_TRY(LR_NEW(context, fresh->losses, fresh->block));
    *loss = fresh;
    fresh = NULL;
done:
    lr_sampled_loss_free(fresh);
    return status;
}

void lr_sampled_loss_draw(lr_sampled_loss *loss, size_t items, uint64_t seed, uint64_t step)
{
    lr_rng rng = lr_rng_at(seed, (uint64_t)LR_STREAM_NEGATIVES << 56 | step, 0);
    for (size_t n = 0; n < loss->sampling.negatives; n++) loss->drawn[n] = (int32_t)lr_rng_below(&rng, items);
}

static void gather(lr_sampled_loss *loss, const lr_output *output)
{
    const size_t D = loss->dim, K = loss->sampling.negatives;
    for (size_t n = 0; n < K; n++) {
        const lr_real *row = output->table + (size_t)loss->drawn[n] * D;
        memcpy(loss->rows + n * D, row, D * sizeof *row);
        for (size_t j = 0; j < D; j++) loss->columns[j * K + n] = row[j];
        if (output->bias != NULL) loss->bias[n] = output->bias[loss->drawn[n]];
    }
    memset(loss->d_rows, 0, K * D * sizeof *loss->d_rows);
    memset(loss->d_bias, 0, K * sizeof *loss->d_bias);
}

static void scatter(const lr_sampled_loss *loss, const lr_output *output)
{
    const size_t D = loss->dim;
    for (size_t n = 0; n < loss->sampling.negatives; n++) {
        lr_real *row = output->d_table + (size_t)loss->drawn[n] * D;
        for (size_t j = 0; j < D; j++) row[j] += loss->d_rows[n * D + j];
        if (output->d_bias != NULL) output->d_bias[loss->drawn[n]] += loss->d_bias[n];
    }
}

/* Adds the biases. If the token's own label was drawn, its logit becomes minus infinity. */
LR_VECTORIZE static void complete(lr_real *x, const lr_real *bias, const int32_t *drawn, int32_t label, size_t K)
{
    for (size_t n = 0; n < K; n++) x[n] = drawn[n] == label ? -(lr_real)INFINITY : x[n] + bias[n];
}

/* Replaces x by weight times the probabilities of the drawn items, and *own, the logit of the label, by its gradient.
 * Returns the loss. */
LR_VECTORIZE static double softmax_token(lr_real *x, size_t K, double weight, double *own)
{
    lr_real most = (lr_real)*own;
    double sum = 0;
    for (size_t n = 0; n < K; n++) most = x[n] > most ? x[n] : most;
    for (size_t n = 0; n < K; n++) x[n] = lr_exponential(x[n] - most);
    for (size_t n = 0; n < K; n++) sum += (double)x[n];
    const double mine = exp(*own - (double)most), all = sum + mine;
    const lr_real factor = (lr_real)(weight / all);
    for (size_t n = 0; n < K; n++) x[n] *= factor;
    *own = -weight * sum / all;
    return log(all / mine);
}

/* Computes ln(1 + e^s) without overflow. */
static double softplus(double s)
{
    return (s > 0 ? s : 0) + log1p(exp(-fabs(s)));
}

/* Replaces x by weight sig(x) / (K+1). With e = exp(-|x|), sig(x) is 1/(1+e) or e/(1+e), and ln(1 + exp(x)) is max(x,0)
 * + ln(1+e). The logarithm of a product of a few factors replaces several logarithms. */
LR_VECTORIZE static double gbce_token(lr_real *x, size_t K, double weight, double beta, double *own)
{
    enum { FACTORS = 512 };
    double sum = beta * softplus(-*own);
    const lr_real share = (lr_real)(weight / (double)(K + 1));
    for (size_t first = 0; first < K; first += FACTORS) {
        const size_t end = K - first < FACTORS ? K : first + FACTORS;
        double product = 1, above = 0;
        for (size_t n = first; n < end; n++) {
            const lr_real positive = x[n] > 0 ? x[n] : 0;
            const lr_real e = lr_exponential(x[n] > 0 ? -x[n] : x[n]), factor = 1 + e;
            above += (double)positive;
            product *= (double)factor;
            x[n] = share * (x[n] > 0 ? 1 : e) / factor;
        }
        sum += above + log(product);
    }
    *own = -weight * beta / (double)(K + 1) / (1 + exp(*own));
    return sum / (double)(K + 1);
}

static void run_token(const pass *p, size_t m)
{
    const lr_sampled_loss *loss = p->loss;
    const size_t K = loss->sampling.negatives;
    lr_real *x = loss->logits + m * K;
    double own = lr_label_logit(p->output, p->hidden + m * loss->dim, p->labels[m]);
    complete(x, loss->bias, loss->drawn, p->labels[m], K);
    if (loss->sampling.gbce) loss->losses[m] = gbce_token(x, K, p->weight, p->beta, &own);
    else loss->losses[m] = softmax_token(x, K, p->weight, &own);
    loss->d_own[m] = (lr_real)own;
}

static llmrec_status run_tokens(void *argument, size_t task, size_t worker)
{
    const pass *p = argument;
    const lr_sampled_loss *loss = p->loss;
    const size_t first = task * TOKENS, left = p->count - first, count = left < TOKENS ? left : TOKENS;
    const size_t D = loss->dim, K = loss->sampling.negatives;
    const lr_matrix logits = lr_matrix_of(loss->logits + first * K, count, K);
    const lr_matrix d_hidden = lr_matrix_of(p->d_hidden + first * D, count, D);
    (void)worker;
    lr_gemm(1, lr_matrix_of(p->hidden + first * D, count, D), lr_matrix_of(loss->columns, D, K), 0, logits);
    for (size_t m = first; m < first + count; m++) run_token(p, m);
    lr_gemm(1, logits, lr_matrix_of(loss->rows, K, D), 0, d_hidden);
    for (size_t m = first; m < first + count; m++) {
        const lr_real *row = p->output->table + (size_t)p->labels[m] * D;
        for (size_t j = 0; j < D; j++) p->d_hidden[m * D + j] += loss->d_own[m] * row[j];
    }
    return LLMREC_OK;
}

static llmrec_status run_negatives(void *argument, size_t task, size_t worker)
{
    const pass *p = argument;
    const lr_sampled_loss *loss = p->loss;
    const size_t D = loss->dim, K = loss->sampling.negatives;
    const size_t first = task * NEGATIVES, left = K - first, count = left < NEGATIVES ? left : NEGATIVES;
    const lr_matrix down = {loss->logits + first, p->count, count, K, false};
    (void)worker;
    lr_gemm(1, lr_transpose(down), lr_matrix_of(p->hidden, p->count, D), 1,
            lr_matrix_of(loss->d_rows + first * D, count, D));
    for (size_t m = 0; m < p->count; m++)
        for (size_t n = first; n < first + count; n++) loss->d_bias[n] += loss->logits[m * K + n];
    return LLMREC_OK;
}

static void add_own(const pass *p, double *sum)
{
    const lr_sampled_loss *loss = p->loss;
    const size_t D = loss->dim;
    for (size_t m = 0; m < p->count; m++) {
        lr_real *row = p->output->d_table + (size_t)p->labels[m] * D;
        for (size_t j = 0; j < D; j++) row[j] += loss->d_own[m] * p->hidden[m * D + j];
        if (p->output->d_bias != NULL) p->output->d_bias[p->labels[m]] += loss->d_own[m];
        *sum += loss->losses[m];
    }
}

llmrec_status lr_sampled_loss_run(lr_sampled_loss *loss, const lr_output *output, const lr_labeled *labeled,
                                  double *sum)
{
    const size_t D = loss->dim, K = loss->sampling.negatives;
    double losses = 0;
    gather(loss, output);
    for (size_t first = 0; first < labeled->count; first += loss->block) {
        const size_t left = labeled->count - first;
        pass p = {.loss = loss,
                  .output = output,
                  .hidden = labeled->hidden + first * D,
                  .d_hidden = labeled->d_hidden + first * D,
                  .labels = labeled->label + first,
                  .count = left < loss->block ? left : loss->block,
                  .weight = labeled->weight,
                  .beta = lr_gbce_beta(K, output->items, loss->sampling.t)};
        LR_RETURN_IF(lr_parallel(loss->context, (p.count + TOKENS - 1) / TOKENS, run_tokens, &p));
        LR_RETURN_IF(lr_parallel(loss->context, (K + NEGATIVES - 1) / NEGATIVES, run_negatives, &p));
        add_own(&p, &losses);
    }
    scatter(loss, output);
    *sum = losses;
    return LLMREC_OK;
}
