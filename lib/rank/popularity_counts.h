/* SPDX-License-Identifier: Apache-2.0 */
/* Weights of items by their rows: all rows, the recent ones, or less for older ones. */
#ifndef LR_RANK_POPULARITY_COUNTS_H
#define LR_RANK_POPULARITY_COUNTS_H

#include "core/options.h"
#include "llmrec/recommender.h"

extern const lr_options lr_popularity_options;

/* Computes the weight of each item: weights[items]. Without half_life they are numbers of rows. ARGUMENT: a duration is
 * not valid, or the dataset has no times. */
llmrec_status lr_popularity_count(const llmrec_dataset *dataset, const llmrec_popularity_options *options,
                                  double *weights);

#endif
