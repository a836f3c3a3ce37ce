/* SPDX-License-Identifier: Apache-2.0 */
/* A dataset's inside: a catalog and rows, shared by views, and the ranges of rows that this one sees. */
#ifndef LR_DATA_DATASET_H
#define LR_DATA_DATASET_H

#include "data/ids.h"
#include "llmrec/dataset.h"

llmrec_context *lr_dataset_context(const llmrec_dataset *dataset);
lr_ids *lr_dataset_item_ids(const llmrec_dataset *dataset); /* borrowed: hold it to keep it */

/* Rows of the longest session that it sees. */
size_t lr_dataset_longest(const llmrec_dataset *dataset);

/* Items of session `session`, oldest first: a pointer into the shared rows, or into `scratch` [lr_dataset_longest]
 * where the view leaves rows out. */
const int32_t *lr_dataset_session(const llmrec_dataset *dataset, size_t session, int32_t *scratch, size_t *count);

#endif
