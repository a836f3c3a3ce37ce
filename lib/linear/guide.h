/* SPDX-License-Identifier: Apache-2.0 */
/* Similarities of items by their vectors, as a sparse matrix: what guides a linear model. */
#ifndef LR_LINEAR_GUIDE_H
#define LR_LINEAR_GUIDE_H

#include "embed/embedding.h"
#include "linear/item_matrix.h"

/* Makes the transposed guide: column i has the `neighbors` items with the largest positive cosine to item i by whitened
 * vectors, without i itself. Items without a vector have no neighbors and are none. Reports progress. Errors: SHAPE (no
 * direction to whiten), UNSUPPORTED, MEMORY, CANCELED. Cost: one product of the table with itself. */
llmrec_status lr_guide_make(const llmrec_embedding *embedding, size_t neighbors, lr_item_matrix *guide);

#endif
