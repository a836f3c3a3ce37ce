/* SPDX-License-Identifier: Apache-2.0 */
/* The training part's most frequent items: what every other strategy has to beat. */
#include "strategy.h"

static llmrec_status make(const compare_task *task, compare_row *row)
{
    return llmrec_recommender_create_popularity(task->train, &row->recommender);
}

const compare_strategy popularity_strategy = {.name = "popularity", .make = make};
