/* SPDX-License-Identifier: Apache-2.0 */
/* Public functions for chat models (llmrec/llm.h). */
#include "llm/llm.h"

#include "core/context.h"
#include "core/description.h"
#include "core/memory.h"

static llmrec_status create(llmrec_context *context, llmrec_llm **llm)
{
    llmrec_llm *fresh = NULL;
    LR_RETURN_IF(LR_NEW_ZERO(context, fresh, 1));
    const llmrec_status status = lr_meter_init(&fresh->meter, NULL);
    if (status != LLMREC_OK) {
        lr_free(context, fresh);
        return status;
    }
    fresh->context = lr_context_hold(context);
    atomic_init(&fresh->references, 1);
    atomic_init(&fresh->n_refused, false);
    atomic_init(&fresh->most_logprobs, INT64_MAX);
    *llm = fresh;
    return LLMREC_OK;
}

llmrec_status llmrec_llm_create_endpoint(llmrec_context *context, const llmrec_endpoint_options *options,
                                         llmrec_llm **llm)
{
    llmrec_llm *fresh = NULL;
    LR_NEED(context, llm);
    LR_RETURN_IF(create(context, &fresh));
    const llmrec_status status = lr_endpoint_open(context, options, &fresh->endpoint);
    if (status == LLMREC_OK) *llm = fresh;
    else llmrec_llm_free(fresh);
    return status;
}

llmrec_status llmrec_llm_create_callback(llmrec_context *context, llmrec_complete_fn complete, void *user,
                                         int64_t batch, llmrec_llm **llm)
{
    llmrec_llm *fresh = NULL;
    LR_NEED(context, llm);
    if (complete == NULL) return lr_fail(LLMREC_ERR_ARGUMENT, "complete is NULL");
    LR_RETURN_IF(lr_option_range("batch", batch, 1, INT64_MAX));
    LR_RETURN_IF(create(context, &fresh));
    fresh->complete = complete;
    fresh->user = user;
    fresh->batch = batch;
    *llm = fresh;
    return LLMREC_OK;
}

llmrec_llm *lr_llm_hold(const llmrec_llm *llm)
{
    llmrec_llm *held = (llmrec_llm *)(uintptr_t)llm; /* counting references does not change the model */
    atomic_fetch_add_explicit(&held->references, 1, memory_order_relaxed);
    return held;
}

bool lr_llm_completes(const llmrec_llm *llm)
{
    return llm->endpoint != NULL && llm->endpoint->options.kind == LLMREC_ENDPOINT_COMPLETIONS;
}

void llmrec_llm_free(llmrec_llm *llm)
{
    if (llm == NULL) return;
    if (atomic_fetch_sub_explicit(&llm->references, 1, memory_order_acq_rel) != 1) return;
    llmrec_context *context = llm->context;
    lr_endpoint_close(llm->endpoint);
    lr_meter_destroy(&llm->meter);
    lr_free(context, llm);
    llmrec_context_free(context);
}

llmrec_status lr_llm_describe(const void *handle, lr_builder *json)
{
    const llmrec_llm *llm = handle;
    if (llm->endpoint == NULL)
        return lr_builder_format(json, "{\"kind\":\"llm\",\"type\":\"callback\",\"batch\":%lld}",
                                 (long long)llm->batch);
    LR_RETURN_IF(lr_builder_format(json, "{\"kind\":\"llm\",\"type\":\"endpoint\""));
    LR_RETURN_IF(lr_endpoint_describe(llm->endpoint, "options", json));
    return lr_builder_add(json, "}", 1);
}

llmrec_status llmrec_llm_description(const llmrec_llm *llm, char *text, size_t capacity, size_t *length)
{
    LR_NEED(llm);
    return lr_description_give(llm->context, lr_llm_describe, llm, text, capacity, length);
}

static llmrec_status check_requests(const llmrec_chat_request *const *requests, size_t count)
{
    llmrec_chat_request full;
    for (size_t i = 0; i < count; i++) LR_RETURN_IF(lr_chat_request_read(requests[i], i, &full));
    return LLMREC_OK;
}

llmrec_status llmrec_llm_chat(const llmrec_llm *llm, const llmrec_chat_request *const *requests, int64_t count,
                              llmrec_replies **replies)
{
    llmrec_replies *fresh = NULL;
    LR_NEED(llm, replies);
    if (count > 0) LR_NEED(requests);
    LR_RETURN_IF(lr_count("count", count));
    LR_RETURN_IF(check_requests(requests, (size_t)count));
    LR_RETURN_IF(lr_replies_create(llm->context, (size_t)count, &fresh));
    llmrec_llm *held = lr_llm_hold(llm);
    const llmrec_status status =
        llm->endpoint != NULL ? lr_chat_endpoint(held, requests, fresh) : lr_chat_callback(held, requests, fresh);
    llmrec_llm_free(held);
    if (status == LLMREC_OK) *replies = fresh;
    else llmrec_replies_free(fresh);
    return status;
}

llmrec_status llmrec_llm_usage(const llmrec_llm *llm, llmrec_usage *usage)
{
    LR_NEED(llm, usage);
    llmrec_llm *counted = (llmrec_llm *)(uintptr_t)llm; /* the meter has its own lock */
    return lr_meter_read(llm->endpoint != NULL ? &counted->endpoint->meter : &counted->meter, usage);
}
