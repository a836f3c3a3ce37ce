/* SPDX-License-Identifier: Apache-2.0 */
/* Statistics of a dataset, and its description. */
#ifndef LR_DATA_DESCRIBE_H
#define LR_DATA_DESCRIBE_H

#include "core/description.h"
#include "llmrec/dataset.h"

llmrec_status lr_describe(const llmrec_dataset *dataset, llmrec_dataset_statistics *statistics);

/* An lr_describe_fn. */
llmrec_status lr_dataset_describe(const void *dataset, lr_builder *json);

#endif
