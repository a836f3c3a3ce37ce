/* SPDX-License-Identifier: Apache-2.0 */
/* A chat model's inside: an endpoint, or the host's callback. */
#ifndef LR_LLM_LLM_H
#define LR_LLM_LLM_H

#include <stdatomic.h>

#include "llm/endpoint.h"
#include "llm/replies.h"

struct llmrec_llm {
    llmrec_context *context;
    atomic_size_t references;
    lr_endpoint *endpoint;      /* or NULL */
    atomic_bool n_refused;      /* the server took no request for several samples */
    atomic_llong most_logprobs; /* and none for more alternatives of a token */
    lr_meter meter;             /* of a callback; an endpoint has its own */
    llmrec_complete_fn complete;
    void *user;
    int64_t batch;
};

/* Another hold, for a handle that uses it; each is given up by llmrec_llm_free. */
llmrec_llm *lr_llm_hold(const llmrec_llm *llm);

/* Whether it goes on from a text, and has no chat. */
bool lr_llm_completes(const llmrec_llm *llm);

/* Checks a request's fields; `index` names it in errors. `full` gets a complete copy. */
llmrec_status lr_chat_request_read(const llmrec_chat_request *given, size_t index, llmrec_chat_request *full);

/* The two kinds of model, for requests that were checked; `replies` are empty and of their number. */
llmrec_status lr_chat_endpoint(llmrec_llm *llm, const llmrec_chat_request *const *requests, llmrec_replies *replies);
llmrec_status lr_chat_callback(llmrec_llm *llm, const llmrec_chat_request *const *requests, llmrec_replies *replies);

#endif
