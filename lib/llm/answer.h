/* SPDX-License-Identifier: Apache-2.0 */
/* Parses answers of servers as untrusted data. */
#ifndef LR_LLM_ANSWER_H
#define LR_LLM_ANSWER_H

#include <jansson.h>

#include "llm/endpoint.h"
#include "llm/replies.h"

/* Parses an answer as a JSON object. Errors: FORMAT (not valid JSON, or not an object). Sets `*again` if the JSON is
 * not valid: another attempt may succeed. Limits the memory of the tree: objects and arrays to 1/16 of the bytes of the
 * answer limit, values to 1/4. */
llmrec_status lr_answer_object(const lr_endpoint *endpoint, const char *bytes, size_t length, json_t **root,
                               bool *again);

/* As above. An answer that reports an error is FORMAT too; if another attempt may succeed, `*again` is set. */
llmrec_status lr_answer_parse(const lr_endpoint *endpoint, const char *bytes, size_t length, json_t **root,
                              bool *again);

/* Appends at most `most` samples of an answer, with finish reasons and log-probabilities, to a request's reply. Errors:
 * FORMAT (there is no sample, or one without text; the reply is unchanged). */
llmrec_status lr_answer_samples(llmrec_replies *replies, size_t request, const json_t *root, size_t most);

/* Reads log-probabilities from one of three shapes: choice.logprobs.content, choice.logprobs.top_logprobs, and
 * completion_probabilities next to the choices. Any other shape counts as none. */
llmrec_status lr_answer_logprobs(llmrec_replies *replies, lr_sample *sample, const json_t *root, const json_t *choice);

/* Returns the server's token counts (`usage`), or zeros if there are none. */
lr_tokens lr_answer_tokens(const json_t *root);

#endif
