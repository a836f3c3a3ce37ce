/* SPDX-License-Identifier: Apache-2.0 */
#include "nn/encoder_options.h"

#include <string.h>

#include "core/options.h"
#include "core/text.h"

/* --- ranges ---------------------------------------------------------------------------------------------------- */

#define WHOLE(field, low, high)      LR_WHOLE(llmrec_encoder_options, field, low, high)
#define REAL(field, low, high, open) LR_REAL(llmrec_encoder_options, field, low, high, open)
static const lr_field encoder_field[] = {
    WHOLE(causal, 0, 1),
    WHOLE(dim, 1, 1 << 14),
    WHOLE(layers, 0, LR_MAX_LAYERS),
    WHOLE(heads, 1, 1 << 14),
    WHOLE(head_dim, 0, 1 << 14),
    WHOLE(ffn_dim, 0, 1 << 16),
    WHOLE(max_length, 2, 1 << 16),
    WHOLE(pre_norm, 0, 1),
    WHOLE(activation, LLMREC_ACTIVATION_GELU, LLMREC_ACTIVATION_RELU),
    WHOLE(embedding_norm, 0, 1),
    WHOLE(final_norm, 0, 1),
    WHOLE(head, 0, 1),
    WHOLE(head_norm, 0, 1),
    WHOLE(output_bias, 0, 1),
    REAL(epsilon, 0, 1, 1),
    REAL(embedding_dropout, 0, 1, 2),
    REAL(attention_dropout, 0, 1, 2),
    REAL(hidden_dropout, 0, 1, 2),
    WHOLE(init, LLMREC_WEIGHT_INIT_NORMAL, LLMREC_WEIGHT_INIT_TRUNCATED_NORMAL),
    REAL(init_deviation, 0, 10, 1),
    WHOLE(seed, -0x1p63, 0x1p63),
    WHOLE(left_aligned, 0, 1),
    WHOLE(pad_with_mask, 0, 1),
};
#undef WHOLE
#undef REAL
const lr_fields lr_encoder_fields = {encoder_field, sizeof encoder_field / sizeof *encoder_field};

#define WHOLE(field, low, high)      LR_WHOLE(llmrec_train_options, field, low, high)
#define REAL(field, low, high, open) LR_REAL(llmrec_train_options, field, low, high, open)
static const lr_field train_field[] = {
    WHOLE(epochs, 1, 1 << 24),
    WHOLE(batch, 1, 1 << 20),
    REAL(mask_probability, 0, 1, 1),
    REAL(last_share, 0, 1, 0),
    WHOLE(copies, 0, 1 << 10),
    WHOLE(most_masks, 0, 1 << 16),
    WHOLE(window_stride, -1, 1 << 16),
    WHOLE(loss, LLMREC_LOSS_SOFTMAX, LLMREC_LOSS_GBCE),
    WHOLE(negatives, 1, 1 << 20),
    REAL(gbce_t, 0, 1, 0),
    WHOLE(optimizer, LLMREC_OPTIMIZER_ADAMW, LLMREC_OPTIMIZER_KERAS_ADAMW),
    REAL(learning_rate, 0, 1e6, 1),
    REAL(weight_decay, 0, 1e6, 0),
    REAL(beta1, 0, 1, 2),
    REAL(beta2, 0, 1, 2),
    REAL(adam_epsilon, 0, 1, 1),
    WHOLE(decay_all, 0, 1),
    WHOLE(schedule, LLMREC_SCHEDULE_CONSTANT, LLMREC_SCHEDULE_COSINE),
    WHOLE(warmup_steps, 0, 1 << 30),
    WHOLE(clip, LLMREC_CLIP_NONE, LLMREC_CLIP_TENSOR),
    REAL(clip_norm, 0, 1e30, 1),
    WHOLE(accumulate, 1, 1 << 20),
    WHOLE(validation_k, 1, 1 << 30),
    WHOLE(validate_every, 1, 1 << 24),
    WHOLE(patience, 0, 1 << 24),
    WHOLE(seed, -0x1p63, 0x1p63),
};
#undef WHOLE
#undef REAL
const lr_fields lr_train_fields = {train_field, sizeof train_field / sizeof *train_field};

