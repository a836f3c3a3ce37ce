/* SPDX-License-Identifier: Apache-2.0 */
#include "llm/replies.h"

#include <stdlib.h>
#include <string.h>

#include "core/context.h"
#include "core/options.h"
#include "core/memory.h"

/* --- filling --------------------------------------------------------------------------------------------------- */

llmrec_status lr_replies_create(llmrec_context *context, size_t count, llmrec_replies **replies)
{
    llmrec_replies *fresh = NULL;
    LR_RETURN_IF(LR_NEW_ZERO(context, fresh, 1));
    const llmrec_status status = LR_NEW_ZERO(context, fresh->replies, count);
    if (status != LLMREC_OK) {
        lr_free(context, fresh);
        return status;
    }
    fresh->context = lr_context_hold(context);
    fresh->count = count;
    *replies = fresh;
    return LLMREC_OK;
}

static void free_sample(llmrec_context *context, const lr_sample *sample)
{
    lr_free(context, sample->text);
    lr_free(context, sample->finish);
    lr_free(context, sample->names.text);
    lr_free(context, sample->starts);
    lr_free(context, sample->alternatives);
}

void lr_reply_cut(llmrec_replies *replies, size_t request, size_t count)
{
    lr_reply *reply = &replies->replies[request];
    while (reply->count > count) free_sample(replies->context, &reply->samples[--reply->count]);
}

void llmrec_replies_free(llmrec_replies *replies)
{
    if (replies == NULL) return;
    llmrec_context *context = replies->context;
    for (size_t i = 0; i < replies->count; i++) {
        lr_reply_cut(replies, i, 0);
        lr_free(context, replies->replies[i].samples);
        lr_free(context, replies->replies[i].message);
    }
    lr_free(context, replies->replies);
    lr_free(context, replies);
    llmrec_context_free(context);
}

llmrec_status lr_reply_add(llmrec_replies *replies, size_t request, const char *text, size_t length, lr_sample **sample)
{
    lr_reply *reply = &replies->replies[request];
    lr_sample fresh = {.length = length, .names = {.context = replies->context}};
    const size_t valid = lr_utf8_valid(text, length);
    if (valid < length)
        return lr_fail(LLMREC_ERR_ARGUMENT, "answer to request %zu: byte %zu is not UTF-8: %s", request, valid,
                       lr_quote(text + valid, length - valid).text);
    LR_RETURN_IF(LR_GROW(replies->context, reply->samples, reply->capacity, reply->count, reply->count + 1));
    LR_RETURN_IF(lr_copy_text(replies->context, text, length, &fresh.text));
    reply->samples[reply->count] = fresh;
    if (sample != NULL) *sample = &reply->samples[reply->count];
    reply->count++;
    return LLMREC_OK;
}

llmrec_status lr_reply_fail(llmrec_replies *replies, size_t request, llmrec_status status, const char *text)
{
    lr_reply *reply = &replies->replies[request];
    if (reply->status != LLMREC_OK) return LLMREC_OK;
    LR_RETURN_IF(lr_copy_text(replies->context, text, strlen(text), &reply->message));
    reply->status = status;
    return LLMREC_OK;
}

void lr_reply_end(llmrec_replies *replies, size_t request)
{
    lr_reply *reply = &replies->replies[request];
    for (size_t i = 1; i < reply->count; i++) {
        const lr_sample moved = reply->samples[i];
        size_t at = i;
        for (; at > 0 && reply->samples[at - 1].number > moved.number; at--)
            reply->samples[at] = reply->samples[at - 1];
        reply->samples[at] = moved;
    }
    if (reply->count == 0 || reply->status == LLMREC_OK) return;
    lr_free(replies->context, reply->message);
    reply->message = NULL;
    reply->status = LLMREC_OK;
}

llmrec_status lr_sample_token(llmrec_replies *replies, lr_sample *s)
{
    LR_RETURN_IF(
        LR_GROW(replies->context, s->starts, s->starts_capacity, s->starts == NULL ? 0 : s->tokens + 1, s->tokens + 2));
    s->starts[s->tokens] = s->used;
    s->starts[++s->tokens] = s->used;
    return LLMREC_OK;
}

