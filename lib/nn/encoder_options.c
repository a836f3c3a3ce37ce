/* SPDX-License-Identifier: Apache-2.0 */
#include "nn/encoder_options.h"

/* --- the network -------------------------------------------------------------------------------------------------- */

static const lr_choice activations[] = {{"gelu", LLMREC_ACTIVATION_GELU}, {"relu", LLMREC_ACTIVATION_RELU}, {NULL, 0}};
static const lr_choice inits[] = {{"normal", LLMREC_WEIGHT_INIT_NORMAL},
                                  {"glorot", LLMREC_WEIGHT_INIT_GLOROT},
                                  {"truncated_normal", LLMREC_WEIGHT_INIT_TRUNCATED_NORMAL},
                                  {NULL, 0}};

typedef llmrec_encoder_options E;
static const lr_option encoder_option[] = {
    LR_FLAG(E, causal, 0, "predict the next item at each position (SASRec) instead of masked items (BERT4Rec)"),
    LR_INTEGER(E, dim, 64, 1, 1 << 14, "dim of the hidden states and of the item vectors"),
    LR_INTEGER(E, layers, 2, 0, LR_MAX_LAYERS, "number of transformer blocks"),
    LR_INTEGER(E, heads, 2, 1, 1 << 14, "number of attention heads, at most dim"),
    LR_INTEGER(E, head_dim, 0, 0, 1 << 14, "dim of one head; 0: dim / heads, rounded down"),
    LR_INTEGER(E, ffn_dim, 0, 0, 1 << 16, "inner dim of the feed-forward layer; 0: 4 dim"),
    LR_INTEGER(E, max_length, 50, 2, 1 << 16, "longest sequence; longer sessions keep their end"),
    LR_FLAG(E, pre_norm, 0, "apply LayerNorm before each sublayer instead of after it"),
    LR_CHOICE(E, activation, LLMREC_ACTIVATION_GELU, activations, "activation of the feed-forward layer and the head"),
    LR_FLAG(E, embedding_norm, 1, "apply LayerNorm to the sum of item and position vectors"),
    LR_FLAG(E, final_norm, 0, "apply LayerNorm after the last block"),
    LR_FLAG(E, head, 1, "add a head before the output: a projection with activation"),
    LR_FLAG(E, head_norm, 1, "apply LayerNorm after the head"),
    LR_FLAG(E, output_bias, 1, "add a trained bias to the logit of each item"),
    LR_NUMBER(E, epsilon, 1e-12, 0, 1, LR_OPEN_LOW, "epsilon of each LayerNorm"),
    LR_NUMBER(E, embedding_dropout, 0.2, 0, 1, LR_OPEN_HIGH, "dropout rate on the sum of item and position vectors"),
    LR_NUMBER(E, attention_dropout, 0.2, 0, 1, LR_OPEN_HIGH, "dropout rate on attention weights"),
    LR_NUMBER(E, hidden_dropout, 0.2, 0, 1, LR_OPEN_HIGH, "dropout rate on the output of each sublayer"),
    LR_CHOICE(E, init, LLMREC_WEIGHT_INIT_NORMAL, inits, "distribution of the initial weights"),
    LR_NUMBER(E, init_deviation, 0.02, 0, 10, LR_OPEN_LOW, "standard deviation of the initial weights"),
    LR_INTEGER(E, seed, 0, INT64_MIN, INT64_MAX, "seed of the initial weights"),
    LR_FLAG(E, left_aligned, 0, "number positions from the start of a session instead of from its end"),
    LR_FLAG(E, pad_with_mask, 0, "pad short sequences with mask tokens that attention sees (Harte et al. 2023)"),
    LR_NUMBER(E, filter_share, 0, 0, 1, LR_OPEN_HIGH,
              "share of a filter of frequencies beside attention (BSARec); 0: none"),
    LR_INTEGER(E, filter_modes, 3, 1, 1 << 16, "lowest frequencies that the filter keeps as they are"),
};

