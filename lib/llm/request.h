/* SPDX-License-Identifier: Apache-2.0 */
/* Chat requests as JSON bodies, of chats or of completions. */
#ifndef LR_LLM_REQUEST_H
#define LR_LLM_REQUEST_H

#include "llm/endpoint.h"
#include "llm/llm.h"

/* The body of a request for `count` samples, of which the first is sample number `first` of the request: its seed
 * counts on from there. `request` is complete. */
llmrec_status lr_chat_body(const lr_endpoint *endpoint, const llmrec_chat_request *request, size_t first, size_t count,
                           lr_builder *body);

/* Tokens that one sample can come to; 0 where the request does not bound them. */
int64_t lr_chat_longest(const lr_endpoint *endpoint, const llmrec_chat_request *request);

#endif
