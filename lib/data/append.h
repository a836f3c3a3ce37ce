/* SPDX-License-Identifier: Apache-2.0 */
/* Joins new rows to a dataset. */
#ifndef LR_DATA_APPEND_H
#define LR_DATA_APPEND_H

#include "llmrec/dataset.h"

/* Makes a dataset of the visible rows of both. Sessions and items keep their indices in `base`; what only `more` has
 * comes behind. In a session, rows of equal times keep their order, those of `base` first. */
llmrec_status lr_dataset_join(const llmrec_dataset *base, const llmrec_dataset *more, llmrec_dataset **joined);

#endif
