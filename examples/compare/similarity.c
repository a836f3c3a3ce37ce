/* SPDX-License-Identifier: Apache-2.0 */
/* LLM-seq-sim: items like those of the session, by the vectors of their texts. No training. */
#include "strategy.h"

#include <math.h>

static void take(int64_t given, int64_t *option)
{
    if (given != UNSET) *option = given;
}

static void take_number(double given, double *option)
{
    if (!isnan(given)) *option = given;
}

/* A preset as it is, or --preset (or the default) with what the other flags say laid over it. */
static llmrec_status read(const compare_settings *s, const char *variant, llmrec_similarity_options *options)
{
    const char *preset = variant != NULL ? variant : s->preset != NULL ? s->preset : "default";
    const llmrec_status status = llmrec_similarity_options_preset(options, sizeof *options, preset);
    if (status != LLMREC_OK) return status;
    options->seed = s->seed;
    if (variant != NULL) return LLMREC_OK;
    take(s->sim_weighting, &options->weighting);
    take(s->sim_decay, &options->decay);
    take(s->sim_measure, &options->measure);
    take(s->reduce, &options->reduce);
    take(s->reduce_dim, &options->reduce_dim);
    take_number(s->sim_decay_rate, &options->decay_rate);
    take_number(s->reduce_power, &options->reduce_power);
    take_number(s->reduce_ridge, &options->reduce_ridge);
    return LLMREC_OK;
}

static llmrec_status check(const compare_settings *settings, const char *variant)
{
    llmrec_similarity_options options;
    return read(settings, variant, &options);
}

static llmrec_status make(const compare_task *task, compare_row *row)
{
    llmrec_similarity_options options;
    const llmrec_status status = read(task->settings, row->variant, &options);
    if (status != LLMREC_OK) return status;
    return llmrec_recommender_create_similarity(task->embedding, &options, &row->recommender);
}

const compare_strategy similarity_strategy = {
    .name = "similarity", .needs_vectors = true, .check = check, .make = make};
