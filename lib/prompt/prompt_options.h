/* SPDX-License-Identifier: Apache-2.0 */
/* The options of prompt recommenders: their table, and the question they describe. */
#ifndef LR_PROMPT_PROMPT_OPTIONS_H
#define LR_PROMPT_PROMPT_OPTIONS_H

#include "core/options.h"
#include "prompt/question.h"
#include "llmrec/prompt.h"

extern const lr_options lr_prompt_options;

/* Reads options as lr_options_read does, and replaces an unset temperature by its default. */
llmrec_status lr_prompt_options_read(const llmrec_prompt_options *given, llmrec_prompt_options *options);

/* How the recommender's questions are written; the texts belong to the options. */
lr_phrasing lr_prompt_options_phrasing(const llmrec_prompt_options *options);

#endif
