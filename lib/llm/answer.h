/* SPDX-License-Identifier: Apache-2.0 */
/* Answers of servers as data: nothing in them is believed. */
#ifndef LR_LLM_ANSWER_H
#define LR_LLM_ANSWER_H

#include <jansson.h>

#include "llm/endpoint.h"
#include "llm/replies.h"

/* An answer as a JSON object. FORMAT if it is none; `*again`: because it is no whole JSON, which another attempt may
 * mend. Bounds what the tree may take: at most 1/16 of the answer limit's bytes objects and arrays, 1/4 values. */
llmrec_status lr_answer_object(const lr_endpoint *endpoint, const char *bytes, size_t length, json_t **root,
                               bool *again);

/* The same; FORMAT too if it names an error, which another attempt may mend. */
llmrec_status lr_answer_parse(const lr_endpoint *endpoint, const char *bytes, size_t length, json_t **root,
                              bool *again);

/* Appends at most `most` samples of a chat answer, with finish reasons and log-probabilities, to a request's reply.
 * FORMAT: there is none, or one that is no text; the reply is as it was. */
llmrec_status lr_answer_samples(llmrec_replies *replies, size_t request, const json_t *root, size_t most);

/* Log-probabilities in any of three shapes: choice.logprobs.content, choice.logprobs.top_logprobs, and
 * completion_probabilities beside the choices. What is of no such shape counts as none. */
llmrec_status lr_answer_logprobs(llmrec_replies *replies, lr_sample *sample, const json_t *root, const json_t *choice);

/* What the server counted, its `usage`; zeros where there is none. */
lr_tokens lr_answer_tokens(const json_t *root);

#endif
