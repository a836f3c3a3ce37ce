/* SPDX-License-Identifier: Apache-2.0 */
/* Makes the recommender of a row: the library's strategies by name, and encoders that are trained here. */
#ifndef COMPARE_RECOMMENDERS_H
#define COMPARE_RECOMMENDERS_H

#include <jansson.h>

#include "compare_rows.h"

/* Options of one training. */
typedef struct compare_network {
    llmrec_encoder_options encoder;
    llmrec_train_options train;
    bool from_vectors; /* items start from vectors, by the next two */
    llmrec_init_items_options items;
    llmrec_reducer_options reducer; /* method NONE: vectors as they are */
} compare_network;

/* The preset with a row's options. If they do not fit, says so in one line and returns false. */
bool network_read(const compare_row *row, int64_t seed, compare_network *network);

/* {"encoder": {...}, "train": {...}, "init_items": {...}, "reducer": {...}}: all options; the last two are null without
 * vectors. */
json_t *network_json(const compare_network *network);

/* Whether a row's options are valid, before anything is loaded. If not, says so in one line. */
bool recommender_check(const compare_row *row);

/* Makes run->recommender. A trained row continues from its checkpoint, and `run` gets the history of its training. */
llmrec_status recommender_make(compare_task *task, const compare_row *row, compare_run *run);

/* --refit: makes run->recommender again on the train and validation parts, with the options, epochs and weights that it
 * has. run->before becomes the one that it was. */
llmrec_status recommender_refit(compare_task *task, const compare_row *row, compare_run *run);

/* Trains an encoder again on these parts for as many epochs as were best. */
llmrec_status recommender_retrain(const compare_task *task, const compare_row *row, const compare_run *run,
                                  llmrec_recommender **recommender);

/* The same for a row that is trained. */
llmrec_status recommender_train(compare_task *task, const compare_row *row, compare_run *run);

#endif
