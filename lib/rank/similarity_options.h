/* SPDX-License-Identifier: Apache-2.0 */
/* Declares the option table of LLM-seq-sim. */
#ifndef LR_RANK_SIMILARITY_OPTIONS_H
#define LR_RANK_SIMILARITY_OPTIONS_H

#include "core/options.h"
#include "llmrec/recommender.h"

extern const lr_options lr_similarity_options;

#endif
