/* SPDX-License-Identifier: Apache-2.0 */
/* An index of training sessions: the sessions of each item, the items of each session, and the items that directly
 * follow each item. Sessions are numbered in the order in which they are sampled: a sample is the lowest numbers. */
#ifndef LR_RANK_SESSION_INDEX_H
#define LR_RANK_SESSION_INDEX_H

#include "data/dataset.h"
#include "rank/number_lists.h"

typedef struct lr_session_index {
    llmrec_context *context;
    lr_shared_map *map;  /* the lists are in it; NULL: in memory of their own */
    lr_lists of_item;    /* [items] sessions with the item */
    lr_lists of_session; /* [sessions] distinct items of the session */
    lr_lists following;  /* [items] items that directly follow the item in a session; without rows if not wanted */
} lr_session_index;

/* Which sessions come first: the newest by the time of their last row, then those later in the file; or all in random
 * order. */
typedef struct lr_session_order {
    bool random;
    int64_t seed;
} lr_session_order;

/* Gives the sessions with rows in this order: sorted[*count]. Without times, a session later in the file is newer. */
llmrec_status lr_sessions_sort(const llmrec_dataset *dataset, const lr_session_order *order, int32_t **sorted,
                               size_t *count);

/* Builds the index of the sessions sorted[count]. Free it also after a failure. */
llmrec_status lr_session_index_build(const llmrec_dataset *dataset, const int32_t *sorted, size_t count, bool following,
                                     lr_session_index *index);
void lr_session_index_free(lr_session_index *index);

llmrec_status lr_session_index_save(const lr_session_index *index, const lr_saving *saving);

/* Maps an index. Every number is checked. Free it also after a failure. */
llmrec_status lr_session_index_open(const lr_opening *opening, bool following, lr_session_index *index);

#endif
