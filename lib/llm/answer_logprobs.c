/* SPDX-License-Identifier: Apache-2.0 */
/* Parses log-probabilities in the shapes that servers return. */
#include <math.h>

#include "llm/answer.h"

/* Adds an alternative if it has a text and a number. */
static llmrec_status add(llmrec_replies *replies, lr_sample *sample, const char *text, const json_t *value)
{
    if (text == NULL || !json_is_number(value)) return LLMREC_OK;
    return lr_sample_alternative(replies, sample, text, json_number_value(value));
}

static const char *token_text(const json_t *entry)
{
    static const char *const names[] = {"token", "tok_str", "content"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const json_t *text = json_object_get(entry, names[i]);
        if (json_is_string(text)) return json_string_value(text);
    }
    return NULL;
}

/* Adds {"token": ..., "logprob": ...}, or the same with "prob". */
static llmrec_status add_entry(llmrec_replies *replies, lr_sample *sample, const json_t *entry)
{
    const json_t *logprob = json_object_get(entry, "logprob"), *prob = json_object_get(entry, "prob");
    const char *text = token_text(entry);
    if (json_is_number(logprob)) return add(replies, sample, text, logprob);
    if (!json_is_number(prob) || text == NULL || !(json_number_value(prob) > 0)) return LLMREC_OK;
    return lr_sample_alternative(replies, sample, text, log(json_number_value(prob)));
}

static const json_t *entries_of(const json_t *token)
{
    static const char *const names[] = {"top_logprobs", "top_probs", "probs"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const json_t *found = json_object_get(token, names[i]);
        if (json_is_array(found) && json_array_size(found) > 0) return found;
    }
    return NULL;
}

/* Adds [{"token", "logprob", "top_logprobs": [...]}, ...]. A token without alternatives is its own alternative. */
static llmrec_status add_tokens(llmrec_replies *replies, lr_sample *sample, const json_t *tokens)
{
    size_t i, j;
    const json_t *token, *entry;
    json_array_foreach(tokens, i, token)
    {
        const json_t *entries = entries_of(token);
        LR_RETURN_IF(lr_sample_token(replies, sample));
        if (entries == NULL) LR_RETURN_IF(add_entry(replies, sample, token));
        json_array_foreach(entries, j, entry) LR_RETURN_IF(add_entry(replies, sample, entry));
        lr_sample_token_end(sample);
    }
    return LLMREC_OK;
}

/* {"tokens": [...], "token_logprobs": [...], "top_logprobs": [{token: logprob, ...}, ...]} */
static llmrec_status add_legacy(llmrec_replies *replies, lr_sample *sample, const json_t *logprobs)
{
    const json_t *tokens = json_object_get(logprobs, "tokens"), *own = json_object_get(logprobs, "token_logprobs");
    const json_t *tops = json_object_get(logprobs, "top_logprobs");
    const size_t count = json_is_array(tokens) ? json_array_size(tokens) : json_array_size(tops);
    for (size_t i = 0; i < count; i++) {
        const json_t *top = json_array_get(tops, i);
        void *each = json_object_iter((json_t *)(uintptr_t)top);
        LR_RETURN_IF(lr_sample_token(replies, sample));
        if (each == NULL)
            LR_RETURN_IF(add(replies, sample, json_string_value(json_array_get(tokens, i)), json_array_get(own, i)));
        for (; each != NULL; each = json_object_iter_next((json_t *)(uintptr_t)top, each))
            LR_RETURN_IF(add(replies, sample, json_object_iter_key(each), json_object_iter_value(each)));
        lr_sample_token_end(sample);
    }
    return LLMREC_OK;
}

llmrec_status lr_answer_logprobs(llmrec_replies *replies, lr_sample *sample, const json_t *root, const json_t *choice)
{
    const json_t *logprobs = json_object_get(choice, "logprobs");
    const json_t *content = json_object_get(logprobs, "content");
    const json_t *probabilities = json_object_get(choice, "completion_probabilities");
    if (probabilities == NULL && json_array_size(json_object_get(root, "choices")) == 1)
        probabilities = json_object_get(root, "completion_probabilities");
    if (json_is_array(content)) return add_tokens(replies, sample, content);
    if (json_is_object(logprobs) && json_is_array(json_object_get(logprobs, "top_logprobs")))
        return add_legacy(replies, sample, logprobs);
    if (json_is_object(logprobs) && json_is_array(json_object_get(logprobs, "token_logprobs")))
        return add_legacy(replies, sample, logprobs);
    return json_is_array(probabilities) ? add_tokens(replies, sample, probabilities) : LLMREC_OK;
}
