/* SPDX-License-Identifier: Apache-2.0 */
/* Rows, items and statistics of a dataset as Arrow streams. */
#ifndef LR_DATA_ARROW_OUT_H
#define LR_DATA_ARROW_OUT_H

#include "llmrec/arrow.h"

llmrec_status lr_arrow_give_rows(const llmrec_dataset *dataset, struct ArrowArrayStream *out);
llmrec_status lr_arrow_give_items(const llmrec_dataset *dataset, struct ArrowArrayStream *out);
llmrec_status lr_arrow_give_statistics(const llmrec_dataset *dataset, struct ArrowArrayStream *out);

#endif
