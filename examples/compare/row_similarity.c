/* SPDX-License-Identifier: Apache-2.0 */
/* LLM-seq-sim: items like those of the session, by the vectors of their texts. No training. */
#include "strategies.h"

#include <stdio.h>

/* The preset with what else was said laid over it. */
static llmrec_status read(const row_settings *own, llmrec_similarity_options *options)
{
    const llmrec_status status =
        llmrec_similarity_options_preset(options, sizeof *options, own->preset != NULL ? own->preset : "default");
    if (status != LLMREC_OK) return status;
    take(own->sim_weighting, &options->weighting);
    take(own->sim_decay, &options->decay);
    take(own->sim_measure, &options->measure);
    take(own->reduce, &options->reduce);
    take(own->reduce_dim, &options->reduce_dim);
    take_number(own->sim_decay_rate, &options->decay_rate);
    take_number(own->reduce_power, &options->reduce_power);
    take_number(own->reduce_ridge, &options->reduce_ridge);
    return LLMREC_OK;
}

static bool check(const compare_row *row)
{
    llmrec_similarity_options options;
    if (read(&row->own, &options) == LLMREC_OK) return true;
    fprintf(stderr, "compare: %s: %s\n", row->name, llmrec_last_error());
    return false;
}

static llmrec_status make(compare_task *task, const compare_row *row, compare_run *run)
{
    llmrec_similarity_options options;
    const llmrec_status status = read(&row->own, &options);
    if (status != LLMREC_OK) return status;
    options.seed = run->seed;
    return llmrec_recommender_create_similarity(task->embedding, &options, &run->recommender);
}

const compare_strategy similarity_strategy = {
    .name = "similarity", .needs_vectors = true, .check = check, .make = make};
