/* SPDX-License-Identifier: Apache-2.0 */
#include "llm/request.h"

#include <math.h>
#include <string.h>

#include "core/memory.h"
#include "llm/llm_options.h"

/* --- checks ---------------------------------------------------------------------------------------------------- */

static llmrec_status check_text(const char *text, size_t index, const char *what, int64_t number)
{
    if (text == NULL)
        return lr_fail(LLMREC_ERR_ARGUMENT, "request %zu: %s %lld is NULL", index, what, (long long)number);
    const size_t length = strlen(text), valid = lr_utf8_valid(text, length);
    if (valid == length) return LLMREC_OK;
    return lr_fail(LLMREC_ERR_ARGUMENT, "request %zu: %s %lld: byte %zu is not UTF-8: %s", index, what,
                   (long long)number, valid, lr_quote(text + valid, length - valid).text);
}

static llmrec_status check_messages(const llmrec_chat_request *r, size_t index)
{
    static const char *const roles[] = {"system", "user", "assistant"};
    if (r->messages == NULL || r->message_count < 1)
        return lr_fail(LLMREC_ERR_ARGUMENT, "request %zu: message_count is 0; wanted at least 1", index);
    for (int64_t i = 0; i < r->message_count; i++) {
        const llmrec_message *message = &r->messages[i];
        bool known = false;
        LR_RETURN_IF(check_text(message->role, index, "the role of message", i));
        LR_RETURN_IF(check_text(message->content, index, "message", i));
        for (size_t j = 0; j < sizeof roles / sizeof *roles; j++) known = known || strcmp(message->role, roles[j]) == 0;
        if (!known)
            return lr_fail(LLMREC_ERR_ARGUMENT,
                           "request %zu: the role of message %lld is %s; wanted system, user or "
                           "assistant",
                           index, (long long)i, lr_quote(message->role, strlen(message->role)).text);
    }
    return LLMREC_OK;
}

static llmrec_status check_constraints(const llmrec_chat_request *r, size_t index)
{
    json_error_t error;
    if (r->stop == NULL && r->stop_count > 0)
        return lr_fail(LLMREC_ERR_ARGUMENT, "request %zu: stop is NULL; wanted %lld texts", index,
                       (long long)r->stop_count);
    for (int64_t i = 0; i < r->stop_count; i++) LR_RETURN_IF(check_text(r->stop[i], index, "stop", i));
    if (r->grammar != NULL) LR_RETURN_IF(check_text(r->grammar, index, "grammar", 0));
    if (r->json_schema == NULL) return LLMREC_OK;
    json_t *schema = json_loads(r->json_schema, 0, &error);
    const bool object = json_is_object(schema);
    json_decref(schema);
    if (schema == NULL)
        return lr_fail(LLMREC_ERR_ARGUMENT, "request %zu: json_schema is not valid JSON: column %d: %s", index,
                       error.column, error.text);
    return object ? LLMREC_OK : lr_fail(LLMREC_ERR_ARGUMENT, "request %zu: json_schema is not a JSON object", index);
}

/* Adds the request's index to the error of an option. */
static llmrec_status of_request(llmrec_status status, size_t index)
{
    return status == LLMREC_OK ? status : lr_fail(status, "request %zu: %s", index, llmrec_last_error());
}

llmrec_status lr_chat_request_read(const llmrec_chat_request *given, size_t index, llmrec_chat_request *full)
{
    if (given == NULL) return lr_fail(LLMREC_ERR_ARGUMENT, "requests[%zu] is NULL", index);
    LR_RETURN_IF(of_request(lr_options_read(&lr_chat_request_options, given, full), index));
    LR_RETURN_IF(check_messages(full, index));
    return check_constraints(full, index);
}

/* --- bodies ---------------------------------------------------------------------------------------------------- */

/* State of writing a body: the output, and the first failure. */
typedef struct writer {
    const lr_endpoint *endpoint;
    lr_builder *body;
} writer;

static llmrec_status add_text(const writer *w, const char *text)
{
    return lr_builder_json(w->body, text, strlen(text));
}

static llmrec_status put_integer(const writer *w, const char *name, int64_t value, bool given)
{
    bool wanted = false;
    if (given) LR_RETURN_IF(lr_body_member(w->endpoint, w->body, name, &wanted));
    return wanted ? lr_builder_format(w->body, "%lld", (long long)value) : LLMREC_OK;
}

static llmrec_status put_number(const writer *w, const char *name, double value)
{
    bool wanted = false;
    if (!isnan(value)) LR_RETURN_IF(lr_body_member(w->endpoint, w->body, name, &wanted));
    return wanted ? lr_builder_number(w->body, value) : LLMREC_OK;
}

static llmrec_status put_messages(const writer *w, const llmrec_chat_request *r)
{
    bool wanted = false;
    LR_RETURN_IF(lr_body_member(w->endpoint, w->body, "messages", &wanted));
    if (!wanted) return LLMREC_OK;
    for (int64_t i = 0; i < r->message_count; i++) {
        LR_RETURN_IF(lr_builder_format(w->body, "%s{\"role\":", i == 0 ? "[" : ","));
        LR_RETURN_IF(add_text(w, r->messages[i].role));
        LR_RETURN_IF(lr_builder_format(w->body, ",\"content\":"));
        LR_RETURN_IF(add_text(w, r->messages[i].content));
        LR_RETURN_IF(lr_builder_add(w->body, "}", 1));
    }
    return lr_builder_add(w->body, "]", 1);
}