/* --- defaults and presets ------------------------------------------------------------------------------------- */

static const llmrec_encoder_options encoder_defaults = {
    .size = sizeof encoder_defaults,
    .dim = 64,
    .layers = 2,
    .heads = 2,
    .max_length = 50,
    .embedding_norm = 1,
    .head = 1,
    .head_norm = 1,
    .output_bias = 1,
    .epsilon = 1e-12,
    .embedding_dropout = 0.2,
    .attention_dropout = 0.2,
    .hidden_dropout = 0.2,
    .init_deviation = 0.02,
};
static const llmrec_train_options train_defaults = {
    .size = sizeof train_defaults,
    .epochs = 100,
    .batch = 256,
    .mask_probability = 0.4,
    .last_share = 0.3,
    .negatives = 256,
    .gbce_t = 0.75,
    .learning_rate = 1e-3,
    .weight_decay = 0.01,
    .beta1 = 0.9,
    .beta2 = 0.999,
    .adam_epsilon = 1e-8,
    .clip = LLMREC_CLIP_GLOBAL,
    .clip_norm = 5,
    .accumulate = 1,
    .validation_k = 10,
    .validate_every = 1,
    .patience = 10,
};
static const llmrec_init_items_options items_defaults = {.size = sizeof items_defaults};
static const size_t encoder_oldest = sizeof encoder_defaults, train_oldest = sizeof train_defaults,
                    items_oldest = sizeof items_defaults;

typedef struct preset {
    const char *name;
    llmrec_encoder_options encoder;
    llmrec_train_options train;
} preset;

static preset bert4rec(void)
{
    return (preset){"bert4rec", encoder_defaults, train_defaults};
}

static preset sasrec(void)
{
    preset p = bert4rec();
    p.name = "sasrec";
    p.encoder.causal = 1;
    p.encoder.embedding_dropout = p.encoder.attention_dropout = p.encoder.hidden_dropout = 0.4;
    return p;
}

/* Harte et al. 2023, LLM2BERT4Rec on Beauty: the settings of the published program. */
static preset harte2023(void)
{
    preset p = bert4rec();
    llmrec_encoder_options *e = &p.encoder;
    llmrec_train_options *t = &p.train;
    p.name = "harte2023";
    e->dim = 208;
    e->layers = e->heads = 3;
    e->max_length = 20;
    e->embedding_norm = e->head_norm = e->output_bias = 0;
    e->epsilon = 1e-5;
    e->embedding_dropout = e->attention_dropout = e->hidden_dropout = 0;
    e->init = LLMREC_WEIGHT_INIT_GLOROT;
    t->mask_probability = 0.5;
    t->copies = 10;
    t->window_stride = -1;
    t->optimizer = LLMREC_OPTIMIZER_KERAS_ADAMW;
    t->learning_rate = 1e-4;
    t->weight_decay = 0.002;
    t->decay_all = 1;
    t->adam_epsilon = 1e-7;
    t->clip = LLMREC_CLIP_TENSOR;
    t->validation_k = 20;
    t->patience = 2;
    return p;
}

/* Sun et al. 2019, Beauty: 400,000 steps are about 400 epochs there. */
static preset sun2019(void)
{
    preset p = bert4rec();
    llmrec_encoder_options *e = &p.encoder;
    llmrec_train_options *t = &p.train;
    p.name = "sun2019";
    e->embedding_dropout = e->hidden_dropout = 0.5;
    e->init = LLMREC_WEIGHT_INIT_TRUNCATED_NORMAL;
    e->left_aligned = 1;
    t->epochs = 400;
    t->mask_probability = 0.6;
    t->copies = 10;
    t->most_masks = 30;
    t->window_stride = 5;
    t->optimizer = LLMREC_OPTIMIZER_BERT_ADAM;
    t->learning_rate = 1e-4;
    t->adam_epsilon = 1e-6;
    t->schedule = LLMREC_SCHEDULE_LINEAR;
    t->warmup_steps = 100;
    t->patience = 0;
    return p;
}

