/* SPDX-License-Identifier: Apache-2.0 */
/* One request to a server, whose answer is a JSON object. */
#ifndef LR_LLM_ASK_H
#define LR_LLM_ASK_H

#include <jansson.h>

#include "llm/endpoint.h"

typedef struct lr_question {
    const char *method; /* "GET" or "POST" */
    const char *path;
    const char *type;    /* of the body; NULL: application/json */
    lr_builder *body;    /* its text is taken over; NULL: none */
    bool job;            /* the answer may have an `error` of its own */
    bool once;           /* not again where the server may have done what it was asked */
    const char *purpose; /* of the progress */
} lr_question;

/* `*root` is the answer: give it up with json_decref. Errors: what the request failed with. */
llmrec_status lr_ask(lr_endpoint *endpoint, const lr_question *question, json_t **root);

#endif
