/* SPDX-License-Identifier: Apache-2.0 */
/* Runs requests to a server over all their attempts: limited concurrency, retries, budgets, progress and
 * cancellation. */
#ifndef LR_LLM_EXCHANGE_H
#define LR_LLM_EXCHANGE_H

#include "core/log.h"
#include "llm/transport.h"

/* One request. The exchange borrows it between `next` and `take` or `fail`. Fields marked "source" are not used by
 * it. */
typedef struct lr_call {
    lr_builder body;
    lr_digest key;        /* source: journal key */
    size_t request;       /* source: index of the caller's request or text */
    size_t sample, count; /* source: first sample or text, and their number */
    size_t asked;         /* source: samples that this body asks for */
    int64_t logprobs;     /* source: alternatives per token */
    bool fewer;           /* source: the call asks for less, because the server refused more */
    struct lr_call *next; /* next in a list of the source */
    int64_t attempts;     /* started so far */
    int64_t tokens;       /* estimated tokens of one attempt */
    bool again;           /* set by `take` when it fails: another attempt may succeed */
    long http;            /* status of the last answer; 0: none */
} lr_call;

void lr_call_free(llmrec_context *context, lr_call *call);

/* Lists of calls. */
void lr_call_push(lr_call **list, lr_call *call);
lr_call *lr_call_pop(lr_call **list); /* NULL if the list is empty */
void lr_call_unlink(lr_call **list, const lr_call *call);
void lr_calls_free(llmrec_context *context, lr_call *list);

/* Provides requests and receives answers, all on the calling thread. The exchange ends if `next` fails, or if `take`
 * fails with MEMORY, IO or INTERNAL. */
typedef struct lr_source {
    void *user;
    const char *path;   /* "/chat/completions" */
    const char *method; /* NULL: "POST" */
    const char *type;   /* content type of bodies; NULL: application/json */
    bool once;          /* retry only after 429, because after any other failure the server may have done the work */

    /* Returns the next request; NULL: none now. Called again when a request in flight has ended. */
    llmrec_status (*next)(void *user, lr_call **call);

    /* Receives a 2xx answer. LLMREC_OK ends the request. After any other status it is retried (if `call->again`) or
     * fails. */
    llmrec_status (*take)(void *user, lr_call *call, const char *answer, size_t length);

    /* The request has failed finally; `text` gives the reason. */
    llmrec_status (*fail)(void *user, lr_call *call, llmrec_status status, const char *text);
} lr_source;

/* Runs until the source has no more requests and none is in flight. Reads `*done` for progress at each step. Errors:
 * MEMORY, CANCELED, UNSUPPORTED, and failures of the source. */
llmrec_status lr_exchange_run(lr_endpoint *endpoint, const lr_source *source, lr_progress *progress,
                              const int64_t *done);

#endif
