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
    lr_real *inputs;        /* [layers,N,D] what the layers' filters read; NULL without filters */
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

/* One sequence of a chunk and its queries: all tokens, or only the labeled ones. */
typedef struct lr_sequence {
    size_t first, T;    /* tokens, relative to the first token of the chunk */
    size_t query, Q;    /* rows of queries */
    const int32_t *at;  /* [Q] tokens of the queries, relative to the first token of the batch; NULL: all tokens */
    size_t batch_first; /* first token of the sequence in the batch */
} lr_sequence;

static inline size_t lr_tokens_count(const lr_tokens *tokens)
{
    return tokens->starts[tokens->sequences] - tokens->starts[0];
}

/* Returns the sequence after `last`, or the first one if index is 0. */
static inline lr_sequence lr_sequence_at(const lr_tokens *tokens, bool labeled, size_t index, const lr_sequence *last)
{
    const size_t begin = tokens->starts[index], T = tokens->starts[index + 1] - begin;
    lr_sequence s = {.first = begin - tokens->starts[0], .T = T, .Q = T, .batch_first = begin};
    s.query = index == 0 ? 0 : last->query + last->Q;
    if (!labeled) return s;
    s.at = tokens->label_at + s.query;
    s.Q = 0;
    while (s.query + s.Q < tokens->labels && (size_t)s.at[s.Q] < begin + T) s.Q++;
    return s;
}

/* Returns the token of a query, relative to the sequence. */
static inline size_t lr_query_token(const lr_sequence *s, size_t query)
{
    return s->at == NULL ? query : (size_t)s->at[query] - s->batch_first;
}

#endif
