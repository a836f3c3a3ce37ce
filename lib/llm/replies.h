/* SPDX-License-Identifier: Apache-2.0 */
/* Answers in memory: of each request its samples, of each sample its text and what else its tokens might have been. */
#ifndef LR_LLM_REPLIES_H
#define LR_LLM_REPLIES_H

#include "core/text.h"
#include "llmrec/llm.h"

typedef struct lr_alternative {
    size_t name; /* where in the sample's names its token's text begins */
    double logprob;
} lr_alternative;

typedef struct lr_sample {
    size_t number; /* of the request's samples */
    char *text;    /* [length], and a NUL */
    size_t length;
    char *finish;
    lr_builder names; /* texts of tokens, each with its NUL */
    size_t *starts;   /* [tokens+1] first alternative of each token, or NULL */
    lr_alternative *alternatives;
    size_t tokens, starts_capacity, used, capacity; /* used, capacity: of alternatives */
} lr_sample;

typedef struct lr_reply {
    llmrec_status status;
    char *message; /* of a failure */
    lr_sample *samples;
    size_t count, capacity;
} lr_reply;

struct llmrec_replies {
    llmrec_context *context;
    lr_reply *replies; /* [count] */
    size_t count;
};

llmrec_status lr_replies_create(llmrec_context *context, size_t count, llmrec_replies **replies);

/* Appends an answer to a request: text copied, or bytes that are no UTF-8 refused with ARGUMENT. `*sample` may be
 * filled further until the next is added. */
llmrec_status lr_reply_add(llmrec_replies *replies, size_t request, const char *text, size_t length,
                           lr_sample **sample);

/* Takes back the samples from `count` on. */
void lr_reply_cut(llmrec_replies *replies, size_t request, size_t count);

/* The request failed, and why; the first reason stays. lr_reply_end takes it back where there are samples, and puts
 * these in the order of their numbers. */
llmrec_status lr_reply_fail(llmrec_replies *replies, size_t request, llmrec_status status, const char *text);
void lr_reply_end(llmrec_replies *replies, size_t request);

/* One more token, then its alternatives; at its end they are put in falling order. */
llmrec_status lr_sample_token(llmrec_replies *replies, lr_sample *sample);
llmrec_status lr_sample_alternative(llmrec_replies *replies, lr_sample *sample, const char *text, double logprob);
void lr_sample_token_end(lr_sample *sample);

#endif
