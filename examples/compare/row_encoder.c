/* SPDX-License-Identifier: Apache-2.0 */
/* BERT4Rec and SASRec, trained from random item vectors or from those of a language model. */
#include <stdlib.h>

#include "checkpoint_file.h"
#include "console.h"
#include "network.h"

static bool check(const compare_row *row)
{
    compare_network network;
    return network_read(row, 0, &network);
}

static llmrec_status init_items(const compare_task *task, const compare_network *network, llmrec_encoder *encoder)
{
    llmrec_reducer *reducer = NULL;
    llmrec_embedding *reduced = NULL;
    if (network->reducer.method == LLMREC_REDUCE_NONE)
        return llmrec_encoder_init_items(encoder, task->embedding, &network->items);
    llmrec_status status = llmrec_reducer_fit(task->embedding, &network->reducer, &reducer);
    if (status == LLMREC_OK) status = llmrec_reducer_apply(reducer, task->embedding, &reduced);
    if (status == LLMREC_OK) status = llmrec_encoder_init_items(encoder, reduced, &network->items);
    llmrec_embedding_free(reduced);
    llmrec_reducer_free(reducer);
    return status;
}

/* Before any training. */
static llmrec_status create(const compare_task *task, const compare_network *network, llmrec_encoder **encoder)
{
    const llmrec_status status = llmrec_encoder_create(task->dataset, &network->encoder, encoder);
    return status == LLMREC_OK && network->from_vectors ? init_items(task, network, *encoder) : status;
}

static llmrec_status keep_history(const llmrec_encoder *encoder, compare_run *run)
{
    run->epochs = llmrec_encoder_epochs(encoder);
    run->best = llmrec_encoder_best_epoch(encoder) + 1;
    run->parameters = llmrec_encoder_parameters(encoder);
    run->epoch = calloc((size_t)run->epochs, sizeof *run->epoch);
    if (run->epoch == NULL) return LLMREC_ERR_MEMORY;
    for (int64_t i = 0; i < run->epochs; i++) {
        run->epoch[i].size = sizeof *run->epoch;
        const llmrec_status status = llmrec_encoder_epoch(encoder, i, &run->epoch[i]);
        if (status != LLMREC_OK) return status;
    }
    return LLMREC_OK;
}

static llmrec_status train(const compare_task *task, const compare_network *network, llmrec_encoder *encoder,
                           compare_run *run)
{
    const double begun = seconds_now();
    run->epochs_before = llmrec_encoder_epochs(encoder);
    llmrec_status status = llmrec_encoder_train(encoder, task->train, task->validation, &network->train);
    run->training_here = seconds_now() - begun;
    if (status == LLMREC_OK) status = keep_history(encoder, run);
    if (status == LLMREC_OK) console_trained(task->console, run);
    return status;
}

static llmrec_status make(compare_task *task, const compare_row *row, compare_run *run)
{
    compare_network network;
    llmrec_encoder *encoder = NULL;
    llmrec_status status = LLMREC_OK;
    if (!network_read(row, run->seed, &network)) return LLMREC_ERR_ARGUMENT;
    if (task->settings->checkpoint != NULL) {
        status = checkpoint_find(task, row, &network, run, &encoder);
        network.train.checkpoint = run->checkpoint;
    }
    if (status == LLMREC_OK && encoder == NULL) status = create(task, &network, &encoder);
    if (status == LLMREC_OK) status = train(task, &network, encoder, run);
    if (status == LLMREC_OK) status = llmrec_recommender_create_encoder(encoder, &run->recommender);
    llmrec_encoder_free(encoder);
    return status;
}

const compare_strategy bert4rec_strategy = {
    .name = "bert4rec", .encoder_preset = "bert4rec", .check = check, .make = make};
const compare_strategy llm_bert4rec_strategy = {
    .name = "llm-bert4rec", .needs_vectors = true, .encoder_preset = "bert4rec", .check = check, .make = make};
const compare_strategy sasrec_strategy = {.name = "sasrec", .encoder_preset = "sasrec", .check = check, .make = make};
const compare_strategy llm_sasrec_strategy = {
    .name = "llm-sasrec", .needs_vectors = true, .encoder_preset = "sasrec", .check = check, .make = make};
