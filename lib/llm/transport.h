/* SPDX-License-Identifier: Apache-2.0 */
/* Runs many HTTP requests from one thread over connections that stay open. Only the implementation uses libcurl; a
 * build without libcurl returns UNSUPPORTED. */
#ifndef LR_LLM_TRANSPORT_H
#define LR_LLM_TRANSPORT_H

#include <stddef.h>

#include "llm/endpoint.h"
#include "llm/retry.h"

typedef struct lr_transport lr_transport;

/* Errors: UNSUPPORTED (a build without HTTP). */
llmrec_status lr_transport_supported(void);

/* Creates a transport with one slot for each of the endpoint's `concurrency` requests. The endpoint must outlive it. */
llmrec_status lr_transport_create(const lr_endpoint *endpoint, lr_transport **transport);
void lr_transport_free(lr_transport *transport);

/* Takes an idle transport with its connections, or creates one; gives it back for the next call. */
llmrec_status lr_transport_take(lr_endpoint *endpoint, lr_transport **transport);
void lr_transport_give(lr_endpoint *endpoint, lr_transport *transport);

typedef struct lr_request {
    const char *method; /* "GET" or "POST" */
    const char *url;
    const char *type; /* content type of the body; NULL: application/json */
    const char *body; /* must stay valid until the outcome */
    size_t length;
    bool once; /* use a new connection: libcurl itself repeats a request whose old connection was closed */
} lr_request;

typedef struct lr_outcome {
    llmrec_status status; /* LLMREC_OK: an HTTP answer was received; else this thread's error text says why */
    bool again;           /* another attempt may succeed */
    long http;            /* the answer's status */
    char *bytes;          /* body of the answer, NUL-terminated, key masked; valid until the slot starts again */
    size_t length;
    const lr_hints *hints;
    double seconds;
} lr_outcome;

/* Starts a request in a free slot. */
llmrec_status lr_transport_start(lr_transport *transport, size_t slot, const lr_request *request);

/* Transfers data, waiting at most `seconds`. */
llmrec_status lr_transport_wait(lr_transport *transport, double seconds);

/* Returns a slot whose request has ended, and its outcome; the slot is then free. Returns false if there is none. */
bool lr_transport_ended(lr_transport *transport, size_t *slot, lr_outcome *outcome);

/* Aborts all requests in flight. */
void lr_transport_abort(lr_transport *transport);

#endif
