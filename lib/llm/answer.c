/* SPDX-License-Identifier: Apache-2.0 */
#include "llm/answer.h"

#include <string.h>

#include "core/memory.h"
#include "llm/said.h"

/* In memory, JSON objects and arrays are far larger than their text. */
static bool is_dense(const char *bytes, size_t length, size_t limit)
{
    size_t containers = 0, values = 0;
    for (size_t i = 0; i < length; i++) {
        containers += bytes[i] == '{' || bytes[i] == '[';
        values += bytes[i] == ',';
    }
    return containers > limit / 16 || values > limit / 4;
}

/* Some servers send an error with status 200. */
static llmrec_status check_error(const lr_endpoint *endpoint, const json_t *root, const char *bytes, size_t length,
                                 bool *again)
{
    char said[LR_SAID_SIZE];
    const json_t *error = json_object_get(root, "error");
    if (error == NULL || json_is_null(error) || (json_is_object(error) && json_object_size(error) == 0))
        return LLMREC_OK;
    lr_said(endpoint, bytes, length, said);
    *again = !lr_said_is_final(bytes, length);
    return lr_fail(LLMREC_ERR_FORMAT, "the answer is an error: %s", said);
}

llmrec_status lr_answer_object(const lr_endpoint *endpoint, const char *bytes, size_t length, json_t **root,
                               bool *again)
{
    json_error_t error;
    *again = false;
    if (is_dense(bytes, length, (size_t)endpoint->options.answer_limit))
        return lr_fail(LLMREC_ERR_FORMAT, "the answer has more lists and values than answer_limit allows");
    json_t *fresh = json_loadb(bytes, length, JSON_ALLOW_NUL, &error);
    *again = fresh == NULL;
    if (fresh == NULL)
        return lr_fail(LLMREC_ERR_FORMAT, "the answer is not valid JSON: %s: %s", error.text,
                       lr_quote(bytes, length).text);
    if (!json_is_object(fresh)) {
        json_decref(fresh);
        return lr_fail(LLMREC_ERR_FORMAT, "the answer is not a JSON object: %s", lr_quote(bytes, length).text);
    }
    *root = fresh;
    return LLMREC_OK;
}

llmrec_status lr_answer_parse(const lr_endpoint *endpoint, const char *bytes, size_t length, json_t **root, bool *again)
{
    json_t *fresh = NULL;
    LR_RETURN_IF(lr_answer_object(endpoint, bytes, length, &fresh, again));
    const llmrec_status status = check_error(endpoint, fresh, bytes, length, again);
    if (status == LLMREC_OK) *root = fresh;
    else json_decref(fresh);
    return status;
}

/* --- samples --------------------------------------------------------------------------------------------------- */

static bool is_none(const json_t *value)
{
    return value == NULL || json_is_null(value);
}

/* Joins content in parts: [{"type": "text", "text": ...}, ...]. */
static llmrec_status join_parts(const json_t *parts, lr_builder *joined)
{
    size_t i;
    const json_t *part;
    LR_RETURN_IF(lr_builder_add(joined, "", 0));
    json_array_foreach(parts, i, part)
    {
        const json_t *text = json_object_get(part, "text");
        if (json_is_string(text))
            LR_RETURN_IF(lr_builder_add(joined, json_string_value(text), json_string_length(text)));
    }
    return LLMREC_OK;
}

/* Appends message.content of a chat, or text of a completion. null is an empty text (a refusal or a tool call). */
static llmrec_status add_choice(llmrec_replies *replies, size_t request, const json_t *choice, lr_sample **sample)
{
    lr_builder joined = {.context = replies->context};
    const json_t *message = json_object_get(choice, "message");
    const json_t *content = message == NULL ? json_object_get(choice, "text") : json_object_get(message, "content");
    if (json_is_array(content)) {
        llmrec_status status = join_parts(content, &joined);
        if (status == LLMREC_OK) status = lr_reply_add(replies, request, joined.text, joined.length, sample);
        lr_free(replies->context, joined.text);
        return status;
    }
    if (!json_is_object(choice) || (content == NULL && message == NULL) ||
        (!is_none(content) && !json_is_string(content)))
        return lr_fail(LLMREC_ERR_FORMAT, "the answer has a choice without message.content or text");
    return is_none(content)
               ? lr_reply_add(replies, request, "", 0, sample)
               : lr_reply_add(replies, request, json_string_value(content), json_string_length(content), sample);
}

static llmrec_status add_sample(llmrec_replies *replies, size_t request, const json_t *root, const json_t *choice)
{
    lr_sample *sample = NULL;
    const char *finish = json_string_value(json_object_get(choice, "finish_reason"));
    LR_RETURN_IF(add_choice(replies, request, choice, &sample));
    if (finish != NULL) LR_RETURN_IF(lr_copy_text(replies->context, finish, strlen(finish), &sample->finish));
    return lr_answer_logprobs(replies, sample, root, choice);
}

llmrec_status lr_answer_samples(llmrec_replies *replies, size_t request, const json_t *root, size_t most)
{
    const json_t *choices = json_object_get(root, "choices");
    const size_t before = replies->replies[request].count;
    if (!json_is_array(choices) || json_array_size(choices) == 0)
        return lr_fail(LLMREC_ERR_FORMAT, "the answer has no choices");
    llmrec_status status = LLMREC_OK;
    for (size_t i = 0; status == LLMREC_OK && i < json_array_size(choices) && i < most; i++)
        status = add_sample(replies, request, root, json_array_get(choices, i));
    if (status != LLMREC_OK) lr_reply_cut(replies, request, before);
    return status;
}

static int64_t count_in(const json_t *usage, const char *name)
{
    static const int64_t MOST = (int64_t)1 << 40; /* sums of counts do not overflow */
    const json_int_t value = json_integer_value(json_object_get(usage, name));
    return value < 0 ? 0 : value > MOST ? MOST : value;
}

lr_tokens lr_answer_tokens(const json_t *root)
{
    const json_t *usage = json_object_get(root, "usage");
    return (lr_tokens){count_in(usage, "prompt_tokens"), count_in(usage, "completion_tokens")};
}
