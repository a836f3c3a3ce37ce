/* SPDX-License-Identifier: Apache-2.0 */
/* Option tables of blends and of their fit; weights as text. */
#ifndef LR_RANK_BLEND_OPTIONS_H
#define LR_RANK_BLEND_OPTIONS_H

#include "core/options.h"
#include "llmrec/blend.h"

extern const lr_options lr_blend_options, lr_blend_fit_options;

/* Reads weights[count]; `text` NULL: each is 1. Errors: ARGUMENT. */
llmrec_status lr_weights_read(const char *text, size_t count, double *weights);

/* Appends the text of weights. */
llmrec_status lr_weights_write(const double *weights, size_t count, lr_builder *text);

#endif
