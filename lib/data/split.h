/* SPDX-License-Identifier: Apache-2.0 */
/* Splits a dataset for training, validation and test. */
#ifndef LR_DATA_SPLIT_H
#define LR_DATA_SPLIT_H

#include "llmrec/dataset.h"

/* Makes one part. The options were checked. */
llmrec_status lr_split(const llmrec_dataset *dataset, const llmrec_split_options *options, int64_t part,
                       llmrec_dataset **view);

#endif
