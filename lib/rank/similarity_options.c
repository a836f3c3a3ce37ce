/* SPDX-License-Identifier: Apache-2.0 */
#include "rank/similarity_options.h"

#include <float.h>
#include <string.h>

#include "core/memory.h"
#include "core/options.h"
#include "core/text.h"

static const size_t oldest = sizeof(llmrec_similarity_options);

/* The one place of the defaults, and of what the presets change in them. */
static const llmrec_similarity_options defaults = {
    .size = sizeof defaults,
    .weighting = LLMREC_WEIGHTING_MEAN,
    .decay = LLMREC_DECAY_HARMONIC,
    .decay_rate = 0.5,
    .measure = LLMREC_MEASURE_COSINE,
    .reduce = LLMREC_REDUCE_WHITEN,
    .reduce_dim = 0,
    .reduce_power = 1,
    .reduce_ridge = 0,
    .seed = 0,
};

static void harte2023(llmrec_similarity_options *options)
{
    options->weighting = LLMREC_WEIGHTING_LAST;
    options->measure = LLMREC_MEASURE_DOT;
    options->reduce = LLMREC_REDUCE_NONE;
}

static void boz2024(llmrec_similarity_options *options)
{
    options->weighting = LLMREC_WEIGHTING_MEAN;
    options->decay = LLMREC_DECAY_HARMONIC;
    options->measure = LLMREC_MEASURE_COSINE;
    options->reduce = LLMREC_REDUCE_PCA;
    options->reduce_dim = 512;
}

llmrec_status llmrec_similarity_options_init(llmrec_similarity_options *options, size_t size)
{
    return lr_options_init(options, size, &defaults, sizeof defaults, oldest, "llmrec_similarity_options");
}

llmrec_status llmrec_similarity_options_preset(llmrec_similarity_options *options, size_t size, const char *name)
{
    llmrec_similarity_options preset = defaults;
    if (name == NULL) return lr_fail(LLMREC_ERR_ARGUMENT, "name is NULL");
    if (strcmp(name, "harte2023") == 0) harte2023(&preset);
    else if (strcmp(name, "boz2024") == 0) boz2024(&preset);
    else if (strcmp(name, "default") != 0)
        return lr_fail(LLMREC_ERR_ARGUMENT, "preset is %s; wanted \"default\", \"harte2023\" or \"boz2024\"",
                       lr_quote(name, strlen(name)).text);
    return lr_options_init(options, size, &preset, sizeof preset, oldest, "llmrec_similarity_options");
}

llmrec_status lr_similarity_options_read(const llmrec_similarity_options *given, llmrec_similarity_options *options)
{
    *options = defaults;
    LR_RETURN_IF(lr_options_overlay(options, sizeof *options, oldest, given, "llmrec_similarity_options"));
    LR_RETURN_IF(lr_option_range("weighting", options->weighting, LLMREC_WEIGHTING_LAST, LLMREC_WEIGHTING_MEAN));
    LR_RETURN_IF(lr_option_range("decay", options->decay, LLMREC_DECAY_NONE, LLMREC_DECAY_EXPONENTIAL));
    LR_RETURN_IF(lr_option_range("measure", options->measure, LLMREC_MEASURE_COSINE, LLMREC_MEASURE_EUCLIDEAN));
    LR_RETURN_IF(lr_option_range("reduce", options->reduce, LLMREC_REDUCE_NONE, LLMREC_REDUCE_RANDOM));
    LR_RETURN_IF(lr_option_range("reduce_dim", options->reduce_dim, 0, INT32_MAX - 1));
    LR_RETURN_IF(lr_option_number("decay_rate", options->decay_rate, 0, DBL_MAX));
    LR_RETURN_IF(lr_option_number("reduce_power", options->reduce_power, 0, 1));
    return lr_option_number("reduce_ridge", options->reduce_ridge, 0, FLT_MAX);
}

static llmrec_status add_number(lr_builder *builder, const char *name, double value)
{
    LR_RETURN_IF(lr_builder_format(builder, ", \"%s\": ", name));
    return lr_builder_number(builder, value);
}

static llmrec_status add_reducer(lr_builder *builder, const llmrec_similarity_options *options)
{
    static const char *const names[] = {"none", "pca", "whiten", "random"};
    LR_RETURN_IF(lr_builder_format(builder, ", \"reduce\": \"%s\"", names[options->reduce]));
    if (options->reduce == LLMREC_REDUCE_WHITEN) {
        LR_RETURN_IF(add_number(builder, "reduce_power", options->reduce_power));
        LR_RETURN_IF(add_number(builder, "reduce_ridge", options->reduce_ridge));
    }
    if (options->reduce != LLMREC_REDUCE_RANDOM) return LLMREC_OK;
    return add_number(builder, "seed", (double)options->seed);
}

llmrec_status lr_similarity_options_describe(llmrec_context *context, const llmrec_similarity_options *options,
                                             size_t dim, char **text)
{
    static const char *const decays[] = {
        "none", "constant_linear", "scaling_linear",   "scaling_quadratic", "scaling_cubic",
        "log",  "harmonic",        "harmonic_squared", "exponential"};
    static const char *const measures[] = {"cosine", "dot", "euclidean"};
    const bool mean = options->weighting == LLMREC_WEIGHTING_MEAN;
    lr_builder builder = {.context = context};
    llmrec_status status = LLMREC_OK;
    LR_TRY(lr_builder_format(&builder, "{\"weighting\": \"%s\"", mean ? "mean" : "last"));
    if (mean) LR_TRY(lr_builder_format(&builder, ", \"decay\": \"%s\"", decays[options->decay]));
    if (mean && options->decay == LLMREC_DECAY_EXPONENTIAL)
        LR_TRY(add_number(&builder, "decay_rate", options->decay_rate));
    LR_TRY(lr_builder_format(&builder, ", \"measure\": \"%s\"", measures[options->measure]));
    LR_TRY(add_reducer(&builder, options));
    LR_TRY(lr_builder_format(&builder, ", \"dim\": %zu}", dim));
    *text = builder.text;
done:
    if (status != LLMREC_OK) lr_free(context, builder.text);
    return status;
}
