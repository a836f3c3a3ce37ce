/* SPDX-License-Identifier: Apache-2.0 */
/* From gathered rows and what is said about items to a dataset. */
#ifndef LR_DATA_ASSEMBLE_H
#define LR_DATA_ASSEMBLE_H

#include "data/catalog.h"
#include "data/gather.h"

/* Numbers, orders and filters the rows, and joins the items' texts. The gathered rows are given up, also on failure.
 * `numbers`: whose ids came in as integers. `source` may be NULL. `name` says in the log what was read. */
llmrec_status lr_assemble(lr_gather *gather, const bool numbers[LR_SIDES], const lr_item_source *source,
                          const llmrec_dataset_options *options, const char *name, llmrec_dataset **dataset);

/* Rows from a file, and items from another unless `items_path` is NULL. `piece_bytes` as in reader.h: what comes out
 * does not depend on it. */
llmrec_status lr_assemble_files(llmrec_context *context, const char *path, const char *items_path,
                                const llmrec_dataset_options *options, size_t piece_bytes, llmrec_dataset **dataset);

/* Rows, and items unless `items` is NULL, from arrays that were checked. */
llmrec_status lr_assemble_arrays(llmrec_context *context, const llmrec_interactions *rows, const llmrec_items *items,
                                 const llmrec_dataset_options *options, llmrec_dataset **dataset);

#endif
