/* SPDX-License-Identifier: Apache-2.0 */
/* Parts of a dataset for training, validation and test. */
#ifndef LR_DATA_SPLIT_H
#define LR_DATA_SPLIT_H

#include "llmrec/dataset.h"

/* One part, of options that were checked. */
llmrec_status lr_split(const llmrec_dataset *dataset, const llmrec_split_options *options, int64_t part,
                       llmrec_dataset **view);

/* ceil(fraction * count), where a product that is whole but for rounding counts as whole. */
size_t lr_split_share(double fraction, size_t count);

#endif
