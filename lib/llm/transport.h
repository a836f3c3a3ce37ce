/* SPDX-License-Identifier: Apache-2.0 */
/* Many HTTP requests in flight from one thread, over connections that stay open. The one caller of libcurl; a build
 * without it has one that refuses. */
#ifndef LR_LLM_TRANSPORT_H
#define LR_LLM_TRANSPORT_H

#include <stddef.h>

#include "llm/endpoint.h"
#include "llm/retry.h"

typedef struct lr_transport lr_transport;

/* UNSUPPORTED in a build without HTTP. */
llmrec_status lr_transport_supported(void);

/* Room for the endpoint's `concurrency` requests: slots. The endpoint must outlive it. */
llmrec_status lr_transport_create(const lr_endpoint *endpoint, lr_transport **transport);
void lr_transport_free(lr_transport *transport);

/* One made before, with its connections, or a new one; and back for the next call. */
llmrec_status lr_transport_take(lr_endpoint *endpoint, lr_transport **transport);
void lr_transport_give(lr_endpoint *endpoint, lr_transport *transport);

typedef struct lr_request {
    const char *method; /* "GET" or "POST" */
    const char *url;
    const char *type; /* of the body; NULL: application/json */
    const char *body; /* must stay until the outcome */
    size_t length;
    bool once; /* over a new connection: libcurl itself sends again what an old one, closed meanwhile, did not answer */
} lr_request;

typedef struct lr_outcome {
    llmrec_status status; /* LLMREC_OK: an HTTP answer came whole. Else why not, as this thread's error text */
    bool again;           /* another attempt may do better */
    long http;            /* the answer's status */
    char *bytes;          /* its body, NUL-terminated, with the key starred out; good until the slot starts again */
    size_t length;
    const lr_hints *hints;
    double seconds;
} lr_outcome;

/* Begins a request in a slot that is free. */
llmrec_status lr_transport_start(lr_transport *transport, size_t slot, const lr_request *request);

/* Moves bytes, and waits for more, at most so long. */
llmrec_status lr_transport_wait(lr_transport *transport, double seconds);

/* A slot whose request has ended, and how; false: there is none. The slot is free then. */
bool lr_transport_ended(lr_transport *transport, size_t *slot, lr_outcome *outcome);

/* Breaks off everything in flight. */
void lr_transport_abort(lr_transport *transport);

#endif
