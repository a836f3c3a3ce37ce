/* SPDX-License-Identifier: Apache-2.0 */
/* What a model's handle has cost, and whether it may cost more. What is in flight is reckoned by estimates. Any
 * thread. */
#ifndef LR_LLM_METER_H
#define LR_LLM_METER_H

#include <pthread.h>

#include "core/status.h"
#include "llmrec/llm.h"

typedef struct lr_meter {
    pthread_mutex_t lock;
    llmrec_usage total;
    int64_t reserved;                     /* tokens that attempts in flight may cost */
    int64_t untold;                       /* estimated tokens of answers that did not say what they cost */
    int64_t request_budget, token_budget; /* 0: none */
    double prompt_price, completion_price;
} lr_meter;

/* `options` NULL: no budgets and no prices. */
llmrec_status lr_meter_init(lr_meter *meter, const llmrec_endpoint_options *options);
void lr_meter_destroy(lr_meter *meter);

/* Estimates a text's tokens without its tokenizer: one for each 7 letters that a word of ASCII letters begins, one for
 * each other character, none for a blank. Right to within a fifth for prompts and Gemma's tokenizer
 * (docs/studies/tokens.md). Returns the bytes of the start of the text that are at most `most` tokens, and gives their
 * number. */
size_t lr_estimate_tokens(const char *text, size_t length, size_t most, size_t *tokens);

/* Counts one more attempt, a retry or not, and reserves the `tokens` that it may cost until they are released.
 * `*later`: it must wait until others have ended and what they cost is known; nothing is counted. IO where a budget is
 * used up, or what is left of it too little; then nothing is counted. */
llmrec_status lr_meter_attempt(lr_meter *meter, bool retry, int64_t tokens, bool *later);
void lr_meter_release(lr_meter *meter, int64_t tokens);

/* What an answer cost, as the server counted it; where it did not, `estimate` counts against the budget. */
typedef struct lr_tokens {
    int64_t prompt, completion;
} lr_tokens;

void lr_meter_spend(lr_meter *meter, lr_tokens tokens, int64_t estimate);

/* Adds the counts of `more`; cost is reckoned from the tokens. */
void lr_meter_add(lr_meter *meter, const llmrec_usage *more);

/* Fills as much of the caller's struct as it has room for. */
llmrec_status lr_meter_read(lr_meter *meter, llmrec_usage *usage);

#endif
