/* SPDX-License-Identifier: Apache-2.0 */
/* The recommenders that a strategy combines: taken from the caller's parts, described, saved and opened. */
#ifndef LR_RANK_MEMBERS_H
#define LR_RANK_MEMBERS_H

#include "rank/recommender_file.h"

enum { LR_MEMBERS = 64 }; /* the most recommenders in one list */

typedef struct lr_members {
    llmrec_context *context;
    llmrec_recommender *list[LR_MEMBERS]; /* a reference to each */
    size_t count;
    size_t items; /* of their catalog */
    lr_ids *ids;  /* borrowed from one of them; NULL: none has ids */
} lr_members;

/* Takes references to parts->recommenders. Errors: ARGUMENT (not `least` to `most` of them; one is NULL), SHAPE (other
 * items than the first one). */
llmrec_status lr_members_take(const llmrec_recommender_parts *parts, size_t least, size_t most, lr_members *members);
void lr_members_free(lr_members *members);

/* Makes a recommender of a strategy over the members: fills in items, ids, and the members' descriptions as parts. It
 * owns `made->self`, also after an error. */
llmrec_status lr_members_recommend(const lr_members *members, const lr_recommender_parts *made,
                                   llmrec_recommender **recommender);

/* Write to a file and read back the integer `recommenders`, and each one under the prefix recommenders.N. */
llmrec_status lr_members_save(const lr_members *members, const lr_saving *saving);
llmrec_status lr_members_open(const lr_opening *opening, size_t least, size_t most, lr_members *members);

#endif
