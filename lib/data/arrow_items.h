/* SPDX-License-Identifier: Apache-2.0 */
/* Item ids and texts in an Arrow stream. */
#ifndef LR_DATA_ARROW_ITEMS_H
#define LR_DATA_ARROW_ITEMS_H

#include "data/arrays.h"
#include "data/arrow_stream.h"

/* The whole frame. Texts are used where they are; others are kept as text. */
typedef struct lr_arrow_items {
    llmrec_context *context;
    lr_arrow_stream stream;
    size_t id_column;
    bool repair;
    size_t text_bytes;          /* limit */
    struct ArrowArray *batches; /* [batch_count] */
    size_t batch_count, batch_capacity;
    size_t rows;
    lr_span *cells; /* [rows,stream.columns] in the order of the columns */
    size_t cell_capacity;
    lr_builder written; /* one cell */
    char **blocks;      /* [block_count] kept texts */
    size_t block_count, block_capacity, block_used, block_size;
} lr_arrow_items;

/* Reads the stream. Set from->context before; free `from` in any case. It must outlive the source. */
llmrec_status lr_item_source_of_arrow(struct ArrowArrayStream *items, const llmrec_dataset_options *options,
                                      lr_arrow_items *from, lr_item_source *source);
void lr_arrow_items_free(lr_arrow_items *from);

#endif
