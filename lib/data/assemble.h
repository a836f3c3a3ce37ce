/* SPDX-License-Identifier: Apache-2.0 */
/* Builds a dataset from gathered rows and item information. */
#ifndef LR_DATA_ASSEMBLE_H
#define LR_DATA_ASSEMBLE_H

#include "data/catalog.h"
#include "data/gather.h"
#include "llmrec/arrow.h"

/* Numbers, orders and filters the rows, and joins the items' texts. Frees the gathered rows, also on failure.
 * `numbers`: which ids were integers. `source` may be NULL. `name` is the input's name in the log. */
llmrec_status lr_assemble(lr_gather *gather, const bool numbers[LR_SIDES], const lr_item_source *source,
                          const llmrec_dataset_options *options, const char *name, llmrec_dataset **dataset);

/* Builds a dataset from a file of rows and a file of items. `items_path` NULL: the one in the same archive, or none.
 * The result does not depend on `piece_bytes` (see reader.h). */
llmrec_status lr_assemble_files(llmrec_context *context, const char *path, const char *items_path,
                                const llmrec_dataset_options *options, size_t piece_bytes, llmrec_dataset **dataset);

/* Builds a dataset from checked arrays of rows and, unless `items` is NULL, of items. */
llmrec_status lr_assemble_arrays(llmrec_context *context, const llmrec_interactions *rows, const llmrec_items *items,
                                 const llmrec_dataset_options *options, llmrec_dataset **dataset);

/* Builds a dataset from a frame of rows and, unless `items` is NULL, a frame of items. The streams stay the
 * caller's. */
llmrec_status lr_assemble_arrow(llmrec_context *context, struct ArrowArrayStream *rows, struct ArrowArrayStream *items,
                                const llmrec_dataset_options *options, llmrec_dataset **dataset);

#endif
