/* SPDX-License-Identifier: Apache-2.0 */
/* Statistics of a dataset. */
#ifndef LR_DATA_DESCRIBE_H
#define LR_DATA_DESCRIBE_H

#include "llmrec/dataset.h"

llmrec_status lr_describe(const llmrec_dataset *dataset, llmrec_dataset_statistics *statistics);

/* Counts the rows of each item: counts[items]. */
void lr_count_items(const llmrec_dataset *dataset, int64_t *counts);

#endif
