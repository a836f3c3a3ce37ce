/* SPDX-License-Identifier: Apache-2.0 */
/* Checks and copies vectors of the items of a catalog. */
#ifndef LR_NN_ITEM_VECTORS_H
#define LR_NN_ITEM_VECTORS_H

#include "data/ids.h"
#include "llmrec/embedding.h"

/* Errors: SHAPE (row i is not item i: the number of rows or an id differs). */
llmrec_status lr_vectors_check(const llmrec_embedding *embedding, const lr_ids *ids);

/* Copies the vectors that are not missing to rows `stride` numbers apart. */
llmrec_status lr_vectors_copy(const llmrec_embedding *embedding, float *rows, size_t stride);

#endif