static const lr_preset encoder_preset[] = {
    {"bert4rec", NULL, "bidirectional, trained on masked items"},
    {"sasrec", LR_SETTINGS("causal=yes", "embedding_dropout=0.4", "attention_dropout=0.4", "hidden_dropout=0.4"),
     "causal, trained on the next item"},
    {"sasrec-direct",
     LR_SETTINGS("causal=yes", "dim=128", "head=no", "head_norm=no", "embedding_dropout=0.4", "attention_dropout=0.4",
                 "hidden_dropout=0.4"),
     "causal and wider; the last block's states are compared with the item rows, without a head"},
    {"harte2023",
     LR_SETTINGS("dim=208", "layers=3", "heads=3", "max_length=20", "embedding_norm=no", "head_norm=no",
                 "output_bias=no", "epsilon=1e-5", "embedding_dropout=0", "attention_dropout=0", "hidden_dropout=0",
                 "init=glorot"),
     "LLM-init BERT4Rec for Amazon Beauty by Harte et al. 2023"},
    {"sun2019", LR_SETTINGS("embedding_dropout=0.5", "hidden_dropout=0.5", "init=truncated_normal", "left_aligned=yes"),
     "BERT4Rec for Amazon Beauty by Sun et al. 2019"},
};

static llmrec_status check_heads(const void *options)
{
    const llmrec_encoder_options *o = options;
    LR_RETURN_IF(lr_option_range("heads", o->heads, 1, o->dim));
    return lr_option_range("head_dim", o->head_dim, 0, o->dim);
}

LR_OPTIONS(lr_encoder_options, llmrec_encoder_options, filter_modes, "the transformer encoder", encoder_option,
           LR_PRESETS(encoder_preset), .check = check_heads);

llmrec_status llmrec_encoder_options_init(llmrec_encoder_options *options, size_t size)
{
    return lr_options_init(&lr_encoder_options, options, size);
}

llmrec_status llmrec_encoder_options_preset(llmrec_encoder_options *options, size_t size, const char *name)
{
    return lr_options_preset(&lr_encoder_options, options, size, name);
}

llmrec_status lr_encoder_options_read(const llmrec_encoder_options *given, llmrec_encoder_options *options)
{
    LR_RETURN_IF(lr_options_read(&lr_encoder_options, given, options));
    if (options->head_dim == 0) options->head_dim = options->dim / options->heads;
    if (options->ffn_dim == 0) options->ffn_dim = 4 * options->dim;
    return LLMREC_OK;
}

lr_shape lr_shape_of(const llmrec_encoder_options *options, size_t items)
{
    return (lr_shape){.items = items,
                      .positions = (size_t)options->max_length,
                      .dim = (size_t)options->dim,
                      .layers = (size_t)options->layers,
                      .heads = (size_t)options->heads,
                      .head_dim = (size_t)options->head_dim,
                      .ffn = (size_t)options->ffn_dim,
                      .causal = options->causal != 0,
                      .pre_norm = options->pre_norm != 0,
                      .relu = options->activation == LLMREC_ACTIVATION_RELU,
                      .embedding_norm = options->embedding_norm != 0,
                      .final_norm = options->final_norm != 0,
                      .head = options->head != 0,
                      .head_norm = options->head_norm != 0,
                      .output_bias = options->output_bias != 0,
                      .filter_share = options->filter_share,
                      .filter_modes = (size_t)options->filter_modes,
                      .epsilon = options->epsilon,
                      .embedding_dropout = options->embedding_dropout,
                      .attention_dropout = options->attention_dropout,
                      .hidden_dropout = options->hidden_dropout};
}

/* --- training ----------------------------------------------------------------------------------------------------- */

static const lr_choice losses[] = {{"softmax", LLMREC_LOSS_SOFTMAX},
                                   {"sampled_softmax", LLMREC_LOSS_SAMPLED_SOFTMAX},
                                   {"gbce", LLMREC_LOSS_GBCE},
                                   {NULL, 0}};
