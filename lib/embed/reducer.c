/* SPDX-License-Identifier: Apache-2.0 */
/* Public functions for reducers (llmrec/embedding.h). */
#include "embed/reducer.h"

#include <stddef.h>
#include <string.h>

#include "core/context.h"
#include "core/description.h"
#include "core/memory.h"

static llmrec_status create(llmrec_context *context, llmrec_reducer **reducer)
{
    llmrec_reducer *fresh = NULL;
    LR_RETURN_IF(LR_NEW_ZERO(context, fresh, 1));
    fresh->context = lr_context_hold(context);
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

llmrec_status lr_reducer_make(const llmrec_embedding *embedding, const llmrec_reducer_options *options,
                              llmrec_reducer **reducer)
{
    llmrec_status status = LLMREC_OK;
    llmrec_reducer *fresh = NULL;
    LR_TRY(create(embedding->context, &fresh));
    fresh->options = *options;
    fresh->input_dim = embedding->dim;
    LR_TRY(lr_reducer_fit(fresh, embedding));
    *reducer = fresh;
    fresh = NULL;
done:
    llmrec_reducer_free(fresh);
    return status;
}

llmrec_status llmrec_reducer_fit(const llmrec_embedding *embedding, const llmrec_reducer_options *given,
                                 llmrec_reducer **reducer)
{
    llmrec_reducer_options options;
    LR_NEED(embedding, reducer);
    LR_RETURN_IF(lr_options_read(&lr_reducer_options, given, &options));
    return lr_reducer_make(embedding, &options, reducer);
}

llmrec_status llmrec_reducer_apply(const llmrec_reducer *reducer, const llmrec_embedding *embedding,
                                   llmrec_embedding **reduced)
{
    LR_NEED(reducer, embedding, reduced);
    if (embedding->dim != reducer->input_dim)
        return lr_fail(
            LLMREC_ERR_SHAPE,
            "the vectors of the table have %zu values; wanted %zu, the number that the reducer was fitted on",
            embedding->dim, reducer->input_dim);
    return lr_reducer_apply(reducer, embedding, reduced);
}

int64_t llmrec_reducer_dim(const llmrec_reducer *reducer)
{
    return reducer == NULL ? 0 : (int64_t)reducer->dim;
}

static llmrec_status describe(const void *handle, lr_builder *json)
{
    const llmrec_reducer *reducer = handle;
    LR_RETURN_IF(lr_builder_format(json, "{\"kind\":\"reducer\",\"input_dim\":%zu,\"dim\":%zu", reducer->input_dim,
                                   reducer->dim));
    LR_RETURN_IF(lr_describe_options(json, "options", &lr_reducer_options, &reducer->options));
    return lr_builder_add(json, "}", 1);
}

llmrec_status llmrec_reducer_description(const llmrec_reducer *reducer, char *text, size_t capacity, size_t *length)
{
    LR_NEED(reducer);
    return lr_description_give(reducer->context, describe, reducer, text, capacity, length);
}

llmrec_status llmrec_reducer_deviations(const llmrec_reducer *reducer, double *deviations)
{
    LR_NEED(reducer, deviations);
    if (reducer->deviations == NULL)
        return lr_fail(LLMREC_ERR_UNSUPPORTED, "deviations: only PCA and whitening have them");
    memcpy(deviations, reducer->deviations, reducer->dim * sizeof *deviations);
    return LLMREC_OK;
}

llmrec_status llmrec_reducer_save(const llmrec_reducer *reducer, const char *path)
{
    LR_NEED(reducer, path);
    return lr_reducer_save(reducer, path);
}

llmrec_status llmrec_reducer_open(llmrec_context *context, const char *path, llmrec_reducer **reducer)
{
    llmrec_status status = LLMREC_OK;
    llmrec_reducer *fresh = NULL;
    LR_NEED(context, path, reducer);
    LR_TRY(create(context, &fresh));
    LR_TRY(lr_reducer_read(fresh, path));
    *reducer = fresh;
    fresh = NULL;
done:
    llmrec_reducer_free(fresh);
    return status;
}
