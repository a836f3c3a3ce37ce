/* SPDX-License-Identifier: Apache-2.0 */
/* The tables of the options of llmrec/encoder.h. */
#ifndef LR_NN_ENCODER_OPTIONS_H
#define LR_NN_ENCODER_OPTIONS_H

#include "core/options.h"
#include "llmrec/encoder.h"
#include "nn/shape.h"

extern const lr_options lr_encoder_options, lr_train_options, lr_init_items_options;

/* lr_options_read, and what 0 stands for is filled in. */
llmrec_status lr_encoder_options_read(const llmrec_encoder_options *given, llmrec_encoder_options *options);

/* The network that read options describe, over so many items. */
lr_shape lr_shape_of(const llmrec_encoder_options *options, size_t items);

#endif
