/* SPDX-License-Identifier: Apache-2.0 */
/* Prompts to a language model: ranking another row's candidates, generating items, choosing from a menu. */
#include "strategies.h"

#include <stdio.h>

/* The preset with what else was said laid over it. */
static llmrec_status read(const compare_row *row, int64_t form, llmrec_prompt_options *options)
{
    const row_settings *own = &row->own;
    const llmrec_status status = llmrec_prompt_options_preset(
        options, sizeof *options, own->prompt_preset != NULL ? own->prompt_preset : "default");
    if (status != LLMREC_OK) return status;
    options->form = form;
    take(own->prompt_variant, &options->variant);
    take(own->prompt_scoring, &options->scoring);
    take(own->prompt_answer, &options->answer);
    take(own->prompt_structure, &options->structure);
    take(own->prompt_aggregation, &options->aggregation);
    take(own->prompt_candidates, &options->candidates);
    take(own->prompt_rounds, &options->rounds);
    take(own->prompt_shuffle, &options->shuffle);
    take(own->prompt_window, &options->window);
    take(own->prompt_stride, &options->stride);
    take(own->prompt_history, &options->history);
    take(own->prompt_samples, &options->samples);
    take(own->prompt_count, &options->count);
    take(own->prompt_clusters, &options->clusters);
    take(own->prompt_alternatives, &options->alternatives);
    take(own->prompt_asks, &options->asks);
    take_number(own->prompt_first_weight, &options->first_stage_weight);
    take_number(own->prompt_temperature, &options->temperature);
    return LLMREC_OK;
}

static bool check(const compare_row *row)
{
    llmrec_prompt_options options;
    if (read(row, LLMREC_PROMPT_RANK, &options) == LLMREC_OK) return true;
    fprintf(stderr, "compare: %s: %s\n", row->name, llmrec_last_error());
    return false;
}

static llmrec_status make(compare_task *task, const compare_row *row, compare_run *run, int64_t form)
{
    const compare_row *first = row_first_stage(task->rows, task->row_count, row);
    const compare_settings *s = task->settings;
    const llmrec_recommender_parts parts = {.size = sizeof parts,
                                            .llm = task->llm,
                                            .dataset = task->train,
                                            .first_stage = first->runs[0].recommender,
                                            .embedding = task->embedding,
                                            .text_encoder = task->text_encoder};
    llmrec_prompt_options options;
    const llmrec_status status = read(row, form, &options);
    if (status != LLMREC_OK) return status;
    options.seed = run->seed;
    if (s->llm_noun != NULL) options.noun = s->llm_noun;
    if (s->llm_nouns != NULL) options.nouns = s->llm_nouns;
    return llmrec_recommender_create_prompt(&parts, &options, &run->recommender);
}

static llmrec_status make_rank(compare_task *task, const compare_row *row, compare_run *run)
{
    return make(task, row, run, LLMREC_PROMPT_RANK);
}

static llmrec_status make_genitem(compare_task *task, const compare_row *row, compare_run *run)
{
    return make(task, row, run, LLMREC_PROMPT_GENITEM);
}

static llmrec_status make_genlist(compare_task *task, const compare_row *row, compare_run *run)
{
    return make(task, row, run, LLMREC_PROMPT_GENLIST);
}

static llmrec_status make_classify(compare_task *task, const compare_row *row, compare_run *run)
{
    return make(task, row, run, LLMREC_PROMPT_CLASSIFY);
}

const compare_strategy prompt_rank_strategy = {
    .name = "prompt-rank", .needs_llm = true, .check = check, .make = make_rank};
const compare_strategy prompt_genitem_strategy = {
    .name = "prompt-genitem", .needs_llm = true, .check = check, .make = make_genitem};
const compare_strategy prompt_genlist_strategy = {
    .name = "prompt-genlist", .needs_llm = true, .check = check, .make = make_genlist};
const compare_strategy prompt_classify_strategy = {
    .name = "prompt-classify", .needs_vectors = true, .needs_llm = true, .check = check, .make = make_classify};
