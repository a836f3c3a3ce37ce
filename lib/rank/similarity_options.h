/* SPDX-License-Identifier: Apache-2.0 */
/* The options of LLM-seq-sim: defaults, presets, ranges, and as JSON. */
#ifndef LR_RANK_SIMILARITY_OPTIONS_H
#define LR_RANK_SIMILARITY_OPTIONS_H

#include "core/status.h"
#include "llmrec/recommender.h"

/* Lays the caller's options over the defaults and checks them. */
llmrec_status lr_similarity_options_read(const llmrec_similarity_options *given, llmrec_similarity_options *options);

/* One line of JSON, allocated in the context; `dim` is the dim that the rows came to have. */
llmrec_status lr_similarity_options_describe(llmrec_context *context, const llmrec_similarity_options *options,
                                             size_t dim, char **text);

#endif
