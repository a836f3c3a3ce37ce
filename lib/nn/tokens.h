/* SPDX-License-Identifier: Apache-2.0 */
/* Defines a packed batch: concatenated sequences without padding, and the labeled tokens. */
#ifndef LR_NN_TOKENS_H
#define LR_NN_TOKENS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "math/real.h"

/* Keys and values of earlier tokens in a causal network, for the tokens that follow. */
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
    const int32_t *label_at; /* [labels] labeled tokens, ascending */
    const int32_t *label;    /* [labels] wanted item at each, in [0,V) */
    const lr_past *past;     /* earlier tokens of the single sequence; keys and values are appended; NULL: none */
} lr_tokens;

static inline size_t lr_tokens_count(const lr_tokens *tokens)
{
    return tokens->starts[tokens->sequences] - tokens->starts[0];
}

#endif
