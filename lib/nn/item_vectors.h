/* SPDX-License-Identifier: Apache-2.0 */
/* Vectors of a catalog's items, as the encoder takes them. */
#ifndef LR_NN_ITEM_VECTORS_H
#define LR_NN_ITEM_VECTORS_H

#include "data/ids.h"
#include "llmrec/embedding.h"

/* SHAPE unless row i is item i's: one row an item, and where it has ids the same ones. */
llmrec_status lr_vectors_check(const llmrec_embedding *embedding, const lr_ids *ids);

/* Copies those that are known into rows `stride` numbers apart. */
llmrec_status lr_vectors_copy(const llmrec_embedding *embedding, float *rows, size_t stride);

#endif
