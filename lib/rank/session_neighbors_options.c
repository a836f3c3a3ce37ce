/* SPDX-License-Identifier: Apache-2.0 */
/* Defines the option table of session k nearest neighbors. */
#include "rank/session_neighbors_options.h"

#include <float.h>

#include "data/decay.h"

static const lr_choice samplings[] = {
    {"recent", LLMREC_SAMPLING_RECENT}, {"random", LLMREC_SAMPLING_RANDOM}, {NULL, 0}};
static const lr_choice compared[] = {{"items", LLMREC_COMPARED_ITEMS}, {"vectors", LLMREC_COMPARED_VECTORS}, {NULL, 0}};
static const lr_choice measures[] = {{"cosine", LLMREC_MEASURE_COSINE}, {"dot", LLMREC_MEASURE_DOT}, {NULL, 0}};

typedef llmrec_neighbors_options N;
static const lr_option option[] = {
    LR_INTEGER(N, sample_size, 1000, 1, INT32_MAX, "training sessions that are compared with a session"),
    LR_CHOICE(N, sampling, LLMREC_SAMPLING_RECENT, samplings, "which of those that share an item"),
    LR_INTEGER(N, seed, 0, INT64_MIN, INT64_MAX, "random: seed of the order of sessions"),
    LR_INTEGER(N, neighbors, 100, 1, INT32_MAX, "nearest training sessions that count"),
    LR_CHOICE(N, compared, LLMREC_COMPARED_ITEMS, compared, "what sessions are compared by"),
    LR_CHOICE(N, session_measure, LLMREC_MEASURE_COSINE, measures, "similarity of two sessions"),
    LR_CHOICE(N, session_decay, LLMREC_DECAY_HARMONIC, lr_decays, "how weights of a session's items decrease with age"),
    LR_NUMBER(N, session_decay_rate, 0.5, 0, DBL_MAX, LR_CLOSED, "exponential: decay rate"),
    LR_CHOICE(N, train_decay, LLMREC_DECAY_NONE, lr_decays, "vectors: the same for the mean of a training session"),
    LR_INTEGER(N, last_items, 0, 0, INT32_MAX, "how many of a session's last items are used; 0: all"),
    LR_FLAG(N, sequential_weighting, 0, "neighbors that share a later item of the session count more"),
    LR_FLAG(N, idf_weighting, 0, "items of fewer sessions count more"),
    LR_FLAG(N, successors_only, 0, "only items that directly follow the last one in a training session"),
};
static const lr_preset preset[] = {
    {"default", NULL, "cosine, harmonic decay"},
    {"sknn", LR_SETTINGS("session_decay=none"), "SKNN: cosine"},
    {"v-sknn", LR_SETTINGS("session_measure=dot"), "V-SKNN: dot product, harmonic decay"},
    {"s-sknn", LR_SETTINGS("session_decay=none", "sequential_weighting=yes"), "S-SKNN: cosine, sequential weighting"},
    {"sf-sknn", LR_SETTINGS("session_decay=none", "successors_only=yes"), "SF-SKNN: cosine, successors only"},
    {"sknn-emb", LR_SETTINGS("compared=vectors"), "SKNN_EMB: cosine of the sessions' vectors, harmonic decay"},
};
LR_OPTIONS(lr_neighbors_options, llmrec_neighbors_options, successors_only,
           "nearest sessions: which are similar, and what they recommend", option, LR_PRESETS(preset));

llmrec_status llmrec_neighbors_options_init(llmrec_neighbors_options *options, size_t size)
{
    return lr_options_init(&lr_neighbors_options, options, size);
}

llmrec_status llmrec_neighbors_options_preset(llmrec_neighbors_options *options, size_t size, const char *name)
{
    return lr_options_preset(&lr_neighbors_options, options, size, name);
}
