/* SPDX-License-Identifier: Apache-2.0 */
/* Defines the option table of LLM-seq-sim. */
#include "rank/similarity_options.h"

#include <float.h>

#include "data/decay.h"
#include "embed/embed_options.h"

static const lr_choice weightings[] = {{"last", LLMREC_WEIGHTING_LAST}, {"mean", LLMREC_WEIGHTING_MEAN}, {NULL, 0}};
static const lr_choice measures[] = {
    {"cosine", LLMREC_MEASURE_COSINE}, {"dot", LLMREC_MEASURE_DOT}, {"euclidean", LLMREC_MEASURE_EUCLIDEAN}, {NULL, 0}};

typedef llmrec_similarity_options S;
static const lr_option option[] = {
    LR_CHOICE(S, weighting, LLMREC_WEIGHTING_MEAN, weightings,
              "vector of a session: of the last item, or a weighted mean"),
    LR_CHOICE(S, decay, LLMREC_DECAY_HARMONIC, lr_decays, "mean: how weights decrease with age"),
    LR_NUMBER(S, decay_rate, 0.5, 0, DBL_MAX, LR_CLOSED, "exponential: decay rate"),
    LR_CHOICE(S, measure, LLMREC_MEASURE_COSINE, measures, "similarity measure between session and item vectors"),
    LR_CHOICE(S, reduce, LLMREC_REDUCE_WHITEN, lr_reductions, "how the table is reduced first"),
    LR_INTEGER(S, reduce_dim, 0, 0, INT32_MAX - 1, "dim of the reduced vectors; 0: all directions of the table"),
    LR_NUMBER(S, reduce_power, 1, 0, 1, LR_CLOSED, "whiten: exponent; 0 is PCA, 1 is full whitening"),
    LR_NUMBER(S, reduce_ridge, 0, 0, FLT_MAX, LR_CLOSED, "whiten: added to variances, as a fraction of the largest"),
    LR_INTEGER(S, seed, 0, INT64_MIN, INT64_MAX, "random: seed of the projection"),
};
static const lr_preset preset[] = {
    {"default", NULL, "whitened vectors, harmonic mean, cosine"},
    {"harte2023", LR_SETTINGS("weighting=last", "measure=dot", "reduce=none"), "Harte et al. 2023 for Amazon Beauty"},
    {"boz2024", LR_SETTINGS("reduce=pca", "reduce_dim=512"), "Boz et al. 2024: PCA to 512, harmonic mean, cosine"},
};
LR_OPTIONS(lr_similarity_options, llmrec_similarity_options, seed, "LLM-seq-sim: how sessions are compared with items",
           option, LR_PRESETS(preset));

llmrec_status llmrec_similarity_options_init(llmrec_similarity_options *options, size_t size)
{
    return lr_options_init(&lr_similarity_options, options, size);
}

llmrec_status llmrec_similarity_options_preset(llmrec_similarity_options *options, size_t size, const char *name)
{
    return lr_options_preset(&lr_similarity_options, options, size, name);
}
