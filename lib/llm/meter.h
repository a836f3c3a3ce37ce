/* SPDX-License-Identifier: Apache-2.0 */
/* What a model's handle has cost, and whether it may cost more. Any thread. */
#ifndef LR_LLM_METER_H
#define LR_LLM_METER_H

#include <pthread.h>

#include "core/status.h"
#include "llmrec/llm.h"

typedef struct lr_meter {
    pthread_mutex_t lock;
    llmrec_usage total;
    int64_t request_budget, token_budget; /* 0: none */
    double prompt_price, completion_price;
} lr_meter;

/* `options` NULL: no budgets and no prices. */
llmrec_status lr_meter_init(lr_meter *meter, const llmrec_endpoint_options *options);
void lr_meter_destroy(lr_meter *meter);

/* Counts one more attempt, a retry or not. IO where a budget is used up; then nothing is counted. */
llmrec_status lr_meter_attempt(lr_meter *meter, bool retry);

/* Adds the counts of `more`; cost is reckoned from the tokens. */
void lr_meter_add(lr_meter *meter, const llmrec_usage *more);

/* Fills as much of the caller's struct as it has room for. */
llmrec_status lr_meter_read(lr_meter *meter, llmrec_usage *usage);

#endif
