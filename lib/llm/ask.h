/* SPDX-License-Identifier: Apache-2.0 */
/* Sends one request to a server and parses the answer as a JSON object. */
#ifndef LR_LLM_ASK_H
#define LR_LLM_ASK_H

#include <jansson.h>

#include "llm/endpoint.h"

typedef struct lr_question {
    const char *method; /* "GET" or "POST" */
    const char *path;
    const char *type;    /* content type of the body; NULL: application/json */
    lr_builder *body;    /* NULL: none; its text is moved */
    bool job;            /* the answer may have an `error` member that belongs to the job */
    bool once;           /* no second attempt if the server may already have done the work */
    const char *purpose; /* name in progress reports */
} lr_question;

/* Ownership: the caller releases `*root` with json_decref. Errors: those of the request. */
llmrec_status lr_ask(lr_endpoint *endpoint, const lr_question *question, json_t **root);

#endif
