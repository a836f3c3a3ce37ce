/* SPDX-License-Identifier: Apache-2.0 */
#include "recommenders.h"

#include <stdio.h>
#include <stdlib.h>

#include "checkpoint_file.h"
#include "console.h"
#include "library_json.h"

/* --- options ----------------------------------------------------------------------------------------------------- */

/* The published way to start from vectors is principal components with their lengths. */
static llmrec_status read_vectors(const compare_options *given, compare_network *n)
{
    llmrec_status status = options_fill(given, "init-items", &n->items, sizeof n->items);
    if (status == LLMREC_OK) status = llmrec_reducer_options_init(&n->reducer, sizeof n->reducer);
    if (status != LLMREC_OK) return status;
    const int64_t mode = n->items.mode, dim = n->encoder.dim;
    n->reducer.normalize = 0;
    n->reducer.skip_missing = 1;
    n->reducer.dim = mode == LLMREC_INIT_ITEMS_FROZEN_COLUMNS ? (dim + 1) / 2 : dim;
    if (mode == LLMREC_INIT_ITEMS_ADAPTER) n->reducer.method = LLMREC_REDUCE_NONE;
    return options_lay(given, "reducer", &n->reducer);
}

static llmrec_status fill(const compare_row *row, compare_network *n)
{
    const compare_options *given = &row->options;
    const char *preset = options_given(given, "encoder", "preset");
    const char *train_preset = options_given(given, "train", "preset");
    if (preset == NULL) preset = row->strategy->preset;
    llmrec_status status = llmrec_encoder_options_preset(&n->encoder, sizeof n->encoder, preset);
    if (status == LLMREC_OK) status = options_lay(given, "encoder", &n->encoder);
    if (status == LLMREC_OK)
        status = llmrec_train_options_preset(&n->train, sizeof n->train, train_preset == NULL ? preset : train_preset);
    if (status == LLMREC_OK) status = options_lay(given, "train", &n->train);
    return status == LLMREC_OK && n->from_vectors ? read_vectors(given, n) : status;
}

bool network_read(const compare_row *row, int64_t seed, compare_network *network)
{
    llmrec_encoder_options usual;
    *network = (compare_network){.from_vectors = row->strategy->from_vectors};
    llmrec_status status = fill(row, network);
    if (status == LLMREC_OK) status = llmrec_encoder_options_preset(&usual, sizeof usual, row->strategy->preset);
    network->encoder.seed = network->train.seed = network->items.seed = network->reducer.seed = seed;
    if (status != LLMREC_OK) fprintf(stderr, "compare: %s: %s\n", row->name, llmrec_last_error());
    else if (network->encoder.causal != usual.causal)
        fprintf(stderr, "compare: %s: causal is %s; wanted %s as in preset \"%s\"\n", row->name,
                network->encoder.causal ? "yes" : "no", usual.causal ? "yes" : "no", row->strategy->preset);
    else if (network->encoder.heads > network->encoder.dim)
        fprintf(stderr, "compare: %s: heads is %lld; wanted at most dim, %lld\n", row->name,
                (long long)network->encoder.heads, (long long)network->encoder.dim);
    else return true;
    return false;
}

json_t *network_json(const compare_network *n)
{
    return json_pack("{s:o, s:o, s:o, s:o}", "encoder", options_json("llmrec_encoder_options", &n->encoder), "train",
                     options_json("llmrec_train_options", &n->train), "init_items",
                     n->from_vectors ? options_json("llmrec_init_items_options", &n->items) : json_null(), "reducer",
                     n->from_vectors ? options_json("llmrec_reducer_options", &n->reducer) : json_null());
}

/* --- training ---------------------------------------------------------------------------------------------------- */

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

llmrec_status recommender_retrain(const compare_task *task, const compare_row *row, const compare_run *run,
                                  llmrec_recommender **recommender)
{
    compare_network network;
    llmrec_encoder *encoder = NULL;
    if (!network_read(row, run->seed, &network)) return LLMREC_ERR_ARGUMENT;
    network.train.epochs = run->best;
    llmrec_status status = create(task, &network, &encoder);
    if (status == LLMREC_OK) status = llmrec_encoder_train(encoder, task->refit, NULL, &network.train);
    if (status == LLMREC_OK) status = llmrec_recommender_create_encoder(encoder, recommender);
    llmrec_encoder_free(encoder);
    return status;
}

llmrec_status recommender_train(compare_task *task, const compare_row *row, compare_run *run)
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
