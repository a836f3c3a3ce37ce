/* SPDX-License-Identifier: Apache-2.0 */
#include "llm/meter.h"

#include <string.h>

#include "core/options.h"
#include "core/text.h"

static const double MILLION = 1e6;

llmrec_status lr_meter_init(lr_meter *meter, const llmrec_endpoint_options *options)
{
    memset(meter, 0, sizeof *meter);
    meter->total.size = sizeof meter->total;
    if (options != NULL) {
        meter->request_budget = options->request_budget;
        meter->token_budget = options->token_budget;
        meter->prompt_price = options->prompt_price;
        meter->completion_price = options->completion_price;
    }
    if (pthread_mutex_init(&meter->lock, NULL) == 0) return LLMREC_OK;
    return lr_fail(LLMREC_ERR_MEMORY, "memory: no room for a lock");
}

void lr_meter_destroy(lr_meter *meter)
{
    pthread_mutex_destroy(&meter->lock);
}

size_t lr_estimate_tokens(const char *text, size_t length, size_t most, size_t *tokens)
{
    enum { LETTERS = 7 };
    size_t at = 0, word = 0;
    *tokens = 0;
    while (at < length) {
        const size_t before = at;
        const uint32_t code = lr_utf8_next(text, length, &at);
        const bool letter = (code >= 'a' && code <= 'z') || (code >= 'A' && code <= 'Z');
        const bool begins = letter ? word % LETTERS == 0 : code != ' ';
        word = letter ? word + 1 : 0;
        if (begins && *tokens == most) return before;
        *tokens += begins;
    }
    return length;
}

static llmrec_status within_budgets(const lr_meter *meter, int64_t tokens, bool *later)
{
    const llmrec_usage *total = &meter->total;
    const int64_t spent = total->prompt_tokens + total->completion_tokens + meter->untold;
    if (meter->request_budget > 0 && total->attempts >= meter->request_budget)
        return lr_fail(LLMREC_ERR_IO, "request_budget of %lld attempts is used up", (long long)meter->request_budget);
    if (meter->token_budget == 0) return LLMREC_OK;
    const int64_t left = meter->token_budget - spent;
    if (left <= 0)
        return lr_fail(LLMREC_ERR_IO, "token_budget of %lld tokens is used up: %lld were spent",
                       (long long)meter->token_budget, (long long)spent);
    *later = meter->reserved > 0 && tokens > left - meter->reserved;
    if (*later || tokens <= left) return LLMREC_OK;
    return lr_fail(LLMREC_ERR_IO, "token_budget of %lld tokens: %lld were spent, and the request may cost %lld",
                   (long long)meter->token_budget, (long long)spent, (long long)tokens);
}

llmrec_status lr_meter_attempt(lr_meter *meter, bool retry, int64_t tokens, bool *later)
{
    *later = false;
    pthread_mutex_lock(&meter->lock);
    const llmrec_status status = within_budgets(meter, tokens, later);
    if (status == LLMREC_OK && !*later) {
        meter->total.attempts++;
        meter->total.retries += retry;
        meter->reserved += tokens;
    }
    pthread_mutex_unlock(&meter->lock);
    return status;
}

void lr_meter_release(lr_meter *meter, int64_t tokens)
{
    pthread_mutex_lock(&meter->lock);
    meter->reserved -= tokens;
    pthread_mutex_unlock(&meter->lock);
}

void lr_meter_spend(lr_meter *meter, lr_tokens tokens, int64_t estimate)
{
    lr_meter_add(meter, &(llmrec_usage){.prompt_tokens = tokens.prompt, .completion_tokens = tokens.completion});
    if (tokens.prompt > 0 || tokens.completion > 0) return;
    pthread_mutex_lock(&meter->lock);
    meter->untold += estimate;
    pthread_mutex_unlock(&meter->lock);
}

void lr_meter_add(lr_meter *meter, const llmrec_usage *more)
{
    llmrec_usage *total = &meter->total;
    pthread_mutex_lock(&meter->lock);
    total->requests += more->requests;
    total->journal_hits += more->journal_hits;
    total->attempts += more->attempts;
    total->failures += more->failures;
    total->prompt_tokens += more->prompt_tokens;
    total->completion_tokens += more->completion_tokens;
    total->seconds += more->seconds;
    total->cost = ((double)total->prompt_tokens * meter->prompt_price +
                   (double)total->completion_tokens * meter->completion_price) /
                  MILLION;
    pthread_mutex_unlock(&meter->lock);
}

llmrec_status lr_meter_read(lr_meter *meter, llmrec_usage *usage)
{
    pthread_mutex_lock(&meter->lock);
    const llmrec_usage total = meter->total;
    pthread_mutex_unlock(&meter->lock);
    return lr_struct_give("llmrec_usage", sizeof total, LR_FROZEN(llmrec_usage, cost), &total, usage);
}
