/* SPDX-License-Identifier: Apache-2.0 */
/* Builds the JSON bodies of chat requests, as chats or completions. */
#ifndef LR_LLM_REQUEST_H
#define LR_LLM_REQUEST_H

#include "llm/endpoint.h"
#include "llm/llm.h"

/* Builds the body of a request for `count` samples, starting with sample `first`, whose seed is the request's plus
 * `first`. `request` is complete. */
llmrec_status lr_chat_body(const lr_endpoint *endpoint, const llmrec_chat_request *request, size_t first, size_t count,
                           lr_builder *body);

/* Returns the most tokens of one sample; 0: no limit. */
int64_t lr_chat_longest(const lr_endpoint *endpoint, const llmrec_chat_request *request);

#endif
