/* SPDX-License-Identifier: Apache-2.0 */
/* Requests to a server over all their attempts: so many in flight, retries, budgets, progress and cancel. */
#ifndef LR_LLM_EXCHANGE_H
#define LR_LLM_EXCHANGE_H

#include "core/log.h"
#include "llm/transport.h"

/* One request. The exchange only borrows it, between `next` and `take` or `fail`. */
typedef struct lr_call {
    lr_builder body;
    lr_digest key;        /* what it is kept under; for the source */
    size_t request;       /* which of the caller's requests or texts it belongs to; for the source */
    size_t sample, count; /* its first sample or text, and how many are wanted; for the source */
    size_t asked;         /* of them in this body; for the source */
    int64_t logprobs;     /* alternatives of each token asked for; for the source */
    bool fewer;           /* than were wanted, which the server refused; for the source */
    struct lr_call *next; /* in a list of the source's */
    int64_t attempts;     /* begun */
    int64_t tokens;       /* that an attempt may cost, by our estimate */
    bool again;           /* set by `take` with its failure: another attempt may do better */
    long http;            /* the last answer's status, 0 for none */
} lr_call;

void lr_call_free(llmrec_context *context, lr_call *call);

/* Lists of calls. */
void lr_call_push(lr_call **list, lr_call *call);
lr_call *lr_call_pop(lr_call **list); /* NULL from an empty one */
void lr_call_unlink(lr_call **list, const lr_call *call);
void lr_calls_free(llmrec_context *context, lr_call *list);

/* Where requests come from, and where their answers go. All on the calling thread. A failure of `next`, and one of
 * `take` that is MEMORY, IO or INTERNAL, ends the exchange. */
typedef struct lr_source {
    void *user;
    const char *path;   /* "/chat/completions" */
    const char *method; /* NULL: "POST" */
    const char *type;   /* of bodies; NULL: application/json */
    bool once;          /* only 429 is tried again: after any other failure the server may have done it */

    /* The next request; NULL: none now. It is asked again when one in flight has ended. */
    llmrec_status (*next)(void *user, lr_call **call);

    /* A 2xx answer. LLMREC_OK: the request is done. Any other status: it is tried again (`call->again`) or fails. */
    llmrec_status (*take)(void *user, lr_call *call, const char *answer, size_t length);

    /* The request failed for good; `text` says why. */
    llmrec_status (*fail)(void *user, lr_call *call, llmrec_status status, const char *text);
} lr_source;

/* Runs until the source has no more and nothing is in flight. `*done` of the progress is read at each step. Errors:
 * MEMORY, CANCELED, UNSUPPORTED, and what the source fails with. */
llmrec_status lr_exchange_run(lr_endpoint *endpoint, const lr_source *source, lr_progress *progress,
                              const int64_t *done);

#endif
