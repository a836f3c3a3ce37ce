/* SPDX-License-Identifier: Apache-2.0 */
/* Sparse rows of the largest entries of a matrix. */
#ifndef LR_LINEAR_TRUNCATE_H
#define LR_LINEAR_TRUNCATE_H

#include "linear/item_matrix.h"

/* Keeps the entries of each row with the largest absolute values: at most `most` (0: no limit), and no more than make
 * up `share` of the sum of all absolute values in the row, to about a tenth of the smallest one's size. Replaces the
 * matrix, which may be dense or sparse. Errors: MEMORY, CANCELED. Cost: a few passes. Reports progress. */
llmrec_status lr_truncate(llmrec_context *context, double share, size_t most, lr_item_matrix *matrix);

#endif