static const lr_choice optimizers[] = {{"adamw", LLMREC_OPTIMIZER_ADAMW},
                                       {"bert_adam", LLMREC_OPTIMIZER_BERT_ADAM},
                                       {"keras_adamw", LLMREC_OPTIMIZER_KERAS_ADAMW},
                                       {NULL, 0}};
static const lr_choice schedules[] = {{"constant", LLMREC_SCHEDULE_CONSTANT},
                                      {"linear", LLMREC_SCHEDULE_LINEAR},
                                      {"cosine", LLMREC_SCHEDULE_COSINE},
                                      {NULL, 0}};
static const lr_choice clips[] = {
    {"none", LLMREC_CLIP_NONE}, {"global", LLMREC_CLIP_GLOBAL}, {"tensor", LLMREC_CLIP_TENSOR}, {NULL, 0}};

typedef llmrec_train_options T;
static const lr_option train_option[] = {
    LR_INTEGER(T, epochs, 100, 1, 1 << 24, "number of epochs, including those of earlier calls"),
    LR_INTEGER(T, batch, 256, 1, 1 << 20, "sequences per batch"),
    LR_NUMBER(T, mask_probability, 0.4, 0, 1, LR_OPEN_LOW, "probability that an item is masked"),
    LR_NUMBER(T, last_share, 0.3, 0, 1, LR_CLOSED, "share of sequences in which only the last item is masked"),
    LR_INTEGER(T, copies, 0, 0, 1 << 10,
               "0: each sequence once per epoch; c: once with the last item masked and c times with random masks"),
    LR_INTEGER(T, most_masks, 0, 0, 1 << 16,
               "mask a fixed share of items, at most this number; 0: mask each independently"),
    LR_INTEGER(T, window_stride, 0, -1, 1 << 16,
               "distance between windows of long sessions; 0: max_length; -1: only the last window"),
    LR_CHOICE(T, loss, LLMREC_LOSS_SOFTMAX, losses, "cross-entropy over all items, or a sampled loss"),
    LR_INTEGER(T, negatives, 256, 1, 1 << 20, "sampled losses: items drawn for each batch"),
    LR_NUMBER(T, gbce_t, 0.75, 0, 1, LR_CLOSED, "gbce: calibration parameter t"),
    LR_CHOICE(T, optimizer, LLMREC_OPTIMIZER_ADAMW, optimizers, "optimizer"),
    LR_NUMBER(T, learning_rate, 1e-3, 0, 1e6, LR_OPEN_LOW, "largest learning rate"),
    LR_NUMBER(T, weight_decay, 0.01, 0, 1e6, LR_CLOSED, "decoupled weight decay, except on biases and norms"),
    LR_NUMBER(T, beta1, 0.9, 0, 1, LR_OPEN_HIGH, "decay rate of the first moment"),
    LR_NUMBER(T, beta2, 0.999, 0, 1, LR_OPEN_HIGH, "decay rate of the second moment"),
    LR_NUMBER(T, adam_epsilon, 1e-8, 0, 1, LR_OPEN_LOW, "added to the square root of the second moment"),
    LR_FLAG(T, decay_all, 0, "apply weight decay to biases and norms too"),
    LR_CHOICE(T, schedule, LLMREC_SCHEDULE_CONSTANT, schedules, "learning-rate schedule; linear and cosine end at 0"),
    LR_INTEGER(T, warmup_steps, 0, 0, 1 << 30, "steps in which the learning rate rises from 0"),
    LR_CHOICE(T, clip, LLMREC_CLIP_GLOBAL, clips, "clip the gradient norm over all tensors, or of each"),
    LR_NUMBER(T, clip_norm, 5, 0, 1e30, LR_OPEN_LOW, "largest gradient norm"),
    LR_INTEGER(T, accumulate, 1, 1, 1 << 20, "batches per optimizer step"),
    LR_INTEGER(T, validation_k, 10, 1, 1 << 30, "list length k of the validation NDCG@k"),
    LR_INTEGER(T, validate_every, 1, 1, 1 << 24, "epochs between validations"),
    LR_INTEGER(T, patience, 10, 0, 1 << 24, "stop after this number of validations without improvement; 0: never"),
    LR_TEXT(T, checkpoint, NULL, "path of a checkpoint written after each epoch; unset: none"),
    LR_INTEGER(T, seed, 0, INT64_MIN, INT64_MAX, "seed of order, masks, dropout and negatives"),
    LR_FLAG(T, additional, 0, "train `epochs` more than the encoder has had; no: until it has had `epochs`"),
    LR_NUMBER(T, average, 0, 0, 1, LR_OPEN_HIGH,
              "decay of a running average of the weights, which are validated and used; 0: none"),
};

