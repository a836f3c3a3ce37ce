/* SPDX-License-Identifier: Apache-2.0 */
/* Functions on datasets for other rooms: ids, lengths and items of sessions. */
#ifndef LR_DATA_DATASET_H
#define LR_DATA_DATASET_H

#include "data/ids.h"
#include "llmrec/dataset.h"

llmrec_context *lr_dataset_context(const llmrec_dataset *dataset);
lr_ids *lr_dataset_item_ids(const llmrec_dataset *dataset); /* borrowed: take a reference to keep it */

size_t lr_dataset_items(const llmrec_dataset *dataset);
size_t lr_dataset_sessions(const llmrec_dataset *dataset);

/* Number of visible rows of the longest session. */
size_t lr_dataset_longest(const llmrec_dataset *dataset);

/* Counts the visible rows of each item: counts[items]. */
void lr_dataset_count_items(const llmrec_dataset *dataset, int64_t *counts);

/* The text of an item in a column. */
lr_span lr_dataset_text(const llmrec_dataset *dataset, size_t column, size_t item);

/* Items of session `session`, oldest first. Points into the shared rows, or to `scratch` [lr_dataset_longest] if the
 * view hides some of the rows. */
const int32_t *lr_dataset_session(const llmrec_dataset *dataset, size_t session, int32_t *scratch, size_t *count);

/* Number of the session's last rows that are its targets; the rows before them are its prompt. 1, or as the split of
 * the view says; 0 in a session without visible rows. */
size_t lr_dataset_targets(const llmrec_dataset *dataset, size_t session);

/* Number of the session's last visible rows that are its targets; the rows before them are its prompt. It is 1 unless
 * the view comes from a split with more targets, and 0 in a session without visible rows. */
size_t lr_dataset_targets(const llmrec_dataset *dataset, size_t session);

#endif
