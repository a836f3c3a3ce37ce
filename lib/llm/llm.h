/* SPDX-License-Identifier: Apache-2.0 */
/* Defines a chat model: an endpoint, or a callback of the host. */
#ifndef LR_LLM_LLM_H
#define LR_LLM_LLM_H

#include <stdatomic.h>

#include "llm/endpoint.h"
#include "llm/replies.h"

struct llmrec_llm {
    llmrec_context *context;
    atomic_size_t references;
    lr_endpoint *endpoint;      /* or NULL */
    atomic_bool n_refused;      /* the server refuses several samples in one request */
    atomic_llong most_logprobs; /* most alternatives per token that the server accepts */
    lr_meter meter;             /* of a callback; an endpoint has its own meter */
    llmrec_complete_fn complete;
    void *user;
    int64_t batch;
};

/* Returns another reference; release it with llmrec_llm_free. */
llmrec_llm *lr_llm_hold(const llmrec_llm *llm);

/* An lr_describe_fn. */
llmrec_status lr_llm_describe(const void *llm, lr_builder *json);

/* Returns whether the model completes a text instead of answering a chat. */
bool lr_llm_completes(const llmrec_llm *llm);

/* Checks the fields of a request and fills `full` with a complete copy. Errors name the request by `index`. */
llmrec_status lr_chat_request_read(const llmrec_chat_request *given, size_t index, llmrec_chat_request *full);

/* Ask the two kinds of models. Requests are already checked; `replies` has one empty reply per request. */
llmrec_status lr_chat_endpoint(llmrec_llm *llm, const llmrec_chat_request *const *requests, llmrec_replies *replies);
llmrec_status lr_chat_callback(llmrec_llm *llm, const llmrec_chat_request *const *requests, llmrec_replies *replies);

#endif