llmrec_status lr_sample_alternative(llmrec_replies *replies, lr_sample *s, const char *text, double logprob)
{
    const size_t name = s->names.length;
    LR_RETURN_IF(LR_GROW(replies->context, s->alternatives, s->capacity, s->used, s->used + 1));
    LR_RETURN_IF(lr_builder_add(&s->names, text, strlen(text) + 1));
    s->alternatives[s->used++] = (lr_alternative){name, logprob};
    s->starts[s->tokens] = s->used;
    return LLMREC_OK;
}

/* Sorts by falling log-probability, and equal ones by their original order. */
static int by_logprob(const void *one, const void *other)
{
    const lr_alternative *a = one, *b = other;
    if (a->logprob != b->logprob) return a->logprob > b->logprob ? -1 : 1;
    return (a->name > b->name) - (a->name < b->name);
}

void lr_sample_token_end(lr_sample *s)
{
    const size_t first = s->starts[s->tokens - 1];
    size_t next = first + 1; /* nearly all servers send them sorted */
    while (next < s->used && s->alternatives[next - 1].logprob >= s->alternatives[next].logprob) next++;
    if (next < s->used) qsort(s->alternatives + first, s->used - first, sizeof *s->alternatives, by_logprob);
}

/* --- the getters ----------------------------------------------------------------------------------------------- */

static bool has(const llmrec_replies *replies, int64_t request)
{
    return request >= 0 && (uint64_t)request < replies->count;
}

static llmrec_status no_such(const char *what, long long met, size_t count)
{
    return lr_fail(LLMREC_ERR_ARGUMENT, "replies: %s is %lld; wanted less than %zu", what, met, count);
}

llmrec_status llmrec_replies_status(const llmrec_replies *replies, int64_t request, const char **message)
{
    LR_NEED(replies);
    if (!has(replies, request)) return no_such("request", request, replies->count);
    const lr_reply *reply = &replies->replies[request];
    if (message != NULL) *message = reply->message == NULL ? "" : reply->message;
    return reply->status == LLMREC_OK ? LLMREC_OK : lr_fail(reply->status, "%s", reply->message);
}

int64_t llmrec_replies_count(const llmrec_replies *replies, int64_t request)
{
    return replies == NULL || !has(replies, request) ? 0 : (int64_t)replies->replies[request].count;
}

static llmrec_status find_sample(const llmrec_replies *replies, int64_t request, int64_t sample,
                                 const lr_sample **found)
{
    LR_NEED(replies);
    if (!has(replies, request)) return no_such("request", request, replies->count);
    const lr_reply *reply = &replies->replies[request];
    if (sample < 0 || (uint64_t)sample >= reply->count) return no_such("sample", sample, reply->count);
    *found = &reply->samples[sample];
    return LLMREC_OK;
}

llmrec_status llmrec_replies_text(const llmrec_replies *replies, int64_t request, int64_t sample, const char **text,
                                  size_t *length, const char **finish)
{
    const lr_sample *found = NULL;
    LR_RETURN_IF(find_sample(replies, request, sample, &found));
    LR_NEED(text);
    *text = found->text;
    if (length != NULL) *length = found->length;
    if (finish != NULL) *finish = found->finish == NULL ? "" : found->finish;
    return LLMREC_OK;
}

int64_t llmrec_replies_tokens(const llmrec_replies *replies, int64_t request, int64_t sample)
{
    if (replies == NULL || !has(replies, request) || sample < 0) return 0;
    const lr_reply *reply = &replies->replies[request];
    return (uint64_t)sample >= reply->count ? 0 : (int64_t)reply->samples[sample].tokens;
}

llmrec_status llmrec_replies_alternatives(const llmrec_replies *replies, int64_t request, int64_t sample, int64_t token,
                                          const char **texts, double *logprobs, int64_t capacity, int64_t *count)
{
    const lr_sample *found = NULL;
    LR_RETURN_IF(find_sample(replies, request, sample, &found));
    if (token < 0 || (uint64_t)token >= found->tokens) return no_such("token", token, found->tokens);
    LR_NEED(count);
    if (capacity > 0) LR_NEED(texts, logprobs);
    const size_t first = found->starts[token], total = found->starts[token + 1] - first;
    LR_RETURN_IF(lr_count("capacity", capacity));
    *count = (int64_t)total;
    for (size_t i = 0; i < total && i < (size_t)capacity; i++) {
        texts[i] = found->names.text + found->alternatives[first + i].name;
        logprobs[i] = found->alternatives[first + i].logprob;
    }
    return LLMREC_OK;
}