static llmrec_status find_preset(const char *name, preset *found)
{
    static preset (*const presets[])(void) = {bert4rec, sasrec, harte2023, sun2019};
    if (name == NULL) return lr_fail(LLMREC_ERR_ARGUMENT, "name is NULL");
    for (size_t i = 0; i < sizeof presets / sizeof *presets; i++) {
        *found = presets[i]();
        if (strcmp(name, found->name) == 0) return LLMREC_OK;
    }
    return lr_fail(LLMREC_ERR_ARGUMENT, "preset %s is unknown; there are bert4rec, sasrec, harte2023 and sun2019",
                   lr_quote(name, strlen(name)).text);
}

llmrec_status llmrec_encoder_options_init(llmrec_encoder_options *options, size_t size)
{
    return lr_options_init(options, size, &encoder_defaults, sizeof encoder_defaults, encoder_oldest,
                           "llmrec_encoder_options");
}

llmrec_status llmrec_encoder_options_preset(llmrec_encoder_options *options, size_t size, const char *name)
{
    preset found;
    LR_RETURN_IF(find_preset(name, &found));
    return lr_options_init(options, size, &found.encoder, sizeof found.encoder, encoder_oldest,
                           "llmrec_encoder_options");
}

llmrec_status llmrec_train_options_init(llmrec_train_options *options, size_t size)
{
    return lr_options_init(options, size, &train_defaults, sizeof train_defaults, train_oldest, "llmrec_train_options");
}

llmrec_status llmrec_train_options_preset(llmrec_train_options *options, size_t size, const char *name)
{
    preset found;
    LR_RETURN_IF(find_preset(name, &found));
    return lr_options_init(options, size, &found.train, sizeof found.train, train_oldest, "llmrec_train_options");
}

llmrec_status llmrec_init_items_options_init(llmrec_init_items_options *options, size_t size)
{
    return lr_options_init(options, size, &items_defaults, sizeof items_defaults, items_oldest,
                           "llmrec_init_items_options");
}

/* --- reading --------------------------------------------------------------------------------------------------- */

llmrec_status lr_encoder_options_read(const llmrec_encoder_options *given, llmrec_encoder_options *options)
{
    *options = encoder_defaults;
    LR_RETURN_IF(lr_options_overlay(options, sizeof *options, encoder_oldest, given, "llmrec_encoder_options"));
    LR_RETURN_IF(lr_fields_check(lr_encoder_fields, options));
    LR_RETURN_IF(lr_option_range("heads", options->heads, 1, options->dim));
    LR_RETURN_IF(lr_option_range("head_dim", options->head_dim, 0, options->dim));
    if (options->head_dim == 0) options->head_dim = options->dim / options->heads;
    if (options->ffn_dim == 0) options->ffn_dim = 4 * options->dim;
    return LLMREC_OK;
}

llmrec_status lr_train_options_read(const llmrec_train_options *given, llmrec_train_options *options)
{
    *options = train_defaults;
    LR_RETURN_IF(lr_options_overlay(options, sizeof *options, train_oldest, given, "llmrec_train_options"));
    return lr_fields_check(lr_train_fields, options);
}

llmrec_status lr_init_items_options_read(const llmrec_init_items_options *given, llmrec_init_items_options *options)
{
    static const lr_field field[] = {
        LR_WHOLE(llmrec_init_items_options, mode, LLMREC_INIT_ITEMS_START, LLMREC_INIT_ITEMS_ADAPTER),
        LR_REAL(llmrec_init_items_options, scale_std, 0, 1e6, 0),
    };
    *options = items_defaults;
    LR_RETURN_IF(lr_options_overlay(options, sizeof *options, items_oldest, given, "llmrec_init_items_options"));
    return lr_fields_check((lr_fields){field, sizeof field / sizeof *field}, options);
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
                      .epsilon = options->epsilon,
                      .embedding_dropout = options->embedding_dropout,
                      .attention_dropout = options->attention_dropout,
                      .hidden_dropout = options->hidden_dropout};
}

llmrec_status lr_options_give(const void *options, size_t known, void *given, const char *what)
{
    size_t size = 0;
    if (given == NULL) return lr_fail(LLMREC_ERR_ARGUMENT, "%s is NULL", what);
    memcpy(&size, given, sizeof size);
    return lr_options_init(given, size, options, known, sizeof size, what);
}
