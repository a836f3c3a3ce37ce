/* SPDX-License-Identifier: Apache-2.0 */
/* Option tables of llmrec/encoder.h. */
#ifndef LR_NN_ENCODER_OPTIONS_H
#define LR_NN_ENCODER_OPTIONS_H

#include "core/options.h"
#include "llmrec/encoder.h"
#include "nn/shape.h"

extern const lr_options lr_encoder_options, lr_train_options, lr_init_items_options;

/* As lr_options_read, and replaces 0 by the value that it stands for. */
llmrec_status lr_encoder_options_read(const llmrec_encoder_options *given, llmrec_encoder_options *options);

/* Returns the shape of a network with these options and this number of items. */
lr_shape lr_shape_of(const llmrec_encoder_options *options, size_t items);

#endif
