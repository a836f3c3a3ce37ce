/* SPDX-License-Identifier: Apache-2.0 */
/* Item-to-item matrices in recommender files: `matrix.values`, and `matrix.offsets` and `matrix.columns` if the rows
 * are sparse. */
#ifndef LR_RANK_ITEM_MATRIX_FILE_H
#define LR_RANK_ITEM_MATRIX_FILE_H

#include "linear/item_matrix.h"
#include "rank/recommender_file.h"

llmrec_status lr_save_item_matrix(const lr_saving *saving, const lr_item_matrix *matrix);

/* Maps a matrix of opening->items rows, and checks every offset and column. */
llmrec_status lr_open_item_matrix(const lr_opening *opening, lr_item_matrix *matrix);

#endif
