/* SPDX-License-Identifier: Apache-2.0 */
/* The options of the encoder and of its training: defaults, presets, ranges. */
#ifndef LR_NN_ENCODER_OPTIONS_H
#define LR_NN_ENCODER_OPTIONS_H

#include "llmrec/encoder.h"
#include "nn/fields.h"
#include "nn/shape.h"

extern const lr_fields lr_encoder_fields, lr_train_fields;

/* Lays the caller's options over the defaults, checks them, and fills in what 0 stands for. */
llmrec_status lr_encoder_options_read(const llmrec_encoder_options *given, llmrec_encoder_options *options);
llmrec_status lr_train_options_read(const llmrec_train_options *given, llmrec_train_options *options);
llmrec_status lr_init_items_options_read(const llmrec_init_items_options *given, llmrec_init_items_options *options);

/* The network that read options describe, over so many items. */
lr_shape lr_shape_of(const llmrec_encoder_options *options, size_t items);

/* Copies as much of an options struct as the caller's `size` (its first field) has room for. */
llmrec_status lr_options_give(const void *options, size_t known, void *given, const char *what);

#endif
