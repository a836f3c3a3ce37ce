/* SPDX-License-Identifier: Apache-2.0 */
/* A server and how to deal with it: options that were checked and copied, what it has cost, connections kept open. */
#ifndef LR_LLM_ENDPOINT_H
#define LR_LLM_ENDPOINT_H

#include <jansson.h>
#include <pthread.h>

#include "core/text.h"
#include "llm/journal.h"
#include "llm/meter.h"

struct lr_transport;

typedef struct lr_endpoint {
    llmrec_context *context;
    llmrec_endpoint_options options; /* its texts are copies of its own */
    size_t base;                     /* bytes of the URL before paths: without a query or a slash at the end */
    json_t *extra;                   /* members for every body, or NULL */
    char *extra_text;                /* the same as ",\"name\":value..." */
    lr_meter meter;
    lr_journal *journal; /* or NULL */
    pthread_mutex_t lock;
    struct lr_transport *idle; /* kept for the next call */
} lr_endpoint;

/* Reads options and opens the journal. Errors as llmrec_llm_create_endpoint. */
llmrec_status lr_endpoint_open(llmrec_context *context, const llmrec_endpoint_options *given, lr_endpoint **endpoint);

/* Wipes keys and headers before their memory is given back. */
void lr_endpoint_close(lr_endpoint *endpoint);

/* The address of a path ("/chat/completions"): the base, the path, and the query that the URL had. `without_query`: fit
 * for messages. */
llmrec_status lr_endpoint_url(const lr_endpoint *endpoint, const char *path, bool without_query, lr_builder *url);

/* Stars out every place where the key stands in `text`, as it is or with escapes of JSON. */
void lr_endpoint_mask(const lr_endpoint *endpoint, char *text, size_t length);

/* Begins a body: "{" and the model, where one is named. lr_body_member adds ",\"name\":" and says whether the value is
 * wanted: it is not where the options' own members replace it. lr_body_end adds those, and "}". */
llmrec_status lr_body_begin(const lr_endpoint *endpoint, lr_builder *body);
llmrec_status lr_body_member(const lr_endpoint *endpoint, lr_builder *body, const char *name, bool *wanted);
llmrec_status lr_body_end(const lr_endpoint *endpoint, lr_builder *body);

/* Tokens that a body comes to, by our estimate: rather too many, as its marks count too. */
int64_t lr_body_tokens(const lr_builder *body);

#endif
