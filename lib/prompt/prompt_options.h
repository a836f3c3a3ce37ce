/* SPDX-License-Identifier: Apache-2.0 */
/* The options of prompt recommenders: defaults, presets, ranges, description. */
#ifndef LR_PROMPT_PROMPT_OPTIONS_H
#define LR_PROMPT_PROMPT_OPTIONS_H

#include "core/text.h"
#include "prompt/question.h"
#include "llmrec/prompt.h"

/* Lays the caller's options over the defaults and checks them, templates too. */
llmrec_status lr_prompt_options_read(const llmrec_prompt_options *given, llmrec_prompt_options *options);

/* One line of JSON, allocated in the context. */
llmrec_status lr_prompt_options_describe(llmrec_context *context, const llmrec_prompt_options *options, char **text);

/* How its questions are written; the texts are the options' own. */
lr_prompt_form lr_prompt_options_form(const llmrec_prompt_options *options);

#endif