static const lr_preset train_preset[] = {
    {"bert4rec", NULL, "the default"},
    {"sasrec", NULL, "the default"},
    {"sasrec-direct", LR_SETTINGS("average=0.99"), "the weights are averaged over about 100 steps"},
    {"harte2023",
     LR_SETTINGS("mask_probability=0.5", "copies=10", "window_stride=-1", "optimizer=keras_adamw", "learning_rate=1e-4",
                 "weight_decay=0.002", "decay_all=yes", "adam_epsilon=1e-7", "clip=tensor", "validation_k=20",
                 "patience=2"),
     "LLM-init BERT4Rec for Amazon Beauty by Harte et al. 2023"},
    {"sun2019",
     LR_SETTINGS("epochs=400", "mask_probability=0.6", "copies=10", "most_masks=30", "window_stride=5",
                 "optimizer=bert_adam", "learning_rate=1e-4", "adam_epsilon=1e-6", "schedule=linear",
                 "warmup_steps=100", "patience=0"),
     "BERT4Rec for Amazon Beauty by Sun et al. 2019; 400,000 steps are about 400 epochs"},
};

LR_OPTIONS(lr_train_options, llmrec_train_options, average, "how an encoder is trained", train_option,
           LR_PRESETS(train_preset));

llmrec_status llmrec_train_options_init(llmrec_train_options *options, size_t size)
{
    return lr_options_init(&lr_train_options, options, size);
}

llmrec_status llmrec_train_options_preset(llmrec_train_options *options, size_t size, const char *name)
{
    return lr_options_preset(&lr_train_options, options, size, name);
}

/* --- item vectors ------------------------------------------------------------------------------------------------- */

static const lr_choice modes[] = {{"start", LLMREC_INIT_ITEMS_START},
                                  {"frozen", LLMREC_INIT_ITEMS_FROZEN},
                                  {"frozen_columns", LLMREC_INIT_ITEMS_FROZEN_COLUMNS},
                                  {"adapter", LLMREC_INIT_ITEMS_ADAPTER},
                                  {NULL, 0}};

typedef llmrec_init_items_options I;
static const lr_option init_items_option[] = {
    LR_CHOICE(I, mode, LLMREC_INIT_ITEMS_START, modes,
              "use of the vectors: initial rows, fixed rows, or input of an adapter"),
    LR_NUMBER(I, scale_std, 0, 0, 1e6, LR_CLOSED, "root mean square to which vectors are scaled; 0: no scaling"),
    LR_INTEGER(I, seed, 0, INT64_MIN, INT64_MAX, "adapter: seed of its initial weights"),
};
LR_OPTIONS(lr_init_items_options, llmrec_init_items_options, seed, "how item rows are initialized from vectors",
           init_items_option, .check = NULL);

llmrec_status llmrec_init_items_options_init(llmrec_init_items_options *options, size_t size)
{
    return lr_options_init(&lr_init_items_options, options, size);
}
