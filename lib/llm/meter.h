/* SPDX-License-Identifier: Apache-2.0 */
/* Counts the cost of a model's handle and enforces its budgets. Requests in flight count with their estimates. Any
 * thread may call. */
#ifndef LR_LLM_METER_H
#define LR_LLM_METER_H

#include <pthread.h>

#include "core/status.h"
#include "llmrec/llm.h"

typedef struct lr_meter {
    pthread_mutex_t lock;
    llmrec_usage total;
    int64_t reserved;                     /* tokens reserved by attempts in flight */
    int64_t untold;                       /* estimated tokens of answers without `usage` */
    int64_t request_budget, token_budget; /* 0: no limit */
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

/* Counts an attempt, and reserves `tokens` until they are released. `*later`: the attempt must wait until the cost of
 * those in flight is known; it is not counted. Errors: IO (a budget is used up or too small for the attempt, which is
 * not counted). */
llmrec_status lr_meter_attempt(lr_meter *meter, bool retry, int64_t tokens, bool *later);
void lr_meter_release(lr_meter *meter, int64_t tokens);

/* The cost of an answer as counted by the server. If the server sent no counts, `estimate` counts against the
 * budget. */
typedef struct lr_tokens {
    int64_t prompt, completion;
} lr_tokens;

void lr_meter_spend(lr_meter *meter, lr_tokens tokens, int64_t estimate);

/* Adds the counts of `more`; the cost is computed from the tokens. */
void lr_meter_add(lr_meter *meter, const llmrec_usage *more);

/* Fills the part of the struct that the caller's size covers. */
llmrec_status lr_meter_read(lr_meter *meter, llmrec_usage *usage);

#endif
