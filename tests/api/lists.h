/* SPDX-License-Identifier: Apache-2.0 */
/* A few sessions, and a recommender's lists for them, to compare recommenders bit for bit. */
#ifndef TESTS_API_LISTS_H
#define TESTS_API_LISTS_H

#include "prompts.h"

enum { SESSIONS = 4 };

static const int64_t offsets[] = {0, 3, 4, 9, 9};
static const int32_t items[] = {1, 5, 9, 20, 2, 3, 4, 5, 39};

typedef struct lists {
    int32_t items[SESSIONS * K], counts[SESSIONS];
    float scores[SESSIONS * K];
} lists;

static inline lists lists_of(const llmrec_recommender *recommender)
{
    lists found;
    memset(&found, 0, sizeof found);
    assert_ok(
        llmrec_recommend(recommender, offsets, items, SESSIONS, K, NULL, found.items, found.scores, found.counts));
    return found;
}

#endif
