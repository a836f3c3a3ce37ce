/* SPDX-License-Identifier: Apache-2.0 */
/* An encoder's inside: its network over a catalog, how it came by its item rows, and how far training has come. */
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
    size_t frozen;  /* leading columns of the items' rows (not of [MASK]'s) that stay as they are */
    float *vectors; /* [V,A] ADAPTER: what rows are made of; else NULL */
} lr_item_rows;

/* Where training stands after a whole epoch. */
typedef struct lr_training {
    llmrec_train_options options; /* the latest */
    int64_t epoch, step;          /* done */
    int64_t best;                 /* the best epoch by validation (1, 2, ...); 0: none */
    double best_figure;
    int64_t since_best; /* validations after it */
    /* the parameters are the best epoch's and the shelf holds the last one's; or the other way round */
    bool best_in_use;
    float *moments; /* [2,total] NULL: never trained */
    float *shelf;   /* [total] NULL: never validated */
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

/* An encoder with uninitialized parameters; holds context and ids. `adapter` as lr_shape.adapter. */
llmrec_status lr_encoder_make(llmrec_context *context, lr_ids *ids, const llmrec_encoder_options *options,
                              size_t adapter, llmrec_encoder **encoder);

/* Another encoder with the weights in use, without moments, shelf, history or an adapter's vectors: for
 * answers and its description alone. */
llmrec_status lr_encoder_copy(const llmrec_encoder *encoder, llmrec_encoder **copy);

/* Draws all parameters (nn/encoder_start.c): each number from its own place in its tensor's stream. */
llmrec_status lr_encoder_start(llmrec_encoder *encoder, int64_t seed);

/* The named tensor, or NULL. */
const lr_parameter *lr_encoder_find(const llmrec_encoder *encoder, const char *name);

/* The network as it is used for answers. */
lr_network lr_encoder_network(const llmrec_encoder *encoder);

/* {"kind":"encoder","options":{...},...} */
llmrec_status lr_encoder_describe(const llmrec_encoder *encoder, lr_builder *json);

/* The encoder that lr_encoder_describe wrote of, without memory for parameters. Errors: ARGUMENT, FORMAT, MEMORY. */
llmrec_status lr_encoder_of_description(llmrec_context *context, lr_ids *ids, lr_json described, size_t adapter,
                                        llmrec_encoder **encoder);

/* Forgets moments, counters and history. */
void lr_training_clear(llmrec_context *context, lr_training *training);

/* Puts the best epoch's weights in use, or the last one's. */
void lr_training_use_best(llmrec_encoder *encoder, bool best);

#endif
