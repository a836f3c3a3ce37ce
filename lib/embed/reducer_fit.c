/* SPDX-License-Identifier: Apache-2.0 */
/* Fits a reducer: principal directions, scaled for whitening, or random directions. */
#include <float.h>
#include <math.h>

#include "core/memory.h"
#include "core/rng.h"
#include "embed/reducer.h"
#include "math/linalg.h"

/* Eigenvalues and eigenvectors of the covariance of a table. */
typedef struct spectrum {
    size_t input_dim, taken; /* columns, and rows used in the fit */
    double *variances;       /* [input_dim], smallest first */
    double *directions;      /* [input_dim,input_dim], rows in the order of `variances` */
} spectrum;

static const float *row_at(const void *of, size_t row, float *scratch)
{
    return lr_embedding_row(of, row, scratch);
}

static const float *known_row_at(const void *of, size_t row, float *scratch)
{
    const llmrec_embedding *embedding = of;
    return lr_embedding_has(embedding, row) ? lr_embedding_row(embedding, row, scratch) : NULL;
}

/* The values of a mapped table may be unchecked. */
static llmrec_status check_finite(const double *covariance, size_t input_dim)
{
    for (size_t j = 0; j < input_dim; j++)
        if (!isfinite(covariance[j * input_dim + j]))
            return lr_fail(LLMREC_ERR_NUMERIC, "column %zu of the table holds a value that is not finite", j);
    return LLMREC_OK;
}

static llmrec_status analyze(llmrec_reducer *reducer, const llmrec_embedding *embedding, spectrum *s)
{
    llmrec_context *context = reducer->context;
    const lr_rows rows = {.at = reducer->options.skip_missing ? known_row_at : row_at,
                          .of = embedding,
                          .rows = embedding->rows,
                          .dim = embedding->dim};
    LR_RETURN_IF(LR_NEW(context, reducer->mean, s->input_dim));
    LR_RETURN_IF(LR_NEW(context, s->variances, s->input_dim));
    LR_RETURN_IF(lr_alloc(context, &s->directions, s->input_dim * s->input_dim, sizeof *s->directions));
    LR_RETURN_IF(lr_column_means(context, &rows, reducer->mean, &s->taken));
    LR_RETURN_IF(lr_covariance(context, &rows, reducer->mean, s->taken, s->directions));
    LR_RETURN_IF(check_finite(s->directions, s->input_dim));
    return lr_symmetric_eigen(context, s->input_dim, s->directions, s->variances);
}

/* Counts the directions above the tolerance. A direction without variance gets up to input_dim * epsilon of the largest
 * variance by rounding, so smaller values do not count. */
static size_t count_directions(const spectrum *s, double tolerance)
{
    const double largest = s->variances[s->input_dim - 1], noise = (double)s->input_dim * DBL_EPSILON;
    const double floor = largest * fmax(tolerance * tolerance, noise);
    size_t count = 0;
    while (count < s->input_dim && s->variances[s->input_dim - 1 - count] > floor) count++;
    return count;
}

/* PCA may keep directions without variance, where all scores are zero. Whitening cannot divide by them. */
static llmrec_status choose_dim(llmrec_reducer *reducer, const spectrum *s)
{
    const llmrec_reducer_options *options = &reducer->options;
    const size_t there = count_directions(s, options->tolerance), wanted = (size_t)options->dim;
    const size_t limit = s->taken < s->input_dim ? s->taken : s->input_dim;
    const bool whiten = options->method == LLMREC_REDUCE_WHITEN;
    reducer->dim = wanted == 0 ? there : wanted;
    if (s->taken < 2 || there == 0)
        return lr_fail(LLMREC_ERR_SHAPE,
                       "the table has %zu rows without differences; wanted at least one direction with variance",
                       s->taken);
    if (whiten && wanted > there)
        return lr_fail(LLMREC_ERR_SHAPE, "dim is %zu; the table has %zu directions above the tolerance", wanted, there);
    if (!whiten && wanted > limit)
        return lr_fail(LLMREC_ERR_SHAPE,
                       "dim is %zu; wanted at most %zu, the smaller of the table's %zu rows and %zu columns", wanted,
                       limit, s->taken, s->input_dim);
    return LLMREC_OK;
}

