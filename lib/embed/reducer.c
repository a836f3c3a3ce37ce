/* SPDX-License-Identifier: Apache-2.0 */
/* The door of the reducers of llmrec/embedding.h. */
#include "embed/reducer.h"

#include <float.h>
#include <stddef.h>
#include <string.h>

#include "core/context.h"
#include "core/memory.h"
#include "core/options.h"

static const llmrec_reducer_options defaults = {
    .size = sizeof defaults, .method = LLMREC_REDUCE_PCA, .power = 1, .tolerance = 1e-3, .normalize = 1};
static const size_t oldest = sizeof defaults;

llmrec_status llmrec_reducer_options_init(llmrec_reducer_options *options, size_t size)
{
    return lr_options_init(options, size, &defaults, sizeof defaults, oldest, "llmrec_reducer_options");
}

llmrec_status lr_reducer_check(const llmrec_reducer_options *options)
{
    LR_RETURN_IF(lr_option_range("method", options->method, LLMREC_REDUCE_NONE, LLMREC_REDUCE_RANDOM));
    LR_RETURN_IF(lr_option_range("dim", options->dim, 0, INT32_MAX - 1));
    LR_RETURN_IF(lr_option_number("power", options->power, 0, 1));
    LR_RETURN_IF(lr_option_number("ridge", options->ridge, 0, FLT_MAX));
    LR_RETURN_IF(lr_option_number("tolerance", options->tolerance, 0, 0.5));
    LR_RETURN_IF(lr_option_range("normalize", options->normalize, 0, 1));
    return lr_option_range("skip_missing", options->skip_missing, 0, 1);
}

static llmrec_status create(llmrec_context *context, llmrec_reducer **reducer)
{
    llmrec_reducer *fresh = NULL;
    LR_RETURN_IF(LR_NEW_ZERO(context, fresh, 1));
    fresh->context = lr_context_hold(context);
    fresh->options = defaults;
    *reducer = fresh;
    return LLMREC_OK;
}

void llmrec_reducer_free(llmrec_reducer *reducer)
{
    if (reducer == NULL) return;
    llmrec_context *context = reducer->context;
    lr_free(context, reducer->mean);
    lr_free(context, reducer->weights);
    lr_free(context, reducer->deviations);
    lr_free(context, reducer);
    llmrec_context_free(context);
}

llmrec_status llmrec_reducer_fit(const llmrec_embedding *embedding, const llmrec_reducer_options *given,
                                 llmrec_reducer **reducer)
{
    llmrec_status status = LLMREC_OK;
    llmrec_reducer *fresh = NULL;
    LR_CHECK(embedding != NULL && reducer != NULL, LLMREC_ERR_ARGUMENT, "%s is NULL",
             embedding == NULL ? "embedding" : "reducer");
    LR_TRY(create(embedding->context, &fresh));
    LR_TRY(lr_options_overlay(&fresh->options, sizeof fresh->options, oldest, given, "llmrec_reducer_options"));
    LR_TRY(lr_reducer_check(&fresh->options));
    fresh->input_dim = embedding->dim;
    LR_TRY(lr_reducer_fit(fresh, embedding));
    *reducer = fresh;
    fresh = NULL;
done:
    llmrec_reducer_free(fresh);
    return status;
}

llmrec_status llmrec_reducer_apply(const llmrec_reducer *reducer, const llmrec_embedding *embedding,
                                   llmrec_embedding **reduced)
{
    if (reducer == NULL || embedding == NULL || reduced == NULL)
        return lr_fail(LLMREC_ERR_ARGUMENT, "%s is NULL",
                       reducer == NULL     ? "reducer"
                       : embedding == NULL ? "embedding"
                                           : "reduced");
    if (embedding->dim != reducer->input_dim)
        return lr_fail(LLMREC_ERR_SHAPE,
                       "the table's vectors have %zu values; wanted %zu, as those the reducer was fitted on",
                       embedding->dim, reducer->input_dim);
    return lr_reducer_apply(reducer, embedding, reduced);
}

int64_t llmrec_reducer_dim(const llmrec_reducer *reducer)
{
    return reducer == NULL ? 0 : (int64_t)reducer->dim;
}

llmrec_status llmrec_reducer_deviations(const llmrec_reducer *reducer, double *deviations)
{
    if (reducer == NULL || deviations == NULL)
        return lr_fail(LLMREC_ERR_ARGUMENT, "%s is NULL", reducer == NULL ? "reducer" : "deviations");
    if (reducer->deviations == NULL)
        return lr_fail(LLMREC_ERR_UNSUPPORTED, "deviations: only PCA and whitening have them");
    memcpy(deviations, reducer->deviations, reducer->dim * sizeof *deviations);
    return LLMREC_OK;
}

llmrec_status llmrec_reducer_save(const llmrec_reducer *reducer, const char *path)
{
    if (reducer == NULL || path == NULL)
        return lr_fail(LLMREC_ERR_ARGUMENT, "%s is NULL", reducer == NULL ? "reducer" : "path");
    return lr_reducer_save(reducer, path);
}

llmrec_status llmrec_reducer_open(llmrec_context *context, const char *path, llmrec_reducer **reducer)
{
    llmrec_status status = LLMREC_OK;
    llmrec_reducer *fresh = NULL;
    LR_CHECK(context != NULL && path != NULL && reducer != NULL, LLMREC_ERR_ARGUMENT, "%s is NULL",
             context == NULL ? "context"
             : path == NULL  ? "path"
                             : "reducer");
    LR_TRY(create(context, &fresh));
    LR_TRY(lr_reducer_read(fresh, path));
    *reducer = fresh;
    fresh = NULL;
done:
    llmrec_reducer_free(fresh);
    return status;
}
