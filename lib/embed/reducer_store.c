/* SPDX-License-Identifier: Apache-2.0 */
/* Reads and writes reducers in the library's own format. */
#include <math.h>

#include "core/store.h"
#include "embed/embed_options.h"
#include "embed/reducer.h"

static const lr_store_kind KIND = {"reducer", 1};

static llmrec_status write_reducer(const void *self, lr_store *store)
{
    const llmrec_reducer *reducer = self;
    const size_t input_dim = reducer->input_dim, dim = reducer->dim;
    const lr_array mean = {.name = "mean", .type = LR_F64, .rank = 1, .sizes = {input_dim}};
    const lr_array weights = {.name = "weights", .type = LR_F32, .rank = 2, .sizes = {input_dim, dim}};
    const lr_array deviations = {.name = "deviations", .type = LR_F64, .rank = 1, .sizes = {dim}};
    LR_RETURN_IF(lr_options_write(&lr_reducer_options, &reducer->options, store, "options"));
    LR_RETURN_IF(lr_store_set_integer(store, "input_dim", (int64_t)input_dim));
    if (reducer->mean != NULL) LR_RETURN_IF(lr_store_write(store, &mean, reducer->mean));
    if (reducer->weights != NULL) LR_RETURN_IF(lr_store_write(store, &weights, reducer->weights));
    if (reducer->deviations != NULL) LR_RETURN_IF(lr_store_write(store, &deviations, reducer->deviations));
    return LLMREC_OK;
}

llmrec_status lr_reducer_save(const llmrec_reducer *reducer, const char *path)
{
    return lr_store_save(reducer->context, path, KIND, write_reducer, reducer);
}

static llmrec_status read_options(lr_store *store, const char *path, llmrec_reducer *reducer)
{
    int64_t input_dim = 0;
    LR_RETURN_IF(lr_fail_in_file(
        path, lr_options_load(&lr_reducer_options, store, reducer->context, "options", &reducer->options)));
    LR_RETURN_IF(lr_store_get_integer(store, "input_dim", &input_dim));
    if (input_dim < 1 || input_dim >= INT32_MAX)
        return lr_fail(LLMREC_ERR_FORMAT, "%s: input_dim is %lld; wanted 1 to 2147483646", path, (long long)input_dim);
    reducer->input_dim = reducer->dim = (size_t)input_dim;
    return LLMREC_OK;
}

static bool all_finite(const double *numbers, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!isfinite(numbers[i])) return false;
    return true;
}

static bool weights_are_finite(const llmrec_reducer *reducer)
{
    for (size_t i = 0; i < reducer->input_dim * reducer->dim; i++)
        if (!isfinite(reducer->weights[i])) return false;
    return true;
}

/* The method determines which arrays exist. */
static llmrec_status read_arrays(lr_store *store, const char *path, llmrec_reducer *reducer)
{
    const int64_t method = reducer->options.method;
    lr_array mean = {.name = "mean", .type = LR_F64, .rank = 1};
    lr_array weights = {.name = "weights", .type = LR_F32, .rank = 2};
    lr_array deviations = {.name = "deviations", .type = LR_F64, .rank = 1};
    if (method == LLMREC_REDUCE_NONE) return LLMREC_OK;
    LR_RETURN_IF(lr_store_read(store, &weights, &reducer->weights));
    reducer->dim = weights.sizes[1];
    bool fits = weights.sizes[0] == reducer->input_dim && weights.sizes[1] > 0 && weights_are_finite(reducer);
    if (fits && method != LLMREC_REDUCE_RANDOM) {
        LR_RETURN_IF(lr_store_read(store, &mean, &reducer->mean));
        LR_RETURN_IF(lr_store_read(store, &deviations, &reducer->deviations));
        fits = mean.sizes[0] == reducer->input_dim && deviations.sizes[0] == reducer->dim &&
               all_finite(reducer->mean, reducer->input_dim) && all_finite(reducer->deviations, reducer->dim);
    }
    if (fits) return LLMREC_OK;
    return lr_fail(LLMREC_ERR_FORMAT, "%s: its arrays do not fit together, or hold values that are not finite", path);
}

llmrec_status lr_reducer_read(llmrec_reducer *reducer, const char *path)
{
    llmrec_status status = LLMREC_OK;
    lr_store *store = NULL;
    LR_TRY(lr_store_open(reducer->context, path, KIND, &store));
    LR_TRY(read_options(store, path, reducer));
    LR_TRY(read_arrays(store, path, reducer));
done:
    lr_store_close(store);
    return status;
}
