/* SPDX-License-Identifier: Apache-2.0 */
/* Scores of validation sessions, kept: what several recommenders say of each session's candidates. With them NDCG of a
 * blend is known for any weights, and nobody is asked again. */
#ifndef LR_RANK_KEPT_SCORES_H
#define LR_RANK_KEPT_SCORES_H

#include "data/dataset.h"
#include "llmrec/blend.h"
#include "rank/candidates.h"

/* The sessions that have a target among their candidates. The others have NDCG 0, whatever the weights. */
typedef struct lr_kept {
    llmrec_context *context;
    size_t members;
    int64_t scale;
    double rank_constant;
    int64_t k;        /* of NDCG */
    int64_t drawn;    /* sessions, also those that are not kept */
    size_t sessions;  /* kept */
    int64_t *offsets; /* [sessions+1] of candidates */
    int32_t *items;   /* [candidates] */
    uint64_t *listed; /* [candidates] bit m: in the list of member m */
    float *scores;    /* [candidates,members] */
    float *values;    /* [candidates,members] scaled over the candidates that the members of `mask` list */
    uint64_t mask;
    int64_t *hit_offsets; /* [sessions+1] */
    int32_t *hits;        /* [hits] targets, as positions among the session's candidates */
    double *ideal;        /* [sessions] DCG of all targets at the top */
    double *ndcg;         /* [sessions] room for the latest weights */
    size_t longest;       /* candidates of a session at most */
    float *sums;          /* [workers,longest] */
    float *column;        /* [workers,longest] */
    int32_t *rows;        /* [workers,longest] */
    uint64_t *keys;       /* [workers,longest] */
    size_t session_capacity, ideal_capacity, hit_offset_capacity, item_capacity, listed_capacity, score_capacity,
        hit_capacity;
} lr_kept;

/* Draws sessions of `validation`, and asks all recommenders about them. Clear `kept` in any case. */
llmrec_status lr_kept_collect(const lr_asked *asked, const llmrec_dataset *validation,
                              const llmrec_blend_options *options, const llmrec_blend_fit_options *fit, lr_kept *kept);
void lr_kept_clear(lr_kept *kept);

/* Mean NDCG@k of the drawn sessions under weights[members]. */
llmrec_status lr_kept_ndcg(lr_kept *kept, const double *weights, double *ndcg);

/* The standard deviation of a member's scores over the candidates that it lists; 1 if they are equal. */
double lr_kept_deviation(const lr_kept *kept, size_t member);

#endif