/* Returns 1 or -1, the factor that makes the loading of largest magnitude positive. Of loadings that are equal except
 * for rounding, the first one counts. */
static double sign_of(const double *direction, size_t input_dim)
{
    double largest = 0;
    size_t j = 0;
    for (size_t i = 0; i < input_dim; i++) largest = fmax(largest, fabs(direction[i]));
    while (fabs(direction[j]) < largest * (1 - 1e-9)) j++;
    return direction[j] < 0 ? -1 : 1;
}

static double scale_of(const llmrec_reducer_options *options, double variance, double largest)
{
    if (options->method != LLMREC_REDUCE_WHITEN) return 1;
    return pow(variance + options->ridge * largest, -options->power / 2);
}

static void take_directions(llmrec_reducer *reducer, const spectrum *s)
{
    const double largest = s->variances[s->input_dim - 1];
    for (size_t k = 0; k < reducer->dim; k++) {
        const size_t at = s->input_dim - 1 - k;
        const double *direction = s->directions + at * s->input_dim, variance = fmax(s->variances[at], 0);
        const double factor = sign_of(direction, s->input_dim) * scale_of(&reducer->options, variance, largest);
        for (size_t i = 0; i < s->input_dim; i++)
            reducer->weights[i * reducer->dim + k] = (float)(direction[i] * factor);
        reducer->deviations[k] = sqrt(variance);
    }
}

static llmrec_status fit_directions(llmrec_reducer *reducer, const llmrec_embedding *embedding)
{
    llmrec_status status = LLMREC_OK;
    llmrec_context *context = reducer->context;
    spectrum s = {.input_dim = reducer->input_dim};
    LR_TRY(analyze(reducer, embedding, &s));
    LR_TRY(choose_dim(reducer, &s));
    LR_TRY(lr_alloc(context, &reducer->weights, reducer->input_dim * reducer->dim, sizeof *reducer->weights));
    LR_TRY(LR_NEW(context, reducer->deviations, reducer->dim));
    take_directions(reducer, &s);
done:
    lr_free(context, s.directions);
    lr_free(context, s.variances);
    return status;
}

/* Entry e of R is number e of the projection's random stream: it depends only on the seed and e. */
static llmrec_status draw_directions(llmrec_reducer *reducer)
{
    reducer->dim = reducer->options.dim == 0 ? reducer->input_dim : (size_t)reducer->options.dim;
    const size_t count = reducer->input_dim * reducer->dim;
    const double deviation = 1 / sqrt((double)reducer->dim);
    lr_rng rng = lr_rng_at((uint64_t)reducer->options.seed, LR_STREAM_PROJECTION, 0);
    LR_RETURN_IF(LR_NEW(reducer->context, reducer->weights, count));
    for (size_t e = 0; e < count; e++) reducer->weights[e] = (float)(lr_rng_normal(&rng) * deviation);
    return LLMREC_OK;
}

llmrec_status lr_reducer_fit(llmrec_reducer *reducer, const llmrec_embedding *embedding)
{
    const llmrec_reducer_options *options = &reducer->options;
    if (options->method == LLMREC_REDUCE_RANDOM) return draw_directions(reducer);
    if (options->method != LLMREC_REDUCE_NONE) return fit_directions(reducer, embedding);
    reducer->dim = reducer->input_dim;
    if (options->dim == 0 || (size_t)options->dim == reducer->input_dim) return LLMREC_OK;
    return lr_fail(LLMREC_ERR_ARGUMENT, "dim is %lld, but the method is none; wanted 0", (long long)options->dim);
}
