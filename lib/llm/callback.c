/* SPDX-License-Identifier: Apache-2.0 */
/* Asks a model of the host: passes requests in batches, and receives answers through llmrec_completion_answer. */
#include <math.h>
#include <string.h>

#include "core/log.h"
#include "core/options.h"
#include "llm/llm.h"

/* A batch while the host processes it. */
typedef struct handed {
    llmrec_replies *replies;
    const llmrec_chat_request *const *requests; /* [count] */
    size_t first, count;                        /* of all requests */
} handed;

/* Returns the request's index among all requests. */
static llmrec_status find_request(const llmrec_completion *completion, int64_t request, const handed **batch,
                                  size_t *index)
{
    LR_NEED(completion);
    *batch = completion->answers;
    if (request < 0 || (uint64_t)request >= (*batch)->count)
        return lr_fail(LLMREC_ERR_ARGUMENT, "answer: request is %lld; wanted less than %zu", (long long)request,
                       (*batch)->count);
    *index = (*batch)->first + (size_t)request;
    return LLMREC_OK;
}

llmrec_status llmrec_completion_answer(const llmrec_completion *completion, int64_t request, const char *text,
                                       size_t length)
{
    llmrec_chat_request full;
    const handed *batch = NULL;
    size_t index = 0;
    LR_RETURN_IF(find_request(completion, request, &batch, &index));
    LR_NEED(text);
    LR_RETURN_IF(lr_chat_request_read(batch->requests[request], index, &full));
    if ((int64_t)batch->replies->replies[index].count >= full.samples)
        return lr_fail(LLMREC_ERR_ARGUMENT, "answer: request %zu has its %lld samples already", index,
                       (long long)full.samples);
    return lr_reply_add(batch->replies, index, text, length == SIZE_MAX ? strlen(text) : length, NULL);
}

llmrec_status llmrec_completion_alternatives(const llmrec_completion *completion, int64_t request,
                                             const char *const *texts, const double *logprobs, int64_t count)
{
    const handed *batch = NULL;
    size_t index = 0;
    LR_RETURN_IF(find_request(completion, request, &batch, &index));
    LR_RETURN_IF(lr_count("count", count));
    if (count > 0) LR_NEED(texts, logprobs);
    for (size_t i = 0; i < (size_t)count; i++)
        if (texts[i] == NULL || isnan(logprobs[i]))
            return lr_fail(LLMREC_ERR_ARGUMENT, "alternatives: texts[%zu] is NULL, or logprobs[%zu] is NaN", i, i);
    const lr_reply *reply = &batch->replies->replies[index];
    if (reply->count == 0) return lr_fail(LLMREC_ERR_ARGUMENT, "alternatives: request %zu has no answer yet", index);
    lr_sample *sample = &reply->samples[reply->count - 1];
    LR_RETURN_IF(lr_sample_token(batch->replies, sample));
    for (size_t i = 0; i < (size_t)count; i++)
        LR_RETURN_IF(lr_sample_alternative(batch->replies, sample, texts[i], logprobs[i]));
    lr_sample_token_end(sample);
    return LLMREC_OK;
}

static llmrec_status hand(const llmrec_llm *llm, const handed *batch)
{
    handed answers = *batch;
    const llmrec_completion completion = {
        .size = sizeof completion, .requests = batch->requests, .count = (int64_t)batch->count, .answers = &answers};
    char before[LR_ERROR_SIZE];
    lr_error_take(before);
    const llmrec_status status = llm->complete(&completion, llm->user);
    if (status == LLMREC_OK) return LLMREC_OK;
    const char *why = llmrec_last_error();
    if (strcmp(before, why) == 0) why = "no error of this library";
    return lr_fail(LLMREC_ERR_CALLBACK,
                   "the model's callback returned %d for requests %zu to %zu; wanted LLMREC_OK: %s", (int)status,
                   batch->first, batch->first + batch->count - 1, why);
}

/* Requests without an answer fail. */
static llmrec_status count_answers(llmrec_llm *llm, const handed *batch, double seconds)
{
    const int64_t count = (int64_t)batch->count;
    llmrec_usage more = {.requests = count, .attempts = count, .seconds = seconds};
    for (size_t i = batch->first; i < batch->first + batch->count; i++) {
        if (batch->replies->replies[i].count > 0) continue;
        more.failures++;
        LR_RETURN_IF(lr_reply_fail(batch->replies, i, LLMREC_ERR_FORMAT, "the model's callback gave no answer"));
    }
    lr_meter_add(&llm->meter, &more);
    return LLMREC_OK;
}

llmrec_status lr_chat_callback(llmrec_llm *llm, const llmrec_chat_request *const *requests, llmrec_replies *replies)
{
    lr_progress progress = lr_progress_begin(llm->context, "ask the model", "requests", (int64_t)replies->count);
    handed batch = {.replies = replies};
    for (size_t done = 0; done < replies->count; done += batch.count) {
        const size_t left = replies->count - done;
        const int64_t begun = lr_now_ns();
        batch.requests = requests + done;
        batch.first = done;
        batch.count = left < (uint64_t)llm->batch ? left : (size_t)llm->batch;
        LR_RETURN_IF(hand(llm, &batch));
        LR_RETURN_IF(count_answers(llm, &batch, (double)(lr_now_ns() - begun) * 1e-9));
        LR_RETURN_IF(lr_progress_step(&progress, (int64_t)(done + batch.count)));
    }
    return lr_progress_end(&progress, (int64_t)replies->count);
}