/* Joins the messages' contents to one text. */
static llmrec_status put_prompt(const writer *w, const llmrec_chat_request *r)
{
    lr_builder joined = {.context = w->body->context};
    bool wanted = false;
    llmrec_status status = LLMREC_OK;
    LR_TRY(lr_body_member(w->endpoint, w->body, "prompt", &wanted));
    if (!wanted) goto done;
    for (int64_t i = 0; i < r->message_count; i++) {
        if (i > 0) LR_TRY(lr_builder_add(&joined, "\n\n", 2));
        LR_TRY(lr_builder_add(&joined, r->messages[i].content, strlen(r->messages[i].content)));
    }
    LR_TRY(lr_builder_json(w->body, joined.text, joined.length));
done:
    lr_free(joined.context, joined.text);
    return status;
}

static llmrec_status put_stop(const writer *w, const llmrec_chat_request *r)
{
    bool wanted = false;
    if (r->stop_count > 0) LR_RETURN_IF(lr_body_member(w->endpoint, w->body, "stop", &wanted));
    if (!wanted) return LLMREC_OK;
    for (int64_t i = 0; i < r->stop_count; i++) {
        LR_RETURN_IF(lr_builder_add(w->body, i == 0 ? "[" : ",", 1));
        LR_RETURN_IF(add_text(w, r->stop[i]));
    }
    return lr_builder_add(w->body, "]", 1);
}

static bool is_completion(const writer *w)
{
    return w->endpoint->options.kind == LLMREC_ENDPOINT_COMPLETIONS;
}

/* The schema is written as given, because it was already parsed. In completions, llama.cpp uses another name for it. */
static llmrec_status put_constraints(const writer *w, const llmrec_chat_request *r)
{
    bool wanted = false;
    if (r->json_schema != NULL) LR_RETURN_IF(lr_body_member(w->endpoint, w->body, "response_format", &wanted));
    if (wanted) {
        static const char head[] =
            "{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"answer\",\"strict\":true,\"schema\":";
        LR_RETURN_IF(lr_builder_add(w->body, head, sizeof head - 1));
        LR_RETURN_IF(lr_builder_format(w->body, "%s}}", r->json_schema));
    }
    wanted = false;
    if (r->json_schema != NULL && is_completion(w))
        LR_RETURN_IF(lr_body_member(w->endpoint, w->body, "json_schema", &wanted));
    if (wanted) LR_RETURN_IF(lr_builder_add(w->body, r->json_schema, strlen(r->json_schema)));
    wanted = false;
    if (r->grammar != NULL) LR_RETURN_IF(lr_body_member(w->endpoint, w->body, "grammar", &wanted));
    return wanted ? add_text(w, r->grammar) : LLMREC_OK;
}

static llmrec_status put_logprobs(const writer *w, const llmrec_chat_request *r)
{
    bool wanted = false;
    if (is_completion(w)) return put_integer(w, "logprobs", r->top_logprobs, r->top_logprobs > 0);
    if (r->top_logprobs > 0) LR_RETURN_IF(lr_body_member(w->endpoint, w->body, "logprobs", &wanted));
    if (wanted) LR_RETURN_IF(lr_builder_add(w->body, "true", 4));
    return put_integer(w, "top_logprobs", r->top_logprobs, r->top_logprobs > 0);
}

llmrec_status lr_chat_body(const lr_endpoint *endpoint, const llmrec_chat_request *request, size_t first, size_t count,
                           lr_builder *body)
{
    const writer w = {endpoint, body};
    LR_RETURN_IF(lr_body_begin(endpoint, body));
    LR_RETURN_IF(is_completion(&w) ? put_prompt(&w, request) : put_messages(&w, request));
    LR_RETURN_IF(put_integer(&w, "n", (int64_t)count, count > 1));
    LR_RETURN_IF(put_number(&w, "temperature", request->temperature));
    LR_RETURN_IF(put_number(&w, "top_p", request->top_p));
    LR_RETURN_IF(put_integer(&w, "max_tokens", request->max_tokens, request->max_tokens > 0));
    LR_RETURN_IF(put_integer(&w, "seed", request->seed + (int64_t)first, request->seed >= 0));
    LR_RETURN_IF(put_stop(&w, request));
    LR_RETURN_IF(put_constraints(&w, request));
    LR_RETURN_IF(put_logprobs(&w, request));
    return lr_body_end(endpoint, body);
}

int64_t lr_chat_longest(const lr_endpoint *endpoint, const llmrec_chat_request *request)
{
    static const char *const names[] = {"max_tokens", "max_completion_tokens"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) { /* members of the option `body` replace these */
        const json_int_t own = json_integer_value(json_object_get(endpoint->extra, names[i]));
        if (own > 0) return own < INT32_MAX ? own : INT32_MAX;
    }
    return request->max_tokens;
}
