/* SPDX-License-Identifier: Apache-2.0 */
/* Statistics of a dataset. */
#ifndef LR_DATA_DESCRIBE_H
#define LR_DATA_DESCRIBE_H

#include "llmrec/dataset.h"

llmrec_status lr_describe(const llmrec_dataset *dataset, llmrec_dataset_statistics *statistics);

#endif
