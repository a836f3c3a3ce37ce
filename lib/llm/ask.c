/* SPDX-License-Identifier: Apache-2.0 */
#include "llm/ask.h"

#include "core/memory.h"
#include "llm/answer.h"
#include "llm/exchange.h"

typedef struct asking {
    lr_endpoint *endpoint;
    lr_call call;
    bool begun, job;
    json_t *root;
    int64_t done;
} asking;

static llmrec_status next(void *user, lr_call **call)
{
    asking *a = user;
    *call = a->begun ? NULL : &a->call;
    a->begun = true;
    return LLMREC_OK;
}

static llmrec_status take(void *user, lr_call *call, const char *answer, size_t length)
{
    asking *a = user;
    return a->job ? lr_answer_object(a->endpoint, answer, length, &a->root, &call->again)
                  : lr_answer_parse(a->endpoint, answer, length, &a->root, &call->again);
}

static llmrec_status fail(void *user, lr_call *call, llmrec_status status, const char *text)
{
    asking *a = user;
    (void)call;
    lr_meter_add(&a->endpoint->meter, &(llmrec_usage){.failures = 1});
    return lr_fail(status, "%s", text);
}

llmrec_status lr_ask(lr_endpoint *endpoint, const lr_question *question, json_t **root)
{
    asking a = {.endpoint = endpoint, .job = question->job};
    const lr_source source = {.user = &a,
                              .method = question->method,
                              .path = question->path,
                              .type = question->type,
                              .once = question->once,
                              .next = next,
                              .take = take,
                              .fail = fail};
    lr_progress progress = lr_progress_begin(endpoint->context, question->purpose, "steps", 0);
    if (question->body != NULL) {
        a.call.body = *question->body;
        *question->body = (lr_builder){.context = endpoint->context};
    }
    lr_meter_add(&endpoint->meter, &(llmrec_usage){.requests = 1});
    llmrec_status status = lr_exchange_run(endpoint, &source, &progress, &a.done);
    lr_free(endpoint->context, a.call.body.text);
    if (status == LLMREC_OK) *root = a.root;
    else json_decref(a.root);
    return status;
}
