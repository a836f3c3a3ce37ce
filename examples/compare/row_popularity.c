/* SPDX-License-Identifier: Apache-2.0 */
/* The training part's most frequent items: what every other strategy has to beat. */
#include "strategies.h"

static llmrec_status make(compare_task *task, const compare_row *row, compare_run *run)
{
    (void)row;
    return llmrec_recommender_create_popularity(task->train, &run->recommender);
}

const compare_strategy popularity_strategy = {.name = "popularity", .make = make};
