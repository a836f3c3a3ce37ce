/* SPDX-License-Identifier: Apache-2.0 */
/* Defines an endpoint: a server with checked and copied options, usage counts, and open connections. */
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
    llmrec_endpoint_options options; /* its texts are copies */
    size_t base;                     /* bytes of the URL before the path: without query and trailing slash */
    json_t *extra;                   /* members added to every body, or NULL */
    char *extra_text;                /* `extra` as the text ",\"name\":value..." */
    lr_meter meter;
    lr_journal *journal; /* or NULL */
    pthread_mutex_t lock;
    struct lr_transport *idle; /* kept for the next call */
} lr_endpoint;

/* Reads options and opens the journal. Errors: as llmrec_llm_create_endpoint. */
llmrec_status lr_endpoint_open(llmrec_context *context, const llmrec_endpoint_options *given, lr_endpoint **endpoint);

/* Overwrites keys and headers before it frees them. */
void lr_endpoint_close(lr_endpoint *endpoint);

/* Builds the URL of a path such as "/chat/completions": base, path, and the query of the option `url`. `without_query`:
 * for messages. */
llmrec_status lr_endpoint_url(const lr_endpoint *endpoint, const char *path, bool without_query, lr_builder *url);

/* Appends `,"name":` and the options without secrets: no key, headers, body, proxy or query of the URL, and the key
 * masked if the URL contains it. */
llmrec_status lr_endpoint_describe(const lr_endpoint *endpoint, const char *name, lr_builder *json);

/* Replaces the key in `text` by stars, also where it has JSON escapes. */
void lr_endpoint_mask(const lr_endpoint *endpoint, char *text, size_t length);

/* lr_body_begin writes "{" and the model, if one is set. lr_body_member writes ",\"name\":" and returns whether the
 * caller must write the value; it returns false for members that the option `body` replaces. lr_body_end writes the
 * members of `body`, and "}". */
llmrec_status lr_body_begin(const lr_endpoint *endpoint, lr_builder *body);
llmrec_status lr_body_member(const lr_endpoint *endpoint, lr_builder *body, const char *name, bool *wanted);
llmrec_status lr_body_end(const lr_endpoint *endpoint, lr_builder *body);

/* Estimates the tokens of a body. The estimate is high, because JSON punctuation counts too. */
int64_t lr_body_tokens(const lr_builder *body);

#endif
