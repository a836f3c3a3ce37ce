/* SPDX-License-Identifier: Apache-2.0 */
/* Declares the option table of linear models. */
#ifndef LR_RANK_LINEAR_OPTIONS_H
#define LR_RANK_LINEAR_OPTIONS_H

#include "core/options.h"
#include "llmrec/linear.h"

extern const lr_options lr_linear_options;

#endif
