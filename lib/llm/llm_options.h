/* SPDX-License-Identifier: Apache-2.0 */
/* Option tables of llmrec/llm.h and llmrec/fine_tuning.h. */
#ifndef LR_LLM_LLM_OPTIONS_H
#define LR_LLM_LLM_OPTIONS_H

#include "core/options.h"
#include "llmrec/fine_tuning.h"

extern const lr_options lr_endpoint_options, lr_chat_request_options, lr_embeddings_options, lr_fine_tuning_options;

#endif
