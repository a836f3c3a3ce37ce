/* SPDX-License-Identifier: Apache-2.0 */
/* The options of prompt recommenders: their table, and the question they describe. */
#ifndef LR_PROMPT_PROMPT_OPTIONS_H
#define LR_PROMPT_PROMPT_OPTIONS_H

#include "core/options.h"
#include "prompt/question.h"
#include "llmrec/prompt.h"

extern const lr_options lr_prompt_options;

/* lr_options_read, and what an unset temperature stands for is filled in. */
llmrec_status lr_prompt_options_read(const llmrec_prompt_options *given, llmrec_prompt_options *options);

/* How its questions are written; the texts are the options' own. */
lr_phrasing lr_prompt_options_phrasing(const llmrec_prompt_options *options);

#endif
