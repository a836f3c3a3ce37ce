/* SPDX-License-Identifier: Apache-2.0 */
/* Declares the option table of session k nearest neighbors. */
#ifndef LR_RANK_SESSION_NEIGHBORS_OPTIONS_H
#define LR_RANK_SESSION_NEIGHBORS_OPTIONS_H

#include "core/options.h"
#include "llmrec/neighbors.h"

extern const lr_options lr_neighbors_options;

#endif
