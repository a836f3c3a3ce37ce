/* SPDX-License-Identifier: Apache-2.0 */
/* Defines the encoder: its network, the source of its item rows, and its training state. */
#ifndef LR_NN_ENCODER_H
#define LR_NN_ENCODER_H

#include "core/file.h"
#include "core/json.h"
#include "data/ids.h"
#include "nn/block.h"
#include "nn/encoder_options.h"

/* How the rows of the item table are trained. */
typedef struct lr_item_rows {
    int64_t mode;   /* one of LLMREC_INIT_ITEMS_* */
    size_t frozen;  /* number of leading columns of item rows that are not trained ([MASK] trains all columns) */
    float *vectors; /* [V,A] input of the adapter (mode ADAPTER); else NULL */
} lr_item_rows;

/* Training state after a complete epoch. */
typedef struct lr_training {
    llmrec_train_options options; /* of the latest call */
    int64_t epoch, step;          /* completed */
    int64_t best;                 /* best epoch in validation (1, 2, ...); 0: none */
    double best_figure;
    int64_t since_best; /* validations since the best one */
    /* true: `parameters` are of the best epoch and `shelf` of the last; false: the reverse */
    bool best_in_use;
    float *moments; /* [2,total] NULL: never trained */
    float *average; /* [total] running average of the parameters; NULL: none */
    float *shelf;   /* [total] the best or last parameters that are not in use; NULL: never validated */
    llmrec_epoch *history;
    size_t history_capacity;
} lr_training;

struct llmrec_encoder {
    llmrec_context *context;
    lr_ids *ids;
    llmrec_encoder_options options;
    lr_shape shape;
    lr_layout layout;
    float *parameters;  /* [total] in use */
    lr_shared_map *map; /* NULL; else the parameters lie there, read-only */
    lr_item_rows rows;
    lr_training training;
};

/* Creates an encoder with uninitialized parameters. Takes references to the context and the ids. `adapter` is
 * lr_shape.adapter. */
llmrec_status lr_encoder_make(llmrec_context *context, lr_ids *ids, const llmrec_encoder_options *options,
                              size_t adapter, llmrec_encoder **encoder);

/* Another encoder with the weights in use, without moments, shelf, history or an adapter's vectors: for
 * answers and its description alone. */
llmrec_status lr_encoder_copy(const llmrec_encoder *encoder, llmrec_encoder **copy);

/* Initializes all parameters (nn/encoder_start.c). Each number depends only on the seed, its tensor and its index. */
llmrec_status lr_encoder_start(llmrec_encoder *encoder, int64_t seed);

/* Returns the network for inference. */
lr_network lr_encoder_network(const llmrec_encoder *encoder);

/* An lr_describe_fn. */
llmrec_status lr_encoder_describe(const void *encoder, lr_builder *json);

/* The encoder that lr_encoder_describe wrote of, without memory for parameters. Errors: ARGUMENT, FORMAT, MEMORY. */
llmrec_status lr_encoder_of_description(llmrec_context *context, lr_ids *ids, lr_json described, size_t adapter,
                                        llmrec_encoder **encoder);

/* Forgets moments, counters and history. */
void lr_training_clear(llmrec_context *context, lr_training *training);

/* Puts the weights of the best epoch, or of the last one, in use. */
void lr_training_use_best(llmrec_encoder *encoder, bool best);

#endif
