/* SPDX-License-Identifier: Apache-2.0 */
/* Stores answers: samples of each request, and the text and token alternatives of each sample. */
#ifndef LR_LLM_REPLIES_H
#define LR_LLM_REPLIES_H

#include "core/text.h"
#include "llmrec/llm.h"

typedef struct lr_alternative {
    size_t name; /* offset of its text in the sample's `names` */
    double logprob;
} lr_alternative;

typedef struct lr_sample {
    size_t number; /* index among the request's samples */
    char *text;    /* [length], NUL-terminated */
    size_t length;
    char *finish;
    lr_builder names; /* texts of tokens, each NUL-terminated */
    size_t *starts;   /* [tokens+1] first alternative of each token, or NULL */
    lr_alternative *alternatives;
    size_t tokens, starts_capacity, used, capacity; /* used, capacity: of alternatives */
} lr_sample;

typedef struct lr_reply {
    llmrec_status status;
    char *message; /* of the failure */
    lr_sample *samples;
    size_t count, capacity;
} lr_reply;

struct llmrec_replies {
    llmrec_context *context;
    lr_reply *replies; /* [count] */
    size_t count;
};

llmrec_status lr_replies_create(llmrec_context *context, size_t count, llmrec_replies **replies);

/* Appends a copy of an answer to a request. Errors: ARGUMENT (not UTF-8), MEMORY. `*sample` may be extended until the
 * next call. */
llmrec_status lr_reply_add(llmrec_replies *replies, size_t request, const char *text, size_t length,
                           lr_sample **sample);

/* Removes the samples from `count` on. */
void lr_reply_cut(llmrec_replies *replies, size_t request, size_t count);

/* lr_reply_fail marks a request as failed; the first reason stays. lr_reply_end removes the failure if there are
 * samples, and sorts these by number. */
llmrec_status lr_reply_fail(llmrec_replies *replies, size_t request, llmrec_status status, const char *text);
void lr_reply_end(llmrec_replies *replies, size_t request);

/* Adds a token, then its alternatives; lr_sample_token_end sorts these by falling log-probability. */
llmrec_status lr_sample_token(llmrec_replies *replies, lr_sample *sample);
llmrec_status lr_sample_alternative(llmrec_replies *replies, lr_sample *sample, const char *text, double logprob);
void lr_sample_token_end(lr_sample *sample);

#endif
