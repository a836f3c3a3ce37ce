/* SPDX-License-Identifier: Apache-2.0 */
/* Which items are popular: at least a quantile of the number of sessions that have them. */
#ifndef LR_RANK_ITEM_POPULARITY_H
#define LR_RANK_ITEM_POPULARITY_H

#include "rank/recommender_file.h"

/* Makes popular[items]: 1 if at least the `quantile` (linear interpolation, over all items) of the number of sessions
 * of `dataset` has the item. */
llmrec_status lr_popular_make(llmrec_context *context, const llmrec_dataset *dataset, double quantile,
                              uint8_t **popular);

/* Write to a file and read back, as u8 `popular`. */
llmrec_status lr_popular_save(const lr_saving *saving, const uint8_t *popular, size_t items);
llmrec_status lr_popular_open(const lr_opening *opening, uint8_t **popular);

#endif
