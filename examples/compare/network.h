/* SPDX-License-Identifier: Apache-2.0 */
/* The options of a trained encoder: a preset, with what a row says laid over it. */
#ifndef COMPARE_NETWORK_H
#define COMPARE_NETWORK_H

#include <jansson.h>

#include "strategies.h"

typedef struct compare_network {
    llmrec_encoder_options encoder;
    llmrec_train_options train;
    bool from_vectors; /* item rows from a language model, by the next two */
    llmrec_init_items_options items;
    llmrec_reducer_options reducer; /* method NONE: vectors as they are */
} compare_network;

/* Says in one line what does not fit, and returns false. */
bool network_read(const compare_row *row, int64_t seed, compare_network *network);

/* {"network": {...}, "training": {...}, "vectors": {...} or null}: every option. */
json_t *network_json(const compare_network *network);

#endif
