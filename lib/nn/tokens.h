/* SPDX-License-Identifier: Apache-2.0 */
/* A packed batch: sequences one behind the other without padding, and the tokens at which a loss is asked for. */
#ifndef LR_NN_TOKENS_H
#define LR_NN_TOKENS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "math/real.h"

/* Keys and values of tokens that went through a causal network before, for those that follow them. */
typedef struct lr_past {
    size_t length;          /* tokens, at most N */
    lr_real *keys, *values; /* [layers,N,HK] */
} lr_past;

typedef struct lr_tokens {
    size_t sequences;
    const size_t *starts;     /* [sequences+1] first token of each */
    const int32_t *items;     /* [tokens] in [0,V]; V is [MASK] */
    const int32_t *positions; /* [tokens] in [0,N) */
    size_t labels;
    const int32_t *label_at; /* [labels] token, rising */
    const int32_t *label;    /* [labels] item wanted there, in [0,V) */
    const lr_past *past;     /* the tokens, all of one sequence, follow these, and theirs are put behind; NULL: none */
} lr_tokens;

static inline size_t lr_tokens_count(const lr_tokens *tokens)
{
    return tokens->starts[tokens->sequences] - tokens->starts[0];
}

#endif
