/* SPDX-License-Identifier: Apache-2.0 */
/* Re-ranking of one list: internal data of the strategy, and its methods. */
#ifndef LR_RANK_RERANKED_H
#define LR_RANK_RERANKED_H

#include "core/options.h"
#include "llmrec/blend.h"
#include "rank/item_popularity.h"

extern const lr_options lr_rerank_options;

typedef struct lr_rerank {
    llmrec_context *context;
    llmrec_rerank_options options;
    llmrec_recommender *first_stage;
    llmrec_embedding *table; /* MMR, DIVERSITY; else NULL */
    uint8_t *popular;        /* [items] POPULARITY; else NULL */
    double limit;            /* DIVERSITY: cosines below it are allowed */
} lr_rerank;

/* A list of the first stage, and room for the work. */
typedef struct lr_ranked {
    const int32_t *items; /* [count] */
    const float *scores;  /* [count] */
    size_t count;
    float *rows;     /* [count,dim] */
    double *values;  /* [count] */
    int32_t *places; /* [count] the result: positions of the list */
} lr_ranked;

/* Chooses up to k entries of a list, in their new order. Returns their number. */
size_t lr_rerank_list(const lr_rerank *rerank, const lr_ranked *ranked, size_t k);

/* Sets the limit of DIVERSITY. */
llmrec_status lr_rerank_limit(lr_rerank *rerank);

#endif
